"""What exporters get: documents of the built dataset, and counts of what a format holds."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from parley.dataset.annotated import COLUMNS, annotations
from parley.dataset.read import tables
from parley.document import Annotations, Paragraph
from parley.ontology import LAYERS
from parley.predictions.gold import from_document
from parley.predictions.rows import KEYS

JSON = dict[str, Any]
Span = tuple[int, int]
_ABOUT = (
    *("doc_id", "story", "title", "published_text", "form", "status", "language", "source"),
    *("section", "facts"),
)
_DOCUMENT = (*dict.fromkeys((*_ABOUT, *COLUMNS, "paragraphs")),)
_SENTENCE = ("id", "doc_id", "sent_id", "text", "doc_start", "tokens", "token_starts", "token_ends")


#: Configs whose view of the annotations an export may take -> the layers that it shows. `ner` shows
#: names alone; the target of a stance may be an event, its holder a mention.
VIEWS = {
    "documents": LAYERS,
    "ner": ("entity",),
    "events": ("entity", "event"),
    "attribution": ("attribution",),
    "stance": ("entity", "event", "stance"),
}
#: Keys of a line that show a layer.
_KEYS = {layer: (key, "clusters") if layer == "entity" else (key,) for key, layer in KEYS.items()}
NAME = "name"


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
        first = bisect_left(self.tokens, start, key=_begin)
        last = bisect_left(self.tokens, end, first, key=_end)
        if last == len(self.tokens):
            return None
        whole = (self.tokens[first][0], self.tokens[last][1]) == (start, end)
        return (first, last + 1) if whole else None


def _begin(token: Span) -> int:
    return token[0]


def _end(token: Span) -> int:
    return token[1]


@dataclass(frozen=True, slots=True)
class Source:
    """A document: `annotations` are its gold, `row` the same as a line of the prediction format,
    `sentences` its reading text, `paragraphs` its lines with their kinds, `about` its metadata, and
    `claims` the rows of the `claims` config that are made in it."""

    doc_id: str
    text: str
    annotations: Annotations
    row: JSON
    sentences: Sequence[Sentence]
    paragraphs: Sequence[Paragraph]
    about: JSON
    claims: Sequence[JSON] = ()


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
    claims: dict[str, list[JSON]] = {}
    for _, rows in tables(folder, "claims", split):
        for row in rows:
            claims.setdefault(row["doc_id"], []).append(row)
    return {
        name: [
            Source(
                row["doc_id"],
                row["text"],
                annotations(row),
                from_document(row)[0],
                sentences.get(row["doc_id"], []),
                [Paragraph(item["start"], item["end"], item["kind"]) for item in row["paragraphs"]],
                {key: row[key] for key in _ABOUT},
                claims.get(row["doc_id"], []),
            )
            for row in rows
        ]
        for name, rows in tables(folder, "documents", split, _DOCUMENT)
    }


def view(document: Source, config: str) -> Source:
    """The document with the annotations that one of `VIEWS` shows."""
    layers = VIEWS[config]
    if layers == LAYERS:
        return document
    whole = document.annotations
    names = config == "ner"
    mentions = [item for item in whole.mentions if not names or item.mention_type == NAME]
    found = replace(
        whole,
        layers=tuple(layer for layer in whole.layers if layer in layers),
        mentions=mentions if "entity" in layers else [],
        events=whole.events if "event" in layers else [],
        attributions=whole.attributions if "attribution" in layers else [],
        stances=whole.stances if "stance" in layers else [],
    )
    hidden = {key for layer in LAYERS if layer not in layers for key in _KEYS[layer]}
    row = {key: value for key, value in document.row.items() if key not in hidden}
    if names:
        row.pop("clusters", None)
        row["mentions"] = [
            item for item in row.get("mentions", ()) if item.get("mention_type", NAME) == NAME
        ]
    return replace(document, annotations=found, row=row)


def rest(document: Source, *layers: str) -> Counter[str]:
    """How many items of the layers (keys of a line) a format has no place for."""
    return Counter({key: len(document.row[key]) for key in layers if document.row.get(key)})


def placed(document: Source, spans: Sequence[Span]) -> list[tuple[int, Span] | None]:
    """For each span of the document, its sentence (a position) and the tokens that it is there.

    None where no sentence has it in whole tokens.
    """
    starts = [sentence.start for sentence in document.sentences]
    found: list[tuple[int, Span] | None] = []
    for start, end in spans:
        at = bisect_right(starts, start) - 1
        tokens = document.sentences[at].inside(start, end) if at >= 0 else None
        found.append(None if tokens is None else (at, tokens))
    return found
