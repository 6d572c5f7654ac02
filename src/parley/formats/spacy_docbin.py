"""spaCy's DocBin: whole documents, read with `DocBin().from_disk(path).get_docs(vocab)`.

doc.ents has names (of those that overlap the longest, then the first), doc.spans has `mentions`,
`triggers`, `sources`, `cues`, `contents` and `stances`, all of them, nested ones too; sentence
starts are set. A span's `id_` is the annotation's (the parts of an attribution have the
attribution's), its `kb_id_` the registry entity or event. Spans have no attributes of their own in
a DocBin, so these are in `doc.user_data`, each as JSON text:

    parley        the gold line, as predictions are written
    annotations   attributes and exact spans by id, links, layers, metadata, paragraphs, sentences

A span that begins or ends inside a token is widened to it in the groups; `annotations` has it as it
is, so that nothing is missing when the file is read here.

The arrays of the DocBin are filled here, as `DocBin.add` (spaCy 3.8) fills them from a Doc: a Doc
holds each token and each span as an object, which took nearly half of the time. The tests hold the
file to what spaCy packs of the same documents.
"""

import struct
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any

from parley import files, json_io
from parley.dataset.tokens import tokens
from parley.formats.foreign import about
from parley.formats.source import Source, Written
from parley.formats.spacy_read import CONTENT, GROUPS, read
from parley.formats.standoff import PARTS, Link, Mark, of
from parley.incidents import stop

__all__ = ["FILE", "GROUPS", "export", "read"]

FILE = "parley.spacy"


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes `parley.spacy`. Raises `IncidentError` (S005) where spaCy is not installed."""
    try:
        from spacy.tokens import DocBin
    except ImportError:
        raise stop(
            "S005", "spacy", "the library is not installed", do="pip install 'parley[spacy]'"
        ) from None
    made = Written([FILE])
    packed = DocBin(store_user_data=True)
    ids = _Ids()
    # One for all: srsly's msgpack_dumps looks for plug-ins of the whole environment at each call.
    packer: Any = import_module("srsly.msgpack").Packer(use_bin_type=True)
    for document in documents:
        _add(document, packed, ids, packer.pack, made)
    packed.strings.update(ids)
    files.write(out / FILE, packed.to_bytes())
    return made


class _Ids(dict[str, int]):
    """The id of a string in spaCy: a number of spaCy's own names, else a hash."""

    def __init__(self) -> None:
        from spacy.strings import StringStore

        self._add = StringStore().add

    def __missing__(self, key: str) -> int:
        found = self[key] = int(self._add(key))
        return found


