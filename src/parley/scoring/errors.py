"""An error of a system on one document, in the words that a report groups by."""

from dataclasses import dataclass

Span = tuple[int, int]

#: Kind -> what it means. `boundary` and those after it are one gold and one prediction each.
KINDS = {
    "missing": "in gold, and nothing predicted for it",
    "spurious": "predicted, and nothing in gold for it",
    "duplicate": "predicted once more: its equal is matched already",
    "boundary": "the right label on a span that overlaps gold's and is not it",
    "type": "the right span under a wrong label",
    "boundary+type": "overlaps gold's span, under a wrong label",
    "wrong trigger": "an argument right but for the trigger that it hangs on",
    "wrong role": "an argument of the right event on the right span, in a wrong role",
    "wrong parent": "an attribution of the right cue, nested in a wrong one or in none",
}


@dataclass(frozen=True, slots=True)
class Error:
    """One error. `document` is a position in `Inputs`; spans are code points of the document.

    `gold` and `predicted` are the spans at fault (empty where that side has none), `gold_label` and
    `predicted_label` what each side calls it (a type, a role, a part, a stance).
    """

    layer: str
    kind: str
    document: int
    gold: tuple[Span, ...] = ()
    predicted: tuple[Span, ...] = ()
    gold_label: str | None = None
    predicted_label: str | None = None
