"""Which annotation of one annotator answers which of another's: a one-to-one alignment.

Exact spans come first, so that a mention is never taken from its equal by a longer neighbour. What
is left is paired within each group of annotations that overlap, directly or through others, so that
the total overlap in code points is the largest possible; ties go to the pair that agrees in more.
Neither the order of the lists nor which annotator is called `a` changes who is paired with whom.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from parley.document import Annotations, Attribution, Event, Mention, Span, Stance

T = TypeVar("T")

#: Above this many annotations on the smaller side of a group of overlapping ones, the largest
#: overlap is taken first instead of the best total: exact assignment takes cubic time.
EXACT = 100


@dataclass(frozen=True, slots=True)
class Pairs(Generic[T]):
    """What two annotators have in common and what only one of them has, each in text order."""

    both: list[tuple[T, T]]
    only_a: list[T]
    only_b: list[T]


@dataclass(frozen=True, slots=True)
class Alignment:
    """All four layers of one document, aligned.

    `ids` leads from an id of a mention, event or attribution of `a` to the id of the one of `b`
    that it is paired with.
    """

    mentions: Pairs[Mention]
    events: Pairs[Event]
    attributions: Pairs[Attribution]
    stances: Pairs[Stance]
    ids: dict[str, str]


def align(a: Annotations, b: Annotations) -> Alignment:
    """Aligns two annotators' annotations of one text."""
    found = mentions(a.mentions, b.mentions)
    happened = events(a.events, b.events)
    said = attributions(a.attributions, b.attributions)
    ids = {
        first.id: second.id
        for pairs in (found.both, happened.both, said.both)
        for first, second in pairs
    }
    return Alignment(found, happened, said, stances(a.stances, b.stances, ids), ids)


def mentions(a: Sequence[Mention], b: Sequence[Mention]) -> Pairs[Mention]:
    """Pairs mentions: same span and type, same span, then by overlap (ties: same type first)."""

    def weight(x: Mention, y: Mention) -> tuple[int, ...]:
        same = (x.mention_type == y.mention_type) + (x.entity == y.entity) + (x.value == y.value)
        return overlap([_span(x)], [_span(y)]), x.type == y.type, same

    return _pairs(
        a,
        b,
        lambda item: (
            item.start,
            -item.end,
            item.type,
            item.mention_type,
            item.entity or "",
            item.value or "",
            item.id,
        ),
        (lambda item: (_span(item), item.type), _span),
        lambda item: [_span(item)],
        weight,
    )


def events(a: Sequence[Event], b: Sequence[Event]) -> Pairs[Event]:
    """Pairs events by trigger: same span and type, same span, then by overlap (ties: same type)."""

    def weight(x: Event, y: Event) -> tuple[int, ...]:
        names = ("mode", "polarity", "modality", "tense", "event")
        same = sum(getattr(x, name) == getattr(y, name) for name in names)
        return overlap([_span(x)], [_span(y)]), x.type == y.type, same

    return _pairs(
        a,
        b,
        lambda item: (
            item.start,
            -item.end,
            item.type,
            item.mode or "",
            item.polarity,
            item.modality,
            item.tense,
            item.event or "",
            item.id,
        ),
        (lambda item: (_span(item), item.type), _span),
        lambda item: [_span(item)],
        weight,
    )


def attributions(a: Sequence[Attribution], b: Sequence[Attribution]) -> Pairs[Attribution]:
    """Pairs attributions by cue: the same cue, then by overlap of cues.

    Where one cue carries several attributions, and where cues overlap alike, the overlap of
    contents decides, then that of sources.
    """

    def weight(x: Attribution, y: Attribution) -> tuple[int, ...]:
        same = (x.style == y.style) + (x.kind == y.kind) + (x.source_kind == y.source_kind)
        return (
            overlap(x.cue, y.cue),
            overlap(x.content, y.content),
            overlap(x.source, y.source),
            same,
        )

    def cue(item: Attribution) -> tuple[Span, ...]:
        return tuple(sorted(item.cue))

    def content(item: Attribution) -> tuple[Span, ...]:
        return tuple(sorted(item.content))

    return _pairs(
        a,
        b,
        lambda item: (
            cue(item),
            content(item),
            sorted(item.source),
            item.style,
            item.kind,
            item.source_kind,
            item.id,
        ),
        (lambda item: (cue(item), content(item)), cue),
        lambda item: item.cue,
        weight,
    )


