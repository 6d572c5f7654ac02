"""Scores of stances: worked examples, errors, and what must hold for any input."""

import random
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parley.scoring.measure import Measure
from parley.scoring.stances import score
from tests.scoring.made_layers import (
    JSON,
    assert_bounded,
    assert_no_gain,
    assert_perfect,
    assert_same,
    assert_swapped,
    f1,
    inputs,
    kinds,
    some_cases,
    spans,
    sums,
    swapped,
    values,
)


def stance(holder: tuple[int, int] | None, target: tuple[int, int], label: str) -> JSON:
    """None holds for the author."""
    return {
        "holder": "AUTHOR" if holder is None else list(holder),
        "target": list(target),
        "label": label,
    }


def scored(gold: list[JSON], predicted: list[JSON]) -> tuple[list[Measure], list[Any]]:
    return score(inputs("stances", [gold], [predicted]))


# --------------------------------------------------------------------------- worked examples
def test_each_metric_leaves_aside_what_it_says_it_does() -> None:
    gold = [
        stance((0, 4), (10, 14), "FAVOR"),
        stance(None, (20, 24), "AGAINST"),
        stance((0, 4), (30, 34), "NONE"),
    ]
    predicted = [
        stance((0, 4), (10, 14), "FAVOR"),  # right
        stance((0, 4), (20, 24), "AGAINST"),  # the wrong holder
        stance((0, 4), (30, 34), "AGAINST"),  # the wrong label
    ]
    measures, _ = scored(gold, predicted)
    figures = sums(measures)
    assert figures["joint", ""].tolist() == [1, 3, 3]
    assert figures["target", ""].tolist() == [2, 3, 3]
    assert figures["holder", ""].tolist() == [2, 3, 3]
    # FAVOR: P = R = F = 1. AGAINST: 0 of 2 predicted, 0 of 1 in gold: F = 0. NONE: F = 0.
    assert f1(measures, "F_avg") == (1 + 0) / 2
    assert f1(measures, "macro") == (1 + 0 + 0) / 3


def test_equal_stances_count_once() -> None:
    one = stance(None, (0, 4), "FAVOR")
    measures, errors = scored([one], [one, one])
    assert f1(measures, "joint") == 1
    assert kinds(errors) == [("duplicate", None, "FAVOR")]
    assert scored([one, one], [one])[1] == []


def test_two_labels_on_one_pair_are_two_stances() -> None:
    gold = [stance(None, (0, 4), "FAVOR"), stance(None, (0, 4), "AGAINST")]
    measures, errors = scored(gold, gold[:1])
    assert sums(measures)["joint", ""].tolist() == [1, 1, 2]
    assert kinds(errors) == [("missing", "AGAINST", None)]


def test_every_kind_of_error_is_told_from_the_others() -> None:
    gold = [
        stance((0, 4), (10, 14), "FAVOR"),
        stance((0, 4), (20, 24), "FAVOR"),
        stance((0, 4), (30, 34), "FAVOR"),
        stance(None, (40, 44), "FAVOR"),
    ]
    predicted = [
        stance((0, 4), (10, 14), "NONE"),
        stance((2, 6), (20, 25), "FAVOR"),
        stance((2, 6), (30, 35), "AGAINST"),
        stance((0, 4), (40, 44), "FAVOR"),  # the author is nobody's neighbour
    ]
    _, errors = scored(gold, predicted)
    assert sorted(kinds(errors), key=str) == [
        ("boundary", "FAVOR", "FAVOR"),
        ("boundary+type", "FAVOR", "AGAINST"),
        ("missing", "FAVOR", None),
        ("spurious", None, "FAVOR"),
        ("type", "FAVOR", "NONE"),
    ]
    boundary = next(error for error in errors if error.kind == "boundary")
    assert boundary.gold == ((0, 4), (20, 24)) and boundary.predicted == ((2, 6), (20, 25))
    assert next(error for error in errors if error.kind == "missing").gold == ((40, 44),)


def test_nothing_on_either_side_is_undefined_and_nothing_on_one_side_is_0() -> None:
    assert all(np.isnan(figures).all() for figures in values(scored([], [])[0]).values())
    some = [stance(None, (0, 4), "FAVOR")]
    for gold, predicted in ((some, []), ([], some)):
        figures = values(scored(gold, predicted)[0])
        assert figures["joint", ""] == figures["F_avg", ""] == figures["macro", ""] == (0, 0, 0)
        assert np.isnan(figures["joint", "NONE"]).all()


# ------------------------------------------------------------------------------- properties
made_stances = st.builds(
    stance, st.none() | spans(6), spans(6), st.sampled_from(("FAVOR", "AGAINST", "NONE"))
)
lists = st.lists(made_stances, max_size=6)
documents = st.lists(st.tuples(lists, lists), min_size=1, max_size=2)
Made = list[tuple[list[JSON], list[JSON]]]


def of(made: Made) -> Any:
    return inputs("stances", [gold for gold, _ in made], [predicted for _, predicted in made])


@some_cases
@given(documents, st.randoms())
def test_the_order_of_stances_never_matters(made: Made, chance: random.Random) -> None:
    def mixed(items: list[JSON]) -> list[JSON]:
        return chance.sample(items, len(items))

    assert_same(score(of(made)), score(of([(mixed(gold), mixed(other)) for gold, other in made])))


@some_cases
@given(documents)
def test_gold_on_itself_is_perfect(made: Made) -> None:
    measures, errors = score(of([(gold, gold) for gold, _ in made]))
    assert_perfect(measures)
    assert errors == []


@some_cases
@given(documents)
def test_swapping_sides_swaps_precision_and_recall(made: Made) -> None:
    ours, _ = score(of(made))
    assert_bounded(ours)
    assert_swapped(ours, score(swapped(of(made)))[0])


@some_cases
@given(documents)
def test_a_wrong_prediction_more_never_raises_precision(made: Made) -> None:
    wrong = stance((100, 104), (110, 114), "FAVOR")
    before, _ = score(of(made))
    after, _ = score(of([(made[0][0], [*made[0][1], wrong]), *made[1:]]))
    assert_no_gain(before, after)


@some_cases
@given(documents)
def test_labels_add_up_and_errors_account_for_every_stance_once(made: Made) -> None:
    measures, errors = score(of(made))
    figures = sums(measures)
    for metric in ("joint", "target"):
        parts = [row for (name, label), row in figures.items() if name == metric and label]
        np.testing.assert_array_equal(sum(parts, np.zeros(3)), figures[metric, ""])
    matched, predicted, gold = figures["joint", ""]
    own = [error for error in errors if error.kind != "duplicate"]
    assert matched + sum(bool(error.gold) for error in own) == gold
    assert matched + sum(bool(error.predicted) for error in own) == predicted
