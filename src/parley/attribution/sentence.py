"""A sentence as the rules see it: trimmed, with its quotations, its cues and the names in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from parley.attribution.lexicon import Vocabulary, cue_lexicon
from parley.attribution.stems import stem
from parley.document import Span

WORD = re.compile(r"[^\W\d_](?:[\w’'-]*[^\W_])?")
QUOTE = '“"„«'
#: Words that are no part of a noun phrase, finite verbs most of them.
FINITE = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|will|would|can|could|may|might|must|shall"
    r"|should|that|because|if|when|while|although|though|where|what|how|why|came|went|took|made"
    r"|began|fell|left|got|put|set|held|gave|hit|struck|lost|met)\b",
    re.IGNORECASE,
)
#: What stands before a form that is no finite verb.
NOT_FINITE = re.compile(
    r"(?:\b(?:to|be|been|being|was|were|is|are|by|not|n[o']t|n’t|the|a|an|of|its|his|her|their"
    r"|could|can|may|might|as|this|that|in|no|any|for|with|from|[A-Za-z]+['’]s))\s+$",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"[A-Z][A-Z’',./ -]{2,}[^“\"\n]{0,40}?\s(?:-{1,2}|–|—)\s")


class Name(Protocol):
    """A name in the text: a mention of any layer's kind."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def type(self) -> str: ...


@dataclass(slots=True)
class Saying:
    """One attribution: parts as spans of the document. `source` is empty where none is said."""

    source: list[Span]
    cue: list[Span]
    content: list[Span] = field(default_factory=list)


class Sentence:
    """`text[start:end]` without dateline, bullet and final stop, in a paragraph of a `kind`.

    `names` are those in it; `quoted` its stretches between quotation marks, the sentence's edges
    closing what is open; `cues` its cue verbs, in text order.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        text: str,
        start: int,
        end: int,
        kind: str,
        names: Sequence[Name],
    ) -> None:
        self.vocabulary, self.lexicon = vocabulary, cue_lexicon()
        self.text, self.kind, self.names = text, kind, names
        dateline = _DATELINE.match(text, start, min(end, start + 90))
        if dateline:
            start = dateline.end()
        bullet = re.match(r"(?:[*•·–—-] |\d{1,2}[:.]\d\d ?[—–-]? |\d+\. )", text[start:end])
        if bullet:
            start += bullet.end()
        dated = next((item for item in names if item.start == start and item.type == "DATE"), None)
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
            for match in WORD.finditer(text, start, end)
            if match[0].islower() and stem(match[0]) in vocabulary.verbs
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

    def in_quotes(self, at: int) -> bool:
        """Whether a place is between quotation marks, the marks themselves not."""
        return any(first < at < last - 1 for first, last in self.quoted)

    def commas(self, low: int, high: int) -> list[int]:
        """The commas outside quotations, and those that end one."""
        found = []
        for match in re.finditer(r",(?=[ ”\"])", self.text[low:high]):
            at = low + match.start()
            if not self.in_quotes(at) or self.text[at + 1 : at + 2] in ("”", '"'):
                found.append(at)
        return found

    def finite(self, start: int, high: int) -> Iterator[re.Match[str]]:
        """The cues that are finite verbs outside quotations."""
        for match in self.cues:
            if start <= match.start() < high and not match[0].endswith("ing"):
                before = self.text[max(start, match.start() - 14) : match.start()]
                if not NOT_FINITE.search(before) and not self.in_quotes(match.start()):
                    yield match
