"""Scores of attributions: who said (source), by which words (cue), and what (content).

Each part is one or more spans. Gold and predictions are aligned one to one, in this order:

1. those equal in all three parts;
2. of the rest, candidates are pairs whose cues or contents share a code point. Among all one-to-one
   choices the one is taken with the most pairs of the same cue; then the largest total overlap of
   cues, then of contents, then of sources (code points in both over code points in either).

A shared source alone makes no candidate: one speaker has many cues. Every metric reads this one
alignment, so none exceeds 1 and the order of a file plays no part.

    source, cue, content    pairs in which the part is equal: all its spans, or no span on either
                            side (an implicit source equals an implicit source)
    source overlap, …       each pair adds tokens in both over tokens in either (Jaccard), 1 where
                            the part is equal; tokens of `parley.dataset.tokens` that the spans
                            touch, code points where the document has no text
    whole                   all three parts equal
    whole overlap           the mean of the three overlaps
    attached                whole, and nested alike: no parent on either side, or parents that are
                            aligned with each other

The parts are those of PARC 3.0 (Pareti 2016). The alignment is ours: scorers that add up the
overlap of every pair (BBC's Citron does) can exceed 1.

`whole` and `content overlap` are also given by depth of nesting (`depth 1` is not nested): recall
by gold's depth, precision by the predicted one. A side in which no attribution of any document has
the key `parent` gets its nesting from containment (`parley.document.containment`), as gold does;
where the key is used, leaving it out says not nested. An unknown parent is none.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from parley.dataset.tokens import tokens
from parley.document import containment
from parley.memory import uncollected
from parley.pairing import merged, overlap
from parley.predictions.inputs import Inputs
from parley.scoring.errors import Error, Span
from parley.scoring.keys import in_order, tally
from parley.scoring.matching import Ints, assign, equal_pairs, overlap_pairs, pack, summed
from parley.scoring.measure import Floats, Key, Measure

JSON = dict[str, Any]
Parts = tuple[Span, ...]
LAYER = "attributions"
#: The parts of an attribution, in the order of the report.
PARTS = ("source", "cue", "content")
#: Depths from here on are one label.
DEEP = 3
#: Overlap shares are compared to this precision when candidates compete.
_SHARE = 1000


@dataclass(frozen=True, slots=True)
class _Side:
    """Attributions of all documents; `parent` is a position in the same lists, or -1.

    `parts[p][i]` are the spans of part `PARTS[p]` of item i in text order. `number[p]` says which
    parts of a document are equal, on both sides alike, and `whole` which attributions are; `order`
    ranks a document's items by all that they say.
    """

    document: Ints
    parts: tuple[list[Parts], list[Parts], list[Parts]]
    parent: Ints
    depth: Ints
    number: tuple[Ints, Ints, Ints]
    whole: Ints
    order: Ints


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Pairs of positions, and for each pair and part whether it is equal and how much it overlaps
    (pairs × parts)."""

    gold: Ints
    predicted: Ints
    equal: Floats
    overlap: Floats


@uncollected()
def score(inputs: Inputs) -> tuple[list[Measure], list[Error]]:
    """Measures over all attributions and by depth, and the errors.

    Errors of a pair: `boundary` for each part that differs, labelled with the part's name on both
    sides (spans: the part's on each side); `wrong parent` where the cue is right (spans: the cue's,
    then those of the parent's cue; labels: `nested` or `top level`). An attribution without a pair
    is missing, spurious, or a duplicate where gold has its equal (spans: those of all its parts).
    """
    gold, predicted = _sides(inputs)
    pairs = _measured(inputs, gold, predicted, *_align(gold, predicted))
    return _measures(len(inputs), gold, predicted, pairs), in_order(_errors(gold, predicted, pairs))


