"""What exporters get: documents of the built dataset, and counts of what a format holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley.dataset.read import tables
from parley.predictions.gold import from_document

JSON = dict[str, Any]
Span = tuple[int, int]
_DOCUMENT = (
    *("doc_id", "story", "title", "published_text", "form", "status", "language", "text"),
    *("annotated_layers", "mentions", "events", "event_arguments", "attributions"),
    *("attribution_spans", "stances"),
)
_SENTENCE = ("id", "doc_id", "sent_id", "text", "doc_start", "tokens", "token_starts", "token_ends")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the reading text; `start` is its place in the document's text, and the tokens
    are (start, end) there, end exclusive, in code points."""

    id: str
    start: int
    text: str
    words: Sequence[str]
    tokens: Sequence[Span]

    def inside(self, start: int, end: int) -> Span | None:
        """The tokens that a span is exactly: first, and one past the last; None if none are.

        Offsets are of the document.
        """
        if self.tokens and self.tokens[0][0] <= start and end <= self.tokens[-1][1]:
            for first, (begin, _) in enumerate(self.tokens):
                if begin == start:
                    for last in range(first, len(self.tokens)):
                        if self.tokens[last][1] == end:
                            return first, last + 1
        return None


@dataclass(frozen=True, slots=True)
class Source:
    """A document: `row` is its gold as a line of the prediction format, `sentences` its reading
    text, `about` its metadata."""

    doc_id: str
    text: str
    row: JSON
    sentences: Sequence[Sentence]
    about: JSON


@dataclass(slots=True)
class Written:
    """What an export wrote and what it could not hold, in numbers by kind.

    `files` are relative to the folder of the export.
    """

    files: list[str] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)


def read(folder: Path, split: str | None = None) -> dict[str, list[Source]]:
    """The documents of each split, in the dataset's order.

    Raises `IncidentError`: S001 no built dataset, S002 no such split, S003 a damaged one.
    """
    sentences: dict[str, list[Sentence]] = {}
    for _, rows in tables(folder, "sentences", split, _SENTENCE):
        for row in rows:
            start = row["doc_start"]
            tokens = [
                (start + first, start + last)
                for first, last in zip(row["token_starts"], row["token_ends"], strict=True)
            ]
            sentences.setdefault(row["doc_id"], []).append(
                Sentence(row["id"], start, row["text"], row["tokens"], tokens)
            )
    return {
        name: [
            Source(
                row["doc_id"],
                row["text"],
                from_document(row)[0],
                sentences.get(row["doc_id"], []),
                {key: row[key] for key in _DOCUMENT[:7]},
            )
            for row in rows
        ]
        for name, rows in tables(folder, "documents", split, _DOCUMENT)
    }


def rest(document: Source, *layers: str) -> Counter[str]:
    """How many items of the layers (keys of a line) a format has no place for."""
    return Counter({key: len(document.row[key]) for key in layers if document.row.get(key)})


def placed(document: Source, spans: Sequence[Span]) -> list[tuple[int, Span] | None]:
    """For each span of the document, its sentence (a position) and the tokens that it is there.

    None where no sentence has it in whole tokens.
    """
    found: list[tuple[int, Span] | None] = []
    for start, end in spans:
        at = None
        for place, sentence in enumerate(document.sentences):
            if sentence.start <= start < sentence.start + len(sentence.text):
                tokens = sentence.inside(start, end)
                at = None if tokens is None else (place, tokens)
                break
        found.append(at)
    return found
