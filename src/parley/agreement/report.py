"""The whole report on a round, as plain values: what `--json` prints and the other forms show."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parley import bootstrap
from parley.agreement import compare, confusions, measures
from parley.agreement.compare import Shared
from parley.agreement.measures import Key, Measure
from parley.agreement.read import Round, shared_layers
from parley.ontology import LAYERS, Ontology

Floats = NDArray[np.float64]
FORMAT = "parley-agreement/1"
#: Krippendorff (2004, chapter 11): rely on alpha from 0.8 on; draw tentative conclusions from
#: 0.667 on; below that, none.
RELIABLE, TENTATIVE = 0.8, 0.667
#: The three figures that a layer is summed up in: spans, labels, and both at once.
HEADLINE = {
    "entity": (
        Key("entity", "span_alpha", "spans"),
        Key("entity", "alpha", "type"),
        Key("entity", "f1", "strict"),
    ),
    "event": (
        Key("event", "span_alpha", "spans"),
        Key("event", "alpha", "type"),
        Key("event", "f1", "strict"),
    ),
    "attribution": (
        Key("attribution", "span_alpha", "spans"),
        Key("attribution", "alpha", "source_kind"),
        Key("attribution", "f1", "whole"),
    ),
    "stance": (
        Key("stance", "span_alpha", "spans"),
        Key("stance", "alpha", "label"),
        Key("stance", "f1", "strict"),
    ),
}

#: Why a measure has no value.
EMPTY = {
    "f1": "nothing annotated by either",
    "share": "nothing to compare",
    "alpha": "nothing to compare",
    "span_alpha": "nothing annotated by either",
}


def make(found: Round, *, resamples: int = 1000, seed: int = 0) -> dict[str, Any]:
    """The report on a round, of values that JSON has; never nan.

    With more than two annotators, `mean` holds each measure's mean over the pairs that have a value
    for it; documents are drawn once for all pairs, so that its interval is one over documents too.
    """
    documents = found.documents
    rows = {doc_id: row for row, doc_id in enumerate(documents)}
    weights = bootstrap.weights(len(documents), resamples, seed)
    pairs: list[dict[str, Any]] = []
    sampled: list[dict[Key, tuple[Measure, dict[str, Any], Floats]]] = []
    for a, b in found.pairs():
        items = _shared(found, a, b, rows)
        measured = measures.measure(items, len(documents), found.ontology)
        results = {}
        for measure in measured:
            drawn = _drawn(measure, weights)
            results[measure.key] = (measure, _row(measure, drawn), drawn)
        sampled.append(results)
        listed = [_confusion(item) for item in confusions.confusions(items, found.ontology)]
        pairs.append(
            {
                "a": a,
                "b": b,
                "documents": len(items),
                "headline": _headline(row for _, row, _ in results.values()),
                "layers": {
                    layer: {
                        "documents": sum(layer in item.layers for item in items),
                        "measures": [
                            row for key, (_, row, _) in results.items() if key.layer == layer
                        ],
                        "confusions": [item for item in listed if item["layer"] == layer],
                    }
                    for layer in LAYERS
                },
            }
        )
    mean = _mean(sampled, found.ontology) if len(pairs) > 1 else None
    return {
        "format": FORMAT,
        "round": found.name,
        "annotators": [
            {
                "name": who,
                "documents": found.done[who],
                "compared": len(found.annotators[who]),
            }
            for who in sorted(found.annotators)
        ],
        "documents": [
            {
                "id": doc_id,
                "annotators": [
                    {"name": who, "layers": list(done[doc_id].layers)}
                    for who, done in sorted(found.annotators.items())
                    if doc_id in done
                ],
            }
            for doc_id in documents
        ],
        "resamples": resamples,
        "seed": seed,
        "confidence": bootstrap.CONFIDENCE,
        "thresholds": {"reliable": RELIABLE, "tentative": TENTATIVE},
        "notes": list(found.notes),
        "headline": pairs[0]["headline"] if mean is None else mean["headline"],
        "mean": mean,
        "pairs": pairs,
        "incidents": [str(incident) for incident in found.incidents],
    }


def _shared(found: Round, a: str, b: str, rows: dict[str, int]) -> list[Shared]:
    ours, theirs = found.annotators[a], found.annotators[b]
    return [
        compare.shared(
            rows[doc_id],
            ours[doc_id],
            theirs[doc_id],
            shared_layers(ours[doc_id], theirs[doc_id]),
            found.texts[doc_id],
        )
        for doc_id in sorted(ours.keys() & theirs.keys())
    ]


def _drawn(measure: Measure, weights: Floats) -> Floats:
    """The coefficient in each resample; in chunks, as tables of labels are wide."""
    if not len(weights):
        return np.zeros(0)
    chunks = [
        measure.values(weights[at : at + 4096] @ measure.counts)
        for at in range(0, len(weights), 4096)
    ]
    return np.concatenate(chunks)


def judged(value: float | None) -> str | None:
    """An alpha in words, by Krippendorff's thresholds."""
    if value is None:
        return None
    if value >= RELIABLE:
        return "reliable"
    return "tentative" if value >= TENTATIVE else "not reliable"


