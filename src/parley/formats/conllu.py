"""CoNLL-U: a word a line, with entities as CorefUD has them, and every other layer beside them.

One file a split. Its text can be rebuilt exactly: white space that is not one space stands in
`SpacesAfter` (UDPipe's escapes; `\\uXXXX` for white space that they do not name), and lines
outside the reading text are sentences, too. There is no syntax: LEMMA to DEPS are empty.

- `Entity`: mentions, as in CorefUD 1.x (`# global.Entity = eid-etype-other`). Mentions of one
  registry entity share an eid; `other` has the mention's id and attributes.
- `Event`, `Attribution`, `Stance`: triggers, parts of attributions and expressions in the same
  brackets, fields `id-label-attributes-links`; a link is `role:id`. `Mention` has mentions that
  cross the end of a sentence, which CorefUD's tools do not read.
- `# meta::NAME`: what is known of the document (GUM's form); `layers` are those annotated.

A span that begins or ends inside a token has no place, nor has what cannot stand without it.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from parley import files
from parley.dataset.tokens import tokens
from parley.document import Paragraph
from parley.formats.conllu_brackets import Words, escaped, pairs
from parley.formats.conllu_read import read
from parley.formats.foreign import about
from parley.formats.source import Source, Span, Written
from parley.formats.standoff import Link, Mark, of

__all__ = ["FILE", "export", "read"]

FILE = "parley.conllu"
#: Layer -> the key of its marks.
KEYS = {"event": "Event", "attribution": "Attribution", "stance": "Stance"}
_FIELDS = "id-label-attributes-links"
#: Layer -> what counts call its marks.
_NAMES = {"entity": "mentions", "event": "events", "attribution": "attributions"}
_ESCAPES = {" ": "\\s", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes `parley.conllu`."""
    made = Written([FILE])
    lines: list[str] = []
    cluster = 0
    for document in documents:
        cluster = _document(document, cluster, lines, made)
    files.write(out / FILE, "".join(line + "\n" for line in lines).encode())
    return made


def _document(document: Source, cluster: int, lines: list[str], made: Written) -> int:
    """Adds the lines of a document; gives the number of the file's last cluster."""
    sentences = list(_sentences(document))
    words = [span for _, spans in sentences for span in spans]
    if not words:
        made.lost["documents without words"] += 1
        return cluster
    keys: dict[str, Words] = {}
    cluster = _brackets(document, sentences, cluster, keys, made)
    misc: dict[int, list[str]] = {}
    for key in sorted(keys):
        for at, value in keys[key].values():
            misc.setdefault(at, []).append(f"{key}={value}")
    lines += [f"# newdoc id = {document.doc_id}", "# global.Entity = eid-etype-other"]
    lines += [f"# global.{key} = {_FIELDS}" for key in ("Mention", *KEYS.values())]
    lines += [f"# meta::{name} = {value}" for name, value in about(document).items()]
    lines.append(f"# meta::layers = {' '.join(document.annotations.layers)}")
    text, number = document.text, 0
    inside: Paragraph | None = None
    paragraphs = iter(sorted(document.paragraphs, key=lambda item: item.start))
    paragraph = next(paragraphs, None)
    for name, spans in sentences:
        while paragraph is not None and paragraph.end <= spans[0][0]:
            paragraph = next(paragraphs, None)
        if paragraph is None or paragraph.start > spans[0][0]:
            lines.append("# newpar")
            inside = None
        elif paragraph is not inside:
            lines += ["# newpar", f"# newpar_kind = {paragraph.kind}"]
            inside = paragraph
        lines.append(f"# sent_id = {name}")
        rows: list[str] = []
        line: list[str] = []
        for place, (start, end) in enumerate(spans, 1):
            upto = words[number + 1][0] if number + 1 < len(words) else len(text)
            word, gap = text[start:end], text[end:upto]
            found = misc.get(number, [])
            if not gap:
                found.append("SpaceAfter=No")
            elif gap != " ":
                found.append(f"SpacesAfter={_spaces(gap)}")
            if number == 0 and start:
                found.append(f"SpacesBefore={_spaces(text[:start])}")
            rows.append(f"{place}\t{word}\t_\t_\t_\t_\t_\t_\t_\t{'|'.join(found) or '_'}")
            line.append(word + " " if gap else word)
            number += 1
        lines.append(f"# text = {''.join(line).rstrip(' ')}")
        lines += rows
        lines.append("")
    return cluster


