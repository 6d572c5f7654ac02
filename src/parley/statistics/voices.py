"""Who says what, and who is for or against whom: attributions, claims, stances."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from parley.dataset.features import CLAIMED
from parley.statistics.columns import Corpus
from parley.statistics.conflicts import conflicting
from parley.statistics.shapes import binned_table, cross, most
from parley.statistics.sizes import part_lengths
from parley.statistics.table import TOP, Row, Splits, Table, in_bins, share, tally

if TYPE_CHECKING:
    import numpy as np

ATTRIBUTES = ("style", "kind", "source_kind")
PARTS = ("source", "cue", "content")
#: The holder of a stance that no mention stands for, and of whom nothing is known.
AUTHOR = "the author"
_LENGTHS = (0, 1, 3, 5, 10, 15, 20, 30, 40, 60)
_VIAS = ("statement", "denial")


def make(corpus: Corpus) -> Iterator[Table]:
    """Attributions, then claims, then stances."""
    splits = Splits(corpus.splits)
    yield from _attributions(corpus, splits)
    yield from _claims(corpus, splits)
    yield from _stances(corpus, splits)


def _by_attribute(
    corpus: Corpus, splits: Splits, items: str, names: dict[str, list[Any]]
) -> list[Row]:
    rows: list[Row] = []
    for name, values in names.items():
        counts = Counter(
            {
                (str(value), split): number
                for (value, split), number in tally(
                    corpus[items][name], corpus.split(items)
                ).items()
            }
        )
        rows += [(name, *row) for row in splits.rows(counts, [(value,) for value in values])]
    return rows


# -- attributions


def _attributions(corpus: Corpus, splits: Splits) -> Iterator[Table]:
    scheme = corpus.scheme
    found, split = corpus["attributions"], corpus.split("attributions")
    yield Table(
        "attributions_by_attribute",
        "Attributions by style, kind and kind of source",
        "Attributions with each value of each attribute; share is of all attributions.",
        ("attribute", "value", *splits.heads, "share"),
        _by_attribute(
            corpus, splits, "attributions", {name: list(scheme.values(name)) for name in ATTRIBUTES}
        ),
        2,
    )
    yield cross(
        "attributions_by_source_kind_and_style",
        "Kinds of sources, by style",
        "Attributions of each kind of source, by style.",
        "source kind",
        tally(found["source_kind"], found["style"]),
        list(scheme.values("style")),
    )
    yield splits.table(
        "attribution_depths",
        "Attributions by depth",
        "Attributions by how many sources the words passed through: 1 where the document reports "
        "them itself, 2 where what it reports is itself a report, and so on. Share is of all "
        "attributions.",
        ("depth",),
        tally(found["depth"], split),
        ordered=True,
    )
    yield _parts(corpus)
    lengths, where = part_lengths(corpus, "content")
    yield binned_table(
        splits,
        "content_lengths",
        "Attributions by length of content",
        "Attributions that have content by how many tokens of the reading text all its parts "
        "touch; share is of those.",
        "tokens",
        in_bins(tally(lengths, where), _LENGTHS),
        _LENGTHS[1:],
    )
    yield most(
        "sources",
        "Sources most often quoted",
        f"The {TOP} registry entities that most attributions have as source: attributions, the "
        "documents and stories that have one, and attributions by split.",
        "entity",
        found["source_entity"],
        tally(found["source_entity"], split),
        corpus,
        "attributions",
        splits,
    )


def _parts(corpus: Corpus) -> Table:
    import numpy as np
    import pyarrow.compute as pc

    place = np.asarray(
        corpus.find(corpus.keys("parts", "attribution_id"), "attributions"), dtype=np.int64
    )
    total = len(corpus["attributions"])
    rows: list[Row] = []
    for part in PARTS:
        here = np.asarray(pc.equal(corpus["parts"]["part"], part))
        numbers = np.bincount(place[here], minlength=total)
        none, one, more = (
            int(number) for number in (sum(numbers == 0), sum(numbers == 1), sum(numbers > 1))
        )
        rows.append((part, none, one, more, share(none, total), share(more, total - none)))
    return Table(
        "attribution_parts",
        "Parts of attributions: implicit and discontinuous",
        "Attributions that have no such part (a source that is none is implicit), one, and two or "
        "more (it is discontinuous); the share of all that have none, and the share of those that "
        "have one or more that have two or more.",
        ("part", "none", "one", "two or more", "share none", "share discontinuous"),
        rows,
    )


# -- claims


def _claims(corpus: Corpus, splits: Splits) -> Iterator[Table]:
    found, scheme = corpus["claims"], corpus.scheme
    yield Table(
        "claims_by_attribute",
        "Claims by what is claimed, how, and by whom",
        "Claims by what is claimed of the event, by whether it is a statement or a denial, by kind "
        "of source, and by how many sources they passed through (depth); share is of all claims.",
        ("attribute", "value", *splits.heads, "share"),
        _by_attribute(
            corpus,
            splits,
            "claims",
            {
                "claimed": list(CLAIMED),
                "via": list(_VIAS),
                "source_kind": list(scheme.values("source_kind")),
                "depth": [],
            },
        ),
        2,
    )
    yield cross(
        "claims_by_event_type",
        "What is claimed of events of each type",
        "Claims on events of each type, by what is claimed.",
        "type",
        tally(found["type"], found["claimed"]),
        list(CLAIMED),
    )
    yield from _contested(corpus)


def _contested(corpus: Corpus) -> Iterator[Table]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = corpus["claims"]
    inside = pc.binary_join_element_wise(
        found["doc_id"].combine_chunks(), found["event_id"].combine_chunks(), "#"
    )
    event = pc.coalesce(found["event"].combine_chunks(), inside)
    registered = pc.is_valid(found["event"].combine_chunks())
    about: dict[str, _About] = {}
    for (name, listed, claimed), number in tally(event, registered, found["claimed"]).items():
        about.setdefault(name, _About(listed)).claimed[claimed] += number
    who = pc.coalesce(
        found["source_entity"].combine_chunks(),
        pc.binary_join_element_wise(
            found["doc_id"].combine_chunks(),
            pc.coalesce(found["source"].combine_chunks(), pa.scalar("")),
            "#",
        ),
    )
    for name, _ in tally(event, who):
        about[name].sources += 1
    for name, _ in tally(event, found["doc_id"]):
        about[name].documents += 1
    rows: list[Row] = []
    for title, listed in (("registry events", True), ("events of one document", False)):
        kept = [item for item in about.values() if item.registered == listed]
        rows.append(
            (
                title,
                len(kept),
                sum(item.claimed.total() > 1 for item in kept),
                sum(item.sources > 1 for item in kept),
                sum(item.documents > 1 for item in kept),
                sum(conflicting(item.claimed) for item in kept),
            )
        )
    yield Table(
        "claimed_events",
        "Events that claims are about",
        "Events with claims on them; how many have two or more claims, sources and documents; and "
        "how many are contested: one claim says that the event happened (or will), another that it "
        "did not (or will not). Events without a registry id are of one trigger. Two sources "
        "are one where their registry id is one, or, without one, document and words are.",
        ("events", "number", "claims > 1", "sources > 1", "documents > 1", "contested"),
        rows,
    )
    contested = sorted(
        ((name, item) for name, item in about.items() if conflicting(item.claimed)),
        key=lambda pair: (-pair[1].claimed.total(), pair[0]),
    )
    yield Table(
        "contested_events",
        "Contested events with the most claims",
        f"The {TOP} events with conflicting claims that most claims are about, by what is claimed: "
        "a registry id, or DOC_ID#EVENT_ID.",
        ("event", "claims", "sources", "documents", *CLAIMED),
        [
            (
                *(name, item.claimed.total(), item.sources, item.documents),
                *(item.claimed[value] for value in CLAIMED),
            )
            for name, item in contested[:TOP]
        ],
    )


class _About:
    """What is said of one event."""

    __slots__ = ("claimed", "documents", "registered", "sources")

    def __init__(self, registered: bool) -> None:
        self.registered = registered
        self.claimed: Counter[str] = Counter()
        self.sources = 0
        self.documents = 0


# -- stances


def _stances(corpus: Corpus, splits: Splits) -> Iterator[Table]:
    import numpy as np
    import pyarrow.compute as pc

    found, labels = corpus["stances"], list(corpus.scheme.values("label"))
    yield splits.table(
        "stances_by_label",
        "Stances by label",
        "Stances with each label; share is of all stances.",
        ("label",),
        tally(found["label"], corpus.split("stances")),
        [(name,) for name in labels],
    )
    holder = corpus.find(corpus.keys("stances", "holder_id"), "mentions")
    mention = corpus.find(corpus.keys("stances", "target_id"), "mentions")
    event = corpus.find(corpus.keys("stances", "target_id"), "events")
    mentions, events = corpus["mentions"], corpus["events"]
    holders = pc.fill_null(mentions["type"].combine_chunks().take(holder), AUTHOR)
    yield cross(
        "stances_by_holder",
        "Holders of stances, by type",
        "Stances by the type of the holder's mention, or the author of the document, and by label.",
        "holder",
        tally(holders, found["label"]),
        labels,
    )
    at_event = pc.equal(found["target_kind"].combine_chunks(), "event")
    targets = pc.if_else(
        at_event,
        events["type"].combine_chunks().take(event),
        mentions["type"].combine_chunks().take(mention),
    )
    counts: dict[tuple[Any, ...], list[int]] = {}
    for (kind, name, label), number in tally(found["target_kind"], targets, found["label"]).items():
        if label not in labels:
            labels.append(label)
        row = counts.setdefault((kind, name), [])
        row += [0] * (len(labels) - len(row))
        row[labels.index(label)] += number
    rows: list[Row] = [
        (*key, *row, *[0] * (len(labels) - len(row)), sum(row))
        for key, row in sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0]))
    ]
    yield Table(
        "stances_by_target",
        "Targets of stances, by type",
        "Stances by what the target is (a mention or an event) and its type, and by label.",
        ("target", "type", *labels, "all"),
        rows,
        2,
    )
    yield cross(
        "stances_by_holder_and_target",
        "Holders of stances, by type of target",
        "Stances of holders of each type (or of the author) towards targets of each type.",
        "holder",
        tally(holders, targets),
        sorted(
            {name for _, name in counts},
            key=lambda name: (
                -sum(sum(row) for key, row in counts.items() if key[1] == name),
                name,
            ),
        ),
    )
    yield _pairs(
        found,
        _named(mentions, "entity", holder, AUTHOR),
        pc.if_else(
            at_event, _named(events, "event", event, ""), _named(mentions, "entity", mention, "")
        ),
        labels,
        np.asarray(corpus.doc("stances")),
    )


def _named(table: Any, column: str, place: Any, otherwise: str) -> Any:
    """The registry id of each row, else its words in quotation marks."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pc.binary_join_element_wise(
        pa.scalar("“"), table["text"].combine_chunks().take(place), pa.scalar("”"), ""
    )
    found = pc.coalesce(table[column].combine_chunks().take(place), words)
    return pc.fill_null(found, otherwise)


def _pairs(
    found: Any, holders: Any, targets: Any, labels: list[str], doc: "np.ndarray[Any, Any]"
) -> Table:
    documents = Counter((holder, target) for holder, target, _ in tally(holders, targets, doc))
    by_pair: dict[tuple[str, str], list[int]] = {}
    for (holder, target, label), number in tally(holders, targets, found["label"]).items():
        by_pair.setdefault((holder, target), [0] * len(labels))[labels.index(label)] += number
    order = sorted(by_pair.items(), key=lambda item: (-sum(item[1]), item[0]))
    return Table(
        "stance_pairs",
        "Who is for or against whom or what, most often",
        f"The {TOP} pairs of holder and target with the most stances, by registry id; “words” "
        "where there is none. Stances by label, all of them, and the documents that have one.",
        ("holder", "target", *labels, "all", "documents"),
        [(*pair, *row, sum(row), documents[pair]) for pair, row in order[:TOP]],
        2,
    )
