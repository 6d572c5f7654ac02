"""Where the places of a text went when the text was edited."""

import re
from bisect import bisect_right
from difflib import SequenceMatcher

from parley.document import Span

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")

#: A replaced stretch: start and end in the old text, start and end in the new.
Edit = tuple[int, int, int, int]


class Shift:
    """The edits between two texts, and where spans of the old one are in the new.

    Edits are whole words: what `difflib.SequenceMatcher` leaves of the words, white space and
    marks of both texts.
    """

    def __init__(self, old: str, new: str) -> None:
        self.edits = edits(old, new)
        self._starts = [edit[0] for edit in self.edits]

    def span(self, span: Span) -> Span | None:
        """Where a span is: where its first and its last character went, None where either was
        edited. What stands between them may have changed."""
        start, end = span
        first, last = self._kept(start), self._kept(end - 1)
        return None if first is None or last is None else (first, last + 1)

    def around(self, span: Span) -> Span:
        """Where a span is, an edge inside an edit being the edge of what replaced it."""
        start, end = span
        first, last = self._edge(start, 2), self._edge(end - 1, 3)
        return first, last

    def _edit(self, at: int) -> Edit | None:
        """The last edit that starts at or before a place."""
        found = bisect_right(self._starts, at) - 1
        # Words put in before a place do not hold it; an edit that holds it comes with them.
        return self.edits[found] if found >= 0 else None

    def _kept(self, at: int) -> int | None:
        edit = self._edit(at)
        if edit is None:
            return at
        return None if at < edit[1] else at - edit[1] + edit[3]

    def _edge(self, at: int, side: int) -> int:
        edit = self._edit(at)
        if edit is not None and at < edit[1]:
            return edit[side]
        moved = at if edit is None else at - edit[1] + edit[3]
        return moved + 1 if side == 3 else moved


def edits(old: str, new: str) -> list[Edit]:
    """The stretches of `old` that were replaced, in order; none touch."""
    if old == new:
        return []
    before = [match.span() for match in _TOKEN.finditer(old)]
    after = [match.span() for match in _TOKEN.finditer(new)]
    words = [old[start:end] for start, end in before]
    others = [new[start:end] for start, end in after]
    # What both texts begin and end with is found at once; only the middle is worth a search.
    shared = min(len(words), len(others))
    head = next((at for at in range(shared) if words[at] != others[at]), shared)
    tail = next(
        (at for at in range(shared - head) if words[-1 - at] != others[-1 - at]), shared - head
    )
    one, other = words[head : len(words) - tail], others[head : len(others) - tail]
    found: list[Edit] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            found.append((*_range(before, head + a, head + b), *_range(after, head + c, head + d)))
    return found


def _range(spans: list[Span], first: int, last: int) -> Span:
    """Code points of the tokens from `first` to before `last`."""
    if first < last:
        return spans[first][0], spans[last - 1][1]
    at = spans[first][0] if first < len(spans) else spans[-1][1] if spans else 0
    return at, at
