"""Score a system's predictions against gold.

GOLD is the folder of a built dataset (dist/parley), or a file of the prediction format; PREDICTIONS
is such a file: one JSON line a document (schema/prediction.schema.json). A layer that no line has
is not scored; a document without a line counts as nothing predicted, and is named.
"""

import argparse
import sys
from pathlib import Path

from parley.cli import _run, _scoring

EPILOG = """\
layers: mentions, events, attributions, stances, coreference, cross-document. What each metric is:
docs/scoring.md. Intervals are 95 % percentile intervals over documents drawn with replacement.

exit codes: 0 scored, 1 scored, with documents or layers missing from lines, 2 could not run (every
fault of the files is named)

examples:
  parley score dist/parley system.jsonl
  parley score dist/parley system.jsonl --split validation --layer mentions events
  parley score gold.jsonl system.jsonl --json > result.json
  parley score dist/parley system.jsonl --out results/system.json   for `parley leaderboard`
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    _scoring.add_gold(parser)
    parser.add_argument("predictions", type=Path, metavar="PREDICTIONS", help="a system's lines")
    _scoring.add_options(parser)
    parser.add_argument("--system", metavar="NAME", help="what to call it (default: as it says)")
    parser.add_argument("--no-labels", action="store_true", help="totals only, no row a label")
    parser.add_argument("--json", action="store_true", help="the whole result as JSON on stdout")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the result as JSON, too")


def run(args: argparse.Namespace) -> int:
    """Prints the result; what is missing goes to stderr."""
    from parley import files, json_io
    from parley.scoring import run as scoring
    from parley.scoring import text

    gold, system = _scoring.read(args)
    if system.warning:
        print(system.warning, file=sys.stderr)
    result = scoring.score(gold, system, system=args.system, **_scoring.options(args))
    if args.json or args.out is not None:
        data = json_io.dumps(result.to_dict(), pretty=True)
    if args.out is not None:
        files.write(args.out, data)
    if args.json:
        sys.stdout.write(data.decode())
    else:
        color = _run.color(sys.stdout)
        print(text.render(result, labels=not args.no_labels, color=color), end="")
    _scoring.tell_missing(result)
    return 1 if result.missing or result.partial else 0
