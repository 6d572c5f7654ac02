"""Whether two annotations say the same, whatever a browser or a server adds on the way."""

from collections.abc import Sequence
from typing import Any

from parley import json_io

#: What a result carries that is no annotator's decision: the browser adds these when it saves.
_MARKS = ("origin", "score", "readonly", "hidden", "parentID", "original_length", "image_rotation")


def normal(results: Sequence[Any]) -> list[bytes]:
    """The results in a form in which equal work is equal: order and marks do not count.

    Words of a region are left out, since offsets say which they are.
    """
    return sorted(json_io.canonical(_bare(result)) for result in results)


def _bare(result: Any) -> Any:
    if not isinstance(result, dict):
        return result
    bare = {key: value for key, value in result.items() if key not in _MARKS}
    value = bare.get("value")
    if isinstance(value, dict):
        answer = bare.get("type") == "textarea"
        bare["value"] = {
            key: inner for key, inner in value.items() if answer or key not in ("text", "score")
        }
    if not bare.get("meta"):
        bare.pop("meta", None)
    labels = bare.get("labels")
    if isinstance(labels, list):
        bare["labels"] = sorted(labels, key=str)
    return bare


def same(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Whether two lists of results hold the same annotations."""
    return normal(first) == normal(second)
