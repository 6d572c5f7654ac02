"""What corrections make of annotations: goals, whether they are met, and meeting them.

An edit is one of

- `change`: `field` of the annotation `id` from `from` to `to`. Fields are the members of an
  annotation and, for its place, `span` (of an attribution `source`, `cue`, `content`: a place or a
  list of places).
- `add`: a new annotation `id` of a `layer`, at the place `at` (of an attribution at `cue`, `source`
  and `content`), with its members; or an argument: `layer = "arguments"`, the event's `id`, `role`
  and `target`.
- `remove`: the annotation `id` of a `layer`, which says `from`; or an argument, named as above.

`parent` of an attribution and `attribution` of a stance follow from containment and are derived
anew. Edits of the same thing in several records are one chain: the last says what gold is to hold,
and gold that stands anywhere on the chain is brought to its end.
"""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from parley.corrections.record import Record
from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Document,
    Event,
    Mention,
    Span,
    Stance,
    nest,
    order,
)
from parley.incidents import Incident, nearest, one_of, say, show
from parley.quotes import Finder, QuoteError

JSON = dict[str, Any]
#: ("field", id, field), ("item", layer, id) or ("argument", event, role, target).
Key = tuple[str, ...]
Item = Mention | Event | Attribution | Stance

KINDS: dict[str, type[Item]] = {
    "mentions": Mention,
    "events": Event,
    "attributions": Attribution,
    "stances": Stance,
}
PARTS = ("source", "cue", "content")
#: Members that are derived, or have edits of their own.
_NOT_FIELDS = frozenset({"id", "start", "end", "arguments", "parent", "attribution"})
_ABSENT = object()


@dataclass(slots=True)
class Goal:
    """What gold is to hold of one thing: `after`; `before` are the states that it may be in until
    then. `records` made it, the last one says it. A state is a value, a dict of an annotation
    (part of one, in `before`), None for an annotation that is not there, or True and False."""

    before: list[Any]
    after: Any
    records: list[Record]


@dataclass(frozen=True, slots=True)
class Plan:
    """The goals of all corrections of one document."""

    document: Document
    goals: dict[Key, Goal]


def members(kind: type[Item]) -> tuple[str, ...]:
    """The fields that a correction of such an annotation can change, its places first."""
    names = [item.name for item in fields(kind) if item.name not in _NOT_FIELDS]
    if kind is Attribution:
        return (*PARTS, *(name for name in names if name not in PARTS))
    return ("span", *names)


def find(gold: Annotations, item_id: str) -> tuple[str, Item] | None:
    """The layer and the annotation of an id."""
    for layer in KINDS:
        for item in getattr(gold, layer):
            if item.id == item_id:
                return layer, item
    return None


def state(item: Item) -> JSON:
    """What an annotation says, as edits name it; spans as (start, end)."""
    return {name: value_of(item, name) for name in members(type(item))}


def value_of(item: Item, name: str) -> Any:
    """One field of `members`."""
    if name == "span":
        assert not isinstance(item, Attribution)
        return item.start, item.end
    value = getattr(item, name)
    return sorted(value) if name in PARTS and isinstance(item, Attribution) else value


# -- from records to goals


def plan(
    records: Sequence[Record], document: Document, gold: Annotations
) -> tuple[Plan, list[Incident]]:
    """The goals of a document's records, in order, and what is wrong with them.

    `gold` tells the kind of what is changed. Codes: V011 (names something that is not there),
    V014 (the text is another), V016 (does not go on where the one before ended), V017 (quotes a
    withheld text). Records with a fault give no goals.
    """
    found = Plan(document, {})
    faults: list[Incident] = []
    for record in records:
        reader = _Reader(record, document, gold, found)
        goals = reader.goals()
        faults += reader.faults
        if not reader.faults:
            for key, goal in goals:
                _enter(found.goals, key, goal)
    return found, faults


def _enter(goals: dict[Key, Goal], key: Key, goal: Goal) -> None:
    earlier = goals.pop(key, None)
    if earlier is not None:
        goal.before = [*earlier.before, earlier.after, *goal.before]
        goal.records = [*earlier.records, *goal.records]
    if key[0] == "item" and goal.after is None:
        # What is removed need not say anything any more, nor have arguments.
        for other in [other for other in goals if other[1] == key[2] and other[0] != "item"]:
            goal.records = [*goals.pop(other).records, *goal.records]
            # Until the chain is walked, the field may still say what it said first.
            goal.before = [
                {name: value for name, value in before.items() if name != other[2]}
                if isinstance(before, dict)
                else before
                for before in goal.before
            ]
    goals[key] = goal


