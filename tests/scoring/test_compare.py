"""Paired comparison of systems, against scipy's permutation test and by hand."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from parley.scoring import compare
from parley.scoring.compare import CannotCompareError, Paired, holm, paired
from parley.scoring.measure import Floats, Key, Measure
from tests.scoring.made_results import counts, result


def measure(rows: Floats | list[list[float]], formula: str = "f1") -> Measure:
    return Measure(Key("mentions", "strict"), formula, np.array(rows, dtype=np.float64))


def one(a: Measure, b: Measure, resamples: int = 10_000, seed: int = 0) -> Paired:
    return paired([[a], [b]], resamples, seed)[0, 1][0]


def scipys(a: Measure, b: Measure, resamples: float) -> float:
    """p of scipy.stats.permutation_test: rows are swapped whole, so their numbers are permuted."""
    rows = np.concatenate([a.counts, b.counts])
    size = len(a.counts)

    def gap(x: Floats, y: Floats, axis: int) -> Floats:
        sums = [rows[np.asarray(side).astype(int)].sum(axis - 1) for side in (x, y)]
        return np.abs(a.values(sums[0])[..., 2] - a.values(sums[1])[..., 2])

    found = stats.permutation_test(
        (np.arange(size), np.arange(size, 2 * size)),
        gap,
        permutation_type="samples",
        alternative="greater",
        n_resamples=resamples,
        vectorized=True,
        axis=-1,
        rng=np.random.default_rng(1),
    )
    return float(found.pvalue)


@pytest.mark.parametrize("seed", range(4))
def test_with_few_documents_p_is_scipys_exact_one(seed: int) -> None:
    a, b = measure(counts(8, 0.7, seed)), measure(counts(8, 0.5, seed + 50))
    assert one(a, b).p == pytest.approx(scipys(a, b, np.inf))


def test_with_many_documents_p_is_scipys_but_for_the_draw() -> None:
    a, b = measure(counts(60, 0.62, 1)), measure(counts(60, 0.58, 2))
    assert 0.02 < one(a, b).p < 0.98
    assert one(a, b).p == pytest.approx(scipys(a, b, 10_000), abs=0.03)


def test_p_by_hand() -> None:
    # A has the one item of each of three documents, B none: F1 1 and 0. Of the eight swaps only
    # none and all keep a gap of 1 (one swapped: F1 0.8 and 0.5), so p = 2 / 8.
    right, wrong = measure([[1, 1, 1]] * 3), measure([[0, 0, 1]] * 3)
    found = one(right, wrong)
    assert (found.first, found.second, found.p) == (1.0, 0.0, 0.25)
    assert (found.low, found.high) == (1.0, 1.0)


def test_a_random_p_counts_the_difference_seen_as_one_more_swap() -> None:
    # Of 40 documents, no random swap in 9 reaches the gap of all against nothing.
    right, wrong = measure([[1, 1, 1]] * 40), measure([[0, 0, 1]] * 40)
    assert one(right, wrong, resamples=9).p == 1 / 10


@settings(deadline=None)
@given(
    st.integers(1, 9), st.integers(0, 10**6), st.sampled_from([1.0, 3.0]), st.sampled_from([1, 8])
)
def test_swapping_the_systems_turns_the_difference_and_keeps_p(
    documents: int, seed: int, parts: float, resamples: int
) -> None:
    # Counts in thirds, too: their sums are not exact, and p counts equal differences as equal.
    a = measure(counts(documents, 0.7, seed) / parts)
    b = measure(counts(documents, 0.6, seed + 1) / parts)
    first, second = one(a, b, 2**resamples), one(b, a, 2**resamples)
    assert first.p == second.p
    assert (first.first, first.second) == (second.second, second.first)
    if first.low is not None and second.high is not None:
        assert first.low == pytest.approx(-second.high)
    assert 0 < first.p <= 1


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 10**6))
def test_a_system_cannot_be_told_from_itself(documents: int, seed: int) -> None:
    a = measure(counts(documents, 0.5, seed) / 3)
    found = one(a, a, 200)
    assert found.p == 1.0
    assert found.low in (None, 0.0)
    assert found.high in (None, 0.0)


def test_under_no_difference_small_p_values_are_as_rare_as_they_say() -> None:
    below = 0
    for seed in range(300):
        a, b = measure(counts(30, 0.6, seed)), measure(counts(30, 0.6, 1000 + seed))
        below += one(a, b, 200, seed).p <= 0.05
    # 5 % of 300 is 15; 28 is more than three standard errors above.
    assert below <= 28


def test_nothing_left_in_a_swap_stays_nothing_with_fractions_too() -> None:
    # All that either predicted is in one document, a third of an item: where it is swapped away
    # nothing is predicted, which a difference of sums would miss by a rounding error.
    a = measure([[1 / 3, 1 / 3, 1], [0, 0, 1], [0, 0, 1]])
    b = measure([[0, 0.1, 1], [0, 0, 1], [0, 0, 1]])
    found = one(a, b)
    assert found.first == pytest.approx(2 * (1 / 9) / (10 / 9))
    assert found.p == 1.0


def test_holms_correction_by_hand() -> None:
    # Ordered 0.01, 0.02, 0.03, 0.5: times 4, 3, 2, 1, each at least the one before.
    assert holm([0.02, 0.5, 0.01, 0.03]) == pytest.approx([0.06, 0.5, 0.04, 0.06])
    assert holm([0.4, 0.9]) == [0.8, 0.9]
    assert holm([]) == []


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=12))
def test_holms_correction_is_between_no_correction_and_bonferronis(values: list[float]) -> None:
    corrected = holm(values)
    for value, found in zip(values, corrected, strict=True):
        assert value <= found <= min(1.0, len(values) * max(value, max(values))) + 1e-12
    order = sorted(range(len(values)), key=values.__getitem__)
    assert all(corrected[x] <= corrected[y] for x, y in itertools.pairwise(order))
    if values:
        assert min(corrected) == min(1.0, len(values) * min(values))


def test_all_pairs_of_systems_are_one_family_for_each_metric() -> None:
    systems = [result(name, {"mentions": counts(8, 0.6, at)}) for at, name in enumerate("abc")]
    found = compare.compare(systems)
    assert [(x.a, x.b, x.family) for x in found.differences] == [
        ("a", "b", 3),
        ("a", "c", 3),
        ("b", "c", 3),
    ]
    ps = [x.p for x in found.differences]
    assert [x.p_corrected for x in found.differences] == holm(ps)
    assert all(x.exact and x.documents == 8 for x in found.differences)


def test_a_third_system_changes_p_only_by_the_correction() -> None:
    systems = [result(name, {"mentions": counts(40, 0.6, at)}) for at, name in enumerate("abc")]
    (alone,) = compare.compare(systems[:2], resamples=500).differences
    among = compare.compare(systems, resamples=500).differences[0]
    assert (alone.p, alone.low, alone.high) == (among.p, among.low, among.high)


def test_headline_metrics_of_every_shared_layer_are_compared() -> None:
    rows = counts(8, 0.6, 1)
    first = result("a", {"mentions": rows, "events": rows, "stances": rows})
    second = result("b", {"mentions": rows, "events": rows})
    found = compare.compare([first, second])
    assert [(x.layer, x.metric) for x in found.differences] == [
        ("mentions", "strict"),
        ("events", "Arg-C+"),
        ("events", "Tri-C"),
    ]
    assert "stances: not predicted by b" in found.notes


def test_a_clear_winner_is_named_and_two_that_are_close_are_not_told_apart() -> None:
    rows = counts(12, 0.95, 1)
    systems = [
        result("good", {"mentions": rows}),
        result("poor", {"mentions": counts(12, 0.2, 2)}),
        result("same", {"mentions": rows}),
    ]
    found = compare.compare(systems)
    by_pair = {(x.a, x.b): x for x in found.differences}
    assert by_pair["good", "poor"].better == "good"
    assert by_pair["poor", "same"].better == "same"
    assert by_pair["good", "same"].better is None
    words = compare.render(found)
    assert "good better" in words
    assert "can't be told apart" in words


def test_only_documents_that_every_system_predicted_are_compared_and_the_rest_is_said() -> None:
    rows = counts(9, 0.6, 1)
    first = result("a", {"mentions": rows}, missing=["d0"])
    second = result("b", {"mentions": counts(9, 0.5, 2)}, partial={"mentions": ["d4"]})
    found = compare.compare([first, second])
    (one,) = found.differences
    assert one.documents == 7
    kept = [row for row in range(9) if row not in (0, 4)]
    expected = measure(rows[kept]).values(rows[kept].sum(0))[2]
    assert one.f1_a == pytest.approx(expected)
    assert "mentions: 2 documents of 9 left out, not predicted by every system" in found.notes


def test_documents_are_paired_by_their_ids_and_not_by_their_place() -> None:
    rows, other = counts(9, 0.6, 1), counts(9, 0.4, 2)
    ids = [f"d{row}" for row in range(9)]
    straight = compare.compare([result("a", {"mentions": rows}), result("b", {"mentions": other})])
    turned = compare.compare(
        [
            result("a", {"mentions": rows}),
            result("b", {"mentions": other[::-1]}, doc_ids=ids[::-1]),
        ]
    )
    assert straight == turned


@pytest.mark.parametrize(
    ("documents", "systems", "words"),
    [
        (5, 2, "with 5 documents p cannot go under 1/2^4 = 0.0625: no difference"),
        (6, 3, "p cannot go under 1/2^5 = 0.0312, 0.0938 corrected for 3 pairs"),
        (1, 2, "with 1 document p cannot go under 1/2^0 = 1.0000"),
    ],
)
def test_too_few_documents_for_any_small_p_is_said(
    documents: int, systems: int, words: str
) -> None:
    made = [result(f"s{x}", {"mentions": counts(documents, 0.6, x)}) for x in range(systems)]
    found = compare.compare(made)
    assert any(words in note for note in found.notes)
    assert f"n = {documents} document" in compare.render(found)


def test_enough_documents_go_without_a_warning_unless_resamples_are_too_few() -> None:
    made = [result(f"s{x}", {"mentions": counts(20, 0.6, x)}) for x in range(2)]
    assert compare.compare(made).notes == []
    few = compare.compare(made, resamples=10)
    assert few.notes == [
        "mentions: with 20 documents p cannot go under 0.0909: no difference could be told from "
        "chance at 0.05"
    ]


def test_unknown_names_are_all_named_with_the_nearest() -> None:
    made = [result(name, {"mentions": counts(3, 0.5, 1)}) for name in "ab"]
    with pytest.raises(CannotCompareError) as raised:
        compare.compare(made, metrics=["strikt"], layers=["mention"])
    words = str(raised.value)
    assert "got 'mention'; expected mentions; nearest is 'mentions'" in words
    assert "no such metric" in words
    with pytest.raises(CannotCompareError, match="got 'strikt'; expected strict; nearest is"):
        compare.compare(made, metrics=["strikt"])


def test_results_under_unequal_signatures_are_refused_with_the_fields() -> None:
    first, second = (result(name, {"mentions": counts(3, 0.5, 1)}) for name in "ab")
    other = replace(second, signature=replace(second.signature, split="train", scorer="2"))
    with pytest.raises(CannotCompareError, match=r"a and b are not comparable; .* split, scorer"):
        compare.compare([first, other])


def test_layers_with_too_few_documents_share_one_note() -> None:
    rows = counts(4, 0.6, 1)
    made = [result(name, {"mentions": rows, "coreference": rows}) for name in "ab"]
    (note,) = compare.compare(made).notes
    assert note.startswith("mentions, coreference: with 4 documents p cannot go under 1/2^3")


def test_nothing_in_common_says_why() -> None:
    first = result("a", {"mentions": counts(3, 0.5, 1)}, missing=["d0", "d1", "d2"])
    second = result("b", {"mentions": counts(3, 0.5, 1)})
    with pytest.raises(CannotCompareError, match="3 documents of 3 left out"):
        compare.compare([first, second])
    third = result("c", {"events": counts(3, 0.5, 1)})
    with pytest.raises(CannotCompareError, match="mentions: not predicted by c"):
        compare.compare([second, third])


def test_counts_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(CannotCompareError, match="differ in kind or number"):
        compare.differences(
            ["a", "b"], [measure(np.zeros((2, 3))), measure(np.zeros((2, 4)), "prf")], 10, 0
        )


def test_one_name_given_twice_is_numbered() -> None:
    assert compare.distinct(["crf", "crf", "x", "crf"]) == ["crf", "crf (2)", "x", "crf (3)"]


def test_the_text_has_a_table_for_each_metric_with_n_and_p() -> None:
    right, wrong = np.array([[1.0, 1, 1]] * 8), np.array([[0.0, 0, 1]] * 8)
    found = compare.compare([result("x", {"mentions": right}), result("y", {"mentions": wrong})])
    lines = compare.render(found).splitlines()
    assert lines[0] == "comparison of x, y"
    assert lines[1] == (
        "parley|corpus:made/1|digest:0000000000000000|split:test|match:one-to-one/1|"
        "singletons:kept|docs:8|scorer:1"
    )
    at = lines.index("mentions, strict: n = 8 documents, all 256 swaps")
    assert [line.split() for line in lines[at + 1 : at + 3]] == [
        ["A", "B", "F1", "A", "F1", "B", "difference", "95", "%", "p"],
        ["x", "y", "1.000", "0.000", "+1.000", "[+1.000,", "+1.000]", "0.0078", "x", "better"],
    ]


def test_names_cannot_steer_a_terminal() -> None:
    made = [result(name, {"mentions": counts(3, 0.5, 1)}) for name in ("\x1b[31mred", "b\nc")]
    words = compare.render(compare.compare(made))
    assert "\x1b" not in words
    assert "b c" in words


def test_json_has_every_figure_and_no_nan() -> None:
    empty = np.zeros((3, 3))
    made = [result(name, {"mentions": empty}) for name in "ab"]
    found = json.loads(json.dumps(compare.compare(made).to_dict(), allow_nan=False))
    assert found["format"] == "parley-comparison/1"
    (row,) = found["differences"]
    assert (row["f1_a"], row["f1_b"], row["p"], row["low"]) == (1.0, 1.0, 1.0, None)
