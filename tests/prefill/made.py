"""Documents and registries for the tests of pre-annotation."""

from typing import Any

from parley import ontology
from parley.document import Annotations, Document
from parley.prefill.backend import bare
from parley.prefill.gazetteer import Gazetteer
from parley.prefill.merge import empty

ONTOLOGY = ontology.load()


def entity(name: str, kind: str, *variants: str, item: str | None = None) -> dict[str, Any]:
    row = {"id": item or name.lower().replace(" ", "-"), "name": name, "type": kind}
    return {**row, "qid": None, "variants": list(variants), "role": None}


REGISTRY = [
    entity("Sumy", "GPE"),
    entity("Sumy region", "GPE", "Sumy Oblast"),
    entity("Kursk region", "GPE"),
    entity("Kyiv", "GPE", "Kiev"),
    entity("Ukraine", "GPE"),
    entity("Russia", "GPE"),
    entity("United States", "GPE"),
    entity("Volodymyr Zelensky", "PERSON", "Zelenskyy"),
    entity("Andriy Kovalenko", "PERSON"),
    entity("Serhii Kovalenko", "PERSON"),
    entity("Alexei Smirnov", "PERSON"),
    entity("The Kyiv Independent", "ORG"),
    entity("The Economist", "ORG"),
    entity("the West", "LOC"),
    entity("Seim", "LOC", "Seym", "Sejm (mistranslated once)"),
    entity("Shot", "ORG"),
    entity("Igor (conscript)", "PERSON", item="igor"),
    entity("Russian Ministry of Defence", "ORG", item="russian-mod"),
    entity("Reuters", "ORG"),
    entity("Kursk nuclear power plant", "FAC"),
    entity("Kinzhal", "PRODUCT"),
]
GAZETTEER = Gazetteer(REGISTRY, "registry test")


def document(body: str, title: str = "Headline", published: str = "2024-08-22") -> Document:
    """A title and body lines, published on a Thursday."""
    return bare(f"{title}\n{body}", "doc", published)


def nothing(found: Document) -> Annotations:
    return empty(found)
