"""Gamma (Mathet, Widlöcher and Métivier 2015): spans and labels in one coefficient.

Computed by pygamma-agreement, which samples chance annotations: a Monte Carlo figure, so that its
spread over documents stands beside it. The package is optional.
"""

from importlib import import_module
from typing import Any

from parley.agreement.read import CannotCompareError, Round, shared_layers
from parley.document import Annotations
from parley.ontology import LAYERS

SAMPLES = 30
MISSING = (
    "--gamma needs the package pygamma-agreement, which is not installed; "
    "`pip install 'parley[gamma]'` adds it, or leave --gamma out"
)


def available() -> None:
    """Raises `CannotCompareError` where pygamma-agreement is not installed."""
    try:
        import_module("pygamma_agreement")
    except ImportError:
        raise CannotCompareError(MISSING) from None


def gamma(found: Round, seed: int) -> list[dict[str, Any]]:
    """Mean, least and greatest gamma over documents, for each pair of annotators and layer.

    An attribution's unit is its cue's whole extent, labelled by style. Documents in which one of
    the two marked nothing are left out: gamma is not defined there.
    """
    rows: list[dict[str, Any]] = []
    for a, b in found.pairs():
        ours, theirs = found.annotators[a], found.annotators[b]
        for layer in LAYERS:
            values = []
            for doc_id in sorted(ours.keys() & theirs.keys()):
                if layer in shared_layers(ours[doc_id], theirs[doc_id]):
                    sides = {
                        who: _units(done[doc_id], layer) for who, done in ((a, ours), (b, theirs))
                    }
                    if all(sides.values()):
                        values.append(_gamma(sides, seed))
            rows.append(
                {
                    "a": a,
                    "b": b,
                    "layer": layer,
                    "documents": len(values),
                    "mean": round(sum(values) / len(values), 4) if values else None,
                    "least": round(min(values), 4) if values else None,
                    "greatest": round(max(values), 4) if values else None,
                    "samples": SAMPLES,
                }
            )
    return rows


def _gamma(sides: dict[str, list[tuple[int, int, str]]], seed: int) -> float:
    import numpy as np

    # By name: they are no dependencies, and have no types.
    package, core = import_module("pygamma_agreement"), import_module("pyannote.core")
    continuum = package.Continuum()
    for who, units in sides.items():
        for start, end, label in units:
            continuum.add(who, core.Segment(start, end), label)
    # The package draws from numpy's global state.
    np.random.seed(seed)
    measure = package.CombinedCategoricalDissimilarity(delta_empty=1.0, alpha=3.0, beta=1.0)
    return float(continuum.compute_gamma(measure, n_samples=SAMPLES).gamma)


def _units(annotations: Annotations, layer: str) -> list[tuple[int, int, str]]:
    if layer == "entity":
        return [(item.start, item.end, item.type) for item in annotations.mentions]
    if layer == "event":
        return [(item.start, item.end, item.type) for item in annotations.events]
    if layer == "stance":
        return [(item.start, item.end, item.label) for item in annotations.stances]
    return [
        (min(start for start, _ in item.cue), max(end for _, end in item.cue), item.style)
        for item in annotations.attributions
    ]
