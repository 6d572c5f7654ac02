"""Intervals of every layer and type: Parley's bootstrap and scipy.stats.bootstrap, in one run.

Both draw documents with replacement and take the percentile interval of F1 of every measure: scipy
in one vectorised call over an array of all of them (`paired`, batches that fit into memory). The
ends of the intervals must agree but for the draw. Counts are made up: a type is in a share of the
documents, gold is Poisson, matches and spurious predictions binomial. Prints JSON; Parley's seconds
are the median of the rounds, scipy's of one; the processor's seconds are over all threads.

    python scripts/bench/score_resampling.py [--documents 10000] [--measures 65] [--rounds 3]
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import numpy as np
import scipy
import scipy.stats

from parley.scoring.measure import Floats, Key, Measure
from parley.scoring.resample import Interval, intervals

#: Layers and their share of the measures: totals, types and roles of each.
LAYERS = {"mentions": 0.4, "events": 0.4, "attributions": 0.12, "stances": 0.08}


def sample(documents: int, measures: int, seed: int) -> list[Measure]:
    """Measures of formula f1."""
    random = np.random.default_rng(seed)
    names = [name for name, share in LAYERS.items() for _ in range(round(share * measures))]
    made = []
    for number, layer in enumerate(names):
        there = random.random(documents) < random.uniform(0.05, 1)
        gold = random.poisson(2.5, documents) * there
        matched = random.binomial(gold, random.uniform(0.4, 0.95))
        predicted = matched + random.binomial(gold, 0.3)
        counts = np.stack([matched, predicted, gold], axis=1).astype(np.float64)
        made.append(Measure(Key(layer, "strict", f"type {number}"), "f1", counts))
    return made


def timed(work: Callable[[], Any], rounds: int) -> tuple[float, float, Any]:
    """(median seconds, median seconds of the processor, what the last round gave)."""
    seconds, processor = [], []
    for _ in range(rounds):
        start, busy = time.perf_counter(), time.process_time()
        found = work()
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return statistics.median(seconds), statistics.median(processor), found


def f1(matched: Floats, predicted: Floats, gold: Floats, axis: int = -1) -> Floats:
    """F1 of sums along an axis: the statistic, as scipy wants it."""
    right, claimed, wanted = (part.sum(axis=axis) for part in (matched, predicted, gold))
    return np.asarray(2 * right / (claimed + wanted))


def peer(measures: list[Measure], resamples: int, seed: int, batch: int) -> list[Interval]:
    """Intervals by scipy."""
    stacked = np.stack([measure.counts for measure in measures])
    found = scipy.stats.bootstrap(
        tuple(np.ascontiguousarray(stacked[..., column]) for column in range(3)),
        f1,
        n_resamples=resamples,
        batch=batch,
        paired=True,
        vectorized=True,
        axis=-1,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return [(float(low), float(high)) for low, high in zip(found.low, found.high, strict=True)]


def measure(documents: int, measures: int, resamples: int, rounds: int, batch: int) -> Any:
    """Both ways on the same counts."""
    made = sample(documents, measures, seed=0)
    ours, our_processor, found = timed(lambda: intervals(made, resamples, 1), rounds)
    theirs, their_processor, expected = timed(lambda: peer(made, resamples, 2, batch), 1)
    # In widths of an interval, which is 3.92 standard errors: an end is the 2.5 % quantile, whose
    # own error is 2.67 / sqrt(resamples) standard errors; of two draws, sqrt(2) times that.
    error = 2.67 / 3.92 * (2 / resamples) ** 0.5
    apart = [
        abs(one - other) / (high - low)
        for (low, high), given in zip(expected, found, strict=True)
        for one, other in zip((low, high), given, strict=True)
    ]
    if max(apart) > 5 * error:
        raise SystemExit(f"the intervals differ by more than the draw: {max(apart):.3f} widths")
    return {
        "documents": documents,
        "measures": len(made),
        "columns": sum(item.counts.shape[1] for item in made),
        "resamples": resamples,
        "parley_seconds": round(ours, 3),
        "parley_processor_seconds": round(our_processor, 3),
        "scipy_seconds": round(theirs, 3),
        "scipy_processor_seconds": round(their_processor, 3),
        "ratio": round(theirs / ours, 1),
        "ends_apart_in_widths": {
            "mean": round(statistics.mean(apart), 4),
            "greatest": round(max(apart), 4),
            "standard_error_of_the_draw": round(error, 4),
        },
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
    }


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--measures", type=int, default=65)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=4, help="resamples at once, for scipy")
    args = parser.parse_args()
    figures = measure(args.documents, args.measures, args.resamples, args.rounds, args.batch)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
