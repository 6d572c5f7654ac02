"""Write Label Studio import tasks for documents, bare or with their gold annotations.

The server's "Import" takes the file as it is; the labelling interface is schema/labelstudio.xml.
"""

import argparse
import sys
from pathlib import Path

from parley import files, json_io, ontology
from parley.cli._run import add_root
from parley.project import Project

EPILOG = """examples:
  parley tasks > tasks.json                          every document whose text is at hand
  parley tasks seim-bridges-wire --gold              with its gold, as a prediction to start from
  parley tasks --out tasks.json

exit codes: 0 written, 1 some texts are withheld and left out, 2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley tasks`."""
    parser.epilog = EPILOG
    parser.add_argument("documents", nargs="*", metavar="DOC", help="document ids (default: all)")
    parser.add_argument("--gold", action="store_true", help="add the gold annotations")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Writes a JSON list of tasks."""
    from parley import corpus, document
    from parley.labelstudio import tasks

    project = Project.find(args.root)
    scheme = ontology.load(project.ontology)
    made = []
    missing = []
    for doc_id in args.documents or corpus.paths(project):
        found = corpus.one(project, doc_id)
        if found.text is None:
            missing.append(doc_id)
            continue
        gold = project.gold / f"{doc_id}.json"
        if args.gold and gold.is_file():
            annotations = document.from_dict(json_io.loads(gold.read_bytes()))
            made.append(tasks.predicted(found, annotations, scheme, "gold"))
        else:
            made.append(tasks.task(found))
    data = json_io.dumps(made, pretty=True)
    if args.out:
        files.write(args.out, data)
    else:
        sys.stdout.write(data.decode())
    for doc_id in missing:
        print(f"{doc_id}: withheld, left out; restore it with `parley hydrate`", file=sys.stderr)
    return 1 if missing else 0
