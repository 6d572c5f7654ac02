"""What a file is: by its place in the project, else by its content."""

import re
from pathlib import Path
from typing import Any

from parley import json_io
from parley.project import Project
from parley.schemas import REGISTERS

_PLACES = (
    ("article", r"corpus/articles/[^/]+/[^/]+\.txt"),
    ("withheld", r"corpus/withheld/[^/]+\.json"),
    ("text", r"corpus/texts/[^/]+\.txt"),
    ("register", rf"corpus/({'|'.join(REGISTERS)})\.jsonl"),
    ("gold", r"annotations/gold/[^/]+\.json"),
    ("export", r"annotations/exports/[^/]+/[^/]+\.json"),
    ("ledger", r"annotations/ledger/[^/]+/[^/]+\.json"),
    ("correction", r"annotations/corrections/[^/]+\.toml"),
)
#: Folders in which every file has to be of a known kind.
_OWN = re.compile(r"corpus/|annotations/(gold|exports|ledger)/")
#: What people keep beside data.
_BESIDE = re.compile(
    r"corpus/(card\.toml|CHANGELOG\.md)|(.*/)?(\.[^/]*|README(\.md)?|LICENSE[^/]*)"
)
_HEAD = 65_536


def by_place(file: str) -> str | None:
    """The kind of a file by its path from the root, None where the place says nothing."""
    return next((kind for kind, pattern in _PLACES if re.fullmatch(pattern, file)), None)


def is_stray(file: str) -> bool:
    """Whether a file lies in a folder of the project that holds only known kinds, and is none."""
    return _OWN.match(file) is not None and by_place(file) is None and not _BESIDE.fullmatch(file)


def of(path: Path, project: Project) -> str | None:
    """`article`, `withheld`, `text`, `register`, `gold`, `export`, `ledger`, `correction`,
    `prediction`, or None for an unknown kind. Raises `OSError` where the file cannot be opened."""
    kind = by_place(project.relative(path))
    if kind is not None:
        return kind
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"+++"):
        return "article"
    if path.suffix == ".jsonl":
        return "prediction" if _is_prediction(head) else None
    if path.suffix != ".json":
        return None
    try:
        return _of_value(json_io.loads(path.read_bytes()))
    except json_io.JsonError:
        return None


def _of_value(value: Any) -> str | None:
    if isinstance(value, list):
        return "export" if value and all(_is_task(row) for row in value) else None
    if not isinstance(value, dict):
        return None
    name = str(value.get("format", "")).partition("/")[0]
    if name in ("parley-annotations", "parley-ledger"):
        return "gold" if name == "parley-annotations" else "ledger"
    if _is_task(value):
        return "export"
    return "withheld" if value.get("status") == "withheld" else None


def _is_task(value: Any) -> bool:
    return isinstance(value, dict) and "data" in value and "annotations" in value


def _is_prediction(head: bytes) -> bool:
    """Whether a line in the beginning of a file names a document: any line, since the first may
    be the broken one."""
    return any(b'"doc_id"' in line for line in head.split(b"\n")[:20])