# -------------------------------------------------------------------------------------- reading
def _sides(inputs: Inputs) -> tuple[_Side, _Side]:
    raw = [_read(rows) for rows in (inputs.gold, inputs.predicted)]
    cut = len(raw[0])
    both = [*raw[0], *raw[1]]
    document = _column(item.document for item in both)
    numbers = []
    for part in range(len(PARTS)):
        known: dict[tuple[int, Parts], int] = {}
        numbers.append(
            _column(
                known.setdefault((item.document, item.parts[part]), len(known)) for item in both
            )
        )
    whole = np.unique(pack(*numbers), return_inverse=True)[1].astype(np.int64)
    # What an item says, its parent's words included: more tells two equal ones apart.
    says: list[list[Any]] = [[] for _ in range(len(inputs))]
    keys = []
    for items in raw:
        for item in items:
            over = items[item.parent].parts if item.parent >= 0 else ()
            keys.append((item.parts[1], item.parts[2], item.parts[0], item.depth, over))
            says[item.document].append(keys[-1])
    ranks = [{key: rank for rank, key in enumerate(sorted(set(known)))} for known in says]
    order = _column(ranks[item.document][key] for item, key in zip(both, keys, strict=True))

    def side(items: Sequence[_Item], place: slice) -> _Side:
        return _Side(
            document[place],
            (
                [item.parts[0] for item in items],
                [item.parts[1] for item in items],
                [item.parts[2] for item in items],
            ),
            _column(item.parent for item in items),
            _column(item.depth for item in items),
            (numbers[0][place], numbers[1][place], numbers[2][place]),
            whole[place],
            order[place],
        )

    return side(raw[0], slice(cut)), side(raw[1], slice(cut, None))


@dataclass(slots=True)
class _Item:
    document: int
    parts: tuple[Parts, Parts, Parts]
    parent: int = -1
    depth: int = 1


def _read(rows: Sequence[JSON]) -> list[_Item]:
    """The attributions of one side, in the order of its rows."""
    derived = not any("parent" in item for row in rows for item in row[LAYER])
    found: list[_Item] = []
    for document, row in enumerate(rows):
        base = len(found)
        items = row[LAYER]
        for item in items:
            parts = _parts(item["source"]), _parts(item["cue"]), _parts(item["content"])
            found.append(_Item(document, parts))
        place = {item["id"]: base + number for number, item in enumerate(items)}
        if derived:
            # Without a cue, an attribution is made where its content is.
            parents, _ = containment(
                [(item["id"], item["cue"] or item["content"], item["content"]) for item in items],
                (),
            )
        else:
            parents = [item.get("parent") for item in items]
        for item, parent in zip(found[base:], parents, strict=True):
            item.parent = -1 if parent is None else place.get(parent, -1)
        for item in found[base:]:
            # Faulty predictions may nest in a circle, which ends where it closes.
            seen, above = 1, found[item.parent] if item.parent >= 0 else None
            while above is not None and above is not item and seen <= len(items):
                seen, above = seen + 1, found[above.parent] if above.parent >= 0 else None
            item.depth = seen
    return found


def _parts(spans: Sequence[Sequence[int]]) -> Parts:
    if len(spans) == 1:
        return ((spans[0][0], spans[0][1]),)
    return tuple(sorted((start, end) for start, end in spans))


