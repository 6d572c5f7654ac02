"""Exports read back by the tools that they are for, and held against the gold."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import spacy
from seqeval.metrics.sequence_labeling import get_entities
from spacy.tokens import DocBin

from parley.cli import main
from parley.formats import FORMATS, conll, gliner, source, spacy_docbin, textee
from parley.formats.source import Source

KEYS = ("mentions", "events", "attributions", "stances")


@pytest.fixture(scope="module")
def documents(built: Path) -> list[Source]:
    return source.read(built, "train")["train"]


def words(documents: list[Source], key: str) -> Counter[tuple[str, str]]:
    """(label, words) of every span of a key."""
    return Counter(
        (item["type"], document.text[item["start"] : item["end"]])
        for document in documents
        for item in document.row[key]
    )


def test_conll_columns_hold_the_names_that_seqeval_finds(
    documents: list[Source], tmp_path: Path
) -> None:
    made = conll.export(documents, tmp_path)
    blocks = (tmp_path / conll.FILE).read_text("utf-8").rstrip("\n").split("\n\n")
    found = Counter[tuple[str, str]]()
    sentences = 0
    for block in blocks:
        rows = [line.split(" ") for line in block.split("\n")]
        if rows[0][0] == "-DOCSTART-":
            continue
        sentences += 1
        assert all(len(row) == 4 and row[1] == row[2] == "-X-" for row in rows)
        for label, first, last in get_entities([row[3] for row in rows]):
            found[label, " ".join(row[0] for row in rows[first : last + 1])] += 1
    assert sentences == sum(len(document.sentences) for document in documents)
    names = Counter(
        item["type"]
        for document in documents
        for item in document.row["mentions"]
        if item["mention_type"] == "name"
    )
    assert found.total() == made.held["names"]
    assert not Counter(label for label, _ in found.elements()) - names
    in_all = sum(len(document.row["mentions"]) for document in documents)
    lost = sum(count for what, count in made.lost.items() if what not in (*KEYS, "clusters"))
    assert made.held["names"] + lost == in_all


def test_gliner_items_hold_every_mention_with_the_last_token_included(
    documents: list[Source], tmp_path: Path
) -> None:
    made = gliner.export(documents, tmp_path)
    items = json.loads((tmp_path / gliner.FILE).read_text("utf-8"))
    held = sum(len(item["ner"]) for item in items)
    total = sum(len(document.row["mentions"]) for document in documents)
    assert held == made.held["mentions"]
    assert held + made.lost["mentions that are no whole tokens of a sentence"] == total
    by_hand = words(documents, "mentions")
    for item in items:
        for first, last, label in item["ner"]:
            assert 0 <= first <= last < len(item["tokenized_text"])
            start = "".join(item["tokenized_text"][first : last + 1])
            assert any(start == "".join(text.split()) for name, text in by_hand if name == label)


def test_textee_windows_hold_events_whose_tokens_are_their_words(
    documents: list[Source], tmp_path: Path
) -> None:
    made = textee.export(documents, tmp_path)
    rows = [json.loads(line) for line in (tmp_path / textee.FILE).read_bytes().splitlines()]
    assert len({row["wnd_id"] for row in rows}) == len(rows)
    triggers = Counter[tuple[str, str]]()
    arguments = 0
    for row in rows:
        entities = {item["id"]: item for item in row["entity_mentions"]}

        def check(item: dict[str, Any], row: dict[str, Any] = row) -> None:
            joined = "".join(row["tokens"][item["start"] : item["end"]])
            assert joined == "".join(item["text"].split())

        for event in row["event_mentions"]:
            check(event["trigger"])
            triggers[event["event_type"], event["trigger"]["text"]] += 1
            for argument in event["arguments"]:
                check(argument)
                entity = entities[argument["entity_id"]]
                assert (entity["start"], entity["end"]) == (argument["start"], argument["end"])
                arguments += 1
    lost = made.lost["events whose trigger is no whole tokens of a sentence"]
    assert not triggers - words(documents, "events")
    assert triggers.total() + lost == words(documents, "events").total()
    given = sum(len(event["arguments"]) for doc in documents for event in doc.row["events"])
    told = sum(count for what, count in made.lost.items() if what.startswith("arguments"))
    assert arguments == made.held["arguments"] == given - told


def test_a_docbin_has_the_text_every_span_and_the_gold_line(
    documents: list[Source], tmp_path: Path
) -> None:
    made = spacy_docbin.export(documents, tmp_path)
    packed = DocBin().from_disk(tmp_path / spacy_docbin.FILE)
    docs = list(packed.get_docs(spacy.blank("en").vocab))
    assert [doc.text for doc in docs] == [document.text for document in documents]
    for doc, document in zip(docs, documents, strict=True):
        assert json.loads(doc.user_data["parley"]) == json.loads(json.dumps(document.row))
        mentions = Counter((span.label_, span.text) for span in doc.spans["mentions"])
        if not made.lost:
            assert mentions == words([document], "mentions")
        assert len(doc.spans["triggers"]) == len(document.row["events"])
        assert {ent.text for ent in doc.ents} <= {span.text for span in doc.spans["mentions"]}
        starts = {sentence.start for sentence in document.sentences}
        assert starts <= {sentence.start_char for sentence in doc.sents}


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_writes_each_split_and_counts_what_has_no_place(
    name: str, built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["export", name, "--data", str(built), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["splits"]) == {"train", "validation", "test"}
    for row in told["splits"].values():
        assert all(Path(file).is_file() for file in row["files"])
        assert row["held"]
    assert main(["export", name, "--data", str(built), "--out", str(out), "--split", "test"]) == 0
    printed = capsys.readouterr()
    assert "documents, " in printed.out
    assert (f"{name} has no place for" in printed.err) == bool(told["splits"]["test"]["not_held"])


def test_what_cannot_be_exported_is_told_in_a_line(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--data", str(built), "--out", str(tmp_path / "out")]
    assert main(["export", "conll", *args, "--split", "tset"]) == 2
    assert "S002 no such split; got 'tset'" in capsys.readouterr().err
    assert main(["export", "conll", "--data", str(tmp_path), "--out", str(tmp_path / "o")]) == 2
    assert "S001 no built dataset" in capsys.readouterr().err
