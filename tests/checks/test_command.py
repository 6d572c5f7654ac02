"""`parley check` as a command: exit codes, forms of report, explanations."""

import json
from pathlib import Path

import pytest

from parley.checks.run import check_project
from parley.cli import main
from parley.codes import codes
from parley.project import Project
from tests.checks import project


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """The base project with faults on several levels, in several files."""
    project.copy(tmp_path)
    for name in ("P204", "P316", "P611", "P103"):
        project.plant(tmp_path, project.FIXTURES / name)
    return tmp_path


def test_all_faults_of_all_files_come_in_one_run_in_order(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--root", str(faulty)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1][:4] for line in lines[:4]] == ["P204", "P316", "P103", "P611"]
    assert lines[4] == "4 incidents in 4 files"
    assert lines[5].split() == ["1", "P103", "a", "control", "character", "in", "an", "article"]


@pytest.mark.parametrize(("level", "met"), [(1, {"P103"}), (2, {"P103", "P204"})])
def test_a_level_runs_with_the_levels_before_it(
    faulty: Path, level: int, met: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["check", "--root", str(faulty), "--level", str(level), "--format", "json"]
    assert main(args) == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found["summary"]["codes"]) == met


def test_json_holds_every_part_of_an_incident(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "--root", str(faulty), "--format", "json"])
    out = capsys.readouterr()
    found = json.loads(out.out)
    assert out.err == ""
    assert found["summary"] == {
        "incidents": 4,
        "files": 4,
        "codes": {"P103": 1, "P204": 1, "P316": 1, "P611": 1},
    }
    assert found["incidents"][0] == {
        "code": "P204",
        "title": codes()["P204"].title,
        "level": 2,
        "file": "annotations/gold/bridge-daily.json",
        "line": None,
        "doc_id": "bridge-daily",
        "item": "mentions/m1/type",
        "message": found["incidents"][0]["message"],
    }


def test_sarif_has_a_rule_and_a_place_for_every_result(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "--root", str(faulty), "--format", "sarif"])
    log = json.loads(capsys.readouterr().out)
    _valid_sarif(log)
    run = log["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == ["P204", "P316", "P103", "P611"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert (faulty / uri).is_file()


def _valid_sarif(log: object) -> None:
    """The parts of the SARIF 2.1.0 schema that a log like ours can touch."""
    from jsonschema import Draft202012Validator

    text = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    rule = {
        "type": "object",
        "additionalProperties": False,
        "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string"},
            "shortDescription": text,
            "fullDescription": text,
            "help": text,
            "defaultConfiguration": {
                "type": "object",
                "properties": {"level": {"enum": ["none", "note", "warning", "error"]}},
            },
        },
    }
    location = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "physicalLocation": {
                "type": "object",
                "required": ["artifactLocation"],
                "properties": {
                    "artifactLocation": {
                        "type": "object",
                        "properties": {"uri": {"type": "string", "pattern": "^[^ ]+$"}},
                    },
                    "region": {
                        "type": "object",
                        "properties": {"startLine": {"type": "integer", "minimum": 1}},
                    },
                },
            },
            "logicalLocations": {
                "type": "array",
                "items": {"properties": {"fullyQualifiedName": {"type": "string"}}},
            },
        },
    }
    result = {
        "type": "object",
        "additionalProperties": False,
        "required": ["message"],
        "properties": {
            "ruleId": {"type": "string"},
            "ruleIndex": {"type": "integer", "minimum": 0},
            "level": {"enum": ["none", "note", "warning", "error"]},
            "message": text,
            "locations": {"type": "array", "items": location},
        },
    }
    driver = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "semanticVersion": {"type": "string"},
            "rules": {"type": "array", "items": rule, "uniqueItems": True},
        },
    }
    run = {
        "type": "object",
        "additionalProperties": False,
        "required": ["tool"],
        "properties": {
            "tool": {"type": "object", "required": ["driver"], "properties": {"driver": driver}},
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            "results": {"type": "array", "items": result},
        },
    }
    Draft202012Validator(
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["version", "runs"],
            "properties": {
                "$schema": {"type": "string", "format": "uri"},
                "version": {"const": "2.1.0"},
                "runs": {"type": "array", "items": run},
            },
        }
    ).validate(log)


