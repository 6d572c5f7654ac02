# ruff: noqa: N999 (the module is called after its command)
"""Import annotations of other tools and corpora, with a ledger of everything in their files.

Labels, roles and attributes that are not the ontology's own need a mapping file (--labels); what it
does not name is rejected and counted. Texts become articles, annotations an export like one of
Label Studio, which is read by the same rules as `parley ingest`. Without --out this goes into the
project at hand; with it into a project of its own, where `parley check` and `parley build` run.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from parley.cli import _run
from parley.formats import READERS

EPILOG = """\
formats:
{formats}

ids are names of files made safe (a-z 0-9 - _). Every line of a text that the file says nothing of
is a body paragraph. One story is made for each PATH, after it, unless --story or the file names
one; a new story falls in --split. Of a document that several annotated nobody's annotations become
gold: their exports stand in the round ROUND-shared, for `parley agree` and `parley adjudicate`.

exit codes: 0 everything kept or repaired, 1 something was rejected, 2 could not run

examples:
  parley import brat talks --list-labels > talks.toml
  parley import brat talks --labels talks.toml --form news --published 2024-08-17 --dry-run
  parley import brat talks --labels talks.toml --form news --published 2024-08-17 --out ../talks
  parley import brat PolNeAR/data/dev --labels polnear --split validation --out ../polnear \\
      --form news --language en
  parley import labelstudio other-project.json --labels other.toml --round other
  parley import brat dist/export/brat/train --registry dist/parley/registers --out ../copy
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG.format(
        formats="\n".join(
            f"  {name:<12}{line}" + (f" (needs the extra {extra})" if extra else "")
            for name, (_, line, extra) in READERS.items()
        )
    )
    parser.add_argument("format", choices=READERS, metavar="FORMAT", help=", ".join(READERS))
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    parser.add_argument(
        "--labels", metavar="MAPPING", help="a TOML file, or the name of a shipped one"
    )
    parser.add_argument(
        "--list-labels", action="store_true", help="print the files' labels as a mapping, no more"
    )
    parser.add_argument("--story", metavar="ID", help="the story of new documents")
    parser.add_argument("--split", metavar="NAME", help="the split of new stories")
    parser.add_argument("--form", metavar="F", help="the form of new documents")
    parser.add_argument("--published", metavar="DATE", help="when new documents were published")
    parser.add_argument("--language", metavar="L", help="their language (default: und)")
    parser.add_argument("--round", metavar="NAME", help="default: the name of the PATH")
    parser.add_argument(
        "--annotator", metavar="NAME", help="who annotated, where files do not say (import)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="a project of its own, made or added to"
    )
    parser.add_argument(
        "--registry", type=Path, metavar="DIR", help="with --out: registers to take rows from"
    )
    parser.add_argument(
        "--replace", action="store_true", help="replace gold that came from another export"
    )
    parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Imports each PATH; incidents go to stderr, the counts to stdout."""
    from parley import ontology
    from parley.importing import mapping, store
    from parley.incidents import Incident

    if args.list_labels:
        return _list(args)
    project = _project(args)
    if isinstance(project, int):
        return project
    scheme = ontology.load(project.ontology if project.ontology.is_file() else None)
    faults = _names(args, scheme)
    if faults:
        for line in faults:
            print(f"parley import: {line}", file=sys.stderr)
        return 2
    told = mapping.load(args.labels, scheme)
    summaries: list[dict[str, Any]] = []
    incidents: list[Incident] = []
    for path in args.paths:
        name = path.resolve().stem
        options = store.Options(
            round=args.round or store.slug(name) or store.ONLY,
            annotator=args.annotator or store.ONLY,
            story=args.story or store.slug(name),
            form=args.form,
            published=args.published,
            language=args.language,
            split=args.split or (name if name in scheme.splits else None),
            new=args.out is not None,
            registry=args.registry,
            replace=args.replace,
            dry_run=args.dry_run,
        )
        progress = _progress if sys.stderr.isatty() else None
        done = store.run(_read(args.format, path, told), project, told, options, progress)
        if progress:
            sys.stderr.write("\r\033[K")
        incidents += done.incidents
        summaries.append(_summary(path, done))
    for incident in sorted(incidents, key=Incident.sort_key):
        print(incident, file=sys.stderr)
    if args.json:
        from parley import json_io

        sys.stdout.write(json_io.dumps(summaries, pretty=True).decode())
    else:
        for summary in summaries:
            _tell(summary)
    return 1 if incidents else 0


def _progress(step: str, number: int) -> None:
    """Counts documents on a terminal."""
    if number % 100 == 0 or step == "written":
        sys.stderr.write(f"\r\033[K{number:,} documents {step}")
        sys.stderr.flush()


def _read(name: str, path: Path, told: Any) -> Any:
    """The documents of a path, in the format of that name."""
    from importlib import import_module

    from parley.incidents import one_of, say, stop

    module = import_module(f"parley.formats.{READERS[name][0]}")
    if not path.exists():
        raise stop("I001", path.as_posix(), "no such file or folder")
    options = getattr(module, "OPTIONS", ())
    if not told.files.keys() <= set(options):
        expected = f"only {one_of(options)}" if options else "none"
        message = say(f"[files] options that {name} does not have", got=sorted(told.files))
        raise stop("I010", "mapping", message, expected=expected)
    return module.read(path, **told.files)


def _project(args: argparse.Namespace) -> Any:
    """The project to import into; an exit code where there is none."""
    from parley.project import Project

    if args.out is None:
        return Project.find(args.root)
    project = Project(args.out)
    strange = args.out.exists() and not project.ontology.is_file()
    if strange and (not args.out.is_dir() or any(args.out.iterdir())):
        print(
            f"parley import: {args.out} is neither empty nor a Parley project; "
            "expected a new folder, an empty one, or one with schema/ontology.toml",
            file=sys.stderr,
        )
        return 2
    return project


def _names(args: argparse.Namespace, scheme: Any) -> list[str]:
    """What is wrong with the options, each in words."""
    from parley.files import is_id
    from parley.incidents import nearest, one_of, say

    found = [
        say(f"bad --{key}", got=getattr(args, key), expected="1-80 of a-z 0-9 _ -")
        for key in ("story", "round", "annotator")
        if getattr(args, key) is not None and not is_id(getattr(args, key))
    ]
    if args.registry is not None and not args.registry.is_dir():
        message = say("no such folder for --registry", got=args.registry.as_posix())
        found.append(f"{message}; expected one with entities.jsonl, as dist/parley/registers")
    for key, valid in (("split", scheme.splits), ("form", scheme.forms)):
        value = getattr(args, key)
        if value is not None and value not in valid:
            near = nearest(value, valid)
            found.append(say(f"bad --{key}", got=value, expected=one_of(valid), nearest=near))
    return found


def _list(args: argparse.Namespace) -> int:
    """Prints what the files call things, as a mapping to be filled in."""
    from parley import ontology
    from parley.importing import mapping, starter
    from parley.project import NotAProjectError, Project

    try:
        scheme = ontology.load(Project.find(args.root).ontology)
    except NotAProjectError:
        scheme = ontology.load()
    told = mapping.load(args.labels, scheme)
    documents = [item for path in args.paths for item in _read(args.format, path, told)]
    sys.stdout.write(starter.write(documents, told))
    return 0


def _summary(path: Path, done: Any) -> dict[str, Any]:
    """The counts of one PATH, as `--json` gives them."""
    exports = []
    for ledger in done.ledgers:
        codes = Counter[str]()
        for entry in ledger.entries:
            for code in entry.codes:
                codes[code] += entry.count
        exports.append(
            {
                "export": ledger.export,
                **ledger.summary(),
                "codes": dict(sorted(codes.items())),
            }
        )
    return {
        "path": path.as_posix(),
        "created": done.created,
        "exports": exports,
        "offsets": dict(sorted(done.readings.items())),
        "incidents": len(done.incidents),
    }


def _tell(summary: dict[str, Any]) -> None:
    for row in summary["exports"]:
        codes = ", ".join(f"{code} {number:,}" for code, number in row["codes"].items())
        print(
            f"{row['export']}: {_count(row['tasks'], 'document')}, "
            f"{_count(row['results'], 'statement')}: {row['kept']:,} kept, "
            f"{row['repaired']:,} repaired, {row['rejected']:,} rejected"
            + (f" ({codes})" if codes else "")
        )
    for unit, number in summary["offsets"].items():
        print(f"{summary['path']}: offsets count {unit} in {_count(number, 'document')}: converted")
    print(f"{summary['path']}: {_count(len(summary['created']), 'new document')}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
