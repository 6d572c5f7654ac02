"""Exports, their ledgers, and the annotations that come from them (levels 1 to 3, 6)."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import json_io, validation
from parley.incidents import Incident, Report, say
from parley.project import Project

if TYPE_CHECKING:
    from parley.labelstudio.ingest import Lookup

JSON = dict[str, Any]
_OUTCOMES = ("kept", "repaired", "rejected")


def load(path: Path, report: Report) -> Any:
    """The JSON value of a file, None (and P151, or P153 for null) where there is none."""
    try:
        value = json_io.loads(path.read_bytes())
        if value is None:
            report.add("P153", say("null, not a JSON object"))
        return value
    except json_io.JsonError as error:
        report.add("P151", say(f"not JSON that can be read: {error}"))
    except OSError as error:
        report.add("P151", say(f"cannot be read: {error.strerror}"))
    return None


def check(project: Project, withheld: Collection[str], level: int = 6) -> list[Incident]:
    """P318 to P321 for every export and ledger of a project, P614 for exports.

    `withheld` holds the ids of the withheld documents.
    """
    found: list[Incident] = []
    exports = {path.relative_to(project.exports): path for path in _files(project.exports)}
    ledgers = {path.relative_to(project.ledger): path for path in _files(project.ledger)}
    for name, path in exports.items():
        report = Report(project.relative(path))
        data = path.read_bytes()
        if level >= 3 and name not in ledgers:
            message = say(
                "the export has no ledger", expected=project.relative(project.ledger / name)
            )
            report.add("P318", f"{message}; run `parley ingest`")
        digest = hashlib.sha256(data).hexdigest()
        # An export of the digest that its ledger tells was read when the ledger was made: it is
        # only read again where it may hold a withheld document.
        told = json_io.head_field(ledgers[name], "sha256") if name in ledgers else None
        if told != digest or any(item.encode() in data for item in withheld):
            value = load(path, report)
            if level >= 6:
                leaks(value, withheld, report)
        found += report.found
        if name in ledgers:
            found += ledger(project, ledgers[name], digest, level)
    for name in ledgers.keys() - exports.keys():
        found += ledger(project, ledgers[name], None, level)
        if level >= 3:
            report = Report(project.relative(ledgers[name]))
            message = say(
                "the ledger has no export", expected=project.relative(project.exports / name)
            )
            report.add("P319", message)
            found += report.found
    return found


def ledger(project: Project, path: Path, digest: str | None, level: int = 6) -> list[Incident]:
    """Faults of one ledger; `digest` is its export's sha256, None where that is not at hand."""
    report = Report(project.relative(path))
    value = load(path, report)
    if value is None or level < 2 or not validation.check("ledger", value, report) or level < 3:
        return report.found
    if digest is not None and value["sha256"] != digest:
        message = say(
            "the export was changed after it was ingested",
            got=digest,
            expected=f"the ledger's digest {value['sha256']!r}",
            do="run `parley ingest` again",
        )
        report.add("P320", message)
    wrong = sums(value)
    if wrong is not None:
        report.add("P321", wrong)
    return report.found


def sums(value: JSON) -> str | None:
    """The message of P321 for a ledger that the schema accepts, None where it adds up."""
    if value["results"] != sum(value[outcome] for outcome in _OUTCOMES):
        told = ", ".join(f"{outcome} {value[outcome]}" for outcome in _OUTCOMES)
        return say("the ledger does not add up", got=told, expected=f"{value['results']} in all")
    for outcome in _OUTCOMES:
        in_documents = sum(row[outcome] for row in value["documents"].values())
        if in_documents != value[outcome]:
            return say(
                f"the documents of the ledger do not add up to its {outcome} results",
                got=in_documents,
                expected=str(value[outcome]),
            )
    for outcome in _OUTCOMES[1:]:
        in_entries = sum(row["count"] for row in value["entries"] if row["outcome"] == outcome)
        if in_entries != value[outcome]:
            return say(
                f"the entries of the ledger do not add up to its {outcome} results",
                got=in_entries,
                expected=str(value[outcome]),
            )
    return None


def leaks(value: Any, withheld: Collection[str], report: Report) -> None:
    """P614: tasks of withheld documents that hold their words."""
    for task in value if isinstance(value, list) else ():
        data = task.get("data") if isinstance(task, dict) else None
        if not isinstance(data, dict) or data.get("doc_id") not in withheld:
            continue
        if isinstance(data.get("text"), str) or _has_words(task):
            message = say(
                "the export holds words of a withheld document",
                do="ingest it with `parley ingest`, which keeps a copy without them",
            )
            report.add("P614", message, data["doc_id"])


def _has_words(task: JSON) -> bool:
    for key in ("annotations", "drafts", "predictions"):
        rows = task.get(key)
        for row in rows if isinstance(rows, list) else ():
            results = row.get("result") if isinstance(row, dict) else None
            for result in results if isinstance(results, list) else ():
                value = result.get("value") if isinstance(result, dict) else None
                # What an annotator typed into a text area is no part of the article.
                if isinstance(value, dict) and isinstance(value.get("text"), str):
                    return True
    return False


def source(raw: JSON, project: Project, report: Report) -> None:
    """P322: the export that annotations come from is there. `raw` is valid JSON of a gold file."""
    export = raw["provenance"].get("export")
    if isinstance(export, str) and not (project.root / export).is_file():
        message = say(
            "the annotations come from an export that is not there",
            got=export,
            do="restore the export, or ingest anew",
        )
        report.add("P322", message)


def made_from(project: Project, gold: Mapping[str, bytes], lookup: "Lookup") -> list[Incident]:
    """P323: annotations differ from what their export gives when it is ingested again.

    `gold` maps document ids to their gold files' bytes; `lookup` is that of
    `parley.labelstudio.ingest.read`.
    """
    from parley import ontology
    from parley.document import dump
    from parley.labelstudio import ingest

    found = []
    for path in _files(project.exports):
        file = project.relative(path)
        made = ingest.read(path.read_bytes(), file, ontology.load(), lookup)
        for doc_id, annotations in made.annotations.items():
            data = gold.get(doc_id)
            if data is None:
                continue
            told = json_io.loads(data)
            if told["provenance"].get("export") != file:
                continue
            if _core(told) != _core(json_io.loads(dump(annotations))):
                message = say(
                    f"not what its export gives: {file}",
                    do="run `parley ingest` on the export; never edit the file",
                )
                name = f"annotations/gold/{doc_id}.json"
                found.append(Incident("P323", name, message, doc_id=doc_id))
    return found


def _core(raw: JSON) -> JSON:
    """Annotations without the words beside them and without provenance."""
    return {
        layer: [{key: item[key] for key in item if key != "text"} for item in raw[layer]]
        for layer in ("mentions", "events", "attributions", "stances")
    } | {"layers": raw["layers"]}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.json"))
