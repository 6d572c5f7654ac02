"""brat's stand-off files (Stenetorp et al. 2012; brat 1.3): DOC.txt, DOC.ann, annotation.conf.

Out. A mention is a T line; an event, an attribution (type `Cue`) and a stance are E lines with
their trigger's T line, arguments, parts and ends as roles (`actor`, `actor2`: brat numbers them);
attributes are A lines, left out at their default; an entity's id is an N line, an event's id and a
mention's value are A lines. brat wants no line end inside a line of its files, so a span over lines
is written in fragments, one a line. Our id of an annotation, its layer and, where fragments hide
them, its spans stand in a `#` line of type `Parley`, as JSON. What belongs to the document (layers,
kinds of lines, metadata) stands in parley.json, which brat does not read. So nothing is lost.

In: `parley.formats.brat_read`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parley import files, json_io, ontology
from parley.document import Annotations, Span
from parley.formats.brat_read import ABOUT, FORMAT, NORM, NOTE, OPTIONS, fragments, read
from parley.formats.source import Source, Written
from parley.formats.standoff import PARTS, STANCE, Link, Mark, of

__all__ = ["OPTIONS", "export", "read"]

JSON = dict[str, Any]
_FREE = re.compile(r"\S+")


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes DOC.txt and DOC.ann for each document, annotation.conf, visual.conf, parley.json."""
    made = Written()
    about: JSON = {}
    values: dict[str, set[str]] = {}
    for document in documents:
        lines = _lines(document.annotations, document.text, made, values)
        files.write(out / f"{document.doc_id}.txt", document.text.encode())
        files.write(out / f"{document.doc_id}.ann", "".join(f"{line}\n" for line in lines).encode())
        made.files += [f"{document.doc_id}.txt", f"{document.doc_id}.ann"]
        about[document.doc_id] = _about(document)
    scheme = ontology.load()
    files.write(out / "annotation.conf", _configuration(scheme, values).encode())
    files.write(out / "visual.conf", _visual(scheme).encode())
    head = {"format": FORMAT, "documents": about}
    files.write(out / ABOUT, json_io.dumps(head, pretty=True))
    made.files += ["annotation.conf", "visual.conf", ABOUT]
    return made


def _about(document: Source) -> JSON:
    told = document.about
    row = {
        "layers": list(document.annotations.layers),
        "story": told.get("story"),
        "title": told.get("title"),
        "published": told.get("published_text"),
        "form": told.get("form"),
        "status": told.get("status"),
        "language": told.get("language"),
        "source": told.get("source"),
        "section": told.get("section"),
        "facts": " ".join(told.get("facts") or ()) or None,
    }
    row = {key: value for key, value in row.items() if value is not None}
    row["paragraphs"] = [[part.start, part.end, part.kind] for part in document.paragraphs]
    return row


def _lines(
    annotations: Annotations, text: str, made: Written, values: dict[str, set[str]]
) -> list[str]:
    """The lines of a document's .ann file, T lines first; adds free values of attributes to
    `values`."""
    writer = _Writer(text, values)
    marks, links = of(annotations)
    by_head: dict[str, list[Link]] = {}
    for link in links:
        by_head.setdefault(link.head, []).append(link)
    for mark in marks:
        writer.mark(mark)
        made.held[f"{mark.layer} marks"] += 1
    for mark in marks:
        if mark.id in writer.events:
            writer.event(mark, by_head.get(mark.id, []))
        writer.further(mark)
    made.held["links"] += len(links)
    return writer.spans + writer.others


