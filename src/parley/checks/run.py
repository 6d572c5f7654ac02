"""All checks of a project, or of some of its files."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.checks import corpus, corrections, dist, kinds, ledgers, load, predictions, registry
from parley.checks import document as one
from parley.checks.registry import Registry
from parley.document import Document, dump, from_dict
from parley.incidents import Incident, Report, say
from parley.project import Project

if TYPE_CHECKING:
    from parley.labelstudio.ingest import Ingested

ALL = 6
Progress = Callable[[int], None]


def check_project(
    project: Project,
    *,
    level: int = ALL,
    paths: Iterable[Path] | None = None,
    documents: Iterable[tuple[Document, Any]] | None = None,
    progress: Progress | None = None,
) -> list[Incident]:
    """Every fault of the project up to `level`, sorted; with `paths`, of those files and folders.

    A build that has read its documents passes them as `documents`: pairs of a document and the
    JSON value of its annotations (None where it has none). They are then not read again, nor are
    their own faults looked for, nor are exports ingested anew (the build has done that). `progress`
    is called with the number of documents done.
    """
    if paths is not None:
        found = _files(project, list(paths), level, progress)
    else:
        found = _everything(project, level, documents, progress)
    return sorted(set(found), key=Incident.sort_key)


def _everything(
    project: Project,
    level: int,
    documents: Iterable[tuple[Document, Any]] | None,
    progress: Progress | None,
) -> list[Incident]:
    registers, found = registry.read(project, level)
    known = registers.known()
    whole = corpus.Corpus(registers)
    loaded = documents is None
    if documents is None:
        found += _layout(project)
        documents = load.pairs(project, found, level)
    gold: dict[str, bytes] = {}
    for number, (item, raw) in enumerate(documents, 1):
        valid = None
        if raw is not None:
            faults = one.check(item, raw, known, level=level)
            if not any(fault.code < "P3" for fault in faults) and level >= 2:
                valid = raw
                if level >= 3:
                    report = Report(f"annotations/gold/{item.id}.json", item.id)
                    ledgers.source(raw, project, report)
                    faults += report.found
            if loaded and not faults and level >= 2:
                data = (project.gold / f"{item.id}.json").read_bytes()
                leaked = item.status == "withheld" and b'"text"' in data
                if not leaked:
                    faults += canonical(item, raw, data)
                gold[item.id] = data
            found += faults
        if level >= 3:
            found += corpus.document(item, raw, registers, level)
            whole.add(item, valid)
        if progress is not None:
            progress(number)
    if level >= 3:
        found += _orphans(project, whole.documents)
    withheld = {path.stem for path in project.withheld_files()}
    found += ledgers.check(project, withheld, level)
    if level >= 3 and loaded:
        from parley.labelstudio.lookup import ProjectLookup

        lookup = ProjectLookup(project)
        faults, uncorrected = corrections.check(project, gold, lookup)
        found += faults
        found += ledgers.made_from(project, uncorrected, lookup)
    if level >= 6:
        found += whole.check(load.text_of(project))
        found += corpus.ignored(project)
    elif level >= 3:
        found += whole.twice
    return found


def canonical(item: Document, raw: Any, data: bytes) -> list[Incident]:
    """P157: a gold file's bytes are those that `parley.document.dump` writes. `raw` is valid."""
    text = None if item.status == "withheld" else item.text
    if dump(from_dict(raw), text) == data:
        return []
    message = say(
        "the file is not written as `parley ingest` writes it",
        do="ingest its export again; never edit the file",
    )
    name = f"annotations/gold/{item.id}.json"
    return [Incident("P157", name, message, doc_id=item.id)]


def _layout(project: Project) -> list[Incident]:
    """P155 and P156: links that lead out of the project, and files that nothing would read."""
    found = []
    root = project.root.resolve()
    for folder in (project.corpus, project.gold, project.exports, project.ledger):
        if not folder.is_dir():
            continue
        for path in sorted(folder.rglob("*")):
            file = path.relative_to(project.root).as_posix()
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                message = say(
                    "a link that leads out of the project", expected="a file of the project's own"
                )
                found.append(Incident("P155", file, message))
            elif path.is_file() and kinds.is_stray(file):
                message = say(
                    "a file that nothing reads",
                    expected="only data in the folders of the corpus and the annotations",
                    do="move it to its place, or out of the folder",
                )
                found.append(Incident("P156", file, message))
    return found


def _orphans(project: Project, documents: Iterable[str]) -> list[Incident]:
    """P311: annotations of documents that are not there. A document whose own file is faulty is
    there."""
    from parley.incidents import nearest

    there = {*documents, *(path.stem for path in project.article_files())}
    there |= {path.stem for path in project.withheld_files()}
    found = []
    for path in sorted(project.gold.glob("*.json")):
        if path.stem not in there:
            message = say("no such document", got=path.stem, nearest=nearest(path.stem, there))
            found.append(Incident("P311", project.relative(path), message, doc_id=path.stem))
    return found


