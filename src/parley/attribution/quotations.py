"""Quotations that begin or end in another sentence than their cue (guideline A6)."""

from collections.abc import Sequence

from parley.attribution.sentence import QUOTE, Saying
from parley.document import Span


def stretch(text: str, item: Saying, line: int, limit: int) -> None:
    """A content that closes a quotation opened in a sentence before begins at its opening mark."""
    first, last = item.content[0]
    inside = text[first:last]
    closing = inside.find("”")
    if closing >= 0 and "“" not in inside[:closing]:
        opening = text.rfind("“", line, first)
        if opening >= 0 and "”" not in text[opening:first]:
            item.content[0] = (opening, last)


def continue_quotes(
    text: str,
    said: Sequence[Saying],
    sentences: Sequence[Span],
    starts: Sequence[int],
    kinds: dict[int, tuple[int, str]],
) -> None:
    """Quotations that go on: in further sentences of the paragraph, and over paragraphs (A6)."""
    held = sorted(part for item in said for part in item.content)
    lines = [(start, kinds[start][0]) for start in starts if kinds[start][1] == "body"]
    for item in said:
        first, last = item.content[-1]
        line = next(((a, b) for a, b in lines if a <= first < b), None)
        if line is None or not any(mark in text[first:last] for mark in QUOTE):
            continue
        opened = text.count("“", first, last) - text.count("”", first, last)
        # The rest of a quotation that the sentence left open.
        if opened > 0:
            close = text.find("”", last, line[1])
            item.content[-1] = (first, close + 1 if close >= 0 else line[1])
            at = lines.index(line) + 1
            while close < 0 and at < len(lines) and text.startswith("“", lines[at][0]):
                start, end = lines[at]
                close = text.find("”", start, end)
                item.content.append((start, close + 1 if close >= 0 else end))
                at += 1
            continue
        # Further sentences of the paragraph wholly in quotation marks, without a cue.
        behind = max(end for _, end in (*item.content, *item.cue, *item.source))
        for start, end in sentences:
            if start <= behind or end > line[1]:
                continue
            if any(a < end and start < b for a, b in held):
                break
            words = text[start:end].rstrip()
            if not (words[:1] in ("“", '"') and words.rstrip(".")[-1:] in ("”", '"')):
                break
            item.content.append(
                (start, start + len(words.rstrip(".")) if words[-1:] == "." else start + len(words))
            )
