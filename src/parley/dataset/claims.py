"""Claims: who says of which event that it happened, did not, may have or will.

Derived from events and attributions, never annotated. A claim is one event whose trigger lies in
an attribution's content. Where several contents hold the trigger, an attribution that another one
of them is nested in is not a claim of its own but a link of that one's chain; two that are not
nested in each other (both X and Y said so, with a cue each) are two claims.

What is claimed follows from the event's attributes alone. A source's denial needs no rule of its
own: the guidelines (V12) make polarity negative where a source says that it did not happen.

| modality     | tense  | positive          | negative          |
|--------------|--------|-------------------|-------------------|
| asserted     | future | will_happen       | will_not_happen   |
| asserted     | other  | happened          | did_not_happen    |
| planned      | past   | may_have_happened | did_not_happen    |
| planned      | other  | will_happen       | will_not_happen   |
| possible     | future | may_happen        | may_happen        |
| possible     | other  | may_have_happened | may_have_happened |
| hypothetical | any    | hypothetical      | hypothetical      |

A plan whose time has passed is no claim that it was carried out, hence `may_have_happened`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

Raw = Mapping[str, Any]


def claimed(polarity: str, modality: str, tense: str) -> str:
    """What is claimed of an event, by the table above; one of `features.CLAIMED`."""
    future = tense == "future"
    positive = polarity == "positive"
    if modality == "hypothetical":
        return "hypothetical"
    if modality == "possible":
        return "may_happen" if future else "may_have_happened"
    if modality == "planned":
        if tense == "past":
            return "may_have_happened" if positive else "did_not_happen"
        return "will_happen" if positive else "will_not_happen"
    if future:
        return "will_happen" if positive else "will_not_happen"
    return "happened" if positive else "did_not_happen"


def chain(attribution: str, parents: Mapping[str, str | None]) -> list[str]:
    """The attribution and what it is nested in, innermost first."""
    found = [attribution]
    parent = parents.get(attribution)
    # A circle is a fault that the checks report; here it only must not hang.
    while parent is not None and parent in parents and parent not in found:
        found.append(parent)
        parent = parents[parent]
    return found


class Contents:
    """The contents of a document's attributions, laid out to find those that hold a span."""

    __slots__ = ("above", "found", "parts")

    def __init__(self, attributions: Iterable[Raw], parents: Mapping[str, str | None]) -> None:
        self.parts = [
            (start, end, sum(stop - begin for begin, stop in item["content"]), item["id"])
            for item in attributions
            for start, end in item["content"]
        ]
        self.above = {item["id"]: chain(item["id"], parents)[1:] for item in attributions}
        self.found: dict[tuple[int, int], list[tuple[int, str]]] = {}

    def holding(self, start: int, end: int) -> list[tuple[int, str]]:
        """Size of content and id of each attribution that holds the span, in text order."""
        found = self.found.get((start, end))
        if found is None:
            found = self.found[start, end] = [
                (size, key)
                for first, last, size, key in self.parts
                if first <= start and end <= last
            ]
        return found

    def innermost(self, start: int, end: int) -> str | None:
        """The attribution with the smallest content that holds the span; of equals the first."""
        holding = self.holding(start, end)
        return min(holding, key=lambda item: item[0])[1] if holding else None

    def claimants(self, start: int, end: int) -> list[str]:
        """The attributions that make a claim on an event with this trigger, in text order."""
        holding = [key for _, key in self.holding(start, end)]
        if len(holding) < 2:
            return holding
        above = {outer for key in holding for outer in self.above[key]}
        return list(dict.fromkeys(key for key in holding if key not in above))


def denies(event: str, cue: Iterable[tuple[int, int]], events: Iterable[Raw]) -> bool:
    """Whether a REJECT event on the cue has `event` as its theme: the claim is a denial."""
    parts = list(cue)
    return any(
        other["type"] == "REJECT"
        and any(start < other["end"] and other["start"] < end for start, end in parts)
        and any(arg["role"] == "theme" and arg["target"] == event for arg in other["arguments"])
        for other in events
    )


# The order in which mention types are preferred as the stand-in of a source.
_SOURCE_TYPES = {"PERSON": 0, "ORG": 2, "GPE": 3, "NORP": 4}


class Mentions:
    """A document's mentions, laid out to find the one that stands for a source."""

    __slots__ = ("items", "starts")

    def __init__(self, mentions: Iterable[Raw]) -> None:
        self.items = sorted(mentions, key=lambda item: (item["start"], -item["end"], item["id"]))
        self.starts = [item["start"] for item in self.items]

    def of_source(self, source: Iterable[tuple[int, int]]) -> Raw | None:
        """The mention that stands for a source.

        The one with exactly a source part's span; else, of those inside, a PERSON (a name before
        a nominal or pronoun), then ORG, GPE, NORP; of equals the longest, then the first.
        """
        best: tuple[tuple[int, int, int], Raw] | None = None
        for start, end in source:
            at = bisect_left(self.starts, start)
            while at < len(self.starts) and self.starts[at] < end:
                item = self.items[at]
                at += 1
                if item["end"] > end:
                    continue
                if item["start"] == start and item["end"] == end:
                    rank = -1
                elif item["type"] in _SOURCE_TYPES:
                    rank = _SOURCE_TYPES[item["type"]]
                    rank += rank == 0 and item["mention_type"] != "name"
                else:
                    continue
                key = (rank, item["start"] - item["end"], item["start"])
                if best is None or key < best[0]:
                    best = (key, item)
        return best[1] if best else None
