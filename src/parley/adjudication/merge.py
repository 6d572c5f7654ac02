"""Two readings and an adjudicator's decisions, merged into one, with where each part comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from parley.adjudication.decisions import Decision
from parley.adjudication.items import ARGUMENT, Annotation, Compared, Item
from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Event,
    Mention,
    Stance,
    covers,
    nest,
    order,
)
from parley.incidents import Incident, say

AGREED = "agreed"
MIXED = "mixed"


@dataclass(slots=True)
class Merged:
    """One document's merged annotations.

    `origin` says of every annotation's id where it comes from: `agreed`, `a`, `b` or `mixed`.
    `incidents` (U032) name what had to go because what it points at was decided away.
    """

    annotations: Annotations
    origin: dict[str, str] = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)


#: An annotation of one reading: side and id.
Key = tuple[str, str]


@dataclass(slots=True)
class _Kept:
    """An annotation on its way into gold; its links still name the readings' ids, by `Key`."""

    item: Annotation
    origin: str
    keys: list[Key]
    arguments: list[tuple[str, Key]] = field(default_factory=list)
    holder: Key | None = None
    target: Key | None = None


def merge(
    compared: Compared, decisions: Mapping[str, Decision], names: Mapping[str, str]
) -> Merged:
    """Merges a document; every item of it needs a decision (`KeyError` otherwise).

    `names` maps `a` and `b` to the annotators' names, which `origin` then holds.
    """
    return _Merge(compared, decisions, names).run()


