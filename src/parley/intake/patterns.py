"""The lines that outlets print around an article, as patterns over one trimmed line.

Every pattern is narrow: a line that only may be furniture is body. Add a case together with a line
in `tests/fixtures/intake/lines.toml`.
"""

import re

from parley import dates

_I = re.IGNORECASE
#: What may stand before a header line, and belongs to its paragraph.
LEAD = re.compile(r"^[-–—•*·|>]+[ \t]+")
#: Where a sentence can end: a stop, perhaps inside brackets or quotes.
TERMINAL = re.compile(r"[.!?…][\"'”’»)\]]*$")
BULLET = re.compile(r"^(?:[*•·▪‣–—]|-)[ \t]+\S")
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_NETWORKS = r"(?:facebook|twitter|x|telegram|whatsapp|viber|linkedin|reddit|e-?mail|instagram)"

#: Name -> pattern of the whole line. The names are those of the intake account.
BOILERPLATE: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, _I)
    for name, pattern in {
        # A line of marks between parts of a page: ___, * * *, ————.
        "rule": r"(?:[-–—_*=~·•#]\s?){2,}",
        "read-also": (
            r"(?:read also|also read|read more|read next|see also|more on this|don['’]t miss)"
            r"(?:\s*[:|»>→].*|)"
            r"|(?:related|recommended)(?: (?:articles?|stories|topics|news|content))?\s*:?"
            r"|(?:related|recommended) (?:articles?|stories|topics|news|content)\s*:.*"
        ),
        "subscribe": (
            r"subscribe(?: now)?[.!]?|subscribe (?:to|for|on|via) .*"
            r"|(?:sign up|join)\b.{0,40}\b(?:newsletter|channel|telegram|whatsapp|alerts)\b.*"
        ),
        "share": (
            rf"share[:.]?|share (?:this|it|the article|via|on|with)\b[^.]*|copy link"
            rf"|{_NETWORKS}(?:[\s,|/·]+{_NETWORKS})+"
        ),
        "follow": (
            r"follow (?:us|me|@\w+)\b.*"
            r"|(?:we are|find us|like us) on (?:facebook|twitter|x|telegram).*"
        ),
        "advertisement": (
            r"\W*(?:advertisement|advertising|advertorial|ad|ads|sponsored(?: content| by .*)?"
            r"|promoted(?: content)?|paid content)\W*|advertisement\s*[-–—|:].*"
        ),
        "credit": (
            r"(?:file |illustrative )?(?:photo|image|picture|video|screenshot|illustration|graphic)"
            r"s?(?: credit| by| courtesy(?: of)?)?\s*[:/©].*"
            r"|credit\s*:.*|(?:getty images|reuters|ap|afp) ?/ ?[\w .]+"
        ),
        "copyright": r"(?:©|\(c\)|copyright\b).*|.{0,60}\ball rights reserved\.?",
        "comments": (
            r"(?:\d+ )?comments?(?: ?\(\d+\))?|(?:leave|post|add|write) a (?:comment|reply)"
        ),
        "tags": r"(?:tags?|topics|keywords)\s*:.*",
        "reading-time": (
            r"(?:reading time:? ?)?\d{1,2}[ -]?min(?:ute)?s?(?:[ -]read)?(?: ?reading)?"
        ),
        "support": r"support (?:us|our (?:work|journalism|newsroom))\b.*|donate(?: now)?[.!]?",
        "controls": r"print|listen(?: to (?:this )?article)?|back to top|skip to (?:main )?content",
    }.items()
}


def _names(*lines: str) -> frozenset[str]:
    """Names separated by commas, over several lines of source."""
    return frozenset(name.strip() for line in lines for name in line.split(","))


_LANGUAGES = _names(
    "en, uk, ua, ru, de, fr, es, pl, it, pt, tr, ar, zh, ja, ko, ro, hu, cs, sk, bg, sr, lt, lv",
    "et, fi, sv, no, da, eng, ukr, rus, укр, рус, english, ukrainian, russian, deutsch, german",
    "français, french, español, spanish, polski, українська, русский, italiano, português, türkçe",
)
_SECTIONS = _names(
    "news, world, politics, war, opinion, analysis, explainer, europe, russia, ukraine, home",
    "international, business, economy, energy, society, regions, region, defence, defense, live",
    "interview, report, feature, comment, editorial, background, latest, breaking, exclusive, asia",
    "africa, middle east, middle-east, fact check, world news, top stories, live updates, timeline",
    "breaking news, latest news, brief, in brief, live blog, q&a",
)
_AGENCIES = _names(
    "reuters, afp, ap, tass, interfax, unn, ukrinform, dpa, upi, ansa, efe, xinhua, anadolu, pap",
    "ria novosti, interfax-ukraine, agencies, staff and agencies",
)
#: Words of a byline that are written small.
_SMALL = _names(
    "and, of, the, for, in, from, with, our, at, a, de, van, von, la, el, al, bin, desk, desks",
    "staff, team, correspondent, correspondents, reporter, reporters, writer, writers, editor",
    "editors, agencies, bureau, newsroom, news, service, special, report",
)
_BY = re.compile(
    r"(?:(?:compiled|written|reported|reporting|edited|story|text|words|additional reporting)"
    r"(?: and (?:compiled|written|reported|edited))? )?by:? (?P<who>.+)",
    _I,
)
_CREDITED = re.compile(
    r"(?:text|author|authors|words|writer|story|reporter|byline)\s*:\s*(?P<who>.+)", _I
)
_FROM = re.compile(r"from (?:our|the) (?P<who>[\w &’'-]{2,40} (?:desk|correspondent|team))", _I)
_DESK = re.compile(
    r"(?P<who>[A-Z][\w.&’' ,-]{0,70}\b(?:desk|newsroom|bureau)|Staff (?:writers?|report))"
)
_SOURCE = re.compile(r"(?:source|sources|with input from)\s*:\s*(?P<what>\S.*)", _I)
_LIVE = re.compile(r"(?:live|live blog|live updates?|as it happened)\b(?:\s*[-–—|:,].*)?", _I)
_TIMESTAMP = re.compile(
    r"(?:[01]?\d|2[0-3])[:.h][0-5]\d(?: ?[ap]\.?m\.?)?(?: ?\(?[A-Z]{2,4}(?:[+-]\d{1,2})?\)?)?"
    r"|(?:1[0-2]|[1-9])(?: ?[ap]\.?m\.?)(?: ?\(?[A-Z]{2,4}\)?)?",
    _I,
)
_DAY = re.compile(
    rf"{_WEEKDAY},? (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}|{_MONTH} \d{{1,2}})"
    r"(?:,? \d{4})?",
    _I,
)
_CALENDAR = re.compile(rf"(?:{_WEEKDAY}|{_MONTH}|today|yesterday|tomorrow|now|then)\b", _I)


