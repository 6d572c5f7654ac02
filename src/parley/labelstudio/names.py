"""What Label Studio calls things: the controls of the interface and the labels of relations.

The interface, the results that we write and the exports that we read all take their names from
here, and the labels themselves from the ontology.
"""

#: Attribute of the ontology -> the per-region Choices control that asks for it.
CHOICE_CONTROLS = {
    "mention_type": "mention_type",
    "polarity": "polarity",
    "modality": "modality",
    "tense": "tense",
    "style": "style",
    "kind": "kind",
    "source_kind": "source_kind",
    "label": "stance_label",
}
#: The event's mode: a Choices control too, but its values depend on the event's type.
MODE_CONTROL = "mode"
#: Free-text controls -> (layer, field of the annotation).
TEXT_CONTROLS = {
    "entity_id": ("entity", "entity"),
    "value": ("entity", "value"),
    "event_id": ("event", "event"),
}
#: What the list beside a typed id is called: the two ask the same question.
_PICKED = "_listed"


def picked(control: str) -> str:
    """The control that offers ids for `control` from a list."""
    return control + _PICKED


def asked(control: object) -> object:
    """The control that a list stands for; any other name as it is."""
    if isinstance(control, str) and control.endswith(_PICKED):
        whole = control.removesuffix(_PICKED)
        return whole if whole in TEXT_CONTROLS else control
    return control


#: Document-level controls: which layers were worked on, and a note to the curator.
LAYERS_CONTROL = "layers"
NOTE_CONTROL = "note"

#: The text object, and the one type of region.
TEXT = "text"
REGION = "labels"

#: Layer whose links a relation label's prefix names.
PREFIXES = {"arg": "event", "attr": "attribution", "stance": "stance"}


def relation(layer: str, name: str) -> str:
    """The relation label for a role or link: `arg:actor`, `attr:source`, `stance:target`."""
    prefix = next(prefix for prefix, owner in PREFIXES.items() if owner == layer)
    return f"{prefix}:{name}"
