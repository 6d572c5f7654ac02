"""Numbers as arguments: what is none is refused with what was expected."""

import argparse

import pytest

from parley import arguments


@pytest.mark.parametrize("words", ["-1", "nan", "inf", "much", "1e9", ""])
def test_a_number_that_is_none_or_too_large_is_refused(words: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="expected a number, 0 to 1,000"):
        arguments.number(1000)(words)


def test_zero_is_refused_where_a_number_must_be_over_it() -> None:
    assert arguments.number(1)("0") == 0
    with pytest.raises(argparse.ArgumentTypeError, match="over 0 to 1"):
        arguments.number(1, over_zero=True)("0")


@pytest.mark.parametrize("words", ["0", "11", "1.5", "-1", "٣", "", "9" * 5000])
def test_a_whole_number_out_of_range_is_refused(words: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="expected a whole number, 1 to 10"):
        arguments.whole(10, 1)(words)


def test_the_ends_of_a_range_belong_to_it() -> None:
    assert [arguments.whole(10, 1)(words) for words in ("1", "10")] == [1, 10]