class _Merge:
    def __init__(
        self, compared: Compared, decisions: Mapping[str, Decision], names: Mapping[str, str]
    ) -> None:
        self.compared = compared
        self.decisions = decisions
        self.names = names
        self.kept: list[_Kept] = []
        self.followers: dict[Key, Mention] = {
            (side, item.id): item for side, items in compared.followers.items() for item in items
        }

    def run(self) -> Merged:
        for _, first, second in self.compared.agreed:
            self._keep("a", first, AGREED, [("a", first.id), ("b", second.id)])
        for item in self.compared.items:
            self._decide(item, self.decisions[item.id])
        return self._close()

    # ------------------------------------------------------------------ decisions
    def _decide(self, item: Item, decision: Decision) -> None:
        keys = [(side, one.id) for side, one in (("a", item.a), ("b", item.b)) if one is not None]
        verdict = decision.verdict
        if verdict == "neither":
            return
        if verdict == "both":
            for side, one in (("a", item.a), ("b", item.b)):
                if one is not None:
                    self._keep(side, one, self.names[side], [(side, one.id)])
            return
        if verdict == "mixed" and item.a is not None and item.b is not None:
            self._mix(item, item.a, item.b, set(decision.from_b), keys)
            return
        # Of an annotation that only one made, the other's reading is that there is none.
        side = "b" if verdict == "b" else "a"
        taken = item.b if side == "b" else item.a
        if taken is not None:
            self._keep(side, taken, self.names[side], keys)

    def _keep(self, side: str, item: Annotation, origin: str, keys: list[Key]) -> _Kept:
        made = _Kept(item, origin, keys)
        if isinstance(item, Event):
            made.arguments = [(arg.role, (side, arg.target)) for arg in item.arguments]
        if isinstance(item, Stance):
            made.holder = None if item.holder is None else (side, item.holder)
            made.target = (side, item.target)
        self.kept.append(made)
        return made

    def _mix(
        self, item: Item, a: Annotation, b: Annotation, from_b: set[str], keys: list[Key]
    ) -> None:
        changed: dict[str, Any] = {}
        for name in from_b & set(item.fields):
            if name == "span" and not isinstance(b, Attribution):
                changed |= {"start": b.start, "end": b.end}
            elif name not in ("holder", "target") and not name.startswith(ARGUMENT):
                changed[name] = getattr(b, name)
        made = self._keep("a", replace(a, **changed), MIXED, keys)
        if isinstance(a, Stance) and isinstance(b, Stance):
            if "holder" in from_b:
                made.holder = None if b.holder is None else ("b", b.holder)
            if "target" in from_b:
                made.target = ("b", b.target)
        for name in item.fields:
            if name.startswith(ARGUMENT) and name in from_b:
                role, _, target = name.removeprefix(ARGUMENT).partition(" ")
                side, _, target_id = target.partition(":")
                link = (role, (side, target_id))
                # From b: what only b has comes in, what only a has goes.
                if side == "b":
                    made.arguments.append(link)
                else:
                    made.arguments.remove(link)

    # ------------------------------------------------------------------ closing
    def _close(self) -> Merged:
        compared = self.compared
        self._follow()
        order_of = {Mention: 0, Event: 1, Attribution: 2, Stance: 3}
        self.kept.sort(key=lambda one: (order_of[type(one.item)], _place(one.item)))
        ids: dict[Key, str] = {}
        letters = {Mention: "m", Event: "e", Attribution: "a", Stance: "s"}
        numbers = dict.fromkeys(letters, 0)
        named: list[tuple[str, _Kept]] = []
        for one in self.kept:
            kind = type(one.item)
            numbers[kind] += 1
            name = f"{letters[kind]}{numbers[kind]}"
            named.append((name, one))
            ids.update(dict.fromkeys(one.keys, name))
        out = Merged(
            Annotations(
                compared.doc_id,
                compared.a.sha256,
                compared.a.length,
                tuple(layer for layer in compared.a.layers if layer in compared.b.layers),
            )
        )
        for name, one in named:
            made = self._linked(name, one, ids, out)
            if made is None:
                continue
            out.origin[name] = one.origin
            if isinstance(made, Mention):
                out.annotations.mentions.append(made)
            elif isinstance(made, Event):
                out.annotations.events.append(made)
            elif isinstance(made, Attribution):
                out.annotations.attributions.append(made)
            else:
                out.annotations.stances.append(made)
        nest(out.annotations)
        order(out.annotations)
        return out

    def _follow(self) -> None:
        """Brings in the nominals and pronouns that something kept needs (guidelines E2, A3)."""
        needed: list[Key] = []
        sources = []
        for one in self.kept:
            needed += [key for _, key in one.arguments]
            needed += [key for key in (one.holder, one.target) if key is not None]
            if isinstance(one.item, Attribution):
                sources += one.item.source
        for key, mention in self.followers.items():
            if key in needed or covers(sources, (mention.start, mention.end)):
                self.kept.append(_Kept(mention, self.names[key[0]], [key]))

    def _linked(
        self, name: str, one: _Kept, ids: Mapping[Key, str], out: Merged
    ) -> Annotation | None:
        """The annotation under its new id, its links led to new ids; None where it cannot stand."""
        item = replace(one.item, id=name)
        if isinstance(item, Event):
            arguments = []
            for role, key in one.arguments:
                target = ids.get(key)
                if target is None:
                    self._gone(out, name, f"its argument {role} was decided away")
                elif Argument(role, target) not in arguments:
                    arguments.append(Argument(role, target))
            item.arguments = arguments
        if isinstance(item, Stance):
            item.holder = None if one.holder is None else ids.get(one.holder)
            if one.holder is not None and item.holder is None:
                self._gone(out, name, "its holder was decided away")
            target = None if one.target is None else ids.get(one.target)
            if target is None:
                self._gone(out, name, "its target was decided away, and so it is left out")
                return None
            item.target = target
        return item

    def _gone(self, out: Merged, name: str, what: str) -> None:
        message = say(what, do="look at it in the merged document")
        doc = self.compared.doc_id
        out.incidents.append(Incident("U032", "adjudication", message, doc_id=doc, item=name))


def _place(item: Annotation) -> tuple[Any, ...]:
    if isinstance(item, Attribution):
        return (sorted(item.cue)[0][0], sorted(item.cue), sorted(item.content))
    return (item.start, -item.end, getattr(item, "type", ""))
