"""What is said of an entity, an event or a story across documents."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from sys import intern
from typing import NamedTuple

from parley.reader.data import JSON, Corpus
from parley.reader.items import Item

#: Section of an entity's page -> kind of item, the column that names the entity, and its heading.
SECTIONS = {
    "mentions": ("mention", "entity", "Mentions"),
    "said": ("attribution", "source", "Quoted as a source"),
    "claims": ("claim", "source", "Claims made"),
    "held": ("stance", "holder", "Stances held"),
    "received": ("stance", "target", "Stances towards it"),
    "roles": ("argument", "filler", "Part in events"),
}


class Row(NamedTuple):
    """A find in its sentence: position of the document, of the sentence in it, span in the
    sentence (code points; it may end beyond it), id to link to, words that say what it is."""

    place: int
    sentence: int
    start: int
    end: int
    anchor: str
    note: str


class Claim(NamedTuple):
    """A claim on an event of the register."""

    row: Row
    claimed: str
    source: str | None
    entity: str | None
    kind: str
    via: str
    depth: int
    conflicting: bool


class Across:
    """Takes documents in any order; gives what was found in the order of the site."""

    def __init__(self, corpus: Corpus) -> None:
        self._sentences: list[list[str]] = [[]] * len(corpus.heads)
        self._rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        #: Story of a document -> event of the register -> triggers that stand for it.
        self.told: dict[str, Counter[str]] = defaultdict(Counter)
        self._corpus = corpus

    def add(self, document: JSON, found: Mapping[str, Sequence[Item]]) -> None:
        """Takes a document as `data.document` makes it, and what `items.items` found in it."""
        place = self._corpus.by_id[document["doc_id"]].place
        spans = [(item["start"], item["end"]) for item in document["sentences"]]
        starts = [start for start, _ in spans]
        self._sentences[place] = [document["text"][start:end] for start, end in spans]
        if not spans:
            return

        def row(item: Item) -> Row:
            number = max(bisect_right(starts, item.start) - 1, 0)
            start = item.start - starts[number]
            # Ids and notes come again in every document: each is held once.
            anchor, note = intern(item.anchor), intern(item.note)
            return Row(place, number, start, item.end - starts[number], anchor, note)

        for section, (kind, column, _) in SECTIONS.items():
            for item in found[kind]:
                name = item.values[column]
                if name in self._corpus.entities:
                    self._rows[section, name].append(row(item))
        for item in found["event"]:
            if item.values["event"] in self._corpus.events:
                self.told[document["story"]][item.values["event"]] += 1
        for item in found["claim"]:
            values = item.values
            if values["event"] in self._corpus.events:
                self._claims[values["event"]].append(
                    Claim(
                        row(item),
                        values["claimed"],
                        values["words"],
                        values["source"],
                        values["source_kind"],
                        values["via"],
                        values["depth"],
                        values["conflicting"] is not None,
                    )
                )

    def text(self, place: int, sentence: int) -> str:
        """A sentence of a document, by their positions."""
        return self._sentences[place][sentence]

    def sentence(self, row: Row) -> tuple[str, str, str]:
        """A find's sentence: before it, it, after it."""
        text = self.text(row.place, row.sentence)
        return text[: row.start], text[row.start : row.end], text[row.end :]

    def rows(self, section: str, entity: str) -> list[Row]:
        """What a section of an entity's page lists."""
        return sorted(self._rows.get((section, entity), ()))

    def claims(self, event: str) -> list[Claim]:
        """The claims on an event of the register."""
        return sorted(self._claims.get(event, ()), key=lambda claim: claim.row)

    def entities(self) -> Iterator[str]:
        """The registry's entities that anything is said of, by name."""
        said = {entity for _, entity in self._rows}
        yield from sorted(said, key=lambda key: (self._corpus.entity_name(key).casefold(), key))
