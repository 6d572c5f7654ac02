"""A small built dataset whose questions the harnesses ask; property tests have no deadline."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from parley.dataset import build
from parley.project import Project
from tests.dataset import made_projects

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")


@pytest.fixture(scope="package")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made project of six documents, built into dist/parley."""
    root = made_projects.a_project(tmp_path_factory.mktemp("harness") / "project", lines=16)
    build.build(Project(root), root / "dist" / "parley", checked=False, jobs=1)
    return root


@pytest.fixture(scope="package")
def rows(root: Path) -> dict[str, list[dict[str, Any]]]:
    """The questions of the test split, by task."""
    import pyarrow.parquet as pq

    path = root / "dist" / "parley" / "questions" / "test-00000-of-00001.parquet"
    found: dict[str, list[dict[str, Any]]] = {}
    for row in pq.read_table(path).to_pylist():
        found.setdefault(row["task"], []).append(row)
    return found
