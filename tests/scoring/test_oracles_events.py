"""Events and stances against independent counts: TextEE's definitions, and scikit-learn's F1."""

import warnings
from collections.abc import Callable, Iterator
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from parley.scoring import events, stances
from tests.scoring.made_layers import JSON, f1, inputs, some_cases, sums

Key = tuple[object, ...]


def triggers(item: JSON) -> Key:
    return item["start"], item["end"]


# What each metric of TextEE compares (Huang et al. 2024, section 2): one key for each trigger, or
# for each argument with what it hangs on.
TRIGGER_KEYS: dict[str, Callable[[JSON], Key]] = {
    "Tri-I": lambda item: (*triggers(item),),
    "Tri-C": lambda item: (*triggers(item), item["type"]),
}
ARGUMENT_KEYS: dict[str, Callable[[JSON, JSON], Key]] = {
    "Arg-I": lambda item, arg: (item["type"], arg["start"], arg["end"]),
    "Arg-C": lambda item, arg: (item["type"], arg["start"], arg["end"], arg["role"]),
    "Arg-I+": lambda item, arg: (*triggers(item), item["type"], arg["start"], arg["end"]),
    "Arg-C+": lambda item, arg: (
        *triggers(item),
        item["type"],
        arg["start"],
        arg["end"],
        arg["role"],
    ),
}


def keys(metric: str, rows: list[list[JSON]]) -> Iterator[Key]:
    for document, items in enumerate(rows):
        for item in items:
            if metric in TRIGGER_KEYS:
                yield (document, *TRIGGER_KEYS[metric](item))
            else:
                for argument in item["arguments"]:
                    yield (document, *ARGUMENT_KEYS[metric](item, argument))


def made_events(chance: Random) -> list[JSON]:
    """Events that fall on few places, so that keys are often equal in part."""

    def span() -> dict[str, int]:
        start = chance.randrange(6)
        return {"start": start, "end": start + chance.randint(1, 2)}

    return [
        {
            "id": f"e{number}",
            **span(),
            "type": chance.choice(("MOVE", "HARM")),
            "arguments": [
                {"role": chance.choice(("actor", "location", "time")), **span()}
                for _ in range(chance.randrange(4))
            ],
        }
        for number in range(chance.randrange(7))
    ]


@some_cases
@given(st.integers(0, 2**32))
def test_counts_are_those_of_the_sets_that_textee_defines(seed: int) -> None:
    chance = Random(seed)
    gold = [made_events(chance) for _ in range(3)]
    predicted = [made_events(chance) for _ in range(3)]
    found = sums(events.score(inputs("events", gold, predicted))[0])
    for metric in (*TRIGGER_KEYS, *ARGUMENT_KEYS):
        ours, theirs = set(keys(metric, gold)), set(keys(metric, predicted))
        expected = [len(ours & theirs), len(theirs), len(ours)]
        assert found[metric, ""].tolist() == expected, metric


@some_cases
@given(st.integers(0, 2**32))
def test_counts_by_label_are_those_of_the_sets_too(seed: int) -> None:
    chance = Random(seed)
    gold, predicted = [made_events(chance)], [made_events(chance)]
    found = sums(events.score(inputs("events", gold, predicted))[0])

    def wanted(metric: str, label: str, at: int) -> list[int]:
        ours = {key for key in keys(metric, gold) if key[at] == label}
        theirs = {key for key in keys(metric, predicted) if key[at] == label}
        return [len(ours & theirs), len(theirs), len(ours)]

    for (metric, label), row in found.items():
        if metric == "Tri-C" and label:
            assert row.tolist() == wanted("Tri-C", label, 3)
        elif metric in ("Arg-C", "Arg-C+") and label:
            assert row.tolist() == wanted(metric, label, -1)
        elif metric == "Arg-C+ by event":
            assert row.tolist() == wanted("Arg-C+", label, 3)
        elif metric == "Tri-I" and label:
            # Identified: the span is on the other side, under whatever type.
            ours = {key for key in keys("Tri-C", gold) if key[3] == label}
            theirs = {key for key in keys("Tri-C", predicted) if key[3] == label}
            places = set(keys("Tri-I", gold)), set(keys("Tri-I", predicted))
            assert row.tolist() == [
                sum(key[:3] in places[0] for key in theirs),
                len(theirs),
                sum(key[:3] in places[1] for key in ours),
                len(ours),
            ]


LABELS = ("FAVOR", "AGAINST", "NONE")


@some_cases
@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1))
def test_f_avg_and_macro_are_scikit_learns_where_both_sides_have_the_same_pairs(
    labels: list[tuple[str, str]],
) -> None:
    def side(at: int) -> list[JSON]:
        return [
            {
                "holder": [10 * n, 10 * n + 3] if n % 3 else "AUTHOR",
                "target": [10 * n + 5, 10 * n + 8],
                "label": pair[at],
            }
            for n, pair in enumerate(labels)
        ]

    measures, _ = stances.score(inputs("stances", [side(0)], [side(1)]))
    gold, predicted = zip(*labels, strict=True)
    for metric, classes in (("F_avg", LABELS[:2]), ("macro", LABELS)):
        # A class in neither is no part of our mean; scikit-learn would count it as 0.
        present = [name for name in classes if name in {*gold, *predicted}]
        if present:
            expected = f1_score(gold, predicted, labels=present, average="macro", zero_division=0)
            assert f1(measures, metric) == pytest.approx(expected)
        else:
            assert np.isnan(f1(measures, metric))
    accuracy = sum(one == two for one, two in labels) / len(labels)
    assert f1(measures, "joint") == pytest.approx(accuracy)
    assert f1(measures, "holder") == 1


def test_a_class_in_neither_is_left_out_of_the_mean_and_0_elsewhere() -> None:
    both = [{"holder": "AUTHOR", "target": [0, 4], "label": "FAVOR"}]
    measures, _ = stances.score(inputs("stances", [both], [both]))
    assert f1(measures, "F_avg") == f1(measures, "macro") == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert f1_score(["FAVOR"], ["FAVOR"], labels=LABELS[:2], average="macro") == 0.5
