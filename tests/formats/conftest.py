"""A built dataset of made documents, shared by the tests here."""

from pathlib import Path

import pytest

from parley.dataset import build
from parley.project import Project
from tests.dataset.made_projects import a_project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("exported")
    a_project(root, 6, lines=20)
    out = root / "dist" / "parley"
    build.build(Project(root), out, checked=False, cached=False, jobs=1)
    return out
