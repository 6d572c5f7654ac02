"""Printed times, read or refused."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import dates

FIXTURES = Path(__file__).parents[1] / "fixtures" / "intake"
LINES: list[dict[str, Any]] = tomllib.loads((FIXTURES / "dates.toml").read_text("utf-8"))["line"]


def _zone(row: dict[str, Any]) -> Any:
    return dates.zone(row["tz"]) if "tz" in row else None


@pytest.mark.parametrize("row", LINES, ids=lambda row: f"{row['printed']} {row.get('order', '')}")
def test_every_printed_form_gives_the_moment_beside_it(row: dict[str, Any]) -> None:
    tz = _zone(row)
    if "error" in row:
        with pytest.raises(dates.DateError) as caught:
            stamp, _ = dates.printed([row["printed"]], row.get("order"))
            assert stamp is not None
            stamp.readings(tz)
        assert str(caught.value) == row["error"]
        return
    stamp, updated = dates.printed([row["printed"]], row.get("order"))
    assert stamp is not None
    expected = row.get("ambiguous") or [row["iso"]]
    assert [dates.iso(moment) for moment in stamp.readings(tz)] == expected
    if "updated" in row:
        assert updated is not None
        assert [dates.iso(moment) for moment in updated.readings(tz)] == [row["updated"]]


@pytest.mark.parametrize("row", LINES, ids=lambda row: f"{row['printed']} {row.get('order', '')}")
def test_every_printed_form_is_seen_to_be_a_date_line(row: dict[str, Any]) -> None:
    assert dates.is_date_line(row["printed"].removeprefix("- "))


@pytest.mark.parametrize(
    "line",
    [
        "On August 6, 2024 the ferry stayed in port",
        "The ferry of 17 August 2024",
        "Aug. 10 — The harbour master speaks of ice for the first time.",
        "21:50",
        "2024",
        "Ferry stopped",
        "",
    ],
)
def test_prose_with_a_date_in_it_is_no_date_line(line: str) -> None:
    assert not dates.is_date_line(line)


def test_a_time_without_a_zone_is_a_wall_time_until_a_zone_is_given() -> None:
    (stamp,) = dates.find("2024-08-20 11:15")
    assert stamp.readings() == (datetime(2024, 8, 20, 11, 15),)
    assert dates.agrees(stamp, datetime(2024, 8, 20, 11, 15, tzinfo=UTC))
    assert dates.agrees(stamp, date(2024, 8, 20))
    assert not dates.agrees(stamp, datetime(2024, 8, 20, 12, 15, tzinfo=UTC))


@pytest.mark.parametrize("value", ["", "tomorrow", "2024-13-01", "20240817", "17 August"])
def test_a_given_date_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(dates.DateError):
        dates.parse(value)


def test_a_given_date_with_two_readings_or_no_zone_is_refused_by_its_own_name() -> None:
    with pytest.raises(dates.AmbiguousDateError, match="2024-09-08 or 2024-08-09"):
        dates.parse("08/09/2024")
    with pytest.raises(dates.NoZoneError):
        dates.parse("2024-08-09 10:00")


@pytest.mark.parametrize("name", ["", "XYZ", "../etc/passwd", "+15:00", "+01:75", "Europe/Nowhere"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(dates.DateError):
        dates.zone(name)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-12 * 60, 14 * 60))
def test_any_moment_printed_in_iso_form_comes_back(wall: datetime, minutes: int) -> None:
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    offset = f"{sign}{size // 60:02}:{size % 60:02}"
    moment = wall.replace(microsecond=0, tzinfo=dates.zone(offset))
    (stamp,) = dates.find(f"Published: {moment:%Y-%m-%d %H:%M:%S} {offset}")
    assert stamp.readings() == (moment,)
    assert dates.parse(dates.iso(moment)) == moment


@given(st.text(max_size=80))
def test_no_line_does_more_than_raise_a_date_error(line: str) -> None:
    dates.is_date_line(line)
    try:
        for stamp in dates.find(line):
            stamp.readings()
    except dates.DateError:
        pass
