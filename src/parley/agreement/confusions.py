"""What the disagreements are: the most frequent ones, with the words of the text.

label      one label against another on the same thing
id         one registry id (or value of a date) against another
role       one role against another of the same target in the same event
boundary   the same annotation with other edges
only_a     annotated by A alone, by label; only_b by B alone
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from parley.agreement import compare
from parley.agreement.compare import NOTHING, PARTS, Shared
from parley.document import Span
from parley.ontology import Ontology
from parley.pairing import merged

#: Confusions of one kind and question that are listed; examples of each.
LISTED = 10
EXAMPLES = 4
#: Characters of context on either side, and of a stretch before its middle is left out.
CONTEXT = 50
LONG = 160

KINDS = ("label", "id", "role", "boundary", "only_a", "only_b")
#: A stretch of text and who marked it: "", "a", "b" or "both".
Piece = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """One place: A's and B's spans (code points), and the text around them cut into pieces.

    There are no pieces where the text is withheld.
    """

    doc_id: str
    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """One disagreement and how often it was met; `a` and `b` are what each of the two said.

    `total` counts all disagreements of its layer, kind and question, listed or not.
    """

    layer: str
    kind: str
    about: str
    a: str
    b: str
    count: int
    total: int
    examples: list[Example]


@dataclass(frozen=True, slots=True)
class _Met:
    layer: str
    kind: str
    about: str
    a: str
    b: str
    found: Shared
    parts_a: Sequence[Span]
    parts_b: Sequence[Span]

    @property
    def place(self) -> tuple[str, Any, Any]:
        return self.found.doc_id, sorted(self.parts_a), sorted(self.parts_b)


def confusions(documents: Sequence[Shared], scheme: Ontology) -> list[Confusion]:
    """The most frequent disagreements of each layer, kind and question, most frequent first.

    Examples come from as many documents as possible, in order of documents and of text.
    """
    groups: dict[tuple[str, str, str], dict[tuple[str, str], list[_Met]]] = defaultdict(dict)
    for item in documents:
        for met in _all(item, scheme):
            group = groups[met.layer, met.kind, met.about]
            group.setdefault((met.a, met.b), []).append(met)
    layers = list(compare.ATTRIBUTES)
    found = []
    for layer, kind, about in sorted(
        groups, key=lambda key: (layers.index(key[0]), KINDS.index(key[1]), key[2])
    ):
        ranked = sorted(
            groups[layer, kind, about].items(), key=lambda item: (-len(item[1]), item[0])
        )
        total = sum(len(mets) for _, mets in ranked)
        for (a, b), mets in ranked[:LISTED]:
            examples = [_example(met) for met in _spread(mets)]
            found.append(Confusion(layer, kind, about, a, b, len(mets), total, examples))
    return found


def _spread(mets: Iterable[_Met]) -> list[_Met]:
    """A few, the first of each document before the second of any."""
    of_document: dict[str, int] = defaultdict(int)
    ranked = []
    for met in sorted(mets, key=lambda met: met.place):
        of_document[met.found.doc_id] += 1
        ranked.append((of_document[met.found.doc_id], met))
    ranked.sort(key=lambda item: item[0])
    return [met for _, met in ranked[:EXAMPLES]]


def _all(item: Shared, scheme: Ontology) -> Iterator[_Met]:
    for kind, comparisons in (
        ("label", compare.labels(item, scheme)),
        ("id", compare.identities(item, scheme)),
        ("role", compare.roles(item)),
    ):
        for found in comparisons:
            if not found.equal:
                yield _Met(
                    found.layer,
                    kind,
                    found.name,
                    found.a,
                    found.b,
                    item,
                    found.parts_a,
                    found.parts_b,
                )
    yield from _boundaries(item)
    yield from _alone(item)


def _boundaries(item: Shared) -> Iterator[_Met]:
    spans: list[tuple[str, str, Sequence[Span], Sequence[Span]]] = []
    for layer, about, pairs in (
        ("entity", "mention", item.pairs.mentions.both),
        ("event", "trigger", item.pairs.events.both),
        ("stance", "expression", item.pairs.stances.both),
    ):
        for x, y in pairs:
            spans.append((layer, about, [(x.start, x.end)], [(y.start, y.end)]))
    for said, told in item.pairs.attributions.both:
        for name, _ in PARTS:
            first, second = sorted(getattr(said, name)), sorted(getattr(told, name))
            spans.append(("attribution", name, first, second))
    for layer, about, ours, theirs in spans:
        # One part that only one of them gave is not a matter of edges.
        if layer in item.layers and ours and theirs and ours != theirs:
            a, b = _edges(item.text, ours, theirs)
            yield _Met(layer, "boundary", about, a, b, item, ours, theirs)


def _edges(text: str | None, ours: Sequence[Span], theirs: Sequence[Span]) -> tuple[str, str]:
    """What each has beyond the other's edges, `[…]` being the common part."""
    if len(ours) != len(theirs):
        return f"{len(ours)} part{'s' * (len(ours) > 1)}", (
            f"{len(theirs)} part{'s' * (len(theirs) > 1)}"
        )
    if len(ours) > 1:
        return "the same number of parts", "other edges"
    (start, end), (begin, stop) = ours[0], theirs[0]
    if max(start, begin) >= min(end, stop):
        return "elsewhere", "elsewhere"
    inner, outer = max(start, begin), min(end, stop)
    return (
        f"{_words(text, start, inner)}[…]{_words(text, outer, end)}",
        f"{_words(text, begin, inner)}[…]{_words(text, outer, stop)}",
    )


