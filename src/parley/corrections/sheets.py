"""Documents that have corrections, opened: text, gold, records and goals together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley import corpus, document, json_io, validation
from parley.corrections import edits
from parley.corrections.edits import Plan
from parley.corrections.record import Record
from parley.document import Annotations, Document
from parley.incidents import Incident, IncidentError, Report, say, stop
from parley.project import Project

JSON = dict[str, Any]


@dataclass(slots=True)
class Sheet:
    """A document that has corrections: its gold, its records, and their goals."""

    document: Document
    gold: Annotations
    raw: JSON
    records: list[Record]
    plan: Plan


def open_gold(
    project: Project, doc_id: str, known: Mapping[str, Path] | None = None
) -> tuple[Document, Annotations, JSON]:
    """A document, its gold, and the gold's JSON; `known` are the corpus' files, where at hand.

    Raises `IncidentError`: P301 (no such document), V011 (no gold, or gold that cannot be read).
    """
    if known is None or doc_id not in known:
        item = corpus.one(project, doc_id)
    else:
        item = corpus.read(project, known[doc_id])
    path = project.gold / f"{doc_id}.json"
    file = project.relative(path)
    try:
        raw = json_io.loads(path.read_bytes())
    except FileNotFoundError:
        raise stop(
            "V011", file, "the document has no gold to correct", do="annotate it first"
        ) from None
    except json_io.JsonError as error:
        raise stop("V011", file, f"gold cannot be read: {error}", do="see `parley check`") from None
    report = Report(file, doc_id)
    if not validation.check("annotations", raw, report):
        message = say(f"gold cannot be read: {report.found[0].message}", do="see `parley check`")
        raise IncidentError(Incident("V011", file, message, doc_id=doc_id))
    return item, document.from_dict(raw), raw


def sheets(project: Project, records: Sequence[Record]) -> tuple[list[Sheet], list[Incident]]:
    """The documents that records correct, by id, and the faults of the records."""
    by_document: dict[str, list[Record]] = {}
    for record in records:
        by_document.setdefault(record.document, []).append(record)
    found: list[Sheet] = []
    faults: list[Incident] = []
    known = corpus.paths(project) if by_document else {}
    for doc_id, own in sorted(by_document.items()):
        try:
            item, gold, raw = open_gold(project, doc_id, known)
        except IncidentError as error:
            # Told at the record, which may be the one that is wrong.
            faults += [
                Incident("V011", record.file, incident.message, doc_id=doc_id)
                for record in own
                for incident in error.incidents
            ]
            continue
        plan, wrong = edits.plan(own, item, gold)
        faults += wrong
        found.append(Sheet(item, gold, raw, own, plan))
    return found, faults


def faults_of(project: Project, records: Sequence[Record]) -> list[Incident]:
    """The faults of records that can be read, V011 to V017, gold that does not hold them included.

    All records of a document are needed, since they are one chain.
    """
    found, faults = sheets(project, records)
    for sheet in found:
        faults += edits.unmet(sheet.plan, sheet.gold)
    return faults
