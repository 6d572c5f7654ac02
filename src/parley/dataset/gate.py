"""The one place where the build meets the checks.

Documents are read once: a worker checks each as it makes its rows and hands up a small summary;
what shows only on the whole corpus is looked at when all have passed. That is what
`checks.run.check_project` does with documents that it is given, spread over processes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parley.checks import corpus, ledgers, registry
from parley.checks.corpus import Summary
from parley.checks.document import Known, check
from parley.checks.registry import Registry
from parley.document import Document
from parley.incidents import Incident, Report, say
from parley.project import Project


@dataclass(slots=True)
class Gate:
    """The registers, read once a process, and what documents are checked against."""

    project: Project
    registry: Registry
    known: Known

    @classmethod
    def open(cls, project: Project) -> tuple["Gate", list[Incident]]:
        """The gate of a project, and the faults of its registers."""
        found, incidents = registry.read(project)
        return cls(project, found, found.known()), incidents

    def document(
        self, document: Document, raw: Mapping[str, Any] | None, file: str
    ) -> tuple[list[Incident], Summary | None]:
        """A document's faults (levels 2 to 6), and its summary where there is none."""
        found = []
        if raw is not None:
            found = check(document, raw, self.known, file=file)
            if not found:
                report = Report(file, document.id)
                ledgers.source(dict(raw), self.project, report)
                found += report.found
        found += corpus.document(document, raw, self.registry)
        return found, None if found else corpus.summarize(document, raw)


class Whole:
    """The corpus as a whole: what no document shows alone."""

    def __init__(self, gate: Gate) -> None:
        self.project = gate.project
        self.corpus = corpus.Corpus(gate.registry)

    def enter(self, summary: Summary) -> None:
        """Takes in one document."""
        self.corpus.enter(summary)

    def check(self, text_of: Callable[[str], str | None]) -> list[Incident]:
        """The faults that show on all documents together."""
        return self.corpus.check(text_of) + corpus.ignored(self.project)


def accounts(project: Project, *, exports: bool) -> list[Incident]:
    """The faults of the ledgers, one that does not add up above all; with `exports` also those
    of the exports that they belong to."""
    if exports:
        return ledgers.check(project, {path.stem for path in project.withheld_files()})
    found = []
    for path in sorted(project.ledger.glob("*/*.json")):
        found += ledgers.ledger(project, path, None)
    return found


def strays(project: Project, ids: set[str]) -> list[Incident]:
    """B003 for gold annotations of a document that the corpus does not have."""
    return [
        Incident(
            "B003",
            project.relative(path),
            say(
                "annotations of a document that is not in the corpus",
                got=path.stem,
                do="restore the document or remove them",
            ),
            doc_id=path.stem,
        )
        for path in sorted(project.gold.glob("*.json"))
        if path.stem not in ids
    ]
