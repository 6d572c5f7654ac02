"""`parley prefill` and `parley backend`."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from parley import validation
from parley.cli import _run
from parley.ontology import load

KNOWN = ("prefill", "backend")
SOURCE = Path(__file__).parents[2]
ARTICLE = """\
+++
story = "bridge"
form = "wire"
title = "Bridge down"
published = 2024-08-22
language = "en"
blocks = "title body"
+++
Bridge down
Reuters said the bridge in Sumy region was down on Tuesday.
"""
ENTITIES = """\
{"id": "reuters", "name": "Reuters", "type": "ORG", "qid": null, "variants": [], "role": null}
{"id": "sumy", "name": "Sumy region", "type": "GPE", "qid": null, "variants": [], "role": null}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "corpus" / "articles" / "bridge").mkdir(parents=True)
    (tmp_path / "schema").mkdir()
    ontology = (SOURCE / "schema" / "ontology.toml").read_bytes()
    (tmp_path / "schema" / "ontology.toml").write_bytes(ontology)
    (tmp_path / "corpus" / "entities.jsonl").write_text(ENTITIES)
    (tmp_path / "corpus" / "articles" / "bridge" / "bridge-wire.txt").write_text(ARTICLE)
    return tmp_path


def run(root: Path, *args: str) -> int:
    return _run.command(["prefill", *args, "--root", str(root)], KNOWN)


def test_tasks_hold_predictions_marked_by_their_version(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root) == 0
    (task,) = json.loads(capsys.readouterr().out)
    assert task["data"]["doc_id"] == "bridge-wire"
    (prediction,) = task["predictions"]
    assert prediction["model_version"].startswith("gazetteer+cues 0.1.0 (registry ")
    labels = [
        item["value"]["labels"][0]
        for item in prediction["result"]
        if "labels" in item.get("value", {})
    ]
    assert sorted(labels) == ["Content", "Cue", "DATE", "GPE", "ORG", "Source"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_label_studio_accepts_the_predictions(root: Path) -> None:
    from label_studio_sdk.label_interface import LabelInterface

    from parley.labelstudio.interface import interface

    assert run(root, "--out", str(root / "tasks.json")) == 0
    (task,) = json.loads((root / "tasks.json").read_text())
    checker: Any = LabelInterface(interface(load()))
    assert checker.validate_prediction(task["predictions"][0], return_errors=True) == []


def test_a_prediction_file_comes_out_and_goes_in(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = root / "system.jsonl"
    assert run(root, "--as", "predictions", "--out", str(out), "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["annotations"] == {"entity": 3, "event": 0, "attribution": 1, "stance": 0}
    (row,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert validation.accepts("prediction", row)
    assert run(root, "--from", str(out), "--out", str(root / "tasks.json")) == 0


def test_layers_limit_what_is_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, "--layers", "entity", "--out", str(root / "t.json"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["annotations"] == {"entity": 3}


def test_faults_of_a_prediction_file_are_printed_with_their_line(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "bad.jsonl").write_text('{"doc_id": "bridge-wire", "mentions": 7}\n')
    assert run(root, "--from", str(root / "bad.jsonl"), "--out", str(root / "t.json")) == 1
    assert "bad.jsonl:1:mentions: P203" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--from", "gazeteer"], "A001"),
        (["--from", ""], "A001"),
        (["--from", "nowhere.jsonl"], "A001"),
        (["--from", "llm"], "A001"),
        (["--from", "llm", "--model", "m", "--base-url", "nowhere"], "A002"),
        (["--layers", "entities"], "A001"),
        (["no-such-document"], "P301"),
    ],
)
def test_what_cannot_run_says_why_and_writes_nothing(
    root: Path, args: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, *args, "--out", str(root / "t.json")) == 2
    assert code in capsys.readouterr().err
    assert not (root / "t.json").exists()


def test_a_bad_registry_is_reported_by_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "corpus" / "entities.jsonl").write_text('{"id": 1}\n')
    assert run(root) == 2
    assert "entities.jsonl:1: P2" in capsys.readouterr().err


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_backend_serves_until_it_is_interrupted(root: Path, end: signal.Signals) -> None:
    code = (
        f"import sys; from parley.cli import _run; sys.exit(_run.command(sys.argv[1:], {KNOWN!r}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "backend", "--port", "0", "--root", str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE / "src")},
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:
            assert json.load(answer)["status"] == "UP"
    finally:
        process.send_signal(end)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said
