"""From the labels of a model's own to Parley's types."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from parley.baselines import CannotRunError
from parley.baselines.sample import Sample
from parley.incidents import nearest, one_of, say
from parley.ontology import load

#: What corpora and models print for the four classes of CoNLL-2003 (Tjong Kim Sang and De Meulder).
CONLL = {
    "PER": "PER",
    "PERSON": "PER",
    "ORG": "ORG",
    "ORGANIZATION": "ORG",
    "ORGANISATION": "ORG",
    "LOC": "LOC",
    "LOCATION": "LOC",
    "MISC": "MISC",
    "MISCELLANEOUS": "MISC",
}
#: Types of OntoNotes 5.0 that Parley does not have.
ELSEWHERE = frozenset({"LANGUAGE"})


def read_map(path: Path, types: Sequence[str]) -> dict[str, str]:
    """A TOML file of lines `"the model's label" = "TYPE"`; "" leaves the label out.

    Raises `CannotRunError`, with every fault, where the file cannot be read or names a type that is
    not one of `types`.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRunError(f"{path}: cannot be read as TOML: {error}") from None
    faults = [
        say(
            f"{path}: the type of {name!r} is not one of Parley's",
            got=value,
            expected=one_of(types) + ', or "" to leave the label out',
            nearest=nearest(value, types),
        )
        for name, value in raw.items()
        if value not in ("", *types)
    ]
    if not any(raw.values()):
        faults.append(f'{path}: names no type; expected lines such as person = "PERSON"')
    if faults:
        raise CannotRunError("\n".join(faults))
    return raw


def types_of(
    names: Iterable[str], given: Mapping[str, str], train: Sequence[Sample]
) -> dict[str, str]:
    """The Parley type of each of a model's entity labels; "" for one that has none.

    `given` goes first. Then a label set that is CoNLL's (PER, ORG, LOC, MISC and no others) is read
    by the ontology's `conll` column, where a class covers several types: the most frequent among
    the names of `train` is taken, or the first in the ontology where `train` has none. Any other
    set is read by name, case apart, as OntoNotes' is; LANGUAGE has no type in Parley.

    Raises `CannotRunError` for labels that none of this reads, all of them at once.
    """
    scheme = load()
    valid = scheme.names("entity")
    names = sorted(set(names))
    unknown = sorted(set(given) - set(names))
    if unknown:
        raise CannotRunError(
            say(
                "the label map names labels that the model does not have",
                got=", ".join(unknown),
                expected=one_of(names),
                nearest=next(filter(None, (nearest(name, names) for name in unknown)), None),
            )
        )
    left = [name for name in names if name not in given]
    made = dict(given)
    if all(name.upper() in CONLL for name in left):
        counts = Counter(
            row["type"]
            for sample in train
            for row in (sample.row or {}).get("mentions", ())
            if row.get("mention_type", "name") == "name"
        )
        for name in left:
            group = [label.name for label in scheme.entity if label.conll == CONLL[name.upper()]]
            made[name] = max(group, key=lambda label: counts[label])
        return made
    folded = {name.upper(): name for name in valid} | {"PER": "PERSON"}
    faults = []
    for name in left:
        if name.upper() in ELSEWHERE:
            made[name] = ""
        elif name.upper() in folded:
            made[name] = folded[name.upper()]
        else:
            faults.append(
                say(
                    f"the model's label {name!r} has no type in Parley",
                    expected=one_of(valid),
                    nearest=nearest(name, valid),
                )
            )
    if faults:
        lines = "\n".join(f'  "{name}" = ""' for name in left if name not in made)
        raise CannotRunError(
            "\n".join(faults)
            + '\nsay what each is, or "" to leave it out, in a file for --label-map:\n'
            + lines
        )
    return made
