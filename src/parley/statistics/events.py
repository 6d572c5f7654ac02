"""Events: types and attributes, arguments, and how far away these are."""

from collections import Counter
from collections.abc import Iterator

from parley.statistics.columns import Corpus
from parley.statistics.shapes import binned_table
from parley.statistics.table import Row, Splits, Table, in_bins, share, tally

_DISTANCES = (0, 1, 2, 3, 4, 5, 10)
_NUMBERS = (0, 1, 2, 3, 4, 5, 6)
ATTRIBUTES = ("polarity", "modality", "tense")


def make(corpus: Corpus) -> Iterator[Table]:
    """Events by type, attribute and mode; arguments by role, number and distance."""
    splits, found, split = Splits(corpus.splits), corpus["events"], corpus.split("events")
    scheme = corpus.scheme
    yield splits.table(
        "events_by_type",
        "Events by type",
        "Events of each type; share is of all events.",
        ("type",),
        tally(found["type"], split),
        [(name,) for name in scheme.names("event")],
    )
    rows: list[Row] = []
    for name in ATTRIBUTES:
        rows += [
            (name, *row)
            for row in splits.rows(
                tally(found[name], split), [(value,) for value in scheme.values(name)]
            )
        ]
    yield Table(
        "events_by_attribute",
        "Events by polarity, modality and tense",
        "Events with each value of each attribute; share is of all events.",
        ("attribute", "value", *splits.heads, "share"),
        rows,
        2,
    )
    modes = Counter(
        {
            key: number
            for key, number in tally(found["type"], found["mode"], split).items()
            if key[1]
        }
    )
    yield splits.table(
        "events_by_mode",
        "Events by mode",
        "Events that have a mode, by type and mode; share is of those.",
        ("type", "mode"),
        modes,
    )
    yield from _arguments(corpus, splits)


def _arguments(corpus: Corpus, splits: Splits) -> Iterator[Table]:
    import numpy as np

    found, split = corpus["arguments"], corpus.split("arguments")
    event = np.asarray(corpus.find(corpus.keys("arguments", "event_id"), "events"), dtype=np.int64)
    numbers = np.bincount(event, minlength=len(corpus["events"]))
    yield binned_table(
        splits,
        "arguments_per_event",
        "Events by number of arguments",
        "Events by how many arguments they have; share is of all events.",
        "arguments",
        in_bins(tally(numbers, corpus.split("events")), _NUMBERS),
        _NUMBERS,
    )
    yield splits.table(
        "arguments_by_role",
        "Arguments by role",
        "Arguments of each role; share is of all arguments.",
        ("role",),
        tally(found["role"], split),
        [(role.name,) for role in corpus.scheme.roles],
    )
    distance = np.abs(corpus.sentence("arguments") - corpus.sentence("events")[event])
    per_role = tally(found["role"], found["target_kind"], distance)
    events_with = Counter(role for role, _ in tally(found["role"], event))
    rows: list[Row] = []
    for role in sorted({key[0] for key in per_role}):
        kinds: Counter[str] = Counter()
        near = total = far = 0
        for (name, kind, apart), number in per_role.items():
            if name == role:
                kinds[kind] += number
                total += number
                near += number if apart == 0 else 0
                far += number * apart
        rows.append(
            (
                role,
                total,
                events_with[role],
                share(events_with[role], len(corpus["events"])),
                kinds["mention"],
                kinds["event"],
                total - near,
                share(total - near, total),
                share(far, total),
            )
        )
    rows.sort(key=lambda row: (-int(row[1] or 0), str(row[0])))
    yield Table(
        "roles",
        "Roles: how many events have them, and where they stand",
        "Arguments of each role, the events that have one and their share of all events, arguments "
        "that are mentions and that are events, those that begin in another sentence than the "
        "trigger, their share, and the mean distance in sentences.",
        (
            *("role", "arguments", "events", "share of events", "mentions", "triggers"),
            *("other sentence", "share other", "mean distance"),
        ),
        rows,
    )
    yield binned_table(
        splits,
        "argument_distances",
        "Arguments by distance from the trigger",
        "Arguments by how many sentences lie between where the trigger begins and where they "
        "begin: 0 is the same sentence, 1 the one before or after. Share is of all arguments.",
        "sentences",
        in_bins(tally(distance, split), _DISTANCES),
        _DISTANCES,
    )
