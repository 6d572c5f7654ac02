"""Builds the dataset: checks the project, then writes Parquet files by config and split, a card
and a manifest into one folder.

The folder is replaced whole when everything has gone well, so that a build that fails or is killed
leaves the last one as it was. The same project gives the same bytes. Withheld documents whose text
is not at hand are left out of the rows and named.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from parley.cli import _run
from parley.incidents import Incident, IncidentError, say
from parley.project import Project

EPILOG = """examples:
  parley build
  parley build --out ../parley-data --jobs 2
  parley build --json | python -m json.tool

exit codes: 0 built, 1 incidents (nothing was replaced), 2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.epilog = EPILOG
    _run.add_root(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="the dataset's folder (default: dist/parley in the project)",
    )
    parser.add_argument(
        "--jobs",
        type=_positive,
        metavar="N",
        help="processes (default: the processors at hand; 1 for a small corpus)",
    )
    parser.add_argument(
        "--no-check", action="store_true", help="leave the checks out; for a quick look only"
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="make every row anew, and keep none in .cache"
    )
    parser.add_argument("--json", action="store_true", help="print the manifest's summary as JSON")


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return number


def run(args: argparse.Namespace) -> int:
    """Builds; prints what was built."""
    from parley.dataset import build, place

    project = Project.find(args.root)
    out = args.out or project.root / "dist" / "parley"
    try:
        report = build.build(
            project,
            out,
            jobs=args.jobs,
            checked=not args.no_check,
            cached=not args.no_cache,
            progress=_progress(),
        )
    except IncidentError as error:
        return _refuse(error.incidents)
    except place.ForeignError:
        message = say(
            "the destination is not a built dataset",
            expected="an empty folder, or one with MANIFEST.json",
            do="name another with --out, or empty it",
        )
        return _refuse([Incident("B011", project.relative(out), message)])
    except place.BusyError:
        message = say("another build is writing to the destination", do="wait for it to end")
        return _refuse([Incident("B012", project.relative(out), message)])
    if args.json:
        _print_json(report.manifest, out)
    else:
        _print(report.contents, project.relative(out), out)
    return 0


def _refuse(incidents: Any) -> int:
    for incident in incidents:
        print(incident, file=sys.stderr)
    number = len(incidents)
    print(
        f"parley build: {number} incident{'s' if number != 1 else ''}; nothing was replaced",
        file=sys.stderr,
    )
    return 1


def _progress() -> Any:
    """A line that counts, on a terminal, from the second second on."""
    if not sys.stderr.isatty():
        return None
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - started > 1:
            end = "\n" if done == total else ""
            print(f"\r{done} of {total} documents", end=end, file=sys.stderr, flush=True)

    return show


def _print(contents: Any, name: str, out: Path) -> None:
    from parley.dataset.features import CONFIGS, DEFAULT

    splits = contents.ontology.splits
    rows = [["config", *splits]]
    for config in CONFIGS:
        rows.append([config.name, *map(str, contents.rows(config.name).values())])
    wide = max(len(row[0]) for row in rows)
    for row in rows:
        print(row[0].ljust(wide), *(cell.rjust(10) for cell in row[1:]))
    missing = contents.missing
    if missing:
        print(
            f"\nleft out, their texts are not at hand: {', '.join(m.doc_id for m in missing)}\n"
            "restore them from your own copies: parley hydrate DIR"
        )
    if any(item.status == "withheld" and item.published for item in contents.documents):
        print("\nthis build holds withheld texts: do not publish it")
    print(f"\n{name}: from datasets import load_dataset; load_dataset({str(out)!r}, {DEFAULT!r})")


def _print_json(manifest: dict[str, Any], out: Path) -> None:
    from parley import json_io

    summary = {key: manifest[key] for key in ("version", "logical_sha256", "configs", "counts")}
    documents = manifest["documents"]
    summary["documents"] = sum(item["published"] for item in documents)
    summary["missing"] = [item["doc_id"] for item in documents if not item["published"]]
    summary["out"] = str(out)
    sys.stdout.write(json_io.dumps(summary, pretty=True).decode())
