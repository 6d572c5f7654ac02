"""The packaged cue lexicon (`cues.toml`), and what the extractor is given of it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parley.attribution.stems import stem


@dataclass(frozen=True, slots=True)
class Verb:
    """What a form of the lexicon may be a cue of; see `cues.toml`."""

    kind: str
    frames: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Verbs by stem, a particle behind it ("point out"); phrases; adverbs; heads of sources with
    their source_kind; and stems of verbs by construction."""

    verbs: dict[str, Verb]
    according: tuple[str, ...]
    adverbs: tuple[str, ...]
    heads: dict[str, str]
    addressed: frozenset[str]
    infinitive: frozenset[str]
    predicative: frozenset[str]
    inverted: frozenset[str]

    def verb(self, cue: str) -> Verb | None:
        """The verb whose form a cue is, its particle included; None for a phrase or a colon."""
        return self.verbs.get(_key(cue))


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What is taken for a cue (`verbs`, stems) and what may head a source (`heads`, lower case)."""

    verbs: frozenset[str]
    heads: frozenset[str]


def _key(words: str) -> str:
    first, _, particle = words.partition(" ")
    return f"{stem(first)} {particle}" if particle else stem(first)


@cache
def cue_lexicon() -> Lexicon:
    """The packaged lexicon, read once."""
    raw = tomllib.loads((Path(__file__).parent / "cues.toml").read_text("utf-8"))
    built = {
        name: frozenset(map(stem, raw["constructions"][name]))
        for name in ("addressed", "infinitive", "predicative", "inverted")
    }
    return Lexicon(
        {
            _key(form.replace("$", " ")): Verb(group["kind"], frozenset(group["frames"]))
            for group in raw["verbs"]
            for line in group["forms"]
            for form in line.split(" ")
        },
        tuple(raw["phrases"]["according"]),
        tuple(raw["implicit"]["adverbs"]),
        {word: kind for kind, heads in raw["heads"].items() if kind != "source" for word in heads},
        **built,
    )
