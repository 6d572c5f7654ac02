"""Dates, times and numbers by small explicit rules (annotation guidelines, E15 to E17).

A value is ISO 8601 and given only where the rules are sure of it: a day of the week in a sentence
about the future, or a "next day" of the story, keeps its mention and gets no value.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from parley import dates
from parley.document import Span


class Value(NamedTuple):
    """A mention of a date, time or number; offsets are code points, end exclusive."""

    start: int
    end: int
    type: str
    value: str | None


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|AUG|SEPT|OCT|NOV|DEC|JAN|FEB)\b\.?)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)(?:day|DAY)"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: number for number, word in enumerate([*_ONES, *_TEENS], start=1)}
_WORDS |= {word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)}
_SCALE = r"(?:hundred|thousand|million|billion|trillion)"
_SMALL = "|".join([*_TEENS, *_ONES[1:]])
_WORD_NUMBER = (
    rf"(?:(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES)}))?|{_SMALL})(?:[ -]{_SCALE})*"
    rf"|(?:an?|one) {_SCALE}(?: {_SCALE})*"
)
_FIGURE = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_BARE = rf"(?:{_FIGURE}(?: {_SCALE}\b)?|{_WORD_NUMBER})"
_NUMBER = rf"(?:{_BARE})(?:(?: to | or |[-–]){_BARE})?"
_ANY = rf"(?:one|{_BARE})(?:(?: to | or |[-–]){_BARE})?"
_LENGTH = (
    r"kilomet(?:re|er)s?|met(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|miles?|feet|foot"
    r"|yards?|inch(?:es)?|km|kms|cm|mm"
)
_UNIT = (
    rf"(?:sq\.? ?(?:km|kilomet(?:re|er)s?|miles?|m)\b|(?:square|cubic) (?:{_LENGTH})|km2|km²|m3|m³"
    rf"|bcm|mcm|hectares?|acres?|(?:metric )?tons?|tonnes?|kilograms?|kilos?|kg|grams?|pounds?"
    rf"|litres?|liters?|barrels?(?: per day| a day)?|bpd|degrees?(?: Celsius)?"
    rf"|(?:giga|mega|kilo|tera)watt(?:-hour)?s?|[GMkT]Wh?|knots?|km/h|mph|kph"
    rf"|{_LENGTH})"
)
_CURRENCY = (
    r"(?:(?:U\.?S\.? )?dollars?|euros?|cents?|roubles?|rubles?|hryvnias?|hryvnia|francs?|yuan|yen"
    r"|zlotys?|zloty|kroner|kronor|rials?|dirhams?|rupees?|pence|kopecks?)"
)
_RATE = (
    r"(?: per (?:megawatt-hour|MWh|barrel|thousand cubic met(?:re|er)s|ton|tonne|litre|liter"
    r"|1,000 cubic met(?:re|er)s))?"
)
_TIME_UNIT = r"(?:hours?|minutes?|seconds?)"
_DATE_UNIT = r"(?:days?|weeks?|months?|years?|decades?)"
_ZONE = (
    r"(?: ?(?:Moscow time|Kyiv time|local time|GMT|UTC|CET|CEST|EET|EEST|MSK|ET|EDT|EST)\b"
    r"|(?: \((?:GMT|UTC)\)))?"
)
_PART = r"(?:morning|afternoon|evening|night)"
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]

#: Rules in order: the first that fits at a place takes it. `g` names the span where it is not all.
_RULES: tuple[tuple[str, str], ...] = (
    ("iso", r"\d{4}-\d{2}-\d{2}(?![\d-])"),
    (
        "range",
        rf"(?:{_DAY}[-–]{_DAY} {_MONTH}(?: \d{{4}}\b)?"
        rf"|{_MONTH} {_DAY}[-–]{_DAY}\b(?:,? (?:19|20)\d\d\b)?)",
    ),
    (
        "day",
        rf"(?:{_WEEKDAY},? )?(?:{_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?:19|20)\d\d\b)?"
        rf"|{_MONTH} {_DAY}(?:st|nd|rd|th)?\b(?!,\d|[.:]\d|[-–]\d)(?:,? (?:19|20)\d\d\b)?)",
    ),
    ("clock", rf"(?:[01]?\d|2[0-3])[:.][0-5]\d ?(?:[ap]\.?m\b\.?){_ZONE}"),
    ("clock", rf"(?:1[0-2]|0?[1-9]) ?[ap]\.?m\b\.?{_ZONE}"),
    ("clock", rf"(?:[01]?\d|2[0-3]):[0-5]\d(?![:\d]){_ZONE}"),
    ("part", rf"(?:[Ll]ate on |[Ee]arly on )?{_WEEKDAY} {_PART}"),
    ("thispart", rf"(?:this {_PART}|last night|tonight|yesterday {_PART})"),
    ("time", r"(?:overnight|midnight|noon|dawn)(?![-\w])"),
    ("weekday", rf"(?:(?:last|next|this|that|the previous|the following) )?{_WEEKDAY}(?!\w)"),
    ("month", rf"(?:early |late |mid-|last |this |next )?{_MONTH}(?:,? (?:19|20)\d\d\b|(?! ?\d))"),
    ("shift", r"(?:today|yesterday|tomorrow)(?!\w)"),
    ("period", r"(?:last|this|next) (?:week|month|year|winter|summer|spring|autumn|fall)(?!\w)"),
    (
        "ago",
        rf"(?:an?|one|{_BARE}) {_DATE_UNIT} ago",
    ),
    (
        "relative",
        rf"(?:an?|one|{_BARE}) (?:{_DATE_UNIT}|{_TIME_UNIT}) "
        r"(?:earlier|later|(?:before|after)(?=[,.;:)]|$))(?!\w)",
    ),
    ("story", r"(?:same|following|previous|next|preceding) (?:day|week|month|year)(?!\w)"),
    ("story", r"that (?:day|week|month|year)(?!\w)|day before(?= (?:that|the|his|her|its|a)\b)"),
    ("decade", r"(?:19|20)\d0s\b"),
    ("year", r"(?:early |late |mid-)?(?:19|20)\d\d(?![\d,]|\.\d|[-–]\d)(?!\w)"),
    ("percent", rf"(?:{_ANY}) ?(?:%|percent(?:age points?)?\b|per cent\b)"),
    ("money", rf"(?:US|A|C)?[$€£¥] ?{_NUMBER}(?: ?(?:bn|mn|m|tn)\b)?(?! ?{_SCALE}){_RATE}"),
    ("money", rf"(?:{_ANY})[ -]{_CURRENCY}\b{_RATE}"),
    ("quantity", rf"(?:{_ANY})[ -]?(?:{_UNIT})(?![\w²³])"),
    ("duration", rf"(?:{_ANY})[ -](?:{_DATE_UNIT})(?!\w)"),
    ("hours", rf"(?:{_ANY})[ -](?:{_TIME_UNIT})(?!\w)"),
    ("span", r"(?<=\bfor )an? (?:day|week|month|year)(?!\w)|(?<=\bin )a (?:day|week|month)(?!\w)"),
    ("span", r"(?<=\bwithin )an? (?:day|week|month|year)(?!\w)"),
    ("nth", rf"(?<=\bthe )(?:3[01]|[12]?\d)(?:st|nd|rd|th)(?= (?:and|to|of {_MONTH})\b|[,.;:)]|$)"),
    ("ordinal", r"\d{1,3}(?:st|nd|rd|th)(?! [A-Z]|[-\w])"),
    (
        "ordinal",
        rf"(?<=\bthe |\bits |\bhis |\bher |\bour )(?:{'|'.join(_ORDINALS)})"
        r"(?! (?:place|lady|hand|half|thing|days?|hours?|weeks?|months?|years?)\b|[-\w])",
    ),
    ("ordinal", rf"(?<=\btheir )(?:{'|'.join(_ORDINALS)})(?! (?:place|hand)\b|[-\w])"),
    ("ordinal", rf"(?<=\ba )(?:{'|'.join(_ORDINALS[1:])})(?! of\b|[-\w])"),
    (
        "cardinal",
        r"(?:(?:tens|hundreds|thousands|millions|dozens)(?: of (?:thousands|millions))?)\b",
    ),
    (
        "cardinal",
        r"(?:two|three) (?:thirds|quarters|fifths)\b|an? (?:third|quarter|fifth) (?=of\b)",
    ),
    ("cardinal", r"(?:a|two|three|four) dozen\b"),
    ("cardinal", r"half(?= (?:of|the|a|its|their)\b)"),
    ("cardinal", r"one(?= of (?:the|them|its|his|her|their|those|these|two|three|four|five)\b)"),
    ("cardinal", r"(?<=\bat least )one\b|(?<=\bonly )one\b|one(?= (?:and|or) (?:two|three)\b)"),
    ("cardinal", rf"(?:{_NUMBER})(?![\w%°])(?!-[^\W\d_]*[A-Z\d])"),
)


@cache
def _pattern() -> re.Pattern[str]:
    """Every rule as one alternation; a leading capital of a word is allowed at each."""
    parts = "|".join(f"(?P<r{n}>{rule})" for n, (_, rule) in enumerate(_RULES))
    return re.compile(f"(?:{parts})", re.IGNORECASE)


@cache
def _trigger() -> re.Pattern[str]:
    """How every rule begins: most words begin none, and are passed over at once."""
    words = [*_WORDS, *_ORDINALS, *_MONTHS, *_DAYS, *_STARTS]
    return re.compile(
        rf"(?<![\w.,:/@#$€£%+-])(?:\d|(?:US|A|C)?[$€£¥]|(?:{'|'.join(sorted(words))}))",
        re.IGNORECASE,
    )


_STARTS = (
    *("a ", "an ", "that ", "the ", "this ", "next ", "last ", "same ", "following ", "previous "),
    *("preceding ", "early ", "late ", "mid-", "today", "tonight", "tomorrow", "yesterday"),
    *("overnight", "midnight", "noon", "dawn", "half ", "tens", "hundreds", "thousands"),
    *("millions", "dozens", "day before"),
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Resolves against a publication date, ISO 8601; an empty one resolves nothing."""

    published: str

    @property
    def day(self) -> date | None:
        """The publication day; none at the ends of the calendar, where weeks run out of it."""
        try:
            day = date.fromisoformat(self.published[:10])
        except ValueError:
            return None
        return day if 1000 < day.year < 9999 else None


