"""Withheld documents: everything but the text, and restoring the text from the user's own copy.

`corpus/withheld/DOC.json` holds what a document has besides its words: offsets, kinds, digests. No
title, byline or other prose of the article is kept; a digest is kept for every unit of at least
`SHORTEST` characters (a shorter one could be found by trying words). Digests tell a copy that
differs where it first differs, though the text itself is not at hand.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parley import document, files, json_io, ontology
from parley.document import Document, Paragraph, Span
from parley.incidents import Incident, IncidentError, one_of, say

FORMAT = "parley-withheld/1"
#: Units below this many characters get no digest: their words could be guessed and confirmed.
SHORTEST = 20
#: A copy this near in length to a document is taken for a damaged copy of it.
NEAR = 0.02
_FIELDS = ("id", "story", "status", "title", "published", "form", "language", "length", "sha256")
_OPTIONAL = ("byline", "source", "section", "url")


def withhold(whole: Document, *, keep_byline: bool = False, title: str | None = None) -> Document:
    """`whole` as the corpus may share it: without its text, and without the outlet's title.

    `title` is one that the corpus gives (it is left out where the text prints it). A byline names
    a person and is kept only if wanted. Raises `ValueError` for a document whose text is not at
    hand.
    """
    if whole.text is None:
        raise ValueError(f"{whole.id} has no text")
    return replace(
        whole,
        status="withheld",
        title="" if title is None or title in whole.text else title,
        byline=whole.byline if keep_byline else None,
        text=None,
        file=f"corpus/withheld/{whole.id}.json",
    )


def unit_digest(words: str) -> str | None:
    """16 hex digits of sha256 of one paragraph or sentence; None for a short one."""
    if len(words) < SHORTEST:
        return None
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _digests(whole: Document) -> dict[Span, str | None]:
    """The digest of every paragraph and sentence. Header lines have none, whatever their length:
    a byline is a name, and names can be tried."""
    text = whole.text or ""
    plain = ontology.load().annotated_kinds | {"boilerplate"}
    found: dict[Span, str | None] = {}
    for paragraph in whole.paragraphs:
        span = (paragraph.start, paragraph.end)
        found[span] = unit_digest(text[span[0] : span[1]]) if paragraph.kind in plain else None
    for span in whole.sentences:
        if span not in found:
            found[span] = unit_digest(text[span[0] : span[1]])
    return found


def dump(whole: Document, *, keep_byline: bool = False, title: str | None = None) -> bytes:
    """The withheld file of a document that has its text: one paragraph or sentence a line.

    A paragraph is `[start, end, kind, digest]`, a sentence `[start, end, digest]`; digests may be
    null. See `withhold` for the options; raises `ValueError` as it does.
    """
    shared = withhold(whole, keep_byline=keep_byline, title=title)
    head: dict[str, Any] = {"format": FORMAT}
    head |= {key: getattr(shared, key) for key in (*_FIELDS, *_OPTIONAL)}
    head["facts"] = list(shared.facts)
    digests = _digests(whole)
    return json_io.one_per_line(
        head,
        {
            "paragraphs": [
                [item.start, item.end, item.kind, digests[item.start, item.end]]
                for item in whole.paragraphs
            ],
            "sentences": [[start, end, digests[start, end]] for start, end in whole.sentences],
        },
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """A withheld document with the digests of its units (None for short ones)."""

    document: Document
    paragraphs: tuple[str | None, ...]
    sentences: tuple[str | None, ...]


def read(path: Path, file: str | None = None) -> Evidence:
    """A withheld file. `file` is its name in incidents.

    Raises `IncidentError` (W001 unreadable or no JSON, W002 wrong shape) with all its faults.
    """
    name = file or path.as_posix()
    try:
        raw = json_io.loads(path.read_bytes())
    except OSError as error:
        message = say(f"cannot be read: {error.strerror}")
        raise IncidentError(Incident("W001", name, message)) from None
    except json_io.JsonError as error:
        message = say(f"not JSON: {error}", do="restore the file")
        raise IncidentError(Incident("W001", name, message)) from None
    faults = list(_faults(raw, path.stem))
    if faults:
        raise IncidentError(
            *(Incident("W002", name, message, doc_id=path.stem) for message in faults)
        )
    shared = Document(
        **{key: raw[key] for key in _FIELDS},
        **{key: raw[key] for key in _OPTIONAL},
        facts=tuple(raw["facts"]),
        paragraphs=tuple(Paragraph(start, end, kind) for start, end, kind, _ in raw["paragraphs"]),
        sentences=tuple((start, end) for start, end, _ in raw["sentences"]),
        text=None,
        file=name,
    )
    return Evidence(
        shared,
        tuple(item[3] for item in raw["paragraphs"]),
        tuple(item[2] for item in raw["sentences"]),
    )


def _faults(raw: object, stem: str) -> list[str]:
    """What is wrong with the shape of a withheld file, in words."""
    from parley import article

    if not isinstance(raw, dict):
        return [say("not an object", got=raw)]
    wanted = ("format", *_FIELDS, *_OPTIONAL, "facts", "paragraphs", "sentences")
    found = [say(f"no {key!r}") for key in wanted if key not in raw]
    found += [
        say("an unknown key", got=key, expected=one_of(wanted)) for key in raw if key not in wanted
    ]
    if found:
        return found
    scheme = ontology.load()
    length = raw["length"]
    checks: dict[str, bool] = {
        "format": raw["format"] == FORMAT,
        "id": raw["id"] == stem and files.is_id(stem),
        "story": files.is_id(raw["story"]),
        "status": raw["status"] == "withheld",
        "title": isinstance(raw["title"], str),
        "published": _is_moment(raw["published"]),
        "form": raw["form"] in scheme.forms,
        "language": isinstance(raw["language"], str)
        and article.LANGUAGE.fullmatch(raw["language"]) is not None,
        "length": isinstance(length, int) and not isinstance(length, bool) and length > 0,
        "sha256": _is_hex(raw["sha256"], 64),
        "facts": isinstance(raw["facts"], list)
        and all(isinstance(fact, str) for fact in raw["facts"]),
    }
    checks |= {key: raw[key] is None or isinstance(raw[key], str) for key in _OPTIONAL}
    found += [say(f"a wrong {key!r}", got=raw[key]) for key, good in checks.items() if not good]
    if not checks["length"]:
        return found
    kinds = {kind.name for kind in scheme.paragraph_kinds}
    for key, size in (("paragraphs", 4), ("sentences", 3)):
        last = 0
        items = raw[key] if isinstance(raw[key], list) else [None]
        for number, item in enumerate(items):
            good = (
                isinstance(item, list)
                and len(item) == size
                and all(type(offset) is int for offset in item[:2])
                and last <= item[0] < item[1] <= length
                and (size == 3 or item[2] in kinds)
                and (item[-1] is None or _is_hex(item[-1], 16))
            )
            if not good:
                found.append(say(f"a wrong item {number} of {key}", got=item))
                break
            last = item[1]
    return found


def _is_hex(value: object, digits: int) -> bool:
    return isinstance(value, str) and re.fullmatch(rf"[0-9a-f]{{{digits}}}", value) is not None


def _is_moment(value: object) -> bool:
    from parley import dates

    if not isinstance(value, str):
        return False
    try:
        return dates.iso(dates.parse(value)) == value
    except dates.DateError:
        return False


def load(path: Path, texts_dir: Path, file: str | None = None) -> Document:
    """A withheld document, with its text where `texts_dir` has it.

    `text` is None where no hydrated text is there. The title that the page prints comes back with
    the text. Raises `IncidentError` (W001, W002; W003 where the hydrated text is not the one).
    """
    evidence = read(path, file)
    shared = evidence.document
    hydrated = texts_dir / f"{shared.id}.txt"
    shown = "/".join(hydrated.parts[-3:])  # corpus/texts/DOC.txt, as other reports name it
    try:
        data = hydrated.read_bytes()
    except FileNotFoundError:
        return shared
    except OSError as error:
        message = say(f"cannot be read: {error.strerror}")
        raise IncidentError(Incident("W003", shown, message, doc_id=shared.id)) from None
    text = matching(data, shared)
    if text is None:
        message = say(
            "the hydrated text is not the document's",
            got=difference(evidence, _decoded(data)),
            do="remove it and hydrate again from your own copy",
        )
        raise IncidentError(Incident("W003", shown, message, doc_id=shared.id))
    return restored(shared, text)


def restored(shared: Document, text: str) -> Document:
    """The withheld document with its text, and the title that the text prints."""
    title = next((item for item in shared.paragraphs if item.kind == "title"), None)
    if shared.title or title is None:
        return replace(shared, text=text)
    return replace(shared, text=text, title=text[title.start : title.end])


def _decoded(data: bytes) -> str:
    return document.canonical(data.decode("utf-8", "replace"))


def matching(data: bytes, shared: Document) -> str | None:
    """The canonical text of a copy, if it is the document's: only BOM and line ends may differ."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    # As it is first: canonical text that itself begins with a zero-width space has no BOM to drop.
    for candidate in (text, document.canonical(text)):
        if document.digest(candidate) == shared.sha256:
            return candidate
    return None


