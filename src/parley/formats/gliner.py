"""GLiNER's training data (Zaratiana et al. 2024): a JSON list, a sentence an item.

`ner` holds [first token, last token, label], the last one included. Nested mentions are kept.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parley import files, json_io
from parley.formats.source import Source, Written, placed, rest

FILE = "ner.json"


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes `ner.json`."""
    made = Written([FILE])
    items: list[dict[str, Any]] = []
    for document in documents:
        made.lost += rest(document, "clusters", "events", "attributions", "stances")
        mentions = document.row.get("mentions", [])
        found: list[list[list[Any]]] = [[] for _ in document.sentences]
        spans = [(mention["start"], mention["end"]) for mention in mentions]
        for mention, place in zip(mentions, placed(document, spans), strict=True):
            if place is None:
                made.lost["mentions that are no whole tokens of a sentence"] += 1
                continue
            at, (first, last) = place
            found[at].append([first, last - 1, mention["type"]])
            made.held["mentions"] += 1
        items += [
            {"tokenized_text": list(sentence.words), "ner": ner}
            for sentence, ner in zip(document.sentences, found, strict=True)
        ]
    data = b",\n".join(json_io.dumps(item) for item in items)
    files.write(out / FILE, b"[\n" + data + b"\n]\n")
    return made
