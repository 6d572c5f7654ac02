"""Scores of mentions against tools that others use, where definitions are the same.

spaCy's Scorer compares sets of labelled spans, nested or not: `strict` without copies.

seqeval reads entities from IOB2 tags in its strict mode: `BIO`.

nervaluate 1.2.1 computes all four measures of SemEval-2013 task 9.1, but it takes for each
prediction the first overlapping gold entity in the order of the list (so an earlier neighbour may
take what a later prediction matches exactly), has no rule for nested entities, and its tables of
types are computed on that type alone. It agrees where nothing can be taken from anything: where
each prediction overlaps one gold entity at most, and the other way round. Its ends are inclusive.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab

from parley.dataset.tokens import tokens
from parley.scoring.measure import Measure
from parley.scoring.mentions import score
from tests.scoring.test_bio import plainly, texts_and_mentions
from tests.scoring.test_mentions import (
    BOTH,
    BOTH_SEVERAL,
    TYPES,
    Documents,
    Mention,
    inputs,
    named,
)

NERVALUATE = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}


def summed(measure: Measure) -> list[float]:
    """Precision, recall and F1 over all documents; 0 where peers have it for nothing at all."""
    found: list[float] = np.nan_to_num(measure.values(measure.counts.sum(axis=0))).tolist()
    return found


# ---------------------------------------------------------------------- spaCy
@BOTH_SEVERAL
@given(BOTH)
def test_strict_is_what_spacy_scores_on_sets_of_nested_spans(
    both: tuple[Documents, Documents],
) -> None:
    gold, predicted = ([sorted(set(mentions)) for mentions in side] for side in both)
    vocab = Vocab()
    examples = []
    for sides in zip(gold, predicted, strict=True):
        docs = [Doc(vocab, ["word"] * 30), Doc(vocab, ["word"] * 30)]
        for doc, mentions in zip(docs, sides, strict=True):
            doc.spans["sc"] = [Span(doc, start, end, label) for start, end, label in mentions]
        examples.append(Example(docs[1], docs[0]))
    theirs = Scorer.score_spans(
        examples, "spans_sc", getter=lambda doc, _: doc.spans["sc"], allow_overlap=True
    )
    found = named(score(inputs(gold, predicted), ["strict"])[0])
    expected = [theirs[f"spans_sc_{key}"] or 0.0 for key in "prf"]
    assert summed(found["strict", ""]) == pytest.approx(expected)
    for label, row in (theirs["spans_sc_per_type"] or {}).items():
        assert summed(found["strict", label]) == pytest.approx([row[key] for key in "prf"])


# ---------------------------------------------------------------------- seqeval
def iob(mentions: list[Mention], text: str) -> list[str]:
    tags = ["O"] * len(tokens(text)[0])
    for first, last, label in plainly(mentions, text):
        tags[first:last] = [f"B-{label}", *[f"I-{label}"] * (last - first - 1)]
    return tags


@st.composite
def texts_and_two_sides(draw: st.DrawFn) -> tuple[str, list[Mention], list[Mention]]:
    """Predictions are some of gold's, and some that share its text."""
    text, gold = draw(texts_and_mentions())
    kept = draw(st.lists(st.sampled_from(gold), max_size=5)) if gold else []
    place = st.integers(0, len(text) - 1)
    others = st.tuples(place, st.integers(1, 9), st.sampled_from(TYPES))
    more = [(at, min(at + n, len(text)), label) for at, n, label in draw(st.lists(others))]
    return text, gold, [*kept, *more]


