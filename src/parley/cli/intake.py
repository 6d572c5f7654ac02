"""Read raw articles into the corpus.

Takes .txt, .html and .jsonl files (one article a line), folders of them, or standard input (-).
The header lines that the page prints give title, byline, date, source and section; every line gets
a paragraph kind, which you can correct in the written file's `blocks`.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.cli import _articles, _run

if TYPE_CHECKING:
    from parley.document import Document

EPILOG = """\
an article's own words win: front matter between +++ lines, or the record's fields, then the
options below. A printed line that contradicts them is a fault.

times: where the page prints a time without its zone, the date alone is kept, and said so; --tz
gives the zone. IST is read as India's, CST and EST as North America's, BST as British Summer Time.

examples:
  parley intake talks.txt --story doha-talks --date 2024-08-17
  parley intake pages/ --story seim-bridges --form news --tz Europe/Kyiv
  parley intake feed.jsonl --dry-run --json | jq .account
  curl -s https://example.org/a.html | parley intake - --type html --id ferry-stopped
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("files", nargs="+", metavar="FILE|DIR|-", help="what to read")
    parser.add_argument(
        "--into", type=Path, metavar="DIR", help="folder in corpus/ (default: corpus/articles)"
    )
    parser.add_argument("--replace", action="store_true", help="write over a document of that id")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    parser.add_argument("--json", action="store_true", help="documents as JSON lines on stdout")
    _articles.add_options(parser)
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Takes the files in; one line a document on stdout, incidents on stderr."""
    from parley.incidents import IncidentError
    from parley.intake import run as intake
    from parley.intake.resolve import unknown_keys
    from parley.project import NotAProjectError, Project

    try:
        options, how = _articles.options(args)
    except ValueError as error:
        print(f"parley: {error}", file=sys.stderr)
        return 2
    try:
        project: Project | None = Project.find(args.root)
    except NotAProjectError:
        if not args.dry_run:
            raise
        project = None
    store = intake.Store(project, args.into, replace=args.replace, dry=args.dry_run)
    kinds: Counter[str] = Counter()
    account: Counter[str] = Counter()
    unused: set[str] = set()
    taken = faulty = incidents = 0
    for outcome in intake.intake(args.files, how, options, store):
        if isinstance(outcome, IncidentError):
            faulty += 1
            incidents += len(outcome.incidents)
            for incident in outcome.incidents:
                print(incident, file=sys.stderr)
            continue
        raw, result, target = outcome
        taken += 1
        unused.update(raw.unused)
        account.update(result.account)
        counts = Counter(paragraph.kind for paragraph in result.document.paragraphs)
        kinds.update(counts)
        if args.json:
            file = project.relative(target) if project else str(target)
            sys.stdout.write(_json(result, file) + "\n")
        else:
            document = result.document
            shown = f'"{document.title}"' if document.title else "(no title)"
            published = document.published + (
                " (time without its zone)" if _zoneless(document) else ""
            )
            print(f"{document.id}  {shown}  {published}  {_counts(counts)}")
        if taken % 50 == 0 and sys.stderr.isatty():
            print(f"\r{taken:,} articles", end="", file=sys.stderr)
    if taken > 49 and sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    if unused:
        print(f"parley: not used from records: {unknown_keys(sorted(unused))}", file=sys.stderr)
    _summary(args, taken, faulty, incidents, kinds, account)
    return 1 if incidents else 0


def _summary(
    args: argparse.Namespace,
    taken: int,
    faulty: int,
    incidents: int,
    kinds: Counter[str],
    account: Counter[str],
) -> None:
    verb = "would be taken in" if args.dry_run else "taken in"
    lines = [f"{taken} {'article' if taken == 1 else 'articles'} {verb}"]
    if faulty:
        lines[0] += f", {faulty} not: {incidents} {'fault' if incidents == 1 else 'faults'}"
    if taken:
        lines.append(f"paragraphs: {_counts(kinds)}")
        lines.append(f"characters: {_counts(account)}; {account.total():,} in all")
    print("\n".join(lines), file=sys.stderr if args.json else sys.stdout)


def _zoneless(document: "Document") -> bool:
    """Whether a date line prints a time that could not be kept."""
    return len(document.published) == len("2024-08-17") and any(
        re.search(r"\d:\d\d|\d\.\d\d ?[ap]\.?m", (document.text or "")[item.start : item.end])
        for item in document.paragraphs
        if item.kind == "date"
    )


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def _json(result: Any, file: str) -> str:
    from dataclasses import asdict

    from parley import json_io

    value = asdict(result.document)
    value["file"] = file
    value["updated"] = None
    for key, moment in result.extra.items():
        value[key] = moment.isoformat()
    value["account"] = result.account
    return json_io.dumps(value).decode()
