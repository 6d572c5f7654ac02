"""What each line of an article is: headers above and below, subheads, furniture, body.

The rule when unsure: body. A body paragraph that is taken for furniture is lost to the annotator; a
header taken for body is seen and set right by editing `blocks`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parley import article
from parley.document import Paragraph, Span
from parley.intake import patterns

#: Lines looked at above and below the body. Pages print fewer; prose that happens to look like a
#: header further in is left alone.
HEADER_LINES = 14
FOOTER_LINES = 10
_DATED = re.compile(
    r"(?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\b.*\s[-–—:]\s", re.I
)


@dataclass(slots=True)
class Line:
    """One line that is not blank. `name` says which boilerplate; `value` what a header holds."""

    start: int
    end: int
    text: str
    kind: str = ""
    name: str = ""
    value: str | None = None
    tail: "Line | None" = None


def classify(
    text: str,
    *,
    form: str | None = None,
    title: str | None = None,
    hints: Mapping[int, str] | None = None,
) -> list[Line]:
    """The lines of canonical `text`, each with its kind.

    `title` is the title where the author or the page names it. `hints` holds kinds that are known
    from markup, by a line's start: they are taken as they are.
    """
    lines = [Line(start, end, text[start:end]) for start, end in article.spans(text)]
    for line in lines:
        line.kind = (hints or {}).get(line.start, "")
        name = None if line.kind else patterns.boilerplate(line.text)
        if name is not None:
            line.kind, line.name = "boilerplate", name
    bottom = _footer(lines)
    top = _header(lines, bottom, title)
    _inside(lines, top, bottom, form)
    _glued_mark(lines)
    return lines


def from_paragraphs(text: str, given: Sequence[Paragraph]) -> list[Line]:
    """Lines as the author's `blocks` has them, with the values of their headers."""
    lines: list[Line] = []
    for item in given:
        words = text[item.start : item.end]
        line = Line(item.start, item.end, words, item.kind)
        if item.kind == "boilerplate":
            line.name = patterns.boilerplate(words) or "other"
        elif item.kind == "section":
            line.value = patterns.section(words) or patterns.unlead(words)
        elif item.kind == "source":
            line.value = patterns.source(words) or patterns.unlead(words)
        elif item.kind == "byline":
            line.value = patterns.byline(words) or patterns.unlead(words)
        if lines and "\n" not in text[lines[-1].end : item.start]:
            lines[-1].tail = line
        else:
            lines.append(line)
    return lines


