"""Intervals of measures: the percentile bootstrap (`parley.bootstrap`) of all measures at once.

The sums of a resample are weights of documents times counts, so that all resamples of all measures
are a few matrix products; the measures' formulas then run on whole arrays. scipy.stats.bootstrap
(method="percentile") gives the same intervals but for the draw; scripts/bench/score_resampling.py
measures both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from parley.bootstrap import bounds, draws
from parley.scoring.measure import FORMULAS, Floats, Measure

Interval = tuple[float, float]
Value = Literal["precision", "recall", "f1"]
#: What `Measure.values` gives, in its order.
VALUES: tuple[Value, ...] = ("precision", "recall", "f1")
#: Whole numbers below it are exact in float32, whose products take half the time.
_EXACT = 2**24


@dataclass(frozen=True, slots=True)
class _Block:
    """Measures of one formula: `counts` is documents × (measures × columns)."""

    formula: str
    places: list[int]
    counts: Floats | NDArray[np.float32]


class Stack:
    """Measures over the same documents, put together so that a product serves all of them."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self.size = len(measures)
        groups: dict[tuple[str, str, int], list[int]] = {}
        for place, measure in enumerate(measures):
            # By layer, too: a product's last digits may depend on what else is in it, and a
            # layer's figures must not depend on which other layers are scored.
            key = measure.key.layer, measure.formula, measure.counts.shape[1]
            groups.setdefault(key, []).append(place)
        self.blocks = [
            _Block(formula, places, _narrow(np.hstack([measures[at].counts for at in places])))
            for (_, formula, _), places in groups.items()
        ]

    def sums(self, weights: Floats) -> list[Floats]:
        """Weighted sums of counts, one array a block: (resamples, measures × columns).

        `weights` are whole numbers whose sum over documents is at most the number of documents.
        """
        single = weights.astype(np.float32)
        return [
            ((single if block.counts.dtype == np.float32 else weights) @ block.counts).astype(
                np.float64
            )
            for block in self.blocks
        ]

    def values(self, sums: Sequence[Floats]) -> Floats:
        """(precision, recall, f1) of every measure: (resamples, measures, 3)."""
        found = np.empty((len(sums[0]) if sums else 0, self.size, 3))
        for block, total in zip(self.blocks, sums, strict=True):
            columns = total.reshape(len(total), len(block.places), -1)
            found[:, block.places] = FORMULAS[block.formula](columns)
        return found


def _narrow(counts: Floats) -> Floats | NDArray[np.float32]:
    """As float32 where every sum of a resample is exact in it."""
    most = np.abs(counts).max(initial=0) * len(counts)
    if most < _EXACT and (counts == np.rint(counts)).all():
        return counts.astype(np.float32)
    return counts


def said(measure: Measure) -> int:
    """How many documents count for the measure: those with anything in gold or predicted."""
    return int((measure.counts != 0).any(1).sum())


def intervals(
    measures: Sequence[Measure], resamples: int, seed: int, value: Value = "f1"
) -> list[Interval | None]:
    """95 % percentile intervals of one value of each measure, over its documents (its rows).

    None without resamples, where fewer than two documents count for the measure (nothing varies),
    or where fewer than half of the resamples have a value. A measure's interval depends on its own
    layer, the number of its documents and the seed: not on which other layers are given.
    """
    column = VALUES.index(value)
    found: list[Interval | None] = [None] * len(measures)
    by_size: dict[int, list[int]] = {}
    for place, measure in enumerate(measures):
        if resamples and said(measure) >= 2:
            by_size.setdefault(len(measure.counts), []).append(place)
    for documents, places in by_size.items():
        stack = Stack([measures[place] for place in places])
        drawn = [
            stack.values(stack.sums(weights))[..., column]
            for weights in draws(documents, resamples, seed)
        ]
        for place, low, high in zip(places, *bounds(np.concatenate(drawn)), strict=True):
            found[place] = None if np.isnan(low) else (float(low), float(high))
    return found
