"""What pages are made of: documents as values, and what they share.

The dataset is read in batches, so that a corpus of any size is held as columns, never whole as
Python values.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import json_io
from parley.dataset import read
from parley.ontology import LAYERS, Ontology
from parley.statistics.conflicts import CONTRARY as CONTRARY

if TYPE_CHECKING:
    import pyarrow as pa

JSON = dict[str, Any]
FORMAT = "parley-reader-document/1"
#: The columns of the `claims` config that a document does not have already.
_CLAIM = (
    "id",
    "doc_id",
    "sent_id",
    "event_id",
    "event",
    "type",
    "claimed",
    "via",
    "source",
    "source_entity",
    "source_kind",
    "attribution_id",
    "depth",
)
#: Documents that are values at a time.
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Head:
    """A document as lists name it. `published` is ISO 8601; `place` its position in the corpus."""

    id: str
    title: str
    story: str
    split: str
    form: str
    published: str
    source: str | None
    status: str
    place: int


@dataclass(slots=True)
class Corpus:
    """What all pages share.

    `heads` are the documents in the order of the site (by publication, then id); `entities`,
    `events` and `stories` the registers by id; `definitions` lead from a layer (of
    `ontology.LAYERS`, `role`, `claimed`) to what its labels mean, where the project's ontology is
    at hand; `places` are the pages of the site that the navigation may name.
    """

    folder: Path
    name: str
    version: str
    digest: str
    heads: Sequence[Head]
    entities: Mapping[str, JSON]
    events: Mapping[str, JSON]
    stories: Mapping[str, JSON]
    definitions: Mapping[str, Mapping[str, str]]
    paragraph_kinds: Mapping[str, bool]
    manifest: JSON
    places: set[str] = field(default_factory=set)
    by_id: Mapping[str, Head] = field(default_factory=dict)
    contested: frozenset[str] = frozenset()
    claims: "Claims | None" = None

    def around(self, doc_id: str) -> tuple[Head | None, Head | None]:
        """The documents before and after one, in the order of the site."""
        place = self.by_id[doc_id].place
        before = self.heads[place - 1] if place else None
        after = self.heads[place + 1] if place + 1 < len(self.heads) else None
        return before, after

    def entity_name(self, key: str) -> str:
        """The registry's name of an entity, or its id where the registry has none."""
        return str(self.entities.get(key, {}).get("name") or key)

    def event_name(self, key: str) -> str:
        """The registry's name of an event, or its id."""
        return str(self.events.get(key, {}).get("name") or key)

    def story_title(self, key: str) -> str:
        """A story's title, or its id."""
        return str(self.stories.get(key, {}).get("title") or key)


class Claims:
    """The `claims` config by document, as columns until a document is asked for."""

    __slots__ = ("_places", "_said", "_table", "contested")

    def __init__(self, table: "pa.Table") -> None:
        self._table = table
        self._places: dict[str, list[int]] = defaultdict(list)
        said: dict[str, set[str]] = defaultdict(set)
        columns = (table.column(name).to_pylist() for name in ("doc_id", "event_id", "event"))
        claimed = table.column("claimed").to_pylist()
        for row, (doc_id, event_id, event) in enumerate(zip(*columns, strict=True)):
            self._places[doc_id].append(row)
            said[key(doc_id, event_id, event)].add(claimed[row])
        self._said = said
        #: Events (as `key` names them) of which one claim says the contrary of another.
        self.contested = frozenset(
            name for name, values in said.items() if any(CONTRARY.get(v) in values for v in values)
        )

    def of(self, doc_id: str) -> list[JSON]:
        """The claims made in a document, in the dataset's order, each with `conflicting`."""
        import pyarrow as pa

        places = pa.array(self._places.get(doc_id, []), pa.int64())
        rows: list[JSON] = self._table.take(places).to_pylist()
        for row in rows:
            name = key(doc_id, row["event_id"], row["event"])
            row["conflicting"] = CONTRARY.get(row["claimed"]) in self._said[name]
            del row["doc_id"]
        return rows


