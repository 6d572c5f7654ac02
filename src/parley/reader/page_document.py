"""The page of one document: its text as HTML, and its annotations as data that scripts draw.

The text stands in the page once, readable without scripts. What is embedded beside it holds no
words of it: annotations are short arrays of offsets (code points of the document's text, end
exclusive) and of places in one list of words; scripts cut the words out of the page's text.

A **reading** is one side's annotations as `parley.document.to_dict` has them (mentions, events with
arguments, attributions, stances), where the end of an argument or stance is an id or, where no
annotation stands there, a span. `reading` makes it of a document, `parley.reader.compare` of what
others said.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import orjson

from parley.files import is_id
from parley.markup import escaped
from parley.ontology import LAYERS, Ontology

if TYPE_CHECKING:
    from parley.reader.data import Corpus, Head

JSON = dict[str, Any]
STYLES = ("document.css",)
SCRIPTS = (
    "labels.js",
    "document_data.js",
    "document_marks.js",
    "document_panel.js",
    "document.js",
)
#: Annotation layer -> the key of its list in a reading.
LISTS = dict(zip(LAYERS, ("mentions", "events", "attributions", "stances"), strict=True))
#: Characters that shape words and turn no direction: joiners, soft hyphens, tags of flags.
_SHAPING = re.compile("([\u00ad\u200b-\u200d\u2060\U000e0020-\U000e007f]+)")


def page(corpus: "Corpus", document: JSON, comparison: JSON | None = None) -> str:
    """The page of a document (`parley.reader.data.document`).

    `comparison` is what `parley.reader.compare` found for it: then two readers stand side by side.
    """
    from parley.reader import shell

    here = f"documents/{document['doc_id']}.html"
    return shell.page(
        corpus,
        here,
        document["title"] or document["doc_id"],
        body(corpus, document, here),
        scripts=SCRIPTS,
        styles=STYLES,
        data=embedded(corpus, document, comparison),
        wide=True,
    )


def labels(scheme: Ontology) -> bytes:
    """`assets/labels.js`: what the scheme says of its labels, once for all pages.

    Types of mentions have (colour, meaning), the rest their meaning; orders are the scheme's.
    """
    found: JSON = {
        "entity": {label.name: [label.color, label.definition] for label in scheme.entity},
        "event": {label.name: label.definition for label in scheme.event},
        "role": {role.name: role.definition for role in scheme.roles},
        "label": dict.fromkeys(scheme.values("label"), scheme.attributes["label"].definition),
    }
    return b"window.ParleyLabels = " + orjson.dumps(found) + b";\n"


# ------------------------------------------------------------------------------------- the markup
def body(corpus: "Corpus", document: JSON, here: str) -> str:
    """The content of the page: head, text, and the places that scripts fill."""
    titled = any(row["kind"] == "title" for row in document["paragraphs"])
    heading = "" if titled else f"<h1>{escaped(document['title'] or document['doc_id'])}</h1>\n"
    language = escaped(document["language"])
    return (
        f'<div class="doc-head">\n{heading}{_head(corpus, document, here)}</div>\n'
        '<div class="tools" id="tools" hidden></div>\n'
        '<div id="document">\n'
        f'<article class="text" id="text" lang="{language}" dir="auto">'
        f"{''.join(_paragraphs(corpus, document))}</article>\n"
        '<aside id="panel" aria-label="Annotations"><noscript><p>Annotations are drawn by a '
        f'script; without it, they are in <a href="{escaped(document["doc_id"])}.json">'
        "the document’s JSON</a>.</p></noscript></aside>\n</div>"
    )


def _head(corpus: "Corpus", document: JSON, here: str) -> str:
    from parley.reader.shell import link

    story = document["story"]
    story_page = f"stories/{story}.html"
    day = document["published"]
    where = [
        link(here, story_page, corpus.story_title(story))
        if is_id(story)
        else escaped(corpus.story_title(story)),
        escaped(document["form"]),
        f'<time datetime="{escaped(day)}">{_moment(day)}</time>',
    ]
    layers = [LISTS[name] for name in LAYERS if name in document["annotated_layers"]]
    facts = [
        ("source", document["source"]),
        ("section", document["section"]),
        ("split", document["split"]),
        ("layers", ", ".join(layers) or "none annotated"),
        ("status", None if document["status"] == "open" else document["status"]),
        ("version", document["version"]),
    ]
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{escaped(value)}</dd></div>" for name, value in facts if value
    )
    before, after = corpus.around(document["doc_id"])
    links = [
        link(here, f"documents/{document['doc_id']}.json", "JSON"),
        *_neighbour(here, "Previous", before),
        *_neighbour(here, "Next", after),
    ]
    return (
        f'<p class="where">{" · ".join(where)}</p>\n<dl class="facts">{rows}</dl>\n'
        f'<p class="links">{"".join(f"<span>{item}</span>" for item in links)}</p>\n'
    )


def _neighbour(here: str, word: str, head: "Head | None") -> list[str]:
    from parley.reader.shell import link

    if head is None:
        return []
    rel = 'rel="prev"' if word == "Previous" else 'rel="next"'
    return [f"{word}: {link(here, f'documents/{head.id}.html', head.title, attributes=rel)}"]


def _moment(published: str) -> str:
    """`2024-08-17T14:05:30+03:00` as people write it; a date stays a date."""
    day, _, time = published.partition("T")
    return escaped(day if not time else f"{day}, {time[:5]} {_offset(time)}".rstrip())


def _offset(time: str) -> str:
    found = re.search(r"Z$|[+-]\d\d:\d\d$", time)
    return "" if not found else "UTC" if found[0] in ("Z", "+00:00") else f"UTC{found[0]}"


def _paragraphs(corpus: "Corpus", document: JSON) -> Iterable[str]:
    """Each paragraph as an element without anything around it: scripts count on that."""
    text = document["text"]
    headed = False
    for row in document["paragraphs"]:
        kind, words = row["kind"], text_of(text[row["start"] : row["end"]])
        tag = "p"
        if kind == "title":
            tag, headed = ("h2" if headed else "h1"), True
        elif kind == "subhead":
            tag = "h2"
        aside = not corpus.paragraph_kinds.get(kind, True)
        names = " ".join([*([] if kind == "body" else [kind]), *(["aside"] if aside else [])])
        named = f' class="{escaped(names)}"' if names else ""
        yield f"<{tag}{named}>{words}</{tag}>"


def text_of(words: str) -> str:
    """Words of an article as markup, one character for each code point.

    As `escaped`, but what shapes words stays: without joiners, an emoji or a Persian word would not
    be what the article has.
    """
    parts = _SHAPING.split(words)
    return "".join(part if at % 2 else escaped(part) for at, part in enumerate(parts))


# --------------------------------------------------------------------------------------- the data
class _Words:
    """A list of words without repetition, and the place of each."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def __call__(self, word: str | None) -> int | None:
        return None if word is None else self.places.setdefault(word, len(self.places))


