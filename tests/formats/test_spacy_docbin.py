"""spaCy's DocBin: whole when read back, and any other's entities and span groups."""

import zlib
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Corpus
from spacy.vocab import Vocab

from parley import json_io
from parley.document import Annotations, Attribution, Mention, digest
from parley.formats import spacy_docbin, standoff
from parley.formats.standoff import Standoff
from parley.incidents import IncidentError
from parley.ontology import LAYERS
from tests.dataset import made_documents
from tests.formats.made_foreign import a_source, bare, lines, wanted
from tests.strategies import TEXTS, annotations

#: What a DocBin is packed with; it has no types.
srsly = import_module("srsly")
HERE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def docs(path: Path) -> list[Doc]:
    return list(DocBin().from_disk(path).get_docs(spacy.blank("en").vocab))


def one(path: Path) -> Standoff:
    (found,) = spacy_docbin.read(path)
    return found


@HERE
@given(st.data())
def test_everything_comes_back_and_spans_of_whole_tokens_are_exact(
    tmp_path: Path, data: st.DataObject
) -> None:
    text = data.draw(TEXTS)
    found = data.draw(annotations(text))
    made = spacy_docbin.export([a_source(text, found, lines(text))], tmp_path)
    back = one(tmp_path / spacy_docbin.FILE)
    assert back.text == text
    assert back.faults == []
    assert back.layers == found.layers
    assert back.paragraphs == lines(text)
    assert bare(back) == wanted(found)
    (doc,) = docs(tmp_path / spacy_docbin.FILE)
    assert doc.text == text
    marks, _ = standoff.of(found)
    spans = [span for group in doc.spans.values() for span in group]
    assert len(spans) == sum(len(mark.spans) for mark in marks) == sum(made.held.values())
    wider = 0
    places = {mark.id: mark.spans for mark in marks}
    for mention in doc.spans["mentions"]:
        ((start, end),) = places[mention.id_]
        assert mention.start_char <= start and end <= mention.end_char
        wider += (mention.start_char, mention.end_char) != (start, end)
    assert wider <= made.lost["edges of spans inside tokens"]


def test_spans_have_the_ids_and_the_registry_ids_of_annotations(tmp_path: Path) -> None:
    text = "Ada Brand left, she said so."
    found = Annotations(
        "doc",
        digest(text),
        len(text),
        LAYERS,
        [
            Mention("m1", 0, 9, "PERSON", "name", "ada-brand"),
            Mention("m2", 16, 19, "PERSON", "pronoun", "ada-brand"),
        ],
        attributions=[Attribution("a-1", [(20, 24), (25, 27)], [(16, 19)], [(0, 14)])],
    )
    made = spacy_docbin.export([a_source(text, found, lines(text))], tmp_path)
    assert not made.lost
    (doc,) = docs(tmp_path / spacy_docbin.FILE)
    told = {
        name: [(span.text, span.label_, span.id_, span.kb_id_) for span in spans]
        for name, spans in doc.spans.items()
    }
    assert told == {
        "mentions": [
            ("Ada Brand", "PERSON", "m1", "ada-brand"),
            ("she", "PERSON", "m2", "ada-brand"),
        ],
        "triggers": [],
        "sources": [("she", "Source", "a-1", "")],
        "cues": [("said", "Cue", "a-1", ""), ("so", "Cue", "a-1", "")],
        "contents": [("Ada Brand left", "Content", "a-1", "")],
        "stances": [],
    }
    assert [(ent.text, ent.id_, ent.kb_id_) for ent in doc.ents] == [
        ("Ada Brand", "m1", "ada-brand")
    ]
    assert json_io.loads(str(doc.user_data["parley"]).encode())["doc_id"] == "doc"
    assert one(tmp_path / spacy_docbin.FILE).about["published"] == "2024-08-20T09:30:00+03:00"


def a_doc(words: str = "Ada met Bo in Lenna") -> Doc:
    return Doc(Vocab(), words=words.split(), sent_starts=[True, False, False, False, False])


