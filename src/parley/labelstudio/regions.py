"""Regions of one annotation: offsets checked and converted, spans trimmed, labels known.

First half of reading an annotation; `parley.labelstudio.assemble` joins what comes out of it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley.incidents import nearest, one_of, say
from parley.labelstudio import names
from parley.labelstudio.offsets import Converter, Evidence, Unit, same_words
from parley.ontology import LAYERS, Ontology

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class RejectedError(Exception):
    """A result that cannot be kept: its code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Region:
    """One labelled span, on the canonical text; `answers` by control."""

    id: str
    layer: str
    label: str
    start: int
    end: int
    index: int
    answers: dict[str, str] = field(default_factory=dict)
    note: str | None = None


def evidence(results: list[Any]) -> list[Evidence]:
    """What the regions among `results` say of their unit."""
    found = []
    for result in results:
        if not isinstance(result, dict) or result.get("type") != names.REGION:
            continue
        value = result.get("value")
        if not isinstance(value, dict):
            continue
        start, end, words = value.get("start"), value.get("end"), value.get("text")
        if type(start) is int and type(end) is int:
            found.append((start, end, words if isinstance(words, str) else ""))
    return found


def read(
    result: Mapping[str, Any],
    index: int,
    converter: Converter,
    unit: Unit,
    ontology: Ontology,
) -> tuple[Region, list[str]]:
    """A region of the text and the codes of the repairs made on it.

    Raises `RejectedError` with the code and message of the first thing that keeps it from being
    one.
    """
    layer = result.get("from_name")
    if layer not in LAYERS:
        raise RejectedError(
            "X021",
            say(
                "no such control for a region",
                got=layer,
                expected=one_of(LAYERS),
                nearest=nearest(layer, LAYERS),
            ),
        )
    value = result.get("value")
    if not isinstance(value, dict):
        raise RejectedError(
            "X020", say("a region without a value", got=value, expected="an object")
        )
    label = _label(value.get(names.REGION), layer, ontology)
    start, end, repairs = _span(value, converter, unit)
    item = result.get("id")
    if item is None or item == "":
        item = _made(layer, label, str(start), str(end))
        repairs.append("R005")
    elif (safe := safe_id(item)) != item:
        item = str(safe)
        repairs.append("R006")
    meta = result.get("meta")
    note = meta.get("text") if isinstance(meta, dict) else None
    if isinstance(note, list):
        note = " ".join(line for line in note if isinstance(line, str))
    return (
        Region(item, layer, label, start, end, index, note=note if isinstance(note, str) else None),
        repairs,
    )


def _made(*parts: str) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "backslashreplace")
    return "x" + hashlib.sha256(joined).hexdigest()[:10]


def safe_id(item: object) -> object:
    """The id that `read` gives a region whose id in the export is `item`."""
    # Ids that Label Studio makes, and ours, have no other character: the pattern is for the rest.
    if isinstance(item, str) and len(item) <= 64 and item.isascii() and item.isalnum():
        return item
    if isinstance(item, str) and _ID.fullmatch(item):
        return item
    return item if item is None or item == "" else _made(str(item))


def _label(labels: Any, layer: str, ontology: Ontology) -> str:
    if not isinstance(labels, list) or not labels:
        raise RejectedError(
            "X022", say("a region without a label", got=labels, expected="one label")
        )
    if len(labels) > 1:
        raise RejectedError("X024", say("a region with several labels", got=labels, expected="one"))
    label = labels[0]
    valid = ontology.names(layer)
    if not isinstance(label, str) or label not in valid:
        raise RejectedError(
            "X023",
            say(
                f"no such label of {layer}",
                got=label,
                expected=one_of(valid),
                nearest=nearest(label, valid),
            ),
        )
    return label


def _span(value: Mapping[str, Any], converter: Converter, unit: Unit) -> tuple[int, int, list[str]]:
    """Canonical start and end, trimmed, and the repairs that led there."""
    first, last = value.get("start"), value.get("end")
    if type(first) is not int or type(last) is not int:
        raise RejectedError(
            "X025",
            say(
                "offsets are not whole numbers",
                got=[first, last],
                expected=f"{unit.value} of a <Text> region",
            ),
        )
    repairs = []
    start, end = converter.code_point(first, unit), converter.code_point(last, unit)
    if start is None or end is None:
        inside = first >= 0 and last <= converter.length
        raise RejectedError(
            "X028" if inside else "X026",
            say(
                "an offset inside a character" if inside else "a span outside the text",
                got=[first, last],
                expected=f"0 to {converter.length}",
            ),
        )
    if start >= end:
        raise RejectedError("X027", say("a span that ends before it has begun", got=[first, last]))
    raw = converter.raw
    words = raw[start:end]
    shown = value.get("text")
    if isinstance(shown, str) and shown != words and not same_words(shown, words):
        repairs.append("R007")
    if unit is Unit.UTF16 and (start, end) != (first, last):
        repairs.append("R003")
    if words[0].isspace() or words[-1].isspace():
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if start >= end:
            raise RejectedError("X027", say("a span of white space", got=[first, last]))
        repairs.append("R001")
    if converter.text is not raw:
        moved = converter.canonical(start), converter.canonical(end)
        if moved != (start, end):
            repairs.append("R004")
        start, end = moved
    return start, end, repairs
