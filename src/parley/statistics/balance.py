"""How alike the splits are: each label's share in each, and how far apart these are."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from parley.statistics.columns import Corpus
from parley.statistics.table import Row, Table, share, tally

if TYPE_CHECKING:
    import numpy as np

_GROUPS = (
    ("form", "documents", "form"),
    ("mention type", "mentions", "type"),
    ("mention's way of referring", "mentions", "mention_type"),
    ("event type", "events", "type"),
    ("polarity", "events", "polarity"),
    ("modality", "events", "modality"),
    ("tense", "events", "tense"),
    ("role", "arguments", "role"),
    ("style", "attributions", "style"),
    ("kind of attribution", "attributions", "kind"),
    ("kind of source", "attributions", "source_kind"),
    ("depth of attribution", "attributions", "depth"),
    ("stance", "stances", "label"),
    ("claimed", "claims", "claimed"),
)


def make(corpus: Corpus) -> Iterator[Table]:
    """Each label's share by split, and each split's distance from the others; none of one split."""
    if len(corpus.splits) < 2:
        return
    shares: list[Row] = []
    distances: list[Row] = []
    for group, items, column in _GROUPS:
        if items == "documents":
            counts = tally(corpus.documents[column], corpus.split_of)
        else:
            counts = tally(corpus[items][column], corpus.split(items))
        rows, found, chance = _group(counts, len(corpus.splits))
        shares += [(group, *row) for row in rows]
        distances.append((group, len(rows), *found, *chance))
    yield Table(
        "label_shares",
        "Share of each label, by split",
        "Of everything in the split that has such a label, the share with this one; and the "
        "difference between the greatest and the least of these.",
        ("group", "label", *corpus.splits, "all", "spread"),
        shares,
        2,
    )
    yield Table(
        "split_balance",
        "How far each split is from the others",
        "The Jensen-Shannon divergence (Lin 1991), in bits, between the labels' shares in a split "
        "and their shares in all other splits together: 0 where they are equal, 1 where they have "
        "no label in common. By chance: what to expect where the split and the others are drawn "
        "from one distribution, (labels - 1) / (8 ln 2) × (1 / items of the split + 1 / items of "
        "the others), the second-order expansion of the divergence for independent items. Items "
        "of one story are not independent, so a distance somewhat above it is no surprise.",
        ("group", "labels", *corpus.splits, *(f"{name} by chance" for name in corpus.splits)),
        distances,
    )


def _group(counts: Any, splits: int) -> tuple[list[Row], list[float | None], list[float | None]]:
    """(label, share by split…, of all, spread), each split's divergence, and that by chance."""
    import numpy as np

    totals: dict[Any, int] = {}
    for (label, _), number in counts.items():
        totals[label] = totals.get(label, 0) + number
    labels = sorted(totals, key=lambda label: (-totals[label], str(label)))
    table = np.zeros((len(labels), splits))
    for (label, split), number in counts.items():
        table[labels.index(label), split] = number
    sums = table.sum(axis=0)
    rows: list[Row] = []
    for label, row in zip(labels, table, strict=True):
        found = [share(float(one), float(whole)) for one, whole in zip(row, sums, strict=True)]
        given = [value for value in found if value is not None]
        rows.append(
            (
                str(label),
                *found,
                share(float(row.sum()), float(sums.sum())),
                max(given) - min(given),
            )
        )
    return (
        rows,
        [divergence(table[:, at], table.sum(axis=1) - table[:, at]) for at in range(splits)],
        [by_chance(len(labels), float(one), float(sums.sum() - one)) for one in sums],
    )


def by_chance(labels: int, one: float, other: float) -> float | None:
    """The divergence to expect of two samples of `one` and `other` items from one distribution."""
    if not one or not other:
        return None
    return min(1.0, (labels - 1) / (8 * math.log(2)) * (1 / one + 1 / other))


def divergence(one: "np.ndarray[Any, Any]", other: "np.ndarray[Any, Any]") -> float | None:
    """The Jensen-Shannon divergence of two rows of counts, in bits (Lin 1991, equal weights).

    None where either has nothing.
    """
    import numpy as np

    if not one.sum() or not other.sum():
        return None
    p, q = one / one.sum(), other / other.sum()
    middle = (p + q) / 2
    found = 0.0
    for each in (p, q):
        some = each > 0
        found += float(np.sum(each[some] * np.log2(each[some] / middle[some]))) / 2
    # Rounding may leave a little less than nothing.
    return min(1.0, max(0.0, found))
