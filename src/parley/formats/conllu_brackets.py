"""Brackets in the MISC column: which marks begin and end at a word.

CorefUD 1.x and Universal Anaphora write the mentions of a word as `Entity=(e1-person(e2-place)e3)`:
`(ID-FIELD-FIELD` opens a mention, `ID)` closes it, `(ID-FIELD)` does both, and `ID[1/2]` is the
first of two parts of a discontinuous one. Fields are named by `# global.Entity`. The same form
serves marks of other layers here, each under a key of its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

#: What means something in a value: brackets and separators of any level, and what MISC forbids.
_SPECIAL = re.compile(r"[%\-()\[\]|=,:<\s\x00-\x1f\x7f]")
_CHUNK = re.compile(r"\([^()]+\)?|[^()]+\)")
_PART = re.compile(r"(.+)\[(\d+)/(\d+)\]", re.DOTALL)


@lru_cache(4096)
def escaped(value: str) -> str:
    """`value` so that it can stand in a field: percent-encoded, as udapi does with commas."""
    return _SPECIAL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), value)


@lru_cache(4096)
def unescaped(value: str) -> str:
    """The inverse of `escaped`."""
    return unquote(value)


def pairs(items: Iterable[tuple[str, str]]) -> str:
    """Names and values as `name:value,name:value`, CorefUD's form of the field `other`."""
    return ",".join(f"{escaped(name)}:{escaped(value)}" for name, value in items)


@lru_cache(4096)
def unpaired(value: str) -> tuple[tuple[str, str], ...]:
    """The inverse of `pairs`; a name without a value has `Yes`."""
    found = []
    for item in value.split(","):
        name, colon, rest = item.partition(":")
        if "%" in item:
            name, rest = unescaped(name), unescaped(rest)
        if item:
            found.append((name, rest if colon else "Yes"))
    return tuple(found)


