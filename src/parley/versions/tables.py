"""Rows of two builds side by side, so that only those that differ are made into Python values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import json_io
from parley.dataset.read import parquet, splits

if TYPE_CHECKING:
    import pyarrow as pa

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is: a batch of rows, and which of them from which on."""

    batch: "pa.RecordBatch"
    row: int
    number: int

    def rows(self) -> list[JSON]:
        """The rows as Python values."""
        found: list[JSON] = self.batch.slice(self.row, self.number).to_pylist()
        return found

    def same(self, other: "Place") -> bool:
        """Whether both places hold the same values; their columns are the same."""
        one = self.batch.slice(self.row, self.number)
        return bool(one.equals(other.batch.slice(other.row, other.number)))


@dataclass(frozen=True, slots=True)
class Sides:
    """A config of two builds: each document's rows, of files that are not the same bytes.

    `alike` says whether both have the same columns, without which rows cannot be compared but
    field by field.
    """

    old: Mapping[str, Place]
    new: Mapping[str, Place]
    alike: bool


def pairs(old: Path, new: Path, manifests: tuple[JSON, JSON], config: str) -> Sides:
    """A config's rows in both builds, by document; the rows of a document stand together.

    Files whose digest is the same in both manifests are not read: their rows are equal. Raises
    `IncidentError` (S003) where a file that is read is not what its manifest says.
    """
    files = [
        {row["split"]: row for row in splits(folder, found, config)}
        for folder, found in zip((old, new), manifests, strict=True)
    ]
    equal = {
        split
        for split in files[0].keys() & files[1].keys()
        if files[0][split]["sha256"] == files[1][split]["sha256"]
    }
    tables = [
        [
            _table(folder / row["path"], row["sha256"])
            for split, row in found.items()
            if split not in equal
        ]
        for folder, found in zip((old, new), files, strict=True)
    ]
    kinds = [{item.name: item.type for item in table.schema} for side in tables for table in side]
    common = [name for name in (kinds[0] if kinds else {}) if all(name in kind for kind in kinds)]
    alike = all(kind == kinds[0] for kind in kinds)
    before, after = (_places(side, common) for side in tables)
    return Sides(before, after, alike)


def _places(found: "list[pa.Table]", columns: list[str]) -> dict[str, Place]:
    """Each document's rows."""
    places: dict[str, Place] = {}
    for table in found:
        for batch in table.select(columns).to_batches():
            ids = batch.column("doc_id").to_pylist()
            start = 0
            for at in range(1, len(ids) + 1):
                if at == len(ids) or ids[at] != ids[start]:
                    place = Place(batch, start, at - start)
                    first = places.get(ids[start])
                    places[ids[start]] = _joined(first, place) if first else place
                    start = at
    return places


def _joined(first: Place, second: Place) -> Place:
    """The rows of one document that fell into two batches, in one."""
    import pyarrow as pa

    parts = [each.batch.slice(each.row, each.number) for each in (first, second)]
    whole = pa.Table.from_batches(parts).combine_chunks().to_batches()[0]
    return Place(whole, 0, whole.num_rows)


def _table(path: Path, sha256: str) -> "pa.Table":
    """A Parquet file, checked against its digest, with labels as names instead of numbers."""
    import pyarrow as pa

    table = parquet(path, sha256).read()
    for name, names in labels(table.schema).items():
        at = table.schema.get_field_index(name)
        if at >= 0 and pa.types.is_integer(table.schema.field(at).type):
            known = pa.array(names, pa.string())
            table = table.set_column(
                at,
                name,
                pa.chunked_array(
                    [known.take(chunk) for chunk in table.column(at).chunks], pa.string()
                ),
            )
    return table


def labels(schema: "pa.Schema") -> dict[str, list[str]]:
    """Field -> names of its labels, for every label field at the top of a table or of its lists."""
    told = json_io.loads(schema.metadata[b"huggingface"])["info"]["features"]
    return dict(_labels("", told))


def _labels(path: str, told: Any) -> Iterator[tuple[str, list[str]]]:
    """Walks the features as `datasets` writes them: `_type` is a word in what is a type, a mapping
    in what is a struct with a member of that name."""
    if not isinstance(told, dict):
        return
    if told.get("_type") == "ClassLabel":
        yield path, told["names"]
    elif isinstance(told.get("_type"), str):
        yield from _labels(path, told.get("feature"))
    else:
        for name, inner in told.items():
            yield from _labels(f"{path}.{name}" if path else name, inner)


def fields(schema: "pa.Schema") -> dict[str, str]:
    """Dotted field -> type in Arrow's words, members of lists and structs each."""
    found: dict[str, str] = {}

    def walk(path: str, kind: "pa.DataType") -> None:
        import pyarrow as pa

        inner = kind
        while pa.types.is_list(inner):
            inner = inner.value_type
        if pa.types.is_struct(inner):
            for place in range(inner.num_fields):
                member = inner.field(place)
                walk(f"{path}.{member.name}", member.type)
        else:
            found[path] = str(kind)

    for item in schema:
        walk(item.name, item.type)
    return found
