"""From a raw article to a document: its title, its time, and what each of its lines is.

Who says what, strongest first: the author's front matter or the record, then `--date`, `--title`;
the printed lines; a page's metadata; the other options. A printed line that contradicts the author
or the command is a fault, not a choice; a page's metadata gives way where it differs.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from parley import article, dates, document, files
from parley.document import Document, Paragraph
from parley.incidents import Incident, IncidentError, nearest, say
from parley.intake import blocks, readers
from parley.intake.account import account
from parley.intake.raw import GIVEN, Raw

#: Names that Windows keeps for devices: a checkout with such a file fails there.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command says for articles that do not say it themselves.

    `date` is the publication date; `tz` the zone of printed times without one, `date_only` lets
    such a time go and keeps the date; `order` reads 08/09/2024 (`dmy` or `mdy`).
    """

    story: str = "inbox"
    form: str = "news"
    language: str = "en"
    title: str | None = None
    id: str | None = None
    url: str | None = None
    date: date | datetime | None = None
    tz: tzinfo | None = None
    date_only: bool = True
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A document taken in, the printed update time if any, and where every character went."""

    document: Document
    extra: dict[str, Any]
    account: dict[str, int]


def slug(name: str) -> str:
    """An id from a file's stem: small Latin letters, digits, hyphens; empty where none are left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")


def resolve(raw: Raw, options: Options) -> Taken:
    """The document of one raw article. Raises `IncidentError` with all its faults."""
    return _Resolver(raw, options).taken()


