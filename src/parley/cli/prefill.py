"""Write Label Studio tasks with pre-annotations, or the same as a prediction file.

Sources: `gazetteer` (names of corpus/entities.jsonl, dates, numbers), `cues` (attributions by a
lexicon), a prediction file (FILE.jsonl), `llm` (a language model behind an OpenAI-compatible
address; its key comes from PARLEY_LLM_KEY or OPENAI_API_KEY). Where two sources annotate one span,
the first that is named counts.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from parley import files, json_io, ontology
from parley.cli._run import add_root
from parley.incidents import Incident
from parley.ontology import LAYERS
from parley.project import Project

EPILOG = """examples:
  parley prefill --out tasks.json                          names, numbers and cues
  parley prefill seim-bridges-wire --from gazetteer --layers entity
  parley prefill --from system.jsonl --out tasks.json      any system's prediction file
  parley prefill --from llm,gazetteer --model qwen3 --base-url http://127.0.0.1:8000/v1 --out t.json
  parley prefill --as predictions --out baseline.jsonl          to be scored

exit codes: 0 written, 1 written with faults (printed) or without withheld texts, 2 could not run
"""
#: Seconds between two lines of progress.
EVERY = 5.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of `parley prefill`."""
    parser.epilog = EPILOG
    parser.add_argument("documents", nargs="*", metavar="DOC", help="document ids (default: all)")
    add_sources(parser)
    parser.add_argument(
        "--as",
        dest="kind",
        choices=("tasks", "predictions"),
        default="tasks",
        help="Label Studio tasks, or a prediction file (default: tasks)",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument(
        "--json", action="store_true", help="a summary as JSON (on standard error without --out)"
    )
    add_root(parser)


def add_sources(parser: argparse.ArgumentParser) -> None:
    """The arguments that say where pre-annotations come from."""
    parser.add_argument(
        "--from",
        dest="sources",
        default="gazetteer,cues",
        metavar="SOURCES",
        help="gazetteer, cues, llm, FILE.jsonl, joined by commas (default: gazetteer,cues)",
    )
    parser.add_argument(
        "--layers",
        default=",".join(LAYERS),
        metavar="LAYERS",
        help="layers to fill, joined by commas (default: all that the sources have)",
    )
    parser.add_argument("--model", help="the language model's name")
    parser.add_argument("--base-url", metavar="URL", help="its address, before /chat/completions")
    parser.add_argument(
        "--timeout", type=float, default=120.0, metavar="SECONDS", help="for one answer of it"
    )
    parser.add_argument("--no-cache", action="store_true", help="ask anew, keep no answers")


def chosen_layers(value: str) -> tuple[str, ...]:
    """The layers of a comma-separated list. Raises `IncidentError` (A001)."""
    from parley.incidents import nearest, one_of, stop

    names = [name.strip() for name in value.split(",")]
    for name in names:
        if name not in LAYERS:
            near = nearest(name, LAYERS)
            raise stop(
                "A001", "--layers", "no such layer", got=name, expected=one_of(LAYERS), nearest=near
            )
    return tuple(layer for layer in LAYERS if layer in names)


def run(args: argparse.Namespace) -> int:
    """Writes tasks or predictions; faults are printed and do not end the work."""
    from parley import corpus
    from parley.labelstudio import tasks
    from parley.predictions.rows import to_row
    from parley.prefill import make
    from parley.prefill.interface import answer
    from parley.prefill.merge import model_version
    from parley.prefill.sources import Model, choose

    project = Project.find(args.root)
    scheme = ontology.load(project.ontology)
    layers = chosen_layers(args.layers)
    model = Model(args.base_url, args.model, not args.no_cache, args.timeout)
    sources, incidents = choose(args.sources, project, scheme, model, layers)
    names = args.documents or list(corpus.paths(project))
    # All are looked up before any work, so that a slip in the last id does not cost the first.
    found = [corpus.one(project, name) for name in dict.fromkeys(names)]
    missing = [document.id for document in found if document.text is None]
    made: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    told = time.monotonic()
    for number, document in enumerate(found):
        if document.text is None:
            continue
        if time.monotonic() - told > EVERY:
            print(f"{number} of {len(found)} documents", file=sys.stderr)
            told = time.monotonic()
        annotations, version, faults = make(document, sources, scheme, layers)
        incidents += faults
        counts.update(
            entity=len(annotations.mentions),
            event=len(annotations.events),
            attribution=len(annotations.attributions),
            stance=len(annotations.stances),
        )
        if args.kind == "predictions":
            made.append(to_row(annotations, document.text))
        else:
            result = answer(annotations, document.text, scheme)
            prediction = {"model_version": version, "result": result}
            made.append({**tasks.task(document), "predictions": [prediction]})
    if args.kind == "predictions":
        data = b"".join(json_io.dumps(row) + b"\n" for row in made)
    else:
        data = json_io.dumps(made, pretty=True)
    if args.out:
        files.write(args.out, data)
    else:
        sys.stdout.write(data.decode())
    for incident in sorted(incidents, key=Incident.sort_key):
        print(incident, file=sys.stderr)
    for doc_id in missing:
        print(f"{doc_id}: withheld, left out; restore it with `parley hydrate`", file=sys.stderr)
    if args.json:
        summary = {
            "model_version": model_version(sources),
            "documents": len(made),
            "annotations": {layer: counts[layer] for layer in layers},
            "withheld": missing,
            "incidents": dict(sorted(Counter(item.code for item in incidents).items())),
        }
        stream = sys.stdout if args.out else sys.stderr
        stream.write(json_io.dumps(summary, pretty=True).decode())
    return 1 if incidents or missing else 0
