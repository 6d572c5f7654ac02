"""The article file: TOML front matter between `+++` lines, then the article's text.

    +++
    story = "doha-talks"
    form = "wire"
    title = "Talks put off"
    published = 2024-08-17T14:05:00+03:00
    language = "en"
    facts = ["F101"]
    blocks = "title date body*6 subhead body*5"
    +++
    Talks put off
    17.08.2024 14:05 GMT+3
    ...

Everything behind the second `+++` line is the document's text: offsets count from its first
character. `blocks` freezes what each non-blank line is, run-length coded. `body+section` is one
line in two paragraphs: the page printed a section mark ("- News") on the line's tail.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from parley import dates, document, files, ontology
from parley.document import Document, Paragraph, Span
from parley.incidents import Incident, IncidentError, nearest, one_of, say

FENCE = "+++"
REQUIRED = ("story", "form", "title", "published", "language", "blocks")
#: `updated` is what the page prints beside its publication time; a document does not carry it.
OPTIONAL = ("updated", "byline", "source", "section", "url", "facts")
KEYS = (
    *("story", "form", "title", "published", "updated", "byline", "source", "section", "url"),
    *("language", "facts", "blocks"),
)
#: What a section mark glued to the end of a line looks like.
TAIL = re.compile(r"(?<=\S)[ \t]*([-–—][ \t]+[^\W\d_][^\n–—-]{0,39})\s*\Z")
#: C0 but tab and line feed, DEL and C1: never printed, so each is damage or an attack.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_RUN = re.compile(r"([a-z]+(?:\+[a-z]+)?)(?:\*([1-9][0-9]{0,5}))?")


def read(path: Path, root: Path, *, segment: bool = True) -> Document:
    """The document of one article file; see `parse`. `file` is the path from `root`."""
    try:
        file = path.relative_to(root).as_posix()
    except ValueError:
        file = path.as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        message = say(f"cannot be read: {error.strerror}", do="check the file and its permissions")
        raise IncidentError(Incident("P101", file, message)) from None
    return parse(data, file=file, doc_id=path.stem, story=path.parent.name, segment=segment)


def parse(data: bytes, *, file: str, doc_id: str, story: str, segment: bool = True) -> Document:
    """The document of an article file's bytes.

    `doc_id` is the file's stem, `story` its folder, `file` its name in incidents. Without `segment`
    the sentences are left empty: for readers that do not need them.

    Raises `IncidentError` with every fault of the file (P101 to P118).
    """
    return _Reader(file, doc_id, story).document(data, segment)


class BlocksError(ValueError):
    """`blocks` and the text do not fit; `start` is the offset of the line where one is at fault."""

    def __init__(self, code: str, message: str, start: int | None = None) -> None:
        super().__init__(message)
        self.code, self.start = code, start


def by_blocks(coded: str, text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of `text` by a `blocks` value. Raises `BlocksError` (P110, P111)."""
    known = _kinds()
    kinds: list[str] = []
    for item in coded.split():
        run = _RUN.fullmatch(item)
        parts = run[1].split("+") if run else [item]
        for part in parts:
            if part not in known:
                message = say(
                    "an unknown paragraph kind in blocks",
                    got=part,
                    expected=one_of(sorted(known)),
                    nearest=nearest(part, known),
                )
                raise BlocksError("P110", message)
        count = int(run[2] or 1) if run else 1
        if len(kinds) + count > len(text) + 1:  # a hostile count must not fill the memory
            kinds += [parts[0]] * max(0, len(text) + 1 - len(kinds))
            break
        kinds += [item.partition("*")[0]] * count
    lines = spans(text)
    if len(kinds) != len(lines):
        message = say(
            "blocks does not match the text",
            got=f"{len(kinds)} kinds",
            expected=f"{len(lines)}, one for each line that is not blank",
            do="undo the edit, or remove blocks and take the article in again",
        )
        raise BlocksError("P111", message)
    found = []
    for (start, end), kind in zip(lines, kinds, strict=True):
        if "+" not in kind:
            found.append(Paragraph(start, end, kind))
            continue
        tail = TAIL.search(text, start, end)
        stem = start + len(text[start : tail.start()].rstrip()) if tail else start
        if tail is None or stem == start:
            message = say(
                f"blocks has {kind!r} for a line that ends in no section mark",
                got=text[max(start, end - 30) : end],
                expected="a line that ends in '- News' or the like",
            )
            raise BlocksError("P111", message, start)
        head, rest = kind.split("+")
        found += [Paragraph(start, stem, head), Paragraph(tail.start(1), end, rest)]
    return tuple(found)


