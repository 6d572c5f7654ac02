"""Serve pre-annotations to Label Studio as its ML backend, on this machine.

In Label Studio: Settings, Model, Connect Model, with the address printed here; then "Retrieve
predictions", or open a task. A server with the default settings refuses addresses of its own
machine, for models and for the webhook that it adds with each: start it with
LABEL_STUDIO_ML_BLOCK_LOCAL_IP=false and LABEL_STUDIO_SSRF_PROTECTION_ENABLED=false.
"""

import argparse
import signal
import sys
from typing import Any

from parley import ontology
from parley.cli._run import add_root
from parley.cli.prefill import add_sources, chosen_layers
from parley.project import Project

EPILOG = """examples:
  parley backend                                     names, numbers and cues at http://127.0.0.1:9090
  parley backend --from system.jsonl --port 9191
  curl http://127.0.0.1:9090/health

exit codes: 0 stopped (Ctrl-C or SIGTERM), 1 stopped, with faults of the sources, 2 could not run
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley backend`."""
    parser.epilog = EPILOG
    add_sources(parser)
    parser.add_argument("--port", type=int, default=9090, metavar="N", help="default: 9090")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where to listen (default: this machine only; there is no password)",
    )
    add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Serves until it is interrupted."""
    from parley import corpus
    from parley.document import Document
    from parley.incidents import IncidentError
    from parley.prefill import backend
    from parley.prefill.sources import Model, choose

    project = Project.find(args.root)
    scheme = ontology.load(project.ontology)
    layers = chosen_layers(args.layers)
    model = Model(args.base_url, args.model, not args.no_cache, args.timeout)
    sources, incidents = choose(args.sources, project, scheme, model, layers)
    for incident in incidents:
        print(incident, file=sys.stderr)

    def document(doc_id: str) -> Document | None:
        try:
            return corpus.one(project, doc_id)
        except IncidentError:
            return None

    made = backend.Backend(sources, scheme, document, layers)
    server = backend.server(made, args.host, args.port)

    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    host, port = server.server_address[:2]
    print(f"parley backend: {made.model_version} at http://{host!s}:{port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("parley backend: stopped", file=sys.stderr)
    finally:
        server.server_close()
    return 1 if incidents else 0
