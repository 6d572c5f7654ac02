"""Texts cut into windows that a model can read whole, at sentence borders wherever it can be."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from parley.dataset.tokens import tokens
from parley.document import Span

#: Words that two windows share where one sentence fills several: half of them on each side of the
#: place where the predictions of the one end and those of the other begin.
SHARED_WORDS = 32


@dataclass(frozen=True, slots=True)
class Window:
    """What a model reads at once, `start` to `end`, and the part of it that is its own.

    Windows overlap, so that the words at a border have context on both sides; each place of the
    text is some one window's own, and a prediction is kept by the window that owns its start.
    Offsets are code points of the document, ends exclusive.
    """

    start: int
    end: int
    own_start: int
    own_end: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The windows of a text; the sentences too long for one window, which are cut between words;
    and the words too long for one, which no window has."""

    windows: list[Window]
    split: list[Span]
    lost: list[Span]


@dataclass(slots=True)
class Tally:
    """What became of the texts of a run, for FILE.meta.json: nothing is cut off in silence."""

    windows: int = 0
    sentences_split: int = 0
    words_not_read: list[dict[str, Any]] = field(default_factory=list)

    def add(self, doc_id: str, cut: Cut) -> None:
        """Counts one document."""
        self.windows += len(cut.windows)
        self.sentences_split += len(cut.split)
        self.words_not_read += [{"doc_id": doc_id, "start": a, "end": b} for a, b in cut.lost]

    def details(self) -> dict[str, Any]:
        """The counts as a JSON value."""
        return asdict(self)


def cut(text: str, sentences: Sequence[Span], fits: Callable[[str], bool]) -> Cut:
    """Windows over the sentences of a text, in order.

    `fits` says whether a model reads a string whole, its own markers and prompt included; a string
    that holds one that does not fit does not fit either. A window has as many sentences as fit, the
    last of the window before it among them.
    """

    def whole(start: int, end: int) -> bool:
        return fits(text[start:end])

    made = Cut([], [], [])
    run: list[Span] = []
    for span in sentences:
        if whole(*span):
            run.append(span)
            continue
        made.windows.extend(_pack(run, whole, 1))
        run = []
        made.split.append(span)
        for words in _readable(text, span, whole, made.lost):
            made.windows.extend(_pack(words, whole, SHARED_WORDS))
    made.windows.extend(_pack(run, whole, 1))
    return made


def _readable(
    text: str, sentence: Span, whole: Callable[[int, int], bool], lost: list[Span]
) -> list[list[Span]]:
    """Runs of the words of a sentence; a word that does not fit ends a run and goes to `lost`."""
    runs: list[list[Span]] = [[]]
    _, starts, ends = tokens(text[sentence[0] : sentence[1]])
    for first, last in zip(starts, ends, strict=True):
        word = (sentence[0] + first, sentence[0] + last)
        if whole(*word):
            runs[-1].append(word)
        else:
            lost.append(word)
            runs.append([])
    return runs


def _pack(atoms: list[Span], whole: Callable[[int, int], bool], shared: int) -> list[Window]:
    """Windows of atoms that each fit, neighbours sharing up to `shared` of them."""
    bounds: list[tuple[int, int]] = []
    first = last = 0
    while last < len(atoms):
        begin = atoms[first][0]
        # The first end, past those read already, up to which the text no longer fits.
        end = bisect_left(
            range(len(atoms)),
            True,
            lo=last,
            key=lambda place, begin=begin: not whole(begin, atoms[place][1]),  # type: ignore[misc]
        )
        if end == last:
            # With this much of the window before nothing new fits: share less.
            first += 1
            continue
        bounds.append((first, end))
        first, last = max(first + 1, end - shared), end
    made = []
    own = atoms[0][0] if atoms else 0
    for place, (first, last) in enumerate(bounds):
        if place + 1 < len(bounds):
            following = bounds[place + 1][0]
            until = atoms[following + (last - following + 1) // 2][0]
        else:
            until = atoms[-1][1]
        end = atoms[last - 1][1]
        made.append(Window(atoms[first][0], end, own, min(until, end)))
        own = until
    return made
