"""Who is who, for the baseline `rules`: names by string, surname, initials; pronouns by nearness.

An entity is a name of the train split where it is one, else the longest name of its cluster; names
of one type that are equal then are one entity in every document.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from parley.baselines.rules_mentions import NUMERIC, Found
from parley.baselines.sample import JSON

_HE = frozenset({"he", "she", "his", "her", "him", "himself", "herself"})


def entities(text: str, mentions: Sequence[Found], known: Mapping[str, str]) -> list[str | None]:
    """The entity of each mention (in text order), or None; `known` has entities by name."""
    full = _full_names(text, mentions)
    found: list[str | None] = []
    person: str | None = None
    for item in mentions:
        words = text[item.start : item.end]
        entity: str | None = None
        if item.kind == "name" and item.type not in NUMERIC and item.type != "NORP":
            entity = item.entity or known.get(words) or _id(item.type, full[item.type, words])
            if item.type == "PERSON":
                longer = full[item.type, words]
                entity = known.get(longer) or item.entity or _id(item.type, longer)
                person = entity
        elif item.kind == "pronoun" and words.lower() in _HE:
            entity = person
        found.append(entity)
    return found


def clusters(rows: Sequence[JSON]) -> list[list[str]]:
    """The ids of mentions with equal entities, in text order."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.get("entity"):
            found.setdefault(row["entity"], []).append(row["id"])
    return list(found.values())


def _full_names(text: str, mentions: Sequence[Found]) -> dict[tuple[str, str], str]:
    """(type, name) -> the name it is short for in this document, or itself."""
    names: dict[str, list[str]] = {}
    for item in mentions:
        if item.kind == "name":
            names.setdefault(item.type, []).append(text[item.start : item.end])
    full: dict[tuple[str, str], str] = {}
    for kind, listed in names.items():
        whole = sorted(set(listed), key=lambda name: (-len(name), name))
        for name in whole:
            plain = _plain(name)
            matches = [
                other
                for other in whole
                if len(other) > len(name)
                and (
                    (kind == "PERSON" and _plain(other).split()[-1] == plain)
                    or (kind == "ORG" and name.isupper() and _initials(other) == name)
                    or _plain(other) == plain
                )
            ]
            full[kind, name] = matches[0] if matches else name
    return full


def _plain(name: str) -> str:
    return re.sub(r"^the ", "", name.casefold())


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper() and word != "The")


def _id(kind: str, name: str) -> str:
    folded = unicodedata.normalize("NFKD", _plain(name))
    slug = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode()).strip("-")
    if not slug:
        slug = "-".join(f"{ord(char):x}" for char in name[:8])
    return f"{kind.lower().replace('_', '-')}-{slug}"[:72].strip("-")
