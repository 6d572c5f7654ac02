"""brat's stand-off files, read: whatever brat 1.3 reads (Stenetorp et al. 2012), and files of the
BioNLP Shared Task (.a1, .a2, .rel, .co).

T, E, R, A, M, N, `*` and `#` lines. Fragments that white space on one line parts are one span;
those on several lines are several, since no span goes over a paragraph's end. Fragments stay in the
file's order, as do the words that it shows. A line that cannot be read is a fault at its place.
Offsets are given as they stand.

T lines are read at once, all others when every T and E line is known: what hangs on them may stand
before them. The usual form of a line is read by `str.split` alone, any other by expressions.
"""

import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from parley import json_io, ontology
from parley.document import Paragraph, Span
from parley.formats.standoff import Link, Mark, Standoff
from parley.incidents import Incident, say, stop
from parley.memory import uncollected

JSON = dict[str, Any]
ABOUT = "parley.json"
FORMAT = "parley-brat/1"
#: Options of `read`, which mapping files may give.
OPTIONS = ("texts", "annotator", "published")
#: Endings of annotation files, those of one document read together, in this order.
ENDINGS = (".ann", ".a1", ".a2", ".rel", ".co")
#: The type of the note that holds what brat has no place for, of the line that holds an id.
NOTE, NORM = "Parley", "Reference"

#: Where a reader of lines breaks them (str.splitlines, as brat's).
_BREAK = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_ID = re.compile(r"(?:[TERAMN]|#[A-Za-z]*)[0-9]+\S*")
_SPAN = re.compile(r" *(-?[0-9]{1,18}) +(-?[0-9]{1,18}) *")
#: A note of ours that says no more than id and layer, as most do.
_SHORT = re.compile(r'\{"id":"([^"\\\x00-\x1f]*)","layer":"([a-z]*)"\}')
#: The BioNLP Shared Task of 2013 names the two parts of a normalization, in either order.
_NAMED = re.compile(r"(\S+) (?:Annotation:(\S+) Referent:(\S+)|Referent:(\S+) Annotation:(\S+))")
_DIGITS = 18


def read(
    path: Path, *, texts: str = "", annotator: str = "", published: str = ""
) -> Iterator[Standoff]:
    """The documents of an annotation file, or of all of them under a folder.

    `texts` is the folder of the texts, from that of the annotations (default: the same). Of a
    file's name, the group of the regular expression `annotator` is who annotated, and what it
    matches is no part of the document's name; the group of `published` is the publication date.

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
    _folders.cache_clear()
    _texts.cache_clear()
    abouts: dict[Path, JSON] = {}
    for stem, parts in whole.items():
        parts.sort(key=lambda item: ENDINGS.index(item.suffix))
        name, who = stem.name, ""
        match = re.search(annotator, name) if annotator else None
        if match:
            name, who = name[: match.start()] + name[match.end() :], match[1] or ""
        folder = stem.parent / texts if texts else stem.parent
        inner = stem.parent.relative_to(root).as_posix()
        doc_id = "/".join(part for part in (inner, name) if part != ".")
        out = Standoff(doc_id, "", annotator=who)
        when = re.search(published, stem.name) if published else None
        if when and when[1]:
            out.about["published"] = when[1]
        with uncollected():
            _Reader(out).read(folder / f"{name}.txt", parts, root)
        if folder not in abouts:
            abouts[folder] = _abouts(folder / ABOUT)
        _tell(out, abouts[folder].get(name))
        yield out


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


def joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Spans in text order, those that nothing but white space on one line parts as one."""
    found: list[Span] = []
    for start, end in spans:
        gap = text[found[-1][1] : start] if found and found[-1][1] <= start else "-"
        if not gap.strip() and not _BREAK.search(gap):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _shown(path: Path, root: Path) -> str:
    """A file as reports name it: from the folder that was asked for, with forward slashes."""
    path = Path(os.path.normpath(path))
    try:
        return path.relative_to(os.path.normpath(root)).as_posix()
    except ValueError:
        return path.as_posix()


def _elsewhere(path: Path) -> tuple[str | None, str | None]:
    """A text in this folder or one beside it whose name that of a missing text begins with, and
    what a mapping must say to find it."""
    best: tuple[int, str, str] | None = None
    for folder in _folders(path.parent):
        for stem in _texts(folder):
            rest = path.stem[len(stem) :]
            fits = path.stem.startswith(stem) and not rest[:1].isalnum()
            if fits and len(stem) > (best[0] if best else 0):
                place = "" if folder == path.parent else f"../{folder.name}"
                best = (len(stem), place, stem)
    if best is None:
        return None, None
    length, place, stem = best
    lines = [f"texts = {json_io.dumps(place).decode()}"] if place else []
    rest = path.stem[length:]
    if rest:
        mark = re.match(r"[^0-9A-Za-z]*", rest)
        lead = mark[0] if mark else ""
        lines.append(f"annotator = '{re.escape(lead)}([0-9A-Za-z]+)$'")
    return f"{place}/{stem}.txt".lstrip("/"), " and ".join(lines)