#: A sentence with one of these may speak of days to come.
_FUTURE = re.compile(
    r"\b(?:will|would|shall|due|scheduled|planned|plans?|expected|set to|slated|upcoming|tomorrow"
    r"|next|to (?:be|take|meet|hold|begin|start|open|visit|discuss))\b",
    re.IGNORECASE,
)
_MAY = re.compile(
    r"\b(?:in|since|by|until|of|from|before|after|during|early|late|last|this|next|between|and)\s+$",
    re.IGNORECASE,
)


def find(
    text: str,
    start: int,
    end: int,
    taken: Sequence[Span],
    calendar: Calendar,
    sentences: Sequence[Span] = (),
) -> list[Value]:
    """The dates, times and numbers of `text[start:end]` outside the spans `taken` (sorted)."""
    found: list[Value] = []
    firsts = [first for first, _ in taken]
    sentence_starts = [first for first, _ in sentences]
    at = start
    pattern, trigger = _pattern(), _trigger()
    while begun := trigger.search(text, at, end):
        match = pattern.match(text, begun.start(), end)
        if match is None:
            at = begun.start() + 1
            continue
        first, last = match.span()
        at = last
        place = bisect_right(firsts, last - 1) - 1
        if place >= 0 and taken[place][1] > first:
            at = max(first + 1, min(last, taken[place][1]))
            continue
        rule = _RULES[int((match.lastgroup or "r0")[1:])][0]
        words = match[0]
        if rule != "clock" and words.endswith(" "):
            words = words.rstrip()
            last = first + len(words)
        number = bisect_right(sentence_starts, first) - 1
        sentence = sentences[number] if number >= 0 else (start, end)
        item = _item(rule, words, first, last, text, sentence, calendar)
        if item is not None:
            found.append(item)
    return _clocks(found, sentences)


