"""Make a withheld document: metadata, offsets and digests of an article, but none of its words.

FILE is an article of the corpus, or a raw file that is read as `parley intake` reads it. Writes
corpus/withheld/DOC.json. People who have their own copy restore the text with `parley hydrate`.
"""

import argparse
import sys
from pathlib import Path

from parley.cli import _articles, _run

EPILOG = """\
the printed title is left out (its place is kept), and so is the byline unless --keep-byline is
given. With --title, that title is kept where the text does not print it.

examples:
  parley withhold my-copy.txt --id seed-000 --story medvedev-no-talks
  parley withhold corpus/articles/prisoners/forty.txt --remove
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("files", nargs="+", metavar="FILE", help="article or raw file")
    parser.add_argument("--keep-byline", action="store_true", help="keep who wrote it")
    parser.add_argument(
        "--remove",
        action="store_true",
        help="move an article of the corpus to corpus/texts/DOC.txt, which git ignores",
    )
    parser.add_argument("--replace", action="store_true", help="write over a withheld document")
    _articles.add_options(parser)
    _run.add_root(parser)


def run(args: argparse.Namespace) -> int:
    """Withholds each file; one line a document on stdout, incidents on stderr."""
    from parley.incidents import IncidentError
    from parley.project import Project

    try:
        options, how = _articles.options(args)
    except ValueError as error:
        print(f"parley: {error}", file=sys.stderr)
        return 2
    project = Project.find(args.root)
    faults = 0
    from parley.withholding import withhold

    for outcome in withhold(
        project,
        args.files,
        options,
        how,
        keep_byline=args.keep_byline,
        remove=args.remove,
        replace=args.replace,
    ):
        if isinstance(outcome, IncidentError):
            faults += len(outcome.incidents)
            for incident in outcome.incidents:
                print(incident, file=sys.stderr)
            continue
        document, source = outcome
        print(
            f"{document.id}  {project.relative(project.withheld / f'{document.id}.json')}  "
            f"{document.length:,} characters, {len(document.paragraphs)} paragraphs, "
            f"{len(document.sentences)} sentences"
        )
        if source is not None and args.remove:
            text = project.relative(project.texts / f"{document.id}.txt")
            print(f"  the text is now {text}, which git ignores")
        elif source is not None:
            print(f"  its text is still in the corpus: {project.relative(source)}")
            print(f"  remove it: parley withhold {_shown(source)} --remove --replace")
        if source is not None:
            print("  earlier commits keep what they have: rewrite them if the text is in one")
    return 1 if faults else 0


def _shown(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))
