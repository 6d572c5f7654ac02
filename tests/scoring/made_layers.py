"""Small inputs of one layer, and what a property says of every layer's scorer."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from parley.predictions.inputs import Inputs
from parley.scoring.errors import Error
from parley.scoring.measure import Floats, Measure

JSON = dict[str, Any]
Scored = tuple[list[Measure], list[Error]]
Scorer = Callable[[Inputs], Scored]
#: Small enough to run often: what can go wrong shows in a few overlapping spans.
some_cases = settings(max_examples=40, deadline=None)
TEXT = "The mayor of Lenna said that the bridge over the river would stay shut."


def inputs(
    layer: str, gold: Sequence[list[JSON]], predicted: Sequence[list[JSON]], text: str | None = None
) -> Inputs:
    """One document for each list of items."""
    count = len(gold)
    assert len(predicted) == count
    names = [f"made-{number}" for number in range(count)]

    def rows(side: Sequence[list[JSON]]) -> list[JSON]:
        return [{"doc_id": name, layer: items} for name, items in zip(names, side, strict=True)]

    return Inputs(
        names, rows(gold), rows(predicted), [text] * count, ["made"] * count, [None] * count
    )


def swapped(given: Inputs) -> Inputs:
    """Gold as predictions, and predictions as gold."""
    return Inputs(
        given.doc_ids, given.predicted, given.gold, given.texts, given.stories, given.forms
    )


def sums(measures: Sequence[Measure]) -> dict[tuple[str, str], Floats]:
    """(metric, label) -> summed counts."""
    return {(item.key.metric, item.key.label): item.counts.sum(axis=0) for item in measures}


def values(measures: Sequence[Measure]) -> dict[tuple[str, str], tuple[float, float, float]]:
    """(metric, label) -> precision, recall, F1."""
    found = {}
    for item in measures:
        precision, recall, f1 = item.values(item.counts.sum(axis=0)).tolist()
        found[item.key.metric, item.key.label] = (precision, recall, f1)
    return found


def f1(measures: Sequence[Measure], metric: str, label: str = "") -> float:
    """F1 of one measure."""
    return values(measures)[metric, label][2]


def kinds(errors: Sequence[Error]) -> list[tuple[str, str | None, str | None]]:
    """(kind, gold's label, the predicted label) of each error."""
    return [(error.kind, error.gold_label, error.predicted_label) for error in errors]


def assert_same(one: Scored, two: Scored) -> None:
    """The same counts for each document, and the same errors."""
    assert [item.key for item in one[0]] == [item.key for item in two[0]]
    for first, second in zip(one[0], two[0], strict=True):
        np.testing.assert_allclose(first.counts, second.counts, err_msg=str(first.key))
    assert one[1] == two[1]


def assert_perfect(measures: Sequence[Measure]) -> None:
    """1 wherever there is anything."""
    for key, figures in values(measures).items():
        assert np.isnan(figures).all() or figures == (1.0, 1.0, 1.0), key


def assert_swapped(measures: Sequence[Measure], others: Sequence[Measure]) -> None:
    """Precision of one is recall of the other."""
    ours, theirs = values(measures), values(others)
    assert ours.keys() == theirs.keys()
    for key, (precision, recall, score) in ours.items():
        np.testing.assert_allclose(
            (recall, precision, score), theirs[key], atol=1e-12, err_msg=str(key)
        )


def assert_bounded(measures: Sequence[Measure]) -> None:
    """No document, and no sum of them, has a figure above 1 or below 0."""
    for item in measures:
        for rows in (item.counts, item.counts.sum(axis=0)):
            figures = item.values(rows)
            defined = figures[~np.isnan(figures)]
            assert (defined >= 0).all() and (defined <= 1).all(), item.key
        if item.formula == "f1":
            matched, predicted, gold = item.counts.T
            assert (matched <= np.minimum(predicted, gold) + 1e-9).all(), item.key


def assert_no_gain(before: Sequence[Measure], after: Sequence[Measure]) -> None:
    """No precision over all labels rose."""
    ours, theirs = values(before), values(after)
    for key, figures in ours.items():
        if not key[1] and not np.isnan(figures[0]):
            assert theirs[key][0] <= figures[0] + 1e-12, key


def spans(last: int = 12) -> st.SearchStrategy[tuple[int, int]]:
    """Short spans, so that many are equal, nested or overlap."""
    return st.tuples(st.integers(0, last), st.integers(1, 4)).map(lambda it: (it[0], sum(it)))
