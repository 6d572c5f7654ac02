"""Measures on sets of keys: what both sides say, each distinct key of a document counted once.

The rows of both sides stand in one table, gold first; a key is a few integer columns of it. All of
it is sorting and counting in numpy, so time grows with the number of rows, not with the number of
documents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parley.scoring.errors import Error
from parley.scoring.matching import Ints, Pairs, among, assign, equal_pairs, overlap_pairs, pack
from parley.scoring.measure import Floats, Key, Measure

Flags = NDArray[np.bool_]


class Names:
    """Names and their numbers: the place of each in `names`."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.numbers = {name: number for number, name in enumerate(names)}

    @classmethod
    def of(cls, found: Iterable[str], published: Sequence[str]) -> "Names":
        """The names of `found`, in their published order, others after them by name."""
        place = {name: number for number, name in enumerate(published)}
        return cls(sorted(set(found), key=lambda name: (place.get(name, len(place)), name)))


@dataclass(frozen=True, slots=True)
class Distinct:
    """The first row of every distinct key of each side, and whether the other side has it too."""

    gold: Ints
    predicted: Ints
    found: Flags
    right: Flags


def distinct(key: Ints, gold: int, *, apart: Ints | None = None) -> Distinct:
    """Compares the keys of the first `gold` rows with those of the rest.

    With `apart`, rows are distinct where that is, and found where the other side has their `key`.
    """
    own = key if apart is None else apart
    ours = np.unique(own[:gold], return_index=True)[1]
    theirs = np.unique(own[gold:], return_index=True)[1] + gold
    return Distinct(
        ours,
        theirs,
        among(key[ours], np.sort(key[gold:])),
        among(key[theirs], np.sort(key[:gold])),
    )


def tally(places: int, place: Ints, *rows: Ints) -> Floats:
    """How many of each of `rows` each place (a document, say) has: places × rows."""
    found = [np.bincount(place[some], minlength=places) for some in rows]
    return np.stack(found, axis=-1).astype(np.float64)


def overall(key: Key, documents: int, document: Ints, code: Ints, gold: int) -> Measure:
    """F1 of the distinct keys `code` (which hold the document) of both sides."""
    sets = distinct(code, gold)
    counts = tally(documents, document, sets.gold[sets.found], sets.predicted, sets.gold)
    return Measure(key, "f1", counts)


def by_label(
    key: Key,
    documents: int,
    document: Ints,
    code: Ints,
    gold: int,
    label: Ints,
    names: Names,
    *,
    formula: str = "f1",
) -> list[Measure]:
    """The same for each label of `names`.

    Formula f1 where keys hold the label: then the counts of labels add up to the overall ones.
    Formula prf where they do not: recall by gold's label, precision by the predicted one; of the
    distinct (key, label) of one side, those are found whose key the other side has.
    """
    sets = distinct(code, gold, apart=pack(code, label))
    columns = [sets.predicted[sets.right], sets.predicted, sets.gold[sets.found], sets.gold]
    if formula == "f1":
        del columns[2]
    width = len(names.names)
    counts = tally(width * documents, label * documents + document, *columns)
    tables = counts.reshape(width, documents, len(columns))
    return [
        Measure(Key(key.layer, key.metric, name), formula, table)
        for name, table in zip(names.names, tables, strict=True)
    ]


def repeats(code: Ints, gold: int) -> Ints:
    """Rows of predictions that say a key of gold once more than gold does (and than once)."""
    theirs = code[gold:]
    keys, counts = np.unique(code[:gold], return_counts=True)
    if not len(keys) or not len(theirs):
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(theirs, kind="stable")
    ranked = theirs[order]
    firsts = np.searchsorted(ranked, ranked, side="left")
    nth = np.arange(len(ranked)) - firsts
    at = np.minimum(np.searchsorted(keys, ranked), len(keys) - 1)
    again = (keys[at] == ranked) & (nth >= counts[at])
    return np.sort(order[again]).astype(np.int64) + gold


@dataclass(slots=True)
class Left:
    """Rows of each side that nothing answers yet, each a distinct key."""

    gold: Ints
    predicted: Ints

    def take(self, pairs: Pairs) -> list[tuple[int, int]]:
        """Takes pairs of places in `gold` and `predicted` out; gives them as rows."""
        rows = self.gold[pairs.a], self.predicted[pairs.b]
        self.gold = np.delete(self.gold, pairs.a)
        self.predicted = np.delete(self.predicted, pairs.b)
        return list(zip(rows[0].tolist(), rows[1].tolist(), strict=True))

    def take_equal(self, group: Ints, order: Ints) -> list[tuple[int, int]]:
        """Takes pairs of equal `group` out, the first in `order` with the first."""
        ours = np.lexsort((order[self.gold], group[self.gold]))
        theirs = np.lexsort((order[self.predicted], group[self.predicted]))
        pairs = equal_pairs(group[self.gold][ours], group[self.predicted][theirs])
        return self.take(Pairs(ours[pairs.a], theirs[pairs.b]))

    def take_overlapping(
        self, group: Ints, start: Ints, end: Ints, order: Ints
    ) -> list[tuple[int, int]]:
        """Takes pairs of equal `group` out whose spans overlap, one to one, of the largest total.

        `order` ranks rows by all that they say.
        """
        ours, theirs = self.gold, self.predicted
        found = overlap_pairs(
            group[ours], start[ours], end[ours], group[theirs], start[theirs], end[theirs]
        )
        return self.take(assign(found.a, found.b, [found.length], order[ours], order[theirs]))

    def errors(
        self, pairs: Mapping[str, Sequence[tuple[int, int]]], repeated: Ints
    ) -> list[tuple[str, int | None, int | None]]:
        """(kind, gold row, predicted row) of `pairs` by kind, of what is left, and of repeats."""
        found: list[tuple[str, int | None, int | None]] = [
            (kind, one, two) for kind, rows in pairs.items() for one, two in rows
        ]
        found += [("missing", row, None) for row in self.gold.tolist()]
        found += [("spurious", None, row) for row in self.predicted.tolist()]
        found += [("duplicate", None, row) for row in repeated.tolist()]
        return found


def in_order(errors: Iterable[Error]) -> list[Error]:
    """Errors by document and place, so that the order of a file's items never shows."""
    return sorted(
        errors,
        key=lambda error: (
            error.document,
            error.gold or error.predicted,
            error.predicted,
            error.kind,
            error.gold_label or "",
            error.predicted_label or "",
        ),
    )
