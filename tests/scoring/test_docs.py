"""The page of definitions: its worked examples are scored, and it misses no metric."""

import re
from pathlib import Path

import pytest

from parley.predictions.gold import from_file
from parley.scoring.run import score

PAGE = Path(__file__).parents[2] / "docs" / "scoring.md"
_EXAMPLE = re.compile(
    r"```json gold\n(?P<gold>.*?)```.*?```json predicted\n(?P<predicted>.*?)```\n\n"
    r"\| layer \|[^\n]*\n\|---[^\n]*\n(?P<table>(?:\|[^\n]*\n)+)",
    re.S,
)
EXAMPLES = [match.groupdict() for match in _EXAMPLE.finditer(PAGE.read_text("utf-8"))]


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=[text["table"].split("|")[1] for text in EXAMPLES]
)
def test_a_worked_example_scores_what_the_page_says(
    example: dict[str, str], tmp_path: Path
) -> None:
    for name in ("gold", "predicted"):
        (tmp_path / f"{name}.jsonl").write_text(example[name], "utf-8")
    result = score(tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl", resamples=0)
    said = {}
    for line in example["table"].splitlines():
        layer, metric, *figures = (cell.strip() for cell in line.strip("|").split("|"))
        said[layer, metric] = figures
    found = {
        key: [f"{value:.3f}" for value in (one.precision, one.recall, one.f1)]
        for key in said
        for one in [result[key]]
    }
    assert found == said


def test_each_metric_of_each_layer_has_a_worked_example(tmp_path: Path) -> None:
    for example in EXAMPLES:
        (tmp_path / "gold.jsonl").write_text(example["gold"], "utf-8")
        gold = from_file(tmp_path / "gold.jsonl")
        (layer,) = {line.split("|")[1].strip() for line in example["table"].splitlines()}
        scored = score(gold, gold.rows, resamples=0, layers=[layer]).scores
        metrics = {
            one.metric for one in scored if not one.label and "corpus-wide" not in one.metric
        }
        assert metrics == {line.split("|")[2].strip() for line in example["table"].splitlines()}


def test_there_is_an_example_of_every_layer() -> None:
    assert len(EXAMPLES) == 6