def difference(evidence: Evidence, text: str) -> str:
    """Where a copy first differs from a document, as far as the digests can tell, in words.

    Names the first paragraph that is not in its place with the right words, the columns where a
    sentence narrows them, and how far off the lengths are.
    """
    shared = evidence.document
    off = len(text) - shared.length
    many = "character" if abs(off) == 1 else "characters"
    lengths = f"{abs(off):,} {many} too {'long' if off > 0 else 'short'}" if off else "same length"
    for number, (paragraph, digest) in enumerate(
        zip(shared.paragraphs, evidence.paragraphs, strict=True), 1
    ):
        start, end = paragraph.start, paragraph.end
        if _fits(text, (start, end), digest):
            continue
        place = f"paragraph {number} ({paragraph.kind})"
        moved = _moved(text, paragraph, digest)
        if moved is not None:
            way = "later" if moved > 0 else "earlier"
            where = f"{abs(moved):,} {'character' if abs(moved) == 1 else 'characters'} {way}"
            return f"{lengths}; {place} has its words but stands {where}: see the lines above it"
        # The paragraph is the first that differs; its sentences narrow the place.
        inside = [
            (span, own)
            for span, own in zip(shared.sentences, evidence.sentences, strict=True)
            if start <= span[0] and span[1] <= end
        ]
        wrong = next((span for span, own in inside if not _fits(text, span, own)), (start, end))
        line = text.count("\n", 0, min(start, len(text))) + 1
        return (
            f"{lengths}; the first difference is in {place}, line {line}, "
            f"columns {wrong[0] - start + 1} to {wrong[1] - start}"
        )
    return f"{lengths}; every paragraph with a digest is right: compare short lines and white space"


