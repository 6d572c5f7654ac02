"""Repositories of the loopback Hub: commits, tags and large objects, held in memory."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

#: What the Hub puts into a new repository; it says which files are large (git-lfs).
ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"


def git_digest(kind: str, data: bytes) -> str:
    """The digest by which git names a blob, tree or commit."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)) + data).hexdigest()


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit."""

    data: bytes
    large: bool

    @property
    def sha256(self) -> str:
        """The digest by which large files are named."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def pointer(self) -> bytes:
        """What git itself holds of a large file."""
        head = "version https://git-lfs.github.com/spec/v1"
        return f"{head}\noid sha256:{self.sha256}\nsize {len(self.data)}\n".encode()

    @property
    def oid(self) -> str:
        """The digest by which git names it."""
        return git_digest("blob", self.pointer if self.large else self.data)


@dataclass(frozen=True, slots=True)
class Commit:
    """One state of a repository."""

    sha: str
    parent: str | None
    title: str
    files: Mapping[str, Blob]


@dataclass(slots=True)
class Repo:
    """A repository with one branch, `main`."""

    kind: str
    name: str
    private: bool = False
    commits: dict[str, Commit] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    head: str = ""
    #: Large objects that were uploaded, by sha256, in a commit or not.
    objects: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.commit("initial commit", {".gitattributes": Blob(ATTRIBUTES, False)})

    def commit(self, title: str, files: Mapping[str, Blob]) -> str:
        """Makes `files` the state of main; the commit's digest."""
        listing = "\n".join(f"{path} {blob.oid}" for path, blob in sorted(files.items()))
        text = f"{self.kind} {self.name}\nparent {self.head}\n{title}\n{len(self.commits)}\n"
        sha = git_digest("commit", (text + listing).encode())
        self.commits[sha] = Commit(sha, self.head or None, title, dict(files))
        self.head = sha
        return sha

    def at(self, revision: str) -> Commit | None:
        """The commit that a branch, a tag or a digest names."""
        if revision in ("main", "refs/heads/main"):
            return self.commits[self.head]
        return self.commits.get(self.tags.get(revision.removeprefix("refs/tags/"), revision))

    def files(self, revision: str = "main") -> dict[str, bytes]:
        """Path -> bytes of a revision, but for the Hub's own .gitattributes."""
        found = self.at(revision)
        assert found is not None, revision
        return {path: blob.data for path, blob in found.files.items() if path != ".gitattributes"}

    def log(self) -> list[str]:
        """The titles of main's commits, newest first."""
        found, sha = [], self.head or None
        while sha:
            found.append(self.commits[sha].title)
            sha = self.commits[sha].parent
        return found

    def is_large(self, path: str) -> bool:
        """Whether a file goes the way of large ones."""
        return path.endswith(".parquet")
