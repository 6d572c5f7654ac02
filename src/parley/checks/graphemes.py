"""Whether a place in a text lies inside what a reader sees as one character.

The part of Unicode's extended grapheme clusters (UAX 29) that news text can hold: combining marks,
variation selectors, joiners, emoji with modifiers, tag sequences, flags and Hangul syllables.
"""

from unicodedata import category

_JOINER = "\u200d"


def splits(text: str, place: int) -> bool:
    """Whether the edge before `text[place]` lies inside one character."""
    if not 0 < place < len(text):
        return False
    after = text[place]
    if after < "\u00a9":
        return False
    before = text[place - 1]
    if category(before) in ("Cc", "Zl", "Zp"):
        return False
    if category(after) in ("Mn", "Me", "Mc") or after in "\u200c\u200d":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if before == _JOINER:
        return _joined(text, place)
    if _is_flag_half(after) and _is_flag_half(before):
        return _halves_before(text, place) % 2 == 1
    return _hangul(before, after)


def _joined(text: str, place: int) -> bool:
    """Whether the joiner before `place` joins two pictures; between letters it is no cluster."""
    if category(text[place]) != "So":
        return False
    start = place - 2
    while start >= 0 and (
        category(text[start]) in ("Mn", "Me") or "\U0001f3fb" <= text[start] <= "\U0001f3ff"
    ):
        start -= 1
    return start >= 0 and category(text[start]) == "So"


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _halves_before(text: str, place: int) -> int:
    start = place
    while start > 0 and _is_flag_half(text[start - 1]):
        start -= 1
    return place - start


def _hangul(before: str, after: str) -> bool:
    if not ("\u1100" <= after <= "\u11ff" or "\uac00" <= after <= "\ud7a3"):
        return False
    first, second = _jamo(before), _jamo(after)
    return second in {"L": ("L", "V", "LV", "LVT"), "V": ("V", "T"), "T": ("T",)}.get(
        {"LV": "V", "LVT": "T"}.get(first, first), ()
    )


def _jamo(char: str) -> str:
    if "\u1100" <= char <= "\u115f":
        return "L"
    if "\u1160" <= char <= "\u11a7":
        return "V"
    if "\u11a8" <= char <= "\u11ff":
        return "T"
    if "\uac00" <= char <= "\ud7a3":
        return "LV" if (ord(char) - 0xAC00) % 28 == 0 else "LVT"
    return ""
