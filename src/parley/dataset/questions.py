"""Questions with known answers, made from the annotations: flat rows for a harness.

`TASKS` says what is asked. Every question is about one document and can be answered from its
context alone, which is a slice of that document's text. What could not be is not asked: a source in
several parts, an argument in another sentence, an event ascribed in another paragraph. Questions
that are the same words about the same context are one question; where their choices disagree, none.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parley.dataset import claims
from parley.document import Document
from parley.ontology import Ontology

Row = dict[str, Any]
Raw = Mapping[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Task:
    """What the questions of a task ask, and what answers them."""

    asks: str
    answer: str
    choices: bool


_WORDS = "words of the context"
TASKS = {
    "source": Task("who is given as the source of some words", _WORDS, False),
    "claimant": Task("who says what the text tells of an event", _WORDS, False),
    "argument": Task("who or what plays a role in an event", _WORDS, False),
    "voice": Task("whether the article states an event or attributes it", "one of two", True),
    "event_type": Task("what type of event some words name", "one of the types", True),
    "stance": Task("what stance a holder takes towards a target", "one of the labels", True),
}
VOICES = ("The article states it in its own voice.", "The article attributes it to a source.")
_STANCES = {
    "FAVOR": "in favour",
    "AGAINST": "against",
    "NONE": "openly refuses to take a side",
}
#: Words of a quoted content; longer ones are cut, since the context has them all.
LONGEST = 30


@dataclass(frozen=True, slots=True)
class Wording:
    """The ontology's part: types of events, stance -> choice, role -> definition, as published."""

    events: Sequence[str]
    stances: Mapping[str, str]
    roles: Mapping[str, str]

    @classmethod
    def make(cls, ontology: Ontology) -> "Wording":
        """From the ontology; once a process."""
        return cls(
            ontology.names("event"),
            {name: _STANCES.get(name, name) for name in ontology.values("label")},
            {role.name: role.definition.rstrip(".") for role in ontology.roles},
        )


def questions(
    document: Document, raw: Raw, contents: claims.Contents, wording: Wording
) -> list[Row]:
    """A document's questions, by task and then in text order.

    `raw` is the JSON form of its annotations and `contents` is made from its attributions. The
    document must have its text.
    """
    return list(_merged(_Maker(document, raw, contents, wording).make()))


def _merged(rows: Iterable[Row]) -> Iterator[Row]:
    """One row for each question of a context, with every accepted answer."""
    found: dict[tuple[int, str, str], Row] = {}
    clashes = set()
    for row in rows:
        key = (row["doc_start"], row["context"], row["question"])
        first = found.setdefault(key, row)
        if row["label"] != first["label"]:
            clashes.add(key)
        first["answers"] = list(dict.fromkeys([*first["answers"], *row["answers"]]))
    return (row for key, row in found.items() if key not in clashes)


