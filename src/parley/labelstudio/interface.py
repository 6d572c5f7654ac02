"""The labelling interface, made from the ontology."""

from collections.abc import Mapping, Sequence
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

#: The class of what belongs to layers that are not worked on.
OTHER = "pl-other"

STYLE = """
    .pl-desk { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); column-gap: 1.25rem; }
    .pl-side { position: sticky; top: 0; align-self: start; z-index: 6; max-height: 100vh;
               overflow-y: auto; padding: .25rem .5rem .5rem 0;
               background: var(--color-neutral-background, #fff);
               border-right: 1px solid var(--color-neutral-border, #ddd); }
    .pl-side h4, .pl-side h5, .pl-side h6 { margin: .5rem 0 .15rem !important; font-size: .72rem
               !important; line-height: 1.2; text-transform: uppercase; letter-spacing: .05em;
               opacity: .7; }
    .pl-side .lsf-labels { margin: 0 !important; gap: 2px; display: flex; flex-wrap: wrap; }
    .pl-side .lsf-label { margin: 0 !important; padding: 0 5px !important; font-size: .72rem;
               line-height: 1.45rem; height: auto; }
    .pl-side .lsf-label__hotkey { margin-left: 4px; padding: 0; font-size: .65rem; }
    .pl-other .lsf-label { filter: grayscale(.9); opacity: .55; }
    .pl-read { max-width: 44rem; }
    .pl-read .lsf-richtext__container { font-family: Georgia, "Liberation Serif", serif;
               font-size: 1.05rem; line-height: 1.95; }
    .pl-read .lsf-richtext__line { display: block; margin-bottom: .35em; }
    .pl-read .htx-highlight::after { font-size: .58rem !important; opacity: .75; }
    .relations-overlay { z-index: 3 !important; }
    .relations-overlay g[class*="relationItem"] { opacity: .3; }
    .relations-overlay g g { display: none; }
    .relations-overlay g[class*="_highlighted"] { opacity: 1; }
    .relations-overlay g[class*="_highlighted"] g { display: inline; }
    .pl-ask { position: sticky; bottom: -1.5rem; z-index: 7; padding: .25rem .6rem 1.6rem;
              background: var(--color-neutral-background, #fff);
              border-top: 1px solid var(--color-neutral-border, #ddd); }
    .pl-row { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem .9rem; }
    .pl-ask .lsf-choices { margin: 0 !important; padding-right: .8rem; display: flex;
              flex-wrap: wrap; gap: 0 .6rem;
              border-right: 1px solid var(--color-neutral-border, #ddd); }
    .pl-ask .ant-form-item, .pl-ask .ant-form { margin: 0; }
    .pl-ask .lsf-textarea-tag { margin: 0; min-width: 17rem; }
    .pl-ask button[class*="selectTrigger"] { min-width: 9rem; }
    .pl-ask h4, .pl-ask h5, .pl-ask h6 { margin: 0 !important; font-size: .72rem !important;
              font-weight: 400; opacity: .7; }
    .pl-end { margin-top: 1rem; padding-top: .5rem;
              border-top: 1px solid var(--color-neutral-border, #ddd); }
"""

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
        f"  <Style>{STYLE}  </Style>",
        '  <View className="pl-desk">',
        '    <View className="pl-side">',
        *(line for layer in layers for line in _labels(ontology, layer)),
        f'      <View className="{OTHER}">',
        *(line for layer in others for line in _labels(ontology, layer, keys=False)),
        "      </View>",
        "    </View>",
        '    <View className="pl-read">',
        '      <Header value="$title" size="4"/>',
        f'      <Text name="{names.TEXT}" value="$text" granularity="symbol" showLabels="true"/>',
        "    </View>",
        "  </View>",
        "  <Relations>",
        *_relations(ontology),
        "  </Relations>",
        '  <View className="pl-ask">',
        *(line for layer in layers for line in _questions(ontology, layer, offered)),
        # Controls of the other layers, never shown: without them a save would drop the answers.
        f'    <View className="{OTHER}" style="display: none">',
        *(line for layer in others for line in _questions(ontology, layer, offered, asked=False)),
        "    </View>",
        "  </View>",
        '  <View className="pl-end">',
        '    <Header value="Layers worked on in this document" size="6"/>',
        f'    <Choices name="{names.LAYERS_CONTROL}" toName="{names.TEXT}" choice="multiple" '
        'showInline="true">',
        *(f"      <Choice value={quoteattr(layer)}/>" for layer in LAYERS),
        "    </Choices>",
        f'    <TextArea name="{names.NOTE_CONTROL}" toName="{names.TEXT}" rows="2" '
        'maxSubmissions="1" placeholder="Note to the curator"/>',
        "  </View>",
        "</View>",
    ]
    return "\n".join(out) + "\n"


