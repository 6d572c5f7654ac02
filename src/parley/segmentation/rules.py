"""Is a sentence over at this stop? The rules, one small question each.

Evidence, in order: the mark itself, what follows it, and the word before it.
What is known of words is in :mod:`parley.segmentation.knowledge`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from parley.segmentation import abbreviations as lists
from parley.segmentation.knowledge import Kind, knowledge

MARKS: Final = ".!?…‼⁇⁈⁉"
QUOTES_CLOSE: Final = "\"'”’»›"
_OPENERS: Final = "\"'“‘«‹„‚([{¿¡*_"
_QUOTES_OPEN: Final = "\"'“‘«‹„‚"
_DASHES: Final = "-–—―"
# No token that matters here is longer, and a bound keeps the cost of a stop constant.
_REACH: Final = 48

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CHUNK = re.compile(r"\S{1,48}")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_PARTS = re.compile(r"[-–—/]")
_LIST_MARK = re.compile(
    r"\d{1,2}|[A-Za-z]|(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})|(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"
)
_NO_SINGULAR: Final = ("s", "ly", "ing", "ed")
_ROMAN = re.compile(r"[IVXLC]+\b")
_CAMEL = re.compile(r"[^\W\d_]{1,5}?(?<![A-Z])[A-Z]")
_LINK = re.compile(r"https?:|www\.")
_STOP_AND_ELLIPSIS = re.compile(r"[^\s.]\.(?:\s\.)+$")
_NICKNAME = re.compile(r"[\"'“‘(][^\W\d_]+[\"'”’)]")
_FRONTED_TIME = re.compile(
    r"(?:(?:shortly|just|soon)\s+)?(?:at|by|around|about|since|until|from|before|after)\s+"
    r"(?:about\s+|around\s+)?\d[\d:.]*\s*[ap]\.m",
    re.IGNORECASE,
)
_LOCAL_TIME = re.compile(r"[A-Z]\w*(?:\s+[A-Z]\w*){0,2}\s+(?:[Ss]tandard\s+)?[Tt]ime\b")
_SPEAKER = re.compile(
    r"[A-Z][\w'’-]*\.?(?:\s+[A-Z][\w'’.-]*){0,4}\s+(?P<verb>[a-z]+)(?P<rest>\W|$)"
)
_SAID_SO = re.compile(
    r"\s*(?:[.,;:–—]|$|(?:in|on|at|to|during|after|before|as|when|while|from|of|with)\b)"
)


@dataclass(slots=True)
class Follower:
    """What stands after a stop: ``at`` is its first character past opening quotes and brackets."""

    text: str
    start: int
    at: int
    end: int
    char: str
    word: str

    @property
    def quoted(self) -> bool:
        return self.at > self.start and self.text[self.start] in _QUOTES_OPEN

    @property
    def starter(self) -> bool:
        word = self.word
        # "IT" and "WHO" are names; "It" and "Who" are not.
        return word.lower() in knowledge().starters and (len(word) == 1 or not word.isupper())


def follower(text: str, start: int, end: int) -> Follower:
    """Read the start of the text after a stop, between ``start`` and ``end``."""
    at = start
    while at < end and at - start < 4 and text[at] in _OPENERS:
        at += 1
    if at >= end:
        at = start
    found = _WORD.match(text, at, min(end, at + _REACH))
    word = found.group() if found else ""
    if len(word) > 2 and word[-2] in "'’":
        word = word[:-2]
    return Follower(text, start, at, end, text[at], word)


def word_before(text: str, start: int, end: int) -> tuple[int, str]:
    """The last token of ``text[start:end]`` without opening marks, and where it begins."""
    low = max(start, end - _REACH)
    at = text.rfind(" ", low, end) + 1 or low
    word = text[at:end]
    pieces = word.split()
    if pieces and pieces[-1] != word:
        at, word = end - len(pieces[-1]), pieces[-1]
    bare = word.lstrip(_OPENERS + _DASHES)
    return end - len(bare), bare


def plainly_ends(text: str, sentence: int, mark: int, close: int, start: int) -> bool:
    """The usual cases, decided fast: a word that is no short form, one mark, a capital.

    The arguments are those of :func:`ends_sentence`, which decides the same way, and all that
    this leaves open by answering no.
    """
    if close - mark > 1 and (text[mark + 1] in MARKS or text[mark] != "."):
        return False
    char = text[start]
    if not (char.isupper() or (char in _OPENERS and text[start + 1 : start + 2].isupper())):
        return False
    at = text.rfind(" ", max(sentence, mark - _REACH), mark) + 1
    word = text[at:mark]
    # At the start of a sentence it may be the number of a list: "II. The army".
    if at <= sentence or mark - at < 2 or not word.isalpha():
        return False
    if text[mark] == ".":
        return word.lower() not in knowledge().short_forms
    return text[mark] in "?!" and word.lower() not in lists.MARKED_NAMES


def ends_sentence(text: str, sentence: int, mark: int, close: int, start: int, end: int) -> bool:
    """Whether the sentence that began at ``sentence`` is over at a stop.

    ``text[mark:close]`` is the run of marks with the quotes and brackets that close after it,
    ``text[start:end]`` the rest of the paragraph, which does not begin with white space. All
    are code points, ends exclusive.
    """
    run = text[mark:close]
    at, word = word_before(text, sentence, mark)
    after = follower(text, start, end)
    if after.char in ",;:!?":
        return False
    if after.char == ".":
        # An ellipsis may open a sentence; the second half of a spaced one may not.
        return text.startswith("..", after.at) and run[0] == "." and len(run) == 1
    if run.startswith("."):
        if (len(run) > 1 and run[1] in MARKS) or (word == "" and text[mark - 1 : mark].isspace()):
            return _after_ellipsis(text, sentence, mark, run, after)
        return _after_full_stop(text, sentence, mark, at, word, run, after)
    if run[0] == "…":
        return _after_ellipsis(text, sentence, mark, run, after)
    return _after_question(run, word, after)


def _kind(word: str) -> Kind | None:
    known = knowledge()
    if word[:1].isupper():
        # A single capital is an initial: "P. Lund", but "p. 12".
        key = word.lower()
        found = known.capitalised.get(key)
        return found if found or len(key) == 1 else known.kinds.get(key)
    return known.kinds.get(word.lower())


@lru_cache(maxsize=8192)
def _shape(word: str) -> tuple[str, Kind | None, bool]:
    """The part of a token that stands at its stop, its kind, and whether it is a short form."""
    last = word if _ACRONYM.fullmatch(word) else _PARTS.split(word)[-1]
    kind = _kind(last)
    letter = len(last) == 1 and last.isalpha()
    return last, kind, kind is not None or letter or _ACRONYM.fullmatch(last) is not None


def _opens_low(after: Follower) -> bool:
    """Lower case follows, and not as in "iPad" or a link, which open sentences as they are."""
    if not after.char.islower():
        return False
    camel = _CAMEL.match(after.text, after.at, min(after.end, after.at + 8))
    return camel is None and _LINK.match(after.text, after.at, after.end) is None


def _dash_continues(after: Follower) -> bool:
    if after.char not in _DASHES:
        return False
    chunk = _CHUNK.search(after.text, after.at + 1, min(after.end, after.at + _REACH))
    return chunk is not None and chunk.group().lstrip(_DASHES)[:1].islower()


def _in_dateline(text: str, sentence: int, mark: int) -> bool:
    """The line so far is a place in capitals and a date: "KYIV, Sept. 2. - ..."."""
    place = _WORD.match(text, sentence, mark)
    return (
        place is not None
        and mark - sentence < _REACH
        and len(place.group()) > 1
        and (place.group().isupper())
    )


def _first(text: str, sentence: int, at: int) -> bool:
    """Nothing but opening marks stands between the start of the sentence and ``at``."""
    return at - sentence < 4 and all(char in _OPENERS for char in text[sentence:at])


def _quotation_open(text: str, sentence: int, mark: int) -> bool:
    """A double quotation mark of this sentence still waits for its closing one."""
    part = text[max(sentence, mark - 400) : mark]
    return part.count("“") > part.count("”") or part.count('"') % 2 == 1


def _after_ellipsis(text: str, sentence: int, mark: int, run: str, after: Follower) -> bool:
    if _opens_low(after) or _dash_continues(after):
        return False
    if len(run.strip(".…")) == 0 and text[mark - 1 : mark].isspace():
        # Spaced on both sides inside a quotation it stands for words left out, unless a full
        # stop stands before it ("the buses. . . . None came").
        full_stop = _STOP_AND_ELLIPSIS.search(text, max(sentence, mark - 12), mark + 1)
        if full_stop is None and _quotation_open(text, sentence, mark) and not after.quoted:
            return False
    # "I" is a capital wherever it stands, so it is no sign of a new sentence.
    return not (after.word == "I" and run[-1] in MARKS and not after.quoted)


def _after_question(run: str, word: str, after: Follower) -> bool:
    if (after.char.islower() and _opens_low(after)) or _dash_continues(after):
        return False
    if word.lower() in lists.MARKED_NAMES and not after.starter:
        return False
    return not (run[-1] in QUOTES_CLOSE and _attribution(after))


def _attribution(after: Follower) -> bool:
    """A named speaker and a verb of speech follow a quotation: '"Why?" Koval asked.'"""
    found = _SPEAKER.match(after.text, after.start, min(after.end, after.start + 120))
    if found is None or after.starter:
        return False
    verb = found["verb"]
    if verb not in lists.SPEECH:
        return False
    if verb == "asked" or found["rest"] != " ":
        return True
    return _SAID_SO.match(after.text, found.end("verb"), after.end) is not None


def _after_full_stop(
    text: str, sentence: int, mark: int, at: int, word: str, run: str, after: Follower
) -> bool:
    closed = len(run) > 1
    if not closed and _first(text, sentence, at) and _LIST_MARK.fullmatch(word):
        return False
    last, kind, short = _shape(word)
    if after.char in _DASHES:
        return not (short or _dash_continues(after) or _in_dateline(text, sentence, mark))
    if _opens_low(after):
        # After a word that is surely not a short form, the writer just left the capital out.
        plain = not short and not closed and len(word) > 3 and word.isalpha()
        return plain and word.lower() in knowledge().common
    if closed and run[-1] in QUOTES_CLOSE and text[at - 1 : at] not in _QUOTES_OPEN:
        return True
    if kind is None:
        if len(last) == 1 and last.isalpha():
            return _after_letter(text, sentence, at, last, after)
        if last.lower() in lists.NAME_PARTS and last[0].isupper():
            return not after.char.isupper() or after.starter
        return not short or _after_either(after)
    return _after_short_form(text, sentence, at, last, kind, after)


def _after_short_form(
    text: str, sentence: int, at: int, word: str, kind: Kind, after: Follower
) -> bool:
    digit = after.char.isdigit()
    if kind is Kind.TITLE or kind is Kind.LINK:
        return False
    if kind is Kind.NUMBERED:
        roman = word[0].isupper() and _ROMAN.match(after.text, after.at, after.end) is not None
        return not (digit or after.char == "§" or (roman and after.word != "I"))
    if kind is Kind.MONTH:
        return not digit
    if kind is Kind.WEEKDAY:
        return not (digit or after.word.lower() in lists.DATES)
    if kind is Kind.CLOCK:
        return _after_clock(text, sentence, at, word, after)
    if kind is Kind.RUNS_ON:
        return not digit and after.word.lower() not in lists.DIRECTIONS
    if word == "St":
        # Saints outnumber streets; only a word that can't be a saint's name shows a street.
        return after.starter
    return _after_either(after)


def _after_either(after: Follower) -> bool:
    if after.char.isupper():
        # A sentence seldom opens with a bare singular noun, a name often goes on with one
        # ("the U.S. Ambassador"): only other words count as evidence of a new sentence.
        key = after.word.lower()
        return after.starter or (key.endswith(_NO_SINGULAR) and key in knowledge().begins)
    return not (after.char.isalnum() or after.char in "&/+=<>%$€£¥§")


def _after_clock(text: str, sentence: int, at: int, word: str, after: Follower) -> bool:
    if at - sentence < _REACH and _FRONTED_TIME.fullmatch(text, sentence, at + len(word)):
        return False
    if after.at > after.start and after.text[after.start] == "(":
        return after.starter
    key = after.word.lower()
    if key in lists.DAY_NAMES or key in lists.ZONES:
        return False
    stopped = after.text[after.at + len(after.word) : after.at + len(after.word) + 1] == "."
    if stopped and key in lists.DAYS_AND_MONTHS:
        return False
    if key in ("eastern", "central", "pacific", "mountain", "local"):
        return False
    return _LOCAL_TIME.match(after.text, after.at, min(after.end, after.at + 60)) is None


def _after_letter(text: str, sentence: int, at: int, letter: str, after: Follower) -> bool:
    space = at
    while space > sentence and (text[space - 1].isspace() or text[space - 1] in _OPENERS):
        space -= 1
    before = word_before(text, sentence, space)[1]
    if before.lower() in lists.LABELLED:
        return True
    if letter == "I" and before.islower():
        # The pronoun: "so am I."
        return True
    if after.quoted:
        return _NICKNAME.match(after.text, after.start, after.end) is None
    if after.char.isupper():
        return after.starter and after.word.lower() not in lists.NAMES_TOO
    return not after.char.isalnum()