def boilerplate(line: str) -> str | None:
    """The name of the boilerplate that `line` wholly is, if it is."""
    if len(line) > 200:
        return None
    plain = unlead(line)
    for name, pattern in BOILERPLATE.items():
        if pattern.fullmatch(plain):
            return name
    return None


def unlead(line: str) -> str:
    """`line` without the dash or bullet that some outlets print before header lines."""
    return LEAD.sub("", line)


def byline(line: str) -> str | None:
    """Who a byline names: `By the Maps desk` gives `Maps desk`. None for any other line."""
    plain = unlead(line)
    if len(plain) > 120:
        return None
    match = (
        _BY.fullmatch(plain)
        or _CREDITED.fullmatch(plain)
        or _FROM.fullmatch(plain)
        or _DESK.fullmatch(plain)
    )
    if match is None:
        return None
    who = re.sub(r"^(?:the|our) ", "", match["who"].strip(), flags=_I)
    words = re.findall(r"[^\s,;|/]+", who)
    # "By Tuesday the bridge was gone" and "By the river" are prose: a byline is names and desks.
    named = all(word.casefold() in _SMALL or not word[0].islower() for word in words)
    desk = re.search(r"\b(?:desk|staff|team|bureau|newsroom|correspondents?|agencies)$", who, _I)
    if not words or len(words) > 12 or re.search(r"[:!?]|\.$|\d", who) or _CALENDAR.match(who):
        return None
    return who if named or desk else None


def source(line: str) -> str | None:
    """What a source line credits: `Source: agencies` gives `agencies`."""
    plain = unlead(line)
    if len(plain) > 120:
        return None
    match = _SOURCE.fullmatch(plain)
    if match and not (TERMINAL.search(plain) and len(plain.split()) > 8):
        return match["what"].strip()
    return plain if plain.casefold() in _AGENCIES else None


def agency(words: str) -> bool:
    """Whether `words` is a news agency's name."""
    return words.casefold() in _AGENCIES


def language(line: str) -> bool:
    """Whether `line` is a language toggle: `En`, `EN | UA`, `English`."""
    names = [name.casefold() for name in re.split(r"\s*[|/·,]\s*|\s+", unlead(line)) if name]
    if not names or len(names) > 8 or any(name not in _LANGUAGES for name in names):
        return False
    # "UK", "No" or "It" alone is a rubric or a word; a lone toggle is a name or one of these.
    return len(names) > 1 or len(names[0]) > 2 or names[0] in ("en", "ua", "ru", "de", "fr", "pl")


def section(line: str, *, dashed: bool = False) -> str | None:
    """The section that a rubric or a section mark names.

    `ANALYSIS` and `LIVE — Monday …` give `ANALYSIS` and `LIVE`. With `dashed`, for a mark printed
    below the article, any one to three capitalised words behind a dash are a section too.
    """
    plain = unlead(line)
    if len(plain) > 90:
        return None
    if _LIVE.fullmatch(plain):
        return re.split(r"\s*[-–—|:,]\s*", plain, maxsplit=1)[0]
    crumbs = [part.strip() for part in re.split(r"[>»/|›]", plain) if part.strip()]
    if crumbs and all(part.casefold() in _SECTIONS for part in crumbs):
        return crumbs[-1]
    words = plain.split()
    if (
        dashed
        and LEAD.match(line)
        and 1 <= len(words) <= 3
        and not TERMINAL.search(plain)
        and all(word[0].isupper() or word in ("&", "and", "of") for word in words)
        and all(re.fullmatch(r"[^\W\d_]+|&", word) for word in words)
    ):
        return plain
    return None


def timestamp(line: str) -> bool:
    """Whether `line` is the time of a live page's entry (`23:40`, `07:15 GMT`)."""
    return _TIMESTAMP.fullmatch(line) is not None


def day(line: str) -> bool:
    """Whether `line` is a live page's day (`SUNDAY 11 AUGUST`)."""
    return _DAY.fullmatch(line) is not None


def date_line(line: str) -> bool:
    """Whether `line` is a printed publication or update time; `day` lines are not."""
    return dates.is_date_line(line) and not day_without_year(line)


def day_without_year(line: str) -> bool:
    """Whether `line` is a day with neither year nor time: a heading, not a publication time."""
    return day(line) and not re.search(r"\d{4}", line)
