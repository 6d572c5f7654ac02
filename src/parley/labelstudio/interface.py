"""The labelling interface, made from the ontology."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from parley.labelstudio import names
from parley.labelstudio.interface_keys import NO_KEY, label_keys
from parley.labelstudio.interface_style import style
from parley.ontology import LAYERS, Attribute, Label, Ontology

TITLES = {
    "entity": "Entities",
    "event": "Events",
    "attribution": "Attribution",
    "stance": "Stance",
}
FAMILY_COLORS = {"cooperation": "#3f8fc5", "conflict": "#d1495b", "extension": "#8a817c"}
ROLE_COLORS = {"event": "#d1495b", "attribution": "#2f7d32", "stance": "#d6337c"}
#: The class of what belongs to layers that are not worked on.
OTHER = "pl-other"

#: Ids that the screen offers, by the control that asks for one: (id, name) in reading order.
Registry = Mapping[str, Sequence[tuple[str, str]]]


def interface(
    ontology: Ontology, layers: Sequence[str] = LAYERS, registry: Registry | None = None
) -> str:
    """Label Studio XML to work on `layers`; the same input gives the same bytes.

    The other layers keep their labels, small and grey, and their controls, so that regions of an
    earlier pass stay in sight and nothing of them is lost on saving. With a `registry` (of
    `parley.labelstudio.offered`), ids are picked from a list that can be searched; an id that is
    not on it can still be typed. Without, they are typed.
    """
    offered = registry or {}
    others = [layer for layer in LAYERS if layer not in layers]
    out = [
        "<View>",
        "  <!-- Made by `python scripts/refresh.py` from schema/ontology.toml; do not edit. -->",
        f"  <Style>{escape(style(ontology, ontology.modes()))}  </Style>",
        '  <View className="pl-desk">',
        '    <View className="pl-side">',
        *(line for layer in layers for line in _labels(ontology, layer)),
        *_others(ontology, others),
        "    </View>",
        '    <View className="pl-read">',
        # Labels in the text are the style's: only where a colour does not tell them.
        f'      <Text name="{names.TEXT}" value="$text" granularity="symbol" showLabels="true"/>',
        "    </View>",
        "  </View>",
        "  <Relations>",
        *_relations(ontology, [*layers, *others]),
        "  </Relations>",
        '  <View className="pl-end">',
        *_choices_of(names.LAYERS_CONTROL, LAYERS, 'choice="multiple" showInline="true"'),
        f'    <TextArea name="{names.NOTE_CONTROL}" toName="{names.TEXT}" rows="2" '
        'maxSubmissions="1" placeholder="Note to the curator"/>',
        "  </View>",
        '  <View className="pl-ask">',
        *(line for layer in layers for line in _questions(ontology, layer, offered)),
        # Controls of the other layers, never shown: without them a save would drop the answers.
        f'    <View className="{OTHER}" style="display: none">',
        *(line for layer in others for line in _questions(ontology, layer, offered, asked=False)),
        "    </View>",
        "  </View>",
        "</View>",
    ]
    return "\n".join(out) + "\n"


def _others(ontology: Ontology, layers: Sequence[str]) -> list[str]:
    """The labels of layers that this screen does not ask for: without them, a save would turn
    their regions into others."""
    if not layers:
        return []
    labels = [line for layer in layers for line in _labels(ontology, layer, keys=False)]
    return [f'      <View className="{OTHER}">', *labels, "      </View>"]


def _labels(ontology: Ontology, layer: str, *, keys: bool = True) -> list[str]:
    found = label_keys(ontology, layer) if keys else {}
    families: dict[str, list[str]] = {}
    for label in ontology.labels(layer):
        line = _label(label, found.get(label.name, NO_KEY))
        families.setdefault(label.family, []).append(line)
    return [
        f'      <Header value="{TITLES[layer]}" size="6"/>',
        f'      <Labels name="{layer}" toName="{names.TEXT}" showInline="true">',
        *(
            line
            for family in families.values()
            for line in ('        <View className="pl-family">', *family, "        </View>")
        ),
        "      </Labels>",
    ]


def _label(label: Label, key: str) -> str:
    color = label.color or FAMILY_COLORS.get(label.family, "#777777")
    return (
        f"          <Label value={quoteattr(label.name)} background={quoteattr(color)} "
        f"hotkey={quoteattr(key)} hint={quoteattr(label.definition)}/>"
    )


def _relations(ontology: Ontology, layers: Sequence[str]) -> list[str]:
    """Every relation label, those of the first of `layers` first: an unknown one would be lost."""
    links = {
        "event": ontology.roles,
        "attribution": ontology.links,
        "stance": ontology.stance_links,
    }
    return [
        f"    <Relation value={quoteattr(names.relation(layer, role.name))} "
        f'background="{ROLE_COLORS[layer]}"/>'
        for layer in layers
        for role in links.get(layer, ())
    ]


def _questions(
    ontology: Ontology, layer: str, offered: Registry, *, asked: bool = True
) -> list[str]:
    """The controls of a layer's attributes; shown where a region of it is selected."""
    labels = ["Cue"] if layer == "attribution" else list(ontology.names(layer))
    out = [f'    <View className="pl-row" {_when(layer, labels)}>']
    for name, control in names.CHOICE_CONTROLS.items():
        attribute = ontology.attributes[name]
        if attribute.layer == layer:
            out += _question(
                name,
                "stance" if name == "label" else name.replace("_", " "),
                _choices(attribute, control, labels, asked),
            )
    if layer == "event":
        out += _modes(ontology)
    for control, (owner, field) in names.TEXT_CONTROLS.items():
        if owner == layer:
            out += _words(ontology, control, field, layer, offered)
    usual = [
        attribute.default
        for attribute in ontology.attributes.values()
        if attribute.layer == layer and attribute.default
    ]
    if usual and asked:
        out.append(f'      <Header value="left open: {", ".join(usual)}" size="6"/>')
    return [*out, "    </View>"]


