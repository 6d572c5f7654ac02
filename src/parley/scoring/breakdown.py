"""Where a system is good and where not: strict scores by type, length, nesting, form and story.

Recall belongs to what gold says of an item, precision to what the prediction says of it, so a row
has two sides: gold items of that kind and how many of them were found, predicted items of that kind
and how many of them are right. Rows of one breakdown add up to the layer's strict score.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from parley.dataset.claims import chain
from parley.dataset.tokens import tokens
from parley.document import containment
from parley.predictions.inputs import Inputs
from parley.scoring.measure import FORMULAS

JSON = dict[str, Any]
#: Rows with fewer gold and fewer predicted items than this say little.
SMALL = 10
UNKNOWN = "not given"
WITHHELD = "text withheld"

#: What only gold says, so that rows have recall alone.
GOLD_ONLY = frozenset({"mention type", "style"})
_ORDERED = frozenset({"nesting depth", "length in tokens"})


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One kind of item. `predicted` and `right` are None where only gold says the kind."""

    name: str
    gold: int
    found: int
    predicted: int | None
    right: int | None

    @property
    def recall(self) -> float | None:
        """Found of gold; None where gold has none of the kind."""
        return self.found / self.gold if self.gold else None

    @property
    def precision(self) -> float | None:
        """Right of predicted; None where nothing of the kind was predicted."""
        return self.right / self.predicted if self.predicted and self.right is not None else None

    @property
    def f1(self) -> float | None:
        """As `Measure` has it: 0 where only one side has the kind; None where only gold says it."""
        if self.predicted is None or self.right is None:
            return None
        sums = np.array([self.right, self.predicted, self.found, self.gold], dtype=np.float64)
        value = float(FORMULAS["prf"](sums)[2])
        return None if np.isnan(value) else value

    @property
    def small(self) -> bool:
        """Whether the row rests on fewer than `SMALL` items of either side."""
        return max(self.gold, self.predicted or 0) < SMALL


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A layer's strict score in parts. `about` is what is counted, `metric` the strict metric."""

    layer: str
    about: str
    metric: str
    by: str
    rows: tuple[BreakdownRow, ...]


#: A key that says what strictly equal is, and the kinds that an item is of, as `_Part.by` has them.
_Item = tuple[Hashable, tuple[str, ...]]
_Read = Callable[["_Document", JSON], Iterator[_Item]]


class _Document:
    """The tokens of a document, made when first asked for."""

    def __init__(self, text: str | None) -> None:
        self.text = text
        self._edges: tuple[list[int], list[int]] | None = None

    def length(self, spans: Sequence[Sequence[int]], bins: Sequence[int]) -> str:
        """The bin of the number of tokens that `spans` touch; `bins` are least numbers."""
        if self.text is None:
            return WITHHELD
        if self._edges is None:
            _, starts, ends = tokens(self.text)
            self._edges = starts, ends
        starts, ends = self._edges
        count = 0
        for start, end in spans:
            count += max(0, bisect_left(starts, end) - bisect_right(ends, start))
        place = max(0, bisect_right(bins, count) - 1)
        least = bins[place]
        if place + 1 == len(bins):
            return f"{least}+"
        most = bins[place + 1] - 1
        return str(least) if least == most else f"{least}-{most}"


_SHORT = (1, 2, 3, 6)
_LONG = (1, 6, 11, 21, 41)


def _mentions(document: _Document, row: JSON) -> Iterator[_Item]:
    items = row["mentions"]
    depths = nesting([(item["start"], item["end"]) for item in items])
    for item in items:
        span = item["start"], item["end"]
        yield (
            (*span, item["type"]),
            (
                item["type"],
                _at_most(depths[span], 3),
                document.length([span], _SHORT),
                item.get("mention_type") or UNKNOWN,
            ),
        )


