"""The search index: static files that a browser reads in parts.

    meta.json           fields, value lists, sizes, first word of each shard
    documents.bin       columns over documents: sentences, and what `fields.DOCUMENT` names
    words/N.bin         words in order: for each its postings
    KIND.sentence.bin   how many items of a kind each sentence has
    KIND.COLUMN.bin     one code for each item
    texts/N.json        documents, a few a file: head, sentences, where items are: what is shown
    conflicts.json      events on which one claim says the contrary of another

A hit is a sentence or an annotation (an item). Sentences and items are numbered through the corpus
in the order of the site. A posting is (sentence, place of the word in it) for every occurrence:
sentences as differences, both as LEB128 varints, so that a phrase needs nothing else. A query reads
the shards of its words, the columns that it asks about, and the texts of the hits that are shown:
never the whole.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parley import json_io
from parley.dataset.features import CLAIMED
from parley.reader.data import Corpus, key
from parley.reader.fields import COLUMNS, DOCUMENT, DOCUMENT_FIELDS, FIELDS
from parley.reader.items import Item
from parley.reader.shell import visible
from parley.statistics.conflicts import conflicting

JSON = dict[str, Any]
FORMAT = "parley-search/1"
#: Documents in a file of texts: small, since a page of results may touch as many files as hits.
CHUNK = 4
#: Bytes that a shard of words has about.
SHARD = 32_768
#: What conflicts.json says of the first claim of each side.
_CLAIM = ("count", "document", "item", "sentence", "source")
_WORD = re.compile(r"[^\W_]+")


@cache
def _marks(plane: int) -> re.Pattern[str]:
    """Combining marks (general category M), which count for nothing: of the basic plane (0), whose
    set is a fast one, or of all."""
    marks = (*range(0x300, 0x10000), *(range(0x10000, 0x1F000) if plane else ()))
    marks += tuple(range(0xE0100, 0xE01F0)) if plane else ()
    found = "".join(char for char in map(chr, marks) if unicodedata.category(char)[0] == "M")
    return re.compile(f"[{found}]")


def words(text: str) -> list[str]:
    """The words of a text as search compares them: runs of letters and digits, after NFKD, in
    lower case, without combining marks. `query.js` does the same."""
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text).lower()
    return _WORD.findall(_marks(int(max(plain) > "\uffff")).sub("", plain))


class _Codes(dict[str | None, int]):
    """Codes of values, given in the order in which they are first asked for; 0 is none."""

    def __init__(self) -> None:
        super().__init__({None: 0, "": 0})

    def __missing__(self, value: str | None) -> int:
        code = self[value] = len(self) - 1
        return code

    def values_in_order(self) -> list[str]:
        """The value of code 1, of code 2 and so on."""
        return [value for value in self if value]


class Index:
    """Takes documents in any order; writes the files when it has them all."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        count = len(corpus.heads)
        self._terms: defaultdict[str, int] = defaultdict(lambda: len(self._terms))
        self._words: list[NDArray[np.int32]] = [np.zeros((0, 3), np.int32)] * count
        self._items: dict[str, list[NDArray[np.int32]]] = {
            kind: [np.zeros((0, len(columns) + 1), np.int32)] * count
            for kind, columns in COLUMNS.items()
        }
        self._heads: list[list[int]] = [[]] * count
        self._shown: list[bytes] = [b""] * count
        self._lists: dict[str, _Codes] = defaultdict(_Codes)
        self._code("claims", "conflicting")
        # The register's ids first: a query may ask for what no document has.
        for name in (*corpus.entities, *corpus.events):
            self._code("id", name)
        for name in corpus.stories:
            self._code("story", name)
        #: Event -> what is claimed of it -> how often, and the first claim that says so.
        self._contested: dict[str, dict[str, list[Any]]] = {}

    def _code(self, name: str, value: str | None) -> int:
        """The code of a value in a list; 0 for none."""
        return self._lists[name][value]

    def add(self, document: JSON, found: Mapping[str, list[Item]]) -> None:
        """Takes a document as `data.document` makes it, and what `items.items` found in it."""
        head = self._corpus.by_id[document["doc_id"]]
        text: str = document["text"]
        spans = [(item["start"], item["end"]) for item in document["sentences"]]
        starts = [start for start, _ in spans]
        found_words = [words(text[start:end]) for start, end in spans]
        sizes = np.array([len(row) for row in found_words], np.int64)
        self._words[head.place] = made = np.empty((int(sizes.sum()), 3), np.int32)
        terms = self._terms
        made[:, 0] = [terms[word] for row in found_words for word in row]
        made[:, 1] = np.repeat(np.arange(len(sizes)), sizes)
        made[:, 2] = np.arange(len(made)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        day = int(head.published[:10].replace("-", ""))
        self._heads[head.place] = [
            len(spans),
            *(self._code(name, document[name]) for name in DOCUMENT[:-1]),
            day,
        ]
        shown: dict[str, Any] = {}
        for kind, items in found.items():
            # By sentence; of one sentence in the document's order.
            placed = sorted(
                ((max(bisect_right(starts, item.start) - 1, 0), item) for item in items if starts),
                key=lambda pair: pair[0],
            )
            self._items[kind][head.place] = self._columns(kind, placed)
            if kind == "claim":
                for at, (number, item) in enumerate(placed):
                    if item.values["conflicting"]:
                        self._contest(head.place, at, number, item.values)
            offsets = [starts[number] for number, _ in placed]
            shown[kind] = [
                [item.anchor for _, item in placed],
                [item.start - offset for offset, (_, item) in zip(offsets, placed, strict=True)],
                [item.end - offset for offset, (_, item) in zip(offsets, placed, strict=True)],
                [visible(item.note) for _, item in placed],
            ]
        self._shown[head.place] = json_io.dumps(
            {
                "id": head.id,
                "title": visible(head.title),
                "published": head.published,
                "story": head.story,
                "sentences": [visible(text[start:end]) for start, end in spans],
                "items": shown,
            }
        )

    def _contest(self, place: int, at: int, number: int, claim: Mapping[str, Any]) -> None:
        """Counts a claim that another contradicts; the first of those that say the same is kept,
        by its document, its position in it and its sentence."""
        doc_id = self._corpus.heads[place].id
        said = self._contested.setdefault(key(doc_id, claim["event_id"], claim["event"]), {})
        entity = claim["source"]
        source = (
            self._corpus.entity_name(entity) if entity else claim["words"] or claim["source_kind"]
        )
        found = said.setdefault(
            claim["claimed"], [0, place, at, number, visible(source), claim["type"]]
        )
        found[0] += 1
        if (place, at) < (found[1], found[2]):
            found[1:5] = [place, at, number, visible(source)]

    def _columns(self, kind: str, placed: Sequence[tuple[int, Item]]) -> NDArray[np.int32]:
        """items × (sentence, then the code in each column of the kind)."""
        values = [item.values for _, item in placed]
        made = np.empty((len(placed), len(COLUMNS[kind]) + 1), np.int32)
        made[:, 0] = [number for number, _ in placed]
        for at, (column, name) in enumerate(COLUMNS[kind].items(), 1):
            if name == "number":
                made[:, at] = [row[column] or 0 for row in values]
            else:
                codes = self._lists[name]
                made[:, at] = [codes[row[column]] for row in values]
        return made

    def write(self, folder: Path) -> None:
        """Writes the files into `folder`, which is made."""
        for name in ("words", "texts"):
            (folder / name).mkdir(parents=True)
        lengths = np.array([row[0] for row in self._heads], np.int64)
        first = np.concatenate(([0], np.cumsum(lengths)))
        heads = np.array(self._heads, np.int32).reshape(len(self._heads), 1 + len(DOCUMENT))
        (folder / "documents.bin").write_bytes(heads.T.astype("<i4").tobytes())
        shards = self._write_words(folder / "words", first)
        columns = self._write_items(folder, first)
        for at in range(0, len(self._shown), CHUNK):
            body = b",".join(self._shown[at : at + CHUNK])
            (folder / "texts" / f"{at // CHUNK}.json").write_bytes(b"[" + body + b"]")
        conflicts = self._conflicts()
        (folder / "conflicts.json").write_bytes(json_io.dumps(conflicts))
        lists = {name: codes.values_in_order() for name, codes in self._lists.items()}
        meta = {
            "format": FORMAT,
            "documents": len(self._heads),
            "sentences": int(first[-1]),
            "chunk": CHUNK,
            "shards": shards,
            "columns": columns,
            "document_columns": list(DOCUMENT),
            "fields": {name: asdict(field) for name, field in FIELDS.items()},
            "document_fields": DOCUMENT_FIELDS,
            "kinds": {kind: sum(map(len, found)) for kind, found in self._items.items()},
            "conflicts": len(conflicts),
            "lists": lists,
            "names": self._names(),
        }
        (folder / "meta.json").write_bytes(json_io.dumps(meta))

    def _names(self) -> dict[str, list[Sequence[str]]]:
        """Other words for a value: names and variants in the registers, titles of stories."""
        corpus = self._corpus
        things = [
            (name, row) for found in (corpus.entities, corpus.events) for name, row in found.items()
        ]
        return {
            "id": [(name, row["name"], *(row.get("variants") or ())) for name, row in things],
            "story": [(name, row["title"]) for name, row in corpus.stories.items()],
        }

    def _conflicts(self) -> list[JSON]:
        """Contested events in the order of their first claim."""
        corpus = self._corpus
        rows = []
        for name, said in self._contested.items():
            if not conflicting(said):
                continue
            row = corpus.events.get(name, {})
            claims = [
                {"claimed": claimed, **dict(zip(_CLAIM, found, strict=False))}
                for claimed, found in sorted(said.items(), key=lambda pair: CLAIMED.index(pair[0]))
            ]
            rows.append(
                {
                    "event": name,
                    "name": visible(str(row.get("name") or name)),
                    "type": next(iter(said.values()))[5],
                    "story": row.get("story"),
                    "claims": claims,
                }
            )
        rows.sort(key=lambda row: (min(item["document"] for item in row["claims"]), row["event"]))
        return rows

    def _write_words(self, folder: Path, first: NDArray[np.int64]) -> list[str]:
        """The shards; gives the first word of each."""
        if not self._terms:
            return []
        sizes = [len(found) for found in self._words]
        every = np.concatenate(self._words)
        # There are as many of these as words in the corpus: nothing is held twice.
        self._words = []
        sentences = (every[:, 1] + np.repeat(first[:-1], sizes)).astype(np.int32)
        # As JavaScript compares strings: by UTF-16 code units.
        names = sorted(self._terms, key=lambda word: word.encode("utf-16-be"))
        rank = np.empty(len(names), np.int32)
        rank[[self._terms[name] for name in names]] = np.arange(len(names))
        ranks = rank[every[:, 0]]
        order = np.argsort(ranks, kind="stable")
        ranks, sentences = ranks[order], sentences[order]
        starts = np.searchsorted(ranks, np.arange(len(names) + 1))
        pairs = np.empty((len(every), 2), np.int32)
        pairs[:, 0] = np.diff(sentences, prepend=np.int32(0))
        pairs[starts[:-1], 0] = sentences[starts[:-1]]
        pairs[:, 1] = every[order, 2]
        del every, order, ranks, sentences
        data, ends = varints(pairs.reshape(-1))
        # Where each word's bytes start: every posting is two numbers.
        bounds = np.concatenate(([0], ends))[starts * 2]
        shards: list[str] = []
        at = 0
        while at < len(names):
            stop = int(np.searchsorted(bounds, bounds[at] + SHARD, "right")) - 1
            stop = min(max(stop, at + 1), len(names))
            head = json_io.dumps([names[at:stop], np.diff(bounds[at : stop + 1]).tolist()])
            body = data[bounds[at] : bounds[stop]].tobytes()
            path = folder / f"{len(shards)}.bin"
            path.write_bytes(len(head).to_bytes(4, "little") + head + body)
            shards.append(names[at])
            at = stop
        return shards

    def _write_items(self, folder: Path, first: NDArray[np.int64]) -> JSON:
        """The columns; gives the list and the width in bytes of each."""
        made: JSON = {}
        for kind, columns in COLUMNS.items():
            found = self._items[kind]
            every = np.concatenate(found) if found else np.zeros((0, len(columns) + 1), np.int32)
            offsets = np.repeat(first[:-1], [len(items) for items in found])
            counts = np.bincount(every[:, 0] + offsets, minlength=int(first[-1]))
            (folder / f"{kind}.sentence.bin").write_bytes(_packed(counts))
            made[kind] = {"sentence": {"list": "number", "bytes": _width(counts)}}
            for at, (column, name) in enumerate(columns.items(), 1):
                values = every[:, at]
                (folder / f"{kind}.{column}.bin").write_bytes(_packed(values))
                made[kind][column] = {"list": name, "bytes": _width(values)}
        return made


def varints(values: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Numbers as unsigned LEB128, and where each ends. Raises `ValueError` for negative ones."""
    if values.size and values.min() < 0:
        raise ValueError("a posting goes backwards")
    left = values.astype(np.uint32)
    lengths = np.ones(len(left), np.int8)
    for bits in (7, 14, 21, 28):
        lengths += left >= (1 << bits)
    ends = np.cumsum(lengths, dtype=np.int64)
    out = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint8)
    begins = ends - lengths
    for byte in range(int(lengths.max()) if len(lengths) else 0):
        here = lengths > byte
        more = np.where(lengths[here] > byte + 1, 0x80, 0)
        out[begins[here] + byte] = (left[here] & 0x7F).astype(np.uint8) | more.astype(np.uint8)
        left >>= np.uint32(7)
    return out, ends


def _width(values: NDArray[Any]) -> int:
    most = int(values.max()) if values.size else 0
    return 1 if most < 1 << 8 else 2 if most < 1 << 16 else 4


def _packed(values: NDArray[Any]) -> bytes:
    return values.astype(f"<u{_width(values)}").tobytes()
