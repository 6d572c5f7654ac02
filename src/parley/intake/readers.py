"""Readers: the bytes of a .txt, .html or .jsonl file to raw articles.

Each takes bytes that are already in memory and raises `IncidentError`; `records` yields one
outcome for each line, so that a bad line takes no other with it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timezone
from typing import Any

from parley import article, dates, json_io
from parley.incidents import Incident, IncidentError, nearest, one_of, say, show
from parley.intake.decode import decode
from parley.intake.raw import GIVEN, Raw, canonical

SUFFIXES = {".txt": "txt", ".html": "html", ".htm": "html", ".jsonl": "jsonl"}
#: Record keys that mean a front matter key, or say the article itself.
_ALIASES = {"date": "published", "author": "byline"}
#: Every key that a record may have; others are left unused, and said to be.
RECORD = ("id", "text", "html", *GIVEN, *_ALIASES)


def text(data: bytes, file: str, stem: str, encoding: str | None = None) -> Raw:
    """A plain article, with the author's front matter or without.

    Raises `IncidentError` (N004, N005, N008).
    """
    decoded = decode(data, file, encoding)
    whole, dropped = canonical(decoded)
    raw = Raw(file, stem, len(decoded), whole, dropped)
    if not whole.startswith(article.FENCE + "\n"):
        return raw
    parts = article.split_front_matter(whole)
    if parts is None:
        message = say("the front matter has no end", expected=f"a line {article.FENCE}")
        raise IncidentError(Incident("N008", file, message, 1))
    head, raw.text = parts
    dropped["front_matter"] = len(whole) - len(raw.text)
    raw.given = _front_matter(head, file)
    return raw


def _front_matter(head: str, file: str) -> dict[str, Any]:
    try:
        given = tomllib.loads(head)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = say(f"the front matter is not TOML: {error}", do="quote strings, one key a line")
        raise IncidentError(Incident("N008", file, message, 1)) from None
    faults = []
    for key in given:
        if key not in article.KEYS:
            message = say(
                "an unknown key in the front matter",
                got=key,
                expected=one_of(article.KEYS),
                nearest=nearest(key, article.KEYS),
            )
            faults.append(Incident("N008", file, message, item=key[:80]))
    if faults:
        raise IncidentError(*faults)
    return given


def html(data: bytes, file: str, stem: str, encoding: str | None = None) -> Raw:
    """The article of a page, and what the page's metadata says of it.

    Raises `IncidentError` (N004, N005, N013).
    """
    return page(decode(data, file, encoding, html=True), file, stem)


def page(markup: str, file: str, stem: str, line: int | None = None) -> Raw:
    """As `html`, from characters."""
    import logging

    # The libraries report pages that they cannot read by logging; the fault below says it.
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    from trafilatura import bare_extraction

    plain, _ = canonical(markup)
    try:
        found = bare_extraction(
            plain, with_metadata=True, include_comments=False, include_tables=False
        )
    except (ValueError, RecursionError):
        found = None
    units = list(_units(found.body)) if found is not None and not isinstance(found, dict) else []
    if found is None or isinstance(found, dict) or not any(tag != "head" for tag, _ in units):
        message = say(
            "no article text found in the page",
            do="check that the page is an article's, or save its text as .txt",
        )
        raise IncidentError(Incident("N013", file, message, line))
    title = _squeezed(found.title or "")
    if units[0][0] == "head":
        title = units[0][1]
    elif title:
        units.insert(0, ("head", title))
    lines: list[str] = []
    hints: dict[int, str] = {}
    start = 0
    for number, (tag, words) in enumerate(units):
        if number == 0 and tag == "head":
            hints[start] = "title"
        elif tag == "head" and any(other != "head" for other, _ in units[number + 1 :]):
            hints[start] = "subhead"
        elif tag in ("item", "quote"):
            hints[start] = "body"  # however short: the markup says that it is no heading
        lines.append(words)
        start += len(words) + 1
    article_text = "\n".join(lines)
    metadata = {
        "title": title,
        "byline": _squeezed(found.author or ""),
        "section": _squeezed((found.categories or [""])[0]),
        "url": found.url if (found.url or "").startswith(("http://", "https://")) else "",
        "published": _page_date(plain),
        "language": _page_language(plain),
    }
    return Raw(
        file,
        stem,
        length=len(markup),
        text=article_text,
        dropped={"markup": len(markup) - len(article_text)},
        line=line,
        page={key: value for key, value in metadata.items() if value},
        hints=hints,
    )


def _units(body: Any) -> Iterator[tuple[str, str]]:
    """(tag, words) of each block of an extracted body, in order, without white space around."""
    if body is None:
        return
    for element in body:
        if element.tag in ("list", "quote", "div", "ab") and len(element):
            lead = _squeezed(element.text or "")
            if lead:
                yield element.tag, lead
            for tag, words in _units(element):
                yield ("quote" if element.tag == "quote" else tag), words
            continue
        for piece in _words(element).split("\n"):
            words = _squeezed(piece)
            if words:
                yield element.tag, words


def _words(element: Any) -> str:
    pieces = [element.text or ""]
    for child in element:
        pieces.append("\n" if child.tag == "lb" else _words(child))
        pieces.append(child.tail or "")
    # A line end of the source is a space on the page; only <br> breaks a line.
    return "".join(piece if piece == "\n" else piece.replace("\n", " ") for piece in pieces)


def _squeezed(words: str) -> str:
    return " ".join(words.split())


def _page_date(markup: str) -> str:
    """The page's own publication time in ISO form, its offset kept; empty where it has none."""
    from htmldate import find_date

    try:
        found: str | None = find_date(
            markup,
            original_date=True,
            extensive_search=False,
            outputformat="%Y-%m-%dT%H:%M:%S%z",
        )
    except (ValueError, TypeError, RecursionError):
        return ""
    if not found:
        return ""
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        return ""
    # Midnight without an offset is how a bare date comes out.
    if moment.tzinfo is None and moment.time() == datetime.min.time():
        return moment.date().isoformat()
    return moment.isoformat()


