"""Compare systems on the same documents: is one better, or can't they be told apart?

Takes the predictions of two or more systems and prints, for each layer and metric, the difference
in F1 of every pair of systems, its interval, and p of a paired test. Only layers and documents that
each of the systems predicted are compared; what is left out is said.
"""

import argparse
import sys
from pathlib import Path

from parley.cli import _scoring

EPILOG = """\
p is of paired approximate randomisation over documents, two-sided: how often a difference is as
large where each document's predictions are swapped between the systems at random; of all swaps,
where there are no more of them than --resamples. With more than two systems, p is corrected after
Holm over the pairs of each metric. With n documents p cannot go under 1/2^(n-1).

metrics: the headline ones of each layer, or those of --metric (docs/scoring.md).

exit codes: 0 done, 1 done, with documents or layers that a system did not predict, 2 could not run
(every fault of the files is named; nothing in common to compare)

examples:
  parley compare dist/parley crf.jsonl rules.jsonl
  parley compare dist/parley a.jsonl b.jsonl c.jsonl --split validation --json
  parley compare gold.jsonl a.jsonl b.jsonl --layer mentions --metric strict partial
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    _scoring.add_gold(parser)
    parser.add_argument(
        "predictions", type=Path, nargs="+", metavar="PREDICTIONS", help="two systems or more"
    )
    parser.add_argument(
        "--layer", nargs="+", default=[], metavar="LAYER", help="only these layers (default: all)"
    )
    parser.add_argument(
        "--metric",
        nargs="+",
        default=[],
        metavar="METRIC",
        help="these metrics of every layer that has them (default: the headline ones)",
    )
    parser.add_argument(
        "--singletons",
        choices=("kept", "dropped"),
        default="kept",
        help="clusters of one mention in coreference (default: kept)",
    )
    _scoring.add_swaps(parser)
    parser.add_argument("--json", action="store_true", help="the comparison as JSON on stdout")


def run(args: argparse.Namespace) -> int:
    """Prints the comparison; what is missing goes to stderr."""
    from parley import json_io
    from parley.incidents import Incident, IncidentError
    from parley.scoring import compare
    from parley.scoring import run as scoring

    if len(args.predictions) < 2:
        print(
            "parley compare: one file of predictions; expected two or more systems to compare "
            "(`parley score` scores one)",
            file=sys.stderr,
        )
        return 2
    gold = scoring.read_gold(args.gold, args.split)
    systems: list[scoring.System] = []
    faults: list[Incident] = []
    for path in args.predictions:
        try:
            systems.append(scoring.read_system(path, gold))
        except IncidentError as error:
            faults += error.incidents
    if faults:
        raise IncidentError(*faults)
    results = []
    for system in systems:
        if system.warning:
            print(system.warning, file=sys.stderr)
        results.append(
            scoring.score(
                gold,
                system,
                split=args.split,
                layers=args.layer or None,
                singletons=args.singletons,
                resamples=0,
            )
        )
    try:
        found = compare.compare(
            results,
            metrics=args.metric,
            layers=args.layer,
            resamples=args.resamples,
            seed=args.seed,
        )
    except compare.CannotCompareError as error:
        print(f"parley compare: {error}", file=sys.stderr)
        return 2
    for result in results:
        _scoring.tell_missing(result)
    if args.json:
        sys.stdout.write(json_io.dumps(found.to_dict(), pretty=True).decode())
    else:
        sys.stdout.write(compare.render(found))
    return 1 if any(x.missing or x.partial or x.not_predicted for x in results) else 0
