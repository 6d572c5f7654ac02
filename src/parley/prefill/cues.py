"""Attributions by the packaged cue lexicon, as far as their parts are sure (guidelines, section 4).

`parley.attribution` finds them; `parley.prefill.sure` leaves those to the annotator whose source or
content is not plain.
"""

import re
from functools import cache

from parley.attribution import Saying, Vocabulary, cue_lexicon, extract, style
from parley.document import Annotations, Attribution, Document, Mention, Span
from parley.incidents import Incident
from parley.ontology import Ontology
from parley.prefill.merge import Source, empty, sentences_of
from parley.prefill.sure import Sure

_PERSON = re.compile(r"(?:he|she)$", re.IGNORECASE)


@cache
def _vocabulary() -> Vocabulary:
    lexicon = cue_lexicon()
    verbs = frozenset(key.partition(" ")[0] for key in lexicon.verbs)
    return Vocabulary(verbs, frozenset(lexicon.heads))


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
        names = [item for item in mentions if item.mention_type == "name"]
        lines = [
            (item.start, item.end, item.kind)
            for item in document.paragraphs
            if item.kind in ontology.annotated_kinds
        ]
        sentences = _sentences(document, lines)
        said = extract(_vocabulary(), text, lines, sentences, names)
        for item in said:
            item.cue = [_with_particle(text, span) for span in item.cue]
        sure = Sure(text, names, sentences)
        for number, item in enumerate(filter(sure.keeps, said), start=1):
            found.attributions.append(_attribution(f"a{number}", text, item, sure))
            for span in item.source:
                if _PERSON.match(text[slice(*span)]) and "PERSON" in ontology.names("entity"):
                    found.mentions.append(Mention(f"p{number}", *span, "PERSON", "pronoun"))
        unique = {(item.start, item.end): item for item in found.mentions}
        found.mentions = list(unique.values())
        return found, []


def _sentences(document: Document, lines: list[tuple[int, int, str]]) -> list[Span]:
    """The sentences of paragraphs that are read; a paragraph without any is one."""
    begins = [first for first, _ in document.sentences]
    out: list[Span] = []
    for start, end, _ in lines:
        inside = sentences_of(document, begins, start, end) or [(start, end)]
        out += [(first, min(last, end)) for first, last in inside]
    return out


def _with_particle(text: str, cue: Span) -> Span:
    """ "pointed out": the extractor's cue is the verb alone."""
    start, end = cue
    particle = re.match(r" [a-z]+", text[end:])
    longer = end + particle.end() if particle else end
    return (start, longer if cue_lexicon().verb(text[start:longer]) else end)


def _attribution(name: str, text: str, item: Saying, sure: Sure) -> Attribution:
    cue = text[slice(*item.cue[0])]
    verb = cue_lexicon().verb(cue)
    return Attribution(
        name,
        item.cue,
        item.source,
        item.content,
        style(text, item),
        verb.kind if verb else "assertion",
        sure.source_kind(*item.source[0]) or "named",
    )
