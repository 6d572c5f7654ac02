"""Prediction files as pre-annotations: any system's output in Parley's prediction format.

A span on which the line has no mention or event of its own is a fault, and what needs it is left
out. A system's ids of entities are its own, not the registry's, and are not taken over.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from parley.checks import predictions
from parley.document import Annotations, Document
from parley.incidents import Incident, Report, nearest, show
from parley.memory import uncollected
from parley.ontology import Ontology
from parley.predictions.rows import KEYS, from_row
from parley.prefill.merge import empty, short_digest

__all__ = ["Predictions", "read"]

JSON = dict[str, Any]


class Predictions:
    """The lines of one prediction file, by document."""

    name = "predictions"

    def __init__(self, rows: dict[str, tuple[int, JSON]], file: str, detail: str) -> None:
        """`rows`: document id -> its line number and its value, which has no fault."""
        self.rows, self.file, self.detail = rows, file, detail
        keys = {key for _, row in rows.values() for key in row}
        self.layers = tuple(layer for key, layer in KEYS.items() if key in keys)

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        """The annotations of the document's line; none where the file has no line for it."""
        if document.id not in self.rows:
            message = f"no line for the document in {len(self.rows)} lines"
            close = nearest(document.id, self.rows)
            message += f"; nearest is {show(close)}" if close else ""
            return empty(document), [Incident("A010", self.file, message, doc_id=document.id)]
        line, row = self.rows[document.id]
        found, faults = from_row(row, document, self.file, line)
        for mention in found.mentions:
            mention.entity = None
        return found, faults

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self.rows


def read(
    path: Path, file: str, documents: Callable[[], Mapping[str, Document]]
) -> tuple[Predictions, list[Incident]]:
    """A prediction file, and every fault of it (those of `parley check`, with file and line).

    `documents` gives the project's documents by id. A line with a fault is left out whole: a system
    that writes bad offsets on a line is not to be trusted with the rest of it.
    """
    report = Report(file)
    with uncollected():
        rows = {
            row["doc_id"]: (line, row) for line, row in predictions.lines(path, report, documents)
        }
    detail = f"file {short_digest(path.read_bytes())}" if path.is_file() else ""
    return Predictions(rows, file, detail), report.found
