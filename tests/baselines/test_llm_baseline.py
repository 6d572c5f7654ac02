"""A language model as a baseline, by a server that does everything wrong that a real one can."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.baselines import CannotRunError, Made, llm, llm_examples
from parley.baselines.sample import Sample
from parley.incidents import IncidentError
from parley.llm import prompt as prompts
from parley.llm.answers import read
from parley.llm.client import Client, Reply
from parley.ontology import LAYERS, load
from parley.predictions import write
from parley.schemas import prediction
from tests.baselines import made
from tests.baselines.llm_server import Says, Script, Server, serving

ONTOLOGY = load()
BODY = "Drones struck Lenna, the mayor of Skarn said. He called the attack on Lenna shameful."
ANSWER: dict[str, Any] = {
    "mentions": [
        {"id": "m1", "quote": "Lenna", "paragraph": 2, "n": 1, "type": "GPE", "entity": "lenna"},
        {"id": "m2", "quote": "the mayor of Skarn", "paragraph": 2, "type": "PERSON",
         "mention_type": "nominal", "entity": "Mayor of Skårn"},
        {"id": "m3", "quote": "He", "paragraph": 2, "type": "PERSON",
         "mention_type": "pronoun", "entity": "mayor-of-skarn"},
    ],
    "events": [
        {"id": "e1", "quote": "struck", "paragraph": 2, "type": "ASSAULT",
         "arguments": [{"role": "location", "mention": "m1"}]},
        {"id": "e2", "quote": "attack", "paragraph": 2, "type": "ASSAULT", "arguments": []},
    ],
    "attributions": [
        {"id": "a1", "source": {"quote": "the mayor of Skarn", "paragraph": 2},
         "cue": {"quote": "said", "paragraph": 2},
         "content": [{"quote": "Drones struck Lenna", "paragraph": 2}], "style": "indirect"},
    ],
    "stances": [{"id": "s1", "label": "AGAINST", "holder": "m3", "target": "e2"}],
}  # fmt: skip
EMPTY: dict[str, Any] = {"mentions": [], "events": [], "attributions": [], "stances": []}


def documents(number: int = 1) -> list[Sample]:
    return [made.sample(f"doc-{n}", BODY, title=f"Headline {n}") for n in range(number)]


def options(url: str, cache: Path, *more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    llm.configure(parser)
    words = ["--url", url, "--model", "test-1", "--cache", str(cache), "--shots", "1", *more]
    args = parser.parse_args(words)
    args.seed, args.root = 0, None
    return args


def predict(
    server: Server | str, cache: Path, *more: str, docs: list[Sample] | None = None
) -> Made:
    args = options(server if isinstance(server, str) else server.url, cache, *more)
    return llm.predict(
        args, made.train(), documents() if docs is None else docs, lambda words: None
    )


def always(*says: Says) -> Script:
    """Says these in turn to equal requests; the last for ever."""
    return lambda messages, before: says[min(before, len(says) - 1)]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each wait before a retry would have been."""
    waited: list[float] = []

    monkeypatch.setattr(llm, "Client", partial(Client, sleep=waited.append))
    return waited


# ---------------------------------------------------------------------- answers


def test_a_good_answer_becomes_a_valid_line_with_all_layers_and_clusters(tmp_path: Path) -> None:
    with serving(always(Says(ANSWER, usage={"prompt_tokens": 900, "completion_tokens": 80}))) as s:
        found = predict(s, tmp_path, "--price-in", "2", "--price-out", "10")
    (row,) = found.rows
    text = documents()[0].text
    assert [text[item["start"] : item["end"]] for item in row["mentions"]] == [
        "Lenna", "the mayor of Skarn", "He",
    ]  # fmt: skip
    assert [item.get("entity") for item in row["mentions"]] == [
        "lenna", "mayor-of-skarn", "mayor-of-skarn",
    ]  # fmt: skip
    assert row["clusters"] == [["c1-m1"], ["c1-m2", "c1-m3"]]
    assert row["events"][0]["arguments"][0]["role"] == "location"
    (stance,) = row["stances"]
    assert text[slice(*stance["target"])] == "attack" and text[slice(*stance["holder"])] == "He"
    answers = found.details["answers"]
    assert (answers["prompt_tokens"], answers["completion_tokens"]) == (900, 80)
    assert answers["cost"] == 0.0026 == found.details["run"]["cost"]
    assert found.details["incidents"] == found.details["without_answer"] == []
    assert found.details["model"] == "test-1" and len(found.details["prompt_sha256"]) == 64


