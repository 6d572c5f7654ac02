"""Exports as the project keeps them: one result a line, tasks in document order."""

from typing import Any

import orjson


def dump(tasks: list[Any]) -> bytes:
    """Canonical bytes of an export: valid for Label Studio, readable in `git diff`.

    Every field is kept; tasks are sorted by document id and task id, and each result of an
    annotation, draft or prediction stands on a line of its own.
    """
    ordered = sorted(tasks, key=_place)
    return ("[\n" + ",\n".join(_task(task) for task in ordered) + "\n]\n").encode()


def _place(task: Any) -> tuple[str, str]:
    if not isinstance(task, dict):
        return "", ""
    data = task.get("data")
    doc_id = data.get("doc_id") if isinstance(data, dict) else None
    return str(doc_id or ""), str(task.get("id", ""))


def _task(task: Any) -> str:
    if not isinstance(task, dict):
        return _text(task)
    lines = []
    for key, value in task.items():
        if key in ("annotations", "drafts", "predictions") and isinstance(value, list) and value:
            rows = ",\n".join(_annotation(row) for row in value)
            lines.append(f"{_text(key)}: [\n{rows}\n]")
        else:
            lines.append(f"{_text(key)}: {_text(value)}")
    return "{" + ",\n ".join(lines) + "}"


def _annotation(row: Any) -> str:
    if not isinstance(row, dict) or not isinstance(row.get("result"), list):
        return f"  {_text(row)}"
    lines = [f"{_text(key)}: {_text(value)}" for key, value in row.items() if key != "result"]
    results = ",\n".join(f"    {_text(result)}" for result in row["result"])
    lines.append('"result": [' + (f"\n{results}\n  " if results else "") + "]")
    return "  {" + ",\n   ".join(lines) + "}"


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