def stances(
    a: Sequence[Stance], b: Sequence[Stance], ids: Mapping[str, str] | None = None
) -> Pairs[Stance]:
    """Pairs stances by expression: the same span, then by overlap; ties: target, label, holder.

    `ids` leads from ids of `a` to ids of `b` (`Alignment.ids`). Without it, who holds a stance and
    what it is towards plays no part: ids of two annotators say nothing to each other.
    """
    same = ids or {}

    def weight(x: Stance, y: Stance) -> tuple[int, ...]:
        return (
            overlap([_span(x)], [_span(y)]),
            same.get(x.target) == y.target,
            x.label == y.label,
            # A holder that is paired with nobody is not the same as no holder.
            y.holder is not None and same.get(x.holder or "") == y.holder,
        )

    return _pairs(
        a,
        b,
        lambda item: (
            item.start,
            -item.end,
            item.label,
            item.target,
            item.holder or "",
            item.id,
        ),
        (_span,),
        lambda item: [_span(item)],
        weight,
    )


def overlap(a: Sequence[Span], b: Sequence[Span]) -> int:
    """Code points that both lists of parts cover, each counted once."""
    left, right = merged(a), merged(b)
    total = first = second = 0
    while first < len(left) and second < len(right):
        (start, end), (begin, stop) = left[first], right[second]
        total += max(0, min(end, stop) - max(start, begin))
        if end < stop:
            first += 1
        else:
            second += 1
    return total