def test_lines_hold_nothing_that_the_prediction_format_does_not(tmp_path: Path) -> None:
    import jsonschema

    with serving(always(Says(ANSWER))) as server:
        rows = predict(server, tmp_path).rows
    for row in rows:
        jsonschema.validate(row, prediction(ONTOLOGY))


@pytest.mark.parametrize(
    "wrap",
    [
        "```json\nANSWER\n```",
        "Sure! Here you are:\nANSWER\nHope it helps.",
        "<think>Is {Lenna} a town?</think>ANSWER",
    ],
)
def test_json_among_other_words_is_taken_out_and_counted(tmp_path: Path, wrap: str) -> None:
    with serving(always(Says(wrap.replace("ANSWER", json.dumps(ANSWER))))) as server:
        found = predict(server, tmp_path)
        assert len(server.requests) == 1
    assert found.details["answers"]["json_among_words"] == 1
    assert len(found.rows[0]["mentions"]) == 3


@pytest.mark.parametrize(
    ("says", "count"),
    [
        (Says(json.dumps(ANSWER)[:200]), "parse_failures"),
        (Says(json.dumps(ANSWER)[:200], finish="length"), "parse_failures"),
        (Says('{"mentions": [], "mentions": []}'), "parse_failures"),
        (Says("I am sorry, but I cannot help with this."), "parse_failures"),
        (Says("[1, 2]"), "parse_failures"),
        (Says("null"), "parse_failures"),
        (Says(None), "empty_answers"),
        (Says(""), "empty_answers"),
        (Says(None, refusal="I cannot."), "refusals"),
        (Says(None, finish="content_filter"), "refusals"),
        (Says(body=b'{"choices": []}'), "failed_requests"),
        (Says(body=b"<html>busy</html>"), "failed_requests"),
        (Says(body=b'{"choices": [{"message": {"content": 7}}]}'), "failed_requests"),
        (Says(status=500), "failed_requests"),
        (Says(status=429), "failed_requests"),
        (Says(status=400), "failed_requests"),
        (Says(ANSWER, sent=50), "failed_requests"),
        (Says(reset=True), "failed_requests"),
        (Says(hang=True), "failed_requests"),
    ],
)
def test_a_document_without_an_answer_predicts_nothing_and_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], says: Says, count: str
) -> None:
    def script(messages: list[dict[str, Any]], before: int) -> Says:
        return says if any("Headline 1" in item["content"] for item in messages) else Says(ANSWER)

    more = ("--timeout", "0.3", "--retries", "1") if says.hang else ("--retries", "1")
    with serving(script) as server:
        found = predict(server, tmp_path, *more, docs=documents(2))
    good, bad = found.rows
    assert len(good["mentions"]) == 3
    assert bad == {"doc_id": "doc-1", **EMPTY, "clusters": []}
    (listed,) = found.details["without_answer"]
    assert listed["doc_id"] == "doc-1" and listed["why"]
    assert found.details["answers"]["without_answer"] == 1
    assert found.details["answers"][count] == 1
    assert "doc-1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("layer", "item", "count"),
    [
        ("mentions", {"id": "m9", "quote": "Lena", "type": "GPE"}, "quotes_not_found"),
        ("mentions", {"id": "m9", "quote": "Lenna", "paragraph": 9, "type": "GPE"},
         "quotes_not_found"),
        ("mentions", {"id": "m9", "quote": "Lenna", "n": 5, "type": "GPE"}, "quotes_not_found"),
        ("mentions", {"id": "m9", "quote": "Lenna", "paragraph": 2, "type": "GPE"},
         "ambiguous_quotes"),
        ("mentions", {"id": "m9", "quote": "Skarn", "type": "CITY"}, "invalid_labels"),
        ("events", {"id": "e9", "quote": "said", "type": "SAY"}, "invalid_labels"),
        ("events", {"id": ["e9"], "quote": "said", "type": "OCCUR"}, "malformed_items"),
        ("stances", {"id": "s9", "label": "AGAINST", "target": "m99"}, "invalid_references"),
        ("stances", {"id": "s9", "label": "CON", "target": "e2"}, "invalid_labels"),
        ("attributions", {"id": "a9", "cue": {"quote": "called"}}, "malformed_items"),
        ("mentions", 7, "malformed_items"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_is_counted_apart_and_costs_its_annotation_alone(
    tmp_path: Path, layer: str, item: Any, count: str
) -> None:
    answer = {**ANSWER, layer: [*ANSWER[layer], item]}
    with serving(always(Says(answer))) as server:
        found = predict(server, tmp_path, "--no-repair")
        clean = predict(server, tmp_path / "clean", "--no-repair", docs=[])
    answers = found.details["answers"]
    faults = {name: answers[name] for name in llm.FAULTS if answers[name]}
    assert faults == {count: 1}
    assert answers["annotations_left_out"] == 1
    assert len(found.rows[0]["mentions"]) == 3 and len(found.rows[0]["stances"]) == 1
    assert clean.rows == []


def test_fields_that_nobody_asked_for_cost_nothing(tmp_path: Path) -> None:
    mentions = [{**item, "confidence": 0.9} for item in ANSWER["mentions"]]
    with serving(always(Says({**ANSWER, "mentions": mentions, "notes": "none"}))) as server:
        found = predict(server, tmp_path)
    assert len(found.rows[0]["mentions"]) == 3
    assert found.details["answers"]["fields_ignored"] == 4
    assert found.details["incidents"] == []


def test_the_faults_of_an_answer_are_named_once_and_the_better_answer_counts(
    tmp_path: Path,
) -> None:
    def script(messages: list[dict[str, Any]], before: int) -> Says:
        bad = {**ANSWER, "mentions": [{**ANSWER["mentions"][0], "type": "CITY"}]}
        return Says(ANSWER if "faults" in messages[-1]["content"] else bad)

    with serving(script) as server:
        found = predict(server, tmp_path)
        assert len(server.requests) == 2
    assert "'CITY'" in server.asked()[1]
    assert len(found.rows[0]["mentions"]) == 3
    assert found.details["answers"]["repairs"] == 1 and found.details["incidents"] == []


def test_words_of_other_scripts_keep_their_offsets(tmp_path: Path) -> None:
    body = "“Tak,” said Žofie Ōkawa 𝒵 of Скарн in 東原."
    answer = {
        **EMPTY,
        "mentions": [{"id": "m1", "quote": "Žofie Ōkawa 𝒵", "type": "PERSON", "entity": "东"},
                     {"id": "m2", "quote": "東原", "type": "GPE"}],
    }  # fmt: skip
    doc = made.sample("doc", body)
    with serving(always(Says(answer))) as server:
        found = predict(server, tmp_path, docs=[doc])
    words = [doc.text[item["start"] : item["end"]] for item in found.rows[0]["mentions"]]
    assert words == ["Žofie Ōkawa 𝒵", "東原"]
    assert "entity" not in found.rows[0]["mentions"][0]


def test_windows_are_whole_paragraphs_and_each_is_quoted_from_alone(tmp_path: Path) -> None:
    doc = made.sample("doc", "Lenna burned.", "Lenna slept.", title="Night")
    answer = {**EMPTY, "mentions": [{"id": "m1", "quote": "Lenna", "type": "GPE"}]}

    def script(messages: list[dict[str, Any]], before: int) -> Says:
        return Says(answer if "Lenna" in messages[-1]["content"] else EMPTY)

    with serving(script) as server:
        found = predict(server, tmp_path, "--window", "1", "--no-repair", docs=[doc])
    assert sorted(server.asked()) == [
        "Published 2024-08-07T10:00:00+00:00.\n[1] Night",
        "Published 2024-08-07T10:00:00+00:00.\n[2] Lenna burned.",
        "Published 2024-08-07T10:00:00+00:00.\n[3] Lenna slept.",
    ]
    assert [item["id"] for item in found.rows[0]["mentions"]] == ["c2-m1", "c3-m1"]


KEYS = st.sampled_from(
    [
        "mentions",
        "events",
        "attributions",
        "stances",
        "id",
        "type",
        "quote",
        "n",
        "within",
        "paragraph",
        "arguments",
        "role",
        "mention",
        "event",
        "source",
        "cue",
        "content",
        "style",
        "label",
        "holder",
        "target",
        "entity",
        "mention_type",
        "other",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.sampled_from(["m1", "e1", "Lenna", "struck", "GPE", "ASSAULT", "location", "AGAINST", ""])
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
ITEM = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["m1", "m2", "e1", "s1"]) | VALUES,
        "quote": st.sampled_from(["Lenna", "struck", "said", "Headline 0"]) | VALUES,
        "paragraph": st.integers(0, 3),
        "n": st.integers(-1, 3),
        "type": st.sampled_from(["GPE", "ASSAULT"]) | VALUES,
        "arguments": st.lists(
            st.fixed_dictionaries({"role": st.just("location"), "mention": st.just("m1")}) | VALUES,
            max_size=2,
        ),
        "cue": VALUES,
        "content": VALUES,
        "target": st.sampled_from(["m1", "e1"]) | VALUES,
        "holder": st.sampled_from(["m1", "m2"]) | VALUES,
        "label": st.just("FAVOR") | VALUES,
    },
)
LISTS = ("mentions", "events", "attributions", "stances")


@given(
    VALUES
    | st.fixed_dictionaries(
        {}, optional={name: st.lists(ITEM | VALUES, max_size=4) for name in LISTS}
    )
)
def test_whatever_json_a_model_writes_the_line_is_valid_and_spans_lie_in_the_text(
    value: object,
) -> None:
    import jsonschema

    doc = llm_examples.document(documents()[0])
    (whole,) = prompts.chunks(doc, ONTOLOGY)
    text = prompts.masked(doc.text or "", whole)
    reply = Reply(json.dumps(value))
    got = read(reply, text, doc.id, ONTOLOGY, LAYERS, "", predicted=True)
    if got.annotations is None:
        assert got.faults
        return
    row = llm._row(got.annotations)
    jsonschema.validate(row, prediction(ONTOLOGY))
    for item in row["mentions"] + row["events"]:
        assert 0 <= item["start"] < item["end"] <= doc.length
    assert got.lost == 0 or got.faults


@given(st.text())
def test_whatever_words_a_model_writes_are_read_or_are_a_fault(words: str) -> None:
    got = read(Reply(words), "Lenna burned.", "doc", ONTOLOGY, LAYERS, "", predicted=True)
    assert got.annotations is not None or got.faults


# ---------------------------------------------------------------------- examples


def test_an_example_read_as_an_answer_is_the_gold_of_its_window() -> None:
    (sample, _) = made.train()
    document = llm_examples.document(sample)
    (whole,) = prompts.chunks(document, ONTOLOGY)
    answer = json.dumps(llm_examples.answer_of(sample, whole))
    got = read(
        Reply(answer),
        sample.text,
        "train-1",
        ONTOLOGY,
        LAYERS,
        "",
        predicted=True,
    )
    assert got.faults == [] and got.annotations is not None
    row = llm._row(got.annotations)
    gold = sample.row or {}
    for layer in ("mentions", "events"):
        keys = ("start", "end", "type")
        assert [[item[key] for key in keys] for item in row[layer]] == sorted(
            [item[key] for key in keys] for item in gold[layer]
        )
    assert sorted(
        (event["start"], argument["role"], argument["start"])
        for event in row["events"]
        for argument in event["arguments"]
    ) == sorted(
        (event["start"], argument["role"], argument["start"])
        for event in gold["events"]
        for argument in event["arguments"]
    )
    assert len(row["attributions"]) == len(gold["attributions"])


def test_examples_stand_before_the_question_and_come_from_train_alone(tmp_path: Path) -> None:
    with serving(always(Says(ANSWER))) as server:
        found = predict(server, tmp_path, "--shots", "2")
    roles = [item["role"] for item in server.requests[0]["messages"]]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
    assert {item["doc_id"] for item in found.details["examples"]} == {"train-1", "train-2"}


def test_more_examples_than_train_documents_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="--shots 2 or fewer"):
        predict("http://127.0.0.1:9/v1", tmp_path, "--shots", "3")


