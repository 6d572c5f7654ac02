"""Small projects with a round of exports, for tests of agreement."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parley import json_io, ontology
from parley.document import Annotations, digest
from parley.labelstudio.results import results

ROOT = Path(__file__).parents[2]
SCHEME = ontology.load()


def a_project(root: Path, texts: Mapping[str, str]) -> Path:
    """A project with one open article for each text."""
    shutil.copytree(ROOT / "schema", root / "schema")
    folder = root / "corpus" / "articles" / "talks"
    folder.mkdir(parents=True)
    for doc_id, text in texts.items():
        lines = text.count("\n")
        head = (
            '+++\nstory = "talks"\nform = "news"\ntitle = ""\npublished = 2024-03-06\n'
            f'language = "en"\nfacts = ["F1"]\nblocks = "body*{lines}"\n+++\n'
        )
        (folder / f"{doc_id}.txt").write_text(head + text, "utf-8", newline="")
    return root


def export(root: Path, annotator: str, items: Mapping[str, tuple[str, Annotations]]) -> Path:
    """One annotator's export of the round `first`: document id -> text, annotations."""
    tasks: list[dict[str, Any]] = [
        {
            "id": number,
            "data": {"doc_id": doc_id, "text": text},
            "annotations": [
                {
                    "id": number,
                    "completed_by": 1,
                    "was_cancelled": False,
                    "ground_truth": False,
                    "result": results(found, text, SCHEME),
                }
            ],
        }
        for number, (doc_id, (text, found)) in enumerate(items.items(), 1)
    ]
    path = root / "annotations" / "exports" / "first" / f"{annotator}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json_io.dumps(tasks))
    return path


def empty(doc_id: str, text: str, layers: tuple[str, ...] = ontology.LAYERS) -> Annotations:
    """Annotations in which nothing was found."""
    return Annotations(doc_id, digest(text), len(text), layers)
