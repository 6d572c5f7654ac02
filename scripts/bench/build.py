"""How fast is ingest + check + build, against the usual way and against the floor?

The corpus is repeated under new ids until there are enough documents, and three things are timed on
the same exports (100 tasks a file) in one run:

    parley   `parley ingest`, then `parley build`, which checks: both as a user runs them
    usual    json, the converter of label_studio_sdk to JSON, jsonschema, Dataset.from_list,
             to_parquet
    floor    orjson.loads of the exports, and pq.write_table of rows that are ready

Prints JSON. The usual way is slow and linear, so it is timed on fewer documents (--usual).
Peak memory is that of all processes together, sampled; it needs /proc.

    python scripts/bench/build.py --documents 10000 --memory-documents 100000
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from parley import article, document, json_io, ontology
from parley.document import Document, Paragraph
from parley.labelstudio.interface import interface
from parley.labelstudio.results import results
from parley.project import Project

TASKS = 100


def main() -> int:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, help="the project to repeat (default: this one)")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--usual", type=int, default=500, help="documents of the usual way")
    parser.add_argument(
        "--memory-documents", type=int, default=0, help="build so many too, for peak memory alone"
    )
    parser.add_argument("--jobs", type=int, help="processes of `parley build`")
    args = parser.parse_args()
    base = load(Project.find(args.root or Path(__file__).parent))
    if not base:
        print("the project has no annotated open articles to repeat", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        root = Path(folder) / "project"
        found: dict[str, Any] = {
            "base_documents": len(base),
            "documents": args.documents,
            "characters_a_document": round(sum(item.length for item, _ in base) / len(base)),
            "annotations_a_document": {
                key: round(sum(len(raw[key]) for _, raw in base) / len(base), 1)
                for key in ("mentions", "events", "attributions", "stances")
            },
            "processors": len(os.sched_getaffinity(0)),
        }
        files = repeat(base, Project.find(args.root or Path(__file__).parent), root, args.documents)
        found["parley"] = parley(root, files, args.jobs)
        found["floor"] = floor(files, root / "dist" / "parley", args.documents)
        golds = {item.id[:70]: raw for item, raw in base}
        few = files[: max(1, args.usual // TASKS)]
        found["usual"] = usual(few, golds, Path(folder) / "usual")
        ours = found["parley"]["documents_a_second"]
        found["times_the_usual_way"] = round(ours / found["usual"]["documents_a_second"], 1)
        found["times_the_floor"] = round(found["floor"]["documents_a_second"] / ours, 1)
        found["again_from_cache_seconds"] = parley_build(root, args.jobs)["seconds"]
        if args.memory_documents:
            shutil.rmtree(root)
            files = repeat(
                base, Project.find(args.root or Path(__file__).parent), root, args.memory_documents
            )
            large = parley(root, files, args.jobs)
            found["large"] = {"documents": args.memory_documents, **large}
            found["memory_times"] = round(large["peak_bytes"] / found["parley"]["peak_bytes"], 2)
    print(json.dumps(found, indent=2))
    return 0


def load(project: Project) -> list[tuple[Document, dict[str, Any]]]:
    """Annotated open articles and their annotations."""
    found = []
    for path in project.article_files():
        gold = project.gold / f"{path.stem}.json"
        if gold.is_file():
            found.append((article.read(path, project.root), json_io.loads(gold.read_bytes())))
    return found


def repeat(
    base: list[tuple[Document, dict[str, Any]]], project: Project, root: Path, number: int
) -> list[Path]:
    """A project of `number` documents and its exports; the exports' files.

    Each copy ends in a line of its own, since equal texts are a fault; it stays in its story, so
    that copies stay in one split.
    """
    scheme = ontology.load()
    shutil.copytree(project.root / "schema", root / "schema")
    (root / "corpus").mkdir()
    for path in project.corpus.glob("*.jsonl"):
        shutil.copy(path, root / "corpus" / path.name)
    stories = {item.story for item, _ in base}
    splits = project.register("splits").read_bytes().splitlines()
    kept = [line for line in splits if json_io.loads(line)["story"] in stories]
    (root / "corpus" / "splits.jsonl").write_bytes(b"\n".join(kept) + b"\n")
    made = [
        (item, raw, results(document.from_dict(raw), item.text or "", scheme)) for item, raw in base
    ]
    files = []
    for part, first in enumerate(range(0, number, TASKS)):
        tasks = []
        for place in range(first, min(first + TASKS, number)):
            item, raw, result = made[place % len(made)]
            copy = renamed(item, place // len(made))
            path = root / "corpus" / "articles" / copy.story / f"{copy.id}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(article.write(copy))
            tasks.append(
                {
                    "id": place + 1,
                    "data": {"doc_id": copy.id, "text": copy.text},
                    "meta": {"layers": raw["layers"]},
                    "annotations": [
                        {
                            "id": place + 1,
                            "completed_by": 1,
                            "was_cancelled": False,
                            "updated_at": "2026-01-01T00:00:00Z",
                            "result": result,
                        }
                    ],
                }
            )
        path = root.parent / "exports" / f"part-{part:05}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(json_io.dumps(tasks))
        files.append(path)
    return files


def renamed(item: Document, number: int) -> Document:
    """A copy of a document under a new id, with a last line of its own."""
    tail = f"Copy {number}"
    assert item.text is not None
    text = item.text.rstrip("\n") + "\n"
    start = len(text)
    text += tail + "\n"
    return replace(
        item,
        id=f"{item.id[:70]}-{number:06}",
        text=text,
        length=len(text),
        sha256=document.digest(text),
        paragraphs=(*item.paragraphs, Paragraph(start, start + len(tail), "boilerplate")),
    )


def parley(root: Path, files: list[Path], jobs: int | None) -> dict[str, Any]:
    """Ingest and build, timed and weighed as the commands that they are."""
    # Exports are independent of each other: as many at once as there are processors.
    at_once = jobs or len(os.sched_getaffinity(0))
    parts = [
        [str(file) for file in files[place::at_once]] for place in range(min(at_once, len(files)))
    ]
    ingest = commands(
        [["ingest", "--round", "bench", "--json", "--root", str(root), *part] for part in parts]
    )
    made = parley_build(root, jobs)
    seconds = ingest["seconds"] + made["seconds"]
    number = sum(1 for _ in (root / "corpus" / "articles").glob("*/*.txt"))
    return {
        "seconds": round(seconds, 2),
        "ingest_seconds": ingest["seconds"],
        "build_seconds": made["seconds"],
        "milliseconds_a_document": round(seconds / number * 1000, 3),
        "documents_a_second": round(number / seconds, 1),
        "ingest_peak_bytes": ingest["peak_bytes"],
        "peak_bytes": max(ingest["peak_bytes"], made["peak_bytes"]),
        "dataset_bytes": sum(
            path.stat().st_size for path in (root / "dist" / "parley").rglob("*.parquet")
        ),
    }


def parley_build(root: Path, jobs: int | None) -> dict[str, Any]:
    """`parley build`, timed and weighed."""
    words = ["build", "--json", "--root", str(root), *(["--jobs", str(jobs)] if jobs else [])]
    return commands([words])


def commands(each: list[list[str]]) -> dict[str, Any]:
    """Runs `parley` commands at once; seconds, and the peak memory of all and their children."""
    # Compiled modules are kept, as they are for every user, also where a setting forbids it here.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "parley", *words], stdout=subprocess.DEVNULL, env=environment
        )
        for words in each
    ]
    peak = Peak([process.pid for process in processes])
    codes = [process.wait() for process in processes]
    seconds = time.perf_counter() - started
    if any(codes):
        raise SystemExit(f"parley {each[0][0]} ended with {codes}")
    return {"seconds": round(seconds, 2), "peak_bytes": peak.stop()}


class Peak:
    """Samples the memory of processes and their children; a shared page counts once by share."""

    def __init__(self, pids: list[int]) -> None:
        self.pids, self.peak, self.on = pids, 0, True
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def stop(self) -> int:
        """Ends the sampling; the peak in bytes."""
        self.on = False
        self.thread.join()
        return self.peak

    def _watch(self) -> None:
        while self.on:
            self.peak = max(self.peak, sum(map(_held, _family(self.pids))))
            time.sleep(0.2)


def _family(pids: list[int]) -> list[int]:
    found = list(pids)
    for parent in found:
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:
                continue
    return found


def _held(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0


def floor(files: list[Path], dist: Path, number: int) -> dict[str, Any]:
    """The least there is to do: parse the exports, write rows that are ready."""
    import orjson
    import pyarrow.parquet as pq

    tables = [pq.read_table(path) for path in sorted(dist.glob("*/*.parquet"))]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        for path in files:
            orjson.loads(path.read_bytes())
        parsed = time.perf_counter()
        for place, table in enumerate(tables):
            pq.write_table(
                table,
                Path(folder) / f"{place}.parquet",
                row_group_size=10_000,
                compression="zstd",
                compression_level=9,
                write_page_index=True,
                use_content_defined_chunking=True,
            )
        ended = time.perf_counter()
    return {
        "seconds": round(ended - started, 2),
        "parse_seconds": round(parsed - started, 2),
        "write_seconds": round(ended - parsed, 2),
        "documents_a_second": round(number / (ended - started), 1),
    }


def usual(files: list[Path], golds: dict[str, dict[str, Any]], out: Path) -> dict[str, Any]:
    """json, the SDK's converter, jsonschema and Dataset.from_list: what most projects do.

    Joining the converter's results into annotated documents, which each project writes for itself,
    is given for free: `golds` holds them ready. jsonschema checks them with the project's schema.
    """
    from datasets import Dataset, disable_progress_bars
    from jsonschema import Draft202012Validator
    from label_studio_sdk.converter import Converter

    disable_progress_bars()
    out.mkdir()
    config = interface(ontology.load())
    schema = json.loads((ontology.schema_folder() / "annotations.schema.json").read_text("utf-8"))
    parts = dict.fromkeys(("json", "converter", "jsonschema", "dataset"), 0.0)
    rows: list[dict[str, Any]] = []

    def timed(part: str, since: float) -> float:
        now = time.perf_counter()
        parts[part] += now - since
        return now

    # Imports are not timed: they would weigh more on fewer documents.
    for place, path in enumerate(files):
        clock = time.perf_counter()
        tasks = json.loads(path.read_text("utf-8"))
        clock = timed("json", clock)
        converter = Converter(config, str(out), download_resources=False)
        # Its JSON_MIN: what it calls JSON is a copy of the file.
        converter.convert_to_json_min(str(path), str(out / f"json-{place}"), is_dir=False)
        clock = timed("converter", clock)
        validator = Draft202012Validator(schema)
        for task in tasks:
            gold = golds[task["data"]["doc_id"].rpartition("-")[0]]
            validator.validate(gold)
            rows.append({"text": task["data"]["text"], **gold, "provenance": None})
        timed("jsonschema", clock)
    clock = time.perf_counter()
    Dataset.from_list(rows).to_parquet(str(out / "usual.parquet"))
    timed("dataset", clock)
    seconds = sum(parts.values())
    return {
        "documents": len(rows),
        "seconds": round(seconds, 2),
        "seconds_of": {name: round(value, 2) for name, value in parts.items()},
        "documents_a_second": round(len(rows) / seconds, 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
