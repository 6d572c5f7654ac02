"""Percentile bootstrap over documents (Efron and Tibshirani 1993, chapter 13).

Documents, not spans, are drawn with replacement: what stands in one article hangs together.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
#: Of the resamples, the least share that must give a value for an interval to be stated.
DEFINED = 0.5
#: Weights that are held at once: the memory of a chunk, whatever the number of resamples.
_CELLS = 2**20


def draws(documents: int, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each document is drawn in each resample, in chunks: (resamples, documents).

    Sums of counts over resamples are then one product: `weights @ counts`. The numbers depend on
    `documents` and `seed` alone; more resamples begin with those of fewer.
    """
    random = np.random.default_rng(seed)
    rows = max(1, _CELLS // max(1, documents))
    for at in range(0, resamples, rows):
        size = min(rows, resamples - at)
        if documents == 0:
            yield np.zeros((size, 0))
            continue
        drawn = random.integers(documents, size=(size, documents))
        drawn += np.arange(0, size * documents, documents)[:, None]
        counted = np.bincount(drawn.ravel(), minlength=drawn.size)
        yield counted.reshape(drawn.shape).astype(np.float64)


def weights(documents: int, resamples: int, seed: int) -> Floats:
    """The chunks of `draws` as one array: (resamples, documents)."""
    return np.concatenate([np.zeros((0, documents)), *draws(documents, resamples, seed)])


def bounds(values: Floats) -> tuple[Floats, Floats]:
    """Both ends of the middle 95 % along the first axis, which is the resamples.

    nan values, undefined in a resample, are left out; ends are nan where fewer than half of the
    resamples have a value. Quantiles as numpy's default (linear; Hyndman and Fan 1996, type 7).
    """
    ordered = np.sort(values, axis=0)  # nan goes last
    defined = (~np.isnan(ordered)).sum(0)
    enough = (defined > 0) & (defined >= DEFINED * len(values))
    tail = (1 - CONFIDENCE) / 2
    low, high = (_quantile(ordered, defined, enough, share) for share in (tail, 1 - tail))
    return low, high


def _quantile(
    ordered: Floats, defined: NDArray[np.intp], enough: NDArray[np.bool_], share: float
) -> Floats:
    if not len(ordered):
        return np.full(enough.shape, np.nan)
    place = np.maximum(defined - 1, 0) * share
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(defined - 1, 0))
    first = np.take_along_axis(ordered, below[None], 0)[0]
    second = np.take_along_axis(ordered, above[None], 0)[0]
    return np.where(enough, first + (second - first) * (place - below), np.nan)


def interval(values: Floats) -> tuple[float, float] | None:
    """The middle 95 % of the values of resamples, one measure's: `bounds` or None."""
    low, high = bounds(values)
    return None if np.isnan(low) else (float(low), float(high))