def merged(parts: Sequence[Span]) -> list[Span]:
    """The same code points as spans in text order that neither overlap nor touch."""
    if len(parts) < 2:
        return list(parts)
    found: list[Span] = []
    for start, end in sorted(parts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


# ---------------------------------------------------------------------- the alignment itself
def _span(item: Mention | Event | Stance) -> Span:
    return item.start, item.end


def _pairs(
    a: Sequence[T],
    b: Sequence[T],
    place: Callable[[T], Any],
    exact: Sequence[Callable[[T], Hashable]],
    parts: Callable[[T], Sequence[Span]],
    weight: Callable[[T, T], tuple[int, ...]],
) -> Pairs[T]:
    """Aligns `a` and `b`: by each key of `exact` in turn, then by overlap of `parts`.

    `place` orders items by all that they say. `weight` rates a pair; earlier numbers outweigh all
    later ones.
    """
    first, second = sorted(a, key=place), sorted(b, key=place)
    # Equal ratings are decided by order, so the sides are put in an order of their own, too.
    places = list(map(place, first)), list(map(place, second))
    turned = places[1] < places[0]
    if turned:
        first, second = second, first
        places = places[1], places[0]

    def rate(one: int, two: int) -> tuple[int, ...]:
        x, y = first[one], second[two]
        # Where both sides say the same, nothing tells them apart: then each goes to its like, which
        # is the one choice that is the same from either side.
        like = places[0][one] == places[1][two]
        return (*(weight(y, x) if turned else weight(x, y)), like)

    found: list[tuple[int, int]] = []
    left, right = list(range(len(first))), list(range(len(second)))
    for key in exact:
        groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for at in left:
            groups[key(first[at])][0].append(at)
        for at in right:
            groups[key(second[at])][1].append(at)
        for ours, theirs in groups.values():
            if ours and theirs:
                # Equal in the key, so paired even where nothing else speaks for it.
                rated = {(x, y): (1, *rate(x, y)) for x in ours for y in theirs}
                found += _best(rated)
        left, right = _rest(left, right, found)
    candidates = _overlapping([parts(item) for item in first], [parts(item) for item in second])
    free_left, free_right = set(left), set(right)
    rated = {
        (x, y): rate(x, y) for x, y in sorted(candidates) if x in free_left and y in free_right
    }
    for group in _components(rated):
        found += _best({pair: rated[pair] for pair in group})
    left, right = _rest(left, right, found)
    found.sort()
    both = [(first[x], second[y]) for x, y in found]
    only_first, only_second = [first[x] for x in left], [second[y] for y in right]
    if turned:
        both = sorted(((y, x) for x, y in both), key=lambda pair: place(pair[0]))
        only_first, only_second = only_second, only_first
    return Pairs(both, only_first, only_second)


def _rest(
    left: list[int], right: list[int], found: list[tuple[int, int]]
) -> tuple[list[int], list[int]]:
    ours, theirs = {x for x, _ in found}, {y for _, y in found}
    return [x for x in left if x not in ours], [y for y in right if y not in theirs]


def _overlapping(
    first: Sequence[Sequence[Span]], second: Sequence[Sequence[Span]]
) -> set[tuple[int, int]]:
    """Pairs of positions whose parts share a code point, by one sweep over the text."""
    spans = sorted(
        (start, end, side, at)
        for side, items in enumerate((first, second))
        for at, parts in enumerate(items)
        for start, end in parts
    )
    found: set[tuple[int, int]] = set()
    open_: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for start, end, side, at in spans:
        other = open_[1 - side]
        other[:] = [(stop, item) for stop, item in other if stop > start]
        for _, item in other:
            found.add((at, item) if side == 0 else (item, at))
        open_[side].append((end, at))
    return found


def _components(rated: Mapping[tuple[int, int], Any]) -> list[list[tuple[int, int]]]:
    """Pairs in groups that share no position with each other, in order of their first pair."""
    roots: dict[tuple[int, int], tuple[int, int]] = {}

    def root(node: tuple[int, int]) -> tuple[int, int]:
        roots.setdefault(node, node)
        while roots[node] != node:
            roots[node] = node = roots[roots[node]]
        return node

    for x, y in rated:
        roots[root((0, x))] = root((1, y))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for x, y in rated:
        groups[root((0, x))].append((x, y))
    return list(groups.values())


def _best(rated: Mapping[tuple[int, int], tuple[int, ...]]) -> list[tuple[int, int]]:
    """One-to-one pairs with the largest total rating; ratings are compared number by number."""
    if len(rated) == 1:
        return list(rated)
    rows = sorted({x for x, _ in rated})
    columns = sorted({y for _, y in rated})
    smaller = min(len(rows), len(columns))
    # One integer for each rating: no sum of later numbers reaches one of an earlier.
    bases = [1 + smaller * max(values) for values in zip(*rated.values(), strict=True)]
    single: dict[tuple[int, int], int] = {}
    for pair, values in rated.items():
        number = 0
        for base, value in zip(bases, values, strict=True):
            number = number * base + int(value)
        single[pair] = number
    if smaller > EXACT:
        return _largest_first(single)
    if len(rows) <= len(columns):
        costs = [[-single.get((x, y), 0) for y in columns] for x in rows]
        chosen = [(rows[x], columns[y]) for x, y in enumerate(assign(costs))]
    else:
        costs = [[-single.get((x, y), 0) for x in rows] for y in columns]
        chosen = [(rows[x], columns[y]) for y, x in enumerate(assign(costs))]
    return [pair for pair in chosen if single.get(pair, 0) > 0]


def _largest_first(single: Mapping[tuple[int, int], int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    ours: set[int] = set()
    theirs: set[int] = set()
    for (x, y), number in sorted(single.items(), key=lambda item: (-item[1], item[0])):
        if number > 0 and x not in ours and y not in theirs:
            found.append((x, y))
            ours.add(x)
            theirs.add(y)
    return found


def assign(costs: Sequence[Sequence[int]]) -> list[int]:
    """The column of each row in an assignment of least total cost; no more rows than columns.

    Kuhn's Hungarian method with potentials, one shortest augmenting path for each row: exact in
    integers of any size.
    """
    count, width = len(costs), len(costs[0])
    by_row, by_column = [0] * (count + 1), [0] * (width + 1)
    row_of = [0] * (width + 1)
    for row in range(1, count + 1):
        row_of[0] = row
        column = 0
        least: list[int | None] = [None] * (width + 1)
        came_from = [0] * (width + 1)
        used = [False] * (width + 1)
        while row_of[column]:
            used[column] = True
            here = row_of[column]
            step: int | None = None
            following = 0
            for at in range(1, width + 1):
                if used[at]:
                    continue
                reduced = costs[here - 1][at - 1] - by_row[here] - by_column[at]
                known = least[at]
                if known is None or reduced < known:
                    least[at] = known = reduced
                    came_from[at] = column
                if step is None or known < step:
                    step, following = known, at
            assert step is not None
            for at in range(width + 1):
                known = least[at]
                if used[at]:
                    by_row[row_of[at]] += step
                    by_column[at] -= step
                elif known is not None:
                    least[at] = known - step
            column = following
        while column:
            row_of[column] = row_of[came_from[column]]
            column = came_from[column]
    found = [0] * count
    for at in range(1, width + 1):
        if row_of[at]:
            found[row_of[at] - 1] = at - 1
    return found
