"""Write the built dataset in the format of another tool.

Each split goes into a folder of its own, OUT/SPLIT. What the format cannot hold is counted by kind.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from parley.cli import _run
from parley.formats import FORMATS, HOLDS

EPILOG = """\
formats:
{formats}

--config shows the annotations as one config of the dataset has them: documents all (the default),
ner names alone, events with mentions, attribution alone, stance with mentions and events.

exit codes: 0 written, 2 could not run

examples:
  parley export conll
  parley export spacy --split train validation --out corpus
  parley export brat --config attribution --split test
  parley export textee --data dist/parley --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG.format(
        formats="\n".join(
            f"  {name:<8} {line}" + (f" (needs the extra {extra})" if extra else "")
            for name, (_, line, extra) in FORMATS.items()
        )
    )
    parser.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="a built dataset (default: dist/parley)"
    )
    parser.add_argument("--split", nargs="+", metavar="NAME", help="only these (default: all)")
    parser.add_argument(
        "--config", metavar="NAME", help="the config that shows the annotations (documents)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where to (default: dist/export/FORMAT)"
    )
    parser.add_argument("--json", action="store_true", help="what was written, as JSON on stdout")
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Writes the files; counts go to stdout, what was not held to stderr."""
    from importlib import import_module

    from parley import json_io
    from parley.formats import source
    from parley.project import Project

    wrong = _wrong(args.format, args.config)
    if wrong:
        print(f"parley export: {wrong}", file=sys.stderr)
        return 2
    data, out = args.data, args.out
    if data is None or out is None:
        folder = Project.find(args.root).root / "dist"
        data, out = data or folder / "parley", out or folder / "export" / args.format
    module = import_module(f"parley.formats.{FORMATS[args.format][0]}")
    found: dict[str, list[source.Source]] = {}
    for split in args.split or [None]:
        found |= source.read(data, split)
    told: dict[str, Any] = {}
    for split, whole in found.items():
        documents = [source.view(item, args.config or "documents") for item in whole]
        made = module.export(documents, out / split)
        told[split] = {
            "documents": len(documents),
            "files": [(out / split / name).as_posix() for name in made.files],
            "held": dict(sorted(made.held.items())),
            "not_held": dict(sorted((+made.lost).items())),
        }
    if args.json:
        sys.stdout.write(
            json_io.dumps({"format": args.format, "splits": told}, pretty=True).decode()
        )
        return 0
    for split, row in told.items():
        held = ", ".join(f"{count:,} {name}" for name, count in row["held"].items())
        # A format with files for each document names their folder.
        names = row["files"]
        if len(names) > 3:
            names = [f"{(out / split).as_posix()}: {len(names)} files"]
        for name in names:
            print(f"{name}: {row['documents']} documents, {held}")
        if row["not_held"]:
            lost = ", ".join(f"{count:,} {name}" for name, count in row["not_held"].items())
            print(f"{split}: {args.format} has no place for {lost}", file=sys.stderr)
    return 0


def _wrong(name: str, config: str | None) -> str | None:
    """What is wrong with a --config for a format, in words."""
    from parley.formats.source import VIEWS
    from parley.incidents import nearest, one_of, say
    from parley.ontology import LAYERS

    holds = HOLDS.get(name, LAYERS)
    valid = [view for view, layers in VIEWS.items() if set(layers) & set(holds)]
    if config is None or config in valid:
        return None
    if not valid:
        return f"{name} has tables of its own, for which --config means nothing; leave it out"
    if config in VIEWS:
        what = f"{name} has no place for anything that the config {config} shows"
        return say(what, expected=one_of(valid))
    near = nearest(config, valid)
    return say("no such --config", got=config, expected=one_of(valid), nearest=near)