class _Reader:
    """Reads one record into goals, gathering faults."""

    def __init__(
        self, record: Record, document: Document, gold: Annotations, earlier: Plan
    ) -> None:
        self.record = record
        self.document = document
        self.gold = gold
        self.earlier = earlier
        self.faults: list[Incident] = []
        self.finder = None if document.text is None else Finder(document.text)
        self.item = ""

    def fault(self, code: str, message: str) -> None:
        self.faults.append(
            Incident(
                code, self.record.file, message, doc_id=self.record.document, item=self.item or None
            )
        )

    def goals(self) -> list[tuple[Key, Goal]]:
        if self.record.sha256 != self.document.sha256:
            message = say(
                "the text is not the one that the correction was made on",
                got=self.document.sha256,
                expected=f"the digest {self.record.sha256!r}",
                do="look whether it still holds; then give the record the new digest",
            )
            self.fault("V014", message)
            return []
        found: list[tuple[Key, Goal]] = []
        for number, edit in enumerate(self.record.edits):
            self.item = f"edit/{number}"
            made = getattr(self, f"_{edit['op']}")(edit, dict(found))
            if made is not None:
                found.append(made)
        return found

    def _kind(self, item_id: str, ours: dict[Key, Goal]) -> str | None:
        """The layer of an annotation: of gold, or one that a correction adds or removes."""
        there = find(self.gold, item_id)
        if there is not None:
            return there[0]
        for key in (*ours, *self.earlier.goals):
            if key[0] == "item" and key[2] == item_id:
                return key[1]
        known = [item.id for layer in KINDS for item in getattr(self.gold, layer)]
        self.fault(
            "V011",
            say(
                "gold has no annotation of this id",
                got=item_id,
                nearest=nearest(item_id, known),
                do="if the document was annotated anew, look whether the correction is still "
                "needed, then name the new id or remove the record",
            ),
        )
        return None

    def _change(self, edit: JSON, ours: dict[Key, Goal]) -> tuple[Key, Goal] | None:
        layer = self._kind(edit["id"], ours)
        if layer is None:
            return None
        valid = members(KINDS[layer])
        name = edit["field"]
        if name not in valid:
            what = f"{layer} have no such field that can be changed"
            message = say(what, got=name, expected=one_of(valid), nearest=nearest(name, valid))
            self.fault("V011", message)
            return None
        before, after = (self._value(name, edit.get(end)) for end in ("from", "to"))
        if _ABSENT in (before, after):
            return None
        return self._goal(("field", edit["id"], name), before, after)

    def _add(self, edit: JSON, ours: dict[Key, Goal]) -> tuple[Key, Goal] | None:
        if edit["layer"] == "arguments":
            return self._argument(edit, ours, after=True)
        kind = KINDS[edit["layer"]]
        said = self._said(edit, kind)
        if said is None:
            return None
        missing = [
            item.name
            for item in fields(kind)
            if item.name in members(kind)
            and item.name not in said
            and type(item.default).__name__ == "_MISSING_TYPE"
            and type(item.default_factory).__name__ == "_MISSING_TYPE"
        ]
        place = "cue" if kind is Attribution else "span"
        missing += [name for name in (place,) if name not in said and name not in missing]
        if missing:
            names = ", ".join("at" if name == "span" else name for name in missing)
            self.fault("V011", say(f"the new one of {edit['layer']} lacks {names}"))
            return None
        made = _make(kind, edit["id"], said)
        return self._goal(("item", edit["layer"], edit["id"]), None, state(made))

    def _remove(self, edit: JSON, ours: dict[Key, Goal]) -> tuple[Key, Goal] | None:
        if edit["layer"] == "arguments":
            return self._argument(edit, ours, after=False)
        said = self._said(edit.get("from", {}), KINDS[edit["layer"]])
        if said is None:
            return None
        return self._goal(("item", edit["layer"], edit["id"]), said, None)

    def _argument(
        self, edit: JSON, ours: dict[Key, Goal], *, after: bool
    ) -> tuple[Key, Goal] | None:
        layer = self._kind(edit["id"], ours)
        if layer is None:
            return None
        if layer != "events":
            what = "arguments are those of events, and this is none"
            self.fault("V011", say(what, got=edit["id"]))
            return None
        return self._goal(("argument", edit["id"], edit["role"], edit["target"]), not after, after)

    def _said(self, edit: JSON, kind: type[Item]) -> JSON | None:
        """The members of an annotation in an edit, with places resolved."""
        valid = members(kind)
        said: JSON = {}
        for name, value in edit.items():
            field = "span" if name == "at" else name
            if name in ("op", "layer", "id", "from"):
                continue
            if field not in valid or name == "span":
                names = tuple("at" if each == "span" else each for each in valid)
                message = say(
                    "no such member here",
                    got=name,
                    expected=one_of(names),
                    nearest=nearest(name, names),
                )
                self.fault("V011", message)
                return None
            said[field] = self._value(field, value)
        return None if _ABSENT in said.values() else said

    def _goal(self, key: Key, before: Any, after: Any) -> tuple[Key, Goal] | None:
        earlier = self.earlier.goals.get(key)
        if before == after:
            self.fault("V011", f"the edit changes nothing; {name_of(key)}: {_told(after)}")
            return None
        if earlier is not None and not _matches(earlier.after, before):
            message = say(
                f"the correction does not go on where the one before ended: {name_of(key)}; "
                f"got {_told(before)}",
                expected=f"{_told(earlier.after)}, as {earlier.records[-1].name} has it",
            )
            self.fault("V016", message)
            return None
        return key, Goal([before], after, [self.record])

    # -- values

    def _value(self, name: str, value: Any) -> Any:
        """A field's value, places resolved; `_ABSENT` (and a fault) where it is none."""
        if name in PARTS:
            rows = value if isinstance(value, list) else [] if value is None else [value]
            spans = [self._place(row) for row in rows]
            return _ABSENT if None in spans else sorted(span for span in spans if span)
        if name == "span":
            place = self._place(value)
            return _ABSENT if place is None else place
        if value is None or isinstance(value, str):
            return value or None
        self.fault("V011", say(f"bad {name}", got=value, expected="text"))
        return _ABSENT

    def _place(self, raw: Any) -> Span | None:
        known = {"quote", "n", "within", "paragraph"}
        if isinstance(raw, dict) and set(raw) == {"start", "end"}:
            start, end = raw["start"], raw["end"]
            if type(start) is int and type(end) is int and 0 <= start < end:
                return start, end
        elif isinstance(raw, dict) and "quote" in raw and set(raw) <= known:
            if self.document.status == "withheld":
                what = "the correction quotes a withheld text, which records are not to repeat"
                self.fault("V017", say(what, expected="{start = …, end = …}"))
                return None
            return self._quote(raw)
        message = say("no place", got=raw, expected='{quote = "…"} or {start = …, end = …}')
        self.fault("V011", message)
        return None

    def _quote(self, raw: JSON) -> Span | None:
        whole = all(type(raw[name]) is int for name in ("n", "paragraph") if name in raw)
        words = all(
            isinstance(raw[name], str) and raw[name].strip()
            for name in ("quote", "within")
            if name in raw
        )
        if not whole or not words:
            message = say(
                "no place",
                got=raw,
                expected="words as quote and within, whole numbers as n and paragraph",
            )
            self.fault("V011", message)
            return None
        assert self.finder is not None
        try:
            return self.finder.find(
                raw["quote"], raw.get("n"), raw.get("within"), raw.get("paragraph")
            )
        except QuoteError as error:
            self.fault("V011", f"{error} ({error.code})")
            return None


