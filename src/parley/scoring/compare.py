"""Whether one system is better than another on the same documents, or whether it only looks so.

The test is paired approximate randomisation (Noreen 1989; Yeh 2000, "More accurate tests for the
statistical significance of result differences"): if the systems did not differ, their predictions
on any document could be swapped. Over swaps of random documents, p is the share of those whose
difference in F1 is at least the one seen, whichever system leads: (c + 1) / (resamples + 1), or,
where all swaps of n documents are no more than the resamples, c of all 2^n. Intervals of the
difference are percentile bootstrap. p values of all pairs of systems are corrected for each metric
after Holm (1979). scipy.stats.permutation_test (permutation_type="samples") is the same test.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from parley.agreement.text import figure, many, printable, table
from parley.bootstrap import bounds, draws
from parley.incidents import nearest, say
from parley.scoring.measure import Floats, Measure
from parley.scoring.resample import Stack
from parley.scoring.result import HEADLINE, Result
from parley.scoring.signature import comparable

FORMAT = "parley-comparison/1"
#: A corrected p of no more than this tells two systems apart.
ALPHA = 0.05
#: Differences this close are equal: F1 of the same sums in another order.
_EQUAL = 1e-12
_CELLS = 2**20


class CannotCompareError(Exception):
    """Nothing to compare; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Paired:
    """One measure of two systems: F1 of each, the 95 % interval of first - second, and p.

    `low` and `high` are None where fewer than two documents count, or most resamples have no value.
    """

    first: float
    second: float
    low: float | None
    high: float | None
    p: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Two systems on one metric: `difference` is F1 of `a` minus F1 of `b`.

    `documents` were compared (stories in the layer `cross-document`); `p_corrected` is Holm's over
    the `family` pairs of systems of this metric; `better` names the system that is, or is None
    where the two can't be told apart.
    """

    layer: str
    metric: str
    a: str
    b: str
    documents: int
    f1_a: float
    f1_b: float
    difference: float
    low: float | None
    high: float | None
    p: float
    exact: bool
    p_corrected: float
    family: int
    better: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All pairs of systems; `notes` say what was left out and what the figures cannot show.

    `signature` is the part of the results' signatures that all share.
    """

    systems: list[str]
    signature: str
    resamples: int
    seed: int
    differences: list[Difference]
    notes: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form (`parley-comparison/1`)."""
        return {
            "format": FORMAT,
            "systems": self.systems,
            "signature": self.signature,
            "resamples": self.resamples,
            "seed": self.seed,
            "alpha": ALPHA,
            "correction": "Holm over the pairs of systems of each metric",
            "differences": [asdict(item) for item in self.differences],
            "notes": self.notes,
        }


def exact(documents: int, resamples: int) -> bool:
    """Whether all swaps of the documents are tried, not random ones."""
    return 1 << documents <= resamples


def least_p(documents: int, resamples: int) -> float:
    """The least p that the test can give: no swap but the one seen and its mirror reaches it."""
    swapped: float = 2.0 ** -min(max(documents - 1, 0), 1000)
    return swapped if exact(documents, resamples) else max(swapped, 1 / (resamples + 1))


def holm(values: Sequence[float]) -> list[float]:
    """Holm's step-down corrected p values, in the order given."""
    found = [0.0] * len(values)
    before = 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        before = max(before, min(1.0, (len(values) - rank) * values[place]))
        found[place] = before
    return found


