"""A language model that answers in every wrong way, behind a real HTTP server."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from parley.incidents import IncidentError
from parley.prefill import llm, make
from parley.prefill.llm import LanguageModel
from tests.prefill.made import ONTOLOGY, document

GOOD: dict[str, Any] = {
    "mentions": [{"id": "m1", "quote": "Sumy", "paragraph": 2, "type": "GPE"}],
    "events": [
        {"id": "e1", "quote": "burned", "type": "OCCUR", "tense": "past",
         "arguments": [{"role": "location", "mention": "m1"}]}
    ],
    "attributions": [
        {"id": "a1", "source": {"quote": "Reuters"}, "cue": {"quote": "said"},
         "content": {"quote": "Sumy burned"}, "source_kind": "outlet"}
    ],
    "stances": [],
}  # fmt: skip


class Fake:
    """Answers with what it is given, in turn; the last answer is repeated."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                fake.requests.append(json.loads(self.rfile.read(size)))
                fake.headers.append(dict(self.headers))
                turn = min(len(fake.requests), len(fake.answers)) - 1
                status, body, more = fake.answers[turn]
                if body is None:
                    time.sleep(1.5)
                    return
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def says(self, *contents: object, finish: str = "stop") -> None:
        """Contents of chat completions: text as it is, other values as JSON."""
        for content in contents:
            text = content if isinstance(content, str) else json.dumps(content)
            choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish}
            self.raw(json.dumps({"choices": [choice]}).encode())

    def raw(self, body: bytes | None, status: int = 200, **headers: str) -> None:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, body, more))


@pytest.fixture
def fake() -> Iterator[Fake]:
    made = Fake()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


class Run:
    """One document through one model."""

    def __init__(self, fake: Fake, cache: Path | None = None, body: str = "", **more: Any) -> None:
        self.slept: list[float] = []
        self.model = LanguageModel(
            fake.url, "test-1", ONTOLOGY, cache=cache, sleep=self.slept.append, **more
        )
        found = document(body or "Sumy burned, Reuters said.")
        made = make(found, [self.model], ONTOLOGY)
        self.annotations, self.version, incidents = made
        self.codes = [item.code for item in incidents]
        self.messages = "\n".join(map(str, incidents))
        self.text = found.text or ""


def test_a_good_answer_becomes_annotations_with_offsets(fake: Fake) -> None:
    fake.says(GOOD)
    run = Run(fake)
    assert run.codes == []
    (mention,) = run.annotations.mentions
    assert run.text[mention.start : mention.end] == "Sumy"
    assert run.annotations.events[0].arguments[0].target == mention.id
    assert run.annotations.attributions[0].source_kind == "outlet"
    assert len(fake.requests) == 1
    assert run.version.startswith("llm ") and "model test-1, prompt " in run.version


def test_the_prompt_has_the_labels_the_rules_and_numbered_lines(fake: Fake) -> None:
    fake.says(GOOD)
    Run(fake)
    system, user = (message["content"] for message in fake.requests[0]["messages"])
    assert all(f"- {name}:" in system for name in ONTOLOGY.names("event"))
    assert "[2] Sumy burned, Reuters said." in user
    assert "Published 2024-08-22" in user


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "A005"),
        ("   ", "A005"),
        ("Here you are: Sumy is a city.", "A006"),
        ('{"mentions": [NaN]}', "A006"),
        ("[" * 3000, "A006"),
        ("[1, 2]", "Q005"),
        ('"Sumy"', "Q005"),
        ({"mentions": {"id": "m1"}}, "Q005"),
        ({"mentions": [7, None, "x"]}, "Q005"),
        ({"mentions": [{"id": 5, "quote": ["Sumy"], "type": {}}]}, "Q005"),
        ({"mentions": [{"id": "m1", "quote": "Kiev", "type": "GPE"}]}, "Q001"),
        ({"mentions": [{"id": "m1", "quote": "headline", "type": "GPE"}]}, "Q001"),
        ({"mentions": [{"id": "m1", "quote": "Sumy", "n": 4, "type": "GPE"}]}, "Q003"),
        ({"mentions": [{"id": "m1", "quote": "Sumy", "paragraph": 9, "type": "GPE"}]}, "Q004"),
        ({"mentions": [{"id": "m1", "quote": "Sumy", "type": "COUNTRY"}]}, "Q006"),
        ({"stances": [{"id": "s1", "quote": "said", "label": "FAVOR", "target": "m9"}]}, "Q007"),
        ({"attributions": [{"id": "a1", "cue": {"quote": "said"}}]}, "Q005"),
        ({"surprise": []}, "Q005"),
        ('{"mentions": [{"id": "m1", "quote": "\\u0000\\u0000", "type": "GPE"}]}', "Q001"),
    ],
)
def test_a_bad_answer_is_a_coded_fault_and_asked_for_once_more(
    fake: Fake, content: object, code: str
) -> None:
    fake.says(content)
    run = Run(fake)
    assert code in run.codes
    assert len(fake.requests) == 2
    assert "faults" in fake.requests[1]["messages"][-1]["content"]
    assert run.annotations.mentions == [] and run.annotations.attributions == []


