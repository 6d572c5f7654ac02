"""Scores of events: triggers and arguments, by the keys of TextEE.

Huang et al. 2024, "TextEE: Benchmark, Reevaluation, Reflections, and Future Challenges in Event
Extraction", and its scorer for end-to-end extraction (`TextEE/scorer.py` of ej0cl6/TextEE). Keys
are sets: what equals another in all that its key holds counts once, on either side.

    Tri-I    document, trigger span
    Tri-C    document, trigger span, event type
    Arg-I    document, event type, argument span
    Arg-C    document, event type, argument span, role
    Arg-I+   document, trigger span, event type, argument span
    Arg-C+   document, trigger span, event type, argument span, role

TextEE writes the last two "Arg-I (attached)" and "Arg-C (attached)". Arg-C+ is the headline, as the
metrics without the trigger cannot tell which of two events of one type an argument belongs to.

Our own, softer: `trigger overlap`, triggers of the right type that share a code point with gold's,
one to one; equal ones first, then the pairs with the largest total overlap.

By label: event type for triggers, role for arguments, and event type for `Arg-C+ by event`. Where
the key does not hold the label (Tri-I, Arg-I, Arg-I+), recall is by gold's label and precision by
the predicted one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from parley import ontology
from parley.memory import uncollected
from parley.predictions.inputs import Inputs
from parley.scoring.errors import Error, Span
from parley.scoring.keys import Left, Names, by_label, distinct, in_order, overall, repeats, tally
from parley.scoring.matching import Ints, pack
from parley.scoring.measure import Key, Measure

JSON = dict[str, Any]
LAYER = "events"


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of both sides, the first `gold` of them gold's: triggers, or arguments with theirs.

    `trigger` and `span` are start and end; of a trigger, both are its own and `role` is 0.
    """

    gold: int
    document: Ints
    type: Ints
    trigger: tuple[Ints, Ints]
    span: tuple[Ints, Ints]
    role: Ints


@uncollected()
def score(inputs: Inputs) -> tuple[list[Measure], list[Error]]:
    """Measures of triggers and arguments, and their errors.

    Errors of triggers, each distinct key in at most one, are looked for in this order: boundary
    (the pairs that `trigger overlap` counts and Tri-C does not), type, boundary+type, then missing
    or spurious. Of arguments: wrong role (trigger, type and span right), wrong trigger (type, span
    and role right; spans are the argument's, then the trigger's), boundary (trigger, type and role
    right), then missing or spurious. A prediction that repeats a matched key is a duplicate, which
    costs nothing here. Labels are types, and `TYPE.role` of arguments.
    """
    scheme = ontology.load()
    events = [list(_events(rows)) for rows in (inputs.gold, inputs.predicted)]
    types = Names.of((item["type"] for side in events for _, item in side), scheme.names("event"))
    roles = Names.of(
        (argument["role"] for side in events for _, item in side for argument in item["arguments"]),
        [role.name for role in scheme.roles],
    )
    triggers = _triggers(events, types)
    arguments = _arguments(events, types, roles)
    measures, errors = _score_triggers(triggers, len(inputs), types)
    more, others = _score_arguments(arguments, len(inputs), types, roles)
    return measures + more, in_order(errors + others)


def _events(rows: Sequence[JSON]) -> Iterable[tuple[int, JSON]]:
    for document, row in enumerate(rows):
        for item in row["events"]:
            yield document, item


def _columns(rows: Iterable[tuple[int, ...]], width: int) -> Ints:
    """The columns of rows of `width` integers."""
    table = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, width)
    return np.ascontiguousarray(table.T)


def _triggers(events: Sequence[Sequence[tuple[int, JSON]]], types: Names) -> _Table:
    flat = [
        (document, types.numbers[item["type"]], item["start"], item["end"])
        for side in events
        for document, item in side
    ]
    document, kind, start, end = _columns(flat, 4)
    span = start, end
    return _Table(len(events[0]), document, kind, span, span, np.zeros_like(kind))


def _arguments(events: Sequence[Sequence[tuple[int, JSON]]], types: Names, roles: Names) -> _Table:
    flat = [
        (
            document,
            types.numbers[item["type"]],
            item["start"],
            item["end"],
            argument["start"],
            argument["end"],
            roles.numbers[argument["role"]],
        )
        for side in events
        for document, item in side
        for argument in item["arguments"]
    ]
    document, kind, first, last, start, end, role = _columns(flat, 7)
    gold = sum(len(item["arguments"]) for _, item in events[0])
    return _Table(gold, document, kind, (first, last), (start, end), role)


