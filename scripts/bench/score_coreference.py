"""How fast is coreference scoring, against coval or scorch, with the same values?

Gold clusters are drawn with few large and many small ones; predictions have a twentieth of the
mentions missing, as many false, and a third in a cluster drawn anew. Everyone starts from the same
lines of a prediction file (`from_rows`); from clusters of mentions made of them, each in the form
it takes (`from_clusters`); and from what each makes of clusters once for all metrics
(`metric_alone`: our table of clusters, coval's maps from mentions to clusters; scorch has nothing
of the kind). Processor seconds, the best of several passes, in one process.

coval is not on a package index (the package of that name is another product): --coval takes a
checkout of github.com/ns-moosavi/coval, and its mentions are the objects that its reader makes.
Without it the peer is scorch, which has no LEA. Values must be equal, or the script fails.

    python scripts/bench/score_coreference.py --coval ~/src/coval
    python scripts/bench/score_coreference.py --mentions 5000 --documents 50 --large 300000
"""

import argparse
import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from parley.predictions.inputs import JSON, Inputs  # noqa: E402
from parley.scoring import clusters, coreference  # noqa: E402

SPAN, GAP = 5, 10
#: Of the mentions of a document, one in so many is missing, and one false, in the predictions.
MISSED = 20
TASKS = {"MUC+B3": ("MUC", "B3"), "CEAFe": ("CEAFe",), "LEA": ("LEA",)}
#: metric -> precision, recall, F1
Scores = dict[str, tuple[float, float, float]]


def main() -> int:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mentions", type=int, default=5000, help="gold ones (default: 5000)")
    parser.add_argument("--documents", type=int, default=1, help="that they are in (default: 1)")
    parser.add_argument("--large", type=int, default=20_000, help="gold mentions for ours alone")
    parser.add_argument("--coval", type=Path, metavar="FOLDER", help="a checkout of coval")
    args = parser.parse_args()
    inputs = made(args.mentions, args.documents)
    peer: Peer = Coval(args.coval) if args.coval else Scorch()
    ours, theirs = Ours(), peer
    found: dict[str, Any] = {
        "mentions": args.mentions,
        "documents": args.documents,
        "gold_clusters": sum(len(row["clusters"]) for row in inputs.gold),
        "peer": peer.name,
        "metrics": {},
    }
    for task, metrics in TASKS.items():
        if not set(metrics) <= theirs.metrics:
            continue
        ready = [scorer.clusters(inputs) for scorer in (ours, theirs)]
        met = [scorer.meet(made) for scorer, made in zip((ours, theirs), ready, strict=True)]
        a, b = ours.score(met[0], metrics), theirs.score(met[1], metrics)
        for name in metrics:
            if any(abs(x - y) > 1e-9 for x, y in zip(a[name], b[name], strict=True)):
                print(f"{name}: parley {a[name]}, {peer.name} {b[name]}", file=sys.stderr)
                return 1
        row: dict[str, Any] = {"f1": {name: round(a[name][2], 6) for name in metrics}}
        times: dict[str, list[float]] = {"from_rows": [], "from_clusters": [], "metric_alone": []}
        for scorer, made_of, tabled in zip((ours, theirs), ready, met, strict=True):
            runs = {
                "from_rows": partial(whole, scorer, inputs, metrics),
                "from_clusters": partial(tail, scorer, made_of, metrics),
                "metric_alone": partial(scorer.score, tabled, metrics),
            }
            for start, run in runs.items():
                times[start].append(seconds(run))
        for start, (quick, slow) in times.items():
            row[start] = {
                "parley_seconds": round(quick, 5),
                f"{peer.name}_seconds": round(slow, 5),
                "times": round(slow / quick, 1),
            }
        found["metrics"][task] = row
    both = [found["metrics"][task]["from_rows"] for task in ("MUC+B3", "CEAFe")]
    quick, slow = (sum(row[f"{name}_seconds"] for row in both) for name in ("parley", peer.name))
    found["muc_b3_and_ceafe_from_rows_times"] = round(slow / quick, 1)
    large = made(args.large, args.documents)
    found["large"] = {
        "mentions": args.large,
        "seconds_of_all_metrics_from_rows": round(seconds(lambda: coreference.score(large)), 3),
    }
    print(json.dumps(found, indent=2))
    return 0


def whole(scorer: "Peer", inputs: Inputs, metrics: tuple[str, ...]) -> Scores:
    """Scores from lines of a prediction file."""
    return tail(scorer, scorer.clusters(inputs), metrics)


def tail(scorer: "Peer", ready: Any, metrics: tuple[str, ...]) -> Scores:
    """Scores from clusters."""
    return scorer.score(scorer.meet(ready), metrics)


def seconds(run: Callable[[], object]) -> float:
    """The best of several passes, in processor time; at most about two seconds of passes."""
    best, spent = float("inf"), 0.0
    for _ in range(30):
        start = time.process_time()
        run()
        taken = time.process_time() - start
        best, spent = min(best, taken), spent + taken
        if spent > 2:
            break
    return best


