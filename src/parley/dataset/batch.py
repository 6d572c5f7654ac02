"""What a worker does: read documents and annotations, check them, make their rows.

A batch is a list of tasks in, a list of results out; nothing is shared between batches but what
`start` sets up once a process. Results hold bytes, not rows: they are cheap to hand over.
"""

import gc
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from parley import article, json_io, ontology
from parley.checks import load
from parley.checks.corpus import Summary
from parley.dataset import cache
from parley.dataset.features import NAMES
from parley.dataset.gate import Gate
from parley.dataset.rows import Labels, rows
from parley.document import Document
from parley.incidents import Incident, IncidentError, say
from parley.project import Project


@dataclass(frozen=True, slots=True)
class Task:
    """One document to make: its file, from the project's root, and whether that is an article.

    A name, not a path: a build of many documents holds a task for each.
    """

    doc_id: str
    file: str
    open: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """What every task needs to know."""

    root: Path
    checked: bool = True
    cached: bool = True


@dataclass(slots=True)
class Made:
    """What became of one document.

    `lines` has the rows of each config of `NAMES` as JSON Lines, `numbers` how many; both are
    empty where there is no text or something is wrong. `counts` are over annotations, see
    `rows.Built` and `tally`.
    """

    doc_id: str
    file: str
    story: str = ""
    status: str = ""
    sha256: str = ""
    length: int = 0
    layers: list[str] = field(default_factory=list)
    has_text: bool = False
    lines: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    incidents: list[Incident] = field(default_factory=list)
    summary: Summary | None = None
    from_cache: bool = False