def _labels(ontology: Ontology, layer: str, *, keys: bool = True) -> list[str]:
    labels = ontology.labels(layer)
    return [
        f'      <Header value="{TITLES[layer]}" size="6"/>',
        f'      <Labels name="{layer}" toName="{names.TEXT}" showInline="true">',
        *(_label(label, index, keys) for index, label in enumerate(labels)),
        "      </Labels>",
    ]


def _label(label: Label, index: int, keys: bool) -> str:
    hotkey = label.hotkey
    if label.family:
        hotkey = EVENT_HOTKEYS[index] if index < len(EVENT_HOTKEYS) else ""
    color = label.color or FAMILY_COLORS.get(label.family, "#777777")
    key = f" hotkey={quoteattr(hotkey)}" if hotkey and keys else ""
    return (
        f"        <Label value={quoteattr(label.name)} background={quoteattr(color)}{key} "
        f"hint={quoteattr(label.definition)}/>"
    )


def _relations(ontology: Ontology) -> list[str]:
    links = {
        "event": ontology.roles,
        "attribution": ontology.links,
        "stance": ontology.stance_links,
    }
    return [
        f"    <Relation value={quoteattr(names.relation(layer, role.name))} "
        f'background="{ROLE_COLORS[layer]}"/>'
        for layer, roles in links.items()
        for role in roles
    ]


def _questions(
    ontology: Ontology, layer: str, offered: Registry, *, asked: bool = True
) -> list[str]:
    """The controls of a layer's attributes; shown where a region of it is selected."""
    # A required question blocks the regions of other layers too, unless it names its labels.
    only = {"attribution": ' whenLabelValue="Cue"', "stance": ' whenLabelValue="Stance"'}.get(
        layer, ""
    )
    out = [
        f'    <View className="pl-row" visibleWhen="region-selected" whenTagName="{layer}"{only}>'
    ]
    usual = [
        attribute.default
        for attribute in ontology.attributes.values()
        if attribute.layer == layer and attribute.default
    ]
    if usual and asked:
        out.append(f'      <Header value="left open: {", ".join(usual)}" size="6"/>')
    for name, control in names.CHOICE_CONTROLS.items():
        attribute = ontology.attributes[name]
        if attribute.layer == layer:
            out += _choices(attribute, control, only, asked)
    if layer == "event":
        out += _modes(ontology)
    for control, (owner, field) in names.TEXT_CONTROLS.items():
        if owner != layer:
            continue
        dated = ",".join(label.name for label in ontology.labels(layer) if label.value)
        when = f' whenLabelValue="{dated}"' if field == "value" else ""
        if offered.get(control):
            out += _list(control, layer, offered[control])
        else:
            hint = "ISO 8601 date, time or interval" if field == "value" else "Registry id"
            out.append(_typed(control, layer, hint, when))
    return [*out, "    </View>"]


def _typed(control: str, layer: str, hint: str, when: str = "") -> str:
    return (
        f'      <TextArea name="{control}" toName="{names.TEXT}" perRegion="true" '
        f'editable="true" maxSubmissions="1" rows="1" placeholder="{hint}" '
        f'whenTagName="{layer}"{when}/>'
    )


def _list(control: str, layer: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """A list of ids that can be searched by name and id, and a place for one not on it."""
    return [
        f'      <Taxonomy name="{names.picked(control)}" toName="{names.TEXT}" perRegion="true" '
        f'maxUsages="1" minWidth="22rem" placeholder="Registry: type to search" '
        f'whenTagName="{layer}">',
        *(
            f"        <Choice value={quoteattr(f'{name} · {item}')} alias={quoteattr(item)}/>"
            for item, name in rows
        ),
        "      </Taxonomy>",
        _typed(control, layer, "or an id that is not on the list"),
    ]


def _modes(ontology: Ontology) -> list[str]:
    """The modes of all types: a control cannot ask another question by label."""
    return [
        '      <Header value="mode" size="6"/>',
        f'      <Choices name="{names.MODE_CONTROL}" toName="{names.TEXT}" perRegion="true" '
        f'choice="single" layout="select" whenTagName="event" '
        f'whenLabelValue="{",".join(label.name for label in ontology.event if label.modes)}">',
        *(f"        <Choice value={quoteattr(mode)}/>" for mode in ontology.modes()),
        "      </Choices>",
    ]


def _choices(attribute: Attribute, control: str, only: str, asked: bool) -> list[str]:
    # `required` blocks every region of every layer unless the conditions sit on the Choices itself.
    needed = asked and not attribute.default
    required = ' required="true" requiredMessage="Give it a label"' if needed else ""
    return [
        f'      <Choices name="{control}" toName="{names.TEXT}" perRegion="true" '
        f'choice="single-radio" showInline="true" whenTagName="{attribute.layer}"{only}{required}>',
        *(f"        <Choice value={quoteattr(value)}/>" for value in attribute.values),
        "      </Choices>",
    ]
