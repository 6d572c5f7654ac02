"""What two annotators said of the same thing, value against value.

The same comparisons feed the coefficients and the list of confusions, so that the two never speak
of different things.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parley.document import Annotations, Event, Mention, Span
from parley.ontology import Ontology
from parley.pairing import Alignment, align

#: How a missing value is shown in tables.
NOTHING = "(none)"
#: The attributes whose values are labels, by layer.
ATTRIBUTES = {
    "entity": ("type", "mention_type"),
    "event": ("type", "mode", "polarity", "modality", "tense"),
    "attribution": ("style", "kind", "source_kind"),
    "stance": ("label",),
}
#: The parts of an attribution: the field and what the ontology calls it.
PARTS = (("cue", "Cue"), ("source", "Source"), ("content", "Content"))


@dataclass(frozen=True, slots=True)
class Shared:
    """One document that both of a pair annotated: the two annotations, aligned."""

    row: int
    doc_id: str
    a: Annotations
    b: Annotations
    layers: tuple[str, ...]
    text: str | None
    pairs: Alignment


@dataclass(frozen=True, slots=True)
class Compared:
    """Two values of one question (`name`) about one paired annotation, and where each has it."""

    layer: str
    name: str
    a: str
    b: str
    parts_a: Sequence[Span]
    parts_b: Sequence[Span]

    @property
    def equal(self) -> bool:
        """Whether the two gave the same answer."""
        return self.a == self.b


def shared(
    row: int,
    a: Annotations,
    b: Annotations,
    layers: tuple[str, ...],
    text: str | None,
) -> Shared:
    """Aligns one document; `row` is its place in the tables of counts."""
    return Shared(row, a.doc_id, a, b, layers, text, align(a, b))


def same_span(item: Mention | Event, other: Mention | Event) -> bool:
    """Whether two annotations stand on the same characters."""
    return item.start == other.start and item.end == other.end


def labels(found: Shared, scheme: Ontology) -> Iterator[Compared]:
    """Answers to closed questions.

    Of mentions on exactly the same span; of events, attributions and stances that are paired, which
    is to say whose triggers, cues or expressions overlap. Modes only where the types are equal and
    the type has modes: they are answers to different questions otherwise.
    """
    if "entity" in found.layers:
        for x, y in found.pairs.mentions.both:
            if same_span(x, y):
                for name in ATTRIBUTES["entity"]:
                    yield _compared("entity", name, x, y)
    if "event" in found.layers:
        for e, f in found.pairs.events.both:
            for name in ATTRIBUTES["event"]:
                if name != "mode" or (e.type == f.type and scheme.modes_of(e.type)):
                    yield _compared("event", name, e, f)
    if "attribution" in found.layers:
        for said, told in found.pairs.attributions.both:
            for name in ATTRIBUTES["attribution"]:
                yield Compared(
                    "attribution",
                    name,
                    getattr(said, name),
                    getattr(told, name),
                    said.cue,
                    told.cue,
                )
    if "stance" in found.layers:
        for s, t in found.pairs.stances.both:
            yield Compared(
                "stance", "label", s.label, t.label, [(s.start, s.end)], [(t.start, t.end)]
            )


def identities(found: Shared, scheme: Ontology) -> Iterator[Compared]:
    """Ids and values that are looked up or worked out: `entity`, `value`, `event`.

    `entity` of mentions on the same span, `value` where both have it as a type that takes one
    (DATE, TIME), `event` of paired events. A missing one is `NOTHING`.
    """
    valued = {label.name for label in scheme.entity if label.value}
    if "entity" in found.layers:
        for x, y in found.pairs.mentions.both:
            if not same_span(x, y):
                continue
            if x.type in valued and y.type in valued:
                yield _compared("entity", "value", x, y)
            else:
                yield _compared("entity", "entity", x, y)
    if "event" in found.layers:
        for e, f in found.pairs.events.both:
            yield _compared("event", "event", e, f)


def roles(found: Shared) -> Iterator[Compared]:
    """Roles of what both gave as an argument of a paired event.

    Where one of them gave it several roles, equal ones are taken out first and the rest compared in
    order of their names.
    """
    if "event" not in found.layers:
        return
    place = places(found.b)
    for e, f in found.pairs.events.both:
        ours: dict[str, set[str]] = {}
        theirs: dict[str, set[str]] = {}
        for argument in e.arguments:
            if argument.target in found.pairs.ids:
                ours.setdefault(found.pairs.ids[argument.target], set()).add(argument.role)
        for argument in f.arguments:
            theirs.setdefault(argument.target, set()).add(argument.role)
        for target in sorted(ours.keys() & theirs.keys()):
            equal = ours[target] & theirs[target]
            rest = zip(sorted(ours[target] - equal), sorted(theirs[target] - equal), strict=False)
            where = place.get(target, (f.start, f.end))
            for role, other in [*((name, name) for name in sorted(equal)), *rest]:
                yield Compared(
                    "event",
                    "role",
                    role,
                    other,
                    [(e.start, e.end), where],
                    [(f.start, f.end), where],
                )


def places(annotations: Annotations) -> dict[str, Span]:
    """Where each mention and event stands, by id."""
    found = {item.id: (item.start, item.end) for item in annotations.mentions}
    return found | {event.id: (event.start, event.end) for event in annotations.events}


def _compared(layer: str, name: str, x: Mention | Event, y: Mention | Event) -> Compared:
    return Compared(
        layer,
        name,
        getattr(x, name) or NOTHING,
        getattr(y, name) or NOTHING,
        [(x.start, x.end)],
        [(y.start, y.end)],
    )
