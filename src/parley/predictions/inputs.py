"""What a scorer gets: gold and predictions, document by document, in one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]

#: Layer -> the key of its list on a line of a prediction file.
LAYERS = {
    "mentions": "mentions",
    "events": "events",
    "attributions": "attributions",
    "stances": "stances",
    "coreference": "clusters",
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """Documents that one layer is scored on; every sequence has one item a document.

    `gold` and `predicted` are lines of the prediction format (`schema/prediction.schema.json`) as
    values. Both have the layer's key: who calls has left out documents whose gold does not have the
    layer, and has put an empty list where the prediction has no line. `texts`, `stories` and
    `forms` are None where the gold does not say.
    """

    doc_ids: Sequence[str]
    gold: Sequence[JSON]
    predicted: Sequence[JSON]
    texts: Sequence[str | None]
    stories: Sequence[str | None]
    forms: Sequence[str | None]

    def __len__(self) -> int:
        return len(self.doc_ids)
