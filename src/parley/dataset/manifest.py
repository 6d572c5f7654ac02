"""MANIFEST.json: what a built folder holds, digest by digest, with no timestamps."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley import __version__, json_io
from parley.dataset.about import About
from parley.dataset.features import CONFIGS, DEFAULT, schema_digest
from parley.dataset.tables import Written, file_digest
from parley.ontology import Ontology, schema_folder

NAME = "MANIFEST.json"
FORMAT = "parley-manifest/1"


def path(config: str, split: str) -> str:
    """A table's file, from the built folder."""
    return f"{config}/{split}-00000-of-00001.parquet"


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the corpus, in the build or left out of it."""

    doc_id: str
    story: str
    split: str
    reason: str
    status: str
    published: bool
    sha256: str
    length: int
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that the card and the manifest tell of a build.

    `tables` by (config, split); `counts` and `documents` over the corpus; `others` are further
    files of the folder; `examples` a row of each config, as JSON, where it has any.
    """

    ontology: Ontology
    tables: Mapping[tuple[str, str], Written]
    counts: Mapping[str, Counter[str]]
    documents: Sequence[Entry]
    examples: Mapping[str, dict[str, Any]]
    about: About

    def rows(self, config: str) -> dict[str, int]:
        """Rows by split."""
        return {split: self.tables[config, split].rows for split in self.ontology.splits}

    @property
    def missing(self) -> list[Entry]:
        """Documents whose text was not at hand."""
        return [item for item in self.documents if not item.published]

    @property
    def logical(self) -> str:
        """The digest that names the data."""
        found = hashlib.sha256()
        for config in CONFIGS:
            for split in self.ontology.splits:
                found.update(self.tables[config.name, split].logical.encode() + b"\n")
        return found.hexdigest()


def files(contents: Contents, root: Path, others: Sequence[Path]) -> list[dict[str, Any]]:
    """The manifest's entries of the folder `root`; `others` are its files that are not tables."""
    found: list[dict[str, Any]] = []
    for config in CONFIGS:
        for split in contents.ontology.splits:
            table = contents.tables[config.name, split]
            found.append(
                {
                    "path": table.path.relative_to(root).as_posix(),
                    "bytes": table.bytes,
                    "sha256": table.sha256,
                    "config": config.name,
                    "split": split,
                    "rows": table.rows,
                    "logical_sha256": table.logical,
                }
            )
    return found + [
        {
            "path": path.relative_to(root).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": file_digest(path),
        }
        for path in others
    ]


def make(contents: Contents, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The manifest of a folder with these files (see `files`)."""
    import pyarrow as pa

    ontology = contents.ontology
    return {
        "format": FORMAT,
        "version": contents.about.version,
        "toolchain": __version__,
        **({"hub": contents.about.hub} if contents.about.hub else {}),
        "ontology": ontology.version,
        "pyarrow": pa.__version__,
        "logical_sha256": contents.logical,
        "configs": [
            {
                "name": config.name,
                "default": config.name == DEFAULT,
                "schema_sha256": schema_digest(config, ontology),
                "rows": contents.rows(config.name),
            }
            for config in CONFIGS
        ],
        "files": list(entries),
        "counts": {
            split: {"documents": 0, **dict(sorted(contents.counts[split].items()))}
            for split in ontology.splits
        },
        "documents": [
            {
                "doc_id": item.doc_id,
                "story": item.story,
                "split": item.split,
                "reason": item.reason,
                "status": item.status,
                "published": item.published,
                "sha256": item.sha256,
                "length": item.length,
                "layers": list(item.layers),
            }
            for item in contents.documents
        ],
    }


def dump(manifest: dict[str, Any]) -> bytes:
    """Canonical bytes: files and documents one a line."""
    head = dict(manifest)
    lists = {key: head.pop(key) for key in ("configs", "files", "documents")}
    return json_io.one_per_line(head, lists)


def faults(manifest: dict[str, Any]) -> list[str]:
    """What the JSON Schema finds wrong with a manifest, as words."""
    import jsonschema_rs

    schema = json_io.loads((schema_folder() / "manifest.schema.json").read_bytes())
    checker = jsonschema_rs.validator_for(schema)
    documents = manifest["documents"]
    # In pieces, since the checker makes a copy of what it is given.
    pieces = [documents[at : at + 1000] for at in range(0, len(documents), 1000)]
    return [
        str(error.message)
        for piece in pieces or [[]]
        for error in checker.iter_errors({**manifest, "documents": piece})
    ]
