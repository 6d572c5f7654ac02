"""ISO 8601 values and quotations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.checks import quotations, values


@pytest.mark.parametrize(
    "value",
    [
        "2024",
        "2024-06",
        "2024-02-29",
        "2024-08-12/2024-08-18",
        "2023-12/2024-02",
        "2024-08-06/2024-08-06",
        "P2M",
        "P1Y2M10D",
        "P1.5D",
    ],
)
def test_a_date_takes_a_day_or_longer(value: str) -> None:
    assert values.fault("DATE", value) is None
    assert values.fault("TIME", value) is None


@pytest.mark.parametrize(
    "value",
    [
        "2024-08-06T08:00",
        "2024-08-06T08:00+03:00",
        "2024-08-06T08:00:30Z",
        "PT3H",
        "P1DT2H",
        "2024-08-05T22:00/2024-08-06T06:00",
    ],
)
def test_a_time_takes_the_clock_and_a_date_does_not(value: str) -> None:
    assert values.fault("TIME", value) is None
    found = values.fault("DATE", value)
    assert found is not None and found[0] == "P506"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("6 August", "P503"),
        ("2024-8-6", "P503"),
        ("P", "P503"),
        ("PT", "P503"),
        ("2024/2025/2026", "P503"),
        ("2024-08-06\n", "P503"),
        ("٢٠٢٤", "P503"),
        ("T08:00", "P503"),
        ("2023-02-29", "P504"),
        ("2024-13", "P504"),
        ("0000", "P504"),
        ("2024-08-06T25:00", "P504"),
        ("2024-08-06/2024-08-05", "P505"),
        ("2024-08-06T08:00Z/2024-08-06T08:00+03:00", "P505"),
    ],
)
def test_what_is_no_value_has_its_code(value: str, code: str) -> None:
    found = values.fault("TIME", value)
    assert found is not None and found[0] == code


@given(st.dates())
def test_every_day_of_the_calendar_is_a_value(day: object) -> None:
    assert values.fault("DATE", str(day)) is None


@given(st.text(max_size=30))
def test_any_text_is_judged_and_none_stops_the_checks(text: str) -> None:
    found = values.fault("DATE", text)
    assert found is None or found[0].startswith("P50")


@pytest.mark.parametrize("words", ["Aug. 6", "6 August", "March 2024", "the 4th of May", "in 1998"])
def test_a_day_of_a_month_or_a_year_can_be_resolved(words: str) -> None:
    assert values.prints_a_date(words)


@pytest.mark.parametrize("words", ["Tuesday", "last week", "the weekend", "marching 40", "maybe 6"])
def test_other_dates_may_have_no_value(words: str) -> None:
    assert not values.prints_a_date(words)


def test_quotations_are_found_in_curly_and_straight_marks() -> None:
    text = (
        'He said "the road is open" and “it won’t be shut”, then ‘a port for all’.\n'
        "“The first paragraph is left open\n“The last is closed.”\nThe dockers' pay, it's said."
    )
    assert [words for _, words in quotations.quotations(text)] == [
        "the road is open",
        "it won’t be shut",
        "a port for all",
        "The first paragraph is left open",
        "The last is closed.",
    ]


def test_a_quotation_is_known_by_its_words_alone() -> None:
    phrases = ["We won't close the Port, ever"]
    assert not list(quotations.unfounded("“we won’t close the port,” she said", phrases))
    assert not list(quotations.unfounded('a "very old" bridge', phrases))
    found = list(quotations.unfounded('She said: "we will close the port"', phrases))
    assert found == [(10, "we will close the port")]