# ------------------------------------------------------------------------------------- triggers
def _score_triggers(
    table: _Table, documents: int, types: Names
) -> tuple[list[Measure], list[Error]]:
    place = pack(table.document, *table.span)
    of_type = pack(table.document, table.type)
    full = pack(place, table.type)
    shared = documents, table.document
    measures = [
        overall(Key(LAYER, "Tri-I"), *shared, place, table.gold),
        *by_label(
            Key(LAYER, "Tri-I"), *shared, place, table.gold, table.type, types, formula="prf"
        ),
        overall(Key(LAYER, "Tri-C"), *shared, full, table.gold),
        *by_label(Key(LAYER, "Tri-C"), *shared, full, table.gold, table.type, types),
    ]
    sets = distinct(full, table.gold)
    matched = sets.gold[sets.found]
    left = Left(sets.gold[~sets.found], sets.predicted[~sets.right])
    boundary = left.take_overlapping(of_type, *table.span, full)
    pairs = {
        "boundary": boundary,
        "type": left.take_equal(place, full),
        "boundary+type": left.take_overlapping(table.document, *table.span, full),
    }
    errors = _errors(table, left, pairs, repeats(full, table.gold), types)

    near = np.concatenate([matched, np.array([one for one, _ in boundary], np.int64)])
    key = Key(LAYER, "trigger overlap")
    columns = near, sets.predicted, sets.gold
    measures.append(Measure(key, "f1", tally(documents, table.document, *columns)))
    width = len(types.names)
    counts = tally(width * documents, table.type * documents + table.document, *columns)
    measures += [
        Measure(Key(LAYER, key.metric, name), "f1", part)
        for name, part in zip(types.names, counts.reshape(width, documents, 3), strict=True)
    ]
    return measures, errors


# ------------------------------------------------------------------------------------ arguments
def _score_arguments(
    table: _Table, documents: int, types: Names, roles: Names
) -> tuple[list[Measure], list[Error]]:
    of_type = pack(table.document, table.type)
    event = pack(of_type, *table.trigger)
    plain = pack(of_type, *table.span)
    with_role = pack(plain, table.role)
    attached = pack(event, *table.span)
    full = pack(attached, table.role)
    shared = documents, table.document
    measures = []
    for name, code, formula in (
        ("Arg-I", plain, "prf"),
        ("Arg-C", with_role, "f1"),
        ("Arg-I+", attached, "prf"),
        ("Arg-C+", full, "f1"),
    ):
        key = Key(LAYER, name)
        measures.append(overall(key, *shared, code, table.gold))
        measures += by_label(key, *shared, code, table.gold, table.role, roles, formula=formula)
    key = Key(LAYER, "Arg-C+ by event")
    measures += by_label(key, *shared, full, table.gold, table.type, types)

    sets = distinct(full, table.gold)
    left = Left(sets.gold[~sets.found], sets.predicted[~sets.right])
    pairs = {
        "wrong role": left.take_equal(attached, full),
        "wrong trigger": left.take_equal(with_role, full),
        "boundary": left.take_overlapping(pack(event, table.role), *table.span, full),
    }
    return measures, _errors(table, left, pairs, repeats(full, table.gold), types, roles)


# --------------------------------------------------------------------------------------- errors
def _errors(
    table: _Table,
    left: Left,
    pairs: Mapping[str, Sequence[tuple[int, int]]],
    repeated: Ints,
    types: Names,
    roles: Names | None = None,
) -> list[Error]:
    """The errors of one table: `pairs` of rows by kind, what is left of each side, repeats."""
    columns = (*table.span, *table.trigger, table.document, table.type, table.role)
    start, end, first, last, document, kinds, parts = (column.tolist() for column in columns)
    inner = [""] if roles is None else [f".{role}" for role in roles.names]
    labels = [[f"{name}{role}" for role in inner] for name in types.names]

    def side(kind: str, row: int | None) -> tuple[tuple[Span, ...], str | None]:
        if row is None:
            return (), None
        label = labels[kinds[row]][parts[row]]
        span = start[row], end[row]
        return ((span, (first[row], last[row])) if kind == "wrong trigger" else (span,)), label

    errors = []
    for kind, one, two in left.errors(pairs, repeated):
        (gold, gold_label), (predicted, predicted_label) = side(kind, one), side(kind, two)
        place = document[two if one is None else one]
        errors.append(Error(LAYER, kind, place, gold, predicted, gold_label, predicted_label))
    return errors
