"""General lexicons (`rules.toml`), shared by the parts of `rules`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parley.attribution.stems import stem

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
