"""How far the annotators of a round agree, and where they do not.

Compares the exports of annotations/exports/ROUND, one file an annotator, on the documents that two
or more of them did: spans and labels of every layer, with the most frequent confusions.
"""

import argparse
import sys
from pathlib import Path

from parley import arguments
from parley.cli import _run

EPILOG = """\
alpha is Krippendorff's: rely on 0.8 and more; 0.67 to 0.8 allows tentative conclusions; less, none.
intervals are 95 % percentile intervals over documents drawn with replacement.

exit codes: 0 done, 1 done, with faults in an export, 2 could not run (fewer than two annotators,
no document that two of them did)

examples:
  parley agree first
  parley agree first --html agreement.html
  parley agree first --documents seim-bridges-wire doha-talks-explainer --json
  parley agree first --resamples 10000 --seed 7
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("round", metavar="ROUND", help="a folder of annotations/exports")
    parser.add_argument("--json", action="store_true", help="the whole report as JSON on stdout")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one page")
    parser.add_argument("--documents", nargs="+", metavar="ID", help="only these documents")
    parser.add_argument(
        "--resamples",
        type=arguments.whole(100_000),
        default=1000,
        metavar="N",
        help="resamples of the bootstrap (default: 1000; 0 for no intervals)",
    )
    parser.add_argument(
        "--seed", type=arguments.whole(2**32 - 1), default=0, metavar="N", help="default: 0"
    )
    parser.add_argument(
        "--gamma", action="store_true", help="gamma, too (slow; needs pygamma-agreement)"
    )
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Prints the report; incidents of exports go to stderr."""
    from parley import files, json_io
    from parley.agreement import gamma, page, report, text
    from parley.agreement.read import CannotCompareError, read
    from parley.incidents import Incident
    from parley.project import Project

    project = Project.find(args.root)
    try:
        if args.gamma:
            gamma.available()
        found = read(project, args.round, args.documents)
    except CannotCompareError as error:
        for incident in sorted(error.incidents, key=Incident.sort_key):
            print(incident, file=sys.stderr)
        print(f"parley agree: {error}", file=sys.stderr)
        return 2
    found.incidents.sort(key=Incident.sort_key)
    made = report.make(found, resamples=args.resamples, seed=args.seed)
    if args.gamma:
        made["gamma"] = gamma.gamma(found, args.seed)
    for incident in found.incidents:
        print(incident, file=sys.stderr)
    if args.html is not None:
        files.write(args.html, page.render(made).encode())
    if args.json:
        print(json_io.dumps(made, pretty=True).decode(), end="")
    else:
        print(text.render(made), end="")
    return 1 if found.incidents else 0
