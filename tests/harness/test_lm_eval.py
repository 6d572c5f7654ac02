"""lm-evaluation-harness runs the written tasks offline and finds what gold says."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley import ontology
from parley.dataset.questions import TASKS
from parley.harness import parley_answers, write

pytestmark = [pytest.mark.models, pytest.mark.filterwarnings("ignore")]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("lm_eval")

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The task files."""
    folder = tmp_path_factory.mktemp("lm-eval")
    write("lm-eval", root / "dist" / "parley", folder, ontology.load())
    return folder


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No network, and a cache of its own."""
    import datasets

    with pytest.MonkeyPatch.context() as patch:
        cache = tmp_path_factory.mktemp("cache")
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", cache)
        patch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
        yield


def _run(folder: Path, right: Any, shots: int = 0) -> tuple[dict[str, Any], list[str]]:
    """Results of a model that answers as gold has it where `right` says so; and its prompts."""
    from lm_eval import simple_evaluate
    from lm_eval.api.model import LM
    from lm_eval.tasks import TaskManager

    prompts: list[str] = []

    class Oracle(LM):  # type: ignore[misc]
        def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
            prompts.extend(request.args[0] for request in requests)
            return [
                f" {one.doc['answer']}\nso it says" if right(one.doc) else "nobody"
                for one in requests
            ]

        def loglikelihood(
            self, requests: list[Any], disable_tqdm: bool = False
        ) -> list[tuple[float, bool]]:
            prompts.extend(request.args[0] for request in requests)
            return [
                (
                    -1.0
                    if (one.args[1].strip() == one.doc["answer"]) == right(one.doc)
                    else -900.0,
                    False,
                )
                for one in requests
            ]

        def loglikelihood_rolling(self, requests: list[Any], disable_tqdm: bool = False) -> Any:
            raise NotImplementedError

    found = simple_evaluate(
        model=Oracle(),
        tasks=["parley"],
        num_fewshot=shots,
        task_manager=TaskManager(include_path=str(folder), include_defaults=False),
        bootstrap_iters=0,
    )
    assert found is not None
    return found, prompts


def test_a_model_that_knows_gold_is_right_everywhere(
    folder: Path, rows: Rows, offline: None
) -> None:
    found, prompts = _run(folder, lambda row: True)
    for task, expected in rows.items():
        name = f"parley_{task}"
        result = found["results"][name]
        for metric in ("acc", "macro_f1") if TASKS[task].choices else ("exact_match", "f1"):
            assert result[f"{metric},none"] == 1.0, (name, metric)
        assert found["n-samples"][name]["effective"] == len(expected)
        shown = {one["doc"]["id"] for one in found["samples"][name]}
        assert shown == {row["id"] for row in expected}
        for row in expected:
            assert any(row["context"] in prompt and row["question"] in prompt for prompt in prompts)
    assert found["results"]["parley_open"]["exact_match,none"] == 1.0
    assert found["results"]["parley_choice"]["acc,none"] == 1.0


def test_a_model_that_is_sometimes_wrong_has_the_mean_of_its_answers(
    folder: Path, rows: Rows, offline: None
) -> None:
    def right(row: dict[str, Any]) -> bool:
        return len(row["id"]) % 2 == 0

    found, prompts = _run(folder, right, shots=2)
    for task, expected in rows.items():
        share = sum(map(right, expected)) / len(expected)
        metric = "acc" if TASKS[task].choices else "exact_match"
        result = found["results"][f"parley_{task}"]
        assert result[f"{metric},none"] == pytest.approx(share), task
    # Two examples before each question, with their answers.
    assert all(prompt.count("Question: ") == 3 for prompt in prompts)


def test_examples_come_from_the_train_split_alone(folder: Path, rows: Rows, offline: None) -> None:
    _, prompts = _run(folder, lambda row: True, shots=1)
    tested = {row["context"] for found in rows.values() for row in found}
    for prompt in prompts:
        example = prompt.rpartition("Text: ")[0]
        assert not any(f"Text: {context}\n" in example for context in tested)


def test_the_harness_and_the_scorer_agree_on_a_wrong_answer(rows: Rows) -> None:
    row = rows["source"][0]
    found = parley_answers.open_results(row, ["nobody"])
    assert found == {"exact_match": 0.0, "f1": 0.0}
