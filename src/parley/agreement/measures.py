"""Every measure of agreement between two annotators, as counts for each document.

A measure is a matrix of counts, one row a document; its value is a function of the sum of its rows,
so that resampling documents is a matrix product. What each measure is, `ABOUT` says in words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parley.agreement import alpha, compare
from parley.agreement.compare import NOTHING, PARTS, Shared
from parley.dataset.tokens import tokens
from parley.document import Annotations, Attribution, Event, Span
from parley.ontology import Ontology
from parley.pairing import merged

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which measure: layer, kind of coefficient, what it is about, and one label of it (or "")."""

    layer: str
    kind: str
    name: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts of one measure: `counts` is documents × columns of its kind.

    f1           matched (a sum of overlaps for `…_overlap` of attributions), of a, of b
    share        equal, compared
    alpha        labels × labels, a's answer by b's, laid flat
    span_alpha   observed disagreement, expected disagreement, code points marked by the two
    """

    key: Key
    counts: Floats
    labels: tuple[str, ...] = ()

    def values(self, sums: Floats) -> Floats:
        """The coefficient for each sum of rows, shape (..., columns); nan where undefined."""
        return KINDS[self.key.kind](sums)

    def constant(self) -> bool:
        """Whether no disagreement was possible: one label, or text marked from end to end."""
        if self.key.kind == "alpha":
            return len(self.labels) == 1
        sums = self.counts.sum(0)
        return self.key.kind == "span_alpha" and bool(sums[1] <= 0 < sums[2])


#: (kind, name) -> a title for tables, and the definition. `…` in a name stands for any.
ABOUT: dict[tuple[str, str], tuple[str, str]] = {
    ("f1", "strict"): (
        "span and label",
        "F1 of annotations with equal span and equal label: 2 * matched / (number of A + of B).",
    ),
    ("f1", "span"): ("span", "F1 of annotations with equal span, label aside."),
    ("f1", "overlap"): (
        "overlap",
        "F1 of annotations paired one to one by overlap; for one label, both must have it.",
    ),
    ("f1", "arguments"): (
        "arguments",
        "F1 of arguments, attached: the events are paired and of one type, the targets are paired, "
        "the role is the same; over all arguments.",
    ),
    ("f1", "arguments_matched"): (
        "arguments of paired events",
        "F1 of role and paired target over the arguments of paired events alone.",
    ),
    ("f1", "targets_matched"): (
        "targets of paired events",
        "F1 of paired targets, role aside, over the arguments of paired events alone.",
    ),
    ("f1", "whole"): (
        "whole attribution",
        "F1 of attributions whose cue, source and content are all equal, part by part.",
    ),
    ("f1", "cue"): ("cue", "F1 of attributions with equal cue."),
    ("f1", "source"): ("source", "F1 of sources, equal in every part, of paired attributions."),
    ("f1", "content"): ("content", "F1 of contents, equal in every part, of paired attributions."),
    ("f1", "cue_overlap"): (
        "cue, by overlap",
        "As F1, a pair counting for the tokens in both over the tokens in either (at most 1); code "
        "points instead of tokens in withheld documents.",
    ),
    ("f1", "source_overlap"): ("source, by overlap", "As for the cue."),
    ("f1", "content_overlap"): ("content, by overlap", "As for the cue."),
    ("f1", "joint"): (
        "holder, target and label",
        "F1 of paired stances with the same label, holder and target.",
    ),
    ("span_alpha", "spans"): (
        "spans",
        "Krippendorff's unitized alpha |uα (Krippendorff, Mathet, Bouvry and Widlöcher 2016): "
        "marked against unmarked text in code points of the whole text, labels aside; for one "
        "label, its spans against all else. Nested spans lie on levels of their own, outermost "
        "first; disagreements are summed over levels and documents.",
    ),
    ("alpha", "type"): (
        "type",
        "Krippendorff's nominal alpha over paired annotations (mentions: on equal spans; events, "
        "attributions, stances: paired by overlap).",
    ),
    ("share", "type"): ("type", "Share of the same pairs with equal answers."),
    ("alpha", "role"): (
        "role",
        "Nominal alpha over what both gave as an argument of a paired event.",
    ),
    ("share", "role"): ("role", "Share of the same with equal roles."),
    ("share", "entity"): (
        "entity id",
        "Share of mentions on equal spans with the same entity id, where either gave one.",
    ),
    ("share", "value"): (
        "value of dates",
        "Share of DATE and TIME mentions on equal spans with the same value, where either gave "
        "one.",
    ),
    ("share", "event"): (
        "event id",
        "Share of paired events with the same registry id, where either gave one.",
    ),
    ("share", "has_…"): (
        "has one or not",
        "Share of the pairs in which both gave an id (a value), or neither did.",
    ),
    ("share", "…_both"): ("where both gave one", "Share with the same one, where both gave one."),
    ("share", "parent"): (
        "nesting",
        "Share of paired attributions nested in paired attributions, or both in none.",
    ),
    ("share", "parent_either"): (
        "nesting, where either nests",
        "The same over pairs of which at least one is nested.",
    ),
    ("share", "holder"): ("holder", "Share of paired stances with paired holders, or the author."),
    ("share", "target"): ("target", "Share of paired stances with paired targets."),
}


def about(key: Key) -> tuple[str, str]:
    """The title and the definition of a measure."""
    found = ABOUT.get((key.kind, key.name))
    if found:
        return found
    if key.kind == "share" and key.name.startswith("has_"):
        what = ABOUT["share", key.name.removeprefix("has_")][0]
        return f"{what}: given or not", ABOUT["share", "has_…"][1]
    if key.kind == "share" and key.name.endswith("_both"):
        what = ABOUT["share", key.name.removesuffix("_both")][0]
        return f"{what}, where both gave one", ABOUT["share", "…_both"][1]
    return key.name.replace("_", " "), ABOUT[key.kind, "type"][1]


def measure(documents: Sequence[Shared], rows: int, scheme: Ontology) -> list[Measure]:
    """All measures over a pair's documents; `rows` is the length of the tables of counts.

    Rows of documents that are not among `documents` stay 0. Measures come in the order of the
    layers, labels in that of the ontology.
    """
    tally = _Tally(rows)
    for item in documents:
        if "entity" in item.layers:
            _entity(tally, item)
        if "event" in item.layers:
            _event(tally, item)
        if "attribution" in item.layers:
            _attribution(tally, item)
        if "stance" in item.layers:
            _stance(tally, item)
        _answers(tally, item, scheme)
    rank = ranking(scheme)
    return sorted(tally.measures(_order(scheme)), key=lambda item: rank(item.key))


# ---------------------------------------------------------------------- coefficients
def _f1(sums: Floats) -> Floats:
    return _over(2 * sums[..., 0], sums[..., 1] + sums[..., 2])


def _share(sums: Floats) -> Floats:
    return _over(sums[..., 0], sums[..., 1])


def _over(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(whole > 0, part / whole, np.nan)
    return found


def _alpha(sums: Floats) -> Floats:
    size = round(sums.shape[-1] ** 0.5)
    return alpha.nominal(sums.reshape(*sums.shape[:-1], size, size))


#: In the order of reports.
KINDS: dict[str, Callable[[Floats], Floats]] = {
    "span_alpha": alpha.ratio,
    "alpha": _alpha,
    "f1": _f1,
    "share": _share,
}


# ---------------------------------------------------------------------- counting
class _Tally:
    """Counts by measure and document."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.counts: dict[Key, Floats] = {}
        self.answers: dict[Key, list[tuple[int, str, str]]] = {}

    def add(self, key: Key, row: int, *numbers: float) -> None:
        """Adds to one document's counts of one measure; zeros are worth adding: they say that
        it was looked for."""
        found = self.counts.get(key)
        if found is None:
            found = self.counts[key] = np.zeros((self.rows, len(numbers)))
        found[row] += numbers

    def answer(self, layer: str, name: str, row: int, a: str, b: str) -> None:
        """One pair of answers: for alpha and for the plain share."""
        self.answers.setdefault(Key(layer, "alpha", name), []).append((row, a, b))
        self.add(Key(layer, "share", name), row, a == b, 1)

    def measures(self, order: Callable[[str], tuple[int, str]]) -> list[Measure]:
        found = [Measure(key, counts) for key, counts in self.counts.items()]
        for key, answers in self.answers.items():
            used = {label for _, a, b in answers for label in (a, b)}
            labels = sorted(used, key=order)
            at = {label: place for place, label in enumerate(labels)}
            table = np.zeros((self.rows, max(1, len(labels)) ** 2))
            for row, a, b in answers:
                table[row, at[a] * len(labels) + at[b]] += 1
            found.append(Measure(key, table, tuple(labels)))
        return found


