"""eval.yaml names tasks that the card's configs hold; each config is one task's questions."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from parley import ontology
from parley.dataset import build, evals
from parley.dataset.questions import TASKS
from parley.project import Project
from tests.dataset import made_projects

SCHEME = ontology.load()


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made project of six documents, built."""
    root = made_projects.a_project(tmp_path_factory.mktemp("evals") / "project", lines=14)
    build.build(Project(root), root / "dist" / "parley", checked=False)
    return root / "dist" / "parley"


@pytest.fixture(scope="module")
def told(dist: Path) -> dict[str, Any]:
    """Its eval.yaml."""
    found: dict[str, Any] = yaml.safe_load((dist / evals.NAME).read_text("utf-8"))
    return found


def _rows(dist: Path, split: str) -> list[dict[str, Any]]:
    path = dist / "questions" / f"{split}-00000-of-00001.parquet"
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def test_the_hub_finds_what_it_asks_for(told: dict[str, Any]) -> None:
    assert set(told) == {"name", "description", "evaluation_framework", "tasks"}
    assert told["evaluation_framework"] == "inspect-ai"
    assert [task["id"] for task in told["tasks"]] == list(TASKS)


@pytest.mark.parametrize("streaming", [False, True], ids=["cached", "streaming"])
@pytest.mark.parametrize("name", TASKS)
def test_the_config_of_a_task_has_its_questions_and_no_others(
    name: str, streaming: bool, dist: Path, told: dict[str, Any], tmp_path: Path
) -> None:
    from datasets import load_dataset

    [task] = [task for task in told["tasks"] if task["id"] == name]
    for split in SCHEME.splits:
        found = load_dataset(
            str(dist),
            task["config"],
            split=split,
            streaming=streaming,
            cache_dir=str(tmp_path / "cache"),
        )
        assert str(found.info.version) == "0.1.0"
        assert list(found) == [row for row in _rows(dist, split) if row["task"] == name]


def test_the_columns_that_a_task_reads_are_there_and_answer_it(
    dist: Path, told: dict[str, Any]
) -> None:
    for task in told["tasks"]:
        rows = [row for row in _rows(dist, task["split"]) if row["task"] == task["id"]]
        fields = task["field_spec"]
        assert rows
        for row in rows:
            assert {fields["input"], *fields["metadata"]} <= set(row)
            if "choices" in fields:
                assert row[fields["choices"]][row[fields["target"]]] == row["answer"]
            else:
                assert row[fields["target"]] == row["answers"][0]


def test_types_of_events_are_told_with_their_definitions(told: dict[str, Any]) -> None:
    [task] = [task for task in told["tasks"] if task["id"] == "event_type"]
    prompt = task["solvers"][0]["args"]["template"].format(context="C", prompt="P")
    for label in SCHEME.event:
        assert f"\n{label.name}: {label.definition}\n" in prompt
    assert prompt.endswith("\nText: C\n\nQuestion: P")
