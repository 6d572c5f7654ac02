"""How much there is: by split, story and form, a document, over time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from parley.statistics.columns import Corpus
from parley.statistics.table import FIVE, Row, Splits, Table, five, tally

if TYPE_CHECKING:
    import numpy as np

_LAYERS = ("mentions", "events", "arguments", "attributions", "stances", "claims")
#: The shortest period that gives no more columns than this is what a timeline counts by.
_PERIODS = 40


def make(corpus: Corpus) -> Iterator[Table]:
    """Sizes by split, story and form; lengths; layers; documents over time."""
    units = _units(corpus)
    yield _sizes(corpus, units)
    yield _layers(corpus)
    for by, title in (("story", "Size by story"), ("form", "Size by form of article")):
        yield _grouped(corpus, units, by, title)
    yield _lengths(corpus, units)
    yield _paragraphs(corpus)
    yield _periods(corpus)


def _units(corpus: Corpus) -> "dict[str, np.ndarray[Any, Any]]":
    """How much each document has of each unit."""
    import numpy as np
    import pyarrow.compute as pc

    inside = np.asarray(pc.list_value_length(corpus["sentences"]["token_starts"]), dtype=np.int64)
    count = len(corpus.documents)
    tokens = np.bincount(corpus.doc("sentences"), weights=inside, minlength=count)
    return {
        "paragraphs": corpus.number("paragraphs"),
        "sentences": corpus.number("sentences"),
        "tokens": tokens.astype(np.int64),
        "characters": corpus.documents["length"].to_numpy(),
        **{name: corpus.number(name) for name in _LAYERS},
    }


def _sizes(corpus: Corpus, units: "dict[str, np.ndarray[Any, Any]]") -> Table:
    import numpy as np

    splits, count = Splits(corpus.splits), len(corpus.splits)

    def by_split(weights: Any = None) -> list[int]:
        found = np.bincount(corpus.split_of, weights=weights, minlength=count)
        return [int(value) for value in found]

    def row(name: str, counts: Sequence[int]) -> Row:
        return (name, *splits.of(counts))

    stories = tally(corpus.documents["story"], corpus.split_of)
    withheld = np.array([status == "withheld" for status in _values(corpus, "status")], float)
    rows: list[Row] = [
        row("stories", [sum(at == split for _, at in stories) for split in range(count)]),
        row("documents", by_split()),
        row("withheld documents", by_split(withheld)),
        *(row(name, by_split(found)) for name, found in units.items()),
    ]
    return Table(
        "sizes",
        "Size",
        "How many there are in each split. Documents are those whose text is in the build. "
        "Paragraphs are all lines that hold anything; sentences and tokens are those of the "
        "reading text alone; characters are code points of the whole text; claims are derived "
        "from events and attributions.",
        ("unit", *splits.heads),
        rows,
    )


def _values(corpus: Corpus, column: str) -> list[Any]:
    found: list[Any] = corpus.documents[column].to_pylist()
    return found


def _layers(corpus: Corpus) -> Table:
    from parley.ontology import LAYERS

    splits = Splits(corpus.splits)
    table = splits.table(
        "layers",
        "Annotated layers",
        "Documents of which somebody annotated the layer; share is of all documents. A layer that "
        "was annotated may have found nothing.",
        ("layer",),
        tally(corpus["layers"]["layer"], corpus.split("layers")),
        [(name,) for name in LAYERS],
    )
    total = len(corpus.documents)
    table.rows[:] = [
        (*row[:-1], sum(row[1 : 1 + len(splits.names)]) / total if total else None)  # type: ignore[arg-type]
        for row in table.rows
    ]
    return table


def _grouped(
    corpus: Corpus, units: "dict[str, np.ndarray[Any, Any]]", by: str, title: str
) -> Table:
    import numpy as np
    import pyarrow as pa

    encoded = corpus.documents[by].combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    at = np.asarray(encoded.indices)
    columns = {
        "documents": np.bincount(at, minlength=len(names)),
        **{
            name: np.bincount(at, weights=found, minlength=len(names)).astype(np.int64)
            for name, found in units.items()
        },
    }
    where: dict[int, set[int]] = {}
    for place, split in tally(pa.array(at), corpus.split_of):
        where.setdefault(place, set()).add(split)
    rows: list[Row] = [
        (
            name,
            " ".join(corpus.splits[split] for split in sorted(where[place])),
            *(int(found[place]) for found in columns.values()),
        )
        for place, name in enumerate(names)
    ]
    rows.sort(key=lambda row: (-int(row[2] or 0), str(row[0])))
    return Table(
        f"sizes_by_{by}",
        title,
        f"Units as in `sizes`, for each {by}, and the splits that it is in.",
        (by, "splits", *columns),
        rows,
        2,
    )


def _lengths(corpus: Corpus, units: "dict[str, np.ndarray[Any, Any]]") -> Table:
    import numpy as np
    import pyarrow.compute as pc

    parts = {
        "document, in paragraphs": (units["paragraphs"], corpus.split_of),
        "document, in sentences": (units["sentences"], corpus.split_of),
        "document, in tokens": (units["tokens"], corpus.split_of),
        "document, in characters": (units["characters"], corpus.split_of),
        "sentence, in tokens": (
            np.asarray(pc.list_value_length(corpus["sentences"]["token_starts"]), dtype=np.int64),
            corpus.split("sentences"),
        ),
        "mention, in tokens": (corpus.in_tokens("mentions"), corpus.split("mentions")),
        "trigger, in tokens": (corpus.in_tokens("events"), corpus.split("events")),
        "source, in tokens": part_lengths(corpus, "source"),
        "cue, in tokens": part_lengths(corpus, "cue"),
        "content, in tokens": part_lengths(corpus, "content"),
        **{f"{name} a document": (units[name], corpus.split_of) for name in _LAYERS},
    }
    rows: list[Row] = []
    for name, (values, split) in parts.items():
        if len(corpus.splits) > 1:
            rows.append((name, "all", *five(values)))
        for place, one in enumerate(corpus.splits):
            rows.append((name, one, *five(values[split == place])))
    return Table(
        "lengths",
        "Lengths and numbers a document",
        "How many, their sum, mean, standard deviation (of all of them, not of a sample), least, "
        "quartiles (interpolated linearly: Hyndman and Fan 1996, type 7) and greatest. A span's "
        "length is the number of tokens of the reading text that it touches; source, cue and "
        "content count all their parts together, and only where they have one.",
        ("what", "split", *FIVE),
        rows,
        2,
    )


def part_lengths(corpus: Corpus, part: str) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Tokens of each attribution's source, cue or content, where it has one; and its split."""
    import numpy as np
    import pyarrow.compute as pc

    place = np.asarray(
        corpus.find(corpus.keys("parts", "attribution_id"), "attributions"), dtype=np.int64
    )
    here = np.asarray(pc.equal(corpus["parts"]["part"], part))
    count = len(corpus["attributions"])
    lengths = np.bincount(place[here], weights=corpus.in_tokens("parts")[here], minlength=count)
    has = np.bincount(place[here], minlength=count) > 0
    return lengths[has].astype(np.int64), corpus.split("attributions")[has]


