"""Printed publication times, read by a small explicit parser: the same line, the same answer.

A stamp keeps what the outlet printed apart from what it means: a date, perhaps a wall time, perhaps
a zone. `readings` turns it into every moment that it could stand for.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

Moment = date | datetime

#: Abbreviations in minutes from UTC. Several are ambiguous in the world at large; the reading here
#: is the one that English-language news about Europe and Asia uses. IST is India's (not Israel's
#: or Ireland's), CST and EST are North America's, BST is British Summer Time, AST is Arabia's
#: (Doha, Riyadh; not Atlantic), GST is the Gulf's. `--tz` does not change them: a page that means
#: another zone needs `--date`.
ZONES: dict[str, int] = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "BST": 60,
    "WEST": 60,
    "CET": 60,
    "CEST": 120,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "TRT": 180,
    "AST": 180,
    "GST": 240,
    "PKT": 300,
    "IST": 330,
    "SGT": 480,
    "HKT": 480,
    "JST": 540,
    "KST": 540,
    "AEST": 600,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
}
#: Names whose offset depends on the day of the year.
REGIONS: dict[str, str] = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "KYIV TIME": "Europe/Kyiv",
    "KIEV TIME": "Europe/Kyiv",
    "MOSCOW TIME": "Europe/Moscow",
    "LONDON TIME": "Europe/London",
}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?" + (
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    rf"""
    (?<![\w.:/-])(?:
        (?P<iy>\d{{4}})(?P<is>[-/.])(?P<im>\d{{1,2}})(?P=is)(?P<iday>\d{{1,2}})(?![\d/])
      | (?P<da>\d{{1,2}})(?:st|nd|rd|th)?[\ -](?:of\ )?(?P<ma>{_MONTH})\b\.?,?[\ -](?P<ya>\d{{4}})
      | (?P<mb>{_MONTH})\b\.?[\ ](?P<db>\d{{1,2}})(?:st|nd|rd|th)?,?[\ ](?P<yb>\d{{4}})
      | (?P<na>\d{{1,2}})(?P<ns>[./-])(?P<nb>\d{{1,2}})(?P=ns)(?P<ny>\d{{4}})
    )(?![\d])
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
#: A date without its year: enough to see that a line is a date line, not enough to read it.
_YEARLESS = re.compile(
    rf"(?<!\w)(?:\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?)"
    r"(?!\w)",
    re.IGNORECASE | re.ASCII,
)
_NAMES = "|".join(map(re.escape, sorted((*ZONES, *REGIONS), key=len, reverse=True)))
_TIME = re.compile(
    rf"""
    (?: (?<=[\d\x01])T | (?<![\w:.+-]) )
    (?: (?P<h>\d{{1,2}}) [:.h] (?P<m>\d{{2}}) (?::(?P<s>\d{{2}})(?:[.,]\d+)?)?
        (?:\ ?(?P<half>[ap]\.?m\b\.?))?
      | (?P<h2>\d{{1,2}})\ ?(?P<half2>[ap]\.?m\b\.?)
      | (?P<hrs>[012]\d[0-5]\d)(?=\ ?(?:hrs|hours|{_NAMES})\b) )
    (?:\ ?(?:hrs|hours|hr)\b\.?)?
    (?:[\ ]?[(\[]?(?:
        (?P<offset>(?:(?:GMT|UTC)\ ?)?[+\u2212-]\d{{1,2}}(?::?\d{{2}})?)(?!\d)
      | (?P<zone>{_NAMES})\b
      | (?P<local>local\ time)
    )[)\]]?)?
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_LABEL = re.compile(
    r"\b(?P<first>(?:first |originally )?(?:published|posted|created|issued|filed))\b"
    r"|\b(?P<later>(?:last |latest )?(?:updated?|modified|edited|revised))\b",
    re.IGNORECASE,
)
#: Words that a date line may hold besides its stamps.
_FILLER = re.compile(
    r"\b(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)\b\.?"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:on|at|of|and|date|time|as of|local time)\b",
    re.IGNORECASE,
)


class DateError(ValueError):
    """A value that looks like a date or a zone and is not one; the message says why."""


class AmbiguousDateError(DateError):
    """Day and month may be exchanged."""


class NoZoneError(DateError):
    """A time without its zone."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One printed moment. `days` holds one date, or two where day and month may be exchanged."""

    days: tuple[date, ...]
    time: time | None
    zone: str | None
    updated: bool
    start: int
    end: int

    def readings(self, tz: tzinfo | None = None) -> tuple[Moment, ...]:
        """Every moment meant: dates, or datetimes where a time is printed.

        A datetime has the printed zone, else `tz`, else none (a wall time).
        """
        if self.time is None:
            return self.days
        found = []
        for day in self.days:
            wall = datetime.combine(day, self.time)
            if self.zone is not None:
                found.append(_fixed(wall, zone(self.zone)))
            elif tz is not None:
                found.append(_fixed(wall, tz))
            else:
                found.append(wall)
        return tuple(found)


def _fixed(wall: datetime, tz: tzinfo) -> datetime:
    """`wall` with the offset that `tz` has then, as a plain offset."""
    offset = wall.replace(tzinfo=tz).utcoffset() or timedelta()
    return wall.replace(tzinfo=timezone(offset))


def zone(name: str) -> tzinfo:
    """A zone by abbreviation (`EEST`), offset (`+03:00`, `GMT+3`) or IANA name (`Europe/Kyiv`).

    Raises `DateError`.
    """
    plain = re.sub(r"\s+", " ", name.strip().strip("()[]")).upper()
    if plain in ZONES:
        return timezone(timedelta(minutes=ZONES[plain]))
    match = re.fullmatch(r"(?:GMT|UTC)? ?([+\u2212-])(\d{1,2})(?::?(\d{2}))?", plain, re.ASCII)
    if match:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes > 14 * 60 or int(match[3] or 0) > 59:
            raise DateError(f"no zone is {name.strip()} from UTC")
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
    from zoneinfo import ZoneInfo

    key = REGIONS.get(plain, name.strip())
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        raise DateError(f"no time zone has the name {name.strip()!r}") from None


def find(line: str, order: str | None = None) -> list[Stamp]:
    """The stamps of one printed line, in its order.

    `order` is `dmy` or `mdy` for dates in slashes or hyphens; dates with dots are day first
    everywhere. Raises `DateError` for a date or time that does not exist (31.02.2024, 25:10).
    """
    # A few dozen characters hold any date line; longer ones are prose and are not searched whole.
    line = line[:300]
    matches = list(_DATE.finditer(line))
    stamps = []
    for number, match in enumerate(matches):
        floor = matches[number - 1].end() if number else 0
        labels = list(_LABEL.finditer(line, floor, match.start()))
        floor = labels[-1].end() if labels else floor
        ceiling = matches[number + 1].start() if number + 1 < len(matches) else len(line)
        following = _LABEL.search(line, match.end(), ceiling)
        ceiling = following.start() if following else ceiling
        clock = _TIME.search(line, match.end(), ceiling)
        if clock is None and (number == 0 or labels):
            before = list(_TIME.finditer(line, floor, match.start()))
            clock = before[-1] if before else None
        stamps.append(
            Stamp(
                days=_days(match, order),
                time=_time(clock),
                zone=(clock["offset"] or clock["zone"]) if clock else None,
                updated=bool(labels and labels[-1]["later"]),
                start=min(match.start(), clock.start() if clock else match.start()),
                end=max(match.end(), clock.end() if clock else match.end()),
            )
        )
    return stamps


def _days(match: re.Match[str], order: str | None) -> tuple[date, ...]:
    if match["iy"]:
        return (_day(match, match["iy"], match["im"], match["iday"]),)
    if match["ma"] or match["mb"]:
        name = (match["ma"] or match["mb"])[:3].lower()
        month = _MONTHS.index(name) + 1
        return (_day(match, match["ya"] or match["yb"], month, match["da"] or match["db"]),)
    first, second, year = int(match["na"]), int(match["nb"]), match["ny"]
    if match["ns"] == "." or order == "dmy":
        return (_day(match, year, second, first),)
    if order == "mdy":
        return (_day(match, year, first, second),)
    if first == second or first > 12:
        return (_day(match, year, second, first),)
    if second > 12:
        return (_day(match, year, first, second),)
    return (_day(match, year, second, first), _day(match, year, first, second))


def _day(match: re.Match[str], year: str | int, month: str | int, day: str | int) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise DateError(f"there is no such day as {match[0].strip()}") from None


def _time(match: re.Match[str] | None) -> time | None:
    if match is None:
        return None
    if match["hrs"]:
        hour, minute, half = int(match["hrs"][:2]), int(match["hrs"][2:]), None
    else:
        hour, minute = int(match["h"] or match["h2"]), int(match["m"] or 0)
        half = match["half"] or match["half2"]
    if half and 13 <= hour <= 23:
        half = None  # "14:05 PM" is printed often enough, and means 14:05
    elif half:
        if not 1 <= hour <= 12:
            raise DateError(f"there is no such time as {match[0].strip()}")
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    try:
        return time(hour, minute, int(match["s"] or 0))
    except ValueError:
        raise DateError(f"there is no such time as {match[0].strip()}") from None


def is_date_line(line: str) -> bool:
    """Whether a header line is a date and nothing else (labels and a place name allowed).

    A yearless date counts, so that the missing year can be pointed at.
    """
    if len(line) > 160:
        return False
    rest = line
    dated = False
    for pattern in (_DATE, _YEARLESS):
        rest, count = pattern.subn("\x01", rest)  # no letter, no digit: printed by nobody
        dated = dated or count > 0
    if not dated:
        return False
    rest = _FILLER.sub(" ", _LABEL.sub(" ", _TIME.sub(" ", rest)))
    words = re.findall(r"[^\W_]+", rest)
    if not words:
        return True
    # A place before the date: "KYIV, Aug 26, 2024 19:55 GMT". Nothing may stand behind it.
    first = re.search(r"\d", line)
    tail = line[max((m.end() for m in _DATE.finditer(line)), default=0) :]
    left = _FILLER.sub(" ", _LABEL.sub(" ", _TIME.sub(" ", tail)))
    return (
        len(words) <= 4
        and all(word.isalpha() and word.isupper() for word in words)
        and first is not None
        and not re.search(r"[^\W_]", left)
        and _DATE.search(line) is not None
    )


def printed(lines: list[str], order: str | None = None) -> tuple[Stamp | None, Stamp | None]:
    """The first published and the first updated stamp of the date lines of one article.

    A page that prints only an update time is published, for all that can be known, then: its stamp
    comes back as both. Raises `DateError`.
    """
    stamps = [stamp for line in lines for stamp in find(line, order)]
    published = next((stamp for stamp in stamps if not stamp.updated), None)
    updated = next((stamp for stamp in stamps if stamp.updated), None)
    return published or updated, updated


def agrees(stamp: Stamp, published: Moment) -> bool:
    """Whether a printed stamp may stand for `published`, at the precision that both have."""
    return any(_same(reading, published) for reading in stamp.readings())


def _same(reading: Moment, published: Moment) -> bool:
    if not isinstance(reading, datetime):
        day = published.date() if isinstance(published, datetime) else published
        return reading == day
    if not isinstance(published, datetime):
        return reading.date() == published
    if reading.tzinfo is None or published.tzinfo is None:
        reading, published = reading.replace(tzinfo=None), published.replace(tzinfo=None)
    return reading.replace(second=0) == published.replace(second=0, microsecond=0)


def parse(value: str, tz: tzinfo | None = None, order: str | None = None) -> Moment:
    """A date as the author or a record gives it: ISO 8601, or any printed form.

    A wall time takes `tz`. Raises `DateError` where there is no date, or two readings, or a wall
    time and no `tz`.
    """
    stripped = value.strip()
    moment = _iso(stripped)
    if moment is None:
        stamps = find(stripped, order)
        if not stamps:
            raise DateError(f"no date in {stripped[:60]!r}")
        readings = stamps[0].readings(tz)
        if len(readings) > 1:
            raise AmbiguousDateError(
                f"{stripped[:60]!r} is {readings[0].isoformat()} or {readings[1].isoformat()}"
            )
        moment = readings[0]
    if isinstance(moment, datetime) and moment.tzinfo is None:
        if tz is None:
            raise NoZoneError(f"{stripped[:60]!r} has a time but no zone")
        moment = _fixed(moment, tz)
    return moment


def _iso(value: str) -> Moment | None:
    # Only the extended forms: fromisoformat also takes 20240817, which a typing slip can make.
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        kind: type[date] = date
    elif re.fullmatch(
        r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:?\d{2})?",
        value,
        re.ASCII,
    ):
        kind = datetime
    else:
        return None
    try:
        return kind.fromisoformat(value.upper())
    except ValueError as error:
        raise DateError(f"{value!r} is no date: {error}") from None


def page(value: str, tz: tzinfo | None) -> Moment:
    """A page's own time in ISO form; without an offset it takes `tz`, else only its date counts."""
    moment = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.date() if tz is None else _fixed(moment, tz)
    return moment


def iso(moment: Moment) -> str:
    """ISO 8601 as a document has it: to the second, with its offset."""
    if isinstance(moment, datetime):
        return moment.replace(microsecond=0).isoformat()
    return moment.isoformat()
