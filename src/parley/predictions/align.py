"""Gold and predictions side by side, document by document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parley.predictions.gold import Gold
from parley.predictions.inputs import LAYERS, Inputs
from parley.predictions.rows import LISTS

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aligned:
    """What is compared with what, and what is not there to compare.

    Layers are those of `inputs.LAYERS`. `layers` are scored: some gold document and some line
    have them. `not_predicted` are in the gold and on no line. Document ids, in gold's
    order: `missing` have no line; `partial` says for each scored layer whose line does not have it
    though other lines do. Both count as nothing predicted where gold has the layer. `ignored` are
    the lines whose document is not in this gold, in the file's order.
    """

    gold: Gold
    predictions: Mapping[str, JSON]
    layers: Sequence[str]
    not_predicted: Sequence[str]
    missing: Sequence[str]
    partial: Mapping[str, Sequence[str]]
    ignored: Sequence[str]

    def inputs(self, layer: str) -> Inputs:
        """The documents whose gold has `layer`. Every row has every key of the format that either
        a line or the gold may lack, so that a scorer need not ask. Raises `KeyError` for a name
        that is no layer."""
        key = LAYERS[layer]
        gold = self.gold
        places = [place for place, row in enumerate(gold.rows) if key in row]
        ids = [gold.doc_ids[place] for place in places]
        return Inputs(
            doc_ids=ids,
            gold=[_complete(gold.rows[place]) for place in places],
            predicted=[
                _complete(self.predictions.get(doc_id, {"doc_id": doc_id})) for doc_id in ids
            ],
            texts=[gold.texts[place] for place in places],
            stories=[gold.stories[place] for place in places],
            forms=[gold.forms[place] for place in places],
        )


def align(gold: Gold, predictions: Mapping[str, JSON]) -> Aligned:
    """Puts the lines of a system (`Predictions.rows`) beside the gold.

    A layer is one that the system predicts where any of its lines has it, be the document in this
    gold or not: leaving the layer out where it is scored is no way around it.
    """
    lines = {doc_id: predictions[doc_id] for doc_id in gold.doc_ids if doc_id in predictions}
    given = {key for row in predictions.values() for key in row}
    annotated = [layer for layer, key in LAYERS.items() if key in gold.annotated()]
    layers = [layer for layer in annotated if LAYERS[layer] in given]
    partial = {
        layer: [
            doc_id
            for doc_id, row in zip(gold.doc_ids, gold.rows, strict=True)
            if LAYERS[layer] in row and doc_id in lines and LAYERS[layer] not in lines[doc_id]
        ]
        for layer in layers
    }
    known = set(gold.doc_ids)
    return Aligned(
        gold=gold,
        predictions=lines,
        layers=layers,
        not_predicted=[layer for layer in annotated if layer not in layers],
        missing=[doc_id for doc_id in gold.doc_ids if doc_id not in lines],
        partial={layer: ids for layer, ids in partial.items() if ids},
        ignored=[doc_id for doc_id in predictions if doc_id not in known],
    )


def _complete(row: JSON) -> JSON:
    """A line with an empty list for each layer that it does not have."""
    return {**{key: [] for key in LISTS}, **row}