class _Maker:
    """One document's questions."""

    def __init__(
        self, document: Document, raw: Raw, contents: claims.Contents, wording: Wording
    ) -> None:
        assert document.text is not None
        self.document = document
        self.text: str = document.text
        self.raw = raw
        self.contents = contents
        self.wording = wording
        self.mentions = {item["id"]: item for item in raw["mentions"]}
        self.events = {item["id"]: item for item in raw["events"]}
        self.attributions = {item["id"]: item for item in raw["attributions"]}
        self.named: dict[str, list[Span]] = {}
        for item in raw["mentions"]:
            if item["entity"] is not None and item["mention_type"] != "pronoun":
                self.named.setdefault(item["entity"], []).append((item["start"], item["end"]))
        self.sources = claims.Mentions(raw["mentions"])
        self.sentences = _Units(document.sentences)
        self.paragraphs = _Units((item.start, item.end) for item in document.paragraphs)
        self.quotes: dict[tuple[Span, Span], str] = {}

    def make(self) -> Iterator[Row]:
        """Every question, those that are alike included."""
        for item in self.raw["attributions"]:
            yield from self._source(item)
        if "attribution" in self.raw["layers"]:
            for item in self.raw["events"]:
                yield from self._claimant(item)
        for item in self.raw["events"]:
            yield from self._arguments(item)
        if "attribution" in self.raw["layers"]:
            for item in self.raw["events"]:
                yield from self._voice(item)
        for item in self.raw["events"]:
            yield self._event_type(item)
        for item in self.raw["stances"]:
            yield self._stance(item)

    def _row(
        self,
        key: str,
        task: str,
        context: Span,
        question: str,
        answers: Iterable[str],
        choices: Iterable[str] = (),
        label: int = -1,
    ) -> Row:
        accepted = list(dict.fromkeys(answers))
        return {
            "id": f"{self.document.id}:{key}:{task}",
            "doc_id": self.document.id,
            "task": task,
            "context": self.text[slice(*context)],
            "doc_start": context[0],
            "question": question,
            "choices": list(choices),
            "answer": accepted[0],
            "answers": accepted,
            "label": label,
        }

    # -- the tasks

    def _source(self, item: Raw) -> Iterator[Row]:
        if len(item["source"]) != 1:
            return
        context = self.paragraphs.cover([*item["source"], *item["cue"], *item["content"]])
        if len(item["content"]) == 1:
            [(start, end)] = item["content"]
            words = self._quote((start, end), context)
        else:
            parts = [_bare(self.text[start:end]) for start, end in item["content"]]
            words = f"“{_cut(' … '.join(parts))}”"
        question = f"Who or what does the text give as the source of {words}?"
        yield self._row(item["id"], "source", context, question, self._sources(item, context))

    def _claimant(self, event: Raw) -> Iterator[Row]:
        span = (event["start"], event["end"])
        holders = [self.attributions[key] for key in self.contents.claimants(*span)]
        if not holders or any(len(item["source"]) != 1 for item in holders):
            return
        spans = [part for item in holders for part in (*item["source"], *item["cue"])]
        context = self.paragraphs.cover([span, *spans])
        question = (
            "To whom does the text attribute what it says of the event "
            f"{self._quote(span, context)}? Where it passed through several, give the first to "
            "say it."
        )
        answers = [words for item in holders for words in self._sources(item, context)]
        yield self._row(event["id"], "claimant", context, question, answers)

    def _arguments(self, event: Raw) -> Iterator[Row]:
        span = (event["start"], event["end"])
        context = self.sentences.cover([span])
        found: dict[str, list[Raw]] = {}
        for argument in event["arguments"]:
            target = self.mentions.get(argument["target"])
            if target is not None and _within((target["start"], target["end"]), context):
                found.setdefault(argument["role"], []).append(target)
        for role, targets in found.items():
            spans = [(target["start"], target["end"]) for target in targets]
            answers = [self.text[start:end] for start, end in spans]
            for target in targets:
                answers += self._others(target, context)
            question = (
                f"Which words name the {role} of the event {self._quote(span, context)}? "
                f"({role.capitalize()}: {_lower(self.wording.roles[role])}.)"
            )
            if len(spans) > 1:
                question += " Give one."
            key = f"{event['id']}:{role}"
            yield self._row(key, "argument", context, question, answers)

    def _voice(self, event: Raw) -> Iterator[Row]:
        span = (event["start"], event["end"])
        context = self.paragraphs.cover([span])
        holders = [self.attributions[key] for _, key in self.contents.holding(*span)]
        # Whoever reads only this paragraph must be able to see that it is attributed.
        if holders and not any(
            _within(part, context) for item in holders for part in (*item["source"], *item["cue"])
        ):
            return
        label = int(bool(holders))
        question = (
            "Does the article itself state what it says of the event "
            f"{self._quote(span, context)}, or does it attribute that to a source?"
        )
        yield self._row(event["id"], "voice", context, question, [VOICES[label]], VOICES, label)

    def _event_type(self, event: Raw) -> Row:
        span = (event["start"], event["end"])
        context = self.sentences.cover([span])
        choices, name = self.wording.events, event["type"]
        question = f"What type of event does {self._quote(span, context)} name?"
        return self._row(
            event["id"],
            "event_type",
            context,
            question,
            [name],
            choices,
            choices.index(name),
        )

    def _stance(self, item: Raw) -> Row:
        spans: list[Span] = [(item["start"], item["end"])]
        holder = self.mentions.get(item["holder"])
        target = self.mentions.get(item["target"]) or self.events[item["target"]]
        target_span = (target["start"], target["end"])
        spans.append(target_span)
        if holder is not None:
            spans.append((holder["start"], holder["end"]))
        context = self.sentences.cover(spans)
        who = "the author" if holder is None else self._quote(spans[-1], context)
        what = self._quote(target_span, context)
        if item["target"] in self.events:
            what = f"the event {what}"
        choices = self.wording.stances
        return self._row(
            item["id"],
            "stance",
            context,
            f"What stance does {who} take towards {what}?",
            [choices[item["label"]]],
            choices.values(),
            list(choices).index(item["label"]),
        )

    # -- answers

    def _sources(self, item: Raw, context: Span) -> Iterator[str]:
        """The source, the name that is its head, and what else the context calls that one."""
        [span] = item["source"]
        yield self.text[slice(*span)]
        mention = self.sources.of_source(item["source"])
        if mention is not None and _is_head(self.text, mention, span):
            yield self.text[mention["start"] : mention["end"]]
            yield from self._others(mention, context)

    def _others(self, mention: Raw, context: Span) -> Iterator[str]:
        """Further names and noun phrases of a mention's entity in the context."""
        for start, end in self.named.get(mention["entity"], ()):
            if _within((start, end), context):
                yield self.text[start:end]

    # -- quoting

    def _quote(self, span: Span, context: Span) -> str:
        """Words in quotation marks; where they stand more than once, with their neighbours."""
        found = self.quotes.get((span, context))
        if found is None:
            found = self.quotes[span, context] = self._quoted(span, context)
        return found

    def _quoted(self, span: Span, context: Span) -> str:
        text = self.text[slice(*context)]
        start, end = span[0] - context[0], span[1] - context[0]
        words = text[start:end]
        if len(words.split()) > LONGEST:
            return f"“{_cut(_bare(words))}”"
        first, last = start, end
        while _again(text, text[first:last]):
            first, last = _wider(text, first, last)
        quoted = f"“{_bare(words)}”"
        if (first, last) != (start, end):
            quoted += f" (in “{_flat(text[first:last])}”)"
        return quoted


