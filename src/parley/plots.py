"""Plots as SVG files of their own: bars, stacked and grouped bars, histogram, dots, timeline, heat.

A drawing is `WIDTH` units wide, so that its text is legible where it is shrunk to a phone of 390
pixels. Ink is `currentColor`: black where nothing is said, the colour of the text of a page that
the SVG is written into, and by the reader's light or dark scheme where it is shown as a picture.
Every drawing has a title and a description that says its figures, for who does not see it. The
same values give the same bytes.

Labels are plain text: they are escaped here. `name` is the drawing's id in a page (a-z 0-9 - _).
Values are finite and not negative; anything else is a `ValueError`.
"""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from parley.markup import escaped

#: Units across; of text, what its em is.
WIDTH = 440
TEXT = 13
_SMALL = 11
_ROW = 22
_GAP = 8
#: Rows that a description spells out.
_SPELLED = 40

#: Colours of series that have none: each 3:1 or more against white and against near black
#: (WCAG 2.2, 1.4.11).
SERIES = (
    "#4c78a8",
    "#d9730d",
    "#3f9142",
    "#9457c4",
    "#c8519a",
    "#189a98",
    "#9a7440",
    "#7b8794",
)

_STYLE = (
    ".parley-plot{color:#1f2328;max-width:100%;height:auto}"
    "@media (prefers-color-scheme:dark){.parley-plot{color:#e6edf3}}"
)
_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_EDGE = 'stroke="currentColor" stroke-opacity=".4" stroke-width=".75"'

Colors = Mapping[str, str]


def bars(
    name: str,
    title: str,
    rows: Sequence[tuple[str, float]],
    *,
    colors: Colors | None = None,
    note: str = "",
) -> str:
    """A horizontal bar for each (label, value), with its value beside it.

    `colors` by label, where labels have some; `note` stands under the title.
    """
    _check(value for _, value in rows)
    draw = _Drawing(name, title, note)
    most = max((value for _, value in rows), default=0) or 1
    left = draw.labels([label for label, _ in rows])
    right = _widest([number(value) for _, value in rows]) + 6
    room = WIDTH - left - right
    for label, value in rows:
        draw.label(label, left)
        width = room * value / most
        draw.box(left, width, (colors or {}).get(label, SERIES[0]), f"{label}: {number(value)}")
        draw.text(number(value), left + width + 6)
        draw.y += _ROW
    return draw.done([f"{label}: {number(value)}" for label, value in rows])


def stacked(
    name: str,
    title: str,
    rows: Sequence[tuple[str, Sequence[float]]],
    series: Sequence[str],
    *,
    colors: Colors | None = None,
    shares: bool = False,
    note: str = "",
) -> str:
    """A horizontal bar for each (label, values), one part for each of `series`, its sum beside it.

    `colors` by series. With `shares` every bar has the same length, and parts are shares of it.
    """
    _check(value for _, values in rows for value in values)
    shade = _shades(series, colors)
    draw = _Drawing(name, title, note)
    draw.legend(series, shade)
    sums = [sum(values) for _, values in rows]
    most = max(sums, default=0) or 1
    left = draw.labels([label for label, _ in rows])
    room = WIDTH - left - _widest([number(value) for value in sums]) - 6
    for (label, values), total in zip(rows, sums, strict=True):
        draw.label(label, left)
        x = float(left)
        full = total if shares else most
        for one, value in zip(series, values, strict=True):
            width = room * value / full if full else 0.0
            draw.box(x, width, shade[one], f"{label}, {one}: {number(value)}")
            x += width
        draw.text(number(total), (left + room if shares else x) + 6)
        draw.y += _ROW
    return draw.done(_spell(rows, series))


def grouped(
    name: str,
    title: str,
    rows: Sequence[tuple[str, Sequence[float]]],
    series: Sequence[str],
    *,
    colors: Colors | None = None,
    note: str = "",
) -> str:
    """For each (label, values) a group of thin horizontal bars, one for each of `series`."""
    _check(value for _, values in rows for value in values)
    shade = _shades(series, colors)
    draw = _Drawing(name, title, note)
    draw.legend(series, shade)
    most = max((value for _, values in rows for value in values), default=0) or 1
    left = draw.labels([label for label, _ in rows])
    room = WIDTH - left - _widest([number(value) for _, values in rows for value in values]) - 6
    thin = _SMALL + 2
    for label, values in rows:
        draw.label(label, left)
        draw.y += 2
        for one, value in zip(series, values, strict=True):
            width = room * value / most
            words = f"{label}, {one}: {number(value)}"
            draw.box(left, width, shade[one], words, thin - 3)
            draw.text(number(value), left + width + 6, down=10, small=True)
            draw.y += thin
        draw.y += _GAP
    return draw.done(_spell(rows, series))


