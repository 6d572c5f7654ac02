"""The changelog of the corpus: read as it is written, and added to without losing a line."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from parley import changelog
from parley.incidents import IncidentError

ROOT = Path(__file__).parents[1]
TEXT = """\
# Changelog

Words before it.

## 0.2.0 (unreleased)

### Added
- one line
- another that goes
  on here

## [0.1.0] - 2026-11-22
- without a heading
"""
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12)
ITEMS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)


def test_versions_have_their_dates_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(TEXT, "utf-8")
    first, second = changelog.entries(path)
    assert (first.version, first.date) == ("0.2.0", None)
    assert first.lines == ("one line", "another that goes on here")
    assert first.sections == ("Added", "Added")
    assert (second.version, second.date) == ("0.1.0", date(2026, 11, 22))
    assert second.lines == ("without a heading",) and second.sections == ("",)


def test_a_line_goes_under_what_is_not_released_and_is_not_added_twice(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(TEXT, "utf-8")
    assert changelog.add_line(path, "a correction")
    assert changelog.add_line(path, "a later one")
    assert not changelog.add_line(path, "a correction")
    first, second = changelog.entries(path)
    assert first.lines[-2:] == ("a later one", "a correction")
    assert first.sections[-2:] == ("Fixed", "Fixed")
    assert second.lines == ("without a heading",)
    kept = path.read_text("utf-8")
    assert all(line in kept for line in TEXT.splitlines())


def test_where_the_newest_version_is_released_a_new_one_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text("# Changelog\n\n## 0.1.0 (2026-11-22)\n\n- it\n", "utf-8")
    changelog.add_line(path, "a correction")
    assert path.read_text("utf-8") == (
        "# Changelog\n\n## Unreleased\n\n### Fixed\n\n- a correction\n\n"
        "## 0.1.0 (2026-11-22)\n\n- it\n"
    )
    assert changelog.entries(path)[0].version is None


def test_a_changelog_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "corpus" / "CHANGELOG.md"
    assert changelog.entries(path) == []
    changelog.add_line(path, "a correction")
    assert changelog.entries(path)[0].lines == ("a correction",)


@given(st.lists(ITEMS, min_size=1, max_size=5, unique=True))
def test_every_added_line_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, items: list[str]
) -> None:
    path = tmp_path_factory.mktemp("log") / "CHANGELOG.md"
    path.write_text(TEXT, "utf-8")
    for item in items:
        changelog.add_line(path, item)
    first, _ = changelog.entries(path)
    assert sorted(first.lines[2:]) == sorted(items)
    assert first.lines[:2] == ("one line", "another that goes on here")


@pytest.mark.parametrize("head", ["## The next version", "## 0.1.0 (2026-13-01)"])
def test_v020_a_heading_that_names_no_version(head: str, tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(f"# Changelog\n\n{head}\n", "utf-8")
    with pytest.raises(IncidentError) as error:
        changelog.add_line(path, "a correction")
    assert str(error.value) == (
        f"{path}:3: V020 a heading that names no version; got {head!r}; expected "
        "`## 0.1.0 (unreleased)`, `## 0.1.0 (2026-11-22)` or `## Unreleased`"
    )
    assert path.read_text("utf-8") == f"# Changelog\n\n{head}\n"


def test_the_corpus_own_changelog_begins_with_the_version_of_its_card() -> None:
    card = tomllib.loads((ROOT / "corpus" / "card.toml").read_text("utf-8"))
    found = changelog.entries(ROOT / "corpus" / "CHANGELOG.md")
    named = [entry for entry in found if entry.version is not None]
    assert named[0].version == card["version"]
    assert all(entry.lines for entry in found)


def test_the_citation_is_a_datasets_with_the_version_of_the_card() -> None:
    card = tomllib.loads((ROOT / "corpus" / "card.toml").read_text("utf-8"))
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    # The required keys of the Citation File Format 1.2.0, and what it says of a dataset.
    assert {"cff-version", "message", "title", "authors"} <= set(found)
    assert found["cff-version"] == "1.2.0" and found["type"] == "dataset"
    assert found["version"] == card["version"]
    assert found["title"] == card["title"]
    assert found["license"].lower() == card["license"]
    assert found["authors"] == [{"name": card["authors"]}]
    known = {"abstract", "keywords", "doi", "url", "date-released", "contact", "repository"}
    others = {"version", "license", "type", "cff-version", "message", "title", "authors"}
    assert set(found) <= known | others
    assert all(isinstance(word, str) for word in found["keywords"])
