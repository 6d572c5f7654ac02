"""Shapes that several tables have: bins in order, labels across, the most frequent."""

from collections import Counter
from typing import Any

from parley.statistics.columns import Corpus
from parley.statistics.table import TOP, Row, Splits, Table, bins, tally


def cross(
    name: str,
    title: str,
    what: str,
    key: str,
    counts: Counter[tuple[Any, ...]],
    columns: list[str],
) -> Table:
    """Keys down, labels across, the most frequent key first."""
    columns = [*columns, *sorted({label for _, label in counts} - set(columns))]
    found: dict[Any, list[int]] = {}
    for (row, label), count in counts.items():
        found.setdefault(row, [0] * len(columns))[columns.index(label)] += count
    order = sorted(found.items(), key=lambda item: (-sum(item[1]), str(item[0])))
    rows: list[Row] = [(row, *values, sum(values)) for row, values in order]
    return Table(name, title, what, (key, *columns, "all"), rows)


def binned_table(
    splits: Splits,
    name: str,
    title: str,
    what: str,
    key: str,
    counts: Counter[tuple[Any, ...]],
    bounds: tuple[int, ...],
) -> Table:
    """A table by bins, in the order of bins."""
    names = bins(bounds)
    table = splits.table(name, title, what, (key,), counts, [(one,) for one in names])
    table.rows.sort(key=lambda row: names.index(str(row[0])) if row[0] in names else -1)
    return table


def most(
    name: str,
    title: str,
    what: str,
    key: str,
    column: Any,
    counts: Counter[tuple[Any, ...]],
    corpus: Corpus,
    items: str,
    splits: Splits,
) -> Table:
    """The most frequent of `column`: items, documents, stories, and items by split."""
    import numpy as np

    doc = corpus.doc(items)
    story = corpus.documents["story"].combine_chunks().dictionary_encode().indices
    documents = Counter(one for one, _ in tally(column, doc))
    stories = Counter(one for one, _ in tally(column, np.asarray(story)[doc]))
    rows: list[Row] = []
    for row in splits.rows(
        {keys: number for keys, number in counts.items() if keys[0] is not None}
    ):
        one = row[0]
        by_split = row[1 : 1 + len(splits.names)]
        total = sum(value for value in by_split if isinstance(value, int))
        rows.append((one, total, documents[one], stories[one], *by_split))
        if len(rows) == TOP:
            break
    return Table(name, title, what, (key, items, "documents", "stories", *splits.names), rows)
