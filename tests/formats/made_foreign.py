"""Sources for the tests of formats that are read back, and what must come of them."""

from parley import article, json_io
from parley.dataset.tokens import tokens
from parley.document import Annotations, Paragraph
from parley.formats import standoff
from parley.formats.source import Sentence, Source
from parley.formats.standoff import Link, Mark, Standoff
from parley.predictions.rows import to_row

ABOUT = {
    "doc_id": "doc",
    "story": "dry-dock",
    "title": "Boats & <bridges>",
    "published_text": "2024-08-20T09:30:00+03:00",
    "form": "wire",
    "status": "open",
    "language": "en",
    "source": None,
    "section": "Region\n East",
    "facts": ["F001", "F002"],
}


def a_source(text: str, annotations: Annotations, paragraphs: list[Paragraph]) -> Source:
    """A document of the built dataset: a sentence each odd line, in which paragraphs there are."""
    sentences = []
    for number, (start, end) in enumerate(article.spans(text)[::2]):
        words, starts, ends = tokens(text[start:end])
        places = [(start + a, start + b) for a, b in zip(starts, ends, strict=True)]
        name = f"{annotations.doc_id}:s{number}"
        sentences.append(Sentence(name, start, text[start:end], words, places))
    about = ABOUT | {"doc_id": annotations.doc_id}
    row = json_io.loads(json_io.dumps(to_row(annotations, text)))
    return Source(annotations.doc_id, text, annotations, row, sentences, paragraphs, about)


def lines(text: str) -> list[Paragraph]:
    """Every line a paragraph, their kinds in turn."""
    kinds = ("title", "body", "subhead")
    return [
        Paragraph(start, end, kinds[number % 3])
        for number, (start, end) in enumerate(article.spans(text))
    ]


def bare(found: Standoff) -> tuple[dict[str, Mark], set[tuple[str, str, str]]]:
    """Marks by id and links, without their places in the file, which every one has."""
    assert all(mark.where for mark in found.marks) and all(link.where for link in found.links)
    marks = {
        mark.id: Mark(mark.id, mark.layer, mark.label, mark.spans, mark.attributes)
        for mark in found.marks
    }
    assert len(marks) == len(found.marks), "ids are given once"
    return marks, ends(found.links)


def ends(links: list[Link]) -> set[tuple[str, str, str]]:
    """Links without their places."""
    return {(link.head, link.tail, link.label) for link in links}


def wanted(annotations: Annotations) -> tuple[dict[str, Mark], set[tuple[str, str, str]]]:
    """The same of annotations."""
    marks, links = standoff.of(annotations)
    return {mark.id: mark for mark in marks}, ends(links)