def ranking(scheme: Ontology) -> Callable[[Key], tuple[Any, ...]]:
    """Sorts measures: by layer, kind, what they are about; the whole before its labels."""
    layers, kinds = list(compare.ATTRIBUTES), list(KINDS)
    asked = [name for layer in layers for name in compare.ATTRIBUTES[layer]]
    names = list(dict.fromkeys([*asked, *(name for _, name in ABOUT)]))
    order = _order(scheme)

    def base(name: str) -> str:
        return name.removeprefix("has_").removesuffix("_both")

    return lambda key: (
        layers.index(key.layer),
        kinds.index(key.kind),
        names.index(base(key.name)),
        key.name != base(key.name),
        key.name,
        bool(key.label),
        order(key.label),
    )


def _order(scheme: Ontology) -> Callable[[str], tuple[int, str]]:
    """Sorts labels as the ontology lists them, unknown ones after them by name."""
    names = [name for layer in compare.ATTRIBUTES for name in scheme.names(layer)]
    names += [role.name for role in scheme.roles]
    names += scheme.modes()
    names += [value for attribute in scheme.attributes.values() for value in attribute.values]
    at = {name: place for place, name in reversed(list(enumerate(names)))}
    return lambda label: (at.get(label, len(names)), label)


def _labelled(
    tally: _Tally,
    item: Shared,
    layer: str,
    a: Sequence[tuple[Span, str]],
    b: Sequence[tuple[Span, str]],
    both: Iterable[tuple[tuple[Span, str], tuple[Span, str]]],
) -> None:
    """F1 and span alpha of spans with a label, for all and for each label."""
    pairs = list(both)
    equal = [x for x, y in pairs if x == y]
    same_label = [x for x, y in pairs if x[1] == y[1]]
    row, length = item.row, item.a.length
    tally.add(Key(layer, "f1", "strict"), row, len(equal), len(a), len(b))
    tally.add(Key(layer, "f1", "span"), row, sum(x[0] == y[0] for x, y in pairs), len(a), len(b))
    tally.add(Key(layer, "f1", "overlap"), row, len(pairs), len(a), len(b))
    spans = [span for span, _ in a], [span for span, _ in b]
    tally.add(Key(layer, "span_alpha", "spans"), row, *alpha.spans(*spans, length))
    for label in sorted({label for _, label in (*a, *b)}):
        ours = [span for span, name in a if name == label]
        theirs = [span for span, name in b if name == label]
        for name, matched in (("strict", equal), ("overlap", same_label)):
            number = sum(found == label for _, found in matched)
            tally.add(Key(layer, "f1", name, label), row, number, len(ours), len(theirs))
        disagreements = alpha.spans(ours, theirs, length)
        tally.add(Key(layer, "span_alpha", "spans", label), row, *disagreements)


