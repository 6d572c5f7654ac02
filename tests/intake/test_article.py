"""The article file: what is read back is what was written, and every fault of a file is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import article, ontology
from parley.document import Document, Paragraph, digest
from parley.incidents import IncidentError

HEAD = """+++
story = "ice"
form = "news"
title = "Ferry stopped"
published = 2024-08-20T11:15:00+03:00
byline = "Maps desk"
language = "en"
facts = ["F001"]
blocks = "title byline date body*2"
+++
"""
TEXT = """Ferry stopped
By the Maps desk
20 August 2024 11:15 EEST

The harbour is closed. Nobody sails.
The ice may go on Friday.
"""


def _parse(text: str, doc_id: str = "ferry", story: str = "ice") -> Document:
    return article.parse(text.encode(), file="a.txt", doc_id=doc_id, story=story)


def _codes(text: str, doc_id: str = "ferry", story: str = "ice") -> list[str]:
    with pytest.raises(IncidentError) as caught:
        _parse(text, doc_id, story)
    return [incident.code for incident in caught.value.incidents]


def test_an_article_file_gives_its_document() -> None:
    found = _parse(HEAD + TEXT)
    assert found.text == TEXT
    assert (found.length, found.sha256) == (len(TEXT), digest(TEXT))
    assert [(TEXT[p.start : p.end][:5], p.kind) for p in found.paragraphs] == [
        ("Ferry", "title"),
        ("By th", "byline"),
        ("20 Au", "date"),
        ("The h", "body"),
        ("The i", "body"),
    ]
    assert [TEXT[a:b] for a, b in found.sentences][3:] == [
        "The harbour is closed.",
        "Nobody sails.",
        "The ice may go on Friday.",
    ]
    assert article.write(found).decode() == HEAD + TEXT


def test_line_ends_of_a_checkout_and_a_mark_do_not_matter() -> None:
    crlf = "\ufeff" + (HEAD + TEXT).replace("\n", "\r\n")
    assert _parse(crlf) == _parse(HEAD + TEXT)


def test_without_segmentation_the_sentences_are_left_empty() -> None:
    found = article.parse(
        (HEAD + TEXT).encode(), file="a", doc_id="ferry", story="ice", segment=False
    )
    assert found.sentences == ()


def test_a_section_mark_glued_to_a_line_is_a_paragraph_and_cuts_the_sentence() -> None:
    head = HEAD.replace("body*2", "body body+section")
    text = TEXT.rstrip("\n") + "- News"
    found = _parse(head + text)
    assert text[found.paragraphs[-1].start :] == "- News"
    assert [text[a:b] for a, b in found.sentences][-2:] == ["The ice may go on Friday.", "- News"]
    assert article.coded(found) == "title byline date body body+section"


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("harbour", "har\x00bour", ["P103"]),
        ("+++\nstory", "story", ["P104"]),
        ("+++\nFerry", "Ferry", ["P104"]),
        ('"ice"', "ice", ["P105"]),
        ('form = "news"', 'form = "news"\nforms = "news"', ["P106"]),
        ('language = "en"\n', "", ["P107"]),
        ('["F001"]', '["F001", "F001"]', ["P108"]),
        ("2024-08-20T11:15:00+03:00", '"2024-08-20"', ["P108"]),
        ("2024-08-20T11:15:00+03:00", "2024-08-20T11:15:00", ["P108"]),
        ('"en"', '"English"', ["P108"]),
        ('"news"', '"wires"', ["P109"]),
        ("body*2", "bodies*2", ["P110"]),
        ("body*2", "body*3", ["P111"]),
        ("body*2", "body*999999", ["P111"]),
        ("body*2", "body body+section", ["P111"]),
        ('"Ferry stopped"', '"Ferry sails"', ["P112"]),
        ('story = "ice"', 'story = "snow"', ["P113"]),
        ("2024-08-20T11:15:00+03:00", "2024-08-20T11:15:00+02:00", ["P115"]),
        ("20 August 2024 11:15", "31 June 2024 11:15", ["P115"]),
        ("body*2", "source*2", ["P116"]),
        (TEXT, "\n", ["P111", "P117"]),
        ('"Maps desk"', '"Data desk"', ["P118"]),
    ],
)
def test_each_fault_has_its_code(old: str, new: str, codes: list[str]) -> None:
    assert old in HEAD + TEXT
    assert sorted(_codes((HEAD + TEXT).replace(old, new, 1))) == codes


def test_a_name_that_is_no_id_and_bytes_that_are_no_text_are_faults() -> None:
    assert _codes(HEAD + TEXT, doc_id="Ferry 1") == ["P114"]
    with pytest.raises(IncidentError, match=r"a.txt:2: P102 \[ferry\] not UTF-8 at byte 4"):
        article.parse(b"+++\n\xff", file="a.txt", doc_id="ferry", story="ice")


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(IncidentError, match=r"ice/a\.txt: P101 cannot be read: No such file"):
        article.read(tmp_path / "ice" / "a.txt", tmp_path)


def test_all_faults_of_a_file_are_told_in_one_run() -> None:
    bad = HEAD.replace('"news"', '"wires"').replace('language = "en"\n', "").replace("*2", "*4")
    with pytest.raises(IncidentError) as caught:
        _parse(bad + TEXT)
    assert [(one.code, one.line) for one in caught.value.incidents] == [
        ("P107", 1),
        ("P109", 3),
        ("P111", 8),
    ]


def test_write_refuses_what_it_cannot_hold() -> None:
    found = _parse(HEAD + TEXT)
    with pytest.raises(ValueError, match="no such front matter key"):
        article.write(found, {"colour": "blue"})


#: Printed characters of every kind; what intake refuses is left out.
PRINTED = st.characters(exclude_categories=("Cs", "Cc"))
LINES = st.text(PRINTED, max_size=30)
STRINGS = st.text(PRINTED, min_size=1, max_size=20).filter(lambda s: s.strip() and "\n" not in s)
KINDS = tuple(kind.name for kind in ontology.load().paragraph_kinds)


@given(
    lines=st.lists(LINES | st.sampled_from(["", "+++", "\t", "😀 e\u0301"]), max_size=12),
    data=st.data(),
    published=st.sampled_from(["2024-08-20", "2024-08-20T11:15:00+03:00"]),
)
def test_any_document_written_is_read_back_the_same(
    lines: list[str], data: st.DataObject, published: str
) -> None:
    text = "\n".join([*lines, "The harbour is closed."])
    spans = article.spans(text)
    # Titles, dates, bylines and sources must agree with the front matter: they are tested above.
    free = st.sampled_from([k for k in KINDS if k not in ("title", "date", "byline", "source")])
    kinds = [data.draw(free) for _ in spans[:-1]] + ["body"]
    paragraphs = tuple(
        Paragraph(start, end, kind) for (start, end), kind in zip(spans, kinds, strict=True)
    )
    document = Document(
        id="a",
        story="ice",
        status="open",
        title=data.draw(st.just("") | STRINGS),
        published=published,
        form="news",
        language="en",
        length=len(text),
        sha256=digest(text),
        paragraphs=paragraphs,
        sentences=article.units(text, paragraphs),
        text=text,
        byline=data.draw(st.none() | STRINGS),
        source=data.draw(st.none() | STRINGS),
        section=data.draw(st.none() | STRINGS),
        facts=tuple(data.draw(st.lists(STRINGS, unique=True, max_size=3))),
        file="a.txt",
    )
    again = article.parse(article.write(document), file="a.txt", doc_id="a", story="ice")
    assert again == document
    covered = [False] * len(text)
    for start, end in document.sentences:
        assert not any(covered[start:end])
        covered[start:end] = [True] * (end - start)
    assert all(done or text[i].isspace() for i, done in enumerate(covered))
