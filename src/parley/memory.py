"""Memory: the cyclic garbage collector out of the way of bulk reading."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pauses the cyclic collector for a block that makes many values and no circles.

    The collector walks every container again and again while a large file is being decoded; that
    is four fifths of the time of decoding it. What the block drops is freed by its count all the
    same.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
