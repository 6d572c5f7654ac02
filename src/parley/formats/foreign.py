"""Files of other tools: which of a path they are, how places in them are called, metadata."""

from collections.abc import Iterator
from pathlib import Path

from parley.formats.source import Source
from parley.incidents import Incident, one_of, stop

#: What a document's metadata are called there (`Standoff.about`).
ABOUT = (
    *("story", "title", "published", "form", "status"),
    *("language", "source", "section", "facts"),
)


def about(document: Source) -> dict[str, str]:
    """The metadata of a document as `Standoff.about` has them: those that it has, each on one line;
    `facts` are parted by spaces."""
    found = {}
    for name in ABOUT:
        value = document.about.get("published_text" if name == "published" else name)
        words = value if isinstance(value, list) else str(value or "").split()
        if words:
            found[name] = " ".join(words)
    return found


def listed(path: Path, *endings: str) -> Iterator[tuple[Path, str]]:
    """The files that `path` means, by name, each with what reports call it.

    A file stands for itself, whatever its name; of a folder, those below it that end in one of
    `endings`, called by their path from there. Raises `IncidentError` (I001) where there are none.
    """
    if path.is_file():
        yield path, path.name
        return
    found = sorted(
        item
        for item in path.rglob("*")
        if item.name.lower().endswith(endings) and item.is_file() and not item.name.startswith(".")
    )
    if not found:
        what = "no such files here" if path.is_dir() else "no such file or folder"
        expected = f"a file, or a folder of files that end in {one_of(endings)}"
        raise stop("I001", path.as_posix(), what, expected=expected)
    for item in found:
        yield item, item.relative_to(path).as_posix()


def unreadable(name: str, what: str, *, expected: str, line: int | None = None) -> Incident:
    """A file that is not of its format at all."""
    return Incident("I001", name, f"{what}; expected {expected}", line)
