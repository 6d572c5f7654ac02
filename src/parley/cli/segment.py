"""Split texts into sentences: JSON lines {"id", "text"} in, {"id", "spans"} out.

A span is [start, end): Unicode code points into the text, end exclusive. Nothing but white space
lies outside the spans. A line of the text is a paragraph, and no sentence crosses one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from parley.files import aside
from parley.json_io import JsonError, loads
from parley.segmentation import sentences

_EPILOG: Final = """\
Every faulty line is named on standard error; the good ones go through.
Exit codes: 0 clean, 1 some lines were faulty, 2 could not run.

examples:
  parley segment articles.jsonl > sentences.jsonl
  parley segment --out sentences.jsonl part-1.jsonl part-2.jsonl
  echo '{"id": "a", "text": "No. 5 is shut. No. 6 is not."}' | parley segment
  {"id":"a","spans":[[0,14],[15,28]]}
"""
_EXPECTED: Final = 'an object like {"id": "a1", "text": "..."}'
_SHOWN: Final = 60


class _FaultyLineError(Exception):
    """What is wrong with a line of input, in words."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``parley segment``."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="JSON lines to read; - or none: standard input",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to write, whole or not at all (default: standard output)",
    )


def run(args: argparse.Namespace) -> int:
    """Segment the files of ``args``; return the exit code."""
    names: list[str] = args.files or ["-"]
    # Before any output: a name mistyped in the middle must not leave half a result.
    for name in names:
        if name != "-" and not Path(name).is_file():
            what = "is a folder, not a file" if Path(name).is_dir() else "no such file"
            print(f"parley segment: {name}: {what}", file=sys.stderr)
            return 2
    try:
        with ExitStack() as stack:
            out: BinaryIO = sys.stdout.buffer
            if args.out is not None:
                out = stack.enter_context(stack.enter_context(aside(args.out)).open("wb"))
            faults = sum(_segment(name, out) for name in names)
            out.flush()
    except BrokenPipeError:
        # The caller of run points standard output elsewhere and ends quietly.
        raise
    except OSError as error:
        print(f"parley segment: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return 1 if faults else 0


def _segment(name: str, out: BinaryIO) -> int:
    faults = 0
    for number, line in _lines(name):
        try:
            out.write(_answer(line))
        except _FaultyLineError as fault:
            faults += 1
            shown = "<stdin>" if name == "-" else name
            print(f"{shown}:{number}: {fault}", file=sys.stderr)
    return faults


def _lines(name: str) -> Iterator[tuple[int, bytes]]:
    with ExitStack() as stack:
        source: Iterable[bytes] = (
            sys.stdin.buffer if name == "-" else stack.enter_context(Path(name).open("rb"))
        )
        for number, line in enumerate(source, start=1):
            if line.strip():
                yield number, line


def _answer(line: bytes) -> bytes:
    try:
        row = loads(line.strip())
    except JsonError as error:
        # One line of JSON: its own line number is always 1 and would only confuse.
        why = str(error).replace(" at line 1, column", " at column")
        raise _FaultyLineError(f"not JSON ({why}): {_show(line)}; expected {_EXPECTED}") from None
    if not isinstance(row, dict):
        raise _FaultyLineError(f"not an object: {_show(line)}; expected {_EXPECTED}")
    for key in ("id", "text"):
        if key not in row:
            keys = ", ".join(sorted(row)) or "none"
            raise _FaultyLineError(f'no "{key}", the keys are: {keys}; expected {_EXPECTED}')
    for key, kinds, expected in (
        ("id", (str, int), "a string or a number"),
        ("text", str, "a string"),
    ):
        value = row[key]
        if not isinstance(value, kinds) or isinstance(value, bool):
            shown = _show(orjson.dumps(value))
            raise _FaultyLineError(f'"{key}" is {shown}; expected {expected}')
    return orjson.dumps(
        {"id": row["id"], "spans": sentences(row["text"])}, option=orjson.OPT_APPEND_NEWLINE
    )


def _show(data: bytes) -> str:
    text = data.decode("utf-8", "backslashreplace").strip()
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
