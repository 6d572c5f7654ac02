"""Flat CSV for pandas, R and databases: one file for each table, with keys that join them.

RFC 4180: UTF-8 without byte order mark, a header, commas, records ended by CR LF. Text is always
in quotation marks, line feeds inside it are the text's own; a value that is not there (NA) is an
empty field without quotation marks, so that readers which tell the two apart can. Nothing else is
changed: a text that begins with `=`, `+`, `-` or `@` is written as it is, since this is a data
file; a spreadsheet may take it for a formula, so import the columns there as text.

Of words such as NA or None a reader must be told that they are words:

    pandas.read_csv(file, keep_default_na=False, na_values=[""])
    read.csv(file, na.strings = "", encoding = "UTF-8")        # R

`doc_id` and `id` together are the key of every table but `documents` (`doc_id`), `sentences` and
`claims` (`id`); columns that end in `_id` name a row of another table of the same document.
`codebook.csv` has a line for each column: its type and meaning.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parley import document as model
from parley import files
from parley.dataset import claims, features
from parley.dataset.features import DOC_ID, INT, STRING, Field, ListOf, Scalar, Struct
from parley.dataset.rows import instant
from parley.document import Span
from parley.formats.source import Source, Written

JSON = dict[str, Any]
CODEBOOK = "codebook.csv"
_LISTS = {
    "mentions": "mentions",
    "events": "events",
    "arguments": "event_arguments",
    "attributions": "attributions",
    "attribution_spans": "attribution_spans",
    "stances": "stances",
}


def _members(config: features.Config, name: str) -> tuple[Field, ...]:
    """The members of a list of structs."""
    kind = next(field.type for field in config.fields if field.name == name)
    assert isinstance(kind, ListOf)
    assert isinstance(kind.item, Struct)
    return kind.item.fields


def _is_flat(field: Field) -> bool:
    return not (isinstance(field.type, ListOf) and isinstance(field.type.item, Struct))


_SENTENCES = ("id", "doc_id", "sent_id", "kind", "paragraph", "text", "doc_start", "doc_end")

#: Table -> its columns, in order: the fields of the dataset's configs that hold no list of
#: structs. Lists of ids are written with spaces between them.
TABLES: dict[str, tuple[Field, ...]] = {
    "documents": tuple(filter(_is_flat, features.DOCUMENTS.fields)),
    "sentences": tuple(field for field in features.SENTENCES.fields if field.name in _SENTENCES),
    **{name: (DOC_ID, *_members(features.DOCUMENTS, column)) for name, column in _LISTS.items()},
    "claims": tuple(filter(_is_flat, features.CLAIMS.fields)),
    "claim_sources": (
        Field("claim_id", STRING, "The claim (`id` of `claims`)."),
        DOC_ID,
        Field("position", INT, "1 for the innermost source, 2 for the one around it, and so on."),
        *_members(features.CLAIMS, "chain"),
    ),
}


def export(documents: Sequence[Source], out: Path) -> Written:
    """Writes TABLE.csv for each of `TABLES`, and the codebook. Of the annotations nothing is
    lost; tokens, and the configs that are made for training (`ner`, `questions`), are not in it."""
    made = Written()
    rows: dict[str, list[JSON]] = {name: [] for name in TABLES}
    for document in documents:
        rows["documents"].append(_document(document))
        rows["sentences"] += _sentences(document)
        for name, found in _annotations(document).items():
            rows[name] += [{"doc_id": document.doc_id, **row} for row in found]
        rows["claims"] += document.claims
        rows["claim_sources"] += _chains(document)
    for name, fields in TABLES.items():
        heads = [field.name for field in fields]
        files.write(
            out / f"{name}.csv",
            _csv([heads, *([row[head] for head in heads] for row in rows[name])]),
        )
        made.files.append(f"{name}.csv")
        made.held[name] += len(rows[name])
    files.write(out / CODEBOOK, _csv(_codebook()))
    made.files.append(CODEBOOK)
    return made


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    return "".join(f"{','.join(map(_field, row))}\r\n" for row in rows).encode()


def _field(value: object) -> str:
    match value:
        case None:
            return ""
        case int():
            return str(value)
        case list() | tuple():
            value = " ".join(map(str, value))
        case datetime():
            value = value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
    return '"' + str(value).replace('"', '""') + '"'


def _codebook() -> Iterator[Sequence[str]]:
    yield ("table", "column", "type", "meaning")
    for name, fields in TABLES.items():
        for field in fields:
            yield (name, field.name, _type(field.type), field.description)


def _type(kind: features.Type) -> str:
    match kind:
        case ListOf():
            return "list, with spaces between"
        case Scalar("int32"):
            return "integer"
        case Scalar("timestamp"):
            return "timestamp (ISO 8601, UTC)"
        case Scalar(name):
            return name
        case _:
            return "label"


def _document(document: Source) -> JSON:
    published, precision = instant(document.about["published_text"])
    return {
        **document.about,
        "doc_id": document.doc_id,
        "published": published,
        "published_precision": precision,
        "text": document.text,
        "sha256": document.annotations.sha256,
        "annotated_layers": document.annotations.layers,
    }


def _sentences(document: Source) -> Iterator[JSON]:
    starts = [paragraph.start for paragraph in document.paragraphs]
    for sentence in document.sentences:
        paragraph = bisect_right(starts, sentence.start) - 1
        yield {
            "id": sentence.id,
            "doc_id": document.doc_id,
            "sent_id": int(sentence.id.rpartition(":s")[2]),
            "kind": document.paragraphs[paragraph].kind,
            "paragraph": paragraph,
            "text": sentence.text,
            "doc_start": sentence.start,
            "doc_end": sentence.start + len(sentence.text),
        }


def _annotations(document: Source) -> dict[str, list[JSON]]:
    """The rows of the tables of annotations, as the `documents` config has them."""
    raw = model.to_dict(document.annotations)

    def words(start: int, end: int) -> JSON:
        return {"start": start, "end": end, "text": document.text[start:end]}

    mentions = {item["id"]: item for item in raw["mentions"]}
    events = {item["id"]: item for item in raw["events"]}
    parents = {item["id"]: item["parent"] for item in raw["attributions"]}
    sources = claims.Mentions(raw["mentions"])

    def target(key: str) -> JSON:
        return {"target_id": key, "target_kind": "mention" if key in mentions else "event"}

    found: dict[str, list[JSON]] = {
        "mentions": [{**item, **words(item["start"], item["end"])} for item in mentions.values()],
        "events": [{**item, **words(item["start"], item["end"])} for item in events.values()],
        "arguments": [],
        "attributions": [],
        "attribution_spans": [],
        "stances": [],
    }
    for event in events.values():
        for argument in event["arguments"]:
            key = argument["target"]
            mention = mentions.get(key)
            other = mention or events[key]
            found["arguments"].append(
                {
                    "event_id": event["id"],
                    "role": argument["role"],
                    **target(key),
                    **words(other["start"], other["end"]),
                    "entity": other["entity" if mention else "event"],
                }
            )
    for item in raw["attributions"]:
        source = sources.of_source([(start, end) for start, end in item["source"]])
        found["attributions"].append(
            {
                **item,
                "parent_id": item["parent"],
                "depth": len(claims.chain(item["id"], parents)),
                "source_entity": source["entity"] if source else None,
            }
        )
        for part in ("source", "cue", "content"):
            spans: list[Span] = item[part]
            found["attribution_spans"] += [
                {"attribution_id": item["id"], "part": part, **words(start, end)}
                for start, end in spans
            ]
    for item in raw["stances"]:
        found["stances"].append(
            {
                **item,
                **words(item["start"], item["end"]),
                **target(item["target"]),
                "holder_id": item["holder"],
                "attribution_id": item["attribution"],
            }
        )
    return found


def _chains(document: Source) -> Iterator[JSON]:
    for claim in document.claims:
        for position, link in enumerate(claim["chain"], 1):
            yield {
                "claim_id": claim["id"],
                "doc_id": document.doc_id,
                "position": position,
                **link,
            }
