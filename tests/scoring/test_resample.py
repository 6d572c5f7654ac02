"""Intervals of measures, against every resample that there is and against scipy."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from parley import bootstrap
from parley.scoring.measure import FORMULAS, Floats, Key, Measure
from parley.scoring.resample import Value, intervals

COLUMNS = {"f1": 3, "prf": 4, "mean_f1": 6, "mean_prf": 8}


def made(formula: str, counts: object, layer: str = "mentions", label: str = "") -> Measure:
    return Measure(Key(layer, "strict", label), formula, np.array(counts, dtype=np.float64))


def random_measure(
    documents: int, seed: int, formula: str = "f1", layer: str = "mentions"
) -> Measure:
    """Counts as scorers give them: matched at most predicted and gold."""
    random = np.random.default_rng(seed)
    parts = []
    for _ in range(COLUMNS[formula] // (4 if "prf" in formula else 3)):
        gold = random.integers(0, 9, documents)
        matched = random.binomial(gold, 0.7)
        predicted = matched + random.integers(0, 4, documents)
        both = (matched, predicted, matched, gold) if "prf" in formula else None
        parts += list(both or (matched, predicted, gold))
    return made(formula, np.stack(parts, axis=1), layer)


def every_resample(measure: Measure) -> Floats:
    """Values of all n^n resamples: (n^n, 3)."""
    n = len(measure.counts)
    sums = [measure.counts[list(rows)].sum(0) for rows in product(range(n), repeat=n)]
    return measure.values(np.array(sums))


@pytest.mark.parametrize("formula", list(FORMULAS))
@pytest.mark.parametrize(
    ("value", "column"), [("precision", 0), ("recall", 1), ("f1", 2)], ids=lambda x: str(x)
)
def test_an_interval_is_that_of_every_resample_there_is(
    formula: str, value: Value, column: int
) -> None:
    measure = random_measure(4, 5, formula)
    values = np.sort(every_resample(measure)[:, column])
    (found,) = intervals([measure], 20_000, 1, value)
    assert found is not None
    # The ends' ranks among all 256 values: 2.5 % and 97.5 %, but for the draw (a 95 % interval of
    # a share of 0.025 in 20,000 draws is 0.002 wide on each side; 0.01 is far outside of it).
    for end, share in zip(found, (0.025, 0.975), strict=True):
        assert np.quantile(values, share - 0.01) <= end <= np.quantile(values, share + 0.01)


def test_draws_are_as_frequent_as_every_resample_is() -> None:
    drawn = bootstrap.weights(3, 27_000, 4)
    seen: dict[tuple[float, ...], int] = {}
    for row in map(tuple, drawn.tolist()):
        seen[row] = seen.get(row, 0) + 1
    expected: dict[tuple[float, ...], int] = {}
    for rows in product(range(3), repeat=3):
        key = tuple(float(rows.count(document)) for document in range(3))
        expected[key] = expected.get(key, 0) + 1000
    assert seen.keys() == expected.keys()
    keys = sorted(seen)
    test = stats.chisquare([seen[key] for key in keys], [expected[key] for key in keys])
    assert test.pvalue > 0.001


def test_scipys_percentile_bootstrap_gives_the_same_interval_but_for_the_draw() -> None:
    measure = random_measure(60, 2)

    def f1(matched: object, predicted: object, gold: object, axis: int = -1) -> object:
        sums = np.stack([np.sum(x, axis=axis) for x in (matched, predicted, gold)], axis=-1)  # type: ignore[call-overload]
        return measure.values(sums)[..., 2]

    peer = stats.bootstrap(
        tuple(measure.counts.T),
        f1,
        n_resamples=20_000,
        paired=True,
        vectorized=True,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    (found,) = intervals([measure], 20_000, 0)
    assert found == pytest.approx((peer.low, peer.high), abs=0.003)


def test_the_same_seed_gives_the_same_figures_and_another_gives_others() -> None:
    measures = [random_measure(30, seed) for seed in range(3)]
    assert intervals(measures, 500, 7) == intervals(measures, 500, 7)
    assert intervals(measures, 500, 7) != intervals(measures, 500, 8)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["events", "stances"]), st.sampled_from(list(FORMULAS)), st.integers(0)
        ),
        max_size=4,
    ),
    st.integers(2, 12),
)
def test_an_interval_does_not_depend_on_the_other_layers(
    others: list[tuple[str, str, int]], documents: int
) -> None:
    ours = random_measure(9, 3)
    thirds = made("f1", ours.counts / 3)
    alone = intervals([ours, thirds], 50, 1)
    more = [random_measure(documents, seed, formula, layer) for layer, formula, seed in others]
    assert intervals([*more, ours, thirds], 50, 1)[-2:] == alone


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    measure = random_measure(40, 1)
    whole = intervals([measure], 300, 5)
    drawn = bootstrap.weights(40, 300, 5)
    monkeypatch.setattr(bootstrap, "_CELLS", 170)
    assert intervals([measure], 300, 5) == whole
    assert (bootstrap.weights(40, 300, 5) == drawn).all()
    assert (bootstrap.weights(40, 100, 5) == drawn[:100]).all()


@settings(deadline=None)
@given(st.lists(st.floats(0, 1) | st.just(np.nan), min_size=1, max_size=40))
def test_bounds_are_numpys_quantiles_of_the_values_that_are_defined(values: list[float]) -> None:
    given = np.array(values)
    defined = given[~np.isnan(given)]
    found = bootstrap.interval(given)
    if defined.size == 0 or 2 * defined.size < given.size:
        assert found is None
    else:
        assert found == pytest.approx(tuple(np.quantile(defined, [0.025, 0.975])))


def test_counts_of_any_size_and_fractions_of_them_give_the_same_interval() -> None:
    # Sums of small whole numbers go through float32, the others do not: no digit may change.
    small = random_measure(50, 9)
    large = made("f1", small.counts * 2**21)
    parts = made("f1", small.counts / 2**9)
    first, second, third = (intervals([measure], 400, 2)[0] for measure in (small, large, parts))
    assert first == second == third


def test_no_interval_without_two_documents_that_count_or_without_resamples() -> None:
    one = made("f1", [[1, 2, 2], [0, 0, 0], [0, 0, 0]])
    none = made("f1", np.zeros((3, 3)))
    empty = made("f1", np.zeros((0, 3)))
    two = made("f1", [[1, 2, 2], [1, 1, 1], [0, 0, 0]])
    assert intervals([one, none, empty], 100, 0) == [None, None, None]
    assert intervals([two], 0, 0) == [None]
    assert intervals([], 100, 0) == []
    found = intervals([one, two], 100, 0)
    assert found[0] is None
    assert found[1] is not None


def test_a_label_that_most_resamples_lack_has_no_interval() -> None:
    # Two of 2,000 documents have it: 37 % of resamples hold none of a document, so that
    # (1 - 2 / 2000) ** 2000 = 0.135 lack both, and an interval there is; of one, none.
    counts = np.zeros((2000, 3))
    counts[:2] = [1, 1, 2]
    assert intervals([made("f1", counts)], 300, 0)[0] is not None
    assert bootstrap.interval(np.array([np.nan] * 51 + [1.0] * 49)) is None


def test_intervals_cover_the_true_value_about_as_often_as_they_say() -> None:
    # Each document's gold and predicted are 5, matches binomial(5, 0.6): the true F1 is 0.6. Of 400
    # samples of 100 documents, 95 % in theory; 0.91 is more than three standard errors below.
    random = np.random.default_rng(11)
    samples = []
    for _ in range(400):
        matched = random.binomial(5, 0.6, 100)
        samples.append(made("f1", np.stack([matched, np.full(100, 5), np.full(100, 5)], axis=1)))
    found = intervals(samples, 400, 3)
    covered = np.mean([end is not None and end[0] <= 0.6 <= end[1] for end in found])
    assert 0.91 <= covered <= 0.98