def made(mentions: int, documents: int) -> Inputs:
    """Gold and predicted clusters of `documents` documents, `mentions` gold mentions in all."""
    random = np.random.default_rng(0)
    each = mentions // documents
    entities = max(1, each // 2)
    names = [f"document-{number}" for number in range(documents)]
    gold, predicted = [], []
    for name in names:
        places = np.arange(each)
        # Squared: the first entities have most of the mentions.
        drawn = (entities * random.random((2, each)) ** 2).astype(int)
        labels = np.where(random.random(each) < 1 / 3, drawn[1], drawn[0])
        gold.append(line(name, places, drawn[0]))
        shifted = np.where(places % MISSED == 0, places + each, places)
        predicted.append(line(name, shifted, labels))
    nothing = [None] * documents
    return Inputs(names, gold, predicted, nothing, nothing, nothing)


def line(doc_id: str, places: Any, labels: Any) -> JSON:
    """A line of a prediction file: a mention at each place, in the cluster of its label."""
    found: dict[int, list[str]] = {}
    rows = []
    for place, label in zip(places.tolist(), labels.tolist(), strict=True):
        start = GAP * place
        rows.append({"id": f"m{place}", "start": start, "end": start + SPAN, "type": "ORG"})
        found.setdefault(label, []).append(f"m{place}")
    return {"doc_id": doc_id, "mentions": rows, "clusters": list(found.values())}


class Peer(ABC):
    """A scorer: clusters in its own form of lines, and scores of them."""

    name = ""
    metrics: frozenset[str] = frozenset(("MUC", "B3", "CEAFe"))

    @abstractmethod
    def clusters(self, inputs: Inputs) -> Any:
        """Both sides of every document."""

    def meet(self, ready: Any) -> Any:
        """What is made of clusters once for all metrics."""
        return ready

    @abstractmethod
    def score(self, ready: Any, metrics: tuple[str, ...]) -> Scores:
        """Precision, recall and F1 over all documents."""


class Ours(Peer):
    """parley."""

    name = "parley"

    def clusters(self, inputs: Inputs) -> Any:
        return list(coreference.documents(inputs))

    def meet(self, ready: Any) -> Any:
        return clusters.table(ready)

    def score(self, ready: Any, metrics: tuple[str, ...]) -> Scores:
        found = {}
        for name in metrics:
            right, predicted, recalled, gold = clusters.METRICS[name](ready).sum(0).tolist()
            found[name] = _f1(right / predicted, recalled / gold)
        return found


class Scorch(Peer):
    """scorch, document by document; with several documents it has no sum, so one is asked for."""

    name = "scorch"

    def __init__(self) -> None:
        self.module = import_module("scorch.scores")

    def clusters(self, inputs: Inputs) -> Any:
        if len(inputs) != 1:
            raise SystemExit("scorch scores one document: give --coval, or --documents 1")
        return [
            [{spans[name] for name in cluster} for cluster in row["clusters"]]
            for row, spans in ((row, _spans(row)) for row in (inputs.gold[0], inputs.predicted[0]))
        ]

    def score(self, ready: Any, metrics: tuple[str, ...]) -> Scores:
        functions = {"MUC": "muc", "B3": "b_cubed", "CEAFe": "ceaf_e"}
        found = {}
        for name in metrics:
            recall, precision, _ = getattr(self.module, functions[name])(*ready)
            found[name] = _f1(precision, recall)
        return found


class Coval(Peer):
    """coval, from the objects that its reader makes of a CoNLL file."""

    name = "coval"
    metrics = frozenset(("MUC", "B3", "CEAFe", "LEA"))

    def __init__(self, folder: Path) -> None:
        # Its modules call each other `coval.conll` in later versions and `conll` in earlier ones.
        sys.path[:0] = [str(folder), str(folder / "coval")]
        self.mention = import_module("conll.mention").Mention
        self.reader = import_module("conll.reader")
        self.evaluator = import_module("eval.evaluator")

    def clusters(self, inputs: Inputs) -> Any:
        found = []
        for name, *rows in zip(inputs.doc_ids, inputs.gold, inputs.predicted, strict=True):
            sides = []
            for row in rows:
                # Twenty mentions a sentence, ends inclusive, as its reader numbers words.
                made = {
                    item["id"]: self.mention(
                        name, item["start"] // 200, item["start"] % 200, item["end"] % 200, [""]
                    )
                    for item in row["mentions"]
                }
                sides.append([[made[name] for name in cluster] for cluster in row["clusters"]])
            found.append((name, sides))
        return found

    def meet(self, ready: Any) -> Any:
        met = self.reader.get_mention_assignments
        return {name: (k, r, met(k, r), met(r, k)) for name, (k, r) in ready}

    def score(self, ready: Any, metrics: tuple[str, ...]) -> Scores:
        functions = {"MUC": "muc", "B3": "b_cubed", "CEAFe": "ceafe", "LEA": "lea"}
        found = {}
        for name in metrics:
            metric = getattr(self.evaluator, functions[name])
            recall, precision, _ = self.evaluator.evaluate_documents(ready, metric)
            found[name] = _f1(precision, recall)
        return found


def _spans(row: JSON) -> dict[str, tuple[int, int]]:
    return {item["id"]: (item["start"], item["end"]) for item in row["mentions"]}


def _f1(precision: float, recall: float) -> tuple[float, float, float]:
    total = precision + recall
    return float(precision), float(recall), float(2 * precision * recall / total) if total else 0.0


if __name__ == "__main__":
    sys.exit(main())
