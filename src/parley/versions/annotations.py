"""One document in two builds: which annotation of the one is which of the other.

Two annotations of a layer are taken for the same, in this order of rules, each once:

1. id and place are equal;
2. place and everything they say are equal, what refers to others aside: **renamed**;
3. ids are equal and the places share a character, or the old place was lost to an edit of the
   text: **changed**;
4. places are equal (of attributions, then, the places of their cues): **changed**, the id with
   it.

What is left was **removed** or **added**, or, where an edit of the text took the words that it
began or ended with, is **uncomparable**. Places are those after the edit (`shifts.Shift.span`); ids
that others refer to are compared as renamed, so that one new id is not many changes. Arguments and
claims have no ids of their own and are known by the ids they join.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parley.versions.model import Change, DocumentChange, Pair, TextEdit
from parley.versions.shifts import Shift

JSON = dict[str, Any]
Part = tuple[str, int, int]

#: What a document says of itself; `published` follows from `published_text`.
METADATA = (
    "story",
    "title",
    "published_text",
    "published_precision",
    "form",
    "language",
    "source",
    "section",
    "status",
    "facts",
    "annotated_layers",
)
_PLACE = frozenset({"id", "start", "end", "text"})
#: Members that follow from other annotations; a change of theirs is told where it comes from.
_DERIVED = frozenset({"depth", "source_entity", "target_kind"})
_REFERENCES = {
    "attributions": ("parent_id",),
    "stances": ("holder_id", "target_id", "attribution_id"),
}
_CLAIM = ("type", "event", "claimed", "via", "source", "source_entity", "source_kind", "depth")
#: Words of the text among the fields.
_WORDS = frozenset({"title", "source"})
#: The field that says what an annotation is.
_LABEL = {
    "paragraphs": "kind",
    "mentions": "type",
    "events": "type",
    "attributions": "style",
    "stances": "label",
    "claims": "claimed",
    "arguments": "role",
}


@dataclass(slots=True)
class Item:
    """One annotation: its parts in the text, what it says, and the ids it refers to."""

    id: str | None
    parts: tuple[Part, ...]
    says: JSON
    refers: JSON = field(default_factory=dict)


def compare(
    old: JSON, new: JSON, claims: tuple[Sequence[JSON], Sequence[JSON]], layers: Collection[str]
) -> DocumentChange:
    """What became of a document: `old` and `new` are its rows of the config documents, `claims` its
    rows of the config claims."""
    return _Comparison(old, new).run(claims, layers)


class _Comparison:
    def __init__(self, old: JSON, new: JSON) -> None:
        self.old, self.new = old, new
        self.withheld = "withheld" in (old["status"], new["status"])
        self.shift = Shift(old["text"], new["text"])
        #: Old id -> new id of whatever is in both; old ids that cannot be compared.
        self.renamed: dict[str, str] = {}
        self.lost: set[str] = set()
        self.changes: list[Change] = []

    def run(
        self, claims: tuple[Sequence[JSON], Sequence[JSON]], layers: Collection[str]
    ) -> DocumentChange:
        for layer in ("paragraphs", "sentences"):
            self._plain(layer)
        for layer in ("mentions", "events", "attributions"):
            self._layer(layer, *(_items(layer, row) for row in (self.old, self.new)))
        self._joins(
            "arguments",
            [_argument(item) for item in self.old.get("event_arguments", ())],
            [_argument(item) for item in self.new.get("event_arguments", ())],
            (("event", "role", "target"), ("event", "target"), ("event", "role")),
        )
        self._layer("stances", *(_items("stances", row) for row in (self.old, self.new)))
        self._joins(
            "claims",
            [_claim(item) for item in claims[0]],
            [_claim(item) for item in claims[1]],
            (("event", "attribution"),),
        )
        metadata = {
            name: (self._told(name, self.old[name]), self._told(name, self.new[name]))
            for name in METADATA
            if name in self.old and name in self.new and self.old[name] != self.new[name]
        }
        return DocumentChange(
            self.new["doc_id"],
            "changed",
            self.withheld,
            metadata=metadata,
            edits=tuple(self._edit(edit) for edit in self.shift.edits),
            changes=tuple(change for change in self.changes if change.layer in layers),
        )

    # -- layers

    def _plain(self, layer: str) -> None:
        """Paragraphs and sentences: known by place alone. An edit that takes their edges is told
        as an edit."""
        before = {
            self.shift.around((item["start"], item["end"])): item
            for item in self.old.get(layer, ())
        }
        after = {(item["start"], item["end"]): item for item in self.new.get(layer, ())}
        for place, item in before.items():
            other = after.get(place)
            if other is None:
                self._add(layer, "removed", _plain(item), old=True)
            elif item.get("kind") != other.get("kind"):
                pair = {"kind": (item["kind"], other["kind"])}
                self._add(layer, "changed", _plain(other), pair)
        for place, item in after.items():
            if place not in before:
                self._add(layer, "added", _plain(item))

    def _layer(self, layer: str, old: list[Item], new: list[Item]) -> None:
        moved = {id(item): self._moved(item) for item in old}
        pairs = _paired(old, new, moved)
        taken = {id(item) for pair in pairs for item in pair}
        for one, other in pairs:
            if one.id is not None and other.id is not None:
                self.renamed[one.id] = other.id
        for item in old:
            if id(item) not in taken:
                if moved[id(item)] is None and item.id is not None:
                    self.lost.add(item.id)
                kind = "removed" if moved[id(item)] is not None else "uncomparable"
                self._add(layer, kind, item, self._label(layer, item, old=True), old=True)
        for one, other in pairs:
            self._pair(layer, one, other, moved[id(one)])
        for item in new:
            if id(item) not in taken:
                self._add(layer, "added", item, self._label(layer, item))

    def _pair(self, layer: str, one: Item, other: Item, moved: tuple[Part, ...] | None) -> None:
        found: dict[str, Pair] = {
            name: (self._told(name, value), self._told(name, other.says[name]))
            for name, value in one.says.items()
            if name in other.says and value != other.says[name]
        }
        for name, target in one.refers.items():
            now = other.refers.get(name)
            if self._now(target) != now:
                found[name] = (target, now)
        found |= self._places(one, other, moved)
        if one.id != other.id:
            kind = "changed" if found else "renamed"
            found = {"id": (one.id, other.id), **found}
        elif found:
            kind = "changed"
        else:
            return
        self._add(layer, kind, other, found)

    def _places(self, one: Item, other: Item, moved: tuple[Part, ...] | None) -> dict[str, Pair]:
        """Parts whose place changed, with their words before and after; of a withheld document
        their offsets."""
        if moved == other.parts:
            return {}
        found: dict[str, Pair] = {}
        for name in dict.fromkeys(part[0] for part in (*one.parts, *other.parts)):
            here = [self.shift.span(part[1:]) for part in one.parts if part[0] == name]
            if here != [part[1:] for part in other.parts if part[0] == name]:
                found[name] = (
                    self._quoted(one.parts, name, self.old["text"]),
                    self._quoted(other.parts, name, self.new["text"]),
                )
        return found

    def _joins(
        self, layer: str, old: list[Item], new: list[Item], keys: Sequence[tuple[str, ...]]
    ) -> None:
        """Annotations known by the ids that they join: by the first of `keys`, then by the others,
        where two that are left agree in it."""
        left, right = list(old), list(new)
        for names in keys:
            waiting: dict[tuple[Any, ...], list[Item]] = {}
            for item in right:
                key = tuple(item.refers[name] for name in names)
                waiting.setdefault(key, []).append(item)
            rest = []
            for item in left:
                key = tuple(
                    item.refers[name] if name == "role" else self._now(item.refers[name])
                    for name in names
                )
                others = waiting.get(key)
                if others:
                    other = others.pop(0)
                    self._join(layer, item, other)
                    right = [each for each in right if each is not other]
                else:
                    rest.append(item)
            left = rest
        for item in left:
            gone = self.lost.intersection(
                value for value in item.refers.values() if isinstance(value, str)
            )
            kind = "uncomparable" if gone else "removed"
            self._add(layer, kind, item, self._label(layer, item, old=True), old=True)
        for item in right:
            self._add(layer, "added", item, self._label(layer, item))

    def _join(self, layer: str, one: Item, other: Item) -> None:
        found: dict[str, Pair] = {
            name: (self._told(name, value), self._told(name, other.says[name]))
            for name, value in one.says.items()
            if name in other.says and value != other.says[name]
        }
        for name, target in one.refers.items():
            now = target if name == "role" else self._now(target)
            if now != other.refers[name]:
                found[name] = (target, other.refers[name])
        if found:
            self._add(layer, "changed", other, found)

    # -- parts of an answer

    def _moved(self, item: Item) -> tuple[Part, ...] | None:
        """The item's parts in the new text, None where an edit took the edge of one."""
        found = []
        for name, start, end in item.parts:
            span = self.shift.span((start, end))
            if span is None:
                return None
            found.append((name, *span))
        return tuple(found)

    def _now(self, target: str | None) -> str | None:
        return None if target is None else self.renamed.get(target, target)

    def _label(self, layer: str, item: Item, *, old: bool = False) -> dict[str, Pair]:
        name = _LABEL[layer]
        value = item.says.get(name, item.refers.get(name))
        return {name: (value, None) if old else (None, value)}

    def _told(self, name: str, value: Any) -> Any:
        return None if self.withheld and name in _WORDS else value

    def _edit(self, edit: tuple[int, int, int, int]) -> TextEdit:
        start, end, first, last = edit
        words = (None, None)
        if not self.withheld:
            words = (self.old["text"][start:end], self.new["text"][first:last])
        return TextEdit((start, end), (first, last), *words)

    def _quoted(self, parts: Iterable[Part], name: str, text: str) -> str:
        return " … ".join(
            f"{start}-{end}" if self.withheld else f"{text[start:end]} ({start}-{end})"
            for part, start, end in parts
            if part == name
        )

    def _add(
        self,
        layer: str,
        kind: str,
        item: Item,
        fields: Mapping[str, Pair] | None = None,
        *,
        old: bool = False,
    ) -> None:
        text = (self.old if old else self.new)["text"]
        start = min((part[1] for part in item.parts), default=0)
        end = max((part[2] for part in item.parts), default=0)
        words = None
        if not self.withheld:
            # Of an attribution the cue: its content may be pages long.
            shown = [part for part in item.parts if part[0] == "cue"] or list(item.parts)
            words = " … ".join(text[first:last] for _, first, last in shown)
        self.changes.append(Change(layer, kind, item.id, start, end, words, fields or {}))