def dots(
    name: str,
    title: str,
    rows: Sequence[tuple[str, float, float | None, float | None]],
    *,
    note: str = "",
) -> str:
    """For each (label, value, low, high) a dot with its interval as a line, from 0 to at least 1.

    An interval that is not known is None, None.
    """
    ends = [end for _, *found in rows for end in found if end is not None]
    _check(ends)
    ticks = _ticks(max(ends, default=0) if max(ends, default=0) > 1 else 1)
    draw = _Drawing(name, title, note)
    left = draw.labels([label for label, *_ in rows])
    room = WIDTH - left - _widest([_short(value) for _, value, _, _ in rows]) - 16
    x = [left + 5 + room * tick / ticks[-1] for tick in ticks]
    top = draw.y
    spelled = []
    for label, value, low, high in rows:
        draw.label(label, left)
        words = f"{label}: {_short(value)}"
        middle = draw.y + _ROW / 2 - 2
        if low is not None and high is not None:
            words += f" [{_short(low)}, {_short(high)}]"
            ends_at = [left + 5 + room * end / ticks[-1] for end in (low, high)]
            draw.line(ends_at[0], middle, ends_at[1], middle, ".6", "2")
        spelled.append(words)
        draw.parts.append(
            f'<circle cx="{_n(left + 5 + room * value / ticks[-1])}" cy="{_n(middle)}" r="4.5" '
            f'fill="{SERIES[0]}"><title>{_words(words)}</title></circle>'
        )
        draw.text(_short(value), WIDTH, anchor="end")
        draw.y += _ROW
    for place, tick in zip(x, ticks, strict=True):
        draw.line(place, top, place, draw.y, ".15")
        draw.text(number(tick), place, small=True, anchor="middle")
    draw.y += _ROW - 6
    return draw.done(spelled)


def histogram(
    name: str,
    title: str,
    bins: Sequence[tuple[float, float, float]],
    *,
    across: str,
    note: str = "",
) -> str:
    """A column for each (low, high, count), high exclusive; `across` says what is measured.

    A bin one wide is written as its only whole number, the last bin may end in infinity.
    """
    _check(value for low, _, count in bins for value in (low, count))
    labels = [_bin(low, high) for low, high, _ in bins]
    draw = _Drawing(name, title, note)
    draw.columns([(label, [count]) for label, (_, _, count) in zip(labels, bins, strict=True)])
    draw.text(across, WIDTH, small=True, anchor="end")
    draw.y += _ROW - 4
    return draw.done(
        [f"{label}: {number(count)}" for label, (_, _, count) in zip(labels, bins, strict=True)]
    )


def timeline(
    name: str,
    title: str,
    rows: Sequence[tuple[str, Sequence[float]]],
    series: Sequence[str],
    *,
    colors: Colors | None = None,
    note: str = "",
) -> str:
    """A column for each (period, values), in the order given, one part for each of `series`.

    Periods are ISO 8601 (2024-08-17, 2024-W33, 2024-08, 2024), the gaps between them filled by
    the caller.
    """
    _check(value for _, values in rows for value in values)
    shade = _shades(series, colors)
    draw = _Drawing(name, title, note)
    draw.legend(series, shade)
    draw.columns(rows, series, shade)
    return draw.done(_spell(rows, series))


def heat(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[float]]],
    *,
    note: str = "",
) -> str:
    """A table of numbers whose cells are the darker the larger they are; 0 is left white."""
    _check(value for _, values in rows for value in values)
    draw = _Drawing(name, title, note)
    most = max((value for _, values in rows for value in values), default=0) or 1
    left = draw.labels([label for label, _ in rows])
    cell = (WIDTH - left) / max(1, len(columns))
    # Heads that do not fit beside each other go down a step, one after the other.
    fits = all(_width(head, _SMALL) < cell - 4 for head in columns)
    steps = 1 if fits else min(3, len(columns))
    for place, head in enumerate(columns):
        x = left + cell * (place + 0.5)
        room = 2 * min(x - left + cell / 2, WIDTH - x) if steps > 1 else cell - 4
        shown = _cut(head, max(cell, min(room, cell * steps - 4)), _SMALL)
        down = 12 + 13 * (place % steps)
        half = _width(shown, _SMALL) / 2
        at = min(max(x, left + half), WIDTH - half)
        draw.text(shown, at, down=down, small=True, anchor="middle")
    draw.y += 5 + 13 * steps
    for label, values in rows:
        draw.label(label, left)
        for place, value in enumerate(values):
            x = left + cell * place
            words = f"{label}, {columns[place]}: {number(value)}"
            draw.parts.append(
                f'<rect x="{_n(x + 0.5)}" y="{_n(draw.y)}" width="{_n(cell - 1)}" '
                f'height="{_ROW - 1}" fill="{SERIES[0]}" '
                f'fill-opacity="{_n(0.55 * value / most)}" {_EDGE}><title>{_words(words)}</title>'
                "</rect>"
            )
            shown = _cut(number(value), cell, _SMALL)
            if value:
                draw.text(shown, x + cell / 2, small=True, anchor="middle", down=15)
        draw.y += _ROW
    return draw.done(_spell(rows, columns))


