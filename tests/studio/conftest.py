"""One server for most tests, copies of its stopped data for those that kill theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.studio import made
from tests.studio.browser import Browser
from tests.studio.desk import Desk, Done, copy, free_port


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever is in this folder needs a server."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("studio")


@dataclass(frozen=True, slots=True)
class Suite:
    """The server of the session, and what its first start said."""

    home: Path
    stopped: Path
    port: int
    first: Done
    second: Done
    down: Done
    again: Done
    before: list[Any]
    after: list[Any]


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """A server that was made from nothing, stopped, copied and started again."""
    folder = tmp_path_factory.mktemp("suite")
    port = free_port()
    root = folder / "project"
    made.a_project(root)
    desk = Desk(root, folder / "home")
    up = ("studio", "up", "--port", str(port))
    try:
        first = desk.run(*up)
        assert first.code == 0, first.err
        second = desk.run(*up)
        before = desk.export(desk.projects()["Parley"])
        down = desk.run("studio", "down")
        stopped = copy(desk.home, folder / "stopped")
        again = desk.run(*up)
        after = desk.export(desk.projects()["Parley"])
        yield Suite(desk.home, stopped, port, first, second, down, again, before, after)
    finally:
        desk.run("studio", "down")


@pytest.fixture
def desk(suite: Suite, tmp_path: Path) -> Iterator[Desk]:
    """A new project, nothing of it on the session's server."""
    made.a_project(tmp_path / "project")
    found = Desk(tmp_path / "project", suite.home)
    yield found
    found.empty()


@pytest.fixture
def own(suite: Suite, tmp_path: Path) -> Iterator[Desk]:
    """A new project with a server of its own, not started, that a test may kill."""
    made.a_project(tmp_path / "project")
    found = Desk(tmp_path / "project", copy(suite.stopped, tmp_path / "home"))
    yield found
    found.run("studio", "down")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, no window."""
    with Browser.start() as found:
        yield found