def _entity(tally: _Tally, item: Shared) -> None:
    _labelled(
        tally,
        item,
        "entity",
        [((x.start, x.end), x.type) for x in item.a.mentions],
        [((x.start, x.end), x.type) for x in item.b.mentions],
        (
            (((x.start, x.end), x.type), ((y.start, y.end), y.type))
            for x, y in item.pairs.mentions.both
        ),
    )


def _event(tally: _Tally, item: Shared) -> None:
    _labelled(
        tally,
        item,
        "event",
        [((x.start, x.end), x.type) for x in item.a.events],
        [((x.start, x.end), x.type) for x in item.b.events],
        (
            (((x.start, x.end), x.type), ((y.start, y.end), y.type))
            for x, y in item.pairs.events.both
        ),
    )
    _arguments(tally, item)


def _arguments(tally: _Tally, item: Shared) -> None:
    def given(annotations: Annotations) -> list[str]:
        return [role for event in annotations.events for role, _ in _roles(event)]

    attached: list[str] = []
    matched = [0, 0, 0]
    targets = [0, 0, 0]
    for e, f in item.pairs.events.both:
        ours = _roles(e)
        theirs = _roles(f)
        # A target that is paired with nothing cannot be met by the other's.
        ids = item.pairs.ids
        found = {(role, ids[target]) for role, target in ours if target in ids} & theirs
        matched = [matched[0] + len(found), matched[1] + len(ours), matched[2] + len(theirs)]
        aims = {target for _, target in ours}, {target for _, target in theirs}
        common = {ids[target] for target in aims[0] if target in ids} & aims[1]
        targets = [targets[0] + len(common), targets[1] + len(aims[0]), targets[2] + len(aims[1])]
        if e.type == f.type:
            attached += [role for role, _ in found]
    first, second = given(item.a), given(item.b)
    row = item.row
    tally.add(Key("event", "f1", "arguments"), row, len(attached), len(first), len(second))
    tally.add(Key("event", "f1", "arguments_matched"), row, *matched)
    tally.add(Key("event", "f1", "targets_matched"), row, *targets)
    for role in sorted({*first, *second}):
        numbers = [roles.count(role) for roles in (attached, first, second)]
        tally.add(Key("event", "f1", "arguments", role), row, *numbers)


