"""Reading an export: which annotation of each task counts, in which unit, about which document.

One export in; annotations of documents, a ledger of every result, and incidents out. Nothing is
read or written here: the caller brings the bytes and a way to look documents up.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

from parley import json_io
from parley.document import Annotations, digest
from parley.files import is_id
from parley.incidents import Incident, say, show
from parley.labelstudio import shapes
from parley.labelstudio.assemble import assemble
from parley.labelstudio.ledger import Entry, Ledger
from parley.labelstudio.offsets import Converter, Fit, Unit, fit
from parley.labelstudio.regions import evidence
from parley.labelstudio.shapes import Candidate, ShapeError, Task
from parley.ontology import Ontology

STRIPPED = "parley_text"


@dataclass(frozen=True, slots=True)
class Known:
    """What the corpus knows of a document; `text` is None where a withheld one is not hydrated."""

    status: str
    sha256: str
    length: int
    text: str | None


class Lookup(Protocol):
    """How reading an export finds documents; `Nowhere` where there is no corpus."""

    def by_id(self, doc_id: str) -> Known | None:
        """The document of that id, or None."""

    def by_digest(self, sha256: str) -> str | None:
        """The id of the document with that canonical text, or None."""


class Nowhere:
    """No corpus: every document is what its task says."""

    def by_id(self, doc_id: str) -> Known | None:
        """None."""
        return None

    def by_digest(self, sha256: str) -> str | None:
        """None."""
        return None


@dataclass(slots=True)
class Ingested:
    """What one export gave.

    `texts` holds the canonical text of each annotated document that may stand in the open (None for
    withheld ones); `export` is the export as it may be kept in the project: without the text of
    withheld documents.
    """

    ledger: Ledger
    annotations: dict[str, Annotations] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)
    export: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class _Job:
    """One task on its way: what it is about, and which of its annotations counts."""

    task: Task
    raw: dict[str, Any]
    doc_id: str
    converter: Converter
    known: Known | None
    chosen: Candidate
    fit: Fit


def read(
    data: bytes,
    file: str,
    ontology: Ontology,
    lookup: Lookup | None = None,
    annotator: str | None = None,
) -> Ingested:
    """Reads the bytes of one full JSON export.

    `file` names it in incidents and in the annotations' provenance. With `annotator`, only that
    person's annotations count (an id or email, as `completed_by` has it).
    """
    return _Ingest(file, ontology, lookup or Nowhere(), annotator).run(data)


class _Ingest:
    def __init__(
        self, file: str, ontology: Ontology, lookup: Lookup, annotator: str | None
    ) -> None:
        self.file = file
        self.ontology = ontology
        self.lookup = lookup
        self.annotator = annotator
        self.out = Ingested(Ledger(file, ""))

    def run(self, data: bytes) -> Ingested:
        out = self.out
        out.ledger.sha256 = hashlib.sha256(data).hexdigest()
        try:
            raw_tasks = shapes.tasks(json_io.loads(data))
        except json_io.JsonError as error:
            self._fault("X001", f"not JSON that can be read: {error}")
            return out
        except ShapeError as error:
            self._fault("X002", str(error))
            return out
        out.ledger.tasks = len(raw_tasks)
        out.ledger.results = shapes.count(raw_tasks)
        out.export = raw_tasks
        jobs = [job for index, raw in enumerate(raw_tasks) if (job := self._prepare(index, raw))]
        # A file is in one unit. Tasks whose texts cannot tell take it from those that can.
        told = [job.fit for job in jobs if job.fit in (Fit.CODE_POINT, Fit.UTF16)]
        common = Fit.UTF16 if told.count(Fit.UTF16) * 2 > len(told) else Fit.CODE_POINT
        seen: dict[str, str] = {}
        for job in jobs:
            if job.doc_id in seen:
                self._refuse(
                    job.task,
                    job.doc_id,
                    [job.chosen],
                    "X007",
                    f"the document is in task {seen[job.doc_id]} already",
                )
                continue
            seen[job.doc_id] = job.task.id
            self._annotation(job, common)
        for raw in raw_tasks:
            self._sweep(raw)
        ledger = out.ledger
        if not ledger.adds_up:
            counts = {name: ledger.count(name) for name in ("kept", "repaired", "rejected")}
            self._fault(
                "X011",
                say("the ledger does not add up", got=counts, expected=f"{ledger.results} results"),
            )
        return out

    # ------------------------------------------------------------------ faults and the ledger
    def _fault(self, code: str, message: str, doc: str | None = None, item: str = "") -> None:
        self.out.incidents.append(Incident(code, self.file, message, doc_id=doc, item=item or None))

    def _aside(self, task: Task, doc_id: str, item: Candidate, code: str) -> None:
        if item.results:
            self.out.ledger.entries.append(
                Entry(
                    doc_id,
                    task.id,
                    item.id,
                    f"{item.kind} by {item.annotator or 'unknown'}",
                    "rejected",
                    [code],
                    count=len(item.results),
                )
            )

    def _refuse(
        self, task: Task, doc_id: str, items: list[Candidate], code: str, message: str
    ) -> None:
        """Refuses a task as a whole: one incident; its results stand in the ledger, counted."""
        self._fault(code, message, doc_id or None, f"task {task.id}" if task.id else "")
        for item in items:
            self._aside(task, doc_id, item, code)

    # ------------------------------------------------------------------ tasks
    def _prepare(self, index: int, raw: Any) -> _Job | None:
        try:
            task = shapes.task(raw)
        except ShapeError as error:
            self._fault("X003", str(error), item=f"task [{index}]")
            lost = shapes.count([raw])
            if lost:
                self.out.ledger.entries.append(
                    Entry("", "", "", f"task [{index}]", "rejected", ["X003"], count=lost)
                )
            return None
        doc_id, text = task.data.get("doc_id"), task.data.get("text")
        everything = list(task.candidates)
        if doc_id is None and isinstance(text, str):
            doc_id = self.lookup.by_digest(digest(Converter(text).text))
        if doc_id is None and task.id:
            doc_id = f"task-{task.id}"
        if not is_id(doc_id):
            self._refuse(
                task,
                "",
                everything,
                "X004",
                say(
                    "no safe doc_id in the task's data", got=doc_id, expected="1-80 of a-z 0-9 _ -"
                ),
            )
            return None
        assert isinstance(doc_id, str)
        known = self.lookup.by_id(doc_id)
        text = self._text(task, doc_id, text, known)
        if text is None:
            for item in everything:
                self._aside(task, doc_id, item, "X003" if known is None else "X005")
            return None
        chosen, aside = shapes.choose(task.candidates, self.annotator)
        for item, code in aside:
            self._aside(task, doc_id, item, code)
        if chosen is None:
            if self.annotator is None or not aside:
                self._fault(
                    "X008",
                    "no submitted annotation; submit it in Label Studio, or take the task out",
                    doc_id,
                    f"task {task.id}",
                )
            self._strip(raw, doc_id, Converter(text), Unit.CODE_POINT, known)
            return None
        if chosen.results is None:
            self._refuse(
                task,
                doc_id,
                [],
                "X009",
                say("bad annotation", got=chosen.raw.get("result"), expected="a list of results"),
            )
            return None
        converter = Converter(text)
        told = fit(converter, evidence(chosen.results))
        return _Job(task, raw, doc_id, converter, known, chosen, told)

    def _text(self, task: Task, doc_id: str, text: Any, known: Known | None) -> str | None:
        """The task's text, checked against the document; None (and a fault) where it will not
        do."""
        place = f"task {task.id}"
        stripped = task.data.get(STRIPPED)
        if text is None and isinstance(stripped, dict) and known is not None:
            if stripped.get("sha256") != known.sha256:
                self._fault(
                    "X005",
                    say(
                        "made on another text than the document's",
                        got=stripped.get("sha256"),
                        expected=known.sha256,
                    ),
                    doc_id,
                    place,
                )
                return None
            # Offsets of a stripped export are canonical; without the words only the length counts.
            return known.text if known.text is not None else "\0" * known.length
        if not isinstance(text, str) or not text:
            self._fault(
                "X003", say("no text in the task's data", got=text, expected="text"), doc_id, place
            )
            return None
        if known is not None:
            found = Converter(text).text
            if digest(found) != known.sha256:
                self._fault("X005", _difference(found, known), doc_id, place)
                return None
        return text

    def _annotation(self, job: _Job, common: Fit) -> None:
        if job.fit is Fit.NEITHER:
            self._refuse(
                job.task,
                job.doc_id,
                [job.chosen],
                "X006",
                "the regions' words fit their offsets neither in code points nor in UTF-16 code "
                "units; expected offsets on this task's text; export it again from a current "
                "Label Studio",
            )
            return
        decided = common if job.fit is Fit.EITHER else job.fit
        unit = Unit.UTF16 if decided is Fit.UTF16 else Unit.CODE_POINT
        chosen, doc_id = job.chosen, job.doc_id
        results = chosen.results or []
        text = job.converter.text
        head = Annotations(
            doc_id,
            job.known.sha256 if job.known else digest(text),
            len(text),
            (),
            provenance={
                "export": self.file,
                "task": job.task.id,
                "annotation": chosen.id,
                "annotator": chosen.annotator,
                "updated": chosen.updated,
            },
        )

        def report(index: int, outcome: str, codes: list[str], message: str, after: Any) -> None:
            item = _name(results[index], index)
            if message:
                self._fault(codes[0], message, doc_id, item)
            if outcome != "fault":
                self.out.ledger.entries.append(
                    Entry(
                        doc_id,
                        job.task.id,
                        chosen.id,
                        item,
                        outcome,
                        codes,
                        before=_before(results[index], job.known),
                        after=after,
                    )
                )

        made = assemble(results, job.converter, unit, self.ontology, head, report)
        if made.notes:
            head.provenance["notes"] = dict(sorted(made.notes.items()))
        self.out.ledger.kept[doc_id] += made.kept
        self.out.annotations[doc_id] = made.annotations
        withheld = job.known is not None and job.known.status == "withheld"
        self.out.texts[doc_id] = None if withheld else text
        self._strip(job.raw, doc_id, job.converter, unit, job.known)

    # ------------------------------------------------------------------ withheld text
    def _sweep(self, raw: Any) -> None:
        """Strips what was refused before its text could be: no way leaves it in."""
        if not isinstance(raw, dict) or not isinstance(raw.get("data"), dict):
            return
        data = raw["data"]
        if STRIPPED in data and len(data) == 2:
            return
        doc_id = data.get("doc_id")
        if isinstance(doc_id, str):
            text = data.get("text")
            converter = Converter(text if isinstance(text, str) else "")
            self._strip(raw, doc_id, converter, Unit.CODE_POINT, self.lookup.by_id(doc_id))

    def _strip(
        self,
        raw: dict[str, Any],
        doc_id: str,
        converter: Converter,
        unit: Unit,
        known: Known | None,
    ) -> None:
        """Takes a withheld document's words out of its task, offsets made canonical on the way."""
        if known is None or known.status != "withheld":
            return
        keep = {"doc_id": doc_id, STRIPPED: {"sha256": known.sha256, "length": known.length}}
        raw["data"] = keep
        for key in ("annotations", "drafts", "predictions"):
            rows = raw.get(key)
            for row in rows if isinstance(rows, list) else ():
                if not isinstance(row, dict):
                    continue
                row.pop("prediction", None)
                results = row.get("result")
                for result in results if isinstance(results, list) else ():
                    if isinstance(result, dict) and isinstance(result.get("value"), dict):
                        _strip_value(result, converter, unit)


