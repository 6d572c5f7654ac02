"""Marks and links of a foreign file as results of Label Studio, with an account of every one.

A statement (`Item`) is a mark, an attribute of a mark, a link, or a line that could not be read. It
is turned into results that carry its number, or rejected with a code; what ingest then says of the
results is what became of the statement.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol

from parley.document import Span, canonical
from parley.formats.brat_read import joined
from parley.formats.standoff import PARTS, Link, Mark, Standoff
from parley.importing import units
from parley.importing.mapping import FREE, NOTE, Dropped, Scheme, Target, link_names
from parley.incidents import Incident, nearest, one_of, say
from parley.labelstudio import names
from parley.labelstudio.offsets import same_words
from parley.ontology import LAYERS, Ontology

JSON = dict[str, Any]
_MARKS = '"“”„«»'
#: Attribute of ours -> the text control that asks for it.
_CONTROLS = {name: control for control, (_, name) in names.TEXT_CONTROLS.items()}


class Registry(Protocol):
    """Which ids of the registry annotations may have."""

    def find(self, kind: str, value: str, doc_id: str, label: str, words: str) -> str | None:
        """The id for what a file names `value` (`kind`: entity, event or group); None: no such."""


@dataclass(slots=True)
class Item:
    """One statement of a file: where it stands, what it is, and what became of it.

    `follows` is the number of the item whose fate it shares: it adds nothing that could fail.
    """

    where: str
    name: str
    before: Any = None
    codes: list[str] = field(default_factory=list)
    rejected: bool = False
    results: int = 0
    follows: int | None = None


@dataclass(slots=True)
class Converted:
    """A document's results, its items, and its faults; `layers` are those that it has marks in."""

    source: Standoff
    doc_id: str
    text: str
    items: list[Item] = field(default_factory=list)
    results: list[JSON] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    layers: set[str] = field(default_factory=set)
    #: What the offsets were found to count, where that is not code points of the text.
    reading: str = ""
    #: The code by which the whole document was refused.
    refused: str = ""

    def refuse(self, code: str) -> None:
        """Rejects the document with everything of it that is not rejected yet."""
        self.refused = code
        for item in self.items:
            if not item.rejected:
                item.rejected, item.codes = True, [*item.codes, code]
        self.results.clear()


def count(source: Standoff) -> int:
    """The statements of a document, counted without reading them: what a ledger accounts for."""
    attributes = sum(len(mark.attributes) for mark in source.marks)
    return (
        len(source.marks)
        + attributes
        + len(source.links)
        + len(source.faults)
        + source.aside.total()
    )


class Unknown:
    """Names that nothing maps, each told once with its count."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.first: dict[tuple[str, str, str], tuple[str, str]] = {}

    def add(self, code: str, name: str, layer: str, where: str, doc_id: str) -> None:
        """Counts one."""
        key = (code, name, layer)
        self.counts[key] += 1
        self.first.setdefault(key, (where, doc_id))

    def incidents(self) -> list[Incident]:
        """One for each name, at the place where it came first."""
        return [self._incident(*key, number) for key, number in sorted(self.counts.items())]

    def _incident(self, code: str, name: str, layer: str, number: int) -> Incident:
        ontology = self.scheme.ontology
        times = f"{number:,} time{'' if number == 1 else 's'}"
        where, doc_id = self.first[code, name, layer]
        if code == "I011":
            valid = [label for one in LAYERS for label in ontology.names(one)]
            what, section = f"a label that nothing maps, {times}", "labels"
        elif code == "I012":
            valid = list(link_names(ontology, layer))
            what, section = f"a link of {_a(layer)} that nothing maps, {times}", "links"
        elif code == "I013":
            mine = [key for key, one in ontology.attributes.items() if one.layer == layer]
            valid = [*mine, *FREE[layer]]
            what, section = f"an attribute of {_a(layer)} that nothing maps, {times}", "attributes"
        elif code == "I014":
            attribute, _, value = name.partition("=")
            to = self.scheme.attributes.get(attribute) or (attribute, None)
            known = ontology.attributes.get(to[0])
            valid = list(known.values if known else ontology.modes())
            what, section, name = (
                f"a value of {attribute!r} that nothing maps, {times}",
                f"values.{attribute}",
                value,
            )
        elif code == "I041":
            what = f"an entity's id on a type that refers to none, {times}"
            return _at(code, where, say(what, got=name), doc_id)
        else:
            what = f"an id of the registry that is not there, {times}"
            return _at(code, where, say(what, got=name, do="add a row for it"), doc_id)
        near = nearest(name, valid)
        if code == "I011":
            expected = "a label of the ontology"
        else:
            expected = one_of(valid) if valid else "nothing: this layer has none"
        line = f'[{section}] "{name}" = '
        line += f'"{near}", or false to leave it out' if near else "false to leave it out"
        return _at(
            code,
            where,
            say(
                what,
                got=name,
                expected=expected,
                nearest=near,
                do=f"give --labels a mapping with {line}",
            ),
            doc_id,
        )


def referring(ontology: Ontology) -> frozenset[str]:
    """Mention types that refer to an entity, as the checks have it: types without a CoNLL class are
    amounts and times."""
    return frozenset(label.name for label in ontology.entity if label.conll)


def _a(layer: str) -> str:
    return f"{'an' if layer[:1] in 'aeiou' else 'a'} {layer}"


def place(where: str) -> tuple[str, int | None]:
    """File and line of a place as readers write it, `talks.ann:12`."""
    file, colon, line = where.rpartition(":")
    return (file, int(line)) if colon and line.isdecimal() else (where, None)


def _at(code: str, where: str, message: str, doc_id: str, item: str = "") -> Incident:
    file, line = place(where)
    return Incident(code, file, message, line, doc_id, item or None)


def convert(
    source: Standoff, doc_id: str, scheme: Scheme, registry: Registry, unknown: Unknown
) -> Converted:
    """The results of a document, and what could not become any."""
    return _Converter(source, doc_id, scheme, registry, unknown).run()


@dataclass(slots=True)
class _Kept:
    """A mark that stands: its item, what it is, its spans in the canonical text, its regions."""

    mark: Mark
    item: int
    target: Target
    spans: list[Span]
    regions: list[str] = field(default_factory=list)

    @property
    def head(self) -> bool:
        """Whether it is an attribution's cue, which its links start from."""
        return self.target.layer == "attribution" and self.target.label in (None, PARTS["cue"])


