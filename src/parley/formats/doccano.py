"""doccano's JSON Lines (1.8): a document a line, `text` with `label` or with `entities`.

    {"id": 7, "text": "...", "label": [[0, 5, "PER"]]}
    {"id": 7, "text": "...", "entities": [{"id": 1, "label": "PER", "start_offset": 0,
     "end_offset": 5}], "relations": [{"id": 3, "from_id": 1, "to_id": 2, "type": "works-for"}]}

Offsets are code points of `text`, end exclusive. `labels` stands for `label` in files of older
versions; both also hold a document's own categories (text alone), which have no place here and are
faults. Reading only.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parley import json_io
from parley.formats.standoff import Link, Mark, Standoff
from parley.incidents import Incident, say, stop

JSON = dict[str, Any]
#: Fields of a line that say something of the document.
ABOUT = ("title", "published", "story", "form", "language", "source")
_KNOWN = ("id", "text", "data", "label", "labels", "entities", "relations", "meta", "Comments")


def read(path: Path) -> Iterator[Standoff]:
    """The documents of a file, or of all .jsonl files under a folder, one a line.

    A document's name is its `doc_id`, else the file's name and its `id` or line.

    Raises `IncidentError`: I001 where nothing can be read at all.
    """
    files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise stop("I001", path.as_posix(), "no .jsonl files")
    for file in files:
        shown = file.relative_to(path).as_posix() if path.is_dir() else file.name
        try:
            data = file.read_bytes()
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            raise stop("I001", file.as_posix(), message) from None
        for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
            if line.strip():
                yield _Reader(shown, number, file.stem).document(line)


class _Reader:
    """Reads one line."""

    def __init__(self, file: str, line: int, stem: str) -> None:
        self.file = file
        self.line = line
        self.where = f"{file}:{line}"
        self.out = Standoff(f"{stem}-{line}", "")

    def fault(self, code: str, what: str, **more: Any) -> None:
        self.out.faults.append(Incident(code, self.file, say(what, **more), self.line))

    def document(self, line: bytes) -> Standoff:
        out = self.out
        try:
            raw = json_io.loads(line)
        except json_io.JsonError as error:
            self.fault("I001", f"not JSON: {error}")
            return out
        text = raw.get("text", raw.get("data")) if isinstance(raw, dict) else None
        if not isinstance(raw, dict) or not isinstance(text, str):
            self.fault("I001", "no document", got=raw, expected='an object with "text"')
            return out
        out.text = text
        name = raw.get("doc_id", raw.get("id"))
        if isinstance(raw.get("doc_id"), str):
            out.doc_id = raw["doc_id"]
        elif isinstance(name, int | str):
            out.doc_id = f"{out.doc_id.rpartition('-')[0]}-{name}"
        meta = raw.get("meta")
        for source in (meta if isinstance(meta, dict) else {}, raw):
            out.about |= {key: source[key] for key in ABOUT if isinstance(source.get(key), str)}
        for key in ("label", "labels"):
            for number, item in enumerate(self.list(raw, key), 1):
                self.triple(f"{key}{number}", item)
        for item in self.list(raw, "entities"):
            self.entity(item)
        for item in self.list(raw, "relations"):
            self.relation(item)
        return out

    def list(self, raw: JSON, key: str) -> list[Any]:
        value = raw.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault("I002", f"{key} is no list", got=value)
            return []
        return value

    def mark(self, item: str, label: object, start: object, end: object, raw: object) -> None:
        if type(start) is not int or type(end) is not int or not isinstance(label, str):
            self.fault("I002", "no span", got=raw, expected="start, end and label")
            return
        # The offsets are of this very text: its words are the evidence.
        words = self.out.text[start:end] if 0 <= start < end else None
        self.out.marks.append(Mark(item, "", label, [(start, end)], {}, self.where, words))

    def triple(self, item: str, raw: object) -> None:
        if isinstance(raw, str):
            self.fault("I005", "a category of the whole document has no place here", got=raw)
            return
        match raw:
            case [start, end, label]:
                self.mark(item, label, start, end, raw)
            case _:
                self.fault("I002", "no span", got=raw, expected="[start, end, label]")

    def entity(self, raw: object) -> None:
        if not isinstance(raw, dict) or not isinstance(raw.get("id"), int | str):
            self.fault("I002", "no entity", got=raw, expected="an object with an id")
            return
        start, end = raw.get("start_offset"), raw.get("end_offset")
        self.mark(str(raw["id"]), raw.get("label"), start, end, raw)

    def relation(self, raw: object) -> None:
        ends = [raw.get(key) for key in ("from_id", "to_id")] if isinstance(raw, dict) else []
        label = raw.get("type") if isinstance(raw, dict) else None
        if not all(isinstance(end, int | str) for end in ends) or not isinstance(label, str):
            self.fault("I002", "no relation", got=raw, expected="from_id, to_id and type")
            return
        self.out.links.append(Link(str(ends[0]), str(ends[1]), label, self.where))
