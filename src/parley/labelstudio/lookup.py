"""Documents of a project, as reading an export needs them: digest, length and text, no more."""

from functools import cached_property
from pathlib import Path

from parley import article, corpus, withheld
from parley.document import canonical, digest
from parley.labelstudio.ingest import Known
from parley.project import Project


class ProjectLookup:
    """Finds documents in a project's files, reading each at most once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, Known | None] = {}

    @cached_property
    def _paths(self) -> dict[str, Path]:
        return corpus.paths(self.project)

    def by_id(self, doc_id: str) -> Known | None:
        """The document of that id, or None."""
        if doc_id not in self._known:
            self._known[doc_id] = self._read(doc_id)
        return self._known[doc_id]

    def by_digest(self, sha256: str) -> str | None:
        """The id of the document with that canonical text, or None."""
        return self._digests.get(sha256)

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {known.sha256: doc_id for doc_id in self._paths if (known := self.by_id(doc_id))}

    def _read(self, doc_id: str) -> Known | None:
        path = self._paths.get(doc_id)
        if path is None:
            return None
        if path.suffix == ".txt":
            # No more than the text: paragraphs and sentences are not asked for here.
            split = article.split_front_matter(canonical(path.read_text("utf-8-sig", "replace")))
            body = split[1] if split else ""
            return Known("open", digest(body), len(body), body)
        shared = withheld.read(path, self.project.relative(path)).document
        copy = self.project.texts / f"{doc_id}.txt"
        text = withheld.matching(copy.read_bytes(), shared) if copy.is_file() else None
        return Known("withheld", shared.sha256, shared.length, text)
