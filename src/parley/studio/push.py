"""Local work sent to the server, never over newer work there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parley import json_io
from parley.incidents import Incident, IncidentError, say
from parley.labelstudio import ingest, shapes
from parley.labelstudio.lookup import ProjectLookup
from parley.ontology import Ontology
from parley.project import Project
from parley.studio.client import Client
from parley.studio.pull import chosen, fetch, home
from parley.studio.rounds import Round
from parley.studio.same import same


@dataclass(slots=True)
class Plan:
    """What a push would do, by document."""

    project: int
    create: list[tuple[str, int, list[Any]]] = field(default_factory=list)
    update: list[tuple[str, int, list[Any]]] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    conflicts: list[Incident] = field(default_factory=list)


def plan(
    client: Client,
    project: Project,
    made: Round,
    annotator: str,
    users: Mapping[str, int],
    local: Sequence[Any],
    ontology: Ontology,
) -> Plan:
    """Compares `local` tasks (an export, or tasks with annotations) with the server's, by document.

    An annotation that says the same there is left alone, so a push that was cut off is simply run
    again. Conflicts: U020 changed on the server since it was pulled, U021 removed there, U022 the
    server has work on the document that was never pulled, U023 no such document in the round; and
    the X codes of what the checks refuse: nothing that breaks the browser goes up.
    """
    remote_project, raw = fetch(client, made, annotator, users)
    # As the project keeps it: offsets canonical, a withheld document's words left out.
    theirs = ingest.read(json_io.dumps(raw), "server", ontology, ProjectLookup(project)).export
    there = {doc: best for task in theirs for doc, best in [chosen(task)] if best is not None}
    ids = {task.doc_id: task.id for task in client.tasks(remote_project)}
    out = Plan(remote_project)
    for raw_task in local:
        doc, mine = chosen(raw_task)
        if mine is None or mine.results is None:
            continue
        link = client.link(remote_project, ids.get(doc))
        if doc not in ids:
            message = say("the round's project has no such document", got=doc)
            out.conflicts.append(Incident("U023", link, message, doc_id=doc))
            continue
        code = _compare(out, doc, ids[doc], mine, there.get(doc))
        if code is not None:
            message = _CONFLICT[code]
            out.conflicts.append(Incident(code, link, message, doc_id=doc))
    return out


_CONFLICT = {
    "U020": "changed on the server since it was pulled, and here too; pull with --discard to take "
    "the server's, or undo the change there",
    "U021": "removed from the server since it was pulled; pull to take that over",
    "U022": "the server has work on this document that was never pulled; pull first",
}


def _compare(
    out: Plan, doc: str, task: int, mine: shapes.Candidate, theirs: shapes.Candidate | None
) -> str | None:
    """Adds the document to the plan, or gives the code of a conflict."""
    results = list(mine.results or [])
    if theirs is None:
        if mine.id:
            return "U021"
        out.create.append((doc, task, results))
    elif same(results, theirs.results or []):
        out.same.append(doc)
    elif not mine.id or mine.id != theirs.id:
        return "U022"
    elif mine.updated != theirs.updated:
        return "U020"
    else:
        out.update.append((doc, int(theirs.id), results))
    return None


def push(
    client: Client,
    project: Project,
    made: Round,
    annotator: str,
    users: Mapping[str, int],
    local: Sequence[Any],
    ontology: Ontology,
) -> Plan:
    """Does what `plan` says; where it finds a conflict, or a fault in what would go up, nothing.

    Raises `IncidentError` with every conflict.
    """
    found = plan(client, project, made, annotator, users, local, ontology)
    changed = {doc for doc, _, _ in [*found.create, *found.update]}
    faults = _faults(project, local, changed, ontology, f"{made.name}/{annotator}")
    if found.conflicts or faults:
        raise IncidentError(*found.conflicts, *faults)
    for _, task, results in found.create:
        client.create_annotation(task, results, users.get(annotator))
    for _, annotation, results in found.update:
        client.update_annotation(annotation, results)
    return found


def _faults(
    project: Project, local: Sequence[Any], changed: set[str], ontology: Ontology, name: str
) -> list[Incident]:
    """What reading the changed tasks back would refuse: the server itself checks nothing."""
    tasks = [task for task in local if chosen(task)[0] in changed]
    return ingest.read(json_io.dumps(tasks), name, ontology, ProjectLookup(project)).incidents


def local_file(project: Project, made: Round, annotator: str) -> list[Any]:
    """The tasks of the annotator's export as it stands here; empty where there is none."""
    path = home(project, made.name, annotator)
    if not path.is_file():
        return []
    return shapes.tasks(json_io.loads(path.read_bytes()))
