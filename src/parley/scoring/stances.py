"""Scores of stances: who (holder) is for or against what (target).

A stance is a tuple of holder (a span, or AUTHOR for the article's own voice), target (a span) and
label. Keys are sets: equal tuples of a document count once, on either side.

    joint    holder, target and label; also for each label
    target   target and label, whoever holds it; also for each label
    holder   holder and target, whatever the label
    F_avg    the mean of F1 of FAVOR and of AGAINST (SemEval-2016 task 6, Mohammad et al. 2016,
             "SemEval-2016 Task 6: Detecting Stance in Tweets")
    macro    the mean of F1 of all labels

The two means are over `joint` for each label. In SemEval's task every text comes with its target,
so both sides have the same pairs; where they do here, F_avg is SemEval's. Here pairs are found
too, so that a stance missed or made up counts against its label. A label in neither gold nor
predictions is left out of a mean.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from parley import ontology
from parley.memory import uncollected
from parley.predictions.inputs import Inputs
from parley.scoring.errors import Error, Span
from parley.scoring.keys import Left, Names, by_label, distinct, in_order, overall, repeats
from parley.scoring.matching import Ints, assign, overlap_pairs, pack
from parley.scoring.measure import Key, Measure

JSON = dict[str, Any]
LAYER = "stances"
#: The labels of F_avg.
SIDES = ("FAVOR", "AGAINST")
AUTHOR = "AUTHOR"


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of both sides, the first `gold` of them gold's. The author's span is (-1, -1)."""

    gold: int
    document: Ints
    holder: tuple[Ints, Ints]
    target: tuple[Ints, Ints]
    label: Ints


@uncollected()
def score(inputs: Inputs) -> tuple[list[Measure], list[Error]]:
    """Measures of stances, and their errors.

    Errors, each distinct tuple in at most one, are looked for in this order: type (the right pair
    under a wrong label), boundary (the right label, and both ends equal gold's or overlap them),
    boundary+type, then missing or spurious. A prediction that repeats a matched tuple is a
    duplicate, which costs nothing. Spans are the holder's, where it has one, and the target's.
    """
    rows = [
        (document, item)
        for side in (inputs.gold, inputs.predicted)
        for document, row in enumerate(side)
        for item in row[LAYER]
    ]
    gold = sum(len(row[LAYER]) for row in inputs.gold)
    labels = Names(ontology.load().values("label"))
    table = _read(rows, gold, labels)
    documents = len(inputs)
    target = pack(table.document, *table.target)
    pair = pack(target, *(side + 1 for side in table.holder))
    full = pack(pair, table.label)
    shared = documents, table.document

    joint = by_label(Key(LAYER, "joint"), *shared, full, gold, table.label, labels)
    aimed = pack(target, table.label)
    measures = [
        overall(Key(LAYER, "joint"), *shared, full, gold),
        *joint,
        *(_mean(name, joint, some) for name, some in (("F_avg", SIDES), ("macro", labels.names))),
        overall(Key(LAYER, "target"), *shared, aimed, gold),
        *by_label(Key(LAYER, "target"), *shared, aimed, gold, table.label, labels),
        overall(Key(LAYER, "holder"), *shared, pair, gold),
    ]
    return measures, in_order(_errors(table, pair, full, labels))


def _read(rows: list[tuple[int, JSON]], gold: int, labels: Names) -> _Table:
    flat = [
        (
            document,
            *((-1, -1) if item["holder"] == AUTHOR else item["holder"]),
            *item["target"],
            labels.numbers[item["label"]],
        )
        for document, item in rows
    ]
    columns = np.array(flat, dtype=np.int64).reshape(-1, 6).T
    document, first, last, start, end, label = np.ascontiguousarray(columns)
    return _Table(gold, document, (first, last), (start, end), label)


def _mean(name: str, parts: Iterable[Measure], labels: Iterable[str]) -> Measure:
    counts = {part.key.label: part.counts for part in parts}
    table = np.hstack([counts[label] for label in labels])
    return Measure(Key(LAYER, name), "mean_f1", table)


def _errors(table: _Table, pair: Ints, full: Ints, labels: Names) -> list[Error]:
    sets = distinct(full, table.gold)
    left = Left(sets.gold[~sets.found], sets.predicted[~sets.right])
    pairs = {
        "type": left.take_equal(pair, full),
        "boundary": _overlapping(table, left, pack(table.document, table.label), full),
        "boundary+type": _overlapping(table, left, table.document, full),
    }
    columns = (*table.holder, *table.target, table.document, table.label)
    first, last, start, end, document, label = (column.tolist() for column in columns)

    def side(row: int | None) -> tuple[tuple[Span, ...], str | None]:
        if row is None:
            return (), None
        target = start[row], end[row]
        spans = (target,) if first[row] < 0 else ((first[row], last[row]), target)
        return spans, labels.names[label[row]]

    errors = []
    for kind, one, two in left.errors(pairs, repeats(full, table.gold)):
        (gold, gold_label), (predicted, predicted_label) = side(one), side(two)
        place = document[two if one is None else one]
        errors.append(Error(LAYER, kind, place, gold, predicted, gold_label, predicted_label))
    return errors


def _overlapping(table: _Table, left: Left, group: Ints, order: Ints) -> list[tuple[int, int]]:
    """Pairs of what is left of equal `group`, both of whose ends overlap, of the largest total."""
    ours, theirs = left.gold, left.predicted
    start, end = table.target
    found = overlap_pairs(
        group[ours], start[ours], end[ours], group[theirs], start[theirs], end[theirs]
    )
    one, two = ours[found.a], theirs[found.b]
    first, last = table.holder
    held = np.minimum(last[one], last[two]) - np.maximum(first[one], first[two])
    # The author's voice is only like itself.
    held[(first[one] < 0) & (first[two] < 0)] = 1
    near = held > 0
    total = found.length + held
    return left.take(
        assign(found.a[near], found.b[near], [total[near]], order[ours], order[theirs])
    )
