"""Offsets of exports: which unit they are in, and where they fall in the canonical text.

Label Studio's `<Text>` counts Unicode code points; exports of versions around 1.1 count UTF-16 code
units (HumanSignal/label-studio#1347). A task's text may also differ from the canonical text by what
canonicalisation removes: a byte order mark and carriage returns. `Converter` answers both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from enum import Enum

from parley.document import canonical


class Unit(Enum):
    """What an offset counts."""

    CODE_POINT = "code points"
    UTF16 = "UTF-16 code units"


#: One region as its export gives it: start, end, and the words that it showed ("" if none).
Evidence = tuple[int, int, str]


class Converter:
    """Offsets on a task's text, in either unit, to code points of the canonical text."""

    __slots__ = ("_astral", "_removed", "length", "raw", "text")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = raw if _is_canonical(raw) else canonical(raw)
        self.length = len(raw)
        #: Positions (code points of `raw`) of what canonicalisation removes.
        self._removed = [] if self.text is raw else _removed(raw)
        #: UTF-16 positions of the second halves of surrogate pairs.
        self._astral = [] if raw.isascii() else _second_halves(raw)

    @property
    def units_differ(self) -> bool:
        """Whether the text has a character that UTF-16 counts twice."""
        return bool(self._astral)

    def code_point(self, offset: int, unit: Unit) -> int | None:
        """`offset` as a code point of the task's text; None where it is outside the text or
        between the halves of one character."""
        if unit is Unit.UTF16 and self._astral:
            before = bisect_left(self._astral, offset)
            if before < len(self._astral) and self._astral[before] == offset:
                return None
            offset -= before
        return offset if 0 <= offset <= self.length else None

    def canonical(self, position: int) -> int:
        """A code point of the task's text as one of the canonical text."""
        return position - bisect_left(self._removed, position) if self._removed else position

    def slice(self, start: int, end: int, unit: Unit) -> str | None:
        """The words between two offsets, or None where they are not in the text."""
        first, last = self.code_point(start, unit), self.code_point(end, unit)
        if first is None or last is None or first > last:
            return None
        return self.raw[first:last]


def _is_canonical(text: str) -> bool:
    return "\r" not in text and not text.startswith("\ufeff")


def _removed(raw: str) -> list[int]:
    removed = [0] if raw.startswith("\ufeff") else []
    position = raw.find("\r\n")
    while position >= 0:
        removed.append(position)
        position = raw.find("\r\n", position + 2)
    return removed


def _second_halves(raw: str) -> list[int]:
    if max(raw) <= "\uffff":
        return []
    found: list[int] = []
    for position, char in enumerate(raw):
        if char > "\uffff":
            found.append(position + len(found) + 1)
    return found


def same_words(shown: str, found: str) -> bool:
    """Whether an export's `text` may have been made from the words `found`.

    The browser turns tabs into spaces, loses double spaces and writes line ends as escapes, so
    white space and escapes count for nothing.
    """
    return shown == found or _bare(shown) == _bare(found)


def _bare(words: str) -> str:
    for escape in ("\\r", "\\n", "\\t"):
        words = words.replace(escape, " ")
    return "".join(words.split())


class Fit(Enum):
    """What the evidence of one task says about its unit."""

    CODE_POINT = 1
    UTF16 = 2
    EITHER = 3
    NEITHER = 4


def fit(converter: Converter, regions: Sequence[Evidence]) -> Fit:
    """Which unit makes the regions' offsets give the words that they showed.

    `text` in an export is weak evidence (it can be stale or sent wrong through the API), so single
    misses do not decide: a unit fits when it explains more than half of the regions. Without any
    words only the range can speak.
    """
    told = [region for region in regions if region[2]]
    if not told:
        if converter.units_differ and any(end > converter.length for _, end, _ in regions):
            return Fit.UTF16
        return Fit.EITHER
    points = _explained(converter, told, Unit.CODE_POINT)
    if not converter.units_differ:
        return Fit.EITHER if points * 2 > len(told) else Fit.NEITHER
    units = _explained(converter, told, Unit.UTF16)
    best = max(points, units)
    if best * 2 <= len(told):
        return Fit.NEITHER
    if points == units:
        return Fit.EITHER
    return Fit.CODE_POINT if points > units else Fit.UTF16


def _explained(converter: Converter, regions: Sequence[Evidence], unit: Unit) -> int:
    count = 0
    raw, plain = converter.raw, unit is Unit.CODE_POINT or not converter.units_differ
    for start, end, shown in regions:
        if plain and start >= 0 and raw[start:end] == shown:
            count += 1
            continue
        words = converter.slice(start, end, unit)
        count += words is not None and same_words(shown, words)
    return count


def utf16(text: str, position: int) -> int:
    """A code point offset as UTF-16 code units (for tests, and tools that count that way)."""
    halves = _second_halves(text)
    starts = [half - 1 - index for index, half in enumerate(halves)]
    return position + bisect_right(starts, position - 1)
