"""Reading a project's documents and annotations, with every fault met on the way."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from parley import validation
from parley.checks import spans
from parley.checks.ledgers import load as load_json
from parley.document import Document, Paragraph
from parley.incidents import Incident, IncidentError, Report, say
from parley.project import Project


def documents(project: Project, found: list[Incident], level: int = 6) -> Iterator[Document]:
    """Every document that can be read: articles, then withheld documents, by file name.

    Faults of the others are added to `found`.
    """
    for path in project.article_files():
        item = article(path, project, found)
        if item is not None:
            yield item
    for path in project.withheld_files():
        item = withheld(path, project, found, level)
        if item is not None:
            yield item


def article(path: Path, project: Project, found: list[Incident]) -> Document | None:
    """One article file (P101 to P119)."""
    from parley import article as reader

    try:
        return reader.read(path, project.root)
    except IncidentError as error:
        found += error.incidents
        return None


def withheld(
    path: Path, project: Project, found: list[Incident], level: int = 6
) -> Document | None:
    """One withheld document, with its text where that is hydrated (P151, P2xx, P328, P421, P422,
    and W003 for a hydrated text that is not the document's)."""
    from parley import withheld as reader

    report = Report(project.relative(path), path.stem)
    raw = load_json(path, report)
    if raw is not None and level >= 2 and validation.check("document", raw, report):
        _withheld(raw, path.stem, report, level)
    found += report.found
    if raw is None or report.found:
        return None
    try:
        return reader.load(path, project.texts, report.file)
    except IncidentError as error:
        found += error.incidents
        return None


def _withheld(raw: Any, stem: str, report: Report, level: int) -> None:
    if level >= 3 and raw["id"] != stem:
        message = say("the id inside is another", got=raw["id"], expected=repr(stem))
        report.add("P328", message)
    if level >= 4:
        spans.layout(
            Document(
                id=stem,
                story=raw["story"],
                status="withheld",
                title="",
                published=raw["published"],
                form=raw["form"],
                language=raw["language"],
                length=raw["length"],
                sha256=raw["sha256"],
                paragraphs=tuple(Paragraph(*item[:3]) for item in raw["paragraphs"]),
                sentences=tuple((item[0], item[1]) for item in raw["sentences"]),
                text=None,
            ),
            report,
        )


def gold(path: Path, project: Project, found: list[Incident]) -> Any:
    """The JSON value of an annotation file, None (and P151, P153) where it is none."""
    report = Report(project.relative(path), path.stem)
    raw = load_json(path, report)
    if raw is not None and not isinstance(raw, dict):
        report.add("P153", say("not a JSON object", got=raw))
        raw = None
    found += report.found
    return raw


def pairs(
    project: Project, found: list[Incident], level: int = 6
) -> Iterator[tuple[Document, Any]]:
    """Every document with the JSON value of its annotations (None where it has none): what
    `run.check_project` takes from a build that reads everything once."""
    for item in documents(project, found, level):
        path = project.gold / f"{item.id}.json"
        yield item, gold(path, project, found) if path.is_file() else None


def text_of(project: Project) -> Callable[[str], str | None]:
    """The text of a document by id, read again from its file; None where it is not at hand."""
    files = {path.stem: path for path in project.article_files()}

    def find(doc_id: str) -> str | None:
        path = files.get(doc_id)
        if path is None:
            path = project.texts / f"{doc_id}.txt"
            if not path.is_file():
                return None
            from parley.document import canonical

            return canonical(path.read_text("utf-8"))
        item = article(path, project, [])
        return item.text if item else None

    return find
