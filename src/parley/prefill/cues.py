"""Attributions whose cue, source and content a few rules are sure of (guidelines, section 4).

The rules look at one sentence at a time: a verb of saying with its that-clause or quotation, a verb
behind what was said, "according to", a colon in a headline, and "citing" at the end. A source is
taken only where the words left of the verb (or right of it, behind the content) look like one noun
phrase that names somebody. Everything else is left to the annotator.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from parley.document import Annotations, Attribution, Document, Mention, Span
from parley.incidents import Incident
from parley.ontology import Ontology
from parley.prefill import lexicon
from parley.prefill.merge import Source, empty, sentences_of

#: Characters of a sentence that is read; nobody writes longer ones, and the rules look at each cue
#: of a sentence with all that stands before it.
LONGEST = 2_000
_QUOTES = '“”"„«»'
_OPEN_QUOTE = re.compile("^[“\"„«‘']")


@dataclass(frozen=True, slots=True)
class Verb:
    """What a form of the lexicon may be a cue of; see `cues.toml`."""

    kind: str
    frames: frozenset[str]
    addressee: bool
    ing: bool
    finite: bool


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The cue lexicon: verbs by lower-case form, phrases, adverbs, heads of sources."""

    verbs: dict[str, Verb]
    according: tuple[str, ...]
    adverbs: tuple[str, ...]
    heads: dict[str, str]
    pattern: re.Pattern[str]


@cache
def cue_lexicon() -> Lexicon:
    """The packaged lexicon, read once."""
    raw = tomllib.loads((Path(__file__).parent / "cues.toml").read_text("utf-8"))
    verbs: dict[str, Verb] = {}
    for group in raw["verbs"]:
        for line in group["forms"]:
            forms = [form.replace("$", " ") for form in line.split(" ")]
            for number, form in enumerate(forms):
                ing = form.split(" ")[0].endswith("ing") and number == len(forms) - 1
                verbs[form] = Verb(
                    group["kind"],
                    frozenset(group["frames"]),
                    group.get("addressee", False),
                    ing,
                    number in (0, 1, 2) and not ing,
                )
    words = sorted(verbs, key=len, reverse=True)
    return Lexicon(
        verbs,
        tuple(raw["phrases"]["according"]),
        tuple(raw["implicit"]["adverbs"]),
        {word: kind for kind, heads in raw["heads"].items() if kind != "source" for word in heads},
        re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])", re.IGNORECASE),
    )


#: Words that stand between a subject and its verb.
_AUXILIARY = re.compile(
    r"(?:\s+(?:has|have|had|also|later|earlier|then|now|already|again|separately|meanwhile|has|since"
    r"|publicly|initially|repeatedly|previously|subsequently|recently|first|itself|himself|herself"
    r"|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))+$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:he|she|they)$", re.IGNORECASE)
