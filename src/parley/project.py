"""Where a Parley project keeps its files.

corpus/articles/STORY/DOC.txt      open articles: front matter and the raw article
corpus/withheld/DOC.json           withheld documents: everything but the text
corpus/texts/DOC.txt               hydrated texts, never committed
corpus/entities.jsonl  events.jsonl  facts.jsonl  stories.jsonl  splits.jsonl
schema/ontology.toml               and the files made from it
annotations/exports/ROUND/ANNOTATOR.json   what Label Studio gave
annotations/ledger/ROUND/ANNOTATOR.json    what became of each result of it
annotations/gold/DOC.json          the annotations in force
dist/parley/                       the built dataset
"""

from dataclasses import dataclass
from pathlib import Path


class NotAProjectError(Exception):
    """No folder from here upwards holds a Parley project."""


@dataclass(frozen=True, slots=True)
class Project:
    """The paths of one project; nothing is read before it is asked for."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Project":
        """The project that holds `start` (default: the working folder).

        Raises `NotAProjectError` where no folder from there upwards has both `corpus/` and
        `schema/ontology.toml`.
        """
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / "corpus").is_dir() and (folder / "schema" / "ontology.toml").is_file():
                return cls(folder)
        raise NotAProjectError(
            f"no Parley project in {here} or above it; expected a folder with corpus/ and "
            "schema/ontology.toml; change into one or name it with --root"
        )

    @property
    def ontology(self) -> Path:
        """The project's own ontology."""
        return self.root / "schema" / "ontology.toml"

    @property
    def corpus(self) -> Path:
        """Articles, withheld documents, the registry and the splits."""
        return self.root / "corpus"

    @property
    def articles(self) -> Path:
        """The folder of open articles, one folder a story."""
        return self.corpus / "articles"

    @property
    def withheld(self) -> Path:
        """The folder of withheld documents."""
        return self.corpus / "withheld"

    @property
    def texts(self) -> Path:
        """The folder of hydrated texts, never committed."""
        return self.corpus / "texts"

    @property
    def gold(self) -> Path:
        """The folder of the annotations in force."""
        return self.root / "annotations" / "gold"

    @property
    def exports(self) -> Path:
        """The folder of Label Studio exports, one folder a round."""
        return self.root / "annotations" / "exports"

    @property
    def ledger(self) -> Path:
        """The folder of ledgers, one for each export."""
        return self.root / "annotations" / "ledger"

    @property
    def cache(self) -> Path:
        """The folder that may be removed at any time."""
        return self.root / ".cache"

    def register(self, name: str) -> Path:
        """`entities`, `events`, `facts`, `stories` or `splits`: a JSONL file of the corpus."""
        return self.corpus / f"{name}.jsonl"

    def article_files(self) -> list[Path]:
        """Every open article's file, by name."""
        return sorted(self.articles.glob("*/*.txt"), key=lambda path: path.name)

    def withheld_files(self) -> list[Path]:
        """Every withheld document's file, by name."""
        return sorted(self.withheld.glob("*.json"), key=lambda path: path.name)

    def relative(self, path: Path) -> str:
        """`path` as reports name it: from the root, with forward slashes, where it is inside."""
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()