def test_the_digest_of_the_prompt_changes_with_everything_that_is_asked(tmp_path: Path) -> None:
    with serving(always(Says(ANSWER))) as server:
        digests = [
            predict(server, tmp_path, *more).details["prompt_sha256"]
            for more in (
                (), ("--shots", "2"), ("--window", "500"), ("--param", "seed=1"),
                ("--param", "temperature=null"), ("--no-repair",), ("--concurrency", "2"),
            )
        ]  # fmt: skip
    assert len(set(digests)) == 6 and digests[0] == digests[-1]


def test_parameters_are_sent_and_null_takes_one_out(tmp_path: Path) -> None:
    with serving(always(Says(ANSWER))) as server:
        predict(server, tmp_path, "--param", "temperature=null", "--param", "max_tokens=50")
    assert set(server.requests[0]) == {"model", "messages", "max_tokens"}


# ---------------------------------------------------------------------- retries


def test_a_retry_waits_as_long_as_the_server_says(tmp_path: Path, no_waiting: list[float]) -> None:
    busy = [
        Says(status=429, headers={"Retry-After": "7"}),
        Says(status=503, headers={"Retry-After": formatdate(time.time() + 60, usegmt=True)}),
    ]
    with serving(always(*busy, Says(ANSWER))) as server:
        found = predict(server, tmp_path)
    assert no_waiting[0] == 7.0 and 50 < no_waiting[1] <= 60
    assert found.details["run"]["requests"] == 3 and found.details["run"]["retries"] == 2
    assert found.details["incidents"] == []