class Worker:
    """The state of one process: call `batch`, and `close` at the end."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.project = Project(setup.root)
        self.labels = Labels.make(ontology.load(self.project.ontology))
        self.gate = Gate.open(self.project)[0] if setup.checked else None
        self.cache: cache.RowCache | None = None
        self.common = b""
        if setup.cached:
            project = self.project
            self.cache = cache.RowCache(project.cache / "rows.sqlite")
            names = ("entities", "events", "facts", "stories")
            self.common = cache.fingerprint([project.ontology, *map(project.register, names)])
            self.common += b"checked" if setup.checked else b"unchecked"

    def close(self) -> None:
        """Lets go of the cache."""
        if self.cache:
            self.cache.close()

    def batch(self, tasks: Sequence[Task]) -> list[Made]:
        """The results of a batch, in its order."""
        sources = [self._sources(task) for task in tasks]
        keys = [
            cache.key(self.common, task.doc_id.encode(), task.file.encode(), *parts)
            for task, parts in zip(tasks, sources, strict=True)
        ]
        kept = self.cache.get(keys) if self.cache else {}
        found = []
        fresh = {}
        for task, at, (_, gold, _) in zip(tasks, keys, sources, strict=True):
            value = kept.get(at)
            made = _restored(value) if value is not None else None
            if made is None:
                made = self._make(task, gold)
                if not made.incidents:
                    fresh[at] = (task.doc_id, _kept(made))
            found.append(made)
        if self.cache:
            self.cache.put(fresh)
        return found

    def _sources(self, task: Task) -> tuple[bytes | None, bytes | None, bytes | None]:
        """The bytes a document is made of: its file, its annotations, its hydrated text."""
        text = None if task.open else self.project.texts / f"{task.doc_id}.txt"
        return (
            _bytes(self.project.root / task.file),
            _bytes(self.project.gold / f"{task.doc_id}.json"),
            _bytes(text) if text else None,
        )

    def _make(self, task: Task, gold: bytes | None) -> Made:
        made = Made(task.doc_id, task.file)
        try:
            self._fill(made, task, gold)
        except IncidentError as error:
            made.incidents += error.incidents
        if made.incidents:
            made.lines, made.numbers, made.summary = [], [], None
        return made

    def _fill(self, made: Made, task: Task, gold: bytes | None) -> None:
        document = self._document(task)
        made.story, made.status = document.story, document.status
        made.sha256, made.length = document.sha256, document.length
        made.has_text = document.text is not None
        file = f"annotations/gold/{task.doc_id}.json"
        raw = None if gold is None else _gold(gold, file, document)
        if self.gate is not None:
            made.incidents, made.summary = self.gate.document(document, raw, file)
        if made.incidents:
            return
        made.layers = list(raw["layers"]) if raw else []
        if document.text is None:
            return
        try:
            built = rows(document, raw, self.labels)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            # Only annotations that were not checked come to this.
            message = say(
                f"no rows can be made: {type(error).__name__} {error}",
                do=f"see `parley check {file}`",
            )
            raise IncidentError(Incident("B005", file, message, doc_id=document.id)) from None
        made.counts = built.counts
        for name in NAMES:
            made.numbers.append(len(built.rows[name]))
            made.lines.append(b"".join([json_io.dumps(row) + b"\n" for row in built.rows[name]]))

    def _document(self, task: Task) -> Document:
        if task.open:
            return article.read(self.project.root / task.file, self.project.root)
        found: list[Incident] = []
        document = load.withheld(self.project.root / task.file, self.project, found)
        if document is None:
            raise IncidentError(*found)
        return document


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _gold(data: bytes, file: str, document: Document) -> dict[str, Any]:
    """The annotations as they stand. Raises `IncidentError`: B004, B006."""
    try:
        raw = json_io.loads(data)
    except json_io.JsonError as error:
        message = say(f"not JSON: {error}", do="run `parley ingest` again")
        raise IncidentError(Incident("B004", file, message, doc_id=document.id)) from None
    if not isinstance(raw, dict) or not isinstance(raw.get("layers"), list):
        message = say("not an annotations file", expected="a JSON object with layers")
        raise IncidentError(Incident("B004", file, message, doc_id=document.id))
    if (raw.get("sha256"), raw.get("length")) != (document.sha256, document.length):
        # Said even where the checks are left out: offsets into another text mean nothing.
        message = say(
            "the annotations belong to another text",
            got=f"sha256 {raw.get('sha256')}, length {raw.get('length')}",
            expected=f"sha256 {document.sha256}, length {document.length}",
            do="undo the edit of the article, or annotate it again",
        )
        raise IncidentError(Incident("B006", file, message, doc_id=document.id))
    return raw


_PLAIN = ("doc_id", "file", "story", "status", "sha256", "length", "layers", "has_text")


def _kept(made: Made) -> cache.Value:
    """A result as the cache keeps it."""
    head: dict[str, Any] = {name: getattr(made, name) for name in _PLAIN}
    head["numbers"] = made.numbers
    head["counts"] = dict(made.counts)
    blobs = list(made.lines)
    head["summary"] = None
    if made.summary is not None:
        plain = asdict(made.summary)
        blobs += [plain.pop("signature"), plain.pop("paragraphs")]
        head["summary"] = plain
    return head, blobs


def _restored(value: cache.Value) -> Made | None:
    """The inverse; None where the entry is not of this shape."""
    head: dict[str, Any] = value[0]
    blobs = list(value[1])
    try:
        plain = head["summary"]
        summary = None
        if plain is not None:
            paragraphs, signature = blobs.pop(), blobs.pop()
            events = tuple((name, item) for name, item in plain.pop("events"))
            summary = Summary(**plain, events=events, signature=signature, paragraphs=paragraphs)
        return Made(
            **{name: head[name] for name in _PLAIN},
            lines=blobs,
            numbers=head["numbers"],
            counts=Counter(head["counts"]),
            summary=summary,
            from_cache=True,
        )
    except (KeyError, TypeError, IndexError, ValueError):
        return None


_worker: Worker | None = None


def start(setup: Setup) -> None:
    """Sets up a process; a child ends itself where its parent is gone."""
    global _worker
    _worker = Worker(setup)
    _end_with_parent()
    # Rows hold no circles, and walking the many that are alive costs a third of the time.
    gc.freeze()
    gc.disable()


def run(tasks: Sequence[Task]) -> list[Made]:
    """The results of a batch, in its order; in a process that `start` has set up."""
    if _worker is None:
        raise RuntimeError("start() has not run in this process")
    return _worker.batch(tasks)


def _end_with_parent() -> None:
    """Ends this process when its parent does, also where that was killed.

    A worker of a pool waits for its next task for ever otherwise: it holds both ends of the queue.
    """
    import multiprocessing
    import os
    import threading

    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
