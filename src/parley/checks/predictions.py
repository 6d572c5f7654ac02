"""Prediction files: one line a document (levels 1 to 4).

A fault's `item` is the path of the field on its line: `mentions[3].end`, `events[0].arguments[1]`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from parley import json_io, validation
from parley.checks import spans
from parley.incidents import Report, nearest, say, show
from parley.memory import uncollected
from parley.schemas import LAST

JSON = dict[str, Any]
#: (place in its list, item), for the items that the schema accepts.
Items = list[tuple[int, Any]]
Steps = tuple[str | int, ...]

_EXPECTED = "one JSON object a line, in UTF-8"
#: A TypeError is what deep nesting comes to between the limits of orjson's reader and its writer.
_UNREADABLE = (ValueError, TypeError)
_LAYERS = ("mentions", "events", "attributions")
#: Names that one file's messages may be compared with to find the nearest: on a large file that is
#: wrong all over, difflib would take longer than all checks.
_COMPARED = 50_000


#: What a line of a gold file may have beside the layers.
BESIDE = ("text", "story", "form", "split")


class HasText(Protocol):
    """What a document's predictions are checked against: a `Document`, or `Known`."""

    @property
    def length(self) -> int | None: ...
    @property
    def text(self) -> str | None: ...


class Known(NamedTuple):
    """The length of a document in code points and its text, None where they are not known."""

    length: int | None
    text: str | None


def check(
    path: Path, report: Report, documents: Callable[[], Mapping[str, HasText]], level: int = 6
) -> None:
    """Every fault of a prediction file. `documents` gives the project's documents by id; it is
    called once a level-3 check needs them."""
    with uncollected():
        for _ in lines(path, report, documents, level):
            pass


def lines(
    path: Path,
    report: Report,
    documents: Callable[[], Mapping[str, HasText]] | None = None,
    level: int = 6,
    *,
    strangers: bool = False,
    beside: list[JSON] | None = None,
    met: set[str] | None = None,
) -> Iterator[tuple[int, JSON]]:
    """(line, row) for each line without a fault; every fault of the others goes to `report`.

    Without `documents` no document is unknown and no span too long; with `strangers`, a document
    that is not among them is no fault. The first of two lines about one document counts.
    `beside` is for gold: the members `BESIDE` are taken out of each line and put there, an object
    for each line that is yielded, and its spans are checked against its own text. `met` is filled
    with the ids of all documents that have a line, one with faults too.
    """
    checker = _Checker(report, documents, level, strangers, set() if met is None else met)
    for line, row in _rows(path, report):
        more = {} if beside is None else {key: row.pop(key) for key in BESIDE if key in row}
        if checker.clean(line, row, more):
            if beside is not None:
                beside.append(more)
            yield line, row


def _rows(path: Path, report: Report) -> Iterator[tuple[int, JSON]]:
    """(line, object) for every line that is one; P151, P152, P153 for the others."""
    try:
        data = path.read_bytes()
    except OSError as error:
        report.add("P151", say(f"cannot be read: {error.strerror}", expected=_EXPECTED))
        return
    if not data.strip():
        report.add("P151", say("the file is empty", expected=_EXPECTED))
        return
    if b"\0" in data[:16]:
        report.add("P151", say("binary, or UTF-16", got=data[:16], expected=_EXPECTED))
        return
    whole = data.endswith(b"\n")
    parts = data.removesuffix(b"\n").split(b"\n")
    for line, part in enumerate(parts, 1):
        if part.startswith(b"\xef\xbb\xbf"):
            do = "write UTF-8 without one"
            report.add("P152", say("a byte order mark before the line", do=do), line=line)
        try:
            value = json_io.loads(part)
        except _UNREADABLE as error:
            if line == 1 and _is_json(data):
                what = f"one JSON value over {len(parts)} lines"
                report.add("P152", say(what, expected=_EXPECTED), line=1)
                return
            cut = line == len(parts) and not whole
            report.add("P152", say(_bad(part, error, cut), expected=_EXPECTED), line=line)
            continue
        if isinstance(value, dict):
            yield line, value
        else:
            report.add("P153", say("not a JSON object", got=value, expected=_EXPECTED), line=line)


