"""Plots made from the tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parley import plots
from parley.ontology import Ontology
from parley.statistics.table import Row, Table

#: Rows of a plot that shows the most frequent.
_MOST = 20

Draw = Callable[[Table, Sequence[str], Ontology], str]


def drawings(
    tables: Mapping[str, Table], splits: Sequence[str], scheme: Ontology
) -> dict[str, str]:
    """Name of a table -> SVG, in the order of tables; a table with nothing has none."""
    return {
        name: _PLOTS[name](table, splits, scheme)
        for name, table in tables.items()
        if name in _PLOTS and any(map(_something, table.rows))
    }


def _something(row: Row) -> bool:
    return any(isinstance(cell, int | float) and cell for cell in row)


def _numbers(cells: Sequence[Any]) -> list[float]:
    return [float(cell or 0) for cell in cells]


def _stacked(*, shares: bool = False, limit: int | None = None) -> Draw:
    """A bar for each row, its parts the splits; with one split, plain bars."""

    def draw(table: Table, splits: Sequence[str], scheme: Ontology) -> str:
        first = table.columns.index(splits[0])
        rows = [
            (
                " ".join(map(str, row[: table.keys])),
                _numbers(row[first : first + len(splits)]),
            )
            for row in table.rows
        ]
        rows = [row for row in rows if any(row[1])][:limit]
        if len(splits) == 1:
            colors = {label.name: label.color for label in scheme.entity if label.color}
            return plots.bars(
                table.name,
                table.title,
                [(label, values[0]) for label, values in rows],
                colors=colors if table.name == "mentions_by_type" else None,
            )
        return plots.stacked(table.name, table.title, rows, splits, shares=shares)

    return draw


def _columns(across: str) -> Draw:
    """Upright columns by bin, their parts the splits."""

    def draw(table: Table, splits: Sequence[str], scheme: Ontology) -> str:
        first = table.columns.index(splits[0])
        rows = [(str(row[0]), _numbers(row[first : first + len(splits)])) for row in table.rows]
        return plots.timeline(
            table.name,
            table.title,
            rows,
            splits,
            note=across,
        )

    return draw


def _heat(table: Table, splits: Sequence[str], scheme: Ontology) -> str:
    """A table of labels across, without its sums; turned where it has more columns than rows."""
    last = len(table.columns) - (1 if table.columns[-1] == "all" else 0)
    columns: Sequence[str] = table.columns[table.keys : last]
    rows = [
        (" ".join(map(str, row[: table.keys])), _numbers(row[table.keys : last]))
        for row in table.rows
    ]
    if len(columns) > len(rows):
        heads = [label for label, _ in rows]
        rows = [
            (label, [values[place] for _, values in rows]) for place, label in enumerate(columns)
        ]
        columns = heads
    return plots.heat(table.name, table.title, columns, rows[:_MOST])


def _distances(table: Table, splits: Sequence[str], scheme: Ontology) -> str:
    return plots.heat(
        table.name,
        table.title,
        splits,
        [
            (str(row[0]), [round(value, 3) for value in _numbers(row[2 : 2 + len(splits)])])
            for row in table.rows
        ],
        note="Jensen-Shannon divergence in bits: 0 is equal, 1 is nothing in common",
    )


def _top(column: int) -> Draw:
    def draw(table: Table, splits: Sequence[str], scheme: Ontology) -> str:
        rows = [(str(row[0]), float(row[column] or 0)) for row in table.rows[:_MOST]]
        return plots.bars(table.name, table.title, rows)

    return draw


_PLOTS: dict[str, Draw] = {
    "sizes": _stacked(shares=True),
    "documents_over_time": _columns(""),
    "mentions_by_type": _stacked(),
    "mentions_by_type_and_mention_type": _heat,
    "mention_lengths": _columns("tokens"),
    "entities": _stacked(limit=_MOST),
    "mentions_per_entity": _top(1),
    "events_by_type": _stacked(),
    "events_by_attribute": _stacked(),
    "arguments_by_role": _stacked(),
    "argument_distances": _columns("sentences"),
    "attributions_by_attribute": _stacked(),
    "attributions_by_source_kind_and_style": _heat,
    "attribution_depths": _stacked(),
    "content_lengths": _columns("tokens"),
    "sources": _stacked(limit=_MOST),
    "claims_by_attribute": _stacked(),
    "claims_by_event_type": _heat,
    "stances_by_label": _stacked(),
    "stances_by_holder_and_target": _heat,
    "split_balance": _distances,
}