def _item(
    rule: str, words: str, first: int, last: int, text: str, sentence: Span, calendar: Calendar
) -> Value | None:
    lowered = words.lower()
    before = text[max(sentence[0], first - 14) : first]
    if rule in ("percent", "money", "quantity", "ordinal", "cardinal"):
        if rule == "cardinal" and not _counts(words, before, text[last : last + 24]):
            return None
        return Value(first, last, rule.upper(), None)
    if rule == "clock":
        return Value(first, last, "TIME", _clock(words))
    if rule == "hours":
        return Value(first, last, "TIME", _period(lowered))
    if rule in ("duration", "span"):
        return Value(first, last, "DATE", _period(lowered))
    if rule == "time":
        return Value(first, last, "TIME", None)
    if rule in ("story", "decade"):
        return Value(first, last, "DATE", None)
    if rule == "relative":
        kind = "TIME" if re.search(rf" {_TIME_UNIT} ", lowered) else "DATE"
        return Value(first, last, kind, None)
    if rule == "month" and not _is_month(words, before):
        return None
    if lowered.startswith("the "):
        first += 4
        words, lowered = words[4:], lowered[4:]
    kind = "TIME" if rule in ("part", "thispart") else "DATE"
    # A window, so that a text without sentences is not read anew for each of its dates.
    window = (max(sentence[0], first - 500), min(sentence[1], last + 500))
    future = bool(_FUTURE.search(text, *window))
    after = text[last : last + 16]
    value = _resolved(rule, lowered, calendar.day, future, after)
    return Value(first, last, kind, value)


