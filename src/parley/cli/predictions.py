"""Check prediction files: a system's output, one JSON line a document.

`validate` names every fault of every file in one run, as FILE:LINE:FIELD: CODE and what is wrong,
then says what each file holds and which documents it leaves out. Ids, types, roles, spans and the
words beside them are checked against the documents of the built dataset (default: the project's
dist/parley, or its corpus where nothing is built), or of a gold file.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.cli import _run

if TYPE_CHECKING:
    from parley.predictions.validate import Documents, Validation

EPILOG = """examples:
  parley predictions validate system.jsonl
  parley predictions validate system.jsonl --split test
  parley predictions validate a.jsonl b.jsonl --data dist/parley --json
  parley predictions validate system.jsonl --gold gold.jsonl

the format: schema/prediction.schema.json; a code: parley check --explain CODE

exit codes: 0 no fault, 1 faults, 2 could not run (no such file, nothing to check against)
"""
#: Ids of documents without a line that are printed; --json has all.
_SHOWN = 10


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley predictions`."""
    parser.epilog = EPILOG
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    validate = verbs.add_parser(
        "validate",
        help="every fault of prediction files",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    validate.add_argument("files", nargs="+", type=Path, metavar="FILE")
    against = validate.add_mutually_exclusive_group()
    against.add_argument(
        "--data", type=Path, metavar="DIR", help="a built dataset (default: dist/parley)"
    )
    against.add_argument(
        "--gold", type=Path, metavar="FILE", help="gold in the same format instead of a dataset"
    )
    validate.add_argument(
        "--split",
        metavar="NAME",
        help="the split to be predicted: its documents without a line are named "
        "(default: each split that has a line)",
    )
    validate.add_argument("--json", action="store_true", help="faults and counts as JSON on stdout")
    _run.add_root(validate)


def run(args: argparse.Namespace) -> int:
    """Faults go to stderr, what the files hold to stdout."""
    from parley.predictions.validate import validate
    from parley.project import NotAProjectError

    try:
        documents = _documents(args)
    except NotAProjectError as error:
        print(
            f"parley predictions: {error}; or say what to check against with --data or --gold",
            file=sys.stderr,
        )
        return 2
    found = [validate(path, documents, args.split) for path in args.files]
    if args.json:
        from parley import json_io

        value = {"files": [_json(each) for each in found]}
        sys.stdout.write(json_io.dumps(value, pretty=True).decode())
    else:
        for each in found:
            for incident in each.faults:
                print(incident, file=sys.stderr)
            sys.stderr.flush()
            print("\n".join(_summary(each, documents, args.split)))
    if not all(path.exists() and not path.is_dir() for path in args.files):
        return 2
    return 1 if any(each.faults for each in found) else 0


def _documents(args: argparse.Namespace) -> "Documents":
    from parley.predictions import validate
    from parley.project import Project

    if args.gold is not None:
        return validate.from_gold(args.gold)
    if args.data is not None:
        return validate.from_dataset(args.data)
    return validate.from_project(Project.find(args.root))


def _summary(found: "Validation", documents: "Documents", split: str | None) -> list[str]:
    """What a file holds, in a few lines."""
    from parley.predictions.rows import LISTS

    lines = found.lines.total()
    held = ", ".join(f"{found.items[key]:,} {key}" for key in LISTS if found.items[key])
    faults = Counter(incident.code for incident in found.faults)
    told = ", ".join(f"{count:,} {code}" for code, count in sorted(faults.items()))
    out = [
        f"{found.file}: {_count(found.faults, 'fault')}{f' ({told})' if told else ''}",
        f"  lines without a fault  {lines:,}{f': {held}' if held else ''}",
    ]
    if lines:
        if found.not_predicted:
            out.append(f"  layers on no line      {', '.join(found.not_predicted)}")
        for key, count in found.lacking.items():
            out.append(f"  lines without {key:<12} {count:,}; counts as nothing predicted")
        by_split = ", ".join(f"{n:,} {name or 'of no split'}" for name, n in found.lines.items())
        if set(found.lines) not in ({""}, {split}):
            out.append(f"  by split               {by_split}")
    shown = ", ".join(found.missing[:_SHOWN])
    more = len(found.missing) - _SHOWN
    if found.missing:
        out.append(
            f"  documents without one  {len(found.missing):,}: {shown}"
            + (f" and {more:,} more" if more > 0 else "")
        )
    out.append(f"  checked against        {documents.source}")
    return out


def _count(items: list[Any], what: str) -> str:
    return f"{len(items) or 'no'} {what}{'' if len(items) == 1 else 's'}"


def _json(found: "Validation") -> dict[str, Any]:
    from parley.predictions.rows import LISTS

    return {
        "file": found.file,
        "lines": found.lines.total(),
        "by_split": dict(sorted(found.lines.items())),
        "items": {key: found.items[key] for key in LISTS},
        "lines_without": found.lacking,
        "not_predicted": found.not_predicted,
        "missing": found.missing,
        "faults": [
            {
                "code": incident.code,
                "line": incident.line,
                "field": incident.item,
                "message": incident.message,
            }
            for incident in found.faults
        ],
    }
