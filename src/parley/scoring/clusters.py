"""Two clusterings of mentions compared: the contingency table, and the metrics that come of it.

Mentions are the same where their places are equal (any hashable, ordered value; a span, say). What
only one side has (a twinless mention) counts in the size of its cluster and nowhere else: that is
how the CoNLL reference scorer counts since version 8 (Pradhan, Luo, Recasens, Hovy, Ng and Strube
2014, "Scoring coreference partitions of predicted mentions: a reference implementation", ACL).

The unit of counting (a document, a story) is cut from its neighbours: each has clusters of its own.
Every metric gives units × 4: precision's numerator and denominator, recall's numerator and
denominator (the columns of the formula `prf`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parley.scoring.measure import Floats

Ints = NDArray[np.int64]

SINGLETONS = ("kept", "dropped")
#: A component of more cells is assigned from its edges alone, lest its matrix fill the memory.
DENSE = 1_000_000


class Clusters(NamedTuple):
    """The places of all clusters, one cluster after the other, and how many each has."""

    places: list[Any]
    sizes: list[int]


@dataclass(frozen=True, slots=True)
class Side:
    """The clusters of one side: `unit` and `size` have one item a cluster."""

    unit: Ints
    size: Ints


@dataclass(frozen=True, slots=True)
class Table:
    """Which clusters share mentions, in `units` units.

    `gold_of`, `predicted_of` and `common` have one item a pair of clusters with a mention in
    common: the two clusters, as positions in their sides, and how many mentions they share.
    """

    units: int
    gold: Side
    predicted: Side
    gold_of: Ints
    predicted_of: Ints
    common: Ints


def lay_flat(clusters: Iterable[Sequence[Any]]) -> Clusters:
    """Clusters as lists of places, one after the other."""
    lists = list(clusters)
    return Clusters(list(chain.from_iterable(lists)), list(map(len, lists)))


def table(units: Iterable[tuple[Clusters, Clusters]], singletons: str = "kept") -> Table:
    """The contingency table of each unit's gold and predicted clusters.

    `singletons="dropped"` leaves out the clusters of one mention, on both sides. Raises
    `ValueError` for any other word but "kept".
    """
    if singletons not in SINGLETONS:
        raise ValueError(f"singletons: got {singletons!r}; expected 'kept' or 'dropped'")
    drop = singletons == "dropped"
    sizes: tuple[list[int], list[int]] = ([], [])
    counts: tuple[list[int], list[int]] = ([], [])
    # Of each predicted mention, the gold cluster; -1 for a twinless one.
    twins: list[int] = []
    for gold, predicted in units:
        wanted, given = _disjoint(gold, drop), _disjoint(predicted, drop)
        first = len(sizes[0])
        names = range(first, first + len(wanted.sizes))
        owners = chain.from_iterable(map(repeat, names, wanted.sizes))
        owner = dict(zip(wanted.places, owners, strict=True))
        twins.extend(map(owner.get, given.places, repeat(-1)))
        for side, clusters in enumerate((wanted, given)):
            sizes[side].extend(clusters.sizes)
            counts[side].append(len(clusters.sizes))
    of_gold, of_predicted = (
        Side(
            np.repeat(np.arange(len(number), dtype=np.int64), number),
            np.array(size, dtype=np.int64),
        )
        for number, size in zip(counts, sizes, strict=True)
    )
    gold_of = np.array(twins, dtype=np.int64)
    predicted_of = np.repeat(np.arange(len(sizes[1]), dtype=np.int64), of_predicted.size)
    both = gold_of >= 0
    # One number a pair: positions are below 2^31 on any machine that holds the clusters.
    pairs, common = np.unique(gold_of[both] << 32 | predicted_of[both], return_counts=True)
    return Table(len(counts[0]), of_gold, of_predicted, pairs >> 32, pairs & (2**32 - 1), common)


def _disjoint(clusters: Clusters, drop: bool) -> Clusters:
    """Each place in one cluster, no cluster empty, and those of one place left out if `drop`.

    A place given twice counts once, as in the reference scorer, which keeps the first. Here it
    stays in the largest of its clusters, of equal ones in the first by the order of their places:
    the order of a list must not matter.
    """
    repeated = len(set(clusters.places)) < len(clusters.places)
    least = 2 if drop else 1
    if not repeated and min(clusters.sizes, default=least) >= least:
        return clusters
    ends = list(accumulate(clusters.sizes))
    lists = [
        clusters.places[end - size : end] for end, size in zip(ends, clusters.sizes, strict=True)
    ]
    if repeated:
        ranked = sorted((sorted(set(places)) for places in lists), key=lambda one: (-len(one), one))
        lists = []
        seen: set[Any] = set()
        for places in ranked:
            lists.append([place for place in places if place not in seen])
            seen.update(places)
    return lay_flat(places for places in lists if len(places) >= least)


def muc(found: Table) -> Floats:
    """MUC (Vilain, Burger, Aberdeen, Connolly and Hirschman 1995): links of a spanning tree.

    Recall: the sum over gold clusters K of |K| - |p(K)|, over the sum of |K| - 1, where p(K) is K
    cut by the predicted clusters, each twinless mention a part of its own. The numerator is the sum
    of |K ∩ R| - 1 over pairs of clusters that meet: the same for precision.
    """
    links = _per_unit(found, found.common - 1)
    return np.stack(
        [
            links,
            _sum(found.predicted.unit, found.predicted.size - 1, found.units),
            links,
            _sum(found.gold.unit, found.gold.size - 1, found.units),
        ],
        axis=1,
    )


def b_cubed(found: Table) -> Floats:
    """B³ (Bagga and Baldwin 1998), all mentions of equal weight.

    Recall: the sum of |K ∩ R|² / |K| over pairs of clusters, over the number of gold mentions.
    """
    return _of_mentions(
        found, *(found.common**2 / size for size in (_predicted_size(found), _gold_size(found)))
    )


def lea(found: Table) -> Floats:
    """LEA, the link-based entity-aware metric (Moosavi and Strube 2016).

    Recall: the sum over gold clusters K of |K| * (links of K that are found) / (links of K), over
    the number of gold mentions; n mentions have n * (n - 1) / 2 links. A singleton has one, to
    itself, and it is found where the other side has the same singleton (as in its authors' scorer).
    """
    gold, predicted = _gold_size(found), _predicted_size(found)

    def found_share(own: Ints, other: Ints) -> Floats:
        links = found.common * (found.common - 1) / np.maximum(own * (own - 1), 1)
        share: Floats = np.where(own == 1, other == 1, own * links).astype(np.float64)
        return share

    return _of_mentions(found, found_share(predicted, gold), found_share(gold, predicted))


def ceaf_e(found: Table) -> Floats:
    """CEAF with entity similarity (Luo 2005): phi4 = 2 * |K ∩ R| / (|K| + |R|).

    Clusters are assigned one to one so that the sum of phi4 is the largest there is; precision is
    that sum over the number of predicted clusters, recall over the number of gold ones.
    """
    similar = 2 * found.common / (_gold_size(found) + _predicted_size(found))
    chosen = assign(found.gold_of, found.predicted_of, similar)
    total = _sum(found.gold.unit[found.gold_of[chosen]], similar[chosen], found.units)
    predicted, gold = (
        np.bincount(side.unit, minlength=found.units).astype(np.float64)
        for side in (found.predicted, found.gold)
    )
    return np.stack([total, predicted, total, gold], axis=1)


METRICS = {"MUC": muc, "B3": b_cubed, "CEAFe": ceaf_e, "LEA": lea}


def assign(left: Ints, right: Ints, weight: Floats) -> Ints:
    """Which edges (left, right) make the one-to-one assignment of the largest total weight.

    Weights are above 0 and at most 1; no edge is given twice. Returns positions. Exact: each
    connected component is solved apart, and where one side of it is a single node, the heaviest
    edge is the answer.
    """
    if not len(left):
        return np.zeros(0, dtype=np.int64)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    lefts, rights = int(left.max()) + 1, int(right.max()) + 1
    nodes = lefts + rights
    graph = coo_array((np.ones(len(left)), (left, lefts + right)), shape=(nodes, nodes))
    number, label = connected_components(graph, directed=False)
    (high, row), (wide, column) = (_places(side, number) for side in (label[:lefts], label[lefts:]))
    # By component, the heaviest edge first.
    component = label[left]
    order = np.lexsort((-weight, component))
    component, rows, columns = component[order], row[left[order]], column[right[order]]
    starts = np.flatnonzero(np.diff(component, prepend=-1))
    ends = np.append(starts[1:], len(order))
    high, wide = high[component[starts]], wide[component[starts]]
    single = np.minimum(high, wide) == 1
    chosen = [starts[single]]
    weight = weight[order]
    for at in np.flatnonzero(~single).tolist():
        start, end = starts[at], ends[at]
        solve = _solve_dense if high[at] * wide[at] <= DENSE else _solve_sparse
        paired = solve(rows[start:end], columns[start:end], weight[start:end], high[at], wide[at])
        chosen.append(start + np.flatnonzero(paired[rows[start:end]] == columns[start:end]))
    found: Ints = order[np.concatenate(chosen)]
    return found


def _places(label: Ints, number: int) -> tuple[Ints, Ints]:
    """How many nodes each component has, and each node's place among those of its component."""
    size = np.bincount(label, minlength=number)
    order = np.argsort(label, kind="stable")
    place = np.empty(len(label), dtype=np.int64)
    place[order] = np.arange(len(label)) - (np.cumsum(size) - size)[label[order]]
    return size, place


def _solve_dense(rows: Ints, columns: Ints, weight: Floats, high: int, wide: int) -> Ints:
    """For each row of one component, the column that it is assigned; any where it has none."""
    from scipy.optimize import linear_sum_assignment

    weights = np.zeros((high, wide))
    weights[rows, columns] = weight
    paired: Ints = np.full(high, -1)
    at, to = linear_sum_assignment(weights, maximize=True)
    paired[at] = to
    return paired


def _solve_sparse(rows: Ints, columns: Ints, weight: Floats, high: int, wide: int) -> Ints:
    """`_solve_dense`, in memory for the edges alone."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    # It matches every row, so each row has a column of its own besides, at the cost of no edge.
    own = np.arange(high)
    cost = np.concatenate([2 - weight, np.full(high, 2.0)])
    edges = np.concatenate([rows, own]), np.concatenate([columns, wide + own])
    costs = coo_array((cost, edges), shape=(high, wide + high)).tocsr()
    paired: Ints = min_weight_full_bipartite_matching(costs)[1]
    return paired


def _of_mentions(found: Table, precise: Floats, recalled: Floats) -> Floats:
    """Sums of a value for each pair of clusters, over the numbers of mentions."""
    return np.stack(
        [
            _per_unit(found, precise),
            _sum(found.predicted.unit, found.predicted.size, found.units),
            _per_unit(found, recalled),
            _sum(found.gold.unit, found.gold.size, found.units),
        ],
        axis=1,
    )


def _gold_size(found: Table) -> Ints:
    return found.gold.size[found.gold_of]


def _predicted_size(found: Table) -> Ints:
    return found.predicted.size[found.predicted_of]


def _per_unit(found: Table, values: Floats | Ints) -> Floats:
    return _sum(found.gold.unit[found.gold_of], values, found.units)


def _sum(unit: Ints, values: Floats | Ints, units: int) -> Floats:
    if values.dtype.kind == "f":
        # Sorted, so that the order of clusters does not change the last bit of a sum.
        order = np.lexsort((values, unit))
        unit, values = unit[order], values[order]
    return np.bincount(unit, weights=values, minlength=units).astype(np.float64)