#: A finite verb that is no cue: its clause is not a noun phrase.
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|has|have|had|do|does|did|will|would|can|could|may|might"
    r"|must|shall|should|that|because|if|when|while|after|before|although|though|where|which|who"
    r"|whose|whom|what|how|why|not|never|nor|neither|but|or)\b",
    re.IGNORECASE,
)
_BAD_START = re.compile(
    r"(?:in|on|at|by|for|from|with|to|of|as|after|before|since|during|under|over|through|about"
    r"|into|against|amid|despite|like|without|within|and|but|or|so|yet|that|this|there|it|its|then"
    r"|when|while|if|what|nobody|none|few|more|most|much|little|how|why|where|to|not|only|even|also"
    r"|some|in|asked|speaking|later|earlier|still|meanwhile|instead|according)\b",
    re.IGNORECASE,
)
#: What opens a clause right behind a verb, where "that" is left out.
_CLAUSE = re.compile(
    r"(?:he|she|it|they|we|there|the|a|an|its|his|her|their|our|this|these|those|two|three|some|all"
    r"|no|nobody|many|most|at least|about|more than|both|[A-Z0-9“\"])",
)
#: Behind a verb, before "that": when and where it was said.
_ASIDE = re.compile(
    r"(?: (?:on|in|at|via|to|during|through|late|early|earlier|later|separately|again|also|too"
    r"|afterwards?|yesterday|today|the|a|an|its|his|her|their|daily|evening|morning|night|same|next"
    r"|following|previous|day|post|statement|message|address|interview|briefing|video|report"
    r"|with|from|reporters|journalists|of|for|[A-Z][\w.’'-]*|\d+))*,? $"
)
#: Where a content ends before its sentence does: the author goes on.
_RESUMES = re.compile(
    r",? (?:adding|saying|noting|citing|according to|while|whereas|though|although"
    r"|but (?:said|added|gave|did|has|had|does))\b|; |, (?:and|but) (?:said|added|told|also)\b"
)
#: A second level inside what looks like one source.
_SECOND = r",? (?:citing|relayed by|cited by|carried by|quoted by|in a post|with reference to) "
_DATELINE = re.compile(
    r"[A-Z][A-Z'’/. -]{2,}(?:[^a-z“\"\n]|Aug|Sept|Oct|Nov|Dec|[a-z])*?\s(?:-{1,2}|–|—)\s"
)


class Cues:
    """Attributions by the cue lexicon; sources are looked for among the mentions given."""

    name = "cues"
    detail = ""
    layers = ("attribution",)

    def __init__(self, names: Source | None = None) -> None:
        """`names` is asked for mentions where no source before this one gave any."""
        self.names = names

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        """Attributions, and mentions for the pronouns that are their sources (A3)."""
        found = empty(document)
        found.layers = self.layers
        text = document.text or ""
        mentions = given.mentions
        if not mentions and self.names is not None:
            mentions = self.names.annotate(document, ontology, given)[0].mentions
        names = sorted(
            (item for item in mentions if item.mention_type == "name"),
            key=lambda item: item.start,
        )
        starts = [item.start for item in names]
        begins = [first for first, _ in document.sentences]
        kinds = [
            (item.start, item.end, item.kind)
            for item in document.paragraphs
            if item.kind in ontology.annotated_kinds
        ]
        for start, end, kind in kinds:
            inside = sentences_of(document, begins, start, end)
            for first, last in inside or [(start, end)]:
                last = min(last, end)
                for low, high in _clauses(text, first, last):
                    if high - low > LONGEST:
                        continue
                    own = names[bisect_left(starts, low) : bisect_left(starts, high)]
                    found.attributions += _Sentence(text, low, high, kind, own).attributions()
        for number, item in enumerate(found.attributions, start=1):
            item.id = f"a{number}"
            for span in item.source:
                words = text[span[0] : span[1]]
                if words.lower() in ("he", "she") and "PERSON" in ontology.names("entity"):
                    found.mentions.append(Mention(f"p{number}", *span, "PERSON", "pronoun"))
        unique = {(item.start, item.end): item for item in found.mentions}
        found.mentions = list(unique.values())
        return found, []


def _clauses(text: str, start: int, end: int) -> list[Span]:
    """A sentence in the parts between its semicolons, those within quotation marks left whole."""
    out = []
    at, depth = start, 0
    for match in re.finditer('[“”";]', text[start:end]):
        if match[0] == ";":
            if depth == 0:
                out.append((at, start + match.start()))
                at = start + match.end()
        else:
            depth = {"“": 1, "”": 0, '"': 1 - depth}[match[0]]
    out.append((at, end))
    return [
        (first + len(text[first:last]) - len(text[first:last].lstrip()), last)
        for first, last in out
        if text[first:last].strip()
    ]


