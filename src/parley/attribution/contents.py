"""Contents: where what was said begins behind a cue, and where it ends."""

import re

from parley.attribution.sentence import FINITE, NOT_FINITE, QUOTE, WORD, Sentence
from parley.attribution.stems import stem
from parley.document import Span

#: Verb -> the preposition behind which its content stands.
_LEADS = {
    **dict.fromkeys(
        map(stem, ("accuse", "speak", "talk", "complain", "warn", "write", "know")), ("of",)
    ),
    stem("tell"): ("of",),
    **dict.fromkeys(map(stem, ("ask", "call", "press", "appeal", "blame")), ("for",)),
    stem("point"): ("to",),
}
#: Behind a verb: when, where and to whom it was said.
ASIDE = re.compile(
    r"(?: (?:on|in|at|via|to|through|from) (?:(?:the|a|an|its|his|her|their|state|his"
    r"|same|next|televised|evening|daily|video|Telegram|X|Facebook|interview|statement|message|post"
    r"|briefing|address|channel|television|radio|comment|comments|remarks|reporters|journalists"
    r"|[A-Z][\w.’'-]*|\d+|of|with|and)(?: |(?=,|$)))+| (?:last|this) (?:week|month|year)"
    r"| (?:later|earlier|then|again|separately|yesterday|today|back|too)\b|,)*"
)
_RESUMES = re.compile(
    r"; |, as (?=(?:he|she|it|they) )|, (?:while|whereas|though|although) |, (?:but|and) (?=[A-Z])"
)


def content_behind(sentence: Sentence, cue: re.Match[str], high: int) -> Span | None:
    """The content behind a verb, before `high`; the construction says where it begins."""
    text, key, at = sentence.text, stem(cue[0]), cue.end()
    rest = text[at:high]
    if not rest.strip():
        return None
    that = re.search(r"\bthat ", rest[:110])
    if that and not re.search('[“"”;]', rest[: that.start()]):
        between = rest[: that.start()]
        if (
            len(between.split()) <= 10
            and not FINITE.search(between)
            and not re.search(r", \w+ing\b| to [a-z]+ [a-z]", between)
        ):
            return _ended(sentence, at + that.end(), high)
    quote = re.match(r" ?[:,]? (?=[“\"])", rest)
    if quote:
        return _ended(sentence, at + quote.end(), high)
    if key in sentence.lexicon.addressed:
        told = re.search(r" (not )?to (?=[a-z])", rest[:110])
        if told and "," not in rest[: told.start()]:
            return _ended(sentence, at + told.start() + 1, high)
    for lead in _LEADS.get(key, ()):
        led = re.search(rf" {lead} ", rest[:90])
        if led and not re.search(r"[,;]", rest[: led.start()]):
            return _ended(sentence, at + led.end(), high)
    if key in sentence.lexicon.infinitive and rest.startswith(" to "):
        return _ended(sentence, at + 1, high)
    if key in sentence.lexicon.infinitive and not rest.startswith(" to "):
        return None
    if key in sentence.lexicon.addressed and key not in (stem("order"), stem("urge"), stem("ask")):
        # "told TASS as many as possible had been": a clause behind one name
        name = next((item for item in sentence.names if item.start - at in (1, 5)), None)
        if name is None or name.end + 8 > high or text[name.end : name.end + 1] != " ":
            return None
        return _ended(sentence, name.end + 1, high)
    if cue[0].lower() == "pointed" or key == "point":
        out = re.match(r" out ", rest)
        return _ended(sentence, at + out.end(), high) if out else None
    aside = ASIDE.match(rest)
    start = at + (aside.end() if aside else 0)
    dated = re.match(r" on ", text[start:high])
    if dated:
        date = next((i for i in sentence.names if i.start == start + 4 and i.type == "DATE"), None)
        if date is not None:
            start = date.end
    gap = re.match(r"[ ,:]+", text[start:high])
    start += gap.end() if gap else 0
    if re.match(
        r"(?:and|but|by|in|on|at|for|with|from|when|as|after|before|of)\b", text[start:high]
    ):
        return None
    return _ended(sentence, start, high)


def _ended(sentence: Sentence, start: int, high: int) -> Span | None:
    """A content from `start` to where the author, or another cue of the source, goes on."""
    end = high
    for match in _RESUMES.finditer(sentence.text, start, high):
        if not sentence.in_quotes(match.start()):
            end = match.start()
            break
    for cue in sentence.cues:
        if not start < cue.start() < end or sentence.in_quotes(cue.start()):
            continue
        before = sentence.text[start : cue.start()]
        joined = re.search(r",? (?:and|but)(?: also| later| then)? $", before)
        participle = cue[0].endswith("ing") and before.endswith(", ") and cue[0] != "citing"
        if participle or (
            joined and not NOT_FINITE.search(before) and cue[0][-2:] in ("ed", "ys", "id", "ld")
        ):
            end = start + (joined.start() if joined and not participle else len(before) - 2)
            break
    end = shorn(sentence, start, end)
    return (start, end) if end - start >= 2 else None


def shorn(sentence: Sentence, start: int, end: int) -> int:
    while end > start and sentence.text[end - 1] in " ,;:":
        end -= 1
    if sentence.text[end : end + 1] in ("”", '"') and any(
        first >= start and last == end + 1 for first, last in sentence.quoted
    ):
        end += 1
    return end


def is_clause(sentence: Sentence, low: int, high: int) -> bool:
    """Whether words hold a verb or a quotation, so that they can be what was said."""
    words = sentence.text[low:high]
    return (
        bool(FINITE.search(words))
        or any(mark in words for mark in QUOTE)
        or any(word[0].endswith("ed") for word in WORD.finditer(words))
        or any(low <= cue.start() < high for cue in sentence.cues)
    )