def _paragraphs(corpus: Corpus) -> Table:
    return Splits(corpus.splits).table(
        "paragraphs_by_kind",
        "Paragraphs by kind",
        "Lines that hold anything, by what they are; share is of all of them.",
        ("kind",),
        tally(corpus["paragraphs"]["kind"], corpus.split("paragraphs")),
    )


def _periods(corpus: Corpus) -> Table:
    days = [found.date() for found in _values(corpus, "published")]
    unit, periods = _calendar(min(days), max(days)) if days else ("day", [])
    counts = Counter(
        (name, split)
        for (day, split), number in Counter(
            zip(days, corpus.split_of.tolist(), strict=True)
        ).items()
        for name in [_period(day, unit)] * number
    )
    return Splits(corpus.splits).table(
        "documents_over_time",
        f"Documents by {unit} of publication",
        f"Documents published in each {unit} (ISO 8601, in UTC), those with none included.",
        (unit,),
        counts,
        [(name,) for name in periods],
        ordered=True,
    )


def _calendar(first: date, last: date) -> tuple[str, list[str]]:
    """The unit and every period from the first to the last."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    for unit in ("day", "week", "month", "year"):
        found = list(dict.fromkeys(_period(day, unit) for day in days))
        if len(found) <= _PERIODS:
            break
    return unit, found


def _period(day: date, unit: str) -> str:
    match unit:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{day.year:04}-{day.month:02}"
        case _:
            return f"{day.year:04}"
