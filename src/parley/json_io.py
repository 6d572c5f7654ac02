"""JSON in and out: strict on the way in, canonical on the way out."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import orjson


class JsonError(ValueError):
    """Bad JSON; the message says what and where in words for a report."""


def loads(data: bytes) -> Any:
    """Decodes UTF-8 JSON.

    Raises `JsonError` on anything that would lose or bend data on the way in: bad syntax, bad
    UTF-8, NaN or Infinity, nesting past orjson's limit (1,024), a key given twice.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise JsonError(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    # A key given twice silently drops its first value. Counting structural `":` finds files that
    # may hold one at a small cost; only those are read again, slowly, to be sure.
    if data.count(b'":') != orjson.dumps(value).count(b'":'):
        try:
            json.loads(data, object_pairs_hook=_unique)
        except RecursionError:
            raise JsonError("nested too deeply") from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        key, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise JsonError(f"the key {key!r} is given twice in one object")
    return found


def keyed(path: Path, key: str) -> dict[str, dict[str, Any]]:
    """The objects of a JSONL file by their `key`; none where there is no such file.

    A line that is no object with text under `key` is left out: for readers of registers, whose
    faults the checks report.
    """
    found = {}
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        try:
            row = loads(line)
        except JsonError:
            continue
        if isinstance(row, dict) and isinstance(row.get(key), str):
            found[row[key]] = row
    return found


def dumps(value: Any, *, pretty: bool = False) -> bytes:
    """UTF-8 JSON; `pretty` is indented by two and ends in a newline."""
    if pretty:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return orjson.dumps(value)


def canonical(value: Any) -> bytes:
    """Compact UTF-8 JSON with sorted keys: the form that logical digests are taken over."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def one_per_line(head: dict[str, Any], lists: dict[str, list[Any]]) -> bytes:
    """A JSON object whose listed items stand one a line, so that `git diff` shows items.

    `head` fields come first, one a line; then each list, its items one a line.
    """
    lines = [f"  {_text(key)}: {_text(value)}" for key, value in head.items()]
    for key, items in lists.items():
        if items:
            body = ",\n".join(f"    {_text(item)}" for item in items)
            lines.append(f"  {_text(key)}: [\n{body}\n  ]")
        else:
            lines.append(f"  {_text(key)}: []")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def head_field(path: Path, name: str) -> Any:
    """One field of the head of a file that `one_per_line` made, without reading the rest.

    None where the file is not there, or has no such field on a line of its own.
    """
    start = f"  {_text(name)}: ".encode()
    try:
        with path.open("rb") as file:
            line = next((line for line in file if line.startswith(start)), None)
    except FileNotFoundError:
        return None
    try:
        return None if line is None else loads(line[len(start) :].strip().rstrip(b","))
    except JsonError:
        return None


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
