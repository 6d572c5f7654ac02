"""Documents of a project, as reading an export needs them: digest, length and text, no more."""

from functools import cached_property
from pathlib import Path

from parley import article, json_io
from parley.document import canonical, digest
from parley.labelstudio.ingest import Known
from parley.project import Project


class ProjectLookup:
    """Finds documents in a project's files, reading each at most once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, Known | None] = {}

    @cached_property
    def _articles(self) -> dict[str, Path]:
        return {path.stem: path for path in self.project.article_files()}

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
        ids = [*self._articles, *(path.stem for path in self.project.withheld_files())]
        return {known.sha256: doc_id for doc_id in ids if (known := self.by_id(doc_id))}

    def _read(self, doc_id: str) -> Known | None:
        path = self._articles.get(doc_id)
        if path is not None:
            split = article.split_front_matter(canonical(path.read_text("utf-8-sig", "replace")))
            body = split[1] if split else ""
            return Known("open", digest(body), len(body), body)
        withheld = self.project.withheld / f"{doc_id}.json"
        if not withheld.is_file():
            return None
        row = json_io.loads(withheld.read_bytes())
        copy = self.project.texts / f"{doc_id}.txt"
        text: str | None = canonical(copy.read_text("utf-8-sig")) if copy.is_file() else None
        if text is not None and digest(text) != row["sha256"]:
            text = None
        return Known("withheld", row["sha256"], row["length"], text)
