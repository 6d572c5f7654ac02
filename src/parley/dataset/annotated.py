"""Rows of the `documents` config, read back as annotations of the data model."""

from collections.abc import Mapping
from typing import Any

from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Event,
    Mention,
    Span,
    Stance,
)

#: The columns that `annotations` reads.
COLUMNS = (
    *("doc_id", "text", "sha256", "annotated_layers", "mentions", "events", "event_arguments"),
    *("attributions", "attribution_spans", "stances"),
)


def annotations(row: Mapping[str, Any]) -> Annotations:
    """The annotations of a row with the columns `COLUMNS`, equal to those that it was made from,
    but for their provenance, which is not published."""
    parts: dict[tuple[str, str], list[Span]] = {}
    for item in row["attribution_spans"]:
        key = item["attribution_id"], item["part"]
        parts.setdefault(key, []).append((item["start"], item["end"]))
    arguments: dict[str, list[Argument]] = {}
    for item in row["event_arguments"]:
        found = arguments.setdefault(item["event_id"], [])
        found.append(Argument(item["role"], item["target_id"]))
    return Annotations(
        row["doc_id"],
        row["sha256"],
        len(row["text"]),
        tuple(row["annotated_layers"]),
        [
            Mention(
                item["id"],
                item["start"],
                item["end"],
                item["type"],
                item["mention_type"],
                item["entity"],
                item["value"],
            )
            for item in row["mentions"]
        ],
        [
            Event(
                item["id"],
                item["start"],
                item["end"],
                item["type"],
                item["mode"],
                item["polarity"],
                item["modality"],
                item["tense"],
                item["event"],
                arguments.get(item["id"], []),
            )
            for item in row["events"]
        ],
        [
            Attribution(
                item["id"],
                parts.get((item["id"], "cue"), []),
                parts.get((item["id"], "source"), []),
                parts.get((item["id"], "content"), []),
                item["style"],
                item["kind"],
                item["source_kind"],
                item["parent_id"],
            )
            for item in row["attributions"]
        ],
        [
            Stance(
                item["id"],
                item["start"],
                item["end"],
                item["label"],
                item["target_id"],
                item["holder_id"],
                item["attribution_id"],
            )
            for item in row["stances"]
        ],
    )
