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
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from parley.document import Paragraph, Span
from parley.formats.conllu_brackets import Bracket, Reader, fields_of, unpaired
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


def read(path: Path) -> Iterator[Standoff]:
    """The documents of a file, or of the `.conllu` files of a folder.

    Raises `IncidentError` (I001) where there is no file. Faults of a document: I001 not CoNLL-U at
    all, I002 a line or a bracket, I201 words against `# text`.
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
    header: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    length: int = 0
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
        self.header |= {
            name: value
            for name, value in comments.items()
            if name.startswith(("global.", "meta::"))
        }
        self.own |= "global.Attribution" in comments
        if any(name in comments for name in ("newpar", "newpar id")):
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
        begun = len(self.words)
        told: list[str] = []
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
            if _WORD.fullmatch(name):
                self.syntax.append((begun, name, cells[6], cells[3]))
                if int(name) != expected:
                    what = say("an id out of order", got=name, expected=str(expected))
                    self._fault("I002", line, what)
                expected = int(name) + 1
                if int(name) <= inside:
                    self.words.append(shares.pop(0) if shares else self.words[-1])
                    self._misc(misc, line, spaced=False)
                    continue
                self._misc_before(misc)
                told.append(self._word(form))
                self.words.append((self.length - len(form), self.length))
                self._misc(misc, line)
            elif match := _RANGE.fullmatch(name):
                first, last = int(match[1]), int(match[2])
                if first != expected or last < first:
                    what = say("a multiword token out of order", got=name, expected=str(expected))
                    self._fault("I002", line, what)
                    continue
                inside = last
                self._misc_before(misc)
                told.append(self._word(form))
                shares = self._shares(sentence, first, inside, form)
                self._misc(misc, line, marks=False)
            elif _EMPTY.fullmatch(name):
                self.words.append(None)
                self.syntax.append((begun, name, "", "_"))
                self._misc(misc, line, spaced=False)
            else:
                what = say("no id of a word", got=name, expected="1, 1-2 or 1.1")
                self._fault("I002", line, what)
        places = [place for place in self.words[begun:] if place is not None]
        if places:
            self.sentences.append((places[0][0], places[-1][1]))
            self._paragraph(sentence, places)
        self._text(sentence, told)

    def _text(self, sentence: _Sentence, told: list[str]) -> None:
        """Words against the comment `text`; the document has the words."""
        said = sentence.comments.get("text")
        if said is not None and " ".join(said.split()) != " ".join("".join(told).split()):
            self._fault(
                "I201",
                sentence.places["text"],
                say("# text and the words disagree", got=said, expected=show("".join(told))),
            )

    def _paragraph(self, sentence: _Sentence, places: list[Span]) -> None:
        if not self.kind:
            return
        if self.paragraphs and not any(name.startswith("newpar") for name in sentence.comments):
            last = self.paragraphs.pop()
            self.paragraphs.append(Paragraph(last.start, places[-1][1], last.kind))
        else:
            self.paragraphs.append(Paragraph(places[0][0], places[-1][1], self.kind))

    def _word(self, form: str) -> str:
        """Puts a form behind the text; gives it with the white space before it."""
        gap = self.gap[0]
        self.parts += [gap, form]
        self.length += len(gap) + len(form)
        return gap + form

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
            self.gap = (" ", False)
        if misc == "_":
            return
        for item in misc.split("|"):
            name, _, value = item.partition("=")
            if spaced and name == "SpaceAfter" and value == "No":
                self.gap = ("", False)
            elif spaced and name == "SpacesAfter":
                gap = _unescaped(value)
                if gap.strip():
                    what = say("SpacesAfter is not white space", got=value, expected="\\s, \\n …")
                    self._fault("I002", line, what)
                else:
                    self.gap = (gap, True)
            elif name in LAYERS and marks and (self.own or name == "Entity"):
                if name not in self.readers:
                    self.readers[name] = Reader(fields_of(self.header, name))
                self.readers[name].word(value, len(self.words) - 1, line)
            elif name in ("Bridge", "SplitAnte", "Split"):
                self.ignored += len(value.split(","))

    def done(self) -> Standoff:
        """The document, complete. White space at its end is kept where the file spells it out."""
        gap, spelled = self.gap
        if spelled or self.own:
            self.parts.append(gap)
        found = Standoff(
            self.doc_id,
            "".join(self.parts),
            about={
                name: value for name in ABOUT if (value := self.header.get(f"meta::{name}", ""))
            },
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

    def _marks(self, key: str, reader: Reader, found: Standoff) -> None:
        known = _identities(reader.found)
        for bracket in sorted(reader.found, key=lambda item: (item.parts, item.line)):
            spans = [self._span(first, last) for first, last in sorted(bracket.parts)]
            kept = [span for span in spans if span is not None]
            if len(kept) < len(spans):
                what = f"{key}: the mark {show(bracket.name, 60)} is on empty nodes alone"
                self._fault("I002", bracket.line, what)
                continue
            label = unquote(bracket.fields.pop("etype", "") or bracket.fields.pop("label", ""))
            where = f"{self.file}:{bracket.line}"
            mark = Mark("", LAYERS[key], label, kept, {}, where)
            if key != "Entity":
                mark.id = unquote(bracket.name)
                mark.attributes = dict(unpaired(bracket.fields.get("attributes", "")))
                for role, tail in unpaired(bracket.fields.get("links", "")):
                    found.links.append(Link(mark.id, tail, role, where))
            else:
                mark.attributes = self._attributes(bracket, known)
                mark.id = mark.attributes.pop("id", "") if self.own else ""
                mark.id = mark.id or f"m{len(found.marks) + 1}"
            found.marks.append(mark)

    def _attributes(self, bracket: Bracket, known: dict[str, str | None]) -> dict[str, str]:
        """What the fields of a mention say, and what it refers to."""
        found: dict[str, str] = {}
        for name, value in bracket.fields.items():
            if name == "other":
                found |= unpaired(value)
            elif value and name != "head":
                found[name] = unquote(value) if name == "identity" else value
        if self.own:
            return found
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
        given = bracket.fields.get("head", "")
        counted = words[int(given) - 1 :] if _WORD.fullmatch(given) else []
        outside = [word for word in words if (word[0], word[2]) not in inside]
        tags = [tag for _, _, _, tag in (*counted[:1], *outside) if tag != "_"]
        return tags[0] if tags else ""

    def _span(self, first: int, last: int) -> Span | None:
        """From the first word with a text to the last."""
        places = [place for place in self.words[first : last + 1] if place is not None]
        return (places[0][0], max(end for _, end in places)) if places else None


def _identities(brackets: Sequence[Bracket]) -> dict[str, str | None]:
    """What mentions refer to, by group: the identity that all of its mentions have who have one;
    None for groups of several mentions without it."""
    names: dict[str, set[str]] = {}
    sizes = Counter(bracket.name for bracket in brackets)
    for bracket in brackets:
        names.setdefault(bracket.name, set())
        if identity := bracket.fields.get("identity"):
            names[bracket.name].add(unquote(identity))
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