@settings(deadline=None)
@given(st.lists(texts_and_two_sides(), min_size=1, max_size=3))
def test_bio_is_what_seqeval_scores_in_its_strict_mode(
    made: list[tuple[str, list[Mention], list[Mention]]],
) -> None:
    texts: list[str | None] = [text for text, _, _ in made]
    gold, predicted = ([item[side] for item in made] for side in (1, 2))
    measures = score(inputs(gold, predicted, texts), ["BIO"])[0]  # type: ignore[arg-type]
    found = named(measures)
    tags = [
        [iob(item[side], item[0]) for item in made]  # type: ignore[arg-type]
        for side in (1, 2)
    ]
    if all(tag == "O" for side in tags for row in side for tag in row):
        assert found["BIO", ""].counts.sum() == 0  # seqeval raises where there is nothing at all
        return
    theirs = classification_report(
        *tags, output_dict=True, mode="strict", scheme=IOB2, zero_division=0
    )
    keys = ("precision", "recall", "f1-score")
    for name, label in (("micro avg", ""), *((label, label) for label in TYPES)):
        if name in theirs:
            expected = [theirs[name][key] for key in keys]
            assert summed(found["BIO", label]) == pytest.approx(expected)


# ---------------------------------------------------------------------- nervaluate
def nervaluate(gold: Documents, predicted: Documents) -> dict[str, Any]:
    true, pred = (
        [
            [{"label": label, "start": start, "end": end - 1} for start, end, label in mentions]
            for mentions in side
        ]
        for side in (gold, predicted)
    )
    found: dict[str, Any] = Evaluator(true, pred, tags=list(TYPES), loader="dict").evaluate()
    return found


#: One place of the text: gold there or not, a prediction there or not, apart from other places.
PLACE = st.tuples(
    st.none() | st.sampled_from(TYPES),
    st.none() | st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.sampled_from(TYPES)),
)


def apart(places: list[Any]) -> tuple[list[Mention], list[Mention]]:
    gold, predicted = [], []
    for at, (label, guess) in enumerate(places):
        # Ten to a place, five to a mention: neighbours touch at most, which is no overlap.
        start = 10 * at + 2
        if label is not None:
            gold.append((start, start + 6, label))
        if guess is not None:
            predicted.append((start + guess[0], start + 6 + guess[1], guess[2]))
    return gold, predicted


@BOTH_SEVERAL
@given(st.lists(st.lists(PLACE, max_size=6).map(apart), min_size=1, max_size=3))
def test_all_four_metrics_are_nervaluates_where_each_overlaps_one_at_most(
    made: list[tuple[list[Mention], list[Mention]]],
) -> None:
    gold, predicted = ([item[side] for item in made] for side in (0, 1))
    theirs = nervaluate(gold, predicted)
    found = named(score(inputs(gold, predicted), list(NERVALUATE))[0])
    for metric, name in NERVALUATE.items():
        row = theirs["overall"][name]
        assert summed(found[metric, ""]) == pytest.approx([row.precision, row.recall, row.f1])
    for metric in ("strict", "type"):
        for label, rows in theirs["entities"].items():
            row = rows[NERVALUATE[metric]]
            expected = [row.precision, row.recall, row.f1]
            assert summed(found[metric, label]) == pytest.approx(expected)


def test_an_exact_prediction_counts_wherever_it_stands_which_nervaluate_misses() -> None:
    gold: Documents = [[(0, 10, "ORG"), (12, 20, "GPE")]]
    neighbour, exact = (5, 14, "ORG"), (0, 10, "ORG")
    for order, theirs in (([exact, neighbour], 0.5), ([neighbour, exact], 0.0)):
        assert nervaluate(gold, [order])["overall"]["strict"].precision == theirs
        found = named(score(inputs(gold, [order]), ["strict"])[0])
        assert summed(found["strict", ""])[0] == 0.5


def test_the_partner_with_most_in_common_is_taken_which_nervaluate_does_not() -> None:
    gold: Documents = [[(0, 10, "ORG"), (10, 20, "GPE")]]
    predicted: Documents = [[(9, 20, "GPE"), (0, 9, "ORG")]]
    found = named(score(inputs(gold, predicted))[0])
    assert summed(found["type", ""])[0] == 1.0
    assert summed(found["partial", ""])[0] == 0.5
    # Its `partial` gives the first prediction the first gold entity, and the second none.
    assert nervaluate(gold, predicted)["overall"]["partial"].precision == 0.25
