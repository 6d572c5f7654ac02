"""How fast is the reader's site built, opened and searched, and how large is it?

The documents of a built dataset are repeated under new ids until there are enough, the site of them
is built and served, and a browser opens it. Prints JSON:

    build      seconds, peak memory (MB) of the process, files
    size       bytes for each document: its JSON, its page, its share of all else, and the whole as
               a multiple of the JSON
    page       milliseconds from the click on an address to a document page that can be used
               (its scripts have run), the first in a new browser and the median of the next ten
    search     for each question: milliseconds from Enter to the first page of results shown, with
               the index loaded (median of five), and the same for the first question of a page
               just opened, with the bytes that it loaded

    python scripts/bench/reader.py --documents 10000
"""

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from parley import json_io
from parley.dataset.manifest import dump
from parley.reader import serve, site
from parley.reader.shell import NAVIGATION

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Asked as typed; the labels are those of the packaged ontology.
QUESTIONS = (
    "AGAINST stances held by an ORG",
    "events with two conflicting claims",
    "attributions to unnamed sources",
    "ASSAULT events",
    "the",
    '"in the"',
    "role:actor type:GPE",
    "find:mention",
    "depth:>1 the split:train",
    "report*",
)


def main() -> int:
    """Runs the measurements."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("dist/parley"))
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="keep data and site in this folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        data, out = folder / "data", folder / "site"
        if not data.exists():
            repeat(args.data, data, args.documents)
        told: dict[str, Any] = {"build": build(data, out), "size": size(out)}
        told |= browse(out)
    json.dump(told, sys.stdout, indent=2)
    print()
    return 0


def repeat(source: Path, target: Path, documents: int) -> None:
    """A dataset of `documents` documents: those of `source`, again and again, under new ids."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    manifest = json_io.loads((source / "MANIFEST.json").read_bytes())
    original = sum(row["rows"] for row in manifest["files"] if row.get("config") == "documents")
    copies = -(-documents // original)
    shutil.copytree(source, target)
    for entry in manifest["files"]:
        if "config" not in entry:
            continue
        table = pq.read_table(target / entry["path"])
        parts = []
        for copy in range(copies):
            part = table
            for name in ("doc_id", "id"):
                if name not in table.column_names:
                    continue
                column = table.column(name)
                # `id` is DOC_ID:…, so the number goes behind the document's part of it.
                made = pc.replace_substring_regex(column, r"^([^:]*)", rf"\1-{copy:05}")
                part = part.set_column(table.column_names.index(name), name, made)
            parts.append(part)
        whole = pa.concat_tables(parts).replace_schema_metadata(table.schema.metadata)
        pq.write_table(whole, target / entry["path"], row_group_size=1_000, compression="zstd")
        entry["rows"] = whole.num_rows
        entry["sha256"] = _digest(target / entry["path"])
        entry["bytes"] = (target / entry["path"]).stat().st_size
    (target / "MANIFEST.json").write_bytes(dump(manifest))


def _digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def build(data: Path, out: Path) -> dict[str, Any]:
    """Builds in a process of its own, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_build, (data, out))


def _build(data: Path, out: Path) -> dict[str, Any]:
    started = time.perf_counter()
    made = site.build(data, out)
    return {
        "documents": made.documents,
        "seconds": round(time.perf_counter() - started, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "files": made.files,
    }


def size(out: Path) -> dict[str, Any]:
    """Bytes for each document."""
    documents = list((out / "documents").glob("*.json"))
    count = len(documents)
    jsons = sum(path.stat().st_size for path in documents)
    pages = sum(path.stat().st_size for path in (out / "documents").glob("*.html"))
    whole = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    parts = {
        path.name: round(sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) / count)
        for path in sorted(out.iterdir())
        if path.is_dir() and path.name != "documents"
    }
    return {
        "json": round(jsons / count),
        "page": round(pages / count),
        "else": round((whole - jsons - pages) / count),
        "of_else": parts,
        "times_json": round(whole / jsons, 2),
    }


def browse(out: Path) -> dict[str, Any]:
    """Opens and searches the site in Chromium."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("PARLEY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    made = serve.server(out)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    address = serve.address(made)
    ids = sorted(path.stem for path in (out / "documents").glob("*.json"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        times = []
        for name in ids[:: max(1, len(ids) // 11)][:11]:
            started = time.perf_counter()
            page.goto(f"{address}documents/{name}.html")
            page.wait_for_selector("#document.ready")
            times.append((time.perf_counter() - started) * 1000)
        told: dict[str, Any] = {
            "page": {"first_ms": round(times[0]), "median_ms": round(statistics.median(times[1:]))},
            "lists": {
                name: _opened(page, address + name) for name in NAVIGATION if (out / name).is_file()
            },
            "search": {},
        }
        for question in QUESTIONS:
            told["search"][question] = _asked(browser, address, question)
        browser.close()
    made.shutdown()
    made.server_close()
    return told


def _opened(page: Any, address: str) -> int:
    started = time.perf_counter()
    page.goto(address)
    return round((time.perf_counter() - started) * 1000)


#: Types a question and presses Enter; gives the milliseconds until its results are drawn.
_ASK = """(question) => new Promise((done) => {
  const input = document.getElementById('q');
  const root = document.documentElement;
  input.value = question;
  const started = performance.now();
  document.getElementById('search').requestSubmit();
  const watch = new MutationObserver(() => {
    if (root.dataset.state === 'busy') return;
    watch.disconnect();
    requestAnimationFrame(() => done(performance.now() - started));
  });
  watch.observe(root, {attributes: true, attributeFilter: ['data-state']});
})"""


def _asked(browser: Any, address: str, question: str) -> dict[str, Any]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}search.html")
    loaded = []
    page.on("response", lambda answer: loaded.append(answer))
    first = page.evaluate(_ASK, question)
    total = sum(int(answer.headers.get("content-length", 0)) for answer in loaded)
    # Another question between, so that each answer is drawn anew.
    again = []
    for _ in range(5):
        page.evaluate(_ASK, "find:document")
        again.append(page.evaluate(_ASK, question))
    status = page.inner_text("#status")
    context.close()
    return {
        "ms": round(statistics.median(again), 1),
        "first_ms": round(first, 1),
        "first_kb": round(total / 1024),
        "answer": status,
    }


if __name__ == "__main__":
    sys.exit(main())
