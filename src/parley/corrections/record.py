"""The record of a correction: `annotations/corrections/NNNN-words.toml`.

    document = "harbour-wire"
    sha256 = "…"                # the text that it stands on
    date = 2026-11-22
    by = "A. Reader"
    reason = "Lisvik is a town, as the guidelines have it"

    [[edit]]
    op = "change"
    id = "m12"
    field = "type"
    from = "LOC"
    to = "GPE"

An edit changes a field, adds an annotation, or removes one (see `edits`). What it leaves out is
none: TOML has no null. The record is also the test of the correction: gold is right when it says
what the edits make of it. A place is `{quote = "Lisvik"}`, with `n`, `within` or `paragraph` where
the words occur more than once, as in quote files (`parley.quotes`); of a withheld document, whose
words nothing may repeat, `{start = 17, end = 23}`.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from parley import schemas, validation
from parley.incidents import Incident, Report, say
from parley.project import Project

JSON = dict[str, Any]

KIND = "correction"
_NAME = re.compile(r"(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.toml")


@dataclass(frozen=True, slots=True)
class Record:
    """One correction: `number` and `name` (NNNN-words) are its file's."""

    number: int
    name: str
    document: str
    sha256: str
    date: date
    by: str
    reason: str
    edits: tuple[JSON, ...]

    @property
    def file(self) -> str:
        """Where it is, from the project's root."""
        return f"annotations/corrections/{self.name}.toml"


def folder(project: Project) -> Path:
    """The folder of the records."""
    return project.root / "annotations" / "corrections"


def read_all(project: Project) -> tuple[list[Record], list[Incident]]:
    """Every record of a project by number, and every fault of those that are none (V010).

    Levels: TOML, the JSON Schema of corrections (schema/correction.schema.json), the file's name,
    each number once.
    """
    found: list[Record] = []
    faults: list[Incident] = []
    numbers: dict[int, str] = {}
    for path in sorted(folder(project).glob("*")):
        if path.name.startswith(".") or path.name == "README.md":
            continue
        record = parse(path.read_bytes(), path.name, project.relative(path), faults)
        if record is None:
            continue
        if record.number in numbers:
            message = say(
                "the number of another correction",
                got=f"{record.number:04}",
                do=f"the other is {numbers[record.number]}; give this one the next number",
            )
            faults.append(Incident("V010", record.file, message, doc_id=record.document))
            continue
        numbers[record.number] = record.file
        found.append(record)
    return sorted(found, key=lambda record: record.number), faults


def parse(data: bytes, name: str, file: str, faults: list[Incident]) -> Record | None:
    """The record that a file of this name holds; None, and V010 in `faults`, where it is none."""
    match = _NAME.fullmatch(name)
    if match is None:
        message = say("not the name of a correction", got=name, expected="NNNN-words.toml")
        faults.append(Incident("V010", file, message))
        return None
    try:
        raw = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Incident("V010", file, f"not TOML: {error}"))
        return None
    # Whoever leaves the quotation marks out gets the date that TOML has.
    day = raw.get("date")
    if isinstance(day, date):
        raw["date"] = day.isoformat()
    report = Report(file)
    if not validation.check(KIND, raw, report):
        # One code for whatever is wrong with a record; the schema's words say what.
        faults += [Incident("V010", file, each.message, item=each.item) for each in report.found]
        return None
    try:
        when = date.fromisoformat(raw["date"])
    except ValueError as error:
        faults.append(Incident("V010", file, f"bad date: {error}", item="date"))
        return None
    shape = [
        Incident("V010", file, message, item=f"edit/{number}")
        for number, edit in enumerate(raw["edit"])
        for message in shapes(edit)
    ]
    faults += shape
    if shape:
        return None
    return Record(
        number=int(match[1]),
        name=name.removesuffix(".toml"),
        document=raw["document"],
        sha256=raw["sha256"],
        date=when,
        by=raw["by"],
        reason=raw["reason"],
        edits=tuple(raw["edit"]),
    )


def shapes(edit: JSON) -> list[str]:
    """What the form of an edit lacks, or has too much, beyond what the JSON Schema can say."""
    op = edit["op"]
    wanted = schemas.CORRECTION_MEMBERS[op]
    found = [f"member {name!r} is missing in op {op!r}" for name in wanted[0] if name not in edit]
    allowed = {"op", *wanted[0], *wanted[1]}
    found += [
        say(f"op {op!r} has no such member", got=name, expected=", ".join(sorted(allowed)))
        for name in edit
        if name not in allowed
    ]
    return found


def dump(record: Record) -> bytes:
    """The file of a record; `read_all` gives the same record of it."""
    lines = [
        f"document = {_toml(record.document)}",
        f"sha256 = {_toml(record.sha256)}",
        f"date = {record.date.isoformat()}",
        f"by = {_toml(record.by)}",
        f"reason = {_toml(record.reason)}",
    ]
    for edit in record.edits:
        lines += ["", "[[edit]]"]
        lines += [f"{key} = {_toml(value)}" for key, value in edit.items() if value is not None]
    return ("\n".join(lines) + "\n").encode()


def _toml(value: Any) -> str:
    """A value of a record in TOML 1.0: text, whole numbers, lists, and tables in one line, which
    libraries write as sections of their own."""
    if isinstance(value, str):
        from parley import json_io

        # JSON's escapes are TOML's; TOML also wants the one control character JSON does not mind.
        whole = value.encode("utf-8", "backslashreplace").decode()
        return json_io.dumps(whole).decode().replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        inner = ", ".join(
            f"{key} = {_toml(each)}" for key, each in value.items() if each is not None
        )
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    assert type(value) is int
    return str(value)


def name(number: int, words: str) -> str:
    """`0007-lisvik-is-a-town` of a number and the reason's first words."""
    slug = "-".join(re.findall(r"[a-z0-9]+", words.casefold())[:8])[:60].strip("-")
    return f"{number:04}-{slug or 'correction'}"
