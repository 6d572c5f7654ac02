"""A sentence read from the outside in: a clause has at most one frame around it, and what the frame
leaves is read again.
"""

import re
from collections.abc import Sequence

from parley.attribution import frames
from parley.attribution.contents import content_behind
from parley.attribution.phrases import opening_name, speaks, subject_before
from parley.attribution.sentence import NOT_FINITE, Saying, Sentence
from parley.attribution.stems import stem
from parley.document import Span


def read(sentence: Sentence) -> list[Saying]:
    """Every attribution of the sentence."""
    headline = frames.colon(sentence)
    if headline is not None:
        return [headline, *_clause(sentence, *headline.content[0])]
    found = []
    at = sentence.start
    for match in re.finditer("; ", sentence.text[sentence.start : sentence.end]):
        edge = sentence.start + match.start()
        if not sentence.in_quotes(edge):
            found += _clause(sentence, at, edge)
            at = edge + 2
    return [*found, *_clause(sentence, at, sentence.end)]


def _clause(sentence: Sentence, low: int, high: int, depth: int = 0) -> list[Saying]:
    """The attributions of `text[low:high]`: the outermost frame, then what it leaves."""
    if high - low < 8 or depth > 6:
        return []
    citing = frames.citing(sentence, low, high)
    if citing is not None:
        cue, source = citing
        found = _clause(sentence, low, cue[0] - 2, depth + 1)
        ends = [item for item in found if _right(item) == cue[0] - 2]
        if ends:
            inner = Saying([source], [cue], list(ends[0].content))
            ends[0].content.append((cue[0], source[1]))
            return [*found, inner]
        return found
    for frame in (frames.leading, frames.trailing, frames.inserted):
        made = frame(sentence, low, high)
        if made is not None:
            parts = list(made.content)
            inside = _clause(sentence, *parts[0], depth + 1)
            if len(parts) > 1:
                inside += _second(sentence, parts[0], parts[1], inside, depth)
            return [made, *inside, *_participles(sentence, _right(made), sentence.end, made)]
    return _forward(sentence, low, high, depth)


def _second(
    sentence: Sentence, first: Span, second: Span, inside: Sequence[Saying], depth: int
) -> list[Saying]:
    """What stands behind a frame in the middle: more of what the first part reports, a further
    verb of the same subject, or a clause of its own."""
    if not inside:
        # "SOURCE, quoted by OUTER, said CONTENT": the verb of the first part is in the second.
        for cue in sentence.finite(*second):
            content = content_behind(sentence, cue, second[1]) if cue.start() == second[0] else None
            if content is not None and speaks(sentence, *first):
                made = Saying([first], [cue.span()], [content])
                return [made, *_clause(sentence, *content, depth + 1)]
            break
        return _clause(sentence, *second, depth + 1)
    outer = inside[0]
    joined = re.match(r"(?:and|but)(?: also)? ", sentence.text[second[0] : second[1]])
    verb = next((cue for cue in sentence.cues if cue.start() >= second[0]), None)
    if joined and verb and verb.start() == second[0] + joined.end():
        content = content_behind(sentence, verb, second[1])
        return [Saying(list(outer.source), [verb.span()], [content])] if content else []
    if _right(outer) == first[1]:
        outer.content.append(second)
    return _clause(sentence, *second, depth + 1)


def _forward(sentence: Sentence, low: int, high: int, depth: int) -> list[Saying]:
    """SOURCE said CONTENT, and said CONTENT, adding CONTENT."""
    made: list[Saying] = []
    at = low
    subject: list[Span] | None = None
    while True:
        step = _next(sentence, at, low, high, subject)
        if step is None:
            break
        saying, end = step
        made.append(saying)
        subject = saying.source
        outer = frames.relay(sentence, saying)
        if outer is not None:
            made.append(outer)
        made += _clause(sentence, *saying.content[-1], depth + 1)
        at = max(end, at + 1)
    made += frames.adverb(sentence, low, high) if not made else []
    return made


def _next(
    sentence: Sentence, at: int, low: int, high: int, subject: list[Span] | None
) -> tuple[Saying, int] | None:
    for match in sentence.cues:
        if match.start() < at or match.end() >= high or sentence.in_quotes(match.start()):
            continue
        word = match[0].lower()
        before = sentence.text[max(low, match.start() - 14) : match.start()]
        behind = sentence.text[match.end() : match.end() + 12]
        if re.match(r" (?:by|as)\b", behind) and stem(word) not in sentence.lexicon.predicative:
            continue
        if before.endswith(", ") and re.match(r" (?:about|whether|why|if|by|in)\b", behind):
            continue
        if word.endswith("ing"):
            if not re.search(r"(?:,|”|\") $", before) or not (subject or word == "citing"):
                continue
            source = subject or []
            if word == "citing":
                continue
        elif NOT_FINITE.search(before) or (word == stem(word) and not word.endswith("s")):
            if word not in ("say", "put", "told", "tell", "ask", "want", "hope", "expect"):
                continue
            if NOT_FINITE.search(before):
                continue
            found = subject_before(sentence, at, match.start())
            if found is None:
                continue
            source = [found]
        else:
            shared = re.search(r"\b(?:and|but|then)(?: also| later| then)? $", before)
            found = subject_before(sentence, at, match.start())
            if found is not None:
                source = [found]
            elif shared and subject is not None:
                source = subject
            elif shared and (first := opening_name(sentence, low, match.start())) is not None:
                source = [first]
            else:
                continue
        content = content_behind(sentence, match, high)
        if content is None:
            continue
        return Saying(list(source), [match.span()], [content]), content[1]
    return None


def _participles(sentence: Sentence, at: int, high: int, saying: Saying) -> list[Saying]:
    """..., adding that CONTENT, behind a frame that has ended."""
    found = []
    for match in sentence.cues:
        if match.start() < at or not match[0].endswith("ing") or match[0] == "citing":
            continue
        if sentence.text[match.start() - 2 : match.start()] != ", ":
            continue
        content = content_behind(sentence, match, high)
        if content is not None:
            found.append(Saying(list(saying.source), [match.span()], [content]))
    return found


def _right(saying: Saying) -> int:
    return max(end for _, end in (*saying.source, *saying.cue, *saying.content))