def _paired(
    old: list[Item], new: list[Item], moved: Mapping[int, tuple[Part, ...] | None]
) -> list[tuple[Item, Item]]:
    """The pairs of the module's four rules."""

    def by_id(item: Item, parts: tuple[Part, ...] | None) -> Any:
        return None if parts is None else (item.id, parts)

    def by_all(item: Item, parts: tuple[Part, ...] | None) -> Any:
        # Without what only one of the two builds knows: members differ between versions.
        return None if parts is None else (parts, *((n, str(item.says[n])) for n in common))

    def by_name(item: Item, _parts: tuple[Part, ...] | None) -> Any:
        return item.id

    def by_place(_item: Item, parts: tuple[Part, ...] | None) -> Any:
        return parts

    def by_cue(_item: Item, parts: tuple[Part, ...] | None) -> Any:
        return tuple(part for part in parts or () if part[0] == "cue") or None

    common = sorted(set(old[0].says) & set(new[0].says)) if old and new else []
    found: list[tuple[Item, Item]] = []
    left, right = old, new
    for rule in (by_id, by_all, by_name, by_place, by_cue):
        waiting: dict[Any, list[Item]] = {}
        for item in right:
            waiting.setdefault(rule(item, item.parts), []).append(item)
        rest, taken = [], set()
        for item in left:
            parts = moved[id(item)]
            key = rule(item, parts)
            others = waiting.get(key, []) if key is not None else []
            if rule is by_name and parts is not None:
                others = [other for other in others if _touch(parts, other.parts)]
            if others:
                other = others[0]
                waiting[key].remove(other)
                taken.add(id(other))
                found.append((item, other))
            else:
                rest.append(item)
        left, right = rest, [item for item in right if id(item) not in taken]
    return found


