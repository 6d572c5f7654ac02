"""A built dataset against its manifest (levels 1, 2 and 6)."""

import hashlib
from pathlib import Path
from typing import Any

from parley import validation
from parley.checks.ledgers import load
from parley.incidents import Incident, Report, say
from parley.project import Project

MANIFEST = "MANIFEST.json"


def is_built(folder: Path) -> bool:
    """Whether a folder looks like a built dataset."""
    return (folder / MANIFEST).is_file() or any(folder.glob("*/*.parquet"))


def check(folder: Path, project: Project, level: int = 6) -> list[Incident]:
    """P618 to P621 for every file that the manifest lists or does not list; P151 and
    P2xx for the manifest itself."""
    report = Report(project.relative(folder / MANIFEST))
    manifest = load(folder / MANIFEST, report)
    if (
        manifest is None
        or level < 2
        or not validation.check("manifest", manifest, report)
        or level < 6
    ):
        return report.found
    listed = set()
    for row in manifest["files"]:
        listed.add(row["path"])
        _file(folder, row["path"], row, report)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in listed and name != MANIFEST:
            message = say("a file that the manifest does not list", do="remove it")
            report.add("P621", message, name)
    return report.found


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
        import pyarrow.parquet as pq

        rows = pq.ParquetFile(path).metadata.num_rows
        if rows != row["rows"]:
            message = say(
                "the file has another number of rows", got=rows, expected=str(row["rows"])
            )
            report.add("P618", message, name)
