"""CoNLL-U read: the text rebuilt from words and spaces, and marks from brackets.

Any treebank of Universal Dependencies, with or without `Entity`. Documents begin at `# newdoc`,
paragraphs at `# newpar` (or `NewPar=Yes` at a word); sentences of a paragraph are parted by a
space, paragraphs by a line end, unless `SpacesAfter` says more exactly. A multiword token is in the
text in its own form; a mark on some of its words is as wide as the token, unless the words together
spell it. Empty nodes have no text.

Mentions are those of `Entity` (CorefUD 1.x; GUM of any version). Their ids count from `m1` in each
document, or are those that Parley wrote. Fields stand as attributes under the header's names, those
of `other` by their own names. What more than one mention refers to is `group`, the file's id of it,
which means something in this document alone; where the mentions have one `identity` (GUM's
Wikipedia title), it is `entity`, the title, for all of them. `upos` is the tag of the mention's
head: the word that `head` counts to, or the one whose own head is outside.
Bridging links and split antecedents are set aside (I005).

GUM's `meta::dateCreated` is when a text was published. A document whose words are withheld (GUM has
underscores for those of its Reddit texts) is refused: it has no text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from parley.document import Paragraph, Span
from parley.formats.conllu_brackets import Bracket, Reader, fields_of, unescaped, unpaired
from parley.formats.foreign import ABOUT, listed, unreadable
from parley.formats.standoff import Link, Mark, Standoff
from parley.incidents import Incident, say, show

#: Key of MISC -> the layer of its marks.
LAYERS = {
    "Entity": "entity",
    "Mention": "entity",
    "Event": "event",
    "Attribution": "attribution",
    "Stance": "stance",
}
_UNESCAPED = {"s": " ", "t": "\t", "n": "\n", "r": "\r", "p": "|", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_WORD = re.compile(r"[1-9][0-9]{0,5}")
_RANGE = re.compile(r"([1-9][0-9]{0,5})-([1-9][0-9]{0,5})")
_EMPTY = re.compile(r"(?:0|[1-9][0-9]{0,5})\.[1-9][0-9]{0,5}")
_NEWPAR = ("newpar", "newpar id")
#: White space behind a word, and whether the file spells it out.
_SPACE = (" ", False)
_NOTHING = ("", False)


def read(path: Path) -> Iterator[Standoff]:
    """The documents of a file, or of the `.conllu` files of a folder.

    Raises `IncidentError` (I001) where there is no file. Faults of a document: I001 not CoNLL-U at
    all, I002 a line or a bracket, I201 words against `# text`, I202 words are withheld.
    """
    for file, name in listed(path, ".conllu"):
        yield from _file(file, name)


def _file(file: Path, name: str) -> Iterator[Standoff]:
    stem = file.name.split(".")[0]
    data = file.read_bytes()
    try:
        lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = unreadable(name, f"not UTF-8: {error.reason}", expected="CoNLL-U", line=line)
        yield Standoff(stem, "", faults=[fault])
        return
    current: _Document | None = None
    number = 0
    for sentence in _sentences(lines):
        if current is None or "newdoc" in sentence.comments or "newdoc id" in sentence.comments:
            if current is not None:
                yield current.done()
            number += 1
            named = sentence.comments.get("newdoc id") or sentence.comments.get("newdoc")
            # CorefUD says once in a file what the fields are.
            header = current.header if current is not None else {}
            header = {key: one for key, one in header.items() if key.startswith("global.")}
            named = named or (stem if number == 1 else f"{stem}-{number}")
            current = _Document(named, name, header=header)
        current.add(sentence)
    if current is None:
        fault = unreadable(name, "no sentence", expected="CoNLL-U")
        yield Standoff(stem, "", faults=[fault])
    else:
        yield current.done()


@dataclass(slots=True)
class _Sentence:
    """A block of lines: comments by name, rows with their line numbers."""

    comments: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[int, str]] = field(default_factory=list)


def _sentences(lines: list[str]) -> Iterator[_Sentence]:
    found = _Sentence()
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            name, _, value = line[1:].partition("=")
            name = name.strip()
            if name.startswith(("newdoc id", "newpar id")):
                name = name[:9]
            found.comments[name] = value.strip()
            found.places[name] = number
        elif line.strip():
            found.rows.append((number, line))
        elif found.rows:
            yield found
            found = _Sentence()
    if found.rows:
        yield found


@dataclass(slots=True)
class _Document:
    """A document as it grows, sentence by sentence."""

    doc_id: str
    file: str
    own: bool = False
    #: Keys of MISC that are read.
    keys: Sequence[str] = ("Entity",)
    header: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    #: The line of its first word.
    line: int | None = None
    #: The white space behind the last word, and whether the file spells it out.
    gap: tuple[str, bool] = ("", True)
    #: The places of words; those without text have none.
    words: list[Span | None] = field(default_factory=list)
    #: Of each the sentence, its id there, the id of its head, and its part of speech.
    syntax: list[tuple[int, str, str, str]] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    kind: str = ""
    readers: dict[str, Reader] = field(default_factory=dict)
    faults: list[Incident] = field(default_factory=list)
    ignored: int = 0

    def add(self, sentence: _Sentence) -> None:
        comments = sentence.comments
        for name, value in comments.items():
            if name.startswith(("global.", "meta::")):
                self.header[name] = value
        if "global.Attribution" in comments:
            self.own, self.keys = True, tuple(LAYERS)
        if self.line is None:
            self.line = sentence.rows[0][0]
        if any(name in comments for name in _NEWPAR):
            self._newpar()
            self.kind = comments.get("newpar_kind", "") if self.own else ""
        self._rows(sentence)

    def _newpar(self) -> None:
        gap, spelled = self.gap
        if self.parts and not self.own and not (spelled and "\n" in gap):
            self.gap = ("\n", True)

    def _fault(self, code: str, line: int | None, message: str) -> None:
        self.faults.append(Incident(code, self.file, message, line, self.doc_id))

    def _rows(self, sentence: _Sentence) -> None:
        words, parts = self.words, self.parts
        begun, written = len(words), len(parts)
        inside = 0  # the last word of the multiword token that we are in
        shares: list[Span] = []
        expected = 1
        for line, row in sentence.rows:
            cells = row.split("\t")
            if len(cells) != 10:
                what = say("a line of the wrong width", got=len(cells), expected="10 columns")
                self._fault("I002", line, what)
                continue
            name, form, misc = cells[0], cells[1], cells[9]
            due = name == str(expected)
            if due or _WORD.fullmatch(name):
                if not self.own:
                    self.syntax.append((begun, name, cells[6], cells[3]))
                if not due:
                    what = say("an id out of order", got=name, expected=str(expected))
                    self._fault("I002", line, what)
                expected = int(name) + 1
                if expected <= inside + 1:
                    words.append(shares.pop(0) if shares else words[-1])
                    self._misc(misc, line, spaced=False)
                    continue
                if not parts or "NewPar=Yes" in misc:
                    self._misc_before(misc)
                gap = self.gap[0]
                parts += (gap, form)
                start = self.length + len(gap)
                self.length = start + len(form)
                words.append((start, self.length))
                # Most words have one of these two, which need no taking apart.
                if misc == "_":
                    self.gap = _SPACE
                elif misc == "SpaceAfter=No":
                    self.gap = _NOTHING
                else:
                    self._misc(misc, line)
            elif match := _RANGE.fullmatch(name):
                first, last = int(match[1]), int(match[2])
                if first != expected or last < first:
                    what = say("a multiword token out of order", got=name, expected=str(expected))
                    self._fault("I002", line, what)
                    continue
                inside = last
                if not parts or "NewPar=Yes" in misc:
                    self._misc_before(misc)
                gap = self.gap[0]
                parts += (gap, form)
                self.length += len(gap) + len(form)
                shares = self._shares(sentence, first, inside, form)
                self._misc(misc, line, marks=False)
            elif _EMPTY.fullmatch(name):
                words.append(None)
                self.syntax.append((begun, name, "", "_"))
                self._misc(misc, line, spaced=False)
            else:
                what = say("no id of a word", got=name, expected="1, 1-2 or 1.1")
                self._fault("I002", line, what)
        places = [place for place in words[begun:] if place is not None]
        if places:
            self.sentences.append((places[0][0], places[-1][1]))
            self._paragraph(sentence, places)
        self._text(sentence, "".join(parts[written:]))

    def _text(self, sentence: _Sentence, told: str) -> None:
        """Words against the comment `text`; the document has the words."""
        said = sentence.comments.get("text")
        # Most are the same to the letter; white space may differ.
        if said is None or said == told.strip() or said.split() == told.split():
            return
        self._fault(
            "I201",
            sentence.places["text"],
            say("# text and the words disagree", got=said, expected=show(told)),
        )

    def _paragraph(self, sentence: _Sentence, places: list[Span]) -> None:
        if not self.kind:
            return
        if self.paragraphs and not any(name.startswith("newpar") for name in sentence.comments):
            last = self.paragraphs.pop()
            self.paragraphs.append(Paragraph(last.start, places[-1][1], last.kind))
        else:
            self.paragraphs.append(Paragraph(places[0][0], places[-1][1], self.kind))

    def _shares(self, sentence: _Sentence, first: int, last: int, form: str) -> list[Span]:
        """Where the words of a multiword token are: its letters, if they are those of the words,
        else all of it for each."""
        start = self.length - len(form)
        count = last - first + 1
        rows = (row.split("\t") for _, row in sentence.rows)
        forms = {cells[0]: cells[1] for cells in rows if len(cells) == 10}
        inner = [forms.get(str(number), "") for number in range(first, min(last, first + 99) + 1)]
        if "".join(inner) != form:
            return [(start, start + len(form))] * min(count, len(sentence.rows))
        found = []
        for word in inner:
            found.append((start, start + len(word)))
            start += len(word)
        return found

    def _misc_before(self, misc: str) -> None:
        """What stands before a word: leading white space of a text, a paragraph's beginning."""
        if "NewPar=Yes" in misc.split("|"):
            self._newpar()
        if not self.parts:
            found = [item[13:] for item in misc.split("|") if item.startswith("SpacesBefore=")]
            spaces = _unescaped(found[0]) if found else ""
            self.gap = (spaces if not spaces.strip() else "", True)

    def _misc(self, misc: str, line: int, *, spaced: bool = True, marks: bool = True) -> None:
        """The space behind a word, and its brackets."""
        if spaced:
            self.gap = _SPACE
        if misc == "_":
            return
        for item in misc.split("|"):
            name, _, value = item.partition("=")
            if marks and name in self.keys:
                reader = self.readers.get(name)
                if reader is None:
                    reader = self.readers[name] = Reader(fields_of(self.header, name))
                reader.word(value, len(self.words) - 1, line)
            elif spaced and name == "SpaceAfter" and value == "No":
                self.gap = _NOTHING
            elif spaced and name == "SpacesAfter":
                gap = _unescaped(value)
                if gap.strip():
                    what = say("SpacesAfter is not white space", got=value, expected="\\s, \\n …")
                    self._fault("I002", line, what)
                else:
                    self.gap = (gap, True)
            elif name in ("Bridge", "SplitAnte", "Split"):
                self.ignored += len(value.split(","))

    def done(self) -> Standoff:
        """The document, complete. White space at its end is kept where the file spells it out."""
        gap, spelled = self.gap
        if spelled or self.own:
            self.parts.append(gap)
        text = "".join(self.parts)
        letters = len(text) - sum(map(text.count, " \n"))
        if not self.own and 2 * text.count("_") > letters:
            self._fault(
                "I202",
                self.line,
                say(
                    "the words are withheld: underscores",
                    got=text[:60],
                    expected="words",
                    do="restore them first (GUM: get_text.py), or leave the document out",
                ),
            )
            text = ""
        found = Standoff(
            self.doc_id,
            text,
            about=self._about(),
            paragraphs=self.paragraphs,
            sentences=self.sentences,
            faults=self.faults,
        )
        if self.own:
            found.layers = tuple(self.header.get("meta::layers", "").split())
        for key, reader in self.readers.items():
            reader.close()
            self._marks(key, reader, found)
            for line, what in reader.faults:
                self._fault("I002", line, f"{key}: {what}")
        if self.ignored:
            found.aside["I005"] = self.ignored
        found.faults.sort(key=lambda fault: fault.line or 0)
        return found

    def _about(self) -> dict[str, str]:
        """The metadata that the file has."""
        about = {name: value for name in ABOUT if (value := self.header.get(f"meta::{name}", ""))}
        created = self.header.get("meta::dateCreated", "")
        if "published" not in about and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", created):
            with suppress(ValueError):
                about["published"] = date.fromisoformat(created).isoformat()
        return about

    def _marks(self, key: str, reader: Reader, found: Standoff) -> None:
        known = {} if self.own else _identities(reader.found)
        layer, entities = LAYERS[key], key == "Entity"
        for bracket in sorted(reader.found, key=_order):
            parts = bracket.parts
            if len(parts) > 1:
                parts.sort()
            kept = [span for one in parts if (span := self._span(*one)) is not None]
            if len(kept) < len(parts):
                what = f"{key}: the mark {show(bracket.name, 60)} is on empty nodes alone"
                self._fault("I002", bracket.line, what)
                continue
            label = unescaped(bracket.get("etype") or bracket.get("label"))
            where = f"{self.file}:{bracket.line}"
            if not entities:
                name = unescaped(bracket.name)
                attributes = dict(unpaired(bracket.get("attributes")))
                for role, tail in unpaired(bracket.get("links")):
                    found.links.append(Link(name, tail, role, where))
            elif self.own:
                other = bracket.get("other")
                if other[:3] == "id:":
                    # Without its id, it is the same for many.
                    name, _, other = other[3:].partition(",")
                    name = unescaped(name) if "%" in name else name
                    attributes = dict(unpaired(other))
                else:
                    attributes = dict(unpaired(other))
                    name = attributes.pop("id", "")
            else:
                attributes = self._attributes(bracket, known)
                name = ""
            name = name or f"m{len(found.marks) + 1}"
            found.marks.append(Mark(name, layer, label, kept, attributes, where))

    def _attributes(self, bracket: Bracket, known: dict[str, str | None]) -> dict[str, str]:
        """What the fields of a mention say, and what it refers to."""
        found: dict[str, str] = {}
        label = "etype" if bracket.get("etype") else "label"
        for name, value in bracket.fields():
            if name == "other":
                found |= unpaired(value)
            elif value and name not in ("head", label):
                found[name] = unescaped(value) if name == "identity" else value
        if bracket.name in known:
            identity = known[bracket.name]
            found.pop("identity" if identity else "group", None)
            found["entity" if identity else "group"] = identity or bracket.name
        if upos := self._upos(bracket):
            found["upos"] = upos
        return found

    def _upos(self, bracket: Bracket) -> str:
        """The part of speech of a mention's head; empty where there is no syntax."""
        words = [
            word for first, last in sorted(bracket.parts) for word in self.syntax[first : last + 1]
        ]
        inside = {(sentence, name) for sentence, name, _, _ in words}
        given = bracket.get("head")
        counted = words[int(given) - 1 :] if _WORD.fullmatch(given) else []
        outside = [word for word in words if (word[0], word[2]) not in inside]
        tags = [tag for _, _, _, tag in (*counted[:1], *outside) if tag != "_"]
        return tags[0] if tags else ""

    def _span(self, first: int, last: int) -> Span | None:
        """From the first word with a text to the last."""
        begin, end = self.words[first], self.words[last]
        if begin is not None and end is not None:
            return begin[0], end[1]
        places = [place for place in self.words[first : last + 1] if place is not None]
        return (places[0][0], places[-1][1]) if places else None


def _order(bracket: Bracket) -> tuple[list[Span], int]:
    return bracket.parts, bracket.line


def _identities(brackets: Sequence[Bracket]) -> dict[str, str | None]:
    """What mentions refer to, by group: the identity that all of its mentions have who have one;
    None for groups of several mentions without it."""
    names: dict[str, set[str]] = {}
    sizes = Counter(bracket.name for bracket in brackets)
    for bracket in brackets:
        names.setdefault(bracket.name, set())
        if identity := bracket.get("identity"):
            names[bracket.name].add(unescaped(identity))
    return {
        group: next(iter(found)) if len(found) == 1 else None
        for group, found in names.items()
        if len(found) == 1 or sizes[group] > 1
    }


def _unescaped(value: str) -> str:
    def char(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) == 5:
            return chr(int(code[1:], 16))
        return _UNESCAPED.get(code, match[0])

    return _ESCAPE.sub(char, value)
