"""Tokens leave out nothing but white space."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.dataset.tokens import tokens


@given(st.text() | st.text("aZé9.,'’-:/@# \u0301\u200d🚢_\n“”"))
def test_every_character_but_white_space_is_in_one_token(text: str) -> None:
    words, starts, ends = tokens(text)
    covered = [False] * len(text)
    for word, start, end in zip(words, starts, ends, strict=True):
        assert text[start:end] == word
        assert not any(covered[start:end])
        covered[start:end] = [True] * (end - start)
    for char, found in zip(text, covered, strict=True):
        assert found != char.isspace()
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S.-backed plan", "The U.S. - backed plan"),
        ("at 8 a.m. on Aug. 6.", "at 8 a.m. on Aug. 6 ."),
        ("$1,250.50 (14.65 bcm)", "$ 1,250.50 ( 14.65 bcm )"),
        ("Lt. Gen. J. Smith’s men don't go", "Lt. Gen. J. Smith ’s men do n't go"),
        ("the 55th at 14:05, 20%", "the 55th at 14:05 , 20 %"),
        ("No. 5 said no.", "No. 5 said no ."),
        ("“Wait… now,” she said", "“ Wait … now , ” she said"),
        ("cafe\u0301s and naïve", "cafe\u0301s and naïve"),
        (
            "see https://a.example/x, or me@b.example.",
            "see https://a.example/x , or me@b.example .",
        ),
        ("Su-34 -- 61st", "Su - 34 -- 61st"),
        ("the ministers' plan", "the ministers ' plan"),
        ("mayor's.", "mayor 's ."),
    ],
)
def test_tokens_suit_news(text: str, expected: str) -> None:
    assert " ".join(tokens(text)[0]) == expected


def test_no_text_has_no_tokens() -> None:
    assert tokens("") == tokens(" \n\t") == ([], [], [])
