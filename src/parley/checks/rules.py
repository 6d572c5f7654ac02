"""The ontology as the checks ask it: sets and tables, made once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parley import ontology


@dataclass(frozen=True, slots=True)
class Rules:
    """Lookups on one ontology."""

    modes: Mapping[str, tuple[str, ...]]
    #: Roles that an event may fill.
    event_roles: frozenset[str]
    #: Role -> mention types allowed there, for the roles that limit them.
    role_types: Mapping[str, tuple[str, ...]]
    #: Mention types that carry an ISO 8601 value.
    dated: frozenset[str]
    #: Mention types that refer to an entity of the registry: those with a CoNLL class.
    referring: frozenset[str]
    annotated_kinds: frozenset[str]


@cache
def load(path: Path | None = None) -> Rules:
    """The rules of an ontology file; of the packaged one if none is named."""
    scheme = ontology.load(path)
    return Rules(
        modes={label.name: label.modes for label in scheme.event},
        event_roles=frozenset(role.name for role in scheme.roles if "event" in role.range),
        role_types={role.name: role.types for role in scheme.roles if role.types},
        dated=frozenset(label.name for label in scheme.entity if label.value),
        referring=frozenset(label.name for label in scheme.entity if label.conll),
        annotated_kinds=scheme.annotated_kinds,
    )
