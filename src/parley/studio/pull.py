"""Work brought back: exported, ingested, checked, kept in canonical form."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley import json_io
from parley.checks.run import check_ingested, check_project
from parley.incidents import Incident, stop
from parley.labelstudio import shapes
from parley.labelstudio.ingest import Ingested
from parley.labelstudio.store import Store
from parley.ontology import Ontology
from parley.prefill.compare import Comparison, compare, from_results
from parley.project import Project
from parley.studio.client import Client
from parley.studio.projects import find
from parley.studio.rounds import Round
from parley.studio.same import same


@dataclass(slots=True)
class Pulled:
    """What one annotator's pull gave; `links` leads from a document to its task."""

    annotator: str
    file: str
    tasks: int = 0
    documents: list[str] = field(default_factory=list)
    written: bool = False
    summary: dict[str, Any] = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    #: What became of the pre-annotations of the submitted documents; None where there were none.
    changes: Comparison | None = None


def home(project: Project, round_name: str, annotator: str) -> Path:
    """Where an annotator's export is kept."""
    return project.exports / round_name / f"{annotator}.json"


def marker(made: Round, annotator: str) -> dict[str, str]:
    """What finds an annotator's project on the server."""
    if made.blind:
        return {"round": made.name, "annotator": annotator}
    return {"round": made.name}


def fetch(
    client: Client, made: Round, annotator: str, users: Mapping[str, int]
) -> tuple[int, list[Any]]:
    """The project and the raw export of one annotator's work.

    In a project that annotators share, only that annotator's annotations are kept. Raises
    `IncidentError` (U015) where the server has no such project.
    """
    found = find(client, marker(made, annotator))
    if not found:
        raise stop(
            "U015",
            client.url,
            f"the server has no project of round {made.name} for {annotator}",
            do=f"make it with `parley round start {made.name}`",
        )
    remote = max(found, key=lambda item: (item.tasks, -item.id)).id
    raw = client.export(remote)
    if not made.blind and made.double:
        raw = list(_only(raw, users[annotator]))
    return remote, raw


def _only(raw: list[Any], user: int) -> Iterator[Any]:
    for task in raw:
        mine = [row for row in task.get("annotations", ()) if row.get("completed_by") == user]
        if mine:
            yield {**task, "annotations": mine, "drafts": []}


def pull(
    client: Client,
    project: Project,
    made: Round,
    annotator: str,
    users: Mapping[str, int],
    *,
    discard: bool = False,
    replace: bool = False,
) -> Pulled:
    """Brings one annotator's work into annotations/exports/ROUND/ANNOTATOR.json.

    A fault blocks only its own document. Gold is written where the annotator is the round's only
    one; where there are several it takes `parley adjudicate`. Raises `IncidentError` (U016) where
    the file was edited here and not pushed, unless `discard`.
    """
    remote, raw = fetch(client, made, annotator, users)
    path = home(project, made.name, annotator)
    out = Pulled(annotator, project.relative(path), tasks=len(raw))
    out.links = {
        str(task["data"].get("doc_id")): client.link(remote, task["id"])
        for task in raw
        if isinstance(task, dict) and isinstance(task.get("data"), dict)
    }
    data = json_io.dumps(raw)
    store = Store(project, None, replace=replace, gold=not made.double)
    if path.is_file() and not discard:
        edited = edits(json_io.loads(path.read_bytes()), raw)
        if edited:
            raise stop(
                "U016",
                out.file,
                "edited here and not pushed yet; pulling would lose it",
                got=edited,
                do="push it with `parley studio push`, or give --discard",
            )
    before = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
    if raw:
        done = store.ingest(data, path, made.name, annotator)
        out.documents = sorted(done.annotations)
        out.summary = done.ledger.summary()
        found = set(done.incidents).union(check_ingested(project, done, out.file))
        out.incidents = sorted(found, key=Incident.sort_key)
        out.written = not before or hashlib.sha256(path.read_bytes()).digest() != before
        out.changes = _changes(client, remote, raw, done, store.ontology)
    return out


def _changes(
    client: Client, remote: int, raw: list[Any], done: Ingested, scheme: Ontology
) -> Comparison | None:
    """Pre-annotations against what was submitted, over all documents of one pull."""
    if not any(task.get("predictions") or task.get("total_predictions") for task in raw):
        return None
    proposed = client.predictions(remote)
    found: Comparison | None = None
    for task in raw:
        data = task["data"]
        final = done.annotations.get(str(data.get("doc_id")))
        text, results = data.get("text"), proposed.get(task["id"])
        if final is None or results is None or not isinstance(text, str):
            continue
        one = compare(from_results(results, text, scheme, final.doc_id), final)
        found = one if found is None else found + one
    return found


def checked(project: Project, paths: list[Path]) -> list[Incident]:
    """What `parley check` says of these files."""
    return check_project(project, paths=paths)


def edits(local: Any, remote: Any) -> list[str]:
    """Documents whose local annotation, otherwise as pulled, says something else by now."""
    there = {(doc, row["id"]): row for doc, row in _annotations(remote)}
    found = []
    for doc, row in _annotations(local):
        other = there.get((doc, row["id"]))
        unmoved = other is not None and other.get("updated_at") == row.get("updated_at")
        if unmoved and other is not None and not same(row["result"], other["result"]):
            found.append(doc)
    return sorted(set(found))


def _annotations(raw: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for task in raw if isinstance(raw, list) else ():
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            continue
        for row in task.get("annotations") or ():
            if isinstance(row, dict) and isinstance(row.get("result"), list) and "id" in row:
                yield str(task["data"].get("doc_id")), row


def chosen(raw_task: Any) -> tuple[str, shapes.Candidate | None]:
    """A task's document and the annotation of it that counts."""
    task = shapes.task(raw_task)
    best, _ = shapes.choose(task.candidates)
    return str(task.data.get("doc_id") or ""), best