@dataclass(slots=True)
class _Resolver:
    raw: Raw
    options: Options
    doc_id: str | None = None
    faults: list[Incident] = field(default_factory=list)

    def fault(self, code: str, message: str) -> None:
        self.faults.append(self.raw.incident(code, message, self.doc_id))

    def taken(self) -> Taken:
        raw = self.raw
        self.doc_id = self.identity()
        self.characters()
        given = self.given()
        coded = given.pop("blocks", None)
        lines = self.lines(given, coded)
        published, updated = self.published(given, lines)
        values = self.values(given, lines)
        self.agreement(given, lines, published)
        if lines and not any(line.kind == "body" for line in lines):
            self.fault(
                "N040",
                say(
                    "only header lines and no body",
                    got=" ".join(line.kind for line in lines[:12]),
                    expected="at least one paragraph of an article",
                ),
            )
        if self.faults or self.doc_id is None or published is None:
            raise IncidentError(*self.faults)
        paragraphs = blocks.paragraphs(lines)
        taken = Document(
            id=self.doc_id,
            status="open",
            published=dates.iso(published),
            length=len(raw.text),
            sha256=document.digest(raw.text),
            paragraphs=paragraphs,
            sentences=article.units(raw.text, paragraphs),
            text=raw.text,
            facts=tuple(given.get("facts", ())),
            **values,
        )
        later = given.get("updated", updated)
        extra = {} if later is None or later == published else {"updated": later}
        return Taken(taken, extra, account(raw, lines))

    def identity(self) -> str | None:
        """The id that the record or option gives, else one made from the file's name."""
        given = self.raw.id if self.raw.id is not None else self.options.id
        found = slug(self.raw.stem) if given is None else given
        if given is None and not files.is_id(found):
            why = "too long" if found else "none of its characters is a Latin letter or digit"
            self.fault(
                "N030",
                say(
                    f"no id can be made from the name: {why}",
                    got=self.raw.stem,
                    expected="1 to 80 of a-z 0-9 _ -",
                    do="give --id, or rename the file",
                ),
            )
            return None
        if not files.is_id(found):
            self.fault(
                "N031",
                say(
                    "not an id",
                    got=found,
                    expected="1 to 80 of a-z 0-9 _ -, first and last a letter or digit",
                    nearest=slug(found)[:80].strip("-_") or None,
                ),
            )
            return None
        if _RESERVED.fullmatch(found):
            message = say(
                "an id that some systems keep for a device", got=found, do="give another with --id"
            )
            self.fault("N031", message)
            return None
        return found

    def characters(self) -> None:
        """Stops at a text that cannot be worked on."""
        text = self.raw.text
        if not text.strip():
            front = "front_matter" in self.raw.dropped
            self.fault(
                "N006",
                say("no text follows the front matter" if front else "empty, or only white space"),
            )
            raise IncidentError(*self.faults)
        for count, match in enumerate(article.CONTROL.finditer(text)):
            if count == 5:  # enough to find the cause
                break
            column = match.start() - text.rfind("\n", 0, match.start())
            self.fault(
                "N007",
                say(
                    f"a control character in line {text.count(chr(10), 0, match.start()) + 1} "
                    f"of the text, column {column}",
                    got=match[0],
                    do="remove it, or check --encoding",
                ),
            )
        if any(incident.code == "N007" for incident in self.faults):
            raise IncidentError(*self.faults)

    def given(self) -> dict[str, Any]:
        """The author's values that are right."""
        good: dict[str, Any] = {}
        for key in (*GIVEN, "updated", "blocks"):
            if key not in self.raw.given:
                continue
            value = self.raw.given[key]
            if key in ("published", "updated"):
                moment = self.moment(value)
                if moment is not None:
                    good[key] = moment
                continue
            if isinstance(value, str) and key != "blocks":
                value = " ".join(value.split())
            wrong = article.wrong_value(key, value)
            if wrong is None:
                good[key] = value
            else:
                self.fault("N012", wrong[1])
        return good

    def moment(self, value: object) -> date | datetime | None:
        try:
            return readers.moment(value, tz=self.options.tz, order=self.options.order)
        except dates.AmbiguousDateError as error:
            self.fault("N022", say(str(error), do=_GIVE_ORDER))
        except dates.NoZoneError as error:
            if self.options.date_only:
                wall = readers.moment(value, tz=UTC, order=self.options.order)
                return wall.date() if isinstance(wall, datetime) else wall
            self.fault("N023", say(str(error), do=_GIVE_ZONE))
        except dates.DateError as error:
            self.fault("N021", say(str(error), expected="a date such as 2024-08-17"))
        return None

    def lines(self, given: dict[str, Any], coded: str | None) -> list[blocks.Line]:
        """The lines by the author's `blocks`, else by their shape."""
        raw = self.raw
        page_title = raw.page.get("title")
        if coded is None:
            return blocks.classify(
                raw.text,
                form=given.get("form", self.options.form),
                title=given.get("title", page_title or self.options.title),
                hints=raw.hints,
            )
        try:
            paragraphs = article.by_blocks(coded, raw.text)
        except ValueError as error:
            self.fault("N041", str(error))
            return []
        return blocks.from_paragraphs(raw.text, paragraphs)

    def published(
        self, given: dict[str, Any], lines: list[blocks.Line]
    ) -> tuple[date | datetime | None, date | datetime | None]:
        """The publication time, and the update time printed beside it."""
        printed = blocks.texts(lines, "date")
        rubrics = blocks.texts(lines, "section")
        own = given.get("published", self.options.date)
        stamp = later = None
        try:
            stamp, later = dates.printed(printed, self.options.order)
            if stamp is None and not printed:
                stamp = _day_only(dates.printed(rubrics, self.options.order)[0])
        except dates.DateError as error:
            self.fault("N021", say(str(error), expected="a day and time that exist"))
            return own, None
        updated = self.settle(later, quiet=True) if later is not None else None
        if own is not None or "published" in self.raw.given:
            return own, updated
        page = self.raw.page.get("published")
        weak = dates.page(page, self.options.tz) if page else None
        if stamp is None:
            if weak is None:
                what = "a date without its year" if printed else "no publication date"
                self.fault(
                    "N021" if printed else "N020",
                    say(
                        what,
                        got=printed[0] if printed else None,
                        expected="a printed date line with day, month and year",
                        do="give --date, such as --date 2024-08-17",
                    ),
                )
            return weak, updated
        if weak is not None and dates.agrees(stamp, weak):
            return weak, updated
        return self.settle(stamp), updated

    def settle(self, stamp: dates.Stamp, *, quiet: bool = False) -> date | datetime | None:
        """The one moment of a stamp; a fault (unless `quiet`) where it could be several."""
        readings = stamp.readings(self.options.tz)
        if len(readings) > 1:
            if not quiet:
                days = " or ".join(day.isoformat() for day in stamp.days)
                self.fault(
                    "N022",
                    say(
                        "an ambiguous date", got=days, do="give --date-order dmy or mdy, or --date"
                    ),
                )
            return None
        moment = readings[0]
        if isinstance(moment, datetime) and moment.tzinfo is None:
            if self.options.date_only:
                return moment.date()
            if not quiet:
                self.fault(
                    "N023",
                    say(
                        "a printed time without its zone",
                        got=moment.isoformat(sep=" ", timespec="minutes"),
                        do=_GIVE_ZONE,
                    ),
                )
            return None
        return moment

    def values(self, given: dict[str, Any], lines: list[blocks.Line]) -> dict[str, Any]:
        """Every other field of the document."""
        page, options = self.raw.page, self.options
        title = blocks.texts(lines, "title")
        if title and "title" in given and _loose(given["title"]) == _loose(title[0]):
            given["title"] = title[0]
        printed = {kind: blocks.value(lines, kind) for kind in ("byline", "source", "section")}
        found: dict[str, Any] = {
            "story": given.get("story", options.story),
            "form": given.get("form", options.form),
            "language": given.get("language") or page.get("language") or options.language,
            "title": given.get("title", title[0] if title else page.get("title") or options.title),
            "url": given.get("url") or page.get("url") or options.url,
        }
        found["title"] = found["title"] or ""
        for kind, value in printed.items():
            found[kind] = given.get(kind) or value or page.get(kind)
        return found

    def agreement(
        self, given: dict[str, Any], lines: list[blocks.Line], published: date | datetime | None
    ) -> None:
        """Faults where the author and the page differ (P112, P115, P118)."""
        said = dict(given)
        if self.options.title is not None and "title" not in said:
            said["title"] = self.options.title
        if published is not None:
            said["published"] = published
        printed: dict[str, list[Paragraph]] = {}
        for paragraph in blocks.paragraphs(lines):
            printed.setdefault(paragraph.kind, []).append(paragraph)
        for code, message, start in article.contradictions(
            said, self.raw.text, printed, self.options.order
        ):
            line = self.raw.text.count("\n", 0, start) + 1
            if code != "P115" or not any(i.code in ("N021", "N022") for i in self.faults):
                self.fault(code, f"{message} (line {line} of the text)")


_GIVE_ORDER = "give --date-order dmy or mdy, or --date"
_GIVE_ZONE = "give --tz (such as EEST, +03:00 or Europe/Kyiv), or leave it out to keep the date"


def _day_only(stamp: dates.Stamp | None) -> dates.Stamp | None:
    """A rubric's date. The times beside it are those of entries, not of publication."""
    if stamp is None:
        return None
    return dates.Stamp(stamp.days, None, None, False, stamp.start, stamp.end)


def _loose(title: str) -> str:
    """A title without what feeds change in it: quotes, dashes, spaces, case."""
    plain = unicodedata.normalize("NFKC", title)
    plain = re.sub("[‘’‚‛`´]", "'", re.sub("[“”„‟«»]", '"', plain))
    return " ".join(re.sub("[‐-―−]", "-", plain).split()).casefold()


def unknown_keys(names: Iterable[str]) -> str:
    """A note on record keys that nothing was taken from."""
    parts = []
    for name in names:
        guess = nearest(name, readers.RECORD)
        parts.append(f"{name} (did you mean {guess}?)" if guess else name)
    return ", ".join(parts)
