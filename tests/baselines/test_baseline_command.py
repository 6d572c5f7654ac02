"""`parley baseline`: its files, its messages, and that gold never leaks into predictions."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from parley import json_io
from parley.baselines import BASELINES, MODULES, Made, rules
from parley.baselines.sample import Sample, samples
from parley.cli import _run
from parley.dataset import build
from parley.predictions.write import read_meta
from parley.project import Project
from parley.scoring.run import score
from tests.dataset import made_projects

Run = Callable[..., int]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built dataset of six made documents."""
    root = made_projects.a_project(tmp_path_factory.mktemp("made") / "project", lines=8)
    build.build(Project(root), root / "dist" / "parley", checked=False)
    return root / "dist" / "parley"


@pytest.fixture
def run() -> Run:
    def go(*args: object) -> int:
        return _run.command(["baseline", *map(str, args)], ["baseline"])

    return go


def test_the_list_names_every_baseline_with_one_line(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(BASELINES) == list(MODULES)


@pytest.mark.parametrize("name", ["rules", "crf"])
def test_the_help_of_a_baseline_shows_its_options_and_examples(
    name: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        run(name, "--help")
    out = capsys.readouterr().out
    assert "--train-split" in out and f"parley baseline {name} --out" in out
    assert ("--c1" in out) == (name == "crf")


def test_rules_write_the_same_bytes_twice_and_say_how_they_were_made(
    data: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "rules.jsonl"
    assert run("rules", "--data", data, "--out", out) == 0
    first = out.read_bytes(), (tmp_path / "rules.meta.json").read_bytes()
    assert run("rules", "--data", data, "--out", out) == 0
    assert first == (out.read_bytes(), (tmp_path / "rules.meta.json").read_bytes())
    meta = read_meta(out).value
    assert meta is not None
    assert (meta["baseline"], meta["split"], meta["train_split"]) == ("rules", "test", "train")
    assert (
        meta["corpus"]["digest"]
        == json_io.loads((data / "MANIFEST.json").read_bytes())["logical_sha256"]
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rules.jsonl", "rules.meta.json"]


def test_rules_do_not_depend_on_the_order_of_sets(data: Path, tmp_path: Path) -> None:
    written = set()
    for number in ("1", "2", "3"):
        out = tmp_path / f"{number}.jsonl"
        code = "import sys; from parley.cli import _run; _run.command(sys.argv[1:], ['baseline'])"
        subprocess.run(
            [sys.executable, "-c", code, "baseline", "rules", "--data", data, "--out", out],
            env={**os.environ, "PYTHONHASHSEED": number},
            check=True,
        )
        written.add(out.read_bytes())
    assert len(written) == 1


def test_options_may_stand_before_or_behind_the_name(
    data: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--data", data, "--split", "validation", "rules") == 0
    before = capsys.readouterr().out
    assert run("rules", "--split", "validation", "--data", data) == 0
    assert capsys.readouterr().out == before
    ids = [json_io.loads(line.encode())["doc_id"] for line in before.splitlines()]
    assert ids == [item.doc_id for item in samples(data, "validation", gold=False)]


def test_a_baseline_gets_gold_of_train_and_none_of_what_it_predicts(
    data: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, list[bool]] = {}

    def predict(args: object, train: list[Sample], documents: list[Sample], tell: object) -> Made:
        seen["train"] = [item.row is not None for item in train]
        seen["documents"] = [item.row is None for item in documents]
        assert not {item.doc_id for item in train} & {item.doc_id for item in documents}
        return Made([{"doc_id": item.doc_id} for item in documents])

    monkeypatch.setattr(rules, "predict", predict)
    assert run("rules", "--data", data) == 0
    assert seen["train"] and all(seen["train"]) and seen["documents"] and all(seen["documents"])


def test_predicting_the_train_split_is_refused(
    data: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("rules", "--data", data, "--split", "train") == 2
    assert "the gold of what it predicts" in capsys.readouterr().err


def test_a_slip_in_the_split_is_told_with_the_nearest(
    data: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("rules", "--data", data, "--split", "tset") == 2
    err = capsys.readouterr().err
    assert "no such split" in err and "got 'tset'" in err and "nearest is 'test'" in err


def test_a_folder_without_a_dataset_says_what_to_run(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("rules", "--data", tmp_path) == 2
    assert "parley build" in capsys.readouterr().err


def test_nothing_to_do_names_the_baselines(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    assert "the baselines are rules, crf" in capsys.readouterr().err


def test_the_gold_itself_scores_one_and_the_empty_file_nothing(
    data: Path, run: Run, tmp_path: Path
) -> None:
    best: dict[str, list[float]] = {}
    for name in ("gold", "empty"):
        out = tmp_path / f"{name}.jsonl"
        assert run(f"--emit-{name}", "--data", data, "--out", out) == 0
        result = score(data, out, resamples=0)
        best[name] = [item.f1 for item in result.scores if item.label == "" and item.gold]
    assert best["gold"] and set(best["gold"]) == {1.0}
    assert best["empty"] and set(best["empty"]) == {0.0}


def test_a_sentence_outside_the_reading_text_is_not_read(data: Path) -> None:
    for item in samples(data, "train", gold=True):
        read = item.reading_sentences()
        bylines = [(start, end) for start, end, kind in item.paragraphs if kind == "byline"]
        assert read and bylines
        assert not any(a < end and start < b for start, end in read for a, b in bylines)
