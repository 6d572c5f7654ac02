"""The one data model: a document, and the annotations that stand off from its text.

Every offset is a code point of the canonical text, start inclusive, end exclusive. Annotations are
plain values; their JSON form is what `schema/annotations.schema.json` describes, and `dump` writes
it one annotation a line, in text order.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from parley import json_io

Span = tuple[int, int]
FORMAT = "parley-annotations/1"


def canonical(data: str) -> str:
    """Canonical text: no byte order mark, LF line ends; nothing else changed."""
    return data.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def digest(text: str) -> str:
    """sha256 of canonical text as UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text, or its tail, and what it is (a paragraph kind of the ontology)."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Document:
    """An article: metadata, canonical text, its paragraphs and sentences.

    `text` is None where a withheld document's text is not at hand. `published` is ISO 8601: an
    instant with its offset, or a date where only a date is known.
    """

    id: str
    story: str
    status: str
    title: str
    published: str
    form: str
    language: str
    length: int
    sha256: str
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Span, ...]
    text: str | None
    byline: str | None = None
    source: str | None = None
    section: str | None = None
    url: str | None = None
    facts: tuple[str, ...] = ()
    file: str = ""


@dataclass(slots=True)
class Mention:
    """A span that refers to something; `entity` is a registry id, `value` ISO 8601 for
    DATE and TIME."""

    id: str
    start: int
    end: int
    type: str
    mention_type: str = "name"
    entity: str | None = None
    value: str | None = None


@dataclass(slots=True)
class Argument:
    """What takes part in an event: `target` is a mention's id, or an event's (theme only)."""

    role: str
    target: str


@dataclass(slots=True)
class Event:
    """A trigger with its type, attributes and arguments; `event` is a registry id."""

    id: str
    start: int
    end: int
    type: str
    mode: str | None = None
    polarity: str = "positive"
    modality: str = "asserted"
    tense: str = "past"
    event: str | None = None
    arguments: list[Argument] = field(default_factory=list)


@dataclass(slots=True)
class Attribution:
    """Source, cue and content, each in one or more parts (a source may have none).

    `parent` is the attribution in whose content this one is made: derived from containment by
    `nest`, never annotated.
    """

    id: str
    cue: list[Span]
    source: list[Span] = field(default_factory=list)
    content: list[Span] = field(default_factory=list)
    style: str = "indirect"
    kind: str = "assertion"
    source_kind: str = "named"
    parent: str | None = None


@dataclass(slots=True)
class Stance:
    """An expression of a stance: `holder` is a mention's id or None for the author; `target` a
    mention's or event's id; `attribution`, derived by `nest`, is the one that it is made in."""

    id: str
    start: int
    end: int
    label: str
    target: str
    holder: str | None = None
    attribution: str | None = None


@dataclass(slots=True)
class Annotations:
    """All annotations of one document.

    `layers` names the layers that somebody annotated: a layer that is absent there was not looked
    at, which is not the same as none found. `provenance` says which annotation of which export.
    """

    doc_id: str
    sha256: str
    length: int
    layers: tuple[str, ...]
    mentions: list[Mention] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    stances: list[Stance] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)


def covers(parts: Iterable[Sequence[int]], span: Sequence[int]) -> bool:
    """Whether one of `parts` holds the whole of `span`."""
    first, last = span
    for start, end in parts:  # noqa: SIM110 (a loop is twice as fast as any() on one or two parts)
        if start <= first and last <= end:
            return True
    return False


def containment(
    attributions: Sequence[tuple[str, Sequence[Any], Sequence[Any]]],
    expressions: Sequence[tuple[int, int]],
) -> tuple[list[str | None], list[str | None]]:
    """What nests in what: the parent of each attribution, the attribution of each expression.

    `attributions` are (id, cue parts, content parts), a part being start and end. An attribution is
    nested in the one with the smallest content that holds its cue (every part); an expression of
    stance is made in the one with the smallest content that holds it. Equal sizes: by cue, then id.
    An expression outside every content is in the article's own voice: None.
    """
    ranks = [
        (sum([end - start for start, end in content]), sorted(cue), item)
        for item, cue, content in attributions
    ]
    # Each holder with the span around all of its content, which rules most of them out at once.
    holders = sorted(
        [
            (rank, min(content)[0], max([end for _, end in content]), content)
            for rank, (_, _, content) in zip(ranks, attributions, strict=True)
            if content
        ],
        key=lambda holder: holder[0],
    )
    parents = []
    for own, (_, cue, _) in zip(ranks, attributions, strict=True):
        # Two that hold each other's cue would nest in a circle: only a larger one is a parent.
        parents.append(_holder([holder for holder in holders if holder[0] > own], cue))
    return parents, [_holder(holders, [span]) for span in expressions]


def _holder(holders: Sequence[Any], spans: Sequence[Sequence[int]]) -> str | None:
    """The first holder whose content covers every one of `spans`."""
    start, end = spans[0]
    for rank, first, last, content in holders:
        if first <= start and end <= last:
            for span in spans:
                if not covers(content, span):
                    break
            else:
                found: str = rank[2]
                return found
    return None


