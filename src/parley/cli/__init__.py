"""The `parley` command: finds the subcommand, imports only that, turns its end into an exit code.

Exit codes: 0 done and clean, 1 done with incidents, 2 could not run, 130 interrupted.
"""

import sys

#: Subcommand -> one line for the overview; each is a module of this package with
#: `configure(parser)` and `run(args) -> int`.
COMMANDS = {
    "intake": "read raw articles (.txt, .html, .jsonl) into the corpus",
    "segment": "split texts into sentences, JSONL in, JSONL out",
    "tasks": "write Label Studio import tasks for documents",
    "quotes": "turn annotations by quoted text into Label Studio results",
    "ingest": "read Label Studio exports into gold annotations, with a ledger",
    "check": "check corpus, annotations and built data; explain a code",
    "prefill": "pre-annotations from registry, lexicon, predictions or a language model",
    "backend": "serve pre-annotations to a running Label Studio",
    "studio": "Label Studio: up, status, down, logs, pull, push, watch",
    "round": "rounds of annotation: start, status",
    "agree": "how well the annotators of a round agree",
    "adjudicate": "from a round's readings to gold",
    "correct": "correct gold: a recorded expectation, then the data, then the changelog",
    "build": "build the dataset into dist/parley",
    "diff": "what changed between two built datasets or revisions, by layer",
    "stats": "tables and plots of everything that a paper about the corpus would print",
    "publish": "put the built dataset on the Hub: checked, tagged, read back",
    "reader": "a static site to read the dataset in: build, serve",
    "predictions": "check prediction files: validate",
    "score": "score a system's predictions against gold",
    "compare": "tell whether one system is better than another",
    "report": "a page that explains a system's errors",
    "leaderboard": "rank results whose signatures are equal",
    "export": "write the dataset in the format of another tool",
    "import": "read other tools' files into documents and annotations, with a ledger",
    "harness": "write the questions as tasks of lm-evaluation-harness or Inspect",
    "baseline": "make predictions with a baseline, trained on the train split",
    "withhold": "make a withheld document from an article",
    "hydrate": "restore withheld texts from your own copies",
}

HELP = """usage: parley COMMAND [OPTION]...

A news corpus and the toolchain that makes it: raw articles in, a validated
dataset with train, validation and test splits out.

commands:
{commands}

options:
  -h, --help     this page; `parley COMMAND --help` for a command's own
  --version      the version of the toolchain

examples:
  parley intake article.html --story doha-talks --date 2024-08-17
  parley ingest annotations/exports/first/ann-a.json
  parley check
  parley build && python -c "from datasets import load_dataset as l; print(l('dist/parley'))"
"""


def overview() -> str:
    """The text of `parley --help`, made without argparse: it answers at once."""
    return HELP.format(
        commands="\n".join(f"  {name:<12} {line}" for name, line in COMMANDS.items())
    )


def main(argv: list[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0 if argv else 2
    if argv[0] == "--version":
        from parley import __version__

        print(f"parley {__version__}")
        return 0
    from parley.cli import _run

    return _run.command(argv, COMMANDS)
