"""Whatever happens to one file of a project, the checks run to their end and say so."""

from pathlib import Path

import pytest

from parley.checks.run import check_project
from parley.project import Project
from tests.checks import project

FILES = sorted(
    path.relative_to(project.BASE).as_posix()
    for path in project.BASE.rglob("*")
    if path.is_file() and path.name != ".gitignore"
)
DAMAGE = {
    "nothing": b"",
    "binary": b"\x00\xff\xfe\x89PNG",
    "null": b"null\n",
    "list": b"[]\n",
    "object": b"{}\n",
    "numbers": b"[1, 2]\n",
    "lists": b'[{"data": [], "annotations": {}}]\n',
    "deep": b"[" * 5000,
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_reported_and_stops_nothing(
    name: str, damage: str, tmp_path: Path
) -> None:
    project.copy(tmp_path)
    (tmp_path / name).write_bytes(DAMAGE[damage])
    found = check_project(Project.find(tmp_path))
    assert found, "the damage went unseen"
    check_project(Project.find(tmp_path), paths=[tmp_path / name])


@pytest.mark.parametrize("name", FILES)
def test_half_a_file_is_reported(name: str, tmp_path: Path) -> None:
    project.copy(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    assert check_project(Project.find(tmp_path))


def test_a_restored_text_that_is_not_the_documents_is_reported(tmp_path: Path) -> None:
    project.copy(tmp_path)
    (tmp_path / "corpus" / "texts").mkdir()
    (tmp_path / "corpus" / "texts" / "ferry-note.txt").write_bytes(b"\xff\xfe")
    assert "W003" in {fault.code for fault in check_project(Project.find(tmp_path))}
