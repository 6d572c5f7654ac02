"""Check corpus, annotations, exports, predictions and built data, in six levels.

Without PATH the whole project is checked. A PATH is a file (article, withheld document, register,
annotations, export, ledger, predictions), a folder of them, or a built dataset. All faults are
reported in one run.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from parley.cli._run import add_root
from parley.codes import GROUPS, LEVELS, codes
from parley.codes import level as level_of
from parley.incidents import Incident, nearest

EPILOG = """levels:
{levels}

examples:
  parley check
  parley check corpus/articles/doha-talks --level 1
  parley check predictions.jsonl
  parley check dist/parley
  parley check --explain P404
  parley check --format sarif > check.sarif

exit codes: 0 clean, 1 incidents, 2 could not run
"""
_BOLD, _RED, _DIM, _OFF = "\033[1m", "\033[31m", "\033[2m", "\033[0m"


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley check`."""
    levels = "\n".join(f"  {number}  {name}" for number, name in LEVELS.items())
    parser.epilog = EPILOG.format(levels=levels)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument(
        "--format", choices=("text", "json", "sarif"), default="text", help="default: text"
    )
    parser.add_argument(
        "--level", type=int, choices=LEVELS, default=6, metavar="N", help="run levels 1 to N only"
    )
    parser.add_argument("--explain", metavar="CODE", help="what a code means, with examples")
    parser.add_argument("--list", action="store_true", help="every code with its title")
    add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Runs the checks and reports: text on stderr, JSON and SARIF on stdout."""
    if args.explain is not None:
        return _explain(args.explain)
    if args.list:
        return _list()
    from parley.checks.run import check_project
    from parley.project import Project

    missing = [path for path in args.paths if not path.exists()]
    for path in missing:
        print(f"parley check: {path}: no such file or folder", file=sys.stderr)
    if missing:
        return 2
    project = Project.find(args.root)
    watched = sys.stderr.isatty()
    incidents = check_project(
        project,
        level=args.level,
        paths=args.paths or None,
        progress=_progress if watched else None,
    )
    if watched:
        sys.stderr.write("\r\033[K")
    if args.format == "json":
        _json(incidents)
    elif args.format == "sarif":
        from parley import json_io
        from parley.checks.sarif import log

        sys.stdout.write(json_io.dumps(log(incidents), pretty=True).decode())
    else:
        _text(incidents, color=watched)
    return 1 if incidents else 0


def _progress(done: int) -> None:
    if done % 100 == 0:
        sys.stderr.write(f"\rchecked {done:,} documents")
        sys.stderr.flush()


def _text(incidents: Sequence[Incident], *, color: bool) -> None:
    """One line an incident, then the counts; hints and colour only on a terminal."""
    out = sys.stderr
    known, told = codes(), set()
    for incident in incidents:
        line = str(incident).encode("utf-8", "backslashreplace").decode()
        if color:
            line = line.replace(f": {incident.code} ", f": {_RED}{incident.code}{_OFF} ", 1)
        out.write(line + "\n")
        if color and incident.code not in told:
            out.write(f"  {_DIM}parley check --explain {incident.code}{_OFF}\n")
        told.add(incident.code)
    if not incidents:
        out.write("clean\n")
        return
    counts = Counter(incident.code for incident in incidents)
    files = len({incident.file for incident in incidents})
    total = f"{_number(len(incidents), 'incident')} in {_number(files, 'file')}"
    out.write(f"{_BOLD}{total}{_OFF}\n" if color else f"{total}\n")
    for code in sorted(counts):
        title = known[code].title if code in known else ""
        out.write(f"{counts[code]:>6}  {code}  {title}\n")


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _json(incidents: Sequence[Incident]) -> None:
    from parley import json_io

    known = codes()
    rows = [
        {
            "code": incident.code,
            "title": known[incident.code].title if incident.code in known else "",
            "level": level_of(incident.code),
            "file": incident.file,
            "line": incident.line,
            "doc_id": incident.doc_id,
            "item": incident.item,
            "message": incident.message,
        }
        for incident in incidents
    ]
    counts = Counter(incident.code for incident in incidents)
    summary = {
        "incidents": len(incidents),
        "files": len({incident.file for incident in incidents}),
        "codes": dict(sorted(counts.items())),
    }
    value = {"incidents": rows, "summary": summary}
    sys.stdout.write(json_io.dumps(value, pretty=True).decode())


def _explain(name: str) -> int:
    known = codes()
    code = known.get(name.upper())
    if code is None:
        guess = nearest(name.upper(), known)
        hint = f"; nearest is {guess}" if guess else ""
        print(
            f"parley check: no code {name!r}{hint}; `parley check --list` names all",
            file=sys.stderr,
        )
        return 2
    print(f"{code.code}  {code.title}\n\n{code.explain}\n\nbad:   {code.bad}\ngood:  {code.good}")
    return 0


def _list() -> int:
    group = ""
    for code in codes().values():
        if code.group != group:
            print(f"{'' if not group else chr(10)}{GROUPS[code.group]}")
            group = code.group
        print(f"  {code.code}  {code.title}")
    return 0
