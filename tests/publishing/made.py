"""A small project that may be published, and the command, run in this process."""

import contextlib
import io
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

from parley.cli import _run
from parley.dataset import build
from parley.project import Project
from tests.dataset import made_projects

REPO = "lenna/harbour-news"
CARD = 'name = "Harbour"\nlicense = "cc-by-4.0"\nversion = "{version}"\n'


@dataclass(frozen=True, slots=True)
class Done:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON on standard output."""
        return json.loads(self.out)


def a_project(root: Path) -> Path:
    """A project of three documents, built, that nothing speaks against."""
    made_projects.a_clean_project(root)
    (root / "LICENSE-DATA").write_text("Anyone may use these made-up articles.\n", "utf-8")
    version(root, "0.1.0", "The first version.")
    rebuild(root)
    return root


def version(root: Path, number: str, said: str) -> None:
    """Sets the corpus version, with an entry in the changelog."""
    (root / "corpus" / "card.toml").write_text(CARD.format(version=number), "utf-8")
    path = root / "corpus" / "CHANGELOG.md"
    old = path.read_text("utf-8").partition("\n")[2] if path.is_file() else ""
    path.write_text(f"# Changelog\n\n## {number} (2025-03-01)\n\n- {said}\n{old}", "utf-8")


def correct(root: Path) -> None:
    """One event becomes positive, and one stance goes: annotations of one document."""
    item, annotations = made_projects.a_clean_document("dry-dock", "F001")
    annotations.events[1] = replace(annotations.events[1], polarity="positive")
    annotations.stances.clear()
    # Whose stance it was.
    annotations.mentions[:] = [each for each in annotations.mentions if each.id != "m5"]
    made_projects.write(root, item, annotations)


def rebuild(root: Path) -> None:
    """Builds the dataset."""
    build.build(Project(root), root / "dist" / "parley", checked=False)


def publish(root: Path, *words: str, repo: str | None = REPO, typed: str = "") -> Done:
    """`parley publish`, by `--yes` unless the words say otherwise or `typed` is what is typed."""
    args = ["publish", *([repo] if repo else []), *words, "--root", str(root)]
    if not typed and "--dry-run" not in words and "--no" not in words:
        args.append("--yes")
    args = [arg for arg in args if arg != "--no"]
    out, err, stdin = io.StringIO(), io.StringIO(), io.StringIO(typed)
    stdin.isatty = lambda: bool(typed)  # type: ignore[method-assign]
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch("sys.stdin", stdin),
    ):
        code = _run.command(args, {"publish"})
    return Done(code, out.getvalue(), err.getvalue())


def faults(done: Done, endpoint: str) -> list[str]:
    """The lines of incidents, with the address and digests made the same in every run."""
    lines = [line for line in done.err.splitlines() if re.match(r"^\S+: [A-Z]\d{3} ", line)]
    lines = [line.replace(endpoint, "HUB") for line in lines]
    return [re.sub(r"\b[0-9a-f]{40,64}\b", "DIGEST", line) for line in lines]
