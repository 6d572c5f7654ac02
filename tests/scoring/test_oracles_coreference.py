"""Coreference against others: scorch, a plain reading of LEA, and a dense assignment."""

from importlib import import_module
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.scoring import clusters
from tests.scoring.test_coreference import Letters, clusterings, inputs, scores

# By name: the two have no types.
scorch = import_module("scorch.scores")
optimize = import_module("scipy.optimize")

ORACLES = {"MUC": scorch.muc, "B3": scorch.b_cubed, "CEAFe": scorch.ceaf_e}


@settings(deadline=None)
@given(clusterings("abcdefghijklmnop"), clusterings("abcdefghijXYZ"))
def test_muc_b_cubed_and_ceaf_are_those_of_scorch(gold: Letters, predicted: Letters) -> None:
    # scorch agrees with the reference scorer. Where a value is undefined here, it says 0.
    found = scores(inputs((gold, predicted)))
    key, response = (list(map(set, side)) for side in (gold, predicted))
    for name, oracle in ORACLES.items():
        recall, precision, f1 = oracle(key, response)
        ours = np.nan_to_num(found[name])
        assert ours == pytest.approx([precision, recall, f1]), name


@settings(deadline=None)
@given(clusterings("abcdefghijklmnop"), clusterings("abcdefghijXYZ"))
def test_lea_is_what_its_paper_says(gold: Letters, predicted: Letters) -> None:
    found = np.nan_to_num(scores(inputs((gold, predicted)))["LEA"])
    wanted = plain_lea(predicted, gold), plain_lea(gold, predicted)
    assert found[:2] == pytest.approx(wanted)


def plain_lea(own: Letters, other: Letters) -> float:
    """Importance times resolution over importance, link by link."""
    total = 0.0
    for cluster in own:
        links = set(combinations(sorted(cluster), 2)) or {(cluster[0], cluster[0])}
        theirs = [set(combinations(sorted(one), 2)) or {(one[0], one[0])} for one in other]
        total += len(cluster) * sum(len(links & some) for some in theirs) / len(links)
    mentions = sum(map(len, own))
    return total / mentions if mentions else 0.0


@settings(deadline=None)
@given(st.data(), st.sampled_from((0, clusters.DENSE)))
def test_the_assignment_is_the_best_there_is(data: st.DataObject, dense: int) -> None:
    high, wide = (data.draw(st.integers(min_value=1, max_value=8)) for _ in range(2))
    # 0 is no edge; few values, so that there are ties.
    cell = st.sampled_from((0.0, 0.0, 0.25, 1 / 3, 0.5, 1.0))
    row = st.lists(cell, min_size=wide, max_size=wide)
    weights = np.array(data.draw(st.lists(row, min_size=high, max_size=high)))
    left, right = np.nonzero(weights)
    with pytest.MonkeyPatch.context() as patch:
        # With 0, every component that is no star is assigned from its edges.
        patch.setattr(clusters, "DENSE", dense)
        chosen = clusters.assign(left, right, weights[left, right])
    assert len(set(left[chosen])) == len(set(right[chosen])) == len(chosen)
    best = weights[optimize.linear_sum_assignment(weights, maximize=True)].sum()
    assert weights[left, right][chosen].sum() == pytest.approx(best)


def test_many_documents_with_large_clusters_are_those_of_scorch() -> None:
    random = np.random.default_rng(5)
    documents: list[tuple[Letters, Letters]] = []
    for _ in range(30):
        labels = random.integers(0, 12, size=(2, 60))
        labels[1] = np.where(random.random(60) < 0.6, labels[0], labels[1])
        sides = [
            [[chr(97 + at) for at in np.flatnonzero(side == label)] for label in np.unique(side)]
            for side in labels
        ]
        documents.append((sides[0], sides[1]))
    for gold, predicted in documents:
        found = scores(inputs((gold, predicted)))
        key, response = (list(map(set, side)) for side in (gold, predicted))
        for name, oracle in ORACLES.items():
            recall, precision, f1 = oracle(key, response)
            assert found[name] == pytest.approx([precision, recall, f1]), name