@lru_cache(maxsize=64)
def _folders(folder: Path) -> list[Path]:
    """A folder and those beside it."""
    if not folder.parent.is_dir():
        return []
    beside = (item for item in folder.parent.iterdir() if item.is_dir() and item != folder)
    return [folder, *sorted(beside)]


@lru_cache(maxsize=64)
def _texts(folder: Path) -> list[str]:
    return sorted(item.stem for item in folder.glob("*.txt"))


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
    out.about |= {
        key: value
        for key, value in told.items()
        if key not in ("layers", "paragraphs") and isinstance(value, str)
    }
    parts = told.get("paragraphs")
    for part in parts if isinstance(parts, list) else ():
        match part:
            case [int(start), int(end), str(kind)]:
                out.paragraphs.append(Paragraph(start, end, kind))


#: A line of an .ann file: file, number, id, data, the tail behind the second tab (None: no tab).
_Line = tuple[str, int, str, str, str | None]


class _Reader:
    """Reads the lines of one document; everything on them becomes a mark, link, attribute or
    fault."""

    def __init__(self, out: Standoff) -> None:
        self.out = out
        #: T lines as marks; E lines as label, trigger, (role, id) of the arguments.
        self.bound: dict[str, Mark] = {}
        self.events: dict[str, tuple[_Line, str, str, list[tuple[str, str]]]] = {}
        self.others: list[_Line] = []
        self.seen: set[str] = set()
        #: By the ids of the file; a trigger's mark is its event's.
        self.marks: dict[str, Mark] = {}
        #: Fragments as they stand, of marks that have several.
        self.given: dict[str, list[Span]] = {}

    def fault(self, code: str, line: _Line, what: str, **more: Any) -> None:
        self.out.faults.append(
            Incident(code, line[0], say(what, **more), line[1], None, line[2] or None)
        )

    def read(self, text: Path, parts: Sequence[Path], root: Path) -> None:
        """Reads a document's text and its annotation files."""
        self.out.text = self.text(text, root, parts[0].parent)
        for part in parts:
            self.lines(part, _shown(part, root))
        self.finish()

    def text(self, path: Path, root: Path, beside: Path) -> str:
        """The document's text with its own line ends; a fault where there is none (`beside` is the
        folder of the annotations)."""
        shown = _shown(path, root)
        try:
            return path.read_bytes().decode()
        except OSError as error:
            near, lines = _elsewhere(path)
            message = say(
                f"the text of the annotations cannot be read: {error.strerror}",
                expected=f"{path.name} beside them, or a mapping with [files] texts"
                if path.parent == beside
                else f"{path.name} where the mapping's [files] texts says",
                nearest=near,
                do=lines and f"give --labels a mapping with [files] {lines}",
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
        seen, bound, others = self.seen, self.bound, self.others
        for number, raw in enumerate(data.replace("\r\n", "\n").split("\n"), 1):
            parts = raw.split("\t", 2)
            name = parts[0]
            letter = name[:1]
            body = parts[1] if len(parts) > 1 else ""
            tail = parts[2] if len(parts) > 2 else None
            if not (letter in "TERAMN#" and name[1:].isdecimal()) and letter != "*":
                if not raw.strip():
                    continue
                if not _ID.fullmatch(name):
                    self.fault(
                        "I002",
                        (shown, number, "", "", None),
                        "no annotation line",
                        got=raw,
                        expected="an id such as T1, and a tab",
                    )
                    continue
            if name in seen and letter != "*":
                line = (shown, number, name, "", None)
                self.fault("I003", line, "an id that is given already", got=name)
                continue
            seen.add(name)
            if letter == "T":
                parts = body.split(" ")
                if (
                    len(parts) == 3
                    and parts[1].isdecimal()
                    and parts[2].isdecimal()
                    and len(parts[2]) <= _DIGITS >= len(parts[1])
                ):
                    spans = [(int(parts[1]), int(parts[2]))]
                    where = f"{shown}:{number}"
                    bound[name] = Mark(name, "", parts[0], spans, {}, where, tail)
                else:
                    self.bind((shown, number, name, body.strip(" "), tail))
            elif letter == "E":
                self.event((shown, number, name, body, tail))
            else:
                others.append((shown, number, name, body.strip(" "), tail))

    def bind(self, line: _Line) -> None:
        """A T line of several fragments, or of another form than usual."""
        label, _, places = line[3].partition(" ")
        spans: list[Span] = []
        for part in places.split(";"):
            match = _SPAN.fullmatch(part)
            if match is None:
                self.fault(
                    "I002",
                    line,
                    "no span",
                    got=line[3],
                    expected="TYPE START END, fragments parted by ;",
                )
                return
            spans.append((int(match[1]), int(match[2])))
        if len(spans) > 1:
            self.given[line[2]] = spans
            spans = joined(spans, self.out.text)
        self.bound[line[2]] = Mark(line[2], "", label, spans, {}, f"{line[0]}:{line[1]}", line[4])

    def event(self, line: _Line) -> None:
        pairs = [part.partition(":") for part in line[3].split()]
        if not pairs or not all(name and colon and end for name, colon, end in pairs):
            self.fault(
                "I002",
                line,
                "no event",
                got=line[3].strip(" "),
                expected="TYPE:TRIGGER, then ROLE:ID for each argument",
            )
            return
        label, _, trigger = pairs[0]
        self.events[line[2]] = (line, label, trigger, [(role, end) for role, _, end in pairs[1:]])

    # ------------------------------------------------------------------ once all lines are known
    def finish(self) -> None:
        """Makes marks of spans and events, and puts on them what the other lines say."""
        out, bound, marks = self.out, self.bound, self.marks
        heads = {trigger for _, _, trigger, _ in self.events.values()}
        for name, mark in bound.items():
            if name not in heads:
                marks[name] = mark
        out.marks.extend(marks.values())
        for name, (line, label, trigger, ends) in self.events.items():
            found = bound.get(trigger)
            if found is None:
                self.fault("I004", line, "an event whose trigger is not there", got=trigger)
                continue
            where = f"{line[0]}:{line[1]}"
            mark = marks[name] = Mark(name, "", label, [*found.spans], {}, where, found.text)
            # What is said of a trigger is said of its event.
            marks.setdefault(trigger, mark)
            if trigger in self.given:
                self.given[name] = self.given[trigger]
            out.marks.append(mark)
            for role, end in ends:
                out.links.append(Link(name, end, role, where))
        kinds = {"#": self.note, "A": self.attribute, "M": self.attribute, "N": self.norm}
        kinds |= {"R": self.relation, "*": self.equal}
        for line in self.others:
            kinds[line[2][0]](line)
        for link in out.links:
            if link.head in marks:
                link.head = marks[link.head].id
            if link.tail in marks:
                link.tail = marks[link.tail].id

    def target(self, line: _Line, name: str) -> Mark | None:
        found = self.marks.get(name)
        if found is None:
            self.fault("I004", line, "about an annotation that is not there", got=name)
        return found

    def attribute(self, line: _Line) -> None:
        parts = line[3].split(" ", 2)
        if len(parts) < 2 or not all(parts):
            self.fault("I002", line, "no attribute", got=line[3], expected="NAME ID [VALUE]")
        else:
            self.set(line, parts[1], parts[0], parts[2] if len(parts) > 2 else "true")

    def set(self, line: _Line, name: str, key: str, value: str) -> None:
        found = self.marks.get(name) or self.target(line, name)
        if found is None:
            return
        if key in found.attributes:
            self.fault("I003", line, "an attribute that is given already", got=key)
        else:
            found.attributes[key] = value

    def norm(self, line: _Line) -> None:
        parts = line[3].split(" ")
        if len(parts) == 3 and parts[1].startswith(("Annotation:", "Referent:")):
            match = _NAMED.fullmatch(line[3])
            if match:
                parts = [match[1], match[2] or match[5], match[3] or match[4]]
        base, _, entry = parts[2].partition(":") if len(parts) == 3 else ("", "", "")
        if not (parts[0] and base and entry) or line[3].split() != line[3].split(" "):
            self.fault(
                "I002", line, "no normalization", got=line[3], expected="Reference ID DB:ENTRY"
            )
            return
        key = "entity" if parts[0] == NORM else parts[0]
        # Our own ids, and Wikidata's, say enough; for any other the base is part of the name.
        bare = base == "entity" or base.casefold() == "wikidata"
        self.set(line, parts[1], key, entry if bare else parts[2])

    def relation(self, line: _Line) -> None:
        label, *ends = line[3].split() or [""]
        pairs = [end.partition(":") for end in ends]
        if len(pairs) != 2 or not all(colon and end for _, colon, end in pairs):
            self.fault("I002", line, "no relation", got=line[3], expected="TYPE Arg1:ID Arg2:ID")
            return
        if [name for name, _, _ in pairs] == ["Arg2", "Arg1"]:
            pairs.reverse()
        where = f"{line[0]}:{line[1]}"
        self.out.links.append(Link(pairs[0][2], pairs[1][2], label, where))

    def equal(self, line: _Line) -> None:
        """An equivalence: a link from each member to the next."""
        label, *members = line[3].split() or [""]
        if len(members) < 2:
            self.fault("I002", line, "no equivalence", got=line[3], expected="TYPE ID ID")
            return
        where = f"{line[0]}:{line[1]}"
        self.out.links += [Link(first, second, label, where) for first, second in pairwise(members)]

    def note(self, line: _Line) -> None:
        kind, _, name = line[3].partition(" ")
        words = line[4] or ""
        found = self.marks.get(name)
        short = _SHORT.fullmatch(words) if kind == NOTE else None
        if found is not None and short and name not in self.given:
            found.id, layer = short.groups()
            if layer in ontology.LAYERS:
                found.layer = layer
            return
        name, words = name.strip(), words.strip()
        found = self.target(line, name)
        if found is None or (kind == NOTE and self.own(found, name, words)):
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
        given = self.given.get(name, mark.spans)
        listed = told.get("spans")
        spans = [
            (one[0], one[1])
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, list) and len(one) == 2 and all(type(at) is int for at in one)
        ]
        parts = [part for span in spans for part in fragments(self.out.text, span)]
        mark.spans = spans if spans and parts == given else [*given]
        return True
