"""What the commands that score have in common: gold, predictions, options, what is missing."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import arguments

if TYPE_CHECKING:
    from parley.predictions.gold import Gold
    from parley.scoring.result import Result
    from parley.scoring.run import System

_SHOWN = 10


def add_gold(parser: argparse.ArgumentParser) -> None:
    """GOLD and which part of it."""
    parser.add_argument(
        "gold", type=Path, metavar="GOLD", help="a built dataset, or a file of gold lines"
    )
    parser.add_argument(
        "--split",
        metavar="NAME",
        help="the split to score (default: test; of a file of lines, all of it)",
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is scored and how."""
    parser.add_argument(
        "--layer", nargs="+", metavar="LAYER", help="only these layers (default: all in gold)"
    )
    parser.add_argument(
        "--singletons",
        choices=("kept", "dropped"),
        default="kept",
        help="clusters of one mention in coreference (default: kept)",
    )
    parser.add_argument(
        "--resamples",
        type=arguments.whole(1_000_000),
        default=1000,
        metavar="N",
        help="resamples of the bootstrap (default: 1000; 0 for no intervals)",
    )
    parser.add_argument(
        "--seed", type=arguments.whole(2**32 - 1), default=0, metavar="N", help="default: 0"
    )


def options(args: argparse.Namespace) -> dict[str, Any]:
    """The arguments of `parley.scoring.run.score` that options give."""
    return {
        "split": args.split,
        "layers": args.layer,
        "singletons": args.singletons,
        "resamples": args.resamples,
        "seed": args.seed,
    }


def read(args: argparse.Namespace) -> "tuple[Gold, System]":
    """Gold and one system; raises `IncidentError` with every fault of either."""
    from parley.scoring import run

    gold = run.read_gold(args.gold, args.split)
    return gold, run.read_system(args.predictions, gold)


def tell_missing(result: "Result") -> None:
    """Says on stderr what the predictions leave out: it is never dropped in silence."""

    def tell(what: str, names: list[str]) -> None:
        if names:
            more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
            print(f"{what}: {', '.join(names[:_SHOWN])}{more}", file=sys.stderr)

    name = result.system
    tell(f"{name}: {len(result.missing):,} without a line (nothing predicted)", result.missing)
    for layer, ids in result.partial.items():
        tell(f"{name}: {len(ids):,} whose line has no {layer} (nothing predicted)", ids)
    tell(f"{name}: {len(result.ignored):,} lines about other documents, ignored", result.ignored)
    tell(f"{name}: layers not predicted, not scored", result.not_predicted)


def add_swaps(parser: argparse.ArgumentParser) -> None:
    """`--resamples` and `--seed` of commands that test systems against each other."""
    parser.add_argument(
        "--resamples",
        type=arguments.whole(100_000, 1),
        default=10_000,
        metavar="N",
        help="random swaps, and resamples of intervals (default: 10000)",
    )
    parser.add_argument(
        "--seed", type=arguments.whole(2**32 - 1), default=0, metavar="N", help="default: 0"
    )
