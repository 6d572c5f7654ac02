"""Sources: which noun phrase stands where, and whether it can have said something."""

import re

from parley.attribution.sentence import FINITE, WORD, Sentence
from parley.document import Span

_AUXILIARY = re.compile(
    r"(?:\s+(?:has|have|had|is|are|was|were|also|later|earlier|then|now|already|again|meanwhile|since"
    r"|still|first|itself|himself|herself|themselves|both|all|would|will|[a-z]+ly|been|did|does|do"
    r"|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))+$"
)
_PRONOUN = re.compile(r"(?:he|she|they|it|who|which|we|i|both|some|others|all three|those)$", re.I)
_FRONT = re.compile(
    r"(?:in|on|at|by|for|from|with|to|of|as|after|before|since|during|under|over|through|about"
    r"|into|against|amid|despite|like|without|within|and|but|or|so|yet|then|when|while|if|later"
    r"|earlier|still|meanwhile|instead|only|even|also|not|there|here|that|because|asked|speaking"
    r"|shortly|overnight)\b",
    re.IGNORECASE,
)
_EDGE = re.compile(
    r"(?:; |: |, (?:and |but |though |while |so )?|\s(?:and|but|that|as|because|while|when|after"
    r"|before|although|since|if|where|—|–|--) )"
)


def speaks(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a noun phrase names somebody who may have said something."""
    words = sentence.text[start:end]
    if not words or len(words.split()) > 24:
        return False
    if _PRONOUN.match(words):
        return True
    if any(
        start <= item.start and item.end <= end and item.type in ("PERSON", "ORG", "GPE")
        for item in sentence.names
    ):
        return True
    core = re.split(r",| (?:of|from|in|with|at|on|for|close|familiar|to|who|which) ", words)[0]
    return any(
        match[0].lower() in sentence.vocabulary.heads or match[0].lower() == "those"
        for match in WORD.finditer(core)
    )


def is_phrase(sentence: Sentence, start: int, end: int) -> bool:
    """Whether words are one noun phrase that can have spoken, without a clause behind."""
    words = sentence.text[start:end]
    clause = re.search(r", (?:and|but|so) |; |\. [A-Z][a-z]+ ", words)
    return not clause and not FINITE.search(words) and speaks(sentence, start, end)


def subject_before(sentence: Sentence, low: int, verb: int) -> Span | None:
    """The noun phrase right before a verb: the longest without a finite verb of its own."""
    chunk = sentence.text[low:verb].rstrip()
    end = low + len(_AUXILIARY.sub("", chunk))
    edges = [low, *(low + match.end() for match in _EDGE.finditer(sentence.text[low:end]))]
    edges += [item.end for item in sentence.names if item.type == "DATE" and low < item.end < end]
    for edge in sorted(edges):
        start = edge
        while start < end and sentence.text[start] in " ,":
            start += 1
        words = sentence.text[start:end].rstrip(" ,")
        dated = any(
            item.start == start and item.type in ("DATE", "TIME") for item in sentence.names
        )
        article = re.match(
            r"(?:the|a|an) (?:same|next|following|previous|day|week|month)\b", words, re.I
        )
        if not words or len(words.split()) > 22 or _FRONT.match(words) or dated or article:
            continue
        bare = re.sub(
            r",? (?:who|which|whose|quoted|cited|citing|(?:as )?relayed|carried) [^,]*(?:,|$)",
            "",
            words,
        )
        if FINITE.search(bare) or any(mark in words for mark in '“”";'):
            continue
        if re.search(r"ed (?:the|a|an|his|her|its|their|to) | (?:and|or|but)$", bare):
            continue
        if (
            any(
                start <= cue.start() < start + len(bare)
                and cue[0].endswith(("ed", "id", "ld", "ys"))
                for cue in sentence.cues
            )
            and bare == words
        ):
            continue
        if speaks(sentence, start, start + len(words)):
            return start, start + len(words)
    return None


def opening_name(sentence: Sentence, low: int, high: int) -> Span | None:
    """The name that a clause opens with, whose verb is not a cue but a later one is."""
    for item in sentence.names:
        if item.type in ("PERSON", "ORG", "GPE") and low <= item.start < high:
            lead = sentence.text[low : item.start]
            opens = len(lead.split()) <= 5 and not _FRONT.match(lead) and "," not in lead
            return (low, item.end) if opens else None
    return None


def object_behind(sentence: Sentence, start: int, high: int) -> Span | None:
    """The noun phrase behind a verb, to the end of its clause."""
    words = sentence.text[start:high]
    if re.match(r"(?:that|of|to|for|about|whether|how|why)\b", words):
        return None
    cut = re.search(r" (?:on|in|that|after|before|when|while|as|adding|late|early)\b|[;“\"]", words)
    end = start + cut.start() if cut else high
    while end > start and sentence.text[end - 1] in " ,":
        end -= 1
    return (start, end) if end > start and speaks(sentence, start, end) else None