def _row(measure: Measure, drawn: Floats) -> dict[str, Any]:
    """One measure: value, interval, the counts that it is made of."""
    key = measure.key
    sums = measure.counts.sum(0)
    documents = int((measure.counts != 0).any(1).sum())
    value = _value(measure.values(sums))
    row = _result(key, value, drawn, documents)
    row["constant"] = measure.constant()
    if measure.constant():
        what = "label" if key.kind == "alpha" else "stretch, the whole text,"
        row["why"] = f"one {what} was used throughout: agreement, but no chance to disagree"
    row["counts"] = _counts(measure, sums)
    return row


def _result(key: Key, value: float | None, drawn: Floats, documents: int) -> dict[str, Any]:
    title, definition = measures.about(key)
    interval = None
    why = None
    if value is None:
        why = EMPTY[key.kind]
    elif documents < 2:
        why = "one document: no interval over documents"
    elif drawn.size:
        interval = bootstrap.interval(drawn)
        if interval is None:
            why = "too rare for an interval: most resamples of documents lack it"
    is_alpha = key.kind in ("alpha", "span_alpha")
    return {
        "layer": key.layer,
        "kind": key.kind,
        "name": key.name,
        "label": key.label or None,
        "title": title,
        "definition": definition,
        "value": value,
        "low": _value(interval[0]) if interval else None,
        "high": _value(interval[1]) if interval else None,
        "judged": judged(value) if is_alpha else None,
        "documents": documents,
        "why": why,
    }


def _counts(measure: Measure, sums: Floats) -> dict[str, Any]:
    numbers = [_number(number) for number in sums]
    if measure.key.kind == "f1":
        return dict(zip(("matched", "a", "b"), numbers, strict=True))
    if measure.key.kind == "share":
        return dict(zip(("equal", "compared"), numbers, strict=True))
    if measure.key.kind == "span_alpha":
        return dict(zip(("observed", "expected", "marked"), numbers, strict=True))
    size = len(measure.labels)
    table = [numbers[at * size : (at + 1) * size] for at in range(size)]
    return {"pairs": _number(sums.sum()), "labels": list(measure.labels), "table": table}


def _mean(
    sampled: Sequence[dict[Key, tuple[Measure, dict[str, Any], Floats]]], scheme: Ontology
) -> dict[str, Any]:
    """Each measure's mean over pairs of annotators."""
    rows: list[dict[str, Any]] = []
    keys = {key for results in sampled for key in results}
    for key in sorted(keys, key=measures.ranking(scheme)):
        found = [results[key] for results in sampled if key in results]
        values = [row["value"] for _, row, _ in found if row["value"] is not None]
        drawn = np.array([values for _, _, values in found])
        defined = ~np.isnan(drawn)
        total = np.where(defined, drawn, 0).sum(0)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = np.where(defined.any(0), total / defined.sum(0), np.nan)
        # The rows of documents that say something in at least one pair.
        said = np.any([(measure.counts != 0).any(1) for measure, _, _ in found], axis=0)
        value = _value(sum(values) / len(values)) if values else None
        row = _result(key, value, means, int(said.sum()))
        row["constant"] = bool(values) and all(item["constant"] for _, item, _ in found)
        row["pairs"] = len(values)
        row["least"] = min(values, default=None)
        row["greatest"] = max(values, default=None)
        rows.append(row)
    return {
        "headline": _headline(rows),
        "layers": {
            layer: {"measures": [row for row in rows if row["layer"] == layer]} for layer in LAYERS
        },
    }


def _headline(rows: Any) -> list[dict[str, Any]]:
    """The three figures of each layer; None where nobody could compare the layer."""
    by_key = {Key(row["layer"], row["kind"], row["name"], row["label"] or ""): row for row in rows}
    return [
        {
            "layer": layer,
            **{
                name: _short(by_key.get(key))
                for name, key in zip(("spans", "labels", "f1"), keys, strict=True)
            },
        }
        for layer, keys in HEADLINE.items()
    ]


def _short(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    kept = ("name", "title", "value", "low", "high", "judged", "constant", "documents", "why")
    return {key: row[key] for key in kept}


def _confusion(item: confusions.Confusion) -> dict[str, Any]:
    return {
        "layer": item.layer,
        "kind": item.kind,
        "about": item.about,
        "a": item.a,
        "b": item.b,
        "count": item.count,
        "total": item.total,
        "examples": [
            {
                "doc_id": example.doc_id,
                "start": example.start,
                "end": example.end,
                "pieces": [list(piece) for piece in example.pieces],
            }
            for example in item.examples
        ],
    }


def _value(value: Any) -> float | None:
    """A coefficient to six places, None for nan; never -0.0."""
    found = float(value)
    return None if found != found else round(found, 6) + 0.0


def _number(value: Any) -> float | int | None:
    """A JSON number: whole ones as such, None for nan."""
    found = float(value)
    if found != found:
        return None
    return int(found) if found.is_integer() and abs(found) < 2**53 else round(found, 6)
