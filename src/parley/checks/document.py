"""Levels 2 to 5 for one document and its annotations: the bulk path that the build calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley import json_io, validation
from parley.checks import references, rules, scheme, spans
from parley.document import Annotations, Document, to_dict
from parley.incidents import Incident, Report


@dataclass(frozen=True, slots=True)
class Known:
    """The registry as one document's checks need it: entity id -> type (empty
    where its row is faulty), and the event ids; None where a register could not be read."""

    entities: Mapping[str, str] | None
    events: Mapping[str, Any] | None


def check(
    document: Document,
    raw: Any,
    known: Known | None = None,
    *,
    level: int = 5,
    file: str | None = None,
) -> list[Incident]:
    """Every fault of a document's annotations `raw` (the JSON value of its gold file).

    Levels up to `level` run; each needs what the one before it found in order, so annotations that
    the schema refuses are not looked at further. Without `known`, ids of the registry are not
    looked up; without the document's text, words are not looked at. `file` is the name in reports.
    """
    report = Report(file or f"annotations/gold/{document.id}.json", document.id)
    if level < 2 or not validation.check("annotations", raw, report):
        return report.found
    if level < 3:
        return report.found
    found = references.index(raw)
    references.identity(raw, document, report)
    same_text = not report.found
    entities = None if known is None else known.entities
    references.check(raw, found, entities, None if known is None else known.events, report)
    # Offsets into another text mean nothing.
    if level < 4 or not same_text:
        return report.found
    place = spans.Place(document, rules.load().annotated_kinds)
    inside = spans.check(raw, place, report)
    if level >= 5 and inside and found.clean:
        scheme.check(raw, found, rules.load(), document.text, entities, report)
    return report.found


def made(
    document: Document,
    annotations: Annotations,
    known: Known | None = None,
    *,
    level: int = 5,
    file: str | None = None,
) -> list[Incident]:
    """The same for annotations that are in no file yet."""
    # As their JSON would be read: spans are lists, not tuples.
    raw = json_io.loads(json_io.dumps(to_dict(annotations)))
    return check(document, raw, known, level=level, file=file)