def _add(
    document: Source, packed: Any, ids: _Ids, dumps: Callable[[Any], bytes], made: Written
) -> None:
    """Puts a document into a DocBin."""
    import numpy
    from spacy import attrs

    words, spaces = _words(document.text)
    # spaCy holds a text as tokens and single spaces; ours are made so that nothing is lost.
    whole = [word + " " if space else word for word, space in zip(words, spaces, strict=True)]
    assert "".join(whole) == document.text
    starts = [0, *accumulate(map(len, whole[:-1]))] if whole else []
    columns = {attr: number for number, attr in enumerate(packed.attrs)}
    array = numpy.zeros((len(words), len(columns)), dtype="uint64")
    array[:, columns[attrs.ORTH]] = numpy.array([ids[word] for word in words], dtype="uint64")
    # Not the first of a sentence is -1 in spaCy.
    array[:, columns[attrs.SENT_START]] = 2**64 - 1
    for start in {0, *(sentence.start for sentence in document.sentences)}:
        at = bisect_left(starts, start)
        if starts[at : at + 1] == [start]:
            array[at, columns[attrs.SENT_START]] = 1

    groups: dict[str, list[bytes]] = {name: [] for name in GROUPS}
    marks, links = of(document.annotations)
    names = []
    for mark in marks:
        group = _group(mark)
        known = mark.attributes.get("entity") or mark.attributes.get("event") or ""
        item = mark.id.rpartition("-")[0] if group in ("sources", "contents") else mark.id
        said = (ids[item], ids[known], ids[mark.attributes.get("label", mark.label)])
        for start, end in mark.spans:
            first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1)
            place = starts[first], starts[last - 1] + len(words[last - 1])
            groups[group].append(_SPAN.pack(*said, first, last, *place))
            if place != (start, end):
                made.lost["edges of spans inside tokens"] += 1
            if group == "mentions" and mark.attributes.get("mention_type", "name") == "name":
                names.append((first, last, said))
    made.held += Counter({name: len(spans) for name, spans in groups.items()})
    places = [_OUTSIDE] * len(words)
    told = [(0, 0, 0)] * len(words)
    for first, last, said in _apart(names):
        places[first:last] = [_BEGIN] + [_INSIDE] * (last - first - 1)
        told[first:last] = [said] * (last - first)
    array[:, columns[attrs.ENT_IOB]] = places
    for number, attr in enumerate((attrs.ENT_ID, attrs.ENT_KB_ID, attrs.ENT_TYPE)):
        array[:, columns[attr]] = numpy.array([item[number] for item in told], dtype="uint64")

    content = {
        "doc_id": document.doc_id,
        "parley": json_io.dumps(document.row).decode(),
        CONTENT: json_io.dumps(_content(document, marks, links)).decode(),
    }
    packed.tokens.append(array)
    packed.spaces.append(numpy.array(spaces, dtype=bool).reshape(-1, 1))
    packed.flags.append({"has_unknown_spaces": False})
    packed.cats.append({})
    packed.user_data.append(dumps(content))
    packed.span_groups.append(
        dumps(
            {
                dumps({"name": name, "attrs": {}, "spans": spans}): [name]
                for name, spans in groups.items()
            }
        )
    )


#: A span of a group: id, entity, label; tokens; characters.
_SPAN = struct.Struct(">QQQllll")
_INSIDE, _OUTSIDE, _BEGIN = 1, 2, 3
_Name = tuple[int, int, tuple[int, int, int]]


def _apart(names: Sequence[_Name]) -> list[_Name]:
    """Names that do not overlap: the longest, of these the first (spaCy's `filter_spans`)."""
    taken: set[int] = set()
    found = []
    for name in sorted(names, key=lambda name: (name[0] - name[1], name[0])):
        if name[0] not in taken and name[1] - 1 not in taken:
            found.append(name)
            taken.update(range(name[0], name[1]))
    return found


_GROUPS = {"entity": "mentions", "event": "triggers", "stance": "stances"}
_PARTS = {label: f"{part}s" for part, label in PARTS.items()}


def _group(mark: Mark) -> str:
    return _PARTS[mark.label] if mark.layer == "attribution" else _GROUPS[mark.layer]


def _content(document: Source, marks: Sequence[Mark], links: Sequence[Link]) -> dict[str, Any]:
    """All that spans have no place for, as `spacy_read` reads it."""
    return {
        "marks": [[mark.id, mark.layer, mark.label, mark.spans, mark.attributes] for mark in marks],
        "links": [[link.head, link.tail, link.label] for link in links],
        "layers": list(document.annotations.layers),
        "about": about(document),
        "paragraphs": [[item.start, item.end, item.kind] for item in document.paragraphs],
        "sentences": [
            [sentence.start, sentence.start + len(sentence.text)] for sentence in document.sentences
        ],
    }


def _words(text: str) -> tuple[list[str], list[bool]]:
    """Tokens and white space as spaCy has them: a space behind a token is the token's own, other
    white space is a token by itself."""
    words: list[str] = []
    spaces: list[bool] = []
    at = 0
    for word, start in zip(*tokens(text)[:2], strict=True):
        if at != start:
            _gap(text[at:start], words, spaces)
        words.append(word)
        spaces.append(False)
        at = start + len(word)
    _gap(text[at:], words, spaces)
    return words, spaces


def _gap(gap: str, words: list[str], spaces: list[bool]) -> None:
    if gap.startswith(" ") and words and not words[-1].isspace():
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)
