"""Making withheld documents from articles of the corpus and from raw files."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from parley import article, files, withheld
from parley.document import Document
from parley.incidents import Incident, IncidentError, say
from parley.intake import run
from parley.intake.resolve import Options, resolve
from parley.project import Project


def withhold(
    project: Project,
    names: Iterable[str],
    options: Options,
    how: run.Reading,
    *,
    keep_byline: bool = False,
    remove: bool = False,
    replace: bool = False,
) -> Iterator[tuple[Document, Path | None] | IncidentError]:
    """Writes a withheld file for every article; one outcome each, faults in place of documents.

    The path is the article's file where it is one of the corpus; with `remove` its text has been
    moved to `corpus/texts`.
    """
    for whole, source in _documents(project, names, options, how):
        if isinstance(whole, IncidentError):
            yield whole
            continue
        try:
            _admit(project, whole, source, replace=replace)
            data = withheld.dump(whole, keep_byline=keep_byline, title=options.title)
            files.write(project.withheld / f"{whole.id}.json", data)
            if remove and source is not None:
                files.write(project.texts / f"{whole.id}.txt", (whole.text or "").encode())
                source.unlink()
            yield whole, source
        except IncidentError as error:
            yield error


def _documents(
    project: Project, names: Iterable[str], options: Options, how: run.Reading
) -> Iterator[tuple[Document | IncidentError, Path | None]]:
    articles = project.articles.resolve()
    for name in run.find(names):
        if isinstance(name, IncidentError):
            yield name, None
            continue
        path = Path(name).resolve()
        if name != "-" and path.is_relative_to(articles) and path.suffix == ".txt":
            try:
                yield article.read(path, project.root), path
            except IncidentError as error:
                yield error, None
            continue
        for raw in run.read(name, how):
            if isinstance(raw, IncidentError):
                yield raw, None
                continue
            try:
                yield resolve(raw, options).document, None
            except IncidentError as error:
                yield error, None


def _admit(project: Project, whole: Document, source: Path | None, *, replace: bool) -> None:
    """Raises `IncidentError` (W005, W008) where the withheld file may not be written."""
    for folder in (project.withheld, project.texts):
        if folder.resolve() != project.corpus.resolve() / folder.name:
            message = say("a folder of the corpus is a link", do="replace it by a folder")
            raise IncidentError(Incident("W005", project.relative(folder), message))
    target = project.withheld / f"{whole.id}.json"
    if target.exists() and not replace:
        message = say("already withheld", got=whole.id, do="give another --id, or --replace")
        raise IncidentError(Incident("W008", project.relative(target), message, doc_id=whole.id))
    for path in project.article_files():
        if path.stem == whole.id and (source is None or path.resolve() != source):
            message = say(
                "an open article has this id",
                got=project.relative(path),
                do="give another --id, or withhold that file",
            )
            raise IncidentError(Incident("W008", project.relative(path), message, doc_id=whole.id))
