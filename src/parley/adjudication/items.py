"""What two annotators disagree on, one item an annotation.

Readings are aligned one to one (`parley.pairing`). A pair that says the same in every field is
agreed. Everything else becomes an item: a pair that differs in some fields, or an annotation that
only one of them made. A nominal or pronoun that only one of them marked is no item: by guideline E2
it stands or falls with the argument, holder, target or source that needs it.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parley import json_io, pairing
from parley.document import Annotations, Attribution, Event, Mention, Span, Stance
from parley.ontology import LAYERS

Annotation = Mention | Event | Attribution | Stance
KINDS = dict(zip(LAYERS, ("mentions", "events", "attributions", "stances"), strict=True))
FIELDS = {
    "entity": ("span", "type", "mention_type", "entity", "value"),
    "event": ("span", "type", "mode", "polarity", "modality", "tense", "event"),
    "attribution": ("cue", "source", "content", "style", "kind", "source_kind"),
    "stance": ("span", "label", "holder", "target"),
}
#: The prefix of a field that is one argument of an event: `argument actor e3`, by A's ids.
ARGUMENT = "argument "


@dataclass(frozen=True, slots=True)
class Item:
    """One disagreement: `a` and `b` are the two readings, None where that annotator made none.

    `fields` maps each field in which a pair differs to the words of both readings; for an
    annotation that only one made it gives all that this one says. `id` depends on what the readings
    say, so that a decision never meets another question than the one it answered.
    """

    id: str
    doc_id: str
    layer: str
    a: Annotation | None
    b: Annotation | None
    fields: dict[str, tuple[str, str]]
    start: int
    end: int


@dataclass(slots=True)
class Compared:
    """One document's two readings side by side; `agreed` are pairs that say the same."""

    doc_id: str
    a: Annotations
    b: Annotations
    alignment: pairing.Alignment
    agreed: list[tuple[str, Annotation, Annotation]]
    items: list[Item]
    #: Nominals and pronouns that only one marked, by side.
    followers: dict[str, list[Mention]]


def compare(a: Annotations, b: Annotations, text: str) -> Compared:
    """Aligns two readings of one document and lists where they differ, in text order."""
    return _Comparison(a, b, text).run()


def spans(item: Annotation) -> list[Span]:
    """Every part of an annotation."""
    if isinstance(item, Attribution):
        return [*item.cue, *item.source, *item.content]
    return [(item.start, item.end)]