@dataclass(slots=True)
class Words:
    """Brackets of one key by word, gathered and then written in CorefUD's order.

    At a word closing brackets come first, then opening ones, the longer before the shorter;
    brackets of one word stand after the opening and before the closing ones.
    """

    # Each with what it is sorted by: the other end, then the order in which marks came.
    _opening: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    _single: dict[int, list[str]] = field(default_factory=dict)
    _closing: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    _count: int = 0

    def add(self, name: str, fields: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        """A mark over words (first, last, both included); its fields stand at every part."""
        while fields and not fields[-1]:
            fields = fields[:-1]
        for number, (first, last) in enumerate(spans, 1):
            called = f"{name}[{number}/{len(spans)}]" if len(spans) > 1 else name
            whole = "-".join(("(" + called, *fields))
            if first == last:
                self._single.setdefault(first, []).append(whole + ")")
            else:
                self._count += 1
                self._opening.setdefault(first, []).append((-last, self._count, whole))
                # What opened last is closed first.
                self._closing.setdefault(last, []).append((-first, -self._count, called + ")"))

    def values(self) -> Iterator[tuple[int, str]]:
        """Every word that has brackets, and the value of the key there."""
        for word in self._opening.keys() | self._single.keys() | self._closing.keys():
            opening = "".join([item[2] for item in sorted(self._opening.get(word, ()))])
            closing = "".join([item[2] for item in sorted(self._closing.get(word, ()))])
            single = "".join(self._single.get(word, ()))
            yield word, closing + opening + single if opening else single + closing


@dataclass(slots=True)
class Bracket:
    """A mark that was read: the values of its fields, and its parts as words (first, last, both
    included). `places` says where in `values` a field is; `line` is the line of its first bracket.
    """

    name: str
    places: Mapping[str, int]
    values: Sequence[str]
    line: int
    parts: list[tuple[int, int]]

    def get(self, field: str) -> str:
        """The value of a field; empty where there is none."""
        at = self.places.get(field)
        return self.values[at] if at is not None and at < len(self.values) else ""

    def fields(self) -> Iterator[tuple[str, str]]:
        """Every field but the id, and its value."""
        for name, at in self.places.items():
            if at < len(self.values):
                yield name, self.values[at]


@dataclass(slots=True)
class _Open:
    """A bracket that was opened: `part` of the mark `of`."""

    called: str
    of: Bracket
    first: int
    line: int
    #: How many parts the mark has.
    parts: int = 1


@dataclass(slots=True)
class Reader:
    """Brackets of one key of one document, word by word.

    `fields` are the names of `# global.KEY`; None where there was none, so that the first bracket
    tells GUM's old form (`(person-1`, `(person-1-Ada_Brand` from its version 6 on, closed by the
    same and a bracket) from `(1-person`. What cannot be read is put into `faults` as (line, what is
    wrong).
    """

    fields: Sequence[str] | None
    found: list[Bracket] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    #: How many fields there are, where the id is (-1: none), and where the others are.
    _count: int = 0
    _id: int = -1
    _places: dict[str, int] = field(default_factory=dict)
    _open: list[_Open] = field(default_factory=list)
    _waiting: dict[tuple[str, int], list[tuple[Bracket, set[int]]]] = field(default_factory=dict)

    def word(self, value: str, word: int, line: int) -> None:
        """The brackets of one word."""
        chunks = _CHUNK.findall(value)
        if sum(map(len, chunks)) != len(value):
            chunks = self._until_fault(value, line)
        for chunk in chunks:
            if chunk[0] != "(":
                # Nearly always what opened last.
                if self._open and self._open[-1].called == chunk[:-1]:
                    self._done(self._open.pop(), word)
                else:
                    self._end(chunk[:-1], word, line)
            elif chunk[-1] == ")":
                self._begin(chunk[1:-1], word, line, single=True)
            else:
                self._begin(chunk[1:], word, line, single=False)

    def _until_fault(self, value: str, line: int) -> list[str]:
        """The brackets before what is none."""
        found, end = [], 0
        for match in _CHUNK.finditer(value):
            if match.start() != end:
                break
            end = match.end()
            found.append(match[0])
        self.faults.append((line, f"{value[end : end + 60]!r} is no bracket"))
        return found

    def close(self) -> None:
        """The end of the document: what is still open is a fault."""
        for item in self._open:
            self.faults.append((item.line, f"{item.called!r} is opened and never closed"))
        for left in self._waiting.values():
            for mark, _ in left:
                self.faults.append((mark.line, f"{mark.name[:60]!r} lacks parts of its span"))
        self._open.clear()
        self._waiting.clear()

    def _begin(self, body: str, word: int, line: int, *, single: bool) -> None:
        """A bracket that opens, and closes at the same word where it is `single`."""
        if not self._count:
            self._order(body)
        values = body.split("-", self._count - 1)
        called = values[self._id] if -1 < self._id < len(values) else ""
        if not called:
            chunk = f"({body}{')' if single else ''}"
            self.faults.append((line, f"{chunk[:60]!r} has no id"))
            return
        if called[-1] != "]" or not (match := _PART.fullmatch(called)):
            mark = Bracket(called, self._places, values, line, [])
            if single:
                mark.parts.append((word, word))
                self.found.append(mark)
            else:
                self._open.append(_Open(called, mark, word, line))
            return
        name, number, of = match[1], int(match[2][:6]), int(match[3][:6])
        if not 1 <= number <= of:
            self.faults.append((line, f"{called[:60]!r} counts parts wrongly"))
            return
        item = _Open(called, self._mark(name, number, of, values, line), word, line, of)
        if single:
            self._done(item, word)
        else:
            self._open.append(item)

    def _order(self, body: str) -> None:
        """Settles the order of the fields; `body` is the first bracket."""
        names = self.fields
        if names is None:
            old = re.fullmatch(r"[^-]+-[0-9]+(-.*)?", body)
            names = ("etype", "eid", "identity") if old else ("eid", "etype", "head", "other")
        self._count = len(names)
        self._places = {name: at for at, name in enumerate(names)}
        called = next((key for key in _IDS if key in self._places), None)
        if called is not None:
            self._id = self._places.pop(called)

    def _mark(self, name: str, number: int, of: int, values: list[str], line: int) -> Bracket:
        """The mark that a part belongs to: the latest that still lacks it, or a new one."""
        if of == 1:
            return Bracket(name, self._places, values, line, [])
        waiting = self._waiting.setdefault((name, of), [])
        for mark, lacking in reversed(waiting):
            if number in lacking:
                lacking.discard(number)
                return mark
        waiting.append(
            (Bracket(name, self._places, values, line, []), set(range(1, of + 1)) - {number})
        )
        return waiting[-1][0]

    def _end(self, body: str, word: int, line: int) -> None:
        """A closing bracket: the latest that is open under this id, or under the old form of it."""
        at = self._latest(body)
        if at is None and "-" in body:
            # GUM before version 8 closes with `person-1)`.
            values = body.split("-")
            at = self._latest(values[self._id]) if -1 < self._id < len(values) else None
        if at is None:
            self.faults.append((line, f"{body[:60]!r} is closed and was not opened"))
            return
        self._done(self._open.pop(at), word)

    def _latest(self, value: str) -> int | None:
        """The latest open bracket of that id, or of a part of it."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].called == value:
                return at
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].of.name == value:
                return at
        return None

    def _done(self, item: _Open, last: int) -> None:
        mark = item.of
        mark.parts.append((item.first, last))
        if len(mark.parts) == item.parts:
            if item.parts > 1:
                waiting = self._waiting[mark.name, item.parts]
                waiting[:] = [pair for pair in waiting if pair[0] is not mark]
            self.found.append(mark)


#: What a header calls the id of a mention: CorefUD's name, and GUM's for one of this document.
_IDS = ("eid", "GRP", "id")


def fields_of(header: Mapping[str, str], key: str) -> tuple[str, ...] | None:
    """The names of the fields of a key, by the document's comments (`global.KEY`)."""
    value = header.get(f"global.{key}")
    if value is None:
        return None
    # GUM 8 and 9 had other names for the first two.
    old = {"entity": "etype"}
    return tuple(old.get(name, name) for name in value.strip().split("-"))
