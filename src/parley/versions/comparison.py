"""What differs between two built folders of a dataset.

Built folders are what a reader gets, so the comparison of two is the comparison of what readers
had and what they will have: a git revision is built before it is compared (`revision`). Rows are
compared as columns first; only documents that differ are opened.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from parley import json_io
from parley.dataset import read
from parley.incidents import nearest, stop
from parley.memory import uncollected
from parley.versions import annotations, tables
from parley.versions.model import (
    LAYERS,
    Difference,
    DocumentChange,
    Labels,
    Pair,
    RegisterChange,
    Side,
)

JSON = dict[str, Any]

#: What documents hold, by column; the rest of `LAYERS` is claims.
_COLUMNS = {
    "paragraphs": "paragraphs",
    "sentences": "sentences",
    "mentions": "mentions",
    "events": "events",
    "arguments": "event_arguments",
    "attributions": "attributions",
    "stances": "stances",
}


def compare(
    old: Path,
    new: Path,
    *,
    layers: Collection[str] = LAYERS,
    documents: Collection[str] | None = None,
    names: tuple[str, str] | None = None,
) -> Difference:
    """What differs between the built folders `old` and `new`.

    `layers` (of `LAYERS`) and `documents` narrow what is told of documents; with either, configs,
    files, labels and registers are left out, since they cannot be narrowed. `names` are what the
    two are called in reports (default: the folders).

    Which annotation is which of the other build's is defined in `annotations`. A document of which
    one build has no text (a withheld one that was not restored) is told by its `published`; nothing
    else of it is compared. Rows that differ in nothing that is defined there, but for values that
    follow from others, are told as `derived`, with the columns.

    Raises `IncidentError`: S001, S003 (no built dataset, or a damaged one), V004 (`documents` that
    neither has).
    """
    found = (_manifest(old), _manifest(new))
    before, after = ({row["doc_id"]: row for row in each["documents"]} for each in found)
    if documents is not None:
        _known(documents, before.keys() | after.keys(), new)
    narrowed = documents is not None or set(layers) != set(LAYERS)
    with uncollected():
        changed = _documents(old, new, found, (before, after), layers, documents)
    titles = names or (old.as_posix(), new.as_posix())
    return Difference(
        _side(titles[0], found[0]),
        _side(titles[1], found[1]),
        documents=tuple(changed),
        labels=() if narrowed else tuple(_labels(old, new, found)),
        registers=() if narrowed else tuple(_registers(old, new)),
        schema=() if narrowed else tuple(_schema(old, new, found)),
        configs={} if narrowed else _configs(*found),
        files=() if narrowed else tuple(_files(*found)),
    )


#: What is read of a manifest's documents, and of its files of rows.
_ENTRY = {"doc_id", "story", "split", "status", "published", "sha256", "layers"}
_FILE = {"path", "sha256", "config", "split", "rows", "logical_sha256"}


def _manifest(folder: Path) -> JSON:
    """A manifest that has what is compared; of any version of Parley."""
    found = read.manifest(folder)
    rows = [(row, _ENTRY) for row in found["documents"]]
    rows += [(row, _FILE if "config" in row else {"path", "sha256"}) for row in found["files"]]
    missing = sorted({name for row, wanted in rows for name in wanted - row.keys()})
    if missing or "ontology" not in found:
        raise stop(
            "S003",
            folder.as_posix(),
            "the manifest lacks what is compared",
            expected=", ".join(missing or ["ontology"]),
            do="build the dataset again",
        )
    return found


def _known(asked: Collection[str], known: Collection[str], folder: Path) -> None:
    for doc_id in asked:
        if doc_id not in known:
            raise stop(
                "V004",
                folder.as_posix(),
                "neither of the two has this document",
                got=doc_id,
                nearest=nearest(doc_id, known),
            )


def _side(name: str, manifest: JSON) -> Side:
    return Side(
        name,
        str(manifest["version"]),
        str(manifest["ontology"]),
        str(manifest["logical_sha256"]),
        sum(row["published"] for row in manifest["documents"]),
    )


# -- documents


def _documents(
    old: Path,
    new: Path,
    manifests: tuple[JSON, JSON],
    entries: tuple[Mapping[str, JSON], Mapping[str, JSON]],
    layers: Collection[str],
    wanted: Collection[str] | None,
) -> list[DocumentChange]:
    rows = tables.pairs(old, new, manifests, "documents")
    claims = tables.Sides({}, {}, alike=True)
    if all(any(row.get("config") == "claims" for row in each["files"]) for each in manifests):
        claims = tables.pairs(old, new, manifests, "claims")
    before, after = entries
    found = []
    for doc_id in sorted(before.keys() | after.keys()):
        if wanted is not None and doc_id not in wanted:
            continue
        one, other = before.get(doc_id), after.get(doc_id)
        if one is None or other is None:
            entry, side = (other, 1) if one is None else (one, 0)
            assert entry is not None
            found.append(_whole(entry, "added" if side else "removed", side, rows, claims, layers))
            continue
        change = _document(doc_id, rows, claims, layers)
        metadata: dict[str, Pair] = {
            name: (one[name], other[name])
            for name in ("story", "split", "status", "published", "sha256", "layers")
            if one[name] != other[name]
        }
        if change is not None:
            # The row tells these better.
            for name in ("story", "status", "sha256", "layers"):
                metadata.pop(name, None)
            metadata |= change.metadata
            edits, changes = change.edits, change.changes
        else:
            edits, changes = (), ()
        if metadata or edits or changes:
            withheld = "withheld" in (one["status"], other["status"])
            found.append(DocumentChange(doc_id, "changed", withheld, metadata, edits, changes))
    return found


def _document(
    doc_id: str, rows: tables.Sides, claims: tables.Sides, layers: Collection[str]
) -> DocumentChange | None:
    """What became of a document that both builds have; None where its rows are equal, or one has
    none."""
    one, other = rows.old.get(doc_id), rows.new.get(doc_id)
    claimed, claims_now = claims.old.get(doc_id), claims.new.get(doc_id)
    same = _same(one, other, rows.alike)
    if same and _same(claimed, claims_now, claims.alike):
        return None
    if one is None or other is None:
        # Claims of a document whose own row stands in files that are the same, or in none.
        return None if claimed is claims_now else _derived(doc_id, ["claims"])
    old_row, new_row = one.rows()[0], other.rows()[0]
    said = tuple([] if place is None else place.rows() for place in (claimed, claims_now))
    change = annotations.compare(old_row, new_row, (said[0], said[1]), layers)
    if change.metadata or change.edits or change.changes:
        return change
    if set(layers) != set(LAYERS):
        return None
    columns = [name for name in old_row if old_row[name] != new_row.get(name)]
    if not _equal(*said):
        columns.append("claims")
    return _derived(doc_id, columns) if columns else None


def _same(one: tables.Place | None, other: tables.Place | None, alike: bool) -> bool:
    if one is None or other is None:
        return one is other
    return alike and one.same(other)


def _equal(one: Sequence[JSON], other: Sequence[JSON]) -> bool:
    return list(one) == list(other)


def _derived(doc_id: str, columns: list[str]) -> DocumentChange:
    return DocumentChange(doc_id, "changed", False, {"derived": (None, columns)})


def _whole(
    entry: JSON,
    kind: str,
    side: int,
    rows: tables.Sides,
    claims: tables.Sides,
    layers: Collection[str],
) -> DocumentChange:
    """A document that one of the two builds has."""
    doc_id = entry["doc_id"]
    place = (rows.old, rows.new)[side].get(doc_id)
    said = (claims.old, claims.new)[side].get(doc_id)
    counts: dict[str, int] = {}
    if place is not None:
        row = place.rows()[0]
        counts = {
            layer: len(row[column])
            for layer, column in _COLUMNS.items()
            if layer in layers and column in row
        }
        if "claims" in layers:
            counts["claims"] = said.number if said else 0
    metadata: dict[str, Pair] = {
        name: (entry[name], None) if kind == "removed" else (None, entry[name])
        for name in ("story", "split", "published")
    }
    return DocumentChange(
        doc_id, kind, entry["status"] == "withheld", metadata=metadata, counts=counts
    )


# -- what is about all documents


def _first_files(old: Path, new: Path, manifests: tuple[JSON, JSON]) -> Iterable[tuple[str, Any]]:
    """Config -> the schemas of its first file in both builds, of configs that both have."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    firsts: list[dict[str, Path]] = []
    for folder, found in zip((old, new), manifests, strict=True):
        first: dict[str, Path] = {}
        for row in found["files"]:
            if row.get("config"):
                first.setdefault(row["config"], folder / row["path"])
        firsts.append(first)
    for config in firsts[0].keys() & firsts[1].keys():
        paths = [first[config] for first in firsts]
        try:
            yield config, [pq.read_schema(path) for path in paths]
        except (OSError, pa.ArrowInvalid) as error:
            what = f"cannot be read: {error}"
            raise stop("S003", paths[0].as_posix(), what, do="build the dataset again") from None


