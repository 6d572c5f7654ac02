"""Rows to Parquet: JSON Lines in, one file a split out, with bounded memory.

Rows arrive as JSON Lines because that is also what the logical digest is taken over, and because
Arrow's own reader turns them into columns several times quicker than Python can. Row groups have
a fixed number of rows, however the rows arrive, so that the same rows give the same bytes.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.dataset.features import Config, arrow_schema, label_fields
from parley.ontology import Ontology

#: JSON Lines are turned into columns in pieces of about this many bytes; larger ones take longer
#: for each byte, since they no longer fit into the processor's cache.
PIECE = 1 << 20


class LabelRangeError(ValueError):
    """A label's integer is outside its list; Parquet would take it without a word."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one file holds. `sha256` is over the file, `logical` over its rows as JSON Lines,
    `uncompressed` the bytes of its column data before compression."""

    path: Path
    rows: int
    bytes: int
    uncompressed: int
    sha256: str
    logical: str


class SplitWriter:
    """Writes one split of one config."""

    def __init__(
        self, path: Path, config: Config, ontology: Ontology, metadata: dict[bytes, bytes]
    ) -> None:
        import pyarrow.parquet as pq

        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.config = config
        self.bare = arrow_schema(config)
        self.schema = self.bare.with_metadata(metadata or None)
        self.ranges = [
            (field.split("."), len(names)) for field, names in label_fields(config, ontology)
        ]
        self.writer = pq.ParquetWriter(
            path,
            self.schema,
            compression="zstd",
            compression_level=9,
            write_page_index=True,
            use_content_defined_chunking=True,
        )
        self.logical = hashlib.sha256()
        self.rows = 0
        self.pieces: list[bytes] = []
        self.size = 0
        self.waiting: list[Any] = []
        self.waiting_rows = 0

    def add(self, lines: bytes, rows: int) -> None:
        """Takes in `rows` rows as JSON Lines, the last one ended too."""
        if not rows:
            return
        self.logical.update(lines)
        self.rows += rows
        self.pieces.append(lines)
        self.size += len(lines)
        if self.size >= PIECE:
            self._columns()

    def _columns(self) -> None:
        """Turns waiting lines into columns, and full row groups into pages."""
        if not self.pieces:
            return
        table = read_lines(b"".join(self.pieces), self.bare)
        self.pieces, self.size = [], 0
        _check_labels(table, self.ranges, self.config.name)
        self.waiting.append(table)
        self.waiting_rows += table.num_rows
        while self.waiting_rows >= self.config.group:
            self._group(self.config.group)

    def _group(self, rows: int) -> None:
        import pyarrow as pa

        table = pa.concat_tables(self.waiting)
        # One chunk a column: page ends must not depend on how the rows arrived.
        group = table.slice(0, rows).combine_chunks().replace_schema_metadata(self.schema.metadata)
        self.writer.write_table(group, row_group_size=self.config.group)
        rest = table.slice(rows)
        self.waiting_rows = rest.num_rows
        self.waiting = [rest] if rest.num_rows else []

    def close(self) -> Written:
        """Ends the file; a split without rows is a valid file without rows."""
        self._columns()
        if self.waiting_rows or not self.rows:
            if not self.waiting:
                self.waiting = [self.bare.empty_table()]
            self._group(max(self.waiting_rows, 1))
        self.writer.close()
        return Written(
            path=self.path,
            rows=self.rows,
            bytes=self.path.stat().st_size,
            uncompressed=uncompressed(self.path),
            sha256=file_digest(self.path),
            logical=self.logical.hexdigest(),
        )

    def abandon(self) -> None:
        """Closes the file where the build ends early; what it holds is of no use."""
        self.writer.close()


def read_lines(lines: bytes, schema: Any) -> Any:
    """JSON Lines to an Arrow table of exactly `schema`; an unknown member is an error."""
    import pyarrow.json as pj

    return pj.read_json(
        io.BytesIO(lines),
        # A row must fit in a block, and with the pieces as small as they are one block is best.
        pj.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
    )


def _check_labels(table: Any, ranges: Sequence[tuple[list[str], int]], config: str) -> None:
    import pyarrow.compute as pc

    for path, names in ranges:
        for column in _reach(table.column(path[0]).chunks, path[1:]):
            if len(column) == column.null_count:
                continue
            found = pc.min_max(column).as_py()
            if found["min"] < 0 or found["max"] >= names:
                raise LabelRangeError(
                    f"{config}.{'.'.join(path)}: {found['min']} to {found['max']}, "
                    f"expected 0 to {names - 1}"
                )


def _reach(chunks: Sequence[Any], path: list[str]) -> Iterator[Any]:
    """The leaf arrays at the end of `path`, lists laid flat."""
    import pyarrow as pa

    for chunk in chunks:
        while isinstance(chunk, pa.ListArray):
            chunk = chunk.flatten()
        if path:
            yield from _reach([chunk.field(path[0])], path[1:])
        else:
            yield chunk


def uncompressed(path: Path) -> int:
    """Bytes of a Parquet file's column data before compression."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        meta = file.metadata
        return sum(meta.row_group(place).total_byte_size for place in range(meta.num_row_groups))


def file_digest(path: Path) -> str:
    """sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
