"""A power cut at any moment: the same command again, and everything is there once."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest

from parley import json_io
from tests.studio import made
from tests.studio.desk import Desk, gone, unfinished

TASKS = 400
#: Moments of the undisturbed command at which the cut comes.
MOMENTS = (0.35, 0.6, 0.85)


@pytest.fixture
def own(own: Desk) -> Desk:
    """A server of one's own, empty, and a project of many documents."""
    own.root = made.many(own.root.parent / "many", TASKS)
    own.good("studio", "up", "--documents", "dry-dock-1")
    own.empty()
    return own


def cut(desk: Desk, words: tuple[str, ...], wait: float, *, server: bool) -> None:
    """Runs a command and kills the server, or the command, after `wait` seconds."""
    port = desk.url.rpartition(":")[2]
    process = desk.spawn(*words)
    with gone(process):
        try:
            process.communicate(timeout=wait)
        except subprocess.TimeoutExpired:
            if server:
                desk.kill()
                said, told = process.communicate()
                assert "Traceback" not in told, told
                assert process.returncode in (0, 2), (said, told)
            else:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
    if server:
        desk.good("studio", "up", "--port", port, "--documents", "dry-dock-1")


def took(work: Callable[[], Any]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


@pytest.mark.parametrize("server", [True, False], ids=["server", "command"])
def test_an_import_that_was_cut_off_is_completed_with_every_task_once(
    own: Desk, server: bool
) -> None:
    whole = took(lambda: own.good("studio", "up"))
    for moment in MOMENTS:
        own.empty()
        cut(own, ("studio", "up"), whole * moment, server=server)
        own.good("studio", "up")
        assert list(own.projects()) == ["Parley"]
        tasks = own.tasks(own.projects()["Parley"])
        assert len(tasks) == TASKS
        assert {len(task["predictions"]) for task in tasks.values()} == {1}
        assert unfinished(own.root) == unfinished(own.home) == []


@pytest.mark.parametrize("server", [True, False], ids=["server", "command"])
def test_a_push_and_a_pull_that_were_cut_off_are_done_again_with_nothing_doubled(
    own: Desk, server: bool
) -> None:
    names = [f"ferry-line-many-{number:04}" for number in range(40)]
    own.good("studio", "up", "--documents", ",".join(["dry-dock-1", *names]))
    file = own.root / "tasks.json"
    tasks = [task for task in made.annotated(own.root) if task["data"]["doc_id"] in names]
    file.write_bytes(json_io.dumps(tasks))
    made.no_gold(own.root)
    words = ("studio", "push", "--tasks", str(file))
    for wait in (2.0, 3.5, 5.0):
        cut(own, words, wait, server=server)
    own.good(*words)
    found = own.tasks(own.projects()["Parley"])
    assert {len(found[name]["annotations"]) for name in names} == {1}
    for wait in (1.0, 1.8, 2.6):
        cut(own, ("studio", "pull"), wait, server=server)
        assert unfinished(own.root) == unfinished(own.home) == []
    own.run("studio", "pull")
    export = own.root / "annotations" / "exports" / "main" / "curator.json"
    pulled = [task["data"]["doc_id"] for task in json_io.loads(export.read_bytes())]
    assert sorted(pulled) == names
    assert own.tasks(own.projects()["Parley"]) == found
    assert unfinished(own.root) == unfinished(own.home) == []
