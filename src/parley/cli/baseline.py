"""Make predictions with a baseline, trained on the train split alone.

`parley baseline --list` names the baselines; `parley baseline NAME --help` shows one's own options.
"""

import argparse
import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parley import arguments
from parley.baselines import BASELINES, MODULES, CannotRunError, Made

EPILOG = """\
The predictions go to FILE, one JSON line a document; beside it FILE.meta.json says how they were
made: baseline, options, versions of libraries, digests. The documents that are predicted are read
without their gold. The same data, options and seed give the same bytes.

exit codes: 0 written, 1 written, with faults of a model's answers left out, 2 could not run

examples:
  parley baseline --list
  parley baseline rules --out rules.jsonl
  parley baseline rules --split validation --out rules-validation.jsonl
  parley baseline crf --help                       its own options
  parley baseline --emit-empty --out empty.jsonl   finds nothing: scores 0
  parley baseline --emit-gold --out gold.jsonl     the gold itself: scores 1
"""
_EPILOG_OF_ONE = """\
examples:
  parley baseline {name} --out {name}.jsonl
  parley baseline {name} --split validation --out {name}-validation.jsonl
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments; a baseline's own are declared when it is the one that is named."""
    parser.epilog = EPILOG
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="the baselines, one a line")
    what.add_argument("--emit-empty", action="store_true", help="predictions that find nothing")
    what.add_argument("--emit-gold", action="store_true", help="the gold as predictions")
    _common(parser, given_only=False)
    names = parser.add_subparsers(
        dest="name", metavar="NAME", parser_class=_Baseline, title="baselines"
    )
    for name, line in BASELINES.items():
        names.add_parser(
            name,
            help=line,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            epilog=_EPILOG_OF_ONE.format(name=name),
        )


class _Baseline(argparse.ArgumentParser):
    """The parser of one baseline, which imports it only when it is the one that was named."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        module = _module(self.prog.rpartition(" ")[2])
        self.description = module.__doc__
        _common(self, given_only=True)
        module.configure(self)
        return super().parse_known_args(args, namespace)


def _module(name: str) -> Any:
    return importlib.import_module(f"parley.baselines.{MODULES[name]}")


def _common(parser: argparse.ArgumentParser, *, given_only: bool) -> None:
    """Options that may stand before or behind NAME: behind it, only what is given counts."""

    def default(value: Any) -> Any:
        return argparse.SUPPRESS if given_only else value

    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=default(None),
        help="the built dataset (default: dist/parley of the project)",
    )
    parser.add_argument(
        "--split",
        metavar="SPLIT",
        default=default("test"),
        help="the documents to predict (default: test)",
    )
    parser.add_argument(
        "--train-split",
        metavar="SPLIT",
        default=default("train"),
        help="the documents to learn from (default: train)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        default=default(None),
        help="where the predictions go (default: standard output)",
    )
    parser.add_argument(
        "--seed",
        type=arguments.whole(2**32 - 1),
        metavar="N",
        default=default(0),
        help="of what is random (default: 0)",
    )
    parser.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        default=default(None),
        help="the project's folder (default: the one that holds the working folder)",
    )


def run(args: argparse.Namespace) -> int:
    """Writes the predictions; returns the exit code."""
    if args.list:
        for name, line in BASELINES.items():
            print(f"{name:<8} {line}")
        return 0
    emits = args.emit_empty or args.emit_gold
    if bool(args.name) == emits:
        print(
            "parley baseline: expected "
            + ("one of a baseline's name, --emit-empty and --emit-gold" if emits else "a baseline")
            + f"; the baselines are {', '.join(BASELINES)}",
            file=sys.stderr,
        )
        return 2
    try:
        return _emit(args) if emits else _predict(args)
    except CannotRunError as error:
        print(f"parley baseline: {error}", file=sys.stderr)
        return 2


def _predict(args: argparse.Namespace) -> int:
    from parley.baselines.sample import samples

    module = _module(args.name)
    if args.split == args.train_split:
        raise CannotRunError(
            f"--split and --train-split are both {args.split!r}: a baseline would be shown the "
            "gold of what it predicts; name two splits"
        )
    folder = _folder(args)
    train = samples(folder, args.train_split, gold=True)
    documents = samples(folder, args.split, gold=False)
    made: Made = module.predict(args, train, documents, _teller())
    _write(args, folder, args.name, made)
    incidents = made.details.get("incidents", ())
    if incidents:
        print(
            f"parley baseline: {len(incidents):,} faults of answers; FILE.meta.json has them all",
            file=sys.stderr,
        )
    return 1 if incidents else 0


def _emit(args: argparse.Namespace) -> int:
    from parley.predictions.gold import emit_empty, emit_gold, from_dataset

    folder = _folder(args)
    gold = from_dataset(folder, args.split)
    name = "gold" if args.emit_gold else "empty"
    rows = emit_gold(gold) if args.emit_gold else emit_empty(gold)
    _write(args, folder, name, Made(rows))
    return 0


def _folder(args: argparse.Namespace) -> Path:
    from parley.project import Project

    found: Path | None = args.data
    return found or Project.find(args.root).root / "dist" / "parley"


def _write(args: argparse.Namespace, folder: Path, name: str, made: Made) -> None:
    """The predictions to standard output, or to FILE with FILE.meta.json beside it."""
    from parley import __version__
    from parley.dataset.read import manifest
    from parley.predictions.write import dump, write

    if args.out is None:
        sys.stdout.write(dump(made.rows).decode())
        return
    built = manifest(folder)
    meta = {
        "system": f"baseline {name}",
        "baseline": name,
        "parley": __version__,
        "corpus": {"version": built["version"], "digest": built["logical_sha256"]},
        "split": args.split,
        "documents": len(made.rows),
    }
    if name in BASELINES:
        meta |= {"train_split": args.train_split, "seed": args.seed}
    write(args.out, made.rows, meta | made.details)


def _teller(every: float = 1.0) -> Callable[[str], None]:
    """Says progress on a terminal's standard error, at most once in `every` seconds."""
    last = 0.0

    def tell(words: str) -> None:
        nonlocal last
        if sys.stderr.isatty() and time.monotonic() - last >= every:
            last = time.monotonic()
            print(words, file=sys.stderr)

    return tell
