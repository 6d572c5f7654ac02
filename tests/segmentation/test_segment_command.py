"""`parley segment`: good lines go through, faulty ones are named, results are whole or absent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SRC = Path(__file__).resolve().parents[2] / "src"
GOOD = {"id": "a", "text": "No. 5 is shut. No. 6 is not."}
ANSWER = {"id": "a", "spans": [[0, 14], [15, 28]]}


def _segment(*args: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "parley", "segment", *map(str, args)],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SRC)},
    )


def _rows(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.splitlines()]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    return path


def test_a_file_is_segmented_to_standard_output(articles: Path) -> None:
    done = _segment(articles)
    assert (done.returncode, done.stderr) == (0, b"")
    assert _rows(done.stdout) == [ANSWER]


@pytest.mark.parametrize("args", [(), ("-",)])
def test_standard_input_is_read_when_asked_or_when_no_file_is_named(args: tuple[str, ...]) -> None:
    done = _segment(*args, stdin=json.dumps(GOOD).encode())
    assert (done.returncode, _rows(done.stdout)) == (0, [ANSWER])


def test_several_files_are_answered_in_order(articles: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.jsonl"
    second.write_text('{"id": 7, "text": ""}\n\n', encoding="utf-8")
    assert _rows(_segment(articles, second).stdout) == [ANSWER, {"id": 7, "spans": []}]


def test_offsets_count_code_points_not_bytes() -> None:
    done = _segment(stdin='{"id": "a", "text": "Київ. \U0001f600 Суми."}'.encode())
    assert _rows(done.stdout) == [{"id": "a", "spans": [[0, 5], [6, 13]]}]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"id": "b", "text": ', b'not JSON (unexpected end of data at column 20): {"id": "b"'),
        (b'["b"]', b'not an object: ["b"]; expected an object like {"id": "a1", "text": "..."}'),
        (b'{"id": "b"}', b'no "text", the keys are: id; expected'),
        (b'{"text": "b"}', b'no "id", the keys are: text; expected'),
        (b'{"id": "b", "text": 4}', b'"text" is 4; expected a string'),
        (b'{"id": "b", "text": null}', b'"text" is null; expected a string'),
        (b'{"id": true, "text": "b"}', b'"id" is true; expected a string or a number'),
        (b'{"id": "b", "text": "\\ud800"}', b"not JSON ("),
        (b'{"id": "b", "text": "\xff"}', b"not JSON ("),
        (b'{"id": "b", "text": "x", "text": "y"}', b"the key 'text' is given twice"),
    ],
)
def test_a_faulty_line_is_named_and_the_good_ones_go_through(
    articles: Path, line: bytes, message: bytes
) -> None:
    good = json.dumps(GOOD).encode()
    articles.write_bytes(good + b"\n" + line + b"\n" + good)
    done = _segment(articles)
    assert done.returncode == 1
    assert _rows(done.stdout) == [ANSWER, ANSWER]
    (fault,) = done.stderr.splitlines()
    assert fault.startswith(f"{articles}:2: ".encode())
    assert message in fault


def test_every_faulty_line_is_named() -> None:
    done = _segment(stdin=b"x\n\n[]\n")
    assert done.returncode == 1
    faults = [line.split(b": ")[0] for line in done.stderr.splitlines()]
    assert faults == [b"<stdin>:1", b"<stdin>:3"]


def test_a_missing_file_stops_the_command_before_any_output(articles: Path) -> None:
    done = _segment(articles, "missing.jsonl")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"parley segment: missing.jsonl: no such file\n"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    done = _segment(tmp_path)
    assert done.returncode == 2
    assert b"is a folder, not a file" in done.stderr


def test_out_holds_the_whole_result_and_nothing_is_left_beside_it(
    articles: Path, tmp_path: Path
) -> None:
    out = tmp_path / "result" / "sentences.jsonl"
    done = _segment("--out", out, articles)
    assert (done.returncode, done.stdout) == (0, b"")
    assert _rows(out.read_bytes()) == [ANSWER]
    assert list(out.parent.iterdir()) == [out]


def test_out_may_be_the_input(articles: Path) -> None:
    assert _segment("--out", articles, articles).returncode == 0
    assert _rows(articles.read_bytes()) == [ANSWER]


@pytest.mark.skipif(os.name != "posix", reason="a pipe closed by its reader")
def test_a_reader_that_goes_away_is_no_error(articles: Path) -> None:
    articles.write_text((json.dumps(GOOD) + "\n") * 20_000, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "parley", "segment", str(articles)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SRC)},
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_help_shows_examples() -> None:
    done = _segment("--help")
    assert done.returncode == 0
    assert b"parley segment articles.jsonl > sentences.jsonl" in done.stdout
