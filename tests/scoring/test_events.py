"""Scores of events: worked examples, errors, and what must hold for any input."""

import random
from itertools import count
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parley.scoring.events import score
from parley.scoring.measure import Measure
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

_ids = count()


def event(start: int, end: int, kind: str, *arguments: tuple[str, int, int]) -> JSON:
    return {
        "id": f"e{next(_ids)}",
        "start": start,
        "end": end,
        "type": kind,
        "arguments": [
            {"role": role, "start": first, "end": last} for role, first, last in arguments
        ],
    }


def scored(gold: list[JSON], predicted: list[JSON]) -> tuple[list[Measure], list[Any]]:
    return score(inputs("events", [gold], [predicted]))


# --------------------------------------------------------------------------- worked examples
def test_arguments_on_the_wrong_one_of_two_triggers_are_seen_only_when_attached() -> None:
    gold = [event(0, 6, "ASSAULT", ("location", 10, 15)), event(20, 26, "ASSAULT")]
    predicted = [event(0, 6, "ASSAULT"), event(20, 26, "ASSAULT", ("location", 10, 15))]
    measures, errors = scored(gold, predicted)
    # Both triggers are right, and (ASSAULT, 10-15, location) is on both sides: 1 of 1.
    assert f1(measures, "Tri-C") == f1(measures, "Arg-I") == f1(measures, "Arg-C") == 1
    # (0-6, …) against (20-26, …): 0 of 1.
    assert f1(measures, "Arg-I+") == f1(measures, "Arg-C+") == 0
    assert [(error.kind, error.gold, error.predicted) for error in errors] == [
        ("wrong trigger", ((10, 15), (0, 6)), ((10, 15), (20, 26)))
    ]
    assert (errors[0].gold_label, errors[0].predicted_label) == ("ASSAULT.location",) * 2


def test_each_metric_counts_what_its_key_holds() -> None:
    gold = [
        event(0, 6, "ASSAULT", ("actor", 7, 9), ("location", 10, 15)),
        event(20, 26, "MOVE", ("actor", 7, 9)),
    ]
    predicted = [
        event(0, 6, "ASSAULT", ("recipient", 7, 9), ("location", 10, 14)),
        event(20, 26, "HARM", ("actor", 7, 9)),
        event(30, 33, "AID"),
    ]
    figures = sums(scored(gold, predicted)[0])
    # Matched, predicted, gold.
    assert figures["Tri-I", ""].tolist() == [2, 3, 2]  # both spans, of three
    assert figures["Tri-C", ""].tolist() == [1, 3, 2]  # MOVE was called HARM
    # Gold (ASSAULT 7-9), (ASSAULT 10-15), (MOVE 7-9); predicted (ASSAULT 7-9), (ASSAULT 10-14),
    # (HARM 7-9): one in common, and its role is wrong.
    assert figures["Arg-I", ""].tolist() == [1, 3, 3]
    assert figures["Arg-C", ""].tolist() == [0, 3, 3]
    assert figures["Arg-I+", ""].tolist() == [1, 3, 3]
    assert figures["Arg-C+", ""].tolist() == [0, 3, 3]


def test_equal_keys_count_once() -> None:
    twice = [event(0, 6, "ASSAULT", ("actor", 7, 9)), event(0, 6, "ASSAULT", ("actor", 7, 9))]
    measures, errors = scored(twice[:1], twice)
    assert f1(measures, "Tri-C") == f1(measures, "Arg-C+") == 1
    assert kinds(errors) == [
        ("duplicate", None, "ASSAULT"),
        ("duplicate", None, "ASSAULT.actor"),
    ]
    # Gold has it twice, too: then none of them is one too many.
    assert scored(twice, twice)[1] == []


def test_two_roles_of_one_argument_are_one_identification_and_two_classifications() -> None:
    gold = [event(0, 6, "AGREE", ("actor", 7, 9), ("recipient", 7, 9))]
    figures = sums(scored(gold, [event(0, 6, "AGREE", ("actor", 7, 9))])[0])
    assert figures["Arg-I+", ""].tolist() == [1, 1, 1]
    assert figures["Arg-C+", ""].tolist() == [1, 1, 2]
    # By role: precision's numerator and denominator, recall's. The recipient was identified.
    assert figures["Arg-I+", "recipient"].tolist() == [0, 0, 1, 1]
    assert figures["Arg-C+", "recipient"].tolist() == [0, 0, 1]