def _sentences(document: Source) -> Iterator[tuple[str, Sequence[Span]]]:
    """Ids and words of the sentences of the reading text, and of the lines outside of it."""
    text, at, extra = document.text, 0, 0
    cuts = sorted({paragraph.start for paragraph in document.paragraphs})
    for sentence in (*document.sentences, None):
        upto = len(text) if sentence is None else sentence.start
        if text[at:upto].strip():
            for start, end in _lines(text, at, upto, cuts):
                _, starts, ends = tokens(text[start:end])
                if starts:
                    extra += 1
                    found = [(start + a, start + b) for a, b in zip(starts, ends, strict=True)]
                    yield f"{document.doc_id}:x{extra}", found
        if sentence is not None:
            at = sentence.start + len(sentence.text)
            if sentence.tokens:
                yield sentence.id, sentence.tokens


def _lines(text: str, start: int, end: int, cuts: Sequence[int]) -> Iterator[Span]:
    """Lines of a stretch of the text, cut where paragraphs begin."""
    for match in re.finditer(r"[^\n]+", text[start:end]):
        first, last = start + match.start(), start + match.end()
        for cut in (*(cut for cut in cuts if first < cut < last), last):
            yield first, cut
            first = cut


def _brackets(
    document: Source,
    sentences: Sequence[tuple[str, Sequence[Span]]],
    cluster: int,
    keys: dict[str, Words],
    made: Written,
) -> int:
    """Gathers the brackets of every mark that whole words hold; counts the others."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    within: list[int] = []
    for at, (_, spans) in enumerate(sentences):
        for start, end in spans:
            first[start] = last[end] = len(within)
            within.append(at)
    marks, links = of(document.annotations)
    places: dict[str, list[Span]] = {}
    for mark in marks:
        ends = [(first.get(start, -1), last.get(end, -1)) for start, end in mark.spans]
        if all(a >= 0 and b >= a for a, b in ends):
            places[mark.id] = ends
    kept = _kept(marks, links, places, made)
    wanted = {mark.id for mark in kept}
    heads: dict[str, list[tuple[str, str]]] = {}
    for link in links:
        if link.head in wanted and link.tail in wanted:
            heads.setdefault(link.head, []).append((link.label, link.tail))
    clusters: dict[str, _Cluster] = {}
    for mark in kept:
        place, attributes = places[mark.id], mark.attributes
        one = mark.layer == "entity" and within[place[0][0]] == within[place[0][1]]
        if one:
            same = clusters.setdefault(attributes.get("entity", f"\0{mark.id}"), _Cluster())
            if same.crosses(place[0]):
                # Two brackets of one eid that cross could not be told apart.
                same = _Cluster()
            if not same.eid:
                cluster += 1
                same.eid = f"e{cluster}"
            other = pairs([("id", mark.id), *attributes.items()])
            keys.setdefault("Entity", Words()).add(same.eid, (escaped(mark.label), other), place)
        else:
            key = KEYS.get(mark.layer, "Mention")
            fields = (
                escaped(mark.label),
                pairs(attributes.items()),
                pairs(heads.get(mark.id, ())),
            )
            keys.setdefault(key, Words()).add(escaped(mark.id), fields, place)
    return cluster


class _Cluster:
    """Mentions of one entity, in text order: the eid, and the mentions that are still open."""

    def __init__(self) -> None:
        self.eid = ""
        self._open: list[Span] = []

    def crosses(self, words: Span) -> bool:
        """Whether a mention begins inside an earlier one and ends behind it; else remembers it."""
        while self._open and self._open[-1][1] <= words[0]:
            self._open.pop()
        if self._open and self._open[-1][1] < words[1]:
            return True
        self._open.append(words)
        return False


def _kept(
    marks: Sequence[Mark], links: Sequence[Link], places: dict[str, list[Span]], made: Written
) -> list[Mark]:
    """The marks that can be held: those of whole words, less what would not mean the same without
    another one: an attribution without one of its parts, a stance without holder or target."""
    layers = {mark.id: mark.layer for mark in marks}
    held = set(places)
    # A stance may hang on an event or a mention, never on a stance: one pass does.
    held -= {
        link.head
        for link in links
        if layers.get(link.head) in ("attribution", "stance") and link.tail not in held
    }
    parts = {link.tail: link.head for link in links if layers.get(link.head) == "attribution"}
    held -= {part for part, head in parts.items() if head not in held}
    for mark in marks:
        if mark.id not in parts:
            name = _NAMES.get(mark.layer, "stances")
            if mark.id in held:
                made.held[name] += 1
            else:
                made.lost[f"{name} that are no whole words"] += 1
    for link in links:
        if layers.get(link.head) == "event":
            if link.head in held and link.tail in held:
                made.held["arguments"] += 1
            else:
                made.lost["arguments"] += 1
    return [mark for mark in marks if mark.id in held]


def _spaces(gap: str) -> str:
    return "".join(_ESCAPES.get(char) or f"\\u{ord(char):04x}" for char in gap)
