"""What benchmark/ holds is what the commands that it names give."""

import json
from pathlib import Path
from typing import Any

import pytest

from parley.cli import main
from tests.test_own_corpus import WITHHELD, copied

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmark"
PREDICTIONS = sorted(FOLDER.glob("predictions/*.jsonl"))
NAMES = [path.stem for path in PREDICTIONS]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset as a stranger builds it: without the withheld texts."""
    root = copied(tmp_path_factory.mktemp("benchmark"))
    assert main(["build", "--root", str(root)]) == 0
    return root / "dist" / "parley"


def near(value: Any) -> Any:
    """Sums may differ in the last digit from machine to machine."""
    if isinstance(value, float):
        return pytest.approx(value, abs=1e-9)
    if isinstance(value, dict):
        return {key: near(inner) for key, inner in value.items()}
    return [near(inner) for inner in value] if isinstance(value, list) else value


def test_every_baseline_that_trains_here_has_its_result() -> None:
    assert NAMES == ["crf", "rules", "spacy"]
    assert [path.stem for path in sorted(FOLDER.glob("results/*.json"))] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_result_is_what_its_predictions_score(name: str, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    predictions = FOLDER / "predictions" / f"{name}.jsonl"
    assert main(["score", str(data), str(predictions), "--split", "test", "--out", str(out)]) == 0
    kept = json.loads((FOLDER / "results" / f"{name}.json").read_bytes())
    assert json.loads(out.read_bytes()) == near(kept)


@pytest.mark.parametrize("name", ["rules", "crf"])
def test_a_baseline_run_again_predicts_the_same_bytes(
    name: str, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"{name}.jsonl"
    assert main(["baseline", name, "--data", str(data), "--out", str(out)]) == 0
    assert out.read_bytes() == (FOLDER / "predictions" / f"{name}.jsonl").read_bytes()


def test_the_leaderboard_is_what_the_results_give(tmp_path: Path) -> None:
    written = tmp_path / "leaderboard.json"
    assert main(["leaderboard", str(FOLDER / "results"), "--json", str(written)]) == 0
    kept = json.loads((FOLDER / "leaderboard.json").read_bytes())
    assert json.loads(written.read_bytes()) == near(kept)
    page = (FOLDER / "LEADERBOARD.md").read_text("utf-8")
    assert all(f"baseline {name}" in page for name in NAMES)


@pytest.mark.parametrize("path", PREDICTIONS, ids=NAMES)
def test_no_prediction_is_of_a_withheld_document(path: Path) -> None:
    documents = {json.loads(line)["doc_id"] for line in path.read_bytes().splitlines()}
    assert documents.isdisjoint(WITHHELD)
