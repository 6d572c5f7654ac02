"""brat's stand-off files (Stenetorp et al. 2012; brat 1.3): DOC.txt, DOC.ann, annotation.conf.

Out. A mention is a T line; an event, an attribution (type `Cue`) and a stance are E lines with
their trigger's T line, arguments, parts and ends as roles (`actor`, `actor2`: brat numbers them);
attributes are A lines, left out at their default; an entity's id is an N line, an event's id and a
mention's value are A lines. brat wants no line end inside a line of its files, so a span over lines
is written in fragments, one a line. Our id of an annotation, its layer and, where fragments hide
them, its spans stand in a `#` line of type `Parley`, as JSON. What belongs to the document (layers,
kinds of lines, metadata) stands in parley.json, which brat does not read. So nothing is lost.

In. Whatever brat 1.3 reads, and files of the BioNLP Shared Task (.a1, .a2, .rel, .co): T, E, R, A,
M, N, `*` and `#` lines. Fragments parted by white space alone are one span. A line that cannot be
read is a fault at its place. Offsets are given as they stand.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from parley import files, json_io, ontology
from parley.document import Annotations, Paragraph, Span
from parley.formats.source import Source, Written
from parley.formats.standoff import PARTS, STANCE, Link, Mark, Standoff, of
from parley.incidents import Incident, say, stop

JSON = dict[str, Any]
ABOUT = "parley.json"
FORMAT = "parley-brat/1"
#: Options of `read`, which mapping files may give.
OPTIONS = ("texts", "annotator")
#: Endings of annotation files, those of one document read together, in this order.
ENDINGS = (".ann", ".a1", ".a2", ".rel", ".co")
#: The type of the note that holds what brat has no place for.
NOTE = "Parley"
#: Where a reader of lines breaks them (str.splitlines, as brat's).
_BREAK = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_FREE = re.compile(r"\S+")
_NORM = "Reference"


# ---------------------------------------------------------------------- out
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
                self.others.append(f"{self.number('N')}\t{_NORM} {name} {key}:{value}\t{words}")
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


def fragments(text: str, span: Span) -> list[Span]:
    """A span as the parts of it that stand on one line each, trimmed."""
    found = []
    start = span[0]
    ends = [*_BREAK.finditer(text, *span), None]
    for match in ends:
        end = match.start() if match else span[1]
        words = text[start:end]
        if words.strip():
            begin = start + len(words) - len(words.lstrip())
            found.append((begin, begin + len(words.strip())))
        start = match.end() if match else end
    return found


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


# ---------------------------------------------------------------------- in
def read(path: Path, *, texts: str = "", annotator: str = "") -> Iterator[Standoff]:
    """The documents of an annotation file, or of all of them under a folder.

    `texts` is the folder of the texts, from that of the annotations (default: the same). Of a
    file's name, the group of the regular expression `annotator` is who annotated, and what it
    matches is no part of the document's name.

    Raises `IncidentError`: I001 where nothing can be read at all.
    """
    if path.is_dir():
        found = sorted(item for item in path.rglob("*") if item.suffix in ENDINGS)
        root = path
    else:
        found, root = [path.with_suffix(".ann") if path.suffix == ".txt" else path], path.parent
    if not found or not found[0].is_file():
        raise stop(
            "I001", path.as_posix(), "no annotation files", expected="DOC.ann beside DOC.txt"
        )
    whole: dict[Path, list[Path]] = {}
    for item in found:
        whole.setdefault(item.with_suffix(""), []).append(item)
    abouts: dict[Path, JSON] = {}
    for stem, parts in whole.items():
        parts.sort(key=lambda item: ENDINGS.index(item.suffix))
        yield _document(stem, parts, root, texts, annotator, abouts)


def _document(
    stem: Path, parts: list[Path], root: Path, texts: str, annotator: str, abouts: dict[Path, JSON]
) -> Standoff:
    name, who = stem.name, ""
    match = re.search(annotator, name) if annotator else None
    if match:
        name, who = name[: match.start()] + name[match.end() :], match[1] or ""
    folder = stem.parent / texts if texts else stem.parent
    text_file = folder / f"{name}.txt"
    inner = stem.parent.relative_to(root).as_posix()
    out = Standoff("/".join(part for part in (inner, name) if part != "."), "", annotator=who)
    reader = _Reader(out)
    out.text = reader.text(text_file, root)
    for part in parts:
        reader.lines(part, _shown(part, root))
    reader.finish()
    if folder not in abouts:
        abouts[folder] = _abouts(folder / ABOUT)
    _tell(out, abouts[folder].get(name))
    return out


def _shown(path: Path, root: Path) -> str:
    """A file as reports name it: from the folder that was asked for, with forward slashes."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def _abouts(path: Path) -> JSON:
    """What our own export says of its documents; nothing where another made the folder."""
    if not path.is_file():
        return {}
    try:
        raw = json_io.loads(path.read_bytes())
    except json_io.JsonError:
        return {}
    found = raw.get("documents") if isinstance(raw, dict) and raw.get("format") == FORMAT else None
    return found if isinstance(found, dict) else {}


