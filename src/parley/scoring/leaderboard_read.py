"""Result files of a leaderboard: everything that is wrong with them is said, nothing is guessed."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from parley import json_io
from parley.agreement.text import printable
from parley.incidents import nearest, one_of, say
from parley.scoring import leaderboard
from parley.scoring.leaderboard import Entry, Figure
from parley.scoring.measure import FORMULAS, Floats, Key, Measure
from parley.scoring.result import FORMAT, HEADLINE
from parley.scoring.signature import SignatureError, parse

#: Columns of counts of a formula; of the means over classes or parts, of each of these.
_COLUMNS = {"f1": 3, "prf": 4, "mean_f1": 3, "mean_prf": 4}
#: F1 of a file and of its counts may differ by rounding.
_CLOSE = 1e-6


def read(folder: Path) -> tuple[list[Entry], list[str]]:
    """The results of a folder (`*.json`, but for `*.meta.json`), by name, and all faults.

    A fault is `file: field: what, got, expected`; a file with a fault gives no entry.
    """
    entries, faults = [], []
    for path in sorted(folder.glob("*.json")):
        if path.name.endswith(".meta.json"):
            continue
        try:
            raw = json_io.loads(path.read_bytes())
        except json_io.JsonError as error:
            faults.append(f"{printable(path.name)}: not JSON: {error}")
            continue
        except OSError as error:
            faults.append(f"{printable(path.name)}: {error.strerror}")
            continue
        if isinstance(raw, dict) and raw.get("format") == leaderboard.FORMAT:
            continue  # a leaderboard that was written here
        reader = _Reader(path.name)
        entry = reader.entry(raw)
        faults += reader.faults
        if entry is not None and not reader.faults:
            entries.append(entry)
    return entries, faults


class _Reader:
    """Reads one result file; gathers faults instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[str] = []

    def fault(
        self, where: str, what: str, got: object, expected: str, near: str | None = None
    ) -> None:
        said = say(what, got=got, expected=expected, nearest=near)
        self.faults.append(f"{printable(self.file)}: {f'{where}: ' if where else ''}{said}")

    def entry(self, raw: Any) -> Entry | None:
        if not isinstance(raw, dict):
            self.fault("", "no result", raw, "a JSON object, as `parley score` writes")
            return None
        if raw.get("format") != FORMAT:
            # Whatever else it is, its other fields say nothing.
            self.fault("format", "no result", raw.get("format"), f"{FORMAT!r}")
            return None
        system = raw.get("system")
        if not isinstance(system, str) or not system.strip():
            self.fault("system", "no name", system, "the system's name, a string")
        signature = None
        try:
            signature = parse(raw["signature"])
        except (KeyError, AttributeError):
            self.fault("signature", "no signature", raw.get("signature"), "a string")
        except SignatureError as error:
            self.faults.append(f"{printable(self.file)}: signature: {error}")
        figures = self.figures(raw.get("scores"))
        doc_ids, measures = self.counts(raw.get("counts", {}))
        if not self.faults:
            self.agree(figures, doc_ids, measures)
        if self.faults or signature is None:
            return None
        return Entry(self.file, str(system), signature, figures, doc_ids, measures)

    def figures(self, raw: Any) -> dict[tuple[str, str], Figure]:
        """The headline metrics; every score is checked."""
        found: dict[tuple[str, str], Figure] = {}
        if not isinstance(raw, list):
            self.fault("scores", "no list", raw, "a list of scores")
            return found
        for number, item in enumerate(raw):
            where = f"scores[{number}]"
            if not isinstance(item, dict):
                self.fault(where, "no score", item, "an object")
                continue
            names = [item.get(name) for name in ("layer", "metric", "label")]
            if not all(isinstance(name, str) for name in names):
                self.fault(where, "no name", names, "strings as layer, metric and label")
                continue
            layer, metric, label = map(str, names)
            if layer not in HEADLINE:
                self.layer(f"{where}.layer", layer)
                continue
            figure = self.figure(item, where)
            if figure is None or label or metric not in HEADLINE[layer]:
                continue
            if (layer, metric) in found:
                self.fault(where, "a score given twice", f"{layer}, {metric}", "each once")
            found[layer, metric] = figure
        return found

    def layer(self, where: str, name: str) -> None:
        near = nearest(name, HEADLINE)
        self.fault(where, "no such layer", name, one_of(list(HEADLINE)), near)

    def figure(self, item: dict[str, Any], where: str) -> Figure | None:
        """One score, of any metric."""
        _, _, f1 = (self.share(item, where, name) for name in ("precision", "recall", "f1"))
        low, high = (
            None if item.get(name) is None else self.share(item, where, name)
            for name in ("low", "high")
        )
        one = (item.get("low") is None) != (item.get("high") is None)
        if one or (low is not None and high is not None and low > high):
            self.fault(where, "no interval", [low, high], "low <= high, or null in both")
        documents = item.get("documents")
        if not isinstance(documents, int) or isinstance(documents, bool) or documents < 0:
            self.fault(f"{where}.documents", "no number", documents, "a whole number")
            return None
        return None if f1 is None else Figure(f1, low, high, documents)

    def share(self, item: dict[str, Any], where: str, name: str) -> float | None:
        value = item.get(name)
        if _number(value) and value <= 1:
            return float(value)
        self.fault(f"{where}.{name}", "not a value", value, "a number, 0 to 1")
        return None

    def counts(self, raw: Any) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], Measure]]:
        doc_ids: dict[str, tuple[str, ...]] = {}
        measures: dict[tuple[str, str], Measure] = {}
        if not isinstance(raw, dict):
            self.fault("counts", "no counts", raw, "an object: layer -> its counts")
            return doc_ids, measures
        for layer, given in raw.items():
            where = f"counts.{printable(layer)}"
            if layer not in HEADLINE:
                self.layer(where, layer)
                continue
            ids = given.get("doc_ids") if isinstance(given, dict) else None
            if (
                not isinstance(ids, list)
                or not all(isinstance(doc_id, str) for doc_id in ids)
                or len(set(ids)) < len(ids)
            ):
                self.fault(f"{where}.doc_ids", "no ids", ids, "a list of different strings")
                continue
            doc_ids[layer] = tuple(ids)
            for metric, table in given.items():
                if metric != "doc_ids":
                    made = self.measure(f"{where}.{printable(metric)}", table, len(ids))
                    if made is not None:
                        measures[layer, metric] = Measure(Key(layer, metric), *made)
        return doc_ids, measures

    def measure(self, where: str, raw: Any, documents: int) -> tuple[str, Floats] | None:
        formula = raw.get("formula") if isinstance(raw, dict) else None
        if not isinstance(formula, str) or formula not in FORMULAS:
            self.fault(f"{where}.formula", "no formula", formula, one_of(list(FORMULAS)))
            return None
        rows = raw.get("counts")
        width, several = _COLUMNS[formula], formula.startswith("mean")
        expected = (
            f"{documents:,} rows, one a document, of {'a multiple of ' if several else ''}"
            f"{width} numbers, none below 0"
        )
        lengths = {len(row) for row in rows if isinstance(row, list)} if _lists(rows) else set()
        wide = next(iter(lengths), width)
        if (
            not _lists(rows)
            or len(rows) != documents
            or len(lengths) > 1
            or wide == 0
            or (wide % width if several else wide != width)
            or not all(_number(value) for row in rows for value in row)
        ):
            self.fault(f"{where}.counts", "no counts", rows, expected)
            return None
        return formula, np.array(rows, dtype=np.float64).reshape(documents, wide)

    def agree(
        self,
        figures: Mapping[tuple[str, str], Figure],
        doc_ids: Mapping[str, tuple[str, ...]],
        measures: Mapping[tuple[str, str], Measure],
    ) -> None:
        """Scores are what their counts give."""
        for (layer, metric), shown in figures.items():
            measure = measures.get((layer, metric))
            if measure is None:
                continue
            where = f"scores, {layer}, {metric}"
            value = float(measure.values(measure.counts.sum(0))[2])
            value = 1.0 if math.isnan(value) else value
            if abs(value - shown.f1) > _CLOSE:
                self.fault(f"{where}, f1", "not what its counts give", shown.f1, f"{value:.6f}")
            if shown.documents != len(doc_ids[layer]):
                self.fault(
                    f"{where}, documents",
                    "not the number of its counts",
                    shown.documents,
                    f"{len(doc_ids[layer])}",
                )


def _lists(rows: Any) -> TypeGuard[list[list[Any]]]:
    return isinstance(rows, list) and all(isinstance(row, list) for row in rows)


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
