"""Frames: one source and cue around one content, each a function of a stretch of a sentence."""

import re
from itertools import pairwise

from parley.attribution.contents import ASIDE, is_clause, shorn
from parley.attribution.phrases import is_phrase, object_behind, speaks, subject_before
from parley.attribution.sentence import WORD, Saying, Sentence
from parley.attribution.stems import stem
from parley.document import Span

_RELAYED = re.compile(
    r",? (?:as |also |and )?(quoted|cited|relayed|reported|carried|published|run|seen)"
    r" (?:by|in|on) "
)
_NOUN = r"account|description|count|estimate|reckoning|version|telling|words"


def colon(sentence: Sentence) -> Saying | None:
    """SOURCE: CONTENT in a headline."""
    line = sentence.text[sentence.start : sentence.end]
    if sentence.kind not in ("title", "subhead", "standfirst") or line.count(": ") != 1:
        return None
    at = sentence.start + line.index(": ")
    for item in sentence.names:
        if (item.start, item.end) == (sentence.start, at) and item.type in ("PERSON", "ORG", "GPE"):
            return Saying([(sentence.start, at)], [(at, at + 1)], [(at + 2, sentence.end)])
    return None


def leading(sentence: Sentence, low: int, high: int) -> Saying | None:
    """According to SOURCE, CONTENT."""
    opening = sentence.text[low : low + 40].lower()
    for phrase in sentence.lexicon.according:
        if opening.startswith(f"{phrase} "):
            for comma in sentence.commas(low, high):
                source = (low + len(phrase) + 1, comma)
                rest = sentence.text[comma + 2 : comma + 30]
                if re.match(r"(?:who|which|whose|an? |the \w+ of)", rest):
                    continue
                if high - comma > 10 and speaks(sentence, *source):
                    cue = (low, low + len(phrase))
                    return Saying([source], [cue], [(comma + 2, shorn(sentence, comma + 2, high))])
    return None


def trailing(sentence: Sentence, low: int, high: int) -> Saying | None:
    """CONTENT, SOURCE said; CONTENT, said SOURCE; CONTENT, according to SOURCE."""
    for comma in reversed(sentence.commas(low, high)):
        if high - comma > 170:
            return None
        made = _tail(sentence, comma, high, low)
        if made is not None and made.content[0][1] - low >= 8:
            return made
    according = re.search(
        rf" ({'|'.join(sentence.lexicon.according)}) (?=[^,;]*$)", sentence.text[low:high]
    )
    if according and according.start() > 8:
        at = low + according.start()
        source = (low + according.end(), high)
        if not sentence.in_quotes(at) and speaks(sentence, *source):
            cue = (at + 1, at + 1 + len(according[1]))
            return Saying([source], [cue], [(low, at)])
    return None


def inserted(sentence: Sentence, low: int, high: int) -> Saying | None:
    """C-, SOURCE said, -ONTENT."""
    commas = sentence.commas(low, high)
    for first, second in pairwise(commas):
        rest = sentence.text[second + 1 : second + 14]
        if second - first > 110 or re.match(r" (?:who|which|citing|according)\b", rest):
            continue
        made = _tail(sentence, first, second, low, inserted=True)
        if made is not None and made.content[0][1] - low >= 3:
            if re.match(r" \w+ing\b", rest):
                return made
            following = (second + 2, shorn(sentence, second + 2, high))
            if following[1] - following[0] > 8:
                made.content.append(following)
                return made
    return None


