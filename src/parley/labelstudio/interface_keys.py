"""The keys of the labelling interface: one meaning each, whatever layers the screen asks for.

Label Studio gives a free key to every label and answer that has none, shown or not. The key of an
answer works on any region that is selected, so that a slip would leave an event's polarity on a
name, out of sight. So labels have keys and answers have none: what shall have none shares a key
that keyboards do not have.
"""

from parley.ontology import LAYERS, Ontology

#: Letters for event types, by row of the keyboard. Not among them: `u`, with which Label Studio
#: unselects a region, and the letters that attribution and stance have.
EVENT_KEYS = "qwertyiopghjklzxcvb"
#: For entity types that the ontology gives no key: with shift, so that they stand apart.
MORE_ENTITY_KEYS = tuple(f"shift+{digit}" for digit in "1234567890")
#: A key for what shall have none.
NO_KEY = "f19"


def label_keys(ontology: Ontology, layer: str) -> dict[str, str]:
    """Label -> its key, for every label of `layer`."""
    spare = iter(EVENT_KEYS if layer == "event" else MORE_ENTITY_KEYS)
    return {label.name: label.hotkey or next(spare, NO_KEY) for label in ontology.labels(layer)}


def all_keys(ontology: Ontology) -> list[str]:
    """Every key with a meaning, as often as it has one."""
    keys = [key for layer in LAYERS for key in label_keys(ontology, layer).values()]
    return [key for key in keys if key != NO_KEY]
