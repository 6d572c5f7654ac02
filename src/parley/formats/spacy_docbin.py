"""spaCy's DocBin: whole documents, read with `DocBin().from_disk(path).get_docs(vocab)`.

doc.ents has names (of those that overlap the longest, then the first), doc.spans has `mentions`,
`triggers`, `sources`, `cues` and `contents`, all of them, nested ones too; sentence starts are set.
doc.user_data["parley"] is the gold line as JSON text, from which nothing is missing: span groups
carry labels alone. A span that begins or ends inside a token is widened to it in the groups.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parley import files, json_io
from parley.dataset.tokens import tokens
from parley.formats.source import Source, Written
from parley.incidents import stop

FILE = "parley.spacy"
#: Key of a line -> the group of its spans.
GROUPS = ("mentions", "triggers", "sources", "cues", "contents")


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes `parley.spacy`. Raises `IncidentError` (S005) where spaCy is not installed."""
    try:
        import spacy
        from spacy.tokens import DocBin
    except ImportError:
        raise stop(
            "S005", "spacy", "the library is not installed", do="pip install 'parley[spacy]'"
        ) from None
    made = Written([FILE])
    vocab = spacy.blank("en").vocab
    packed = DocBin(store_user_data=True)
    for document in documents:
        packed.add(_doc(document, vocab, made))
    files.write(out / FILE, packed.to_bytes())
    return made


def _doc(document: Source, vocab: Any, made: Written) -> Any:
    from spacy.tokens import Doc
    from spacy.util import filter_spans

    words, spaces = _words(document.text)
    doc = Doc(vocab, words=words, spaces=spaces)
    # spaCy holds a text as tokens and single spaces; ours are made so that nothing is lost.
    assert doc.text == document.text
    starts = {sentence.start for sentence in document.sentences}
    for token in doc:
        token.is_sent_start = token.idx in starts or token.i == 0
    groups: dict[str, list[Any]] = {name: [] for name in GROUPS}

    def add(group: str, start: int, end: int, label: str) -> Any:
        span = doc.char_span(start, end, label=label, alignment_mode="expand")
        assert span is not None, "spans are not empty"
        groups[group].append(span)
        made.held[group] += 1
        if (span.start_char, span.end_char) != (start, end):
            made.lost["edges of spans inside tokens"] += 1
        return span

    names = []
    for item in document.row.get("mentions", ()):
        span = add("mentions", item["start"], item["end"], item["type"])
        if item.get("mention_type", "name") == "name":
            names.append(span)
    for item in document.row.get("events", ()):
        add("triggers", item["start"], item["end"], item["type"])
    for item in document.row.get("attributions", ()):
        for part in ("source", "cue", "content"):
            for start, end in item[part]:
                add(f"{part}s", start, end, item["id"])
    doc.set_ents(filter_spans(names))
    for name, spans in groups.items():
        doc.spans[name] = spans
    doc.user_data["doc_id"] = document.doc_id
    doc.user_data["parley"] = json_io.dumps(document.row).decode()
    return doc


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