def _counts(words: str, before: str, after: str) -> bool:
    """Whether a bare number counts something, rather than naming or numbering it."""
    if re.search(r"(?:\bNo\.?|\bChapter|\bArticle|\bBoeing|\bUPDATE|#|[A-Z]-)\s?$", before):
        return False
    if re.match(r"(?:[./]\d|:\d| ?[ap]\.?m\b)", after):
        return False
    # "two-year", "40-strong" are adjectives of one word; E17 takes the number of a measure only.
    return not re.match(r"-[a-z]+", after) or bool(re.match(r"-(?:strong|odd|plus)", after))


def _is_month(words: str, before: str) -> bool:
    """March, May and the short forms are other words too; a month alone needs a capital."""
    name = words.split()[-1] if not re.search(r"\d", words) else words.split()[-2].rstrip(",")
    name = re.sub(r"^mid-", "", name, flags=re.IGNORECASE)
    if not name[0].isupper():
        return False
    if re.search(r"\d", words) or " " in words or "-" in words:
        return True
    if name.lower() in ("march", "may", "august") or name.rstrip(".").lower() in _MONTHS:
        return name == "August" or bool(_MAY.search(before))
    return True


def _resolved(rule: str, words: str, day: date | None, future: bool, after: str) -> str | None:
    if rule == "iso":
        return words if _exists(words) else None
    if rule in ("day", "range", "month", "year"):
        return _absolute(rule, words, day, future)
    if day is None:
        return None
    if rule == "shift":
        return (day + timedelta({"today": 0, "yesterday": -1, "tomorrow": 1}[words])).isoformat()
    if rule == "ago":
        return _ago(words, day)
    if rule == "period":
        return _named_period(words, day)
    if rule == "thispart":
        shift = -1 if words.startswith(("last", "yesterday")) else 0
        return (day + timedelta(shift)).isoformat()
    if rule == "nth":
        number = int(re.sub(r"\D", "", words))
        if number <= day.day and not future:
            return day.replace(day=number).isoformat()
        return None
    if rule in ("weekday", "part"):
        if future or words.startswith(("that", "next", "previous", "following")):
            return None
        if re.match(r",? (?:last|next|this) (?:week|month)|,? of (?:last|next|that)", after):
            return None
        name = re.search(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*day", words)
        if name is None:
            return None
        back = (day.weekday() - _DAYS.index(name[1])) % 7
        if words.startswith("last") and back == 0:
            back = 7
        return (day - timedelta(back)).isoformat()
    return None


def _exists(words: str) -> bool:
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True


def _absolute(rule: str, words: str, day: date | None, future: bool) -> str | None:
    year = re.search(r"(?:19|20)\d\d\b", words)
    if rule == "year":
        return year[0] if year else None
    month_name = re.search(
        r"\b(?:mid-)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", words
    )
    if month_name is None:
        return None
    month = _MONTHS.index(month_name[1]) + 1
    if year is None and day is None:
        return None
    if rule == "month":
        if re.match(r"(?:last|next|this) ", words) or (year is None and future):
            return None
        number = int(year[0]) if year else _year_of(month, 1, day)
        return f"{number:04}-{month:02}"
    rest = words.replace(year[0], "") if year else words
    numbers = [int(number) for number in re.findall(r"\d+", rest)]
    number = int(year[0]) if year else _year_of(month, numbers[0], day)
    try:
        found = [date(number, month, item).isoformat() for item in numbers[:2]]
    except ValueError:
        return None
    return "/".join(found) if rule == "range" else found[0]


def _year_of(month: int, number: int, day: date | None) -> int:
    """The year that leaves a date nearest to its publication: half a year each way."""
    assert day is not None
    distance = (month - day.month) % 12
    return day.year + (day.month + distance - 1) // 12 - (1 if distance > 6 else 0)


def _amount(words: str) -> int | None:
    """A small whole number in figures or words."""
    words = words.strip().lower()
    if words in ("a", "an", "one"):
        return 1
    if words.isdecimal() and len(words) < 6:
        return int(words)
    tens, _, ones = words.partition("-")
    if tens in _TENS and ones in _ONES:
        return _WORDS[tens] + _WORDS[ones]
    return _WORDS.get(words)


def _period(words: str) -> str | None:
    amount, _, unit = words.replace("-", " ").rpartition(" ")
    number = _amount(amount)
    if number is None:
        return None
    if unit.startswith("decade"):
        return f"P{number * 10}Y"
    letter = {"d": "D", "w": "W", "y": "Y", "h": "H", "s": "S"}.get(unit[0])
    if unit.startswith("month"):
        return f"P{number}M"
    if unit.startswith("minute"):
        return f"PT{number}M"
    return f"{'PT' if letter in ('H', 'S') else 'P'}{number}{letter}" if letter else None


def _ago(words: str, day: date) -> str | None:
    amount, unit, _ = words.rsplit(" ", 2)
    number = _amount(amount)
    if number is None:
        return None
    if unit.startswith("day") and number < 100:
        return (day - timedelta(number)).isoformat()
    if unit.startswith("month") and number < 100:
        months = day.year * 12 + day.month - 1 - number
        return f"{months // 12:04}-{months % 12 + 1:02}"
    if unit.startswith("year") and number < day.year - 1000:
        return f"{day.year - number:04}"
    return None


def _named_period(words: str, day: date) -> str | None:
    which, unit = words.split(" ")
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "week":
        monday = day + timedelta(7 * step - day.weekday())
        return f"{monday.isoformat()}/{(monday + timedelta(6)).isoformat()}"
    if unit == "month":
        months = day.year * 12 + day.month - 1 + step
        return f"{months // 12:04}-{months % 12 + 1:02}"
    if unit == "year":
        return f"{day.year + step:04}"
    if which != "last":
        return None
    first = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9, "fall": 9}[unit]
    # The last one that had ended by then.
    year = day.year if first != 12 and day.month > first + 2 else day.year - 1
    last_year, last_month = (year + 1, 2) if first == 12 else (year, first + 2)
    if first == 12 and day.month <= 2:
        return None
    return f"{year:04}-{first:02}/{last_year:04}-{last_month:02}"


