"""What `watch` says of tasks, without a server: each state of the work is told once."""

import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from parley import json_io
from parley.project import Project
from parley.studio.client import Client
from parley.studio.watch import Watch
from tests.studio import made


class Answers:
    """The three questions that watching asks, answered from a list of tasks."""

    def __init__(self, tasks: list[dict[str, Any]]) -> None:
        self.tasks = tasks
        self.moment = datetime(2024, 8, 20, tzinfo=UTC)

    def touch(self) -> None:
        self.moment += timedelta(seconds=1)

    def changes(self, project: int) -> dict[int, datetime]:
        return {task["id"]: self.moment for task in self.tasks}

    def export(self, project: int, ids: list[int] | None = None) -> list[Any]:
        return copy.deepcopy(self.tasks)

    def link(self, project: int, task: int) -> str:
        return f"{project}/{task}"


def a_watch(root: Path) -> tuple[Watch, Answers]:
    made.a_project(root)
    (task, *_) = json_io.loads(json_io.dumps(list(made.annotated(root))))
    task |= {"id": 1, "updated_at": "2024-08-20T00:00:00Z"}
    for number, row in enumerate(task["annotations"], start=7):
        row |= {"id": number, "updated_at": "2024-08-20T00:00:00Z"}
    answers = Answers([task])
    return Watch(cast(Client, answers), Project.find(root), {3: "ann-a"}), answers


def test_a_task_that_only_looks_changed_is_not_told_again(tmp_path: Path) -> None:
    watch, answers = a_watch(tmp_path)
    assert len(list(watch.look())) == 1
    answers.touch()
    assert list(watch.look()) == []


def test_a_change_of_the_work_is_told_and_so_is_its_undoing(tmp_path: Path) -> None:
    watch, answers = a_watch(tmp_path)
    list(watch.look())
    kept = answers.tasks[0]["annotations"][0]["result"]
    answers.tasks[0]["annotations"][0]["result"] = kept[:-1]
    answers.touch()
    (seen,) = watch.look()
    assert seen.results == len(kept) - 1
    answers.tasks[0]["annotations"] = []
    answers.touch()
    (seen,) = watch.look()
    assert (seen.results, seen.incidents) == (0, ())
