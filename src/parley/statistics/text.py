"""Tables for a terminal: aligned, no wider than it, long ones cut."""

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from parley.statistics.table import Cell, Table

#: Rows of a table that are shown where nobody asked for this table.
SHOWN = 15
_GAP = "  "
#: The least that a key is cut to.
_LEAST = 12


def render(tables: Iterable[Table], width: int, *, whole: bool = False, color: bool = False) -> str:
    """Tables one below the other, ending in a newline; with `whole` also long ones, and what
    their figures are. `color` makes titles bold."""
    lines: list[str] = []
    for table in tables:
        head = f"{table.title} ({table.name})"
        lines += [f"\x1b[1m{head}\x1b[0m" if color else head]
        if whole:
            lines += textwrap.wrap(table.what, width)
        rows = table.rows if whole else table.rows[:SHOWN]
        if not rows:
            lines += ["  none", ""]
            continue
        lines += _table(table, rows, width)
        if len(rows) < len(table.rows):
            lines.append(f"  … {len(table.rows) - len(rows):,} more: --only {table.name}")
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def column(values: Sequence[Cell]) -> list[str]:
    """The cells of a column as text: whole numbers with commas, shares (a column of numbers of 0
    to 1) to three places, other numbers to one, `-` for none."""
    fractions = [value for value in values if isinstance(value, float)]
    places = 3 if all(abs(value) <= 1 for value in fractions) else 1
    return [_cell(value, places) for value in values]


def _cell(value: Cell, places: int) -> str:
    match value:
        case None:
            return "-"
        case str():
            return "".join(
                char if char.isprintable() else "\ufffd" for char in " ".join(value.split())
            )
        case int():
            return f"{value:,}"
        case _:
            return f"{value:,.{places}f}"


def _table(table: Table, rows: Sequence[Sequence[Cell]], width: int) -> list[str]:
    """A table in as many blocks of columns as the width needs, the keys in each of them."""
    columns = [
        [head, *column([row[place] for row in rows])] for place, head in enumerate(table.columns)
    ]
    right = [all(not isinstance(row[place], str) for row in rows) for place in range(len(columns))]
    keys, others = columns[: table.keys], columns[table.keys :]
    # Keys take half of the width at the most, the longest of them is cut first.
    room = max(width // 2, _LEAST * len(keys))
    wide = [_widest(cells) for cells in keys]
    while sum(wide) + len(_GAP) * len(wide) > room and max(wide) > _LEAST:
        wide[wide.index(max(wide))] -= 1
    taken = sum(wide) + len(_GAP) * (len(wide) - 1) + 2
    blocks: list[list[int]] = [[]]
    left = width - taken
    for place, cells in enumerate(others):
        needed = _widest(cells) + len(_GAP)
        if needed > left and blocks[-1]:
            blocks.append([])
            left = width - taken
        blocks[-1].append(place)
        left -= needed
    lines = []
    for block in blocks:
        for at in range(len(rows) + 1):
            parts = [
                _pad(_cut(cells[at], size), size, right[place])
                for place, (cells, size) in enumerate(zip(keys, wide, strict=True))
            ]
            parts += [
                _pad(others[place][at], _widest(others[place]), right[table.keys + place])
                for place in block
            ]
            lines.append(("  " + _GAP.join(parts)).rstrip())
    return lines


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _widest(texts: Iterable[str]) -> int:
    return max(map(_columns, texts))


def _cut(text: str, room: int) -> str:
    if _columns(text) <= room:
        return text
    while text and _columns(text) >= room:
        text = text[:-1]
    return text + "…"


def _pad(text: str, room: int, right: bool) -> str:
    fill = " " * (room - _columns(text))
    return fill + text if right else text + fill
