"""What a comparison of two builds of a dataset found, as plain values."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

#: What is compared inside a document, in the order of reports.
LAYERS = (
    "paragraphs",
    "sentences",
    "mentions",
    "events",
    "arguments",
    "attributions",
    "stances",
    "claims",
)
#: What can have become of an annotation.
KINDS = ("added", "removed", "changed", "renamed", "uncomparable")

#: A value before and after.
Pair = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one annotation.

    `id` is the one in the new build (of what was removed or cannot be compared, in the old);
    arguments and claims are named by the ids they join, sentences and paragraphs by nothing.
    `start` and `end` are code points of the new text (of the old, where it is only there).
    `words` are those of the span, None where the document is withheld. `fields` maps a field's name
    to its value before and after: of an annotation that was added or removed, its label alone.
    """

    layer: str
    kind: str
    id: str | None
    start: int
    end: int
    words: str | None
    fields: Mapping[str, Pair] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Words replaced: code points of the old text and of the new; words None where withheld."""

    old: tuple[int, int]
    new: tuple[int, int]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What became of one document.

    `kind` is `added`, `removed` or `changed`. `counts` gives what an added or removed document
    holds, by layer; `metadata`, `edits` and `changes` tell of one that changed.
    """

    doc_id: str
    kind: str
    withheld: bool
    metadata: Mapping[str, Pair] = field(default_factory=dict)
    edits: tuple[TextEdit, ...] = ()
    changes: tuple[Change, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Labels:
    """A set of labels that changed: `field` is CONFIG.FIELD. `moved` labels have another number
    than before, which breaks whatever kept numbers."""

    field: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """A row of a register: `kind` is `added`, `removed` or `changed`."""

    register: str
    id: str
    kind: str
    fields: Mapping[str, Pair] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two builds: what it is called, and what its manifest says."""

    name: str
    version: str
    ontology: str
    logical_sha256: str
    documents: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two builds of a dataset.

    `schema` tells of fields that only one of them has; `configs` maps a config whose rows differ
    to its number of rows before and after (derived configs, too, so that nothing that differs goes
    unsaid); `files` names other files that differ (`+` and `-` for those of one side only).
    """

    old: Side
    new: Side
    documents: tuple[DocumentChange, ...]
    labels: tuple[Labels, ...]
    registers: tuple[RegisterChange, ...]
    schema: tuple[str, ...]
    configs: Mapping[str, tuple[int, int]]
    files: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs in what was compared."""
        return not (
            self.documents
            or self.labels
            or self.registers
            or self.schema
            or self.configs
            or self.files
            or self.old.ontology != self.new.ontology
            or self.old.version != self.new.version
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """Layer -> kind -> number, of documents that both builds have; `documents` first."""
        found: dict[str, Counter[str]] = {"documents": Counter()}
        found |= {layer: Counter() for layer in LAYERS}
        for document in self.documents:
            found["documents"][document.kind] += 1
            for change in document.changes:
                found[change.layer][change.kind] += 1
        return {
            layer: {kind: numbers[kind] for kind in KINDS if numbers[kind]}
            for layer, numbers in found.items()
            if numbers
        }

    def summary(self) -> str:
        """One line: what differs, in numbers."""
        from parley.versions import text

        return text.summary(self)

    def lines(self) -> list[str]:
        """The whole difference as text, a line each."""
        from parley.versions import text

        return text.lines(self)

    def to_dict(self) -> dict[str, Any]:
        """The whole difference as JSON values, with `equal` and `counts`."""
        return {"equal": self.equal, "counts": self.counts(), **asdict(self)}

    def page(self) -> str:
        """The whole difference as one HTML page, without script."""
        from parley.versions import page

        return page.render(self)
