"""Recorded corrections against gold: whether gold holds them, and is otherwise its export's."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from parley import json_io, ontology
from parley.document import Annotations, dump, from_dict
from parley.incidents import Incident, say
from parley.project import Project

if TYPE_CHECKING:
    from parley.corrections.sheets import Sheet
    from parley.labelstudio.ingest import Lookup


def check(
    project: Project, gold: Mapping[str, bytes], lookup: "Lookup"
) -> tuple[list[Incident], dict[str, bytes]]:
    """The faults of corrections, and `gold` without the documents that have any.

    `gold` maps document ids to the bytes of gold files that have no fault of their own; `lookup` is
    that of `parley.labelstudio.ingest.read`. V010 to V018 where a record is wrong or gold does not
    hold it; P323 where gold is not what its export gives and the corrections make of it.
    """
    from parley.corrections import edits, record
    from parley.corrections.sheets import sheets as opened

    records, found = record.read_all(project)
    if not records:
        return found, dict(gold)
    sheets, faults = opened(project, records)
    found += faults
    whole: list[Sheet] = []
    for sheet in sheets:
        wrong = edits.unmet(sheet.plan, sheet.gold)
        found += wrong
        # Gold that does not hold its corrections has nothing to be compared with.
        if not wrong and sheet.document.id in gold:
            whole.append(sheet)
    found += _made_from(project, whole, lookup)
    corrected = {each.document for each in records}
    return found, {key: value for key, value in gold.items() if key not in corrected}


def one(project: Project, file: str) -> list[Incident]:
    """The faults of one record, named from the project's root: V010 to V018."""
    from parley.corrections import record, sheets

    records, found = record.read_all(project)
    documents = {each.document for each in records if each.file == file}
    found += sheets.faults_of(project, [each for each in records if each.document in documents])
    return [fault for fault in found if fault.file == file]


def _made_from(project: Project, sheets: "list[Sheet]", lookup: "Lookup") -> list[Incident]:
    from parley.corrections import edits
    from parley.labelstudio import ingest

    found = []
    by_export: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        export = sheet.gold.provenance.get("export")
        if isinstance(export, str) and (project.root / export).is_file():
            by_export.setdefault(export, []).append(sheet)
    for export, own in sorted(by_export.items()):
        data = (project.root / export).read_bytes()
        made = ingest.read(data, export, ontology.load(), lookup)
        for sheet in own:
            fresh = made.annotations.get(sheet.document.id)
            if fresh is None:
                continue
            # As it would be read from its file.
            fresh = from_dict(json_io.loads(dump(fresh)))
            corrected, _, faults = edits.meet(sheet.plan, fresh)
            if faults or _said(corrected) != _said(sheet.gold):
                message = say(
                    f"not what its export gives and its corrections make of it: {export}",
                    do="run `parley ingest` on the export, then `parley correct apply --all`; "
                    "never edit the file",
                )
                name = f"annotations/gold/{sheet.document.id}.json"
                found.append(Incident("P323", name, message, doc_id=sheet.document.id))
    return found


def _said(gold: Annotations) -> bytes:
    """What annotations say, without where they come from."""
    return dump(replace(gold, provenance={}))
