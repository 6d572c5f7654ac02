"""The floors of docs/architecture.md, held against every import of the package."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "parley"


def floors() -> dict[str, int]:
    """Module -> floor, by the table."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    return {
        name: int(number)
        for number, names in re.findall(r"^\| (\d+) \| ([^|]+) \|", page, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }


def imported(path: Path) -> Iterator[str]:
    """Modules and packages of ours, right below `parley`, that a file imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("parley."))


def graph() -> dict[str, set[str]]:
    """Module or package -> the others that it imports; the package's own front is left out."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        top = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if not top.startswith("__"):
            found.setdefault(top, set()).update(imported(path))
    return {top: names - {top, "__version__"} for top, names in found.items()}


def test_every_module_has_its_floor() -> None:
    assert set(graph()) == set(floors())


@pytest.mark.parametrize("module", sorted(graph()))
def test_a_module_imports_only_from_its_own_floor_and_from_below(module: str) -> None:
    level = floors()
    above = {name: level[name] for name in graph()[module] if level[name] > level[module]}
    assert not above, f"{module} is on floor {level[module]}"


def test_no_packages_import_each_other_in_a_circle() -> None:
    order = list(TopologicalSorter(graph()).static_order())
    assert order[-1] == "cli"
