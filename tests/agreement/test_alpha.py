"""Alpha against values worked out by hand and published ones."""

from itertools import pairwise

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import bootstrap
from parley.agreement import alpha
from parley.document import Span


def table(a: str, b: str) -> alpha.Floats:
    labels = sorted({*a, *b})
    found = np.zeros((len(labels), len(labels)))
    for x, y in zip(a, b, strict=True):
        found[labels.index(x), labels.index(y)] += 1
    return found


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        # Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", sections A and B:
        # 0.095 from 4 disagreements among 14 zeros and 6 ones; 0.692 from 6 among 4 a, 6 b, 6 c,
        # 6 d and 2 e.
        ("0100000010", "1110010000", 1 - 19 * 4 / (14 * 6)),
        ("aabbdcccedda", "babbbccceddd", 1 - 23 * 6 / (24**2 - 4**2 - 3 * 6**2 - 2**2)),
    ],
)
def test_nominal_alpha_is_that_of_the_published_examples(a: str, b: str, expected: float) -> None:
    assert float(alpha.nominal(table(a, b))) == pytest.approx(expected)
    assert round(expected, 3) in (0.095, 0.692)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30))
def test_nominal_alpha_is_that_of_the_krippendorff_package(pairs: list[tuple[int, int]]) -> None:
    values = [list(side) for side in zip(*pairs, strict=True)]
    if len({*values[0], *values[1]}) < 2:
        return  # The package refuses one label alone; ours is tested below.
    theirs = krippendorff.alpha(reliability_data=values, level_of_measurement="nominal")
    ours = alpha.nominal(table("".join(map(str, values[0])), "".join(map(str, values[1]))))
    assert float(ours) == pytest.approx(theirs)


def test_nominal_alpha_of_one_label_is_1_and_of_nothing_is_undefined() -> None:
    assert float(alpha.nominal(table("aaa", "aaa"))) == 1
    assert np.isnan(alpha.nominal(np.zeros((3, 3))))
    assert float(alpha.nominal(table("a", "b"))) == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_nominal_alpha_does_not_care_for_names_nor_for_who_is_who(
    pairs: list[tuple[str, str]],
) -> None:
    a, b = "".join(x for x, _ in pairs), "".join(y for _, y in pairs)
    value = float(alpha.nominal(table(a, b)))
    renamed = str.maketrans("abc", "zxy")
    assert float(alpha.nominal(table(a.translate(renamed), b.translate(renamed)))) == (
        pytest.approx(value)
    )
    assert float(alpha.nominal(table(b, a))) == pytest.approx(value)
    assert value <= 1


def test_unitized_alpha_of_two_spans_worked_out_by_hand() -> None:
    # Ten characters; A marks 0-4, B marks 2-6. l = 20, l_unit = 8, l_gap = 12. In common: 2 marked,
    # 4 unmarked, both ways round: observed 20 - 4 - 8 = 8. S_unit = 16 + 16, S_gap = 12; expected
    # 2 * 20 * 8 * 12 / (400 - 44) = 3840 / 356.
    observed, expected, marked = alpha.spans([(0, 4)], [(2, 6)], 10)
    assert (observed, marked) == (8, 8)
    assert expected == pytest.approx(3840 / 356)
    value = float(alpha.ratio(np.array([observed, expected, marked])))
    assert value == pytest.approx(1 - 8 * 356 / 3840)


def test_unitized_alpha_of_three_coders_and_two_values_worked_out_by_hand() -> None:
    # Six characters. x: A 0-2, B 0-2, C 0-3; y: A 4-6, B 3-6, C 4-6. l = 18, l_x = 7, l_y = 7,
    # l_gap = 4. o_xx = 2 * (2 + 2 + 2) / 2 = 6, o_yy = 2 * (2 + 2 + 2) / 2 = 6, gaps: A and B
    # share 1 (2-3), A and C 1 (3-4), B and C none: o_gg = 2. Observed 18 - 14 = 4.
    coders = [
        [(0, 2, "x"), (4, 6, "y")],
        [(0, 2, "x"), (3, 6, "y")],
        [(0, 3, "x"), (4, 6, "y")],
    ]
    observed, expected = alpha.unitized(coders, 6)
    assert observed == pytest.approx(4)
    # S_x = 4 + 4 + 9, S_y = 4 + 9 + 4, S_gap = 4; sum 38.
    same = (49 - 17) + (49 - 17) + (16 - 4)
    assert expected == pytest.approx(18 - 18 * same / (324 - 38))


def test_nothing_marked_is_undefined_and_everything_marked_is_1() -> None:
    assert np.isnan(alpha.ratio(np.array(alpha.spans([], [], 10))))
    assert float(alpha.ratio(np.array(alpha.spans([(0, 10)], [(0, 10)], 10)))) == 1
    assert alpha.spans([], [], 0) == (0, 0, 0)


def test_marked_by_one_alone_is_worse_than_chance_or_equal_to_it() -> None:
    assert float(alpha.ratio(np.array(alpha.spans([(2, 6)], [], 10)))) <= 0


def test_nested_spans_lie_on_levels_outermost_first() -> None:
    assert alpha.levels([(2, 5), (0, 10), (10, 12), (3, 4), (8, 11)]) == [
        [(0, 10), (10, 12)],
        [(2, 5), (8, 11)],
        [(3, 4)],
    ]


SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=6,
)


@given(SPANS, SPANS)
def test_span_alpha_is_symmetric_and_1_for_equal_spans(a: list[Span], b: list[Span]) -> None:
    assert alpha.spans(a, b, 40) == pytest.approx(alpha.spans(b, a, 40))
    assert alpha.spans(a[::-1], b, 40) == alpha.spans(a, b, 40)
    value = alpha.ratio(np.array(alpha.spans(a, a, 40)))
    assert float(value) == pytest.approx(1) if a else np.isnan(value)


@given(SPANS)
def test_levels_hold_every_span_and_none_overlaps_on_its_level(spans: list[Span]) -> None:
    found = alpha.levels(spans)
    assert sorted(span for level in found for span in level) == sorted(spans)
    for level in found:
        assert all(first[1] <= second[0] for first, second in pairwise(level))


def test_an_interval_leaves_undefined_resamples_out_unless_they_are_most() -> None:
    assert bootstrap.interval(np.array([0.2] * 60 + [np.nan] * 40)) == (0.2, 0.2)
    assert bootstrap.interval(np.array([0.2] * 40 + [np.nan] * 60)) is None
    assert bootstrap.interval(np.zeros(0)) is None


def test_each_resample_draws_as_many_documents_as_there_are() -> None:
    drawn = bootstrap.weights(7, 50, 3)
    assert drawn.shape == (50, 7)
    assert (drawn.sum(1) == 7).all()
    assert (drawn == bootstrap.weights(7, 50, 3)).all()
