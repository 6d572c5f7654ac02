"""The labelling interface, made from the ontology."""

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from parley.labelstudio import names
from parley.ontology import LAYERS, Attribute, Label, Ontology

TITLES = {
    "entity": "Entities",
    "event": "Events",
    "attribution": "Attribution",
    "stance": "Stance",
}
FAMILY_COLORS = {"cooperation": "#3f8fc5", "conflict": "#d1495b", "extension": "#8a817c"}
ROLE_COLORS = {"event": "#d1495b", "attribution": "#2f7d32", "stance": "#d6337c"}
#: Letters for event types, by row of the keyboard; a d f s belong to attribution and stance.
EVENT_HOTKEYS = "qwertyuiopghjklzxcv"

STYLE = """
    .ls-bar { position: sticky; top: 0; z-index: 5; padding: 4px 0;
              background: var(--color-neutral-background, #fff);
              border-bottom: 1px solid var(--color-neutral-border, #ddd); }
    .ls-row { display: flex; gap: 8px; align-items: baseline; }
    .ls-article .lsf-richtext__line { display: block; margin-bottom: .35em; line-height: 1.9; }
"""


def interface(ontology: Ontology, layers: Sequence[str] = LAYERS) -> str:
    """Label Studio XML for `layers`; the same ontology gives the same bytes."""
    out = [
        "<View>",
        "  <!-- Made by `python scripts/refresh.py` from schema/ontology.toml; do not edit. -->",
        f"  <Style>{STYLE}  </Style>",
        '  <Header value="$title" size="4"/>',
        '  <View className="ls-bar">',
    ]
    for layer in layers:
        out += _labels(ontology, layer)
    out += [
        "  </View>",
        '  <View className="ls-article">',
        f'    <Text name="{names.TEXT}" value="$text" granularity="symbol" showLabels="true"/>',
        "  </View>",
        "  <Relations>",
    ]
    out += _relations(ontology, layers)
    out += ["  </Relations>"]
    for layer in layers:
        out += _questions(ontology, layer)
    out += [
        f'  <Choices name="{names.LAYERS_CONTROL}" toName="{names.TEXT}" choice="multiple" '
        'showInline="true">',
        *(f"    <Choice value={quoteattr(layer)}/>" for layer in layers),
        "  </Choices>",
        f'  <TextArea name="{names.NOTE_CONTROL}" toName="{names.TEXT}" rows="2" '
        'maxSubmissions="1" placeholder="Note to the curator"/>',
        "</View>",
    ]
    return "\n".join(out) + "\n"


def _labels(ontology: Ontology, layer: str) -> list[str]:
    labels = ontology.labels(layer)
    return [
        '    <View className="ls-row">',
        f'      <Header value="{TITLES[layer]}" size="6"/>',
        f'      <Labels name="{layer}" toName="{names.TEXT}" showInline="true">',
        *(_label(label, index) for index, label in enumerate(labels)),
        "      </Labels>",
        "    </View>",
    ]


def _label(label: Label, index: int) -> str:
    hotkey = label.hotkey
    if label.family:
        hotkey = EVENT_HOTKEYS[index] if index < len(EVENT_HOTKEYS) else ""
    color = label.color or FAMILY_COLORS.get(label.family, "#777777")
    key = f" hotkey={quoteattr(hotkey)}" if hotkey else ""
    return (
        f"        <Label value={quoteattr(label.name)} background={quoteattr(color)}{key} "
        f"hint={quoteattr(label.definition)}/>"
    )


def _relations(ontology: Ontology, layers: Sequence[str]) -> list[str]:
    links = {
        "event": ontology.roles,
        "attribution": ontology.links,
        "stance": ontology.stance_links,
    }
    return [
        f"    <Relation value={quoteattr(names.relation(layer, role.name))} "
        f'background="{ROLE_COLORS[layer]}"/>'
        for layer, roles in links.items()
        if layer in layers
        for role in roles
    ]


def _questions(ontology: Ontology, layer: str) -> list[str]:
    only = ' whenLabelValue="Cue"' if layer == "attribution" else ""
    out = [f'  <View visibleWhen="region-selected" whenTagName="{layer}"{only}>']
    for name, control in names.CHOICE_CONTROLS.items():
        attribute = ontology.attributes[name]
        if attribute.layer == layer:
            out += _choices(attribute, control, only)
    if layer == "event":
        out += [
            f'    <Choices name="{names.MODE_CONTROL}" toName="{names.TEXT}" perRegion="true" '
            f'choice="single" layout="select" whenTagName="event">',
            *(f"      <Choice value={quoteattr(mode)}/>" for mode in ontology.modes()),
            "    </Choices>",
        ]
    for control, (owner, field) in names.TEXT_CONTROLS.items():
        if owner == layer:
            dated = ",".join(label.name for label in ontology.labels(layer) if label.value)
            when = f' whenLabelValue="{dated}"' if field == "value" else ""
            hint = "ISO 8601 date, time or interval" if field == "value" else "Registry id"
            out.append(
                f'    <TextArea name="{control}" toName="{names.TEXT}" perRegion="true" '
                f'editable="true" maxSubmissions="1" rows="1" placeholder="{hint}" '
                f'whenTagName="{layer}"{when}/>'
            )
    return [*out, "  </View>"]


def _choices(attribute: Attribute, control: str, only: str) -> list[str]:
    # `required` blocks every region of every layer unless the conditions sit on the Choices itself.
    required = "" if attribute.default else ' required="true" requiredMessage="Give it a label"'
    return [
        f'    <Choices name="{control}" toName="{names.TEXT}" perRegion="true" '
        f'choice="single-radio" showInline="true" whenTagName="{attribute.layer}"{only}{required}>',
        *(f"      <Choice value={quoteattr(value)}/>" for value in attribute.values),
        "    </Choices>",
    ]
