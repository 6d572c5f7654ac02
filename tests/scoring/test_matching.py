"""Overlap and one-to-one assignment, against the plainest way of doing the same."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from parley.scoring.matching import (
    Ints,
    assign,
    equal_pairs,
    overlap_pairs,
    pack,
    summed,
)

SPANS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 6)).map(
        lambda found: (found[0], found[1], found[1] + found[2])
    ),
    max_size=12,
)
SMALL = st.integers(0, 4)
#: Candidates (a, b) and two criteria.
CANDIDATES = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), st.tuples(SMALL, st.integers(0, 1)), max_size=9
)


def columns(rows: Sequence[tuple[int, ...]], width: int) -> list[Ints]:
    return list(np.array(rows, np.int64).reshape(-1, width).T)


def totals(
    found: list[tuple[int, int]], candidates: dict[tuple[int, int], tuple[int, int]]
) -> tuple[int, int, int]:
    return (
        sum(candidates[pair][0] for pair in found),
        sum(candidates[pair][1] for pair in found),
        len(found),
    )


def assigned(candidates: dict[tuple[int, int], tuple[int, int]]) -> list[tuple[int, int]]:
    a, b = columns(list(candidates), 2)
    first, second = columns(list(candidates.values()), 2)
    found = assign(a, b, [first, second])
    return list(zip(found.a.tolist(), found.b.tolist(), strict=True))


@settings(deadline=None)
@given(SPANS, SPANS)
def test_overlap_pairs_are_those_that_comparing_each_with_each_finds(
    a: list[tuple[int, ...]], b: list[tuple[int, ...]]
) -> None:
    expected = [
        (i, j, min(x[2], y[2]) - max(x[1], y[1]))
        for i, x in enumerate(a)
        for j, y in enumerate(b)
        if x[0] == y[0] and min(x[2], y[2]) > max(x[1], y[1])
    ]
    found = overlap_pairs(*columns(a, 3), *columns(b, 3))
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected


def test_spans_that_only_touch_do_not_overlap() -> None:
    a, b = columns([(0, 0, 5)], 3), columns([(0, 5, 9)], 3)
    assert len(overlap_pairs(*a, *b).a) == 0


def test_offsets_as_large_as_the_schema_allows_do_not_wrap_around() -> None:
    far = 2**53 - 10
    a = columns([(5000, far, far + 4), (0, 0, 3)], 3)
    b = columns([(5000, far + 3, far + 9), (4999, far, far + 4)], 3)
    found = overlap_pairs(*a, *b)
    assert [column.tolist() for column in found] == [[0], [0], [1]]


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 3) | st.sampled_from([2**31, 2**53 - 1])] * 4), max_size=20)
)
def test_packed_keys_are_equal_and_sort_as_their_rows_do(rows: list[tuple[int, ...]]) -> None:
    keys = pack(*columns(rows, 4)).tolist()
    assert [rows[i] for i in sorted(range(len(rows)), key=keys.__getitem__)] == sorted(rows)
    assert all((keys[i] == keys[0]) == (rows[i] == rows[0]) for i in range(len(rows)))


@settings(deadline=None)
@given(st.lists(SMALL), st.lists(SMALL))
def test_equal_pairs_are_the_intersection_of_multisets(a: list[int], b: list[int]) -> None:
    a, b = sorted(a), sorted(b)
    found = equal_pairs(np.array(a, np.int64), np.array(b, np.int64))
    assert [a[i] for i in found.a.tolist()] == [b[j] for j in found.b.tolist()]
    assert sorted(set(found.a.tolist())) == found.a.tolist()
    assert len(set(found.b.tolist())) == len(found.b)
    assert len(found.a) == sum(min(a.count(key), b.count(key)) for key in set(a))


def test_weights_of_several_parts_are_added_up_for_each_pair() -> None:
    rows = [(1, 0, 3), (0, 2, 1), (1, 0, 4), (0, 1, 5)]
    assert [column.tolist() for column in summed(*columns(rows, 3))] == [
        [0, 0, 1],
        [1, 2, 0],
        [5, 1, 7],
    ]
    assert all(len(column) == 0 for column in summed(*columns([], 3)))


@settings(deadline=None)
@given(CANDIDATES)
def test_no_other_choice_one_to_one_has_a_larger_total(
    candidates: dict[tuple[int, int], tuple[int, int]],
) -> None:
    found = assigned(candidates)
    assert len({a for a, _ in found}) == len({b for _, b in found}) == len(found)
    best = max(
        totals([pair for pair in enumerate(order) if pair in candidates], candidates)
        for order in permutations(range(5))
    )
    assert totals(found, candidates) == best


@settings(deadline=None)
@given(CANDIDATES, st.randoms())
def test_the_order_of_candidates_never_changes_who_is_paired(
    candidates: dict[tuple[int, int], tuple[int, int]], random: object
) -> None:
    rows = list(candidates.items())
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert assigned(dict(rows)) == assigned(candidates)


@settings(deadline=None)
@given(
    CANDIDATES,
    st.permutations(range(5)),
    st.permutations(range(5)),
    st.permutations(range(10)).map(lambda found: (found[:5], found[5:])),
)
def test_ranked_items_are_paired_alike_whatever_their_positions_and_from_either_side(
    candidates: dict[tuple[int, int], tuple[int, int]],
    places_a: list[int],
    places_b: list[int],
    ranks: tuple[list[int], list[int]],
) -> None:
    a, b = columns(list(candidates), 2)
    criteria = columns(list(candidates.values()), 2)
    order_a, order_b = (np.array(rank, np.int64) for rank in ranks)
    plain = assign(a, b, criteria, order_a, order_b)
    expected = set(zip(order_a[plain.a].tolist(), order_b[plain.b].tolist(), strict=True))

    new_a, new_b = np.array(places_a), np.array(places_b)
    moved_a, moved_b = np.empty(5, np.int64), np.empty(5, np.int64)
    moved_a[new_a], moved_b[new_b] = order_a, order_b
    moved = assign(new_a[a], new_b[b], criteria, moved_a, moved_b)
    assert set(zip(moved_a[moved.a].tolist(), moved_b[moved.b].tolist(), strict=True)) == expected

    swapped = assign(b, a, criteria, order_b, order_a)
    assert set(zip(order_a[swapped.b].tolist(), order_b[swapped.a].tolist(), strict=True)) == (
        expected
    )


@pytest.mark.parametrize("length", [1, 2, 7, 400])
def test_a_long_chain_of_equal_weights_is_paired_all_the_way(length: int) -> None:
    at = np.arange(length)
    a, b = np.concatenate([at, at[1:]]), np.concatenate([at, at[:-1]])
    found = assign(a, b, [np.ones(len(a), np.int64)])
    assert found.a.tolist() == found.b.tolist() == at.tolist()


@pytest.mark.parametrize("size", [3, 40])
def test_a_dense_group_gets_the_best_total_by_whichever_solver(size: int) -> None:
    random = np.random.default_rng(size)
    weight = random.integers(1, 50, (size, size))
    a, b = (place.ravel() for place in np.indices((size, size)))
    found = assign(a, b, [weight.ravel()])
    rows, columns = linear_sum_assignment(weight, maximize=True)
    assert weight[found.a, found.b].sum() == weight[rows, columns].sum()


def test_a_tie_goes_to_what_comes_first_in_the_text() -> None:
    zero = np.zeros(3, np.int64)
    found = assign(np.arange(3), zero, [zero + 4])
    assert (found.a.tolist(), found.b.tolist()) == ([0], [0])


def test_a_total_too_large_for_exact_floats_still_goes_by_the_first_criterion() -> None:
    big = 2**50
    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    found = assign(a, b, [np.array([big, big + 1, big + 1, big]), np.full(4, big)])
    assert found.b.tolist() == [1, 0]


def test_nothing_to_pair_gives_no_pairs() -> None:
    none = np.zeros(0, np.int64)
    assert len(assign(none, none, [none]).a) == 0
    assert len(overlap_pairs(none, none, none, none, none, none).a) == 0
    assert len(equal_pairs(none, none).a) == len(pack(none, none)) == 0
