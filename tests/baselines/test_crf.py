"""The baseline `crf`: labels to spans and back, and what it learns from a few sentences."""

import sys
from argparse import Namespace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.baselines import CannotRunError, Made, crf
from parley.dataset.tokens import tokens
from parley.predictions.write import dump
from tests.baselines import made

ARGS = Namespace(c1=0.0, c2=0.01, iterations=50, seed=0)


def predict(*lines: str) -> tuple[str, Made]:
    sample = made.sample("new", *lines)
    return sample.text, crf.predict(ARGS, made.train(), [sample], lambda words: None)


def test_mentions_and_triggers_of_train_are_found_again_with_their_types() -> None:
    text, found = predict(*made.BODY)
    (row,) = found.rows
    mentions = {(text[m["start"] : m["end"]], m["type"]) for m in row["mentions"]}
    assert {("Halvard Mirkwood", "PERSON"), ("Council of Skarn", "ORG")} <= mentions
    events = {(text[e["start"] : e["end"]], e["type"]) for e in row["events"]}
    assert {("attacked", "ASSAULT"), ("evacuation", "AID")} <= events
    assert all(event["arguments"] == [] for event in row["events"])


def test_layers_that_it_does_not_predict_are_left_out_of_the_line() -> None:
    _, found = predict(*made.BODY)
    assert set(found.rows[0]) == {"doc_id", "mentions", "events"}
    assert found.details["layers"] == ["mentions", "events"]


def test_the_same_train_split_gives_the_same_bytes() -> None:
    assert dump(predict(*made.BODY)[1].rows) == dump(predict(*made.BODY)[1].rows)


def test_a_train_split_without_gold_is_refused() -> None:
    bare = [made.sample("train-1", *made.BODY, row={"doc_id": "train-1", "mentions": []})]
    with pytest.raises(CannotRunError, match="no mentions to learn from"):
        crf.predict(ARGS, bare, [], lambda words: None)


def test_a_missing_library_names_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn_crfsuite", None)
    with pytest.raises(CannotRunError, match=r"pip install 'parley\[crf\]'"):
        crf.predict(ARGS, made.train(), [], lambda words: None)


def test_of_overlapping_spans_the_longest_then_the_first_is_kept() -> None:
    spans = [(0, 4, "GPE"), (0, 10, "ORG"), (8, 14, "GPE"), (20, 22, "A"), (20, 22, "B")]
    assert crf.outermost(spans) == [(0, 10, "ORG"), (20, 22, "A")]


@given(st.data())
def test_spans_on_tokens_come_back_from_their_bio_labels(data: st.DataObject) -> None:
    words, starts, ends = tokens("Halvard Mirkwood of the Council of Skarn paid 12 crowns.")
    edges = sorted(data.draw(st.sets(st.integers(0, len(words)), max_size=8)))
    spans = [
        (starts[first], ends[last - 1], data.draw(st.sampled_from(("PERSON", "ORG"))))
        for first, last in zip(edges[::2], edges[1::2], strict=False)
    ]
    labels = crf.bio(spans, starts, ends)
    assert list(crf.spans_of(labels, starts, ends)) == spans


@given(st.lists(st.sampled_from(("O", "B-A", "I-A", "B-B", "I-B")), max_size=12))
def test_any_labels_give_spans_in_order_that_do_not_overlap(labels: list[str]) -> None:
    starts = list(range(0, 2 * len(labels), 2))
    spans = list(crf.spans_of(labels, starts, [start + 1 for start in starts]))
    assert all(start < end for start, end, _ in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert sum(label != "O" for label in labels) == sum((e - s + 1) // 2 for s, e, _ in spans)


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=6))
def test_every_token_has_features_whatever_its_characters(words: list[str]) -> None:
    found = crf.token_features(words)
    assert len(found) == len(words) and all("bias" in features for features in found)