def packed(path: Path, *docs: Doc) -> Path:
    DocBin(docs=docs, store_user_data=True).to_disk(path)
    return path


def test_entities_and_groups_of_others_are_marks(tmp_path: Path) -> None:
    doc = a_doc()
    doc.ents = [Span(doc, 0, 1, "PER", kb_id="Q1", span_id="ada"), Span(doc, 4, 5, "LOC")]
    doc.spans["event"] = [Span(doc, 1, 2, "MEET")]
    doc.spans["sc"] = [Span(doc, 0, 3, ""), Span(doc, 4, 5, "LOC")]
    Span.set_extension("sure", default=None, force=True)
    doc[0:3]._.set("sure", 2)
    found = one(packed(tmp_path / "o.spacy", doc))
    assert found.faults == []
    assert (found.doc_id, found.text, found.layers) == ("o", "Ada met Bo in Lenna ", None)
    assert found.sentences == [(0, 19)]
    told = [(m.id, m.layer, m.label, m.spans, m.attributes, m.where) for m in found.marks]
    assert told == [
        ("x1", "event", "MEET", [(4, 7)], {}, "o.spacy#1/x1"),
        ("x2", "", "sc", [(0, 10)], {"sure": "2"}, "o.spacy#1/x2"),
        ("x3", "", "LOC", [(14, 19)], {}, "o.spacy#1/x3"),
        ("x4", "entity", "PER", [(0, 3)], {"entity": "Q1", "span_id": "ada"}, "o.spacy#1/x4"),
    ]


def test_documents_of_a_file_are_told_apart_by_number_or_by_their_own_id(tmp_path: Path) -> None:
    second = a_doc()
    second.user_data["doc_id"] = "its-own"
    packed(tmp_path / "o.spacy", a_doc(), second, a_doc())
    assert [item.doc_id for item in spacy_docbin.read(tmp_path)] == ["o", "its-own", "o-3"]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"marks": 1}',
        '{"marks": [["a", "b"]]}',
        '{"marks": [[1, "", "", [[0, 1]], {}]]}',
    ],
)
def test_content_that_is_not_ours_is_told_and_the_spans_are_read(
    content: str, tmp_path: Path
) -> None:
    doc = a_doc()
    doc.ents = [Span(doc, 0, 1, "PER")]
    doc.user_data["annotations"] = content
    found = one(packed(tmp_path / "o.spacy", doc))
    assert [mark.label for mark in found.marks] == ["PER"]
    assert [fault.code for fault in found.faults] == ["I001"]
    assert "user_data['annotations'] cannot be read" in found.faults[0].message


def test_a_document_that_contradicts_itself_is_told_and_those_before_it_stand(
    tmp_path: Path,
) -> None:
    path = packed(tmp_path / "o.spacy", a_doc(), a_doc())
    inner: dict[str, Any] = srsly.msgpack_loads(zlib.decompress(path.read_bytes()))
    inner["flags"] = inner["flags"][:1]
    path.write_bytes(zlib.compress(srsly.msgpack_dumps(inner)))
    first, second = spacy_docbin.read(path)
    assert (first.doc_id, first.faults) == ("o", [])
    assert [str(fault) for fault in second.faults] == [
        "o.spacy: I001 document 2 cannot be read: IndexError: list index out of range; "
        "expected a spaCy DocBin"
    ]


@pytest.mark.parametrize("data", [b"", b"x", zlib.compress(b""), zlib.compress(b"\x80")])
def test_files_of_another_kind_are_told(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "o.spacy").write_bytes(data)
    found = one(tmp_path)
    assert (found.text, [fault.code for fault in found.faults]) == ("", ["I001"])
    assert found.faults[0].message.startswith("document 1 cannot be read: ")


def test_where_there_is_no_file_it_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(IncidentError, match=r"I001 no such files here.*end in \.spacy"):
        list(spacy_docbin.read(tmp_path))


