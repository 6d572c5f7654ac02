"""A project that may be published, made once and copied for each test; the loopback Hub."""

import shutil
from pathlib import Path

import pytest

from parley.publishing import hub as asking
from tests.hub.fixtures import hub, hub_here
from tests.publishing import made

__all__ = ["hub", "hub_here"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """huggingface_hub uploads by an argument that its own HTTP client is about to rename."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            ignored = "ignore:Use 'content=:DeprecationWarning"
            item.add_marker(pytest.mark.filterwarnings(ignored))


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it was made; not to be touched."""
    return made.a_project(tmp_path_factory.mktemp("publishing") / "project")


@pytest.fixture
def root(original: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(original, tmp_path / "project"))


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Further tries come at once: ours, and those of the library."""
    monkeypatch.setattr(asking, "WAITS", (0, 0, 0))
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)