def _is_json(data: bytes) -> bool:
    """Whether a whole file is one JSON value."""
    try:
        json_io.loads(data)
    except _UNREADABLE:
        return False
    return True


def _bad(part: bytes, error: Exception, cut: bool) -> str:
    """What is wrong with a line that is not JSON."""
    if not part.strip():
        return "a blank line"
    reason = str(error).replace(" at line 1, column", " in column")
    return f"the file ends inside this line: {reason}" if cut else f"not JSON: {reason}"


class _Checker:
    """The checks of one file; remembers the documents that it has met."""

    def __init__(
        self,
        report: Report,
        documents: Callable[[], Mapping[str, HasText]] | None,
        level: int,
        strangers: bool,
        met: set[str],
    ) -> None:
        self.report, self.documents = report, documents
        self.level, self.strangers = level, strangers
        self.known: Mapping[str, HasText] | None = None
        self.seen: dict[str, int] = {}
        self.met = met
        self.line = 0
        self.compared = 0
        self.accepts = validation.decider("prediction")

    def clean(self, line: int, row: JSON, more: JSON) -> bool:
        """Adds every fault of a line and of what stood beside its layers; whether there is none."""
        before = len(self.report.found)
        self.line = line
        for name, value in more.items():
            if not isinstance(value, str):
                self.add(
                    "P203", say(f"{name!r} is of the wrong type", got=value, expected="text"), name
                )
        if self.level >= 2:
            refused: set[Steps] = set()
            found = {}
            if self.accepts(row):
                found = {key: list(enumerate(row[key])) for key in row if key != "doc_id"}
            if not found or not _whole(found):
                refused = self._schema(row)
                found = _accepted(row, refused)
            if self.level >= 3:
                known = None if ("doc_id",) in refused else self._document(row["doc_id"])
                self._ids(row, found)
                if isinstance(more.get("text"), str):
                    known = Known(len(more["text"]), more["text"])
                if self.level >= 4:
                    self._spans(found, known)
        return len(self.report.found) == before

    def add(self, code: str, message: str, item: str | None = None) -> None:
        """Enters one fault of the line."""
        self.report.add(code, message, item, self.line)

    def nearest(self, name: str, valid: Iterable[str]) -> str | None:
        """The valid name most like `name`, as long as looking for it does not cost too much."""
        names = list(valid)
        self.compared += len(names)
        return nearest(name, names) if self.compared <= _COMPARED else None

    def _schema(self, row: JSON) -> set[Steps]:
        """Level 2; the first two steps of the path of each place that is refused.

        The explaining validator takes milliseconds for a line, so it is shown only those items
        that the fast one refuses.
        """
        places: dict[str, list[int]] = {}
        for key, items in row.items():
            if isinstance(items, list):
                places[key] = [at for at, item in enumerate(items) if not self._accepts(key, item)]
        narrow = row | {key: [row[key][at] for at in found] for key, found in places.items()}
        refused: set[Steps] = set()
        for error in validation.explainer("prediction").iter_errors(narrow):
            for code, message, steps in validation.explain(error):
                path = list(steps)
                if len(path) > 1:
                    path[1] = places[str(path[0])][int(path[1])]
                self.add(code, message, _path(path))
                refused.add(tuple(path[:2]))
        if "doc_id" not in row:
            refused.add(("doc_id",))
        return refused

    def _accepts(self, key: str, item: Any) -> bool:
        """Whether the schema accepts an item where it is the only one."""
        alone = {"doc_id": "a", key: [item]}
        return bool(self.accepts(alone)) and _whole({key: [(0, item)]})

    def _document(self, name: str) -> HasText | None:
        if name in self.seen:
            message = say(f"the document is on line {self.seen[name]} already", got=name)
            self.add("P325", message, "doc_id")
        self.seen.setdefault(name, self.line)
        self.met.add(name)
        if self.known is None:
            self.known = {} if self.documents is None else self.documents()
        found = self.known.get(name)
        if found is None and self.documents is not None and not self.strangers:
            message = say("no such document", got=name, nearest=self.nearest(name, self.known))
            self.add("P324", message, "doc_id")
        return found

    def _ids(self, row: JSON, found: Mapping[str, Items]) -> None:
        """Level 3: ids are given once, and what refers to one refers to something."""
        ids = [item["id"] for layer in _LAYERS for _, item in found.get(layer, ())]
        if len(set(ids)) < len(ids):
            self._twice(found)
        self._parents(row, found.get("attributions", []))
        names = [name for _, cluster in found.get("clusters", ()) for name in cluster]
        mentions = _names(row.get("mentions", []))
        if mentions is not None and not (
            mentions.issuperset(names) and len(set(names)) == len(names)
        ):
            self._clusters(found["clusters"], mentions)

    def _twice(self, found: Mapping[str, Items]) -> None:
        first: dict[str, str] = {}
        for layer in _LAYERS:
            for at, item in found.get(layer, ()):
                if item["id"] in first:
                    message = say(f"the id is that of {first[item['id']]}, too", got=item["id"])
                    self.add("P301", message, f"{layer}[{at}].id")
                else:
                    first[item["id"]] = f"{layer}[{at}]"

    def _clusters(self, items: list[tuple[int, list[str]]], mentions: Collection[str]) -> None:
        first: dict[str, str] = {}
        for at, cluster in items:
            for place, name in enumerate(cluster):
                path = f"clusters[{at}][{place}]"
                if name not in mentions:
                    near = self.nearest(name, mentions)
                    self.add(
                        "P326", say("no such mention on the line", got=name, nearest=near), path
                    )
                elif name in first:
                    what = f"the mention stands at {first[name]} already"
                    self.add("P327", say(what, got=name), path)
                first.setdefault(name, path)

    def _parents(self, row: JSON, items: Items) -> None:
        parents = {item["id"]: item["parent"] for _, item in items if item.get("parent")}
        if not parents:
            return
        names = _names(row["attributions"]) or set()
        done: set[str] = set()
        for at, item in items:
            parent, path = item.get("parent"), f"attributions[{at}].parent"
            if parent is not None and parent not in names:
                message = say(
                    "no such parent on the line", got=parent, nearest=self.nearest(parent, names)
                )
                self.add("P305", message, path)
            chain = []
            name: str | None = item["id"]
            while name is not None and name not in done:
                done.add(name)
                chain.append(name)
                name = parents.get(name)
            if name in chain:
                circle = " in ".join([*chain[chain.index(name) :], name])
                self.add("P329", say("attributions nested in a circle", got=circle), path)

    def _spans(self, found: Mapping[str, Items], known: HasText | None) -> None:
        """Level 4: spans lie in the text, and are of the words that stand beside them."""
        text = None if known is None else known.text
        length = LAST if known is None or known.length is None else known.length
        for layer, at, inner, item in _worded(found):
            start, end = item["start"], item["end"]
            if not start < end <= length:
                self._outside(start, end, length, f"{layer}[{at}]{inner}.end")
            elif text is not None and "text" in item and item["text"] != text[start:end]:
                message = _differs(text, start, end, item["text"])
                self.add("P408", message, f"{layer}[{at}]{inner}.text")
        for at, item in found.get("attributions", ()):
            for part in spans.PARTS:
                parts = item[part]
                for place, (start, end) in enumerate(parts):
                    if not start < end <= length:
                        path = f"attributions[{at}].{part}[{place}][1]"
                        self._outside(start, end, length, path)
                if len(parts) > 1:
                    self._overlaps(parts, f"attributions[{at}].{part}")
        for at, item in found.get("stances", ()):
            for part in ("holder", "target"):
                if item[part] != "AUTHOR":
                    start, end = item[part]
                    if not start < end <= length:
                        self._outside(start, end, length, f"stances[{at}].{part}[1]")

    def _outside(self, start: int, end: int, length: int, path: str) -> None:
        inner = Report(self.report.file)
        spans.outside(start, end, path, "the span", length, inner)
        for fault in inner.found:
            self.add(fault.code, fault.message, path)

    def _overlaps(self, parts: list[list[int]], path: str) -> None:
        places = sorted(range(len(parts)), key=parts.__getitem__)
        for one, other in pairwise(places):
            if parts[other][0] < parts[one][1]:
                message = say(
                    f"the part overlaps [{one}] of the same list",
                    got=parts[other],
                    expected=f"no character of {parts[one]}",
                )
                self.add("P415", message, f"{path}[{other}]")


