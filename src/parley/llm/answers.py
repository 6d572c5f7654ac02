"""A model's answer read as annotations: what is sound is kept, everything else is a coded fault.

An answer is a quote file (`parley.quotes`), so the rule for repeated words is that file's: a quote
has to be one place. Words that occur more than once in the paragraph that is named need `n`, the
occurrence, or `within`, longer words around it; where neither is given the annotation is left out
(Q002), never put on a guess.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from parley import json_io
from parley.document import Annotations
from parley.incidents import Incident, fault, show
from parley.llm.client import Reply
from parley.ontology import Ontology
from parley.quotes import PLACE_KEYS, resolve

JSON = dict[str, Any]

#: What the prediction format holds of each annotation; other fields are not looked at.
_HELD = {
    "mentions": frozenset({"id", "type", "mention_type", "entity"}) | PLACE_KEYS,
    "events": frozenset({"id", "type", "arguments"}) | PLACE_KEYS,
    "attributions": frozenset({"id", "source", "cue", "content", "style"}),
    "stances": frozenset({"id", "label", "holder", "target"}),
}
#: Faults of a quote that is not one place.
_PLACES = frozenset({"Q001", "Q002", "Q003", "Q004"})
_FENCE = re.compile(r"```(?:json|JSON)?\s*\n(.*?)(?:\n?```|\Z)", re.DOTALL)
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was read: None for annotations where there is nothing to read. `lost` counts
    annotations that were left out, `ignored` fields that were not looked at."""

    annotations: Annotations | None
    faults: list[Incident] = field(default_factory=list)
    lost: int = 0
    ignored: int = 0

    @property
    def kept(self) -> int:
        """How many annotations it gave."""
        return count(self.annotations)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong that asking again could put right."""
        return all(item.code == "A008" for item in self.faults)


def read(
    reply: Reply,
    text: str,
    doc_id: str,
    ontology: Ontology,
    layers: tuple[str, ...],
    where: str,
    *,
    predicted: bool = False,
) -> Answer:
    """The annotations of one answer about `text`, and its faults: A005 empty or refused, A006 not
    JSON, A007 cut off, A008 JSON among other words, A009 with the codes of quote files for
    annotations that do not resolve. `predicted`: only what the prediction format holds is read.
    """
    faults: list[Incident] = []
    content = reply.content.strip()
    if not content:
        what = f"the model refused: {show(reply.refusal)}" if reply.refusal else "it is empty"
        return Answer(None, [fault("A005", where, what, doc_id=doc_id)])
    # The mask of what was not shown is no text to be quoted.
    content = content.replace("\\u0000", "\\ufffd").replace("\x00", "\ufffd")
    try:
        raw, among = _value(content)
    except json_io.JsonError as error:
        code, what = ("A007", "the answer was cut off") if reply.cut else ("A006", "not JSON")
        message = f"{what}: {error}"
        return Answer(None, [fault(code, where, message, doc_id=doc_id, got=content[-60:])])
    if among:
        message = f"the JSON stands {among}; taken out"
        faults.append(fault("A008", where, message, doc_id=doc_id))
    if reply.cut:
        # Whole JSON all the same: the limit fell on the end. It is still worth a word.
        faults.append(fault("A007", where, "the answer was cut off", doc_id=doc_id))
    ignored = 0
    if isinstance(raw, dict):
        raw.pop("doc_id", None)
        if predicted:
            raw, ignored = _held(raw)
        raw["layers"] = list(layers)
    annotations, wrong, lost = sound(raw, text, ontology, where, doc_id)
    if predicted:
        # A stance has its target's place: what is wrong with that has been said of the target.
        stances = {str(row.get("id")) for row in _objects(raw, "stances")}
        wrong = [item for item in wrong if item.item not in stances or item.code not in _PLACES]
    if lost:
        given = lost + count(annotations)
        message = f"{lost} of {given} annotations do not resolve and are left out"
        faults.append(fault("A009", where, message, doc_id=doc_id))
    unread = not isinstance(raw, dict) or any(item.code == "A006" for item in wrong)
    return Answer(None if unread else annotations, [*faults, *wrong], lost, ignored)


def _value(content: str) -> tuple[Any, str]:
    """The JSON value of an answer, and among what it stands, if not alone. Raises `JsonError`."""
    try:
        return _loads(content), ""
    except json_io.JsonError as error:
        first = error
    content = _THOUGHT.sub("", content).strip()
    fenced = _FENCE.search(content)
    start, end = content.find("{"), content.rfind("}") + 1
    for part, among in (
        (fenced[1].strip() if fenced and not content.startswith("{") else "", "in a code fence"),
        (content[start:end] if start >= 0 else "", "among other words"),
    ):
        try:
            if part:
                return _loads(part), among
        except json_io.JsonError:
            continue
    raise first


def _loads(content: str) -> Any:
    try:
        return json_io.loads(content.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise json_io.JsonError(str(error)) from None


def _held(raw: JSON) -> tuple[JSON, int]:
    """The lists of an answer with the fields that the prediction format holds, and how many others
    there were.

    A stance without words stands where its target does: the format has no place of its own for it.
    """
    made: JSON = {}
    ignored = sum(key not in _HELD for key in raw)
    for key, held in _HELD.items():
        made[key] = raw.get(key, [])
        if isinstance(made[key], list):
            ignored += sum(name not in held for row in _objects(raw, key) for name in row)
            made[key] = [
                {name: value for name, value in row.items() if name in held}
                if isinstance(row, dict)
                else row
                for row in made[key]
            ]
    targets = _objects(made, "mentions") + _objects(made, "events")
    for row in _objects(made, "stances"):
        # Where the target is none, any place will do: that fault is the one to report.
        wanted = [item for item in targets if item.get("id") == row.get("target")] or targets
        for item in wanted[:1]:
            row.update({name: item[name] for name in PLACE_KEYS if name in item})
    return made, ignored


def _objects(raw: object, key: str) -> list[JSON]:
    """The objects of a list of an answer."""
    rows = raw.get(key) if isinstance(raw, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def count(found: Annotations | None) -> int:
    """How many annotations there are, arguments aside."""
    if found is None:
        return 0
    lists = (found.mentions, found.events, found.attributions, found.stances)
    return sum(len(items) for items in lists)


def sound(
    raw: object, text: str, ontology: Ontology, file: str, doc_id: str
) -> tuple[Annotations, list[Incident], int]:
    """The annotations of a quote file's value that have no fault, every fault, and how many
    annotations were left out.

    An event whose faults are all about its arguments is kept without those arguments; whatever
    refers to something left out goes with it.
    """
    try:
        found, faults = resolve(raw, text, ontology, file=file, doc_id=doc_id)
    except (RecursionError, TypeError, ValueError) as error:
        # Values that no reader foresaw must not end a run over a whole corpus.
        message = f"cannot be read as a quote file: {type(error).__name__}"
        return Annotations(doc_id, "", len(text), ()), [fault("A006", file, message)], 1
    bad = {(item.item or "").partition(".")[0] for item in faults}
    rows = raw if isinstance(raw, dict) else {}
    lists = [rows[key] for key in ("mentions", "events", "attributions", "stances") if key in rows]
    total = sum(len(items) for items in lists if isinstance(items, list))
    if bad:
        spared = _only_arguments(rows, bad, text, ontology)
        bad -= spared
    mentions = [item for item in found.mentions if item.id not in bad]
    events = [item for item in found.events if item.id not in bad]
    left = {item.id for item in mentions} | {item.id for item in events}
    for event in events:
        event.arguments = [item for item in event.arguments if item.target in left]
    found.mentions, found.events = mentions, events
    found.attributions = [
        item for item in found.attributions if item.id not in bad and item.content
    ]
    found.stances = [
        item
        for item in found.stances
        if item.id not in bad
        and item.target in left
        and (item.holder is None or item.holder in left)
    ]
    return found, faults, max(0, total - count(found))


def _only_arguments(rows: JSON, bad: set[str], text: str, ontology: Ontology) -> set[str]:
    """Ids of events in `bad` that are good without their arguments."""
    events = [row for row in _objects(rows, "events") if isinstance(row.get("id"), str)]
    others = {row["id"] for row in _objects(rows, "mentions") if isinstance(row.get("id"), str)}
    twice = Counter(row["id"] for row in events)
    spared = set()
    for row in events:
        if row["id"] in bad and row["id"] not in others and twice[row["id"]] == 1:
            alone = {key: value for key, value in row.items() if key != "arguments"}
            if not resolve({"events": [alone]}, text, ontology)[1]:
                spared.add(row["id"])
    return spared
