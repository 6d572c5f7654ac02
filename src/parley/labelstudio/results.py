"""Annotations as Label Studio results: what a task's annotation or prediction holds.

The inverse of reading an export (`parley.labelstudio.ingest`): results made here and read back give
the same annotations.
"""

from collections.abc import Collection, Mapping
from typing import Any

from parley.document import Annotations, Attribution, Span
from parley.labelstudio import names
from parley.ontology import Ontology


def results(
    annotations: Annotations,
    text: str,
    ontology: Ontology,
    offered: Mapping[str, Collection[str]] | None = None,
) -> list[dict[str, Any]]:
    """The `result` list for `annotations`, on the canonical `text`.

    `offered` holds, by control, the ids that the screen offers in a list: one of these is answered
    there, any other where ids are typed.

    Regions come first, each followed by its answers, then relations, then the document's own
    answers. An attribution's regions are named after it: `a1` its first cue, `a1-s1` a source part,
    `a1-c1` a content part, `a1-k2` a further cue part. Attributes at their default are left out.
    """
    out = _Writer(text, ontology, offered or {})
    for mention in annotations.mentions:
        out.region(mention.id, "entity", (mention.start, mention.end), mention.type)
        out.attribute(mention.id, "mention_type", mention.mention_type)
        out.words(mention.id, "entity_id", mention.entity)
        out.words(mention.id, "value", mention.value)
    for event in annotations.events:
        out.region(event.id, "event", (event.start, event.end), event.type)
        for name in ("polarity", "modality", "tense"):
            out.attribute(event.id, name, getattr(event, name))
        out.choice(event.id, names.MODE_CONTROL, event.mode)
        out.words(event.id, "event_id", event.event)
        for argument in event.arguments:
            out.relation(event.id, argument.target, names.relation("event", argument.role))
    for item in annotations.attributions:
        _attribution(out, item)
    for stance in annotations.stances:
        label = ontology.names("stance")[0]
        out.region(stance.id, "stance", (stance.start, stance.end), label)
        out.attribute(stance.id, "label", stance.label)
        if stance.holder:
            out.relation(stance.id, stance.holder, names.relation("stance", "holder"))
        out.relation(stance.id, stance.target, names.relation("stance", "target"))
    return out.all(annotations.layers)


def _attribution(out: "_Writer", item: Attribution) -> None:
    out.region(item.id, "attribution", item.cue[0], "Cue")
    for name in ("style", "kind", "source_kind"):
        out.attribute(item.id, name, getattr(item, name))
    parts = (
        ("k", "Cue", "cue", item.cue[1:], 2),
        ("s", "Source", "source", item.source, 1),
        ("c", "Content", "content", item.content, 1),
    )
    for letter, label, link, spans, first in parts:
        for number, span in enumerate(spans, start=first):
            part = f"{item.id}-{letter}{number}"
            out.region(part, "attribution", span, label)
            out.relation(item.id, part, names.relation("attribution", link))


class _Writer:
    def __init__(
        self, text: str, ontology: Ontology, offered: Mapping[str, Collection[str]]
    ) -> None:
        self.text = text
        self.ontology = ontology
        self.offered = offered
        self.regions: list[dict[str, Any]] = []
        self.relations: dict[tuple[str, str], dict[str, Any]] = {}
        self.spans: dict[str, Span] = {}

    def region(self, item: str, layer: str, span: Span, label: str) -> None:
        self.spans[item] = span
        self.regions.append(
            {
                "id": item,
                "from_name": layer,
                "to_name": names.TEXT,
                "type": names.REGION,
                "value": {**self._value(item), names.REGION: [label]},
            }
        )

    def _value(self, item: str) -> dict[str, Any]:
        start, end = self.spans[item]
        return {"start": start, "end": end, "text": self.text[start:end]}

    def attribute(self, item: str, name: str, value: str) -> None:
        if value != self.ontology.attributes[name].default:
            self.choice(item, names.CHOICE_CONTROLS[name], value)

    def choice(self, item: str, control: str, value: str | None) -> None:
        if value is not None:
            self._answer(item, control, "choices", [value])

    def words(self, item: str, control: str, value: str | None) -> None:
        if value is None:
            return
        if value in self.offered.get(control, ()):
            self._answer(item, names.picked(control), "taxonomy", [[value]])
        else:
            self._answer(item, control, "textarea", [value])

    def _answer(self, item: str, control: str, kind: str, value: list[Any]) -> None:
        start, end = self.spans[item]
        key = "text" if kind == "textarea" else kind
        self.regions.append(
            {
                "id": item,
                "from_name": control,
                "to_name": names.TEXT,
                "type": kind,
                "value": {"start": start, "end": end, key: value},
            }
        )

    def relation(self, first: str, second: str, label: str) -> None:
        # The server keeps one relation for an ordered pair: several roles share it.
        found = self.relations.setdefault(
            (first, second),
            {
                "type": "relation",
                "from_id": first,
                "to_id": second,
                "direction": "right",
                "labels": [],
            },
        )
        if label not in found["labels"]:
            found["labels"].append(label)

    def all(self, layers: tuple[str, ...]) -> list[dict[str, Any]]:
        done = {
            "id": names.LAYERS_CONTROL,
            "from_name": names.LAYERS_CONTROL,
            "to_name": names.TEXT,
            "type": "choices",
            "value": {"choices": list(layers)},
        }
        return [*self.regions, *self.relations.values(), *([done] if layers else [])]
