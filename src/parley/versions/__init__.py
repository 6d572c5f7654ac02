"""Versions of the data: what differs between two builds."""

from parley.versions.comparison import compare
from parley.versions.model import Difference

__all__ = ["Difference", "compare"]