def test_an_ambiguous_quote_is_left_out_and_counted_and_the_rest_is_kept(fake: Fake) -> None:
    answer = {"mentions": [{"id": "m1", "quote": "Sumy", "type": "GPE"},
                           {"id": "m2", "quote": "Kyiv", "type": "GPE"}]}  # fmt: skip
    fake.says(answer)
    run = Run(fake, body="Sumy wept. Sumy burned. Kyiv slept.")
    assert run.codes.count("Q002") == 1
    assert "1 of 2 annotations do not resolve" in run.messages
    assert len(run.annotations.mentions) == 1


def test_a_bad_argument_does_not_cost_the_event(fake: Fake) -> None:
    events = [{**GOOD["events"][0], "arguments": [{"role": "place", "mention": "m1"}]}]
    fake.says({**GOOD, "events": events})
    run = Run(fake)
    assert [item.arguments for item in run.annotations.events] == [[]]
    assert "Q006" in run.codes and "A009" not in run.codes


def test_what_refers_to_something_left_out_goes_with_it(fake: Fake) -> None:
    wrong = [{"id": "m1", "quote": "Odesa", "type": "GPE"}]
    stances = [{"id": "s1", "quote": "burned", "label": "AGAINST", "target": "m1"}]
    fake.says({**GOOD, "mentions": wrong, "stances": stances})
    run = Run(fake)
    assert run.annotations.stances == []
    assert [item.arguments for item in run.annotations.events] == [[]]


def test_a_corrected_second_answer_counts(fake: Fake) -> None:
    fake.says("no idea", GOOD)
    run = Run(fake)
    assert run.codes == []
    assert len(run.annotations.mentions) == 1


def test_a_worse_second_answer_does_not_replace_the_first(fake: Fake) -> None:
    partly = {**GOOD, "stances": [{"id": "s1", "quote": "nowhere"}]}
    fake.says(partly, "sorry")
    run = Run(fake)
    assert len(run.annotations.mentions) == 1
    assert "Q001" in run.codes


def test_json_in_a_code_fence_is_taken_out_and_reported(fake: Fake) -> None:
    fake.says(f"Here it is:\n```json\n{json.dumps(GOOD)}\n```\nDone.")
    run = Run(fake)
    assert run.codes == ["A008"]
    assert len(run.annotations.mentions) == 1
    assert len(fake.requests) == 1


def test_a_cut_answer_has_a_code_of_its_own(fake: Fake) -> None:
    fake.says(json.dumps(GOOD)[:60], finish="length")
    assert "A007" in Run(fake).codes


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_http_error_is_waited_out_once(fake: Fake, status: int) -> None:
    fake.raw(b"busy", status, Retry_After="7")
    fake.says(GOOD)
    run = Run(fake)
    assert run.codes == [] and run.slept == [7.0]
    assert len(run.annotations.mentions) == 1


