"""The shapes of full JSON exports: tasks, and the annotations, drafts and predictions in them.

Seen with Label Studio 1.23: `completed_by` an int, an object or an email; `predictions` as ints
(plain exports) or objects (snapshots); `drafts` of everybody; `was_cancelled` with results inside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from parley.incidents import say


class ShapeError(ValueError):
    """A value that is no full JSON export; the message says what it looks like."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One annotation, draft or prediction: `results` is None where they are not a list."""

    kind: str
    id: str
    annotator: str
    cancelled: bool
    ground_truth: bool
    updated: str
    results: list[Any] | None
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """One task: `data` as it was imported, and everything that was annotated on it."""

    id: str
    data: Mapping[str, Any]
    candidates: tuple[Candidate, ...]


def tasks(value: Any) -> list[Any]:
    """The raw tasks of an export's JSON value; raises `ShapeError` where it is something else."""
    if isinstance(value, dict) and "annotations" in value and "data" in value:
        value = [value]
    if not isinstance(value, list):
        raise ShapeError(say("not an export", got=value, expected="a list of tasks"))
    objects = [row for row in value if isinstance(row, dict)]
    if objects and not any("annotations" in row or "data" in row for row in objects):
        if any("completions" in row for row in objects):
            raise ShapeError(
                "an export of Label Studio before 1.0 (completions); import it into a current "
                "server and export it again as JSON"
            )
        raise ShapeError(
            "no task has data and annotations: this looks like a JSON_MIN export, which drops "
            "relations, ids and nested spans; export it again as JSON"
        )
    return value


def task(raw: Any) -> Task:
    """One task; raises `ShapeError` where it lacks what every export has."""
    if not isinstance(raw, dict) or not isinstance(raw.get("data"), dict):
        raise ShapeError(say("not a task", got=raw, expected="an object with data"))
    found: list[Candidate] = []
    for key, kind in (
        ("annotations", "annotation"),
        ("drafts", "draft"),
        ("predictions", "prediction"),
    ):
        rows = raw.get(key)
        if rows is None:
            continue
        if not isinstance(rows, list):
            raise ShapeError(say(f"bad {key}", got=rows, expected="a list"))
        # A plain export gives predictions as ids: nothing to account for.
        found += [_candidate(kind, row) for row in rows if not isinstance(row, int)]
    return Task(_id(raw.get("id")), raw["data"], tuple(found))


def _candidate(kind: str, raw: Any) -> Candidate:
    if not isinstance(raw, dict):
        raise ShapeError(say(f"bad {kind}", got=raw, expected="an object"))
    results = raw.get("result", [])
    updated = raw.get("updated_at") or raw.get("created_at")
    return Candidate(
        kind=kind,
        id=_id(raw.get("id")),
        annotator=_annotator(raw.get("completed_by", raw.get("user"))),
        cancelled=raw.get("was_cancelled") is True,
        ground_truth=raw.get("ground_truth") is True,
        updated=updated if isinstance(updated, str) else "",
        results=results if isinstance(results, list) else None,
        raw=raw,
    )


def _id(value: Any) -> str:
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""


def _annotator(value: Any) -> str:
    """Who: `completed_by` is an id, an object with an id and an email, or null."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("id")
    return _id(value)


def count(raw_tasks: list[Any]) -> int:
    """Every result anywhere in an export, counted without interpreting it."""
    return sum(len(results) for results in _results(raw_tasks))


def _results(raw_tasks: list[Any]) -> Iterator[list[Any]]:
    for raw in raw_tasks:
        if not isinstance(raw, dict):
            continue
        for key in ("annotations", "drafts", "predictions"):
            rows = raw.get(key)
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, dict) and isinstance(row.get("result"), list):
                    yield row["result"]


def choose(
    candidates: tuple[Candidate, ...], annotator: str | None = None
) -> tuple[Candidate | None, list[tuple[Candidate, str]]]:
    """The gold annotation of a task, and every other candidate with the code that sets it aside.

    The rule, in order: submitted (not a draft, not a prediction, not skipped); of the named
    annotator where one is named; marked as ground truth; updated last; the highest id.
    """
    aside: list[tuple[Candidate, str]] = []
    open_: list[Candidate] = []
    for item in candidates:
        if item.kind == "draft":
            aside.append((item, "L002"))
        elif item.kind == "prediction":
            aside.append((item, "L003"))
        elif item.cancelled:
            aside.append((item, "L001"))
        elif annotator is not None and item.annotator != annotator:
            aside.append((item, "L005"))
        else:
            open_.append(item)
    open_.sort(key=lambda item: (item.ground_truth, _when(item.updated), _number(item.id)))
    aside += [(item, "L004") for item in open_[:-1]]
    return (open_[-1] if open_ else None), aside


def _when(stamp: str) -> datetime:
    try:
        when = datetime.fromisoformat(stamp)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _number(item: str) -> int:
    return int(item) if item.isdecimal() and len(item) < 19 else -1
