"""Projects on the server: made, filled and put right, so that a second run changes nothing."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parley.incidents import Incident, say
from parley.studio.client import Client, RemoteProject, RemoteTask

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Ensured:
    """What making a project took: all zero where it was there already."""

    project: RemoteProject
    made: bool = False
    configured: bool = False
    imported: int = 0
    predicted: int = 0
    doubles: int = 0
    incidents: list[Incident] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return self.made or self.configured or bool(self.imported + self.predicted + self.doubles)


def find(client: Client, marker: Mapping[str, str]) -> list[RemoteProject]:
    """The projects of a marker, the oldest first."""
    return [item for item in client.projects() if item.marker == dict(marker)]


def ensure(
    client: Client,
    title: str,
    marker: dict[str, str],
    label_config: str,
    tasks: Sequence[dict[str, Any]],
    settings: dict[str, Any],
    progress: Progress | None = None,
) -> Ensured:
    """Brings a project to hold `tasks` (import tasks by `doc_id`, in this order), each once.

    A command that was killed half-way left some of it: what is missing is added, a task that came
    twice goes again where nobody has worked on it. Incidents: U013 a task of another text than the
    document has now, U014 a document on whose two tasks people have worked.
    """
    found = find(client, marker)
    if found:
        done = Ensured(_one(client, found))
        if done.project.label_config.strip() != label_config.strip():
            client.update_project(done.project.id, label_config=label_config)
            done.configured = True
    else:
        made = client.create_project(title, marker, label_config, **settings)
        done = Ensured(made, made=True)
    there = _without_doubles(client, done)
    missing = []
    for task in tasks:
        data = task["data"]
        old = there.get(data["doc_id"])
        if old is None:
            missing.append(task)
            continue
        if old.sha256 != data["sha256"]:
            done.incidents.append(
                Incident(
                    "U013",
                    client.link(done.project.id, old.id),
                    say(
                        "the task has another text than the document has now",
                        got=old.sha256[:12],
                        expected=data["sha256"][:12],
                        do="remove the task from the server if nothing on it is wanted",
                    ),
                    doc_id=data["doc_id"],
                )
            )
        elif not old.predictions and not old.submitted and not old.draft:
            for prediction in task.get("predictions", ()):
                client.predict(old.id, prediction)
                done.predicted += 1
    for number in client.import_tasks(done.project.id, missing):
        done.imported = number
        if progress is not None:
            progress(number, len(missing))
    return done


def _one(client: Client, found: list[RemoteProject]) -> RemoteProject:
    """The project to keep: a start that was killed can leave an empty second one."""
    kept = max(found, key=lambda item: (item.tasks, -item.id))
    for other in found:
        if other.id != kept.id and not other.tasks:
            client.delete_project(other.id)
    return kept


def _without_doubles(client: Client, done: Ensured) -> dict[str, RemoteTask]:
    """The task of each document; copies that nobody has touched are removed."""
    if done.made:
        return {}
    by_doc: dict[str, list[RemoteTask]] = defaultdict(list)
    for task in client.tasks(done.project.id):
        if task.doc_id:
            by_doc[task.doc_id].append(task)
    kept = {}
    for doc_id, copies in by_doc.items():
        # Worked on before untouched; then the oldest.
        copies.sort(key=lambda task: (-(task.submitted + task.skipped), not task.draft, task.id))
        kept[doc_id] = copies[0]
        worked = [task for task in copies if task.submitted + task.skipped or task.draft]
        spare = [task.id for task in copies[1:] if task not in worked]
        client.delete_tasks(spare)
        done.doubles += len(spare)
        if len(worked) > 1:
            done.incidents.append(
                Incident(
                    "U014",
                    client.link(done.project.id, worked[1].id),
                    say(
                        "a document with two tasks, and work on both",
                        got=[task.id for task in worked],
                        do="keep one and remove the other on the server",
                    ),
                    doc_id=doc_id,
                )
            )
    return kept
