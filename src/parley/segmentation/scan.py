"""Find the stops of a text and cut it into sentences at those that end one."""

from __future__ import annotations

import re

from parley.segmentation.rules import ends_sentence, plainly_ends

# A run of marks with what closes after it (quotes, brackets, note numbers, an emoticon), then
# whatever space is before the next word. All behind the mark is optional, so it matches wherever a
# mark stands and no run is read twice: that keeps the whole scan linear. The groups are not
# possessive: Python 3.11.2 matches such groups wrongly (3.11.7 does not).
_STOP = re.compile(
    r"(?P<stop>[.!?…‼⁇⁈⁉][.!?…‼⁇⁈⁉\"'”’»›)\]}*]*+(?:\[\d{1,3}\])*"
    r"(?:\s[:;]-?[()DP](?!\S)|\s[”’»)\]](?!\S))?)\s*+"
)


def spans(text: str) -> list[tuple[int, int]]:
    """The sentences of ``text``; see :func:`parley.segmentation.sentences`."""
    found: list[tuple[int, int]] = []
    offset = 0
    # A paragraph of news is a line, however the source marks its end.
    for line in text.splitlines(keepends=True):
        end = offset + len(line.rstrip())
        start = offset + len(line) - len(line.lstrip())
        offset += len(line)
        if start >= end:
            continue
        for stop in _STOP.finditer(text, start, end):
            mark, close = stop.span(1)
            following = stop.end()
            if close < following < end and (
                plainly_ends(text, start, mark, close, following)
                or ends_sentence(text, start, mark, close, following, end)
            ):
                found.append((start, close))
                start = following
        found.append((start, end))
    return found
