"""Generated files are what the ontology and the codes give."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def refresh() -> ModuleType:
    """scripts/refresh.py as a module."""
    spec = importlib.util.spec_from_file_location("refresh", ROOT / "scripts" / "refresh.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_generated_file_is_stale() -> None:
    found = refresh()
    assert sorted(found.stale()) == [], f"run: {found.COMMAND}"


def test_a_stale_file_is_named_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = refresh()
    all_of_them = sorted(found.made())
    assert sorted(found.stale(tmp_path)) == all_of_them
    monkeypatch.setattr(found, "stale", lambda: {"docs/checks.md": b""})
    assert found.main(["--check"]) == 1
    err = capsys.readouterr().err
    assert "stale: docs/checks.md" in err and found.COMMAND in err


def test_every_generated_file_says_how_it_is_made() -> None:
    found = refresh()
    for name, data in found.made().items():
        if not name.endswith(".xml"):
            assert found.COMMAND.encode() in data, name
