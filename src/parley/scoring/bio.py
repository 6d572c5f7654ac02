"""The flat view of labelled spans that BIO tags can say, for comparison with other work.

What strict IOB2 tags of a document would hold (Ramshaw and Marcus 1995; seqeval 1.2.2 with
`mode="strict", scheme=IOB2` reads the same entities back): each span is widened to the tokens that
it touches; of spans that share a token only one can be tagged, and that is the longest in code
points, then the first, then the one whose label comes first.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from parley.dataset.tokens import tokens
from parley.scoring.matching import Ints
from parley.scoring.spans import Sides, Spans


def flatten(sides: Sides, texts: Sequence[str | None]) -> tuple[Ints, Ints]:
    """Tagged entities of gold and of predictions: rows of document, first token, end token, label.

    Tokens are those of `parley.dataset.tokens`; code points where a document has no text. Ends are
    exclusive. A span that touches no token (white space) has no tag.
    """
    gold, predicted = sides.gold, sides.predicted
    first = np.concatenate([gold.start, predicted.start])
    last = np.concatenate([gold.end, predicted.end])
    document = np.concatenate([gold.document, predicted.document])
    order = np.argsort(document, kind="stable")
    cuts = np.searchsorted(document[order], np.arange(sides.documents + 1))
    for at, text in enumerate(texts):
        here = order[cuts[at] : cuts[at + 1]]
        if text is not None and len(here):
            _, starts, ends = tokens(text)
            begin, stop = first[here], last[here]
            first[here] = np.searchsorted(ends, begin, side="right")
            touched = np.searchsorted(starts, stop, side="left")
            last[here] = np.where(begin < stop, touched, first[here])
    cut = len(gold)
    return _outermost(gold, first[:cut], last[:cut]), _outermost(predicted, first[cut:], last[cut:])


def _outermost(spans: Spans, first: Ints, last: Ints) -> Ints:
    """Rows of document, first, last and label of the spans that get a tag."""
    some = np.flatnonzero(first < last)
    some = some[np.lexsort((first[some], spans.document[some]))]
    rows = np.stack([spans.document, first, last, spans.label], axis=1)[some]
    group = _groups(rows)
    kept = np.bincount(group, minlength=1)[group] == 1
    start = spans.start[some]
    order = np.lexsort((rows[:, 3], start, start - spans.end[some], group))
    crowded = order[~kept[order]]
    previous = -1
    begins: list[int] = []
    stops: list[int] = []
    for at, this, begin, stop in zip(
        crowded.tolist(), group[crowded].tolist(), *rows[crowded, 1:3].T.tolist(), strict=True
    ):
        if this != previous:
            previous, begins, stops = this, [], []
        # What is kept is disjoint: only the last one that begins before `stop` can be in the way.
        place = bisect_left(begins, stop)
        if place == 0 or stops[place - 1] <= begin:
            begins.insert(place, begin)
            stops.insert(place, stop)
            kept[at] = True
    found: Ints = rows[kept]
    return found


def _groups(rows: Ints) -> Ints:
    """A number for each row, the same for rows connected by overlap; rows sorted by place."""
    if not len(rows):
        return np.zeros(0, np.int64)
    # Ends as ranks: with the document in front, the highest so far never leaks into the next one.
    _, ranks = np.unique(rows[:, 1:3], return_inverse=True)
    first, last = ranks.reshape(-1, 2).T
    shift = rows[:, 0] * (int(last.max()) + 1)
    reached = np.maximum.accumulate(shift + last)
    found: Ints = np.concatenate([[0], np.cumsum((shift + first)[1:] >= reached[:-1])])
    return found
