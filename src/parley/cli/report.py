"""A page that explains a system's scores, with its errors in context.

GOLD is the folder of a built dataset (dist/parley), or a file of the prediction format. PREDICTIONS
is a file of the prediction format. The page is one HTML file without scripts that fetches nothing.
"""

import argparse
import sys
from pathlib import Path

from parley import arguments
from parley.cli import _scoring

EPILOG = """\
the figures are those of `parley score`. The examples quote the gold's documents: take care who gets
a page made of texts that may not be passed on (--examples 0 leaves them out).

exit codes: 0 done, 1 done, with documents or layers missing from lines, 2 could not run (every
fault of the files is named)

examples:
  parley report dist/parley system.jsonl
  parley report dist/parley system.jsonl --split validation --out validation.html
  parley report gold.jsonl system.jsonl --layer mentions --examples 10
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    _scoring.add_gold(parser)
    parser.add_argument("predictions", type=Path, metavar="PREDICTIONS", help="a system's lines")
    _scoring.add_options(parser)
    parser.add_argument("--system", metavar="NAME", help="what to call it (default: as it says)")
    parser.add_argument(
        "--examples",
        type=arguments.whole(1000),
        default=3,
        metavar="N",
        help="examples of each pattern of errors (default: 3; 0 for none)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("report.html"),
        metavar="FILE",
        help="where to write the page (default: report.html)",
    )


def run(args: argparse.Namespace) -> int:
    """Writes the page and names it; what is missing goes to stderr."""
    from parley import files
    from parley.scoring import page
    from parley.scoring import run as scoring

    gold, system = _scoring.read(args)
    if system.warning:
        print(system.warning, file=sys.stderr)
    result = scoring.score(gold, system, system=args.system, **_scoring.options(args))
    made = page.render(result, scoring.inputs(result, gold, system), examples=args.examples)
    files.write(args.out, made.encode())
    print(args.out)
    _scoring.tell_missing(result)
    return 1 if result.missing or result.partial else 0
