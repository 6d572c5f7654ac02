"""Annotations to a line of the prediction format and back."""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parley import json_io, validation
from parley.document import Annotations, Document, Mention, Paragraph, digest
from parley.predictions.rows import clusters, from_row, to_row
from tests.dataset.made_documents import a_document
from tests.strategies import TEXTS, annotations


def sets(row: dict[str, Any]) -> dict[str, Any]:
    """A line whose lists have no order: annotations are sorted by more than a line holds."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, list):
            items = (
                [
                    {**item, "arguments": sorted(map(str, item["arguments"]))}
                    if "arguments" in item
                    else item
                    for item in map(dict, value)
                ]
                if key != "clusters"
                else [sorted(item) for item in value]
            )
            found[key] = sorted(map(str, items))
        else:
            found[key] = value
    return found


def document(text: str) -> Document:
    return Document(
        id="doc",
        story="made",
        status="open",
        title="",
        published="2024-08-17",
        form="wire",
        language="en",
        length=len(text),
        sha256=digest(text),
        paragraphs=(Paragraph(0, len(text), "body"),),
        sentences=(),
        text=text,
    )


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_a_made_document_survives_being_written_as_a_line_and_read_again(seed: int) -> None:
    found, gold = a_document(Random(seed), lines=4)
    row = to_row(gold, found.text)
    again, faults = from_row(json_io.loads(json_io.dumps(row)), found, "file.jsonl", 1)
    lost = {fault.item for fault in faults}
    assert all(name is not None and name.endswith("]") for name in lost)
    if not lost:
        assert sets(to_row(again, found.text)) == sets(row)


@settings(deadline=None)
@given(TEXTS.filter(str.strip).flatmap(lambda text: st.tuples(st.just(text), annotations(text))))
def test_what_a_second_reading_gives_is_what_the_first_gave(
    pair: tuple[str, Annotations],
) -> None:
    text, some = pair
    once, _ = from_row(to_row(some, text), document(text), "file.jsonl", 1)
    row = to_row(once, text)
    twice, faults = from_row(row, document(text), "file.jsonl", 1)
    assert faults == []
    assert sets(to_row(twice, text)) == sets(row)
    assert validation.accepts("prediction", json_io.loads(json_io.dumps(row)))


def test_an_argument_has_the_span_of_the_annotation_that_it_is() -> None:
    found, gold = a_document(Random(3), lines=6)
    ends = {item.id: (item.start, item.end) for item in gold.mentions}
    ends |= {item.id: (item.start, item.end) for item in gold.events}
    row = to_row(gold, found.text)
    for event, item in zip(gold.events, row["events"], strict=True):
        spans = [(argument["start"], argument["end"]) for argument in item["arguments"]]
        assert spans == [ends[argument.target] for argument in event.arguments]


def test_clusters_are_the_mentions_of_one_entity_and_single_ones_stay() -> None:
    mentions: list[dict[str, Any]] = [
        {"id": "m1", "entity": "lenna"},
        {"id": "m2", "entity": None},
        {"id": "m3", "entity": "mirkwood"},
        {"id": "m4", "entity": "lenna"},
        {"id": "m5"},
    ]
    assert clusters(mentions) == [["m1", "m4"], ["m3"]]


def test_a_layer_that_nobody_annotated_has_no_key_and_an_empty_one_has_a_list() -> None:
    assert to_row(Annotations("doc", "", 5, ()), None) == {"doc_id": "doc"}
    assert to_row(Annotations("doc", "", 5, ("event", "stance")), None) == {
        "doc_id": "doc",
        "events": [],
        "stances": [],
    }


def test_without_a_text_no_words_stand_beside_the_spans() -> None:
    some = Annotations("doc", "", 5, ("entity",), [Mention("m1", 0, 5, "GPE")])
    assert "text" not in to_row(some, None)["mentions"][0]
    assert to_row(some, "Lenna")["mentions"][0]["text"] == "Lenna"