class _Units:
    """Sentences or paragraphs, laid out to find those that hold spans."""

    __slots__ = ("ends", "starts")

    def __init__(self, units: Iterable[Span]) -> None:
        found = list(units)
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]

    def cover(self, spans: Iterable[Sequence[int]]) -> Span:
        """From the start of the unit of the first span to the end of that of the last."""
        begins, stops = zip(*spans, strict=True)
        first = bisect_right(self.starts, min(begins)) - 1
        last = bisect_right(self.starts, max(stops) - 1) - 1
        return self.starts[max(first, 0)], self.ends[max(last, 0)]


def _within(span: Sequence[int], context: Span) -> bool:
    return context[0] <= span[0] and span[1] <= context[1]


#: A name after one of these is not who speaks: "an aide to Brand", "officials in Lenna".
_LINKS = re.compile(
    r"\b(?:of|to|for|from|by|with|at|in|on|near|and|or|who|that|which)\b", re.IGNORECASE
)


def _is_head(text: str, mention: Raw, source: Span) -> bool:
    """Whether a mention inside a source names the source itself and not something about it."""
    before = text[source[0] : mention["start"]].rpartition(",")[2]
    after = text[mention["end"] : source[1]]
    return not _LINKS.search(before) and (not after or after[0] in ",(")


#: Opening and closing quotation marks.
_PAIRS = ("“”", '""', "‘’", "''")


def _bare(words: str) -> str:
    """Words without the quotation marks around all of them and without a comma at the end."""
    found = _flat(words).rstrip(",;")
    inner = found[1:-1]
    if found[:1] + found[-1:] in _PAIRS and not set(found[:1] + found[-1:]) & set(inner):
        found = inner.rstrip(",;")
    return found or words


def _flat(words: str) -> str:
    return " ".join(words.split())


def _cut(words: str) -> str:
    parts = words.split()
    return words if len(parts) <= LONGEST else " ".join(parts[:LONGEST]) + " …"


def _lower(definition: str) -> str:
    return definition[:1].lower() + definition[1:]


def _again(text: str, words: str) -> bool:
    """Whether words stand in a text more than once, as words of their own."""
    at = text.find(words)
    number = 0
    while at >= 0 and number < 2:
        end = at + len(words)
        number += not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
        at = text.find(words, at + 1)
    return number > 1


def _wider(text: str, start: int, end: int) -> Span:
    """One more word at either end."""
    before, after = text[:start].rsplit(None, 1), text[end:].split(None, 1)
    first = text.rindex(before[-1], 0, start) if before else 0
    return first, text.index(after[0], end) + len(after[0]) if after else len(text)