def _worded(found: Mapping[str, Items]) -> Iterator[tuple[str, int, str, JSON]]:
    """(layer, place, further path, object) for every object with a start and an end."""
    for layer in ("mentions", "events"):
        for at, item in found.get(layer, ()):
            yield layer, at, "", item
            for place, argument in enumerate(item.get("arguments", ())):
                yield layer, at, f".arguments[{place}]", argument


def _whole(found: Mapping[str, Items]) -> bool:
    """Whether the offsets of a line that the fast validator accepts are integers: it takes 5.0 for
    one, and whole numbers that are too large come out of the reader as fractions."""
    numbers: list[Any] = []
    for _, _, _, item in _worded(found):
        numbers += (item["start"], item["end"])
    for _, item in found.get("attributions", ()):
        for part in spans.PARTS:
            for span in item[part]:
                numbers += span
    for _, item in found.get("stances", ()):
        numbers += item["target"]
        numbers += item["holder"] if item["holder"] != "AUTHOR" else ()
    return set(map(type, numbers)) <= {int}


def _accepted(row: JSON, refused: Collection[Steps]) -> dict[str, Items]:
    """The items of each layer that the schema does not refuse; layers that are lists only."""
    return {
        layer: [(at, item) for at, item in enumerate(row[layer]) if (layer, at) not in refused]
        for layer in (*_LAYERS, "stances", "clusters")
        if isinstance(row.get(layer), list)
    }