def _clock(words: str) -> str | None:
    """`T08:00+03:00`: the time of day, its day still missing."""
    match = re.match(r"(\d{1,2})(?:[:.](\d\d))? ?([ap]\.?m\b\.?)?[ (]*([A-Za-z ]*)", words, re.I)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] and hour <= 12:
        hour = hour % 12 + (12 if match[3][0] in "pP" else 0)
    if hour > 23:
        return None
    zone = match[4].strip()
    offset = ""
    if zone and zone.lower() != "local time":
        offset = f"@{zone}"
    return f"T{hour:02}:{minute:02}{offset}"


def _clocks(found: list[Value], sentences: Sequence[Span]) -> list[Value]:
    """Times of day get the day of their sentence, where it names exactly one."""
    starts = [first for first, _ in sentences]

    def sentence(item: Value) -> int:
        return bisect_right(starts, item.start)

    named: dict[int, set[str]] = {}
    for item in found:
        if item.type == "DATE" and item.value and re.fullmatch(r"\d{4}-\d\d-\d\d", item.value):
            named.setdefault(sentence(item), set()).add(item.value)
    out = []
    for item in found:
        if item.value is None or not item.value.startswith("T"):
            out.append(item)
            continue
        days = named.get(sentence(item), set())
        value = None
        if len(days) == 1:
            (day,) = days
            clock, _, zone = item.value.partition("@")
            offset = _offset(f"{day}{clock}", zone) if zone else ""
            value = None if offset is None else f"{day}{clock}{offset}"
        out.append(item._replace(value=value))
    return out


def _offset(moment: str | None, zone: str) -> str | None:
    try:
        return dates.parse(f"{moment}:00", dates.zone(zone)).isoformat()[19:]
    except dates.DateError:
        return None
