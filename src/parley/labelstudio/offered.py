"""The ids that the labelling interface offers in lists: those of the project's registry."""

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
    path = project.register(register)
    found = {}
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        try:
            row = json_io.loads(line)
        except json_io.JsonError:
            continue
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            name = row.get("name")
            found[row["id"]] = name if isinstance(name, str) else row["id"]
    return sorted(found.items(), key=lambda item: (item[1].casefold(), item[0]))
