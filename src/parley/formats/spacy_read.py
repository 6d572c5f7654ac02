"""spaCy's DocBin read: files of Parley without loss, and any other's entities and span groups.

A file of Parley says everything in `doc.user_data["annotations"]`. Of any other, entities and the
spans of every group are marks: `kb_id_` stands as `entity` (of an event as `event`), `id_` as
`span_id`, custom attributes (`span._.NAME`) by their own names. A group named like one of `GROUPS`,
or like a layer, tells the layer. A span without a label has its group's name as one. An entity that
a group has as well, with its label, is one mark.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parley import json_io
from parley.document import Paragraph
from parley.formats.foreign import listed, unreadable
from parley.formats.standoff import Link, Mark, Standoff
from parley.incidents import stop
from parley.ontology import LAYERS

#: Span group -> the layer of its spans.
GROUPS = {
    "mentions": "entity",
    "triggers": "event",
    "sources": "attribution",
    "cues": "attribution",
    "contents": "attribution",
    "stances": "stance",
}
#: Key of `doc.user_data` that has everything.
CONTENT = "annotations"
#: What spaCy raises on bytes that are no DocBin, or one that contradicts itself.
_BAD = (
    *(ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError),
    *(zlib.error, struct.error, AssertionError),
)


def read(path: Path) -> Iterator[Standoff]:
    """The documents of a file, or of the `.spacy` files of a folder.

    Raises `IncidentError`: I001 no file, S005 spaCy is not installed. Faults of a document: I001 no
    DocBin, or a document of it that cannot be read.
    """
    try:
        from spacy.vocab import Vocab
    except ImportError:
        raise stop(
            "S005", "spacy", "the library is not installed", do="pip install 'parley[spacy]'"
        ) from None
    vocab = Vocab()
    for file, name in listed(path, ".spacy"):
        yield from _file(file, name, vocab)


def _file(file: Path, name: str, vocab: Any) -> Iterator[Standoff]:
    from spacy.tokens import DocBin

    stem = file.name.rsplit(".", 1)[0]
    number = 0
    try:
        docs = DocBin().from_bytes(file.read_bytes()).get_docs(vocab)
        for number, doc in enumerate(docs, 1):
            yield _document(doc, stem if number == 1 else f"{stem}-{number}", f"{name}#{number}")
    except _BAD as error:
        what = f"document {number + 1} cannot be read: {type(error).__name__}: {error}"[:200]
        fault = unreadable(name, what, expected="a spaCy DocBin")
        yield Standoff(stem if not number else f"{stem}-{number + 1}", "", faults=[fault])


def _document(doc: Any, name: str, where: str) -> Standoff:
    known = doc.user_data.get("doc_id")
    found = Standoff(known if isinstance(known, str) and known else name, doc.text)
    content = doc.user_data.get(CONTENT)
    if isinstance(content, str):
        try:
            return _own(found, json_io.loads(content.encode()), where)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            what = f"user_data[{CONTENT!r}] cannot be read: {error}"[:200]
            expected = "what Parley writes there"
            found = Standoff(found.doc_id, doc.text)
            found.faults.append(unreadable(where, what, expected=expected))
    if doc.has_annotation("SENT_START"):
        found.sentences = [(sent.start_char, sent.end_char) for sent in doc.sents]
    custom: dict[Any, dict[str, str]] = {}
    for key, value in doc.user_data.items():
        # ("._.", name, start, end) is how spaCy keeps a custom attribute of a span.
        if isinstance(key, tuple) and len(key) == 4 and key[0] == "._." and value is not None:
            custom.setdefault(key[2:], {})[str(key[1])] = str(value)
    seen = set()
    groups = [(group, list(spans)) for group, spans in sorted(doc.spans.items())]
    for group, spans in (*groups, ("", list(doc.ents))):
        layer = GROUPS.get(group, group if group in LAYERS else "" if group else "entity")
        for span in spans:
            key = (span.start_char, span.end_char, span.label_)
            if not group and key in seen:
                continue
            seen.add(key)
            told = {"event" if layer == "event" else "entity": span.kb_id_, "span_id": span.id_}
            attributes = {one: value for one, value in told.items() if value}
            attributes |= custom.get(key[:2], {})
            mark = f"x{len(found.marks) + 1}"
            label = span.label_ or group
            found.marks.append(Mark(mark, layer, label, [key[:2]], attributes, f"{where}/{mark}"))
    return found


def _own(found: Standoff, content: Any, where: str) -> Standoff:
    """Adds what Parley wrote. Raises where it is not of that shape."""
    for item, layer, label, spans, attributes in content["marks"]:
        places = [(_int(start), _int(end)) for start, end in spans]
        kept = {_str(name): _str(value) for name, value in attributes.items()}
        at = f"{where}/{_str(item)}"
        found.marks.append(Mark(item, _str(layer), _str(label), places, kept, at))
    for head, tail, label in content["links"]:
        found.links.append(Link(_str(head), _str(tail), _str(label), where))
    found.layers = tuple(_str(layer) for layer in content["layers"])
    found.about = {_str(name): _str(value) for name, value in content["about"].items()}
    found.paragraphs = [
        Paragraph(_int(start), _int(end), _str(kind)) for start, end, kind in content["paragraphs"]
    ]
    found.sentences = [(_int(start), _int(end)) for start, end in content["sentences"]]
    return found


def _int(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r:.60} is no offset")
    return value


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.60} is no text")
    return value
