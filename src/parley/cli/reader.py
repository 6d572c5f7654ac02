"""Read the corpus in a browser: a site made from the built dataset, with search.

`build` writes the site into a folder, which any web server can serve; nothing in it asks a network.
`serve` serves it on this machine (and builds it first where none is named). Pages of documents,
stories and entities open from a file, too; search needs a server.
"""

import argparse
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import arguments
from parley.cli import _run

if TYPE_CHECKING:
    from parley.project import Project
    from parley.reader.site import Built

EPILOG = """examples:
  parley reader serve --open
  parley reader build --out dist/reader
  parley reader build --data ../their-corpus/dist/parley --out their-site --json
  parley reader serve --predictions system.jsonl      predictions beside gold, with verdicts
  parley reader serve --compare one.jsonl two.jsonl   two systems side by side
  parley reader serve --round pilot                   two annotators side by side
  parley reader serve --site dist/reader --port 8800

exit codes: 0 done, 2 could not run (nothing was replaced)
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.epilog = EPILOG
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    build = verbs.add_parser("build", help="write the site into a folder")
    build.add_argument(
        "--out", type=Path, metavar="DIR", help="where to (default: dist/reader in the project)"
    )
    build.add_argument("--json", action="store_true", help="what was written, as JSON on stdout")
    serve = verbs.add_parser("serve", help="serve the site on this machine")
    serve.add_argument("--site", type=Path, metavar="DIR", help="a site that is there already")
    serve.add_argument(
        "--port",
        type=arguments.whole(65_535),
        default=8800,
        metavar="N",
        help="where to listen (default: 8800; 0 for any free port)",
    )
    serve.add_argument("--open", action="store_true", help="open it in the browser")
    for verb in (build, serve):
        verb.add_argument(
            "--data", type=Path, metavar="DIR", help="a built dataset (default: dist/parley)"
        )
        beside = verb.add_mutually_exclusive_group()
        beside.add_argument(
            "--predictions", type=Path, metavar="FILE", help="a system's lines beside gold"
        )
        beside.add_argument(
            "--compare",
            type=Path,
            nargs=2,
            metavar="FILE",
            help="two systems' lines beside each other",
        )
        beside.add_argument("--round", metavar="NAME", help="two annotators of a round")
        _run.add_root(verb)


def run(args: argparse.Namespace) -> int:
    """Runs one verb."""
    return _build(args) if args.verb == "build" else _serve(args)


def _build(args: argparse.Namespace) -> int:
    from parley import json_io
    from parley.project import Project

    out = args.out or Project.find(args.root).root / "dist" / "reader"
    made = _make(args, out)
    if args.json:
        told = {
            "out": out.as_posix(),
            "documents": made.documents,
            "files": made.files,
            "bytes": made.bytes,
            "withheld": list(made.withheld),
        }
        sys.stdout.write(json_io.dumps(told, pretty=True).decode())
    else:
        print(f"{out}: {made.documents:,} documents, {made.files:,} files, {made.bytes:,} bytes")
        print(f"read it: parley reader serve --site {out}")
    return 0


def _serve(args: argparse.Namespace) -> int:
    from tempfile import TemporaryDirectory

    from parley.incidents import stop
    from parley.reader.site import MARK

    if args.site is None:
        with TemporaryDirectory(prefix="parley-reader-") as folder:
            site = Path(folder) / "site"
            _make(args, site)
            return _listen(args, site)
    if not (args.site / MARK).is_file():
        raise stop(
            "Z004",
            args.site.as_posix(),
            f"no site: there is no {MARK}",
            expected="a folder that `parley reader build` made",
            do="build one, or leave --site out",
        )
    return _listen(args, args.site)


def _listen(args: argparse.Namespace, site: Path) -> int:
    from parley.reader import serve

    made = serve.server(site, args.port)

    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        print(f"parley reader: {serve.address(made)}  (Ctrl-C ends it)", flush=True)
        if args.open:
            import webbrowser

            webbrowser.open(serve.address(made))
        made.serve_forever()
    except KeyboardInterrupt:
        print("parley reader: stopped", file=sys.stderr)
    finally:
        made.server_close()
        signal.signal(signal.SIGTERM, before)
    return 0


def _make(args: argparse.Namespace, out: Path) -> "Built":
    """Builds the site; warns of texts that may not be passed on."""
    from parley import ontology
    from parley.dataset import place
    from parley.incidents import stop
    from parley.project import NotAProjectError, Project
    from parley.reader import site

    project: Project | None = None
    try:
        project = Project.find(args.root)
    except NotAProjectError:
        # A dataset alone is enough, without labels' meanings of its own and without agreement.
        if args.data is None or args.round is not None:
            raise
    data = args.data
    if data is None:
        assert project is not None
        data = project.root / "dist" / "parley"
    # The project's own words and rounds belong to its own data alone.
    own = project is not None and data.resolve().is_relative_to(project.root)
    try:
        made = site.build(
            data,
            out,
            scheme=ontology.load(project.ontology) if project else None,
            comparisons=_comparisons(args, data, project),
            reports=_reports(project) if project and (own or args.round) else {},
            progress=_progress(),
        )
    except place.ForeignError:
        raise stop(
            "Z001",
            out.as_posix(),
            "the place holds something else",
            expected=f"a new or empty folder, or one with {site.MARK}",
            do="name another with --out, or empty it",
        ) from None
    except place.BusyError:
        raise stop(
            "Z002", out.as_posix(), "another build is writing there", do="wait for it to end"
        ) from None
    if made.withheld:
        print(
            f"parley reader: the site holds the texts of {', '.join(made.withheld)}, which are "
            "withheld: do not publish it",
            file=sys.stderr,
        )
    return made


def _comparisons(
    args: argparse.Namespace, data: Path, project: "Project | None"
) -> Mapping[str, Any] | None:
    from parley.reader import compare

    if args.predictions is not None:
        return compare.predictions(data, args.predictions)
    if args.compare is not None:
        return compare.files(data, *args.compare)
    if args.round is not None:
        assert project is not None
        return compare.annotators(_round(project, args.round))
    return None


def _round(project: "Project", name: str) -> Any:
    from parley.agreement import read
    from parley.incidents import IncidentError, fault

    try:
        return read.read(project, name)
    except read.CannotCompareError as error:
        raise IncidentError(
            *error.incidents, fault("Z005", f"annotations/exports/{name}", str(error))
        ) from None


def _reports(project: "Project") -> dict[str, Any]:
    """Agreement of every round that two annotators have worked on."""
    from parley.agreement import read, report
    from parley.files import is_id

    found = {}
    for folder in sorted(project.exports.glob("*")):
        if not folder.is_dir() or not is_id(folder.name) or len(list(folder.glob("*.json"))) < 2:
            continue
        try:
            found[folder.name] = report.make(read.read(project, folder.name))
        except read.CannotCompareError:
            # No document in common: nothing to tell of this round.
            continue
    return found


def _progress() -> Any:
    """A line that counts, on a terminal, from the second second on."""
    if not sys.stderr.isatty():
        return None
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - started > 1 and (done == total or not done % 50):
            end = "\n" if done == total else ""
            print(f"\r{done:,} of {total:,} documents", end=end, file=sys.stderr, flush=True)

    return show
