"""Everything in a document that can be found, listed or linked to, in one form."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from parley.reader.fields import AUTHOR, COLUMNS

JSON = dict[str, Any]


class Item(NamedTuple):
    """One find: the id to link to, its span in the document (code points), words that say what it
    is, and the values of its kind's columns (`fields.COLUMNS`)."""

    anchor: str
    start: int
    end: int
    note: str
    values: Mapping[str, Any]


def items(document: JSON) -> dict[str, list[Item]]:
    """What a document holds, by kind, in the document's order; each kind of `fields.COLUMNS` is
    there."""
    mentions = {item["id"]: item for item in document["mentions"]}
    events = {item["id"]: item for item in document["events"]}
    parts: dict[str, dict[str, list[JSON]]] = {}
    for part in document["attribution_spans"]:
        parts.setdefault(part["attribution_id"], {}).setdefault(part["part"], []).append(part)
    ends = {**mentions, **events}

    def end(item: JSON | None) -> tuple[str | None, str | None]:
        """Type as a mention, type as an event."""
        if item is None:
            return None, None
        return (item["type"], None) if item["id"] in mentions else (None, item["type"])

    found: dict[str, list[Item]] = {kind: [] for kind in COLUMNS}
    for item in document["mentions"]:
        found["mention"].append(Item(item["id"], item["start"], item["end"], item["type"], item))
    for item in document["events"]:
        found["event"].append(Item(item["id"], item["start"], item["end"], item["type"], item))
    for item in document["attributions"]:
        own = parts.get(item["id"], {})
        spans = own.get("cue") or [span for group in own.values() for span in group]
        if not spans:
            continue
        source = " … ".join(span["text"] for span in own.get("source", ()))
        found["attribution"].append(
            Item(
                item["id"],
                min(span["start"] for span in spans),
                max(span["end"] for span in spans),
                f"{item['source_kind']}: {source}" if source else item["source_kind"],
                {**item, "source": item["source_entity"]},
            )
        )
    for item in document["stances"]:
        holder, target = mentions.get(item["holder_id"]), ends.get(item["target_id"])
        target_type, target_event_type = end(target)
        held = AUTHOR if item["holder_id"] is None else holder["text"] if holder else "?"
        found["stance"].append(
            Item(
                item["id"],
                item["start"],
                item["end"],
                f"{item['label']}: {held} → {target['text'] if target else '?'}",
                {
                    "label": item["label"],
                    "holder_type": AUTHOR
                    if item["holder_id"] is None
                    else holder and holder["type"],
                    "holder": holder and holder["entity"],
                    "target_type": target_type,
                    "target_event_type": target_event_type,
                    "target": target and (target.get("entity") or target.get("event")),
                },
            )
        )
    for item in document["event_arguments"]:
        event = events[item["event_id"]]
        filler_type, filler_event_type = end(ends.get(item["target_id"]))
        found["argument"].append(
            Item(
                event["id"],
                event["start"],
                event["end"],
                f"{event['type']}, {item['role']}: {item['text']}",
                {
                    "role": item["role"],
                    "event_type": event["type"],
                    "event": event["event"],
                    "filler_type": filler_type,
                    "filler_event_type": filler_event_type,
                    "filler": item["entity"],
                },
            )
        )
    for item in document["claims"]:
        event = events[item["event_id"]]
        found["claim"].append(
            Item(
                event["id"],
                event["start"],
                event["end"],
                f"{item['source'] or item['source_kind']}: {item['claimed']}",
                {
                    **item,
                    "source": item["source_entity"],
                    "words": item["source"],
                    "conflicting": "conflicting" if item["conflicting"] else None,
                },
            )
        )
    return found
