"""Every field of every config, once: name, type and meaning.

The Arrow schemas, the `datasets.Features`, the YAML of the card and its data dictionary are all
made from `CONFIGS`, so that they cannot disagree. Integers that name a label are positions in the
ontology's lists, which are append-only.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parley import json_io
from parley.ontology import Ontology

if TYPE_CHECKING:
    import pyarrow as pa

#: What a claim says of its event; append-only, as every list of labels.
CLAIMED = (
    "happened",
    "did_not_happen",
    "may_have_happened",
    "will_happen",
    "hypothetical",
    "will_not_happen",
    "may_happen",
)
STATUSES = ("open", "withheld")


@dataclass(frozen=True, slots=True)
class Scalar:
    """`string`, `bool`, `int32` or `timestamp` (microseconds, UTC)."""

    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """One of a closed list of names (a ClassLabel); `names` says which list."""

    names: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of any length, none included."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class Struct:
    """Named fields."""

    fields: tuple["Field", ...]


Type = Scalar | Label | ListOf | Struct


@dataclass(frozen=True, slots=True)
class Field:
    """One published column or member."""

    name: str
    type: Type
    description: str


@dataclass(frozen=True, slots=True)
class Config:
    """One config of the dataset: what a row is, and its columns."""

    name: str
    row: str
    fields: tuple[Field, ...]
    #: Rows in a Parquet row group. Documents are long, so a group of them is shorter.
    group: int = 10_000


STRING = Scalar("string")
INT = Scalar("int32")
BOOL = Scalar("bool")
INSTANT = Scalar("timestamp")


def _list(*fields: Field) -> ListOf:
    return ListOf(Struct(fields))


DOC_ID = Field("doc_id", STRING, "The document.")
SENT_ID = Field("sent_id", INT, "The sentence's place in the document's list of sentences, from 0.")
LAYERS = Field(
    "annotated_layers",
    ListOf(STRING),
    "The layers somebody annotated. An empty list of a layer that is not here means not "
    "annotated, not none found.",
)
STORY = Field("story", STRING, "The story the document tells; splits are by story.")
PUBLISHED = Field("published", INSTANT, "Publication in UTC; midnight where only a date is known.")

SPAN = (
    Field("start", INT, "First code point."),
    Field("end", INT, "One past the last code point."),
    Field("text", STRING, "The words of the span."),
)
MENTION = (
    Field("id", STRING, "The mention's id in its document."),
    *SPAN,
    Field("type", STRING, "OntoNotes type."),
    Field("mention_type", STRING, "name, nominal or pronoun."),
    Field("entity", STRING, "Id in the entity registry, or null."),
    Field("value", STRING, "ISO 8601 value of a DATE or TIME, or null."),
)
EVENT = (
    Field("id", STRING, "The event's id in its document."),
    *SPAN,
    Field("type", STRING, "PLOVER type or extension."),
    Field("mode", STRING, "PLOVER mode, or null."),
    Field("polarity", STRING, "positive or negative."),
    Field("modality", STRING, "asserted, planned, possible or hypothetical."),
    Field("tense", STRING, "past, present, future or unspecified, seen from publication."),
    Field("event", STRING, "Id in the event registry, or null."),
)
TARGET = (
    Field("target_id", STRING, "Id of the mention or event at the other end."),
    Field("target_kind", STRING, "mention or event."),
)
ATTRIBUTION = (
    Field("id", STRING, "The attribution's id in its document."),
    Field("parent_id", STRING, "The attribution in whose content this one is made, or null."),
    Field("depth", INT, "1 where the document reports it itself, 2 at second hand, and so on."),
    Field("style", STRING, "direct, indirect or mixed."),
    Field("kind", STRING, "assertion, belief, fact or eventuality."),
    Field("source_kind", STRING, "named, unnamed, collective, document or outlet."),
    Field("source_entity", STRING, "Registry id of the source, or null."),
)
ATTRIBUTION_SPAN = (
    Field("attribution_id", STRING, "The attribution the part belongs to."),
    Field("part", STRING, "source, cue or content."),
    *SPAN,
)
STANCE = (
    Field("id", STRING, "The stance's id in its document."),
    *SPAN,
    Field("label", STRING, "FAVOR, AGAINST or NONE."),
    Field("holder_id", STRING, "Id of the holder's mention; null where the author holds it."),
    *TARGET,
    Field("attribution_id", STRING, "The attribution it is made in, or null."),
)

DOCUMENTS = Config(
    "documents",
    "one document with everything annotated on it; offsets count from the start of `text`",
    (
        DOC_ID,
        STORY,
        Field("title", STRING, "The headline as printed, or empty where none is."),
        PUBLISHED,
        Field("published_precision", STRING, "instant, or date where only a date is known."),
        Field("published_text", STRING, "The publication time with the offset it was given in."),
        Field("form", Label("form"), "Kind of article."),
        Field("language", STRING, "BCP 47 tag."),
        Field("source", STRING, "Who the outlet credits, or null."),
        Field("section", STRING, "The section printed with it, or null."),
        Field("status", Label("status"), "open, or withheld where the text is not ours to share."),
        Field("facts", ListOf(STRING), "Ids of the sourced facts that it reports."),
        Field("text", STRING, "Canonical text, header lines included."),
        Field("sha256", STRING, "Digest of `text` as UTF-8."),
        LAYERS,
        Field(
            "paragraphs",
            _list(*SPAN[:2], Field("kind", STRING, "Paragraph kind.")),
            "Lines that hold anything, and what they are.",
        ),
        Field("sentences", _list(*SPAN[:2]), "Sentences, none across a line."),
        Field("mentions", _list(*MENTION), "Entity mentions, in text order, outer ones first."),
        Field("events", _list(*EVENT), "Event triggers, in text order."),
        Field(
            "event_arguments",
            _list(
                Field("event_id", STRING, "The event."),
                Field("role", STRING, "The argument's role."),
                *TARGET,
                *SPAN,
                Field("entity", STRING, "Registry id of the target, or null."),
            ),
            "What takes part in the events.",
        ),
        Field("attributions", _list(*ATTRIBUTION), "Who is said to have said it."),
        Field("attribution_spans", _list(*ATTRIBUTION_SPAN), "The parts of the attributions."),
        Field("stances", _list(*STANCE), "Who is for or against whom or what."),
    ),
    group=1_000,
)

SENTENCES = Config(
    "sentences",
    "one sentence of the reading text (title, standfirst, subhead, body) with what lies wholly "
    "inside it; offsets count from the start of the sentence",
    (
        Field("id", STRING, "DOC_ID:sSENT_ID."),
        DOC_ID,
        SENT_ID,
        Field("kind", STRING, "Paragraph kind."),
        Field("paragraph", INT, "The paragraph's place in the document, from 0."),
        Field("text", STRING, "The sentence."),
        Field("doc_start", INT, "Where it starts in the document's text."),
        Field("doc_end", INT, "Where it ends there."),
        LAYERS,
        Field("tokens", ListOf(STRING), "Tokens, in order; only white space is outside."),
        Field("token_starts", ListOf(INT), "Where each token starts."),
        Field("token_ends", ListOf(INT), "Where each token ends."),
        Field("entities", _list(*MENTION), "Mentions, outer ones first."),
        Field("events", _list(*EVENT), "Events."),
        Field(
            "event_arguments",
            _list(
                Field("event_id", STRING, "The event."),
                Field("role", STRING, "The argument's role."),
                *TARGET,
                Field("in_sentence", BOOL, "Whether the target lies inside this sentence."),
                Field("start", INT, "First code point; null where it lies outside."),
                Field("end", INT, "One past the last code point; null where it lies outside."),
                Field("text", STRING, "The target's words, also where it lies outside."),
            ),
            "Arguments of the events here; the target may lie in another sentence.",
        ),
        Field(
            "attributions",
            _list(
                *ATTRIBUTION,
                Field("complete", BOOL, "Whether all its parts lie inside this sentence."),
            ),
            "Attributions that have at least one part inside.",
        ),
        Field(
            "attribution_spans",
            _list(*ATTRIBUTION_SPAN),
            "Their parts inside; a part that crosses sentences stands in `documents` only.",
        ),
        Field(
            "stances",
            _list(
                *STANCE,
                Field(
                    "in_sentence",
                    BOOL,
                    "Whether holder and target lie inside this sentence (the author always does).",
                ),
            ),
            "Stances; where `in_sentence`, `entities` and `events` have both ends.",
        ),
    ),
)

NER = Config(
    "ner",
    "one sentence with names tagged token by token, ready for a tagger; of names that overlap "
    "only the outermost is tagged (the longest, then the first)",
    (
        Field("id", STRING, "DOC_ID:sSENT_ID."),
        DOC_ID,
        SENT_ID,
        Field("tokens", ListOf(STRING), "Tokens, in order."),
        Field("ner_tags", ListOf(Label("ner")), "BIO tag of each token; O is 0."),
    ),
)

EVENTS = Config(
    "events",
    "one event with its trigger, attributes and arguments",
    (
        Field("id", STRING, "DOC_ID:EVENT_ID."),
        DOC_ID,
        SENT_ID,
        Field("event_id", STRING, "The event's id in its document."),
        Field("text", STRING, "The sentence of the trigger."),
        Field("doc_start", INT, "Where that sentence starts in the document's text."),
        Field("trigger", STRING, "The trigger's words."),
        Field("trigger_start", INT, "First code point of the trigger in `text`."),
        Field("trigger_end", INT, "One past its last code point in `text`."),
        Field("type", Label("event"), "PLOVER type or extension."),
        Field("mode", STRING, "PLOVER mode, or null."),
        Field("polarity", Label("polarity"), "Whether the text says that it happened or not."),
        Field("modality", Label("modality"), "The status that the text gives it."),
        Field("tense", Label("tense"), "When it lies, seen from publication."),
        Field("event", STRING, "Id in the event registry, or null."),
        Field(
            "attribution_id",
            STRING,
            "The innermost attribution that holds the trigger; null in the author's voice.",
        ),
        Field(
            "arguments",
            _list(
                Field("role", Label("role"), "The argument's role."),
                *TARGET,
                Field("text", STRING, "The target's words."),
                Field("doc_start", INT, "First code point in the document's text."),
                Field("doc_end", INT, "One past the last code point in the document's text."),
                Field("entity", STRING, "Registry id of the target, or null."),
                Field("in_sentence", BOOL, "Whether it lies inside `text`."),
            ),
            "What takes part.",
        ),
    ),
)

ATTRIBUTIONS = Config(
    "attribution",
    "one attribution: source, cue and content, each in one or more parts; offsets count from the "
    "start of `text`",
    (
        Field("id", STRING, "DOC_ID:ATTRIBUTION_ID."),
        DOC_ID,
        Field("attribution_id", STRING, "The attribution's id in its document."),
        Field("parent_id", STRING, "The attribution in whose content it is made, or null."),
        ATTRIBUTION[2],
        Field("text", STRING, "The paragraphs from its first part to its last."),
        Field("doc_start", INT, "Where they start in the document's text."),
        Field("source", _list(*SPAN), "Parts of the source; none where it is implicit."),
        Field("cue", _list(*SPAN), "Parts of the cue."),
        Field("content", _list(*SPAN), "Parts of the content."),
        Field("style", Label("style"), "direct, indirect or mixed."),
        Field("kind", Label("kind"), "PARC's type."),
        Field("source_kind", Label("source_kind"), "What the source is."),
        ATTRIBUTION[6],
        Field("sent_ids", ListOf(INT), "The sentences that its parts touch."),
    ),
)

STANCES = Config(
    "stance",
    "one pair of holder and target with the words that carry the stance",
    (
        Field("id", STRING, "DOC_ID:STANCE_ID."),
        DOC_ID,
        SENT_ID,
        Field("stance_id", STRING, "The stance's id in its document."),
        Field("text", STRING, "The sentence of the expression."),
        Field("doc_start", INT, "Where that sentence starts in the document's text."),
        Field("expression", STRING, "The words that carry it."),
        Field("expression_start", INT, "First code point of the expression in `text`."),
        Field("expression_end", INT, "One past its last code point in `text`."),
        Field("holder", STRING, "The holder's words; AUTHOR where it is the author."),
        Field("holder_id", STRING, "Id of the holder's mention; null for the author."),
        Field("holder_entity", STRING, "Registry id of the holder, or null."),
        Field("target", STRING, "The target's words."),
        *TARGET,
        Field("target_entity", STRING, "Registry id of the target (entity or event), or null."),
        Field("label", Label("stance"), "For, against, or an explicit refusal to take a side."),
        Field("attribution_id", STRING, "The attribution it is made in, or null."),
    ),
)

CLAIMS = Config(
    "claims",
    "one claim: what a source says of one event inside an attribution's content (derived from "
    "the other layers, never annotated)",
    (
        Field("id", STRING, "DOC_ID:EVENT_ID:ATTRIBUTION_ID."),
        DOC_ID,
        STORY,
        PUBLISHED,
        SENT_ID,
        Field("event_id", STRING, "The event's id in its document."),
        Field("event", STRING, "Id in the event registry, or null: join claims on it."),
        Field("type", Label("event"), "Type of the event."),
        Field("claimed", Label("claimed"), "What the source says of the event."),
        Field(
            "via",
            STRING,
            "statement, or denial where the cue itself is a REJECT event whose theme is the event.",
        ),
        Field("source", STRING, "The source's words; null where it is implicit."),
        Field("source_entity", STRING, "Registry id of the source, or null."),
        Field("source_kind", Label("source_kind"), "What the source is."),
        Field("attribution_id", STRING, "The attribution that holds the event."),
        Field("depth", INT, "How many sources the claim passed through, the document not counted."),
        Field(
            "chain",
            _list(
                Field("attribution_id", STRING, "The attribution."),
                Field("source", STRING, "The source's words; null where it is implicit."),
                Field("source_entity", STRING, "Registry id of the source, or null."),
                Field("source_kind", STRING, "What the source is."),
                Field("cue", STRING, "The cue's words."),
            ),
            "The sources from the innermost to the outermost.",
        ),
        Field("text", STRING, "The sentence of the trigger."),
        Field("doc_start", INT, "Where that sentence starts in the document's text."),
        Field("trigger", STRING, "The trigger's words."),
        Field("trigger_start", INT, "First code point of the trigger in `text`."),
        Field("trigger_end", INT, "One past its last code point in `text`."),
    ),
)

QUESTIONS = Config(
    "questions",
    "one question with its context and answer (derived from the other layers, never annotated)",
    (
        Field("id", STRING, "DOC_ID:ITEM_ID:TASK; of an argument DOC_ID:EVENT_ID:ROLE:TASK."),
        DOC_ID,
        Field(
            "task",
            STRING,
            "source, claimant, argument, voice, event_type or stance: see Questions.",
        ),
        Field("context", STRING, "The sentences or paragraphs that the answer is to come from."),
        Field("doc_start", INT, "Where the context starts in the document's text."),
        Field("question", STRING, "The question."),
        Field(
            "choices",
            ListOf(STRING),
            "The choices, in the same order in every row of a task; none where the answer is open.",
        ),
        Field("answer", STRING, "The answer: the right choice, or words of the context."),
        Field("answers", ListOf(STRING), "Every accepted answer, `answer` first."),
        Field("label", INT, "The right choice's place in `choices`, from 0; -1 without choices."),
    ),
)

#: In the order of the card; the second is the default.
CONFIGS = (DOCUMENTS, SENTENCES, NER, EVENTS, ATTRIBUTIONS, STANCES, CLAIMS, QUESTIONS)
DEFAULT = SENTENCES.name
NAMES = tuple(config.name for config in CONFIGS)


def label_names(key: str, ontology: Ontology) -> tuple[str, ...]:
    """The names of one closed list, in published order."""
    match key:
        case "form":
            return ontology.forms
        case "status":
            return STATUSES
        case "event":
            return ontology.names("event")
        case "stance":
            return ontology.values("label")
        case "role":
            return tuple(role.name for role in ontology.roles)
        case "ner":
            return ("O", *(f"{bio}-{name}" for name in ontology.names("entity") for bio in "BI"))
        case "claimed":
            return CLAIMED
        case _:
            return ontology.values(key)


def label_fields(config: Config, ontology: Ontology) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Dotted path and names of every label field of a config."""
    yield from _labels("", config.fields, ontology)


