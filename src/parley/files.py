"""Writing files so that nothing is half-written and nothing lands outside its folder."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Ids name files, so they hold nothing that means something to a path.
ID_PATTERN = r"[a-z0-9](?:[a-z0-9_-]{0,78}[a-z0-9])?"
_ID = re.compile(ID_PATTERN)


def is_id(value: object) -> bool:
    """Whether `value` may name a document, story, entity or event (1-80 of a-z 0-9 _ -)."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; renamed over it when the block ends well, else removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write(path: Path, data: bytes) -> None:
    """Writes `data` aside and renames: readers see the old file or the new, never a part."""
    with aside(path) as part:
        part.write_bytes(data)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