def test_waits_double_with_jitter_where_the_server_does_not_say(
    tmp_path: Path, no_waiting: list[float]
) -> None:
    busy = [Says(status=429), Says(reset=True), Says(status=500), Says(ANSWER, sent=30)]
    with serving(always(*busy, Says(ANSWER))) as server:
        found = predict(server, tmp_path)
    assert len(found.rows[0]["mentions"]) == 3
    assert len(no_waiting) == 4
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(no_waiting))


@pytest.mark.parametrize("value", ["soon", "nan", ""])
def test_a_retry_after_that_is_nonsense_counts_as_none(
    tmp_path: Path, no_waiting: list[float], value: str
) -> None:
    with serving(always(Says(status=429, headers={"Retry-After": value}), Says(ANSWER))) as server:
        predict(server, tmp_path)
    assert 0.5 <= no_waiting[0] <= 1


def test_a_server_that_asks_for_hours_is_given_up(tmp_path: Path, no_waiting: list[float]) -> None:
    with serving(always(Says(status=429, headers={"Retry-After": "86400"}))) as server:
        with pytest.raises(CannotRunError, match="asks to wait 86400 s"):
            predict(server, tmp_path)
        assert len(server.requests) == 1 and no_waiting == []


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_what_every_request_would_get_ends_the_run_at_once(tmp_path: Path, status: int) -> None:
    with serving(always(Says(status=status))) as server:
        with pytest.raises(CannotRunError, match=f"HTTP {status}"):
            predict(server, tmp_path, "--concurrency", "1", docs=documents(5))
        assert len(server.requests) == 1


