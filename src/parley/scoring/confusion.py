"""Which label was taken for which: gold labels against predicted ones, and what became of each.

A matrix counts pairs of one gold and one predicted item: strict matches, and errors that have both
sides. What has no partner stands in the last row or column. A pair whose edges differ under the
right label is on the diagonal, as the label is not what is wrong with it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from parley.scoring.errors import KINDS, Error
from parley.scoring.measure import Measure
from parley.scoring.result import LayerResult, Result

#: What is counted -> its layer and the strict metric whose matches are on the diagonal.
ABOUT = {
    "mentions": ("mentions", "strict"),
    "triggers": ("events", "Tri-C"),
    "arguments": ("events", "Arg-C+"),
    "attributions": ("attributions", "whole"),
    "stances": ("stances", "joint"),
}
#: The name of the last row and column.
NOTHING = "nothing"
MATCHED = "matched"


@dataclass(frozen=True, slots=True)
class Confusion:
    """`cells[g][p]` pairs of gold label `labels[g]` and predicted label `labels[p]`.

    The last row and column are `NOTHING`: spurious, and missing. `edges` of the pairs on the
    diagonal are not strict matches: their spans differ, or an argument's trigger. Duplicates count
    as spurious where they cost precision.
    """

    layer: str
    about: str
    labels: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    edges: int


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the items of one label: `gold` and `predicted` are kind -> count.

    Kinds are `MATCHED` and those of `errors.KINDS`; each side adds up to its number of items.
    """

    layer: str
    about: str
    label: str
    gold: dict[str, int]
    predicted: dict[str, int]


def about(error: Error) -> str:
    """What an error is about: a key of `ABOUT`. An argument's label is `TYPE.role`."""
    if error.layer != "events":
        return error.layer
    label = error.gold_label or error.predicted_label or ""
    return "arguments" if "." in label else "triggers"


def counts(error: Error) -> bool:
    """Whether the error costs anything: repeats do so only where the metric's items are no set."""
    return error.kind != "duplicate" or error.layer not in ("events", "stances")


def plain(label: str | None) -> str | None:
    """The label that confusions count: the role of `TYPE.role`, else the label itself."""
    return None if label is None else label.rpartition(".")[2]


def confusions(result: Result) -> list[Confusion]:
    """A matrix for mention types, trigger types, argument roles and stances, where scored."""
    found = []
    for name, (layer, metric) in ABOUT.items():
        if name == "attributions" or layer not in result.layers:
            continue
        scored = result.layers[layer]
        pairs: Counter[tuple[str, str]] = Counter()
        edges = 0
        for label, count in _matched(scored.measures, layer, metric).items():
            pairs[label, label] += count
        for error in scored.errors:
            if about(error) == name and counts(error):
                gold = (plain(error.gold_label) if error.gold else None) or NOTHING
                predicted = (plain(error.predicted_label) if error.predicted else None) or NOTHING
                pairs[gold, predicted] += 1
                edges += gold == predicted
        if pairs:
            found.append(_matrix(layer, name, pairs, edges))
    return found


def _matched(measures: Iterable[Measure], layer: str, metric: str) -> dict[str, int]:
    """Strict matches of each label that has any."""
    return {
        measure.key.label: count
        for measure in measures
        if (measure.key.layer, measure.key.metric) == (layer, metric) and measure.key.label
        if (count := round(float(measure.counts[:, 0].sum())))
    }


def _matrix(layer: str, name: str, pairs: Counter[tuple[str, str]], edges: int) -> Confusion:
    weight: Counter[str] = Counter()
    for (gold, predicted), count in pairs.items():
        weight[gold] += count
        weight[predicted] += count
    del weight[NOTHING]
    labels = (*sorted(weight, key=lambda label: (-weight[label], label)), NOTHING)
    cells = tuple(tuple(pairs[gold, predicted] for predicted in labels) for gold in labels)
    return Confusion(layer, name, labels, cells, edges)


def fates(result: Result) -> list[Fates]:
    """For each label of each layer, what became of its gold items and what its predictions were.

    The label "" is all of them together, and comes first. Attributions have that one alone: in a
    pair several parts may differ, and the pair counts as `boundary` once.
    """
    found = []
    for name, (layer, metric) in ABOUT.items():
        scored = result.layers.get(layer)
        if scored is None:
            continue
        if name == "attributions":
            found += _attributions(scored, metric)
            continue
        gold: dict[str, Counter[str]] = defaultdict(Counter)
        predicted: dict[str, Counter[str]] = defaultdict(Counter)
        for label, count in _matched(scored.measures, layer, metric).items():
            gold[label][MATCHED] += count
            predicted[label][MATCHED] += count
        for error in scored.errors:
            if about(error) == name and counts(error):
                if error.gold:
                    gold[plain(error.gold_label) or ""][error.kind] += 1
                if error.predicted:
                    predicted[plain(error.predicted_label) or ""][error.kind] += 1
        totals = [sum(side.values(), Counter[str]()) for side in (gold, predicted)]
        found.append(Fates(layer, name, "", *map(_in_order, totals)))
        for label in sorted({*gold, *predicted}, key=lambda label: (-gold[label].total(), label)):
            sides = _in_order(gold[label]), _in_order(predicted[label])
            found.append(Fates(layer, name, label, *sides))
    return found


def _attributions(scored: LayerResult, metric: str) -> list[Fates]:
    whole = scored.measure(metric)
    if whole is None:
        return []
    matched, predicted, gold = (round(float(value)) for value in whole.counts.sum(axis=0))
    kinds = Counter(error.kind for error in scored.errors)
    sides = []
    for total, alone in ((gold, ("missing",)), (predicted, ("spurious", "duplicate"))):
        side = Counter({MATCHED: matched, **{kind: kinds[kind] for kind in alone}})
        side["boundary"] = total - side.total()
        sides.append(_in_order(side))
    return [Fates(scored.layer, "attributions", "", *sides)]


def _in_order(side: Counter[str]) -> dict[str, int]:
    return {kind: side[kind] for kind in (MATCHED, *KINDS) if side[kind]}
