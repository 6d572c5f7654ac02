"""Gold as lines of the prediction format, from the built dataset or from a file of such lines."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley import json_io
from parley.checks import predictions
from parley.checks.predictions import Known
from parley.dataset.annotated import COLUMNS, annotations
from parley.dataset.read import manifest, tables
from parley.incidents import IncidentError, Report
from parley.memory import uncollected
from parley.predictions.rows import LISTS, to_row

JSON = dict[str, Any]
_COLUMNS = (*COLUMNS, "story", "form", "status")


@dataclass(frozen=True, slots=True)
class Gold:
    """What systems are compared with; every sequence has one item a document, in one order.

    `rows` are lines of the prediction format; a key that a row does not have was not annotated.
    `texts`, `stories`, `forms` and `splits` are None where they are not known. `corpus` says what
    it is: `name`, `version` (None for a file) and `digest`: the logical digest of the built
    dataset, or the sha256 of the canonical rows. `left_out` counts attributions without content,
    for which the format has no place.
    """

    doc_ids: Sequence[str]
    rows: Sequence[JSON]
    texts: Sequence[str | None]
    stories: Sequence[str | None]
    forms: Sequence[str | None]
    splits: Sequence[str | None]
    corpus: Mapping[str, str | None]
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.doc_ids)

    def annotated(self) -> list[str]:
        """The layers' keys that at least one document has, in the order of a line."""
        return [key for key in LISTS if any(key in row for row in self.rows)]

    def known(self) -> dict[str, Known]:
        """What predictions for each document are checked against, by id."""
        return {
            doc_id: Known(None if text is None else len(text), text)
            for doc_id, text in zip(self.doc_ids, self.texts, strict=True)
        }


def emit_gold(gold: Gold) -> list[JSON]:
    """The lines of a system that is right everywhere: each layer that is annotated."""
    return list(gold.rows)


def emit_empty(gold: Gold) -> list[JSON]:
    """The lines of a system that looks at every layer and finds nothing."""
    return [{"doc_id": doc_id, **{key: [] for key in LISTS}} for doc_id in gold.doc_ids]


def from_dataset(folder: Path, split: str | None = None) -> Gold:
    """The gold of a built dataset: of one split, or of all.

    Documents that the build left out (withheld, and not restored) are not in it. Raises
    `IncidentError`: S001 no built dataset, S002 no such split, S003 a file that is not what the
    manifest says.
    """
    built = manifest(folder)
    made: list[tuple[JSON, JSON, str]] = []
    left_out = 0
    for name, rows in tables(folder, "documents", split, _COLUMNS):
        for row in rows:
            line, without = from_document(row)
            left_out += without
            made.append((line, row, name))
    return Gold(
        doc_ids=[row["doc_id"] for _, row, _ in made],
        rows=[line for line, _, _ in made],
        texts=[row["text"] for _, row, _ in made],
        stories=[row["story"] for _, row, _ in made],
        forms=[row["form"] for _, row, _ in made],
        splits=[name for _, _, name in made],
        corpus={
            "name": "parley",
            "version": built["version"],
            "digest": built["logical_sha256"],
        },
        left_out=left_out,
    )


def from_document(row: Mapping[str, Any]) -> tuple[JSON, int]:
    """The line of a row of the dataset's `documents` config, and how many attributions it lacks
    because they have no content. Words of a withheld document do not stand in it."""
    line = to_row(annotations(row), None if row["status"] == "withheld" else row["text"])
    if "mentions" in line:
        line.setdefault("clusters", [])
    return line, len(row["attributions"]) - len(line.get("attributions", row["attributions"]))


def documents(folder: Path) -> tuple[dict[str, Known], dict[str, str]]:
    """What predictions for a built dataset are checked against, and the split of each document.

    Documents that the build left out are known by their length alone. Raises `IncidentError` as
    `from_dataset` does.
    """
    entries = manifest(folder)["documents"]
    known = {row["doc_id"]: Known(row["length"], None) for row in entries}
    splits = {row["doc_id"]: row["split"] for row in entries}
    for name, rows in tables(folder, "documents", columns=("doc_id", "text")):
        for row in rows:
            known[row["doc_id"]] = Known(len(row["text"]), row["text"])
            splits[row["doc_id"]] = name
    return known, splits


def from_file(path: Path) -> Gold:
    """The gold of a file of the prediction format.

    A line may have `text`, `story`, `form` and `split` beside the layers. Raises `IncidentError`
    with every fault of the file: gold with a fault is no gold.
    """
    report = Report(path.as_posix())
    beside: list[JSON] = []
    with uncollected():
        rows = [row for _, row in predictions.lines(path, report, beside=beside)]
    if report.found:
        raise IncidentError(*report.found)
    return from_rows(rows, beside, name=path.stem)


def from_rows(rows: Iterable[JSON], beside: Iterable[JSON] | None = None, name: str = "") -> Gold:
    """Gold made of lines that have no fault; `beside` holds what stood beside each
    (`parley.checks.predictions.BESIDE`)."""
    lines = list(rows)
    others = [{} for _ in lines] if beside is None else list(beside)
    digest = hashlib.sha256()
    for line, other in zip(lines, others, strict=True):
        digest.update(json_io.canonical({**other, **line}) + b"\n")
    return Gold(
        doc_ids=[line["doc_id"] for line in lines],
        rows=lines,
        texts=[other.get("text") for other in others],
        stories=[other.get("story") for other in others],
        forms=[other.get("form") for other in others],
        splits=[other.get("split") for other in others],
        corpus={"name": name, "version": None, "digest": digest.hexdigest()},
    )