def _touch(one: Iterable[Part], other: Sequence[Part]) -> bool:
    """Whether two parts of the same kind share a character."""
    return any(
        name == kind and start < last and first < end
        for name, start, end in one
        for kind, first, last in other
    )


def _items(layer: str, row: JSON) -> list[Item]:
    """The annotations of a layer of a row of documents."""
    parts: dict[str, list[Part]] = {}
    if layer == "attributions":
        for span in row.get("attribution_spans", ()):
            part = (span["part"], span["start"], span["end"])
            parts.setdefault(span["attribution_id"], []).append(part)
    refers = _REFERENCES.get(layer, ())
    return [
        Item(
            item["id"],
            tuple(sorted(parts.get(item["id"], ())))
            if layer == "attributions"
            else (("span", item["start"], item["end"]),),
            {
                name: value
                for name, value in item.items()
                if name not in _PLACE | _DERIVED and name not in refers
            },
            {name: item.get(name) for name in refers},
        )
        for item in row.get(layer, ())
    ]


def _plain(item: JSON) -> Item:
    return Item(None, (("span", item["start"], item["end"]),), {"kind": item.get("kind")})


def _argument(item: JSON) -> Item:
    return Item(
        f"{item['event_id']} {item['role']} {item['target_id']}",
        (("span", item["start"], item["end"]),),
        {},
        {"event": item["event_id"], "role": item["role"], "target": item["target_id"]},
    )


def _claim(item: JSON) -> Item:
    start, end = (item["doc_start"] + item[f"trigger_{edge}"] for edge in ("start", "end"))
    return Item(
        f"{item['event_id']} {item['attribution_id']}",
        (("span", start, end),),
        {name: item[name] for name in _CLAIM if name in item},
        {"event": item["event_id"], "attribution": item["attribution_id"]},
    )
