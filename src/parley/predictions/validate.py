"""What is wrong with a prediction file, and what it holds."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from parley.checks import predictions, registry
from parley.checks.load import documents as load_documents
from parley.checks.predictions import HasText
from parley.dataset.manifest import NAME as MANIFEST
from parley.incidents import Incident, Report, nearest, one_of, stop
from parley.memory import uncollected
from parley.predictions import gold
from parley.predictions.rows import LISTS
from parley.project import Project


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents that may be predicted: what is known of each, and its split (None: unknown).

    `source` is what they come from, in words.
    """

    known: Mapping[str, HasText]
    splits: Mapping[str, str | None]
    source: str

    def of(self, split: str | None) -> list[str]:
        """The documents of one split; of all, where None. Raises `IncidentError` (S002)."""
        if split is None:
            return list(self.known)
        names = sorted({name for name in self.splits.values() if name is not None})
        if split not in names:
            raise stop(
                "S002",
                self.source,
                "no such split" if names else "it does not say which document is in which split",
                got=split,
                expected=one_of(names) or None,
                nearest=nearest(split, names),
            )
        return [name for name in self.known if self.splits.get(name) == split]


def from_gold(path: Path) -> Documents:
    """The documents of a gold file. Raises `IncidentError` with every fault of it."""
    found = gold.from_file(path)
    splits = dict(zip(found.doc_ids, found.splits, strict=True))
    return Documents(found.known(), splits, path.as_posix())


def from_dataset(folder: Path) -> Documents:
    """The documents of a built dataset. Raises `IncidentError` (S001, S003)."""
    known, splits = gold.documents(folder)
    return Documents(known, splits, folder.as_posix())


def from_project(project: Project) -> Documents:
    """The documents of the project's built dataset or, before it is built, of its corpus.

    Articles that cannot be read are left out: `parley check` says what is wrong with them.
    """
    built = project.root / "dist" / "parley"
    if (built / MANIFEST).is_file():
        return from_dataset(built)
    stories = registry.read(project, 1)[0].splits
    found = {document.id: document for document in load_documents(project, [])}
    splits = {name: stories.get(document.story) for name, document in found.items()}
    return Documents(found, splits, project.relative(project.corpus))


@dataclass(frozen=True, slots=True)
class Validation:
    """What one prediction file holds, and its faults in the order of its lines.

    `lines` counts those without a fault, by split ("" where it is unknown), `items` what they hold,
    by key of the format; `lacking` the lines among them without a key that others have.
    `not_predicted` are keys on no line; `missing` the documents without a line: of the split that
    was asked for, else of every split that has a line. A line with a fault is a line.
    """

    file: str
    lines: Counter[str]
    items: Counter[str]
    lacking: dict[str, int]
    not_predicted: list[str]
    missing: list[str]
    faults: list[Incident] = field(default_factory=list)


def validate(path: Path, documents: Documents, split: str | None = None) -> Validation:
    """Every fault of the prediction file `path`; nothing is raised for a bad one."""
    wanted = documents.of(split)
    report = Report(path.as_posix())
    lines: Counter[str] = Counter()
    items: Counter[str] = Counter()
    having: Counter[str] = Counter()
    met: set[str] = set()
    with uncollected():
        for _, row in predictions.lines(path, report, lambda: documents.known, met=met):
            lines[documents.splits.get(row["doc_id"]) or ""] += 1
            for key in LISTS:
                if key in row:
                    having[key] += 1
                    items[key] += len(row[key])
    if split is None:
        splits = {documents.splits.get(name) for name in met if name in documents.known}
        wanted = [name for name in wanted if documents.splits.get(name) in splits]
    return Validation(
        file=report.file,
        lines=lines,
        items=items,
        lacking={
            key: lines.total() - having[key] for key in LISTS if 0 < having[key] < lines.total()
        },
        not_predicted=[key for key in LISTS if not having[key]],
        missing=[name for name in wanted if name not in met],
        faults=report.found,
    )
