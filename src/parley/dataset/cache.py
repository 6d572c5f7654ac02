"""Rows that were made before, by what they were made from.

The key is a digest over everything the rows depend on: the article's bytes, the annotations', the
ontology, the registers and the program itself. An entry carries its own digest. A cache that is
missing, damaged, locked or of another version is only slower: nothing here raises, and nothing
from here is trusted unread.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache as once
from pathlib import Path

from parley import json_io

#: What an entry holds: a head of plain values, and byte strings.
Value = tuple[dict[str, object], list[bytes]]

_FORMAT = b"parley-rows/1"


@once
def program() -> bytes:
    """Digest of the package's own source: other code makes other rows."""
    found = hashlib.sha256(_FORMAT)
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.digest()


def fingerprint(paths: Iterable[Path]) -> bytes:
    """Digest of files that every row depends on; one that is missing counts as such."""
    found = hashlib.sha256(program())
    for path in paths:
        data = path.read_bytes() if path.is_file() else None
        found.update(b"-" if data is None else b"%d:" % len(data) + data)
    return found.digest()


def key(common: bytes, *parts: bytes | None) -> bytes:
    """The key of one document's rows."""
    found = hashlib.sha256(common)
    for part in parts:
        found.update(b"-" if part is None else b"%d:" % len(part))
        found.update(part or b"")
    return found.digest()


class RowCache:
    """A SQLite file of entries; several processes may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.base: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.base = self._open()
        except (sqlite3.Error, OSError):
            # Not a database, or one that cannot be used: begin a new one, once.
            with suppress(sqlite3.Error, OSError):
                for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                    path.with_name(name).unlink(missing_ok=True)
                self.base = self._open()

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = OFF")
            base.execute(
                "CREATE TABLE IF NOT EXISTS entry (key BLOB PRIMARY KEY, doc TEXT, value BLOB)"
                " WITHOUT ROWID"
            )
            base.execute("CREATE INDEX IF NOT EXISTS by_doc ON entry (doc)")
        except sqlite3.Error:
            base.close()
            raise
        return base

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Value]:
        """The entries that are there and whole, by key."""
        found: dict[bytes, Value] = {}
        if self.base is None:
            return found
        with suppress(sqlite3.Error):
            for at in keys:
                row = self.base.execute("SELECT value FROM entry WHERE key = ?", (at,)).fetchone()
                value = _read(row[0]) if row else None
                if value is not None:
                    found[at] = value
        return found

    def put(self, entries: Mapping[bytes, tuple[str, Value]]) -> None:
        """Keeps entries (document id and value), each in place of that document's older ones."""
        if self.base is None or not entries:
            return
        with suppress(sqlite3.Error):
            self.base.execute("BEGIN IMMEDIATE")
            try:
                for at, (doc_id, value) in entries.items():
                    self.base.execute("DELETE FROM entry WHERE doc = ?", (doc_id,))
                    self.base.execute(
                        "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", (at, doc_id, _write(value))
                    )
                self.base.execute("COMMIT")
            except sqlite3.Error:
                self.base.execute("ROLLBACK")

    def close(self) -> None:
        """Lets go of the file."""
        if self.base is not None:
            self.base.close()
            self.base = None


def _write(value: Value) -> bytes:
    import pyarrow as pa

    head, blobs = value
    packed = json_io.dumps({"head": head, "sizes": [len(blob) for blob in blobs]})
    plain = b"".join((len(packed).to_bytes(4, "little"), packed, *blobs))
    body = len(plain).to_bytes(8, "little") + pa.compress(plain, "zstd", asbytes=True)
    return bytes(hashlib.sha256(body).digest() + body)


def _read(data: object) -> Value | None:
    """An entry's value; None where its digest says that it is not what was written."""
    if not isinstance(data, bytes) or hashlib.sha256(data[32:]).digest() != data[:32]:
        return None
    import pyarrow as pa

    size = int.from_bytes(data[32:40], "little")
    plain = pa.decompress(data[40:], size, "zstd", asbytes=True)
    at = 4 + int.from_bytes(plain[:4], "little")
    packed = json_io.loads(plain[4:at])
    blobs = []
    for length in packed["sizes"]:
        blobs.append(plain[at : at + length])
        at += length
    return packed["head"], blobs
