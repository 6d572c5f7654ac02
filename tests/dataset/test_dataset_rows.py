"""Rows of random documents: spans are their words, links lead somewhere, tags are sound."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import document, ontology
from parley.dataset import features
from parley.dataset.rows import Labels, instant, rows
from parley.document import Annotations, Document, Mention, Paragraph
from tests.dataset import made_documents, walker

SCHEME = ontology.load()
LABELS = Labels.make(SCHEME)
TAGS = features.label_names("ner", SCHEME)


@given(st.integers(0, 2**32))
def test_every_span_of_every_config_is_its_words(seed: int) -> None:
    item, annotations = made_documents.a_document(Random(seed))
    built = rows(item, document.to_dict(annotations), LABELS)
    assert item.text is not None
    for config, found in built.rows.items():
        for row in found:
            walker.check(config, row, item.text)


@given(st.integers(0, 2**32))
def test_every_annotation_is_in_its_document_row_and_its_own_row(seed: int) -> None:
    item, annotations = made_documents.a_document(Random(seed))
    built = rows(item, document.to_dict(annotations), LABELS).rows
    [row] = built["documents"]
    assert [it["id"] for it in row["mentions"]] == [it.id for it in annotations.mentions]
    assert [it["event_id"] for it in built["events"]] == [it.id for it in annotations.events]
    assert [it["stance_id"] for it in built["stance"]] == [it.id for it in annotations.stances]
    assert [it["attribution_id"] for it in built["attribution"]] == [
        it.id for it in annotations.attributions
    ]


@given(st.integers(0, 2**32))
def test_sentences_hold_what_lies_inside_and_the_rest_is_counted(seed: int) -> None:
    item, annotations = made_documents.a_document(Random(seed))
    built = rows(item, document.to_dict(annotations), LABELS)
    [whole] = built.rows["documents"]
    held = sum(
        len(row[key])
        for row in built.rows["sentences"]
        for key in ("entities", "events", "attribution_spans", "stances")
    )
    listed = sum(len(whole[key]) for key in ("mentions", "events", "attribution_spans", "stances"))
    assert held + built.counts["crossing"] == listed


@given(st.integers(0, 2**32))
def test_tags_are_bio_and_count_the_names(seed: int) -> None:
    item, annotations = made_documents.a_document(Random(seed))
    built = rows(item, document.to_dict(annotations), LABELS)
    begun = 0
    for row in built.rows["ner"]:
        last = "O"
        assert len(row["tokens"]) == len(row["ner_tags"])
        for tag in (TAGS[number] for number in row["ner_tags"]):
            if tag.startswith("I-"):
                assert last[2:] == tag[2:]
            begun += tag.startswith("B-")
            last = tag
    assert begun == built.counts["ner_spans"]


@given(st.integers(0, 2**32))
def test_links_of_sentence_rows_lead_to_something(seed: int) -> None:
    item, annotations = made_documents.a_document(Random(seed))
    ids = {it.id for it in annotations.mentions} | {it.id for it in annotations.events}
    for row in rows(item, document.to_dict(annotations), LABELS).rows["sentences"]:
        here = {it["id"] for it in (*row["entities"], *row["events"])}
        for argument in row["event_arguments"]:
            assert argument["target_id"] in ids
            assert argument["in_sentence"] == (argument["target_id"] in here)
        for stance in row["stances"]:
            ends = {stance["target_id"], stance["holder_id"]} - {None}
            assert stance["in_sentence"] == (ends <= here)
        named = {part["attribution_id"] for part in row["attribution_spans"]}
        assert named == {it["id"] for it in row["attributions"]}


def test_a_document_that_nobody_annotated_says_so() -> None:
    item, _ = made_documents.a_document(Random(1))
    built = rows(item, None, LABELS).rows
    assert built["documents"][0]["annotated_layers"] == []
    assert built["sentences"] and built["sentences"][0]["annotated_layers"] == []
    assert not built["ner"]
    assert not built["events"] and not built["claims"]


def test_a_document_without_text_has_no_rows() -> None:
    item, annotations = made_documents.a_document(Random(1))
    with pytest.raises(ValueError, match="made-1 has no text"):
        rows(replace(item, text=None), document.to_dict(annotations), LABELS)


def test_a_label_that_the_ontology_does_not_have_is_an_error() -> None:
    item, annotations = made_documents.a_document(Random(1))
    annotations.events[0].type = "FESTIVAL"
    with pytest.raises(KeyError, match="FESTIVAL"):
        rows(item, document.to_dict(annotations), LABELS)


def _one_line(text: str, *mentions: Mention) -> tuple[Document, dict[str, object]]:
    item = Document(
        id="one",
        story="made",
        status="open",
        title="",
        published="2024-08-17",
        form="wire",
        language="en",
        length=len(text),
        sha256=document.digest(text),
        paragraphs=(Paragraph(0, len(text), "body"),),
        sentences=((0, len(text)),),
        text=text,
    )
    found = Annotations("one", item.sha256, item.length, ("entity",), mentions=list(mentions))
    return item, document.to_dict(found)


def test_the_outermost_name_is_tagged_and_the_inner_one_counted() -> None:
    item, raw = _one_line(
        "Bank of Lenna pays",
        Mention("m1", 0, 13, "ORG"),
        Mention("m2", 8, 13, "GPE"),
        Mention("m3", 14, 18, "ORG", "nominal"),
    )
    built = rows(item, raw, LABELS)
    tags = [TAGS[number] for number in built.rows["ner"][0]["ner_tags"]]
    assert tags == ["B-ORG", "I-ORG", "I-ORG", "O"]
    assert built.counts["ner_nested"] == 1


def test_a_name_inside_a_token_is_counted_and_not_tagged() -> None:
    item, raw = _one_line("See @LennaPost now", Mention("m1", 5, 10, "ORG"))
    built = rows(item, raw, LABELS)
    assert set(built.rows["ner"][0]["ner_tags"]) == {0}
    assert built.counts["ner_inside_token"] == 1


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2024-08-17", ("2024-08-17T00:00:00Z", "date")),
        ("2024-08-21T14:25:00+05:30", ("2024-08-21T08:55:00Z", "instant")),
        ("2024-08-21T00:25:00.5+03:00", ("2024-08-20T21:25:00.500000Z", "instant")),
    ],
)
def test_publication_times_are_in_utc(published: str, expected: tuple[str, str]) -> None:
    assert instant(published) == expected
