"""Every code of `parley check`: one planted fault, the exact report, and nothing else."""

import difflib
import os
import re
from pathlib import Path

import pytest

from parley.cli import main
from parley.codes import GROUPS, codes
from tests.checks import project

SOURCE = Path(__file__).parents[2] / "src" / "parley"
REFRESH = "PARLEY_REFRESH=1 python -m pytest tests/checks/test_codes.py"
FOLDERS = sorted(path.parent for path in project.FIXTURES.glob("*/fault.toml"))
CHECKED = [name for name in codes() if name[0] == "P"]


def report(root: Path, args: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and the text of `parley check` in a project."""
    code = main(["check", "--root", str(root), *args])
    return code, capsys.readouterr().err


def test_the_base_project_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.copy(tmp_path)
    assert report(tmp_path, [], capsys) == (0, "clean\n")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_planted_fault_gives_its_report_and_no_other(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project.copy(tmp_path)
    args = project.plant(tmp_path, folder)
    monkeypatch.chdir(tmp_path)
    code, found = report(tmp_path, args, capsys)
    expected = folder / "expected.txt"
    if os.environ.get("PARLEY_REFRESH"):
        expected.write_text(found, "utf-8")
    told = expected.read_text("utf-8") if expected.is_file() else ""
    if found != told:
        diff = "\n".join(difflib.unified_diff(told.split("\n"), found.split("\n"), lineterm=""))
        pytest.fail(f"{diff}\n\nIf the new report is right, refresh and review:\n  {REFRESH}")
    assert code == 1
    assert set(re.findall(r"^\S.*?: ([A-Z]\d+) ", found, re.MULTILINE)) == {folder.name}


def test_every_checked_code_has_a_fixture_and_every_fixture_a_code() -> None:
    assert [folder.name for folder in FOLDERS] == sorted(CHECKED)


def test_every_code_in_the_source_is_explained_and_every_explained_code_is_used() -> None:
    used = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(rf'"([{"".join(GROUPS)}]\d{{3}})"', path.read_text("utf-8"))
    }
    assert used - set(codes()) == set()
    assert {name for name in CHECKED if name not in used} == set()


def test_there_are_codes_on_each_of_the_six_levels() -> None:
    assert len(CHECKED) >= 65
    assert {name[1] for name in CHECKED} == set("123456")


def test_every_code_has_a_title_an_explanation_and_two_cases() -> None:
    for code in map(codes().__getitem__, CHECKED):
        assert code.title and code.bad and code.good and code.explain.endswith("."), code
        assert "\n" not in code.title and len(code.title) <= 70, code
