"""Near-duplicate texts across splits, by MinHash: linear in the number of documents.

Three-word shingles; 128 permutations in 64 bands of two find the candidates, the texts themselves
decide. Documents of one split are never compared with each other: a repeat there costs nothing.
"""

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

PERMUTATIONS = 128
BANDS = 64
#: Above these, two texts are near-duplicates: shared shingles over all, or over the shorter text's.
JACCARD = 0.2
CONTAINMENT = 0.5
#: Candidates of one band and one other split that a document is compared with.
MOST = 8
_SEED = 20240806
_WORD = re.compile(r"[^\W_]+")


def shingles(text: str) -> set[str]:
    """Every run of three words, lower-cased."""
    words = _WORD.findall(text.casefold())
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def signature(text: str) -> bytes:
    """The MinHash of a text: `PERMUTATIONS` unsigned 32-bit numbers; empty where it has no
    shingle."""
    import rensa

    found = shingles(text)
    if not found:
        return b""
    minhash = rensa.RMinHash(PERMUTATIONS, _SEED)
    # Sets of strings iterate in another order in each process; the minimum does not care.
    minhash.update(list(found))
    return array("I", minhash.digest()).tobytes()


def candidates(signatures: bytes, splits: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs (later, earlier) of rows that share a band and are in different splits, each once.

    `signatures` holds one row after another, `splits` a small number for each.
    """
    import numpy as np

    rows = len(splits)
    if len(set(splits)) < 2:
        return
    matrix = np.frombuffer(signatures, dtype=np.uint64).reshape(rows, BANDS)
    labels = np.asarray(splits)
    seen: set[tuple[int, int]] = set()
    for band in range(BANDS):
        keys = matrix[:, band]
        order = np.argsort(keys, kind="stable")
        edges = np.flatnonzero(np.diff(keys[order])) + 1
        bounds = [0, *edges.tolist(), rows]
        sizes = np.diff(bounds)
        for at in np.flatnonzero(sizes > 1).tolist():
            group = order[bounds[at] : bounds[at + 1]]
            if len(np.unique(labels[group])) < 2:
                continue
            for pair in _pairs(group.tolist(), labels):
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _pairs(group: list[int], labels: Any) -> Iterator[tuple[int, int]]:
    """Each row with the first few of every other split: linear in the group."""
    firsts: dict[int, list[int]] = {}
    for row in group:
        own = int(labels[row])
        for split, others in firsts.items():
            if split != own:
                for other in others:
                    yield row, other
        mine = firsts.setdefault(own, [])
        if len(mine) < MOST:
            mine.append(row)


def duplicates(
    signatures: bytes, splits: Sequence[int], text_of: Callable[[int], str | None]
) -> list[tuple[int, int, float, float]]:
    """(later, earlier, Jaccard, containment) of every near-duplicate pair across splits.

    `text_of` gives a row's text; it is called for candidates only, a few kept in memory.
    """
    kept: dict[int, set[str]] = {}

    def of(row: int) -> set[str]:
        if row not in kept:
            if len(kept) > 256:
                kept.clear()
            kept[row] = shingles(text_of(row) or "")
        return kept[row]

    found = []
    for later, earlier in candidates(signatures, splits):
        one, other = of(later), of(earlier)
        shared = len(one & other)
        if not shared:
            continue
        jaccard = shared / len(one | other)
        containment = shared / min(len(one), len(other))
        if jaccard >= JACCARD or containment >= CONTAINMENT:
            found.append((later, earlier, jaccard, containment))
    return sorted(found)


def across(keys: "array[int]", rows: "array[int]", splits: Sequence[int]) -> list[tuple[int, int]]:
    """(later, earlier) positions of equal `keys` whose rows are in different splits.

    Of each key only the first position in each split after the first counts.
    """
    import numpy as np

    if not keys:
        return []
    values = np.frombuffer(keys, dtype=np.uint64)
    labels = np.asarray(splits)[np.frombuffer(rows, dtype=np.uint32)]
    order = np.argsort(values, kind="stable")
    same = np.diff(values[order]) == 0
    if not same.any():
        return []
    found = []
    bounds = [0, *(np.flatnonzero(~same) + 1).tolist(), len(values)]
    for start, end in pairwise(bounds):
        if end - start < 2:
            continue
        group = order[start:end]
        first = int(group[0])
        seen = {int(labels[first])}
        for at in map(int, group[1:]):
            if int(labels[at]) not in seen:
                seen.add(int(labels[at]))
                found.append((at, first))
    return sorted(found)