def _when(layer: str, labels: Sequence[str]) -> str:
    return (
        f'visibleWhen="region-selected" whenTagName="{layer}" '
        f"whenLabelValue={quoteattr(','.join(labels))}"
    )


def _question(name: str, title: str, lines: Sequence[str], when: str = "") -> list[str]:
    return [
        f'      <View className="pl-q pl-{name}"{" " if when else ""}{when}>',
        f'        <Header value={quoteattr(title)} size="6"/>',
        *lines,
        "      </View>",
    ]


def _words(
    ontology: Ontology, control: str, field: str, layer: str, offered: Registry
) -> list[str]:
    """A value or an id: asked of the labels that can have one."""
    labels = ontology.labels(layer)
    if field == "value":
        when = _when(layer, [label.name for label in labels if label.value])
        return _question(
            "value", "value", [_typed(control, "ISO 8601 date, time or interval")], when
        )
    counted = {name for role in ontology.roles if role.name == "quantity" for name in role.types}
    when = _when(
        layer, [label.name for label in labels if not label.value and label.name not in counted]
    )
    if not offered.get(control):
        return _question("id", "id", [_typed(control, "Registry id")], when)
    picked = _list(control, offered[control])
    return _question(
        "id", "id", [*picked, _typed(control, "or type an id that is not there")], when
    )


def _typed(control: str, hint: str) -> str:
    return (
        f'        <TextArea name="{control}" toName="{names.TEXT}" perRegion="true" '
        f'editable="true" maxSubmissions="1" rows="1" placeholder="{hint}"/>'
    )


def _list(control: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """A list of ids that can be searched by name and id."""
    return [
        f'        <Taxonomy name="{names.picked(control)}" toName="{names.TEXT}" perRegion="true" '
        f'maxUsages="1" placeholder="Registry: click, then type to search">',
        *(
            f"          <Choice value={quoteattr(f'{name} · {item}')} alias={quoteattr(item)}/>"
            for item, name in rows
        ),
        "        </Taxonomy>",
    ]


def _modes(ontology: Ontology) -> list[str]:
    """The modes of all types in one control; the style shows those of the region's type.

    The markers are what the style goes by: each is there only for its type.
    """
    moded = [label.name for label in ontology.event if label.modes]
    return [
        f'      <View className="pl-q pl-modes" {_when("event", moded)}>',
        *(f'        <View className="pl-{name}" {_when("event", [name])}/>' for name in moded),
        '        <Header value="mode" size="6"/>',
        *_choices_of(
            names.MODE_CONTROL,
            ontology.modes(),
            'perRegion="true" choice="single-radio" showInline="true"',
        ),
        "      </View>",
    ]


def _choices(attribute: Attribute, control: str, labels: Sequence[str], asked: bool) -> list[str]:
    how = 'perRegion="true" choice="single-radio" showInline="true"'
    if asked and not attribute.default:
        # `required` blocks every region of every layer unless the conditions sit on the control.
        how += (
            f' {_when(attribute.layer, labels)} required="true" requiredMessage="Give it a label"'
        )
    return _choices_of(control, attribute.values, how)


def _choices_of(control: str, values: Sequence[str], how: str) -> list[str]:
    return [
        f'        <Choices name="{control}" toName="{names.TEXT}" {how}>',
        *(f'          <Choice value={quoteattr(value)} hotkey="{NO_KEY}"/>' for value in values),
        "        </Choices>",
    ]
