"""How long does a built dataset take to load, by every reader that the card names?

Prints JSON: seconds for each reader and config, over all splits, the first time and again. Each
reading of `load_dataset` begins with an empty cache folder.

    python scripts/bench/load.py dist/parley
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> int:
    """Runs every reader."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "dist",
        type=Path,
        nargs="?",
        default=Path("dist/parley"),
        help="a built dataset (default: dist/parley)",
    )
    args = parser.parse_args()
    manifest = json.loads((args.dist / "MANIFEST.json").read_text("utf-8"))
    found: dict[str, Any] = {"rows": {}, "seconds": {}}
    # Not timed: importing takes as long as reading a small dataset.
    import datasets
    import duckdb
    import pandas
    import polars

    datasets.disable_progress_bars()
    found["versions"] = {
        module.__name__: module.__version__ for module in (datasets, pandas, polars, duckdb)
    }
    for config in manifest["configs"]:
        name = config["name"]
        found["rows"][name] = sum(config["rows"].values())
        found["seconds"][name] = readings(args.dist, name)
    print(json.dumps(found, indent=2))
    return 0


def readings(dist: Path, config: str) -> dict[str, float]:
    """Seconds of each reader for one config."""
    import duckdb
    import pandas as pd
    import polars as pl
    from datasets import load_dataset

    files = sorted((dist / config).glob("*.parquet"))

    def streamed(shape: str | None) -> int:
        rows = 0
        for split in load_dataset(str(dist), config, streaming=True).values():
            if shape is None:
                rows += sum(1 for _ in split)
            else:
                rows += sum(len(part) for part in split.with_format(shape).iter(10_000))
        return rows

    with tempfile.TemporaryDirectory() as cache:
        return {
            "load_dataset_first": timed(lambda: load_dataset(str(dist), config, cache_dir=cache)),
            "load_dataset_again": timed(lambda: load_dataset(str(dist), config, cache_dir=cache)),
            "streaming_python": timed(lambda: streamed(None)),
            "streaming_arrow": timed(lambda: streamed("arrow")),
            "pandas": timed(lambda: [pd.read_parquet(file) for file in files]),
            "pandas_pyarrow": timed(
                lambda: [pd.read_parquet(file, dtype_backend="pyarrow") for file in files]
            ),
            "polars": timed(lambda: [pl.read_parquet(file) for file in files]),
            "duckdb": timed(
                lambda: [
                    duckdb.execute(f"SELECT * FROM '{file}'").fetchall()  # the path is ours
                    for file in files
                ]
            ),
        }


def timed(do: Callable[[], object]) -> float:
    """Seconds that `do` takes."""
    started = time.perf_counter()
    do()
    return round(time.perf_counter() - started, 4)


if __name__ == "__main__":
    raise SystemExit(main())
