"""The row cache: what it gives is what was put in, or nothing."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.dataset import cache
from parley.dataset.cache import RowCache


def test_an_entry_comes_back_and_replaces_its_documents_older_one(tmp_path: Path) -> None:
    rows = RowCache(tmp_path / "rows.sqlite")
    rows.put({b"k1": ("d1", ({"a": 1}, [b"x", b""]))})
    rows.put({b"k2": ("d1", ({"a": 2}, [b"y"]))})
    assert rows.get([b"k1", b"k2", b"k3"]) == {b"k2": ({"a": 2}, [b"y"])}
    rows.close()
    again = RowCache(tmp_path / "rows.sqlite")
    assert again.get([b"k2"]) == {b"k2": ({"a": 2}, [b"y"])}
    again.close()


@given(st.binary(max_size=300))
def test_any_bytes_are_an_entry_or_none(data: bytes) -> None:
    assert cache._read(data) is None


@given(st.data())
def test_a_damaged_entry_is_no_entry(data: st.DataObject) -> None:
    whole = cache._write(({"a": [1, "b"]}, [b"some bytes", b"more"]))
    place = data.draw(st.integers(0, len(whole) - 1))
    bad = (
        whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    )
    assert cache._read(bytes(bad)) is None
    assert cache._read(whole[:place]) is None


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 100])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "rows.sqlite"
    path.write_bytes(damage)
    rows = RowCache(path)
    rows.put({b"k": ("d", ({}, []))})
    assert rows.get([b"k"]) == {b"k": ({}, [])}
    rows.close()


def test_a_file_damaged_under_way_is_only_slower(tmp_path: Path) -> None:
    path = tmp_path / "rows.sqlite"
    rows = RowCache(path)
    rows.put({bytes([n]): (f"d{n}", ({}, [b"z" * 5000])) for n in range(50)})
    rows.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    rows = RowCache(path)
    assert rows.get([bytes([3])]) == {}
    rows.put({b"k": ("d", ({}, []))})
    rows.close()


def test_a_folder_that_cannot_be_made_is_only_slower(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    rows = RowCache(tmp_path / "file" / "rows.sqlite")
    rows.put({b"k": ("d", ({}, []))})
    assert rows.get([b"k"]) == {}
    rows.close()


def test_another_shape_of_database_is_only_slower(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "rows.sqlite")
    base.execute("CREATE TABLE entry (doc TEXT, other INTEGER)")
    base.close()
    rows = RowCache(tmp_path / "rows.sqlite")
    rows.put({b"k": ("d", ({}, []))})
    assert rows.get([b"k"]) == {}
    rows.close()


def test_keys_tell_missing_from_empty_and_parts_apart() -> None:
    keys = {
        cache.key(b"c", b"ab", b"c"),
        cache.key(b"c", b"a", b"bc"),
        cache.key(b"c", b"abc", None),
        cache.key(b"c", b"abc", b""),
        cache.key(b"d", b"abc", b""),
    }
    assert len(keys) == 5