def _labels(
    prefix: str, fields: tuple[Field, ...], ontology: Ontology
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field in fields:
        kind = field.type.item if isinstance(field.type, ListOf) else field.type
        path = f"{prefix}{field.name}"
        if isinstance(kind, Label):
            yield path, label_names(kind.names, ontology)
        elif isinstance(kind, Struct):
            yield from _labels(f"{path}.", kind.fields, ontology)


def arrow_schema(config: Config) -> "pa.Schema":
    """The Arrow schema of a config, without metadata."""
    import pyarrow as pa

    return pa.schema([(field.name, _arrow(field.type)) for field in config.fields])


def _arrow(kind: Type) -> "pa.DataType":
    import pyarrow as pa

    match kind:
        case Label():
            return pa.int64()
        case ListOf(item):
            return pa.list_(_arrow(item))
        case Struct(fields):
            return pa.struct([(field.name, _arrow(field.type)) for field in fields])
        case Scalar("timestamp"):
            return pa.timestamp("us", tz="UTC")
        case Scalar("bool"):
            return pa.bool_()
        case Scalar("int32"):
            return pa.int32()
        case _:
            return pa.string()


def features(config: Config, ontology: Ontology) -> Any:
    """The `datasets.Features` of a config."""
    from datasets import Features

    return Features({field.name: _feature(field.type, ontology) for field in config.fields})


def _feature(kind: Type, ontology: Ontology) -> Any:
    from datasets import ClassLabel, List, Value

    match kind:
        case Label(names):
            return ClassLabel(names=list(label_names(names, ontology)))
        case ListOf(item):
            return List(_feature(item, ontology))
        case Struct(fields):
            return {field.name: _feature(field.type, ontology) for field in fields}
        case Scalar("timestamp"):
            return Value("timestamp[us, tz=UTC]")
        case Scalar(name):
            return Value(name)


def type_name(kind: Type, ontology: Ontology) -> str:
    """A type in words, for the data dictionary."""
    match kind:
        case Label(names):
            return f"label ({len(label_names(names, ontology))})"
        case ListOf(Struct()):
            return "list of structs"
        case ListOf(item):
            return f"list of {type_name(item, ontology)}"
        case Struct():
            return "struct"
        case Scalar("timestamp"):
            return "timestamp (µs, UTC)"
        case Scalar(name):
            return name


def describe(config: Config, ontology: Ontology) -> list[dict[str, Any]]:
    """A config's fields as plain values, members nested: what the schema digest is taken over."""
    return _describe(config.fields, ontology)


def _describe(fields: tuple[Field, ...], ontology: Ontology) -> list[dict[str, Any]]:
    found = []
    for field in fields:
        kind = field.type.item if isinstance(field.type, ListOf) else field.type
        row: dict[str, Any] = {"name": field.name, "type": type_name(field.type, ontology)}
        if isinstance(kind, Label):
            row["names"] = list(label_names(kind.names, ontology))
        elif isinstance(kind, Struct):
            row["members"] = _describe(kind.fields, ontology)
        found.append(row)
    return found


def schema_digest(config: Config, ontology: Ontology) -> str:
    """sha256 over a config's field names, types and label names; descriptions do not count."""
    return hashlib.sha256(json_io.canonical(describe(config, ontology))).hexdigest()