def test_trigger_overlap_asks_for_the_type_and_pairs_one_to_one() -> None:
    gold = [event(0, 10, "MOVE"), event(20, 30, "MOVE")]
    # Two predictions on the first trigger: one of them is right. The third has the wrong type.
    predicted = [event(0, 4, "MOVE"), event(5, 10, "MOVE"), event(20, 30, "HARM")]
    measures, errors = scored(gold, predicted)
    assert sums(measures)["trigger overlap", ""].tolist() == [1, 3, 2]
    assert [(error.kind, error.gold, error.predicted) for error in errors] == [
        ("spurious", (), ((0, 4),)),
        ("boundary", ((0, 10),), ((5, 10),)),
        ("type", ((20, 30),), ((20, 30),)),
    ]


def test_trigger_overlap_takes_the_best_total_not_the_best_pair() -> None:
    gold = [event(0, 10, "MOVE"), event(10, 18, "MOVE")]
    # 2-15 shares 8 with the first and 5 with the second; 0-2 shares 2 with the first alone.
    # Greedy: 8. Best: 5 + 2 = 7 < 8 + 0? No second pair there, so 8 stays best in code points.
    measures, _ = scored(gold, [event(2, 15, "MOVE"), event(0, 2, "MOVE")])
    assert sums(measures)["trigger overlap", ""].tolist() == [1, 2, 2]
    # 0-5 shares 5 with the first: 5 + 5 = 10 > 8, both are paired.
    measures, _ = scored(gold, [event(2, 15, "MOVE"), event(0, 5, "MOVE")])
    assert sums(measures)["trigger overlap", ""].tolist() == [2, 2, 2]


def test_every_kind_of_trigger_error_is_told_from_the_others() -> None:
    gold = [
        event(0, 4, "MOVE"),
        event(10, 14, "MOVE"),
        event(20, 24, "MOVE"),
        event(30, 34, "MOVE"),
        event(40, 44, "MOVE"),
    ]
    predicted = [
        event(0, 4, "MOVE"),
        event(10, 13, "MOVE"),
        event(20, 24, "HARM"),
        event(32, 36, "AID"),
        event(50, 54, "MOVE"),
        event(0, 4, "MOVE"),
    ]
    _, errors = scored(gold, predicted)
    assert kinds(errors) == [
        ("duplicate", None, "MOVE"),
        ("boundary", "MOVE", "MOVE"),
        ("type", "MOVE", "HARM"),
        ("boundary+type", "MOVE", "AID"),
        ("missing", "MOVE", None),
        ("spurious", None, "MOVE"),
    ]


def test_every_kind_of_argument_error_is_told_from_the_others() -> None:
    trigger = (0, 4, "MOVE")
    gold = [
        event(*trigger, ("actor", 10, 14), ("location", 20, 24), ("time", 30, 34)),
        event(90, 94, "MOVE", ("theme", 40, 44)),
    ]
    predicted = [
        event(*trigger, ("recipient", 10, 14), ("location", 20, 26), ("theme", 40, 44)),
        event(90, 94, "MOVE", ("quantity", 50, 54)),
    ]
    _, errors = scored(gold, predicted)
    assert kinds(errors) == [
        ("wrong role", "MOVE.actor", "MOVE.recipient"),
        ("boundary", "MOVE.location", "MOVE.location"),
        ("missing", "MOVE.time", None),
        ("wrong trigger", "MOVE.theme", "MOVE.theme"),
        ("spurious", None, "MOVE.quantity"),
    ]


def test_nothing_on_either_side_is_undefined_and_nothing_on_one_side_is_0() -> None:
    assert all(np.isnan(figures).all() for figures in values(scored([], [])[0]).values())
    some = [event(0, 4, "MOVE", ("actor", 5, 6))]
    for gold, predicted in ((some, []), ([], some)):
        figures = values(scored(gold, predicted)[0])
        assert set(figures.values()) == {(0.0, 0.0, 0.0)}


