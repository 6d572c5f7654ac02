"""A build's folder is put in its place whole or not at all."""

from pathlib import Path

import pytest

from parley.dataset import place
from parley.dataset.place import BusyError, ForeignError


def _make(out: Path, words: str) -> None:
    with place.folder(out) as new:
        (new / "MANIFEST.json").write_text(words)


def _left(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir())


def test_a_new_folder_replaces_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "dist" / "parley"
    _make(out, "one")
    _make(out, "two")
    assert (out / "MANIFEST.json").read_text() == "two"
    assert _left(out) == [".parley.lock", "parley"]


def test_systems_that_cannot_exchange_names_are_served_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "exchange", lambda one, other: False)
    test_a_new_folder_replaces_the_old_one(tmp_path)


def test_a_build_that_fails_leaves_the_old_folder(tmp_path: Path) -> None:
    out = tmp_path / "parley"
    _make(out, "one")
    with pytest.raises(RuntimeError), place.folder(out) as new:
        (new / "half").write_text("")
        raise RuntimeError
    assert (out / "MANIFEST.json").read_text() == "one"
    assert _left(out) == [".parley.lock", "parley"]


def test_a_kill_between_the_two_renames_is_put_right(tmp_path: Path) -> None:
    out = tmp_path / "parley"
    _make(out, "one")
    out.rename(tmp_path / ".parley.old")
    (tmp_path / ".parley.new").mkdir()
    with pytest.raises(RuntimeError), place.folder(out):
        raise RuntimeError
    assert (out / "MANIFEST.json").read_text() == "one"
    assert _left(out) == [".parley.lock", "parley"]


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    out = tmp_path / "parley"
    _make(out, "one")
    (tmp_path / ".parley.new" / "documents").mkdir(parents=True)
    (tmp_path / ".parley.old").mkdir()
    _make(out, "two")
    assert (out / "MANIFEST.json").read_text() == "two"
    assert _left(out) == [".parley.lock", "parley"]


def test_a_folder_that_no_build_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(ForeignError):
        _make(tmp_path / "mine", "one")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "mine"
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ForeignError):
        _make(tmp_path / "file", "one")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    with pytest.raises(ForeignError):
        _make(tmp_path / "link", "one")


def test_an_empty_folder_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "parley").mkdir()
    _make(tmp_path / "parley", "one")
    assert (tmp_path / "parley" / "MANIFEST.json").read_text() == "one"


def test_one_build_at_a_time_has_the_place(tmp_path: Path) -> None:
    out = tmp_path / "parley"
    with place.folder(out) as new:
        with pytest.raises(BusyError):
            _make(out, "other")
        (new / "MANIFEST.json").write_text("one")
    assert (out / "MANIFEST.json").read_text() == "one"


def test_the_exchange_is_one_step_where_the_system_has_it(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (one / "a").touch()
    if not place.exchange(one, other):
        pytest.skip("this system cannot exchange names")
    assert (other / "a").exists()
    with pytest.raises(FileNotFoundError):
        place.exchange(one, tmp_path / "none")
