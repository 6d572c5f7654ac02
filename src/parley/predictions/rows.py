"""One line of the prediction format: made of annotations, and read as annotations.

The format (`schema/prediction.schema.json`) names arguments, holders and targets by their spans,
annotations name them by id. Offsets are code points of the canonical text, end exclusive.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Document,
    Event,
    Mention,
    Span,
    Stance,
    digest,
    nest,
    order,
)
from parley.incidents import Incident
from parley.ontology import LAYERS

JSON = dict[str, Any]
#: Key of a line -> the annotation layer that it holds. `clusters` are of the entity layer, too.
KEYS = dict(zip(("mentions", "events", "attributions", "stances"), LAYERS, strict=True))
#: Every key of a line but `doc_id`, in the order in which lines are written.
LISTS = (*KEYS, "clusters")
AUTHOR = "AUTHOR"


def to_row(annotations: Annotations, text: str | None) -> JSON:
    """The line for `annotations`; with `text`, the words stand beside each span.

    Only layers in `annotations.layers` are given. `clusters` are the mentions of one entity, single
    ones too, and left out where no mention has an entity. An argument, holder or target has the
    span of the annotation that it is. An attribution without content is left out, as the format
    has none; so is a stance's own expression.
    """
    spans: dict[str, Span] = {item.id: (item.start, item.end) for item in annotations.mentions}
    spans |= {item.id: (item.start, item.end) for item in annotations.events}

    def place(start: int, end: int) -> JSON:
        words = {} if text is None else {"text": text[start:end]}
        return {"start": start, "end": end, **words}

    row: JSON = {"doc_id": annotations.doc_id}
    if "entity" in annotations.layers:
        row["mentions"] = [
            {
                "id": item.id,
                **place(item.start, item.end),
                "type": item.type,
                "mention_type": item.mention_type,
                **({} if item.entity is None else {"entity": item.entity}),
            }
            for item in annotations.mentions
        ]
    if "event" in annotations.layers:
        row["events"] = [
            {
                "id": item.id,
                **place(item.start, item.end),
                "type": item.type,
                "arguments": [
                    {"role": arg.role, **place(*spans[arg.target])} for arg in item.arguments
                ],
            }
            for item in annotations.events
        ]
    if "attribution" in annotations.layers:
        kept = {item.id for item in annotations.attributions if item.content}
        row["attributions"] = [
            {
                "id": item.id,
                "source": _lists(item.source),
                "cue": _lists(item.cue),
                "content": _lists(item.content),
                "style": item.style,
                "parent": item.parent if item.parent in kept else None,
            }
            for item in annotations.attributions
            if item.content
        ]
    if "stance" in annotations.layers:
        row["stances"] = [
            {
                "holder": AUTHOR if item.holder is None else list(spans[item.holder]),
                "target": list(spans[item.target]),
                "label": item.label,
            }
            for item in annotations.stances
        ]
    found = clusters(row.get("mentions", ()))
    if found:
        row["clusters"] = found
    return row


def clusters(mentions: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """The ids of the mentions of each entity, single ones too, in the order of `mentions`."""
    found: dict[str, list[str]] = {}
    for item in mentions:
        entity = item.get("entity")
        if entity is not None:
            found.setdefault(entity, []).append(item["id"])
    return list(found.values())


def from_row(
    row: JSON, document: Document, file: str, line: int
) -> tuple[Annotations, list[Incident]]:
    """The annotations of a line that has no fault, and what of it has no place in them.

    A011: an argument, holder or target on a span on which the line has no mention or event; A012:
    an attribution without a cue. Both are left out. Parents are derived anew; a stance's expression
    stands on its target, as the format has no span for it.
    """
    text = document.text or ""
    found = Annotations(
        document.id,
        digest(text),
        len(text),
        tuple(layer for key, layer in KEYS.items() if key in row),
    )
    faults: list[Incident] = []

    def fault(code: str, message: str, item: str) -> None:
        faults.append(Incident(code, file, message, line, document.id, item))

    found.mentions = [
        Mention(
            item["id"],
            item["start"],
            item["end"],
            item["type"],
            item.get("mention_type", "name"),
            item.get("entity"),
        )
        for item in row.get("mentions", ())
    ]
    found.events = [
        Event(item["id"], item["start"], item["end"], item["type"])
        for item in row.get("events", ())
    ]
    mentions: dict[Span, str] = {(item.start, item.end): item.id for item in found.mentions}
    events: dict[Span, str] = {(item.start, item.end): item.id for item in found.events}
    for number, (event, item) in enumerate(zip(found.events, row.get("events", ()), strict=True)):
        for place, argument in enumerate(item["arguments"]):
            span = (argument["start"], argument["end"])
            # V8: only a theme may be an event, and then the event is meant.
            theme = events.get(span) if argument["role"] == "theme" else None
            target = theme if theme not in (None, event.id) else mentions.get(span)
            if target is None:
                message = (
                    f"no mention on the span of its {argument['role']}, {list(span)}; left out"
                )
                fault("A011", message, f"events[{number}].arguments[{place}]")
            else:
                event.arguments.append(Argument(argument["role"], target))
    for number, item in enumerate(row.get("attributions", ())):
        if not item["cue"]:
            fault("A012", "an attribution without a cue; left out", f"attributions[{number}].cue")
            continue
        source, cue, content = (
            [(start, end) for start, end in item[part]] for part in ("source", "cue", "content")
        )
        kind = "named" if source else "unnamed"
        style = item.get("style") or _style(content, text)
        found.attributions.append(
            Attribution(item["id"], cue, source, content, style, source_kind=kind)
        )
    for number, item in enumerate(row.get("stances", ())):
        span = (item["target"][0], item["target"][1])
        target = events.get(span) or mentions.get(span)
        holder = None if item["holder"] == AUTHOR else mentions.get(tuple(item["holder"]))
        if target is None or (item["holder"] != AUTHOR and holder is None):
            message = "no mention or event on the span of its holder or target; left out"
            fault("A011", message, f"stances[{number}]")
            continue
        found.stances.append(Stance(f"stance{number + 1}", *span, item["label"], target, holder))
    nest(found)
    order(found)
    return found, faults


def _style(content: list[Span], text: str) -> str:
    """A12, as far as quotation marks at the edges tell."""
    parts = [text[start:end] for start, end in content]
    if parts and all(part[:1] in '“"„«' and part[-1:] in '”"“»' for part in parts):
        return "direct"
    return "mixed" if any(mark in part for part in parts for mark in '“”"„«»') else "indirect"


def _lists(spans: Iterable[Span]) -> list[list[int]]:
    """Spans as JSON has them."""
    return [[start, end] for start, end in spans]