def _names(items: Any) -> set[str] | None:
    """The ids of a layer, those of refused items too; None where the layer is no list."""
    if not isinstance(items, list):
        return None
    return {
        item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)
    }


def _path(steps: Iterable[str | int]) -> str | None:
    """A path as reports name it: `events[0].arguments[1].role`; None for the line itself."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return words.removeprefix(".") or None


def _differs(text: str, start: int, end: int, words: str) -> str:
    """The message of P408: what stands there, and where the words do."""
    what = "the text is not the span's"
    units = next((unit for unit, mark in _UNITS.items() if _cut(text, start, end, mark, words)), "")
    near = _near(text, start, words)
    if near is not None:
        place = f"the words stand at [{near}, {near + len(words)}]"
        do = f"{place}; the offsets seem to count {units}" if units else place
    else:
        do = "the words stand nowhere in the document" if words else "leave it out, or give it"
    return say(what, got=words, expected=show(text[start:end]), do=do)


#: What offsets are counted in by mistake -> the encoding in which they would be right, and the
#: bytes of a unit.
_UNITS = {"bytes of UTF-8": ("utf-8", 1), "units of UTF-16": ("utf-16-le", 2)}


def _cut(text: str, start: int, end: int, units: tuple[str, int], words: str) -> bool:
    """Whether `words` stand at the offsets when these count other units."""
    encoding, size = units
    return bool(words) and text.encode(encoding)[start * size : end * size] == words.encode(
        encoding
    )


def _near(text: str, start: int, words: str) -> int | None:
    """The start of the occurrence of `words` that is nearest to `start`."""
    if not words:
        return None
    places = [text.rfind(words, 0, start + len(words)), text.find(words, start)]
    found = [place for place in places if place >= 0]
    return min(found, key=lambda place: abs(place - start)) if found else None
