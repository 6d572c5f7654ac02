"""Label Studio projects of other schemes: full JSON exports, those before 1.0 (`completions`) too.

A region of a `<Text>` is a mark with its label. An answer about a region is an attribute by the
name of its control: `choices`, `textarea`, `rating`, `number`, `taxonomy` (a path joined by /). A
relation is a link for each of its labels (`relation` where it has none). Answers about the whole
document have no place here and are faults. Each annotator's last submitted annotation counts, as
in `parley ingest`; drafts, predictions and skips are set aside. Reading only: for exports of our
own interface there is `parley ingest`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parley import json_io
from parley.formats.standoff import Link, Mark, Standoff
from parley.incidents import Incident, say, stop
from parley.labelstudio import shapes
from parley.labelstudio.shapes import Candidate, ShapeError, Task

JSON = dict[str, Any]
#: Fields of a task's data that say something of the document.
ABOUT = ("title", "published", "story", "form", "language", "source")


def read(path: Path) -> Iterator[Standoff]:
    """The documents of an export, or of all .json files under a folder, once an annotator.

    A document's name is its `doc_id`, else the file's name and the task's id.

    Raises `IncidentError`: I001 where nothing can be read at all.
    """
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not files:
        raise stop("I001", path.as_posix(), "no .json files")
    for file in files:
        shown = file.relative_to(path).as_posix() if path.is_dir() else file.name
        yield from _export(file, shown)


def _export(file: Path, shown: str) -> Iterator[Standoff]:
    try:
        value = json_io.loads(file.read_bytes())
        if isinstance(value, dict) and "completions" in value:
            value = [value]
        rows = [_current(row) for row in value] if isinstance(value, list) else value
        found = shapes.tasks(rows)
    except OSError as error:
        raise stop("I001", file.as_posix(), f"cannot be read: {error.strerror}") from None
    except (json_io.JsonError, ShapeError) as error:
        raise stop("I001", file.as_posix(), str(error)) from None
    for index, raw in enumerate(found):
        try:
            task = shapes.task(raw)
        except ShapeError as error:
            out = Standoff(f"{file.stem}-task-{index}", "")
            out.faults.append(Incident("I001", shown, str(error), item=f"task [{index}]"))
            out.aside["I001"] = shapes.count([raw])
            yield out
            continue
        yield from _task(task, file.stem, shown)


def _current(raw: Any) -> Any:
    """A task of an export before 1.0, in the shape of later ones."""
    if not isinstance(raw, dict) or "completions" not in raw or "annotations" in raw:
        return raw
    rows = raw["completions"]
    return {
        **{key: value for key, value in raw.items() if key != "completions"},
        "annotations": [
            {**row, "was_cancelled": row.get("skipped", row.get("was_cancelled", False))}
            if isinstance(row, dict)
            else row
            for row in (rows if isinstance(rows, list) else [rows])
        ],
    }


def _task(task: Task, stem: str, shown: str) -> Iterator[Standoff]:
    who = sorted({item.annotator for item in task.candidates if item.kind == "annotation"})
    first = True
    for annotator in who or [""]:
        chosen, aside = shapes.choose(task.candidates, annotator)
        out = Standoff(_name(task, stem), _text(task), annotator=annotator)
        out.about = {key: task.data[key] for key in ABOUT if isinstance(task.data.get(key), str)}
        for item, code in aside:
            # Another annotator's has its own turn; what nobody submitted is counted once.
            mine = item.annotator == annotator and item.kind == "annotation"
            if item.results and (mine or (first and item.kind != "annotation")):
                out.aside[code] += len(item.results)
        first = False
        if not out.text:
            out.faults.append(
                Incident(
                    "I001",
                    shown,
                    say("no text in the task's data", expected="a field text, or one of text"),
                    item=f"task {task.id}",
                )
            )
        if chosen is not None:
            _Reader(out, shown, task, chosen).run()
        yield out


def _name(task: Task, stem: str) -> str:
    name = task.data.get("doc_id")
    return name if isinstance(name, str) and name else f"{stem}-{task.id}"


def _text(task: Task) -> str:
    """The text that was annotated: the field `text`, else the longest one of text."""
    text = task.data.get("text")
    if isinstance(text, str):
        return text
    texts = [value for value in task.data.values() if isinstance(value, str)]
    return max(texts, key=len, default="")


class _Reader:
    """Reads the results of one annotation."""

    def __init__(self, out: Standoff, shown: str, task: Task, chosen: Candidate) -> None:
        self.out = out
        self.shown = shown
        self.task = task
        self.chosen = chosen
        self.marks: dict[str, Mark] = {}

    def fault(self, code: str, result: object, what: str, **more: Any) -> None:
        item = result.get("id") if isinstance(result, dict) else None
        name = f"task {self.task.id}" + (f" {item}" if isinstance(item, str) else "")
        self.out.faults.append(Incident(code, self.shown, say(what, **more), item=name))

    def where(self) -> str:
        return f"{self.shown} task {self.task.id}"

    def run(self) -> None:
        results = self.chosen.results
        if results is None:
            self.fault("I002", None, "the annotation's result is no list")
            return
        answers: list[JSON] = []
        for result in results:
            if not isinstance(result, dict):
                self.fault("I002", result, "no result", got=result, expected="an object")
            elif result.get("type") == "relation":
                self.relation(result)
            elif isinstance(result.get("type"), str) and result["type"].endswith("labels"):
                self.region(result)
            else:
                answers.append(result)
        for result in answers:
            self.answer(result)

    def region(self, result: JSON) -> None:
        value, item = result.get("value"), result.get("id")
        kind = result["type"]
        labels = value.get(kind) if isinstance(value, dict) else None
        start, end = (value.get("start"), value.get("end")) if isinstance(value, dict) else (0, 0)
        if type(start) is not int or type(end) is not int:
            expected = "start and end as numbers: a region of a <Text>"
            self.fault("I002", result, "no span", got=[start, end], expected=expected)
            return
        if not isinstance(item, str | int) or not isinstance(labels, list) or not labels:
            self.fault("I002", result, "a region without an id or a label", got=labels)
            return
        for number, label in enumerate(labels, 1):
            # A region with several labels is that many marks; links and answers are the first's.
            name = str(item) if number == 1 else f"{item}-{number}"
            words = value.get("text") if isinstance(value, dict) else None
            if not isinstance(words, str) or not words:
                words = self.out.text[start:end] if 0 <= start < end else None
            mark = Mark(name, "", str(label), [(start, end)], {}, self.where(), words)
            self.marks.setdefault(name, mark)
            self.out.marks.append(mark)

    def relation(self, result: JSON) -> None:
        ends = [result.get("from_id"), result.get("to_id")]
        direction = result.get("direction", "right")
        labels = result.get("labels") or ["relation"]
        if (
            not all(isinstance(end, str | int) for end in ends)
            or not isinstance(labels, list)
            or direction not in ("left", "right")
        ):
            self.fault("I002", result, "no relation of one direction", got=direction)
            return
        if direction == "left":
            ends.reverse()
        for label in labels:
            self.out.links.append(Link(str(ends[0]), str(ends[1]), str(label), self.where()))

    def answer(self, result: JSON) -> None:
        control, value = result.get("from_name"), result.get("value")
        given = _given(value, result.get("type"))
        mark = self.marks.get(str(result.get("id")))
        region = isinstance(value, dict) and ("start" in value or mark is not None)
        if not isinstance(control, str) or given is None:
            self.fault("I002", result, "an answer that cannot be read", got=value)
        elif not region:
            message = "an answer about the whole document has no place here"
            self.fault("I005", result, message, got=f"{control}: {given}")
        elif mark is None:
            self.fault("I004", result, "an answer about no region", got=result.get("id"))
        elif control in mark.attributes:
            self.fault("I003", result, "a second answer to one question", got=control)
        else:
            mark.attributes[control] = given


def _given(value: Any, kind: object) -> str | None:
    """An answer as text: one choice, one line, a number, or a path."""
    if not isinstance(value, dict) or not isinstance(kind, str):
        return None
    found = value.get("text" if kind == "textarea" else kind)
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if isinstance(found, list) and kind == "taxonomy":
        found = "/".join(map(str, found))
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    return str(found)