def key(doc_id: str, event_id: str, event: str | None) -> str:
    """Which event a trigger stands for: the registry's id, or the trigger itself without one."""
    return event if event is not None else f"{doc_id}#{event_id}"


def read_corpus(folder: Path, scheme: Ontology | None = None, name: str | None = None) -> Corpus:
    """Everything that pages share, from a built dataset.

    `scheme`, where given, says what labels mean. Raises `IncidentError`: S001 where there is no
    built dataset, S003 where a file is not what the manifest says.
    """
    found = read.manifest(folder)
    rows: list[JSON] = []
    columns = ["doc_id", "title", "story", "form", "published_text", "published", "source"]
    for split, batch in batches(folder, "documents", [*columns, "status"]):
        rows += ({**row, "split": split} for row in batch)
    rows.sort(key=lambda row: (row["published"], row["doc_id"]))
    heads = [
        Head(
            id=row["doc_id"],
            title=row["title"] or row["doc_id"],
            story=row["story"],
            split=row["split"],
            form=row["form"],
            published=row["published_text"],
            source=row["source"],
            status=row["status"],
            place=place,
        )
        for place, row in enumerate(rows)
    ]
    claims = Claims(_claims_table(folder, found))
    return Corpus(
        folder=folder,
        name=name or "Corpus",
        version=found["version"],
        digest=found["logical_sha256"],
        heads=heads,
        entities=register(folder, found, "entities"),
        events=register(folder, found, "events"),
        stories=register(folder, found, "stories"),
        definitions=_definitions(scheme),
        paragraph_kinds={kind.name: kind.annotated for kind in scheme.paragraph_kinds}
        if scheme
        else {},
        manifest=found,
        by_id={head.id: head for head in heads},
        contested=claims.contested,
        claims=claims,
    )


def documents(corpus: Corpus) -> Iterator[JSON]:
    """Every document of the dataset as `document` makes it, in the dataset's order."""
    for split, batch in batches(corpus.folder, "documents"):
        for row in batch:
            yield document(corpus, row, split)


def document(corpus: Corpus, row: JSON, split: str) -> JSON:
    """One document as a value: what is served as `documents/ID.json` (see the package)."""
    assert corpus.claims is not None
    return {
        "format": FORMAT,
        "version": corpus.version,
        "digest": corpus.digest,
        "split": split,
        **row,
        "published": row["published_text"],
        "claims": corpus.claims.of(row["doc_id"]),
    }


def batches(
    folder: Path, config: str, columns: Sequence[str] | None = None
) -> Iterator[tuple[str, list[JSON]]]:
    """(split, rows) of a config, some rows at a time, label names instead of numbers.

    Raises `IncidentError` as `read.manifest` and `read.splits` do, and S003 where a file is not
    what the manifest says.
    """
    for entry in read.splits(folder, read.manifest(folder), config):
        for table in read.pieces(folder, entry, columns, _BATCH):
            yield entry["split"], table.to_pylist()


def _claims_table(folder: Path, found: JSON) -> "pa.Table":
    import pyarrow as pa

    parts = [read.table(folder, entry, _CLAIM) for entry in read.splits(folder, found, "claims")]
    return pa.concat_tables(parts).combine_chunks()


def register(folder: Path, found: JSON, name: str) -> dict[str, JSON]:
    """A register that is published with the dataset, by id; empty where there is none."""
    place = f"registers/{name}.jsonl"
    entry = next((row for row in found["files"] if row["path"] == place), None)
    if entry is None:
        return {}
    lines = read.checked(folder / place, entry["sha256"]).splitlines()
    return {row["id"]: row for row in map(json_io.loads, filter(None, lines))}


def _definitions(scheme: Ontology | None) -> dict[str, dict[str, str]]:
    if scheme is None:
        return {}
    found = {
        layer: {label.name: label.definition for label in scheme.labels(layer)} for layer in LAYERS
    }
    found["role"] = {role.name: role.definition for role in scheme.roles}
    for name, attribute in scheme.attributes.items():
        found.setdefault(name, dict.fromkeys(attribute.values, attribute.definition))
    return found