def _make(kind: type[Item], item_id: str, said: JSON) -> Item:
    values = {name: copy.copy(value) for name, value in said.items() if name != "span"}
    if "span" in said:
        values["start"], values["end"] = said["span"]
    return kind(item_id, **values)


# -- goals and gold


def unmet(plan: Plan, gold: Annotations) -> list[Incident]:
    """V012 for every goal that gold does not meet, by the record that set it last."""
    found = []
    for key, goal in plan.goals.items():
        wrong = _unmet(key, goal, gold, plan)
        if wrong is not None:
            record = goal.records[-1]
            message = say(
                f"gold does not hold the correction: {name_of(key)}; got {wrong}",
                expected=_told(goal.after),
                do=f"run `parley correct apply {record.number:04}`",
            )
            found.append(Incident("V012", record.file, message, doc_id=record.document))
    return found


def meet(
    plan: Plan, gold: Annotations, only: Iterable[Record] | None = None
) -> tuple[Annotations, dict[Key, Goal], list[Incident]]:
    """Gold with the goals met (a copy, in its one order), the goals that were not met before, and
    V013 for each that finds gold in a state that its correction does not know; nothing of that goal
    is done then.

    `only` are the records whose goals count (default: all).
    """
    made = copy.deepcopy(gold)
    names = None if only is None else {record.name for record in only}
    done: dict[Key, Goal] = {}
    faults = []
    for key, goal in plan.goals.items():
        if names is not None and names.isdisjoint(record.name for record in goal.records):
            continue
        # What is changed may have been added by an earlier goal.
        if _unmet(key, goal, made, plan) is None:
            continue
        now = _current(key, made)
        if not any(_matches(now, before) for before in goal.before):
            record = goal.records[-1]
            got = "no such annotation" if now is _ABSENT else _told(now)
            message = say(
                f"gold is not what the correction was made on: {name_of(key)}; got {got}",
                expected=_told(goal.before[-1]),
                do="look at the document; change the record, or remove it",
            )
            faults.append(Incident("V013", record.file, message, doc_id=record.document))
            continue
        done[key] = goal
        _set(made, key, goal)
    nest(made)
    order(made)
    return made, done, faults


