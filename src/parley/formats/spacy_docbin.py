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
"""

from collections.abc import Sequence
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
        from spacy.vocab import Vocab
    except ImportError:
        raise stop(
            "S005", "spacy", "the library is not installed", do="pip install 'parley[spacy]'"
        ) from None
    made = Written([FILE])
    # Of a language nothing is needed: what it says of words is not in the file.
    vocab = Vocab()
    packed = DocBin(store_user_data=True)
    for document in documents:
        packed.add(_doc(document, vocab, made))
    files.write(out / FILE, packed.to_bytes())
    return made


def _doc(document: Source, vocab: Any, made: Written) -> Any:
    from spacy.tokens import Doc, Span
    from spacy.util import filter_spans

    words, spaces = _words(document.text)
    starts = {sentence.start for sentence in document.sentences}
    # Of a span that begins or ends in a token, the token.
    owner: list[int] = []
    begins: list[bool | int | None] = []
    for number, (word, space) in enumerate(zip(words, spaces, strict=True)):
        begins.append(len(owner) in starts or not number)
        owner += [number] * (len(word) + space)
    doc = Doc(vocab, words=words, spaces=spaces, sent_starts=begins)
    # spaCy holds a text as tokens and single spaces; ours are made so that nothing is lost.
    assert doc.text == document.text
    groups: dict[str, list[Any]] = {name: [] for name in GROUPS}
    marks, links = of(document.annotations)
    names = []
    for mark in marks:
        group = _group(mark)
        known = mark.attributes.get("entity") or mark.attributes.get("event") or ""
        item = mark.id.rpartition("-")[0] if group in ("sources", "contents") else mark.id
        label = mark.attributes.get("label", mark.label)
        for start, end in mark.spans:
            span = Span(
                doc, owner[start], owner[end - 1] + 1, label=label, kb_id=known, span_id=item
            )
            groups[group].append(span)
            made.held[group] += 1
            if (span.start_char, span.end_char) != (start, end):
                made.lost["edges of spans inside tokens"] += 1
        if group == "mentions" and mark.attributes.get("mention_type", "name") == "name":
            names.append(groups[group][-1])
    doc.set_ents(filter_spans(names))
    for name, spans in groups.items():
        doc.spans[name] = spans
    doc.user_data["doc_id"] = document.doc_id
    doc.user_data["parley"] = json_io.dumps(document.row).decode()
    doc.user_data[CONTENT] = json_io.dumps(_content(document, marks, links)).decode()
    return doc


def _group(mark: Mark) -> str:
    if mark.layer != "attribution":
        return {"entity": "mentions", "event": "triggers", "stance": "stances"}[mark.layer]
    return next(f"{part}s" for part, label in PARTS.items() if label == mark.label)


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
