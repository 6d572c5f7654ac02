"""What annotators made of pre-annotations: kept, changed, deleted, added.

Both sides are annotations of one document. An annotation is matched to at most one of the other
side, the best fit first: the same in all, the same span and label, the same span, the same label on
an overlapping span. Ids play no part: saving in a browser may change them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from parley.document import Annotations, Span
from parley.ontology import LAYERS, Ontology

#: What may have become of a pre-annotation, and `added` for what had none.
FATES = ("kept", "span", "label", "attributes", "deleted", "added")


@dataclass(slots=True)
class Counts:
    """How many annotations met which fate.

    `span`, `label` and `attributes` are changed ones, counted by their gravest change in that
    order of precedence: label, span, attributes.
    """

    kept: int = 0
    span: int = 0
    label: int = 0
    attributes: int = 0
    deleted: int = 0
    added: int = 0

    @property
    def before(self) -> int:
        """How many there were before the annotator."""
        return self.kept + self.span + self.label + self.attributes + self.deleted

    @property
    def after(self) -> int:
        """How many there are after."""
        return self.kept + self.span + self.label + self.attributes + self.added

    @property
    def survived(self) -> float | None:
        """Share of the pre-annotations that were kept as they were; None where there were none."""
        return self.kept / self.before if self.before else None

    @property
    def reused(self) -> float | None:
        """Share of the final annotations that were there from the start; None where none are."""
        return self.kept / self.after if self.after else None

    def as_dict(self) -> dict[str, Any]:
        """The counts and shares, for a report."""
        return {
            **{fate: getattr(self, fate) for fate in FATES},
            "before": self.before,
            "after": self.after,
            "survived": self.survived,
            "reused": self.reused,
        }

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, fate) + getattr(other, fate) for fate in FATES))


@dataclass(slots=True)
class Comparison:
    """Counts by layer, then by label.

    The label of a mention or event is its type, of an attribution its kind, of a stance FAVOR,
    AGAINST or NONE. What was matched is counted under the label it had before, what was added
    under its own.
    """

    labels: dict[str, dict[str, Counts]] = field(default_factory=dict)

    def layer(self, name: str) -> Counts:
        """The sum over a layer's labels."""
        return sum(self.labels.get(name, {}).values(), Counts())

    @property
    def total(self) -> Counts:
        """The sum over all layers."""
        return sum((self.layer(name) for name in self.labels), Counts())

    def __add__(self, other: "Comparison") -> "Comparison":
        out = Comparison()
        for side in (self, other):
            for layer, labels in side.labels.items():
                into = out.labels.setdefault(layer, {})
                for label, counts in labels.items():
                    into[label] = into.get(label, Counts()) + counts
        return out

    def as_dict(self) -> dict[str, Any]:
        """Totals, layers and labels, in a stable order."""
        return {
            "total": self.total.as_dict(),
            "layers": {
                layer: {
                    **self.layer(layer).as_dict(),
                    "labels": {
                        label: counts.as_dict()
                        for label, counts in sorted(self.labels[layer].items())
                    },
                }
                for layer in LAYERS
                if layer in self.labels
            },
        }


class _Item(NamedTuple):
    """One annotation without its id: where, what, and everything else about it."""

    spans: tuple[Span, ...]
    label: str
    rest: tuple[Any, ...]


def compare(before: Annotations, after: Annotations) -> Comparison:
    """What became of `before` in `after`, two annotations of the same text.

    Raises `ValueError` where their texts differ. Layers are those that either side has items of, or
    names in `layers`.
    """
    if before.sha256 != after.sha256:
        raise ValueError(f"{before.doc_id}: the annotations are of two different texts")
    out = Comparison()
    old, new = _items(before), _items(after)
    for layer in LAYERS:
        if old[layer] or new[layer]:
            out.labels[layer] = _layer(old[layer], new[layer])
    return out


