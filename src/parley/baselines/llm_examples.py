"""Examples for a prompt: windows of train documents, with the answer that their gold asks for."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from parley import json_io
from parley.baselines import CannotRunError
from parley.baselines.sample import JSON, Sample
from parley.document import Document, Paragraph, Span, digest
from parley.llm import prompt as prompts
from parley.ontology import Ontology
from parley.predictions.rows import AUTHOR
from parley.quotes import Finder

#: Characters of text in one example: a few paragraphs, whose answer is about ten times as long.
SIZE = 800
_NEEDED = ("mentions", "events", "attributions", "stances")


@dataclass(frozen=True, slots=True)
class Example:
    """A window of a train document (code points `start` to `end`), the question about it, and the
    answer, which is compact JSON."""

    doc_id: str
    start: int
    end: int
    question: str
    answer: str


def document(sample: Sample) -> Document:
    """A sample as prompts take it."""
    return Document(
        id=sample.doc_id,
        story=sample.story,
        status="open",
        title="",
        published=sample.published,
        form=sample.form,
        language="en",
        length=len(sample.text),
        sha256=digest(sample.text),
        paragraphs=tuple(Paragraph(*item) for item in sample.paragraphs),
        sentences=tuple(sample.sentences),
        text=sample.text,
    )


def choose(train: Sequence[Sample], number: int, ontology: Ontology) -> list[Example]:
    """`number` examples, one a document: each time the window that shows most labels, roles and
    kinds of annotation which none before it shows; of equal ones the shortest, then by document
    and place. Nothing is random, and nothing depends on what is predicted.

    Raises `CannotRunError` where fewer documents have all four layers.
    """
    candidates = []
    for sample in train:
        if all(key in (sample.row or {}) for key in _NEEDED):
            whole = document(sample)
            for paragraphs in prompts.chunks(whole, ontology, SIZE):
                start, end = paragraphs[0].start, paragraphs[-1].end
                answer = answer_of(sample, paragraphs)
                asked = prompts.question(whole, paragraphs)
                text = json_io.dumps(answer).decode()
                candidates.append((Example(sample.doc_id, start, end, asked, text), _shown(answer)))
    documents = {example.doc_id for example, _ in candidates}
    if len(documents) < number:
        raise CannotRunError(
            f"--shots {number}: the train split has {len(documents)} documents with all layers, "
            f"and an example is taken from each; give --shots {len(documents)} or fewer"
        )
    chosen: list[Example] = []
    seen: set[tuple[str, ...]] = set()
    while len(chosen) < number:
        used = {example.doc_id for example in chosen}
        best, shown = min(
            (item for item in candidates if item[0].doc_id not in used),
            key=lambda item: (
                -len(item[1] - seen),
                len(item[0].answer),
                item[0].doc_id,
                item[0].start,
            ),
        )
        chosen.append(best)
        seen |= shown
    return chosen


def answer_of(sample: Sample, paragraphs: Sequence[Paragraph]) -> JSON:
    """The gold of some paragraphs as a model should give it: a quote file without attributes that
    the prediction format does not hold. What is not wholly in them, or cannot be quoted (it begins
    or ends inside a word), is left out with what refers to it."""
    row = sample.row or {}
    text = prompts.masked(sample.text, paragraphs)
    namer = _Namer(text)
    names: dict[Span, str] = {}
    mentions: list[JSON] = []
    events: list[tuple[JSON, list[JSON]]] = []
    attributions: list[JSON] = []
    stances: list[JSON] = []
    for item in row["mentions"]:
        span = (item["start"], item["end"])
        place = namer.name(span)
        if place is None:
            continue
        name = f"m{len(mentions) + 1}"
        names.setdefault(span, name)
        how = item.get("mention_type", "name")
        mentions.append(
            {
                "id": name,
                **place,
                "type": item["type"],
                **({} if how == "name" else {"mention_type": how}),
                **({"entity": item["entity"]} if item.get("entity") else {}),
            }
        )
    triggers: dict[Span, str] = {}
    for item in row["events"]:
        span = (item["start"], item["end"])
        place = namer.name(span)
        if place is not None:
            name = f"e{len(events) + 1}"
            triggers.setdefault(span, name)
            events.append(({"id": name, **place, "type": item["type"]}, item["arguments"]))
    made = []
    for event, arguments in events:
        found = []
        for argument in arguments:
            span = (argument["start"], argument["end"])
            if argument["role"] == "theme" and triggers.get(span, event["id"]) != event["id"]:
                found.append({"role": "theme", "event": triggers[span]})
            elif span in names:
                found.append({"role": argument["role"], "mention": names[span]})
        made.append({**event, "arguments": found})
    for item in row["attributions"]:
        parts = {
            part: [namer.name((start, end)) for start, end in item[part]]
            for part in ("source", "cue", "content")
        }
        if parts["cue"] and all(place for places in parts.values() for place in places):
            attributions.append(
                {
                    "id": f"a{len(attributions) + 1}",
                    **{part: places for part, places in parts.items() if places},
                    "style": item.get("style", "indirect"),
                }
            )
    for item in row["stances"]:
        target = triggers.get(tuple(item["target"])) or names.get(tuple(item["target"]))
        author = item["holder"] == AUTHOR
        holder = None if author else names.get(tuple(item["holder"]))
        if target and (author or holder):
            stances.append(
                {
                    "id": f"s{len(stances) + 1}",
                    "label": item["label"],
                    **({"holder": holder} if holder else {}),
                    "target": target,
                }
            )
    return {
        "mentions": mentions,
        "events": made,
        "attributions": attributions,
        "stances": stances,
    }


class _Namer:
    """Names spans of a text by their words, as `parley.quotes.Finder` finds them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._finder = Finder(text)
        # Paragraphs as the finder numbers them: non-blank lines.
        self._lines = [match.span() for match in re.finditer(r"\S(?:[^\n]*\S)?", text)]

    def name(self, span: Span) -> JSON | None:
        """Quote, paragraph and, where the words occur more than once in it, the occurrence."""
        start, end = span
        quote = self._text[start:end]
        line = bisect_right(self._lines, (start, len(self._text)))
        if not quote.strip() or "\n" in quote or "\x00" in quote or line == 0:
            return None
        first, last = self._lines[line - 1]
        places = [
            place
            for place in self._finder.occurrences(quote)
            if first <= place[0] and place[1] <= last
        ]
        if span not in places:
            return None
        number = {"n": places.index(span) + 1} if len(places) > 1 else {}
        return {"quote": quote, "paragraph": line, **number}


def _shown(answer: JSON) -> set[tuple[str, ...]]:
    """The labels, roles and kinds that an answer has."""
    found: set[tuple[str, ...]] = set()
    for item in answer["mentions"]:
        found |= {("mention", item["type"]), ("mention", item.get("mention_type", "name"))}
    for item in answer["events"]:
        found.add(("event", item["type"]))
        found |= {("role", argument["role"]) for argument in item["arguments"]}
        found |= {("theme", "event") for argument in item["arguments"] if "event" in argument}
    for item in answer["attributions"]:
        found.add(("attribution", item["style"]))
        found.add(("source", "given" if "source" in item else "none"))
        found |= {("content", "parts")} if len(item["content"]) > 1 else set()
    for item in answer["stances"]:
        found.add(("stance", item["label"]))
        found.add(("holder", "given" if "holder" in item else "author"))
    return found