def _labels(old: Path, new: Path, manifests: tuple[JSON, JSON]) -> Iterable[Labels]:
    for config, (one, other) in sorted(_first_files(old, new, manifests), key=lambda item: item[0]):
        before, after = tables.labels(one), tables.labels(other)
        for name in sorted(before.keys() & after.keys()):
            was, now = before[name], after[name]
            if was != now:
                yield Labels(
                    f"{config}.{name}",
                    added=tuple(label for label in now if label not in was),
                    removed=tuple(label for label in was if label not in now),
                    moved=tuple(
                        label
                        for at, label in enumerate(was)
                        if label in now and now.index(label) != at
                    ),
                )


def _schema(old: Path, new: Path, manifests: tuple[JSON, JSON]) -> Iterable[str]:
    names: list[list[str]] = [
        list(dict.fromkeys(row["config"] for row in found["files"] if row.get("config")))
        for found in manifests
    ]
    yield from (f"- config {name}" for name in names[0] if name not in names[1])
    yield from (f"+ config {name}" for name in names[1] if name not in names[0])
    for config, (one, other) in sorted(_first_files(old, new, manifests), key=lambda item: item[0]):
        before, after = tables.fields(one), tables.fields(other)
        for name, kind in before.items():
            if name not in after:
                yield f"- {config}.{name} ({kind})"
            elif after[name] != kind:
                yield f"~ {config}.{name}: {kind} → {after[name]}"
        yield from (
            f"+ {config}.{name} ({kind})" for name, kind in after.items() if name not in before
        )