def _moved(text: str, paragraph: Paragraph, digest: str | None) -> int | None:
    """How far off a paragraph stands in a copy that has its words on another place's line."""
    if digest is None:
        return None
    from parley import article

    for start, end in article.spans(text):
        same = end - start == paragraph.end - paragraph.start and start != paragraph.start
        if same and unit_digest(text[start:end]) == digest:
            return start - paragraph.start
    return None


def _fits(text: str, span: Span, digest: str | None) -> bool:
    """Whether the place holds the unit: by its digest, else by its edges alone."""
    words = text[span[0] : span[1]]
    if digest is not None:
        return unit_digest(words) == digest
    # Without a digest: as long, and neither blank at an edge nor over a line end.
    return len(words) == span[1] - span[0] and words == words.strip() and "\n" not in words


def near(evidence: Evidence, text: str) -> bool:
    """Whether a copy that does not match is clearly meant for this document.

    Half of its paragraphs are there; or its length is, within `NEAR`, and either one paragraph or
    the number of lines (mojibake leaves no paragraph whole).
    """
    from parley import article

    lines = article.spans(text)
    have = {unit_digest(text[start:end]) for start, end in lines}
    known = [digest for digest in evidence.paragraphs if digest is not None]
    shared = sum(digest in have for digest in known)
    if known and shared * 2 >= len(known):
        return True
    alike = abs(len(text) - evidence.document.length) <= NEAR * evidence.document.length
    return alike and (shared > 0 or len(lines) == len(evidence.paragraphs))
