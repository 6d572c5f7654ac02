"""Publish the built dataset on the Hugging Face Hub: one commit, one tag, read back.

Nothing goes out unless the project's checks are clean, the build is what the project makes now, its
card and licence are what the Hub wants, it holds no withheld text, and corpus/CHANGELOG.md has an
entry for the version. All reasons against it are given in one run. What would change is shown
before it is done: files, rows and labels, annotation by annotation.

A tag is never moved: other data need another version. The address is that of HF_ENDPOINT, the token
that of HF_TOKEN or `hf auth login`.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.cli import _run

if TYPE_CHECKING:
    from parley.publishing.plan import Plan
    from parley.publishing.run import Outcome

EPILOG = """examples:
  parley publish --dry-run
  parley publish lenna/harbour-news
  parley publish lenna/harbour-news --private --yes
  HF_ENDPOINT=https://hub.example.org parley publish lenna/harbour-news --yes --json

exit codes: 0 published, already published, or a dry run without a reason against it,
1 refused or declined (nothing was published), 2 could not run (the message says what happened)
"""
#: Lines of the comparison that are shown; --json has all.
LINES = 60


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument(
        "repo",
        nargs="?",
        metavar="REPO",
        help="the dataset on the Hub, NAMESPACE/NAME (default: `hub` in corpus/card.toml)",
    )
    parser.add_argument(
        "--revision", metavar="TAG", help="the tag (default and only choice: v + corpus version)"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="the built dataset (default: dist/parley)"
    )
    parser.add_argument("--message", metavar="TEXT", help="the title of the commit")
    parser.add_argument(
        "--private", action="store_true", help="make the repository private, where it is made"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would change, and write nothing"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before writing")
    parser.add_argument("--json", action="store_true", help="the outcome as JSON on stdout")
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Publishes; what would change and what was done go to stdout, reasons against it to stderr."""
    from parley.dataset import about
    from parley.incidents import fault
    from parley.project import Project
    from parley.publishing import run as publishing

    project = Project.find(args.root)
    repo = args.repo or about.read(project).hub
    folder = args.data or project.root / "dist" / "parley"
    if not (args.yes or args.dry_run) and (args.json or not sys.stdin.isatty()):
        what = "nobody can be asked whether to publish"
        do = "say --yes, or --dry-run to see what would change"
        print(fault("H009", repo or "REPO", what, do=do), file=sys.stderr)
        return 2
    work = Path(tempfile.mkdtemp(prefix="parley-publish-"))
    steps = _Steps()
    try:
        with _at_once(work) as connected, _quiet():
            outcome = publishing.publish(
                project,
                folder,
                repo,
                work,
                revision=args.revision,
                message=args.message,
                private=args.private,
                dry_run=args.dry_run,
                agree=(lambda plan: True) if args.yes else steps.ask,
                tell=steps,
                connected=connected,
            )
    finally:
        steps.end()
        shutil.rmtree(work, ignore_errors=True)
    return _report(args, repo, outcome)


def _report(args: argparse.Namespace, repo: str, outcome: "Outcome") -> int:
    from parley.publishing import run as publishing

    for incident in outcome.incidents:
        print(incident, file=sys.stderr)
    if args.json:
        _print_json(repo, outcome)
    elif outcome.plan and (args.yes or outcome.state in (publishing.WOULD, publishing.REFUSED)):
        _print_plan(outcome.plan)
    if outcome.incidents:
        number = len(outcome.incidents)
        print(
            f"parley publish: {number} incident{'s' if number != 1 else ''}; nothing was published",
            file=sys.stderr,
        )
        return 2 if outcome.hindered else 1
    if outcome.state == publishing.DECLINED:
        print("parley publish: declined; nothing was published", file=sys.stderr)
        return 1
    if not args.json:
        name = f"{repo}@{outcome.revision}"
        where = f", commit {outcome.commit}" if outcome.commit else ""
        checked = "" if outcome.state == publishing.WOULD else "; every file was read back"
        print(f"{name}: {outcome.state}{where}{checked}")
        if outcome.state != publishing.WOULD:
            print(
                "from datasets import load_dataset; "
                f"load_dataset({repo!r}, revision={outcome.revision!r})"
            )
    return 0


def _print_plan(plan: "Plan") -> None:
    lines = plan.lines()
    for line in lines[:LINES]:
        print(line)
    if len(lines) > LINES:
        print(f"… {len(lines) - LINES} more lines; --json has everything")


def _print_json(repo: str, outcome: "Outcome") -> None:
    from dataclasses import asdict

    from parley import json_io

    found: dict[str, Any] = {
        "repo": repo,
        "state": outcome.state,
        "revision": outcome.revision,
        "commit": outcome.commit,
        "plan": outcome.plan and outcome.plan.to_dict(),
        "incidents": [asdict(incident) for incident in outcome.incidents],
    }
    sys.stdout.write(json_io.dumps(found, pretty=True).decode())


class _Steps:
    """Each step on a line of standard error, and counts on one, where it is a terminal."""

    def __init__(self) -> None:
        self.last = ""

    def __call__(self, words: str) -> None:
        """Tells a step."""
        if not sys.stderr.isatty():
            return
        name = words.rstrip("0123456789 of")
        start = "\r" if name == self.last else "\n" if self.last else ""
        print(f"{start}{words} …", end="", file=sys.stderr, flush=True)
        self.last = name

    def end(self) -> None:
        """Ends the line of the last step."""
        if self.last:
            print(file=sys.stderr)
        self.last = ""

    def ask(self, plan: "Plan") -> bool:
        """Shows the plan and asks; anything but yes is no."""
        self.end()
        _print_plan(plan)
        sys.stdout.flush()
        print(f"publish {plan.repo}@{plan.revision}? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().casefold() in ("y", "yes")


@contextmanager
def _quiet() -> Iterator[None]:
    """The library's progress on a terminal only, and none of its own words about tries: the
    addresses of uploads are signed."""
    from huggingface_hub.utils import logging
    from huggingface_hub.utils.tqdm import disable_progress_bars, enable_progress_bars

    level = logging.get_verbosity()
    logging.set_verbosity(40)  # errors alone
    hidden = not sys.stderr.isatty()
    if hidden:
        disable_progress_bars()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if hidden:
            enable_progress_bars()


@contextmanager
def _at_once(work: Path) -> Iterator[Callable[[Any], None]]:
    """Makes Ctrl-C end the process at once, once the Hub is spoken to.

    The library's threads would otherwise finish their files first, or wait for a Hub that has
    stopped answering. Nothing here is half-written by it: a commit happens whole or not at all.
    """

    def connected(hub: Any) -> None:
        def stop(number: int, frame: Any) -> None:
            # Threads that fetch files may still write to it.
            for _ in range(20):
                shutil.rmtree(work, ignore_errors=True)
                if not work.exists():
                    break
                time.sleep(0.05)
            sys.stdout.flush()
            print(
                f"\nparley: interrupted; {hub.so_far}; the command can be run again",
                file=sys.stderr,
                flush=True,
            )
            os._exit(130)

        signal.signal(signal.SIGINT, stop)

    before = signal.getsignal(signal.SIGINT)
    try:
        yield connected
    finally:
        signal.signal(signal.SIGINT, before)