def embedded(corpus: "Corpus", document: JSON, comparison: JSON | None = None) -> JSON:
    """What scripts read: see `document_data.js` for the rows."""
    words = _Words()
    first = (comparison or {}).get("first") or reading(document)
    sides = [first] if comparison is None else [first, comparison["second"]]
    text, paragraphs = document["text"], document["paragraphs"]
    gaps = {}
    for at, (row, after) in enumerate(pairwise(paragraphs)):
        gap = text[row["end"] : after["start"]]
        if gap.strip("\n"):
            gaps[str(at)] = gap
    entities = sorted(
        {item["entity"] for side in sides for item in side["mentions"] if item.get("entity")}
        | {
            item["source_entity"]
            for side in sides
            for item in side["attributions"]
            if item.get("source_entity")
        }
    )
    events = sorted(
        {item["event"] for side in sides for item in side["events"] if item.get("event")}
    )
    story = document["story"]
    made: JSON = {
        "outlet": "This article",
        "story": story if is_id(story) else None,
        "layers": [LISTS[name] for name in LAYERS if name in document["annotated_layers"]],
        "p": [edge for row in paragraphs for edge in (row["start"], row["end"])],
        "s": [edge for row in document["sentences"] for edge in (row["start"], row["end"])],
        "sides": [compact(side, words) for side in sides],
        "c": [
            [
                row["event_id"],
                row["attribution_id"],
                words(row["claimed"]),
                words(row["via"]),
                int(row["conflicting"]),
            ]
            for row in document["claims"]
        ]
        if not (comparison or {}).get("first")
        else [],
        "n": {
            key: corpus.entity_name(key)
            for key in entities
            if key in corpus.entities and is_id(key)
        },
        "v": {
            key: [_story_of(corpus, document, key), corpus.event_name(key)]
            for key in events
            if key in corpus.events
        },
    }
    if gaps:
        made["g"] = gaps
    if comparison is not None:
        made["layers"] = comparison["layers"]
        made["compare"] = {key: comparison[key] for key in ("names", "kinds", "items")}
    made["w"] = list(words.places)
    return made


