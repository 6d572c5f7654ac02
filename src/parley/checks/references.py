"""Level 3 within one document: every id once, every reference to something that is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley.document import Document
from parley.incidents import Report, nearest, say

JSON = dict[str, Any]


@dataclass(slots=True)
class Index:
    """The annotations of one document by id; `clean` says that every reference resolves."""

    mentions: Mapping[str, JSON]
    events: Mapping[str, JSON]
    attributions: Mapping[str, JSON]
    stances: Mapping[str, JSON]
    clean: bool = field(default=True)


def index(raw: JSON) -> Index:
    """Annotations by id."""
    mentions, events, attributions, stances = (
        {item["id"]: item for item in raw[layer]} for layer in _LAYERS
    )
    return Index(mentions, events, attributions, stances)


_LAYERS = ("mentions", "events", "attributions", "stances")
_KINDS = {
    "mentions": "a mention",
    "events": "an event",
    "attributions": "an attribution",
    "stances": "a stance",
}


def check(
    raw: JSON,
    found: Index,
    entities: Mapping[str, str] | None,
    events: Mapping[str, Any] | None,
    report: Report,
) -> None:
    """P301 to P309. `entities` and `events` are the registries by id, None where not at hand."""
    before = len(report.found)
    lists = [raw[layer] for layer in _LAYERS]
    ids = {item["id"] for items in lists for item in items}
    if len(ids) != sum(map(len, lists)):
        _twice(raw, report)
    mentions, triggers, attributions = found.mentions, found.events, found.attributions
    for event in raw["events"]:
        for argument in event["arguments"]:
            target = argument["target"]
            if target not in mentions and target not in triggers:
                _dangling("P302", "argument's target", target, event["id"], found, report)
    for stance in raw["stances"]:
        holder, target, made_in = stance["holder"], stance["target"], stance["attribution"]
        # An event as holder is a fault of the scheme (P522), not of the reference.
        if holder is not None and holder not in mentions and holder not in triggers:
            _dangling("P303", "holder", holder, stance["id"], found, report)
        if target not in mentions and target not in triggers:
            _dangling("P304", "target", target, stance["id"], found, report)
        if made_in is not None and made_in not in attributions:
            _dangling("P306", "attribution", made_in, stance["id"], found, report)
    for item in raw["attributions"]:
        parent = item["parent"]
        if parent is not None and parent not in attributions:
            _dangling("P305", "parent", parent, item["id"], found, report)
    found.clean = len(report.found) == before
    if entities is not None:
        for mention in raw["mentions"]:
            entity = mention["entity"]
            if entity is not None and entity not in entities:
                report.add("P308", _unknown("entity", entity, entities), mention["id"])
    if events is not None:
        for event in raw["events"]:
            name = event["event"]
            if name is not None and name not in events:
                report.add("P309", _unknown("event", name, events), event["id"])


def identity(raw: JSON, document: Document, report: Report) -> None:
    """P310, P312, P313: the annotations are of this document and this text."""
    if raw["doc_id"] != document.id:
        report.add(
            "P310",
            say(
                "the annotations are of another document",
                got=raw["doc_id"],
                expected=repr(document.id),
                do="rename the file or correct doc_id",
            ),
        )
    if raw["sha256"] != document.sha256:
        report.add(
            "P312",
            say(
                "the annotations were made on another text",
                got=raw["sha256"],
                expected=f"the document's digest {document.sha256!r}",
                do="restore the text, or annotate anew",
            ),
        )
    if raw["length"] != document.length:
        report.add(
            "P313",
            say(
                "the annotations were made on a text of another length",
                got=raw["length"],
                expected=f"{document.length} code points",
            ),
        )


def _twice(raw: JSON, report: Report) -> None:
    seen: dict[str, str] = {}
    for layer in _LAYERS:
        for item in raw[layer]:
            if item["id"] in seen:
                message = say(f"the id of {seen[item['id']]} is given again to {_KINDS[layer]}")
                report.add("P301", message, item["id"])
            else:
                seen[item["id"]] = _KINDS[layer]


def _dangling(code: str, what: str, got: str, item: str, found: Index, report: Report) -> None:
    wanted: dict[str, JSON] = {}
    if code in ("P302", "P303", "P304"):
        wanted.update(found.mentions)
    if code in ("P302", "P304"):
        wanted.update(found.events)
    if code in ("P305", "P306"):
        wanted.update(found.attributions)
    kind = next((layer for layer in _LAYERS if got in getattr(found, layer)), None)
    if kind is not None:
        expected = {"P303": "a mention", "P305": "an attribution", "P306": "an attribution"}
        report.add(
            "P307",
            say(
                f"the {what} is {_KINDS[kind]}",
                got=got,
                expected=expected.get(code, "a mention or an event"),
                nearest=nearest(got, wanted),
            ),
            item,
        )
    else:
        message = say(f"no such {what} in the document", got=got, nearest=nearest(got, wanted))
        report.add(code, message, item)


def _unknown(what: str, got: str, register: Mapping[str, Any]) -> str:
    return say(
        f"the {what} is not in the registry",
        got=got,
        nearest=nearest(got, register),
        do="correct the id or add a row to the registry",
    )
