"""The built dataset of a corpus, as files; `parley.load` looks for it by this module's name."""

import json
from pathlib import Path

__all__ = ["__version__", "path"]


def path() -> Path:
    """The dataset's folder: README.md, MANIFEST.json and CONFIG/SPLIT-….parquet."""
    return Path(__file__).resolve().parent / "data"


def __getattr__(name: str) -> str:
    if name == "__version__":
        found: str = json.loads((path() / "MANIFEST.json").read_text("utf-8"))["version"]
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
