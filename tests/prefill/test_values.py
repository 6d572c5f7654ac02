"""Dates, times and numbers: spans by E15 and E17, values by E16."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.prefill.values import Calendar, find

PUBLISHED = Calendar("2024-08-22")


def values(text: str, calendar: Calendar = PUBLISHED) -> list[tuple[str, str, str | None]]:
    found = find(text, 0, len(text), [], calendar, [(0, len(text))])
    return [(text[item.start : item.end], item.type, item.value) for item in found]


@pytest.mark.parametrize(
    ("text", "words", "kind", "value"),
    [
        ("It said today.", "today", "DATE", "2024-08-22"),
        ("They met on Tuesday.", "Tuesday", "DATE", "2024-08-20"),
        ("They met on Thursday.", "Thursday", "DATE", "2024-08-22"),
        ("They met last Thursday.", "last Thursday", "DATE", "2024-08-15"),
        ("They will meet on Tuesday.", "Tuesday", "DATE", None),
        ("It began in June.", "June", "DATE", "2024-06"),
        ("It began in mid-June.", "mid-June", "DATE", "2024-06"),
        ("It began last week.", "last week", "DATE", "2024-08-12/2024-08-18"),
        ("It fell on 9-10 August.", "9-10 August", "DATE", "2024-08-09/2024-08-10"),
        ("It fell last winter.", "last winter", "DATE", "2023-12/2024-02"),
        ("It fell on Aug. 6.", "Aug. 6", "DATE", "2024-08-06"),
        ("It fell on 4 December 2023.", "4 December 2023", "DATE", "2023-12-04"),
        ("It fell on 30 February.", "30 February", "DATE", None),
        ("It took two months.", "two months", "DATE", "P2M"),
        ("It took three hours.", "three hours", "TIME", "PT3H"),
        ("It fell three days ago.", "three days ago", "DATE", "2024-08-19"),
        ("They left a day earlier.", "a day earlier", "DATE", None),
        ("They left the following day.", "following day", "DATE", None),
        ("They left Wednesday evening.", "Wednesday evening", "TIME", "2024-08-21"),
        ("It was 2022.", "2022", "DATE", "2022"),
        ("more than 20% of it", "20%", "PERCENT", None),
        ("about 20 percent of it", "20 percent", "PERCENT", None),
        ("some 30 km away", "30 km", "QUANTITY", None),
        ("up to 1,250 sq km", "1,250 sq km", "QUANTITY", None),
        ("the 13 to 17 miles", "13 to 17 miles", "QUANTITY", None),
        ("at 39 euros per megawatt-hour", "39 euros per megawatt-hour", "MONEY", None),
        ("at 40 euros a share", "40 euros", "MONEY", None),
        ("for $1.5 billion", "$1.5 billion", "MONEY", None),
        ("for the first time", "first", "ORDINAL", None),
        ("more than 1,000 men", "1,000", "CARDINAL", None),
        ("twenty-one men", "twenty-one", "CARDINAL", None),
        ("thousands of men", "thousands", "CARDINAL", None),
        ("half of it", "half", "CARDINAL", None),
    ],
)
def test_the_words_and_value_are_those_of_the_guidelines(
    text: str, words: str, kind: str, value: str | None
) -> None:
    assert values(text) == [(words, kind, value)]


def test_a_time_of_day_takes_the_day_of_its_sentence() -> None:
    found = values("It began at 8 a.m. Moscow time on Aug. 6.")
    assert found[0] == ("8 a.m. Moscow time", "TIME", "2024-08-06T08:00+03:00")
    assert values("It began at 19:05.") == [("19:05", "TIME", None)]


@pytest.mark.parametrize(
    "text",
    ["a Su-34 jet", "S-300", "UPDATE 3", "at first glance", "no one came", "it may march on",
     "the 61st Brigade", "1.2.3.4", "No. 5", "soon and recently", "several and many", "24/7"],
)  # fmt: skip
def test_what_is_no_number_or_date_is_left_alone(text: str) -> None:
    assert values(text) == []


def test_names_that_hold_numbers_are_not_looked_into() -> None:
    text = "the 22 Brigade and 5 men"
    found = find(text, 0, len(text), [(4, 14)], PUBLISHED)
    assert [text[item.start : item.end] for item in found] == ["5"]


ISO = re.compile(
    r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d([+-]\d\d:\d\d)?)?)?)?(/\d{4}(-\d\d(-\d\d)?)?)?"
    r"|P(\d+[DWMY]|T\d+[HMS])"
)
WORDS = (
    "Aug. 31 June 2024 1,000 % $ km Tuesday last next week two hours ago 8 a.m. GMT the first a "
    "third - : , . evening mid- 9999999999 of and to 0 99 hundred million euros 29 February"
)
PIECES = st.sampled_from(WORDS.split(" "))


@given(
    st.lists(PIECES, max_size=25).map(" ".join),
    st.sampled_from(
        ["2024-08-22", "2024-02-29T10:00:00+03:00", "0001-01-01", "9999-12-31", "", "?"]
    ),
)
def test_any_words_give_spans_in_order_and_iso_values(text: str, published: str) -> None:
    at = 0
    for item in find(text, 0, len(text), [], Calendar(published), [(0, len(text))]):
        assert at <= item.start < item.end <= len(text)
        assert text[item.start : item.end].strip() == text[item.start : item.end]
        assert item.value is None or ISO.fullmatch(item.value)
        at = item.end


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for item in find(text, 0, len(text), [], PUBLISHED):
        assert 0 <= item.start < item.end <= len(text)
