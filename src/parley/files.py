"""Writing files so that nothing is half-written and nothing lands outside its folder."""

import os
import re
import secrets
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
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    # Made by whoever writes to it, with the permissions that a new file has anyway.
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write(path: Path, data: bytes) -> None:
    """Writes `data` aside and renames: readers see the old file or the new, never a part."""
    with aside(path) as part:
        part.write_bytes(data)
