"""Who answers whom: spans that overlap, and one-to-one pairs of the largest total weight.

Everything works on columns: numpy arrays of int64, one item an annotation, offsets in code points,
ends exclusive. Nothing here depends on the order of the rows of a file.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from parley.pairing import assign as least_cost

Ints = NDArray[np.int64]

#: Rounds of taking what must be taken before the rest goes to exact assignment.
_ROUNDS = 20
#: Up to so many items on the smaller side, plain Python is quicker than importing scipy.
_SMALL = 16
#: Integers that a float64 holds, which is what scipy's assignment works in.
_EXACT = 2**53


class Pairs(NamedTuple):
    """Pairs of positions: item `a[i]` of one side with item `b[i]` of the other."""

    a: Ints
    b: Ints


class Overlaps(NamedTuple):
    """Pairs of positions and how many code points the two share (at least one)."""

    a: Ints
    b: Ints
    length: Ints


def pack(*columns: Ints) -> Ints:
    """One integer a row that is equal, and sorts, as the row of `columns` does.

    Columns are non-negative and of one length; the first counts most.
    """
    key: Ints = np.zeros(len(columns[0]), np.int64)
    size = 1
    for column in columns:
        values: Ints = column
        radix = int(column.max(initial=0)) + 1
        if size * radix >= 2**63:
            # Ranks sort alike and are fewer than rows: two of them always fit.
            key, size = _ranks(key)
            values, radix = _ranks(column)
        key, size = key * radix + values, size * radix
    return key


def _ranks(column: Ints) -> tuple[Ints, int]:
    values, ranks = np.unique(column, return_inverse=True)
    return ranks.astype(np.int64).ravel(), len(values) + 1


def equal_pairs(a: Ints, b: Ints) -> Pairs:
    """Pairs of equal keys, one to one: the k-th of a key in `a` with the k-th of it in `b`.

    Both are sorted. A key that `a` has m times and `b` n times gives min(m, n) pairs, which is the
    intersection of multisets.
    """
    at = np.searchsorted(a, b) + np.arange(len(b)) - np.searchsorted(b, b)
    inside = np.flatnonzero(at < len(a))
    found = inside[a[at[inside]] == b[inside]]
    return Pairs(at[found], found)


def among(values: Ints, ordered: Ints) -> NDArray[np.bool_]:
    """Whether each value is in `ordered`, which is sorted; several times as quick as `np.isin`."""
    if not len(ordered):
        return np.zeros(len(values), bool)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[at] == values
    return found


def overlap_pairs(
    doc_a: Ints, start_a: Ints, end_a: Ints, doc_b: Ints, start_b: Ints, end_b: Ints
) -> Overlaps:
    """All pairs of half-open spans of one document that share a code point.

    Rows may come in any order; pairs come out sorted by `a`, then `b`. Time is that of sorting,
    and of the pairs there are: of two spans that overlap, one starts inside the other.
    """
    ends = [int(column.max(initial=0)) for column in (end_a, end_b)]
    docs = [int(column.max(initial=0)) for column in (doc_a, doc_b)]
    if (max(ends) + 2) * (max(docs) + 1) >= 2**63:
        # Whether spans overlap is a matter of order alone, so that ranks do.
        offsets, _ = _ranks(np.concatenate([start_a, end_a, start_b, end_b]))
        cuts = np.cumsum([len(start_a), len(end_a), len(start_b)])
        first_a, last_a, first_b, last_b = np.split(offsets, cuts)
    else:
        first_a, last_a, first_b, last_b = start_a, end_a, start_b, end_b
    stride = max(int(last_a.max(initial=0)), int(last_b.max(initial=0))) + 2
    first_a, last_a = doc_a * stride + first_a, doc_a * stride + last_a
    first_b, last_b = doc_b * stride + first_b, doc_b * stride + last_b
    in_a, of_b = _starting_inside(first_a, last_a, first_b)
    in_b, of_a = _starting_inside(first_b + 1, last_b, first_a)
    a, b = np.concatenate([in_a, of_a]), np.concatenate([of_b, in_b])
    length = np.minimum(end_a[a], end_b[b]) - np.maximum(start_a[a], start_b[b])
    kept = np.flatnonzero(length > 0)
    kept = kept[np.lexsort((b[kept], a[kept]))]
    return Overlaps(a[kept], b[kept], length[kept])


def _starting_inside(first: Ints, last: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """(spans, starts): which of `starts` lie in which [first, last)."""
    order = np.argsort(starts, kind="stable")
    ordered = starts[order]
    low = np.searchsorted(ordered, first)
    count = np.maximum(np.searchsorted(ordered, last) - low, 0)
    spans = np.repeat(np.arange(len(first)), count)
    within = np.arange(len(spans)) - np.repeat(np.cumsum(count) - count, count)
    return spans, order[np.repeat(low, count) + within]


def summed(a: Ints, b: Ints, weight: Ints) -> Overlaps:
    """One row for each pair (a, b), its weights added up: for items that have several parts."""
    order = np.lexsort((b, a))
    a, b, weight = a[order], b[order], weight[order]
    first = np.flatnonzero(_changes(a) | _changes(b))
    total = np.add.reduceat(weight, first) if len(first) else weight
    return Overlaps(a[first], b[first], total)


def _changes(column: Ints) -> NDArray[np.bool_]:
    """Where a row is not as the one before it."""
    return np.concatenate([np.ones(min(1, len(column)), bool), column[1:] != column[:-1]])


def assign(
    a: Ints,
    b: Ints,
    criteria: Sequence[Ints],
    order_a: Ints | None = None,
    order_b: Ints | None = None,
) -> Pairs:
    """The one-to-one choice among candidate pairs (a, b) with the largest total weight.

    `criteria` are columns of non-negative integers, one row a candidate: the total of the first is
    made as large as can be, then that of the second, and so on; then the number of pairs; then
    those earlier in the text are paired, and in its order. Each candidate is given once, in any
    order. Pairs come out sorted by `a`.

    `order_a[i]` ranks item i of side a by everything it says (place first), `order_b` likewise on
    the same scale; equal ranks mean equal items. With them the choice is the same whatever the
    order of the items, and whichever side is called a. Left out, positions are ranks.

    Exact (Kuhn 1955; above 16 items a side Crouse 2016, which is scipy's `linear_sum_assignment`)
    as far as a total fits 53 bits; in a larger group of items the last criteria no longer count.
    """
    taken = _forced(a, b, _rating(criteria, len(a)))
    left = np.flatnonzero(~np.isin(a, a[taken]) & ~np.isin(b, b[taken]))
    if len(left):
        ranks_a = a if order_a is None else order_a[a]
        ranks_b = b if order_b is None else order_b[b]
        turn = order_a is not None and order_b is not None
        parts = [taken]
        for group in _components(a[left], b[left]):
            at = left[group]
            weights = [column[at] for column in criteria]
            parts.append(at[_solve(a[at], b[at], weights, ranks_a[at], ranks_b[at], turn)])
        taken = np.concatenate(parts)
    taken = taken[np.argsort(a[taken], kind="stable")]
    return Pairs(a[taken], b[taken])


def _rating(criteria: Sequence[Ints], count: int) -> Ints:
    """One number for each candidate, such that sums of two compare as their criteria do."""
    single: Ints = np.zeros(count, np.int64)
    size = 2
    for weight in criteria:
        base = 2 * int(weight.max(initial=0)) + 1
        if size * base >= 2**63:
            break
        single, size = single * base + weight, size * base
    return single


def _forced(a: Ints, b: Ints, weight: Ints) -> Ints:
    """Candidates that are part of every best choice, as positions.

    Such is one that weighs more than its two best rivals together, and one without any rival.
    """
    left: Ints = np.arange(len(a))
    found = [left[:0]]
    for _ in range(_ROUNDS):
        rivals_a, rivals_b = _best_rival(a[left], weight[left]), _best_rival(b[left], weight[left])
        alone = (rivals_a < 0) & (rivals_b < 0)
        sure = alone | (weight[left] > np.maximum(rivals_a, 0) + np.maximum(rivals_b, 0))
        if not sure.any():
            break
        taken = left[sure]
        found.append(taken)
        left = left[~np.isin(a[left], a[taken]) & ~np.isin(b[left], b[taken])]
    return np.concatenate(found)


def _best_rival(node: Ints, weight: Ints) -> Ints:
    """For each candidate the largest weight of another one at the same node; -1: none."""
    order = np.lexsort((-weight, node))
    node, weight = node[order], weight[order]
    first = np.flatnonzero(_changes(node))
    count = np.diff(np.append(first, len(node)))
    best = np.repeat(weight[first], count)
    several = first[count > 1]
    best[first] = -1
    best[several] = weight[several + 1]
    rivals = np.empty_like(best)
    rivals[order] = best
    return rivals


def _components(a: Ints, b: Ints) -> list[Ints]:
    """Positions of candidates, grouped so that no two groups share an item."""
    one, two = (np.unique(side, return_inverse=True)[1].ravel() for side in (a, b))
    # The least place in `a` that each item is connected with, carried over candidates until it
    # stays; a jump to the label of the label makes that as quick in long chains.
    label = np.arange(int(one.max()) + 1)
    while True:
        of_b = np.full(int(two.max()) + 1, len(label))
        np.minimum.at(of_b, two, label[one])
        lower = label.copy()
        np.minimum.at(lower, one, of_b[two])
        lower = lower[lower]
        if np.array_equal(lower, label):
            break
        label = lower
    of_pair = label[one]
    order = np.argsort(of_pair, kind="stable")
    cuts = np.flatnonzero(np.diff(of_pair[order])) + 1
    return list(np.split(order, cuts))


def _solve(
    a: Ints, b: Ints, criteria: Sequence[Ints], ranks_a: Ints, ranks_b: Ints, turn: bool
) -> Ints:
    """Exact assignment of one component: positions of the candidates chosen."""
    row, rows = _places(a, ranks_a)
    column, columns = _places(b, ranks_b)
    if turn and columns.tolist() < rows.tolist():
        # Whatever tie is left is broken alike from either side.
        row, rows, column, columns = column, columns, row, rows
    height, width = len(rows), len(columns)
    if height > width:
        row, column, height, width = column, row, width, height
    # As one integer: no sum of what comes later reaches one of what comes earlier.
    single, size = np.zeros(len(row), np.int64), 1
    text = [(height - row) + (width - column), row * column]
    for weight in [*criteria, np.ones_like(row), *text]:
        base = 1 + height * int(weight.max())
        if size * base >= _EXACT:
            break
        single, size = single * base + weight, size * base
    matrix = np.zeros((height, width), np.int64)
    matrix[row, column] = single
    candidate = np.full((height, width), -1, np.int64)
    candidate[row, column] = np.arange(len(row))
    if height <= _SMALL:
        places = np.array(least_cost((-matrix).tolist()), np.int64)
    else:
        from scipy.optimize import linear_sum_assignment

        places = linear_sum_assignment(matrix, maximize=True)[1]
    chosen: Ints = candidate[np.arange(height), places]
    return chosen[chosen >= 0]


def _places(item: Ints, rank: Ints) -> tuple[Ints, Ints]:
    """For each candidate the place of its item by rank, and the ranks of the items in order."""
    order = np.lexsort((item, rank))
    new = _changes(item[order])
    place = np.empty_like(item)
    place[order] = np.cumsum(new) - 1
    return place, rank[order][new]
