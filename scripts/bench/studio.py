"""How long a large project takes in the Label Studio loop, as JSON on standard output.

A temporary project of 1,000 open articles (the corpus repeated under new ids) on a server of its
own: seconds to bring them up with pre-annotations, to pull and check all of them annotated, and to
start the installed server with that project there.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from parley import article, corpus, document, json_io, ontology
from parley.labelstudio import tasks
from parley.project import Project
from parley.studio import connect
from parley.studio.home import Home

ROOT = Path(__file__).parents[2]


def made(root: Path, number: int) -> list[Any]:
    """A project of `number` articles with gold; their tasks, annotated."""
    source = Project(ROOT)
    shutil.copytree(ROOT / "schema", root / "schema")
    for path in source.corpus.glob("*.jsonl"):
        (root / "corpus").mkdir(exist_ok=True)
        shutil.copy(path, root / "corpus" / path.name)
    scheme = ontology.load(source.ontology)
    gold = {path.stem: path for path in source.gold.glob("*.json")}
    items = [item for item in corpus.every(source) if item.status == "open" and item.id in gold]
    found = []
    for place in range(number):
        item = items[place % len(items)]
        doc_id = f"{item.id[:70]}-{place:05}"
        file = root / "corpus" / "articles" / item.story / f"{doc_id}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(article.write(replace(item, id=doc_id)))
        annotations = document.from_dict(json_io.loads(gold[item.id].read_bytes()))
        annotations.doc_id = doc_id
        annotations.provenance = {}
        home = root / "annotations" / "gold" / f"{doc_id}.json"
        home.parent.mkdir(parents=True, exist_ok=True)
        home.write_bytes(document.dump(annotations, item.text))
        task = tasks.annotated(replace(item, id=doc_id), annotations, scheme, "")
        del task["annotations"][0]["completed_by"]
        found.append(task)
    return found


def parley(root: Path, *words: str) -> float:
    """Seconds that a command takes; ends the benchmark where it could not run."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "parley", *words, "--root", str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - began
    if done.returncode not in (0, 1):
        sys.exit(f"parley {' '.join(words)}: {done.stderr}")
    return took


def measure(folder: Path, number: int) -> dict[str, Any]:
    """The three figures, on a server whose data are in `folder`."""
    root = folder / "project"
    annotated = made(root, number)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    up = ("studio", "up", "--port", port)
    first = f"{annotated[0]['data']['doc_id']}"
    figures: dict[str, Any] = {"tasks": number}
    try:
        figures["first_start"] = parley(root, *up, "--documents", first)
        client = connect.client(Home(Project(root)))
        client.delete_project(client.projects()[0].id)
        figures["up"] = parley(root, *up)
        remote = client.projects()[0].id
        client.delete_project(remote)
        parley(root, *up, "--documents", first, "--prefill", "none")
        remote = client.projects()[0].id
        client.delete_tasks([task.id for task in client.tasks(remote)])
        for _ in client.import_tasks(remote, annotated):
            pass
        shutil.rmtree(root / "annotations" / "gold")
        figures["pull"] = parley(root, "studio", "pull")
        figures["pull_again"] = parley(root, "studio", "pull")
        parley(root, "studio", "down")
        figures["start"] = parley(root, *up, "--documents", first, "--prefill", "none")
    finally:
        parley(root, "studio", "down")
    return {key: round(value, 1) for key, value in figures.items()}


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1000)
    args = parser.parse_args()
    # A large project needs no second installation.
    os.environ.setdefault("PARLEY_STUDIO_ENV", str(ROOT / ".studio" / "env"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PARLEY_STUDIO_HOME"] = str(Path(folder) / "home")
        print(json.dumps(measure(Path(folder), args.tasks), indent=2))


if __name__ == "__main__":
    main()
