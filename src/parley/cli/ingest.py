"""Read full JSON exports of Label Studio into gold annotations, with a ledger.

Every result of an export ends as kept, repaired (by a named rule) or rejected (with a code); the
counts add up. In a project the export is kept in canonical form under annotations/exports, without
the text of withheld documents; with --out nothing but that folder is written.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from parley import json_io
from parley.cli._run import add_root
from parley.files import is_id
from parley.incidents import Incident, say
from parley.project import NotAProjectError, Project

EPILOG = """examples:
  parley ingest annotations/exports/first/ann-a.json      read again what the project keeps
  parley ingest ~/Downloads/project-3.json --round first --annotator ann-a
  parley ingest export.json --out /tmp/look --json        no project needed

which annotation of a task is gold: submitted (no draft, prediction or skip); of --by, where given;
marked as ground truth; updated last; highest id. The others are counted in the ledger.

exit codes: 0 everything kept or repaired, 1 something was rejected, 2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley ingest`."""
    parser.epilog = EPILOG
    parser.add_argument("exports", nargs="+", type=Path, metavar="EXPORT.json")
    parser.add_argument("--round", help="the round's name (default: the export's folder)")
    parser.add_argument("--annotator", help="the annotator's name (default: the file's name)")
    parser.add_argument(
        "--by", metavar="WHO", help="only annotations completed by this user id or email"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write here, not into the project")
    parser.add_argument(
        "--replace", action="store_true", help="replace gold that came from another export"
    )
    parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Ingests every export; one that is faulty does not keep the others from going through."""
    from parley.labelstudio.store import Store

    try:
        project = Project.find(args.root)
    except NotAProjectError:
        if args.out is None and not args.dry_run:
            raise
        project = None
    if len(args.exports) > 1 and args.annotator:
        print("parley ingest: --annotator names one export's annotator", file=sys.stderr)
        return 2
    for name in (args.round, args.annotator):
        if name is not None and not is_id(name):
            message = say("bad name", got=name, expected="1-80 of a-z 0-9 _ -")
            print(f"parley ingest: {message}", file=sys.stderr)
            return 2
    store = Store(project, args.out, replace=args.replace, dry_run=args.dry_run)
    summaries: list[dict[str, Any]] = []
    incidents: list[Incident] = []
    unreadable = 0
    for path in args.exports:
        try:
            data = path.read_bytes()
        except OSError as error:
            print(f"parley ingest: {path}: {error.strerror}", file=sys.stderr)
            unreadable += 1
            continue
        done = store.ingest(data, path, args.round, args.annotator, args.by)
        incidents += done.incidents
        codes = Counter(code for entry in done.ledger.entries for code in entry.codes)
        summaries.append(
            {
                "export": done.ledger.export,
                **done.ledger.summary(),
                "codes": dict(sorted(codes.items())),
                "incidents": len(done.incidents),
                "written": [] if args.dry_run else sorted(done.annotations),
            }
        )
    for incident in sorted(incidents, key=Incident.sort_key):
        print(incident, file=sys.stderr)
    if args.json:
        print(json_io.dumps(summaries, pretty=True).decode(), end="")
    else:
        for summary in summaries:
            print(_line(summary))
    if unreadable:
        return 2
    return 1 if incidents else 0


def _line(summary: dict[str, Any]) -> str:
    codes = ", ".join(f"{code} {number}" for code, number in summary["codes"].items())
    return (
        f"{summary['export']}: {_count(summary['tasks'], 'task')}, "
        f"{_count(summary['results'], 'result')}: "
        f"{summary['kept']} kept, {summary['repaired']} repaired, {summary['rejected']} rejected"
        + (f" ({codes})" if codes else "")
        + f"; {_count(len(summary['written']), 'document')} written"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