def _tell(out: Standoff, told: Any) -> None:
    if not isinstance(told, dict):
        return
    layers = told.get("layers")
    if isinstance(layers, list):
        out.layers = tuple(layer for layer in ontology.LAYERS if layer in layers)
    out.about = {
        key: value
        for key, value in told.items()
        if key not in ("layers", "paragraphs") and isinstance(value, str)
    }
    parts = told.get("paragraphs")
    for part in parts if isinstance(parts, list) else ():
        match part:
            case [int(start), int(end), str(kind)]:
                out.paragraphs.append(Paragraph(start, end, kind))


@dataclass(slots=True)
class _Line:
    """A line of an .ann file: its id, its data, the tail behind the second tab (None: none)."""

    where: tuple[str, int]
    id: str
    data: str
    tail: str | None

    @property
    def place(self) -> str:
        return f"{self.where[0]}:{self.where[1]}"


@dataclass(slots=True)
class _Bound:
    line: _Line
    label: str
    spans: list[Span]


@dataclass(slots=True)
class _Reader:
    """Reads the lines of one document; everything on them becomes a mark, link, attribute or
    fault."""

    out: Standoff
    bound: dict[str, _Bound] = field(default_factory=dict)
    events: dict[str, tuple[_Line, str, str, list[tuple[str, str]]]] = field(default_factory=dict)
    others: list[_Line] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    #: By the ids of the file; a trigger's mark is its event's.
    marks: dict[str, Mark] = field(default_factory=dict)
    #: Fragments as they stand.
    given: dict[str, list[Span]] = field(default_factory=dict)

    def fault(self, code: str, line: _Line, what: str, **more: Any) -> None:
        self.out.faults.append(
            Incident(code, line.where[0], say(what, **more), line.where[1], None, line.id or None)
        )

    def text(self, path: Path, root: Path) -> str:
        """The document's text with its own line ends; a fault where there is none."""
        shown = _shown(path, root)
        try:
            return path.read_bytes().decode()
        except OSError as error:
            message = say(
                f"the text of the annotations cannot be read: {error.strerror}",
                expected=f"{path.name} beside them, or a mapping with [files] texts",
            )
        except UnicodeDecodeError as error:
            message = say(f"not UTF-8 at byte {error.start}", do="save the text as UTF-8")
        self.out.faults.append(Incident("I001", shown, message))
        return ""

    def lines(self, path: Path, shown: str) -> None:
        """Sorts the lines of a file: T lines and E lines by id, the others as they come."""
        try:
            data = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else f"not UTF-8: {error.reason}"
            self.out.faults.append(Incident("I001", shown, say(f"cannot be read: {reason}")))
            return
        for number, raw in enumerate(data.replace("\r\n", "\n").split("\n"), 1):
            if not raw.strip():
                continue
            name, _, rest = raw.partition("\t")
            first, tab, tail = rest.partition("\t")
            line = _Line((shown, number), name, first.strip(" "), tail if tab else None)
            self.line(line, raw)

    def line(self, line: _Line, raw: str) -> None:
        letter = line.id[:1]
        if letter == "*":
            self.others.append(line)
            return
        if letter not in ("T", "E", "R", "A", "M", "N", "#") or not re.fullmatch(
            r"(?:[A-Z]|#[A-Za-z]*)[0-9]+\S*", line.id
        ):
            line.id = ""
            self.fault(
                "I002", line, "no annotation line", got=raw, expected="an id such as T1, and a tab"
            )
            return
        if line.id in self.seen:
            self.fault("I003", line, "an id that is given already", got=line.id)
            return
        self.seen.add(line.id)
        if letter == "T":
            self.bind(line)
        elif letter == "E":
            self.event(line)
        else:
            self.others.append(line)

    def bind(self, line: _Line) -> None:
        label, _, places = line.data.partition(" ")
        spans: list[Span] = []
        for part in places.split(";"):
            match = re.fullmatch(r" *(-?[0-9]{1,18}) +(-?[0-9]{1,18}) *", part)
            if match is None:
                self.fault(
                    "I002",
                    line,
                    "no span",
                    got=line.data,
                    expected="TYPE START END, fragments parted by ;",
                )
                return
            spans.append((int(match[1]), int(match[2])))
        self.bound[line.id] = _Bound(line, label, spans)

    def event(self, line: _Line) -> None:
        pairs = [part.partition(":") for part in line.data.split()]
        if not pairs or not all(name and colon and end for name, colon, end in pairs):
            self.fault(
                "I002",
                line,
                "no event",
                got=line.data,
                expected="TYPE:TRIGGER, then ROLE:ID for each argument",
            )
            return
        (label, _, trigger), *ends = pairs
        self.events[line.id] = (line, label, trigger, [(role, end) for role, _, end in ends])

    # ------------------------------------------------------------------ once all lines are known
    def finish(self) -> None:
        """Makes marks of spans and events, and puts on them what the other lines say."""
        out = self.out
        heads: dict[str, str] = {}
        for name, (_, _, trigger, _) in self.events.items():
            heads.setdefault(trigger, name)
        for name, found in self.bound.items():
            if name not in heads:
                self.mark(name, found.label, found, found.line)
        for name, (line, label, trigger, ends) in self.events.items():
            if trigger not in self.bound:
                self.fault("I004", line, "an event whose trigger is not there", got=trigger)
                continue
            self.mark(name, label, self.bound[trigger], line)
            out.links += [Link(name, end, role, line.place) for role, end in ends]
        # What is said of a trigger is said of its event.
        for trigger, name in heads.items():
            if name in self.marks:
                self.marks.setdefault(trigger, self.marks[name])
        for line in self.others:
            letter = line.id[0]
            if letter in "AM":
                self.attribute(line)
            elif letter == "N":
                self.norm(line)
            elif letter == "R":
                self.relation(line)
            elif letter == "*":
                self.equal(line)
            else:
                self.note(line)
        for link in out.links:
            link.head, link.tail = (
                self.marks[end].id if end in self.marks else end for end in (link.head, link.tail)
            )

    def mark(self, name: str, label: str, found: _Bound, line: _Line) -> None:
        spans = _joined(found.spans, self.out.text)
        self.marks[name] = Mark(name, "", label, spans, {}, line.place, found.line.tail)
        self.given[name] = found.spans
        self.out.marks.append(self.marks[name])

    def target(self, line: _Line, name: str) -> Mark | None:
        found = self.marks.get(name)
        if found is None:
            self.fault("I004", line, "about an annotation that is not there", got=name)
        return found

    def attribute(self, line: _Line) -> None:
        parts = line.data.split(" ", 2)
        if len(parts) < 2 or not all(parts):
            self.fault("I002", line, "no attribute", got=line.data, expected="NAME ID [VALUE]")
        else:
            self.set(line, parts[1], parts[0], parts[2] if len(parts) > 2 else "true")

    def set(self, line: _Line, name: str, key: str, value: str) -> None:
        found = self.target(line, name)
        if found is None:
            return
        if key in found.attributes:
            self.fault("I003", line, "an attribute that is given already", got=key)
        else:
            found.attributes[key] = value

    def norm(self, line: _Line) -> None:
        # The BioNLP Shared Task of 2013 names the two, in either order.
        data = re.sub(
            r"^(\S+) Referent:(\S+) Annotation:(\S+)$", r"\1 Annotation:\3 Referent:\2", line.data
        )
        data = re.sub(r"^(\S+) Annotation:(\S+) Referent:(\S+)$", r"\1 \2 \3", data)
        match = re.fullmatch(r"(\S+) (\S+) ([^\s:]+):(\S+)", data)
        if match is None:
            self.fault(
                "I002", line, "no normalization", got=line.data, expected="Reference ID DB:ENTRY"
            )
            return
        key = "entity" if match[1] == _NORM else match[1]
        # Our own ids, and Wikidata's, say enough; for any other the base is part of the name.
        bare = match[3] == "entity" or match[3].casefold() == "wikidata"
        self.set(line, match[2], key, match[4] if bare else f"{match[3]}:{match[4]}")

    def relation(self, line: _Line) -> None:
        label, *ends = line.data.split() or [""]
        pairs = [end.partition(":") for end in ends]
        if len(pairs) != 2 or not all(colon and end for _, colon, end in pairs):
            self.fault("I002", line, "no relation", got=line.data, expected="TYPE Arg1:ID Arg2:ID")
            return
        if [name for name, _, _ in pairs] == ["Arg2", "Arg1"]:
            pairs.reverse()
        self.out.links.append(Link(pairs[0][2], pairs[1][2], label, line.place))

    def equal(self, line: _Line) -> None:
        """An equivalence: a link from each member to the next."""
        label, *members = line.data.split() or [""]
        if len(members) < 2:
            self.fault("I002", line, "no equivalence", got=line.data, expected="TYPE ID ID")
            return
        self.out.links += [
            Link(first, second, label, line.place) for first, second in pairwise(members)
        ]

    def note(self, line: _Line) -> None:
        kind, _, name = line.data.partition(" ")
        found = self.target(line, name.strip())
        if found is None:
            return
        words = (line.tail or "").strip()
        if kind == NOTE and self.own(found, name.strip(), words):
            return
        known = found.attributes.get("note")
        found.attributes["note"] = words if known is None else f"{known} / {words}"

    def own(self, mark: Mark, name: str, words: str) -> bool:
        """Whether a note is one of ours; if so its mark gets id, layer and exact spans.

        Spans count only while the fragments are those that were written for them: somebody may have
        moved the annotation in brat.
        """
        try:
            told = json_io.loads(words.encode())
        except json_io.JsonError:
            return False
        if not isinstance(told, dict) or not isinstance(told.get("id"), str):
            return False
        mark.id = told["id"]
        if told.get("layer") in ontology.LAYERS:
            mark.layer = told["layer"]
        hidden = told.get("attributes")
        if isinstance(hidden, dict):
            mark.attributes |= {key: str(value) for key, value in hidden.items()}
        given = self.given.get(name, [])
        listed = told.get("spans")
        spans = [
            (one[0], one[1])
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, list) and len(one) == 2 and all(type(at) is int for at in one)
        ]
        parts = [part for span in spans for part in fragments(self.out.text, span)]
        mark.spans = spans if spans and parts == given else sorted(given)
        return True


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Spans in text order, those that nothing but white space parts as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and found[-1][1] <= start and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
