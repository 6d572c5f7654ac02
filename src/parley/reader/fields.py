"""What search can ask for: kinds of result, their columns, and the fields of the query language.

One table for the index, the page's help and the script that answers, which gets it as JSON. The
names are those of the dataset's columns where it has them.
"""

from dataclasses import dataclass

#: Kind of result -> its columns, each with the list that its values are from. `number` is no list.
COLUMNS: dict[str, dict[str, str]] = {
    "mention": {"type": "mention type", "mention_type": "mention_type", "entity": "id"},
    "event": {
        "type": "event type",
        "mode": "mode",
        "polarity": "polarity",
        "modality": "modality",
        "tense": "tense",
        "event": "id",
    },
    "attribution": {
        "style": "style",
        "kind": "kind",
        "source_kind": "source_kind",
        "depth": "number",
        "source": "id",
    },
    "stance": {
        "label": "stance",
        "holder_type": "mention type",
        "holder": "id",
        "target_type": "mention type",
        "target_event_type": "event type",
        "target": "id",
    },
    "argument": {
        "role": "role",
        "event_type": "event type",
        "event": "id",
        "filler_type": "mention type",
        "filler_event_type": "event type",
        "filler": "id",
    },
    "claim": {
        "type": "event type",
        "event": "id",
        "claimed": "claimed",
        "via": "via",
        "source_kind": "source_kind",
        "source": "id",
        "depth": "number",
        "conflicting": "claims",
    },
}
#: What a document is asked for; `date` is a number, YYYYMMDD.
DOCUMENT = ("story", "form", "split", "source", "section", "status", "date")
#: The holder of a stance that is the document's own.
AUTHOR = "AUTHOR"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the query language: what it means, and the columns it looks at by kind."""

    about: str
    columns: dict[str, tuple[str, ...]]


FIELDS: dict[str, Field] = {
    "type": Field(
        "type of a mention (of what fills a role, beside role:)",
        {"mention": ("type",), "argument": ("filler_type", "filler_event_type")},
    ),
    "mention_type": Field("name, nominal or pronoun", {"mention": ("mention_type",)}),
    "entity": Field(
        "an entity, by id or name: mentioned, in a role, as source, holder or target",
        {
            "mention": ("entity",),
            "argument": ("filler",),
            "attribution": ("source",),
            "stance": ("holder", "target"),
            "claim": ("source",),
        },
    ),
    "event": Field(
        "an event's type, or one event of the register, by id or name",
        {
            "event": ("type", "event"),
            "argument": ("event_type", "event"),
            "claim": ("type", "event"),
        },
    ),
    "mode": Field("mode of an event", {"event": ("mode",)}),
    "polarity": Field("whether the text says that it happened", {"event": ("polarity",)}),
    "modality": Field("the status that the text gives an event", {"event": ("modality",)}),
    "tense": Field("when an event lies, seen from publication", {"event": ("tense",)}),
    "role": Field("role in an event", {"argument": ("role",)}),
    "source_kind": Field(
        "what a source is", {"attribution": ("source_kind",), "claim": ("source_kind",)}
    ),
    "by": Field(
        "the source of an attribution or a claim, by id or name",
        {"attribution": ("source",), "claim": ("source",)},
    ),
    "depth": Field(
        "how many sources it passed through: depth:2, depth:>1",
        {"attribution": ("depth",), "claim": ("depth",)},
    ),
    "style": Field("how speech is reported", {"attribution": ("style",)}),
    "kind": Field("what an attribution is", {"attribution": ("kind",)}),
    "stance": Field("label of a stance", {"stance": ("label",)}),
    "holder": Field(
        f"who holds a stance: a mention type, an entity, or {AUTHOR}",
        {"stance": ("holder_type", "holder")},
    ),
    "target": Field(
        "whom or what a stance is on: a mention type, an event type, or an id or name",
        {"stance": ("target_type", "target_event_type", "target")},
    ),
    "claims": Field(
        "claims:conflicting: another claim on the same event says the contrary",
        {"claim": ("conflicting",)},
    ),
    "claimed": Field("what a claim says of its event", {"claim": ("claimed",)}),
    "via": Field("statement or denial", {"claim": ("via",)}),
    "about": Field("the event that a claim is on, by id or name", {"claim": ("event",)}),
}
DOCUMENT_FIELDS: dict[str, str] = {
    "story": "the story that a document tells, by id or title",
    "form": "kind of article",
    "split": "part of the dataset",
    "source": "who the outlet credits",
    "section": "section printed with it",
    "status": "open or withheld",
    "date": "publication: date:2024-08-17, date:2024-08, date:>2024-08-17",
}