def _roles(event: Event) -> set[tuple[str, str]]:
    return {(argument.role, argument.target) for argument in event.arguments}


def _attribution(tally: _Tally, item: Shared) -> None:
    row, length = item.row, item.a.length
    pairs = item.pairs.attributions.both
    units = _Units(item.text)
    numbers = len(item.a.attributions), len(item.b.attributions)
    whole = sum(all(_parts(x, name) == _parts(y, name) for name, _ in PARTS) for x, y in pairs)
    tally.add(Key("attribution", "f1", "whole"), row, whole, *numbers)
    # Pairs are paired by their cues, so that this is the F1 of cues that overlap at all.
    tally.add(Key("attribution", "f1", "overlap"), row, len(pairs), *numbers)
    pooled = np.zeros(3)
    for name, label in PARTS:
        having = [
            sum(bool(_parts(x, name)) for x in side)
            for side in (item.a.attributions, item.b.attributions)
        ]
        both = [(_parts(x, name), _parts(y, name)) for x, y in pairs]
        both = [(x, y) for x, y in both if x and y]
        equal = sum(x == y for x, y in both)
        tally.add(Key("attribution", "f1", name), row, equal, *having)
        overlap = sum(units.overlap(x, y) for x, y in both)
        tally.add(Key("attribution", "f1", f"{name}_overlap"), row, overlap, *having)
        # One region may be the source of several cues: text is marked once all the same.
        ours, theirs = (
            sorted({span for x in side for span in _parts(x, name)})
            for side in (item.a.attributions, item.b.attributions)
        )
        disagreements = alpha.spans(ours, theirs, length)
        tally.add(Key("attribution", "span_alpha", "spans", label), row, *disagreements)
        pooled += disagreements
    tally.add(Key("attribution", "span_alpha", "spans"), row, *pooled)
    same = either = 0
    for x, y in pairs:
        equal_parent = _answers_to(item.pairs.ids, x.parent, y.parent)
        same += equal_parent
        if x.parent is not None or y.parent is not None:
            either += 1
            tally.add(Key("attribution", "share", "parent_either"), row, equal_parent, 1)
    tally.add(Key("attribution", "share", "parent"), row, same, len(pairs))
    if not either:
        tally.add(Key("attribution", "share", "parent_either"), row, 0, 0)


