"""Scores of attributions: worked examples, errors, and what must hold for any input."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.scoring.attributions import jaccard, score
from parley.scoring.measure import Measure
from tests.scoring.made_layers import (
    JSON,
    TEXT,
    assert_bounded,
    assert_no_gain,
    assert_perfect,
    assert_same,
    assert_swapped,
    f1,
    inputs,
    kinds,
    some_cases,
    spans,
    sums,
    swapped,
    values,
)

Spans = list[tuple[int, int]]
Parts = tuple[Spans, Spans, Spans]


def said(name: str, source: Spans, cue: Spans, content: Spans, *parent: str | None) -> JSON:
    """An attribution; without `parent` it does not say what it is nested in."""
    item: JSON = {"id": name}
    for part, found in (("source", source), ("cue", cue), ("content", content)):
        item[part] = [list(span) for span in found]
    if parent:
        item["parent"] = parent[0]
    return item


def scored(
    gold: list[JSON], predicted: list[JSON], text: str | None = None
) -> tuple[list[Measure], list[Any]]:
    return score(inputs("attributions", [gold], [predicted], text))


def place(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


# --------------------------------------------------------------------------- worked examples
def test_overlap_counts_tokens_in_both_over_tokens_in_either() -> None:
    content = place("the bridge over the river would stay shut")
    gold = [said("a", [place("The mayor of Lenna")], [place("said that")], [content])]
    predicted = [
        said("b", [place("mayor of Lenna")], [place("said")], [place("the bridge over the river")])
    ]
    measures, errors = scored(gold, predicted, TEXT)
    # mayor, of, Lenna of The, mayor, of, Lenna; said of said, that; 5 tokens of 8.
    assert f1(measures, "source overlap") == 3 / 4
    assert f1(measures, "cue overlap") == 1 / 2
    assert f1(measures, "content overlap") == 5 / 8
    assert f1(measures, "whole overlap") == pytest.approx((3 / 4 + 1 / 2 + 5 / 8) / 3)
    for metric in ("source", "cue", "content", "whole", "attached"):
        assert f1(measures, metric) == 0
    assert sorted(kinds(errors)) == [
        ("boundary", part, part) for part in ("content", "cue", "source")
    ]


def test_code_points_count_where_there_is_no_text() -> None:
    gold = [said("a", [], [(0, 4)], [(10, 20), (30, 40)])]
    measures, _ = scored(gold, [said("b", [], [(0, 4)], [(15, 35)])])
    # 5 + 5 code points in both; 10 + 10 and 20, less those 10, in either.
    assert f1(measures, "content overlap") == 10 / 30
    assert f1(measures, "source overlap") == f1(measures, "cue overlap") == 1


def test_an_implicit_source_equals_only_an_implicit_source() -> None:
    implicit, named = said("a", [], [(0, 4)], [(5, 9)]), said("a", [(20, 24)], [(0, 4)], [(5, 9)])
    assert f1(scored([implicit], [implicit])[0], "source") == 1
    measures, errors = scored([implicit], [named])
    assert f1(measures, "source") == f1(measures, "source overlap") == 0
    assert [(error.kind, error.gold, error.predicted) for error in errors] == [
        ("boundary", (), ((20, 24),))
    ]


def test_the_order_of_the_parts_of_a_part_is_nothing() -> None:
    one = said("a", [(0, 2), (3, 4)], [(5, 7)], [(10, 12), (14, 16)])
    two = said("a", [(3, 4), (0, 2)], [(5, 7)], [(14, 16), (10, 12)])
    assert_perfect(scored([one], [two])[0])


def test_one_prediction_over_many_earns_one_match_where_adding_up_pairs_exceeds_1() -> None:
    """As BBC's Citron counts: the overlap of every pair, over what was predicted."""
    gold = [said(f"g{n}", [], [(0, 1)], [(10, 20 + n)]) for n in range(4)]
    predicted = [said("p", [], [(0, 1)], [(10, 20)])]
    every_pair = sum(min(20 + n, 20) - 10 for n in range(4)) / (20 - 10)
    assert every_pair == 4
    measures, _ = scored(gold, predicted)
    assert values(measures)["content overlap", ""] == (1, 1 / 4, 2 / 5)
    assert_bounded(measures)