@cache
def _kinds() -> frozenset[str]:
    return frozenset(kind.name for kind in ontology.load().paragraph_kinds)


class _Reader:
    """Collects the faults of one file."""

    def __init__(self, file: str, doc_id: str, story: str) -> None:
        self.file, self.doc_id, self.story = file, doc_id, story
        self.faults: list[Incident] = []
        self.head = ""

    def fault(self, code: str, message: str, line: int | None = None, key: str = "") -> None:
        if key and line is None:
            found = re.search(rf"^\s*\"?{key}\"?\s*=", self.head, re.MULTILINE)
            line = self.head.count("\n", 0, found.start()) + 2 if found else 1
        self.faults.append(
            Incident(code, self.file, message, line, self.doc_id or None, key or None)
        )

    def document(self, data: bytes, segment: bool) -> Document:
        if not files.is_id(self.doc_id):
            self.fault(
                "P114",
                say(
                    "the file's name gives no document id",
                    got=self.doc_id,
                    expected="1 to 80 of a-z 0-9 _ -, first and last a letter or digit",
                    do="rename the file",
                ),
            )
        head, text, first_line = self.split(data)
        self.head = head
        raw = self.front_matter()
        paragraphs = self.paragraphs(raw.get("blocks"), text, first_line)
        self.agreement(raw, text, paragraphs, first_line)
        if self.faults:
            raise IncidentError(*sorted(self.faults, key=Incident.sort_key))
        published = raw["published"]
        return Document(
            id=self.doc_id,
            story=self.story,
            status="open",
            title=raw["title"],
            published=dates.iso(published),
            form=raw["form"],
            language=raw["language"],
            length=len(text),
            sha256=document.digest(text),
            paragraphs=paragraphs,
            sentences=units(text, paragraphs) if segment else (),
            text=text,
            byline=raw.get("byline"),
            source=raw.get("source"),
            section=raw.get("section"),
            url=raw.get("url"),
            facts=tuple(raw.get("facts", ())),
            file=self.file,
        )

    def stop(self) -> IncidentError:
        return IncidentError(*self.faults)

    def split(self, data: bytes) -> tuple[str, str, int]:
        """Front matter, text, and the line of the file that the text begins on."""
        try:
            whole = document.canonical(data.decode())
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.fault(
                "P102",
                say(
                    f"not UTF-8 at byte {error.start}",
                    got=data[error.start : error.start + 4],
                    expected="UTF-8",
                    do="save the file as UTF-8",
                ),
                line,
            )
            raise self.stop() from None
        for match in CONTROL.finditer(whole):
            start = whole.rfind("\n", 0, match.start()) + 1
            self.fault(
                "P103",
                say(
                    f"a control character in column {match.start() - start + 1}",
                    got=match[0],
                    expected="printed characters, tabs and line ends",
                    do="remove it from the source and take the article in again",
                ),
                whole.count("\n", 0, match.start()) + 1,
            )
            if len(self.faults) >= 20:  # a binary file would give thousands
                break
        parts = split_front_matter(whole)
        if parts is None:
            opened = whole.startswith(FENCE + "\n")
            self.fault(
                "P104",
                say(
                    "the front matter has no end" if opened else "no front matter",
                    got=None if opened else whole[:30],
                    expected=f"a line {FENCE}, TOML, a line {FENCE}, the text",
                    do="write it with `parley intake`",
                ),
                1,
            )
            raise self.stop()
        head, text = parts
        if not text.strip():
            self.fault("P117", say("no text follows the front matter"), head.count("\n") + 3)
        return head, text, head.count("\n") + 3

    def front_matter(self) -> dict[str, Any]:
        """The keys that are right; a fault for each that is not."""
        try:
            raw = tomllib.loads(self.head)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            self.fault(
                "P105",
                say(f"the front matter is not TOML: {error}", do="quote strings, one key a line"),
                int(place[1]) + 1 if place else 1,
            )
            raise self.stop() from None
        for key in raw.keys() - set(KEYS):
            self.fault(
                "P106",
                say(
                    "an unknown key in the front matter",
                    got=key,
                    expected=one_of(KEYS),
                    nearest=nearest(key, KEYS),
                ),
                key=re.escape(key)[:40],
            )
        for key in REQUIRED:
            if key not in raw:
                self.fault(
                    "P107",
                    say(
                        f"the front matter has no {key!r}",
                        do="`parley intake --replace` resolves it from the text",
                    ),
                    1,
                )
        good = {}
        for key in KEYS:
            if key in raw:
                wrong = wrong_value(key, raw[key])
                if wrong is None:
                    good[key] = raw[key]
                else:
                    self.fault(wrong[0], wrong[1], key=key)
        if "story" in good and good["story"] != self.story:
            self.fault(
                "P113",
                say(
                    "the story is not the folder's name",
                    got=good["story"],
                    expected=repr(self.story),
                    do="move the file to its story's folder or correct the front matter",
                ),
                key="story",
            )
        return good

    def paragraphs(self, coded: str | None, text: str, first_line: int) -> tuple[Paragraph, ...]:
        """Paragraphs by `blocks`; none where `blocks` is missing or wrong."""
        if coded is None:
            return ()
        try:
            return by_blocks(coded, text)
        except BlocksError as error:
            line = None
            if error.start is not None:
                line = first_line + text.count("\n", 0, error.start)
            self.fault(error.code, str(error), line, key="blocks")
            return ()

    def agreement(
        self, raw: dict[str, Any], text: str, paragraphs: tuple[Paragraph, ...], first_line: int
    ) -> None:
        """What the page prints against what the front matter says."""
        printed: dict[str, list[Paragraph]] = {}
        for paragraph in paragraphs:
            printed.setdefault(paragraph.kind, []).append(paragraph)
        for code, message, start in contradictions(raw, text, printed):
            self.fault(code, message, first_line + text.count("\n", 0, start))
        if paragraphs and "body" not in printed:
            self.fault("P116", say("blocks has no body paragraph"), key="blocks")