def _story_of(corpus: "Corpus", document: JSON, event: str) -> str | None:
    """The story on whose page an event of the register surely stands: that of the document, or one
    that has a page because the event is claimed."""
    story = corpus.events[event].get("story")
    claimed = any(row["event"] == event for row in document["claims"])
    return story if is_id(story) and (claimed or story == document["story"]) else None


def reading(document: Mapping[str, Any]) -> JSON:
    """A document's own annotations as a reading."""
    arguments: dict[str, list[JSON]] = {}
    for row in document["event_arguments"]:
        argument = {"role": row["role"], "target": row["target_id"]}
        arguments.setdefault(row["event_id"], []).append(argument)
    parts: dict[tuple[str, str], list[list[int]]] = {}
    for row in document["attribution_spans"]:
        key = row["attribution_id"], row["part"]
        parts.setdefault(key, []).append([row["start"], row["end"]])
    return {
        "mentions": document["mentions"],
        "events": [
            {**row, "arguments": arguments.get(row["id"], [])} for row in document["events"]
        ],
        "attributions": [
            {
                **row,
                "parent": row["parent_id"],
                **{part: parts.get((row["id"], part), []) for part in ("source", "cue", "content")},
            }
            for row in document["attributions"]
        ],
        "stances": [
            {
                **row,
                "holder": row["holder_id"],
                "target": row["target_id"],
                "attribution": row["attribution_id"],
            }
            for row in document["stances"]
        ],
    }


def compact(side: JSON, words: _Words) -> dict[str, list[list[Any]]]:
    """A reading as rows of short values; names are places in `words`."""

    def flat(spans: Iterable[Iterable[int]]) -> list[int]:
        return [edge for span in spans for edge in span]

    return {
        "m": [
            _cut(
                row["id"],
                row["start"],
                row["end"],
                words(row["type"]),
                words(row.get("mention_type")),
                words(row.get("entity")),
                words(row.get("value")),
            )
            for row in side["mentions"]
        ],
        "e": [
            [
                row["id"],
                row["start"],
                row["end"],
                words(row["type"]),
                words(row.get("mode")),
                words(row.get("polarity")),
                words(row.get("modality")),
                words(row.get("tense")),
                words(row.get("event")),
                [[words(item["role"]), item["target"]] for item in row["arguments"]],
            ]
            for row in side["events"]
        ],
        "a": [
            _cut(
                row["id"],
                flat(row["source"]),
                flat(row["cue"]),
                flat(row["content"]),
                row["parent"],
                words(row.get("style")),
                words(row.get("kind")),
                words(row.get("source_kind")),
                words(row.get("source_entity")),
            )
            for row in side["attributions"]
        ],
        "s": [
            [
                row["id"],
                row["start"],
                row["end"],
                words(row["label"]),
                row["holder"],
                row["target"],
                row["attribution"],
            ]
            for row in side["stances"]
        ],
    }


def _cut(*values: Any) -> list[Any]:
    """Values without the Nones at the end."""
    row = list(values)
    while row and row[-1] is None:
        row.pop()
    return row