def _page_language(markup: str) -> str:
    found = re.search(r"<html[^>]{0,300}?\blang\s*=\s*[\"']?([A-Za-z-]{2,12})", markup[:5000], re.I)
    if found is None:
        return ""
    tag = found[1].split("-")[0].lower()
    return tag if article.LANGUAGE.fullmatch(tag) else ""


def records(
    lines: Iterable[bytes], file: str, stem: str, encoding: str | None, limit: int
) -> Iterator[Raw | IncidentError]:
    """One outcome for each line of a JSONL file that is not blank.

    A record has `text` or `html`; `id`, and what front matter may have, are optional. `limit` is in
    bytes a line. Yields `IncidentError` (N003, N005, N009 to N013) in place of a bad record.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _record(line, file, stem, number, encoding, limit)
        except IncidentError as error:
            yield IncidentError(
                *(
                    Incident(i.code, i.file, i.message, number, i.doc_id, i.item)
                    for i in error.incidents
                )
            )


def _record(
    line: bytes, file: str, stem: str, number: int, encoding: str | None, limit: int
) -> Raw:
    def fault(code: str, message: str) -> IncidentError:
        return IncidentError(Incident(code, file, message, number))

    if len(line) > limit:
        raise fault("N003", too_large(len(line), limit))
    decoded = decode(line, file, encoding)
    try:
        value = json_io.loads(decoded.encode())
    except json_io.JsonError as error:
        raise fault("N009", say(f"not JSON: {error}", expected="one object a line")) from None
    if not isinstance(value, dict):
        raise fault("N010", say("not an object", got=value, expected="an object with text or html"))
    present = [key for key in ("text", "html") if value.get(key) is not None]
    if len(present) != 1:
        got = " and ".join(present) or one_of(sorted(value)[:8]) or "an empty object"
        message = say(
            "the record needs text or html, and not both" if present else "no text",
            got=got,
            expected="one of text and html",
            nearest=None if present else nearest(next(iter(value), ""), ("text", "html")),
        )
        raise fault("N011", message)
    content = value[present[0]]
    if not isinstance(content, str):
        raise fault("N011", say(f"{present[0]} is no string", got=content, expected="a string"))
    name = f"{stem}-{number}"
    if present[0] == "html":
        raw = page(content, file, name, number)
    else:
        plain, dropped = canonical(content)
        raw = Raw(file, name, len(content), plain, dropped, number)
    raw.dropped["record"] = len(decoded) - raw.length
    raw.length = len(decoded)
    raw.unused = tuple(sorted(set(value) - set(RECORD)))
    _fill(raw, value)
    return raw


def _fill(raw: Raw, value: dict[str, Any]) -> None:
    """Takes a record's id and given values; an alias yields to the key that it stands for."""
    faults = []
    identity = value.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    if identity is not None and not isinstance(identity, str):
        faults.append(raw.incident("N012", say("id is no string", got=identity)))
    else:
        raw.id = identity
    for key in (*_ALIASES, *GIVEN):
        found = value.get(key)
        if found is None or found == "":
            continue
        if key in ("facts",) or isinstance(found, str):
            raw.given[_ALIASES.get(key, key)] = found
        else:
            faults.append(raw.incident("N012", say(f"{key} is no string", got=found)))
    if faults:
        raise IncidentError(*faults)


def too_large(size: int, limit: int) -> str:
    """The words of N003."""
    return say(
        "too large to be an article",
        got=f"{size:,} bytes",
        expected=f"at most {limit:,}",
        do="give --max-bytes to take it in all the same",
    )


def moment(value: object, **how: Any) -> date | datetime:
    """A given `published`: a TOML date, or a string in any printed form. Raises `DateError`."""
    if isinstance(value, str):
        return dates.parse(value, **how)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            tz = how.get("tz")
            if tz is None:
                raise dates.NoZoneError(f"{value.isoformat()} has a time but no zone")
            offset = value.replace(tzinfo=tz).utcoffset()
            return value.replace(tzinfo=timezone(offset) if offset is not None else tz)
        return value
    if isinstance(value, date):
        return value
    raise dates.DateError(f"{show(value)} is no date")
