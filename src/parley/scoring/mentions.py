"""Scores of mentions: counts of five metrics for each document and type, and every error.

strict   the same span and type; a prediction made twice is right once
exact    the same span, whatever the type
partial  a pair of the same span counts 1, one of spans that overlap 0.5, whatever the type
type     a pair of spans that overlap, of the same type
BIO      strict, on what IOB2 tags of the tokens can say (`parley.scoring.bio`)

The first four are the measures of SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013; MUC's partial
credit) over one alignment, `parley.scoring.spans`. Counts of types add up to the overall ones. For
exact and partial a pair may have two types: it counts for gold's in recall and for the predicted
one in precision.
"""

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np

from parley import ontology
from parley.predictions.inputs import LAYERS, Inputs
from parley.scoring.bio import flatten
from parley.scoring.errors import Error, Span
from parley.scoring.matching import Ints, among, pack
from parley.scoring.measure import Floats, Key, Measure
from parley.scoring.spans import (
    BOTH,
    BOUNDARY,
    EQUAL,
    PAIR_KINDS,
    TYPE,
    Alignment,
    Sides,
    Spans,
    align,
    read,
)

LAYER = "mentions"
METRICS = ("strict", "exact", "partial", "type", "BIO")
#: Metric -> what a pair of each kind (`PAIR_KINDS`) is worth.
_CREDIT = {
    "strict": {EQUAL: 1.0},
    "exact": {EQUAL: 1.0, TYPE: 1.0},
    "partial": {EQUAL: 1.0, TYPE: 1.0, BOUNDARY: 0.5, BOTH: 0.5},
    "type": {EQUAL: 1.0, BOUNDARY: 1.0},
}
_KINDS = (*PAIR_KINDS, "missing", "spurious", "duplicate")
_MISSING, _SPURIOUS, _DUPLICATE = range(len(PAIR_KINDS), len(_KINDS))


class ErrorList(Sequence[Error]):
    """Errors in text order, kept as columns: an `Error` is made when it is asked for."""

    def __init__(self, sides: Sides, kind: Ints, gold: Ints, predicted: Ints) -> None:
        """`gold` and `predicted` are positions in `sides`, -1 where a side has no part in it."""
        self._sides = sides
        self._kind, self._gold, self._predicted = kind, gold, predicted

    def __len__(self) -> int:
        return len(self._kind)

    @overload
    def __getitem__(self, at: int) -> Error: ...
    @overload
    def __getitem__(self, at: slice) -> "ErrorList": ...
    def __getitem__(self, at: int | slice) -> "Error | ErrorList":
        if isinstance(at, slice):
            return ErrorList(self._sides, self._kind[at], self._gold[at], self._predicted[at])
        at = range(len(self))[at]
        return next(iter(self[at : at + 1]))

    def __iter__(self) -> Iterator[Error]:
        gold = self._said(self._sides.gold, self._gold)
        predicted = self._said(self._sides.predicted, self._predicted)
        for kind, ours, theirs in zip(self._kind.tolist(), gold, predicted, strict=True):
            document = max(ours[0], theirs[0])
            yield Error(LAYER, _KINDS[kind], document, ours[1], theirs[1], ours[2], theirs[2])

    def _said(self, side: Spans, at: Ints) -> Iterator[tuple[int, tuple[Span, ...], str | None]]:
        """What one side has in each error: document, spans and label; -1 and nothing if no part."""
        columns = (side.document, side.start, side.end, side.label)
        rows = (column[at] if len(column) else at for column in columns)
        for there, document, start, end, label in zip(
            (at >= 0).tolist(), *(row.tolist() for row in rows), strict=True
        ):
            if there:
                yield document, ((start, end),), self._sides.labels[label]
            else:
                yield -1, (), None

    def counts(self) -> dict[str, int]:
        """Kind -> how many, without making a single one; every kind that can occur is named."""
        found = np.bincount(self._kind, minlength=len(_KINDS)).tolist()
        return {kind: found[at] for at, kind in enumerate(_KINDS) if at != EQUAL}


