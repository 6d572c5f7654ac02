"""Plots of a page as inline SVG: places are percentages, so that they take the width there is."""

from collections.abc import Sequence

from parley.markup import escaped
from parley.scoring.page_shell import kind_class

_HEIGHT = 18
_MIDDLE = _HEIGHT / 2
#: Percent of a stacked bar's width that a digit takes, on a phone and on a wide page.
_NARROW, _ROOMY = 3.2, 1.2


def _svg(words: str, parts: Sequence[str], height: int = _HEIGHT) -> str:
    return (
        f'<svg width="100%" height="{height}" role="img"><title>{escaped(words)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _at(value: float) -> str:
    return f"{100 * min(1.0, max(0.0, value)):.2f}%".replace(".00%", "%")


def _grid() -> list[str]:
    return [
        f'<line class="grid" x1="{place}%" x2="{place}%" y1="0" y2="{_HEIGHT}"/>'
        for place in (0, 25, 50, 75, 100)
    ]


def axis() -> str:
    """The figures over a column of plots: 0, 0.5 and 1."""
    marks = "".join(
        f'<text x="{place}%" y="11" text-anchor="middle">{label}</text>'
        for place, label in ((0, "0"), (50, "0.5"), (100, "1"))
    )
    return f'<svg width="100%" height="14" aria-hidden="true">{marks}</svg>'


def dot(words: str, value: float, low: float | None, high: float | None) -> str:
    """A value of 0 to 1 as a dot, its interval as a line through it."""
    parts = _grid()
    if low is not None and high is not None:
        parts.append(
            f'<line class="range" x1="{_at(low)}" x2="{_at(high)}" y1="{_MIDDLE}" y2="{_MIDDLE}"/>'
        )
    parts.append(f'<circle class="dot" cx="{_at(value)}" cy="{_MIDDLE}" r="4.5"/>')
    return _svg(words, parts)


def bar(words: str, value: float, low: float | None, high: float | None) -> str:
    """A value of 0 to 1 as a bar, its interval as a whisker."""
    parts = [
        *_grid(),
        f'<rect class="bar" x="0" y="3" width="{_at(value)}" height="{_HEIGHT - 6}"/>',
    ]
    if low is not None and high is not None:
        ends = "".join(
            f'<line class="whisker" x1="{_at(end)}" x2="{_at(end)}" y1="5" y2="{_HEIGHT - 5}"/>'
            for end in (low, high)
        )
        parts.append(
            f'<line class="whisker" x1="{_at(low)}" x2="{_at(high)}" y1="{_MIDDLE}" '
            f'y2="{_MIDDLE}"/>{ends}'
        )
    return _svg(words, parts)


def pair(words: str, precision: float | None, recall: float | None) -> str:
    """Precision (a ring) and recall (a dot) on one line."""
    parts = _grid()
    if precision is not None and recall is not None:
        parts.append(
            f'<line class="between" x1="{_at(precision)}" x2="{_at(recall)}" y1="{_MIDDLE}" '
            f'y2="{_MIDDLE}"/>'
        )
    if recall is not None:
        parts.append(f'<circle class="recall" cx="{_at(recall)}" cy="{_MIDDLE}" r="4.5"/>')
    if precision is not None:
        parts.append(f'<circle class="precision" cx="{_at(precision)}" cy="{_MIDDLE}" r="4"/>')
    return _svg(words, parts)


def stacked(words: str, counts: Sequence[tuple[str, int]]) -> str:
    """Kinds and their numbers as one bar that is full together."""
    total = sum(number for _, number in counts)
    parts = []
    before = 0.0
    for kind, number in counts:
        width = 100 * number / total
        parts.append(
            f'<rect class="{kind_class(kind)}" x="{before:.2f}%" y="1" width="{width:.2f}%" '
            f'height="{_HEIGHT + 2}"><title>{escaped(kind)}: {number:,}</title></rect>'
        )
        digits = len(f"{number:,}") + 1
        if width > _ROOMY * digits:
            roomy = "" if width > _NARROW * digits else ' class="roomy"'
            parts.append(
                f'<text{roomy} x="{before + width / 2:.2f}%" y="15" text-anchor="middle">'
                f"{number:,}</text>"
            )
        before += width
    return _svg(words, parts, _HEIGHT + 4)
