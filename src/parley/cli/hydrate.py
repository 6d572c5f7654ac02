"""Restore the texts of withheld documents from your own copies.

A copy (.txt, .html, .jsonl; any file that you name) is known by the digest of its text: a byte
order mark and the kind of line ends do not matter, everything else does. Restored texts go to
corpus/texts/DOC.txt, which git ignores. Without a FILE or DIR, only shows what is there.
"""

import argparse
import sys

from parley.cli import _run

EPILOG = """\
exit codes: 0 nothing refused (documents without a copy are listed as missing), 1 a copy or a
restored text was refused, 2 could not run

examples:
  parley hydrate ~/articles
  parley hydrate saved.txt --as seed-000
  parley hydrate --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("files", nargs="*", metavar="FILE|DIR", help="your copies")
    parser.add_argument("--as", dest="as_id", metavar="ID", help="the document a copy is meant for")
    parser.add_argument("--json", action="store_true", help="the report as JSON on stdout")
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Hydrates; a table of documents on stdout, incidents on stderr."""
    from collections import Counter
    from dataclasses import asdict

    from parley import json_io
    from parley.hydrate import hydrate
    from parley.intake.run import MAX_BYTES
    from parley.project import Project

    if args.as_id is not None and len(args.files) != 1:
        print("parley: --as is for one copy", file=sys.stderr)
        return 2
    report = hydrate(Project.find(args.root), args.files, args.as_id, max_bytes=MAX_BYTES)
    for incident in report.incidents:
        print(incident, file=sys.stderr)
    if args.json:
        value = {
            "documents": [asdict(state) for state in report.states],
            "others": report.others,
            "incidents": [asdict(incident) for incident in report.incidents],
        }
        print(json_io.dumps(value, pretty=True).decode(), end="")
        return 1 if report.incidents else 0
    width = max((len(state.id) for state in report.states), default=0)
    for state in report.states:
        print(f"{state.id:<{width}}  {state.state:<8}  {state.file or ''}".rstrip())
    counts = Counter(state.state for state in report.states)
    shown = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    print(shown or "no withheld documents")
    if report.others:
        many = "file is" if len(report.others) == 1 else "files are"
        print(f"{len(report.others)} {many} no copy of a withheld document")
    return 1 if report.incidents else 0