def test_a_clean_project_gives_an_empty_report_in_every_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.copy(tmp_path)
    assert main(["check", "--root", str(tmp_path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["incidents"] == []
    assert main(["check", "--root", str(tmp_path), "--format", "sarif"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []


@pytest.mark.parametrize(
    "name",
    [
        "corpus/articles/bridge-works/bridge-daily.txt",
        "corpus/withheld/ferry-note.json",
        "corpus/entities.jsonl",
        "annotations/gold/bridge-daily.json",
        "annotations/exports/pilot/ann-a.json",
        "annotations/ledger/pilot/ann-a.json",
        "annotations/gold",
        "corpus",
        ".",
    ],
)
def test_one_file_or_folder_can_be_checked(
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project.copy(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["check", name]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("annotations/gold/bridge-daily.json", "gold.json"),
        ("annotations/exports/pilot/ann-a.json", "export.json"),
        ("annotations/ledger/pilot/ann-a.json", "book.json"),
        ("corpus/withheld/ferry-note.json", "ferry-note.json"),
    ],
)
def test_a_file_outside_its_place_is_known_by_its_content(
    name: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.copy(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / kind).write_bytes(data)
    assert main(["check", "--root", str(tmp_path), str(tmp_path / kind)]) == 0, (
        capsys.readouterr().err
    )


def test_what_is_not_there_cannot_be_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.copy(tmp_path)
    assert main(["check", "--root", str(tmp_path), "no-such-file"]) == 2
    assert "no such file or folder" in capsys.readouterr().err


def test_outside_of_a_project_nothing_can_be_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--root", str(tmp_path)]) == 2
    assert "no Parley project" in capsys.readouterr().err


def test_every_code_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for name, code in codes().items():
        assert main(["check", "--explain", name]) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"{name}  {code.title}\n")
        assert code.explain in out and code.bad in out and code.good in out


def test_an_unknown_code_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "P4004"]) == 2
    assert "nearest is P404" in capsys.readouterr().err


def test_the_list_names_every_code_under_its_level(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--list"]) == 0
    out = capsys.readouterr().out
    for name, code in codes().items():
        assert f"  {name}  {code.title}\n" in out
    assert "check, level 4: spans against text" in out


def test_a_build_that_has_read_its_documents_gets_the_same_incidents(faulty: Path) -> None:
    from parley.checks import load

    found = Project.find(faulty)
    alone = check_project(found)
    own: list[object] = []
    documents = list(load.pairs(found, own))  # type: ignore[arg-type]
    assert set(check_project(found, documents=documents)) | set(own) == set(alone)


def test_progress_counts_documents(tmp_path: Path) -> None:
    project.copy(tmp_path)
    seen: list[int] = []
    assert check_project(Project.find(tmp_path), progress=seen.append) == []
    assert seen == [1, 2, 3]


def test_a_project_is_checked_wherever_the_command_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.copy(tmp_path)
    monkeypatch.chdir(tmp_path / "corpus" / "articles")
    assert main(["check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("folder", ["corpus", "annotations"])
def test_a_folder_is_checked_by_its_name_from_here_as_by_its_whole_path(
    folder: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project.copy(tmp_path)
    (tmp_path / folder / "README.md").write_text("What lies here.\n")
    assert main(["check", "--root", str(tmp_path), str(tmp_path / folder)]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["check", folder]) == 0, capsys.readouterr().err


def test_an_export_checked_alone_is_told_to_hold_words_of_a_withheld_document(
    tmp_path: Path,
) -> None:
    project.copy(tmp_path)
    project.plant(tmp_path, project.FIXTURES / "P614")
    path = tmp_path / "annotations" / "exports" / "pilot" / "ann-b.json"
    found = check_project(Project.find(tmp_path), paths=[path])
    assert [fault.code for fault in found if fault.code.startswith("P")] == ["P614"]