def _configs(old: JSON, new: JSON) -> dict[str, tuple[int, int]]:
    """Configs whose rows are not the same, by the digests of the manifests."""

    def told(manifest: JSON) -> dict[str, tuple[int, list[tuple[str, str]]]]:
        found: dict[str, tuple[int, list[tuple[str, str]]]] = {}
        for row in manifest["files"]:
            if row.get("config"):
                number, digests = found.get(row["config"], (0, []))
                digest = (row["split"], row["logical_sha256"])
                found[row["config"]] = (number + row["rows"], [*digests, digest])
        return found

    before, after = told(old), told(new)
    return {
        name: (before.get(name, (0,))[0], after.get(name, (0,))[0])
        for name in [*before, *(name for name in after if name not in before)]
        if before.get(name) != after.get(name)
    }


def _files(old: JSON, new: JSON) -> Iterable[str]:
    """Files that are no tables and no registers, and differ. Those made from the rows (the card and
    what stands beside it) are only told where the rows are the same."""
    before, after = (
        {row["path"]: row["sha256"] for row in each["files"] if not row.get("config")}
        for each in (old, new)
    )
    for path in sorted(before.keys() | after.keys()):
        if path.startswith("registers/") or before.get(path) == after.get(path):
            continue
        if path != "LICENSE" and old["logical_sha256"] != new["logical_sha256"]:
            continue
        yield path if path in before and path in after else f"{'+-'[path in before]} {path}"


def _registers(old: Path, new: Path) -> Iterable[RegisterChange]:
    """Rows of the registers, by id (the splits by story)."""
    names = {path.name for folder in (old, new) for path in (folder / "registers").glob("*.jsonl")}
    for name in sorted(names):
        before, after = (_rows(folder / "registers" / name) for folder in (old, new))
        register = name.removesuffix(".jsonl")
        for key in sorted(before.keys() | after.keys()):
            one, other = before.get(key), after.get(key)
            if one is None or other is None:
                yield RegisterChange(register, key, "added" if one is None else "removed")
            elif one != other:
                fields: dict[str, Pair] = {
                    field: (one.get(field), other.get(field))
                    for field in [*one, *(field for field in other if field not in one)]
                    if one.get(field) != other.get(field)
                }
                yield RegisterChange(register, key, "changed", fields)


def _rows(path: Path) -> dict[str, JSON]:
    if not path.is_file():
        return {}
    try:
        rows = [json_io.loads(line) for line in path.read_bytes().splitlines()]
        return {str(row["id"] if "id" in row else row["story"]): row for row in rows}
    except (json_io.JsonError, TypeError, KeyError) as error:
        what = f"no register of a built dataset: {error}"
        raise stop("S003", path.as_posix(), what, do="build the dataset again") from None
