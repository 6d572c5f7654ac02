"""Putting a built folder in its place whole.

A build writes into a folder beside its destination and changes the two over in one step, so that
readers, and whoever looks after a kill, see the old dataset or the new, never a mixture. Where the
system cannot exchange two names in one step the old folder is moved aside first; the next build
puts it back if it finds it so. One build at a time has the place, by a lock that ends with its
process; what an earlier one left behind is swept when the lock is taken.
"""

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class BusyError(Exception):
    """Another build has the place."""


class ForeignError(Exception):
    """The place holds something that no build made; it is not replaced."""


@contextmanager
def folder(place: Path, mark: str = "MANIFEST.json") -> Iterator[Path]:
    """An empty folder beside `place`, put in its place when the block ends well.

    A `place` that exists must be empty or hold the file `mark`. Raises `BusyError`, and
    `ForeignError` before anything is done.
    """
    place = place.absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    with _lock(place.with_name(f".{place.name}.lock")):
        new, old = place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")
        _sweep(place, new, old)
        if place.is_symlink() or (
            place.exists()
            and (not place.is_dir() or (any(place.iterdir()) and not (place / mark).is_file()))
        ):
            raise ForeignError(str(place))
        new.mkdir()
        try:
            yield new
            _put(new, place, old)
        finally:
            _sweep(place, new, old)


def _put(new: Path, place: Path, old: Path) -> None:
    if not place.exists():
        new.rename(place)
    elif not exchange(new, place):
        place.rename(old)
        new.rename(place)


def _sweep(place: Path, new: Path, old: Path) -> None:
    """Removes what an ended build left; an old folder whose place stands empty goes back."""
    if old.exists() and not place.exists():
        old.rename(place)
    for orphan in (new, old):
        if orphan.exists():
            shutil.rmtree(orphan)


def exchange(one: Path, other: Path) -> bool:
    """Exchanges two names in one step; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    done = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if done == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.EOPNOTSUPP):
        return False
    raise OSError(number, os.strerror(number), str(other))


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        with suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno in (errno.EACCES, errno.EAGAIN):
                    raise BusyError(str(path)) from None
                # A file system without locks: builds go on, one at a time is up to the user.
        yield
