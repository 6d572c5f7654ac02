"""A built dataset against its manifest (level 6)."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parley.checks.ledgers import load
from parley.checks.report import Report
from parley.incidents import Incident, say
from parley.project import Project

MANIFEST = "MANIFEST.json"


def is_built(folder: Path) -> bool:
    """Whether a folder looks like a built dataset."""
    return (folder / MANIFEST).is_file() or any(folder.glob("*/*.parquet"))


def check(folder: Path, project: Project, level: int = 6) -> list[Incident]:
    """P618 to P621 for every file that the manifest lists, and every file that it does not."""
    report = Report(project.relative(folder / MANIFEST))
    manifest = load(folder / MANIFEST, report)
    if manifest is None or level < 6:
        return report.found
    listed = {}
    for name, row in _listed(manifest):
        listed[name] = row
        _file(folder, name, row, report)
    if not listed:
        message = say("the manifest lists no files", do="build the dataset again")
        report.add("P153", message)
        return report.found
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in listed and name != MANIFEST:
            message = say("a file that the manifest does not list", do="remove it")
            report.add("P621", message, name)
    return report.found


def _listed(manifest: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if isinstance(files, dict):
        rows = [{"path": name, **row} for name, row in files.items() if isinstance(row, dict)]
    else:
        rows = [row for row in files or () if isinstance(row, dict)]
    for row in rows:
        name = row.get("path")
        # A name that leads out of the folder is not looked at: the file counts as missing.
        if isinstance(name, str) and not name.startswith("/") and ".." not in name.split("/"):
            yield name, row


def _file(folder: Path, name: str, row: dict[str, Any], report: Report) -> None:
    path = folder / name
    if not path.is_file():
        message = say("a file of the manifest is missing", do="build the dataset again")
        report.add("P619", message, name)
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != row.get("sha256"):
        message = say(
            "the file has other bytes than the manifest says",
            got=found,
            expected=repr(row.get("sha256")),
            do="build the dataset again",
        )
        report.add("P620", message, name)
    elif path.suffix == ".parquet" and isinstance(row.get("rows"), int):
        import pyarrow.parquet as pq  # type: ignore[import-untyped]

        rows = pq.ParquetFile(path).metadata.num_rows
        if rows != row["rows"]:
            message = say(
                "the file has another number of rows", got=rows, expected=str(row["rows"])
            )
            report.add("P618", message, name)
