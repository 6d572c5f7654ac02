"""Rules and lexicons: every layer without a statistical model of language.

Learns from the train split alone: its names, the words that are triggers there and their types,
which mentions take which role, which verbs are cues. The rest is general knowledge of English and
of the world (`rules.toml`, `parley.prefill.values`, `parley.attribution`). The corpus registry is
never read: it knows the names of every split. Thresholds were chosen by cross-validation over the
stories of train (`parley.baselines.rules_events.Settings`).
"""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict

from parley.baselines import Made
from parley.baselines import rules_clusters as clustering
from parley.baselines import rules_stances as stances
from parley.baselines.rules_attributions import Attributions
from parley.baselines.rules_events import Events, Settings
from parley.baselines.rules_mentions import PRONOUNS, Found, Names
from parley.baselines.sample import JSON, Sample

LAYERS = ("mentions", "events", "attributions", "stances", "clusters")


def configure(parser: argparse.ArgumentParser) -> None:
    """`rules` has no options of its own."""


def predict(
    args: argparse.Namespace,
    train: Sequence[Sample],
    documents: Sequence[Sample],
    tell: Callable[[str], None],
) -> Made:
    """Predictions of every layer; nothing is random, so the seed changes nothing."""
    rules = Rules(train)
    rows = []
    for number, sample in enumerate(documents, start=1):
        tell(f"rules: {number} of {len(documents)} documents")
        rows.append(rules.row(sample))
    return Made(rows, {"layers": list(LAYERS), "options": asdict(rules.events.settings)})


class Rules:
    """The parts of the baseline, after they have seen the train split."""

    def __init__(self, train: Sequence[Sample], settings: Settings | None = None) -> None:
        self.names = Names(train)
        self.events = Events(train, self.names, settings)
        self.attributions = Attributions(train)
        self.known = _known(train)

    def row(self, sample: Sample) -> JSON:
        """The prediction line of one document."""
        text = sample.text
        names = self.names.find(sample)
        triggers = self.events.triggers(sample, names)
        arguments, taking_part = self.events.arguments(sample, names, triggers)
        attributions = self.attributions.find(sample, names)
        mentions = _together(names, [*taking_part, *self._sources(text, names, attributions)])
        ids = {item: f"m{number}" for number, item in enumerate(mentions, start=1)}
        found = [
            {
                "id": ids[item],
                "start": item.start,
                "end": item.end,
                "type": item.type,
                "mention_type": item.kind,
                **({"entity": entity} if entity else {}),
            }
            for item, entity in zip(
                mentions, clustering.entities(text, mentions, self.known), strict=True
            )
        ]
        return {
            "doc_id": sample.doc_id,
            "mentions": found,
            "events": [
                {
                    "id": f"e{number}",
                    "start": trigger.start,
                    "end": trigger.end,
                    "type": trigger.type,
                    "arguments": arguments[trigger],
                }
                for number, trigger in enumerate(triggers, start=1)
            ],
            "attributions": attributions,
            "stances": stances.find(text, mentions, triggers, arguments, attributions),
            "clusters": clustering.clusters(found),
        }

    def _sources(
        self, text: str, names: Sequence[Found], attributions: Sequence[JSON]
    ) -> list[Found]:
        """The pronouns and head nouns of sources that no name heads (guideline A3)."""
        found = []
        for item in attributions:
            for start, end in item["source"]:
                kind = PRONOUNS.get(text[start:end].lower())
                if kind is not None:
                    found.append(Found(start, end, kind, "pronoun"))
                elif not any(
                    start <= name.start
                    and name.end <= end
                    and name.type in ("PERSON", "ORG", "GPE")
                    for name in names
                ):
                    found += self.names.nominals(text, start, end, names)[:1]
        return found


def _together(names: Sequence[Found], others: Sequence[Found]) -> list[Found]:
    """Every mention once by span, names before nominals, in text order."""
    by_span: dict[tuple[int, int], Found] = {}
    for item in (*names, *others):
        by_span.setdefault((item.start, item.end), item)
    return sorted(by_span.values(), key=Found.place)


def _known(train: Sequence[Sample]) -> dict[str, str]:
    """The entity that each name of train means most often there."""
    seen: dict[str, Counter[str]] = {}
    for sample in train:
        for item in (sample.row or {}).get("mentions", ()):
            if item.get("entity") and item.get("mention_type", "name") == "name":
                words = sample.text[item["start"] : item["end"]]
                seen.setdefault(words, Counter())[item["entity"]] += 1
    return {words: min(found, key=lambda key: (-found[key], key)) for words, found in seen.items()}
