"""`parley harness`: what it writes names the data, and what is missing is said."""

import json
from pathlib import Path

import pytest
import yaml

from parley import cli, ontology
from parley.dataset.questions import TASKS
from parley.harness import TOOLS, write

SCHEME = ontology.load()
NAMES = {"lm-eval": "_parley_data_yaml", "inspect": "settings.json"}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_written_files_name_every_split_by_its_absolute_path(
    tool: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tasks"
    assert cli.main(["harness", tool, "--root", str(root), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(told["files"]) == sorted(path.as_posix() for path in out.iterdir())
    assert out.as_posix() in told["command"]
    data = yaml.safe_load((out / NAMES[tool]).read_text("utf-8"))
    data = data["dataset_kwargs"]["data_files"] if tool == "lm-eval" else data["data"]
    assert list(data) == list(SCHEME.splits)
    assert all(Path(path).is_absolute() and Path(path).is_file() for path in data.values())


def test_every_task_is_written_and_the_group_names_them_all(root: Path, tmp_path: Path) -> None:
    write("lm-eval", root / "dist" / "parley", tmp_path, SCHEME)
    groups = {
        name: yaml.safe_load((tmp_path / f"{name}.yaml").read_text("utf-8"))["task"]
        for name in ("parley", "parley_open", "parley_choice")
    }
    named = {task for group in groups.pop("parley") for task in groups[group]}
    assert named == {f"parley_{task}" for task in TASKS}
    assert all((tmp_path / f"{task}.yaml").is_file() for task in named)


def test_the_types_of_events_are_told_with_their_definitions(root: Path, tmp_path: Path) -> None:
    write("lm-eval", root / "dist" / "parley", tmp_path, SCHEME)
    told = (tmp_path / "parley_event_type.yaml").read_text("utf-8")
    assert all(f"{label.name}: {label.definition}" in told for label in SCHEME.event)


def test_a_dataset_and_a_folder_are_enough_without_a_project(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["harness", "inspect", "--data", str(root / "dist" / "parley")]) == 2
    assert "no Parley project" in capsys.readouterr().err
    data = str(root / "dist" / "parley")
    assert cli.main(["harness", "inspect", "--data", data, "--out", "a folder"]) == 0
    assert "cd 'a folder' && inspect eval" in capsys.readouterr().out


def test_no_built_dataset_is_an_error_that_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert cli.main(["harness", "lm-eval", "--data", str(tmp_path), "--out", str(out)]) == 2
    assert "parley build" in capsys.readouterr().err
    assert not out.exists()
