"""Runs the baselines again, scores them and ranks them: everything in benchmark/ but its README.

    python scripts/baselines.py              all of those below
    python scripts/baselines.py rules crf    these; the others' results stay as they are

Each is trained on the train split and predicts the test split of dist/parley, which must be built.
Baselines that take a model from elsewhere (gliner, hf, llm) are not run here.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from parley.cli import main as parley  # noqa: E402
from parley.dataset.read import tables  # noqa: E402

FOLDER = ROOT / "benchmark"
BASELINES = ("rules", "crf", "spacy")
SPLIT = "test"


def commands(name: str) -> list[list[str]]:
    """What a user would type for one baseline."""
    predictions = FOLDER / "predictions" / f"{name}.jsonl"
    data = ROOT / "dist" / "parley"
    return [
        ["baseline", name, "--data", str(data), "--split", SPLIT, "--out", str(predictions)],
        [
            *("score", str(data), str(predictions), "--split", SPLIT, "--no-labels"),
            *("--out", str(FOLDER / "results" / f"{name}.json")),
        ],
    ]


def withheld(data: Path) -> list[str]:
    """The withheld documents that a built dataset has the texts of."""
    return [
        row["doc_id"]
        for _, rows in tables(data, "documents", columns=("doc_id", "status"))
        for row in rows
        if row["status"] == "withheld"
    ]


def main() -> int:
    """Runs them; returns the first exit code that is not 0."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BASELINES))
    args = parser.parse_args()
    unknown = sorted(set(args.names) - set(BASELINES))
    if unknown:
        parser.error(f"no such baseline here: {', '.join(unknown)}; expected {BASELINES}")
    held = withheld(ROOT / "dist" / "parley")
    if held:
        print(
            f"dist/parley has texts that are not ours to share ({', '.join(held)}), and "
            "predictions quote their documents: run this in a checkout without corpus/texts",
            file=sys.stderr,
        )
        return 2
    ranking = [
        *("leaderboard", str(FOLDER / "results")),
        *("--markdown", str(FOLDER / "LEADERBOARD.md")),
        *("--json", str(FOLDER / "leaderboard.json")),
    ]
    steps = [step for name in args.names or BASELINES for step in commands(name)]
    for step in [*steps, ranking]:
        code = parley(step)
        if code:
            print(f"parley {' '.join(step)}: exit code {code}", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
