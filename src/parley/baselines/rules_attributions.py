"""Attributions for the baseline `rules`: who is said to have said what, and through whom.

A sentence is read as a clause with at most one frame around it, and what the frame leaves is read
again, so that reports of reports nest:

    According to SOURCE, CONTENT        CONTENT, according to SOURCE
    CONTENT, SOURCE said                CONTENT, said SOURCE          C-, SOURCE said, -ONTENT
    SOURCE said (that) CONTENT          SOURCE told X to CONTENT      SOURCE spoke of CONTENT
    ..., adding that CONTENT            SOURCE, quoted by OUTER, said CONTENT
    SOURCE: CONTENT (headlines)         CONT- reportedly -ENT         CONTENT, by SOURCE's account

Cues are the verbs of `parley.prefill.cues` (after PARC 3.0, Pareti 2016) and `rules.toml`; a verb
that the train split shows to be a cue, or not to be one, is added or left out. A quotation that
goes on over sentences or paragraphs is one content in parts (guideline A6).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from parley.baselines.rules_lexicon import general, stem
from parley.baselines.rules_mentions import Found
from parley.baselines.sample import JSON, Sample
from parley.document import Span, containment
from parley.prefill import cues

#: Verb -> the preposition behind which its content stands.
_LEADS = {
    **dict.fromkeys(
        map(stem, ("accuse", "speak", "talk", "complain", "warn", "write", "know")), ("of",)
    ),
    stem("tell"): ("of",),
    **dict.fromkeys(map(stem, ("ask", "call", "press", "appeal", "blame")), ("for",)),
    stem("point"): ("to",),
}
#: Code points of a sentence that is read: each cue is looked at with all that stands before it.
LONGEST = 2_000
_AUXILIARY = re.compile(
    r"(?:\s+(?:has|have|had|is|are|was|were|also|later|earlier|then|now|already|again|meanwhile|since"
    r"|still|first|itself|himself|herself|themselves|both|all|would|will|[a-z]+ly|been|did|does|do"
    r"|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))+$"
)
_NOT_FINITE = re.compile(
    r"(?:\b(?:to|be|been|being|was|were|is|are|by|not|n[o']t|n’t|the|a|an|of|its|his|her|their"
    r"|could|can|may|might|as|this|that|in|no|any|for|with|from|[A-Za-z]+['’]s))\s+$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:he|she|they|it|who|which|we|i|both|some|others|all three|those)$", re.I)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|will|would|can|could|may|might|must|shall"
    r"|should|that|because|if|when|while|although|though|where|what|how|why|came|went|took|made"
    r"|began|fell|left|got|put|set|held|gave|hit|struck|lost|met)\b",
    re.IGNORECASE,
)
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
_ASIDE = re.compile(
    r"(?: (?:on|in|at|via|to|through|from) (?:(?:the|a|an|its|his|her|their|state|his"
    r"|same|next|televised|evening|daily|video|Telegram|X|Facebook|interview|statement|message|post"
    r"|briefing|address|channel|television|radio|comment|comments|remarks|reporters|journalists"
    r"|[A-Z][\w.’'-]*|\d+|of|with|and)(?: |(?=,|$)))+| (?:last|this) (?:week|month|year)"
    r"| (?:later|earlier|then|again|separately|yesterday|today|back|too)\b|,)*"
)
_RESUMES = re.compile(
    r"; |, as (?=(?:he|she|it|they) )|, (?:while|whereas|though|although) |, (?:but|and) (?=[A-Z])"
)
_DATELINE = re.compile(r"[A-Z][A-Z’',./ -]{2,}[^“\"\n]{0,40}?\s(?:-{1,2}|–|—)\s")
_RELAYED = re.compile(
    r",? (?:as |also |and )?(quoted|cited|relayed|reported|carried|published|run|seen)"
    r" (?:by|in|on) "
)
_QUOTE = '“"„«'
_NOUN = r"account|description|count|estimate|reckoning|version|telling|words"


@dataclass(slots=True)
class Saying:
    """One attribution: parts as spans of the document."""

    source: list[Span]
    cue: list[Span]
    content: list[Span] = field(default_factory=list)


class Attributions:
    """The cue verbs, after the train split has been counted."""

    def __init__(self, train: Sequence[Sample]) -> None:
        lexicon = cues.cue_lexicon()
        self.heads = {*lexicon.heads, *general().nominals, *general().roles}
        self.according = lexicon.according
        self.adverbs = lexicon.adverbs
        self.phrasal = {"pointed out", "points out", "point out", "drew attention to"}
        verbs = {stem(form) for form in lexicon.verbs if " " not in form} | general().cue_verbs
        seen, hits = self._counted(train)
        self.verbs = {
            key
            for key in verbs | set(hits)
            if (key in verbs and not (seen[key] >= 4 and hits[key] / seen[key] < 0.25))
            or (hits[key] >= 2 and hits[key] / seen[key] >= 0.5)
        }

    @staticmethod
    def _counted(train: Sequence[Sample]) -> tuple[Counter[str], Counter[str]]:
        """How often each stem occurs in the reading text of train, and how often it is a cue."""
        seen: Counter[str] = Counter()
        hits: Counter[str] = Counter()
        for sample in train:
            if sample.row is None or "attributions" not in sample.row:
                continue
            parts = {tuple(item["cue"][0]) for item in sample.row["attributions"] if item["cue"]}
            for start, end in sample.reading_sentences():
                for match in _word.finditer(sample.text, start, end):
                    key = stem(match[0])
                    seen[key] += 1
                    hits[key] += match.span() in parts
        return seen, hits

    def find(self, sample: Sample, mentions: Sequence[Found]) -> list[JSON]:
        """The attributions of a document as items of the prediction format, in text order."""
        text = sample.text
        kinds = {start: (end, kind) for start, end, kind in sample.paragraphs}
        starts = sorted(kinds)
        said: list[Saying] = []
        reading = sample.reading_sentences()
        for start, end in reading:
            line = max((first for first in starts if first <= start), default=start)
            limit, kind = kinds.get(line, (end, "body"))
            if end - start > LONGEST:
                continue
            inside = [item for item in mentions if start <= item.start < end]
            sentence = _Sentence(self, text, start, end, kind, inside)
            found = sentence.read()
            for item in found:
                _stretch(text, item, line, limit)
            said += found
        _continue_quotes(text, said, reading, starts, kinds)
        return _items(text, said)


_word = re.compile(r"[^\W\d_](?:[\w’'-]*[^\W_])?")


class _Sentence:
    def __init__(
        self,
        rules: Attributions,
        text: str,
        start: int,
        end: int,
        kind: str,
        mentions: Sequence[Found],
    ) -> None:
        self.rules, self.text, self.kind, self.mentions = rules, text, kind, mentions
        dateline = _DATELINE.match(text, start, min(end, start + 90))
        if dateline:
            start = dateline.end()
        bullet = re.match(r"(?:[*•·–—-] |\d{1,2}[:.]\d\d ?[—–-]? |\d+\. )", text[start:end])
        if bullet:
            start += bullet.end()
        dated = next(
            (item for item in mentions if item.start == start and item.type == "DATE"), None
        )
        entry = dated and re.match(r" (?:—|–|--) ", text[dated.end : end])
        if dated and entry:
            start = dated.end + entry.end()
        while end > start and text[end - 1].isspace():
            end -= 1
        if text[end - 1 : end] in (".", "!", "?") and not re.search(
            r"(?:\b[A-Z]\.[A-Z]|\b[ap]\.m)\.$", text[max(start, end - 8) : end]
        ):
            end -= 1
        self.start, self.end = start, end
        self.quoted = self._quotations()
        self.cues = [
            match
            for match in _word.finditer(text, start, end)
            if match[0].islower() and stem(match[0]) in rules.verbs
        ]

    def _quotations(self) -> list[Span]:
        found: list[Span] = []
        opened: int | None = None
        for match in re.finditer('[“”"]', self.text[self.start : self.end + 1]):
            at = self.start + match.start()
            if opened is None:
                if match[0] == "”":
                    found.append((self.start, at + 1))  # opened in a sentence before
                else:
                    opened = at
            elif match[0] != "“":
                found.append((opened, at + 1))
                opened = None
        if opened is not None:
            found.append((opened, self.end))
        return found

    def _in_quotes(self, at: int) -> bool:
        return any(first < at < last - 1 for first, last in self.quoted)

    # ------------------------------------------------------------------ frames

    def read(self) -> list[Saying]:
        """Every attribution of the sentence."""
        colon = self._colon()
        if colon is not None:
            return [colon, *self._clause(*colon.content[0])]
        found = []
        at = self.start
        for match in re.finditer("; ", self.text[self.start : self.end]):
            edge = self.start + match.start()
            if not self._in_quotes(edge):
                found += self._clause(at, edge)
                at = edge + 2
        return [*found, *self._clause(at, self.end)]

    def _clause(self, low: int, high: int, depth: int = 0) -> list[Saying]:
        """The attributions of `text[low:high]`: the outermost frame, then what it leaves."""
        if high - low < 8 or depth > 6:
            return []
        citing = self._citing(low, high)
        if citing is not None:
            cue, source = citing
            found = self._clause(low, cue[0] - 2, depth + 1)
            ends = [item for item in found if self._right(item) == cue[0] - 2]
            if ends:
                inner = Saying([source], [cue], list(ends[0].content))
                ends[0].content.append((cue[0], source[1]))
                return [*found, inner]
            return found
        for frame in (self._leading, self._trailing, self._inserted):
            made = frame(low, high)
            if made is not None:
                parts = list(made.content)
                inside = self._clause(*parts[0], depth + 1)
                if len(parts) > 1:
                    inside += self._second(parts[0], parts[1], inside, depth)
                return [made, *inside, *self._participles(self._right(made), self.end, made)]
        return self._forward(low, high, depth)

    def _second(
        self, first: Span, second: Span, inside: Sequence[Saying], depth: int
    ) -> list[Saying]:
        """What stands behind a frame in the middle: more of what the first part reports, a further
        verb of the same subject, or a clause of its own."""
        if not inside:
            # "SOURCE, quoted by OUTER, said CONTENT": the verb of the first part is in the second.
            for cue in self._finite(*second):
                content = self._content(cue, second[1]) if cue.start() == second[0] else None
                if content is not None and self._speaks(*first):
                    made = Saying([first], [cue.span()], [content])
                    return [made, *self._clause(*content, depth + 1)]
                break
            return self._clause(*second, depth + 1)
        outer = inside[0]
        joined = re.match(r"(?:and|but)(?: also)? ", self.text[second[0] : second[1]])
        verb = next((cue for cue in self.cues if cue.start() >= second[0]), None)
        if joined and verb and verb.start() == second[0] + joined.end():
            content = self._content(verb, second[1])
            return [Saying(list(outer.source), [verb.span()], [content])] if content else []
        if self._right(outer) == first[1]:
            outer.content.append(second)
        return self._clause(*second, depth + 1)

    def _citing(self, low: int, high: int) -> tuple[Span, Span] | None:
        """CONTENT, citing SOURCE, at the end of a clause."""
        for match in re.finditer(r", (citing) ", self.text[low:high]):
            at = low + match.start()
            source = (low + match.end(), high)
            if not self._in_quotes(at) and self._is_phrase(*source):
                return (low + match.start(1), low + match.end(1)), source
        return None

    @staticmethod
    def _right(saying: Saying) -> int:
        return max(end for _, end in (*saying.source, *saying.cue, *saying.content))

    def _colon(self) -> Saying | None:
        """SOURCE: CONTENT in a headline."""
        line = self.text[self.start : self.end]
        if self.kind not in ("title", "subhead", "standfirst") or line.count(": ") != 1:
            return None
        at = self.start + line.index(": ")
        for item in self.mentions:
            if (item.start, item.end) == (self.start, at) and item.type in ("PERSON", "ORG", "GPE"):
                return Saying([(self.start, at)], [(at, at + 1)], [(at + 2, self.end)])
        return None

    def _leading(self, low: int, high: int) -> Saying | None:
        """According to SOURCE, CONTENT."""
        opening = self.text[low : low + 40].lower()
        for phrase in self.rules.according:
            if opening.startswith(f"{phrase} "):
                for comma in self._commas(low, high):
                    source = (low + len(phrase) + 1, comma)
                    rest = self.text[comma + 2 : comma + 30]
                    if re.match(r"(?:who|which|whose|an? |the \w+ of)", rest):
                        continue
                    if high - comma > 10 and self._speaks(*source):
                        cue = (low, low + len(phrase))
                        return Saying([source], [cue], [(comma + 2, self._shorn(comma + 2, high))])
        return None

    def _trailing(self, low: int, high: int) -> Saying | None:
        """CONTENT, SOURCE said; CONTENT, said SOURCE; CONTENT, according to SOURCE."""
        for comma in reversed(self._commas(low, high)):
            if high - comma > 170:
                return None
            made = self._tail(comma, high, low)
            if made is not None and made.content[0][1] - low >= 8:
                return made
        according = re.search(
            rf" ({'|'.join(self.rules.according)}) (?=[^,;]*$)", self.text[low:high]
        )
        if according and according.start() > 8:
            at = low + according.start()
            source = (low + according.end(), high)
            if not self._in_quotes(at) and self._speaks(*source):
                cue = (at + 1, at + 1 + len(according[1]))
                return Saying([source], [cue], [(low, at)])
        return None

    def _inserted(self, low: int, high: int) -> Saying | None:
        """C-, SOURCE said, -ONTENT."""
        commas = self._commas(low, high)
        for first, second in pairwise(commas):
            rest = self.text[second + 1 : second + 14]
            if second - first > 110 or re.match(r" (?:who|which|citing|according)\b", rest):
                continue
            made = self._tail(first, second, low, inserted=True)
            if made is not None and made.content[0][1] - low >= 3:
                if re.match(r" \w+ing\b", rest):
                    return made
                following = (second + 2, self._shorn(second + 2, high))
                if following[1] - following[0] > 8:
                    made.content.append(following)
                    return made
        return None

    def _tail(self, comma: int, high: int, low: int, *, inserted: bool = False) -> Saying | None:
        """What stands between a comma and `high` as a frame around the words before the comma."""
        text = self.text
        mark = text[comma + 1 : comma + 2] in ("”", '"')
        at = comma + 1 + mark
        content = [(low, comma + 1 + mark if mark else comma)]
        tail = text[at:high]
        if not tail.startswith(" "):
            return None
        for phrase in self.rules.according:
            if tail.lower().startswith(f" {phrase} "):
                source = (at + 2 + len(phrase), high)
                if self._is_phrase(*source):
                    return Saying([source], [(at + 1, source[0] - 1)], content)
        account = re.match(rf" by (.+?)['’]s? ({_NOUN})\b", tail)
        if account:
            source = (at + account.start(1), at + account.end(1))
            if self._speaks(*source):
                return Saying([source], [(at + account.start(2), at + account.end(2))], content)
        clause = mark or self._is_clause(low, comma)
        if not clause and not inserted:
            return None
        relayed = re.match(
            r" (?:as )?(quoted|cited|relayed|reported|carried|published|summarised) (?:by|in) ",
            tail,
        )
        if relayed:
            source = (at + relayed.end(), high)
            if self._is_phrase(*source):
                return Saying([source], [(at + relayed.start(1), at + relayed.end(1))], content)
            return None
        # "as Reuters reported", "so the agency said"
        as_ = re.match(r" (?:as|so) ", tail)
        start = at + (as_.end() if as_ else 1)
        for match in self._finite(start, high):
            after = text[match.end() : high]
            head = text[start : match.start()].strip()
            aside = _ASIDE.match(after)
            ends = aside is not None and not after[aside.end() :].strip(" ,")
            addressed = re.fullmatch(
                r"(?: (?:[A-Z][\w.’'&-]*|of|agency|news|reporters|and|the|an?|its|state|journalists"
                r"|newspaper|radio|television|service|channel))+",
                after,
            )
            if head and (ends or (addressed and clause and stem(match[0]) in general().addressed)):
                subject = self._subject(start, match.start())
                if subject is not None and subject[0] <= start + 4:
                    return Saying([subject], [match.span()], content)
            elif not head and after.startswith(" ") and stem(match[0]) in general().inverted:
                speaker = self._object(match.end() + 1, high)
                if speaker is not None:
                    return Saying([speaker], [match.span()], content)
            return None
        return None

    def _forward(self, low: int, high: int, depth: int) -> list[Saying]:
        """SOURCE said CONTENT, and said CONTENT, adding CONTENT."""
        made: list[Saying] = []
        at = low
        subject: list[Span] | None = None
        while True:
            step = self._next(at, low, high, subject)
            if step is None:
                break
            saying, end = step
            made.append(saying)
            subject = saying.source
            outer = self._relay(saying)
            if outer is not None:
                made.append(outer)
            made += self._clause(*saying.content[-1], depth + 1)
            at = max(end, at + 1)
        made += self._adverbs(low, high) if not made else []
        return made

    def _next(
        self, at: int, low: int, high: int, subject: list[Span] | None
    ) -> tuple[Saying, int] | None:
        for match in self.cues:
            if match.start() < at or match.end() >= high or self._in_quotes(match.start()):
                continue
            word = match[0].lower()
            before = self.text[max(low, match.start() - 14) : match.start()]
            behind = self.text[match.end() : match.end() + 12]
            if re.match(r" (?:by|as)\b", behind) and stem(word) not in general().predicative:
                continue
            if before.endswith(", ") and re.match(r" (?:about|whether|why|if|by|in)\b", behind):
                continue
            if word.endswith("ing"):
                if not re.search(r"(?:,|”|\") $", before) or not (subject or word == "citing"):
                    continue
                source = subject or []
                if word == "citing":
                    continue
            elif _NOT_FINITE.search(before) or (word == stem(word) and not word.endswith("s")):
                if word not in ("say", "put", "told", "tell", "ask", "want", "hope", "expect"):
                    continue
                if _NOT_FINITE.search(before):
                    continue
                found = self._subject(at, match.start())
                if found is None:
                    continue
                source = [found]
            else:
                shared = re.search(r"\b(?:and|but|then)(?: also| later| then)? $", before)
                found = self._subject(at, match.start())
                if found is not None:
                    source = [found]
                elif shared and subject is not None:
                    source = subject
                elif shared and (first := self._first(low, match.start())) is not None:
                    source = [first]
                else:
                    continue
            content = self._content(match, high)
            if content is None:
                continue
            return Saying(list(source), [match.span()], [content]), content[1]
        return None

    def _relay(self, saying: Saying) -> Saying | None:
        """SOURCE, quoted by OUTER, said CONTENT: the outer level, and the source without it.
        OUTER, citing SOURCE, said CONTENT: the inner level."""
        if not saying.source:
            return None
        first, last = saying.source[0]
        citing = re.search(r", (citing) ", self.text[first:last])
        if citing:
            inner = (first + citing.end(), last)
            if not self._speaks(*inner) or not self._speaks(first, first + citing.start()):
                return None
            cue = (first + citing.start(1), first + citing.end(1))
            saying.source = [(first, first + citing.start())]
            content = list(saying.content)
            saying.content = [(cue[0], inner[1]), *content]
            return Saying([inner], [cue], content)
        match = _RELAYED.search(self.text, first, last)
        if match is None or not self._speaks(match.end(), last):
            return None
        saying.source = [(first, match.start())]
        said = (saying.cue[0][0], saying.content[-1][1])
        return Saying([(match.end(), last)], [match.span(1)], [(first, match.start()), said])

    def _participles(self, at: int, high: int, saying: Saying) -> list[Saying]:
        """..., adding that CONTENT, behind a frame that has ended."""
        found = []
        for match in self.cues:
            if match.start() < at or not match[0].endswith("ing") or match[0] == "citing":
                continue
            if self.text[match.start() - 2 : match.start()] != ", ":
                continue
            content = self._content(match, high)
            if content is not None:
                found.append(Saying(list(saying.source), [match.span()], [content]))
        return found

    def _adverbs(self, low: int, high: int) -> list[Saying]:
        """CONT- reportedly -ENT: no source."""
        for match in _word.finditer(self.text, low, high):
            if match[0].lower() in self.rules.adverbs and not self._in_quotes(match.start()):
                parts = [(low, match.start() - 1), (match.end() + 1, high)]
                parts = [(first, last) for first, last in parts if last - first > 2]
                if parts:
                    return [Saying([], [match.span()], parts)]
        return []

    def _is_clause(self, low: int, high: int) -> bool:
        """Whether words hold a verb or a quotation, so that they can be what was said."""
        words = self.text[low:high]
        return (
            bool(_FINITE.search(words))
            or any(mark in words for mark in _QUOTE)
            or any(word[0].endswith("ed") for word in _word.finditer(words))
            or any(low <= cue.start() < high for cue in self.cues)
        )

    def _is_phrase(self, start: int, end: int) -> bool:
        """Whether words are one noun phrase that can have spoken, without a clause behind."""
        words = self.text[start:end]
        clause = re.search(r", (?:and|but|so) |; |\. [A-Z][a-z]+ ", words)
        return not clause and not _FINITE.search(words) and self._speaks(start, end)

    # ------------------------------------------------------------------ contents

    def _content(self, cue: re.Match[str], high: int) -> Span | None:
        text, key, at = self.text, stem(cue[0]), cue.end()
        rest = text[at:high]
        if not rest.strip():
            return None
        that = re.search(r"\bthat ", rest[:110])
        if that and not re.search('[“"”;]', rest[: that.start()]):
            between = rest[: that.start()]
            if (
                len(between.split()) <= 10
                and not _FINITE.search(between)
                and not re.search(r", \w+ing\b| to [a-z]+ [a-z]", between)
            ):
                return self._ended(at + that.end(), high)
        quote = re.match(r" ?[:,]? (?=[“\"])", rest)
        if quote:
            return self._ended(at + quote.end(), high)
        if key in general().addressed:
            told = re.search(r" (not )?to (?=[a-z])", rest[:110])
            if told and "," not in rest[: told.start()]:
                return self._ended(at + told.start() + 1, high)
        for lead in _LEADS.get(key, ()):
            led = re.search(rf" {lead} ", rest[:90])
            if led and not re.search(r"[,;]", rest[: led.start()]):
                return self._ended(at + led.end(), high)
        if key in general().infinitive and rest.startswith(" to "):
            return self._ended(at + 1, high)
        if key in general().infinitive and not rest.startswith(" to "):
            return None
        if key in general().addressed and key not in (stem("order"), stem("urge"), stem("ask")):
            # "told TASS as many as possible had been": a clause behind one name
            name = next((item for item in self.mentions if item.start - at in (1, 5)), None)
            if name is None or name.end + 8 > high or text[name.end : name.end + 1] != " ":
                return None
            return self._ended(name.end + 1, high)
        if cue[0].lower() == "pointed" or key == "point":
            out = re.match(r" out ", rest)
            return self._ended(at + out.end(), high) if out else None
        aside = _ASIDE.match(rest)
        start = at + (aside.end() if aside else 0)
        dated = re.match(r" on ", text[start:high])
        if dated:
            date = next(
                (i for i in self.mentions if i.start == start + 4 and i.type == "DATE"), None
            )
            if date is not None:
                start = date.end
        gap = re.match(r"[ ,:]+", text[start:high])
        start += gap.end() if gap else 0
        if re.match(
            r"(?:and|but|by|in|on|at|for|with|from|when|as|after|before|of)\b", text[start:high]
        ):
            return None
        return self._ended(start, high)

    def _ended(self, start: int, high: int) -> Span | None:
        """A content from `start` to where the author, or another cue of the source, goes on."""
        end = high
        for match in _RESUMES.finditer(self.text, start, high):
            if not self._in_quotes(match.start()):
                end = match.start()
                break
        for cue in self.cues:
            if not start < cue.start() < end or self._in_quotes(cue.start()):
                continue
            before = self.text[start : cue.start()]
            joined = re.search(r",? (?:and|but)(?: also| later| then)? $", before)
            participle = cue[0].endswith("ing") and before.endswith(", ") and cue[0] != "citing"
            if participle or (
                joined
                and not _NOT_FINITE.search(before)
                and cue[0][-2:] in ("ed", "ys", "id", "ld")
            ):
                end = start + (joined.start() if joined and not participle else len(before) - 2)
                break
        end = self._shorn(start, end)
        return (start, end) if end - start >= 2 else None

    def _shorn(self, start: int, end: int) -> int:
        while end > start and self.text[end - 1] in " ,;:":
            end -= 1
        if self.text[end : end + 1] in ("”", '"') and any(
            first >= start and last == end + 1 for first, last in self.quoted
        ):
            end += 1
        return end

    # ------------------------------------------------------------------ sources

    def _commas(self, low: int, high: int) -> list[int]:
        found = []
        for match in re.finditer(r",(?=[ ”\"])", self.text[low:high]):
            at = low + match.start()
            if not self._in_quotes(at) or self.text[at + 1 : at + 2] in ("”", '"'):
                found.append(at)
        return found

    def _finite(self, start: int, high: int) -> Iterator[re.Match[str]]:
        for match in self.cues:
            if start <= match.start() < high and not match[0].endswith("ing"):
                before = self.text[max(start, match.start() - 14) : match.start()]
                if not _NOT_FINITE.search(before) and not self._in_quotes(match.start()):
                    yield match

    def _subject(self, low: int, verb: int) -> Span | None:
        """The noun phrase right before a verb: the longest without a finite verb of its own."""
        chunk = self.text[low:verb].rstrip()
        end = low + len(_AUXILIARY.sub("", chunk))
        edges = [low, *(low + match.end() for match in _EDGE.finditer(self.text[low:end]))]
        edges += [
            item.end for item in self.mentions if item.type == "DATE" and low < item.end < end
        ]
        for edge in sorted(edges):
            start = edge
            while start < end and self.text[start] in " ,":
                start += 1
            words = self.text[start:end].rstrip(" ,")
            dated = any(
                item.start == start and item.type in ("DATE", "TIME") for item in self.mentions
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
            if _FINITE.search(bare) or any(mark in words for mark in '“”";'):
                continue
            if re.search(r"ed (?:the|a|an|his|her|its|their|to) | (?:and|or|but)$", bare):
                continue
            if (
                any(
                    start <= cue.start() < start + len(bare)
                    and cue[0].endswith(("ed", "id", "ld", "ys"))
                    for cue in self.cues
                )
                and bare == words
            ):
                continue
            if self._speaks(start, start + len(words)):
                return start, start + len(words)
        return None

    def _first(self, low: int, high: int) -> Span | None:
        """The name that a clause opens with, whose verb is not a cue but a later one is."""
        for item in self.mentions:
            if item.type in ("PERSON", "ORG", "GPE") and low <= item.start < high:
                lead = self.text[low : item.start]
                opens = len(lead.split()) <= 5 and not _FRONT.match(lead) and "," not in lead
                return (low, item.end) if opens else None
        return None

    def _object(self, start: int, high: int) -> Span | None:
        """The noun phrase behind a verb, to the end of its clause."""
        words = self.text[start:high]
        if re.match(r"(?:that|of|to|for|about|whether|how|why)\b", words):
            return None
        cut = re.search(
            r" (?:on|in|that|after|before|when|while|as|adding|late|early)\b|[;“\"]", words
        )
        end = start + cut.start() if cut else high
        while end > start and self.text[end - 1] in " ,":
            end -= 1
        return (start, end) if end > start and self._speaks(start, end) else None

    def _speaks(self, start: int, end: int) -> bool:
        """Whether a noun phrase names somebody who may have said something."""
        words = self.text[start:end]
        if not words or len(words.split()) > 24:
            return False
        if _PRONOUN.match(words):
            return True
        if any(
            start <= item.start and item.end <= end and item.type in ("PERSON", "ORG", "GPE")
            for item in self.mentions
        ):
            return True
        core = re.split(r",| (?:of|from|in|with|at|on|for|close|familiar|to|who|which) ", words)[0]
        return any(
            match[0].lower() in self.rules.heads or match[0].lower() == "those"
            for match in _word.finditer(core)
        )


def _stretch(text: str, item: Saying, line: int, limit: int) -> None:
    """A content that closes a quotation opened in a sentence before begins at its opening mark."""
    first, last = item.content[0]
    inside = text[first:last]
    closing = inside.find("”")
    if closing >= 0 and "“" not in inside[:closing]:
        opening = text.rfind("“", line, first)
        if opening >= 0 and "”" not in text[opening:first]:
            item.content[0] = (opening, last)


def _continue_quotes(
    text: str,
    said: Sequence[Saying],
    sentences: Sequence[Span],
    starts: Sequence[int],
    kinds: dict[int, tuple[int, str]],
) -> None:
    """Quotations that go on: in further sentences of the paragraph, and over paragraphs (A6)."""
    held = sorted(part for item in said for part in item.content)
    lines = [(start, kinds[start][0]) for start in starts if kinds[start][1] == "body"]
    for item in said:
        first, last = item.content[-1]
        line = next(((a, b) for a, b in lines if a <= first < b), None)
        if line is None or not any(mark in text[first:last] for mark in _QUOTE):
            continue
        opened = text.count("“", first, last) - text.count("”", first, last)
        # The rest of a quotation that the sentence left open.
        if opened > 0:
            close = text.find("”", last, line[1])
            item.content[-1] = (first, close + 1 if close >= 0 else line[1])
            at = lines.index(line) + 1
            while close < 0 and at < len(lines) and text.startswith("“", lines[at][0]):
                start, end = lines[at]
                close = text.find("”", start, end)
                item.content.append((start, close + 1 if close >= 0 else end))
                at += 1
            continue
        # Further sentences of the paragraph wholly in quotation marks, without a cue.
        behind = max(end for _, end in (*item.content, *item.cue, *item.source))
        for start, end in sentences:
            if start <= behind or end > line[1]:
                continue
            if any(a < end and start < b for a, b in held):
                break
            words = text[start:end].rstrip()
            if not (words[:1] in ("“", '"') and words.rstrip(".")[-1:] in ("”", '"')):
                break
            item.content.append(
                (start, start + len(words.rstrip(".")) if words[-1:] == "." else start + len(words))
            )


def _items(text: str, said: Sequence[Saying]) -> list[JSON]:
    """Items of the prediction format: parents by containment, styles by quotation marks."""
    said = sorted(
        (item for item in said if item.content),
        key=lambda item: (item.cue, item.content, item.source),
    )
    unique: list[Saying] = []
    for item in said:
        if not unique or unique[-1] != item:
            unique.append(item)
    rows = [(f"a{n}", item.cue, item.content) for n, item in enumerate(unique, start=1)]
    parents, _ = containment(rows, [])
    return [
        {
            "id": name,
            "source": [list(span) for span in sorted(item.source)],
            "cue": [list(span) for span in sorted(item.cue)],
            "content": [list(span) for span in sorted(item.content)],
            "parent": parent,
            "style": _style(text, item),
        }
        for (name, _, _), item, parent in zip(rows, unique, parents, strict=True)
    ]


def _style(text: str, item: Saying) -> str:
    whole = [
        text[start] in _QUOTE and not any(mark in text[start + 1 : end - 1] for mark in '”"»')
        for start, end in item.content
    ]
    if all(whole):
        return "direct"
    return (
        "mixed" if any(mark in text[a:b] for a, b in item.content for mark in '“”"') else "indirect"
    )
