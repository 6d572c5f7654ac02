"""What a language model is asked: the guidelines' essentials, the labels, the numbered lines.

One builder for both uses. Pre-annotations ask for everything that an annotator sets; predictions
for what the prediction format holds, with examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from parley.document import Document, Paragraph
from parley.incidents import Incident
from parley.ontology import LAYERS, Ontology

#: Characters of text a request: about 3,000 tokens in, and room for an answer several times that.
CHUNK = 9_000

_ESSENTIALS = {
    "entity": """\
Mentions: every name, every date and time, every number, each time it occurs. A name leaves out
"the", titles and possessive 's. Adjectives and peoples (Russian, Ukrainians) are NORP. A nominal or
pronoun only if it is an argument, source, holder or target. "Kursk region" is one GPE. Dates leave
out the preposition{value}.
Numbers leave out "about", "more than", "some" and take in their unit or sign.{entity}""",
    "event": """\
Events: what is reported, claimed, denied, planned, demanded or feared. The quote is the shortest
trigger: one word, or an unbroken particle verb; no auxiliaries, no objects. Plain saying is no
event.{polarity} Arguments are ids of mentions; only theme
may instead be an event.""",
    "attribution": """\
Attributions: source (the whole noun phrase), cue (the shortest words that ascribe: said, according
to, citing) and content (everything ascribed, quotation marks included, without "that" and without
the final stop). An interrupted content is a list of quotes. No source where it is implicit
("reportedly"){unnamed}. A second-hand report has one attribution for each level.""",
    "stance": """\
Stances: words that approve or disapprove of somebody or something, or take a position for or
against.{expression} target is one mention or event id; holder is a
mention id, left out for the author. NONE is an explicit refusal to take a side. Harm, hostile acts
and denials of fact are no stance.""",
}
#: What the essentials say besides, when everything is asked for, and for predictions.
_FULL = {
    "value": "; `value` is ISO 8601, resolved against the publication date, where sure",
    "entity": "",
    "polarity": " Negative polarity: it did not or will not happen.",
    "unnamed": ": source_kind unnamed",
    "expression": " The quote is the shortest carrying words.",
}
_PREDICTED = {
    "value": "",
    "entity": """
`entity` says who or what a mention refers to: a short id in lower case with hyphens, made of the
full name, the same for every mention of it, pronouns included, and in every article; none for
dates, times and numbers.""",
    "polarity": "",
    "unnamed": "",
    "expression": "",
}
_ANSWER = "Answer with one JSON object and nothing else, no code fence:\n"
_FORMAT = """\
{"mentions": [{"id": "m1", "quote": "Sumy", "paragraph": 3, "type": "GPE"}],
 "events": [{"id": "e1", "quote": "struck", "paragraph": 3, "type": "ASSAULT", "mode": "aerial",
             "polarity": "positive", "modality": "asserted", "tense": "past",
             "arguments": [{"role": "location", "mention": "m1"}]}],
 "attributions": [{"id": "a1", "source": {"quote": "the mayor", "paragraph": 3},
                   "cue": {"quote": "said", "paragraph": 3},
                   "content": [{"quote": "drones struck Sumy", "paragraph": 3}],
                   "style": "indirect", "kind": "assertion", "source_kind": "named"}],
 "stances": [{"id": "s1", "quote": "barbaric", "paragraph": 4, "label": "AGAINST",
              "holder": "m2", "target": "e1"}]}
"""
_FORMAT_PREDICTED = """\
{"mentions": [{"id": "m1", "quote": "Sumy", "paragraph": 3, "type": "GPE", "entity": "sumy"},
              {"id": "m2", "quote": "the mayor", "paragraph": 3, "type": "PERSON",
               "mention_type": "nominal", "entity": "mayor-of-sumy"}],
 "events": [{"id": "e1", "quote": "struck", "paragraph": 3, "type": "ASSAULT",
             "arguments": [{"role": "location", "mention": "m1"}]}],
 "attributions": [{"id": "a1", "source": {"quote": "the mayor", "paragraph": 3},
                   "cue": {"quote": "said", "paragraph": 3},
                   "content": [{"quote": "drones struck Sumy", "paragraph": 3}],
                   "style": "indirect"}],
 "stances": [{"id": "s1", "label": "AGAINST", "holder": "m2", "target": "e1"}]}
