"""Equal work is equal whatever a browser adds; everything else is a difference."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from parley.labelstudio.results import results
from parley.studio.same import same
from tests.strategies import ONTOLOGY, TEXTS, annotations


@st.composite
def work(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The results of some annotations."""
    text = draw(TEXTS)
    return results(draw(annotations(text)), text, ONTOLOGY)


@given(work(), st.randoms(use_true_random=False))
def test_order_marks_and_words_of_regions_do_not_count(
    made: list[dict[str, Any]], random: Any
) -> None:
    other = copy.deepcopy(made)
    random.shuffle(other)
    for row in other:
        row |= {"origin": "manual", "readonly": False, "hidden": False, "score": 0.5, "meta": {}}
        row["parentID"] = None
        if row["type"] == "labels":
            row["value"]["text"] = "as the browser has it"
        if row["type"] == "relation":
            row["labels"].reverse()
    assert same(made, other)


@given(work(), st.data())
def test_any_change_of_what_an_annotator_decides_counts(
    made: list[dict[str, Any]], data: st.DataObject
) -> None:
    other = copy.deepcopy(made)
    row = data.draw(st.sampled_from(other))
    change = data.draw(st.sampled_from(["gone", "twice", "id", "value", "note"]))
    if change == "gone":
        other.remove(row)
    elif change == "twice":
        other.append(copy.deepcopy(row))
    elif change == "note":
        row["meta"] = {"text": ["a note"]}
    elif row["type"] == "relation":
        row["to_id" if change == "id" else "direction"] = "else"
    elif change == "id":
        row["id"] += "x"
    elif row["type"] == "labels":
        row["value"]["end"] += 1
    else:
        key = "text" if row["type"] == "textarea" else "choices"
        row["value"][key] = ["else"]
    assert not same(made, other)
