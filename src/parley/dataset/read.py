"""Rows of a built dataset, checked against its manifest."""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from parley import json_io
from parley.dataset.manifest import NAME
from parley.incidents import nearest, one_of, stop
from parley.memory import uncollected

JSON = dict[str, Any]
_REBUILD = "build the dataset again"


def manifest(folder: Path) -> JSON:
    """The manifest of a built dataset.

    Raises `IncidentError`: S001 where there is none, S003 where it is damaged.
    """
    path = folder / NAME
    try:
        found = json_io.loads(path.read_bytes())
        # The members that readers use; all of it is looked at by `parley check`.
        found["version"], found["logical_sha256"], found["documents"], found["files"]
    except OSError as error:
        raise stop(
            "S001",
            folder.as_posix(),
            f"no built dataset: {path.name}: {error.strerror}",
            expected="a folder that `parley build` made",
            do="run `parley build`, or name the folder with --data",
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise stop(
            "S003", path.as_posix(), f"no manifest of a built dataset: {error}", do=_REBUILD
        ) from None
    assert isinstance(found, dict)
    return found


def splits(folder: Path, found: JSON, config: str, split: str | None = None) -> list[JSON]:
    """The manifest's entries of a config's files, of one split or of all.

    Raises `IncidentError` (S002) where there is no such config or split.
    """
    configs = list(dict.fromkeys(row["config"] for row in found["files"] if row.get("config")))
    files = [row for row in found["files"] if row.get("config") == config]
    names = list(dict.fromkeys(row["split"] for row in files))
    for what, got, known in (("config", config, configs), ("split", split, names)):
        if got is not None and got not in known:
            raise stop(
                "S002",
                folder.as_posix(),
                f"no such {what}",
                got=got,
                expected=one_of(known),
                nearest=nearest(got, known),
            )
    return [row for row in files if split in (None, row["split"])]


def tables(
    folder: Path, config: str, split: str | None = None, columns: Collection[str] | None = None
) -> Iterator[tuple[str, list[JSON]]]:
    """(split, rows) of a config, in the manifest's order; with `columns`, only these are read.

    Labels are names, not numbers. Raises `IncidentError` as `manifest` and `splits` do, and S003
    where a file is not what the manifest says.
    """
    for row in splits(folder, manifest(folder), config, split):
        yield row["split"], _rows(folder / row["path"], row["sha256"], columns)


def _rows(path: Path, sha256: str, columns: Collection[str] | None) -> list[JSON]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise stop("S003", path.as_posix(), what, do=_REBUILD) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise stop("S003", path.as_posix(), "not the bytes that the manifest names", do=_REBUILD)
    table = pq.read_table(pa.BufferReader(data), columns=None if columns is None else list(columns))
    features = json_io.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    with uncollected():
        rows: list[JSON] = table.to_pylist()
    for name in table.column_names:
        if features[name].get("_type") == "ClassLabel":
            names = features[name]["names"]
            for row in rows:
                row[name] = names[row[name]]
    return rows
