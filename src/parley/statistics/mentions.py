"""Mentions, how they nest, and the entities that they are linked to."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from parley.statistics.columns import Corpus
from parley.statistics.shapes import binned_table, cross, most
from parley.statistics.table import TOP, Row, Splits, Table, in_bins, share, tally

if TYPE_CHECKING:
    import numpy as np

_LENGTHS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
_NUMBERS = (1, 2, 3, 4, 5, 6, 11, 21, 51, 101)


def make(corpus: Corpus) -> Iterator[Table]:
    """Mentions by type, way of referring, length and depth; entities and their spread."""
    splits, found, split = Splits(corpus.splits), corpus["mentions"], corpus.split("mentions")
    types = corpus.scheme.names("entity")
    hows = corpus.scheme.values("mention_type")
    yield splits.table(
        "mentions_by_type",
        "Mentions by type",
        "Mentions of each type; share is of all mentions.",
        ("type",),
        tally(found["type"], split),
        [(name,) for name in types],
    )
    yield splits.table(
        "mentions_by_mention_type",
        "Mentions by how they refer",
        "Mentions of each mention type; share is of all mentions.",
        ("mention type",),
        tally(found["mention_type"], split),
        [(name,) for name in hows],
    )
    yield cross(
        "mentions_by_type_and_mention_type",
        "Types of mentions, by how they refer",
        "Mentions of each type, by mention type.",
        "type",
        tally(found["type"], found["mention_type"]),
        list(hows),
    )
    lengths = tally(corpus.in_tokens("mentions"), split)
    yield binned_table(
        splits,
        "mention_lengths",
        "Mentions by length in tokens",
        "Mentions by how many tokens of the reading text they touch; share is of all mentions.",
        "tokens",
        in_bins(lengths, _LENGTHS),
        _LENGTHS[1:],
    )
    deep = depths(corpus)
    yield splits.table(
        "mention_depths",
        "Nested mentions",
        "Mentions by depth: 1, and 1 more for each longer span of a mention that holds it. Share "
        "is of all mentions; those deeper than 1 are nested.",
        ("depth",),
        tally(deep, split),
        ordered=True,
    )
    yield _linked(corpus)
    yield _entities(corpus, splits)
    yield from _spread(corpus)


def depths(corpus: Corpus) -> "np.ndarray[Any, Any]":
    """1 for each mention, and 1 more for each distinct longer span of a mention that holds it."""
    import numpy as np

    start, end = corpus.at("mentions", "start"), corpus.at("mentions", "end")
    found = np.ones(len(start), dtype=np.int64)
    open_: list[tuple[int, int]] = []
    for at in np.lexsort((-end, start)).tolist():
        first, last = int(start[at]), int(end[at])
        open_ = [span for span in open_ if span[1] > first]
        found[at] += sum(stop >= last and (begin, stop) != (first, last) for begin, stop in open_)
        if (first, last) not in open_:
            open_.append((first, last))
    return found


def _linked(corpus: Corpus) -> Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = corpus["mentions"]
    by_type: dict[str, list[int]] = {name: [0, 0] for name in corpus.scheme.names("entity")}
    for (name, linked), count in tally(found["type"], pc.is_valid(found["entity"])).items():
        row = by_type.setdefault(name, [0, 0])
        row[0] += count
        row[1] += count if linked else 0
    links = pa.table({"type": found["type"], "entity": found["entity"]}).filter(
        pc.is_valid(found["entity"])
    )
    distinct = Counter(name for name, _ in tally(links["type"], links["entity"]))
    rows: list[Row] = [
        (name, *row, share(row[1], row[0]), distinct[name])
        for name, row in sorted(by_type.items(), key=lambda item: (-item[1][0], item[0]))
        if row[0]
    ]
    return Table(
        "linked_mentions",
        "Mentions linked to the registry, by type",
        "Mentions of each type, how many have a registry entity, their share, and how many "
        "entities these are.",
        ("type", "mentions", "linked", "share", "entities"),
        rows,
    )


def _entities(corpus: Corpus, splits: Splits) -> Table:
    found = corpus["mentions"]
    counts = tally(found["entity"], corpus.split("mentions"))
    return most(
        "entities",
        "Entities most often mentioned",
        f"The {TOP} registry entities with the most mentions: mentions, the documents and stories "
        "that have one, and mentions by split.",
        "entity",
        found["entity"],
        counts,
        corpus,
        "mentions",
        splits,
    )


def _spread(corpus: Corpus) -> Iterator[Table]:
    """Over how many mentions, documents, stories and splits entities and events spread."""
    import numpy as np

    rows: list[Row] = []
    numbers: dict[tuple[int, int], int] = {}
    for what, items, column in (
        ("entities", "mentions", "entity"),
        ("events", "events", "event"),
        ("sources", "attributions", "source_entity"),
    ):
        ids = corpus[items][column]
        doc = corpus.doc(items)
        story = np.asarray(corpus.documents["story"].combine_chunks().dictionary_encode().indices)
        of = {
            unit: Counter(key[0] for key in tally(ids, values) if key[0] is not None)
            for unit, values in (
                ("documents", doc),
                ("stories", story[doc]),
                ("splits", corpus.split(items)),
            )
        }
        times = Counter({one: number for (one,), number in tally(ids).items() if one is not None})
        total, distinct = times.total(), len(times)
        rows.append(
            (
                what,
                len(ids),
                total,
                share(total, len(ids)),
                distinct,
                share(total, distinct),
                max(times.values(), default=0),
                sum(number == 1 for number in times.values()),
                *(sum(number > 1 for number in found.values()) for found in of.values()),
                max(of["documents"].values(), default=0),
            )
        )
        if what == "entities":
            numbers = dict(Counter((number, 0) for number in times.values()))
    yield Table(
        "coreference",
        "Registry ids within and across documents",
        "For the entities of mentions, the registry events of events and the source entities of "
        "attributions: items, how many of them have an id and their share, how many ids these are, "
        "the mean and the greatest number of items an id, ids with one item only, ids that two or "
        "more documents, stories and splits have, and the greatest number of documents an id.",
        (
            *("what", "items", "linked", "share", "ids", "items an id", "most items an id"),
            *("single", "in documents > 1", "in stories > 1", "in splits > 1"),
            "most documents an id",
        ),
        rows,
    )
    yield binned_table(
        Splits(("entities",)),
        "mentions_per_entity",
        "Entities by how often they are mentioned",
        "Registry entities by their number of mentions in all of the data read.",
        "mentions",
        in_bins(numbers, _NUMBERS),
        _NUMBERS,
    )