class _Writer:
    """Numbers lines as brat does: a running number for each letter."""

    def __init__(self, text: str, values: dict[str, set[str]]) -> None:
        self.text = text
        self.values = values
        self.spans: list[str] = []
        self.others: list[str] = []
        self.numbers: Counter[str] = Counter()
        #: Our id -> the id of its T line, and of its E line; further cue parts that no fragments
        #: can be, by our id.
        self.bound: dict[str, str] = {}
        self.events: dict[str, str] = {}
        self.rest: dict[str, list[str]] = {}
        self.defaults = {name: known.default for name, known in ontology.load().attributes.items()}

    def number(self, letter: str) -> str:
        self.numbers[letter] += 1
        return f"{letter}{self.numbers[letter]}"

    def mark(self, mark: Mark) -> None:
        spans, rest = _apart(mark.spans)
        self.bound[mark.id] = self.bind(mark.label, spans)
        self.rest[mark.id] = [self.bind(mark.label, [span]) for span in rest]
        heads = (PARTS["cue"], STANCE)
        if mark.layer == "event" or (mark.layer != "entity" and mark.label in heads):
            self.events[mark.id] = self.number("E")

    def bind(self, label: str, spans: Sequence[Span]) -> str:
        """A T line over spans, in fragments of one line each."""
        name = self.number("T")
        parts = [part for span in spans for part in fragments(self.text, span)]
        words = " ".join(self.text[start:end] for start, end in parts)
        places = ";".join(f"{start} {end}" for start, end in parts)
        self.spans.append(f"{name}\t{label} {places}\t{words}")
        return name

    def event(self, mark: Mark, links: Sequence[Link]) -> None:
        roles: Counter[str] = Counter()
        found = [f"{mark.label}:{self.bound[mark.id]}"]
        ends = [(link.label, self.name(link.tail)) for link in links]
        ends += [("cue", part) for part in self.rest[mark.id]]
        for role, end in ends:
            roles[role] += 1
            number = "" if roles[role] == 1 else str(roles[role])
            found.append(f"{role}{number}:{end}")
        self.others.append(f"{self.events[mark.id]}\t{' '.join(found)}")

    def name(self, item: str) -> str:
        """What other lines call an annotation: its E line where it has one."""
        return self.events.get(item, self.bound[item])

    def further(self, mark: Mark) -> None:
        """The attributes of a mark, and the notes that hold our ids."""
        name = self.name(mark.id)
        own, rest = _apart(mark.spans)
        hidden: dict[str, str] = {}
        for key, value in mark.attributes.items():
            if self.defaults.get(key) == value:
                continue
            if not _FREE.fullmatch(value):
                hidden[key] = value
            elif key == "entity" and mark.layer == "entity":
                start, end = mark.spans[0]
                words = " ".join(self.text[start:end].split())
                self.others.append(f"{self.number('N')}\t{NORM} {name} {key}:{value}\t{words}")
            else:
                self.values.setdefault(key, set()).add(value)
                self.others.append(f"{self.number('A')}\t{key} {name} {value}")
        self.note(name, mark.id, mark.layer, own, hidden)
        for number, (part, span) in enumerate(zip(self.rest[mark.id], rest, strict=True), 2):
            self.note(part, f"{mark.id}-k{number}", mark.layer, [span], {})

    def note(
        self, name: str, item: str, layer: str, spans: Sequence[Span], hidden: dict[str, str]
    ) -> None:
        told: JSON = {"id": item, "layer": layer}
        if [part for span in spans for part in fragments(self.text, span)] != spans:
            told["spans"] = spans
        if hidden:
            told["attributes"] = hidden
        self.others.append(f"{self.number('#')}\t{NOTE} {name}\t{json_io.dumps(told).decode()}")


def _apart(spans: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """Spans in text order that do not overlap, and those that do: brat refuses such fragments."""
    kept: list[Span] = []
    rest: list[Span] = []
    for span in spans:
        (rest if kept and span[0] < kept[-1][1] else kept).append(span)
    return kept, rest


def _configuration(scheme: ontology.Ontology, values: dict[str, set[str]]) -> str:
    """annotation.conf: types, roles and attributes of the ontology.

    `values` are those that free attributes have in these documents, since brat lists values.
    """
    mentions = "|".join(scheme.names("entity"))
    events = "|".join(scheme.names("event"))
    cue = PARTS["cue"]
    of_kind = {"mention": mentions, "event": events}

    def range_(kinds: Sequence[str]) -> str:
        return "|".join(of_kind[kind] for kind in kinds)

    roles = ", ".join(f"{role.name}*:{range_(role.range)}" for role in scheme.roles)
    parts = ", ".join(f"{link.name}*:{PARTS[link.name]}" for link in scheme.links)
    ends = ", ".join(f"{link.name}?:{range_(link.range)}" for link in scheme.stance_links)
    owners = {"entity": mentions, "event": events, "attribution": cue, "stance": STANCE}
    free = {"value": "entity", "event": "event", "mode": "event"}
    lines = [
        "[entities]",
        *scheme.names("entity"),
        *(PARTS[part] for part in ("source", "content")),
    ]
    lines += ["[relations]", "[events]"]
    lines += [f"{name}\t{roles}" for name in scheme.names("event")]
    lines += [f"{cue}\t{parts}", f"{STANCE}\t{ends}", "[attributes]"]
    for name, known in scheme.attributes.items():
        lines.append(f"{name}\tArg:{owners[known.layer]}, Value:{'|'.join(known.values)}")
    for name, layer in free.items():
        found = [*scheme.modes()] if name == "mode" else sorted(values.get(name, ()))
        good = [value for value in found if not re.search(r"[|,:]", value)]
        if good:
            lines.append(f"{name}\tArg:{owners[layer]}, Value:{'|'.join(good)}")
    return "\n".join(lines) + "\n"


def _visual(scheme: ontology.Ontology) -> str:
    """visual.conf: the ontology's colours."""
    lines = ["[labels]", "[drawing]"]
    lines += [
        "SPAN_DEFAULT\tfgColor:black, bgColor:lightgray, borderColor:darken",
        "ARC_DEFAULT\tcolor:black, arrowHead:triangle-5",
        "ATTRIBUTE_DEFAULT\tglyph:*",
    ]
    for layer in ontology.LAYERS:
        lines += [
            f"{label.name}\tbgColor:{label.color}" for label in scheme.labels(layer) if label.color
        ]
    return "\n".join(lines) + "\n"