def test_a_cue_binds_closer_than_a_content_and_a_source_alone_binds_nothing() -> None:
    gold = [said("a", [(0, 4)], [(5, 9)], [(10, 30)]), said("b", [(0, 4)], [(40, 44)], [(45, 60)])]
    # The cue of the first, the content of the second.
    _, errors = scored(gold, [said("p", [(0, 4)], [(5, 9)], [(45, 60)])])
    assert ("missing", None, None) in kinds(errors)
    assert next(e for e in errors if e.kind == "missing").gold == ((0, 4), (40, 44), (45, 60))
    assert [e.gold for e in errors if e.gold_label == "content"] == [((10, 30),)]
    # The source of both, and nothing else of either.
    _, errors = scored(gold, [said("p", [(0, 4)], [(70, 74)], [(75, 90)])])
    assert sorted(error.kind for error in errors) == ["missing", "missing", "spurious"]


def test_without_a_common_cue_contents_are_compared() -> None:
    gold = [said("a", [(0, 4)], [(5, 9)], [(10, 30)])]
    measures, errors = scored(gold, [said("p", [(0, 4)], [], [(10, 30)])])
    assert f1(measures, "source") == f1(measures, "content") == 1
    assert f1(measures, "cue") == f1(measures, "cue overlap") == 0
    assert kinds(errors) == [("boundary", "cue", "cue")]


def test_nesting_is_right_where_parents_answer_each_other() -> None:
    outer: Parts = ([(0, 4)], [(5, 9)], [(10, 60)])
    inner: Parts = ([(10, 14)], [(15, 19)], [(20, 60)])
    gold = [said("a", *outer, None), said("b", *inner, "a")]
    measures, errors = scored(gold, [said("x", *outer, None), said("y", *inner, "x")])
    assert f1(measures, "attached") == 1 and errors == []
    measures, errors = scored(gold, [said("x", *outer, None), said("y", *inner, None)])
    assert f1(measures, "whole") == 1
    assert f1(measures, "attached") == 1 / 2
    assert [(e.kind, e.gold, e.predicted, e.gold_label, e.predicted_label) for e in errors] == [
        ("wrong parent", ((15, 19), (5, 9)), ((15, 19),), "nested", "top level")
    ]
    # The parent need not be right in every part, only the one that answers gold's.
    bent = ([(0, 4)], [(5, 9)], [(10, 55)])
    measures, _ = scored(gold, [said("x", *bent, None), said("y", *inner, "x")])
    assert f1(measures, "attached") == f1(measures, "whole") == 1 / 2


def test_depths_take_recall_from_gold_and_precision_from_the_prediction() -> None:
    outer: Parts = ([], [(5, 9)], [(10, 60)])
    inner: Parts = ([], [(15, 19)], [(20, 60)])
    gold = [said("a", *outer, None), said("b", *inner, "a")]
    measures, _ = scored(gold, [said("x", *outer, None), said("y", *inner, None)])
    figures = values(measures)
    # Predicted at depth 1: two, both whole. Gold at depth 1: one, found.
    assert figures["whole", "depth 1"] == (1, 1, 1)
    # Predicted at depth 2: none. Gold: one, and it was found.
    assert figures["whole", "depth 2"] == (0, 1, 0)
    deep = [
        said(f"a{n}", [], [(n, n + 1)], [(90, 99)], f"a{n - 1}" if n else None) for n in range(5)
    ]
    labels = {label for _, label in values(scored(deep, deep)[0])}
    assert labels == {"", "depth 1", "depth 2", "depth 3+"}


def test_parents_come_from_containment_only_where_no_line_gives_one() -> None:
    outer: Parts = ([], [(5, 9)], [(10, 60)])
    inner: Parts = ([], [(15, 19)], [(20, 60)])
    gold = [said("a", *outer, None), said("b", *inner, "a")]
    assert f1(scored(gold, [said("x", *outer), said("y", *inner)])[0], "attached") == 1
    # One of them says so, of another document: then silence means not nested.
    other = said("z", [], [(0, 2)], [(3, 4)], None)
    given_ = inputs(
        "attributions", [gold, [other]], [[said("x", *outer), said("y", *inner)], [other]]
    )
    assert f1(score(given_)[0], "attached") == pytest.approx(2 / 3)


def test_faulty_nesting_is_scored_not_refused() -> None:
    gold = [said("a", [], [(5, 9)], [(10, 60)], None)]
    for parent in ("x", "nobody"):
        measures, errors = scored(gold, [said("x", [], [(5, 9)], [(10, 60)], parent)])
        assert f1(measures, "whole") == 1
        assert f1(measures, "attached") == (parent == "nobody")
        assert len(errors) == (parent == "x")
    circle = [said("x", [], [(0, 1)], [(2, 9)], "y"), said("y", [], [(3, 4)], [(0, 9)], "x")]
    assert f1(scored(circle, circle)[0], "whole") == 1


