"""Write the dataset's questions as tasks of another harness.

The folder names the data by its absolute path and can be made again at any time.
"""

import argparse
import shlex
import sys
from pathlib import Path

from parley.cli import _run
from parley.harness import TOOLS

EPILOG = """\
exit codes: 0 written, 2 could not run

examples:
  parley harness lm-eval
  parley harness inspect --data dist/parley --out tasks/inspect
  parley harness lm-eval --json

The command that runs the tasks is printed. See docs/harness.md.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("tool", choices=TOOLS, metavar="TOOL", help=" or ".join(TOOLS))
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="a built dataset (default: dist/parley)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where to (default: dist/harness/TOOL)"
    )
    parser.add_argument("--json", action="store_true", help="what was written, as JSON on stdout")
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Writes the files and says what runs them."""
    from parley import harness, json_io, ontology
    from parley.project import NotAProjectError, Project

    try:
        project = Project.find(args.root)
    except NotAProjectError:
        # A dataset and a folder are enough: the scheme is then the one that comes with Parley.
        if args.root or not (args.data and args.out):
            raise
        data, out, scheme = args.data, args.out, ontology.load()
    else:
        data = args.data or project.root / "dist" / "parley"
        out = args.out or project.root / "dist" / "harness" / args.tool
        scheme = ontology.load(project.ontology)
    written = harness.write(args.tool, data, out, scheme)
    command = TOOLS[args.tool][1].format(out=shlex.quote(out.as_posix()))
    if args.json:
        told = {
            "tool": args.tool,
            "files": [path.as_posix() for path in written],
            "command": command,
        }
        sys.stdout.write(json_io.dumps(told, pretty=True).decode())
    else:
        print(f"{out.as_posix()}: {len(written)} files")
        print(command)
    return 0
