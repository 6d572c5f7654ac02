"""Turn annotations given by quoted text into Label Studio tasks with exact offsets.

A quote file is JSON: {"doc_id", "layers", "mentions", "events", "attributions", "stances"}, every
span named by its words ("quote") and, where these occur more than once, by occurrence ("n"), words
around it ("within") or non-blank line ("paragraph"). A quote that is not in the text, or could be
in several places, is a fault; nothing is guessed.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from parley import files, json_io, ontology
from parley.cli._run import add_root
from parley.incidents import Incident, say
from parley.project import Project

EPILOG = """examples:
  parley quotes notes/talks-wire.json > tasks.json        import into Label Studio
  parley quotes notes/*.json --as prediction --model llm-1 --out tasks.json
  parley quotes notes/talks-wire.json --check             only the faults

exit codes: 0 every quote found, 1 faults (files with faults are left out), 2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley quotes`."""
    parser.epilog = EPILOG
    parser.add_argument("quotes", nargs="+", type=Path, metavar="QUOTES.json")
    parser.add_argument(
        "--as",
        dest="kind",
        choices=("annotation", "prediction"),
        default="annotation",
        help="what the tasks hold (default: annotation)",
    )
    parser.add_argument(
        "--annotator", default="annotator@example.org", help="whose annotation (an email)"
    )
    parser.add_argument("--model", default="quotes", help="whose prediction")
    parser.add_argument("--check", action="store_true", help="report faults, write no tasks")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Resolves every file; one that is faulty does not keep the others from going through."""
    from parley import corpus
    from parley.incidents import IncidentError
    from parley.labelstudio import tasks
    from parley.quotes import resolve

    project = Project.find(args.root)
    scheme = ontology.load(project.ontology)
    made: list[dict[str, Any]] = []
    incidents: list[Incident] = []
    for path in args.quotes:
        name = project.relative(path)
        try:
            raw = json_io.loads(path.read_bytes())
        except json_io.JsonError as error:
            incidents.append(Incident("Q005", name, f"not JSON that can be read: {error}"))
            continue
        doc_id = raw.get("doc_id") if isinstance(raw, dict) else None
        try:
            found = corpus.one(project, str(doc_id))
        except IncidentError as error:
            incidents += error.incidents
            continue
        if found.text is None:
            message = say("the document's text is withheld", do="run `parley hydrate` first")
            incidents.append(Incident("Q005", name, message, doc_id=found.id))
            continue
        annotations, faults = resolve(raw, found.text, scheme, file=name, doc_id=found.id)
        incidents += faults
        if faults:
            continue
        if args.kind == "annotation":
            made.append(tasks.annotated(found, annotations, scheme, args.annotator))
        else:
            made.append(tasks.predicted(found, annotations, scheme, args.model))
    for incident in sorted(incidents, key=Incident.sort_key):
        print(incident, file=sys.stderr)
    if not args.check:
        data = json_io.dumps(made, pretty=True)
        if args.out:
            files.write(args.out, data)
        else:
            sys.stdout.write(data.decode())
    return 1 if incidents else 0
