"""The signature of a score: what must be equal for two figures to be comparable, in one line.

After sacrebleu (Post 2018, "A Call for Clarity in Reporting BLEU Scores"):

    parley|corpus:parley/0.1.0|digest:a28747a5620f96df|split:test|layers:mentions,events|
    match:one-to-one/1|singletons:kept|docs:8|resamples:1000|seed:0|scorer:1|model:crf

(in one line). What follows `scorer` describes the system and does not count for comparability; nor
do `resamples` and `seed`, which move intervals but no score. Values are percent-encoded, but for
letters and digits of ASCII and `/ . _ - ~ + @ =`.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from parley import json_io
from parley.incidents import nearest, say

#: To be raised when any definition of a score changes.
SCORER = "1"
#: To be raised when the rules change by which predictions are matched with gold.
MATCHING = "one-to-one/1"
#: Hexadecimal digits of a digest that a signature shows: 64 bits, enough to tell data apart.
DIGITS = 16

_TITLE = "parley"
#: Name in the line -> name of the attribute, in the order of the line.
_FIELDS = {
    "corpus": "corpus",
    "digest": "digest",
    "split": "split",
    "layers": "layers",
    "match": "matching",
    "singletons": "singletons",
    "docs": "documents",
    "resamples": "resamples",
    "seed": "seed",
    "scorer": "scorer",
}
_NUMBERS = ("docs", "resamples", "seed")
#: Fields that may differ between comparable scores.
_FREE = ("resamples", "seed")


class SignatureError(ValueError):
    """A line that is no signature; the message says everything that is wrong with it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a score rests on. `str()` gives the line, `parse` reads it back.

    `corpus` is name/version; `digest` is of the data (`short`, `gold_digest`); `layers` are those
    asked for; `matching` and `scorer` are the versions of this package's definitions; `singletons`
    is `kept` or `dropped`; `documents` is the number of the split's documents with gold. `system`
    describes the system, as pairs of names and values (model, prompt, …).
    """

    corpus: str
    digest: str
    split: str
    layers: tuple[str, ...]
    documents: int
    resamples: int
    seed: int
    singletons: str = "kept"
    matching: str = MATCHING
    scorer: str = SCORER
    system: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if "" in self.layers:
            raise SignatureError(say("a layer without a name", got=self.layers))
        names = [name for name, _ in self.system]
        if "" in names or len({*names, *_FIELDS}) < len(names) + len(_FIELDS):
            raise SignatureError(
                say(
                    "the system's names must differ, and not be empty or a field's",
                    got=names,
                    expected=f"none of {', '.join(_FIELDS)}",
                )
            )

    def __str__(self) -> str:
        pairs = [(name, getattr(self, attribute)) for name, attribute in _FIELDS.items()]
        return _line((*pairs, *self.system))

    def field(self, name: str) -> str:
        """The value of a field by its name in the line, as the line has it."""
        return _value(getattr(self, _FIELDS[name]))

    def shared(self) -> str:
        """The line without what may differ between the systems of one table.

        Without layers, resamples, seed and the system's part; no full signature.
        """
        names = [name for name in _FIELDS if name not in ("layers", *_FREE)]
        return _line((name, getattr(self, _FIELDS[name])) for name in names)


def system_part(meta: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a signature says of a system, from the meta file of its predictions.

    Its baseline, model and prompt digest (shortened), where it or its `details` name them.
    """
    details = meta.get("details")
    told = {**details, **meta} if isinstance(details, Mapping) else meta
    names = {"baseline": "baseline", "model": "model", "prompt_sha256": "prompt"}
    return tuple(
        (name, short(str(told[key])) if name == "prompt" else str(told[key]))
        for key, name in names.items()
        if told.get(key)
    )


def short(sha256: str) -> str:
    """The first digits of a digest, as signatures show it."""
    return sha256[:DIGITS]


def gold_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """sha256 over canonical JSON of gold rows, one a line, by doc_id: the order does not count."""
    total = hashlib.sha256()
    for row in sorted(rows, key=lambda row: str(row["doc_id"])):
        total.update(json_io.canonical(row) + b"\n")
    return total.hexdigest()


def parse(line: str) -> Signature:
    """Reads the line of a signature; names that are no field's describe the system.

    Raises `SignatureError` with everything that is wrong.
    """
    title, *parts = line.strip().split("|")
    if title != _TITLE:
        raise SignatureError(say("no signature", got=line, expected=f"{_TITLE}|corpus:…|digest:…"))
    faults = []
    found: dict[str, str] = {}
    system: list[tuple[str, str]] = []
    for part in parts:
        name, colon, value = part.partition(":")
        name = _unescape(name)
        if not colon or not name:
            faults.append(say("no field of a signature", got=part, expected="name:value"))
        elif name in found or name in dict(system):
            faults.append(say("a field given twice", got=name))
        elif name in _FIELDS:
            found[name] = value
        else:
            system.append((name, _unescape(value)))
    for name in _FIELDS:
        if name not in found:
            guess = nearest(name, [given for given, _ in system])
            faults.append(f"no field {name!r}" + (f"; is {guess!r} meant for it?" if guess else ""))
        elif name in _NUMBERS and not re.fullmatch("[0-9]{1,18}", found[name]):
            faults.append(say(f"{name} is no number", got=found[name], expected="a whole number"))
    if faults:
        raise SignatureError("; ".join(faults))
    layers = found["layers"].split(",") if found["layers"] else []
    return Signature(
        corpus=_unescape(found["corpus"]),
        digest=_unescape(found["digest"]),
        split=_unescape(found["split"]),
        layers=tuple(map(_unescape, layers)),
        documents=int(found["docs"]),
        resamples=int(found["resamples"]),
        seed=int(found["seed"]),
        singletons=_unescape(found["singletons"]),
        matching=_unescape(found["match"]),
        scorer=_unescape(found["scorer"]),
        system=tuple(system),
    )


def comparable(a: Signature, b: Signature) -> list[str]:
    """The fields that keep scores under `a` and `b` from being compared; [] where nothing does.

    Seed, number of resamples and the system's part may differ. `layers` is one of the fields;
    figures of a layer that both have do not depend on it.
    """
    return [
        name
        for name, attribute in _FIELDS.items()
        if name not in _FREE and getattr(a, attribute) != getattr(b, attribute)
    ]


def _line(pairs: Iterable[tuple[str, object]]) -> str:
    return "|".join([_TITLE, *(f"{_escape(name)}:{_value(value)}" for name, value in pairs)])


def _value(value: object) -> str:
    return ",".join(map(_escape, value)) if isinstance(value, tuple) else _escape(str(value))


def _escape(text: str) -> str:
    return quote(text, safe="/.+@=", errors="surrogatepass")


def _unescape(text: str) -> str:
    return unquote(text, errors="surrogatepass")
