"""Documents as baselines get them, read from the built dataset."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.dataset.annotated import COLUMNS
from parley.dataset.read import tables
from parley.document import Span
from parley.ontology import load
from parley.predictions.gold import from_document

JSON = dict[str, Any]

#: What a baseline may see of a document that it predicts.
_COLUMNS = ("doc_id", "story", "published_text", "form", "text", "paragraphs", "sentences")


@dataclass(frozen=True, slots=True)
class Sample:
    """A document for a baseline.

    Offsets are code points of `text`, end exclusive. `paragraphs` are (start, end, kind), a kind
    being one of the ontology's paragraph kinds; `published` is ISO 8601, an instant or a date.
    `row` is the gold line in the prediction format, and None for a document that is to be
    predicted: a baseline never sees the gold of what it predicts.
    """

    doc_id: str
    text: str
    sentences: Sequence[Span]
    paragraphs: Sequence[tuple[int, int, str]]
    published: str
    story: str
    form: str
    row: JSON | None = None

    def reading_sentences(self) -> list[Span]:
        """The sentences that lie in paragraphs which are annotated (title, body, …)."""
        kinds = load().annotated_kinds
        lines = [(start, end) for start, end, kind in self.paragraphs if kind in kinds]
        out = []
        at = 0
        for start, end in self.sentences:
            while at < len(lines) and lines[at][1] <= start:
                at += 1
            if at < len(lines) and lines[at][0] <= start and end <= lines[at][1]:
                out.append((start, end))
        return out


def samples(folder: Path, split: str, gold: bool) -> list[Sample]:
    """The documents of one split of a built dataset, in its order; with their gold rows if asked.

    Without `gold` no column of annotations is read at all. Raises `IncidentError`: S001 no built
    dataset, S002 no such split, S003 a damaged one.
    """
    columns = list(dict.fromkeys((*_COLUMNS, *((*COLUMNS, "status") if gold else ()))))
    return [
        Sample(
            row["doc_id"],
            row["text"],
            tuple((item["start"], item["end"]) for item in row["sentences"]),
            tuple((item["start"], item["end"], item["kind"]) for item in row["paragraphs"]),
            row["published_text"],
            row["story"],
            row["form"],
            from_document(row)[0] if gold else None,
        )
        for _, rows in tables(folder, "documents", split, columns)
        for row in rows
    ]