def nesting(spans: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many other spans of the list hold each (equal spans are one)."""
    found: dict[tuple[int, int], int] = {}
    open_ends: list[int] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        open_ends = [other for other in open_ends if other > start]
        found[start, end] = sum(other >= end for other in open_ends)
        open_ends.append(end)
    return found


def _at_most(depth: int, most: int) -> str:
    return f"{most}+" if depth >= most else str(depth)


def _triggers(document: _Document, row: JSON) -> Iterator[_Item]:
    # Triggers, arguments and stances are sets: equal ones count once.
    for start, end, kind in dict.fromkeys(
        (item["start"], item["end"], item["type"]) for item in row["events"]
    ):
        yield (start, end, kind), (kind, document.length([(start, end)], _SHORT))


def _arguments(document: _Document, row: JSON) -> Iterator[_Item]:
    for key in dict.fromkeys(
        (event["start"], event["end"], event["type"], arg["start"], arg["end"], arg["role"])
        for event in row["events"]
        for arg in event["arguments"]
    ):
        _, _, kind, start, end, role = key
        yield key, (role, kind, document.length([(start, end)], _SHORT))


def _attributions(document: _Document, row: JSON) -> Iterator[_Item]:
    items = row["attributions"]
    parents = {item["id"]: item.get("parent") for item in items}
    for item in items:
        parts = tuple(
            tuple(sorted((start, end) for start, end in item[name]))
            for name in ("source", "cue", "content")
        )
        yield (
            parts,
            (
                _at_most(len(chain(item["id"], parents)), 3),
                document.length(item["content"], _LONG),
                item.get("style") or UNKNOWN,
            ),
        )


def _nested(rows: Sequence[JSON]) -> Sequence[JSON]:
    """Rows whose attributions have parents: by containment where no row of the side gives any."""
    if any("parent" in item for row in rows for item in row["attributions"]):
        return rows
    found = []
    for row in rows:
        items = row["attributions"]
        # Without a cue, an attribution is made where its content is.
        parents, _ = containment(
            [(item["id"], item["cue"] or item["content"], item["content"]) for item in items], ()
        )
        nested = [{**item, "parent": parent} for item, parent in zip(items, parents, strict=True)]
        found.append({**row, "attributions": nested})
    return found


def _stances(document: _Document, row: JSON) -> Iterator[_Item]:
    for key in dict.fromkeys(
        (
            item["holder"] if isinstance(item["holder"], str) else tuple(item["holder"]),
            tuple(item["target"]),
            item["label"],
        )
        for item in row["stances"]
    ):
        yield key, (key[2],)


class _Part(NamedTuple):
    """What is counted in a layer, the metric that rows add up to, by what, and how it is read."""

    layer: str
    about: str
    metric: str
    by: tuple[str, ...]
    read: _Read


_TYPE, _DEPTH, _LENGTH = "type", "nesting depth", "length in tokens"
_PARTS = (
    _Part("mentions", "mentions", "strict", (_TYPE, _DEPTH, _LENGTH, "mention type"), _mentions),
    _Part("events", "triggers", "Tri-C", (_TYPE, _LENGTH), _triggers),
    _Part("events", "arguments", "Arg-C+", ("role", _TYPE, _LENGTH), _arguments),
    _Part("attributions", "attributions", "whole", (_DEPTH, _LENGTH, "style"), _attributions),
    _Part("stances", "stances", "joint", ("stance",), _stances),
)


def breakdowns(inputs: Mapping[str, Inputs]) -> list[Breakdown]:
    """Every breakdown of every layer of `inputs` (layer -> what it was scored on).

    Lengths count the tokens (`parley.dataset.tokens`) that an item touches: its span, a trigger, an
    argument, or the whole content of an attribution. The nesting depth of a mention is how many
    others of its side hold it; of an attribution, how many speakers it has passed through.
    Coreference has none.
    """
    documents: dict[str, _Document] = {}
    found = []
    for part in _PARTS:
        if part.layer in inputs:
            found += _break(part, inputs[part.layer], documents)
    return found


def _break(part: _Part, inputs: Inputs, documents: dict[str, _Document]) -> list[Breakdown]:
    ours, theirs = inputs.gold, inputs.predicted
    if part.layer == "attributions":
        ours, theirs = _nested(ours), _nested(theirs)
    # Kinds, form and story together -> [gold, found, predicted, right].
    counts: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, doc_id in enumerate(inputs.doc_ids):
        document = documents.setdefault(doc_id, _Document(inputs.texts[place]))
        whole = inputs.forms[place] or UNKNOWN, inputs.stories[place] or UNKNOWN
        gold = list(part.read(document, ours[place]))
        predicted = list(part.read(document, theirs[place]))
        for side, (items, others) in enumerate(((gold, predicted), (predicted, gold))):
            left = Counter([key for key, _ in others])
            for key, kinds in items:
                row = counts[kinds + whole]
                row[2 * side] += 1
                if left[key]:
                    left[key] -= 1
                    row[2 * side + 1] += 1
    found = []
    for at, by in enumerate((*part.by, "document form", "story")):
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for names, row in counts.items():
            total = sums[names[at]]
            for column, number in enumerate(row):
                total[column] += number
        if by not in GOLD_ONLY or set(sums) - {UNKNOWN}:
            found.append(Breakdown(part.layer, part.about, part.metric, by, _rows(by, sums)))
    return found


def _rows(by: str, sums: Mapping[str, Sequence[int]]) -> tuple[BreakdownRow, ...]:
    rows = [
        BreakdownRow(name, gold, found, predicted, right)
        if by not in GOLD_ONLY
        else BreakdownRow(name, gold, found, None, None)
        for name, (gold, found, predicted, right) in sums.items()
        if by not in GOLD_ONLY or gold
    ]
    if by in _ORDERED:
        rows.sort(key=lambda row: (not row.name[0].isdigit(), _first_number(row.name)))
    else:
        rows.sort(key=lambda row: (row.name == UNKNOWN, -row.gold, row.name))
    return tuple(rows)


def _first_number(name: str) -> int:
    digits = name.split("-")[0].rstrip("+")
    return int(digits) if digits.isdigit() else 0
