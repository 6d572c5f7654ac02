"""ISO 8601 values of DATE and TIME mentions."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from parley.incidents import say

_POINT = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_DURATION = re.compile(
    r"P(?=.)(?:[0-9]+(?:\.[0-9]+)?Y)?(?:[0-9]+(?:\.[0-9]+)?M)?(?:[0-9]+(?:\.[0-9]+)?W)?"
    r"(?:[0-9]+(?:\.[0-9]+)?D)?"
    r"(?:T(?=.)(?:[0-9]+(?:\.[0-9]+)?H)?(?:[0-9]+(?:\.[0-9]+)?M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
)
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
#: A month with its day, or a year: a date that can always be resolved.
_PRINTED = re.compile(
    rf"\b(?:{_MONTH})\b\.? [0-3]?[0-9]\b|\b[0-3]?[0-9](?:st|nd|rd|th)?(?: of)? (?:{_MONTH})\b"
    r"|\b(?:19|20)[0-9]{2}\b",
    re.IGNORECASE,
)
_FORMS = "a date, a time of a day, an interval a/b or a duration, such as 2024-08-06"


def prints_a_date(words: str) -> bool:
    """Whether the words name a day of a month, or a year."""
    return _PRINTED.search(words) is not None


@lru_cache(maxsize=8192)
def fault(mention_type: str, value: str) -> tuple[str, str] | None:
    """(code, message) of what is wrong with a value, None where nothing is (P503 to P506)."""
    if _DURATION.fullmatch(value):
        clock = "T" in value
    else:
        points = value.split("/")
        matches = [_POINT.fullmatch(point) for point in points]
        if len(points) > 2 or not all(matches):
            return "P503", say("the value is not ISO 8601", got=value, expected=_FORMS)
        moments = []
        for point in points:
            moment = _first(point)
            if moment is None:
                return "P504", say("there is no such date or time", got=point)
            moments.append(moment)
        if len(moments) == 2 and _after(*moments):
            return "P505", say("the interval ends before it starts", got=value)
        clock = any(match is not None and match[4] for match in matches)
    if clock and mention_type == "DATE":
        return "P506", say(
            "a DATE's value has a clock time",
            got=value,
            do="make it a TIME, or the value a day",
        )
    return None


def first_day(value: str) -> date | None:
    """The first day that a date or interval may mean: 2024-08 starts on 2024-08-01."""
    if not _POINT.fullmatch(point := value.split("/")[0]):
        return None
    moment = _first(point)
    return moment.date() if moment else None


def _first(point: str) -> datetime | None:
    """The first moment that a date or time may mean, None where the calendar has none."""
    if len(point) < 10:
        point += "-01" * ((10 - len(point)) // 3)
    try:
        return datetime.fromisoformat(point)
    except ValueError:
        return None


def _after(start: datetime, end: datetime) -> bool:
    if (start.tzinfo is None) == (end.tzinfo is None):
        return start > end
    # One of them has no zone: only a day's difference and more can be told.
    return start.replace(tzinfo=None) - end.replace(tzinfo=None) > timedelta(days=1)