class _Converter:
    def __init__(
        self, source: Standoff, doc_id: str, scheme: Scheme, registry: Registry, unknown: Unknown
    ) -> None:
        self.source = source
        self.scheme = scheme
        self.registry = registry
        self.unknown = unknown
        self.text = canonical(source.text)
        if scheme.spaces:
            self.text = _spaced(self.text)
        self.out = Converted(source, doc_id, self.text)
        self.kept: dict[str, _Kept] = {}
        self.ids = {mark.id for mark in source.marks}
        self.parts: dict[tuple[str, str], list[str]] = {}
        #: (mark, part) of the links that the file has and that stand for nothing.
        self.fallen: set[tuple[str, str | None]] = set()
        #: What labels and attributes were found to be: a document says few of them many times.
        self.targets: dict[tuple[str, str, bool], Target | Dropped | None] = {}
        self.answers: dict[tuple[str, str, str], tuple[str, str] | Dropped | None] = {}
        self.referring = referring(scheme.ontology)

    # ------------------------------------------------------------------ the account
    def item(self, where: str, name: str, before: Any = None) -> int:
        self.out.items.append(Item(where, name, before))
        return len(self.out.items) - 1

    def reject(self, number: int, code: str, message: str = "") -> None:
        item = self.out.items[number]
        item.rejected = True
        item.codes.append(code)
        if message:
            incident = _at(code, item.where, message, self.out.doc_id, item.name)
            self.out.incidents.append(incident)

    # ------------------------------------------------------------------ order of work
    def run(self) -> Converted:
        source, out = self.source, self.out
        for fault in source.faults:
            line = "" if fault.line is None else f":{fault.line}"
            self.reject(self.item(f"{fault.file}{line}", fault.item or "line"), fault.code)
            out.incidents.append(fault)
        self.reading, missed = units.choose(source.text, source.marks)
        self.heads = {link.head for link in source.links} | {
            link.tail for link in source.links if self._reversed(link.label)
        }
        refused = not self.text.strip() or (missed > 2 and missed * 2 > len(source.marks))
        if not self.reading.plain:
            out.reading = self.reading.name
        attributes: list[tuple[int, Mark, str, str]] = []
        for mark in source.marks:
            number = self.item(
                mark.where, f"{mark.id} {mark.label}", {"label": mark.label, "spans": mark.spans}
            )
            if not refused:
                self._mark(number, mark)
            for name, value in mark.attributes.items():
                more = self.item(mark.where, f"{mark.id} {name}", {"name": name, "value": value})
                attributes.append((more, mark, name, value))
        links = [
            (
                self.item(
                    link.where,
                    f"{link.head} {link.label} {link.tail}",
                    {"head": link.head, "label": link.label, "tail": link.tail},
                ),
                link,
            )
            for link in source.links
        ]
        if not self.text.strip():
            if not source.faults:
                self.out.incidents.append(
                    _at("I001", source.doc_id, say("a document without text"), out.doc_id)
                )
            out.refuse("I001")
            return out
        if refused:
            self._refuse(missed)
            return out
        pairs = [found for number, link in links if (found := self._resolve(number, link))]
        self._bare(pairs)
        self._frames(pairs)
        for kept in self.kept.values():
            self._regions(kept)
        for more, mark, name, value in attributes:
            self._attribute(more, mark, name, value)
        for number, head, tail, role in pairs:
            self._link(number, head, tail, role)
        if self.scheme.derive:
            self._derive(pairs)
        out.layers = {kept.target.layer for kept in self.kept.values()}
        return out

    def _reversed(self, label: str) -> bool:
        turn = self.scheme.turn(label)
        return turn is not False and turn.reverse

    def _refuse(self, missed: int) -> None:
        first = next(
            mark
            for mark in self.source.marks
            if not units.fits(self.reading, canonical(self.source.text), mark)
        )
        message = say(
            f"{missed} of {len(self.source.marks)} marks do not fit the text in code points, "
            "UTF-16 code units or bytes",
            got=f"{first.id} {first.spans} {first.text!r}" if first.text else first.spans,
            expected="annotations of this very text",
        )
        self.out.incidents.append(_at("I021", first.where, message, self.out.doc_id))
        self.out.refuse("I021")

    # ------------------------------------------------------------------ marks
    def _mark(self, number: int, mark: Mark) -> None:
        if mark.id in self.kept:
            self.reject(number, "I003", say("an id that is given already", got=mark.id))
            return
        key = (mark.label, mark.layer, mark.id in self.heads)
        if key not in self.targets:
            self.targets[key] = self.scheme.target(key[0], key[1], head=key[2])
        target = self.targets[key]
        if target is False:
            self.reject(number, "I015")
            return
        if target is None:
            self.unknown.add("I011", mark.label, "", mark.where, self.out.doc_id)
            self.reject(number, "I011")
            return
        found = [span for one in mark.spans if (span := self.reading.span(one)) is not None]
        if len(found) < len(mark.spans) or not found:
            message = say(
                "a span that is none of the text",
                got=[list(span) for span in mark.spans],
                expected=f"0 <= start < end <= {self.reading.length}, on whole characters",
            )
            self.reject(number, "I020", message)
            return
        words = units.words(self.text, found)
        if mark.text is not None and not same_words(
            _spaced(mark.text) if self.scheme.spaces else mark.text, words
        ):
            message = say("not the words of its span", got=mark.text, expected=repr(words[:80]))
            self.reject(number, "I021", message)
            return
        if any(second < first for first, second in pairwise(found)):
            # The words were checked in the file's order of the fragments.
            found = joined(sorted(found), self.text)
        if len(found) > 1 and target.layer != "attribution":
            message = say(
                f"{_a(target.layer)} in {len(found)} parts",
                got=[list(span) for span in mark.spans],
                expected="one unbroken span",
            )
            self.reject(number, "I023", message)
            return
        self.kept[mark.id] = _Kept(mark, number, target, found)
        if not self.reading.plain and sorted(found) != sorted(map(tuple, mark.spans)):
            self.out.items[number].codes.append("I022")

    def _regions(self, kept: _Kept) -> None:
        """The regions of a mark; a cue in parts is one region and its further parts."""
        if self.out.items[kept.item].follows is not None:
            return
        mark, target = kept.mark, kept.target
        if kept.head:
            self.region(kept.item, mark, "attribution", PARTS["cue"], mark.id, kept.spans[0])
            for part, span in enumerate(kept.spans[1:], 2):
                name = self._free(f"{mark.id}-k{part}")
                self.region(kept.item, mark, "attribution", PARTS["cue"], name, span)
                self.relation(kept.item, mark.where, mark.id, name, "attribution", "cue")
            kept.regions = [mark.id]
        else:
            for part, span in enumerate(kept.spans, 1):
                name = mark.id if part == 1 else self._free(f"{mark.id}-{part}")
                self.region(kept.item, mark, target.layer, target.label or "", name, span)
                kept.regions.append(name)
        if target.attributes:
            given = self._given(kept)
            for name, value in target.attributes.items():
                if name not in given:
                    self.answer(kept.item, kept, name, value)

    def _given(self, kept: _Kept) -> set[str]:
        """The attributes of ours that the file itself gives a mark."""
        found = (
            self._ours(name, value, kept.target.layer)
            for name, value in kept.mark.attributes.items()
        )
        return {one[0] for one in found if one}

    def _ours(self, name: str, value: str, layer: str) -> tuple[str, str] | Dropped | None:
        """What an attribute is in our scheme."""
        key = (name, value, layer)
        if key not in self.answers:
            self.answers[key] = self.scheme.attribute(name, value, layer)
        return self.answers[key]

    def _free(self, name: str) -> str:
        while name in self.ids:
            name += "x"
        self.ids.add(name)
        return name

    # ------------------------------------------------------------------ results
    def add(self, item: int, where: str, result: JSON) -> None:
        meta = result.setdefault("meta", {})
        meta["where"], meta["item"] = where, item
        self.out.results.append(result)
        self.out.items[item].results += 1

    def region(self, item: int, mark: Mark, layer: str, label: str, name: str, span: Span) -> None:
        note = mark.attributes.get(NOTE)
        result = {
            "id": name,
            "from_name": layer,
            "to_name": names.TEXT,
            "type": names.REGION,
            "value": {
                "start": span[0],
                "end": span[1],
                "text": self.text[span[0] : span[1]],
                names.REGION: [label],
            },
            "meta": {"text": [note]} if note and name == mark.id else {},
        }
        self.add(item, mark.where, result)

    def relation(
        self, item: int, where: str, first: str, second: str, layer: str, role: str
    ) -> None:
        self.add(
            item,
            where,
            {
                "type": "relation",
                "from_id": first,
                "to_id": second,
                "direction": "right",
                "labels": [names.relation(layer, role)],
            },
        )

    def answer(self, item: int, kept: _Kept, name: str, value: str) -> None:
        """An attribute of ours as the answer to its question."""
        kind, key, given = "choices", "choices", [value]
        control = names.MODE_CONTROL if name == "mode" else names.CHOICE_CONTROLS.get(name, name)
        if name in _CONTROLS:
            control, kind, key = _CONTROLS[name], "textarea", "text"
        start, end = kept.spans[0]
        self.add(
            item,
            kept.mark.where,
            {
                "id": kept.mark.id,
                "from_name": control,
                "to_name": names.TEXT,
                "type": kind,
                "value": {"start": start, "end": end, key: given},
            },
        )

    # ------------------------------------------------------------------ attributes
    def _attribute(self, number: int, mark: Mark, name: str, value: str) -> None:
        kept = self.kept.get(mark.id)
        item = self.out.items[number]
        if kept is None or kept.mark is not mark or not kept.regions:
            self.reject(number, "I024")
            return
        layer = kept.target.layer
        found = self._ours(name, value, layer)
        if found is False:
            self.reject(number, "I015")
        elif found is None:
            known = name in self.scheme.attributes or self._known(name, layer)
            code, what = ("I014", f"{name}={value}") if known else ("I013", name)
            self.unknown.add(code, what, layer, item.where, self.out.doc_id)
            self.reject(number, code)
        elif found[0] == NOTE:
            item.follows = kept.item
        elif found[0] in ("entity", "event", "group"):
            words = units.words(self.text, kept.spans)
            label = kept.target.label or ""
            known_id = self.registry.find(*found, self.out.doc_id, label, words)
            if known_id is None:
                refers = layer == "event" or label in self.referring
                code, what = ("I040", value) if refers else ("I041", label)
                self.unknown.add(code, what, layer, item.where, self.out.doc_id)
                self.reject(number, code)
            else:
                self.answer(number, kept, "event" if layer == "event" else "entity", known_id)
        else:
            self.answer(number, kept, *found)

    def _known(self, name: str, layer: str) -> bool:
        known = self.scheme.ontology.attributes.get(name)
        return name in FREE[layer] or (known is not None and known.layer == layer)

    # ------------------------------------------------------------------ links
    def _resolve(self, number: int, link: Link) -> tuple[int, _Kept, _Kept, str] | None:
        """The two ends of a link and its role; None (and an outcome) where it has none."""
        turn = self.scheme.turn(link.label)
        if turn is False:
            self.reject(number, "I015")
            return None
        ends = (link.tail, link.head) if turn.reverse else (link.head, link.tail)
        for end in ends:
            if end not in self.kept:
                self.fallen.add((ends[0], self.scheme.link(turn.to, "attribution")))
                if end in self.ids:
                    self.reject(number, "I024")
                else:
                    self.reject(number, "I004", say("a link to a mark that is not there", got=end))
                return None
        head, tail = self.kept[ends[0]], self.kept[ends[1]]
        role = self.scheme.link(turn.to, head.target.layer)
        if role is None or (head.target.layer == "attribution" and not head.head):
            layer = head.target.layer
            self.unknown.add("I012", link.label, layer, link.where, self.out.doc_id)
            self.reject(number, "I012")
            return None
        return number, head, tail, role

    def _bare(self, pairs: Sequence[tuple[int, _Kept, _Kept, str]]) -> None:
        """Rejects frames that nothing is linked to: their own spans are no parts."""
        heads = {head.mark.id for _, head, _, _ in pairs}
        for name, kept in [*self.kept.items()]:
            if kept.target.layer != "attribution" or kept.target.label or name in heads:
                continue
            del self.kept[name]
            if name in self.heads:
                self.reject(kept.item, "I024")
            else:
                message = say(
                    "an attribution without cue, source or content",
                    got=kept.mark.label,
                    expected="links from it to its parts",
                    do="delete it in the file, or link its parts",
                )
                self.reject(kept.item, "I025", message)

    def _frames(self, pairs: Sequence[tuple[int, _Kept, _Kept, str]]) -> None:
        """Gives frames the spans of the cues that they are linked to.

        Such a cue is no mark of its own any more, nor is one that says its head's span again.
        """
        spans: dict[str, list[Span]] = {}
        items = self.out.items
        for number, head, tail, role in pairs:
            if not (head.head and role == "cue" and tail.head and tail is not head):
                continue
            if head.target.label is None:
                found = spans.setdefault(head.mark.id, [])
                found += [span for span in tail.spans if span not in found]
            elif not set(tail.spans) <= set(head.spans):
                continue
            if tail.target.label is not None:
                items[number].follows = items[tail.item].follows = head.item
        for name, found in spans.items():
            self.kept[name].spans = sorted(found)

    def _link(self, number: int, head: _Kept, tail: _Kept, role: str) -> None:
        if self.out.items[number].follows is not None:
            return
        where = self.out.items[number].where
        layer = head.target.layer
        ends = tail.regions
        if layer == "attribution" and role in ("source", "content"):
            ends = self._parts(number, tail, role)
        elif self.out.items[tail.item].follows is not None:
            self.reject(number, "I024")
            return
        for end in ends:
            self.relation(number, where, head.mark.id, end, layer, role)

    def _parts(self, number: int, tail: _Kept, role: str) -> list[str]:
        """Regions of a source or content; made where the file has a mark of another kind there."""
        label = PARTS[role]
        if tail.target.layer == "attribution" and tail.target.label == label:
            return tail.regions
        key = (tail.mark.id, role)
        if key not in self.parts:
            self.parts[key] = []
            for span in tail.spans:
                name = self._free(f"{tail.mark.id}-{role[0]}")
                self.region(number, tail.mark, "attribution", label, name, span)
                self.parts[key].append(name)
        return self.parts[key]

    # ------------------------------------------------------------------ what can be derived
    def _derive(self, pairs: Iterable[tuple[int, _Kept, _Kept, str]]) -> None:
        spans: dict[str, dict[str, list[Span]]] = {}
        for _, head, tail, role in pairs:
            spans.setdefault(head.mark.id, {}).setdefault(role, []).extend(tail.spans)
        for name, kept in self.kept.items():
            if not kept.head or not kept.regions:
                continue
            given = {*self._given(kept), *kept.target.attributes}
            parts = spans.get(name, {})
            contents = [self.text[start:end] for start, end in sorted(parts.get("content", ()))]
            style = self.scheme.derive.get("style")
            whole = (name, "content") not in self.fallen
            if style and contents and whole and "style" not in given:
                found = _style(contents)
                if found:
                    self.answer(kept.item, kept, "style", style[found])
            kind = self.scheme.derive.get("source_kind")
            # A source that was rejected is a source all the same.
            none = "source" not in parts and (name, "source") not in self.fallen
            if kind and none and "source_kind" not in given:
                self.answer(kept.item, kept, "source_kind", kind["none"])


def _style(contents: Sequence[str]) -> str:
    """Whether contents stand in quotation marks: `quoted` wholly, `partly`, or "" for not at all.

    A quotation over several paragraphs opens in each of them and closes in the last.
    """
    inner = "".join(words.strip()[1:-1] for words in contents)
    if (
        all(words[0] in _MARKS for words in contents)
        and contents[-1][-1] in _MARKS
        and not any(mark in inner for mark in _MARKS)
    ):
        return "quoted"
    return "partly" if any(mark in words for words in contents for mark in _MARKS) else ""


def _spaced(text: str) -> str:
    """Every control character as a space, so that offsets stay."""
    from parley.article import CONTROL

    return CONTROL.sub(" ", text)
