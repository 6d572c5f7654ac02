"""Coreference: the metrics on worked examples, and what must hold for any clusters."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.predictions.inputs import JSON, Inputs
from parley.scoring import clusters, coreference
from parley.scoring.measure import Measure

#: Clusters of letters, each letter a mention.
Letters = list[list[str]]


def line(doc_id: str, letters: Letters) -> JSON:
    """A line of a prediction file with these clusters."""
    names = sorted({name for cluster in letters for name in cluster})
    return {
        "doc_id": doc_id,
        "mentions": [mention(f"m-{name}", name) for name in names],
        "clusters": [[f"m-{name}" for name in cluster] for cluster in letters],
    }


def mention(name: str, letter: str, **more: str) -> JSON:
    """A mention on the span that belongs to a letter."""
    start = 10 * ord(letter)
    return {"id": name, "start": start, "end": start + 4, "type": "ORG", **more}


def inputs(
    *documents: tuple[str | Letters, str | Letters], stories: list[str | None] | None = None
) -> Inputs:
    """Gold and predicted clusters of documents, as words ("a bc def") or lists of letters."""
    sides = [[_letters(side) for side in document] for document in documents]
    names = [f"document-{number}" for number in range(len(sides))]
    nothing: list[str | None] = [None] * len(sides)
    return Inputs(
        doc_ids=names,
        gold=[line(name, side[0]) for name, side in zip(names, sides, strict=True)],
        predicted=[line(name, side[1]) for name, side in zip(names, sides, strict=True)],
        texts=nothing,
        stories=stories or nothing,
        forms=nothing,
    )


def _letters(side: str | Letters) -> Letters:
    return [list(word) for word in side.split()] if isinstance(side, str) else side


def scores(found: Inputs, singletons: str = "kept") -> dict[str, list[float]]:
    """Precision, recall and F1 of each metric, over all documents."""
    return values(coreference.score(found, singletons)[0])


def values(measures: list[Measure]) -> dict[str, list[float]]:
    """Precision, recall and F1 of each measure, over all of its rows."""
    return {item.key.metric: item.values(item.counts.sum(0)).tolist() for item in measures}


# ---------------------------------------------------------------------- worked examples
def test_metrics_are_those_of_the_example_of_pradhan_and_others() -> None:
    # Pradhan et al. 2014, section 4: three responses for two entities; h and i are no mentions.
    found = scores(inputs(("abc defg", "ab cd fghi")))
    assert found["MUC"] == pytest.approx([2 / 5, 2 / 5, 2 / 5])
    recall = (4 / 3 + 1 / 3 + 1 / 4 + 4 / 4) / 7
    precision = (4 / 2 + 1 / 2 + 1 / 2 + 4 / 4) / 8
    assert found["B3"] == pytest.approx([precision, recall, harmonic(precision, recall)])
    similar = 2 * 2 / (3 + 2) + 2 * 2 / (4 + 4)
    assert found["CEAFe"] == pytest.approx([similar / 3, similar / 2, harmonic(1.3 / 3, 0.65)])
    # Moosavi and Strube 2016: importance times the share of links found.
    recall, precision = (3 * 1 / 3 + 4 * 1 / 6) / 7, (2 * 1 + 2 * 0 + 4 * 1 / 6) / 8
    assert found["LEA"] == pytest.approx([precision, recall, harmonic(precision, recall)])
    assert found["average"][2] == pytest.approx(
        (found["MUC"][2] + found["B3"][2] + found["CEAFe"][2]) / 3
    )


@pytest.mark.parametrize(
    ("response", "muc", "b_cubed", "ceaf_e"),
    [
        ("12345 6789ABC", 0.947, 0.865, 0.733),
        ("1234589ABC 67", 0.947, 0.737, 0.667),
        ("123456789ABC", 0.900, 0.545, 0.294),
        ("1 2 3 4 5 6 7 8 9 A B C", 0.0, 0.400, 0.178),
    ],
)
def test_metrics_are_those_of_the_table_of_luo(
    response: str, muc: float, b_cubed: float, ceaf_e: float
) -> None:
    # Luo 2005, "On coreference resolution performance metrics", tables 1 and 2.
    found = scores(inputs(("12345 67 89ABC", response)))
    f1 = [found[name][2] for name in ("MUC", "B3", "CEAFe")]
    assert f1 == pytest.approx([muc, b_cubed, ceaf_e], abs=0.0005)


@pytest.mark.parametrize(
    ("response", "muc", "b_cubed", "ceaf_e", "lea"),
    [
        ("a de", (1, 1 / 3), (1, 7 / 18), (0.9, 0.6), (1, 2 / 6)),
        ("a bcx defy z", (3 / 5, 1), (55 / 108, 1), (0.66429, 0.88571), (4 / 9, 1)),
        ("a bcx dy z", (1 / 3, 1 / 3), (17 / 42, 5 / 9), (0.55, 0.73333), (2 / 7, 3 / 6)),
        ("a bcxB dy z", (1 / 4, 1 / 3), (5 / 16, 5 / 9), (0.51667, 0.68889), (5 / 24, 1 / 2)),
    ],
)
def test_twinless_mentions_count_as_in_the_reference_scorer(
    response: str,
    muc: tuple[float, float],
    b_cubed: tuple[float, float],
    ceaf_e: tuple[float, float],
    lea: tuple[float, float],
) -> None:
    # Missing mentions, false ones, and both: what the reference scorer is tested on.
    found = scores(inputs(("a bc def", response)))
    assert found["MUC"][:2] == pytest.approx(muc)
    assert found["B3"][:2] == pytest.approx(b_cubed)
    assert found["CEAFe"][:2] == pytest.approx(ceaf_e, abs=1e-5)
    assert found["LEA"][:2] == pytest.approx(lea)


def test_a_singleton_links_to_itself_in_lea_and_only_to_the_same_singleton() -> None:
    assert scores(inputs(("a b", "a c")))["LEA"] == pytest.approx([1 / 2, 1 / 2, 1 / 2])
    assert scores(inputs(("a b", "ab")))["LEA"] == [0, 0, 0]


def harmonic(precision: float, recall: float) -> float:
    """F1."""
    return 2 * precision * recall / (precision + recall)


# ---------------------------------------------------------------------- what counts as what
def test_a_span_given_twice_counts_once_in_its_largest_cluster() -> None:
    wanted = scores(inputs(("a bc def", "a bcx dy z")))
    # Twice in one cluster, as another mention of another type; and once more in a smaller cluster.
    found = inputs(("a bc def", "a bcx dy z"))
    again = [mention("again", "b", type="GPE"), mention("more", "c", type="LOC")]
    found.predicted[0]["mentions"] += again
    found.predicted[0]["clusters"][1].append("again")
    found.predicted[0]["clusters"][3].append("more")
    found.predicted[0]["clusters"].reverse()
    assert scores(found) == wanted
    # Precision cannot be had by repeating a mention that is right.
    assert scores(inputs(("a b def", "a bcx dy bz")))["B3"][0] <= 4 / 7


def test_types_ids_and_mentions_outside_clusters_say_nothing() -> None:
    found = inputs(("ab cd", "ab cd"))
    for place, item in enumerate(found.predicted[0]["mentions"]):
        item["type"] = ("GPE", "LOC")[place % 2]
    found.predicted[0]["mentions"].append(mention("idle", "z"))
    assert set(map(tuple, scores(found).values())) == {(1.0, 1.0, 1.0)}


def test_singletons_are_dropped_on_both_sides_where_asked() -> None:
    found = inputs(("a b cde", "a fg cd"))
    assert scores(found, "dropped") == scores(inputs(("cde", "fg cd")))
    assert scores(found, "kept") != scores(found, "dropped")
    # Dropped after repeated spans: a cluster that loses a mention to another is a singleton.
    twice = inputs(("abc", "abc"))
    twice.predicted[0]["clusters"].append(["m-a", "m-b"])
    assert scores(twice, "dropped")["CEAFe"] == [1, 1, 1]
    with pytest.raises(ValueError, match="got 'some'; expected 'kept' or 'dropped'"):
        coreference.score(found, "some")


def test_documents_are_apart_and_their_counts_add_up() -> None:
    both = inputs(("ab c", "ab c"), ("ab", "a b"))
    measures, errors = coreference.score(both)
    assert errors == []
    for measure in measures:
        alone = [inputs(("ab c", "ab c")), inputs(("ab", "a b"))]
        rows = [
            next(m for m in coreference.score(one)[0] if m.key == measure.key).counts[0]
            for one in alone
        ]
        assert measure.counts.tolist() == np.stack(rows).tolist()


def test_with_nothing_on_both_sides_values_are_undefined_and_with_one_side_they_are_0() -> None:
    for name, found in scores(inputs(("", ""))).items():
        assert np.isnan(found).all(), name
    for name, found in scores(inputs(("", "ab"))).items():
        assert found == [0, 0, 0], name
    for name, found in scores(inputs(("ab", ""))).items():
        assert found == [0, 0, 0], name
    assert coreference.score(inputs())[0][0].counts.shape == (0, 4)


def test_the_average_leaves_out_a_part_that_is_undefined() -> None:
    # Nothing but singletons: MUC has no links to find.
    found = scores(inputs(("a b c", "a b d")))
    assert np.isnan(found["MUC"]).all()
    assert found["average"] == pytest.approx([2 / 3, 2 / 3, 2 / 3])


def test_unknown_mentions_of_clusters_are_all_named_in_one_error() -> None:
    found = inputs(("ab", "ab"), ("ab", "ab"))
    found.predicted[0]["clusters"][0][1] = "m-aa"
    found.gold[1]["clusters"].append(["nobody"])
    with pytest.raises(ValueError) as caught:
        coreference.score(found)
    words = str(caught.value)
    assert "prediction for document-0: clusters[0]: no such mention; got 'm-aa'" in words
    assert "nearest is 'm-a'" in words
    assert "gold of document-1: clusters[1]: no such mention; got 'nobody'" in words


def test_entities_are_counted_as_exact_missing_split_spurious_and_merged() -> None:
    found = inputs(("abc de f gh", "ab cde xy gh"), ("a", "a"))
    assert coreference.entities(found) == {
        "gold": 5,
        "predicted": 5,
        "exact": 2,
        "missing": 1,
        "split": 1,
        "spurious": 1,
        "merged": 1,
    }
    assert coreference.entities(found, "dropped")["gold"] == 3


# ---------------------------------------------------------------------- across documents
def named(documents: list[tuple[str | None, str, str]]) -> Inputs:
    """Documents (story, gold, predicted); a side is words "a=river b=town": letter and entity."""
    names = [f"document-{number}" for number in range(len(documents))]

    def row(name: str, words: str) -> JSON:
        pairs = [word.split("=") for word in words.split()]
        made = [mention(f"m-{at}", at, **({"entity": of} if of else {})) for at, of in pairs]
        return {"doc_id": name, "mentions": made, "clusters": []}

    nothing: list[str | None] = [None] * len(documents)
    sides = list(zip(names, documents, strict=True))
    return Inputs(
        doc_ids=names,
        gold=[row(name, gold) for name, (_, gold, _) in sides],
        predicted=[row(name, predicted) for name, (_, _, predicted) in sides],
        texts=nothing,
        stories=[story for story, _, _ in documents],
        forms=nothing,
    )


def test_entities_across_documents_are_clusters_of_a_story() -> None:
    found = named(
        [
            ("flood", "a=river b=town", "a=E1 b=E2"),
            ("strike", "a=union b=river", "a=E1 b=E1"),
            ("flood", "a=river b=river c=", "a=E1 b=E3 c="),
        ]
    )
    stories, measures = coreference.across(found)
    assert stories == ["flood", "strike"]
    assert [item.key.metric for item in measures] == [
        "MUC across",
        "B3 across",
        "CEAFe across",
        "LEA across",
        "average across",
    ]
    # flood: gold {a0 a2 b2} {b0}, predicted {a0 a2} {b0} {b2}; strike: gold {a} {b}, predicted {ab}
    assert measures[0].counts.tolist() == [[1, 1, 1, 2], [0, 1, 0, 0]]
    assert measures[1].counts == pytest.approx(np.array([[4, 4, 5 / 3 + 1, 4], [1, 2, 2, 2]]))
    assert measures[0].counts.shape == measures[4].counts[:, :4].shape


def test_whole_entities_are_scored_corpus_wide_where_stories_do_not_cut_them() -> None:
    found = named([("flood", "a=river", "a=E1"), ("strike", "a=river", "a=E2")])
    assert values(coreference.across(found)[1])["B3 across"] == [1, 1, 1]
    whole = values(coreference.corpus_wide(found))
    assert whole["B3 corpus-wide"] == pytest.approx([1, 1 / 2, 2 / 3])
    assert whole["MUC corpus-wide"] == [0, 0, 0]
    assert {item.counts.shape[0] for item in coreference.corpus_wide(found)} == {1}


def test_documents_without_a_story_are_stories_of_their_own() -> None:
    found = named(
        [(None, "a=x", "a=E"), ("document-0", "a=x b=x", "a=E b=E"), (None, "b=x", "b=E")]
    )
    stories, measures = coreference.across(found)
    assert stories == ["document-0", "document-0", "document-2"]
    assert measures[0].counts[:, 3].tolist() == [0, 1, 0]


def test_across_says_nothing_where_a_side_names_no_entity() -> None:
    for gold, predicted in (("a=x", "a="), ("a=", "a=x"), ("", "")):
        found = named([("flood", gold, predicted)])
        assert not coreference.names_entities(found)
        assert coreference.across(found) == ([], [])
        assert coreference.corpus_wide(found) == []


def test_across_drops_singletons_of_a_story_and_gold_on_itself_is_1() -> None:
    sides = "a=river b=town", "a=river"
    found = named([("flood", sides[0], sides[0]), ("flood", sides[1], sides[1])])
    for policy in clusters.SINGLETONS:
        for measure in coreference.across(found, policy)[1]:
            assert measure.values(measure.counts.sum(0)).tolist() == [1, 1, 1]
    # Left: one cluster of two mentions.
    assert coreference.across(found, "dropped")[1][1].counts.tolist() == [[2, 2, 2, 2]]


# ---------------------------------------------------------------------- what holds for any clusters
def clusterings(letters: str = "abcdefghij") -> st.SearchStrategy[Letters]:
    """Any clusters of any of the letters."""

    def grouped(labels: list[int]) -> Letters:
        found: dict[int, list[str]] = {}
        for letter, label in zip(letters, labels, strict=True):
            if label:
                found.setdefault(label, []).append(letter)
        return list(found.values())

    each = st.integers(min_value=0, max_value=5)
    return st.lists(each, min_size=len(letters), max_size=len(letters)).map(grouped)


@settings(deadline=None)
@given(clusterings())
def test_gold_on_itself_is_1_or_undefined(gold: Letters) -> None:
    for policy in clusters.SINGLETONS:
        for name, found in scores(inputs((gold, gold)), policy).items():
            assert found == [1, 1, 1] or np.isnan(found).all(), name


@settings(deadline=None)
@given(clusterings(), clusterings("abcdefghijXYZ"), st.randoms(use_true_random=False))
def test_neither_order_nor_ids_change_a_count(
    gold: Letters, predicted: Letters, random: Random
) -> None:
    found = inputs((gold, predicted))
    wanted = [item.counts.tolist() for item in coreference.score(found)[0]]
    for row in (found.gold[0], found.predicted[0]):
        new = [f"x{number}" for number in range(len(row["mentions"]))]
        random.shuffle(new)
        ids = {item["id"]: name for item, name in zip(row["mentions"], new, strict=True)}
        row["clusters"] = [[ids[name] for name in cluster] for cluster in row["clusters"]]
        for item in row["mentions"]:
            item["id"] = ids[item["id"]]
        for shuffled in (row["mentions"], row["clusters"], *row["clusters"]):
            random.shuffle(shuffled)
    for measure, counts in zip(coreference.score(found)[0], wanted, strict=True):
        assert measure.counts == pytest.approx(np.array(counts), rel=1e-14)


@settings(deadline=None)
@given(clusterings(), clusterings("abcdefghijXYZ"))
def test_values_are_between_0_and_1_and_counts_never_exceed_their_denominators(
    gold: Letters, predicted: Letters
) -> None:
    for policy in clusters.SINGLETONS:
        for measure in coreference.score(inputs((gold, predicted)), policy)[0]:
            parts = measure.counts.reshape(-1, 4)
            assert (parts >= 0).all()
            assert (parts[:, [0, 2]] <= parts[:, [1, 3]] + 1e-12).all()
            found = measure.values(measure.counts.sum(0))
            assert np.isnan(found).all() or ((found >= 0) & (found <= 1)).all()


@settings(deadline=None)
@given(clusterings("abcdefghijXYZ"), clusterings())
def test_swapping_gold_and_predictions_swaps_precision_and_recall(
    gold: Letters, predicted: Letters
) -> None:
    back = scores(inputs((predicted, gold)))
    for name, (precision, recall, f1) in scores(inputs((gold, predicted))).items():
        assert back[name] == pytest.approx([recall, precision, f1], nan_ok=True), name


@settings(deadline=None)
@given(clusterings(), clusterings())
def test_one_predicted_cluster_of_all_mentions_recalls_every_link(
    gold: Letters, predicted: Letters
) -> None:
    # Vilain et al. 1995: all in one cluster has MUC recall 1, all apart has none.
    every = [name for cluster in gold for name in cluster]
    links = len(every) - len(gold)
    if links:
        assert scores(inputs((gold, [every])))["MUC"][1] == 1
        assert scores(inputs((gold, [[name] for name in every])))["MUC"] == [0, 0, 0]
    # And the links found are as many for precision as for recall.
    counts = coreference.score(inputs((gold, predicted)))[0][0].counts[0]
    assert counts[0] == counts[2]


@settings(deadline=None)
@given(clusterings(), clusterings())
def test_a_false_mention_alone_lowers_precision_and_leaves_recall(
    gold: Letters, predicted: Letters
) -> None:
    before, after = (
        scores(inputs((gold, clusters))) for clusters in (predicted, [*predicted, ["Z"]])
    )
    for name in ("B3", "LEA", "CEAFe"):
        if not np.isnan(before[name][0]):
            assert after[name][0] <= before[name][0]
            assert after[name][1] == pytest.approx(before[name][1])
