"""The flat view: what BIO tags of the tokens can say, and what they leave out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.dataset.tokens import tokens
from parley.scoring.bio import flatten
from parley.scoring.spans import read
from tests.scoring.test_mentions import Mention, rows
from tests.strategies import TEXTS

TYPES = ("PERSON", "ORG", "GPE")
TEXT = "Lenna harbour’s council met in Mirkwood-on-Lenna ."


def tagged(mentions: list[Mention], text: str | None) -> list[tuple[int, int, str]]:
    """First token, end token and type of what is tagged in one document."""
    sides = read(rows([mentions]), rows([[]]), "mentions", TYPES)
    gold, predicted = flatten(sides, [text])
    assert not len(predicted)
    return [(first, last, TYPES[label]) for _, first, last, label in gold.tolist()]


def plainly(mentions: list[Mention], text: str) -> list[tuple[int, int, str]]:
    """The same, one mention after the other, as the dataset's tags are made."""
    _, starts, ends = tokens(text)
    taken: set[int] = set()
    found = []
    for start, end, label in sorted(
        mentions, key=lambda item: (item[0] - item[1], item[0], TYPES.index(item[2]))
    ):
        touched = [
            at
            for at, (begin, stop) in enumerate(zip(starts, ends, strict=True))
            if begin < end and start < stop
        ]
        if touched and not taken & set(touched):
            taken |= set(touched)
            found.append((touched[0], touched[-1] + 1, label))
    return sorted(found)


@st.composite
def texts_and_mentions(draw: st.DrawFn) -> tuple[str, list[Mention]]:
    text = draw(TEXTS)
    place = st.integers(0, len(text))
    span = st.tuples(place, place).map(sorted).filter(lambda found: found[0] < found[1])
    mention = st.tuples(span, st.sampled_from(TYPES)).map(lambda x: (x[0][0], x[0][1], x[1]))
    return text, draw(st.lists(mention, max_size=8))


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        # Widened to the tokens it touches.
        ([(1, 9, "GPE")], [(0, 2, "GPE")]),
        # The outermost of nested ones, whatever the order.
        ([(0, 5, "GPE"), (0, 13, "ORG")], [(0, 2, "ORG")]),
        ([(0, 13, "ORG"), (0, 5, "GPE")], [(0, 2, "ORG")]),
        # White space alone touches nothing.
        ([(5, 6, "GPE")], []),
        # Two that share a token cannot both be tagged: the longer is.
        ([(0, 8, "GPE"), (9, 13, "ORG")], [(0, 2, "GPE")]),
        # Equally long: the first; on one span, the type that comes first in the ontology.
        ([(6, 15, "ORG"), (0, 9, "GPE")], [(0, 2, "GPE")]),
        ([(0, 5, "GPE"), (0, 5, "PERSON")], [(0, 1, "PERSON")]),
    ],
)
def test_only_what_tags_can_say_is_left(
    mentions: list[Mention], expected: list[tuple[int, int, str]]
) -> None:
    assert tagged(mentions, TEXT) == expected


def test_without_a_text_every_code_point_is_a_token() -> None:
    mentions = [(0, 5, "GPE"), (5, 9, "ORG"), (8, 12, "ORG")]
    assert tagged(mentions, None) == [(0, 5, "GPE"), (5, 9, "ORG")]


def test_a_long_run_of_nested_mentions_leaves_the_longest() -> None:
    mentions = [(at, 1200 - at, "ORG") for at in range(600)]
    assert tagged(mentions, None) == [(0, 1200, "ORG")]


def test_documents_never_stand_in_each_others_way() -> None:
    sides = read(rows([[(0, 90, "ORG")], [(3, 9, "GPE")]]), rows([[], []]), "mentions", TYPES)
    gold, _ = flatten(sides, [None, None])
    assert gold.tolist() == [[0, 0, 90, 1], [1, 3, 9, 2]]
    assert gold.dtype == np.int64


@settings(deadline=None)
@given(texts_and_mentions())
def test_the_flat_view_is_what_going_from_the_longest_down_leaves(
    made: tuple[str, list[Mention]],
) -> None:
    text, mentions = made
    assert tagged(mentions, text) == plainly(mentions, text)
