"""A loopback Hub, and a built dataset to put on it."""

from pathlib import Path

import pytest

from parley.dataset import build
from parley.project import Project
from tests.dataset import made_projects
from tests.hub.fixtures import hub, hub_here  # noqa: F401


def built(root: Path, version: str, number: int = 6) -> Path:
    """A dataset of that version, of `number` documents."""
    made_projects.a_project(root, number)
    (root / "corpus" / "card.toml").write_text(
        f'version = "{version}"\nhub = "harbour/ferry-news"\n', "utf-8"
    )
    build.build(Project(root), root / "dist" / "parley", checked=False, jobs=1)
    return root / "dist" / "parley"


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 0.1.0."""
    return built(tmp_path_factory.mktemp("api") / "first", "0.1.0")


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 0.2.0, with more documents."""
    return built(tmp_path_factory.mktemp("api") / "second", "0.2.0", 9)
