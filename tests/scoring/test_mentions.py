"""Scores of mentions: what each metric counts, and that every mention is accounted for once."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley import ontology
from parley.predictions.inputs import Inputs
from parley.scoring.errors import KINDS, Error
from parley.scoring.measure import Measure
from parley.scoring.mentions import METRICS, ErrorList, score

TYPES = ("PERSON", "ORG", "GPE")
Mention = tuple[int, int, str]
Documents = list[list[Mention]]

#: Crowded on purpose: nested, crossing and doubled spans, one document empty or more.
MENTION = st.tuples(st.integers(0, 14), st.integers(1, 6), st.sampled_from(TYPES)).map(
    lambda found: (found[0], found[0] + found[1], found[2])
)
MENTIONS = st.lists(MENTION, max_size=9)
BOTH = st.lists(st.tuples(MENTIONS, MENTIONS), min_size=1, max_size=3).map(
    lambda found: ([gold for gold, _ in found], [predicted for _, predicted in found])
)
BOTH_SEVERAL = settings(deadline=None, max_examples=100)


def rows(documents: Documents) -> list[dict[str, Any]]:
    return [
        {
            "doc_id": f"d{place}",
            "mentions": [
                {"id": f"m{at}", "start": start, "end": end, "type": label}
                for at, (start, end, label) in enumerate(mentions)
            ],
        }
        for place, mentions in enumerate(documents)
    ]


def inputs(gold: Documents, predicted: Documents, texts: list[str | None] | None = None) -> Inputs:
    none: list[str | None] = [None] * len(gold)
    ids = [f"d{place}" for place in range(len(gold))]
    return Inputs(ids, rows(gold), rows(predicted), texts or none, none, none)


def named(measures: list[Measure]) -> dict[tuple[str, str], Measure]:
    return {(item.key.metric, item.key.label): item for item in measures}


def values(gold: Documents, predicted: Documents) -> dict[str, list[float]]:
    """Metric -> precision, recall and F1 over all documents."""
    measures, _ = score(inputs(gold, predicted))
    return {
        item.key.metric: item.values(item.counts.sum(axis=0)).tolist()
        for item in measures
        if not item.key.label
    }


def kinds(gold: list[Mention], predicted: list[Mention]) -> list[str]:
    return [error.kind for error in score(inputs([gold], [predicted]))[1]]


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ([(0, 5, "ORG")], [], ["missing"]),
        ([], [(0, 5, "ORG")], ["spurious"]),
        ([(0, 5, "ORG")], [(5, 9, "ORG")], ["missing", "spurious"]),
        ([(0, 5, "ORG")], [(0, 5, "ORG")], []),
        ([(0, 5, "ORG")], [(0, 5, "ORG"), (0, 5, "ORG")], ["duplicate"]),
        ([(0, 5, "ORG")], [(0, 5, "GPE")], ["type"]),
        ([(0, 5, "ORG")], [(0, 6, "ORG")], ["boundary"]),
        ([(0, 5, "ORG")], [(0, 6, "GPE")], ["boundary+type"]),
        ([(0, 5, "ORG")], [(0, 6, "ORG"), (0, 6, "ORG")], ["boundary", "duplicate"]),
        # The exact span is never lost to a neighbour that comes first and overlaps.
        ([(0, 9, "ORG"), (0, 4, "GPE")], [(0, 4, "GPE"), (0, 8, "ORG")], ["boundary"]),
        # Of two that overlap alike, the one of the same type is the partner.
        ([(2, 6, "ORG")], [(0, 4, "GPE"), (4, 8, "ORG")], ["spurious", "boundary"]),
    ],
)
def test_each_kind_of_error_is_told_from_the_others(
    gold: list[Mention], predicted: list[Mention], expected: list[str]
) -> None:
    assert kinds(gold, predicted) == expected


def test_an_error_says_where_and_what_in_the_words_of_both_sides() -> None:
    _, errors = score(inputs([[], [(3, 9, "ORG")]], [[(0, 2, "GPE")], [(3, 8, "PERSON")]]))
    assert list(errors) == [
        Error("mentions", "spurious", 0, (), ((0, 2),), None, "GPE"),
        Error("mentions", "boundary+type", 1, ((3, 9),), ((3, 8),), "ORG", "PERSON"),
    ]
    assert errors[-1] == errors[1:][0] == list(errors)[1]
    assert errors.counts()["spurious"] == 1


def test_partial_credit_and_type_credit_are_those_of_the_shared_task() -> None:
    gold: Documents = [[(0, 5, "ORG"), (10, 15, "GPE"), (20, 25, "PERSON"), (30, 35, "ORG")]]
    predicted: Documents = [[(0, 5, "ORG"), (10, 15, "ORG"), (20, 23, "PERSON"), (28, 32, "GPE")]]
    found = values(gold, predicted)
    assert found["strict"] == [0.25] * 3
    assert found["exact"] == [0.5] * 3
    assert found["partial"] == [0.75] * 3
    assert found["type"] == [0.5] * 3


def test_a_pair_of_two_types_counts_for_each_sides_own_type() -> None:
    found = named(score(inputs([[(0, 5, "ORG")]], [[(0, 5, "GPE")]]))[0])
    assert found["exact", "ORG"].counts.tolist() == [[0, 0, 1, 1]]
    assert found["exact", "GPE"].counts.tolist() == [[1, 1, 0, 0]]
    assert found["exact", ""].counts.tolist() == [[1, 1, 1, 1]]


def test_every_type_of_the_ontology_has_a_row_whatever_occurs_and_others_follow() -> None:
    measures, _ = score(inputs([[(0, 5, "ZEBRA")]], [[(0, 5, "ALPHA")]]))
    labels = [item.key.label for item in measures if item.key.metric == "strict"]
    assert labels == ["", *ontology.load().names("entity"), "ALPHA", "ZEBRA"]
    assert list(METRICS) == list(dict.fromkeys(item.key.metric for item in measures))


def test_strict_alone_gives_the_same_counts_and_errors_as_all_metrics() -> None:
    both = inputs([[(0, 5, "ORG"), (2, 4, "GPE")]], [[(0, 5, "ORG"), (2, 5, "GPE")]])
    all_, errors = score(both)
    alone, same = score(both, ["strict"])
    assert list(errors) == list(same)
    for one, two in zip(all_, alone, strict=False):
        assert one.key == two.key
        assert np.array_equal(one.counts, two.counts)


def test_documents_without_mentions_on_either_side_have_no_value_and_no_error() -> None:
    measures, errors = score(inputs([[], []], [[], []]))
    assert not errors
    assert all(np.isnan(item.values(item.counts)).all() for item in measures)


def test_no_documents_at_all_can_be_scored() -> None:
    measures, errors = score(inputs([], []))
    assert not errors
    assert all(len(item.counts) == 0 for item in measures)


def test_offsets_as_large_as_the_schema_allows_can_be_scored() -> None:
    far = 2**53 - 100
    gold: Documents = [[(0, 4, "ORG"), (far, far + 9, "ORG")]]
    predicted: Documents = [[(0, 4, "ORG"), (far + 1, far + 9, "ORG")]]
    assert values(gold, predicted)["partial"] == [0.75] * 3


@BOTH_SEVERAL
@given(BOTH)
def test_every_mention_is_right_or_in_just_one_error(both: tuple[Documents, Documents]) -> None:
    gold, predicted = both
    measures, errors = score(inputs(gold, predicted))
    matched, number_predicted, number_gold = named(measures)["strict", ""].counts.sum(axis=0)
    kind = Counter(error.kind for error in errors)
    assert {name: count for name, count in errors.counts().items() if count} == kind
    assert set(errors.counts()) <= set(KINDS)
    pairs = kind["type"] + kind["boundary"] + kind["boundary+type"]
    assert matched + pairs + kind["missing"] == number_gold
    assert matched + pairs + kind["spurious"] + kind["duplicate"] == number_predicted
    for document, (ours, theirs) in enumerate(zip(gold, predicted, strict=True)):
        here = [error for error in errors if error.document == document]
        wrong_gold = Counter((*e.gold[0], str(e.gold_label)) for e in here if e.gold)
        wrong = Counter((*e.predicted[0], str(e.predicted_label)) for e in here if e.predicted)
        assert Counter(ours) - wrong_gold == Counter(theirs) - wrong
        assert not wrong_gold - Counter(ours) and not wrong - Counter(theirs)


@BOTH_SEVERAL
@given(BOTH)
def test_strict_is_the_intersection_of_multisets(both: tuple[Documents, Documents]) -> None:
    gold, predicted = both
    found = named(score(inputs(gold, predicted))[0])
    for document, (ours, theirs) in enumerate(zip(gold, predicted, strict=True)):
        common = Counter(ours) & Counter(theirs)
        assert found["strict", ""].counts[document].tolist() == [
            common.total(),
            len(theirs),
            len(ours),
        ]
        spans = [Counter((start, end) for start, end, _ in side) for side in (ours, theirs)]
        same = (spans[0] & spans[1]).total()
        assert found["exact", ""].counts[document].tolist() == [same, len(theirs), same, len(ours)]


@BOTH_SEVERAL
@given(BOTH, st.randoms(use_true_random=False))
def test_the_order_of_a_file_never_changes_a_count_or_an_error(
    both: tuple[Documents, Documents], random: Any
) -> None:
    gold, predicted = both
    before, errors = score(inputs(gold, predicted))
    mixed = [[random.sample(mentions, len(mentions)) for mentions in side] for side in both]
    after, same = score(inputs(mixed[0], mixed[1]))
    assert list(errors) == list(same)
    for one, two in zip(before, after, strict=True):
        assert one.key == two.key
        assert np.array_equal(one.counts, two.counts)


@BOTH_SEVERAL
@given(st.lists(MENTIONS, min_size=1, max_size=3))
def test_gold_scored_on_itself_is_perfect_in_every_metric_nested_or_not(gold: Documents) -> None:
    measures, errors = score(inputs(gold, gold))
    assert not errors
    for item in measures:
        found = item.values(item.counts.sum(axis=0))
        assert np.isnan(found).all() or (found == 1).all()


@BOTH_SEVERAL
@given(BOTH)
def test_types_add_up_to_the_whole_and_nothing_exceeds_one(
    both: tuple[Documents, Documents],
) -> None:
    measures, _ = score(inputs(*both))
    for metric in METRICS:
        parts = [item for item in measures if item.key.metric == metric]
        total = sum(item.counts for item in parts if item.key.label)
        assert np.allclose(total, parts[0].counts)
        for item in parts:
            found = item.values(item.counts)
            assert (np.isnan(found) | ((found >= 0) & (found <= 1))).all()


@BOTH_SEVERAL
@given(BOTH)
def test_swapping_the_sides_swaps_precision_and_recall(both: tuple[Documents, Documents]) -> None:
    gold, predicted = both
    one, errors = score(inputs(gold, predicted))
    two, other = score(inputs(predicted, gold))
    for item, swapped in zip(one, two, strict=True):
        turned = swapped.values(swapped.counts)[..., [1, 0, 2]]
        assert np.allclose(item.values(item.counts), turned, equal_nan=True)
    pairs = [error for error in errors if error.gold and error.predicted]
    assert Counter((e.gold, e.predicted, e.kind) for e in pairs) == Counter(
        (e.predicted, e.gold, e.kind) for e in other if e.gold and e.predicted
    )


@BOTH_SEVERAL
@given(BOTH, MENTION)
def test_one_more_wrong_prediction_never_raises_precision(
    both: tuple[Documents, Documents], wrong: Mention
) -> None:
    gold, predicted = both
    before = values(gold, predicted)
    start, end, label = wrong
    for metric in METRICS:
        # A mention that is nowhere near gold is wrong by every metric, one not in gold by `strict`.
        far = (start + 100, end + 100, label)
        more = wrong if metric == "strict" and wrong not in gold[0] else far
        after = values(gold, [[*predicted[0], more], *predicted[1:]])[metric]
        was = np.nan_to_num(before[metric], nan=1.0)
        assert after[0] <= was[0]
        assert after[1] <= was[1]


def test_errors_are_made_only_when_they_are_asked_for() -> None:
    gold: Documents = [[(at, at + 2, "ORG") for at in range(0, 4000, 4)]]
    _, errors = score(inputs(gold, [[]]))
    assert isinstance(errors, ErrorList)
    assert len(errors) == errors.counts()["missing"] == 1000
    assert [error.gold for error in errors[2:4]] == [((8, 10),), ((12, 14),)]
