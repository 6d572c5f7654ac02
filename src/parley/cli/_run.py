"""Parsing and running one subcommand; only reached when there is one."""

import argparse
import importlib
import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from parley.incidents import IncidentError, nearest
from parley.project import NotAProjectError


def command(argv: list[str], known: Collection[str]) -> int:
    """Runs `argv`, whose first word should be one of `known`."""
    name = argv[0]
    if name not in known:
        guess = nearest(name, known)
        print(
            f"parley: no command {name!r}"
            + (f"; did you mean {guess!r}?" if guess else "; `parley --help` lists them"),
            file=sys.stderr,
        )
        return 2
    module = importlib.import_module(f"parley.cli.{name}")
    parser = argparse.ArgumentParser(
        prog=f"parley {name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.configure(parser)
    args = parser.parse_args(argv[1:])
    try:
        code: int = module.run(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("parley: interrupted; nothing is half-written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, a pager) has gone: not an error of ours. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except NotAProjectError as error:
        print(f"parley: {error}", file=sys.stderr)
        return 2
    except IncidentError as error:
        for incident in error.incidents:
            print(incident, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"parley: {error.strerror}: {error.filename}", file=sys.stderr)
        return 2


def add_root(parser: argparse.ArgumentParser) -> None:
    """`--root DIR`: the project, where it is not the working folder's."""
    parser.add_argument(
        "--root",
        type=Path,
        default=None,
        metavar="DIR",
        help="the project's folder (default: the one that holds the working folder)",
    )


def color(stream: Any) -> bool:
    """Whether to write in colour: to a terminal that knows it, and where nobody said no
    (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