@pytest.mark.parametrize(
    ("status", "requests"), [(429, 2), (500, 2), (401, 1), (404, 1), (302, 1), (204, 1)]
)
def test_a_lasting_http_error_is_a_fault_of_the_document(
    fake: Fake, status: int, requests: int
) -> None:
    fake.raw(b"" if status == 204 else b"{}", status, Location="http://127.0.0.1:1/")
    run = Run(fake)
    assert run.codes == ["A003"] and f"HTTP {status}" in run.messages
    assert len(fake.requests) == requests
    assert run.annotations.mentions == []


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"choices": []}', b'{"choices": [{"message": null}]}', b"\xff\xfe",
     b'{"choices": [{"message": {"content": 7}}]}', b'{"choices": ["x"]}', b"null"],
)  # fmt: skip
def test_a_reply_that_is_no_chat_completion_is_a_fault(fake: Fake, body: bytes) -> None:
    fake.raw(body)
    assert Run(fake).codes == ["A004"]


def test_a_huge_reply_is_not_read_to_its_end(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm, "MOST_BYTES", 1000)
    fake.raw(b"x" * 100_000)
    assert Run(fake).codes == ["A004"]


def test_a_server_that_does_not_answer_is_given_up(fake: Fake) -> None:
    fake.raw(None)
    assert Run(fake, timeout=0.3).codes == ["A003"]


def test_a_server_that_is_not_there_is_a_fault() -> None:
    model = LanguageModel("http://127.0.0.1:9/v1", "m", ONTOLOGY, sleep=lambda _: None)
    made = make(document("Sumy."), [model], ONTOLOGY)
    assert [item.code for item in made.incidents] == ["A003"]


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://x/v1", "http://", "http://[::1/v1"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(IncidentError, match="A002"):
        LanguageModel(url, "m", ONTOLOGY)


def test_the_key_comes_from_the_environment_and_is_shown_nowhere(
    fake: Fake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    monkeypatch.setenv("PARLEY_LLM_KEY", "sk-secret-1")
    fake.raw(b"sk-secret?", 401)
    run = Run(fake, tmp_path)
    assert fake.headers[0]["Authorization"] == "Bearer sk-secret-1"
    said = "".join(capfd.readouterr()) + run.messages + run.version
    said += caplog.text + b"".join(path.read_bytes() for path in tmp_path.iterdir()).decode()
    assert "sk-secret" not in said


@pytest.mark.parametrize(
    "url", ["http://me:sk-secret@127.0.0.1/v1", "http://127.0.0.1/v1?key=sk-secret"]
)
def test_an_address_with_a_secret_in_it_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(IncidentError, match="A002") as caught:
        LanguageModel(url, "m", ONTOLOGY)
    assert "sk-secret" not in str(caught.value)


def test_a_second_run_asks_nothing(fake: Fake, tmp_path: Path) -> None:
    fake.says(GOOD)
    one, two = Run(fake, tmp_path), Run(fake, tmp_path)
    assert len(fake.requests) == 1
    assert one.annotations == two.annotations
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"content": 7, "cut": false}', b"\xff"])
def test_a_damaged_cache_entry_is_asked_anew(fake: Fake, tmp_path: Path, data: bytes) -> None:
    fake.says(GOOD)
    Run(fake, tmp_path)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(data)
    assert len(Run(fake, tmp_path).annotations.mentions) == 1
    assert len(fake.requests) == 2


def test_failures_are_not_cached(fake: Fake, tmp_path: Path) -> None:
    fake.raw(b"", 401)
    Run(fake, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_long_document_is_asked_in_parts_and_quotes_stay_in_theirs(fake: Fake) -> None:
    line = "Sumy burned. " + "It rained. " * 500
    answer = {"mentions": [{"id": "m1", "quote": "Sumy", "type": "GPE"}]}
    fake.says(answer)
    run = Run(fake, body=f"{line}\n\n{line}")
    assert len(run.annotations.mentions) == 2
    assert "[3] Sumy" in fake.requests[1]["messages"][1]["content"]
