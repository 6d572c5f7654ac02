"""Labelled spans as columns, and the alignment of gold's with the predicted ones.

The alignment is one for all metrics, so that every count and every error is about the same pairs:

1. the same span and label (multisets: a second copy needs a second copy);
2. of what is left, the same span;
3. of what is left, overlap: one to one within each group of spans that overlap, with the largest
   total of shared code points; ties: as many equal labels as can be, as many pairs, text order.

SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013) leaves open which pairs are compared. nervaluate
1.2.1, the usual tool, takes the first that overlaps in the order of the file, for each metric anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

import numpy as np

from parley.predictions.inputs import JSON
from parley.scoring.matching import Ints, assign, equal_pairs, overlap_pairs, pack

#: What a pair of the alignment is, by its number; all but the first are kinds of errors.
EQUAL, TYPE, BOUNDARY, BOTH = range(4)
PAIR_KINDS = ("equal", "type", "boundary", "boundary+type")


_START, _END, _TYPE = itemgetter("start"), itemgetter("end"), itemgetter("type")
#: Documents read together: few enough that their rows stay in the processor's cache.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Spans:
    """One side's spans in text order, one item a span.

    `document` is a position in the inputs, `label` one in `Sides.labels`. `place` is equal for
    equal spans and `key` for equal spans of equal label; both sort as text does, and are on the
    same scale on both sides.
    """

    document: Ints
    start: Ints
    end: Ints
    label: Ints
    place: Ints
    key: Ints

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides, the names of labels, and the number of documents."""

    gold: Spans
    predicted: Spans
    labels: tuple[str, ...]
    documents: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of `gold` and `predicted` positions, sorted by gold's; `kind` as in `PAIR_KINDS`."""

    gold: Ints
    predicted: Ints
    kind: Ints


class _Codes(dict[str, int]):
    """Numbers of names; a name not met before gets the next."""

    def __missing__(self, name: str) -> int:
        self[name] = code = len(self)
        return code


def read(gold: Sequence[JSON], predicted: Sequence[JSON], key: str, names: Sequence[str]) -> Sides:
    """The spans listed under `key` (with start, end and type) of documents in one order.

    `names` are the labels in the order of reports; labels met beyond them follow by name.
    """
    codes = _Codes({name: code for code, name in enumerate(names)})
    columns = [_columns(rows, key, codes) for rows in (gold, predicted)]
    labels = (*names, *sorted(list(codes)[len(names) :]))
    rank = np.array([labels.index(name) for name in codes], np.int64)
    cut = len(columns[0][0])
    document, start, end, label = map(np.concatenate, zip(*columns, strict=True))
    del columns
    label = rank[label]
    place = pack(document, start, end)
    key_ = pack(place, label)
    sides = []
    for side in (slice(cut), slice(cut, None)):
        order = np.argsort(key_[side], kind="stable")
        sorted_ = (column[side][order] for column in (document, start, end, label, place, key_))
        sides.append(Spans(*sorted_))
    return Sides(sides[0], sides[1], labels, len(gold))


def _columns(rows: Sequence[JSON], key: str, codes: _Codes) -> tuple[Ints, Ints, Ints, Ints]:
    """document, start, end, label code; no statement of Python runs for each item."""
    lists = list(map(itemgetter(key), rows))
    sizes = np.fromiter(map(len, lists), np.int64, len(lists))
    columns = np.empty((3, int(sizes.sum())), np.int64)
    code = codes.__getitem__
    at = 0
    for first in range(0, len(lists), _AT_ONCE):
        some = lists[first : first + _AT_ONCE]
        stop = at + sum(map(len, some))
        columns[0, at:stop] = np.fromiter(map(_START, chain.from_iterable(some)), np.int64)
        columns[1, at:stop] = np.fromiter(map(_END, chain.from_iterable(some)), np.int64)
        labels = map(code, map(_TYPE, chain.from_iterable(some)))
        columns[2, at:stop] = np.fromiter(labels, np.int64)
        at = stop
    return np.repeat(np.arange(len(lists)), sizes), columns[0], columns[1], columns[2]


def align(sides: Sides) -> Alignment:
    """Pairs gold's spans with the predicted ones, as told at the top of this module."""
    gold, predicted = sides.gold, sides.predicted
    equal = equal_pairs(gold.key, predicted.key)
    a, b = _rest(len(gold), equal.a), _rest(len(predicted), equal.b)
    same = equal_pairs(gold.place[a], predicted.place[b])
    same_a, same_b = a[same.a], b[same.b]
    a, b = np.delete(a, same.a), np.delete(b, same.b)
    near = overlap_pairs(
        gold.document[a],
        gold.start[a],
        gold.end[a],
        predicted.document[b],
        predicted.start[b],
        predicted.end[b],
    )
    alike = gold.label[a[near.a]] == predicted.label[b[near.b]]
    criteria = [near.length, alike.astype(np.int64)]
    chosen = assign(near.a, near.b, criteria, gold.key[a], predicted.key[b])
    near_a, near_b = a[chosen.a], b[chosen.b]
    labels = gold.label[near_a] == predicted.label[near_b]
    found_a = np.concatenate([equal.a, same_a, near_a])
    found_b = np.concatenate([equal.b, same_b, near_b])
    kind = np.concatenate(
        [np.full(len(equal.a), EQUAL), np.full(len(same_a), TYPE), np.where(labels, BOUNDARY, BOTH)]
    )
    order = np.argsort(found_a)
    return Alignment(found_a[order], found_b[order], kind[order])


def _rest(count: int, taken: Ints) -> Ints:
    left = np.ones(count, bool)
    left[taken] = False
    return np.flatnonzero(left)
