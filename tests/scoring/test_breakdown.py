"""Breakdowns add up, and put each item where it belongs."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.predictions.inputs import Inputs
from parley.scoring.breakdown import WITHHELD, Breakdown, BreakdownRow, breakdowns, nesting
from tests.scoring.noisy import scored

TEXT = "The mayor of Lenna said on Tuesday that the old bridge over the river would stay shut."


def _inputs(gold: dict[str, Any], predicted: dict[str, Any], text: str | None = TEXT) -> Inputs:
    return Inputs(["made"], [gold], [predicted], [text], ["flood"], ["wire"])


def _mention(words: str, kind: str = "LOC", **more: str) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"id": words, "start": start, "end": start + len(words), "type": kind, **more}


def _found(inputs: Inputs, layer: str, by: str) -> dict[str, BreakdownRow]:
    (item,) = [item for item in breakdowns({layer: inputs}) if item.by == by]
    return {row.name: row for row in item.rows}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_rows_of_every_breakdown_add_up_to_the_overall_score(seed: int) -> None:
    result, inputs = scored(seed)
    items = breakdowns(inputs)
    assert {item.layer for item in items} == {"mentions", "events", "attributions", "stances"}
    for item in items:
        measure = result.layers[item.layer].measure(item.metric)
        assert measure is not None
        sums = measure.counts.sum(axis=0).tolist()
        matched, predicted, gold = sums if measure.formula == "f1" else (sums[0], sums[1], sums[3])
        assert sum(row.gold for row in item.rows) == gold, item
        assert sum(row.found for row in item.rows) == matched, item
        if item.rows and item.rows[0].predicted is not None:
            assert sum(row.predicted or 0 for row in item.rows) == predicted, item
            assert sum(row.right or 0 for row in item.rows) == matched, item


def test_a_breakdown_by_label_is_the_score_of_each_label() -> None:
    result, inputs = scored(7)
    for item in breakdowns(inputs):
        if (item.about, item.by) in {
            ("mentions", "type"),
            ("triggers", "type"),
            ("arguments", "role"),
            ("stances", "stance"),
        }:
            for row in item.rows:
                score = result[item.layer, item.metric, row.name]
                assert (row.precision or 0, row.recall or 0) == (score.precision, score.recall)
                assert row.f1 == score.f1


def test_attributions_by_depth_agree_with_the_scorer_that_counts_depth_itself() -> None:
    result, inputs = scored(11, documents=6)
    (item,) = [
        item
        for item in breakdowns(inputs)
        if (item.layer, item.by) == ("attributions", "nesting depth")
    ]
    assert len(item.rows) > 1
    for row in item.rows:
        score = result["attributions", "whole", f"depth {row.name}"]
        assert (row.gold, row.predicted) == (score.gold, score.predicted)
        assert (row.recall or 0) == score.recall


def test_a_span_has_the_length_of_the_tokens_it_touches() -> None:
    gold = [
        _mention("Lenna"),
        _mention("old bridge"),
        _mention("bridge over the river"),
        _mention("The mayor of Lenna said on Tuesday"),
        # Inside a token.
        _mention("ridg"),
    ]
    rows = _found(_inputs({"mentions": gold}, {"mentions": []}), "mentions", "length in tokens")
    assert {name: row.gold for name, row in rows.items()} == {"1": 2, "2": 1, "3-5": 1, "6+": 1}


def test_without_a_text_there_is_no_length() -> None:
    made = _inputs({"mentions": [_mention("Lenna")]}, {"mentions": []}, text=None)
    assert list(_found(made, "mentions", "length in tokens")) == [WITHHELD]


def test_recall_goes_by_golds_nesting_and_precision_by_the_predicted_one() -> None:
    outer, inner = _mention("mayor of Lenna", "PERSON"), _mention("Lenna", "GPE")
    made = _inputs({"mentions": [outer, inner]}, {"mentions": [inner]})
    rows = _found(made, "mentions", "nesting depth")
    assert (rows["0"].gold, rows["0"].found, rows["0"].predicted, rows["0"].right) == (1, 0, 1, 1)
    assert (rows["1"].gold, rows["1"].found, rows["1"].predicted, rows["1"].right) == (1, 1, 0, 0)
    assert rows["1"].precision is None and rows["1"].recall == 1


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 8)), max_size=12))
def test_nesting_counts_the_other_spans_that_hold_a_span(drawn: list[tuple[int, int]]) -> None:
    spans = [(start, start + length) for start, length in drawn]
    expected = {
        span: sum(a <= span[0] and span[1] <= b for a, b in set(spans) - {span}) for span in spans
    }
    assert nesting(spans) == expected


def test_what_only_gold_says_has_recall_alone() -> None:
    gold = [_mention("Lenna", mention_type="name"), _mention("river", mention_type="nominal")]
    made = _inputs({"mentions": gold}, {"mentions": [_mention("river")]})
    rows = _found(made, "mentions", "mention type")
    assert (rows["name"].recall, rows["nominal"].recall) == (0, 1)
    assert rows["name"].precision is None and rows["name"].f1 is None


def test_a_kind_that_gold_never_says_is_no_breakdown() -> None:
    made = _inputs({"mentions": [_mention("Lenna")]}, {"mentions": []})
    assert "mention type" not in {item.by for item in breakdowns({"mentions": made})}


def test_a_row_that_rests_on_little_says_so() -> None:
    assert BreakdownRow("few", 9, 1, 9, 1).small
    assert not BreakdownRow("enough", 9, 1, 10, 1).small


def test_bins_are_in_their_own_order_and_other_rows_by_how_many_there_are() -> None:
    _, inputs = scored(3, documents=6)
    found: dict[tuple[str, str], Breakdown] = {
        (item.about, item.by): item for item in breakdowns(inputs)
    }
    lengths = [row.name for row in found["mentions", "length in tokens"].rows]
    assert lengths == [name for name in ("1", "2", "3-5", "6+") if name in lengths]
    types = [row.gold for row in found["mentions", "type"].rows]
    assert types == sorted(types, reverse=True)


def test_nothing_at_all_gives_no_rows() -> None:
    assert all(not item.rows for item in breakdowns({"mentions": Inputs([], [], [], [], [], [])}))
