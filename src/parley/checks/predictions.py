"""Prediction files: one line a document (levels 1 to 4)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from parley.checks import registry, schema, spans
from parley.checks.report import Report
from parley.document import Document
from parley.incidents import nearest, say

JSON = dict[str, Any]


def check(
    path: Path, report: Report, documents: Callable[[], dict[str, Document]], level: int = 6
) -> None:
    """Every fault of a prediction file. `documents` gives the project's documents by id; it is
    called once a level-3 check needs them."""
    seen: dict[str, int] = {}
    known: dict[str, Document] | None = None
    for line, row in registry.rows(path, report):
        if level < 2 or not schema.check("prediction", row, report, line) or level < 3:
            continue
        if known is None:
            known = documents()
        name = row["doc_id"]
        if name in seen:
            message = say(f"the document is on line {seen[name]} already", got=name)
            report.add("P325", message, line=line)
            continue
        seen[name] = line
        found = known.get(name)
        if found is None:
            message = say("no such document", got=name, nearest=nearest(name, known))
            report.add("P324", message, line=line)
            continue
        _ids(row, report, line)
        if level >= 4:
            _spans(row, found, report, line)


def _ids(row: JSON, report: Report, line: int) -> None:
    doc_id = row["doc_id"]
    seen: set[str] = set()
    for layer in ("mentions", "events", "attributions"):
        for item in row.get(layer, ()):
            if item["id"] in seen:
                message = say("the id is given twice", got=item["id"])
                report.add("P301", message, f"{doc_id}/{item['id']}", line)
            seen.add(item["id"])
    parents = {item["id"] for item in row.get("attributions", ())}
    for item in row.get("attributions", ()):
        parent = item.get("parent")
        if parent is not None and parent not in parents:
            message = say(
                "no such parent on the line", got=parent, nearest=nearest(parent, parents)
            )
            report.add("P305", message, f"{doc_id}/{item['id']}", line)
    mentions = {item["id"] for item in row.get("mentions", ())}
    clustered: set[str] = set()
    for cluster in row.get("clusters", ()):
        for name in cluster:
            if name not in mentions:
                message = say(
                    "no such mention on the line", got=name, nearest=nearest(name, mentions)
                )
                report.add("P326", message, doc_id, line)
            elif name in clustered:
                message = say("the mention is in two clusters, or in one twice", got=name)
                report.add("P327", message, doc_id, line)
            clustered.add(name)


def _spans(row: JSON, document: Document, report: Report, line: int) -> None:
    text = document.text
    inner = Report(report.file)
    for item, start, end, words in _all(row):
        if not start < end <= document.length:
            spans.outside(start, end, item, "the span", document.length, inner)
        elif text is not None and words is not None and words != text[start:end]:
            message = say("the text is not the span's", got=words, expected=repr(text[start:end]))
            inner.add("P408", message, item)
    for fault in inner.found:
        report.add(fault.code, fault.message, f"{document.id}/{fault.item}", line)


def _all(row: JSON) -> Iterator[tuple[str, int, int, str | None]]:
    """(item, start, end, words) of every span of a line."""
    for layer in ("mentions", "events"):
        for item in row.get(layer, ()):
            yield item["id"], item["start"], item["end"], item.get("text")
            for argument in item.get("arguments", ()):
                words = argument.get("text")
                yield f"{item['id']}/{argument['role']}", argument["start"], argument["end"], words
    for item in row.get("attributions", ()):
        for part in spans.PARTS:
            for start, end in item[part]:
                yield f"{item['id']}/{part}", start, end, None
    for number, item in enumerate(row.get("stances", ())):
        for part in ("holder", "target"):
            if item[part] != "AUTHOR":
                yield f"stances/{number}/{part}", *item[part], None
