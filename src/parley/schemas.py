"""The JSON Schemas (Draft 2020-12), made from the ontology.

Flat objects with `additionalProperties: false`: one mistake gives one fault, at its own path. The
files in schema/ are written by `scripts/refresh.py`; the registers' rows and the ledger, which
only the checks read, have their schemas here and no file.
"""

from collections.abc import Iterable
from typing import Any

from parley import json_io
from parley.document import FORMAT
from parley.files import ID_PATTERN
from parley.ontology import LAYERS, Ontology, schema_folder

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
COMMAND = "python scripts/refresh.py"
#: The last whole number that every JSON reader keeps.
LAST = 2**53 - 1
#: The schemas that have a file of their own: schema/NAME.schema.json.
FILES = ("article", "document", "annotations", "prediction", "correction")
#: The registers, whose rows have a schema each.
REGISTERS = ("entities", "events", "facts", "stories", "splits")

#: Members of annotations that an added one may have in a correction.
_CORRECTED = (
    *("type", "mention_type", "entity", "value", "mode", "polarity", "modality", "tense"),
    *("event", "source", "cue", "content", "style", "kind", "source_kind", "label"),
    *("holder", "target", "role"),
)
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
_PARTIAL = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"

STRING: Schema = {"type": "string"}
WORD: Schema = {"type": "string", "minLength": 1}
MAYBE: Schema = {"type": ["string", "null"], "minLength": 1}
WHOLE: Schema = {"type": "integer", "minimum": 0, "maximum": LAST}
BOOLEAN: Schema = {"type": "boolean"}
ID: Schema = {"type": "string", "pattern": f"^{ID_PATTERN}$"}
MAYBE_ID: Schema = {"type": ["string", "null"], "pattern": f"^{ID_PATTERN}$"}
#: An annotation's id: what Label Studio and annotators write, without white space.
ITEM: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,80}$"}
MAYBE_ITEM: Schema = {"type": ["string", "null"], "pattern": "^[A-Za-z0-9_.:-]{1,80}$"}
FACT: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DATE: Schema = {"type": "string", "pattern": f"^{_PARTIAL}(/{_PARTIAL})?$"}
QID: Schema = {"type": ["string", "null"], "pattern": "^Q[1-9][0-9]{0,11}$"}
PUBLISHED: Schema = {"type": "string", "pattern": f"^{_DAY}({_CLOCK})?$"}
LANGUAGE: Schema = {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}
URL: Schema = {"type": ["string", "null"], "pattern": "^https?://"}
SPAN: Schema = {"type": "array", "prefixItems": [WHOLE, WHOLE], "minItems": 2, "maxItems": 2}


def one_of(values: Iterable[str]) -> Schema:
    """A string out of a list."""
    return {"type": "string", "enum": list(values)}


def maybe_of(values: Iterable[str]) -> Schema:
    """A string out of a list, or null."""
    return {"enum": [*values, None]}


def items(schema: Schema, *, least: int = 0, unique: bool = False) -> Schema:
    """A list of what `schema` describes."""
    found: Schema = {"type": "array", "items": schema}
    if least:
        found["minItems"] = least
    if unique:
        found["uniqueItems"] = True
    return found