def test_a_server_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="cannot be reached"):
        predict("http://127.0.0.1:9/v1", tmp_path)


def test_a_run_without_one_reply_makes_no_predictions(tmp_path: Path) -> None:
    with serving(always(Says(status=500))) as server, pytest.raises(CannotRunError, match="HTTP"):
        predict(server, tmp_path, docs=documents(2))


# ---------------------------------------------------------------------- cache


def test_a_second_run_asks_nothing_and_gives_the_same_bytes(tmp_path: Path) -> None:
    with serving(always(Says(ANSWER, usage={"prompt_tokens": 5, "completion_tokens": 7}))) as s:
        one = predict(s, tmp_path, docs=documents(3))
        asked = len(s.requests)
    with serving(always(Says(status=500))) as other:
        two = predict(other, tmp_path, docs=documents(3))
        assert other.requests == []
    assert asked == 3
    assert write.dump(one.rows) == write.dump(two.rows)
    assert two.details["run"]["cache_hits"] == 3 and two.details["run"]["requests"] == 0
    runs = one.details.pop("run"), two.details.pop("run")
    assert one.details == two.details and runs[0]["prompt_tokens"] == 15


def test_offline_reads_the_cache_and_says_what_it_lacks(tmp_path: Path) -> None:
    with serving(always(Says(ANSWER))) as server:
        predict(server, tmp_path, docs=documents(2))
    args = options("", tmp_path, "--offline")
    args.url = None
    made_ = llm.predict(args, made.train(), documents(2), lambda words: None)
    assert len(made_.rows) == 2
    with pytest.raises(CannotRunError) as caught:
        llm.predict(args, made.train(), documents(4), lambda words: None)
    assert "2 replies are not in the cache, of 2 of 4 documents" in str(caught.value)
    assert "doc-2: 1 reply" in str(caught.value) and "doc-0" not in str(caught.value)


