"""A table of figures, and how counts become one."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Cell = str | int | float | None
Row = tuple[Cell, ...]
#: Rows of a table that lists the most frequent of many (entities, sources, pairs).
TOP = 50


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `what` defines its figures; the first `keys` of `columns` say what a row is about.

    Cells are str, int, float or None (not defined, such as a mean of nothing).
    """

    name: str
    title: str
    what: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    keys: int = 1

    def to_dict(self) -> dict[str, Any]:
        """`name`, `title`, `what`, `keys`, `columns`, `rows` (lists, in the order of columns)."""
        return {
            "name": self.name,
            "title": self.title,
            "what": self.what,
            "keys": self.keys,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }

    def long(self) -> Iterator[Row]:
        """Tidy rows (Wickham 2014, Tidy Data): the keys, `figure` (a column's name), `value`."""
        for row in self.rows:
            for name, value in zip(self.columns[self.keys :], row[self.keys :], strict=True):
                yield (*row[: self.keys], name, value)


class Splits:
    """Columns of counts by split: one a split, then `all` where there are several, and `share`."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.heads: tuple[str, ...] = (*self.names, *(("all",) if len(self.names) > 1 else ()))

    def of(self, counts: Sequence[float]) -> tuple[float, ...]:
        """One figure a split, then their sum."""
        return (*counts, sum(counts)) if len(self.names) > 1 else tuple(counts)

    def rows(
        self, counts: Mapping[tuple[Any, ...], int], known: Iterable[tuple[Any, ...]] = ()
    ) -> list[Row]:
        """Rows of (key…, split) -> count, with each key's share of all; the most frequent first.

        `known` are keys that stand there even with nothing, in their order.
        """
        found: dict[tuple[Any, ...], list[int]] = {key: [0] * len(self.names) for key in known}
        for (*key, split), count in counts.items():
            found.setdefault(tuple(key), [0] * len(self.names))[split] += count
        total = sum(map(sum, found.values()))
        place = {key: at for at, key in enumerate(found)}
        order = sorted(
            found.items(),
            key=lambda item: (
                -sum(item[1]),
                place[item[0]] if not sum(item[1]) else 0,
                tuple(map(str, item[0])),
            ),
        )
        return [(*key, *self.of(row), share(sum(row), total)) for key, row in order]

    def table(
        self,
        name: str,
        title: str,
        what: str,
        keys: Sequence[str],
        counts: Mapping[tuple[Any, ...], int],
        known: Iterable[tuple[Any, ...]] = (),
        *,
        ordered: bool = False,
    ) -> Table:
        """A table of counts by split; with `ordered` by key, for keys that are numbers."""
        rows = self.rows(counts, known)
        if ordered:
            rows.sort(key=lambda row: row[: len(keys)])
        return Table(name, title, what, (*keys, *self.heads, "share"), rows, len(keys))


def share(part: float, whole: float) -> float | None:
    """`part / whole`; None of nothing."""
    return part / whole if whole else None


def tally(*columns: Any) -> Counter[tuple[Any, ...]]:
    """How often each combination of values occurs; columns are Arrow or numpy, of one length."""
    import pyarrow as pa

    names = [str(place) for place in range(len(columns))]
    made = pa.table(dict(zip(names, columns, strict=True)))
    grouped = made.group_by(names, use_threads=False).aggregate([([], "count_all")])
    values = [grouped.column(name).to_pylist() for name in names]
    return Counter(
        dict(zip(zip(*values, strict=True), grouped["count_all"].to_pylist(), strict=True))
    )


def five(values: Any) -> Row:
    """number, sum, mean, standard deviation, least, quartiles, greatest of a numpy array.

    The deviation is of the whole (not a sample); quartiles are interpolated linearly (Hyndman and
    Fan 1996, type 7: numpy's default).
    """
    import numpy as np

    if not len(values):
        return (0, 0, *(None,) * 7)
    low, first, middle, third, high = np.percentile(values, (0, 25, 50, 75, 100))
    deviation = math.sqrt(float(np.mean((values - values.mean()) ** 2)))
    return (
        len(values),
        int(values.sum()),
        float(values.mean()),
        deviation,
        int(low),
        float(first),
        float(middle),
        float(third),
        int(high),
    )


FIVE = ("number", "sum", "mean", "sd", "min", "q1", "median", "q3", "max")


def binned(value: int, bounds: Sequence[int]) -> str:
    """The bin of a whole number: `bounds` are the first values of bins, the last one open."""
    for low, after in pairwise(bounds):
        if value < after:
            return str(low) if after - low == 1 else f"{low}-{after - 1}"
    return f"{bounds[-1]}+"


def bins(bounds: Sequence[int]) -> list[str]:
    """The names of all bins, in order."""
    return [binned(low, bounds) for low in bounds]


def in_bins(
    numbers: Mapping[tuple[int, int], int], bounds: Sequence[int]
) -> Counter[tuple[Any, ...]]:
    """(number, split) -> count, by bin."""
    found: Counter[tuple[Any, ...]] = Counter()
    for (value, split), count in numbers.items():
        found[binned(value, bounds), split] += count
    return found
