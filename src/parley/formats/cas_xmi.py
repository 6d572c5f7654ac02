"""UIMA CAS XMI, as WebAnno and INCEpTION read it: a file a document, and `TypeSystem.xml`.

Mentions, events, attributions and stances are custom span layers, arguments and parts link features
(see `cas_types`); names are DKPro's `NamedEntity` as well, for tools that know no other. Sentences,
tokens, paragraphs and metadata are DKPro's. Offsets are UTF-16 code units, as UIMA counts.

The XML is written here, not by dkpro-cassis, which takes many times as long for this fixed set of
types (scripts/bench/formats_linguistic.py); the tests load every file with it.

XML 1.0 has no place for some control characters: a document with one is left out and counted.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from parley import files
from parley.formats import cas_types as types
from parley.formats.cas_read import read
from parley.formats.foreign import about
from parley.formats.source import Source, Written
from parley.formats.standoff import PARTS, Mark, of
from parley.markup import NOT_XML

__all__ = ["TYPE_SYSTEM", "export", "read"]

TYPE_SYSTEM = "TypeSystem.xml"
_ESCAPED = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        # Else a parser makes spaces of them.
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)
_LAYERS = {
    "entity": types.MENTION,
    "event": types.EVENT,
    "attribution": types.ATTRIBUTION,
    "stance": types.STANCE,
}
#: What is known of a document and DKPro has no feature for.
_ARTICLE = ("form", "published", "source", "status", "section", "facts")
_NAMES = {name: called for name, (called, _) in types.prefixes().items()}
_SPACES = "".join(
    f' xmlns:{prefix}="{uri}"'
    for prefix, uri in dict.fromkeys(
        (called.partition(":")[0], uri) for called, uri in types.prefixes().values()
    )
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" '
    f'xmlns:cas="http:///uima/cas.ecore"{_SPACES} xmi:version="2.0">\n'
)


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes `DOC.xmi` for each document, and `TypeSystem.xml`."""
    made = Written([TYPE_SYSTEM])
    files.write(out / TYPE_SYSTEM, types.type_system())
    for document in documents:
        data = _Writer(document).data()
        if NOT_XML.search(data):
            made.lost["documents with characters that XML 1.0 does not allow"] += 1
            made.lost += _counts(document)
            continue
        name = f"{document.doc_id}.xmi"
        files.write(out / name, data.encode())
        made.files.append(name)
        made.held += _counts(document)
    return made


def _counts(document: Source) -> Counter[str]:
    found = document.annotations
    return +Counter(
        {
            "mentions": len(found.mentions),
            "events": len(found.events),
            "arguments": sum(len(event.arguments) for event in found.events),
            "attributions": len(found.attributions),
            "stances": len(found.stances),
        }
    )


class _Writer:
    """The elements of one document."""

    def __init__(self, document: Source) -> None:
        self.document = document
        self.elements: list[str] = []
        self.members: list[int] = []
        self.last = 1
        text = document.text
        #: Code point -> UTF-16 code unit; None where they are the same.
        self.units = (
            None
            if not text or max(text) <= "\uffff"
            else list(accumulate((1 + (char > "\uffff") for char in text), initial=0))
        )

    def data(self) -> str:
        document = self.document
        told = about(document)
        self._add(
            types.METADATA,
            f' sofa="1"{self._place(0, len(document.text))}',
            {
                "language": told.get("language"),
                "documentTitle": told.get("title"),
                "documentId": document.doc_id,
                "collectionId": told.get("story"),
            },
        )
        self._add(
            types.ARTICLE,
            ' sofa="1"',
            {
                **{name: told.get(name) for name in _ARTICLE},
                "layers": " ".join(document.annotations.layers),
            },
        )
        for paragraph in document.paragraphs:
            self._span(types.PARAGRAPH, paragraph.start, paragraph.end, divType=paragraph.kind)
        for sentence in document.sentences:
            end = sentence.start + len(sentence.text)
            self._span(types.SENTENCE, sentence.start, end, id=sentence.id)
        for sentence in document.sentences:
            for start, end in sentence.tokens:
                self._span(types.TOKEN, start, end)
        self._marks()
        text = document.text.translate(_ESCAPED)
        members = " ".join(map(str, self.members))
        return (
            f"{_HEAD}{''.join(self.elements)}"
            '<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" '
            f'sofaString="{text}"/>\n<cas:View sofa="1" members="{members}"/>\n</xmi:XMI>\n'
        )

    def _marks(self) -> None:
        marks, links = of(self.document.annotations)
        heads: dict[str, list[tuple[str, str]]] = {}
        for link in links:
            heads.setdefault(link.head, []).append((link.label, link.tail))
        parts = {link.tail for link in links if link.label in ("source", "content")}
        whole: list[Mark] = []
        for mark in marks:
            whole.append(mark)
            for number, span in enumerate(mark.spans[1:], 2):
                piece = Mark(f"{mark.id}-q{number}", mark.layer, PARTS["cue"], [span])
                whole.append(piece)
                parts.add(piece.id)
                heads.setdefault(mark.id, []).append(("cue", piece.id))
        # Numbers first: links may go forward.
        ids = {mark.id: self.last + number for number, mark in enumerate(whole, 1)}
        self.last += len(whole)
        for mark in whole:
            kind = _LAYERS[mark.layer]
            features: dict[str, str | None] = {"id": mark.id}
            if mark.layer == "attribution" and mark.id in parts:
                kind = types.PART
            if kind not in (types.ATTRIBUTION, types.STANCE):
                features["label"] = mark.label
            features |= mark.attributes
            start, end = mark.spans[0]
            wanted = heads.get(mark.id)
            more = ""
            if wanted:
                name, called = types.LINKS[kind]
                numbers = [self._link(called, role, ids[tail]) for role, tail in wanted]
                more = f' {name}="{" ".join(numbers)}"'
            self._add(kind, f' sofa="1"{self._place(start, end)}{more}', features, ids[mark.id])
            if mark.layer == "entity" and mark.attributes.get("mention_type", "name") == "name":
                self._span(
                    *(types.NAMED_ENTITY, start, end),
                    value=mark.label,
                    identifier=mark.attributes.get("entity"),
                )

    def _link(self, kind: str, role: str, target: int) -> str:
        self.last += 1
        called = _NAMES[kind]
        self.elements.append(
            f'<{called} xmi:id="{self.last}" role="{role.translate(_ESCAPED)}" '
            f'target="{target}"/>\n'
        )
        return str(self.last)

    def _span(self, kind: str, start: int, end: int, **features: str | None) -> None:
        self._add(kind, f' sofa="1"{self._place(start, end)}', features)

    def _add(
        self, kind: str, fixed: str, features: dict[str, Any], number: int | None = None
    ) -> None:
        """An element that the view lists; features that are None are left out."""
        if number is None:
            self.last += 1
            number = self.last
        self.members.append(number)
        more = "".join(
            [
                f' {name}="{value.translate(_ESCAPED)}"'
                for name, value in features.items()
                if value is not None
            ]
        )
        self.elements.append(f'<{_NAMES[kind]} xmi:id="{number}"{fixed}{more}/>\n')

    def _place(self, start: int, end: int) -> str:
        if self.units is not None:
            start, end = self.units[start], self.units[end]
        return f' begin="{start}" end="{end}"'
