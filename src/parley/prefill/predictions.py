"""Prediction files as pre-annotations: any system's output in Parley's prediction format.

The format (`schema/prediction.schema.json`) names arguments, holders and targets by their spans;
annotations name them by id. A span on which the line has no mention or event of its own is a fault,
and what needs it is left out.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from parley.checks import predictions, registry, schema
from parley.checks.report import Report
from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Document,
    Event,
    Mention,
    Span,
    Stance,
    nest,
    order,
)
from parley.incidents import Incident, nearest, show
from parley.ontology import LAYERS, Ontology
from parley.prefill.merge import empty, short_digest

JSON = dict[str, Any]
_KEYS = dict(zip(("mentions", "events", "attributions", "stances"), LAYERS, strict=True))


class Predictions:
    """The lines of one prediction file, by document."""

    name = "predictions"

    def __init__(self, rows: dict[str, tuple[int, JSON]], file: str, detail: str) -> None:
        """`rows`: document id -> its line number and its value, which the schema accepts."""
        self.rows, self.file, self.detail = rows, file, detail
        keys = {key for _, row in rows.values() for key in row}
        self.layers = tuple(layer for key, layer in _KEYS.items() if key in keys)

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        """The annotations of the document's line; none where the file has no line for it."""
        if document.id not in self.rows:
            message = f"no line for the document in {len(self.rows)} lines"
            close = nearest(document.id, self.rows)
            message += f"; nearest is {show(close)}" if close else ""
            return empty(document), [Incident("A010", self.file, message, doc_id=document.id)]
        line, row = self.rows[document.id]
        return _annotations(row, document, self.file, line)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self.rows


def read(
    path: Path, file: str, documents: Callable[[], dict[str, Document]]
) -> tuple[Predictions, list[Incident]]:
    """A prediction file, and every fault of it (those of `parley check`, with file and line).

    `documents` gives the project's documents by id. A line with a fault is left out whole: a system
    that writes bad offsets on a line is not to be trusted with the rest of it.
    """
    report = Report(file)
    predictions.check(path, report, documents)
    bad = {fault.line for fault in report.found}
    rows: dict[str, tuple[int, JSON]] = {}
    for line, row in registry.rows(path, Report(file)):
        if line not in bad and schema.check("prediction", row, Report(file)):
            rows[row["doc_id"]] = (line, row)
    detail = f"file {short_digest(path.read_bytes())}" if path.is_file() else ""
    return Predictions(rows, file, detail), report.found


def _annotations(
    row: JSON, document: Document, file: str, line: int
) -> tuple[Annotations, list[Incident]]:
    found = empty(document)
    found.layers = tuple(layer for key, layer in _KEYS.items() if key in row)
    faults: list[Incident] = []

    def fault(code: str, message: str, item: str) -> None:
        faults.append(Incident(code, file, message, line, document.id, item))

    found.mentions = [
        Mention(item["id"], item["start"], item["end"], item["type"])
        for item in row.get("mentions", ())
    ]
    found.events = [
        Event(item["id"], item["start"], item["end"], item["type"])
        for item in row.get("events", ())
    ]
    mentions: dict[Span, str] = {(item.start, item.end): item.id for item in found.mentions}
    events: dict[Span, str] = {(item.start, item.end): item.id for item in found.events}
    for event, item in zip(found.events, row.get("events", ()), strict=True):
        for argument in item["arguments"]:
            span = (argument["start"], argument["end"])
            # V8: only a theme may be an event, and then the event is meant.
            target = (events.get(span) if argument["role"] == "theme" else None) or mentions.get(
                span
            )
            if target is None or target == event.id:
                message = (
                    f"no mention on the span of its {argument['role']}, {list(span)}; left out"
                )
                fault("A011", message, event.id)
            else:
                event.arguments.append(Argument(argument["role"], target))
    for item in row.get("attributions", ()):
        if not item["cue"]:
            fault("A012", "an attribution without a cue; left out", item["id"])
            continue
        source, cue, content = (
            [(start, end) for start, end in item[part]] for part in ("source", "cue", "content")
        )
        kind = "named" if source else "unnamed"
        style = _style(content, document.text or "")
        found.attributions.append(
            Attribution(item["id"], cue, source, content, style, source_kind=kind)
        )
    for number, item in enumerate(row.get("stances", ()), start=1):
        name = f"stances/{number - 1}"
        # The format has no span for the expression itself: it stands on its target, for the
        # annotator to move.
        span = (item["target"][0], item["target"][1])
        target = events.get(span) or mentions.get(span)
        holder = None if item["holder"] == "AUTHOR" else mentions.get(tuple(item["holder"]))
        if target is None or (item["holder"] != "AUTHOR" and holder is None):
            fault("A011", "no mention or event on the span of its holder or target; left out", name)
            continue
        found.stances.append(Stance(f"stance{number}", *span, item["label"], target, holder))
    nest(found)
    order(found)
    return found, faults


def _style(content: list[Span], text: str) -> str:
    """A12, as far as quotation marks at the edges tell."""
    parts = [text[start:end] for start, end in content]
    if parts and all(part[:1] in '“"„«' and part[-1:] in '”"“»' for part in parts):
        return "direct"
    return "mixed" if any(mark in part for part in parts for mark in '“”"„«»') else "indirect"


def to_row(annotations: Annotations, text: str) -> JSON:
    """The line of a prediction file for `annotations`, with the words of each span.

    Only layers in `annotations.layers` are given. An attribution without content is left out, as
    the format has none.
    """
    spans: dict[str, Span] = {item.id: (item.start, item.end) for item in annotations.mentions}
    spans |= {item.id: (item.start, item.end) for item in annotations.events}

    def place(item: Mention | Event) -> JSON:
        return {
            "id": item.id,
            "start": item.start,
            "end": item.end,
            "type": item.type,
            "text": text[item.start : item.end],
        }

    row: JSON = {"doc_id": annotations.doc_id}
    if "entity" in annotations.layers:
        row["mentions"] = [place(item) for item in annotations.mentions]
    if "event" in annotations.layers:
        row["events"] = [
            {
                **place(item),
                "arguments": [
                    {
                        "role": arg.role,
                        "start": spans[arg.target][0],
                        "end": spans[arg.target][1],
                        "text": text[slice(*spans[arg.target])],
                    }
                    for arg in item.arguments
                ],
            }
            for item in annotations.events
        ]
    if "attribution" in annotations.layers:
        kept = {item.id for item in annotations.attributions if item.content}
        row["attributions"] = [
            {
                "id": item.id,
                "source": item.source,
                "cue": item.cue,
                "content": item.content,
                "parent": item.parent if item.parent in kept else None,
            }
            for item in annotations.attributions
            if item.content
        ]
    if "stance" in annotations.layers:
        row["stances"] = [
            {
                "holder": "AUTHOR" if item.holder is None else spans[item.holder],
                "target": spans[item.target],
                "label": item.label,
            }
            for item in annotations.stances
        ]
    return row