class _Sentence:
    def __init__(
        self, text: str, start: int, end: int, kind: str, names: Sequence[Mention]
    ) -> None:
        self.text, self.kind, self.names = text, kind, names
        self.lexicon = cue_lexicon()
        self.dated = [item.end for item in names if item.type in ("DATE", "TIME")]
        dateline = _DATELINE.match(text, start, min(end, start + 80))
        if dateline and (kind == "body" or dateline[0].rstrip(" -–—").isupper()):
            start = dateline.end()
        else:
            # "Aug. 12 — Kyiv said": the entry of a list is dated, its text follows the dash.
            opening = text[start : min(end, start + 60)]
            entry = re.match(r"(?:[*•·] )?(.{0,40}?) ?(?:-{2}|—|–) ", opening)
            if entry and start + entry.end(1) in self.dated:
                start += entry.end()
        if text[start : start + 2] in ("* ", "• ", "- "):
            start += 2
        self.start = start
        while end > self.start and text[end - 1].isspace():
            end -= 1
        self.whole_end = end
        # The final stop is in no content, unless it belongs to an abbreviation or a quotation.
        closing = end - 1
        if text[closing : closing + 1] in (".", "!", "?") and not re.search(
            r"(?:\b[A-Z]\.[A-Z]|\b[ap]\.m|\bsq|\bAug|\bNo)\.$", text[max(start, end - 8) : end]
        ):
            end = closing
        self.end = end
        self.quoted = self._quoted()

    def _quoted(self) -> list[Span]:
        """Stretches between quotation marks; the sentence's edge closes what is open."""
        found = []
        opened: int | None = None
        for match in re.finditer('[“”"]', self.text[self.start : self.whole_end]):
            at = self.start + match.start()
            if opened is None:
                if match[0] != "”":
                    opened = at
            elif match[0] != "“":
                found.append((opened, at + 1))
                opened = None
        if opened is not None:
            found.append((opened, self.whole_end))
        return found

    def attributions(self) -> list[Attribution]:
        """Every attribution of the sentence that a rule is sure of."""
        found: list[Attribution] = []
        citing = re.search(r", citing ", self.text[self.start : self.end])
        limit = self.end
        if citing and not self._in_quotes(self.start + citing.start()):
            limit = self.start + citing.start()
        colon = self._headline()
        if colon:
            return [colon]
        leading = self._leading_according()
        if leading:
            found.append(leading)
        trailing = self._trailing(limit)
        while trailing:
            found.append(trailing)
            limit = trailing.content[0][1]
            trailing = self._trailing(limit)
        verb = self._forward(limit, leading.content[0][0] if leading else self.start)
        if verb:
            found.append(verb)
        elif not found:
            inner = self._inserted(limit)
            if inner:
                found.append(inner)
        self._citing(found)
        return found

    # ---------------------------------------------------------------- the rules

    def _forward(self, limit: int, floor: int) -> Attribution | None:
        """SOURCE verb that CONTENT; SOURCE verb CONTENT; SOURCE verb to CONTENT."""
        for match in self.lexicon.pattern.finditer(self.text, floor, limit):
            cue = match.span()
            if self._in_quotes(cue[0]):
                continue
            verb = self.lexicon.verbs[match[0].lower()]
            if verb.ing or not self._is_past_or_present(match[0], cue[0]):
                continue
            content_start = self._content_start(verb, cue[1], limit)
            source = self._subject(floor, cue[0])
            if source is None:
                # A verb further right would have this clause for a subject: stop looking.
                if verb.finite and content_start is not None:
                    return None
                continue
            if content_start is None:
                return None
            content_end = self._content_end(content_start, limit)
            if content_end - content_start < 10:
                return None
            return self._made(cue, [source], [(content_start, content_end)], verb.kind)
        return None

    def _is_past_or_present(self, word: str, start: int) -> bool:
        """Not an infinitive, a passive or a participle behind a noun."""
        before = self.text[max(self.start, start - 16) : start]
        return not re.search(
            r"\b(?:to|be|been|being|was|were|is|are|by|not|n[o']t|the|a|an|of|its|his|her|their|would"
            r"|will|could|can|may|might|as)\s+$",
            before,
            re.IGNORECASE,
        )

    def _content_start(self, verb: Verb, at: int, limit: int) -> int | None:
        rest = self.text[at:limit]
        that = re.search(r"\bthat ", rest[:120])
        if that and "that" in verb.frames:
            between = rest[: that.start()]
            addressed = verb.addressee and len(between.split()) <= 8 and "," not in between
            if addressed or _ASIDE.fullmatch(between):
                return at + that.end()
        if re.match(r" ?[:,]? [“\"]", rest) and verb.frames & {"quote", "bare"}:
            opening = re.search('[“"]', rest)
            return at + opening.start() if opening else None
        if verb.addressee:
            return None
        if "to" in verb.frames and rest.startswith(" to "):
            return at + 1
        if "bare" in verb.frames:
            head = re.match(r"(?: (?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)? ", rest)
            if head and _CLAUSE.match(rest, head.end()) and self._is_clause(rest[head.end() :]):
                return at + head.end()
        return None

    @staticmethod
    def _is_clause(words: str) -> bool:
        """Whether a finite verb comes soon: "said the attack was", not "said the minister"."""
        near = " ".join(words.split(" ")[:14])
        return bool(
            re.search(
                r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did"
                r"|do|does|\w{3,}ed|took|began|made|went|came|fell|held|left|hit|struck|shot|gave"
                r"|saw|kept|lost|\w+n't|got|put|sent|told|said|won|set|cut|rose|stood|knew)\b",
                near,
            )
        )

    def _content_end(self, start: int, limit: int) -> int:
        end = limit
        for match in _RESUMES.finditer(self.text, start, limit):
            if not self._in_quotes(match.start()):
                end = match.start()
                break
        return self._trimmed(start, end)

    def _trimmed(self, start: int, end: int) -> int:
        while end > start and self.text[end - 1] in " ,;:":
            end -= 1
        # A quotation that closes at the end keeps its mark, and the stop before it.
        for _, last in self.quoted:
            if start < last and end < last <= end + 2 and last <= self.whole_end:
                return last
        return end

    def _trailing(self, end: int) -> Attribution | None:
        """CONTENT, SOURCE verb. CONTENT, verb SOURCE. CONTENT, according to SOURCE."""
        comma = end
        while (comma := self.text.rfind(",", self.start, comma)) >= 0:
            if self._in_quotes(comma) and self.text[comma + 1 : comma + 2] not in ("”", '"'):
                continue
            tail_start = comma + 1
            mark = self.text[tail_start : tail_start + 1]
            if mark in ("”", '"'):
                tail_start += 1
            tail = self.text[tail_start:end]
            made = self._tail(tail, tail_start, end, tail_start if mark in ("”", '"') else comma)
            if made:
                return made
            if end - comma > 160:
                return None
        return None

    def _tail(self, tail: str, at: int, end: int, content_end: int) -> Attribution | None:
        content = (self.start, content_end)
        if content[1] - content[0] < 12:
            return None
        for phrase in self.lexicon.according:
            if tail.lower().startswith(f" {phrase} "):
                cue = (at + 1, at + 1 + len(phrase))
                source = self._noun_phrase(cue[1] + 1, end)
                return self._made(cue, [source], [content], "assertion") if source else None
        for match in self.lexicon.pattern.finditer(tail):
            verb = self.lexicon.verbs[match[0].lower()]
            cue = (at + match.start(), at + match.end())
            if verb.ing or "bare" not in verb.frames or not verb.finite:
                continue
            if not self._is_past_or_present(match[0], cue[0]):
                continue
            after = tail[match.end() :]
            aside = _ASIDE.fullmatch(f"{after} ") or re.fullmatch(
                r"(?: on [\w. ]+| in an? [\w ]+)?", after
            )
            before = tail[: match.start()].strip()
            if before and aside:
                source = self._subject(at, cue[0])
                if source and source[0] <= at + 2:
                    return self._made(cue, [source], [content], verb.kind)
            elif not before and after.startswith(" "):
                source = self._noun_phrase(cue[1] + 1, end)
                if source:
                    return self._made(cue, [source], [content], verb.kind)
            return None
        return None

    def _inserted(self, limit: int) -> Attribution | None:
        """CONTENT, SOURCE verb, CONTENT: an interrupted content in two parts (A6)."""
        commas = [
            self.start + match.start()
            for match in re.finditer(',(?=[ ”"])', self.text[self.start : limit])
        ]
        for first, second in pairwise(commas):
            quoted = self.text[first + 1 : first + 2] in ("”", '"')
            rest = self.text[second + 1 : second + 12]
            if self._in_quotes(second) or second - first > 90:
                continue
            if re.match(r" (?:and|but|while|who|which|though|as|acc|of|when|\w+ing)", rest):
                continue
            tail_start = first + 1 + quoted
            made = self._tail(
                self.text[tail_start:second], tail_start, second, first + 1 if quoted else first
            )
            if made and made.source[0][0] <= tail_start + 2:
                following = (second + 2, self._trimmed(second + 2, limit))
                if following[1] - following[0] > 8 and following[0] < limit:
                    parts = [*made.content, following]
                    return self._made(made.cue[0], made.source, parts, made.kind)
        return None

    def _leading_according(self) -> Attribution | None:
        """According to SOURCE, CONTENT."""
        opening = self.text[self.start : self.start + 40].lower()
        for phrase in self.lexicon.according:
            if opening.startswith(f"{phrase} "):
                cue = (self.start, self.start + len(phrase))
                comma = self.text.find(",", cue[1], self.end)
                if comma < 0:
                    return None
                source = self._noun_phrase(cue[1] + 1, comma)
                content = (comma + 2, self._trimmed(comma + 2, self.end))
                if re.match(
                    r"(?:who|which|as|whose|and|citing)\b|(?:an?|the)(?: [\w-]+){1,6},",
                    self.text[content[0] :],
                ):
                    return None  # an apposition, or a second level: where it ends is not sure
                if source and content[1] - content[0] > 8:
                    return self._made(cue, [source], [content], "assertion")
        return None

    def _headline(self) -> Attribution | None:
        """SOURCE: CONTENT, in a headline or subhead (A4)."""
        if self.kind not in ("title", "subhead", "standfirst"):
            return None
        line = self.text[self.start : self.end]
        if line.count(": ") != 1:
            return None
        at = self.start + line.index(": ")
        for item in self.names:
            words = self.text[item.start : item.end]
            speaks = item.type in ("PERSON", "ORG") or words in lexicon.names().capitals
            if (item.start, item.end) == (self.start, at) and speaks:
                content = (at + 2, self.end)
                return self._made((at, at + 1), [(self.start, at)], [content], "assertion")
        return None

    def _citing(self, found: list[Attribution]) -> None:
        """A8: CONTENT, citing SOURCE: the outer content takes the inner source and cue in."""
        match = re.search(r", (citing) ", self.text[self.start : self.end])
        if match is None or not found:
            return
        comma, cue_start = self.start + match.start(), self.start + match.start(1)
        if self._in_quotes(cue_start):
            return
        end = self.end
        for item in found:
            if item.content[0][0] < cue_start < item.content[0][1]:
                end = item.content[0][1]
        source = self._noun_phrase(cue_start + 7, end)
        outer = [
            item
            for item in found
            if comma in (item.content[0][1], item.source[-1][1], item.cue[-1][1])
        ]
        if source is None or len(outer) != 1:
            return
        inner = list(outer[0].content)
        outer[0].content = [*inner, (cue_start, source[1])]
        found.append(self._made((cue_start, cue_start + 6), [source], inner, "assertion"))

    # ---------------------------------------------------------------- sources

    def _subject(self, floor: int, verb: int) -> Span | None:
        """The noun phrase that ends right before a verb, or None where it is not sure."""
        begin = floor
        chunk = self.text[begin:verb].rstrip()
        stripped = _AUXILIARY.sub("", chunk)
        end = begin + len(stripped)
        # Clause edges from the right: the longest phrase that holds no finite verb.
        edges = [begin]
        edges += [at for at in self.dated if begin < at < end]
        edges += [
            begin + match.end()
            for match in re.finditer(r"(?:[,;:—–] (?:and |but )?| and | but | as )", stripped)
        ]
        for edge in sorted(edges):
            span = self._noun_phrase(edge, end, subject=True)
            if span is not None and span[1] == end:
                # What stands before must be a fronted phrase, not half of this one.
                front = self.text[begin:edge].strip(" ,;:—–")
                joined = self.text[edge - 4 : edge] in ("and ", "but ")
                if not front or joined or edge in self.dated or _BAD_START.match(front):
                    return span
                return None
        return None

    def _noun_phrase(self, start: int, end: int, *, subject: bool = False) -> Span | None:
        while start < end and self.text[start] in " ,":
            start += 1
        trailing = False
        while end > start and self.text[end - 1] in " ,":
            end -= 1
            trailing = True
        words = self.text[start:end]
        if not words or len(words.split()) > 16 or any(mark in words for mark in _QUOTES):
            return None
        if subject and trailing and "," not in words:
            return None
        if _PRONOUN.match(words):
            return start, end
        cut = re.search(_SECOND if subject else rf"{_SECOND}|,? (?:and said|as|in an?|on) ", words)
        if cut:
            if subject:
                return None
            end = start + cut.start()
            words = self.text[start:end]
        bare = re.sub(r", (?:who|which|whose|quoted|cited) [^,]*(?:,|$)", "", words)
        if _BAD_START.match(words) or self._has_finite(bare) or re.search(r", (?:and|but) ", words):
            return None
        if subject and any(item.start == start and item.end in self.dated for item in self.names):
            return None  # "A day earlier the ministry": the day is not part of it
        head = self._head(start, end)
        return (start, end) if head else None

    def _has_finite(self, words: str) -> bool:
        return bool(_FINITE.search(words)) or any(
            self.lexicon.verbs[match[0].lower()].finite
            for match in self.lexicon.pattern.finditer(words)
            if words[match.end() : match.end() + 1] != "’"
            and match[0].lower() not in ("report", "reports", "claim", "state", "note", "comment")
        )

    def _head(self, start: int, end: int) -> str | None:
        """The source_kind of a noun phrase, or None where nothing says that it is a source."""
        inside = [
            item
            for item in self.names
            if start <= item.start and item.end <= end and item.type in ("PERSON", "ORG", "GPE")
        ]
        words = self.text[start:end]
        core = re.split(r",| (?:of|from|in|with|at|on|for|close|familiar|to) ", words)[0]
        last = re.sub(r"^.*[\s]", "", core.strip()).strip("’'").lower()
        head = self.lexicon.heads.get(last)
        last_name = max((item.end for item in inside), default=-1)
        if any(item.type == "PERSON" for item in inside):
            return "named"
        core_end = start + len(core.rstrip())
        named = [item for item in inside if item.end == core_end]
        if named:
            outer = min(named, key=lambda item: item.start)
            written = self.text[outer.start : outer.end]
            return "outlet" if outer.type == "ORG" and lexicon.is_outlet(written) else "named"
        if head:
            return head
        if last_name == end and len(words.split()) <= 6:
            return "named"
        return None

    # ---------------------------------------------------------------- making

    def _in_quotes(self, at: int) -> bool:
        return any(first < at < last - 1 for first, last in self.quoted)

    def _made(self, cue: Span, source: list[Span], content: list[Span], kind: str) -> Attribution:
        source_kind = "named"
        for span in source:
            if not _PRONOUN.match(self.text[span[0] : span[1]]):
                source_kind = self._head(*span) or "named"
        inside = [
            span for span in self.quoted if any(a < span[1] and span[0] < b for a, b in content)
        ]
        style = "indirect"
        if inside:
            whole = all(
                any(first <= start and end <= last for first, last in self.quoted)
                for start, end in content
            )
            style = "direct" if whole else "mixed"
        return Attribution("", [cue], source, content, style, kind, source_kind)
