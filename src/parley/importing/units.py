"""What the offsets of a foreign file count, told by the words that it shows beside them.

Tools count code points, UTF-16 code units (Java, JavaScript) or bytes, on the text as it is stored
or as they read it: without a byte order mark, with CRLF as one character. Each of these is a
`Reading`; the one that explains most of the words wins, the plainest first.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from parley.document import Span, canonical
from parley.formats.standoff import Mark
from parley.labelstudio.offsets import same_words

_SIZES: dict[str, Callable[[str], int]] = {
    "code points": lambda _: 1,
    "UTF-16 code units": lambda char: 2 if char > "\uffff" else 1,
    "bytes": lambda char: len(char.encode("utf-8", "surrogatepass")),
}


@dataclass(slots=True)
class Reading:
    """One way to count: `name` says it in words, `plain` whether it is code points of the
    canonical text, so that nothing is converted."""

    name: str
    plain: bool
    #: Offset of each character of the text as the tool read it, then its length; None where an
    #: offset is a place in that text.
    starts: list[int] | None
    #: Place in the text as the tool read it -> in the canonical text; None where they are one.
    places: list[int] | None
    length: int

    def code_point(self, offset: int) -> int | None:
        """An offset as a code point of the canonical text; None where it is outside the text, or
        inside a character."""
        place = offset
        if self.starts is not None:
            place = bisect_left(self.starts, offset)
            if place == len(self.starts) or self.starts[place] != offset:
                return None
        if not 0 <= place <= self.length:
            return None
        return place if self.places is None else self.places[place]

    def span(self, span: Span) -> Span | None:
        """A span of the canonical text, None where it is no span of it."""
        if self.plain:
            return span if 0 <= span[0] < span[1] <= self.length else None
        start, end = self.code_point(span[0]), self.code_point(span[1])
        return None if start is None or end is None or start >= end else (start, end)


def readings(raw: str) -> Iterator[Reading]:
    """Every way to count on `raw` that differs from the others, the plainest first."""
    text = canonical(raw)
    seen: list[tuple[int, ...] | int] = []
    for form, how in _forms(raw):
        places = None if form == text else _places(form)
        for unit, size in _SIZES.items():
            starts = None
            if unit != "code points":
                if form.isascii() or (unit != "bytes" and max(form) <= "\uffff"):
                    continue
                starts = list(accumulate(map(size, form), initial=0))
            key = (len(form), *(starts or ()), *(places or ()))
            if key in seen:
                continue
            seen.append(key)
            plain = starts is None and places is None
            yield Reading(f"{unit}{how}", plain, starts, places, len(form))


def _forms(raw: str) -> Iterator[tuple[str, str]]:
    """The texts that a tool may have counted on: without mark and CR first."""
    text = canonical(raw)
    yield text, ""
    bare = raw.removeprefix("\ufeff")
    if "\r" in raw:
        yield bare, " with CRLF as two"
    if bare != raw:
        yield raw.replace("\r\n", "\n").replace("\r", "\n"), " with the byte order mark"
        if "\r" in raw:
            yield raw, " with the byte order mark and CRLF as two"


def _places(form: str) -> list[int]:
    """The place in the canonical text of each character of `form`, and of its end."""
    gone = {0} if form.startswith("\ufeff") else set()
    gone |= {at for at, char in enumerate(form) if char == "\r" and form[at + 1 : at + 2] == "\n"}
    places, place = [], 0
    for at in range(len(form)):
        places.append(place)
        place += at not in gone
    return [*places, place]


def words(text: str, spans: Sequence[Span]) -> str:
    """The words of spans of the canonical text, as files show those of several parts."""
    if len(spans) == 1:
        return text[spans[0][0] : spans[0][1]]
    return " ".join(text[start:end] for start, end in spans)


def fits(reading: Reading, text: str, mark: Mark) -> bool:
    """Whether the mark's words are those of its offsets; so are words that the file leaves out."""
    spans = [reading.span(span) for span in mark.spans]
    if None in spans or not spans:
        return False
    return mark.text is None or same_words(mark.text, words(text, [s for s in spans if s]))


def choose(raw: str, marks: Sequence[Mark]) -> tuple[Reading, int]:
    """The reading that explains most marks, and how many it does not.

    Only marks with words speak for a reading that is not the plain one: where the file shows none,
    the offsets are taken as they are.
    """
    text = canonical(raw)
    ways = readings(raw)
    best = next(ways)
    missed = sum(not fits(best, text, mark) for mark in marks)
    told = [mark for mark in marks if mark.text is not None]
    if not missed or not told:
        return best, missed
    most = sum(fits(best, text, mark) for mark in told)
    for way in ways:
        explained = sum(fits(way, text, mark) for mark in told)
        # One mark that fits by accident must not move all others.
        if explained > most and explained * 2 > len(told):
            best, most = way, explained
    return best, sum(not fits(best, text, mark) for mark in marks)