def thing(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """A flat object with these members and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def article(ontology: Ontology) -> Schema:
    """The front matter of an article file, TOML dates as ISO 8601 strings."""
    return thing(
        {
            "story": ID,
            "form": one_of(ontology.forms),
            "title": STRING,
            "published": PUBLISHED,
            "language": LANGUAGE,
            "blocks": {
                "type": "string",
                "pattern": r"^[a-z]+(\+[a-z]+)?(\*[1-9][0-9]*)?"
                r"( +[a-z]+(\+[a-z]+)?(\*[1-9][0-9]*)?)*$",
            },
        },
        {
            "updated": PUBLISHED,
            "byline": WORD,
            "source": WORD,
            "section": WORD,
            "url": {"type": "string", "pattern": "^https?://"},
            "facts": items(FACT, unique=True),
        },
    )


def document(ontology: Ontology) -> Schema:
    """A document as JSON. A withheld one has no `text`, and its paragraphs and sentences end in a
    short digest of their words (null for short ones)."""
    kinds = one_of(kind.name for kind in ontology.paragraph_kinds)
    digest: Schema = {"type": ["string", "null"], "pattern": "^[0-9a-f]{16}$"}
    paragraph: Schema = {
        "type": "array",
        "prefixItems": [WHOLE, WHOLE, kinds, digest],
        "minItems": 3,
        "maxItems": 4,
    }
    sentence: Schema = {
        "type": "array",
        "prefixItems": [WHOLE, WHOLE, digest],
        "minItems": 2,
        "maxItems": 3,
    }
    return thing(
        {
            "id": ID,
            "story": ID,
            "status": one_of(("open", "withheld")),
            "title": STRING,
            "published": PUBLISHED,
            "form": one_of(ontology.forms),
            "language": LANGUAGE,
            "length": WHOLE,
            "sha256": SHA256,
            "paragraphs": items(paragraph),
            "sentences": items(sentence),
        },
        {
            "format": {"const": "parley-withheld/1"},
            "text": STRING,
            "byline": MAYBE,
            "source": MAYBE,
            "section": MAYBE,
            "url": URL,
            "facts": items(FACT, unique=True),
            "file": STRING,
        },
    )


def annotations(ontology: Ontology) -> Schema:
    """The annotations of one document: what `parley.document.to_dict` gives."""
    spanned: dict[str, Schema] = {"id": ITEM, "start": WHOLE, "end": WHOLE}
    words = {"text": STRING}
    parts = ("source", "cue", "content")
    return thing(
        {
            "format": {"const": FORMAT},
            "doc_id": ID,
            "sha256": SHA256,
            "length": WHOLE,
            "layers": items(one_of(LAYERS), unique=True),
            "provenance": {"type": "object"},
            "mentions": items(
                thing(
                    {
                        **spanned,
                        "type": one_of(ontology.names("entity")),
                        "mention_type": one_of(ontology.values("mention_type")),
                        "entity": MAYBE_ID,
                        "value": MAYBE,
                    },
                    words,
                )
            ),
            "events": items(
                thing(
                    {
                        **spanned,
                        "type": one_of(ontology.names("event")),
                        "mode": maybe_of(ontology.modes()),
                        "polarity": one_of(ontology.values("polarity")),
                        "modality": one_of(ontology.values("modality")),
                        "tense": one_of(ontology.values("tense")),
                        "event": MAYBE_ID,
                        "arguments": items(thing({"role": _roles(ontology), "target": ITEM})),
                    },
                    words,
                )
            ),
            "attributions": items(
                thing(
                    {
                        "id": ITEM,
                        "source": items(SPAN),
                        "cue": items(SPAN, least=1),
                        "content": items(SPAN),
                        "style": one_of(ontology.values("style")),
                        "kind": one_of(ontology.values("kind")),
                        "source_kind": one_of(ontology.values("source_kind")),
                        "parent": MAYBE_ITEM,
                    },
                    {"text": thing({part: items(STRING) for part in parts})},
                )
            ),
            "stances": items(
                thing(
                    {
                        **spanned,
                        "label": one_of(ontology.values("label")),
                        "holder": MAYBE_ITEM,
                        "target": ITEM,
                        "attribution": MAYBE_ITEM,
                    },
                    words,
                )
            ),
        }
    )


def prediction(ontology: Ontology) -> Schema:
    """One line of a prediction file: the predictions for one document, any layer left out."""
    spanned: dict[str, Schema] = {"id": ITEM, "start": WHOLE, "end": WHOLE}
    words = {"text": STRING}
    argument = thing({"role": _roles(ontology), "start": WHOLE, "end": WHOLE}, words)
    return thing(
        {"doc_id": ID},
        {
            "mentions": items(
                thing(
                    {**spanned, "type": one_of(ontology.names("entity"))},
                    {
                        **words,
                        "mention_type": one_of(ontology.values("mention_type")),
                        # Equal in two documents: the same entity.
                        "entity": MAYBE_ITEM,
                    },
                )
            ),
            "events": items(
                thing(
                    {
                        **spanned,
                        "type": one_of(ontology.names("event")),
                        "arguments": items(argument),
                    },
                    words,
                )
            ),
            "attributions": items(
                thing(
                    {
                        "id": ITEM,
                        "source": items(SPAN),
                        "cue": items(SPAN),
                        "content": items(SPAN, least=1),
                    },
                    {"parent": MAYBE_ITEM, "style": one_of(ontology.values("style"))},
                )
            ),
            "stances": items(
                thing(
                    {
                        "holder": {"anyOf": [SPAN, {"const": "AUTHOR"}]},
                        "target": SPAN,
                        "label": one_of(ontology.values("label")),
                    }
                )
            ),
            "clusters": items(items(ITEM, least=1)),
        },
    )


#: Operation of an edit of a correction -> the members it must have, and those it may have.
CORRECTION_MEMBERS = {
    "change": (("id", "field"), ("from", "to")),
    "add": (("layer", "id"), ("at", *_CORRECTED)),
    "remove": (("layer", "id"), ("from", "role", "target")),
}


def correction(ontology: Ontology) -> Schema:
    """The record of a correction of gold (`parley.corrections.record`), its TOML date as ISO 8601.

    A place is `{quote, n, within, paragraph}` or `{start, end}`; which members an edit may have
    depends on `op` and is said by `CORRECTION_MEMBERS`.
    """
    layers = ("mentions", "events", "attributions", "stances", "arguments")
    value: Schema = {"type": ["string", "object", "array"]}
    place: Schema = {"type": "object"}
    places: Schema = {"type": ["object", "array"]}
    members: dict[str, Schema] = dict.fromkeys(_CORRECTED, WORD)
    members |= dict.fromkeys(("source", "cue", "content"), places)
    return thing(
        {
            "document": ID,
            "sha256": SHA256,
            "date": {"type": "string", "pattern": f"^{_DAY}$"},
            "by": WORD,
            "reason": WORD,
            "edit": items(
                thing(
                    {"op": one_of(CORRECTION_MEMBERS)},
                    {
                        "id": ITEM,
                        "layer": one_of(layers),
                        "field": WORD,
                        "from": value,
                        "to": value,
                        "at": place,
                        **members,
                        "role": _roles(ontology),
                    },
                ),
                least=1,
            ),
        }
    )


def register(name: str, ontology: Ontology) -> Schema:
    """A row of one of `REGISTERS`."""
    lists = items(WORD)
    rows: dict[str, Schema] = {
        "entities": thing(
            {
                "id": ID,
                "name": WORD,
                "type": one_of(ontology.names("entity")),
                "qid": QID,
                "variants": lists,
                "role": MAYBE,
            }
        ),
        "events": thing(
            {
                "id": ID,
                "type": one_of(ontology.names("event")),
                "date": DATE,
                "name": WORD,
                "story": ID,
                "facts": items(FACT, unique=True),
                "shared": MAYBE,
            }
        ),
        "facts": thing(
            {
                "id": FACT,
                "story": ID,
                "date": DATE,
                "fact": WORD,
                "actors": lists,
                "places": lists,
                "claimed_by": items(
                    thing({"source": WORD}, {"via": {"type": ["string", "null"]}, "kind": MAYBE})
                ),
                "status": WORD,
                "disputed_by": lists,
                "phrases": lists,
                "sources": items(WORD, least=1),
            },
            {"seed": BOOLEAN},
        ),
        "stories": thing({"id": ID, "title": WORD, "summary": WORD}, {"period": MAYBE}),
        "splits": thing({"story": ID, "split": one_of(ontology.splits), "reason": WORD}),
    }
    return rows[name]


def ledger(_ontology: Ontology) -> Schema:
    """The ledger of one export: what became of each of its results."""
    counts: dict[str, Schema] = dict.fromkeys(("kept", "repaired", "rejected"), WHOLE)
    return thing(
        {
            "format": {"const": "parley-ledger/1"},
            "export": WORD,
            "sha256": SHA256,
            "tasks": WHOLE,
            "results": WHOLE,
            **counts,
            "documents": {"type": "object", "additionalProperties": thing(counts)},
            "entries": items(
                thing(
                    {
                        "doc_id": STRING,
                        "task": STRING,
                        "annotation": STRING,
                        "item": STRING,
                        "outcome": one_of(("repaired", "rejected")),
                        "codes": items(WORD, least=1),
                        "count": WHOLE,
                    },
                    {"before": {}, "after": {}},
                )
            ),
        }
    )


def schema(kind: str, ontology: Ontology) -> Schema:
    """The schema of one of `FILES` or `REGISTERS`, `ledger`, or `manifest` (which is not made from
    the ontology, but kept in schema/). Raises `KeyError`."""
    if kind == "manifest":
        found: Schema = json_io.loads((schema_folder() / "manifest.schema.json").read_bytes())
        return found
    makers = {
        "article": article,
        "document": document,
        "annotations": annotations,
        "prediction": prediction,
        "correction": correction,
        "ledger": ledger,
    }
    body = makers[kind](ontology) if kind in makers else register(kind, ontology)
    return {
        "$schema": DRAFT,
        "$comment": f"Made from schema/ontology.toml by `{COMMAND}`; do not edit.",
        "title": f"parley {kind}",
        **body,
    }


def files(ontology: Ontology) -> dict[str, bytes]:
    """File name in schema/ -> bytes, for every schema that has a file."""
    return {
        f"{kind}.schema.json": json_io.dumps(schema(kind, ontology), pretty=True) for kind in FILES
    }


def _roles(ontology: Ontology) -> Schema:
    return one_of(role.name for role in ontology.roles)
