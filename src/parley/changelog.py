"""The changelog of the corpus: a small part of Keep a Changelog 1.1.0 (keepachangelog.com).

A version is a heading of the second level: `## 0.1.0 (unreleased)`, `## 0.1.0 (2026-11-22)` or
`## [0.1.0] - 2026-11-22`; `## Unreleased` names no version yet. Its lines are list items, under
headings of the third level (`### Fixed`) or under none; an indented line goes on with the item.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from parley import files
from parley.incidents import Incident, IncidentError, say

HEAD = """\
# Changelog of the corpus

Every change of the data that readers get, newest version first. The form is that of Keep a
Changelog 1.1.0.
"""
UNRELEASED = "Unreleased"

_VERSION = re.compile(
    r"## \[?(?P<name>[^\]\s(]+)\]?(?:\s+(?:[-–—]\s+)?\(?(?P<day>\d{4}-\d{2}-\d{2}|unreleased)\)?)?"
    r"\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One version: `version` is None under `## Unreleased`, `date` None before its release.

    `lines` are its items, each in one line without its dash; `section` of each in `sections`, ""
    where it stands under no heading.
    """

    version: str | None
    date: date | None
    lines: tuple[str, ...]
    sections: tuple[str, ...]


def entries(path: Path) -> list[Entry]:
    """The versions of a changelog, in the order of the file; none where there is no file.

    Raises `IncidentError` (V020) with every heading that names no version or a day that is none.
    """
    if not path.is_file():
        return []
    found: list[Entry] = []
    faults: list[Incident] = []
    heads: list[tuple[str | None, date | None]] = []
    items: list[list[str]] = []
    sections: list[list[str]] = []
    section = ""
    for number, line in enumerate(_lines(path), 1):
        if line.startswith("## "):
            heads.append(_head(line, path, number, faults))
            items.append([])
            sections.append([])
            section = ""
        elif line.startswith("### "):
            section = line[4:].strip()
        elif items and line.startswith(("- ", "* ")):
            items[-1].append(line[2:].strip())
            sections[-1].append(section)
        elif items and items[-1] and line.startswith("  ") and line.strip():
            items[-1][-1] += f" {line.strip()}"
    if faults:
        raise IncidentError(*faults)
    for (version, day), lines, under in zip(heads, items, sections, strict=True):
        found.append(Entry(version, day, tuple(lines), tuple(under)))
    return found


def _head(
    line: str, path: Path, number: int, faults: list[Incident]
) -> tuple[str | None, date | None]:
    match = _VERSION.fullmatch(line)
    day = None
    try:
        if match and match["day"] and match["day"].lower() != "unreleased":
            day = date.fromisoformat(match["day"])
    except ValueError:
        match = None
    if match is None:
        message = say(
            "a heading that names no version",
            got=line,
            expected="`## 0.1.0 (unreleased)`, `## 0.1.0 (2026-11-22)` or `## Unreleased`",
        )
        faults.append(Incident("V020", path.as_posix(), message, number))
        return None, None
    return (None if match["name"].lower() == "unreleased" else match["name"]), day


def add_line(path: Path, text: str, section: str = "Fixed") -> bool:
    """Adds the item `text` under `section` of what is not released yet; False where that has it.

    What is not released is the first version of the file where it has no date, else a new
    `## Unreleased` above it. The file is made where there is none, and is written whole or not at
    all. Raises `IncidentError` (V020) as `entries` does.
    """
    item = " ".join(text.split())
    found = entries(path)
    open_one = found[0] if found and found[0].date is None else None
    if open_one is not None and item in open_one.lines:
        return False
    lines = _lines(path) if path.is_file() else HEAD.splitlines()
    if open_one is None:
        at = next((at for at, line in enumerate(lines) if line.startswith("## ")), len(lines))
        while at > 0 and not lines[at - 1].strip():
            at -= 1
        lines[at:at] = ["", f"## {UNRELEASED}"]
    start = next(at for at, line in enumerate(lines) if line.startswith("## "))
    end = next(
        (at for at in range(start + 1, len(lines)) if lines[at].startswith("## ")), len(lines)
    )
    head = next((at for at in range(start, end) if lines[at].strip() == f"### {section}"), None)
    if head is None:
        at = _last(lines, start, end)
        lines[at:at] = ["", f"### {section}", "", *_wrapped(item)]
    else:
        # As in the project's changelogs: newest first.
        at = head + 1
        while at < end and not lines[at].strip():
            at += 1
        lines[at:at] = _wrapped(item)
    files.write(path, ("\n".join(lines).rstrip() + "\n").encode())
    return True


def _last(lines: list[str], start: int, end: int) -> int:
    """One past the last line of a version that holds anything."""
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _wrapped(item: str) -> list[str]:
    import textwrap

    return textwrap.wrap(
        item,
        100,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()