def test_damaged_files_are_told_of_and_never_stop_the_reading(tmp_path: Path) -> None:
    random = Random(9)
    document, found = made_documents.a_document(random, lines=3)
    assert document.text is not None
    made = a_source(document.text, found, list(document.paragraphs))
    spacy_docbin.export([made], tmp_path)
    path = tmp_path / spacy_docbin.FILE
    whole = path.read_bytes()
    inner = zlib.decompress(whole)
    told = 0
    for number in range(300):
        # Half of them inside the compressed form, where no checksum finds them first.
        data = bytearray(inner if number % 2 else whole)
        for _ in range(random.randint(1, 3)):
            at = random.randrange(len(data))
            data[at : at + random.choice((1, 1, 2))] = random.randbytes(random.choice((0, 1, 2)))
        path.write_bytes(zlib.compress(bytes(data), 1) if number % 2 else bytes(data))
        for item in spacy_docbin.read(path):
            told += bool(item.faults)
            assert {fault.code for fault in item.faults} <= {"I001"}
    assert told > 100


@HERE
@given(st.data())
def test_the_arrays_are_those_that_spacy_packs_of_the_same_documents(
    tmp_path: Path, data: st.DataObject
) -> None:
    text = data.draw(TEXTS)
    spacy_docbin.export(
        [a_source(text, data.draw(annotations(text)), lines(text)) for _ in range(2)], tmp_path
    )
    ours = DocBin(store_user_data=True).from_disk(tmp_path / spacy_docbin.FILE)
    theirs = DocBin(store_user_data=True, docs=list(ours.get_docs(Vocab())))
    assert ours.attrs == theirs.attrs
    assert [array.tolist() for array in ours.tokens] == [array.tolist() for array in theirs.tokens]
    assert [array.tolist() for array in ours.spaces] == [array.tolist() for array in theirs.spaces]
    assert ours.span_groups == theirs.span_groups
    assert (ours.flags, ours.cats) == (theirs.flags, theirs.cats)
    assert ours.user_data == theirs.user_data
    # spaCy packs the empty string, too, which needs no place.
    assert theirs.strings - {""} <= ours.strings


def test_names_that_overlap_are_those_that_spacy_would_keep(tmp_path: Path) -> None:
    text = "a b c d e f g h"
    places = [(0, 5), (2, 9), (8, 11), (6, 13), (14, 15), (14, 15), (0, 3)]
    found = Annotations(
        "doc",
        digest(text),
        len(text),
        LAYERS,
        [Mention(f"m{n}", *place, "GPE", "name") for n, place in enumerate(places)],
    )
    spacy_docbin.export([a_source(text, found, lines(text))], tmp_path)
    (doc,) = docs(tmp_path / spacy_docbin.FILE)
    kept = spacy.util.filter_spans(doc.spans["mentions"])
    assert [(ent.text, ent.id_) for ent in doc.ents] == [(span.text, span.id_) for span in kept]


def test_a_recogniser_of_spacy_learns_from_the_file(tmp_path: Path) -> None:
    text = "Ada Brand met Bo in Lenna."
    mentions = [
        Mention("m1", 0, 9, "PERSON", "name"),
        Mention("m2", 14, 16, "PERSON", "name"),
        Mention("m3", 20, 25, "GPE", "name"),
    ]
    found = Annotations("doc", digest(text), len(text), LAYERS, mentions)
    spacy_docbin.export([a_source(text, found, lines(text))], tmp_path)
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    corpus = Corpus(tmp_path / spacy_docbin.FILE)
    nlp.initialize(lambda: corpus(nlp))
    losses = []
    for _ in range(20):
        loss: dict[str, float] = {}
        nlp.update(list(corpus(nlp)), losses=loss)
        losses.append(loss["ner"])
    assert losses[-1] < losses[0] / 2
    assert set(nlp.pipe_labels["ner"]) == {"PERSON", "GPE"}
