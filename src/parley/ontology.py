"""The ontology: every label, role and attribute, read from `schema/ontology.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

#: The four annotation layers, in the order of the annotator's passes.
LAYERS = ("entity", "event", "attribution", "stance")


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its name, what it means, and what its layer adds."""

    name: str
    definition: str
    color: str = ""
    hotkey: str = ""
    conll: str = ""
    ace: str = ""
    value: str = ""
    family: str = ""
    modes: tuple[str, ...] = ()
    extension: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A named link from an annotation to a mention, an event or a span.

    `range` holds what may stand at the other end, the preferred kind first; `types`, where not
    empty, the mention types allowed there.
    """

    name: str
    definition: str
    range: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A closed question about one annotation of `layer`; `default` is None where it must be
    answered."""

    name: str
    layer: str
    values: tuple[str, ...]
    default: str | None
    definition: str


@dataclass(frozen=True, slots=True)
class ParagraphKind:
    """What a line of an article is; `annotated` kinds are the reading text."""

    name: str
    annotated: bool
    definition: str


@dataclass(frozen=True, slots=True, eq=False)
class Ontology:
    """The scheme in force. Orders are append-only: ClassLabel integers are positions.

    Compared by identity, so that it can key a cache.
    """

    version: str
    sources: Mapping[str, str]
    entity: tuple[Label, ...]
    event: tuple[Label, ...]
    attribution: tuple[Label, ...]
    stance: tuple[Label, ...]
    roles: tuple[Role, ...]
    links: tuple[Role, ...]
    stance_links: tuple[Role, ...]
    attributes: Mapping[str, Attribute]
    paragraph_kinds: tuple[ParagraphKind, ...]
    forms: tuple[str, ...]
    splits: tuple[str, ...]
    annotated_kinds: frozenset[str]
    _names: Mapping[str, tuple[str, ...]]

    def labels(self, layer: str) -> tuple[Label, ...]:
        """The labels of one of `LAYERS`."""
        found: tuple[Label, ...] = getattr(self, layer)
        return found

    def names(self, layer: str) -> tuple[str, ...]:
        """The label names of one of `LAYERS`, in published order."""
        return self._names[layer]

    def role(self, name: str) -> Role | None:
        """An event role by name."""
        return next((role for role in self.roles if role.name == name), None)

    def values(self, attribute: str) -> tuple[str, ...]:
        """The values of an attribute, in published order."""
        return self.attributes[attribute].values

    def modes(self) -> tuple[str, ...]:
        """Every mode of every event type, each once, in order."""
        return tuple(dict.fromkeys(mode for label in self.event for mode in label.modes))

    def modes_of(self, event_type: str) -> tuple[str, ...]:
        """The modes that one event type takes."""
        return next((label.modes for label in self.event if label.name == event_type), ())


def schema_folder() -> Path:
    """Where the packaged ontology, JSON Schemas and interface are."""
    packaged = Path(__file__).parent / "_schema"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "schema"


@cache
def load(path: Path | None = None) -> Ontology:
    """Reads an ontology file; the packaged one if none is named."""
    with (path or schema_folder() / "ontology.toml").open("rb") as file:
        return _parse(tomllib.load(file))


def _parse(raw: dict[str, Any]) -> Ontology:
    def labels(key: str) -> tuple[Label, ...]:
        return tuple(Label(**{**row, "modes": tuple(row.get("modes", ()))}) for row in raw[key])

    def roles(key: str) -> tuple[Role, ...]:
        return tuple(
            Role(
                name=row["name"],
                definition=row["definition"],
                range=tuple(row.get("range", ())),
                types=tuple(row.get("types", ())),
            )
            for row in raw[key]
        )

    kinds = tuple(ParagraphKind(**row) for row in raw["paragraph_kind"])
    return Ontology(
        version=raw["version"],
        sources=raw["sources"],
        entity=labels("entity"),
        event=labels("event"),
        attribution=labels("attribution"),
        stance=labels("stance"),
        roles=roles("role"),
        links=roles("link"),
        stance_links=roles("stance_link"),
        attributes={
            name: Attribute(
                name=name,
                layer=row["layer"],
                values=tuple(row["values"]),
                default=row.get("default"),
                definition=row["definition"],
            )
            for name, row in raw["attributes"].items()
        },
        paragraph_kinds=kinds,
        forms=tuple(raw["forms"]["values"]),
        splits=tuple(raw["splits"]["values"]),
        annotated_kinds=frozenset(kind.name for kind in kinds if kind.annotated),
        _names={layer: tuple(row["name"] for row in raw[layer]) for layer in LAYERS},
    )