def score(inputs: Inputs, metrics: Sequence[str] = METRICS) -> tuple[list[Measure], ErrorList]:
    """Measures of `metrics`, each overall (label "") and for each type, and all errors.

    Types come in the order of the ontology, all of them, whether they occur or not. Every gold
    mention is right in `strict`, or in just one error (missing, or a pair); every predicted one
    likewise (spurious, duplicate, or a pair).
    """
    names = ontology.load().names("entity")
    sides = read(inputs.gold, inputs.predicted, LAYERS[LAYER], names)
    pairs = align(sides)
    gold, predicted = (
        _by_label(sides, side.document, side.label) for side in (sides.gold, sides.predicted)
    )
    found = []
    for metric in metrics:
        if metric == "BIO":
            formula, counts = "f1", _flat(sides, inputs.texts)
        else:
            worth = np.zeros(len(PAIR_KINDS))
            worth[list(_CREDIT[metric])] = list(_CREDIT[metric].values())
            credit = worth[pairs.kind]
            by_gold = _credited(sides, pairs, credit, by_gold=True)
            if metric in ("strict", "type"):
                formula, counts = "f1", np.stack([by_gold, predicted, gold], axis=-1)
            else:
                by_predicted = _credited(sides, pairs, credit, by_gold=False)
                formula = "prf"
                counts = np.stack([by_predicted, predicted, by_gold, gold], axis=-1)
        found.append(Measure(Key(LAYER, metric), formula, counts.sum(axis=1)))
        for code, label in enumerate(sides.labels):
            found.append(Measure(Key(LAYER, metric, label), formula, counts[:, code]))
    return found, _errors(sides, pairs)


def _by_label(sides: Sides, document: Ints, label: Ints, weights: Floats | None = None) -> Floats:
    """Documents × labels: how many there are, or the sum of their weights."""
    width = len(sides.labels)
    cells = np.bincount(document * width + label, weights, minlength=sides.documents * width)
    return cells.reshape(sides.documents, width).astype(np.float64, copy=False)


def _credited(sides: Sides, pairs: Alignment, credit: Floats, *, by_gold: bool) -> Floats:
    side, at = (sides.gold, pairs.gold) if by_gold else (sides.predicted, pairs.predicted)
    some = np.flatnonzero(credit)
    at = at[some]
    return _by_label(sides, side.document[at], side.label[at], credit[some])


def _flat(sides: Sides, texts: Sequence[str | None]) -> Floats:
    """The counts of BIO: documents × labels × (matched, predicted, gold)."""
    gold, predicted = flatten(sides, texts)
    keys = pack(*np.concatenate([gold, predicted]).T)
    one, two = keys[: len(gold)], keys[len(gold) :]
    # Tagged spans are disjoint, so there are no two of one key.
    matched = gold[among(one, np.sort(two))]
    return np.stack(
        [_by_label(sides, rows[:, 0], rows[:, 3]) for rows in (matched, predicted, gold)], axis=-1
    )


def _errors(sides: Sides, pairs: Alignment) -> ErrorList:
    gold, predicted = sides.gold, sides.predicted
    wrong = np.flatnonzero(pairs.kind != EQUAL)
    missing = np.delete(np.arange(len(gold)), pairs.gold)
    extra = np.delete(np.arange(len(predicted)), pairs.predicted)
    again = among(predicted.key[extra], predicted.key[np.sort(pairs.predicted)])
    kind = np.concatenate(
        [
            pairs.kind[wrong],
            np.full(len(missing), _MISSING),
            np.where(again, _DUPLICATE, _SPURIOUS),
        ]
    )
    one = np.concatenate([pairs.gold[wrong], missing, np.full(len(extra), -1)])
    two = np.concatenate([pairs.predicted[wrong], np.full(len(missing), -1), extra])
    keys = np.concatenate([gold.key[pairs.gold[wrong]], gold.key[missing], predicted.key[extra]])
    order = np.lexsort((kind, keys))
    return ErrorList(sides, kind[order], one[order], two[order])
