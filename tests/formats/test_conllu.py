"""CoNLL-U written: read back whole, valid by UD's rules, and as other tools read it."""

import re
from collections import Counter
from pathlib import Path
from random import Random

import conllu as library
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley import article
from parley.dataset.tokens import tokens
from parley.document import (
    Annotations,
    Attribution,
    Event,
    Mention,
    Paragraph,
    Span,
    Stance,
    digest,
)
from parley.formats import conllu, source, standoff
from parley.formats.source import Source
from parley.formats.standoff import Mark
from parley.ontology import LAYERS
from tests.dataset import made_documents
from tests.formats.made_foreign import a_source, bare, lines, wanted
from tests.strategies import TEXTS, annotations

HERE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def valid(data: str) -> int:
    """Holds a file to the rules of the format (universaldependencies.org/format); gives its words.

    Ten columns, none empty; ids from 1; comments before words; a sentence ends in one empty line;
    `sent_id` is there once and unlike any other; `text` is words and spaces; MISC has no control
    characters, no spaces at its ends and keys in order.
    """
    assert data.endswith("\n\n") and "\n\n\n" not in data and "\r" not in data
    names: set[str] = set()
    words = 0
    for block in data[:-2].split("\n\n"):
        rows = block.split("\n")
        comments = [row for row in rows if row.startswith("# ")]
        assert rows[: len(comments)] == comments, "comments come first"
        said = dict(row[2:].split(" = ", 1) for row in comments if " = " in row)
        assert said["sent_id"] not in names
        names.add(said["sent_id"])
        text = ""
        for number, row in enumerate(rows[len(comments) :], 1):
            cells = row.split("\t")
            assert len(cells) == 10 and all(cells)
            assert cells[0] == str(number)
            assert not re.search(r"\s", cells[1])
            assert cells[2:9] == ["_"] * 7
            misc = cells[9]
            assert not re.search(r"[\s\x00-\x1f]", misc)
            keys = [item.split("=", 1)[0] for item in misc.split("|")]
            assert len(set(keys)) == len(keys)
            text += cells[1] + ("" if "SpaceAfter=No" in misc.split("|") else " ")
            words += 1
        assert said["text"] == text.strip(" ")
    return words


def token_edges(text: str) -> tuple[set[int], set[int], list[Span]]:
    """Where tokens of each line begin and end, and the lines."""
    starts: set[int] = set()
    ends: set[int] = set()
    for begin, end in article.spans(text):
        _, firsts, lasts = tokens(text[begin:end])
        starts |= {begin + first for first in firsts}
        ends |= {begin + last for last in lasts}
    return starts, ends, article.spans(text)


def snapped(found: Annotations, text: str) -> None:
    """Widens every span to whole tokens, in place; parts that become one are one."""
    starts, ends, _ = token_edges(text)

    def wide(span: Span) -> Span:
        return max(a for a in starts if a <= span[0]), min(b for b in ends if b >= span[1])

    items: list[Mention | Event | Stance] = [*found.mentions, *found.events, *found.stances]
    for item in items:
        item.start, item.end = wide((item.start, item.end))
    for attribution in found.attributions:
        for part in ("cue", "source", "content"):
            setattr(attribution, part, sorted({wide(span) for span in getattr(attribution, part)}))


def held(marks: dict[str, Mark], links: set[tuple[str, str, str]], text: str) -> set[str]:
    """Ids of the marks of whole words, less those that need one that is not."""
    starts, ends, _ = token_edges(text)
    gone = {
        mark.id
        for mark in marks.values()
        if any(start not in starts or end not in ends for start, end in mark.spans)
    }
    for _ in range(3):
        gone |= {head for head, tail, _ in links if tail in gone and marks[head].layer in NEEDS}
        gone |= {tail for head, tail, role in links if head in gone and role in PARTS}
    return marks.keys() - gone


NEEDS = ("attribution", "stance")
PARTS = ("source", "content")


@HERE
@given(st.data())
def test_what_whole_words_hold_comes_back_and_the_rest_is_counted(
    tmp_path: Path, data: st.DataObject
) -> None:
    text = data.draw(TEXTS)
    found = data.draw(annotations(text))
    if data.draw(st.booleans()):
        snapped(found, text)
    made = conllu.export([a_source(text, found, lines(text))], tmp_path)
    written = (tmp_path / conllu.FILE).read_bytes().decode()
    valid(written)
    (back,) = conllu.read(tmp_path / conllu.FILE)
    assert back.text == text
    assert back.faults == []
    assert back.layers == found.layers
    assert back.paragraphs == lines(text)
    marks, links = wanted(found)
    kept = held(marks, links, text)
    read_marks, read_links = bare(back)
    assert read_marks == {name: marks[name] for name in kept}
    assert read_links == {link for link in links if {link[0], link[1]} <= kept}
    parts = {tail for _, tail, role in links if role in PARTS}
    units = len(marks) - len(parts) + sum(len(event.arguments) for event in found.events)
    assert sum(made.held.values()) + sum(made.lost.values()) == units
    assert bool(made.lost) == (len(kept) < len(marks))


