"""A prediction file as a scorer takes it: the lines without a fault, and the faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley.checks import predictions
from parley.checks.predictions import HasText
from parley.incidents import Incident, Report
from parley.memory import uncollected

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Predictions:
    """`rows`: document id -> its line, in the file's order; `faults`: those of all other lines."""

    rows: dict[str, JSON]
    faults: list[Incident] = field(default_factory=list)


def read(
    path: Path,
    documents: Mapping[str, HasText] | None = None,
    *,
    strangers: bool = True,
    file: str | None = None,
) -> Predictions:
    """Every line of `path` that has no fault, and every fault of the file.

    With `documents` (`Gold.known()`), spans are checked against their lengths and texts; lines
    about other documents are kept, or with `strangers` False a fault. Faults name the file as
    `file`. A file that cannot be read has one fault and no rows; nothing is raised.
    """
    report = Report(path.as_posix() if file is None else file)
    known = None if documents is None else lambda: documents
    with uncollected():
        rows = {
            row["doc_id"]: row
            for _, row in predictions.lines(path, report, known, strangers=strangers)
        }
    return Predictions(rows, report.found)
