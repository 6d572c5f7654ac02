"""Krippendorff's alpha, for labels and for spans.

Both are 1 - D_o / D_e: observed over expected disagreement. 1 is perfect agreement, 0 what chance
would give, below 0 is systematic disagreement.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parley.document import Span

Floats = NDArray[np.float64]
#: A span and what it is called.
Unit = tuple[int, int, str]


def nominal(tables: Floats) -> Floats:
    """Alpha for nominal labels (Krippendorff 2004, chapter 11), one value for each table.

    `tables` is (..., V, V): how often one annotator's label v met the other's w. Added to its
    transpose it is the coincidence table, from which

        D_o = sum of o_vw over v != w        D_e = sum of n_v * n_w over v != w, over n - 1

    nan where a table is empty; 1 where only one label is used, by both, throughout (D_e = 0): no
    disagreement was seen, and the caller says that none was possible.
    """
    coincidences = tables + np.swapaxes(tables, -1, -2)
    of_label = coincidences.sum(-1)
    total = of_label.sum(-1)
    observed = total - np.trace(coincidences, axis1=-2, axis2=-1)
    expected = total**2 - (of_label**2).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = 1 - observed * (total - 1) / expected
    found: Floats = np.where(total == 0, np.nan, np.where(expected == 0, 1.0, values))
    return found


def unitized(coders: Sequence[Sequence[Unit]], length: int) -> tuple[float, float]:
    """Observed and expected disagreement of spans on one text of `length` code points.

    The unitized alpha of Krippendorff, Mathet, Bouvry and Widlöcher (2016), "On the reliability of
    unitizing textual continua: Further developments", Quality & Quantity 50. Each coder's units
    must be free of overlap; what no unit covers is a gap, a value of its own. With m coders, o_ck
    is the length of the intersections of c and k over all ordered pairs of coders, over m - 1; l_c
    the sum of o_ck over k; l the sum of all l_c. Expected are

        e_ck = l * (l_c * l_k - [c = k] * S_c) / (l^2 - sum of all S_c)

    with S_c the sum of squared lengths of units of value c (a unit cannot be matched with parts of
    itself), of plain lengths for gaps. The disagreements are l - sum of o_cc, l - sum of e_cc. With
    a single value this is their |uα: relevant matter against the rest. (0, 0) for an empty text.
    """
    many = len(coders)
    if length == 0 or many < 2:
        return 0.0, 0.0
    lengths: dict[str, int] = {}
    squares: dict[str, int] = {}
    gaps = 0
    for units in coders:
        covered = 0
        for start, end, value in units:
            lengths[value] = lengths.get(value, 0) + end - start
            squares[value] = squares.get(value, 0) + (end - start) ** 2
            covered += end - start
        gaps += length - covered
    total = many * length
    agreed = 0.0
    for first in range(many):
        for second in range(first + 1, many):
            equal, both = _intersections(coders[first], coders[second])
            covered = sum(
                end - start for units in (coders[first], coders[second]) for start, end, _ in units
            )
            agreed += 2 * (equal + length - covered + both) / (many - 1)
    corrections = sum(squares.values()) + gaps
    spread = total**2 - corrections
    if spread <= 0:
        return total - agreed, 0.0
    same = sum(lengths[value] ** 2 - squares[value] for value in lengths) + gaps**2 - gaps
    return total - agreed, total - total * same / spread


def _intersections(a: Sequence[Unit], b: Sequence[Unit]) -> tuple[int, int]:
    """Length of the intersections of units of equal value, and of all units."""
    left, right = sorted(a), sorted(b)
    equal = both = first = second = 0
    while first < len(left) and second < len(right):
        (start, end, value), (begin, stop, other) = left[first], right[second]
        common = max(0, min(end, stop) - max(start, begin))
        both += common
        if value == other:
            equal += common
        if end < stop:
            first += 1
        else:
            second += 1
    return equal, both


def levels(spans: Sequence[Span]) -> list[list[Span]]:
    """Lays one annotator's spans on levels, each free of overlap, outermost first.

    Spans are taken from left to right, longer ones first where they start together; each goes to
    the first level that has room.
    """
    found: list[list[Span]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            continue
        for level in found:
            if level[-1][1] <= start:
                level.append((start, end))
                break
        else:
            found.append([(start, end)])
    return found


def spans(a: Sequence[Span], b: Sequence[Span], length: int) -> tuple[float, float, float]:
    """Observed and expected disagreement (|uα) of two annotators' spans, nested ones included.

    Level k of one annotator is compared with level k of the other; disagreements are summed over
    levels, as they are over documents by whoever asks. The third number is how much was marked, in
    code points of both: it tells "nothing marked" from "everything marked" where D_e is 0.
    """
    ours, theirs = levels(a), levels(b)
    observed = expected = 0.0
    for level in range(max(len(ours), len(theirs))):
        coders = [
            [(start, end, "") for start, end in (side[level] if level < len(side) else ())]
            for side in (ours, theirs)
        ]
        seen, by_chance = unitized(coders, length)
        observed += seen
        expected += by_chance
    return observed, expected, float(sum(end - start for start, end in (*a, *b)))


def ratio(sums: Floats) -> Floats:
    """1 - D_o / D_e for rows (D_o, D_e, marked) of `sums`, shape (..., 3).

    Where nothing is expected: nan if neither annotator marked anything, 1 if both marked all.
    """
    observed, expected, marked = sums[..., 0], sums[..., 1], sums[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = 1 - observed / expected
    found: Floats = np.where(expected > 0, values, np.where(marked > 0, 1.0, np.nan))
    return found