class _Comparison:
    def __init__(self, a: Annotations, b: Annotations, text: str) -> None:
        self.a, self.b, self.text = a, b, text
        self.alignment = pairing.align(a, b)
        self.named: dict[str, dict[str, Mention | Event]] = {
            side: {**{one.id: one for one in read.mentions}, **{one.id: one for one in read.events}}
            for side, read in (("a", a), ("b", b))
        }
        self.back = {theirs: ours for ours, theirs in self.alignment.ids.items()}

    def run(self) -> Compared:
        out = Compared(self.a.doc_id, self.a, self.b, self.alignment, [], [], {"a": [], "b": []})
        for layer, kind in KINDS.items():
            pairs: pairing.Pairs[Any] = getattr(self.alignment, kind)
            for first, second in pairs.both:
                differ = self._differ(layer, first, second)
                if differ:
                    out.items.append(self._item(layer, first, second, differ))
                else:
                    out.agreed.append((layer, first, second))
            for side, alone in (("a", pairs.only_a), ("b", pairs.only_b)):
                for item in alone:
                    if isinstance(item, Mention) and item.mention_type != "name":
                        out.followers[side].append(item)
                    else:
                        out.items.append(self._alone(layer, side, item))
        out.items.sort(key=lambda item: (item.start, item.end, LAYERS.index(item.layer), item.id))
        out.items = _told_apart(out.items)
        return out

    # ------------------------------------------------------------------ words
    def _words(self, span: Sequence[int]) -> str:
        return self.text[span[0] : span[1]]

    def _parts(self, parts: Sequence[Span]) -> str:
        return " … ".join(self._words(part) for part in parts) or "(none)"

    def _name(self, side: str, item: str | None, empty: str) -> str:
        """How a reading's mention or event is called: its words and type."""
        if item is None:
            return empty
        found = self.named[side][item]
        return f"{self._words((found.start, found.end))} ({found.type})"

    def _shown(self, layer: str, side: str, item: Annotation, field: str) -> str:
        if field == "span" and not isinstance(item, Attribution):
            return self._words((item.start, item.end))
        value = getattr(item, field)
        if field in ("cue", "source", "content"):
            return self._parts(value)
        if field == "holder":
            return self._name(side, value, "the author")
        if field == "target":
            return self._name(side, value, "(none)")
        return "(none)" if value is None else str(value)

    # ------------------------------------------------------------------ differences
    def _differ(self, layer: str, a: Any, b: Any) -> dict[str, tuple[str, str]]:
        found = {}
        for field in FIELDS[layer]:
            if not self._equal(field, a, b):
                found[field] = (
                    self._shown(layer, "a", a, field),
                    self._shown(layer, "b", b, field),
                )
        if layer == "event":
            found |= self._arguments(a, b)
        return found

    def _equal(self, field: str, a: Any, b: Any) -> bool:
        if field == "span":
            return bool((a.start, a.end) == (b.start, b.end))
        one, two = getattr(a, field), getattr(b, field)
        if field in ("holder", "target"):
            return bool((None if one is None else self.alignment.ids.get(one, "")) == two)
        if field in ("cue", "source", "content"):
            return sorted(one) == sorted(two)
        return bool(one == two)

    def _arguments(self, a: Event, b: Event) -> dict[str, tuple[str, str]]:
        """Each argument that only one of two readings of an event has."""
        ours = {
            (arg.role, self.alignment.ids.get(arg.target, f"a:{arg.target}")) for arg in a.arguments
        }
        theirs = {(arg.role, arg.target) for arg in b.arguments}
        found = {}
        for role, target in sorted(ours - theirs):
            mine = target.removeprefix("a:") if target.startswith("a:") else self.back[target]
            found[f"{ARGUMENT}{role} a:{mine}"] = (self._name("a", mine, ""), "(none)")
        for role, target in sorted(theirs - ours):
            found[f"{ARGUMENT}{role} b:{target}"] = ("(none)", self._name("b", target, ""))
        return found

    def _item(self, layer: str, a: Any, b: Any, differ: dict[str, tuple[str, str]]) -> Item:
        places = [*spans(a), *spans(b)]
        return self._made(layer, a, b, differ, places)

    def _alone(self, layer: str, side: str, item: Annotation) -> Item:
        said = {field: self._shown(layer, side, item, field) for field in FIELDS[layer]}
        if isinstance(item, Event):
            for arg in item.arguments:
                said[f"{ARGUMENT}{arg.role} {side}:{arg.target}"] = self._name(side, arg.target, "")
        fields = {
            key: (words, "(none)") if side == "a" else ("(none)", words)
            for key, words in said.items()
        }
        first, second = (item, None) if side == "a" else (None, item)
        return self._made(layer, first, second, fields, spans(item))

    def _made(
        self,
        layer: str,
        a: Annotation | None,
        b: Annotation | None,
        fields: dict[str, tuple[str, str]],
        places: list[Span],
    ) -> Item:
        start, end = min(places)[0], max(stop for _, stop in places)
        told = {
            "doc": self.a.doc_id,
            "layer": layer,
            "places": sorted(set(places)),
            # Ids of annotators change when an export is made anew; words and places do not.
            "fields": sorted(
                (key.rpartition(" ")[0] or key, *both) for key, both in fields.items()
            ),
            "sides": [a is not None, b is not None],
        }
        name = hashlib.sha256(json_io.canonical(told)).hexdigest()[:12]
        return Item(name, self.a.doc_id, layer, a, b, fields, start, end)


def _told_apart(items: Sequence[Item]) -> list[Item]:
    """The items, each under an id of its own: who marks the same twice asks the same twice."""
    met: Counter[str] = Counter()
    made = []
    for item in items:
        met[item.id] += 1
        number = met[item.id]
        made.append(item if number == 1 else replace(item, id=f"{item.id}-{number}"))
    return made


def by_id(compared: Mapping[str, Compared]) -> dict[str, Item]:
    """Every item of several documents, by id."""
    return {item.id: item for one in compared.values() for item in one.items}