def test_a_repeated_attribution_is_a_duplicate_and_costs_precision() -> None:
    one = said("a", [], [(5, 9)], [(10, 60)], None)
    measures, errors = scored([one], [one, {**one, "id": "b"}])
    assert values(measures)["whole", ""] == (1 / 2, 1, 2 / 3)
    assert [(error.kind, error.predicted) for error in errors] == [
        ("duplicate", ((5, 9), (10, 60)))
    ]


def test_nothing_on_either_side_is_undefined_and_nothing_on_one_side_is_0() -> None:
    assert all(np.isnan(figures).all() for figures in values(scored([], [])[0]).values())
    some = [said("a", [], [(5, 9)], [(10, 60)])]
    for gold, predicted in ((some, []), ([], some)):
        assert set(values(scored(gold, predicted)[0]).values()) == {(0.0, 0.0, 0.0)}


def test_jaccard_of_parts_without_a_token_is_0() -> None:
    assert jaccard(((3, 4),), ((8, 9),), ([0, 4], [3, 8])) == 0


# ------------------------------------------------------------------------------- properties
@st.composite
def attributions(draw: st.DrawFn) -> list[JSON]:
    """Attributions of which some are nested in an earlier one."""
    many = st.lists(spans(8), min_size=1, max_size=2)
    items: list[JSON] = []
    for number in range(draw(st.integers(0, 4))):
        parents = [None, *(item["id"] for item in items)]
        items.append(
            said(
                f"a{number}",
                draw(st.lists(spans(8), max_size=1)),
                draw(st.lists(spans(8), max_size=1)),
                draw(many),
                draw(st.sampled_from(parents)),
            )
        )
    return items


documents = st.lists(st.tuples(attributions(), attributions()), min_size=1, max_size=2)
texts = st.sampled_from((None, "Lenna is shut", "a b c d e f g"))
Made = list[tuple[list[JSON], list[JSON]]]


def of(made: Made, text: str | None = None) -> Any:
    return inputs(
        "attributions", [gold for gold, _ in made], [predicted for _, predicted in made], text
    )


@some_cases
@given(documents, texts, st.randoms())
def test_neither_the_order_nor_the_ids_of_attributions_matter(
    made: Made, text: str | None, chance: random.Random
) -> None:
    def mixed(items: list[JSON]) -> list[JSON]:
        names = {item["id"]: f"x{number}" for number, item in enumerate(items)} | {None: None}
        renamed = [
            {**item, "id": names[item["id"]], "parent": names[item["parent"]]} for item in items
        ]
        return chance.sample(renamed, len(items))

    shuffled = [(mixed(gold), mixed(other)) for gold, other in made]
    assert_same(score(of(made, text)), score(of(shuffled, text)))


@some_cases
@given(documents, texts)
def test_gold_on_itself_is_perfect(made: Made, text: str | None) -> None:
    measures, errors = score(of([(gold, gold) for gold, _ in made], text))
    assert_perfect(measures)
    assert errors == []


@some_cases
@given(documents, texts)
def test_swapping_sides_swaps_precision_and_recall(made: Made, text: str | None) -> None:
    ours, _ = score(of(made, text))
    assert_bounded(ours)
    assert_swapped(ours, score(swapped(of(made, text)))[0])


@some_cases
@given(documents)
def test_a_wrong_prediction_more_never_raises_precision(made: Made) -> None:
    wrong = said("wrong", [(100, 104)], [(105, 109)], [(110, 120)], None)
    before, _ = score(of(made))
    after, _ = score(of([(made[0][0], [*made[0][1], wrong]), *made[1:]]))
    assert_no_gain(before, after)


@some_cases
@given(documents)
def test_depths_add_up_and_errors_account_for_every_attribution(made: Made) -> None:
    measures, errors = score(of(made))
    figures = sums(measures)
    for metric in ("whole", "content overlap"):
        parts = [row for (name, label), row in figures.items() if name == metric and label]
        matched, predicted, gold = figures[metric, ""]
        total = sum(parts, np.zeros(4))
        np.testing.assert_allclose(total, [matched, predicted, matched, gold])
    _, predicted, gold = figures["source", ""]
    alone = [sum(error.kind == kind for error in errors) for kind in ("missing", "spurious")]
    alone[1] += sum(error.kind == "duplicate" for error in errors)
    # What is not alone is paired, as often on one side as on the other.
    pairs = gold - alone[0]
    assert pairs == predicted - alone[1]
    for part in ("source", "cue", "content"):
        bent = sum(error.kind == "boundary" and error.gold_label == part for error in errors)
        assert figures[part, ""][0] == pairs - bent
