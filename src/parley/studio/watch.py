"""Faults shown while people annotate: seconds after a save, not at the end of a round."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from parley import json_io, ontology
from parley.checks import document as check_document
from parley.checks import registry
from parley.document import Document
from parley.incidents import Incident
from parley.labelstudio import ingest
from parley.labelstudio.lookup import ProjectLookup
from parley.project import Project
from parley.studio.client import Client


@dataclass(frozen=True, slots=True)
class Seen:
    """One task that changed: its incidents now, and those that are gone since it was last seen."""

    project: int
    task: int
    doc_id: str
    link: str
    results: int
    incidents: tuple[Incident, ...]
    mended: tuple[Incident, ...]


@dataclass
class Watch:
    """Polls projects: every call of `look` gives the tasks whose work changed since the last.

    A server also touches a task where nobody worked on it (a count made anew, a start), sometimes
    a moment after the save that it belongs to: the same work is told once.
    """

    client: Client
    project: Project
    remote: Mapping[int, str]
    _updated: dict[int, datetime] = field(default_factory=dict)
    _open: dict[int, tuple[Incident, ...]] = field(default_factory=dict)
    _work: dict[int, bytes] = field(default_factory=dict)

    def look(self) -> Iterator[Seen]:
        """The changed tasks of every watched project, in order of the change."""
        for remote in self.remote:
            now = self.client.changes(remote)
            changed = [task for task, when in now.items() if self._updated.get(task) != when]
            first = not any(task in self._updated for task in now)
            if changed:
                # A first look takes in what was done before; tasks without work say nothing.
                raw = self.client.export(remote, None if first else changed)
                yield from self._tasks(remote, raw)
            # Only once they are read: a look that fails half-way is done again.
            self._updated.update(now)

    def _tasks(self, remote: int, raw: list[Any]) -> Iterator[Seen]:
        raw.sort(key=lambda task: str(task.get("updated_at")))
        for task in raw:
            submitted = [row for row in task.get("annotations", ()) if isinstance(row, dict)]
            work = json_io.dumps(
                [(row.get("id"), row.get("was_cancelled"), row.get("result")) for row in submitted]
            )
            # A task that nobody has begun has no work, and nothing to tell.
            if work == self._work.get(task["id"], b"[]"):
                continue
            self._work[task["id"]] = work
            doc_id = str(task["data"].get("doc_id"))
            incidents = tuple(self._incidents(task, remote, doc_id)) if submitted else ()
            gone = tuple(set(self._open.get(task["id"], ())) - set(incidents))
            self._open[task["id"]] = incidents
            yield Seen(
                remote,
                task["id"],
                doc_id,
                self.client.link(remote, task["id"]),
                sum(len(row.get("result") or ()) for row in submitted),
                incidents,
                tuple(sorted(gone, key=Incident.sort_key)),
            )

    def _incidents(self, task: dict[str, Any], remote: int, doc_id: str) -> list[Incident]:
        """What ingest and the checks say of every submitted annotation of a task."""
        file = f"project {remote}"
        found: set[Incident] = set()
        for row in task["annotations"]:
            alone = {**task, "annotations": [row], "drafts": [], "predictions": []}
            if row.get("was_cancelled"):
                continue
            made = ingest.read(json_io.dumps([alone]), file, self._ontology, self._lookup)
            found.update(made.incidents)
            for annotations in made.annotations.values():
                item = self._documents.get(annotations.doc_id)
                if item is not None:
                    found.update(check_document.made(item, annotations, self._known, file=file))
        return sorted(found, key=Incident.sort_key)

    @cached_property
    def _ontology(self) -> ontology.Ontology:
        return ontology.load(self.project.ontology)

    @cached_property
    def _lookup(self) -> ProjectLookup:
        return ProjectLookup(self.project)

    @cached_property
    def _known(self) -> Any:
        return registry.read(self.project, 6)[0].known()

    @cached_property
    def _documents(self) -> dict[str, Document]:
        from parley.checks import load

        return {item.id: item for item in load.documents(self.project, [])}