def _unmet(key: Key, goal: Goal, gold: Annotations, plan: Plan) -> str | None:
    """What gold says instead of the goal, None where it is met."""
    now = _current(key, gold)
    if now is _ABSENT:
        return "no such annotation"
    if key[0] != "item":
        return None if now == goal.after else _told(now)
    if goal.after is None:
        if now is not None:
            return _told(now)
        # Back under another id, for instance after a new adjudication.
        again = [
            item.id
            for item in getattr(gold, key[1])
            for before in goal.before
            if before and _whole(before, item)
        ]
        return f"the same as {again[0]}" if again else None
    later = {other[2] for other in plan.goals if other[:2] == ("field", key[2])}
    wanted = {name: value for name, value in goal.after.items() if name not in later}
    return None if now is not None and _matches(now, wanted) else _told(now)


def _whole(before: JSON, item: Item) -> bool:
    """Whether an annotation says all that a full `from` says."""
    said = state(item)
    return set(before) == set(said) and _matches(said, before)


def _current(key: Key, gold: Annotations) -> Any:
    if key[0] == "item":
        there = next((item for item in getattr(gold, key[1]) if item.id == key[2]), None)
        return None if there is None else state(there)
    found = find(gold, key[1])
    if found is None:
        return _ABSENT
    item = found[1]
    if key[0] == "field":
        return value_of(item, key[2]) if key[2] in members(type(item)) else _ABSENT
    if not isinstance(item, Event):
        return _ABSENT
    return Argument(key[2], key[3]) in item.arguments


def _matches(now: Any, before: Any) -> bool:
    """Whether a state is the one that an edit starts from, which may tell only a part of it."""
    if isinstance(now, dict) and isinstance(before, dict):
        return all(name in now and now[name] == value for name, value in before.items())
    return bool(now == before)


def _set(gold: Annotations, key: Key, goal: Goal) -> None:
    if key[0] == "item":
        layer, item_id = key[1], key[2]
        items = getattr(gold, layer)
        old = next((item for item in items if item.id == item_id), None)
        if old is not None:
            items.remove(old)
        if goal.after is not None:
            new = _make(KINDS[layer], item_id, goal.after)
            if isinstance(new, Event) and isinstance(old, Event):
                new.arguments = old.arguments
            items.append(new)
        return
    found = find(gold, key[1])
    assert found is not None
    item = found[1]
    if key[0] == "argument":
        assert isinstance(item, Event)
        argument = Argument(key[2], key[3])
        if goal.after:
            item.arguments.append(argument)
        else:
            item.arguments.remove(argument)
    elif key[2] == "span":
        assert not isinstance(item, Attribution)
        item.start, item.end = goal.after
    else:
        setattr(item, key[2], copy.copy(goal.after))


# -- words


def name_of(key: Key) -> str:
    """`m12 type`, `argument actor m3 of e1`, `m13`."""
    if key[0] == "field":
        return f"{key[1]} {key[2]}"
    if key[0] == "argument":
        return f"argument {key[2]} {key[3]} of {key[1]}"
    return key[2]


def _told(value: Any) -> str:
    """A state in words."""
    if isinstance(value, bool):
        return "is there" if value else "is not there"
    if value is None:
        return "none"
    if isinstance(value, tuple) and len(value) == 2:
        return f"{value[0]}-{value[1]}"
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(
            f"{name} {_told(each)}" for name, each in value.items() if each not in (None, [])
        )
    return show(value)


def describe(edit: JSON) -> str:
    """An edit in words, without any of the text's: for changelogs and lists."""
    op = edit["op"]
    if edit.get("layer") == "arguments":
        verb = "added" if op == "add" else "removed"
        return f"argument {edit['role']} {edit['target']} of {edit['id']} {verb}"
    if op == "change":
        if edit["field"] in ("span", *PARTS):
            return f"{edit['id']} {edit['field']} moved"
        ends = [edit.get(end) or "none" for end in ("from", "to")]
        return f"{edit['id']} {edit['field']} {ends[0]} → {ends[1]}"
    said = edit if op == "add" else edit.get("from", {})
    label = next((said[name] for name in ("type", "label", "style") if name in said), "")
    verb = "added" if op == "add" else "removed"
    return " ".join(
        part for part in (edit["layer"].removesuffix("s"), edit["id"], label) if part
    ) + (f" {verb}")
