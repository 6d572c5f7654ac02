"""Gold and predictions side by side: what is scored, and what is not there."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.predictions.align import align
from parley.predictions.gold import emit_empty, emit_gold, from_rows
from parley.predictions.inputs import LAYERS
from tests.predictions.made import gold


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["doc_id"]: row for row in rows}


def test_gold_against_itself_has_every_document_in_every_layer() -> None:
    of = gold(4, 3)
    found = align(of, by_id(emit_gold(of)))
    assert list(found.layers) == list(LAYERS)
    assert (found.not_predicted, found.missing, found.partial, found.ignored) == ([], [], {}, [])
    for layer, key in LAYERS.items():
        inputs = found.inputs(layer)
        assert inputs.doc_ids == of.doc_ids and inputs.texts == of.texts
        assert [row[key] for row in inputs.gold] == [row[key] for row in inputs.predicted]


def test_a_layer_on_no_line_is_not_scored_and_said() -> None:
    of = gold(4)
    found = align(of, by_id([{"doc_id": doc_id, "mentions": []} for doc_id in of.doc_ids]))
    assert found.layers == ["mentions"]
    assert found.not_predicted == ["events", "attributions", "stances", "coreference"]


def test_a_document_without_a_line_counts_as_nothing_predicted_and_is_said() -> None:
    of = gold(4, 3)
    rows = emit_gold(of)
    found = align(of, by_id([rows[0], {"doc_id": "made-3", "events": []}]))
    assert found.missing == ["made-2"]
    assert set(found.partial) == {"mentions", "attributions", "stances", "coreference"}
    assert found.partial["mentions"] == ["made-3"]
    assert [len(row["mentions"]) for row in found.inputs("mentions").predicted][1:] == [0, 0]


def test_a_line_about_a_document_that_is_not_in_the_gold_is_ignored_and_said() -> None:
    of = gold(4)
    rows = [{"doc_id": "elsewhere", "mentions": [], "stances": []}, *emit_empty(of)[:1]]
    found = align(of, by_id(rows))
    assert found.ignored == ["elsewhere"]
    assert found.inputs("stances").doc_ids == of.doc_ids


def test_leaving_a_layer_out_where_it_is_scored_is_no_way_around_it() -> None:
    of = gold(4)
    elsewhere: dict[str, Any] = {"doc_id": "elsewhere", "stances": []}
    found = align(of, by_id([elsewhere, *({"doc_id": name} for name in of.doc_ids)]))
    assert found.layers == ["stances"]
    assert found.partial == {"stances": of.doc_ids}


def test_documents_whose_gold_lacks_a_layer_are_left_out_of_it() -> None:
    of = from_rows([{"doc_id": "a", "events": []}, {"doc_id": "b", "mentions": [], "events": []}])
    found = align(of, by_id(emit_empty(of)))
    assert found.layers == ["mentions", "events"]
    assert found.inputs("mentions").doc_ids == ["b"]
    assert found.inputs("events").doc_ids == ["a", "b"]
    with pytest.raises(KeyError):
        found.inputs("clusters")


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000))
def test_the_order_of_lines_changes_nothing(seed: int) -> None:
    of = gold(seed, 3)
    rows = emit_gold(of)
    turned = rows[1:] + rows[:1]
    one, two = align(of, by_id(rows)), align(of, by_id(turned))
    assert all(one.inputs(layer) == two.inputs(layer) for layer in LAYERS)
