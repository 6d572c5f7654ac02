"""Made documents with gold, and a system that gets some of it wrong in every way there is."""

from random import Random
from typing import Any

from parley import ontology
from parley.predictions.gold import Gold
from parley.predictions.inputs import Inputs
from parley.predictions.rows import to_row
from parley.scoring import run
from parley.scoring.result import Result
from tests.dataset.made_documents import a_document

JSON = dict[str, Any]
Scored = tuple[Result, dict[str, Inputs]]


def scored(
    seed: int, documents: int = 3, *, resamples: int = 0, system: str = "made system"
) -> Scored:
    """A result on a few documents, and its inputs."""
    random = Random(seed)
    made = [
        a_document(random, f"made-{number}", story=f"story-{number % 2}")
        for number in range(documents)
    ]
    texts = [document.text for document, _ in made]
    rows = [to_row(annotations, None) for _, annotations in made]
    gold = Gold(
        doc_ids=[document.id for document, _ in made],
        rows=rows,
        texts=texts,
        stories=[document.story for document, _ in made],
        forms=[random.choice(("wire", "brief")) for _ in made],
        splits=["test"] * documents,
        corpus={"name": "made", "version": "1", "digest": "0" * 64},
    )
    found = [_noisy(random, row, len(text or "")) for row, text in zip(rows, texts, strict=True)]
    made_by = run.System(system, {row["doc_id"]: row for row in found}, {})
    result = run.score(gold, made_by, resamples=resamples, system=system)
    return result, run.inputs(result, gold, made_by)


def _noisy(random: Random, row: JSON, length: int) -> JSON:
    scheme = ontology.load()

    def moved(item: JSON) -> JSON:
        start = max(0, item["start"] - random.randint(0, 4))
        return {**item, "start": start, "end": min(length, item["end"] + random.randint(0, 6))}

    def elsewhere(item: JSON) -> JSON:
        start = random.randrange(length - 2)
        return {**item, "start": start, "end": min(length, start + random.randint(1, 30))}

    def spoilt(items: list[JSON], labels: tuple[str, ...]) -> list[JSON]:
        found = []
        for item in items:
            way = random.random()
            if way > 0.15:
                changed = moved(item) if 0.3 < way < 0.45 else dict(item)
                if 0.4 < way < 0.55:
                    changed["type"] = random.choice(labels)
                found.append(changed)
            if way > 0.85:
                found.append({**random.choice((dict, elsewhere))(item), "id": f"{item['id']}-2"})
        return found

    events = spoilt(row["events"], scheme.names("event"))
    for event in events:
        kept = [argument for argument in event["arguments"] if random.random() < 0.8]
        event["arguments"] = [
            random.choice((dict, dict, moved))(
                argument | {"role": random.choice((argument["role"], "actor"))}
            )
            for argument in kept
        ]
    attributions = []
    for item in row["attributions"]:
        way = random.random()
        if way > 0.15:
            attributions.append({**item, "source": []} if way < 0.3 else dict(item))
        if way > 0.9:
            attributions.append({**item, "id": f"{item['id']}-2"})
    for item in attributions:
        del item["parent"]
    stances = [
        {**item, "label": random.choice(scheme.values("label"))}
        for item in row["stances"]
        if random.random() < 0.8
    ]
    mentions = spoilt(row["mentions"], scheme.names("entity"))
    clusters = [[item["id"]] for item in mentions]
    return {
        "doc_id": row["doc_id"],
        "mentions": mentions,
        "events": events,
        "attributions": attributions,
        "stances": stances + stances[:1],
        "clusters": clusters,
    }