def contradictions(
    raw: Mapping[str, Any],
    text: str,
    printed: Mapping[str, list[Paragraph]],
    order: str | None = None,
) -> list[tuple[str, str, int]]:
    """(code, message, offset) for each printed header that the front matter contradicts.

    `printed` holds the paragraphs by kind. Keys absent from `raw` contradict nothing.
    """
    found = []

    def words(paragraph: Paragraph) -> str:
        return text[paragraph.start : paragraph.end]

    titles = printed.get("title", [])
    for extra in titles[1:]:
        found.append(("P112", say("a second title line", got=words(extra)), extra.start))
    if titles and "title" in raw and raw["title"] != words(titles[0]):
        found.append(
            (
                "P112",
                say(
                    "the title is not the printed one",
                    got=raw["title"],
                    expected=repr(words(titles[0])[:80]),
                    do="correct the front matter",
                ),
                titles[0].start,
            )
        )
    lines = printed.get("date", [])
    if lines and "published" in raw:
        try:
            stamp, _ = dates.printed([words(line) for line in lines], order)
        except dates.DateError as error:
            found.append(("P115", say(str(error), do="correct the line"), lines[0].start))
            stamp = None
        if stamp is not None and not dates.agrees(stamp, raw["published"]):
            found.append(
                (
                    "P115",
                    say(
                        "the publication date is not the printed one",
                        got=dates.iso(raw["published"]),
                        expected=" or ".join(map(dates.iso, stamp.readings())),
                        do="correct the front matter",
                    ),
                    lines[0].start,
                )
            )
    for key in ("byline", "source"):
        value, places = raw.get(key), printed.get(key, [])
        if value and places and not any(value in words(place) for place in places):
            found.append(
                (
                    "P118",
                    say(
                        f"the {key} is not the printed one",
                        got=value,
                        expected=f"part of {words(places[0])[:80]!r}",
                        do="correct the front matter",
                    ),
                    places[0].start,
                )
            )
    return found


