"""TextEE's processed data (Huang et al. 2024): JSON Lines, a sentence a line, counted in tokens.

A window is a sentence, so an argument in another sentence than its trigger has no place; nor has
an argument that is an event, since arguments are entity mentions there.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parley import files, json_io
from parley.formats.source import Sentence, Source, Span, Written, placed, rest

FILE = "events.jsonl"
JSON = dict[str, Any]


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes `events.jsonl`."""
    made = Written([FILE])
    rows: list[JSON] = []
    for document in documents:
        made.lost += rest(document, "clusters", "attributions", "stances")
        windows = [_window(document, sentence) for sentence in document.sentences]
        ids: dict[tuple[int, Span], str] = {}
        mentions = document.row.get("mentions", [])
        for mention, place in zip(mentions, placed(document, _spans(mentions)), strict=True):
            if place is None:
                made.lost["mentions that are no whole tokens of a sentence"] += 1
                continue
            window = windows[place[0]]
            name = f"{window['wnd_id']}-E{len(window['entity_mentions'])}"
            ids.setdefault(place, name)
            window["entity_mentions"].append(
                {"id": name, "entity_type": mention["type"], **_place(document, place)}
            )
            made.held["mentions"] += 1
        events = document.row.get("events", [])
        for event, place in zip(events, placed(document, _spans(events)), strict=True):
            if place is None:
                made.lost["events whose trigger is no whole tokens of a sentence"] += 1
                made.lost["arguments"] += len(event["arguments"])
                continue
            window = windows[place[0]]
            arguments = []
            for argument, end in zip(
                event["arguments"], placed(document, _spans(event["arguments"])), strict=True
            ):
                if end is None or end[0] != place[0]:
                    made.lost["arguments outside the trigger's sentence"] += 1
                elif end not in ids:
                    made.lost["arguments that are events"] += 1
                else:
                    arguments.append(
                        {"entity_id": ids[end], "role": argument["role"], **_place(document, end)}
                    )
            made.held["events"] += 1
            made.held["arguments"] += len(arguments)
            window["event_mentions"].append(
                {
                    "id": f"{window['wnd_id']}-EV{len(window['event_mentions'])}",
                    "event_type": event["type"],
                    "trigger": _place(document, place),
                    "arguments": arguments,
                }
            )
        rows += windows
    files.write(out / FILE, b"".join(json_io.dumps(row) + b"\n" for row in rows))
    return made


def _window(document: Source, sentence: Sentence) -> JSON:
    return {
        "doc_id": document.doc_id,
        "wnd_id": sentence.id,
        "text": sentence.text,
        "lang": document.about["language"],
        "tokens": list(sentence.words),
        "entity_mentions": [],
        "event_mentions": [],
    }


def _spans(items: Sequence[JSON]) -> list[Span]:
    return [(item["start"], item["end"]) for item in items]


def _place(document: Source, place: tuple[int, Span]) -> JSON:
    at, (first, last) = place
    sentence = document.sentences[at]
    begin, end = sentence.tokens[first][0], sentence.tokens[last - 1][1]
    return {"text": document.text[begin:end], "start": first, "end": last}
