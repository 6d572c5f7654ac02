"""Errors in their context: the most frequent patterns of each kind, and examples of each.

The choice is deterministic and spread over documents: of the documents that have a pattern, evenly
spaced ones; a second example of a document only when there are too few documents.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parley.predictions.inputs import Inputs
from parley.scoring.confusion import about
from parley.scoring.errors import KINDS, Error, Span

#: Code points of context on either side, and the longest stretch without a mark that is kept
#: between two marked ones.
CONTEXT = 70
_GAP = 60
#: A marked stretch longer than this is shortened in the middle: its edges are what matters.
_LONGEST = 240
CUT = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of an example, and whose they are: `gold`, `predicted`, `both`, or "" for context."""

    words: str
    mark: str


@dataclass(frozen=True, slots=True)
class Example:
    """One error in its document. `pieces` are in text order, empty where the text is withheld.

    `gold` and `predicted` are the spans at fault, in code points of the document.
    """

    doc_id: str
    gold: tuple[Span, ...]
    predicted: tuple[Span, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Errors of one kind with the same labels: how many, in how many documents, and examples."""

    layer: str
    about: str
    kind: str
    gold_label: str | None
    predicted_label: str | None
    count: int
    documents: int
    examples: tuple[Example, ...]


def patterns(
    layers: Mapping[str, Iterable[Error]],
    inputs: Mapping[str, Inputs],
    *,
    examples: int = 3,
    most: int = 10,
) -> list[Pattern]:
    """The `most` frequent patterns of each kind in each layer, with up to `examples` of each.

    `layers` are a result's errors by layer; `inputs` what each layer was scored on. In the order of
    layers, of `errors.KINDS`, then the most frequent first.
    """
    order = {kind: place for place, kind in enumerate(KINDS)}
    found: list[Pattern] = []
    for layer, errors in layers.items():
        groups: dict[tuple[str, str, str | None, str | None], list[Error]] = defaultdict(list)
        for error in errors:
            key = about(error), error.kind, error.gold_label, error.predicted_label
            groups[key].append(error)
        ranked = sorted(
            groups,
            key=lambda key: (
                key[0] == "arguments",
                order[key[1]],
                -len(groups[key]),
                key[2] or "",
                key[3] or "",
            ),
        )
        shown: dict[tuple[str, str], int] = defaultdict(int)
        for key in ranked:
            name, kind, gold_label, predicted_label = key
            shown[name, kind] += 1
            if shown[name, kind] <= most:
                group = groups[key]
                chosen = [example(error, inputs[layer]) for error in _spread(group, examples)]
                documents = len({error.document for error in group})
                found.append(
                    Pattern(
                        layer,
                        name,
                        kind,
                        gold_label,
                        predicted_label,
                        len(group),
                        documents,
                        tuple(chosen),
                    )
                )
    return found


def _spread(errors: Iterable[Error], number: int) -> list[Error]:
    """Up to `number` errors, of documents as far apart as they come, in text order."""
    left: dict[int, list[Error]] = defaultdict(list)
    for error in sorted(errors, key=_place):
        left[error.document].append(error)
    chosen: list[Error] = []
    while left and len(chosen) < number:
        documents = sorted(left)
        want = min(number - len(chosen), len(documents))
        for turn in range(want):
            document = documents[turn * len(documents) // want]
            chosen.append(left[document].pop(0))
            if not left[document]:
                del left[document]
    return sorted(chosen, key=_place)


def _place(error: Error) -> tuple[int, tuple[Span, ...], tuple[Span, ...]]:
    return error.document, tuple(sorted(error.gold + error.predicted)), error.gold


def example(error: Error, inputs: Inputs) -> Example:
    """An error in the words of its document."""
    text = inputs.texts[error.document]
    pieces = () if text is None else tuple(_pieces(text, error.gold, error.predicted))
    return Example(inputs.doc_ids[error.document], error.gold, error.predicted, pieces)


def _pieces(text: str, gold: Sequence[Span], predicted: Sequence[Span]) -> list[Piece]:
    def inside(spans: Sequence[Span]) -> list[Span]:
        # A prediction may point outside the text; what there is of it is shown.
        cut = ((max(0, start), min(end, len(text))) for start, end in spans)
        return [(start, end) for start, end in cut if start < end]

    gold, predicted = inside(gold), inside(predicted)
    if not gold and not predicted:
        return []
    edges = sorted({edge for span in (*gold, *predicted) for edge in span})
    first, last = edges[0], edges[-1]
    left = _back(text, first)
    right = _on(text, last)
    cut = left > 0 and text[left - 1] != "\n"
    pieces = [Piece((CUT if cut else "") + text[left:first], "")]
    for start, end in pairwise(edges):
        in_gold = any(one <= start and end <= other for one, other in gold)
        in_predicted = any(one <= start and end <= other for one, other in predicted)
        mark = {(1, 1): "both", (1, 0): "gold", (0, 1): "predicted"}.get(
            (in_gold, in_predicted), ""
        )
        words = text[start:end]
        if pieces[-1].mark == mark and mark:
            pieces[-1] = Piece(pieces[-1].words + words, mark)
        else:
            pieces.append(Piece(words, mark))
    cut = right < len(text) and text[right] != "\n"
    pieces.append(Piece(text[last:right] + (CUT if cut else ""), ""))
    return [_shortened(piece) for piece in pieces if piece.words]


def _shortened(piece: Piece) -> Piece:
    most = _LONGEST if piece.mark else _GAP + 2 * CONTEXT
    if len(piece.words) <= most:
        return piece
    words, half = piece.words, most // 2
    left, right = _back(words, half, half // 4), _on(words, len(words) - half, half // 4)
    return Piece(f"{words[:left].rstrip()} {CUT} {words[right:].lstrip()}", piece.mark)


def _back(text: str, place: int, reach: int = CONTEXT) -> int:
    """A place up to `reach` before on the same line, at the start of a word where there is one."""
    least = max(0, place - reach)
    line = text.rfind("\n", least, place) + 1
    if least == 0 or line:
        return line
    for at in range(least, place):
        if text[at - 1].isspace() and not text[at].isspace():
            return at
    return _whole(text, least)


def _on(text: str, place: int, reach: int = CONTEXT) -> int:
    """A place up to `reach` after on the same line, at the end of a word where there is one."""
    most = min(len(text), place + reach)
    line = text.find("\n", place, most)
    if most == len(text) or line >= 0:
        return line if line >= 0 else most
    for at in range(most, place, -1):
        if text[at].isspace() and not text[at - 1].isspace():
            return at
    return _whole(text, most)


def _whole(text: str, place: int) -> int:
    """The place moved on so that no combining mark is parted from its letter."""
    while place < len(text) and unicodedata.combining(text[place]):
        place += 1
    return place
