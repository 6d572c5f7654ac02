"""A light stemmer for English words."""

import re
from functools import cache

_VOWELS = frozenset("aeiou")
#: Irregular past forms of verbs of events, saying and judgement -> base.
_IRREGULAR = {
    "said": "say",
    "says": "say",
    "told": "tell",
    "met": "meet",
    "held": "hold",
    "hit": "hit",
    "struck": "strike",
    "fled": "flee",
    "left": "leave",
    "shot": "shoot",
    "fought": "fight",
    "went": "go",
    "gone": "go",
    "goes": "go",
    "came": "come",
    "took": "take",
    "taken": "take",
    "brought": "bring",
    "sent": "send",
    "gave": "give",
    "given": "give",
    "lost": "lose",
    "died": "die",
    "dying": "die",
    "dies": "die",
    "fell": "fall",
    "fallen": "fall",
    "rose": "rise",
    "risen": "rise",
    "thought": "think",
    "knew": "know",
    "known": "know",
    "wrote": "write",
    "written": "write",
    "saw": "see",
    "seen": "see",
    "found": "find",
    "began": "begin",
    "begun": "begin",
    "broke": "break",
    "broken": "break",
    "made": "make",
    "bought": "buy",
    "sold": "sell",
    "spoke": "speak",
    "spoken": "speak",
    "blew": "blow",
}


@cache
def stem(word: str) -> str:
    """A form common to the inflections of an English word; not always a word itself.

    Suffixes -s, -ed, -ing with their spelling changes, and irregular pasts of frequent verbs.
    """
    word = word.lower().replace("’", "'").removesuffix("'s")
    if word in _IRREGULAR:
        word = _IRREGULAR[word]
    elif (word.endswith("ies") and len(word) > 4) or (word.endswith("ied") and len(word) > 4):
        word = f"{word[:-3]}y"
    elif word.endswith("ing") and len(word) > 5:
        word = _undoubled(word[:-3])
    elif word.endswith("ed") and len(word) > 4:
        word = _undoubled(word[:-2])
    elif re.search(r"(?:ss|sh|ch|x|z)es$", word):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _undoubled(word: str) -> str:
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" and word[-1] not in _VOWELS:
        return word[:-1]
    return word
