"""Which controls a labelling interface has, and results cut down to them.

A project may show some layers only, or call its text otherwise. Label Studio takes a prediction
with a control or label that its interface lacks, and its page then breaks: so nothing is answered
that was not asked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

from parley.document import Annotations
from parley.incidents import stop
from parley.labelstudio import names
from parley.labelstudio.interface import OTHER, interface
from parley.labelstudio.results import results
from parley.ontology import LAYERS, Ontology

#: Characters of an interface; the full one has 12,000.
LONGEST = 400_000
_VALUES = {"Labels": "Label", "Choices": "Choice"}


@dataclass(frozen=True, slots=True)
class Control:
    """A control: the object it writes on, and its values (None: free text)."""

    to_name: str
    values: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Interface:
    """What can be answered: controls by name, relation labels, and the data key of the text."""

    controls: dict[str, Control]
    relations: frozenset[str]
    text_name: str
    text_key: str

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that have a control of their own."""
        return tuple(layer for layer in LAYERS if layer in self.controls)


def parse(config: str) -> Interface:
    """The controls of a label config. Raises `IncidentError` (A024) where it cannot be read, or has
    no Text object."""
    # A declaration is never needed, and is how a small file is made to expand without end.
    if len(config) > LONGEST or re.search(r"<!(?:DOCTYPE|ENTITY)", config, re.IGNORECASE):
        raise stop("A024", "label_config", "too long, or holds a declaration")
    try:
        root = ElementTree.fromstring(config)
    except (ElementTree.ParseError, ValueError) as error:
        raise stop("A024", "label_config", f"not XML: {error}") from None
    texts = [item for item in root.iter("Text") if item.get("name") and item.get("value")]
    # Of several texts, the one that carries our name, else the first.
    texts.sort(key=lambda item: item.get("name") != names.TEXT)
    if not texts:
        raise stop(
            "A024", "label_config", "no <Text> to annotate", expected="<Text name=… value=$…/>"
        )
    text_name = texts[0].get("name", "")
    # Layers that are not worked on keep their controls, but are not asked about.
    resting = {
        item for view in root.iter("View") if view.get("className") == OTHER for item in view.iter()
    }
    controls = {}
    for item in root.iter():
        if item in resting:
            continue
        name, to_name = item.get("name"), item.get("toName")
        if not name or to_name != text_name or item.tag not in (*_VALUES, "TextArea"):
            continue
        values = None
        if item.tag in _VALUES:
            values = frozenset(
                value for child in item.iter(_VALUES[item.tag]) if (value := child.get("value"))
            )
        controls[name] = Control(to_name, values)
    told = [item.get("value", "") for item in root.iter("Relation")]
    relations = frozenset(
        value
        for value in told
        if value and names.PREFIXES.get(value.partition(":")[0], "") in ("", *controls)
    )
    return Interface(controls, relations, text_name, texts[0].get("value", "").removeprefix("$"))


def full(ontology: Ontology) -> Interface:
    """The interface made from the ontology, with every layer."""
    return parse(interface(ontology))


def answer(
    annotations: Annotations, text: str, ontology: Ontology, asked: Interface | None = None
) -> list[dict[str, Any]]:
    """The `result` list of a prediction: what `asked` has controls for (default: everything).

    The document's own answer, which layers were worked on, is left to the annotator: an untouched
    pre-annotation must not pass for one.
    """
    made = results(replace(annotations, layers=()), text, ontology)
    return made if asked is None else _fitting(made, asked)


def _fitting(made: Sequence[dict[str, Any]], asked: Interface) -> list[dict[str, Any]]:
    regions: set[str] = set()
    out = []
    for item in made:
        if item["type"] == "relation":
            continue
        control = asked.controls.get(item["from_name"])
        if control is None:
            continue
        kind = "text" if item["type"] == "textarea" else item["type"]
        if control.values is not None and not set(item["value"][kind]) <= control.values:
            continue
        if item["type"] == names.REGION:
            regions.add(item["id"])
        elif item["id"] not in regions:
            continue  # an answer about a region that is not there
        out.append({**item, "to_name": control.to_name})
    for item in made:
        if item["type"] == "relation" and {item["from_id"], item["to_id"]} <= regions:
            labels = [label for label in item["labels"] if label in asked.relations]
            if labels:
                out.append({**item, "labels": labels})
    return out