def _column(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


# ------------------------------------------------------------------------------------- aligning
def _align(gold: _Side, predicted: _Side) -> tuple[Ints, Ints]:
    """Positions of the pairs, on each side."""
    ours, theirs = (np.lexsort((side.order, side.whole)) for side in (gold, predicted))
    equal = equal_pairs(gold.whole[ours], predicted.whole[theirs])
    exact = ours[equal.a], theirs[equal.b]
    left = (
        np.setdiff1d(np.arange(len(gold.document)), exact[0]),
        np.setdiff1d(np.arange(len(predicted.document)), exact[1]),
    )
    overlaps: list[tuple[Ints, Ints]] = []
    width = len(left[1]) + 1
    for part in range(len(PARTS)):
        spans_a, spans_b = _spans(gold, part, left[0]), _spans(predicted, part, left[1])
        found = overlap_pairs(*spans_a[1:], *spans_b[1:])
        both = summed(spans_a[0][found.a], spans_b[0][found.b], found.length)
        either = _size(spans_a)[both.a] + _size(spans_b)[both.b] - both.length
        overlaps.append((both.a * width + both.b, both.length * _SHARE // either))
    candidate = np.union1d(overlaps[1][0], overlaps[2][0])
    a, b = candidate // width, candidate % width
    source, cue, content = (_of(candidate, codes, share) for codes, share in overlaps)
    same_cue = gold.number[1][left[0][a]] == predicted.number[1][left[1][b]]
    # Two attributions without a cue have none in common.
    same_cue &= cue > 0
    chosen = assign(
        a,
        b,
        [same_cue.astype(np.int64), cue, content, source],
        gold.order[left[0]],
        predicted.order[left[1]],
    )
    return (
        np.concatenate([exact[0], left[0][chosen.a]]),
        np.concatenate([exact[1], left[1][chosen.b]]),
    )


_Spans = tuple[Ints, Ints, Ints, Ints]


def _spans(side: _Side, part: int, rows: Ints) -> _Spans:
    """(place in `rows`, document, start, end) of every span of a part; none overlaps another."""
    flat = [
        (place, start, end)
        for place, row in enumerate(rows.tolist())
        for start, end in merged(side.parts[part][row])
    ]
    place, start, end = np.array(flat, dtype=np.int64).reshape(-1, 3).T
    return place, side.document[rows[place]], start, end


def _size(spans: _Spans) -> Ints:
    """Code points of each item that has any."""
    place, _, start, end = spans
    size = np.zeros(int(place.max(initial=-1)) + 1, np.int64)
    np.add.at(size, place, end - start)
    return size


def _of(candidate: Ints, codes: Ints, values: Ints) -> Ints:
    """The value of each candidate, 0 where `codes`, which are sorted, do not have it."""
    if not len(codes):
        return np.zeros(len(candidate), np.int64)
    at = np.minimum(np.searchsorted(codes, candidate), len(codes) - 1)
    found: Ints = np.where(codes[at] == candidate, values[at], 0)
    return found


# ------------------------------------------------------------------------------------ measuring
def _measured(inputs: Inputs, gold: _Side, predicted: _Side, ours: Ints, theirs: Ints) -> _Aligned:
    equal = np.stack(
        [gold.number[part][ours] == predicted.number[part][theirs] for part in range(3)], axis=-1
    ).astype(np.float64)
    shared = equal.copy()
    found: dict[int, tuple[list[int], list[int]] | None] = {}
    for pair, part in np.argwhere(equal == 0).tolist():
        one, two = int(ours[pair]), int(theirs[pair])
        document = int(gold.document[one])
        if document not in found:
            text = inputs.texts[document]
            found[document] = None if text is None else tokens(text)[1:]
        shared[pair, part] = jaccard(
            gold.parts[part][one], predicted.parts[part][two], found[document]
        )
    return _Aligned(ours, theirs, equal, shared)


def jaccard(a: Parts, b: Parts, edges: tuple[list[int], list[int]] | None) -> float:
    """Tokens that both touch over tokens that either touches; 0 where neither touches any.

    `edges` are the starts and the ends of the document's tokens; without, code points count.
    """
    if edges is not None:
        starts, ends = edges
        a, b = (
            tuple(
                (bisect_right(ends, start), bisect_left(starts, end))
                for start, end in merged(parts)
            )
            for parts in (a, b)
        )
    ours, theirs = merged(a), merged(b)
    both = overlap(ours, theirs)
    either = sum(end - start for start, end in (*ours, *theirs)) - both
    return both / either if either > 0 else 0.0


def _measures(documents: int, gold: _Side, predicted: _Side, pairs: _Aligned) -> list[Measure]:
    whole = pairs.equal.min(axis=1, initial=1.0)
    found = {name: pairs.equal[:, part] for part, name in enumerate(PARTS)}
    found |= {f"{name} overlap": pairs.overlap[:, part] for part, name in enumerate(PARTS)}
    found["whole"] = whole
    found["whole overlap"] = pairs.overlap.mean(axis=1)
    found["attached"] = whole * _nested_alike(gold, predicted, pairs)

    measures = []
    totals = [
        tally(documents, side.document, np.arange(len(side.document))) for side in (gold, predicted)
    ]
    for name, value in found.items():
        matched = np.bincount(gold.document[pairs.gold], value, minlength=documents)
        counts: Floats = np.column_stack([matched, totals[1], totals[0]]).astype(np.float64)
        measures.append(Measure(Key(LAYER, name), "f1", counts))

    depths = [np.minimum(side.depth, DEEP) - 1 for side in (gold, predicted)]
    levels = sorted({*np.unique(depths[0]).tolist(), *np.unique(depths[1]).tolist()})
    place_of = np.zeros(DEEP, np.int64)
    place_of[levels] = np.arange(len(levels))
    ours, theirs = (
        place_of[depth] * documents + side.document
        for depth, side in zip(depths, (gold, predicted), strict=True)
    )
    places = len(levels) * documents
    sizes = [np.bincount(place, minlength=places) for place in (theirs, ours)]
    for name in ("whole", "content overlap"):
        recalled = np.bincount(ours[pairs.gold], found[name], minlength=places)
        right = np.bincount(theirs[pairs.predicted], found[name], minlength=places)
        counts = np.column_stack([right, sizes[0], recalled, sizes[1]]).astype(np.float64)
        for level, table in zip(levels, counts.reshape(len(levels), documents, 4), strict=True):
            label = f"depth {level + 1}{'+' if level + 1 == DEEP else ''}"
            measures.append(Measure(Key(LAYER, name, label), "prf", table))
    return measures


def _nested_alike(gold: _Side, predicted: _Side, pairs: _Aligned) -> Floats:
    """1 for each pair whose parents are aligned, or which has none on either side; else 0."""
    # By what the parents say, not by which they are: nothing tells repeated ones apart.
    width = int(predicted.whole.max(initial=0)) + 1
    aligned = np.unique(gold.whole[pairs.gold] * width + predicted.whole[pairs.predicted])
    above = gold.parent[pairs.gold], predicted.parent[pairs.predicted]
    # A parent of none is looked up at -1, and not used.
    codes = gold.whole[above[0]] * width + predicted.whole[above[1]]
    both = (above[0] >= 0) & (above[1] >= 0)
    none = (above[0] < 0) & (above[1] < 0)
    alike: Floats = (none | (both & np.isin(codes, aligned))).astype(np.float64)
    return alike


# --------------------------------------------------------------------------------------- errors
def _errors(gold: _Side, predicted: _Side, pairs: _Aligned) -> list[Error]:
    errors = []
    ours, theirs = pairs.gold.tolist(), pairs.predicted.tolist()
    for pair, part in np.argwhere(pairs.equal == 0).tolist():
        one, two = ours[pair], theirs[pair]
        spans = gold.parts[part][one], predicted.parts[part][two]
        document = int(gold.document[one])
        errors.append(Error(LAYER, "boundary", document, *spans, PARTS[part], PARTS[part]))
    alike = _nested_alike(gold, predicted, pairs)
    for pair in np.flatnonzero((alike == 0) & (pairs.equal[:, 1] == 1)).tolist():
        sides = [_under(gold, ours[pair]), _under(predicted, theirs[pair])]
        (spans_a, label_a), (spans_b, label_b) = sides
        document = int(gold.document[ours[pair]])
        errors.append(Error(LAYER, "wrong parent", document, spans_a, spans_b, label_a, label_b))
    for row in np.setdiff1d(np.arange(len(gold.document)), pairs.gold).tolist():
        errors.append(Error(LAYER, "missing", int(gold.document[row]), gold=_all(gold, row)))
    known = set(gold.whole.tolist())
    for row in np.setdiff1d(np.arange(len(predicted.document)), pairs.predicted).tolist():
        kind = "duplicate" if int(predicted.whole[row]) in known else "spurious"
        document = int(predicted.document[row])
        errors.append(Error(LAYER, kind, document, predicted=_all(predicted, row)))
    return errors


def _all(side: _Side, row: int) -> Parts:
    return tuple(sorted(span for part in side.parts for span in part[row]))


def _under(side: _Side, row: int) -> tuple[Parts, str]:
    """An attribution's cue with that of its parent, and whether it has one."""
    parent = int(side.parent[row])
    if parent < 0:
        return side.parts[1][row], "top level"
    return (*side.parts[1][row], *side.parts[1][parent]), "nested"