def paired(
    systems: Sequence[Sequence[Measure]], resamples: int, seed: int
) -> dict[tuple[int, int], list[Paired]]:
    """Every pair of systems (places i < j), measure by measure.

    All systems have the same measures over the same documents, in one order. A value that is
    undefined (neither gold nor predictions) counts as 1 in the test, as in a result, and is left
    out of intervals.
    """
    stacks = [Stack(measures) for measures in systems]
    pairs = list(combinations(range(len(systems)), 2))
    documents = len(systems[0][0].counts)
    whole = [_f1(stack, np.ones((1, documents)))[0] for stack in stacks]
    seen = {(i, j): np.abs(_shown(whole[i]) - _shown(whole[j])) for i, j in pairs}
    reached = {pair: np.zeros(len(systems[0]), dtype=np.int64) for pair in pairs}
    for swapped in _swaps(documents, resamples, seed):
        # Kept and swapped parts apart: sums of counts only, so that what is 0 stays 0.
        kept = [stack.sums(1 - swapped) for stack in stacks]
        moved = [stack.sums(swapped) for stack in stacks]
        for i, j in pairs:
            first, second = (
                stacks[one].values([x + y for x, y in zip(kept[one], moved[other], strict=True)])
                for one, other in ((i, j), (j, i))
            )
            gap = np.abs(_shown(first[..., 2]) - _shown(second[..., 2]))
            reached[i, j] += (gap >= seen[i, j] - _EQUAL).sum(0)
    added = 0 if exact(documents, resamples) else 1
    tried = 2**documents if exact(documents, resamples) else resamples
    ends = _intervals(stacks, pairs, documents, resamples, seed)
    counting = [
        np.array([(measure.counts != 0).any(1) for measure in measures]) for measures in systems
    ]
    found = {}
    for i, j in pairs:
        varies = (counting[i] | counting[j]).sum(1) >= 2
        low, high = (np.where(varies, end, np.nan) for end in ends[i, j])
        found[i, j] = [
            Paired(
                first=float(_shown(whole[i])[place]),
                second=float(_shown(whole[j])[place]),
                low=None if np.isnan(low[place]) else float(low[place]),
                high=None if np.isnan(high[place]) else float(high[place]),
                p=(int(reached[i, j][place]) + added) / (tried + added),
            )
            for place in range(len(systems[0]))
        ]
    return found


def _intervals(
    stacks: Sequence[Stack],
    pairs: Sequence[tuple[int, int]],
    documents: int,
    resamples: int,
    seed: int,
) -> dict[tuple[int, int], tuple[Floats, Floats]]:
    chunks: list[list[Floats]] = [[np.zeros((0, stack.size))] for stack in stacks]
    for weights in draws(documents, resamples, seed):
        for place, stack in enumerate(stacks):
            chunks[place].append(_f1(stack, weights))
    values = [np.concatenate(found) for found in chunks]
    return {(i, j): bounds(values[i] - values[j]) for i, j in pairs}


def _f1(stack: Stack, weights: Floats) -> Floats:
    return stack.values(stack.sums(weights))[..., 2]


def _shown(values: Floats) -> Floats:
    return np.where(np.isnan(values), 1.0, values)