@pytest.mark.parametrize("seed", range(5))
def test_made_documents_come_back_from_one_file(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    documents: list[Source] = []
    for number in range(4):
        document, found = made_documents.a_document(random, f"made-{number}", lines=12)
        assert document.text is not None
        snapped(found, document.text)
        documents.append(a_source(document.text, found, list(document.paragraphs)))
    made = conllu.export(documents, tmp_path)
    assert not made.lost
    back = list(conllu.read(tmp_path))
    assert [item.doc_id for item in back] == [one.doc_id for one in documents]
    for item, made_from in zip(back, documents, strict=True):
        assert item.text == made_from.text
        assert bare(item) == wanted(made_from.annotations)
        assert item.paragraphs == list(made_from.paragraphs)
        assert item.about == {
            "title": "Boats & <bridges>",
            "story": "dry-dock",
            "form": "wire",
            "language": "en",
            "status": "open",
            "section": "Region East",
            "facts": "F001 F002",
            "published": "2024-08-20T09:30:00+03:00",
        }


def test_the_library_reads_the_sentences_of_a_built_dataset(built: Path, tmp_path: Path) -> None:
    documents = source.read(built, "train")["train"]
    made = conllu.export(documents, tmp_path)
    data = (tmp_path / conllu.FILE).read_text("utf-8")
    count = valid(data)
    sentences = library.parse(data)
    assert sum(len(sentence) for sentence in sentences) == count
    assert [s.metadata["newdoc id"] for s in sentences if "newdoc id" in s.metadata] == [
        document.doc_id for document in documents
    ]
    # Those over the end of a sentence stand under a key of their own.
    opened = sum(
        str((token["misc"] or {}).get(key, "")).count("(")
        for sentence in sentences
        for token in sentence
        for key in ("Entity", "Mention")
    )
    assert opened == made.held["mentions"]
    for sentence in sentences:
        assert sentence.metadata["text"].startswith(sentence[0]["form"])


def test_mentions_of_one_entity_share_an_eid_and_documents_share_none(tmp_path: Path) -> None:
    text = "Ada Brand left. She rests."
    found = Annotations(
        "doc",
        digest(text),
        len(text),
        LAYERS,
        [
            Mention("m1", 0, 9, "PERSON", "name", "ada-brand"),
            Mention("m2", 4, 9, "PERSON", "name", "lenna"),
            Mention("m3", 16, 19, "PERSON", "pronoun", "ada-brand"),
            Mention("m4", 20, 25, "EVENT", "nominal"),
        ],
    )
    again = Annotations("more", digest(text), len(text), LAYERS, [found.mentions[0]])
    sources = [a_source(text, found, lines(text)), a_source(text, again, lines(text))]
    conllu.export(sources, tmp_path)
    values = re.findall(r"Entity=(\S+?)(?:\||\n)", (tmp_path / conllu.FILE).read_text("utf-8"))
    assert values == [
        "(e1-PERSON-id:m1,mention_type:name,entity:ada%2Dbrand",
        "(e2-PERSON-id:m2,mention_type:name,entity:lenna)e1)",
        "(e1-PERSON-id:m3,mention_type:pronoun,entity:ada%2Dbrand)",
        "(e3-EVENT-id:m4,mention_type:nominal)",
        "(e4-PERSON-id:m1,mention_type:name,entity:ada%2Dbrand",
        "e4)",
    ]


def test_mentions_of_one_entity_that_cross_are_told_apart_by_another_eid(tmp_path: Path) -> None:
    text = "the mayor of Lenna herself"
    spans = [(0, 18), (10, 26), (13, 18)]
    found = Annotations(
        "doc",
        digest(text),
        len(text),
        LAYERS,
        [Mention(f"m{n}", *span, "PERSON", "name", "lenna") for n, span in enumerate(spans, 1)],
    )
    conllu.export([a_source(text, found, lines(text))], tmp_path)
    assert re.findall(r"\((e\d)", (tmp_path / conllu.FILE).read_text("utf-8")) == ["e1", "e2", "e1"]
    (back,) = conllu.read(tmp_path)
    assert bare(back) == wanted(found)


def test_a_mention_over_the_end_of_a_sentence_is_held_beside_entity(tmp_path: Path) -> None:
    text = "The Lenna\nPost reports."
    mention = Mention("m1", 4, 14, "ORG", "name", "lenna-post")
    found = Annotations("doc", digest(text), len(text), LAYERS, [mention])
    made = conllu.export([a_source(text, found, lines(text))], tmp_path)
    assert made.held == {"mentions": 1} and not made.lost
    data = (tmp_path / conllu.FILE).read_text("utf-8")
    assert "Mention=(m1-ORG-mention_type:name,entity:lenna%2Dpost" in data
    assert "Entity=(" not in data
    (back,) = conllu.read(tmp_path)
    assert bare(back) == wanted(found)


def test_parts_of_a_cue_are_one_mark_even_where_they_overlap(tmp_path: Path) -> None:
    text = "they did say so then"
    cue = [(0, 8), (0, 20), (5, 12)]
    attribution = Attribution("a1", cue, [], [(13, 15)])
    found = Annotations("doc", digest(text), len(text), LAYERS, attributions=[attribution])
    conllu.export([a_source(text, found, lines(text))], tmp_path)
    assert "(a1[2/3]-Cue" in (tmp_path / conllu.FILE).read_text("utf-8")
    (back,) = conllu.read(tmp_path)
    assert back.faults == []
    assert bare(back) == wanted(found)


def test_any_white_space_and_any_character_survive(tmp_path: Path) -> None:
    text = " \t a\u00a0b\u2003 c\u3000\n\n\n\u2028d | e\\ _\n# 1 %29 (x) [1/2]\x0b🚢\u200b \n"
    places = [at for at, char in enumerate(text) if not char.isspace()]
    found = Annotations("doc", digest(text), len(text), LAYERS)
    found.mentions = [Mention("m1", places[0], places[0] + 1, "GPE", "name", "x-(1)|[2/3],a:b=%20")]
    snapped(found, text)
    made = conllu.export([a_source(text, found, lines(text))], tmp_path)
    assert not made.lost
    valid((tmp_path / conllu.FILE).read_bytes().decode())
    (back,) = conllu.read(tmp_path)
    assert back.text == text
    assert bare(back) == wanted(found)


@pytest.mark.parametrize("text", ["", " \n "])
def test_a_document_without_words_has_no_place_and_is_counted(text: str, tmp_path: Path) -> None:
    empty = Annotations("doc", digest(text), len(text), LAYERS)
    made = conllu.export([a_source(text, empty, [])], tmp_path)
    assert made.lost == {"documents without words": 1}
    assert (tmp_path / conllu.FILE).read_bytes() == b""


def test_what_hangs_on_a_mention_inside_a_word_is_counted_with_it(tmp_path: Path) -> None:
    random = Random(3)
    document, found = made_documents.a_document(random, lines=6)
    assert document.text is not None
    snapped(found, document.text)
    target = next(event.arguments[0].target for event in found.events if event.arguments)
    mention = next(item for item in found.mentions if item.id == target)
    inside = next(
        end for end in range(mention.end, 0, -1) if document.text[end - 2 : end].isalpha()
    )
    mention.start, mention.end = inside - 1, inside
    arguments = sum(item.target == target for event in found.events for item in event.arguments)
    stances = sum(target in (item.target, item.holder) for item in found.stances)
    made = conllu.export([a_source(document.text, found, list(document.paragraphs))], tmp_path)
    assert made.lost == +Counter(
        {
            "mentions that are no whole words": 1,
            "arguments": arguments,
            "stances that are no whole words": stances,
        }
    )


def test_lines_outside_of_paragraphs_and_parts_of_lines_are_kept(tmp_path: Path) -> None:
    text = "Lead in\nBody one. Tail two\nLoose end\n"
    kinds = [Paragraph(8, 17, "body"), Paragraph(18, 26, "timestamp")]
    found = Annotations("doc", digest(text), len(text), LAYERS)
    document = a_source(text, found, kinds)
    # Without sentences all is found by lines and paragraphs.
    bare_lines = Source("doc", text, found, document.row, [], kinds, document.about)
    conllu.export([bare_lines], tmp_path)
    (back,) = conllu.read(tmp_path)
    assert back.text == text
    assert back.paragraphs == kinds
    assert [text[start:end] for start, end in back.sentences] == [
        "Lead in",
        "Body one.",
        "Tail two",
        "Loose end",
    ]


def test_every_layer_has_a_key_and_no_attribute_is_left_out(tmp_path: Path) -> None:
    document, found = made_documents.a_document(Random(1), lines=20)
    assert document.text is not None
    marks, _ = standoff.of(found)
    assert {mark.layer for mark in marks} == set(LAYERS)
    snapped(found, document.text)
    conllu.export([a_source(document.text, found, list(document.paragraphs))], tmp_path)
    data = (tmp_path / conllu.FILE).read_text("utf-8")
    for key in ("Entity", "Event", "Attribution", "Stance"):
        assert f"{key}=(" in data
