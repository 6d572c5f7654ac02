"""Prediction files out, and what a system says of itself in the file beside them.

FILE.jsonl has FILE.meta.json beside it: which system, with which options. It names the sha256 of
the predictions, so that it is never taken for the description of others.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from parley import files, json_io
from parley.incidents import say
from parley.predictions.rows import LISTS

JSON = dict[str, Any]
FORMAT = "parley-system/1"


def dump(rows: Iterable[JSON]) -> bytes:
    """A prediction file: one line a document in the order given, members in the format's order."""
    return b"".join(
        json_io.dumps({key: row[key] for key in ("doc_id", *LISTS) if key in row}) + b"\n"
        for row in rows
    )


def write(path: Path, rows: Iterable[JSON], meta: Mapping[str, Any] | None = None) -> None:
    """Writes a prediction file, and with `meta` (`system`, `baseline`, `options`, …) the file
    beside it. Each is written aside and renamed; between the two, the older description is seen as
    being of other predictions. Raises `OSError`."""
    data = dump(rows)
    files.write(path, data)
    if meta is not None:
        digest = hashlib.sha256(data).hexdigest()
        value = {"format": FORMAT, **meta, "predictions_sha256": digest}
        files.write(meta_path(path), json_io.dumps(value, pretty=True))


def meta_path(path: Path) -> Path:
    """FILE.meta.json for FILE.jsonl (and for a file of another suffix, its name and that)."""
    stem = path.name.removesuffix(".jsonl")
    return path.with_name(f"{stem}.meta.json")


class Meta(NamedTuple):
    """What a system says of itself: None where it says nothing, or nothing to be trusted;
    `warning` says why, where there is a file."""

    value: JSON | None
    warning: str | None


def read_meta(path: Path) -> Meta:
    """The description beside the prediction file `path`. Nothing is raised for a bad one."""
    beside = meta_path(path)
    try:
        value = json_io.loads(beside.read_bytes())
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return Meta(None, None)
    except OSError as error:
        return _ignored(beside, f"cannot be read: {error.strerror}")
    except (ValueError, TypeError) as error:
        return _ignored(beside, f"not JSON: {error}")
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        got = value.get("format") if isinstance(value, dict) else value
        return _ignored(beside, say("unknown format", got=got, expected=repr(FORMAT)))
    if value.get("predictions_sha256") != digest:
        told = value.get("predictions_sha256")
        what = say("it describes other predictions", got=told, expected=repr(digest))
        return _ignored(beside, what)
    return Meta(value, None)


def _ignored(path: Path, what: str) -> Meta:
    return Meta(None, f"{path.as_posix()}: {what}; ignored")
