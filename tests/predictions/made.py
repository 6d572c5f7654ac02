"""Gold made of random documents, and files of it."""

from pathlib import Path
from random import Random

from parley import json_io
from parley.document import Annotations, Document
from parley.predictions.gold import Gold, from_rows
from parley.predictions.rows import to_row
from parley.predictions.write import dump
from tests.dataset.made_documents import a_document


def made(seed: int, count: int = 2) -> list[tuple[Document, Annotations]]:
    """Documents `made-1` … with their annotations."""
    random = Random(seed)
    return [a_document(random, f"made-{n}", lines=4) for n in range(1, count + 1)]


def gold(seed: int, count: int = 2) -> Gold:
    """The gold of such documents, texts included."""
    documents = made(seed, count)
    return from_rows(
        [to_row(annotations, document.text) for document, annotations in documents],
        [
            {"text": document.text, "story": document.story, "form": document.form, "split": "test"}
            for document, _ in documents
        ],
        "made",
    )


def gold_file(path: Path, of: Gold) -> Path:
    """A gold file with what stands beside the layers."""
    lines = [
        {**row, "text": of.texts[n], "story": of.stories[n], "form": of.forms[n], "split": "test"}
        for n, row in enumerate(of.rows)
    ]
    path.write_bytes(b"".join(json_io.dumps(line) + b"\n" for line in lines))
    return path


def system_file(path: Path, of: Gold) -> Path:
    """The predictions of a system that is right everywhere."""
    path.write_bytes(dump(of.rows))
    return path
