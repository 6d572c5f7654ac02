"""What annotators made of pre-annotations."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.document import Annotations, Attribution, Mention
from parley.labelstudio.results import results
from parley.prefill.compare import FATES, Comparison, compare, from_results
from tests.prefill.made import ONTOLOGY
from tests.strategies import TEXTS, annotations


def some(*mentions: Mention) -> Annotations:
    return Annotations("doc", "0" * 64, 100, ("entity",), list(mentions))


def fates(before: Annotations, after: Annotations, layer: str = "entity") -> dict[str, int]:
    counts = compare(before, after).layer(layer)
    return {fate: getattr(counts, fate) for fate in FATES if getattr(counts, fate)}


GPE = Mention("m1", 10, 20, "GPE", entity="sumy")


@pytest.mark.parametrize(
    ("change", "fate"),
    [
        ({"id": "other"}, "kept"),
        ({"entity": None}, "attributes"),
        ({"type": "LOC"}, "label"),
        ({"end": 18}, "span"),
    ],
)
def test_one_change_has_one_fate(change: dict[str, Any], fate: str) -> None:
    assert fates(some(GPE), some(replace(GPE, **change))) == {fate: 1}


def test_a_deleted_and_an_added_one_are_two() -> None:
    assert fates(some(GPE), some(replace(GPE, start=40, end=50))) == {"deleted": 1, "added": 1}


def test_each_is_matched_once_and_the_largest_overlap_wins() -> None:
    near, far = replace(GPE, start=11), replace(GPE, start=18, end=30)
    assert fates(some(GPE), some(near, far)) == {"span": 1, "added": 1}
    assert fates(some(GPE, GPE), some(GPE)) == {"kept": 1, "deleted": 1}


def test_an_attribution_with_another_content_has_another_span() -> None:
    one = Attribution("a", [(5, 9)], [(0, 4)], [(10, 20)])
    before, after = some(), some()
    before.attributions, after.attributions = [one], [replace(one, content=[(10, 30)])]
    assert fates(before, after, "attribution") == {"span": 1}


def test_shares_are_none_where_there_is_nothing_to_share() -> None:
    nothing = compare(some(), some()).as_dict()
    assert nothing["total"]["survived"] is None
    row = compare(some(GPE), some(GPE)).as_dict()["layers"]["entity"]
    assert (row["survived"], row["labels"]["GPE"]["kept"]) == (1.0, 1)


def test_comparisons_add_up_over_documents() -> None:
    one = compare(some(GPE), some(GPE))
    total = one + compare(some(GPE), some()) + Comparison()
    assert total.layer("entity").survived == 0.5


def test_two_texts_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different texts"):
        compare(some(), replace(some(), sha256="1" * 64))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, Annotations, Annotations]:
    text = draw(TEXTS)
    return text, draw(annotations(text)), draw(annotations(text))


@given(pairs())
def test_every_annotation_of_both_sides_is_counted_once(
    pair: tuple[str, Annotations, Annotations],
) -> None:
    _, before, after = pair
    found = compare(before, after)
    for layer, name in (
        ("entity", "mentions"),
        ("event", "events"),
        ("attribution", "attributions"),
        ("stance", "stances"),
    ):
        assert found.layer(layer).before == len(getattr(before, name))
        assert found.layer(layer).after == len(getattr(after, name))


@given(pairs())
def test_results_of_label_studio_compare_as_kept(pair: tuple[str, Annotations, object]) -> None:
    text, before, _ = pair
    read = from_results(results(before, text, ONTOLOGY), text, ONTOLOGY, "doc")
    total = compare(before, read).total
    assert (total.kept, total.before) == (total.before, total.after)
