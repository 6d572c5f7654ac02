"""Merging sources, and the prediction format on both sides."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import json_io, validation
from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Document,
    Event,
    Mention,
    Stance,
    dump,
)
from parley.incidents import Incident
from parley.ontology import LAYERS, Ontology
from parley.predictions.rows import to_row
from parley.prefill import make
from parley.prefill.backend import bare
from parley.prefill.predictions import read
from tests.prefill.made import ONTOLOGY, document, nothing
from tests.strategies import TEXTS, annotations


class Fixed:
    """A source that always answers the same."""

    def __init__(self, name: str, found: Annotations) -> None:
        self.name, self.detail, self.found = name, "", found
        self.layers = LAYERS

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        return self.found, []


def test_a_span_that_two_sources_annotate_is_the_first_ones() -> None:
    found = document("Sumy burned and Kyiv wept.")
    text = found.text or ""
    at = text.index("Sumy")
    first, second = nothing(found), nothing(found)
    first.mentions = [Mention("x", at, at + 4, "GPE", entity="sumy")]
    second.mentions = [Mention("x", at, at + 4, "ORG")]
    second.events = [Event("y", at + 5, at + 11, "OCCUR", arguments=[Argument("location", "x")])]
    second.stances = [Stance("z", at + 5, at + 11, "AGAINST", "y", "x")]
    made = make(found, [Fixed("one", first), Fixed("two", second)], ONTOLOGY)
    assert [(item.id, item.type) for item in made.annotations.mentions] == [("m1", "GPE")]
    assert made.annotations.events[0].arguments == [Argument("location", "m1")]
    assert made.annotations.stances[0].holder == "m1"
    assert made.model_version.startswith("one+two ")


def test_layers_that_are_not_asked_for_take_what_refers_to_them_along() -> None:
    found = document("Sumy burned and Kyiv wept.")
    some = nothing(found)
    some.mentions = [Mention("x", 9, 13, "GPE")]
    some.events = [Event("y", 14, 20, "OCCUR", arguments=[Argument("location", "x")])]
    made = make(found, [Fixed("one", some)], ONTOLOGY, ("event",)).annotations
    assert made.mentions == []
    assert made.events[0].arguments == []
    assert made.layers == ("event",)


def test_a_text_that_is_not_at_hand_is_refused() -> None:
    with pytest.raises(ValueError, match="hydrate"):
        make(replace(document("x"), text=None), [], ONTOLOGY)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, Annotations, Annotations]:
    text = draw(TEXTS)
    return text, draw(annotations(text)), draw(annotations(text))


@given(pairs())
def test_merging_a_source_with_itself_adds_nothing(pair: tuple[str, Annotations, object]) -> None:
    text, some, _ = pair
    found = bare(text, "doc")
    once = make(found, [Fixed("one", some)], ONTOLOGY).annotations
    twice = make(found, [Fixed("one", some), Fixed("two", some)], ONTOLOGY).annotations
    assert dump(once) == dump(twice)


@given(pairs())
def test_merged_annotations_refer_only_to_what_they_hold(
    pair: tuple[str, Annotations, Annotations],
) -> None:
    text, one, two = pair
    made = make(bare(text, "doc"), [Fixed("one", one), Fixed("two", two)], ONTOLOGY).annotations
    ids = [item.id for item in made.mentions] + [item.id for item in made.events]
    assert len(ids) == len(set(ids))
    for event in made.events:
        assert all(item.target in ids for item in event.arguments)
    for stance in made.stances:
        assert stance.target in ids and (stance.holder is None or stance.holder in ids)


@given(pairs())
def test_what_is_written_as_a_prediction_is_in_the_format(
    pair: tuple[str, Annotations, object],
) -> None:
    text, some, _ = pair
    some.layers = ("entity", "event", "attribution", "stance")
    row = json_io.loads(json_io.dumps(to_row(some, text)))
    assert validation.accepts("prediction", row)


def _read(tmp_path: Path, *rows: object) -> tuple[Document, Annotations, list[Incident]]:
    found = document("Sumy burned and Kyiv wept, Reuters said.")
    path = tmp_path / "system.jsonl"
    path.write_bytes(b"".join(json_io.dumps(row) + b"\n" for row in rows))
    source, faults = read(path, "system.jsonl", lambda: {"doc": found})
    made = make(found, [source], ONTOLOGY)
    return found, made.annotations, [*faults, *made.incidents]


def test_a_prediction_file_is_read_and_written_again(tmp_path: Path) -> None:
    some = nothing(document("Sumy burned and Kyiv wept, Reuters said."))
    some.layers = ("entity", "event", "attribution", "stance")
    some.mentions = [Mention("m1", 9, 13, "GPE")]
    some.events = [Event("e1", 14, 20, "OCCUR", arguments=[Argument("location", "m1")])]
    some.attributions = [Attribution("a1", [(44, 48)], [(36, 43)], [(9, 34)])]
    some.stances = [Stance("s1", 14, 20, "AGAINST", "e1", "m1")]
    row = to_row(some, document("Sumy burned and Kyiv wept, Reuters said.").text or "")
    found, again, faults = _read(tmp_path, row)
    assert faults == []
    assert to_row(again, found.text or "") == row


def test_faults_of_a_prediction_file_name_file_and_line(tmp_path: Path) -> None:
    good = {"doc_id": "doc", "mentions": [{"id": "m1", "start": 9, "end": 13, "type": "GPE"}]}
    bad = {"doc_id": "doc", "mentions": [{"id": "m1", "start": 9, "end": 13, "type": "COUNTRY"}]}
    _, made, faults = _read(tmp_path, bad, good)
    assert [(item.code, item.file, item.line) for item in faults] == [
        ("P204", "system.jsonl", 1),
        ("P325", "system.jsonl", 2),
        ("A010", "system.jsonl", None),
    ]
    assert made.mentions == []


def test_a_line_with_a_fault_leaves_the_others_alone(tmp_path: Path) -> None:
    good = {"doc_id": "doc", "mentions": [{"id": "m1", "start": 9, "end": 13, "type": "GPE"}]}
    _, made, faults = _read(tmp_path, {"doc_id": "other"}, good)
    assert [(item.code, item.line, item.item) for item in faults] == [("P324", 1, "doc_id")]
    assert len(made.mentions) == 1


def test_what_a_system_says_of_a_mention_is_kept_and_its_ids_of_entities_are_not(
    tmp_path: Path,
) -> None:
    mention = {"id": "m1", "start": 9, "end": 13, "type": "GPE", "mention_type": "nominal"}
    row = {
        "doc_id": "doc",
        "mentions": [{**mention, "entity": "E-17"}],
        "attributions": [
            {"id": "a1", "source": [], "cue": [[44, 48]], "content": [[9, 13]], "style": "mixed"}
        ],
    }
    _, made, faults = _read(tmp_path, row)
    assert faults == []
    assert [(item.mention_type, item.entity) for item in made.mentions] == [("nominal", None)]
    assert [item.style for item in made.attributions] == ["mixed"]


def test_a_span_without_a_mention_and_a_cueless_attribution_are_left_out(tmp_path: Path) -> None:
    row = {
        "doc_id": "doc",
        "mentions": [],
        "events": [{"id": "e1", "start": 14, "end": 20, "type": "OCCUR",
                    "arguments": [{"role": "actor", "start": 9, "end": 13}]}],
        "attributions": [{"id": "a1", "source": [], "cue": [], "content": [[9, 13]]}],
        "stances": [{"holder": "AUTHOR", "target": [0, 4], "label": "FAVOR"}],
    }  # fmt: skip
    _, made, faults = _read(tmp_path, row)
    assert sorted(item.code for item in faults) == ["A011", "A011", "A012"]
    assert [item.arguments for item in made.events] == [[]]
    assert (made.attributions, made.stances) == ([], [])


def test_a_document_that_the_file_does_not_know_is_said(tmp_path: Path) -> None:
    _, made, faults = _read(tmp_path)
    assert [item.code for item in faults] == ["P151", "A010"]
    assert made.mentions == []