def _words(text: str | None, start: int, end: int) -> str:
    """Some words on one line, their middle left out where they are many."""
    if text is None:
        return "(withheld)" if start < end else ""
    return _shorten(" ".join(text[start:end].split()), 40)


def _alone(item: Shared) -> Iterator[_Met]:
    pairs = item.pairs
    for kind, found, events, attributions, stances in (
        (
            "only_a",
            pairs.mentions.only_a,
            pairs.events.only_a,
            pairs.attributions.only_a,
            pairs.stances.only_a,
        ),
        (
            "only_b",
            pairs.mentions.only_b,
            pairs.events.only_b,
            pairs.attributions.only_b,
            pairs.stances.only_b,
        ),
    ):
        rows: list[tuple[str, str, str, Sequence[Span]]] = []
        rows += [("entity", "mention", x.type, [(x.start, x.end)]) for x in found]
        rows += [("event", "trigger", e.type, [(e.start, e.end)]) for e in events]
        rows += [("attribution", "cue", said.style, said.cue) for said in attributions]
        rows += [("stance", "expression", s.label, [(s.start, s.end)]) for s in stances]
        for layer, about, label, parts in rows:
            if layer in item.layers:
                a, b = (label, NOTHING) if kind == "only_a" else (NOTHING, label)
                ours, theirs = (parts, ()) if kind == "only_a" else ((), parts)
                yield _Met(layer, kind, about, a, b, item, ours, theirs)
    if "event" in item.layers:
        yield from _lone_arguments(item)


def _lone_arguments(item: Shared) -> Iterator[_Met]:
    """Arguments of paired events whose target the other did not give in any role."""
    back = {theirs: ours for ours, theirs in item.pairs.ids.items()}
    places = compare.places(item.a), compare.places(item.b)
    for e, f in item.pairs.events.both:
        given = {argument.target for argument in e.arguments}
        others = {argument.target for argument in f.arguments}
        for argument in e.arguments:
            if item.pairs.ids.get(argument.target) not in others:
                parts = [(e.start, e.end), *_known(places[0], argument.target)]
                yield _Met("event", "only_a", "argument", argument.role, NOTHING, item, parts, ())
        for argument in f.arguments:
            if back.get(argument.target) not in given:
                parts = [(f.start, f.end), *_known(places[1], argument.target)]
                yield _Met("event", "only_b", "argument", NOTHING, argument.role, item, (), parts)


def _known(places: Mapping[str, Span], target: str) -> list[Span]:
    return [places[target]] if target in places else []


# ---------------------------------------------------------------------- words of the text
def _example(met: _Met) -> Example:
    parts = [*met.parts_a, *met.parts_b]
    start, end = min(first for first, _ in parts), max(last for _, last in parts)
    text = met.found.text
    pieces = () if text is None else _pieces(text, met.parts_a, met.parts_b)
    return Example(met.found.doc_id, start, end, pieces)


def _pieces(text: str, ours: Sequence[Span], theirs: Sequence[Span]) -> tuple[Piece, ...]:
    """The text from a little before to a little after, cut where the marks change."""
    sides = merged(ours), merged(theirs)
    every = [span for side in sides for span in side]
    start, end = min(first for first, _ in every), max(last for _, last in every)
    edges = sorted({start, end, *(edge for span in every for edge in span)})
    found: list[Piece] = [(_before(text, start), "")]
    for first, last in pairwise(edges):
        a, b = (any(s <= first and last <= e for s, e in side) for side in sides)
        mark = "both" if a and b else "a" if a else "b" if b else ""
        found.append((_shorten(text[first:last], LONG), mark))
    found.append((_after(text, end), ""))
    return tuple((" ".join(piece.split("\n")), mark) for piece, mark in found if piece)


def _before(text: str, start: int) -> str:
    line = text.rfind("\n", 0, start) + 1
    if start - line <= CONTEXT:
        return text[line:start]
    # From a whole word on, if there is one.
    cut = text[start - CONTEXT : start]
    return "…" + (cut.split(" ", 1)[1] if " " in cut.rstrip() else cut)


def _after(text: str, end: int) -> str:
    line = text.find("\n", end)
    line = len(text) if line < 0 else line
    if line - end <= CONTEXT:
        return text[end:line]
    cut = text[end : end + CONTEXT]
    return (cut.rsplit(" ", 1)[0] if " " in cut.lstrip() else cut) + "…"


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2 - 1
    return f"{text[:half]} … {text[-half:]}"
