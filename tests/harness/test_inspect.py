"""Inspect runs the written tasks offline and finds what gold says."""

import warnings
from pathlib import Path
from typing import Any

import pytest

from parley import ontology
from parley.dataset.questions import TASKS
from parley.harness import write

pytestmark = [pytest.mark.models, pytest.mark.filterwarnings("ignore")]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    inspect_ai = pytest.importorskip("inspect_ai")

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The task files."""
    folder = tmp_path_factory.mktemp("inspect")
    write("inspect", root / "dist" / "parley", folder, ontology.load())
    return folder


def _run(
    folder: Path, name: str, rows: list[dict[str, Any]], right: Any, logs: Path
) -> dict[str, float]:
    """Metrics of a model that answers as gold has it where `right` says so."""
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    asked: list[str] = []

    def answer(input: Any, tools: Any, tool_choice: Any, config: Any) -> Any:
        prompt = input[-1].text
        asked.append(prompt)
        # A word or two may be asked of the same place by two tasks: the whole question decides.
        [row] = [
            row
            for row in rows
            if f"Text: {row['context']}\n\nQuestion: {row['question']}" in prompt
        ]
        if row["choices"]:
            place = row["label"] if right(row) else (row["label"] + 1) % len(row["choices"])
            content = f"ANSWER: {chr(ord('A') + place)}"
        else:
            content = row["answer"] if right(row) else "nobody"
        output = ModelOutput.from_content("mockllm/model", content)
        # Told, so that nothing has to be fetched to count it.
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    [log] = inspect_ai.eval(
        f"{folder / 'parley_questions.py'}@parley_{name}",
        model=get_model("mockllm/model", custom_outputs=answer),
        log_dir=str(logs),
        display="none",
    )
    assert log.status == "success", log.error
    assert len(asked) == len(rows)
    assert log.results is not None
    assert {sample.id for sample in log.samples or ()} == {row["id"] for row in rows}
    return {
        score.name: next(m.value for key, m in score.metrics.items() if key in ("mean", "accuracy"))
        for score in log.results.scores
    }


@pytest.mark.parametrize("name", TASKS)
def test_a_model_that_knows_gold_is_right_everywhere(
    name: str, folder: Path, rows: Rows, tmp_path: Path
) -> None:
    found = _run(folder, name, rows[name], lambda row: True, tmp_path)
    expected = {"choice"} if TASKS[name].choices else {"exact_match", "f1"}
    assert found == dict.fromkeys(expected, 1.0)


@pytest.mark.parametrize("name", ["argument", "event_type"])
def test_a_model_that_is_sometimes_wrong_has_the_mean_of_its_answers(
    name: str, folder: Path, rows: Rows, tmp_path: Path
) -> None:
    def right(row: dict[str, Any]) -> bool:
        return len(row["question"]) % 2 == 0

    found = _run(folder, name, rows[name], right, tmp_path)
    share = sum(map(right, rows[name])) / len(rows[name])
    assert 0 < share < 1
    assert found["choice" if TASKS[name].choices else "exact_match"] == pytest.approx(share)


def test_types_of_events_are_told_with_their_definitions(folder: Path, rows: Rows) -> None:
    from inspect_ai._eval.loader import load_tasks

    [task] = load_tasks([f"{folder / 'parley_questions.py'}@parley_event_type"])
    scheme = ontology.load()
    for sample, row in zip(task.dataset, rows["event_type"], strict=True):
        assert sample.choices == [f"{label.name}: {label.definition}" for label in scheme.event]
        assert sample.choices[ord(sample.target) - ord("A")].startswith(f"{row['answer']}: ")


def test_an_unknown_split_is_told_with_those_that_there_are(folder: Path) -> None:
    from inspect_ai._eval.loader import load_tasks

    with pytest.raises(ValueError, match="no such split: tset; expected one of train, validation"):
        load_tasks([f"{folder / 'parley_questions.py'}@parley_stance"], {"split": "tset"})