def _tail(
    sentence: Sentence, comma: int, high: int, low: int, *, inserted: bool = False
) -> Saying | None:
    """What stands between a comma and `high` as a frame around the words before the comma."""
    text = sentence.text
    mark = text[comma + 1 : comma + 2] in ("”", '"')
    at = comma + 1 + mark
    content = [(low, comma + 1 + mark if mark else comma)]
    tail = text[at:high]
    if not tail.startswith(" "):
        return None
    for phrase in sentence.lexicon.according:
        if tail.lower().startswith(f" {phrase} "):
            source = (at + 2 + len(phrase), high)
            if is_phrase(sentence, *source):
                return Saying([source], [(at + 1, source[0] - 1)], content)
    account = re.match(rf" by (.+?)['’]s? ({_NOUN})\b", tail)
    if account:
        source = (at + account.start(1), at + account.end(1))
        if speaks(sentence, *source):
            return Saying([source], [(at + account.start(2), at + account.end(2))], content)
    clause = mark or is_clause(sentence, low, comma)
    if not clause and not inserted:
        return None
    relayed = re.match(
        r" (?:as )?(quoted|cited|relayed|reported|carried|published|summarised) (?:by|in) ",
        tail,
    )
    if relayed:
        source = (at + relayed.end(), high)
        if is_phrase(sentence, *source):
            return Saying([source], [(at + relayed.start(1), at + relayed.end(1))], content)
        return None
    # "as Reuters reported", "so the agency said"
    as_ = re.match(r" (?:as|so) ", tail)
    start = at + (as_.end() if as_ else 1)
    for match in sentence.finite(start, high):
        after = text[match.end() : high]
        head = text[start : match.start()].strip()
        aside = ASIDE.match(after)
        ends = aside is not None and not after[aside.end() :].strip(" ,")
        addressed = re.fullmatch(
            r"(?: (?:[A-Z][\w.’'&-]*|of|agency|news|reporters|and|the|an?|its|state|journalists"
            r"|newspaper|radio|television|service|channel))+",
            after,
        )
        if head and (
            ends or (addressed and clause and stem(match[0]) in sentence.lexicon.addressed)
        ):
            subject = subject_before(sentence, start, match.start())
            if subject is not None and subject[0] <= start + 4:
                return Saying([subject], [match.span()], content)
        elif not head and after.startswith(" ") and stem(match[0]) in sentence.lexicon.inverted:
            speaker = object_behind(sentence, match.end() + 1, high)
            if speaker is not None:
                return Saying([speaker], [match.span()], content)
        return None
    return None


def citing(sentence: Sentence, low: int, high: int) -> tuple[Span, Span] | None:
    """CONTENT, citing SOURCE, at the end of a clause."""
    for match in re.finditer(r", (citing) ", sentence.text[low:high]):
        at = low + match.start()
        source = (low + match.end(), high)
        if not sentence.in_quotes(at) and is_phrase(sentence, *source):
            return (low + match.start(1), low + match.end(1)), source
    return None


def relay(sentence: Sentence, saying: Saying) -> Saying | None:
    """SOURCE, quoted by OUTER, said CONTENT: the outer level, and the source without it.
    OUTER, citing SOURCE, said CONTENT: the inner level."""
    if not saying.source:
        return None
    first, last = saying.source[0]
    citing = re.search(r", (citing) ", sentence.text[first:last])
    if citing:
        inner = (first + citing.end(), last)
        if not speaks(sentence, *inner) or not speaks(sentence, first, first + citing.start()):
            return None
        cue = (first + citing.start(1), first + citing.end(1))
        saying.source = [(first, first + citing.start())]
        content = list(saying.content)
        saying.content = [(cue[0], inner[1]), *content]
        return Saying([inner], [cue], content)
    match = _RELAYED.search(sentence.text, first, last)
    if match is None or not speaks(sentence, match.end(), last):
        return None
    saying.source = [(first, match.start())]
    said = (saying.cue[0][0], saying.content[-1][1])
    return Saying([(match.end(), last)], [match.span(1)], [(first, match.start()), said])


def adverb(sentence: Sentence, low: int, high: int) -> list[Saying]:
    """CONT- reportedly -ENT: no source."""
    for match in WORD.finditer(sentence.text, low, high):
        if match[0].lower() in sentence.lexicon.adverbs and not sentence.in_quotes(match.start()):
            parts = [(low, match.start() - 1), (match.end() + 1, high)]
            parts = [(first, last) for first, last in parts if last - first > 2]
            if parts:
                return [Saying([], [match.span()], parts)]
    return []