def _swaps(documents: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Which documents are swapped, 0 or 1, in chunks: (swaps, documents)."""
    if exact(documents, resamples):
        bits = np.arange(2**documents)[:, None] >> np.arange(documents)
        yield (bits & 1).astype(np.float64)
        return
    random = np.random.default_rng(seed)
    rows = max(1, _CELLS // documents)
    for at in range(0, resamples, rows):
        size = min(rows, resamples - at)
        octets = random.integers(256, size=(size, -(-documents // 8)), dtype=np.uint8)
        yield np.unpackbits(octets, axis=1, count=documents).astype(np.float64)


def compare(
    results: Sequence[Result],
    *,
    metrics: Sequence[str] = (),
    layers: Sequence[str] = (),
    resamples: int = 10_000,
    seed: int = 0,
) -> Comparison:
    """All pairs of systems on the headline metrics (or `metrics`) of the layers that they share.

    A layer is compared between the systems that predicted it, on the documents that each of them
    predicted. Raises `CannotCompareError` where nothing is left, a name is unknown, or results are
    not under one signature.
    """
    names = distinct([result.system for result in results])
    _known(results, metrics, layers)
    for name, result in zip(names, results, strict=True):
        unlike = [x for x in comparable(results[0].signature, result.signature) if x != "layers"]
        if unlike:
            raise CannotCompareError(
                f"{names[0]} and {name} are not comparable; their signatures differ in "
                f"{', '.join(unlike)}: {results[0].signature} against {result.signature}"
            )
    notes: list[str] = []
    found: list[Difference] = []
    for layer in layers or HEADLINE:
        having = [place for place, result in enumerate(results) if layer in result.layers]
        without = [name for place, name in enumerate(names) if place not in having]
        if having and without:
            notes.append(f"{layer}: not predicted by {', '.join(without)}")
        if len(having) < 2:
            continue
        chosen = [results[place] for place in having]
        doc_ids = _common(chosen, layer, notes)
        for metric in metrics or HEADLINE[layer]:
            measures = [_measure(result, layer, metric, doc_ids) for result in chosen]
            given = [measure for measure in measures if measure is not None]
            if len(given) < len(measures) or not doc_ids:
                continue
            found += differences([names[place] for place in having], given, resamples, seed)
    if not found:
        raise CannotCompareError(
            "no layer and metric that two of the systems predicted on the same documents"
            + "".join(f"; {note}" for note in notes)
        )
    return Comparison(
        names,
        results[0].signature.shared(),
        resamples,
        seed,
        found,
        [*notes, *_limits(found, resamples)],
    )


def differences(
    names: Sequence[str], measures: Sequence[Measure], resamples: int, seed: int
) -> list[Difference]:
    """Every pair of systems on one measure: `measures` has one a system, over the same documents.

    The pairs are one family for Holm's correction. Raises `CannotCompareError` where the measures
    are not of one kind.
    """
    kinds = {(item.key, item.formula, item.counts.shape) for item in measures}
    if len(kinds) > 1:
        key = measures[0].key
        raise CannotCompareError(
            f"{key.layer}, {key.metric}: the systems' counts differ in kind or number "
            f"({', '.join(f'{formula} {shape}' for _, formula, shape in sorted(kinds))}); score "
            "them with the same version on the same data"
        )
    tests = paired([[measure] for measure in measures], resamples, seed)
    corrected = holm([found[0].p for found in tests.values()])
    documents = len(measures[0].counts)
    made = []
    for ((i, j), (test,)), p_corrected in zip(tests.items(), corrected, strict=True):
        better = None
        if p_corrected <= ALPHA:
            better = names[i] if test.first > test.second else names[j]
        made.append(
            Difference(
                layer=measures[0].key.layer,
                metric=measures[0].key.metric,
                a=names[i],
                b=names[j],
                documents=documents,
                f1_a=test.first,
                f1_b=test.second,
                difference=test.first - test.second,
                low=test.low,
                high=test.high,
                p=test.p,
                exact=exact(documents, resamples),
                p_corrected=p_corrected,
                family=len(tests),
                better=better,
            )
        )
    return made


def distinct(names: Sequence[str]) -> list[str]:
    """The names, numbered where one is given more than once: `crf`, `crf (2)`."""
    found: list[str] = []
    for name in names:
        number, made = 1, name
        while made in found:
            number += 1
            made = f"{name} ({number})"
        found.append(made)
    return found


def _known(results: Sequence[Result], metrics: Sequence[str], layers: Sequence[str]) -> None:
    """Raises `CannotCompareError` on a layer or metric that no result has."""
    faults = []
    scored = [layer for layer in HEADLINE if any(layer in result.layers for result in results)]
    for layer in layers:
        if layer not in scored:
            faults.append(_no("layer", layer, scored))
    valid = dict.fromkeys(
        measure.key.metric
        for result in results
        for layer in result.layers.values()
        for measure in layer.measures
        if not measure.key.label and layer.layer in (layers or scored)
    )
    for metric in metrics:
        if metric not in valid:
            faults.append(_no("metric", metric, list(valid)))
    if faults:
        raise CannotCompareError("; ".join(faults))


def _no(what: str, name: str, valid: Sequence[str]) -> str:
    return say(
        f"no such {what} in these results",
        got=name,
        expected=", ".join(valid) or "none: nothing is scored",
        nearest=nearest(name, valid),
    )


def _common(results: Sequence[Result], layer: str, notes: list[str]) -> list[str]:
    """The documents that every result has and predicted, in the first one's order."""
    common = set.intersection(*(set(result.layers[layer].doc_ids) for result in results))
    predicted = common - {
        doc_id for result in results for doc_id in (*result.missing, *result.partial.get(layer, ()))
    }
    some = {doc_id for result in results for doc_id in result.layers[layer].doc_ids}
    if len(predicted) < len(some):
        notes.append(
            f"{layer}: {many(len(some) - len(predicted), 'document')} of {len(some):,} left out, "
            "not predicted by every system"
        )
    return [doc_id for doc_id in results[0].layers[layer].doc_ids if doc_id in predicted]


def _measure(result: Result, layer: str, metric: str, doc_ids: Sequence[str]) -> Measure | None:
    found = result.layers[layer].measure(metric)
    if found is None:
        return None
    rows = {doc_id: row for row, doc_id in enumerate(result.layers[layer].doc_ids)}
    return Measure(found.key, found.formula, found.counts[[rows[doc_id] for doc_id in doc_ids]])


def _limits(found: Sequence[Difference], resamples: int) -> list[str]:
    """What the numbers of documents and of resamples keep the test from showing."""
    notes = []
    layers: dict[tuple[str, int, int], dict[str, None]] = {}
    for item in found:
        words = counted(item.documents, item.layer)
        layers.setdefault((words, item.documents, item.family), {})[item.layer] = None
    for (words, documents, family), of in layers.items():
        least = least_p(documents, resamples)
        if least * family > ALPHA:
            floor = f"1/2^{documents - 1} = " if least == 2.0 ** (1 - documents) else ""
            times = f", {family * least:.4f} corrected for {family} pairs" if family > 1 else ""
            notes.append(
                f"{', '.join(of)}: with {words} p cannot go under {floor}{least:.4f}{times}: "
                f"no difference could be told from chance at {ALPHA}"
            )
    return notes


def counted(number: int, layer: str) -> str:
    """A layer's number of rows in words: `6 documents`, `3 stories`."""
    if layer == "cross-document":
        return f"{number:,} {'story' if number == 1 else 'stories'}"
    return many(number, "document")


def verdict(found: Difference) -> str:
    """Which system is better, in words."""
    return "can't be told apart" if found.better is None else f"{printable(found.better)} better"


def signed(value: float) -> str:
    """A difference to three places, with its sign."""
    return f"{value:+.3f}".replace("-0.000", "+0.000")


def render(found: Comparison) -> str:
    """The comparison as text: a table for each metric, then notes."""
    lines = [
        f"comparison of {', '.join(map(printable, found.systems))}",
        printable(found.signature),
        "difference: F1 of A minus F1 of B; 95 %: percentile bootstrap over documents, "
        f"{many(found.resamples, 'resample')}, seed {found.seed}",
        f"p: paired randomisation over documents, two-sided; systems are told apart at {ALPHA}",
    ]
    if len(found.systems) > 2:
        lines.append("corrected: Holm's p; the family is the pairs of systems of each metric")
    lines.append("")
    groups: dict[tuple[str, str], list[Difference]] = {}
    for item in found.differences:
        groups.setdefault((item.layer, item.metric), []).append(item)
    for (layer, metric), items in groups.items():
        one = items[0]
        swaps = f"all {2**one.documents:,} swaps" if one.exact else f"{found.resamples:,} swaps"
        lines.append(f"{layer}, {metric}: n = {counted(one.documents, layer)}, {swaps}")
        heads = ["  A", "B", "F1 A", "F1 B", "difference", "95 %", "p", "corrected", ""]
        rows = [heads, *map(_row, items)]
        if one.family == 1:
            rows = [[*row[:7], row[8]] for row in rows]
        lines += [*table(rows), ""]
    lines += [f"note: {printable(note)}" for note in found.notes]
    while not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _row(item: Difference) -> list[str]:
    return [
        f"  {printable(item.a)}",
        printable(item.b),
        figure(item.f1_a),
        figure(item.f1_b),
        signed(item.difference),
        "" if item.low is None else f"[{signed(item.low)}, {signed(item.high or 0.0)}]",
        f"{item.p:.4f}",
        f"{item.p_corrected:.4f}",
        verdict(item),
    ]
