"""Queries for the search page, made of what the corpus holds most of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from parley.reader.data import Corpus
from parley.reader.fields import AUTHOR
from parley.reader.items import Item


class Examples:
    """Counts what documents hold; then words queries that have answers."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._counts: dict[str, Counter[Any]] = {
            name: Counter()
            for name in ("stance", "event", "source_kind", "argument", "claim", "entity", "depth")
        }

    def add(self, found: Mapping[str, Sequence[Item]]) -> None:
        """Takes a document's items."""
        counts = self._counts
        for item in found["stance"]:
            values = item.values
            if values["holder_type"] not in (None, AUTHOR):
                counts["stance"][values["label"], values["holder_type"]] += 1
        for item in found["event"]:
            counts["event"][item.values["type"]] += 1
        for item in found["attribution"]:
            counts["source_kind"][item.values["source_kind"]] += 1
            counts["depth"][item.values["depth"] > 1] += 1
        for item in found["argument"]:
            values = item.values
            if values["filler_type"]:
                counts["argument"][values["role"], values["event_type"], values["filler_type"]] += 1
        for item in found["claim"]:
            if item.values["source"] and item.values["event"]:
                counts["claim"][item.values["source"], item.values["event"]] += 1
        for item in found["mention"]:
            if item.values["entity"] in self._corpus.entities:
                counts["entity"][item.values["entity"]] += 1

    def queries(self) -> list[tuple[str, str]]:
        """(query, what it asks for), those that this corpus can answer."""
        made: list[tuple[str, str]] = []
        top = {name: _most(count) for name, count in self._counts.items()}
        if top["stance"]:
            label, holder = top["stance"]
            made.append((f"{label} stances held by {_a(holder)}", "a question in plain words"))
        if self._corpus.contested:
            made.append(("events with two conflicting claims", "who contradicts whom"))
        kinds = self._counts["source_kind"]
        if kinds:
            kind = "unnamed" if "unnamed" in kinds else top["source_kind"]
            made.append((f"attributions to {kind} sources", "by what the source is"))
        if top["claim"]:
            source, event = top["claim"]
            made.append((f"claims by {source} about {event}", "what one source says of one event"))
        if top["event"]:
            made.append((f"{top['event']} events", "by type"))
        if top["argument"]:
            role, event_type, filler = top["argument"]
            made.append((f"role:{role} event:{event_type} type:{filler}", "what stands in a role"))
        names = Counter(
            {
                name: count
                for entity, count in self._counts["entity"].items()
                if " " in (name := self._corpus.entity_name(entity))
            }
        )
        if names:
            made.append((f'"{_most(names)}"', "words side by side"))
        if top["entity"]:
            made.append((f"entity:{top['entity']}", "every mention of an entity"))
        if self._counts["depth"][True]:
            made.append(("depth:>1", "what came through more than one source"))
        return made


def _most(count: Counter[Any]) -> Any:
    """The most frequent value, of equals the first by name; None where there is none."""
    return min(count, key=lambda value: (-count[value], str(value))) if count else None


def _a(word: str) -> str:
    return f"an {word}" if word[:1].upper() in "AEIO" else f"a {word}"
