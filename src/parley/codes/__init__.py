"""What every code means: a title, an explanation, a bad and a good case, in TOML files by group.

The first letter, and for checks the first digit, is the group: `N` intake, `P1` to `P6` the six
levels of `parley check`, `R` repairs made by ingest, `L` results that it sets aside and `X` those
that it refuses, `I` imports, `Q` quotes, `W` withheld documents, `B` build, `A` pre-annotation,
`U` Label Studio, `S` scoring, `V` versions and corrections, `H` publishing on the Hub,
`Z` the reader's site.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The levels of `parley check`, in the order in which they run.
LEVELS = {
    1: "file",
    2: "JSON Schema",
    3: "ids and references",
    4: "spans against text",
    5: "scheme",
    6: "corpus",
}
#: Every group of codes and what it is about.
GROUPS = {
    "N": "intake",
    **{f"P{level}": f"check, level {level}: {name}" for level, name in LEVELS.items()},
    "R": "repairs made by ingest (not faults)",
    "L": "results set aside by ingest (not the gold annotation)",
    "X": "results and tasks of an export that ingest refuses",
    "Q": "annotations by quoted text",
    "I": "annotations of other tools and corpora, imported",
    "W": "withheld documents",
    "B": "build",
    "A": "pre-annotation",
    "U": "Label Studio, rounds and adjudication",
    "S": "scoring",
    "V": "versions, corrections and the changelog of the corpus",
    "H": "publishing on the Hub",
    "Z": "the reader's site",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code: what it means, why it matters, what to do, with a bad case and the same, good."""

    code: str
    title: str
    explain: str
    bad: str
    good: str

    @property
    def group(self) -> str:
        """The key of `GROUPS` that it belongs to."""
        return self.code[:2] if self.code[0] == "P" else self.code[0]


@cache
def codes() -> dict[str, Code]:
    """Every code by name, in the order of `GROUPS`, then by number. Read once, on first use."""
    found = [
        Code(name, **row)
        for path in Path(__file__).parent.glob("*.toml")
        for name, row in tomllib.loads(path.read_text("utf-8")).items()
    ]
    order = list(GROUPS)
    found.sort(key=lambda code: (order.index(code.group), code.code))
    return {code.code: code for code in found}


def level(code: str) -> int | None:
    """The level of `parley check` that a code belongs to; None for other groups."""
    return int(code[1]) if code[0] == "P" else None
