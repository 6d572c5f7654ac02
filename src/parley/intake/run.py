"""Many files: finding them, reading them one after another, and storing what came out."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from parley import article, files
from parley.document import Document
from parley.incidents import Incident, IncidentError, nearest, one_of, say
from parley.intake import readers
from parley.intake.raw import Raw
from parley.intake.resolve import Options, Taken, resolve
from parley.project import Project

#: An article has some thousand characters; a file of this size is something else.
MAX_BYTES = 20_000_000
TYPES = ("txt", "html", "jsonl")


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: `type` is one of `TYPES`, or None to go by the suffix."""

    type: str | None = None
    encoding: str | None = None
    max_bytes: int = MAX_BYTES


def find(paths: Iterable[str]) -> Iterator[str | IncidentError]:
    """The files of the command line: folders walked in order for the known suffixes, `-` kept.

    Yields an `IncidentError` for a link inside a folder (N035) and an empty folder (N036).
    """
    for name in paths:
        path = Path(name)
        if name == "-" or not path.is_dir():
            yield name
            continue
        count = 0
        for found in _walk(path):
            count += 1
            yield found
        if not count:
            message = say("nothing to take in", expected=f"files in {one_of(_suffixes())}")
            yield IncidentError(Incident("N036", name, message))


def _suffixes() -> list[str]:
    return list(readers.SUFFIXES)


def _walk(root: Path) -> Iterator[str | IncidentError]:
    for folder, folders, names in os.walk(root):
        # Hidden folders (.git, .cache) hold no articles.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*names, *folders]):
            path = Path(folder, name)
            if path.is_symlink():
                if name in folders or path.suffix.lower() in readers.SUFFIXES:
                    message = say(
                        "a link inside the folder is not followed",
                        do="name the file itself, or copy it into the folder",
                    )
                    yield IncidentError(Incident("N035", str(path), message))
            elif name not in folders and path.suffix.lower() in readers.SUFFIXES:
                yield str(path)


def read(name: str, how: Reading, stdin: BinaryIO | None = None) -> Iterator[Raw | IncidentError]:
    """The raw articles of one file (`-` for standard input), or faults in their place."""
    try:
        yield from _read(name, how, stdin)
    except IncidentError as error:
        yield error
    except OSError as error:
        message = say(f"cannot be read: {error.strerror}", do="check the path and permissions")
        yield IncidentError(Incident("N001", name, message))


def _read(name: str, how: Reading, stdin: BinaryIO | None) -> Iterator[Raw | IncidentError]:
    stem = "stdin" if name == "-" else Path(name).stem
    suffix = Path(name).suffix.lower()
    kind = how.type or ("txt" if name == "-" else readers.SUFFIXES.get(suffix))
    if name != "-" and not Path(name).exists():
        # Said before the suffix: a slip in the name is the likelier fault.
        message = say("no such file", nearest=_near(Path(name)), do="check the path")
        raise IncidentError(Incident("N001", name, message))
    if kind is None:
        message = say(
            "not a type that intake reads",
            got=suffix or "no suffix",
            expected=one_of(_suffixes()),
            do="say what it is with --type",
        )
        raise IncidentError(Incident("N002", name, message))
    with _opened(name, stdin) as file:
        if kind == "jsonl":
            # One over the limit, so that a line of any length is seen to be too long.
            lines = iter(lambda: _line(file, how.max_bytes), b"")
            yield from readers.records(lines, name, stem, how.encoding, how.max_bytes)
            return
        data = file.read(how.max_bytes + 1)
    if len(data) > how.max_bytes:
        size = len(data) if name == "-" else Path(name).stat().st_size
        raise IncidentError(Incident("N003", name, readers.too_large(size, how.max_bytes)))
    yield (readers.text if kind == "txt" else readers.html)(data, name, stem, how.encoding)


def _opened(name: str, stdin: BinaryIO | None) -> AbstractContextManager[BinaryIO]:
    """The file, or standard input, which stays open."""
    return nullcontext(stdin or sys.stdin.buffer) if name == "-" else Path(name).open("rb")


def _line(file: BinaryIO, limit: int) -> bytes:
    """The next line; of one that is over the limit, just enough to see that, the rest passed by."""
    line = file.readline(limit + 2)
    if len(line) > limit + 1 and not line.endswith(b"\n"):
        while True:
            rest = file.readline(1_000_000)
            if not rest or rest.endswith(b"\n"):
                break
    return line


def _near(path: Path) -> str | None:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return None
    return nearest(path.name, names)


@dataclass(slots=True)
class Store:
    """Where articles go, and which ids are taken.

    `project` is None outside one (nothing can be stored then, only looked at).
    """

    project: Project | None
    into: Path | None = None
    replace: bool = False
    dry: bool = False
    seen: dict[str, str] = field(default_factory=dict)
    taken: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.project is not None:
            for path in (*self.project.article_files(), *self.project.withheld_files()):
                self.taken[path.stem] = path

    def target(self, document: Document) -> Path:
        """The article's file. Raises `IncidentError` (N034) where that leaves the corpus."""
        if self.project is None:
            return Path(f"{document.story}/{document.id}.txt")
        corpus = self.project.corpus.resolve()
        into = (self.into or self.project.articles).resolve()
        folder = into / document.story
        if not into.is_relative_to(corpus) or folder.resolve() != folder:
            link = into.is_relative_to(corpus)
            message = say(
                "the story's folder is a link" if link else "the folder is outside the corpus",
                got=str(folder.resolve()),
                expected=f"a folder inside {self.project.relative(corpus) or corpus.name}/",
                do="replace the link by a folder" if link else "choose another --into",
            )
            raise IncidentError(Incident("N034", document.file, message, doc_id=document.id))
        return folder / f"{document.id}.txt"

    def put(self, raw: Raw, taken: Taken) -> Path:
        """Stores one document (unless `dry`). Raises `IncidentError` (N032, N033, N034)."""
        document = taken.document
        place = raw.file if raw.line is None else f"{raw.file}:{raw.line}"
        if document.id in self.seen:
            message = say(
                "two articles of this run have one id",
                got=f"{document.id}, also of {self.seen[document.id]}",
                do="give one of them another id",
            )
            raise IncidentError(raw.incident("N032", message, document.id))
        target = self.target(document)
        there = self.taken.get(document.id) or (target if target.exists() else None)
        if there is not None and self.project is not None:
            same = there.resolve() == target.resolve()
            if not (self.replace and same):
                message = say(
                    "the corpus has a document with this id",
                    got=f"{document.id} in {self.project.relative(there)}",
                    do="give another id, or --replace"
                    if same
                    else "give another id, or remove that file first",
                )
                raise IncidentError(raw.incident("N033", message, document.id))
        if not self.dry and self.project is not None:
            files.write(target, article.write(document, taken.extra))
        self.seen[document.id] = place
        return target


def intake(
    names: Iterable[str],
    how: Reading,
    options: Options,
    store: Store,
    stdin: BinaryIO | None = None,
) -> Iterator[tuple[Raw, Taken, Path] | IncidentError]:
    """Takes in every article of every file: one outcome each, faults in place of documents."""
    for name in find(names):
        if isinstance(name, IncidentError):
            yield name
            continue
        for raw in read(name, how, stdin):
            if isinstance(raw, IncidentError):
                yield raw
                continue
            try:
                taken = resolve(raw, options)
                yield raw, taken, store.put(raw, taken)
            except IncidentError as error:
                yield error
            except OSError as error:
                message = say(f"cannot be written: {error.strerror}", got=error.filename)
                yield IncidentError(raw.incident("N037", message))
