"""Coded faults: one small value for everything that Parley has to say about bad input.

An incident has a stable code (`P401`), the place (file, line, document, item) and a message that
says what is wrong, which value was met, what was expected and, where one exists, the nearest valid
value. The codes' titles and explanations are in `parley.codes`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Incident:
    """One fault.

    `file` is relative to the project's root where there is one. `line` counts from 1. `item` is
    the id of an annotation, a result of an export, or a JSON path: whatever finds the place.
    """

    code: str
    file: str
    message: str
    line: int | None = None
    doc_id: str | None = None
    item: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        if self.line is not None and self.doc_id is None and self.item:
            # A field of a line: as compilers put it.
            return f"{place}:{self.item}: {self.code} {self.message}"
        inside = "/".join(part for part in (self.doc_id, self.item) if part)
        return f"{place}: {self.code} {f'[{inside}] ' if inside else ''}{self.message}"

    def sort_key(self) -> tuple[str, int, str, str, str, str]:
        """By file, place and code, so that two runs print the same."""
        return (
            self.file,
            self.line or 0,
            self.doc_id or "",
            self.item or "",
            self.code,
            self.message,
        )


class Report:
    """Collects the incidents of one file; `item` ids and lines are given with each."""

    __slots__ = ("doc_id", "file", "found")

    def __init__(self, file: str, doc_id: str | None = None) -> None:
        self.file = file
        self.doc_id = doc_id
        self.found: list[Incident] = []

    def add(
        self, code: str, message: str, item: str | None = None, line: int | None = None
    ) -> None:
        """Enters one fault."""
        self.found.append(Incident(code, self.file, message, line, self.doc_id, item))


def say(
    what: str,
    *,
    got: object = None,
    expected: str | None = None,
    nearest: str | None = None,
    do: str | None = None,
) -> str:
    """Words an incident's message: what; got; expected; nearest; what to do."""
    parts = [what]
    if got is not None:
        parts.append(f"got {show(got)}")
    if expected is not None:
        parts.append(f"expected {expected}")
    if nearest is not None:
        parts.append(f"nearest is {show(nearest)}")
    if do is not None:
        parts.append(do)
    return "; ".join(parts)


def show(value: object, limit: int = 80) -> str:
    """`repr` of a value, cut to `limit` characters so that a hostile one cannot flood a report.

    Lone surrogates and control characters come out escaped: a report is always printable.
    """
    text = repr(value[: limit + 1]) if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def nearest(value: object, valid: Iterable[str]) -> str | None:
    """The valid name most like `value`, if one is near enough to be meant."""
    if not isinstance(value, str):
        return None
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in valid}
    found = get_close_matches(value[:80].casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def one_of(names: Sequence[str]) -> str:
    """`a, b or c`, for the expected part of a message."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"


class IncidentError(Exception):
    """Raised where one fault ends the work at hand; carries the incident(s)."""

    def __init__(self, *incidents: Incident) -> None:
        super().__init__("\n".join(map(str, incidents)))
        self.incidents = incidents


def fault(
    code: str,
    where: str,
    what: str,
    *,
    doc_id: str | None = None,
    got: object = None,
    expected: str | None = None,
    nearest: str | None = None,
    do: str | None = None,
) -> Incident:
    """A coded fault at `where` (a file, or an address without anything secret), worded by `say`."""
    message = say(what, got=got, expected=expected, nearest=nearest, do=do)
    return Incident(code, where, message, doc_id=doc_id)


def stop(
    code: str,
    where: str,
    what: str,
    *,
    got: object = None,
    expected: str | None = None,
    nearest: str | None = None,
    do: str | None = None,
) -> IncidentError:
    """The same as an error that ends the work."""
    return IncidentError(
        fault(code, where, what, got=got, expected=expected, nearest=nearest, do=do)
    )
