"""The ids that the labelling interface offers in lists: those of the project's registry."""

from collections.abc import Mapping
from typing import Any

from parley import json_io
from parley.labelstudio.interface import Registry
from parley.project import Project

#: Control that asks for an id -> the register that has it.
REGISTERS = {"entity_id": "entities", "event_id": "events"}


def registry(project: Project) -> Registry:
    """(id, name) of every entity and event, by name; a line that is no such row is left out (the
    checks report it)."""
    return {control: _rows(project, register) for control, register in REGISTERS.items()}


def _rows(project: Project, register: str) -> list[tuple[str, str]]:
    rows = json_io.keyed(project.register(register), "id")
    found = {name: _shown(row) for name, row in rows.items()}
    return sorted(found.items(), key=lambda item: (item[1].casefold(), item[0]))


def _shown(row: Mapping[str, Any]) -> str:
    """A row's name and, since a search finds only what is shown, its other names."""
    others = row.get("variants")
    names = [row.get("name"), *(others if isinstance(others, list) else ())]
    first, *more = [name for name in names if isinstance(name, str)] or [row["id"]]
    return f"{first} ({', '.join(more)})" if more else first
