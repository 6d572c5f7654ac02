"""The options that say what an article does not say itself; shared by intake and withhold."""

import argparse
import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parley.intake.resolve import Options
    from parley.intake.run import Reading


def add_options(parser: argparse.ArgumentParser) -> None:
    """`--story`, `--form`, `--date` and the like."""
    what = parser.add_argument_group("what the article does not say itself")
    what.add_argument("--id", metavar="ID", help="the document's id (default: from the file name)")
    what.add_argument("--story", default="inbox", metavar="ID", help="default: inbox")
    what.add_argument("--form", default="news", metavar="FORM", help="default: news")
    what.add_argument("--title", metavar="TEXT", help="the title, where none is printed")
    what.add_argument("--language", default="en", metavar="TAG", help="default: en")
    what.add_argument("--url", metavar="URL", help="where the article was published")
    what.add_argument(
        "--date", metavar="DATE", help="publication date, or date and time with its zone"
    )
    what.add_argument(
        "--tz",
        metavar="ZONE",
        help="zone of printed times without one; `require` refuses them (default: keep the date)",
    )
    what.add_argument(
        "--date-order", choices=("dmy", "mdy"), help="how to read dates such as 08/09/2024"
    )
    how = parser.add_argument_group("how the file is read")
    how.add_argument(
        "--type", choices=("txt", "html", "jsonl"), help="default: by suffix; - is txt"
    )
    how.add_argument("--encoding", metavar="NAME", help="default: UTF-8, or what the page declares")
    how.add_argument("--max-bytes", type=int, metavar="N", help="refuse larger ones (20,000,000)")


def options(args: argparse.Namespace) -> "tuple[Options, Reading]":
    """The options as values. Raises `ValueError`, worded for the user."""
    from parley import article, dates
    from parley.intake.resolve import Options
    from parley.intake.run import MAX_BYTES, Reading

    tz = None
    # A moment is never made up: without a zone the printed date is kept and the time let go.
    date_only = args.tz is None
    try:
        if args.tz not in (None, "require"):
            tz = dates.zone(args.tz)
        date = dates.parse(args.date, tz, args.date_order) if args.date is not None else None
    except dates.DateError as error:
        raise ValueError(
            f"{'--date' if tz or args.tz in (None, 'require') else '--tz'}: {error}"
        ) from None
    for key in ("story", "form", "language", "url", "title"):
        value = getattr(args, key)
        wrong = article.wrong_value(key, value) if value is not None else None
        if wrong is not None:
            raise ValueError(f"--{key}: {wrong[1]}")
    if args.encoding is not None:
        try:
            codecs.lookup(args.encoding)
        except LookupError:
            raise ValueError(f"--encoding: no encoding has the name {args.encoding!r}") from None
    if args.max_bytes is not None and args.max_bytes < 1:
        raise ValueError("--max-bytes: at least 1")
    return (
        Options(
            story=args.story,
            form=args.form,
            language=args.language,
            title=args.title,
            id=args.id,
            url=args.url,
            date=date,
            tz=tz,
            date_only=date_only,
            order=args.date_order,
        ),
        Reading(args.type, args.encoding, args.max_bytes or MAX_BYTES),
    )
