"""The registers: entities, events, facts, stories and splits, read and checked (levels 1 to 3, 6).

JSON Lines, one row a line; a row that the schema refuses is reported and left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley import json_io, validation
from parley.checks.document import Known
from parley.incidents import Incident, Report, nearest, say
from parley.project import Project
from parley.schemas import REGISTERS

JSON = dict[str, Any]


@dataclass(slots=True)
class Registry:
    """The registers' rows by id, and the split of each story."""

    entities: dict[str, JSON] = field(default_factory=dict)
    events: dict[str, JSON] = field(default_factory=dict)
    facts: dict[str, JSON] = field(default_factory=dict)
    stories: dict[str, JSON] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)
    #: Names of registers that could be read.
    read: set[str] = field(default_factory=set)
    #: Ids of rows that were refused, by register: what refers to them is no fault of its own.
    refused: dict[str, set[str]] = field(default_factory=dict)

    def has(self, name: str, row_id: str) -> bool:
        """Whether a register has an id, or could not be read."""
        return (
            row_id in getattr(self, name)
            or row_id in self.refused.get(name, ())
            or name not in self.read
        )

    def known(self) -> Known:
        """The part that a document's annotations refer to."""
        types = dict.fromkeys(self.refused.get("entities", ()), "")
        types |= {name: row["type"] for name, row in self.entities.items()}
        events: dict[str, Any] = dict.fromkeys(self.refused.get("events", ()))
        return Known(
            types if "entities" in self.read else None,
            events | self.events if "events" in self.read else None,
        )


def read(project: Project, level: int = 6) -> tuple[Registry, list[Incident]]:
    """Every register of a project, and every fault of them up to `level`."""
    found: list[Incident] = []
    registry = Registry()
    lines: dict[str, list[tuple[int, JSON]]] = {}
    reports: dict[str, Report] = {}
    for name in REGISTERS:
        path = project.register(name)
        report = reports[name] = Report(project.relative(path))
        refused = registry.refused[name] = set()
        lines[name] = list(_valid(name, path, report, level, refused))
        if path.is_file():
            registry.read.add(name)
    for name in ("entities", "events", "facts", "stories"):
        _by_id(lines[name], getattr(registry, name), reports[name] if level >= 3 else None)
    for line, row in lines["splits"]:
        _split(line, row, registry, reports["splits"] if level >= 6 else None)
    if level >= 3:
        for name in ("events", "facts", "splits"):
            _references(lines[name], registry, reports[name])
    if level >= 6:
        _entities(lines["entities"], reports["entities"])
    for report in reports.values():
        found += report.found
    return registry, found


def rows(path: Path, report: Report) -> Iterator[tuple[int, JSON]]:
    """(line, object) for every good line of a JSON Lines file; P151, P152, P153 for the others."""
    try:
        data = path.read_bytes()
    except OSError as error:
        report.add("P151", say(f"cannot be read: {error.strerror}"))
        return
    for line, part in enumerate(data.removesuffix(b"\n").split(b"\n") if data else [], 1):
        try:
            value = json_io.loads(part)
        except json_io.JsonError as error:
            reason = str(error).replace(" at line 1, column", " in column")
            what = f"not JSON: {reason}" if part.strip() else "a blank line"
            report.add("P152", say(what, expected="one JSON object a line"), line=line)
            continue
        if not isinstance(value, dict):
            report.add("P153", say("not a JSON object", got=value), line=line)
            continue
        yield line, value


def _valid(
    name: str, path: Path, report: Report, level: int, refused: set[str]
) -> Iterator[tuple[int, JSON]]:
    if not path.is_file():
        message = say("the register is missing", do="make it; an empty file is an empty register")
        report.add("P154", message)
        return
    for line, row in rows(path, report):
        checked = report if level >= 2 else Report(report.file)
        if validation.check(name, row, checked, line):
            yield line, row
        elif isinstance(row.get("id"), str):
            refused.add(row["id"])


def _by_id(lines: list[tuple[int, JSON]], into: dict[str, JSON], report: Report | None) -> None:
    first: dict[str, int] = {}
    for line, row in lines:
        name = row["id"]
        if name in into:
            if report is not None:
                message = say(f"the id is given on line {first[name]} already", got=name)
                report.add("P317", message, name, line)
        else:
            into[name] = row
            first[name] = line


def _split(line: int, row: JSON, registry: Registry, report: Report | None) -> None:
    story, split = row["story"], row["split"]
    if story in registry.splits:
        if report is not None:
            message = say("the story has a split already", got=split, expected="one row a story")
            report.add("P603", f"{message}; the first is {registry.splits[story]!r}", story, line)
    else:
        registry.splits[story] = split


def _references(lines: list[tuple[int, JSON]], registry: Registry, report: Report) -> None:
    for line, row in lines:
        item = row.get("id") or row["story"]
        if not registry.has("stories", row["story"]):
            report.add("P315", unknown_story(row["story"], registry), item, line)
        for fact in row.get("facts", ()):
            if not registry.has("facts", fact):
                report.add("P316", unknown_fact(fact, registry), item, line)


def unknown_story(story: str, registry: Registry) -> str:
    """The message of P315."""
    return say(
        "the story is not in corpus/stories.jsonl",
        got=story,
        nearest=nearest(story, registry.stories),
    )


def unknown_fact(fact: str, registry: Registry) -> str:
    """The message of P316."""
    near = nearest(fact, registry.facts)
    return say("the fact is not in corpus/facts.jsonl", got=fact, nearest=near)


def _entities(lines: list[tuple[int, JSON]], report: Report) -> None:
    """P610, P611, P612."""
    qids: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for line, row in lines:
        entity, qid = row["id"], row["qid"]
        if entity in seen:
            continue
        seen.add(entity)
        if qid is not None:
            if qid in qids:
                message = say(f"{qids[qid]!r} has the same qid", got=qid, do="merge the entities")
                report.add("P610", message, entity, line)
            else:
                qids[qid] = entity
        own: set[str] = set()
        for name in (row["name"], *row["variants"]):
            if name in own:
                message = say("the name or variant is given twice", got=name, do="remove one")
                report.add("P612", message, entity, line)
                continue
            own.add(name)
            other = names.setdefault((row["type"], name), entity)
            if other != entity:
                message = say(
                    f"{other!r} of the same type has this name too",
                    got=name,
                    do="keep it at the one that it usually means",
                )
                report.add("P611", message, entity, line)
