"""Small projects of the tests' own, built, edited and built again."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parley import article, document, json_io
from parley.dataset import build
from parley.document import Annotations
from parley.project import Project
from tests.dataset import made_projects

DOC = "dry-dock-1"


def project(root: Path) -> Path:
    """A project of three articles that passes every check."""
    return made_projects.a_clean_project(root)


def built(root: Path, out: Path) -> Path:
    """The project built into `out`, without checks: tests plant what checks would refuse."""
    build.build(Project(root), out, checked=False, cached=False, jobs=1)
    return out


def gold(root: Path, edit: Callable[[Annotations], None], doc_id: str = DOC) -> None:
    """Edits the gold of a document in place."""
    path = root / "annotations" / "gold" / f"{doc_id}.json"
    found = document.from_dict(json_io.loads(path.read_bytes()))
    edit(found)
    document.nest(found)
    path.write_bytes(document.dump(found, text(root, doc_id)))


def text(root: Path, doc_id: str = DOC) -> str:
    """The canonical text of an open document."""
    found = article.read(source(root, doc_id), root).text
    assert found is not None
    return found


def source(root: Path, doc_id: str = DOC) -> Path:
    """The file of an open document."""
    return next((root / "corpus" / "articles").glob(f"*/{doc_id}.txt"))


def retext(root: Path, old: str, new: str, doc_id: str = DOC) -> None:
    """Replaces words of an article, and moves the annotations behind them along with it."""
    before = text(root, doc_id)
    end, by = before.index(old) + len(old), len(new) - len(old)
    path = source(root, doc_id)
    head, mark, body = path.read_text("utf-8").partition("\n+++\n")
    path.write_text(head + mark + body.replace(old, new, 1), "utf-8")
    gold_path = root / "annotations" / "gold" / f"{doc_id}.json"
    raw = json_io.loads(gold_path.read_bytes())
    raw["sha256"] = document.digest(text(root, doc_id))
    raw["length"] += by

    def moved(place: int) -> int:
        return place if place < end else place + by

    def move(item: Any) -> None:
        item["start"], item["end"] = moved(item["start"]), moved(item["end"])
        item.pop("text", None)

    for layer in ("mentions", "events", "stances"):
        for item in raw[layer]:
            move(item)
    for item in raw["attributions"]:
        for part in ("source", "cue", "content"):
            item[part] = [[moved(start), moved(last)] for start, last in item[part]]
        item.pop("text", None)
    found = document.from_dict(raw)
    gold_path.write_bytes(document.dump(found, text(root, doc_id)))


def git(root: Path, *args: str) -> str:
    """Runs git in a folder, without the user's own settings."""
    settings = ("user.name=A. Reader", "user.email=reader@example.org", "commit.gpgsign=false")
    options = [word for each in settings for word in ("-c", each)]
    found = subprocess.run(
        ["git", *options, "-C", str(root), *args], check=True, capture_output=True, text=True
    )
    return found.stdout


def commit(root: Path, tag: str) -> None:
    """Commits whatever is there, with a tag."""
    if not (root / ".git").exists():
        git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", tag)
    git(root, "tag", tag)
