"""The ledger: nothing of an export vanishes.

Every result of an export (a region, an answer, a relation) ends as exactly one of kept, repaired or
rejected. What is kept is in the gold annotations; everything else stands here, one entry a line,
with the rule's or fault's code and the values before and after. An annotation that is not the gold
one is set aside whole: one entry that counts its results.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from parley import json_io

FORMAT = "parley-ledger/1"


@dataclass(slots=True)
class Entry:
    """What became of one result, or of `count` results set aside together."""

    doc_id: str
    task: str
    annotation: str
    item: str
    outcome: str
    codes: list[str]
    count: int = 1
    before: Any = None
    after: Any = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; `before` and `after` only where there is something to show."""
        row: dict[str, Any] = {
            "doc_id": self.doc_id,
            "task": self.task,
            "annotation": self.annotation,
            "item": self.item,
            "outcome": self.outcome,
            "codes": self.codes,
            "count": self.count,
        }
        if self.before is not None:
            row["before"] = self.before
        if self.after is not None:
            row["after"] = self.after
        return row


@dataclass(slots=True)
class Ledger:
    """The ledger of one export.

    `results` is counted over the export as read, before anything is done with it; `adds_up` says
    whether the outcomes come to the same number.
    """

    export: str
    sha256: str
    tasks: int = 0
    results: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    entries: list[Entry] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """Results with an outcome: kept, repaired or rejected."""
        if outcome == "kept":
            return self.kept.total()
        return sum(entry.count for entry in self.entries if entry.outcome == outcome)

    @property
    def adds_up(self) -> bool:
        """Whether kept, repaired and rejected together are all results of the export."""
        return self.results == sum(map(self.count, ("kept", "repaired", "rejected")))

    def refuse(self, doc_id: str, code: str) -> None:
        """Turns everything kept or repaired of one document into rejected, with `code`."""
        number = self.kept.pop(doc_id, 0)
        for entry in self.entries:
            if entry.doc_id == doc_id and entry.outcome == "repaired":
                entry.outcome, entry.codes = "rejected", [*entry.codes, code]
        if number:
            self.entries.append(
                Entry(doc_id, "", "", "all kept results", "rejected", [code], count=number)
            )

    def summary(self) -> dict[str, Any]:
        """The counts: in all, and by document."""
        documents: dict[str, Counter[str]] = {}
        for doc_id, number in self.kept.items():
            documents.setdefault(doc_id, Counter())["kept"] += number
        for entry in self.entries:
            documents.setdefault(entry.doc_id, Counter())[entry.outcome] += entry.count
        return {
            "tasks": self.tasks,
            "results": self.results,
            "kept": self.count("kept"),
            "repaired": self.count("repaired"),
            "rejected": self.count("rejected"),
            "documents": {
                doc_id: {name: counts[name] for name in ("kept", "repaired", "rejected")}
                for doc_id, counts in sorted(documents.items())
            },
        }

    def dump(self) -> bytes:
        """Canonical bytes, one entry a line."""
        head = {"format": FORMAT, "export": self.export, "sha256": self.sha256, **self.summary()}
        entries = sorted(self.entries, key=lambda entry: (entry.doc_id, entry.task))
        return json_io.one_per_line(head, {"entries": [entry.as_dict() for entry in entries]})