def number(value: float) -> str:
    """A whole number with commas; else three significant digits."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


class _Drawing:
    """A drawing under way: `y` is where the next row begins."""

    def __init__(self, name: str, title: str, note: str) -> None:
        self.name = name
        self.title = title
        self.parts: list[str] = []
        self.y = 4.0
        for line in _wrap(title, WIDTH, TEXT + 1, bold=True):
            self.parts.append(
                f'<text x="0" y="{_n(self.y + 13)}" font-size="{TEXT + 1}" font-weight="600" '
                f'fill="currentColor">{_words(line)}</text>'
            )
            self.y += 19
        for line in _wrap(note, WIDTH, _SMALL) if note else ():
            self.text(line, 0, down=11, small=True)
            self.y += 15
        self.y += _GAP

    def labels(self, texts: Sequence[str]) -> int:
        """Where plots begin, to the right of labels."""
        return math.ceil(min(0.42 * WIDTH, _widest(texts))) + 8

    def label(self, text: str, room: float) -> None:
        """A row's label, cut to `room`; the whole of it as a tip."""
        shown = _cut(text, room - 8, TEXT)
        tip = f"<title>{_words(text)}</title>" if shown != _plain(text) else ""
        self.parts.append(
            f'<text x="{_n(room - 8)}" y="{_n(self.y + 14)}" text-anchor="end" '
            f'fill="currentColor">{tip}{_words(shown)}</text>'
        )

    def text(
        self, words: str, x: float, *, down: float = 14, small: bool = False, anchor: str = "start"
    ) -> None:
        """Words at `x`, their base line `down` from here."""
        size = f' font-size="{_SMALL}" fill-opacity=".8"' if small else ""
        at = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.parts.append(
            f'<text x="{_n(x)}" y="{_n(self.y + down)}" fill="currentColor"{size}{at}>'
            f"{_words(words)}</text>"
        )

    def box(self, x: float, width: float, color: str, words: str, height: float = _ROW - 6) -> None:
        """A part of a bar with its tip; one of no width is left out."""
        if width > 0:
            self.parts.append(
                f'<rect x="{_n(x)}" y="{_n(self.y + 1)}" width="{_n(max(width, 0.5))}" '
                f'height="{_n(height)}" fill="{escaped(color)}" {_EDGE}>'
                f"<title>{_words(words)}</title></rect>"
            )

    def line(self, x1: float, y1: float, x2: float, y2: float, faint: str, wide: str = "1") -> None:
        """A line of ink."""
        self.parts.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
            f'stroke="currentColor" stroke-opacity="{faint}" stroke-width="{wide}"/>'
        )

    def legend(self, series: Sequence[str], shade: Colors) -> None:
        """What each colour is, in as many lines as are needed."""
        if len(series) < 2:
            return
        x = 0.0
        for one in series:
            shown = _cut(one, WIDTH - 18, TEXT)
            wide = 18 + _width(shown, TEXT) + 14
            if x and x + wide - 14 > WIDTH:
                x = 0.0
                self.y += _ROW - 2
            self.parts.append(
                f'<rect x="{_n(x + 0.5)}" y="{_n(self.y + 4)}" width="12" height="12" '
                f'fill="{escaped(shade[one])}" {_EDGE}/>'
            )
            self.text(shown, x + 18)
            x += wide
        self.y += _ROW + 4

    def columns(
        self,
        rows: Sequence[tuple[str, Sequence[float]]],
        series: Sequence[str] = ("",),
        shade: Colors | None = None,
    ) -> None:
        """Upright columns over an axis, with a scale at the left."""
        height = 150.0
        ticks = _ticks(max((sum(values) for _, values in rows), default=0) or 1)
        left = _widest([number(tick) for tick in ticks], _SMALL) + 6
        self.y += 6
        for tick in ticks:
            up = height * (1 - tick / ticks[-1])
            self.line(left, self.y + up, WIDTH, self.y + up, ".5" if tick == 0 else ".15")
            self.text(number(tick), left - 4, down=up + 4, small=True, anchor="end")
        step = (WIDTH - left) / max(1, len(rows))
        pad = min(step * 0.12, 3)
        for place, (label, values) in enumerate(rows):
            x, base = left + step * place, self.y + height
            for one, value in zip(series, values, strict=True):
                if not value:
                    continue
                tall = height * value / ticks[-1]
                base -= tall
                words = ", ".join(part for part in (label, one) if part)
                color = (shade or {}).get(one, SERIES[0])
                self.parts.append(
                    f'<rect x="{_n(x + pad)}" y="{_n(base)}" width="{_n(step - 2 * pad)}" '
                    f'height="{_n(tall)}" fill="{escaped(color)}" {_EDGE}>'
                    f"<title>{_words(words)}: {number(value)}</title></rect>"
                )
        self.y += height
        wide = _widest([label for label, _ in rows], _SMALL) + 10
        every = max(1, math.ceil(wide / step))
        for place, (label, _) in enumerate(rows):
            if place % every == 0:
                half = _width(label, _SMALL) / 2
                at = min(max(left + step * (place + 0.5), half), WIDTH - half)
                self.text(label, at, small=True, anchor="middle")
        self.y += _ROW - 4

    def done(self, spelled: Sequence[str]) -> str:
        """The SVG; `spelled` are the figures in words."""
        more = len(spelled) - _SPELLED
        words = "; ".join(spelled[:_SPELLED]) + (f"; and {more} more" if more > 0 else "")
        key = escaped(self.name)
        height = math.ceil(self.y) + 4
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="parley-plot" width="{WIDTH}" '
            f'height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-labelledby="{key}-title {key}-desc" font-family="{_FONT}" '
            f'font-size="{TEXT}">\n'
            f'<title id="{key}-title">{_words(self.title)}</title>\n'
            f'<desc id="{key}-desc">{_words(words or "Nothing to show.")}</desc>\n'
            f"<style>{_STYLE}</style>\n" + "\n".join(self.parts) + "\n</svg>\n"
        )