def nest(annotations: Annotations) -> None:
    """Derives `parent` of every attribution and `attribution` of every stance, in place."""
    parents, made_in = containment(
        [(item.id, item.cue, item.content) for item in annotations.attributions],
        [(item.start, item.end) for item in annotations.stances],
    )
    for item, parent in zip(annotations.attributions, parents, strict=True):
        item.parent = parent
    for stance, attribution in zip(annotations.stances, made_in, strict=True):
        stance.attribution = attribution


def order(annotations: Annotations) -> None:
    """Puts every list in its one order: by place in the text (outer first), then type, then id."""
    annotations.mentions.sort(key=lambda item: (item.start, -item.end, item.type, item.id))
    annotations.events.sort(key=lambda item: (item.start, -item.end, item.type, item.id))
    for event in annotations.events:
        event.arguments.sort(key=lambda item: (item.role, item.target))
    for item in annotations.attributions:
        item.cue.sort()
        item.source.sort()
        item.content.sort()
    annotations.attributions.sort(key=lambda item: (item.cue, item.content, item.id))
    annotations.stances.sort(key=lambda item: (item.start, -item.end, item.id))


def to_dict(annotations: Annotations, text: str | None = None) -> dict[str, Any]:
    """The JSON form; with `text`, each span's words stand beside it for the reader of a diff."""

    def words(start: int, end: int) -> dict[str, str]:
        return {} if text is None else {"text": text[start:end]}

    return {
        "format": FORMAT,
        "doc_id": annotations.doc_id,
        "sha256": annotations.sha256,
        "length": annotations.length,
        "layers": list(annotations.layers),
        "provenance": annotations.provenance,
        "mentions": [
            {
                "id": item.id,
                "start": item.start,
                "end": item.end,
                "type": item.type,
                "mention_type": item.mention_type,
                "entity": item.entity,
                "value": item.value,
                **words(item.start, item.end),
            }
            for item in annotations.mentions
        ],
        "events": [
            {
                "id": item.id,
                "start": item.start,
                "end": item.end,
                "type": item.type,
                "mode": item.mode,
                "polarity": item.polarity,
                "modality": item.modality,
                "tense": item.tense,
                "event": item.event,
                "arguments": [{"role": arg.role, "target": arg.target} for arg in item.arguments],
                **words(item.start, item.end),
            }
            for item in annotations.events
        ],
        "attributions": [
            {
                "id": item.id,
                "source": item.source,
                "cue": item.cue,
                "content": item.content,
                "style": item.style,
                "kind": item.kind,
                "source_kind": item.source_kind,
                "parent": item.parent,
                **({} if text is None else {"text": _readable(item, text)}),
            }
            for item in annotations.attributions
        ],
        "stances": [
            {
                "id": item.id,
                "start": item.start,
                "end": item.end,
                "label": item.label,
                "holder": item.holder,
                "target": item.target,
                "attribution": item.attribution,
                **words(item.start, item.end),
            }
            for item in annotations.stances
        ],
    }


def _readable(item: Attribution, text: str) -> dict[str, list[str]]:
    return {
        name: [text[start:end] for start, end in parts]
        for name, parts in (("source", item.source), ("cue", item.cue), ("content", item.content))
    }


def from_dict(raw: dict[str, Any]) -> Annotations:
    """The inverse of `to_dict`, for a value that the JSON Schema accepts."""
    return Annotations(
        doc_id=raw["doc_id"],
        sha256=raw["sha256"],
        length=raw["length"],
        layers=tuple(raw["layers"]),
        provenance=raw["provenance"],
        mentions=[
            Mention(
                item["id"],
                item["start"],
                item["end"],
                item["type"],
                item["mention_type"],
                item["entity"],
                item["value"],
            )
            for item in raw["mentions"]
        ],
        events=[
            Event(
                item["id"],
                item["start"],
                item["end"],
                item["type"],
                item["mode"],
                item["polarity"],
                item["modality"],
                item["tense"],
                item["event"],
                [Argument(arg["role"], arg["target"]) for arg in item["arguments"]],
            )
            for item in raw["events"]
        ],
        attributions=[
            Attribution(
                item["id"],
                [(start, end) for start, end in item["cue"]],
                [(start, end) for start, end in item["source"]],
                [(start, end) for start, end in item["content"]],
                item["style"],
                item["kind"],
                item["source_kind"],
                item["parent"],
            )
            for item in raw["attributions"]
        ],
        stances=[
            Stance(
                item["id"],
                item["start"],
                item["end"],
                item["label"],
                item["target"],
                item["holder"],
                item["attribution"],
            )
            for item in raw["stances"]
        ],
    )


def dump(annotations: Annotations, text: str | None = None) -> bytes:
    """Canonical bytes: one annotation a line, in the one order; the same values, the same bytes."""
    order(annotations)
    raw = to_dict(annotations, text)
    lists = {key: raw.pop(key) for key in ("mentions", "events", "attributions", "stances")}
    return json_io.one_per_line(raw, lists)
