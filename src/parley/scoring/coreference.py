"""Coreference within documents, and across them: MUC, B³, CEAFe, their average, and LEA.

A mention is its span: ids and types say nothing, and a mention outside every cluster is no part of
the layer. `parley.scoring.clusters` has the metrics and what is said of repeated spans there.

The average is the mean of the F1 of MUC, B³ and CEAFe (the CoNLL score: Pradhan, Moschitti, Xue,
Uryupina and Zhang 2012), beside it the means of the precisions and of the recalls. Where one of the
three is undefined (MUC, with nothing but singletons on both sides), it is left out of the mean; the
CoNLL scorer takes it as 0, so that gold would not score 1 on itself.

Singletons are kept, as the CoNLL reference scorer keeps what it is given, or dropped on both sides
first, as in OntoNotes, where gold has none.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from parley.incidents import nearest, say
from parley.predictions.inputs import JSON, Inputs
from parley.scoring import clusters
from parley.scoring.clusters import METRICS, SINGLETONS, Clusters, Table
from parley.scoring.errors import Error
from parley.scoring.measure import Key, Measure

__all__ = ["SINGLETONS", "across", "corpus_wide", "entities", "names_entities", "score"]

LAYER = "coreference"
#: What the average is the mean of.
AVERAGED = ("MUC", "B3", "CEAFe")
#: A mention of a document, as a place among those of all documents: document, start, end.
Place = tuple[int, int, int]


def score(inputs: Inputs, singletons: str = "kept") -> tuple[list[Measure], list[Error]]:
    """Measures within documents, one row a document; no errors.

    Counts are summed over documents, as the CoNLL reference scorer sums them. Wrong links are not
    listed as errors: one mention in a wrong cluster makes as many as the cluster has mentions;
    `entities` counts what happened to entities instead.

    Raises `ValueError` for a cluster with the id of no mention, all of them in one message, and for
    a policy other than "kept" and "dropped".
    """
    return _measures(clusters.table(documents(inputs), singletons), ""), []


def across(inputs: Inputs, singletons: str = "kept") -> tuple[list[str], list[Measure]]:
    """The stories, and measures (`MUC across`, …) with one row a story: resample stories.

    An entity is the mentions of equal `entity` (an id) in all documents of one story, its links
    within documents among them, as ECB+ is scored: a story's documents as one document (Cybulska
    and Vossen 2014; Upadhyay, Gupta, Christodoulopoulos and Roth 2016), within a known topic. What
    an entity has in other stories is a cluster there: entities are cut at the borders of stories,
    and singletons are singletons of a story. Mentions without `entity` are left out. A document
    without a story is a story of its own, named by its id. Stories come in the order of documents.

    ([], []) where the gold or the predictions name no entity: the layer is not annotated, or not
    predicted.
    """
    if not names_entities(inputs):
        return [], []
    # A story may have the name of a document that has none.
    order: dict[tuple[bool, str], list[int]] = {}
    for number, (story, doc_id) in enumerate(zip(inputs.stories, inputs.doc_ids, strict=True)):
        order.setdefault((story is None, doc_id if story is None else story), []).append(number)
    sides = ((_named(inputs.gold, rows), _named(inputs.predicted, rows)) for rows in order.values())
    return [name for _, name in order], _measures(clusters.table(sides, singletons), " across")


def corpus_wide(inputs: Inputs, singletons: str = "kept") -> list[Measure]:
    """Measures (`MUC corpus-wide`, …) of entities that stories do not cut; one row, no more.

    Links between stories count, as Cattan, Eirew, Stanovsky, Joshi and Dagan (2021, "Realistic
    evaluation principles for cross-document coreference resolution", *SEM) ask, who give systems no
    topics. An entity of many stories belongs to no one row, so there is no interval: nothing that
    could be drawn again. [] as for `across`.
    """
    if not names_entities(inputs):
        return []
    rows = range(len(inputs))
    sides = [(_named(inputs.gold, rows), _named(inputs.predicted, rows))]
    return _measures(clusters.table(sides, singletons), " corpus-wide")


def names_entities(inputs: Inputs) -> bool:
    """Whether both gold and predictions give any mention an `entity`."""
    return all(
        any(mention.get("entity") for row in side for mention in row.get("mentions", ()))
        for side in (inputs.gold, inputs.predicted)
    )


def entities(inputs: Inputs, singletons: str = "kept") -> dict[str, int]:
    """What became of entities within documents, in numbers of clusters.

    gold, predicted   all
    exact             predicted with the very same mentions
    missing           gold, none of whose mentions is in a predicted cluster
    split             gold, whose mentions are in two predicted clusters or more
    spurious          predicted, none of whose mentions is in a gold cluster
    merged            predicted, with mentions of two gold clusters or more
    """
    found = clusters.table(documents(inputs), singletons)
    gold = np.bincount(found.gold_of, minlength=len(found.gold.size))
    predicted = np.bincount(found.predicted_of, minlength=len(found.predicted.size))
    sizes = found.gold.size[found.gold_of], found.predicted.size[found.predicted_of]
    exact = (found.common == sizes[0]) & (found.common == sizes[1])
    return {
        "gold": len(gold),
        "predicted": len(predicted),
        "exact": int(exact.sum()),
        "missing": int((gold == 0).sum()),
        "split": int((gold > 1).sum()),
        "spurious": int((predicted == 0).sum()),
        "merged": int((predicted > 1).sum()),
    }


def _measures(found: Table, suffix: str) -> list[Measure]:
    counts = {name: metric(found) for name, metric in METRICS.items()}
    measures = [Measure(Key(LAYER, name + suffix), "prf", rows) for name, rows in counts.items()]
    parts = np.concatenate([counts[name] for name in AVERAGED], axis=1)
    return [*measures, Measure(Key(LAYER, "average" + suffix), "mean_prf", parts)]


def documents(inputs: Inputs) -> Iterator[tuple[Clusters, Clusters]]:
    """The clusters of spans of each document, on both sides."""
    faults: list[str] = []
    rows = zip(inputs.doc_ids, inputs.gold, inputs.predicted, strict=True)
    for doc_id, gold, predicted in rows:
        yield (
            _spans(gold, f"gold of {doc_id}", faults),
            _spans(predicted, f"prediction for {doc_id}", faults),
        )
    if faults:
        raise ValueError(
            "clusters name mentions that are not on their line; `parley predictions validate` "
            "finds where:\n" + "\n".join(faults)
        )


def _spans(row: JSON, whose: str, faults: list[str]) -> Clusters:
    spans = {item["id"]: (item["start"], item["end"]) for item in row.get("mentions", ())}
    names = clusters.lay_flat(row["clusters"])
    try:
        return Clusters(list(map(spans.__getitem__, names.places)), names.sizes)
    except KeyError:
        for number, cluster in enumerate(row["clusters"]):
            for name in cluster:
                if name not in spans:
                    message = say("no such mention", got=name, nearest=nearest(name, spans))
                    faults.append(f"{whose}: clusters[{number}]: {message}")
        return Clusters([], [])


def _named(side: Sequence[JSON], rows: Iterable[int]) -> Clusters:
    """The places of the mentions of each entity, in the documents of `rows`."""
    found: dict[str, list[Place]] = {}
    for number in rows:
        for item in side[number].get("mentions", ()):
            name = item.get("entity")
            if name:
                found.setdefault(name, []).append((number, item["start"], item["end"]))
    return clusters.lay_flat(found.values())
