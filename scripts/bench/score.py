"""How fast are mentions scored, and in how much memory, against the usual tools?

Random documents are made, gold and predictions with the faults that systems make (missed, invented,
wrong boundary, wrong type; a share nested), and four sides score the same parsed rows, each in a
process of its own:

    parley       strict counts for each document and type, and the kind of every error
    parley all   all metrics but BIO, and the errors
    nervaluate   Evaluator.evaluate, from its dictionaries (conversion included)
    spacy        Scorer.score_spans, from Docs with one span group (conversion apart)

Imports are not timed. On a busy machine the processor's seconds are the ones to compare. Peak
memory is what the process grew by while it scored, at its highest; it needs /proc. Then the same
number of mentions is scored in one document and in many. Prints JSON.

    python scripts/bench/score.py
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parley import ontology
from parley.memory import uncollected
from parley.predictions.inputs import Inputs

Rows = list[dict[str, Any]]

TYPES = 12
#: Every word is five letters and a space.
WORD = 6
#: Of gold mentions: missed, wrong boundary, wrong type, both. Of their number: invented.
MISSED, BOUNDARY, TYPE, BOTH, INVENTED = 0.12, 0.08, 0.05, 0.02, 0.09
NESTED = 0.1


def main() -> int:
    """Runs the comparison, or one side of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--mentions", type=int, default=30, help="gold mentions a document")
    parser.add_argument("--side", choices=SIDES, help="one side alone, in this process")
    args = parser.parse_args()
    if args.side:
        print(json.dumps(one_side(args.side, args.documents, args.mentions)))
        return 0
    found: dict[str, Any] = {}
    for side in SIDES:
        command = [sys.executable, __file__, "--side", side]
        command += ["--documents", str(args.documents), "--mentions", str(args.mentions)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        found[side] = json.loads(done.stdout)
        print(f"{side}: {found[side]['seconds']} s", file=sys.stderr)
    ours = found["parley"]
    for name in ("nervaluate", "spacy"):
        other = found[name]
        # spaCy compares sets, so it must say the same; nervaluate loses exact ones to neighbours.
        same = all(abs(other[key] - ours[key]) < 1e-12 for key in ("precision", "recall", "f1"))
        found[f"against_{name}"] = {
            "same_strict_scores": same,
            **{
                f"times_by_{clock}": round(other[clock] / ours[clock], 1)
                for clock in ("seconds", "processor_seconds")
            },
            "times_for_all_metrics": round(
                other["processor_seconds"] / found["parley all"]["processor_seconds"], 1
            ),
            "memory_of_theirs": round(ours["peak_mb"] / other["peak_mb"], 3),
        }
    found["one_document"] = one_document(args.mentions * 100)
    print(json.dumps(found, indent=2))
    return 0


# ---------------------------------------------------------------------- what is scored
def make(documents: int, mentions: int, seed: int = 13) -> tuple[Rows, Rows]:
    """Gold and predictions: lines of the prediction format, no span and type twice on a side."""
    chance = random.Random(seed)
    names = ontology.load().names("entity")[:TYPES]
    gold: Rows = []
    predicted: Rows = []
    for number in range(documents):
        words = 15 * mentions
        ours: dict[tuple[int, int, str], None] = {}
        while len(ours) < mentions:
            first, length = chance.randrange(words), chance.choice((1, 1, 2, 3))
            label = chance.choice(names)
            ours[first, first + length, label] = None
            if length > 1 and chance.random() < 3 * NESTED and len(ours) < mentions:
                ours[first, first + 1, chance.choice(names)] = None
        theirs: dict[tuple[int, int, str], None] = {}
        for first, last, label in ours:
            fault = chance.random()
            if fault < MISSED:
                continue
            fault -= MISSED
            if fault < BOUNDARY or 0 <= fault - BOUNDARY - TYPE < BOTH:
                first, last = chance.choice(((first, last + 1), (max(0, first - 1), last)))
            if BOUNDARY <= fault < BOUNDARY + TYPE + BOTH:
                label = chance.choice(names)
            theirs[first, last, label] = None
        for _ in range(mentions):
            if chance.random() < INVENTED:
                first = chance.randrange(words)
                theirs[first, first + chance.choice((1, 2)), chance.choice(names)] = None
        for side, rows in ((ours, gold), (theirs, predicted)):
            items = list(side)
            chance.shuffle(items)
            rows.append(
                {"doc_id": f"d{number}", "mentions": [*map(_row, range(len(items)), items)]}
            )
    return gold, predicted


def _row(at: int, item: tuple[int, int, str]) -> dict[str, Any]:
    first, last, label = item
    return {"id": f"m{at}", "start": first * WORD, "end": last * WORD - 1, "type": label}


# ---------------------------------------------------------------------- the sides
def one_side(side: str, documents: int, mentions: int) -> dict[str, Any]:
    """Seconds, peak memory and scores of one side."""
    with uncollected():
        gold, predicted = make(documents, mentions)
    run = SIDES[side]()
    before = reset_peak()
    started = time.perf_counter(), time.process_time()
    found = run(gold, predicted)
    seconds = time.perf_counter() - started[0], time.process_time() - started[1]
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {
        "gold": sum(len(row["mentions"]) for row in gold),
        "predicted": sum(len(row["mentions"]) for row in predicted),
        "seconds": round(seconds[0], 3),
        "processor_seconds": round(seconds[1], 3),
        "peak_mb": round(peak, 1),
        **found,
    }


def reset_peak() -> int:
    """Sets the highest memory of this process to what it has now (kB), which is returned."""
    Path("/proc/self/clear_refs").write_text("5")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def inputs(gold: Rows, predicted: Rows) -> Inputs:
    """Both as a scorer gets them."""
    none = [None] * len(gold)
    return Inputs([row["doc_id"] for row in gold], gold, predicted, none, none, none)


def parley(metrics: tuple[str, ...]) -> Callable[[Rows, Rows], dict[str, Any]]:
    """Ours; `metrics` as in `parley.scoring.mentions`."""
    from parley.scoring.mentions import score

    ontology.load()

    def run(gold: Rows, predicted: Rows) -> dict[str, Any]:
        measures, errors = score(inputs(gold, predicted), metrics)
        strict = measures[0]
        values = strict.values(strict.counts.sum(axis=0)).tolist()
        return {
            **dict(zip(("precision", "recall", "f1"), values, strict=True)),
            "errors": errors.counts(),
        }

    return run


def nervaluate() -> Callable[[Rows, Rows], dict[str, Any]]:
    """Its own four schemas, overall and by type; its ends are inclusive."""
    from nervaluate import Evaluator

    def run(gold: Rows, predicted: Rows) -> dict[str, Any]:
        true, pred = (
            [
                [
                    {"label": item["type"], "start": item["start"], "end": item["end"] - 1}
                    for item in row["mentions"]
                ]
                for row in rows
            ]
            for rows in (gold, predicted)
        )
        names = list(ontology.load().names("entity"))
        found = Evaluator(true, pred, tags=names, loader="dict").evaluate()["overall"]["strict"]
        return {"precision": found.precision, "recall": found.recall, "f1": found.f1}

    return run


def spacy() -> Callable[[Rows, Rows], dict[str, Any]]:
    """Span groups of Docs whose words are known, so that no text is aligned."""
    from spacy.scorer import Scorer
    from spacy.tokens import Doc, Span
    from spacy.training import Example
    from spacy.vocab import Vocab

    def run(gold: Rows, predicted: Rows) -> dict[str, Any]:
        started = time.perf_counter()
        vocab = Vocab()
        examples = []
        for pair in zip(gold, predicted, strict=True):
            size = max(item["end"] for row in pair for item in row["mentions"]) // WORD + 1
            words = ["words"] * size
            reference, guess = Doc(vocab, words), Doc(vocab, words)
            for doc, row in zip((reference, guess), pair, strict=True):
                doc.spans["sc"] = [
                    Span(doc, item["start"] // WORD, item["end"] // WORD + 1, label=item["type"])
                    for item in row["mentions"]
                ]
            examples.append(Example(guess, reference))
        converted = time.perf_counter() - started
        found = Scorer.score_spans(
            examples,
            attr="spans_sc",
            getter=lambda doc, _: doc.spans["sc"],
            has_annotation=lambda doc: "sc" in doc.spans,
            allow_overlap=True,
        )
        names = {"precision": "spans_sc_p", "recall": "spans_sc_r", "f1": "spans_sc_f"}
        scores = {key: found[name] for key, name in names.items()}
        return {"of_which_conversion": round(converted, 3), **scores}

    return run


SIDES: dict[str, Callable[[], Callable[[Rows, Rows], dict[str, Any]]]] = {
    "parley": lambda: parley(("strict",)),
    "parley all": lambda: parley(("strict", "exact", "partial", "type")),
    "nervaluate": nervaluate,
    "spacy": spacy,
}


def one_document(mentions: int) -> dict[str, Any]:
    """The same number of mentions in one document and in 100: best of five."""
    run = parley(("strict",))
    many, one = make(100, mentions // 100), make(1, mentions)
    seconds = {"one": [0.0] * 5, "many": [0.0] * 5}
    for at in range(5):
        for name, (gold, predicted) in (("one", one), ("many", many)):
            started = time.perf_counter()
            run(gold, predicted)
            seconds[name][at] = time.perf_counter() - started
    best = {name: min(times) for name, times in seconds.items()}
    return {
        "mentions": mentions,
        "seconds_in_one": round(best["one"], 5),
        "seconds_in_100": round(best["many"], 5),
        "times": round(best["one"] / best["many"], 2),
    }


if __name__ == "__main__":
    raise SystemExit(main())