def _strip_value(result: dict[str, Any], converter: Converter, unit: Unit) -> None:
    value = result["value"]
    if result.get("type") != "textarea":
        value.pop("text", None)
    first, last = value.get("start"), value.get("end")
    if type(first) is not int or type(last) is not int:
        return
    start, end = converter.code_point(first, unit), converter.code_point(last, unit)
    if start is None or end is None:
        return
    # Without the words nobody could trim later.
    words = converter.raw[start:end]
    if words.strip():
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
    value["start"], value["end"] = converter.canonical(start), converter.canonical(end)


def _name(result: Any, index: int) -> str:
    """What an incident calls a result: region and control, or the two ends of a relation."""
    if not isinstance(result, dict):
        return f"result [{index}]"
    if result.get("type") == "relation":
        return f"{_short(result.get('from_id'))}>{_short(result.get('to_id'))}"
    return f"{_short(result.get('id')) or f'result [{index}]'}:{_short(result.get('from_name'))}"


def _short(value: Any) -> str:
    """An id as reports show it: printable, on one line, of a bearable length."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else show(value)
    return text if text.isprintable() and len(text) <= 64 else show(text, 64)


def _before(result: Any, known: Known | None) -> Any:
    """The result as it was, without words of a withheld document."""
    if known is None or known.status != "withheld" or not isinstance(result, dict):
        return result
    value = result.get("value")
    if not isinstance(value, dict) or result.get("type") == "textarea":
        return result
    return {**result, "value": {key: val for key, val in value.items() if key != "text"}}


def _difference(found: str, known: Known) -> str:
    """How a task's text differs from the document's."""
    if known.text is None:
        return say(
            "the task's text is not the document's",
            got=f"{len(found)} characters",
            expected=f"{known.length} characters with sha256 {known.sha256[:12]}…",
        )
    pairs = zip(found, known.text, strict=False)
    first = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(found), known.length))
    return say(
        f"the task's text is not the document's: they differ from character {first} on",
        got=found[first : first + 20] if known.status == "open" else None,
        expected=f"{known.text[first : first + 20]!r}" if known.status == "open" else None,
        do=f"lengths {len(found)} and {known.length}",
    )