def _spell(rows: Sequence[tuple[str, Sequence[float]]], series: Sequence[str]) -> list[str]:
    return [
        f"{label}: "
        + ", ".join(
            f"{one} {number(value)}" for one, value in zip(series, values, strict=True) if value
        )
        for label, values in rows
        if any(values)
    ]


def _check(values: Iterable[float]) -> None:
    for value in values:
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"a plot's values are finite and not negative; got {value!r}")


def _shades(series: Sequence[str], colors: Colors | None) -> dict[str, str]:
    found = colors or {}
    return {one: found.get(one) or SERIES[at % len(SERIES)] for at, one in enumerate(series)}


def _ticks(most: float) -> list[float]:
    """Round numbers from 0 to the first that is not below `most`, five steps at the most."""
    # Less than that is drawn as nothing.
    rough = max(most, 1e-9) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    if most == int(most) and step < 1 and most > 1:
        step = 1.0
    count = max(1, math.ceil(most / step - 1e-9))
    return [float(f"{step * place:.12g}") for place in range(count + 1)]


def _bin(low: float, high: float) -> str:
    if math.isinf(high):
        return f"{number(low)}+"
    if high - low == 1 and low == int(low):
        return number(low)
    if low == int(low) and high == int(high):
        return f"{number(low)}-{number(high - 1)}"
    return f"{number(low)}-{number(high)}"


def _short(value: float) -> str:
    return f"{value:.3f}"


def _plain(text: str) -> str:
    """One line, without white space that XML may not hold."""
    return " ".join(text.split())


def _words(text: str) -> str:
    return escaped(_plain(text))


def _n(value: float) -> str:
    found = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if found == "-0" else found


def _width(text: str, size: float = TEXT) -> float:
    """How wide a text is, roughly: as in DejaVu Sans, which is wider than most."""
    return size * sum(map(_em, text))


def _em(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if char in "iIljtfr.,:;'|!()[] -/":
        return 0.42
    if char in "mwMW—%@":
        return 1.0
    return 0.77 if char.isupper() else 0.64


def _widest(texts: Sequence[str], size: float = TEXT) -> float:
    return max((_width(text, size) for text in texts), default=0.0)


def _cut(text: str, room: float, size: float) -> str:
    """The text where it fits into `room`, else its beginning and an ellipsis."""
    text = _plain(text)
    if _width(text, size) <= room:
        return text
    room -= _width("…", size)
    kept = 0
    for char in text:
        room -= size * _em(char)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + "…"


def _wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines that fit into `room`, broken at spaces."""
    if bold:
        room /= 1.12
    lines = [""]
    for word in _plain(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_cut(line, room, size) for line in lines]
