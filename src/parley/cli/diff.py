"""What differs between two versions of the data: built folders, or git revisions of the project.

Documents, sentences, annotations, claims, metadata, labels and registers are compared. An
annotation that only got another id is `renamed`; one whose words were edited is compared where its
first and last word still stand, else said to be uncomparable. Words of withheld documents are never
shown.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from parley.cli import _run
from parley.incidents import nearest, one_of, say

EPILOG = """\
OLD and NEW are folders that `parley build` made, or revisions of git (a tag, a branch, a commit),
which are built with today's code in a temporary folder. Without NEW, OLD is compared with the
project as it stands, uncommitted work included.

signs: + added, - removed, ~ changed, = renamed (only the id differs), ? uncomparable

exit codes, as of diff(1): 0 equal, 1 different, 2 could not run

examples:
  parley diff HEAD                          what uncommitted work changes
  parley diff v0.1.0 v0.2.0 --html changes.html
  parley diff v0.1.0 dist/parley --layer mentions events
  parley diff dist/old dist/parley --doc harbour-wire --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("old", metavar="OLD", help="a built folder or a git revision")
    parser.add_argument(
        "new", nargs="?", metavar="NEW", help="the same (default: the project as it stands)"
    )
    parser.add_argument(
        "--layer",
        nargs="+",
        metavar="NAME",
        help="only these: paragraphs, sentences, mentions, events, arguments, attributions, "
        "stances, claims",
    )
    parser.add_argument("--doc", nargs="+", metavar="ID", help="only these documents")
    parser.add_argument("--json", action="store_true", help="the whole difference as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write it as one page, too")
    parser.add_argument("--summary", action="store_true", help="only the line of numbers")
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Prints the difference."""
    from parley import files, json_io
    from parley.project import NotAProjectError, Project
    from parley.versions import compare, revision
    from parley.versions.model import LAYERS
    from parley.versions.text import colored

    unknown = [name for name in args.layer or () if name not in LAYERS]
    for name in unknown:
        message = say(
            "no such layer", got=name, expected=one_of(LAYERS), nearest=nearest(name, LAYERS)
        )
        print(f"parley diff: {message}", file=sys.stderr)
    if unknown:
        return 2
    try:
        project = Project.find(args.root)
    except NotAProjectError:
        # Two built folders need no project.
        if args.new is None:
            raise
        project = None
    with ExitStack() as stack:
        folders = []
        for name in (args.old, args.new):
            if sys.stderr.isatty() and not (name and Path(name).is_dir()):
                print(f"building {name or 'the project'}", file=sys.stderr)
            folders.append(stack.enter_context(revision.built(name, project)))
        found = compare(
            *folders,
            layers=args.layer or LAYERS,
            documents=args.doc,
            names=(args.old, args.new or "the project"),
        )
    if args.html is not None:
        files.write(args.html, found.page().encode())
    if args.json:
        print(json_io.dumps(found.to_dict(), pretty=True).decode(), end="")
    else:
        lines = [found.summary()] if args.summary else found.lines()
        paint = colored if _run.color(sys.stdout) else str
        print("\n".join(map(paint, lines)))
    return 0 if found.equal else 1
