"""`parley.load` finds a built dataset where it is, says its version, and says where it looked."""

import sys
from pathlib import Path

import pytest

import parley
from parley.incidents import IncidentError


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder outside of every project, with no corpus installed."""
    folder = tmp_path / "nowhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "parley_corpus", None)
    return folder


def _install(data: Path, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that carries the dataset `data`, as parley-corpus does."""
    package = site / "parley_corpus"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        f"from pathlib import Path\n\n\ndef path() -> Path:\n    return Path({str(data)!r})\n"
    )
    monkeypatch.delitem(sys.modules, "parley_corpus", raising=False)
    monkeypatch.syspath_prepend(site)


def _refused(**place: str) -> str:
    with pytest.raises(IncidentError) as caught:
        parley.load("ner", **place)
    [incident] = caught.value.incidents
    return str(incident)


def test_a_folder_says_its_version(first: Path, second: Path) -> None:
    assert str(parley.load("ner", split="test", data=first).info.version) == "0.1.0"
    found = parley.load("ner", data=second)
    assert {str(rows.info.version) for rows in found.values()} == {"0.2.0"}
    assert {name: str(rows.split) for name, rows in found.items()} == {
        name: name for name in ("train", "validation", "test")
    }


def test_the_projects_build_comes_before_the_installed_package(
    first: Path, second: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(second, tmp_path / "site", monkeypatch)
    monkeypatch.chdir(first.parents[1] / "corpus")
    assert str(parley.load("ner", split="test").info.version) == "0.1.0"


def test_the_installed_package_is_found_where_nothing_is_built(
    nowhere: Path, second: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(second, tmp_path / "site", monkeypatch)
    assert str(parley.load("ner", split="test").info.version) == "0.2.0"


def test_where_there_is_none_every_way_to_one_is_said(nowhere: Path) -> None:
    assert _refused() == (
        "dist/parley: S001 no built dataset; expected one in this folder, or the package "
        "parley-corpus installed; run `parley build`, name a folder with data=, or a repository "
        "on the Hub with repo="
    )


def test_a_revision_of_nothing_says_how_to_name_the_repository(nowhere: Path) -> None:
    assert _refused(revision="v0.1.0") == (
        f"{nowhere.as_posix()}: S006 a revision is asked for, and nothing says of which dataset "
        "on the Hub; name it with repo='OWNER/NAME', or in corpus/card.toml as "
        'hub = "OWNER/NAME"'
    )


def test_a_folder_and_a_repository_at_once_are_one_too_many(first: Path) -> None:
    with pytest.raises(ValueError, match="give one"):
        parley.load("ner", data=first, revision="v0.1.0")
