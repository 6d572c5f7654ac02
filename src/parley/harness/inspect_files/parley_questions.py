"""Parley's questions as Inspect tasks: `inspect eval parley_questions.py --model MODEL`.

Six tasks; one alone is `parley_questions.py@parley_stance`, another split `-T split=validation`.
Open questions are scored by exact match and F1 (see `parley_answers`), choices by accuracy.
"""

# mypy: disable-error-code="untyped-decorator"

import json
import sys
from pathlib import Path
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, choice, mean, scorer, stderr
from inspect_ai.solver import TaskState, generate, multiple_choice, system_message

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import parley_answers  # type: ignore[import-not-found]  # noqa: E402

OPEN = "Answer with words copied from the text, as few as name it, and nothing else."
SETTINGS = json.loads((HERE / "settings.json").read_text("utf-8"))


def _rows(name: str, split: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    data = SETTINGS["data"]
    if split not in data:
        raise ValueError(f"no such split: {split}; expected one of {', '.join(data)}")
    found: list[dict[str, Any]] = pq.read_table(data[split]).to_pylist()
    return [row for row in found if row["task"] == name]


def _input(row: dict[str, Any]) -> str:
    return f"Text: {row['context']}\n\nQuestion: {row['question']}"


@scorer(metrics={"exact_match": [mean(), stderr()], "f1": [mean(), stderr()]})
def extractive() -> Scorer:
    """Exact match and F1 of an answer against all those accepted."""

    async def score(state: TaskState, target: Target) -> Score:
        answer = state.output.completion
        value = {
            "exact_match": parley_answers.exact_match(answer, target.target),
            "f1": parley_answers.f1(answer, target.target),
        }
        return Score(value=value, answer=answer)

    return score


def _open(name: str, split: str) -> Task:
    samples = [
        Sample(id=row["id"], input=_input(row), target=row["answers"]) for row in _rows(name, split)
    ]
    return Task(
        dataset=MemoryDataset(samples, name=f"parley_{name}"),
        solver=[system_message(OPEN), generate()],
        scorer=extractive(),
    )


def _choice(name: str, split: str) -> Task:
    # Only types of events are told with their definitions: the other choices say what they are.
    told = SETTINGS["event_types"] if name == "event_type" else {}
    samples = [
        Sample(
            id=row["id"],
            input=_input(row),
            choices=[f"{one}: {told[one]}" if one in told else one for one in row["choices"]],
            target=chr(ord("A") + row["label"]),
        )
        for row in _rows(name, split)
    ]
    return Task(
        dataset=MemoryDataset(samples, name=f"parley_{name}"),
        solver=multiple_choice(),
        scorer=choice(),
    )


@task
def parley_source(split: str = "test") -> Task:
    """Who is given as the source of some words."""
    return _open("source", split)


@task
def parley_claimant(split: str = "test") -> Task:
    """Who says what the text tells of an event."""
    return _open("claimant", split)


@task
def parley_argument(split: str = "test") -> Task:
    """Who or what plays a role in an event."""
    return _open("argument", split)


@task
def parley_voice(split: str = "test") -> Task:
    """Whether the article states an event or attributes it."""
    return _choice("voice", split)


@task
def parley_event_type(split: str = "test") -> Task:
    """What type of event some words name."""
    return _choice("event_type", split)


@task
def parley_stance(split: str = "test") -> Task:
    """What stance a holder takes towards a target."""
    return _choice("stance", split)
