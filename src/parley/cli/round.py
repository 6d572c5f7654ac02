"""Rounds of annotation: who does which documents, blind or together, and how far they are.

In a blind round every annotator gets a project of their own, since the community server shows
everybody's work to everybody; tell them to open no other. Calibration documents come first, the
rest in an order of each annotator's own.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from parley.cli import _studio as shared
from parley.cli._run import add_root
from parley.incidents import Incident
from parley.project import Project

EPILOG = """examples:
  parley round start pilot --annotators ann-a,ann-b --blind
  parley round start second --annotators ann-a=ada@example.org,ann-b --documents a-1,a-2 --blind
  parley round start dates --annotators ann-a --layers entity --prefill gazetteer
  parley round start pilot                    the same round again: what is missing is made
  parley round status pilot

exit codes: 0 done, 1 incidents, 2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley round`."""
    parser.epilog = EPILOG
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    start = verbs.add_parser("start", help="make the round and its projects on the server")
    start.add_argument("round", metavar="NAME")
    start.add_argument("--annotators", help="names, or NAME=EMAIL, comma-separated")
    start.add_argument(
        "--documents",
        help="ids, comma-separated, or @FILE with one a line (default: all with a text)",
    )
    start.add_argument("--calibration", help="documents to begin with, comma-separated")
    start.add_argument("--layers", help="entity,event,attribution,stance (default: all)")
    start.add_argument("--blind", action="store_true", help="a project for each annotator")
    start.add_argument(
        "--prefill", default="none", metavar="SOURCES", help="pre-annotations (default: none)"
    )
    status = verbs.add_parser("status", help="who has done what")
    status.add_argument("round", nargs="?", metavar="NAME", help="default: every round")
    for verb in (start, status):
        verb.add_argument("--url", help="a server of your own (token: PARLEY_STUDIO_TOKEN)")
        verb.add_argument("--json", action="store_true", help="the result as JSON")
        add_root(verb)


def run(args: argparse.Namespace) -> int:
    """Runs one verb."""
    return _start(args) if args.verb == "start" else _status(args)


def _start(args: argparse.Namespace) -> int:
    from parley import ontology
    from parley.studio import accounts, connect, content, rounds
    from parley.studio.home import Home

    project = Project.find(args.root)
    home = Home(project)
    known = args.round in rounds.names(project)
    if args.annotators is None and known:
        made = rounds.read(project, args.round)
        items = content.documents(
            project, sorted({d for of in made.documents.values() for d in of})
        )
    else:
        named = _documents(args.documents)
        items = content.documents(project, named)
        made = rounds.make(
            args.round,
            shared.words(args.annotators) or [args.round],
            [item.id for item in items],
            calibration=shared.words(args.calibration),
            layers=shared.layers(args.layers),
            blind=args.blind,
            prefill=args.prefill,
            guidelines=content.guidelines_version(project),
            ontology=ontology.load(project.ontology).version,
            started=time.strftime("%Y-%m-%d"),
        )
    client = connect.client(home, args.url)
    rounds.save(project, made)
    running = home.running()
    own = running is not None and running.pid is not None and running.url == client.url
    if own:
        accounts.ensure(client, home, made.annotators)
    incidents: list[Incident] = []
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    for annotator in list(made.annotators) if made.blind else list(made.annotators)[:1]:
        done = shared.ensure(client, project, made, annotator, items, args.json)
        incidents += done.incidents
        rows.append(
            {
                "annotator": annotator if made.blind else None,
                "project": done.project.id,
                "link": client.link(done.project.id),
                "changed": done.changed,
                "imported": done.imported,
                "tasks": len(items),
            }
        )
        lines.append(f"{shared.ensured(done, len(items))}  {client.link(done.project.id)}")
    if args.json:
        shared.dump({"round": made.name, "projects": rows})
    else:
        print("\n".join(lines))
        if own:
            print(f"the annotators' passwords are in {home.secrets_file}")
    return shared.report(incidents)


def _documents(text: str | None) -> list[str]:
    if text and text.startswith("@"):
        lines = Path(text[1:]).read_text("utf-8").splitlines()
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return shared.words(text)


def _status(args: argparse.Namespace) -> int:
    from parley.studio import connect, progress, rounds
    from parley.studio.home import Home

    project = Project.find(args.root)
    client = connect.client(Home(project), args.url)
    names = [args.round] if args.round else rounds.names(project)
    rows = [row for name in names for row in progress.of(client, rounds.read(project, name))]
    if args.json:
        shared.dump([row.as_dict() for row in rows])
    elif not rows:
        print("no rounds yet; start one with `parley round start`")
    else:
        print(progress.table(rows))
    return 0
