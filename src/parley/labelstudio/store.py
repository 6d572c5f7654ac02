"""Where what an export gave is kept: gold annotations, the ledger, the export itself."""

import hashlib
from pathlib import Path

from parley import document, files, json_io, ontology
from parley.incidents import Incident, say
from parley.labelstudio import exports, ingest
from parley.labelstudio.ingest import Ingested
from parley.memory import uncollected
from parley.project import Project


class Store:
    """Ingests exports into a project, or into a folder of its own."""

    def __init__(
        self,
        project: Project | None,
        out: Path | None,
        *,
        replace: bool = False,
        dry_run: bool = False,
        gold: bool = True,
    ) -> None:
        self.project = project
        self.out = out
        self.replace = replace
        self.dry_run = dry_run
        #: Whether the annotations become gold: not where several annotators did the same documents.
        self.gold = gold
        self.lookup: ingest.Lookup | None = None
        self.ontology = ontology.load()
        if project is not None:
            from parley.labelstudio.lookup import ProjectLookup

            self.lookup = ProjectLookup(project)
            self.ontology = ontology.load(project.ontology)

    def ingest(
        self,
        data: bytes,
        path: Path,
        round_name: str | None = None,
        annotator: str | None = None,
        by: str | None = None,
    ) -> Ingested:
        """Reads one export and writes what came of it; incidents are in what is returned."""
        with uncollected():
            return self._ingest(data, path, round_name, annotator, by)

    def _ingest(
        self,
        data: bytes,
        path: Path,
        round_name: str | None,
        annotator: str | None,
        by: str | None,
    ) -> Ingested:
        name = path.name
        home = None
        if self.project is not None and self.out is None:
            home = self._home(path, round_name, annotator)
            name = self.project.relative(home)
        done = ingest.read(data, name, self.ontology, self.lookup, by)
        if self.dry_run:
            return done
        if self.out is not None:
            self._write(done, self.out / "gold", self.out / f"{path.stem}.ledger.json", guard=False)
        elif home is not None and self.project is not None and done.export:
            kept = exports.dump(done.export)
            if not home.is_file() or home.read_bytes() != kept:
                files.write(home, kept)
            done.ledger.sha256 = hashlib.sha256(kept).hexdigest()
            ledger = self.project.ledger / home.relative_to(self.project.exports.resolve())
            self._write(done, self.project.gold, ledger, guard=True)
        return done

    def _home(self, path: Path, round_name: str | None, annotator: str | None) -> Path:
        """Where the project keeps this export."""
        assert self.project is not None
        folder = self.project.exports.resolve()
        here = path.resolve()
        inside = here.is_relative_to(folder) and len(here.relative_to(folder).parts) == 2
        default_round, default_name = ("import", _slug(path.stem))
        if inside:
            default_round, default_name = here.parent.name, here.stem
        return folder / (round_name or default_round) / f"{annotator or default_name}.json"

    def _write(self, done: Ingested, gold: Path, ledger: Path, *, guard: bool) -> None:
        for doc_id, annotations in list(done.annotations.items()):
            path = gold / f"{doc_id}.json"
            refusal = self._refusal(doc_id, path, done.ledger.export) if guard else None
            if refusal is None:
                if self.gold:
                    _carry(path, annotations)
                    files.write(path, document.dump(annotations, done.texts[doc_id]))
                continue
            done.incidents.append(refusal)
            done.ledger.refuse(doc_id, refusal.code)
            del done.annotations[doc_id]
        files.write(ledger, done.ledger.dump())

    def _refusal(self, doc_id: str, path: Path, export: str) -> Incident | None:
        """Why a document's annotations are not written into the project, if they are not."""
        if self.lookup is not None and self.lookup.by_id(doc_id) is None:
            message = say(
                "the corpus has no document of this id",
                got=doc_id,
                do="take the article in first, or give --out DIR to look at the annotations",
            )
            return Incident("X012", export, message, doc_id=doc_id)
        other = None if self.replace or not self.gold else _origin(path)
        if other is None or other == export:
            return None
        message = say(
            "gold annotations of this document came from another export",
            got=other,
            expected=export,
            do="keep them, or give --replace",
        )
        return Incident("X060", export, message, doc_id=doc_id)


def _carry(path: Path, annotations: document.Annotations) -> None:
    """Keeps what adjudication told of the same annotations when their export is read again."""
    told = json_io.head_field(path, "provenance")
    if not isinstance(told, dict) or told.get("export") != annotations.provenance.get("export"):
        return
    if (
        told.get("annotation") == annotations.provenance.get("annotation")
        and "adjudication" in told
    ):
        annotations.provenance["adjudication"] = told["adjudication"]


def _origin(path: Path) -> str | None:
    """The export that existing gold came from."""
    told = json_io.head_field(path, "provenance")
    return str(told["export"]) if isinstance(told, dict) and "export" in told else None


def _slug(name: str) -> str:
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower())
    return kept.strip("-")[:80].strip("-") or "export"