def _stance(tally: _Tally, item: Shared) -> None:
    pairs = item.pairs.stances.both
    _labelled(
        tally,
        item,
        "stance",
        [((x.start, x.end), x.label) for x in item.a.stances],
        [((x.start, x.end), x.label) for x in item.b.stances],
        ((((x.start, x.end), x.label), ((y.start, y.end), y.label)) for x, y in pairs),
    )
    ids, row = item.pairs.ids, item.row
    holders = [_answers_to(ids, x.holder, y.holder) for x, y in pairs]
    targets = [_answers_to(ids, x.target, y.target) for x, y in pairs]
    joint = sum(
        x.label == y.label and holder and target
        for (x, y), holder, target in zip(pairs, holders, targets, strict=True)
    )
    tally.add(Key("stance", "share", "holder"), row, sum(holders), len(pairs))
    tally.add(Key("stance", "share", "target"), row, sum(targets), len(pairs))
    numbers = len(item.a.stances), len(item.b.stances)
    tally.add(Key("stance", "f1", "joint"), row, joint, *numbers)


def _answers(tally: _Tally, item: Shared, scheme: Ontology) -> None:
    """Closed questions, roles, ids and values."""
    for layer in item.layers:
        for name in compare.ATTRIBUTES[layer]:
            tally.answers.setdefault(Key(layer, "alpha", name), [])
            tally.add(Key(layer, "share", name), item.row, 0, 0)
    for found in compare.labels(item, scheme):
        tally.answer(found.layer, found.name, item.row, found.a, found.b)
    if "event" in item.layers:
        tally.answers.setdefault(Key("event", "alpha", "role"), [])
        tally.add(Key("event", "share", "role"), item.row, 0, 0)
    for found in compare.roles(item):
        tally.answer("event", "role", item.row, found.a, found.b)
    for layer, name in (("entity", "entity"), ("entity", "value"), ("event", "event")):
        if layer in item.layers:
            for full in (name, f"has_{name}", f"{name}_both"):
                tally.add(Key(layer, "share", full), item.row, 0, 0)
    for found in compare.identities(item, scheme):
        given = (found.a != NOTHING) + (found.b != NOTHING)
        layer, name, row = found.layer, found.name, item.row
        tally.add(Key(layer, "share", f"has_{name}"), row, given != 1, 1)
        if given:
            tally.add(Key(layer, "share", name), row, found.equal, 1)
        if given == 2:
            tally.add(Key(layer, "share", f"{name}_both"), row, found.equal, 1)


def _answers_to(ids: dict[str, str], a: str | None, b: str | None) -> bool:
    """Whether what `a` and `b` name is paired, or both name nothing."""
    return b is None if a is None else ids.get(a) == b and b is not None


def _parts(item: Attribution, name: str) -> list[Span]:
    parts: list[Span] = sorted(getattr(item, name))
    return parts


class _Units:
    """What overlaps are counted in: tokens, or code points where the text is withheld.

    It goes by the document's status, not by whether somebody has its text at hand: a figure must
    not depend on whose machine made it.
    """

    def __init__(self, text: str | None) -> None:
        self.of_place: NDArray[np.int64] | None = None
        if text is not None:
            _, starts, ends = tokens(text)
            places = np.full(len(text), -1, dtype=np.int64)
            for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
                places[start:end] = at
            self.of_place = places

    def overlap(self, a: Sequence[Span], b: Sequence[Span]) -> float:
        """Units in both over units in either: 0 to 1."""
        ours, theirs = self._set(a), self._set(b)
        either = ours | theirs
        return len(ours & theirs) / len(either) if either else 0.0

    def _set(self, parts: Sequence[Span]) -> set[int]:
        found: set[int] = set()
        for start, end in merged(parts):
            if self.of_place is None:
                found.update(range(start, end))
            else:
                found.update(self.of_place[start:end].tolist())
        return found - {-1}
