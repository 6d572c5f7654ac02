"""Foreign documents read through the import frame without a project."""

from parley import json_io, ontology
from parley.document import Annotations
from parley.formats.standoff import Standoff
from parley.importing.convert import Converted, Unknown, convert
from parley.importing.mapping import Scheme
from parley.importing.store import task
from parley.labelstudio import ingest

ONTOLOGY = ontology.load()


class Everything:
    """A registry that has every id."""

    def find(self, kind: str, value: str, doc_id: str, label: str, words: str) -> str | None:
        return f"{doc_id}-{value}" if kind == "group" else value


def converted(source: Standoff, scheme: Scheme | None = None) -> tuple[Converted, Unknown]:
    """A document's results, with the names that nothing maps."""
    scheme = scheme or Scheme(ONTOLOGY)
    unknown = Unknown(scheme)
    return convert(source, "doc", scheme, Everything(), unknown), unknown


def annotations(source: Standoff, scheme: Scheme | None = None) -> Annotations:
    """What ingest makes of a document; nothing may be rejected on the way."""
    made, unknown = converted(source, scheme)
    assert not made.incidents and not unknown.counts, [*map(str, made.incidents), unknown.counts]
    data = json_io.dumps([task(1, made, "someone", source.layers or ())])
    done = ingest.read(data, "test.json", ONTOLOGY)
    assert not done.incidents, [*map(str, done.incidents)]
    return done.annotations["doc"]