"""
_QUOTES = """\
Copy every quote exactly as printed (quotation marks, dashes, capitals), within one paragraph.
`paragraph` is the number printed before the line. Where the words occur more than once in that
paragraph, add "n": 2 for the second. Every id is given once. Leave out what you are not sure of."""
#: Attributes that the prediction format holds.
_HELD = ("mention_type", "style", "label")


@dataclass(frozen=True, slots=True)
class Prompt:
    """The part of a prompt that is the same for every document: instructions, and examples as
    pairs of a question and its answer."""

    system: str
    layers: tuple[str, ...]
    examples: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """The first eight digits of its sha256: names the prompt in a model version."""
        return sha256(self.system.encode()).hexdigest()[:8]

    def messages(self, asked: str) -> list[dict[str, str]]:
        """The messages of one request."""
        made = [{"role": "system", "content": self.system}]
        for shown, answer in self.examples:
            made += [{"role": "user", "content": shown}, {"role": "assistant", "content": answer}]
        return [*made, {"role": "user", "content": asked}]


def prompt(
    ontology: Ontology,
    layers: Sequence[str] = LAYERS,
    *,
    predicted: bool = False,
    examples: Sequence[tuple[str, str]] = (),
) -> Prompt:
    """The instructions for `layers`, with the labels of the ontology; with `predicted`, for what
    the prediction format holds and no more."""
    chosen = tuple(layer for layer in LAYERS if layer in layers)
    words = _PREDICTED if predicted else _FULL
    parts = ["You annotate English news articles. Annotate what the text says, not what you know."]
    parts += [_ESSENTIALS[layer].format_map(words) for layer in chosen]
    for layer in chosen:
        if layer in ("entity", "event"):
            parts.append(f"Types of {layer}:")
            parts += [
                f"- {label.name}: {label.definition}"
                + (f" Modes: {', '.join(label.modes)}." if label.modes and not predicted else "")
                for label in ontology.labels(layer)
            ]
        if layer == "event":
            parts.append("Roles:")
            parts += [f"- {role.name}: {role.definition}" for role in ontology.roles]
    parts.append("Attributes, with their values:")
    parts += [
        f"- {item.name}: {', '.join(item.values)}"
        + (f" (default {item.default})" if item.default else "")
        for item in ontology.attributes.values()
        if item.layer in chosen and (not predicted or item.name in _HELD)
    ]
    parts.append(_ANSWER + (_FORMAT_PREDICTED if predicted else _FORMAT) + _QUOTES)
    return Prompt("\n".join(parts), chosen, tuple(examples))


def chunks(document: Document, ontology: Ontology, size: int = CHUNK) -> list[list[Paragraph]]:
    """The annotated paragraphs in runs of at most `size` characters (a longer one stands alone)."""
    out: list[list[Paragraph]] = []
    length = 0
    for paragraph in document.paragraphs:
        if paragraph.kind not in ontology.annotated_kinds:
            continue
        own = paragraph.end - paragraph.start
        if not out or length + own > size:
            out.append([])
            length = 0
        out[-1].append(paragraph)
        length += own
    return out


def question(document: Document, paragraphs: Sequence[Paragraph]) -> str:
    """The text of some paragraphs, each behind the number of its non-blank line."""
    text = document.text or ""
    number = 0
    at = 0
    lines = []
    for paragraph in paragraphs:
        number += sum(1 for line in text[at : paragraph.start].split("\n") if line.strip())
        # What stands before it on its own line is not a line more.
        head = text[text.rfind("\n", 0, paragraph.start) + 1 : paragraph.start]
        here = number + (0 if head.strip() else 1)
        lines.append(f"[{here}] {text[paragraph.start : paragraph.end]}")
        number = here
        at = paragraph.end
        # The rest of its line, if any, belongs to the same number.
        stop = text.find("\n", at)
        at = len(text) if stop < 0 else stop
    return f"Published {document.published or 'on an unknown day'}.\n" + "\n".join(lines)


def masked(text: str, paragraphs: Sequence[Paragraph]) -> str:
    """The text with everything outside `paragraphs` blotted out, same length, same lines: a quote
    is found only in what the model was shown."""
    out = ["\n" if char == "\n" else " " if char.isspace() else "\x00" for char in text]
    for paragraph in paragraphs:
        out[paragraph.start : paragraph.end] = text[paragraph.start : paragraph.end]
    return "".join(out)


def complaint(faults: Sequence[Incident], most: int = 30) -> str:
    """Tells the model what was wrong with its answer, in at most `most` lines."""
    lines = [
        f"- {fault.item + ': ' if fault.item else ''}{fault.message}"[:400]
        for fault in faults[:most]
    ]
    more = [f"- and {len(faults) - most} more"] if len(faults) > most else []
    return "\n".join(
        ["Your answer had these faults:", *lines, *more, "Give the whole corrected JSON object."]
    )
