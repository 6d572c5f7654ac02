"""A built dataset as columns: one Arrow table for each kind of annotation, of all its documents.

Nothing is turned into Python values item by item, so ten thousand documents take seconds.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.dataset.read import manifest, splits, table
from parley.ontology import Ontology

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_DOCUMENTS = (
    *("doc_id", "story", "published", "form", "status", "text", "annotated_layers"),
    *("paragraphs", "sentences", "mentions", "events", "event_arguments", "attributions"),
    *("attribution_spans", "stances"),
)
_SENTENCES = ("doc_id", "kind", "doc_start", "token_starts", "token_ends")
_CLAIMS = (
    *("doc_id", "story", "event_id", "event", "type", "claimed", "via", "source"),
    *("source_entity", "source_kind", "attribution_id", "depth"),
)


@dataclass
class Corpus:
    """Columns of a dataset. Every table but `documents` has `doc`, a row of `documents`.

    `documents` has `split` (a place in `splits`), `length` in code points, and metadata;
    `paragraphs`, `all_sentences` (of whole texts), `sentences` (of the reading text, with the
    starts and ends of tokens as lists), `mentions`, `events`, `arguments`, `attributions`, `parts`
    (of attributions), `stances` and `claims` are as in the dataset's configs.
    """

    splits: tuple[str, ...]
    scheme: Ontology
    documents: "pa.Table"
    tables: "dict[str, pa.Table]"

    def __getitem__(self, name: str) -> "pa.Table":
        return self.tables[name]

    @cached_property
    def split_of(self) -> "np.ndarray[Any, Any]":
        """The split of each document, a place in `splits`."""
        found: np.ndarray[Any, Any] = self.documents["split"].to_numpy()
        return found

    def split(self, name: str) -> "np.ndarray[Any, Any]":
        """The split of each row of a table."""
        found: np.ndarray[Any, Any] = self.split_of[self.doc(name)]
        return found

    def doc(self, name: str) -> "np.ndarray[Any, Any]":
        """The document of each row of a table."""
        found: np.ndarray[Any, Any] = self.tables[name]["doc"].to_numpy()
        return found

    def number(self, name: str) -> "np.ndarray[Any, Any]":
        """How many rows of a table each document has."""
        import numpy as np

        return np.bincount(self.doc(name), minlength=len(self.documents))

    @cached_property
    def _base(self) -> "np.ndarray[Any, Any]":
        """Where each document begins if all stood in one line."""
        import numpy as np

        return np.concatenate(([0], np.cumsum(self.documents["length"].to_numpy() + 1)[:-1]))

    def at(self, name: str, column: str) -> "np.ndarray[Any, Any]":
        """Offsets of a table as places in that one line."""
        found: np.ndarray[Any, Any] = (
            self._base[self.doc(name)] + self.tables[name][column].to_numpy()
        )
        return found

    @cached_property
    def tokens(self) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
        """Starts and ends of every token of the reading text in that one line, in order."""
        import numpy as np
        import pyarrow.compute as pc

        starts = self.at("sentences", "doc_start")
        found = []
        for column in ("token_starts", "token_ends"):
            lists = self.tables["sentences"][column].combine_chunks()
            inside = pc.list_parent_indices(lists).to_numpy()
            found.append(np.sort(starts[inside] + lists.flatten().to_numpy()))
        return found[0], found[1]

    def in_tokens(self, name: str) -> "np.ndarray[Any, Any]":
        """The length of each span of a table in tokens of the reading text that it touches."""
        import numpy as np

        starts, ends = self.tokens
        last = np.searchsorted(starts, self.at(name, "end"), "left")
        first = np.searchsorted(ends, self.at(name, "start"), "right")
        found: np.ndarray[Any, Any] = np.maximum(last - first, 0)
        return found

    def sentence(self, name: str) -> "np.ndarray[Any, Any]":
        """The sentence that each span of a table begins in: a row of `all_sentences`."""
        import numpy as np

        starts = self.at("all_sentences", "start")
        found: np.ndarray[Any, Any] = np.searchsorted(starts, self.at(name, "start"), "right") - 1
        return found

    def keys(self, name: str, column: str = "id") -> "pa.Array":
        """An id that is unique over documents for each row: the document's place and the id."""
        import pyarrow as pa
        import pyarrow.compute as pc

        table = self.tables[name]
        doc = table["doc"].combine_chunks().cast(pa.string())
        return pc.binary_join_element_wise(doc, table[column].combine_chunks(), ":")

    def find(self, keys: Any, name: str, column: str = "id") -> "pa.Array":
        """The row of a table that each key names; null where none is."""
        import pyarrow.compute as pc

        return pc.index_in(keys, value_set=self.keys(name, column))


def read(folder: Path, split: str | None, scheme: Ontology) -> Corpus:
    """The columns of a built dataset, of one split or of all.

    Raises `IncidentError`: S001 no built dataset, S002 no such split, S003 a damaged one.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    documents, names = _config(folder, "documents", split, _DOCUMENTS)
    tables = {
        name: _flat(documents[column])
        for name, column in (
            ("paragraphs", "paragraphs"),
            ("all_sentences", "sentences"),
            ("mentions", "mentions"),
            ("events", "events"),
            ("arguments", "event_arguments"),
            ("attributions", "attributions"),
            ("parts", "attribution_spans"),
            ("stances", "stances"),
        )
    }
    layers = documents["annotated_layers"].combine_chunks()
    tables["layers"] = pa.table({"doc": pc.list_parent_indices(layers), "layer": layers.flatten()})
    for name, columns in (("sentences", _SENTENCES), ("claims", _CLAIMS)):
        found, _ = _config(folder, name, split, columns)
        place = pc.index_in(found["doc_id"], value_set=documents["doc_id"].combine_chunks())
        tables[name] = found.append_column("doc", place.cast(pa.int64()))
    kept = documents.select(["doc_id", "story", "published", "form", "status", "split"])
    length = np.asarray(pc.utf8_length(documents["text"]), dtype=np.int64)
    return Corpus(tuple(names), scheme, kept.append_column("length", pa.array(length)), tables)


def _config(
    folder: Path, config: str, split: str | None, columns: tuple[str, ...]
) -> "tuple[pa.Table, list[str]]":
    """A config's columns with `split`, class labels by name; and the names of its splits."""
    import pyarrow as pa

    parts, names = [], []
    for row in splits(folder, manifest(folder), config, split):
        part = table(folder, row, columns)
        if row["split"] not in names:
            names.append(row["split"])
        at = pa.array([names.index(row["split"])] * len(part), pa.int64())
        parts.append(part.append_column("split", at))
    # One chunk a column: what follows joins them by place.
    return pa.concat_tables(parts).combine_chunks(), names


def _flat(column: Any) -> "pa.Table":
    """Lists of structs as one table, with the row that each item is of as `doc`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = column.combine_chunks()
    items = lists.flatten()
    names = [field.name for field in items.type]
    return pa.table(
        {"doc": pc.list_parent_indices(lists), **dict(zip(names, items.flatten(), strict=True))}
    )
