"""Which attributions found by cue words are sure enough to stand before an annotator.

An annotator adds a missing attribution in less time than it takes to see that a wrong one is wrong.
So the source must be one plain noun phrase that names somebody, and the content must be what the
verb takes (the frames of `parley/attribution/cues.toml`).
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from parley.attribution import Saying, cue_lexicon
from parley.attribution.lexicon import Verb
from parley.attribution.stems import stem
from parley.document import Mention, Span
from parley.prefill import lexicon

_PRONOUN = re.compile(r"(?:he|she|they)$", re.IGNORECASE)
#: A clause, or several phrases: not one noun phrase.
_CLAUSE_WORD = re.compile(
    r"\b(?:is|are|was|were|be|been|being|has|have|had|do|does|did|will|would|can|could|may|might"
    r"|must|shall|should|that|because|if|when|while|after|before|although|though|where|which|who"
    r"|whose|whom|what|how|why|not|never|nor|neither|but|or)\b|, and |[:;“”\"„«»]",
    re.IGNORECASE,
)
_BAD_START = re.compile(
    r"(?:in|on|at|by|for|from|with|to|of|as|after|before|since|during|under|over|through|about"
    r"|into|against|amid|despite|like|without|within|and|but|or|so|yet|that|this|there|it|its|then"
    r"|when|while|if|what|nobody|none|few|more|most|much|little|how|why|where|to|not|only|even|also"
    r"|some|in|asked|speaking|later|earlier|still|meanwhile|instead|according|relayed|quoted|cited"
    r"|carried)\b",
    re.IGNORECASE,
)
#: A second level inside what looks like one source.
_SECOND = re.compile(
    r",? (?:citing|relayed|cited|carried|quoted|asked|in a post|with reference to)\b"
    r"|, (?:again|\w+ing)\b"
)
#: The verb of another source.
_SAID = re.compile(r"\b(?:said|says|told|reported|announced|wrote|added|noted|claimed)\b")
#: What opens a clause right behind a verb, where "that" is left out.
_OPENS = re.compile(
    r"(?:he|she|it|they|we|there|the|a|an|its|his|her|their|our|this|these|those|two|three|some|all"
    r"|no|nobody|many|most|at least|about|more than|both|[A-Z0-9“\"])",
)
#: Between a verb and "that": when and where it was said.
_ASIDE = re.compile(
    r"(?: (?:on|in|at|via|to|during|through|late|early|earlier|later|separately|again|also|too"
    r"|afterwards?|yesterday|today|the|a|an|its|his|her|their|daily|evening|morning|night|same|next"
    r"|following|previous|day|post|statement|message|address|interview|briefing|video|report"
    r"|with|from|reporters|journalists|of|for|[A-Z][\w.’'-]*|\d+))*,?"
)
_ON_DAY = re.compile(r"(?: (?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)? ")
#: A list, or a clause of the author's, outside quotation marks.
_COLON = re.compile(r"^[^“\"]*: ")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did"
    r"|do|does|\w{3,}ed|took|began|made|went|came|fell|held|left|hit|struck|shot|gave"
    r"|saw|kept|lost|\w+n't|got|put|sent|told|said|won|set|cut|rose|stood|knew)\b"
)
#: What goes on behind an interrupted content, and is not more of it.
_GOES_ON = re.compile(r"(?:and|but|while|when|that|who|which|though|as|of|(?!citing)\w+ing)\b")
#: Behind "According to SOURCE,": more about the source.
_ABOUT = re.compile(r"(?:who|which|as|whose|and|citing)\b|(?:an?|the)(?: [\w-]+){1,6},")


class Sure:
    """The test for one text; `names` are the mentions that are names, `sentences` those read."""

    def __init__(self, text: str, names: Sequence[Mention], sentences: Sequence[Span]) -> None:
        self.text = text
        self.names = [item for item in names if item.type in ("PERSON", "ORG", "GPE")]
        self.dates = [item for item in names if item.type in ("DATE", "TIME")]
        self.begins = [start for start, _ in sentences]

    def keeps(self, item: Saying) -> bool:
        """Whether the attribution has one plain source and a content that its cue takes."""
        if len(item.source) != 1 or not self._is_plain(*item.source[0]):
            return False
        parts = [self.text[start:end] for start, end in item.content]
        if any(part != part.strip() or "\n" in part or _COLON.search(part) for part in parts):
            return False
        cue = self.text[slice(*item.cue[0])]
        verb = cue_lexicon().verb(cue)
        if verb is not None:
            return self._takes(verb, item)
        if cue == ":":
            return self._can_head(*item.source[0])
        return len(parts[0]) > 8 and (
            cue == "citing"
            or (cue.lower() in cue_lexicon().according and not _ABOUT.match(parts[0]))
        )

    def _is_plain(self, start: int, end: int) -> bool:
        """Whether a source is one noun phrase with nothing around it that might belong to it."""
        words = self.text[start:end]
        if _PRONOUN.match(words):
            return True
        if len(words.split()) > 16 or _BAD_START.match(words):
            return False
        if any(start <= item.end and item.start <= start + 1 for item in self.dates):
            return False
        bare = re.sub(r", (?:who|whose) [^,]*(?:,|$)", "", words)
        if _CLAUSE_WORD.search(bare) or _SECOND.search(words) or _SAID.search(bare):
            return False
        return self.source_kind(start, end) is not None

    def _takes(self, verb: Verb, item: Saying) -> bool:
        """Whether a content stands where the frames of its verb let it stand."""
        (first, last), cue = item.content[0], item.cue[0]
        if last <= cue[0]:
            behind = [self.text[start:end] for start, end in item.content[1:]]
            goes_on = any(
                _GOES_ON.match(part) and not part.startswith("citing ") for part in behind
            )
            return last - first >= 12 and "bare" in verb.frames and not goes_on
        if last - first < 10 or not self._opens(item.source[0][0]):
            return False
        words, between = self.text[first:last], self.text[cue[1] : first]
        if between.endswith(" that "):
            addressed = stem(self.text[slice(*cue)]) in cue_lexicon().addressed
            told = addressed and len(between.split()) <= 9 and "," not in between
            return "that" in verb.frames and (told or bool(_ASIDE.fullmatch(between[:-6])))
        if words[0] in '“"':
            return bool(verb.frames & {"quote", "bare"})
        if words.startswith("to "):
            return "to" in verb.frames
        near = " ".join(words.split(" ")[:14])
        clause = _OPENS.match(words) and _FINITE.search(near)
        return "bare" in verb.frames and bool(clause) and bool(_ON_DAY.fullmatch(between))

    def _opens(self, start: int) -> bool:
        """Whether a subject opens its clause: before a comma stands only a fronted phrase."""
        at = bisect_right(self.begins, start) - 1
        front = self.text[self.begins[at] : start].rstrip() if at >= 0 else ""
        return not front.endswith(",") or bool(_BAD_START.match(front))

    def _can_head(self, start: int, end: int) -> bool:
        """Whether a name before a colon is one that speaks, not the place of what happened."""
        kinds = {item.type for item in self.names if (item.start, item.end) == (start, end)}
        return bool(kinds & {"PERSON", "ORG"}) or self.text[start:end] in lexicon.names().capitals

    def source_kind(self, start: int, end: int) -> str | None:
        """The source_kind of a noun phrase, or None where nothing says that it is a source."""
        inside = [item for item in self.names if start <= item.start and item.end <= end]
        words = self.text[start:end]
        if any(item.type == "PERSON" for item in inside):
            return "named"
        core = re.split(r",| (?:of|from|in|with|at|on|for|close|familiar|to) ", words)[0].strip()
        named = [item for item in inside if item.end == start + len(core)]
        if named:
            outer = min(named, key=lambda item: item.start)
            written = self.text[outer.start : outer.end]
            return "outlet" if outer.type == "ORG" and lexicon.is_outlet(written) else "named"
        head = cue_lexicon().heads.get(core.rpartition(" ")[2].strip("’'").lower())
        if head:
            return head
        last = max((item.end for item in inside), default=-1)
        return "named" if last == end and len(words.split()) <= 6 else None