def test_offline_without_a_cache_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="--cache"):
        predict("http://127.0.0.1:9/v1", tmp_path / "none", "--offline")


def test_failures_are_not_kept_and_asked_again_by_the_next_run(tmp_path: Path) -> None:
    def script(messages: list[dict[str, Any]], before: int) -> Says:
        bad = before == 0 and "Headline 1" in messages[-1]["content"]
        return Says(status=400) if bad else Says(ANSWER)

    with serving(script) as server:
        first = predict(server, tmp_path, docs=documents(3))
        second = predict(server, tmp_path, docs=documents(3))
    assert first.details["answers"]["failed_requests"] == 1
    assert second.details["incidents"] == [] and second.details["run"]["requests"] == 1


def test_the_cache_does_not_depend_on_the_address_and_holds_no_questions(tmp_path: Path) -> None:
    with serving(always(Says(ANSWER))) as one:
        predict(one, tmp_path)
    with serving(always(Says(ANSWER))) as two:
        predict(two, tmp_path)
        assert two.requests == []
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Headline 0" not in kept and one.url.encode() not in kept


CHILD = """
import sys
import signal
# A shell that runs tests in the background has its children ignore what Ctrl-C sends.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from tests.baselines.test_llm_baseline import documents, made, options
from parley.baselines import llm
try:
    llm.predict(options(sys.argv[1], Path(sys.argv[2]), "--concurrency", "2"), made.train(),
                documents(12), lambda words: None)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_killed_is_finished_by_asking_for_the_rest_alone(
    tmp_path: Path, how: signal.Signals
) -> None:
    enough = threading.Event()
    ended = threading.Event()

    def script(messages: list[dict[str, Any]], before: int) -> Says:
        if len(server.requests) > 5:
            # The sixth and later ones are on their way when the run is ended.
            enough.set()
            ended.wait()
        return Says(ANSWER)

    with serving(script) as server:
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, server.url, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stderr=subprocess.PIPE,
        )
        assert enough.wait(120), "the run never asked for the sixth answer"
        child.send_signal(how)
        try:
            _, said = child.communicate(timeout=120)
        finally:
            child.kill()
            ended.set()
        assert child.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL), said
        kept = [path for path in tmp_path.iterdir() if path.suffix == ".json"]
        for path in kept:
            json.loads(path.read_bytes())
        assert 4 <= len(kept) <= 5
    with serving(always(Says(ANSWER))) as again:
        found = predict(again, tmp_path, docs=documents(12))
        assert len(again.requests) == 12 - len(kept)
    assert all(len(row["mentions"]) == 3 for row in found.rows)


# ---------------------------------------------------------------------- the rest


def test_no_more_requests_are_open_than_allowed_and_lines_keep_their_order(tmp_path: Path) -> None:
    full = threading.Barrier(3)

    def script(messages: list[dict[str, Any]], before: int) -> Says:
        full.wait()
        return Says(ANSWER)

    with serving(script) as server:
        found = predict(server, tmp_path, "--concurrency", "3", docs=documents(9))
    assert server.most_open == 3
    assert [row["doc_id"] for row in found.rows] == [f"doc-{n}" for n in range(9)]


def test_the_key_is_sent_and_stands_in_no_file_and_no_output(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    key = "sk-made-up-0123456789"
    monkeypatch.setenv("PARLEY_LLM_KEY", key)

    def script(messages: list[dict[str, Any]], before: int) -> Says:
        if "Headline 1" in messages[-1]["content"]:
            error = {"message": f"too long, asked with {key}"}
            return Says(status=400, body=json.dumps({"error": error}).encode())
        if "Headline 2" in messages[-1]["content"]:
            return Says(body=f"{key} is no completion".encode())
        return Says({**ANSWER, key: key})

    with serving(script) as server:
        found = predict(server, tmp_path, "--no-repair", docs=documents(3))
        write.write(tmp_path / "out.jsonl", found.rows, found.details)
    assert server.headers[0]["Authorization"] == f"Bearer {key}"
    said = "".join(capfd.readouterr()) + caplog.text
    said += "".join(path.read_text() for path in tmp_path.iterdir())
    assert key not in said and "too long, asked with [key]" in said


def test_a_key_that_no_header_can_hold_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PARLEY_LLM_KEY", "sk-made\nup")
    with pytest.raises(IncidentError, match="PARLEY_LLM_KEY") as caught:
        Client("http://127.0.0.1:9/v1", "m")
    assert "sk-made" not in str(caught.value)


def test_a_bad_address_and_a_missing_one_name_the_option(tmp_path: Path) -> None:
    with pytest.raises(IncidentError, match="--url"):
        predict("localhost:8000", tmp_path)
    with pytest.raises(CannotRunError, match="--url"):
        predict("", tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        ["--shots", "-1"], ["--shots", "x"], ["--window", "0"], ["--concurrency", "0"],
        ["--timeout", "0"], ["--timeout", "inf"], ["--price-in", "nan"], ["--param", "x"],
        ["--param", "x=y"], ["--param", "model=1"], ["--param", "=1"],
    ],
)  # fmt: skip
def test_options_that_cannot_be_are_refused_with_what_was_expected(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        options("http://127.0.0.1:9/v1", tmp_path, *words)
    assert words[0] in capsys.readouterr().err
