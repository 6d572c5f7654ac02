"""Where every character of a raw article went: the counts add up to its length."""

from collections import Counter
from collections.abc import Sequence

from parley.intake.blocks import Line
from parley.intake.raw import Raw


def account(raw: Raw, lines: Sequence[Line]) -> dict[str, int]:
    """Characters (code points) by where they went; their sum is `raw.length`.

    Paragraph kinds by their names, boilerplate as `boilerplate:share`; `white_space` is what
    stands between paragraphs, line ends included. Not in the text: `bom`, `carriage_return` (of
    CR LF), `front_matter`, `markup` (tags and page furniture of a page), `record` (a JSONL line's
    other fields and syntax).
    """
    counts: Counter[str] = Counter()
    for line in lines:
        counts[f"{line.kind}:{line.name}" if line.name else line.kind] += line.end - line.start
        if line.tail is not None:
            counts[line.tail.kind] += line.tail.end - line.tail.start
    counts["white_space"] = len(raw.text) - counts.total()
    counts.update(raw.dropped)
    return {name: count for name, count in sorted(counts.items()) if count}
