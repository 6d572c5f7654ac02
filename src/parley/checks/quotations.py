"""Quotations of an article against the phrases of its facts."""

import re
from collections.abc import Iterable, Iterator

#: Shorter quotations are scare quotes and titles: not looked up.
LEAST = 3
_QUOTED = re.compile(
    r'"([^"\n]+)(?:"|$)'
    r"|“([^”“\n]+)(?:”|$)"
    r"|‘([^’‘\n]+(?:’\w[^’‘\n]*)*)’(?!\w)",  # an apostrophe before a letter ends nothing
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def quotations(text: str) -> Iterator[tuple[int, str]]:
    """(offset, words) of everything in quotation marks on one line."""
    for match in _QUOTED.finditer(text):
        words = next(group for group in match.groups() if group is not None)
        yield match.start(), words


def unfounded(text: str, phrases: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Quotations of `LEAST` words and more that stand in no phrase, case and marks aside."""
    known = [f" {plain(phrase)} " for phrase in phrases]
    for start, quoted in quotations(text):
        words = plain(quoted)
        if words.count(" ") + 1 >= LEAST and not any(f" {words} " in phrase for phrase in known):
            yield start, quoted


def plain(text: str) -> str:
    """Words in lower case with single spaces, straight apostrophes and no other marks."""
    return " ".join(_WORD.findall(text.casefold().replace("’", "'")))
