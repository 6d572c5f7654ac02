"""What a query should find, worked out from the dataset's rows one by one, without an index."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import regex  # type: ignore[import-untyped]

from parley.dataset.read import tables

JSON = dict[str, Any]
KINDS = ("mention", "event", "attribution", "stance", "argument", "claim")
#: Fields that several kinds have: the kind that a field is of when it stands alone.
FIRST = {
    "type": "mention",
    "mention_type": "mention",
    "entity": "mention",
    "event": "event",
    "mode": "event",
    "polarity": "event",
    "modality": "event",
    "tense": "event",
    "source_kind": "attribution",
    "by": "attribution",
    "depth": "attribution",
    "style": "attribution",
    "kind": "attribution",
    "stance": "stance",
    "holder": "stance",
    "target": "stance",
    "role": "argument",
    "claims": "claim",
    "claimed": "claim",
    "via": "claim",
    "about": "claim",
}


@dataclass(frozen=True)
class Found:
    """One annotation: its document, its sentence (from 0), its id, its words in that sentence, and
    what each field may be asked for."""

    doc_id: str
    sentence: int
    anchor: str
    words: str
    values: Mapping[str, set[Any]]


@dataclass
class Corpus:
    """All annotations by kind; `documents` and `sentences` (doc_id, number) -> words."""

    found: dict[str, list[Found]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    documents: dict[str, JSON] = field(default_factory=dict)
    sentences: dict[tuple[str, int], list[str]] = field(default_factory=dict)


def words(text: str) -> list[str]:
    """Runs of letters and digits, without case and marks."""
    plain = regex.sub(r"\p{M}", "", unicodedata.normalize("NFKD", text).lower())
    return list(regex.findall(r"[\p{L}\p{N}]+", plain))


def read(folder: Path) -> Corpus:
    """Everything in a built dataset."""
    corpus = Corpus()
    claims: dict[str, list[JSON]] = {}
    for _, rows in tables(folder, "claims"):
        for row in rows:
            claims.setdefault(row["doc_id"], []).append(row)
    said: dict[Any, set[str]] = {}
    for doc_id, rows in claims.items():
        for row in rows:
            said.setdefault(row["event"] or (doc_id, row["event_id"]), set()).add(row["claimed"])
    for split, rows in tables(folder, "documents"):
        for row in rows:
            corpus.documents[row["doc_id"]] = {**row, "split": split}
            _document(corpus, row, claims.get(row["doc_id"], []), said)
    return corpus


def _document(corpus: Corpus, row: JSON, claims: list[JSON], said: dict[Any, set[str]]) -> None:
    doc_id, text = row["doc_id"], row["text"]
    for number, span in enumerate(row["sentences"]):
        corpus.sentences[doc_id, number] = words(text[span["start"] : span["end"]])
    mentions = {item["id"]: item for item in row["mentions"]}
    events = {item["id"]: item for item in row["events"]}

    def add(what: str, anchor: str, start: int, end: int, /, **values: Any) -> None:
        at = max(number for number, span in enumerate(row["sentences"]) if span["start"] <= start)
        stop = min(end, row["sentences"][at]["end"])
        kept = {name: set(_listed(value)) - {None} for name, value in values.items()}
        corpus.found[what].append(Found(doc_id, at, anchor, text[start:stop], kept))

    for item in row["mentions"]:
        add(
            "mention",
            item["id"],
            item["start"],
            item["end"],
            type=item["type"],
            mention_type=item["mention_type"],
            entity=item["entity"],
        )
    for item in row["events"]:
        add(
            "event",
            item["id"],
            item["start"],
            item["end"],
            event=[item["type"], item["event"]],
            **{name: item[name] for name in ("mode", "polarity", "modality", "tense")},
        )
    for item in row["attributions"]:
        cues = [
            span
            for span in row["attribution_spans"]
            if span["attribution_id"] == item["id"] and span["part"] == "cue"
        ]
        add(
            "attribution",
            item["id"],
            min(span["start"] for span in cues),
            max(span["end"] for span in cues),
            by=item["source_entity"],
            entity=item["source_entity"],
            **{name: item[name] for name in ("style", "kind", "source_kind", "depth")},
        )
    for item in row["stances"]:
        holder = mentions.get(item["holder_id"])
        target = mentions.get(item["target_id"]) or events[item["target_id"]]
        target_id = target.get("entity") or target.get("event")
        add(
            "stance",
            item["id"],
            item["start"],
            item["end"],
            stance=item["label"],
            holder=[holder["type"], holder["entity"]] if holder else ["AUTHOR"],
            target=[target["type"], target_id],
            entity=[target_id, holder and holder["entity"]],
        )
    for item in row["event_arguments"]:
        event = events[item["event_id"]]
        target = mentions.get(item["target_id"]) or events[item["target_id"]]
        add(
            "argument",
            event["id"],
            event["start"],
            event["end"],
            role=item["role"],
            event=[event["type"], event["event"]],
            type=target["type"],
            entity=item["entity"],
        )
    for item in claims:
        event = events[item["event_id"]]
        every = said[item["event"] or (doc_id, item["event_id"])]
        other = {"happened": "did_not_happen", "will_happen": "will_not_happen"}
        contrary = {**other, **{two: one for one, two in other.items()}}.get(item["claimed"])
        add(
            "claim",
            event["id"],
            event["start"],
            event["end"],
            event=[item["type"], item["event"]],
            about=item["event"],
            by=item["source_entity"],
            entity=item["source_entity"],
            claims="conflicting" if contrary in every else None,
            **{name: item[name] for name in ("claimed", "via", "source_kind", "depth")},
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


COMPARE: dict[str, Callable[[int, int], bool]] = {
    "": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}


@dataclass(frozen=True)
class Query:
    """What is asked for: annotations of `kind` (or sentences) that fit `conditions` (field, op,
    value), in sentences that hold `groups` of words (`w*`: one that begins so) and something that
    fits `beside`, in documents that fit `documents`."""

    kind: str
    conditions: tuple[tuple[str, str, Any], ...] = ()
    beside: tuple[tuple[str, str, Any], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    documents: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """As somebody would type it."""
        parts = [f"find:{self.kind}"]
        parts += (f"{name}:{op}{value}" for name, op, value in (*self.conditions, *self.beside))
        parts += (f'"{" ".join(group)}"' if len(group) > 1 else group[0] for group in self.groups)
        parts += (f"{name}:{value}" for name, value in self.documents)
        return " ".join(parts)


def answer(corpus: Corpus, query: Query) -> list[tuple[str, int, str, str]]:
    """(document, sentence, id, words) of everything that a query finds, in no order."""
    if query.kind == "sentence":
        rows = [
            Found(doc_id, number, f"sent-{number}", "", {}) for doc_id, number in corpus.sentences
        ]
    else:
        rows = corpus.found[query.kind]
    return [
        (row.doc_id, row.sentence, row.anchor, row.words)
        for row in rows
        if all(_fits(row, *condition) for condition in query.conditions)
        and all(corpus.documents[row.doc_id][name] == value for name, value in query.documents)
        and all(_holds(corpus.sentences[row.doc_id, row.sentence], g) for g in query.groups)
        and all(
            any(
                other.doc_id == row.doc_id
                and other.sentence == row.sentence
                and _fits(other, *condition)
                for other in corpus.found[FIRST[condition[0]]]
            )
            for condition in query.beside
        )
    ]


def _fits(row: Found, name: str, op: str, value: Any) -> bool:
    if name == "depth":
        return any(COMPARE[op](depth, value) for depth in row.values["depth"])
    return value in row.values[name]


def _holds(sentence: list[str], group: tuple[str, ...]) -> bool:
    size = len(group)
    return any(
        all(map(_is, sentence[at : at + size], group)) for at in range(len(sentence) - size + 1)
    )


def _is(word: str, asked: str) -> bool:
    return word.startswith(asked[:-1]) if asked.endswith("*") else word == asked
