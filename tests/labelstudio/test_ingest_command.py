"""`parley ingest` as a person runs it: what is written where, and what is left alone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from parley import article, json_io
from parley.cli import main
from tests.labelstudio.test_ingest import TEXT, base, tasks

ARTICLE = f"""+++
story = "talks"
form = "news"
title = ""
published = 2024-03-06
language = "en"
facts = ["F1"]
blocks = "body*2"
+++
{TEXT}"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "corpus/articles/talks").mkdir(parents=True)
    (root / "corpus/articles/talks/doc.txt").write_text(ARTICLE, encoding="utf-8")
    shutil.copytree(Path(__file__).parents[2] / "schema", root / "schema")
    return root


def export(folder: Path, value: Any, name: str = "mine.json") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return str(path)


def test_the_article_of_these_tests_is_sound(project: Path) -> None:
    found = article.read(project / "corpus/articles/talks/doc.txt", project)
    assert found.text == TEXT


def test_gold_ledger_and_export_are_written_and_a_second_run_changes_nothing(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = export(tmp_path, tasks(base()))
    assert main(["ingest", path, "--root", str(project), "--round", "r1", "--annotator", "a"]) == 0
    assert capsys.readouterr().out == (
        "annotations/exports/r1/a.json: 1 task, 21 results: 21 kept, 0 repaired, 0 rejected; "
        "1 document written\n"
    )
    names = ["exports/r1/a.json", "ledger/r1/a.json", "gold/doc.json"]
    before = [(project / "annotations" / name).read_bytes() for name in names]
    kept = str(project / "annotations/exports/r1/a.json")
    assert main(["ingest", kept, "--root", str(project)]) == 0
    assert [(project / "annotations" / name).read_bytes() for name in names] == before
    assert json_io.loads(before[1])["results"] == 21


def test_gold_of_another_export_is_left_alone_until_told(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = ["--root", str(project)]
    assert main(["ingest", export(tmp_path, tasks(base())), *root]) == 0
    gold = (project / "annotations/gold/doc.json").read_bytes()
    second = export(tmp_path, tasks(base()[:3]), "second.json")
    assert main(["ingest", second, *root]) == 1
    assert capsys.readouterr().err == (
        "annotations/exports/import/second.json: X060 [doc] gold annotations of this document came "
        "from another export; got 'annotations/exports/import/mine.json'; expected "
        "annotations/exports/import/second.json; keep them, or give --replace\n"
    )
    assert (project / "annotations/gold/doc.json").read_bytes() == gold
    assert main(["ingest", second, "--replace", *root]) == 0
    assert (project / "annotations/gold/doc.json").read_bytes() != gold


def test_a_document_that_the_corpus_does_not_have_is_not_written_into_it(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = tasks(base())
    value[0]["data"]["doc_id"] = "other"
    assert main(["ingest", export(tmp_path, value), "--root", str(project)]) == 1
    assert capsys.readouterr().err == (
        "annotations/exports/import/mine.json: X012 [other] the corpus has no document of this id; "
        "got 'other'; take the article in first, or give --out DIR to look at the annotations\n"
    )
    assert not (project / "annotations/gold").exists()


def test_out_needs_no_project_and_writes_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(tmp_path, tasks(base()))
    monkeypatch.chdir(tmp_path)
    assert main(["ingest", path, "--out", "look"]) == 0
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.json")) == [
        "look/gold/doc.json",
        "look/mine.ledger.json",
        "mine.json",
    ]
    assert not list(tmp_path.rglob("*.part"))


def test_a_bad_export_does_not_keep_a_good_one_from_going_through(
    project: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"[1")
    good = export(tmp_path, tasks(base()))
    assert main(["ingest", str(bad), good, "--root", str(project)]) == 1
    assert (project / "annotations/gold/doc.json").is_file()
    assert not (project / "annotations/exports/import/bad.json").exists()


def test_a_missing_file_could_not_run(project: Path) -> None:
    assert main(["ingest", "nowhere.json", "--root", str(project)]) == 2


@pytest.mark.parametrize("name", ["../x", "a/b", "", "A B"])
def test_a_round_name_that_is_no_name_is_refused(project: Path, tmp_path: Path, name: str) -> None:
    path = export(tmp_path, tasks(base()))
    assert main(["ingest", path, "--root", str(project), "--round", name]) == 2
    assert not (project / "annotations").exists()


def test_a_damaged_withheld_document_is_a_coded_fault_not_a_crash(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "corpus/withheld").mkdir()
    (project / "corpus/withheld/other.json").write_text("{}", encoding="utf-8")
    value = tasks(base())
    value[0]["data"]["doc_id"] = "other"
    assert main(["ingest", export(tmp_path, value), "--root", str(project)]) == 2
    assert "corpus/withheld/other.json: W002" in capsys.readouterr().err
    assert not (project / "annotations").exists()
