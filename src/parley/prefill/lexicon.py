"""The packaged lists of names, read once; `names.toml` says what each is and where it is from."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The lists of `names.toml`. `short` is by entity name: its type and its short forms."""

    demonyms: frozenset[str]
    not_after_demonym: frozenset[str]
    titles: frozenset[str]
    openers: frozenset[str]
    dated: frozenset[str]
    capitals: frozenset[str]
    common: frozenset[str]
    short: dict[str, tuple[str, tuple[str, ...]]]
    institutions: frozenset[str]
    outlet_heads: frozenset[str]
    outlet_names: frozenset[str]
    domains: frozenset[str]


@cache
def names() -> Names:
    """The packaged lists."""
    data = (Path(__file__).parent / "names.toml").read_bytes()
    raw = tomllib.loads(data.decode())
    words = raw["demonyms"]["words"]
    plural = (f"{word}s" for word in words if word.endswith(("an", "i")))
    return Names(
        frozenset([*words, *plural, *raw["demonyms"]["nouns"]]),
        frozenset(raw["demonyms"]["not_before"]),
        frozenset(raw["titles"]["words"]),
        frozenset(raw["titles"]["openers"]),
        frozenset(raw["titles"]["dated"]),
        frozenset(raw["metonyms"]["capitals"]),
        frozenset(raw["common"]["words"]),
        {name: (row["type"], tuple(row["forms"])) for name, row in raw["short"].items()},
        frozenset(raw["institutions"]["words"]),
        frozenset(raw["outlets"]["heads"]),
        frozenset(raw["outlets"]["names"]),
        frozenset(raw["outlets"]["domain"]),
    )


def is_outlet(words: str) -> bool:
    """Whether the words of an ORG mention name a newspaper, agency, broadcaster or news site."""
    known = names()
    bare = words.removeprefix("The ").removeprefix("the ")
    if bare in known.outlet_names or words in known.outlet_names:
        return True
    last = bare.rpartition(" ")[2]
    return last in known.outlet_heads or last.rpartition(".")[2] in known.domains
