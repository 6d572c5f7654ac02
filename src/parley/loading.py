"""The built dataset from Python: `parley.load`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.dataset.read import manifest, splits
from parley.project import NotAProjectError, Project

if TYPE_CHECKING:
    import datasets


def load(
    config: str = "documents", split: str | None = None, *, data: "Path | str | None" = None
) -> "datasets.Dataset | datasets.DatasetDict":
    """A config of the built dataset: one split, or all of them by name.

    `data` is the folder that `parley build` made (default: dist/parley of the project that holds
    the working folder). Nothing is fetched from anywhere; the rows and features are those that
    `datasets.load_dataset(data, config, split=split)` gives.

    Raises `IncidentError`: S001 no built dataset, S002 no such config or split.
    """
    import datasets

    if data is None:
        try:
            data = Project.find(None).root / "dist" / "parley"
        except NotAProjectError:
            data = Path("dist/parley")
    folder = Path(data)
    files: dict[str, list[str]] = {}
    for row in splits(folder, manifest(folder), config, split):
        files.setdefault(row["split"], []).append(str(folder / row["path"]))
    made = {name: _table(paths, datasets) for name, paths in files.items()}
    return made[split] if split is not None else datasets.DatasetDict(made)


def _table(paths: list[str], datasets: Any) -> "datasets.Dataset":
    """Rows of one split, with the features that its files name; nothing goes into a cache."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.read_table(path) for path in paths]
    return datasets.Dataset(datasets.table.InMemoryTable(pa.concat_tables(tables)))
