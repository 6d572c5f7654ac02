"""Parley: a news corpus and the toolchain that makes it.

Offsets everywhere are Unicode code points into a document's canonical text,
start inclusive, end exclusive.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from parley.loading import load as load
    from parley.scoring.run import score as score
    from parley.segmentation import sentences as sentences

__all__ = ["__version__", "load", "score", "sentences"]

#: Name -> the module that has it. Lazy, so that `parley --help` pays for nothing that it does not
#: use.
_HOMES = {
    "load": "parley.loading",
    "score": "parley.scoring.run",
    "sentences": "parley.segmentation",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'parley' has no attribute {name!r}")
