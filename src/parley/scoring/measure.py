"""A measure: counts for each document, and the formula that makes precision, recall and F1 of them.

Counts add up over documents, so the value of a whole split, of a resample of it and of one document
are the same function of different sums; a bootstrap is a matrix product.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which measure: layer, metric (`strict`, `Arg-C+`, `source overlap`, …), and a label or ""."""

    layer: str
    metric: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts of one measure: `counts` is documents × columns of its formula.

    Formulas (`FORMULAS`) and their columns:
    f1        matched, predicted, gold
    prf       precision's numerator and denominator, recall's numerator and denominator
    mean_f1   f1's three columns for each class, one class after the other
    mean_prf  prf's four columns for each part
    """

    key: Key
    formula: str
    counts: Floats

    def values(self, sums: Floats) -> Floats:
        """(precision, recall, f1) for each sum of rows: shape (..., columns) to (..., 3).

        nan where there is neither gold nor a prediction: nothing to find, and nothing claimed.
        """
        return FORMULAS[self.formula](sums)


def _prf(sums: Floats) -> Floats:
    right, predicted, found, gold = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(predicted > 0, right / predicted, 0.0)
        recall = np.where(gold > 0, found / gold, 0.0)
        total = precision + recall
        f1 = np.where(total > 0, 2 * precision * recall / total, 0.0)
    values: Floats = np.stack([precision, recall, f1], axis=-1)
    # Rounding alone may carry a sum of quotients a hair above its denominator.
    values = np.minimum(values, 1.0)
    values[(predicted <= 0) & (gold <= 0)] = np.nan
    return values


def _f1(sums: Floats) -> Floats:
    matched, predicted, gold = np.moveaxis(sums, -1, 0)
    return _prf(np.stack([matched, predicted, matched, gold], axis=-1))


def _mean(part: Callable[[Floats], Floats], width: int) -> Callable[[Floats], Floats]:
    """The mean over parts; a part with neither gold nor predictions is left out of it."""

    def values(sums: Floats) -> Floats:
        parts = part(sums.reshape(*sums.shape[:-1], -1, width))
        defined = ~np.isnan(parts)
        count = defined.sum(-2)
        total = np.where(defined, parts, 0.0).sum(-2)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean: Floats = np.where(count > 0, total / count, np.nan)
            return mean

    return values


FORMULAS: Mapping[str, Callable[[Floats], Floats]] = {
    "f1": _f1,
    "prf": _prf,
    "mean_f1": _mean(_f1, 3),
    "mean_prf": _mean(_prf, 4),
}