def paragraphs(lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """The paragraphs of classified lines, tails included."""
    found = []
    for line in lines:
        found.append(Paragraph(line.start, line.end, line.kind))
        if line.tail is not None:
            found.append(Paragraph(line.tail.start, line.tail.end, line.tail.kind))
    return tuple(found)


def value(lines: Sequence[Line], kind: str) -> str | None:
    """What the first header line of `kind` names."""
    for line in lines:
        for part in (line, line.tail):
            if part is not None and part.kind == kind and part.value:
                return part.value
    return None


def texts(lines: Sequence[Line], kind: str) -> list[str]:
    """The texts of the lines of `kind`."""
    return [line.text for line in lines if line.kind == kind]


def places(lines: Sequence[Line]) -> list[Span]:
    """The spans of the lines, whole."""
    return [(line.start, line.tail.end if line.tail else line.end) for line in lines]


def _ends(line: Line) -> bool:
    return patterns.TERMINAL.search(line.text) is not None


def _prose(line: Line) -> bool:
    """Whether a line can only be a paragraph of the article."""
    return len(line.text) > 120 or (_ends(line) and len(line.text.split()) > 6)


def _meta(line: Line) -> bool:
    """Marks byline, source, date and language lines; says whether it was one."""
    who = patterns.byline(line.text)
    what = patterns.source(line.text)
    if patterns.date_line(patterns.unlead(line.text)):
        line.kind = "date"
    elif what is not None:
        line.kind, line.value = "source", what
    elif who is not None:
        line.kind, line.value = "byline", who
    elif patterns.language(line.text):
        line.kind = "language"
    else:
        return False
    return True


def _header(lines: list[Line], bottom: int, title: str | None) -> int:
    """Classifies the lines above the body; returns the index of the first line of the body."""
    found_title = any(line.kind == "title" for line in lines)
    titled_at = next((n for n, line in enumerate(lines) if line.kind == "title"), -1)
    index = 0
    while index < min(bottom, HEADER_LINES):
        line = lines[index]
        following = lines[index + 1 : bottom]
        if line.kind in ("boilerplate", "title", "standfirst"):
            pass
        elif line.kind:
            break
        elif title and not found_title and line.text == title:
            line.kind, found_title, titled_at = "title", True, index
        elif patterns.timestamp(line.text) or patterns.day_without_year(line.text):
            break
        elif _meta(line):
            pass
        elif (rubric := patterns.section(line.text)) is not None:
            line.kind, line.value = "section", rubric
        elif not found_title and _rubric_above(line, following):
            line.kind, line.value = "section", patterns.unlead(line.text)
        elif not found_title and _titles(line, following, given=title):
            line.kind, found_title, titled_at = "title", True, index
        elif found_title and _standfirst(line, following, index - titled_at):
            line.kind = "standfirst"
        else:
            break
        index += 1
    return index


def _titles(line: Line, following: Sequence[Line], *, given: str | None) -> bool:
    """Whether the first line that is no other header is the headline."""
    if given == "":  # the author says that none is printed
        return False
    words = line.text.split()
    return (
        2 <= len(words) <= 30
        and len(line.text) <= 200
        and not re.search(r"(?<!\.)\.[\"”’')\]]*$|[,;:…]$", line.text)
        and not patterns.BULLET.match(line.text)
        and not line.text[0].islower()
        # A headline heads something: without prose below, a lone line stays body.
        and any(not other.kind for other in following)
    )


def _rubric_above(line: Line, following: Sequence[Line]) -> bool:
    """Whether a short line is a rubric over the headline: "Kursk region", then a longer line."""
    words = line.text.split()
    if not (len(words) <= 3 and len(line.text) <= 30) or re.search(r"[.,;:?!…]", line.text):
        return False
    if not words[0][0].isupper() or patterns.BULLET.match(line.text):
        return False
    rest = [other for other in following if not other.kind]
    return (
        len(rest) >= 2
        and len(rest[0].text.split()) >= 5
        and _titles(rest[0], rest[1:], given=None)
        and not _furniture(rest[0])
    )


def _furniture(line: Line) -> bool:
    probe = Line(line.start, line.end, line.text)
    return _meta(probe) or patterns.section(line.text) is not None


def _standfirst(line: Line, following: Sequence[Line], below_title: int) -> bool:
    """Whether a line between headline and body is a summary of the article."""
    if below_title > 6 or not any(not other.kind for other in following):
        return False
    if patterns.BULLET.match(line.text):
        return len(line.text) <= 200
    rest = [other for other in following if not other.kind]
    # Between the headline and a printed byline or date there is no body yet.
    if below_title <= 2 and len(line.text) <= 400 and any(_probe_meta(o) for o in rest[:1]):
        return True
    # Summaries are printed without a last stop; paragraphs are not, in an article whose other
    # paragraphs end in one.
    prose = [other for other in rest if len(other.text) > 60]
    stopped = sum(map(_ends, prose))
    return (
        below_title == 1
        and len(line.text.split()) >= 8
        and len(line.text) <= 400
        and re.search(r"[.!?…:;,][\"'”’»)\]]*$", line.text) is None
        and len(prose) >= 2
        and stopped >= 0.8 * len(prose)
    )


def _probe_meta(line: Line) -> bool:
    return _meta(Line(line.start, line.end, line.text))


def _footer(lines: list[Line]) -> int:
    """Classifies the lines below the body; returns the index behind the last line of the body."""
    index = len(lines)
    while index > max(1, len(lines) - FOOTER_LINES):
        line = lines[index - 1]
        if line.kind == "boilerplate":
            index -= 1
            continue
        # Prose must stand above: a page of headers only has no footer.
        if line.kind or not any(_prose(other) for other in lines[: index - 1]):
            break
        mark = patterns.section(line.text, dashed=True)
        if mark is not None and (patterns.LEAD.match(line.text) or index == len(lines)):
            line.kind, line.value = "section", mark
        elif not _meta(line):
            break
        index -= 1
    return index


def _inside(lines: list[Line], top: int, bottom: int, form: str | None) -> None:
    """Timestamps and subheads between the headers; everything else is body."""
    region = [line for line in lines[top:bottom] if not line.kind]
    clocks = [line for line in region if patterns.timestamp(line.text)]
    live = len(clocks) >= 2 or (form == "live" and bool(clocks))
    if live:
        for line in region:
            if patterns.timestamp(line.text) or patterns.day(line.text):
                line.kind = "timestamp"
    rest = [line for line in region if not line.kind]
    shapes = [_heading(line) for line in rest]
    shaped = shapes.copy()
    # A line that heads nothing, and lines in a row, are a list or verse rather than subheads.
    for number in range(len(rest)):
        followed = number + 1 < len(rest) and not shapes[number + 1]
        alone = number == 0 or not shapes[number - 1]
        if shapes[number] == "plain" and not (followed and alone):
            shaped[number] = ""
    questions = shaped.count("question")
    enough = form == "explainer" or questions + shaped.count("plain") >= 2
    for number, line in enumerate(rest):
        shape = shaped[number]
        heads = number + 1 < len(rest) and shaped[number + 1] != "question"
        if shape == "plain" or (shape == "question" and enough and heads):
            line.kind = "subhead"
        else:
            line.kind = "body"
    for line in lines:
        line.kind = line.kind or "body"


def _heading(line: Line) -> str:
    """`plain` or `question` where a line has a subhead's shape, else an empty string."""
    text = line.text
    words = text.split()
    bare = re.sub(r"^(?:\d{1,2}[.)]|[IVX]{1,4}\.) ", "", text)
    if (
        len(text) > 100
        or patterns.BULLET.match(text)
        or _DATED.match(text)
        or bare[0].islower()
        or re.search(r"[:;,…]$", text)
    ):
        return ""
    if re.fullmatch(r"[^.!]*\?[\"”’')]?", bare) and len(words) <= 14:
        # A spoken question is a paragraph of the article.
        return "" if re.match(r"[\"“‘']", bare) else "question"
    if patterns.TERMINAL.search(text) or not re.search(r"[^\W\d_]", text):
        return ""
    # A few words wholly in quotation marks head a section; more of them are a quoted paragraph.
    quoted = re.match(r"[\"“‘'«]", bare) and re.search(r"[\"”’'»]$", bare)
    return "plain" if len(words) <= (6 if quoted else 12) else ""


def _glued_mark(lines: list[Line]) -> None:
    """Splits a section mark or an agency's name off the end of the article's last line."""
    last = next((line for line in reversed(lines) if line.kind != "boilerplate"), None)
    if last is None or last.kind != "body":
        return
    match = article.TAIL.search(last.text)
    if match is None:
        return
    stem = last.text[: match.start()].rstrip()
    if not _ends(Line(0, len(stem), stem)) or len(stem.split()) < 4:
        return
    mark = match[1]
    words = patterns.unlead(mark)
    if patterns.agency(words):
        kind = "source"
    elif patterns.section(mark, dashed=match.start() == match.start(1)) is not None:
        kind = "section"
    else:
        return
    last.tail = Line(last.start + match.start(1), last.end, mark, kind, value=words)
    last.end = last.start + len(stem)
    last.text = stem
