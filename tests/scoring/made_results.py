"""Results of systems that nobody ran: counts drawn at random, as scorers give them."""

from collections.abc import Mapping, Sequence

import numpy as np

from parley.scoring.measure import Floats, Key, Measure
from parley.scoring.result import HEADLINE, LayerResult, Result, scores
from parley.scoring.signature import Signature


def counts(documents: int, skill: float, seed: int, golds: int = 12) -> Floats:
    """Matched, predicted and gold of `documents`; gold is the same whatever `skill` and `seed`."""
    gold = np.random.default_rng(99).integers(1, golds, documents)
    random = np.random.default_rng(seed)
    matched = random.binomial(gold, skill)
    predicted = matched + random.binomial(gold, 1 - skill)
    return np.stack([matched, predicted, gold], axis=1).astype(np.float64)


def signature(documents: int, layers: Sequence[str] = ("mentions",)) -> Signature:
    """A signature of a corpus that is not there."""
    return Signature("made/1", "0" * 16, "test", tuple(layers), documents, 100, 0)


def result(
    system: str,
    layers: Mapping[str, Floats],
    *,
    doc_ids: Sequence[str] | None = None,
    missing: Sequence[str] = (),
    partial: Mapping[str, Sequence[str]] | None = None,
) -> Result:
    """A result whose headline metrics all have the same counts (formula f1) in a layer."""
    found = {}
    for layer, rows in layers.items():
        ids = doc_ids or [f"d{row}" for row in range(len(rows))]
        measures = [Measure(Key(layer, metric), "f1", rows) for metric in HEADLINE[layer]]
        found[layer] = LayerResult(layer, ids, measures, [])
    documents = max((len(layer.doc_ids) for layer in found.values()), default=0)
    return Result(
        system=system,
        signature=signature(documents),
        layers=found,
        scores=[score for layer in found.values() for score in scores(layer)],
        missing=list(missing),
        partial={layer: list(ids) for layer, ids in (partial or {}).items()},
    )
