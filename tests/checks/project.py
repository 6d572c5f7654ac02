"""A copy of the base project with a fault planted in it."""

import hashlib
import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

from parley import article, ontology

FIXTURES = Path(__file__).parents[1] / "fixtures" / "checks"
BASE = FIXTURES / "base"


def copy(root: Path) -> None:
    """The base project at `root`, with the ontology in force."""
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    (root / "schema").mkdir()
    shutil.copy(ontology.schema_folder() / "ontology.toml", root / "schema" / "ontology.toml")


def plant(root: Path, folder: Path) -> list[str]:
    """Does what a fixture's fault.toml says to the project at `root`; the command's arguments."""
    fault = tomllib.loads((folder / "fault.toml").read_text("utf-8"))
    if fault.get("dist"):
        _dist(root / "dist" / "parley")
    for row in fault.get("folder", ()):
        (root / row["file"]).mkdir(parents=True)
    for row in fault.get("write", ()):
        path = root / row["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(row["hex"]) if "hex" in row else row["text"].encode())
    for row in fault.get("replace", ()):
        path = root / row["file"]
        old = path.read_text("utf-8")
        assert row["old"] in old, f"{folder.name}: {row['file']} does not hold {row['old']!r}"
        path.write_text(old.replace(row["old"], row["new"], 1), "utf-8")
    for row in fault.get("append", ()):
        with (root / row["file"]).open("ab") as file:
            file.write(row["text"].encode())
    for row in fault.get("delete", ()):
        (root / row["file"]).unlink()
    for row in fault.get("link", ()):
        (root / row["file"]).symlink_to(row["to"])
    if fault.get("resign"):
        _resign(root)
    args: list[str] = fault.get("args", [])
    return args


def _resign(root: Path) -> None:
    """Digests and lengths made right again after an edit of what they are taken over."""
    for path in (root / "corpus" / "articles").glob("*/*.txt"):
        gold = root / "annotations" / "gold" / f"{path.stem}.json"
        if gold.is_file():
            found = article.read(path, root)
            _set(gold, "sha256", found.sha256)
            _set(gold, "length", found.length)
    for path in (root / "annotations" / "exports").glob("*/*.json"):
        ledger = root / "annotations" / "ledger" / path.parent.name / path.name
        if ledger.is_file():
            _set(ledger, "sha256", hashlib.sha256(path.read_bytes()).hexdigest())


def _set(path: Path, key: str, value: object) -> None:
    lines = path.read_text("utf-8").split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith(f'  "{key}": '))
    lines[at] = f'  "{key}": {json.dumps(value)},'
    path.write_text("\n".join(lines), "utf-8")


def _dist(folder: Path) -> None:
    """A built dataset of one table, with a right manifest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    (folder / "documents").mkdir(parents=True)
    table = folder / "documents" / "train-00000-of-00001.parquet"
    pq.write_table(pa.table({"doc_id": ["a", "b", "c"]}), table)
    (folder / "README.md").write_text("A dataset.\n", "utf-8")
    files: list[dict[str, Any]] = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            row: dict[str, Any] = {"path": path.relative_to(folder).as_posix()}
            row["bytes"] = path.stat().st_size
            row["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            if path.suffix == ".parquet":
                row |= {"config": "documents", "split": "train", "rows": 3}
                row["logical_sha256"] = "0" * 64
            files.append(row)
    splits = {"train": 3, "validation": 0, "test": 0}
    manifest = {
        "format": "parley-manifest/1",
        "version": "0.1.0",
        "ontology": "0.1.0",
        "pyarrow": pa.__version__,
        "logical_sha256": "0" * 64,
        "configs": [
            {"name": "documents", "default": True, "schema_sha256": "0" * 64, "rows": splits}
        ],
        "files": files,
        "counts": {split: {"documents": count} for split, count in splits.items()},
        "documents": [],
    }
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