def test_offsets_beyond_any_text_do_not_mix_up_keys() -> None:
    far = 2**53 - 2
    gold = [event(far, far + 1, "MOVE", ("actor", far - 1, far))]
    measures, errors = scored(gold, [event(0, 1, "MOVE", ("actor", far - 1, far))])
    assert f1(measures, "Arg-C") == 1 and f1(measures, "Arg-C+") == 0
    assert [error.kind for error in errors] == ["spurious", "wrong trigger", "missing"]


# ------------------------------------------------------------------------------- properties
TYPES = ("MOVE", "HARM")
ROLES = ("actor", "location")


@st.composite
def events(draw: st.DrawFn) -> JSON:
    arguments = draw(st.lists(st.tuples(st.sampled_from(ROLES), spans()), max_size=3))
    return event(
        *draw(spans()),
        draw(st.sampled_from(TYPES)),
        *((role, start, end) for role, (start, end) in arguments),
    )


lists = st.lists(events(), max_size=4)
documents = st.lists(st.tuples(lists, lists), min_size=1, max_size=2)


def of(made: list[tuple[list[JSON], list[JSON]]]) -> Any:
    return inputs("events", [gold for gold, _ in made], [predicted for _, predicted in made])


@some_cases
@given(documents, st.randoms())
def test_the_order_of_events_and_arguments_never_matters(
    made: list[tuple[list[JSON], list[JSON]]], chance: random.Random
) -> None:
    def mixed(items: list[JSON]) -> list[JSON]:
        return [
            {**item, "arguments": chance.sample(item["arguments"], len(item["arguments"]))}
            for item in chance.sample(items, len(items))
        ]

    assert_same(score(of(made)), score(of([(mixed(gold), mixed(other)) for gold, other in made])))


@some_cases
@given(documents)
def test_gold_on_itself_is_perfect(made: list[tuple[list[JSON], list[JSON]]]) -> None:
    measures, errors = score(of([(gold, gold) for gold, _ in made]))
    assert_perfect(measures)
    assert errors == []


@some_cases
@given(documents)
def test_swapping_sides_swaps_precision_and_recall(
    made: list[tuple[list[JSON], list[JSON]]],
) -> None:
    given_ = of(made)
    (ours, errors), (theirs, others) = score(given_), score(swapped(given_))
    assert_bounded(ours)
    assert_swapped(ours, theirs)
    turned = {"missing": "spurious", "spurious": "missing"}
    assert sorted(turned.get(error.kind, error.kind) for error in errors if error.gold) == sorted(
        error.kind for error in others if error.predicted and error.kind != "duplicate"
    )


@some_cases
@given(documents)
def test_a_wrong_prediction_more_never_raises_precision(
    made: list[tuple[list[JSON], list[JSON]]],
) -> None:
    wrong = event(100, 104, "MOVE", ("actor", 110, 114))
    before, _ = score(of(made))
    after, _ = score(of([(made[0][0], [*made[0][1], wrong]), *made[1:]]))
    assert_no_gain(before, after)


@some_cases
@given(documents)
def test_labels_add_up_to_the_whole_where_keys_hold_the_label(
    made: list[tuple[list[JSON], list[JSON]]],
) -> None:
    figures = sums(score(of(made))[0])
    for metric, labelled in (
        ("Tri-C", "Tri-C"),
        ("trigger overlap", "trigger overlap"),
        ("Arg-C+", "Arg-C+"),
        ("Arg-C", "Arg-C"),
        ("Arg-C+", "Arg-C+ by event"),
    ):
        parts = [row for (name, label), row in figures.items() if name == labelled and label]
        np.testing.assert_array_equal(sum(parts, np.zeros(3)), figures[metric, ""])


@some_cases
@given(documents)
def test_errors_account_for_every_distinct_key_once(
    made: list[tuple[list[JSON], list[JSON]]],
) -> None:
    measures, errors = score(of(made))
    figures = sums(measures)
    for metric, arguments in (("Tri-C", False), ("Arg-C+", True)):
        matched, predicted, gold = figures[metric, ""]
        own = [
            error
            for error in errors
            if error.kind != "duplicate"
            and ("." in (error.gold_label or error.predicted_label or "")) == arguments
        ]
        assert matched + sum(bool(error.gold) for error in own) == gold
        assert matched + sum(bool(error.predicted) for error in own) == predicted
        if not arguments:
            boundary = sum(error.kind == "boundary" for error in own)
            assert matched + boundary == figures["trigger overlap", ""][0]
