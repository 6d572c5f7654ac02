"""Prediction files out, and the description beside them."""

from pathlib import Path

import pytest

from parley import json_io
from parley.predictions.read import read
from parley.predictions.write import dump, meta_path, read_meta, write
from tests.predictions.made import gold


def test_what_is_written_is_read_again_in_the_same_order(tmp_path: Path) -> None:
    rows = list(reversed(gold(6, 3).rows))
    write(tmp_path / "system.jsonl", rows)
    found = read(tmp_path / "system.jsonl")
    assert (list(found.rows.values()), found.faults) == (rows, [])
    assert [path.name for path in tmp_path.iterdir()] == ["system.jsonl"]


def test_the_order_of_a_line_s_members_does_not_change_the_bytes() -> None:
    rows = gold(6).rows
    assert dump(rows) == dump([dict(reversed(row.items())) for row in rows])
    assert dump(rows).startswith(b'{"doc_id":"made-1","mentions":')


def test_a_description_is_read_where_it_is_of_these_predictions(tmp_path: Path) -> None:
    path = tmp_path / "system.jsonl"
    write(path, gold(6).rows, {"system": "ferry 2", "options": {"seed": 3}})
    assert meta_path(path).name == "system.meta.json"
    found = read_meta(path)
    assert found.warning is None and found.value is not None
    assert (found.value["system"], found.value["format"]) == ("ferry 2", "parley-system/1")
    write(path, [])
    value, warning = read_meta(path)
    assert value is None
    assert warning is not None and "it describes other predictions" in warning


def test_no_description_is_no_warning(tmp_path: Path) -> None:
    write(tmp_path / "system.jsonl", [])
    assert read_meta(tmp_path / "system.jsonl") == (None, None)


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff", b"[" * 400 + b"]" * 400,
                                  json_io.dumps({"format": "parley-system/9"})])  # fmt: skip
def test_a_bad_description_is_ignored_with_a_warning(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "system.jsonl"
    write(path, [])
    meta_path(path).write_bytes(data)
    value, warning = read_meta(path)
    assert value is None
    assert warning is not None and warning.endswith("; ignored")


def test_a_file_of_another_suffix_keeps_it_in_the_description_s_name() -> None:
    assert meta_path(Path("run/system.txt")) == Path("run/system.txt.meta.json")
