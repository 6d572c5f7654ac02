"""The labelling interface: what it asks, of what, and that nothing of a screen is left out."""

from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_studio_sdk.label_interface import LabelInterface

from parley.document import dump
from parley.labelstudio import names
from parley.labelstudio.interface import Registry, interface
from parley.labelstudio.interface_keys import EVENT_KEYS, NO_KEY, all_keys
from parley.labelstudio.results import results
from parley.ontology import LAYERS
from tests.labelstudio.test_round_trip import annotated, export, read
from tests.strategies import ONTOLOGY

REGISTRY: Registry = {
    "entity_id": [("kursk-region", "Kursk region (Kursk oblast)"), ("sumy", "Sumy")],
    "event_id": [("some-event", "Some event")],
}
SUBSETS = [some for count in range(1, 5) for some in combinations(LAYERS, count)]
HOSTILE = [
    '"',
    "'",
    "<Choice value='x'/>",
    "&amp;",
    "😀👩‍👩‍👧",
    "x" * 300,
    "]]>",
    "a\nb",
    "·",
    "$title",
]


def tree(xml: str) -> ElementTree.Element:
    return ElementTree.fromstring(xml)


def accepted(xml: str) -> None:
    LabelInterface(xml).validate()  # type: ignore[no-untyped-call]


def controls(xml: str) -> dict[str, ElementTree.Element]:
    return {tag.get("name", ""): tag for tag in tree(xml).iter() if tag.get("toName")}


@pytest.mark.parametrize("layers", SUBSETS, ids="+".join)
@pytest.mark.parametrize("registry", [None, REGISTRY], ids=["typed", "listed"])
def test_label_studio_accepts_every_subset_of_layers(
    layers: tuple[str, ...], registry: Registry | None
) -> None:
    xml = interface(ONTOLOGY, layers, registry)
    accepted(xml)
    assert xml == interface(ONTOLOGY, layers, registry)


@pytest.mark.parametrize("layers", SUBSETS, ids="+".join)
def test_every_screen_has_every_control_so_that_a_save_loses_nothing(
    layers: tuple[str, ...],
) -> None:
    lean, full = interface(ONTOLOGY, layers, REGISTRY), interface(ONTOLOGY, LAYERS, REGISTRY)
    assert controls(lean).keys() == controls(full).keys()
    for name, tag in controls(full).items():
        values = {child.get("value") for child in controls(lean)[name].iter()}
        assert values == {child.get("value") for child in tag.iter()}, name
    relations = [tag.get("value") for tag in tree(lean).iter("Relation")]
    assert sorted(map(str, relations)) == sorted(
        str(tag.get("value")) for tag in tree(full).iter("Relation")
    )


def test_no_key_has_two_meanings() -> None:
    keys = all_keys(ONTOLOGY)
    assert len(keys) == len(set(keys))
    assert "u" not in keys and "u" not in EVENT_KEYS, "Label Studio unselects with it"


@pytest.mark.parametrize("layers", SUBSETS, ids="+".join)
def test_nothing_is_left_without_a_key_for_label_studio_to_choose(layers: tuple[str, ...]) -> None:
    root = tree(interface(ONTOLOGY, layers, REGISTRY))
    listed = {choice for tag in root.iter("Taxonomy") for choice in tag.iter("Choice")}
    for tag in [*root.iter("Label"), *root.iter("Choice")]:
        assert tag.get("hotkey") or tag in listed
    asked = {tag.get("name") for tag in root.iter("Labels")} - set(layers)
    for labels in root.iter("Labels"):
        if labels.get("name") in asked:
            assert {label.get("hotkey") for label in labels.iter("Label")} == {NO_KEY}


def test_a_stance_must_have_a_label_where_stances_are_asked_for() -> None:
    needed = controls(interface(ONTOLOGY))["stance_label"]
    # Label Studio asks it of every region unless all three stand on the control itself.
    assert (needed.get("required"), needed.get("visibleWhen")) == ("true", "region-selected")
    assert (needed.get("whenTagName"), needed.get("whenLabelValue")) == ("stance", "Stance")
    others = [tag for name, tag in controls(interface(ONTOLOGY)).items() if name != "stance_label"]
    assert not any(tag.get("required") for tag in others)
    assert not controls(interface(ONTOLOGY, ("entity",)))["stance_label"].get("required")


def test_the_style_has_nothing_that_label_studio_escapes() -> None:
    style = next(tree(interface(ONTOLOGY)).iter("Style")).text or ""
    assert not set("<>&") & set(style)


def test_each_type_shows_its_own_modes() -> None:
    style = next(tree(interface(ONTOLOGY)).iter("Style")).text or ""
    rules = {line for line in style.splitlines() if "nth-child" in line}
    for label in ONTOLOGY.event:
        mine = [line for line in rules if line.startswith(f".pl-{label.name}:")]
        assert len(mine) == bool(label.modes)
        for line in mine:
            shown = {int(part.split(")")[0]) for part in line.split("nth-child(")[1:]}
            assert tuple(ONTOLOGY.modes()[place - 1] for place in sorted(shown)) == tuple(
                sorted(label.modes, key=ONTOLOGY.modes().index)
            )


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_escaped(name: str) -> None:
    xml = interface(ONTOLOGY, LAYERS, {"entity_id": [("an-id", name)]})
    accepted(xml)
    choice = next(controls(xml)[names.picked("entity_id")].iter("Choice"))
    assert choice.get("value") == f"{name} · an-id"
    assert choice.get("alias") == "an-id"


@given(annotated(), st.sets(st.sampled_from(["sumy", "kyiv", "some-event"])))
def test_ids_from_a_list_and_typed_ones_read_back_alike(pair: Any, some: set[str]) -> None:
    text, wanted = pair
    offered = {"entity_id": some, "event_id": some}
    made = results(wanted, text, ONTOLOGY, offered)
    listed = [row["value"]["taxonomy"] for row in made if row["type"] == "taxonomy"]
    assert all(path[0][0] in some for path in listed)
    done = read(export(text, made))
    done.annotations["doc"].provenance = {}
    assert dump(done.annotations["doc"]) == dump(wanted)
    assert done.ledger.count("rejected") == 0


@given(annotated())
def test_no_region_of_ours_has_an_id_that_its_colour_would_be_lost_by(pair: Any) -> None:
    text, wanted = pair
    made = [row["id"] for row in results(wanted, text, ONTOLOGY) if row["type"] == names.REGION]
    assert not any(set(".:") & set(item) for item in made)
