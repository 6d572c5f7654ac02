"""How quickly does `parley --help` answer, against Python's own start?

Runs both in turn, so that a busy moment meets both, and prints JSON: the least and the median of
each, and the ratios.

    python scripts/bench/cli.py --runs 40
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python": [sys.executable, "-c", "import sys"],
    "parley_help": [sys.executable, "-m", "parley", "--help"],
    "parley_version": [sys.executable, "-m", "parley", "--version"],
    "parley_build_help": [sys.executable, "-m", "parley", "build", "--help"],
}


def main() -> int:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=40)
    args = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(args.runs):
        for name, command in COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - started)
    found = {
        name: {
            "least_milliseconds": round(min(taken) * 1000, 1),
            "median_milliseconds": round(statistics.median(taken) * 1000, 1),
            "times_python_least": round(min(taken) / min(times["python"]), 2),
            "times_python_median": round(
                statistics.median(taken) / statistics.median(times["python"]), 2
            ),
        }
        for name, taken in times.items()
    }
    print(json.dumps({"runs": args.runs, "commands": found}, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
