"""A leaderboard: results of systems under one signature, a table for each layer.

Which of two systems is better is told by a paired test on counts for each document
(`parley.scoring.compare`), Holm corrected over the pairs of a table. A rank is a range: from 1 +
the number of systems that are better to the number of systems that are not worse. Systems stand in
groups, as in the findings of WMT (since Bojar et al. 2013): a new one begins where every system
above is better than every one below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from parley.agreement.text import many, printable
from parley.incidents import nearest, one_of, say
from parley.scoring.compare import ALPHA, Difference, counted, differences, distinct, least_p
from parley.scoring.measure import Measure
from parley.scoring.result import HEADLINE
from parley.scoring.signature import Signature, comparable

FORMAT = "parley-leaderboard/1"


class CannotRankError(Exception):
    """Nothing that can be ranked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline metric of a system: F1, its 95 % interval if any, over how many documents."""

    f1: float
    low: float | None
    high: float | None
    documents: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One result file: `figures` by layer and metric, counts (`measures`) likewise where given."""

    file: str
    system: str
    signature: Signature
    figures: Mapping[tuple[str, str], Figure]
    doc_ids: Mapping[str, tuple[str, ...]]
    measures: Mapping[tuple[str, str], Measure]


@dataclass(frozen=True, slots=True)
class Row:
    """A system in a table: its rank is `first` to `last`; `figures` by metric."""

    system: str
    file: str
    first: int
    last: int
    group: int
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Table:
    """A layer: rows by the first of `metrics`; `tests` are all pairs of systems on it.

    `absent` systems did not predict the layer; `untested` ones came without counts, so that nothing
    tells them from the others.
    """

    layer: str
    metrics: list[str]
    documents: int
    rows: list[Row]
    tests: list[Difference]
    absent: list[str]
    untested: list[str]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Board:
    """The tables of one signature, of which `signature` is what all results have in common."""

    signature: str
    tables: list[Table]


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """One board, or with groups one for each set of comparable results."""

    boards: list[Board]
    resamples: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON form (`parley-leaderboard/1`)."""
        return {"format": FORMAT, "alpha": ALPHA, **asdict(self)}


def make(
    entries: Sequence[Entry],
    *,
    layers: Sequence[str] = (),
    group: bool = False,
    resamples: int = 10_000,
    seed: int = 0,
) -> Leaderboard:
    """Ranks entries under one signature; with `group`, those of each signature apart.

    Raises `CannotRankError` where there is nothing to rank, or entries are not comparable and
    `group` is not set.
    """
    scored = [layer for layer in HEADLINE if any(_has(entry, layer) for entry in entries)]
    wrong = [
        say(
            "no result has this layer",
            got=layer,
            expected=one_of(scored) or "none",
            nearest=nearest(layer, scored),
        )
        for layer in layers
        if layer not in scored
    ]
    if wrong or not scored:
        raise CannotRankError("; ".join(wrong) or "no result has a headline metric")
    boards: list[list[Entry]] = []
    for entry in entries:
        for board in boards:
            if not _unlike(board[0], entry):
                board.append(entry)
                break
        else:
            boards.append([entry])
    if len(boards) > 1 and not group:
        raise CannotRankError(_refusal(entries))
    wanted = [layer for layer in HEADLINE if layer in (layers or scored)]
    faults = [fault for board in boards for layer in wanted for fault in _uneven(board, layer)]
    if faults:
        raise CannotRankError("\n".join(faults))
    return Leaderboard(
        [_board(board, wanted, resamples, seed) for board in boards], resamples, seed
    )


def _unlike(a: Entry, b: Entry) -> list[str]:
    # Every table is of one layer, which is scored alike whatever else is.
    return [name for name in comparable(a.signature, b.signature) if name != "layers"]


def _refusal(entries: Sequence[Entry]) -> str:
    names = dict.fromkeys(name for a in entries for b in entries for name in _unlike(a, b))
    lines = ["these results cannot be ranked together: their signatures differ"]
    for name in names:
        files: dict[str, list[str]] = {}
        for entry in entries:
            files.setdefault(entry.signature.field(name), []).append(entry.file)
        found = "; ".join(
            f"{value!r} in {', '.join(map(printable, where))}" for value, where in files.items()
        )
        lines.append(f"  {name}: {found}")
    lines.append("score them on the same data with the same version, or rank each set by --group")
    return "\n".join(lines)


def _uneven(entries: Sequence[Entry], layer: str) -> list[str]:
    """A fault where entries of one signature were scored on different documents all the same."""
    having = [entry for entry in entries if _has(entry, layer)]
    numbers: dict[str, list[str]] = {}
    documents: dict[frozenset[str], list[str]] = {}
    for entry in having:
        number = entry.figures[layer, HEADLINE[layer][0]].documents
        numbers.setdefault(counted(number, layer), []).append(printable(entry.file))
        if layer in entry.doc_ids:
            ids = frozenset(entry.doc_ids[layer])
            documents.setdefault(ids, []).append(printable(entry.file))
    if len(numbers) > 1:
        said = "; ".join(f"{number} in {', '.join(files)}" for number, files in numbers.items())
    elif len(documents) > 1:
        said = " against ".join(", ".join(files) for files in documents.values())
    else:
        return []
    return [f"{layer}: equal signatures, but other documents: {said}; score them again"]


def _has(entry: Entry, layer: str) -> bool:
    return (layer, HEADLINE[layer][0]) in entry.figures


def _board(entries: Sequence[Entry], layers: Sequence[str], resamples: int, seed: int) -> Board:
    names = distinct([entry.system for entry in entries])
    named = list(zip(names, entries, strict=True))
    made = []
    for layer in layers:
        if any(_has(entry, layer) for entry in entries):
            made.append(_table(layer, named, resamples, seed))
    return Board(entries[0].signature.shared(), made)


def _table(layer: str, named: Sequence[tuple[str, Entry]], resamples: int, seed: int) -> Table:
    headline = HEADLINE[layer][0]
    having = [(name, entry) for name, entry in named if _has(entry, layer)]
    having.sort(key=lambda pair: (-pair[1].figures[layer, headline].f1, pair[0]))
    tested = [(name, entry) for name, entry in having if (layer, headline) in entry.measures]
    notes = []
    documents = having[0][1].figures[layer, headline].documents
    tests: list[Difference] = []
    if len(tested) > 1:
        ids = tested[0][1].doc_ids[layer]
        measures = [_ordered(entry, layer, headline, ids) for _, entry in tested]
        tests = differences([name for name, _ in tested], measures, resamples, seed)
        least = least_p(len(ids), resamples) * len(tests)
        if least > ALPHA:
            notes.append(
                f"with {counted(len(ids), layer)} and {many(len(tests), 'pair')} of systems p "
                f"cannot go under {min(1.0, least):.4f}: no system can be told from another"
            )
    beaten = {
        (test.better, test.b if test.better == test.a else test.a) for test in tests if test.better
    }
    rows: list[Row] = []
    group = 0
    order = [name for name, _ in having]
    for place, (name, entry) in enumerate(having):
        above, below = order[:place], order[place:]
        if place == 0 or all((x, y) in beaten for x in above for y in below):
            group += 1
        rows.append(
            Row(
                system=name,
                file=entry.file,
                first=1 + sum((other, name) in beaten for other in order),
                last=len(order) - sum((name, other) in beaten for other in order),
                group=group,
                figures={
                    metric: entry.figures[layer, metric]
                    for metric in HEADLINE[layer]
                    if (layer, metric) in entry.figures
                },
            )
        )
    return Table(
        layer=layer,
        metrics=[
            metric for metric in HEADLINE[layer] if any(metric in row.figures for row in rows)
        ],
        documents=documents,
        rows=rows,
        tests=tests,
        absent=[name for name, entry in named if not _has(entry, layer)],
        untested=[name for name, entry in having if (layer, headline) not in entry.measures],
        notes=notes,
    )


def _ordered(entry: Entry, layer: str, metric: str, ids: Sequence[str]) -> Measure:
    """The entry's counts with documents in the order of `ids`."""
    found = entry.measures[layer, metric]
    rows = {doc_id: row for row, doc_id in enumerate(entry.doc_ids[layer])}
    return Measure(found.key, found.formula, found.counts[[rows[doc_id] for doc_id in ids]])
