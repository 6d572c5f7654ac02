"""Rank systems by the results of `parley score`: a table for each layer, with ranges of ranks.

Reads every result (*.json) of a folder. Systems that a paired test on documents does not tell apart
share a range of ranks. Results under unequal signatures (other data, split, matching, version of
the scorer) are not ranked together: they are refused, or ranked apart with --group.
"""

import argparse
import sys
from pathlib import Path

from parley.cli import _scoring

EPILOG = """\
a rank is a range: 1 + the number of systems that are better, to the number that are not worse, by
paired approximate randomisation over documents, Holm-corrected over the pairs of systems, at 0.05.

exit codes: 0 done, 1 done, but a file has faults and is not ranked, 2 could not run (no result,
unequal signatures, results of other documents)

examples:
  parley leaderboard results
  parley leaderboard results --layer events stances
  parley leaderboard results --markdown leaderboard.md --json leaderboard.json
  parley leaderboard results --group
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder of results (*.json)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write tables and tests as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write tables as Markdown")
    parser.add_argument(
        "--layer", nargs="+", default=[], metavar="LAYER", help="only these layers (default: all)"
    )
    parser.add_argument(
        "--group", action="store_true", help="rank the results of each signature apart"
    )
    _scoring.add_swaps(parser)


def run(args: argparse.Namespace) -> int:
    """Prints the tables; faults of files go to stderr."""
    from parley import files, json_io
    from parley.scoring import leaderboard, leaderboard_text
    from parley.scoring.compare import CannotCompareError
    from parley.scoring.leaderboard_read import read

    if not args.folder.is_dir():
        print(f"parley leaderboard: no such folder: {args.folder}", file=sys.stderr)
        return 2
    entries, faults = read(args.folder)
    for fault in faults:
        print(fault, file=sys.stderr)
    if not entries:
        print(
            f"parley leaderboard: no result to rank in {args.folder}; write some there by "
            "`parley score GOLD PREDICTIONS --out FILE`",
            file=sys.stderr,
        )
        return 2
    try:
        made = leaderboard.make(
            entries,
            layers=args.layer,
            group=args.group,
            resamples=args.resamples,
            seed=args.seed,
        )
    except (leaderboard.CannotRankError, CannotCompareError) as error:
        print(f"parley leaderboard: {error}", file=sys.stderr)
        return 2
    if args.json is not None:
        files.write(args.json, json_io.dumps(made.to_dict(), pretty=True))
    if args.markdown is not None:
        files.write(args.markdown, leaderboard_text.markdown(made).encode())
    sys.stdout.write(leaderboard_text.render(made))
    return 1 if faults else 0
