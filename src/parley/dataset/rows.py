"""The rows of one document, for every config.

`rows` takes a document with its text and the JSON form of its annotations (what
`document.to_dict` gives and the checks have passed) and returns plain values whose members are
those of `features.CONFIGS`. Nothing is read or written here.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from parley.dataset import claims
from parley.dataset.features import CLAIMED, label_names
from parley.dataset.questions import Wording, questions
from parley.dataset.tokens import tokens
from parley.document import Document
from parley.ontology import Ontology

Row = dict[str, Any]

#: What a document without gold annotations has.
NOTHING: dict[str, Any] = {
    "layers": [],
    "mentions": [],
    "events": [],
    "attributions": [],
    "stances": [],
}

_LABELS = (
    "form",
    "status",
    "event",
    "polarity",
    "modality",
    "tense",
    "role",
    "style",
    "kind",
    "source_kind",
    "stance",
    "claimed",
    "ner",
)


@dataclass(slots=True)
class Labels:
    """Name to integer for every ClassLabel; a name that is not there raises `KeyError`.

    `annotated` are the paragraph kinds of the reading text, `wording` is that of the questions.
    """

    of: dict[str, dict[str, int]]
    annotated: frozenset[str]
    wording: Wording

    @classmethod
    def make(cls, ontology: Ontology) -> "Labels":
        """From the ontology; once a process."""
        return cls(
            {
                key: {name: place for place, name in enumerate(label_names(key, ontology))}
                for key in _LABELS
            },
            ontology.annotated_kinds,
            Wording.make(ontology),
        )


@dataclass(slots=True)
class Built:
    """The rows of one document by config, and what was counted on the way.

    `counts` keys: `tokens`, `ner_spans` (tagged), `ner_nested` (names inside a longer tagged
    one), `ner_inside_token` (names that begin or end inside a token), `crossing` (spans that no
    single sentence holds), `documents`, and labels as `group/name` (`mention/PERSON`).
    """

    rows: dict[str, list[Row]]
    counts: Counter[str] = field(default_factory=Counter)


def instant(published: str) -> tuple[str, str]:
    """Publication time in UTC as ISO 8601 with `Z`, and its precision (instant or date)."""
    if len(published) == 10:
        return f"{published}T00:00:00Z", "date"
    found = datetime.fromisoformat(published).astimezone(UTC)
    return found.isoformat().removesuffix("+00:00") + "Z", "instant"


def rows(document: Document, raw: Mapping[str, Any] | None, labels: Labels) -> Built:
    """Every config's rows for one document, in text order.

    `document.text` must be there; `raw` is None where nobody annotated the document. Raises
    `KeyError` for a label that the ontology does not have or an id that is not in the document.
    """
    if document.text is None:
        raise ValueError(f"{document.id} has no text")
    return _Maker(document, raw or NOTHING, labels, document.text).make()


class _Maker:
    """One document's rows; holds what several configs share."""

    __slots__ = (
        "annotated_kinds",
        "attributions",
        "contents",
        "counts",
        "depths",
        "document",
        "entities",
        "events",
        "labels",
        "layers",
        "links",
        "mentions",
        "paragraph_starts",
        "parents",
        "raw",
        "rejects",
        "source_entities",
        "starts",
        "stops",
        "text",
        "wording",
    )

    def __init__(
        self, document: Document, raw: Mapping[str, Any], labels: Labels, text: str
    ) -> None:
        self.document = document
        self.raw = raw
        self.labels = labels.of
        self.annotated_kinds = labels.annotated
        self.wording = labels.wording
        self.text = text
        self.layers = list(raw["layers"])
        self.counts: Counter[str] = Counter()
        self.mentions = {item["id"]: item for item in raw["mentions"]}
        self.events = {item["id"]: item for item in raw["events"]}
        self.attributions = {item["id"]: item for item in raw["attributions"]}
        self.parents = {key: item["parent"] for key, item in self.attributions.items()}
        self.depths = {key: len(claims.chain(key, self.parents)) for key in self.attributions}
        self.contents = claims.Contents(raw["attributions"], self.parents)
        self.links: dict[str, Row] = {}
        self.rejects = [item for item in raw["events"] if item["type"] == "REJECT"]
        mentions = claims.Mentions(raw["mentions"])
        self.source_entities: dict[str, str | None] = {}
        for key, item in self.attributions.items():
            found = mentions.of_source(item["source"])
            self.source_entities[key] = found["entity"] if found else None
        self.starts = [start for start, _ in document.sentences]
        self.paragraph_starts = [item.start for item in document.paragraphs]
        self.stops = [end for _, end in document.sentences]

    def make(self) -> Built:
        mentions = [self._mention(item) for item in self.raw["mentions"]]
        events = [self._event(item) for item in self.raw["events"]]
        attributions = [self._attribution(item) for item in self.raw["attributions"]]
        parts = [
            self._part(item["id"], part, start, end)
            for item in self.raw["attributions"]
            for part in ("source", "cue", "content")
            for start, end in item[part]
        ]
        stances = [self._stance(item) for item in self.raw["stances"]]
        arguments = [
            self._argument(item["id"], argument)
            for item in self.raw["events"]
            for argument in item["arguments"]
        ]
        sentences, ner = self._sentences(mentions, events, arguments, attributions, parts, stances)
        claimed = self._claims()
        asked = questions(self.document, self.raw, self.contents, self.wording)
        self._tally(claimed, asked)
        return Built(
            {
                "documents": [
                    self._document(mentions, events, arguments, attributions, parts, stances)
                ],
                "sentences": sentences,
                "ner": ner,
                "events": [self._event_row(item) for item in self.raw["events"]],
                "attribution": [self._attribution_row(item) for item in self.raw["attributions"]],
                "stance": [self._stance_row(item) for item in self.raw["stances"]],
                "claims": claimed,
                "questions": asked,
            },
            self.counts,
        )

    def _tally(self, claimed: list[Row], asked: list[Row]) -> None:
        """Counts for the card and the manifest, by `group/name`."""
        counts, raw = self.counts, self.raw
        counts["documents"] = 1
        counts[f"form/{self.document.form}"] = 1
        for layer in self.layers:
            counts[f"layer/{layer}"] = 1
        for group, key, items in (
            ("mention", "type", raw["mentions"]),
            ("mention_type", "mention_type", raw["mentions"]),
            ("event", "type", raw["events"]),
            ("style", "style", raw["attributions"]),
            ("source_kind", "source_kind", raw["attributions"]),
            ("stance", "label", raw["stances"]),
        ):
            for name, number in Counter([item[key] for item in items]).items():
                counts[f"{group}/{name}"] = number
        for depth in self.depths.values():
            counts[f"depth/{depth}"] += 1
        for row in claimed:
            counts[f"claimed/{CLAIMED[row['claimed']]}"] += 1
        for row in asked:
            counts[f"question/{row['task']}"] += 1

    # -- members that documents and sentences share; offsets of the document

    def _mention(self, item: Mapping[str, Any]) -> Row:
        start, end = item["start"], item["end"]
        return {
            "id": item["id"],
            "start": start,
            "end": end,
            "text": self.text[start:end],
            "type": item["type"],
            "mention_type": item["mention_type"],
            "entity": item["entity"],
            "value": item["value"],
        }

    def _event(self, item: Mapping[str, Any]) -> Row:
        start, end = item["start"], item["end"]
        return {
            "id": item["id"],
            "start": start,
            "end": end,
            "text": self.text[start:end],
            "type": item["type"],
            "mode": item["mode"],
            "polarity": item["polarity"],
            "modality": item["modality"],
            "tense": item["tense"],
            "event": item["event"],
        }

    def _target(self, key: str) -> tuple[Mapping[str, Any], str, str | None]:
        """What an id names: the item, mention or event, and its registry id."""
        found = self.mentions.get(key)
        if found is not None:
            return found, "mention", found["entity"]
        event = self.events[key]
        return event, "event", event["event"]

    def _argument(self, event: str, argument: Mapping[str, Any]) -> Row:
        key = argument["target"]
        target, kind, entity = self._target(key)
        start, end = target["start"], target["end"]
        return {
            "event_id": event,
            "role": argument["role"],
            "target_id": key,
            "target_kind": kind,
            "start": start,
            "end": end,
            "text": self.text[start:end],
            "entity": entity,
        }

    def _attribution(self, item: Mapping[str, Any]) -> Row:
        key = item["id"]
        return {
            "id": key,
            "parent_id": item["parent"],
            "depth": self.depths[key],
            "style": item["style"],
            "kind": item["kind"],
            "source_kind": item["source_kind"],
            "source_entity": self.source_entities[key],
        }

    def _part(self, attribution: str, part: str, start: int, end: int) -> Row:
        return {
            "attribution_id": attribution,
            "part": part,
            "start": start,
            "end": end,
            "text": self.text[start:end],
        }

    def _stance(self, item: Mapping[str, Any]) -> Row:
        start, end, target = item["start"], item["end"], item["target"]
        return {
            "id": item["id"],
            "start": start,
            "end": end,
            "text": self.text[start:end],
            "label": item["label"],
            "holder_id": item["holder"],
            "target_id": target,
            "target_kind": "mention" if target in self.mentions else "event",
            "attribution_id": item["attribution"],
        }

    # -- documents

    def _document(
        self,
        mentions: list[Row],
        events: list[Row],
        arguments: list[Row],
        attributions: list[Row],
        parts: list[Row],
        stances: list[Row],
    ) -> Row:
        document = self.document
        published, precision = instant(document.published)
        return {
            "doc_id": document.id,
            "story": document.story,
            "title": document.title,
            "published": published,
            "published_precision": precision,
            "published_text": document.published,
            "form": self.labels["form"][document.form],
            "language": document.language,
            "source": document.source,
            "section": document.section,
            "status": self.labels["status"][document.status],
            "facts": list(document.facts),
            "text": self.text,
            "sha256": document.sha256,
            "annotated_layers": self.layers,
            "paragraphs": [
                {"start": item.start, "end": item.end, "kind": item.kind}
                for item in document.paragraphs
            ],
            "sentences": [{"start": start, "end": end} for start, end in document.sentences],
            "mentions": mentions,
            "events": events,
            "event_arguments": arguments,
            "attributions": attributions,
            "attribution_spans": parts,
            "stances": stances,
        }

    # -- sentences and ner

    def _holder(self, start: int, end: int) -> int | None:
        """The sentence that holds a whole span, by its place, or None."""
        place = bisect_right(self.starts, start) - 1
        return place if place >= 0 and end <= self.stops[place] else None

    def _inside(self, items: list[Row]) -> dict[int, list[Row]]:
        """Items by the sentence that holds them; those that none holds are counted."""
        found: dict[int, list[Row]] = {}
        for item in items:
            place = self._holder(item["start"], item["end"])
            if place is None:
                self.counts["crossing"] += 1
            else:
                found.setdefault(place, []).append(item)
        return found

    def _sentences(
        self,
        mentions: list[Row],
        events: list[Row],
        arguments: list[Row],
        attributions: list[Row],
        parts: list[Row],
        stances: list[Row],
    ) -> tuple[list[Row], list[Row]]:
        document, text = self.document, self.text
        mentions_in = self._inside(mentions)
        events_in = self._inside(events)
        parts_in = self._inside(parts)
        stances_in = self._inside(stances)
        arguments_of: dict[str, list[Row]] = {}
        for argument in arguments:
            arguments_of.setdefault(argument["event_id"], []).append(argument)
        by_id = {item["id"]: item for item in attributions}
        total = Counter(part["attribution_id"] for part in parts)
        tagged = "entity" in self.layers
        found: list[Row] = []
        ner: list[Row] = []
        paragraph = 0
        for place, (start, end) in enumerate(document.sentences):
            while document.paragraphs[paragraph].end < end:
                paragraph += 1
            kind = document.paragraphs[paragraph].kind
            if kind not in self.annotated_kinds:
                continue
            words, starts, ends = tokens(text[start:end])
            self.counts["tokens"] += len(words)
            here_mentions = _shift(mentions_in.get(place, ()), start)
            here_events = _shift(events_in.get(place, ()), start)
            here_parts = _shift(parts_in.get(place, ()), start)
            held: dict[str, int] = {}
            for part in here_parts:
                key = part["attribution_id"]
                held[key] = held.get(key, 0) + 1
            row_id = f"{document.id}:s{place}"
            found.append(
                {
                    "id": row_id,
                    "doc_id": document.id,
                    "sent_id": place,
                    "kind": kind,
                    "paragraph": paragraph,
                    "text": text[start:end],
                    "doc_start": start,
                    "doc_end": end,
                    "annotated_layers": self.layers,
                    "tokens": words,
                    "token_starts": starts,
                    "token_ends": ends,
                    "entities": here_mentions,
                    "events": here_events,
                    "event_arguments": [
                        _argument_in(argument, start, end)
                        for event in here_events
                        for argument in arguments_of.get(event["id"], ())
                    ],
                    "attributions": [
                        {**by_id[key], "complete": count == total[key]}
                        for key, count in held.items()
                    ],
                    "attribution_spans": here_parts,
                    "stances": [
                        {**item, "in_sentence": self._stance_is_in(item, place)}
                        for item in _shift(stances_in.get(place, ()), start)
                    ],
                }
            )
            if tagged:
                ner.append(
                    {
                        "id": row_id,
                        "doc_id": document.id,
                        "sent_id": place,
                        "tokens": words,
                        "ner_tags": self._tags(here_mentions, starts, ends),
                    }
                )
        return found, ner

    def _stance_is_in(self, item: Row, place: int) -> bool:
        ends = (
            [item["target_id"]]
            if item["holder_id"] is None
            else [
                item["holder_id"],
                item["target_id"],
            ]
        )
        return all(
            self._holder(target["start"], target["end"]) == place
            for target, _, _ in map(self._target, ends)
        )

    def _tags(self, mentions: list[Row], starts: list[int], ends: list[int]) -> list[int]:
        """BIO tags of a sentence's tokens: names only, the longest first, then the first."""
        tags = [0] * len(starts)
        names = [item for item in mentions if item["mention_type"] == "name"]
        if len(names) > 1:
            names.sort(key=lambda item: (item["start"] - item["end"], item["start"]))
        label = self.labels["ner"]
        for item in names:
            try:
                begin = starts.index(item["start"])
                stop = ends.index(item["end"], begin)
            except ValueError:
                self.counts["ner_inside_token"] += 1
                continue
            if any(tags[begin : stop + 1]):
                self.counts["ner_nested"] += 1
                continue
            self.counts["ner_spans"] += 1
            tags[begin] = label[f"B-{item['type']}"]
            if stop > begin:
                tags[begin + 1 : stop + 1] = [label[f"I-{item['type']}"]] * (stop - begin)
        return tags

    # -- one row an item

    def _context(self, start: int, end: int) -> tuple[int, int, int]:
        """The sentence of a span: its place, start and end; several where the span crosses."""
        place = max(bisect_right(self.starts, start) - 1, 0)
        last = place
        while self.stops[last] < end:
            last += 1
        return place, self.starts[place], self.stops[last]

    def _event_row(self, item: Mapping[str, Any]) -> Row:
        start, end, key = item["start"], item["end"], item["id"]
        place, doc_start, doc_end = self._context(start, end)
        labels = self.labels
        arguments = []
        for argument in item["arguments"]:
            target, kind, entity = self._target(argument["target"])
            arguments.append(
                {
                    "role": labels["role"][argument["role"]],
                    "target_id": argument["target"],
                    "target_kind": kind,
                    "text": self.text[target["start"] : target["end"]],
                    "doc_start": target["start"],
                    "doc_end": target["end"],
                    "entity": entity,
                    "in_sentence": doc_start <= target["start"] and target["end"] <= doc_end,
                }
            )
        return {
            "id": f"{self.document.id}:{key}",
            "doc_id": self.document.id,
            "sent_id": place,
            "event_id": key,
            "text": self.text[doc_start:doc_end],
            "doc_start": doc_start,
            "trigger": self.text[start:end],
            "trigger_start": start - doc_start,
            "trigger_end": end - doc_start,
            "type": labels["event"][item["type"]],
            "mode": item["mode"],
            "polarity": labels["polarity"][item["polarity"]],
            "modality": labels["modality"][item["modality"]],
            "tense": labels["tense"][item["tense"]],
            "event": item["event"],
            "attribution_id": self.contents.innermost(start, end),
            "arguments": arguments,
        }

    def _attribution_row(self, item: Mapping[str, Any]) -> Row:
        key = item["id"]
        parts = [*item["source"], *item["cue"], *item["content"]]
        first = min([start for start, _ in parts])
        last = max([end for _, end in parts])
        paragraphs = self.document.paragraphs
        doc_start = paragraphs[bisect_right(self.paragraph_starts, first) - 1].start
        doc_end = paragraphs[bisect_right(self.paragraph_starts, last - 1) - 1].end
        labels, text = self.labels, self.text
        spans = {
            name: [
                {"start": start - doc_start, "end": end - doc_start, "text": text[start:end]}
                for start, end in item[name]
            ]
            for name in ("source", "cue", "content")
        }
        starts = self.starts
        touched: set[int] = set()
        for start, end in parts:
            place = max(bisect_right(starts, start) - 1, 0)
            touched.add(place)
            if self.stops[place] < end:
                touched.update(range(place + 1, bisect_right(starts, end - 1)))
        return {
            "id": f"{self.document.id}:{key}",
            "doc_id": self.document.id,
            "attribution_id": key,
            "parent_id": item["parent"],
            "depth": self.depths[key],
            "text": self.text[doc_start:doc_end],
            "doc_start": doc_start,
            "source": spans["source"],
            "cue": spans["cue"],
            "content": spans["content"],
            "style": labels["style"][item["style"]],
            "kind": labels["kind"][item["kind"]],
            "source_kind": labels["source_kind"][item["source_kind"]],
            "source_entity": self.source_entities[key],
            "sent_ids": sorted(touched),
        }

    def _stance_row(self, item: Mapping[str, Any]) -> Row:
        start, end = item["start"], item["end"]
        place, doc_start, doc_end = self._context(start, end)
        holder = None if item["holder"] is None else self.mentions[item["holder"]]
        target, kind, entity = self._target(item["target"])
        return {
            "id": f"{self.document.id}:{item['id']}",
            "doc_id": self.document.id,
            "sent_id": place,
            "stance_id": item["id"],
            "text": self.text[doc_start:doc_end],
            "doc_start": doc_start,
            "expression": self.text[start:end],
            "expression_start": start - doc_start,
            "expression_end": end - doc_start,
            "holder": self.text[holder["start"] : holder["end"]] if holder else "AUTHOR",
            "holder_id": item["holder"],
            "holder_entity": holder["entity"] if holder else None,
            "target": self.text[target["start"] : target["end"]],
            "target_id": item["target"],
            "target_kind": kind,
            "target_entity": entity,
            "label": self.labels["stance"][item["label"]],
            "attribution_id": item["attribution"],
        }

    # -- claims

    def _words(self, parts: list[tuple[int, int]]) -> str | None:
        """The words of the parts, a space between; None where there is none."""
        return " ".join(self.text[start:end] for start, end in parts) if parts else None

    def _link(self, key: str) -> Row:
        found = self.links.get(key)
        if found is not None:
            return found
        item = self.attributions[key]
        found = self.links[key] = {
            "attribution_id": key,
            "source": self._words(item["source"]),
            "source_entity": self.source_entities[key],
            "source_kind": item["source_kind"],
            "cue": self._words(item["cue"]),
        }
        return found

    def _claims(self) -> list[Row]:
        published, _ = instant(self.document.published)
        labels = self.labels
        found = []
        for item in self.raw["events"]:
            start, end, key = item["start"], item["end"], item["id"]
            for holder in self.contents.claimants(start, end):
                attribution = self.attributions[holder]
                place, doc_start, doc_end = self._context(start, end)
                chain = [self._link(link) for link in claims.chain(holder, self.parents)]
                denial = bool(self.rejects) and claims.denies(key, attribution["cue"], self.rejects)
                said = claims.claimed(item["polarity"], item["modality"], item["tense"])
                found.append(
                    {
                        "id": f"{self.document.id}:{key}:{holder}",
                        "doc_id": self.document.id,
                        "story": self.document.story,
                        "published": published,
                        "sent_id": place,
                        "event_id": key,
                        "event": item["event"],
                        "type": labels["event"][item["type"]],
                        "claimed": labels["claimed"][said],
                        "via": "denial" if denial else "statement",
                        "source": chain[0]["source"],
                        "source_entity": chain[0]["source_entity"],
                        "source_kind": labels["source_kind"][attribution["source_kind"]],
                        "attribution_id": holder,
                        "depth": len(chain),
                        "chain": chain,
                        "text": self.text[doc_start:doc_end],
                        "doc_start": doc_start,
                        "trigger": self.text[start:end],
                        "trigger_start": start - doc_start,
                        "trigger_end": end - doc_start,
                    }
                )
        return found


def _shift(items: Any, by: int) -> list[Row]:
    """Copies of items with their offsets counted from `by`."""
    return [{**item, "start": item["start"] - by, "end": item["end"] - by} for item in items]


def _argument_in(argument: Row, start: int, end: int) -> Row:
    """An argument as a sentence row has it: no offsets where the target lies outside."""
    inside = bool(start <= argument["start"] and argument["end"] <= end)
    return {
        "event_id": argument["event_id"],
        "role": argument["role"],
        "target_id": argument["target_id"],
        "target_kind": argument["target_kind"],
        "in_sentence": inside,
        "start": argument["start"] - start if inside else None,
        "end": argument["end"] - start if inside else None,
        "text": argument["text"],
    }