def _items(found: Annotations) -> dict[str, list[_Item]]:
    spans: dict[str, Span] = {item.id: (item.start, item.end) for item in found.mentions}
    spans |= {item.id: (item.start, item.end) for item in found.events}
    return {
        "entity": [
            _Item(
                ((item.start, item.end),),
                item.type,
                (item.mention_type, item.entity, item.value),
            )
            for item in found.mentions
        ],
        "event": [
            _Item(
                ((item.start, item.end),),
                item.type,
                (
                    item.mode,
                    item.polarity,
                    item.modality,
                    item.tense,
                    item.event,
                    tuple(
                        sorted(
                            (arg.role, spans.get(arg.target, (-1, -1))) for arg in item.arguments
                        )
                    ),
                ),
            )
            for item in found.events
        ],
        "attribution": [
            _Item(
                (
                    *sorted(item.cue),
                    (-1, -1),
                    *sorted(item.source),
                    (-1, -1),
                    *sorted(item.content),
                ),
                item.kind,
                (item.style, item.source_kind),
            )
            for item in found.attributions
        ],
        "stance": [
            _Item(
                ((item.start, item.end),),
                item.label,
                (spans.get(item.holder) if item.holder else None, spans.get(item.target)),
            )
            for item in found.stances
        ],
    }


def _layer(old: Sequence[_Item], new: Sequence[_Item]) -> dict[str, Counts]:
    counts: dict[str, Counts] = {}

    def enter(label: str, fate: str) -> None:
        row = counts.setdefault(label, Counts())
        setattr(row, fate, getattr(row, fate) + 1)

    left_old, left_new = list(old), list(new)
    for fate, key in (
        ("kept", lambda item: item),
        ("attributes", lambda item: (item.spans, item.label)),
        ("label", lambda item: item.spans),
    ):
        # Equal keys pair off one to one: a hash join, not a search.
        there: Counter[Any] = Counter(key(item) for item in left_new)
        stay = []
        for item in left_old:
            if there[key(item)] > 0:
                there[key(item)] -= 1
                enter(item.label, fate)
            else:
                stay.append(item)
        left_old, rest = stay, []
        for item in left_new:
            # What is left in `there` found no partner.
            if there[key(item)] > 0:
                there[key(item)] -= 1
                rest.append(item)
        left_new = rest
    left_old = _moved(left_old, left_new, enter)
    for item in left_old:
        enter(item.label, "deleted")
    for item in left_new:
        enter(item.label, "added")
    return counts


def _moved(old: Sequence[_Item], new: list[_Item], enter: Any) -> list[_Item]:
    """Pairs of one label on overlapping spans, the largest overlap first; removes them from `new`
    and returns what is left of `old`."""
    pairs = sorted(
        (
            (-shared, one.spans, other.spans, number, index)
            for number, one in enumerate(old)
            for index, other in enumerate(new)
            if one.label == other.label and (shared := _overlap(one.spans[0], other.spans[0])) > 0
        ),
    )
    gone_old: set[int] = set()
    gone_new: set[int] = set()
    for _, _, _, number, index in pairs:
        if number not in gone_old and index not in gone_new:
            gone_old.add(number)
            gone_new.add(index)
            enter(old[number].label, "span")
    new[:] = [item for index, item in enumerate(new) if index not in gone_new]
    return [item for number, item in enumerate(old) if number not in gone_old]


def _overlap(one: Span, other: Span) -> int:
    return min(one[1], other[1]) - max(one[0], other[0])


def from_results(
    results: list[Any], text: str, ontology: Ontology, doc_id: str = "document"
) -> Annotations:
    """The annotations of a Label Studio `result` list, read as an export of it would be.

    Faulty results are left out, as ingest leaves them out.
    """
    from parley import json_io
    from parley.document import digest
    from parley.labelstudio import ingest

    annotation = {"id": 1, "completed_by": 1, "was_cancelled": False, "result": results}
    task = {"id": 1, "data": {"doc_id": doc_id, "text": text}, "annotations": [annotation]}
    done = ingest.read(json_io.dumps([task]), "results", ontology)
    empty = Annotations(doc_id, digest(text), len(text), ())
    return done.annotations.get(doc_id, empty)
