"""What a publication would change: files, rows, labels, annotations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley.dataset.manifest import NAME
from parley.publishing.hub import File
from parley.versions import Difference

JSON = dict[str, Any]
#: (name, split, number there, number in the build).
Counts = tuple[tuple[str, str, int, int], ...]
KINDS = ("added", "changed", "removed", "same")


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file: bytes there and bytes of the build; None on the side where it is not."""

    path: str
    kind: str
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands on main against the build.

    `named` is the repository that the card names (`hub` in corpus/card.toml); `version` is the one
    on main. `rows` is (config, split, rows there, rows of the build), `labels` (name of a count of
    the manifest, split, there, in the build), both only where they differ. `data` compares
    annotation by annotation, where main holds another build of a corpus.
    """

    repo: str
    revision: str
    creates: bool
    files: tuple[FileChange, ...]
    named: str | None = None
    version: str | None = None
    rows: Counts = ()
    labels: Counts = ()
    data: Difference | None = field(default=None, compare=False)

    def of(self, *kinds: str) -> list[FileChange]:
        """The files of which one of these holds."""
        return [item for item in self.files if item.kind in kinds]

    def lines(self) -> list[str]:
        """The plan for people; files that stay as they are are counted, not listed."""
        state = "a new repository" if self.creates else f"now {self.version or 'without a build'}"
        found = [f"{self.repo}@{self.revision}: {state}"]
        if self.named not in (None, self.repo):
            found.append(f"the card tells people to load {self.named} (`hub` in corpus/card.toml)")
        counts = ", ".join(f"{len(self.of(kind))} {kind}" for kind in KINDS if self.of(kind))
        found.append(f"files: {counts or 'none'}")
        for item in self.of("added", "changed", "removed"):
            sizes = [f"{size:,}" for size in (item.old, item.new) if size is not None]
            found.append(f"  {item.kind:<8} {item.path}  {' -> '.join(sizes)} bytes")
        for title, rows in (("rows", self.rows), ("labels", self.labels)):
            if rows:
                found.append(f"{title}:")
            for name, split, old, new in rows:
                found.append(f"  {name}  {split}  {old:,} -> {new:,} ({new - old:+,})")
        if self.data is not None:
            found += self.data.lines()
        return found

    def to_dict(self) -> JSON:
        """The same for scripts; every file is listed."""
        return {
            "repo": self.repo,
            "revision": self.revision,
            "creates": self.creates,
            "card_names": self.named,
            "version_there": self.version,
            "files": [
                {"path": item.path, "change": item.kind, "old": item.old, "new": item.new}
                for item in self.files
            ],
            "rows": [
                {"config": name, "split": split, "old": old, "new": new}
                for name, split, old, new in self.rows
            ],
            "labels": [
                {"label": name, "split": split, "old": old, "new": new}
                for name, split, old, new in self.labels
            ],
            "data": self.data and self.data.to_dict(),
        }


def files(there: Mapping[str, File], folder: Path, manifest: JSON) -> tuple[FileChange, ...]:
    """Every file there or in the build, by path, and what becomes of it."""
    local = {NAME: (folder / NAME).stat().st_size}
    local |= {row["path"]: row["bytes"] for row in manifest["files"]}
    found = []
    for path in sorted(there.keys() | local.keys()):
        old = there[path].size if path in there else None
        if path not in local:
            kind = "removed"
        elif path not in there:
            kind = "added"
        else:
            kind = "same" if there[path].holds(folder / path) else "changed"
        found.append(FileChange(path, kind, old, local.get(path)))
    return tuple(found)


def counts(old: JSON, new: JSON) -> tuple[Counts, Counts]:
    """Where two manifests differ: rows by config and split, labels by split."""
    tables: list[dict[tuple[str, str], int]] = []
    labels: list[dict[tuple[str, str], int]] = []
    for manifest in (old, new):
        tables.append(
            {
                (config["name"], split): rows
                for config in manifest["configs"]
                for split, rows in config["rows"].items()
            }
        )
        labels.append(
            {
                (name, split): number
                for split, row in manifest["counts"].items()
                for name, number in row.items()
            }
        )
    return _differing(*tables), _differing(*labels)


def _differing(old: dict[tuple[str, str], int], new: dict[tuple[str, str], int]) -> Counts:
    return tuple(
        (*key, old.get(key, 0), new.get(key, 0))
        for key in dict.fromkeys([*new, *old])
        if old.get(key, 0) != new.get(key, 0)
    )
