"""Parley: a news corpus and the toolchain that makes it.

Offsets everywhere are Unicode code points into a document's canonical text,
start inclusive, end exclusive.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from parley.segmentation import sentences as sentences

__all__ = ["__version__", "sentences"]


def __getattr__(name: str) -> object:
    # Lazy, so that `parley --help` pays for nothing that it does not use.
    if name == "sentences":
        from parley.segmentation import sentences

        return sentences
    raise AttributeError(f"module 'parley' has no attribute {name!r}")
