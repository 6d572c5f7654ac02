"""General lexicons (`rules.toml`) and a light stemmer, shared by the parts of `rules`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_VOWELS = frozenset("aeiou")


@dataclass(frozen=True, slots=True, eq=False)
class General:
    """The lists of `rules.toml`: words of names, heads of nominals, stems of events,
    cues and stance. Sets of verbs hold stems."""

    countries: frozenset[str]
    given: frozenset[str]
    org: frozenset[str]
    facility: frozenset[str]
    place: frozenset[str]
    area: frozenset[str]
    between: frozenset[str]
    roles: frozenset[str]
    #: Head in any number, lower case -> mention type.
    nominals: dict[str, str]
    #: Stem -> event type.
    events: dict[str, str]
    function: frozenset[str]
    before_nouns: frozenset[str]
    cue_verbs: frozenset[str]
    addressed: frozenset[str]
    infinitive: frozenset[str]
    predicative: frozenset[str]
    inverted: frozenset[str]
    against: frozenset[str]
    favor: frozenset[str]
    bad: frozenset[str]
    good: frozenset[str]
    calls: frozenset[str]


@cache
def general() -> General:
    """The packaged lists, read once."""
    raw = tomllib.loads((Path(__file__).parent / "rules.toml").read_text("utf-8"))
    nominals = {form: kind for kind, heads in raw["nominals"].items() for form in _numbers(heads)}
    # A word listed under two types stays with the first.
    events: dict[str, str] = {}
    for kind, listed in raw["events"].items():
        for word in listed:
            events.setdefault(stem(word), kind)

    def words(table: str, key: str) -> frozenset[str]:
        return frozenset(raw[table][key])

    def stems(table: str, key: str) -> frozenset[str]:
        return frozenset(map(stem, raw[table][key]))

    return General(
        countries=words("names", "countries"),
        given=words("names", "given"),
        org=words("names", "org"),
        facility=words("names", "facility"),
        place=words("names", "place"),
        area=words("names", "area"),
        between=words("names", "between"),
        roles=words("names", "roles"),
        nominals=nominals,
        events=events,
        function=words("words", "function"),
        before_nouns=words("words", "before_nouns"),
        cue_verbs=stems("cues", "verbs"),
        addressed=stems("cues", "addressed"),
        infinitive=stems("cues", "infinitive"),
        predicative=stems("cues", "predicative"),
        inverted=stems("cues", "inverted"),
        against=stems("stance", "AGAINST"),
        favor=stems("stance", "FAVOR"),
        bad=stems("stance", "bad"),
        good=stems("stance", "good"),
        calls=stems("stance", "calls"),
    )


_PLURALS = {"child": "children", "man": "men", "woman": "women", "serviceman": "servicemen"}


def _numbers(heads: list[str]) -> list[str]:
    out = []
    for head in heads:
        out.append(head)
        if head.endswith("y") and head[-2] not in _VOWELS:
            out.append(f"{head[:-1]}ies")
        else:
            out.append(_PLURALS.get(head, f"{head}es" if head.endswith("s") else f"{head}s"))
    return out


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