class _Files:
    """Checks of single files; the registers and documents are read when one needs them."""

    def __init__(self, project: Project, level: int) -> None:
        self.project = project
        self.level = level
        self.found: list[Incident] = []
        self._registers: tuple[Registry, list[Incident]] | None = None
        self._documents: dict[str, Document] | None = None

    @property
    def registers(self) -> Registry:
        """The registers; their own faults are not reported with other files."""
        if self._registers is None:
            self._registers = registry.read(self.project, self.level)
        return self._registers[0]

    def documents(self) -> dict[str, Document]:
        """Every document that can be read, by id."""
        if self._documents is None:
            self._documents = {item.id: item for item in load.documents(self.project, [])}
        return self._documents

    def check(self, path: Path) -> None:
        """Adds the faults of one file."""
        kind = kinds.of(path, self.project)
        file = self.project.relative(path)
        if kind is None:
            message = say(
                "not a kind of file that is checked",
                expected="an article, a withheld document, a register, annotations, an export, "
                "a ledger, a correction, predictions or a built dataset",
            )
            self.found.append(Incident("P150", file, message))
        elif kind in ("article", "withheld"):
            item = (
                load.article(path, self.project, self.found)
                if kind == "article"
                else load.withheld(path, self.project, self.found, self.level)
            )
            if item is not None and self.level >= 3:
                self.found += corpus.document(item, None, self.registers, self.level)
        elif kind == "register":
            self.registers  # noqa: B018 - reads them
            faults = self._registers[1] if self._registers else []
            self.found += [fault for fault in faults if fault.file == file]
        elif kind == "gold":
            self._gold(path, file)
        elif kind == "export":
            self._export(path, file)
        elif kind == "ledger":
            self.found += ledgers.ledger(self.project, path, None, self.level)
        elif kind == "correction":
            self.found += corrections.one(self.project, file) if self.level >= 3 else []
        elif kind == "prediction":
            report = Report(file)
            predictions.check(path, report, self.documents, self.level)
            self.found += report.found

    def _gold(self, path: Path, file: str) -> None:
        raw = load.gold(path, self.project, self.found)
        if raw is None:
            return
        item = self.documents().get(path.stem) or self.documents().get(str(raw.get("doc_id")))
        if item is None:
            if self.level >= 3:
                message = say("no such document", got=path.stem)
                self.found.append(Incident("P311", file, message, doc_id=path.stem))
            return
        faults = one.check(item, raw, self.registers.known(), level=self.level, file=file)
        if not faults and self.level >= 2:
            faults += canonical(item, raw, path.read_bytes())
        self.found += faults

    def _export(self, path: Path, file: str) -> None:
        from parley import ontology
        from parley.labelstudio import ingest
        from parley.labelstudio.lookup import ProjectLookup

        made = ingest.read(path.read_bytes(), file, ontology.load(), ProjectLookup(self.project))
        self.found += made.incidents
        if self.level >= 6:
            # Of the file itself: reading an export takes the words of withheld documents out.
            report = Report(file)
            withheld = {each.stem for each in self.project.withheld_files()}
            ledgers.leaks(ledgers.load(path, report), withheld, report)
            self.found += report.found
        self.ingested(made, file)

    def ingested(self, made: "Ingested", file: str) -> None:
        """Adds the faults of what an export gave, those of reading it aside."""
        known = self.registers.known()
        for doc_id, annotations in made.annotations.items():
            item = self.documents().get(doc_id)
            if item is not None:
                self.found += one.made(item, annotations, known, level=self.level, file=file)


def check_ingested(project: Project, made: "Ingested", file: str) -> list[Incident]:
    """Every fault of what an export gave, as `check_project` finds it in the file of that name.

    Faults met in reading it are the caller's already.
    """
    files = _Files(project, ALL)
    files.ingested(made, file)
    return sorted(set(files.found), key=Incident.sort_key)


def _files(
    project: Project, paths: list[Path], level: int, progress: Progress | None
) -> list[Incident]:
    files = _Files(project, level)
    number = 0
    for path in paths:
        if path.is_dir() and path.resolve() == project.root.resolve():
            files.found += _everything(project, level, None, progress)
        elif path.is_dir() and dist.is_built(path):
            files.found += dist.check(path, project, level)
        elif path.is_dir():
            inside = path.resolve().is_relative_to(project.root)
            for inner in sorted(path.rglob("*")):
                file = project.relative(inner)
                if inner.is_file() and (kinds.by_place(file) or not inside):
                    number += 1
                    files.check(inner)
                    if progress is not None:
                        progress(number)
        elif dist.is_built(path.parent) and path.name == dist.MANIFEST:
            files.found += dist.check(path.parent, project, level)
        else:
            files.check(path)
    return files.found
