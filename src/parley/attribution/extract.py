"""The attributions of a document: sentence by sentence, then the quotations that go on."""

from collections.abc import Sequence

from parley.attribution.lexicon import Vocabulary
from parley.attribution.quotations import continue_quotes, stretch
from parley.attribution.reading import read
from parley.attribution.sentence import QUOTE, Name, Saying, Sentence
from parley.document import Span

#: Code points of a sentence that is read: each cue is looked at with all that stands before it.
LONGEST = 2_000


def extract(
    vocabulary: Vocabulary,
    text: str,
    paragraphs: Sequence[tuple[int, int, str]],
    sentences: Sequence[Span],
    names: Sequence[Name],
) -> list[Saying]:
    """The attributions of a text, each once, by cue, content and source.

    `paragraphs` are (start, end, kind) and `sentences` those to be read, both in text order and in
    code points, end exclusive; `names` are the mentions that sources are looked for among.
    """
    kinds = {start: (end, kind) for start, end, kind in paragraphs}
    starts = sorted(kinds)
    said: list[Saying] = []
    for start, end in sentences:
        line = max((first for first in starts if first <= start), default=start)
        limit, kind = kinds.get(line, (end, "body"))
        if end - start > LONGEST:
            continue
        inside = [item for item in names if start <= item.start < end]
        found = read(Sentence(vocabulary, text, start, end, kind, inside))
        for item in found:
            stretch(text, item, line, limit)
        said += found
    continue_quotes(text, said, sentences, starts, kinds)
    said = sorted(
        (item for item in said if item.content),
        key=lambda item: (item.cue, item.content, item.source),
    )
    return [item for place, item in enumerate(said) if not place or said[place - 1] != item]


def style(text: str, item: Saying) -> str:
    """`direct` where all of the content is quoted, `mixed` where some is, else `indirect`."""
    whole = [
        text[start] in QUOTE and not any(mark in text[start + 1 : end - 1] for mark in '”"»')
        for start, end in item.content
    ]
    if all(whole):
        return "direct"
    return (
        "mixed" if any(mark in text[a:b] for a, b in item.content for mark in '“”"') else "indirect"
    )
