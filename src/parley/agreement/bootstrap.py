"""Percentile bootstrap over documents (Efron and Tibshirani 1993, chapter 13).

Documents, not spans, are drawn with replacement: what stands in one article hangs together.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
#: Of the resamples, the least share that must give a value for an interval to be stated.
DEFINED = 0.5


def weights(documents: int, resamples: int, seed: int) -> Floats:
    """How often each document is drawn in each resample: (resamples, documents).

    Sums of counts over resamples are then one product: `weights @ counts`.
    """
    if documents == 0 or resamples == 0:
        return np.zeros((resamples, documents))
    random = np.random.default_rng(seed)
    even = np.full(documents, 1 / documents)
    return random.multinomial(documents, even, size=resamples).astype(np.float64)


def interval(values: Floats) -> tuple[float, float] | None:
    """The middle 95 % of the values of resamples; nan ones, where a value is undefined, left out.

    None where fewer than half of the resamples have a value.
    """
    defined = values[~np.isnan(values)]
    if defined.size == 0 or defined.size < DEFINED * values.size:
        return None
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(defined, (tail, 1 - tail))
    return float(low), float(high)
