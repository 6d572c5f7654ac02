"""Rows of a built dataset, checked against its manifest."""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import json_io
from parley.dataset.manifest import NAME
from parley.incidents import nearest, one_of, stop
from parley.memory import uncollected

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

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
        with uncollected():
            rows: list[JSON] = table(folder, row, columns).to_pylist()
        yield row["split"], rows


def table(folder: Path, entry: JSON, columns: Collection[str] | None = None) -> "pa.Table":
    """A file of a built dataset by its entry in the manifest, labels as names; of `columns` alone
    where they are given, in their order.

    Raises `IncidentError` (S003) where the file is not what the manifest says.
    """
    return next(pieces(folder, entry, columns))


def pieces(
    folder: Path, entry: JSON, columns: Collection[str] | None = None, rows: int | None = None
) -> "Iterator[pa.Table]":
    """As `table`, some rows at a time (at most `rows`): a large file is never whole in memory as
    columns. There is at least one piece, which may be empty."""
    import pyarrow as pa

    file = parquet(folder / entry["path"], entry["sha256"])
    features = json_io.loads(file.schema_arrow.metadata[b"huggingface"])["info"]["features"]
    names = list(file.schema_arrow.names if columns is None else columns)
    labels = {
        name: pa.array(features[name]["names"], pa.string())
        for name in names
        if features[name].get("_type") == "ClassLabel"
    }
    if rows is None or not file.metadata.num_rows:
        found = iter((file.read(names),))
    else:
        batches = file.iter_batches(rows, columns=names, use_threads=False)
        found = (pa.Table.from_batches([batch]) for batch in batches)
    for part in found:
        piece = part.select(names)
        for name, words in labels.items():
            column = words.take(piece[name].combine_chunks())
            piece = piece.set_column(names.index(name), name, column)
        yield piece.replace_schema_metadata(None)


def parquet(path: Path, sha256: str) -> "pq.ParquetFile":
    """A Parquet file that is `checked`. (Not by `pq.read_table`, whose scanner can hold Python's
    memory when the interpreter ends, which aborts it: github.com/apache/arrow/issues/50482.)"""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.ParquetFile(pa.BufferReader(checked(path, sha256)))


def checked(path: Path, sha256: str) -> bytes:
    """A file's bytes. Raises `IncidentError` (S003) where they are not those that the manifest
    names."""
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise stop("S003", path.as_posix(), what, do=_REBUILD) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise stop("S003", path.as_posix(), "not the bytes that the manifest names", do=_REBUILD)
    return data
