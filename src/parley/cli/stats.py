"""What a built dataset holds, as tables and plots: sizes, labels, entities, claims, balance.

Prints every table; long ones are cut unless they are asked for by name. The same data gives the
same bytes.
"""

import argparse
import sys
from pathlib import Path

from parley.cli import _run

EPILOG = """\
--json says of each table what its figures are, and so does --only. --csv writes tables in long
form: the keys of a row, the figure's name, its value. --svg writes plots that are legible in light
and dark; the names of plots are those of tables.

exit codes: 0 done, 2 could not run

examples:
  parley stats
  parley stats --only sizes events_by_type
  parley stats dist/parley --split test --json
  parley stats --csv tables --svg plots --html statistics.html
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument(
        "data", nargs="?", type=Path, metavar="DATA", help="a built dataset (default: dist/parley)"
    )
    parser.add_argument("--split", metavar="NAME", help="only this split (default: all)")
    parser.add_argument("--only", nargs="+", metavar="TABLE", help="only these tables, whole")
    parser.add_argument("--json", action="store_true", help="the tables as JSON on stdout")
    parser.add_argument("--csv", type=Path, metavar="DIR", help="write each table as DIR/TABLE.csv")
    parser.add_argument("--svg", type=Path, metavar="DIR", help="write each plot as DIR/TABLE.svg")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write tables and plots as one page"
    )
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Prints the tables, or writes them where they are asked for."""
    import shutil

    from parley import files, json_io, ontology
    from parley.incidents import nearest, one_of, say
    from parley.project import NotAProjectError, Project
    from parley.statistics import of, page, text, written

    scheme = None
    try:
        project = Project.find(args.root)
        scheme = ontology.load(project.ontology)
        data = args.data or project.root / "dist" / "parley"
    except NotAProjectError:
        # A dataset can be looked at without the project that made it.
        if args.data is None or args.root is not None:
            raise
        data = args.data
    found = of(data, args.split, scheme)
    if args.only:
        wrong = [name for name in args.only if name not in found.tables]
        for name in wrong:
            message = say(
                "no such table",
                got=name,
                expected=one_of(list(found.tables)),
                nearest=nearest(name, found.tables),
            )
            print(f"parley stats: {message}", file=sys.stderr)
        if wrong:
            return 2
        found = found.only(args.only)
    for name, content in (written.csv_files(found) if args.csv else {}).items():
        files.write(args.csv / f"{name}.csv", content.encode())
    plots = found.plots() if args.svg or args.html else {}
    if args.svg:
        for name, content in plots.items():
            files.write(args.svg / f"{name}.svg", content.encode())
    if args.html:
        files.write(args.html, page.render(found, plots).encode())
    if args.json:
        sys.stdout.write(json_io.dumps(found.to_dict(), pretty=True).decode())
    elif not (args.csv or args.svg or args.html):
        # A pipe gets the width that other reports have.
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
        sys.stdout.write(
            text.render(
                found.tables.values(),
                max(60, width),
                whole=bool(args.only),
                color=_run.color(sys.stdout),
            )
        )
    return 0