def wrong_value(key: str, value: object) -> tuple[str, str] | None:
    """(code, message) where `value` cannot stand for a front matter key, else None."""
    if key in ("published", "updated"):
        if isinstance(value, datetime):
            good = value.tzinfo is not None
        else:
            good = isinstance(value, date)
        expected = "a TOML date, or a date and time with its offset, unquoted"
    elif key == "facts":
        good = (
            isinstance(value, list)
            and all(isinstance(fact, str) and fact.strip() for fact in value)
            and len(set(value)) == len(value)
        )
        expected = "a list of fact ids, each once"
    elif key == "story":
        good, expected = files.is_id(value), "an id: 1 to 80 of a-z 0-9 _ -"
    elif key == "language":
        good = isinstance(value, str) and LANGUAGE.fullmatch(value) is not None
        expected = "a language tag such as 'en'"
    elif key == "url":
        good = isinstance(value, str) and value.startswith(("http://", "https://"))
        expected = "a web address"
    elif key in ("title", "blocks"):
        good, expected = isinstance(value, str) and "\n" not in value, "a string of one line"
    elif key == "form":
        forms = ontology.load().forms
        if isinstance(value, str) and value not in forms:
            return "P109", say(
                "an unknown form",
                got=value,
                expected=one_of(forms),
                nearest=nearest(value, forms),
            )
        good, expected = isinstance(value, str), one_of(forms)
    else:
        good = isinstance(value, str) and bool(value.strip()) and "\n" not in value
        expected = "a string of one line that is not blank (or no key)"
    if isinstance(value, str) and good and CONTROL.search(value):
        return "P103", say(f"a control character in {key!r}", got=value)
    if good:
        return None
    shown = value.isoformat() if isinstance(value, datetime | date | time) else value
    return "P108", say(f"a wrong value for {key!r}", got=shown, expected=expected)


def split_front_matter(text: str) -> tuple[str, str] | None:
    """(front matter, article) of canonical text, or None where there is no front matter."""
    if not text.startswith(FENCE + "\n"):
        return None
    end = text.find(f"\n{FENCE}\n", len(FENCE))
    if end < 0:
        return None
    return text[len(FENCE) + 1 : end + 1], text[end + len(FENCE) + 2 :]


def spans(text: str) -> list[Span]:
    """Every line that is not blank, trimmed of white space."""
    found = []
    start = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            begin = start + len(line) - len(line.lstrip())
            found.append((begin, begin + len(stripped)))
        start += len(line) + 1
    return found


def units(text: str, paragraphs: tuple[Paragraph, ...]) -> tuple[Span, ...]:
    """The sentences of a document: body and standfirst are split, any other paragraph is one."""
    from parley.segmentation import sentences

    split = iter(sentences(text))
    found: list[Span] = []
    current = next(split, None)
    for paragraph in paragraphs:
        if paragraph.kind not in ("body", "standfirst"):
            found.append((paragraph.start, paragraph.end))
            continue
        while current is not None and current[1] <= paragraph.start:
            current = next(split, None)
        while current is not None and current[0] < paragraph.end:
            # A sentence is cut where its line holds a second paragraph (a glued section mark).
            found.append((max(current[0], paragraph.start), min(current[1], paragraph.end)))
            if current[1] > paragraph.end:
                break
            current = next(split, None)
    return tuple(found)


def coded(document: Document) -> str:
    """The `blocks` value of a document that has its text."""
    if document.text is None:
        raise ValueError(f"{document.id} has no text")
    kinds: list[str] = []
    last = -1
    for paragraph in document.paragraphs:
        if last >= 0 and "\n" not in document.text[last : paragraph.start]:
            kinds[-1] += f"+{paragraph.kind}"
        else:
            kinds.append(paragraph.kind)
        last = paragraph.end
    runs = ((kind, len(list(group))) for kind, group in groupby(kinds))
    return " ".join(kind if count == 1 else f"{kind}*{count}" for kind, count in runs)


def write(document: Document, extra: Mapping[str, Any] | None = None) -> bytes:
    """The article file of a document that has its text.

    `extra` may hold `updated`, the update time that the page prints. Raises `ValueError` for any
    other key, and for a document without text.
    """
    if document.text is None:
        raise ValueError(f"{document.id} has no text to write")
    unknown = set(extra or ()) - {"updated"}
    if unknown:
        raise ValueError(f"no such front matter key: {sorted(unknown)}")
    values: dict[str, Any] = {
        "story": document.story,
        "form": document.form,
        "title": document.title,
        "published": _moment(document.published),
        "updated": (extra or {}).get("updated"),
        "byline": document.byline,
        "source": document.source,
        "section": document.section,
        "url": document.url,
        "language": document.language,
        "facts": list(document.facts) or None,
        "blocks": coded(document),
    }
    head = "".join(f"{key} = {_toml(values[key])}\n" for key in KEYS if values[key] is not None)
    return f"{FENCE}\n{head}{FENCE}\n{document.text}".encode()


def _moment(published: str) -> date | datetime:
    return (datetime if len(published) > 10 else date).fromisoformat(published)


def _toml(value: object) -> str:
    if isinstance(value, datetime | date):
        return dates.iso(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    from parley import json_io

    # JSON's string escapes are TOML's, but TOML wants DEL escaped too.
    return json_io.dumps(value).decode().replace("\x7f", "\\u007F")
