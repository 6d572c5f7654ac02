"""Numbers as arguments of commands: each function makes the `type` of an argparse argument."""

import argparse
from collections.abc import Callable


def whole(most: int, least: int = 0) -> Callable[[str], int]:
    """Reads a whole number from `least` to `most`."""

    def read(words: str) -> int:
        if words.isascii() and words.isdecimal() and least <= int(words[:20]) <= most:
            return int(words)
        raise argparse.ArgumentTypeError(
            f"got {words!r}; expected a whole number, {least} to {most:,}"
        )

    return read


def number(most: float, *, over_zero: bool = False) -> Callable[[str], float]:
    """Reads a number from 0, or over it, to `most`."""

    def read(words: str) -> float:
        try:
            value = float(words)
        except ValueError:
            value = -1.0
        if 0 <= value <= most and not (over_zero and value == 0):
            return value
        least = "over 0" if over_zero else "0"
        raise argparse.ArgumentTypeError(f"got {words!r}; expected a number, {least} to {most:,}")

    return read
