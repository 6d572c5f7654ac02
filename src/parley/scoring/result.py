"""What scoring gives: a figure for every measure, the errors, and the counts behind them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.scoring.errors import Error
from parley.scoring.measure import Measure
from parley.scoring.signature import Signature

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "parley-score/1"

#: Layer -> its headline metrics, the first of which ranks systems.
HEADLINE: Mapping[str, tuple[str, ...]] = {
    "mentions": ("strict",),
    "events": ("Arg-C+", "Tri-C"),
    "attributions": ("whole", "content overlap"),
    "stances": ("joint", "F_avg"),
    "coreference": ("average",),
    "cross-document": ("average",),
}


@dataclass(frozen=True, slots=True)
class Score:
    """One line of a table: a metric over all labels (label "") or for one of them.

    `matched`, `predicted` and `gold` are counts where the metric is of counts, else None (means of
    other figures); a matched count may be a sum of overlaps. `low` and `high` bound F1: 95 %, by
    bootstrap over `documents` (stories in the layer `cross-document`); None without resampling or
    where the figure is undefined in most resamples.
    """

    layer: str
    metric: str
    label: str
    precision: float
    recall: float
    f1: float
    matched: float | None
    predicted: float | None
    gold: float | None
    documents: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class LayerResult:
    """One layer: the documents it was scored on, counts for each of them, errors.

    `doc_ids` are story ids in the layer `cross-document`, the unit of its resampling.
    """

    layer: str
    doc_ids: Sequence[str]
    measures: Sequence[Measure]
    errors: Sequence[Error]

    def measure(self, metric: str, label: str = "") -> Measure | None:
        """The measure of that name, if the layer has it."""
        for item in self.measures:
            if (item.key.metric, item.key.label) == (metric, label):
                return item
        return None

    def kinds(self) -> dict[str, int]:
        """How many errors of each kind, those that occur."""
        return dict(sorted(Counter(error.kind for error in self.errors).items()))


@dataclass(frozen=True, slots=True)
class Result:
    """A system's scores on a split.

    `missing` documents had no line in the predictions and `partial` ones (layer -> documents)
    lacked that layer: both count as nothing predicted. `ignored` lines were of documents outside
    the gold. `not_predicted` layers were nowhere predicted, so they are not scored.
    """

    system: str
    signature: Signature
    layers: dict[str, LayerResult]
    scores: list[Score]
    missing: list[str] = field(default_factory=list)
    partial: dict[str, list[str]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    not_predicted: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: tuple[str, str] | tuple[str, str, str]) -> Score:
        """`result["mentions", "strict"]`, or with a label. Raises `KeyError` where it has none."""
        layer, metric, label = (*name, "") if len(name) == 2 else name
        for item in self.scores:
            if (item.layer, item.metric, item.label) == (layer, metric, label):
                return item
        raise KeyError(name)

    def frame(self) -> "pd.DataFrame":
        """One row a score, with the columns of `Score`."""
        import pandas as pd

        return pd.DataFrame([asdict(item) for item in self.scores])

    def to_dict(self) -> dict[str, Any]:
        """The JSON form (`parley-score/1`), with the headline counts that paired tests need."""
        return {
            "format": FORMAT,
            "system": self.system,
            "signature": str(self.signature),
            "missing": self.missing,
            "partial": self.partial,
            "ignored": self.ignored,
            "not_predicted": self.not_predicted,
            "details": self.details,
            "scores": [asdict(item) for item in self.scores],
            "errors": {name: layer.kinds() for name, layer in self.layers.items()},
            "counts": {name: _counts(layer) for name, layer in self.layers.items()},
        }


def scores(
    layer: LayerResult, intervals: Sequence[tuple[float, float] | None] | None = None
) -> list[Score]:
    """The figures of every measure of a layer; `intervals` bound F1, one a measure.

    With neither gold nor predictions every figure is 1: nothing to find, and nothing claimed.
    """
    bounds = intervals or [None] * len(layer.measures)
    return [
        _score(item, len(layer.doc_ids), bound)
        for item, bound in zip(layer.measures, bounds, strict=True)
    ]


def _score(measure: Measure, documents: int, bound: tuple[float, float] | None) -> Score:
    sums = measure.counts.sum(axis=0)
    values = [1.0 if np.isnan(value) else float(value) for value in measure.values(sums)]
    counts: tuple[float | None, float | None, float | None] = (None, None, None)
    if measure.formula == "f1":
        counts = (_number(sums[0]), _number(sums[1]), _number(sums[2]))
    elif measure.formula == "prf":
        counts = (None, _number(sums[1]), _number(sums[3]))
    low, high = bound or (None, None)
    return Score(
        measure.key.layer,
        measure.key.metric,
        measure.key.label,
        values[0],
        values[1],
        values[2],
        counts[0],
        counts[1],
        counts[2],
        documents,
        low,
        high,
    )


def _number(value: Any) -> float:
    """A count; whole numbers as such, so that JSON and tables show no `.0`."""
    number = float(value)
    return int(number) if number.is_integer() else number


def _counts(layer: LayerResult) -> dict[str, Any]:
    found: dict[str, Any] = {"doc_ids": list(layer.doc_ids)}
    for metric in HEADLINE[layer.layer]:
        measure = layer.measure(metric)
        if measure is not None:
            rows = [[_number(value) for value in row] for row in measure.counts]
            found[metric] = {"formula": measure.formula, "counts": rows}
    return found
