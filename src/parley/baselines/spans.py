"""Labelled spans that a model found, made into rows of the prediction format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from parley.document import Span

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A span (code points of the document, end exclusive) and the type that it is given."""

    start: int
    end: int
    type: str
    mention_type: str = ""


def within(sentences: Sequence[Span], found: Iterable[Found]) -> list[Found]:
    """Those spans that lie in one sentence whole: no annotation is anywhere else."""
    ordered = sorted(set(found))
    kept = []
    at = 0
    for span in ordered:
        while at < len(sentences) and sentences[at][1] <= span.start:
            at += 1
        if at < len(sentences) and sentences[at][0] <= span.start and span.end <= sentences[at][1]:
            kept.append(span)
    return kept


def mentions(text: str, found: Iterable[Found]) -> list[JSON]:
    """Mention rows, each span and type once, by place (outer first), then type."""
    return [
        {
            "id": f"m{number}",
            "start": span.start,
            "end": span.end,
            "type": span.type,
            **({"mention_type": span.mention_type} if span.mention_type else {}),
            "text": text[span.start : span.end],
        }
        for number, span in enumerate(_ordered(found), 1)
    ]


def events(text: str, found: Iterable[Found]) -> list[JSON]:
    """Event rows without arguments, each trigger and type once, in the same order."""
    return [
        {
            "id": f"e{number}",
            "start": span.start,
            "end": span.end,
            "type": span.type,
            "arguments": [],
            "text": text[span.start : span.end],
        }
        for number, span in enumerate(_ordered(found), 1)
    ]


def _ordered(found: Iterable[Found]) -> list[Found]:
    first: dict[tuple[int, int, str], Found] = {}
    for span in sorted(found, key=lambda item: (item.start, -item.end, item.type)):
        first.setdefault((span.start, -span.end, span.type), span)
    return list(first.values())
