"""Collects the faults of one file."""

from parley.incidents import Incident


class Report:
    """Incidents of one file; `item` ids and lines are given with each."""

    __slots__ = ("doc_id", "file", "found")

    def __init__(self, file: str, doc_id: str | None = None) -> None:
        self.file = file
        self.doc_id = doc_id
        self.found: list[Incident] = []

    def add(
        self, code: str, message: str, item: str | None = None, line: int | None = None
    ) -> None:
        """Enters one fault."""
        self.found.append(Incident(code, self.file, message, line, self.doc_id, item))
