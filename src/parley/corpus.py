"""The documents of a project, by id: open articles and withheld ones alike."""

from collections.abc import Iterator
from pathlib import Path

from parley import article, withheld
from parley.document import Document
from parley.incidents import Incident, IncidentError, nearest, say
from parley.project import Project


def paths(project: Project) -> dict[str, Path]:
    """Document id -> its file; an id given twice names the first (a check reports the other)."""
    found: dict[str, Path] = {}
    for path in (*project.article_files(), *project.withheld_files()):
        found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def read(project: Project, path: Path) -> Document:
    """The document of one file; raises `IncidentError` with all faults of the file."""
    if path.suffix == ".json":
        return withheld.load(path, project.texts)
    return article.read(path, project.root)


def one(project: Project, doc_id: str) -> Document:
    """The document of that id; raises `IncidentError` (P301) where there is none."""
    found = paths(project)
    if doc_id not in found:
        raise IncidentError(
            Incident(
                "P301",
                project.relative(project.corpus),
                say("no such document", got=doc_id, nearest=nearest(doc_id, found)),
            )
        )
    return read(project, found[doc_id])


def every(project: Project) -> Iterator[Document]:
    """All documents, by id; raises `IncidentError` at the first that cannot be read."""
    for path in paths(project).values():
        yield read(project, path)
