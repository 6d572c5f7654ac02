"""Inspect runs the tasks of eval.yaml from a Hub, by the name of the repository alone."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from parley import json_io
from parley.dataset.questions import TASKS
from tests.hub.fixtures import LoopbackHub, hub  # noqa: F401
from tests.hub.store import Blob

pytestmark = [pytest.mark.models, pytest.mark.filterwarnings("ignore")]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("inspect_ai")

REPO = "harbour/ferry-news"
#: In a process of its own: libraries read the address of the Hub as they are imported.
RUN = """
import json, sys
import inspect_ai
from inspect_ai.model import ModelOutput, ModelUsage, get_model

rows = {row["question"] + row["context"]: row for row in json.load(open(sys.argv[2]))}
right = sys.argv[3] == "right"

def answer(input, tools, tool_choice, config):
    prompt = input[-1].text
    [row] = [
        row for row in rows.values()
        if f"Text: {row['context']}\\n\\nQuestion: {row['question']}\\n" in prompt + "\\n"
    ]
    if row["choices"]:
        place = row["label"] if right else (row["label"] + 1) % len(row["choices"])
        content = f"ANSWER: {chr(ord('A') + place)}"
    else:
        content = row["answer"] if right else "nobody"
    output = ModelOutput.from_content("mockllm/model", content)
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return output

model = get_model("mockllm/model", custom_outputs=answer)
[log] = inspect_ai.eval(sys.argv[1], model=model, log_dir=sys.argv[4], display="none")
assert log.status == "success", log.error
found = {
    score.name: next(m.value for key, m in score.metrics.items() if key in ("mean", "accuracy"))
    for score in log.results.scores
}
print(json.dumps([len(log.samples), found]))
"""


@pytest.fixture
def published(root: Path, hub: LoopbackHub) -> LoopbackHub:  # noqa: F811
    """The made dataset on a Hub."""
    dist = root / "dist" / "parley"
    hub.add(REPO).commit(
        "the dataset",
        {
            path.relative_to(dist).as_posix(): Blob(path.read_bytes(), large=False)
            for path in dist.rglob("*")
            if path.is_file()
        },
    )
    return hub


def _run(
    published: LoopbackHub, name: str, rows: list[dict[str, Any]], tmp_path: Path, how: str
) -> tuple[int, dict[str, float]]:
    path = tmp_path / "rows.json"
    path.write_bytes(json_io.dumps(rows))
    args = (f"hf/{REPO}/{name}", path, how, tmp_path / "logs")
    printed = published.read(RUN, *args, folder=tmp_path, PYTHONWARNINGS="ignore")
    number, scores = json.loads(printed.splitlines()[-1])
    return number, scores


@pytest.mark.parametrize("name", TASKS)
def test_every_task_asks_its_questions_and_gold_is_right(
    name: str, published: LoopbackHub, rows: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    number, scores = _run(published, name, rows[name], tmp_path, "right")
    assert number == len(rows[name])
    expected = {"choice"} if TASKS[name].choices else {"exact", "f1"}
    assert scores == dict.fromkeys(expected, pytest.approx(_scorable(rows[name])))


def _scorable(rows: list[dict[str, Any]]) -> float:
    """The share of questions that Inspect can score: an answer of articles alone is never right."""
    from inspect_ai.scorer._classification import _normalize

    right = [row for row in rows if row["choices"] or _normalize(row["answer"])]
    assert len(right) > 0.9 * len(rows)
    return len(right) / len(rows)


@pytest.mark.parametrize("name", ["source", "stance"])
def test_a_wrong_answer_is_wrong(
    name: str, published: LoopbackHub, rows: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    _, scores = _run(published, name, rows[name], tmp_path, "wrong")
    assert set(scores.values()) == {0.0}
