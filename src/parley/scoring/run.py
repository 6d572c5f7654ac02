"""Scoring from end to end: gold and predictions in, a `Result` out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parley import json_io
from parley.incidents import IncidentError, nearest, one_of, stop
from parley.predictions import gold as golds
from parley.predictions.align import Aligned, align
from parley.predictions.gold import Gold
from parley.predictions.inputs import JSON, Inputs
from parley.predictions.read import read
from parley.predictions.write import read_meta
from parley.scoring import attributions, coreference, events, mentions, stances
from parley.scoring.errors import Error
from parley.scoring.measure import Key, Measure
from parley.scoring.resample import intervals
from parley.scoring.result import HEADLINE, LayerResult, Result, Score, scores
from parley.scoring.signature import Signature, gold_digest, short, system_part

#: Every layer that can be scored, in the order of reports.
NAMES = tuple(HEADLINE)
CROSS = "cross-document"
_SCORERS: Mapping[str, Callable[[Inputs], tuple[Sequence[Measure], Sequence[Error]]]] = {
    "mentions": mentions.score,
    "events": events.score,
    "attributions": attributions.score,
    "stances": stances.score,
}


@dataclass(frozen=True, slots=True)
class System:
    """A system's predictions, read: a line for each document, and what it says of itself."""

    name: str
    rows: Mapping[str, JSON]
    meta: Mapping[str, Any]
    warning: str | None = None


def score(
    gold: "Gold | Path | str | Iterable[JSON]",
    predictions: "System | Path | str | Iterable[JSON]",
    *,
    split: str | None = None,
    layers: Sequence[str] | None = None,
    singletons: str = "kept",
    resamples: int = 1000,
    seed: int = 0,
    system: str | None = None,
) -> Result:
    """Scores predictions against gold.

    `gold` is the folder of a built dataset (its `split`, by default test), a file of the prediction
    format, or such lines as values; `predictions` a file or lines. `layers` are names of `NAMES`
    (default: all that the gold has). `resamples` of documents make the 95 % intervals, 0 none.

    Raises `IncidentError` with every fault of the gold or of the predictions: nothing is scored in
    part. A document that the predictions leave out counts as nothing predicted, and is listed in
    the result.
    """
    found = gold if isinstance(gold, Gold) else read_gold(gold, split)
    made = predictions if isinstance(predictions, System) else read_system(predictions, found)
    aligned = align(found, made.rows)
    wanted = _wanted(layers, found)
    results = dict(_layers(aligned, wanted, singletons))
    figures: list[Score] = []
    for layer in results.values():
        bounds = intervals(layer.measures, resamples, seed) if resamples else None
        figures += scores(layer, bounds)
        if layer.layer == CROSS:
            figures += _uncut(aligned.inputs("coreference"), singletons)
    return Result(
        system=system or made.name,
        signature=signature(found, split, wanted, singletons, resamples, seed, made.meta),
        layers=results,
        scores=figures,
        missing=list(aligned.missing),
        partial={name: list(ids) for name, ids in aligned.partial.items() if name in results},
        ignored=list(aligned.ignored),
        not_predicted=[name for name in wanted if name not in results],
        details={key: value for key, value in made.meta.items() if key != "format"},
    )


def inputs(result: Result, gold: Gold, system: System) -> dict[str, Inputs]:
    """The documents behind each layer of a result, for what explains it."""
    aligned = align(gold, system.rows)
    return {name: aligned.inputs(name) for name in result.layers if name != CROSS}


def read_gold(gold: Path | str | Iterable[JSON], split: str | None = None) -> Gold:
    """Gold from a built dataset, a file or lines. Raises `IncidentError` with all its faults."""
    if not isinstance(gold, (str, Path)):
        return golds.from_rows(gold)
    path = Path(gold)
    if path.is_dir():
        return golds.from_dataset(path, "test" if split is None else split)
    found = golds.from_file(path)
    return found if split is None else _only(found, split, path)


def read_system(
    predictions: Path | str | Iterable[JSON], gold: Gold, name: str | None = None
) -> System:
    """A system from a file of predictions (and FILE.meta.json beside it) or from lines.

    Spans are held against the gold's texts where it has them. Raises `IncidentError` with every
    fault.
    """
    if not isinstance(predictions, (str, Path)):
        return _of_lines(predictions, gold, name)
    path = Path(predictions)
    found = read(path, gold.known())
    if found.faults:
        raise IncidentError(*found.faults)
    meta, warning = read_meta(path)
    told = meta or {}
    return System(name or str(told.get("system") or path.stem), found.rows, told, warning)


def _of_lines(rows: Iterable[JSON], gold: Gold, name: str | None) -> System:
    """Lines are held to what a file of them is held to, by way of one."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.jsonl"
        path.write_bytes(b"".join(json_io.dumps(row) + b"\n" for row in rows))
        found = read(path, gold.known(), file="predictions")
    if found.faults:
        raise IncidentError(*found.faults)
    return System(name or "system", found.rows, {})


def signature(
    gold: Gold,
    split: str | None,
    layers: Sequence[str],
    singletons: str,
    resamples: int,
    seed: int,
    meta: Mapping[str, Any],
) -> Signature:
    """What the figures rest on. The digest is of the gold that is scored, not of the file."""
    splits = sorted({name for name in gold.splits if name is not None})
    version = gold.corpus.get("version")
    name = gold.corpus.get("name") or "lines"
    return Signature(
        corpus=f"{name}/{version}" if version else name,
        digest=short(gold_digest(gold.rows)),
        split=split or ("+".join(splits) if splits else "all"),
        layers=tuple(layers),
        documents=len(gold),
        resamples=resamples,
        seed=seed,
        singletons=singletons,
        system=system_part(meta),
    )


def _layers(
    aligned: Aligned, wanted: Sequence[str], singletons: str
) -> Iterable[tuple[str, LayerResult]]:
    for name in wanted:
        if name == CROSS:
            if "coreference" in aligned.layers or "mentions" in aligned.layers:
                stories, across = coreference.across(aligned.inputs("mentions"), singletons)
                if across:
                    measures = [
                        replace(item, key=Key(CROSS, item.key.metric.removesuffix(" across")))
                        for item in across
                    ]
                    yield name, LayerResult(name, stories, measures, [])
        elif name in aligned.layers:
            given = aligned.inputs(name)
            found = (
                coreference.score(given, singletons)
                if name == "coreference"
                else _SCORERS[name](given)
            )
            yield name, LayerResult(name, given.doc_ids, *found)


def _uncut(given: Inputs, singletons: str) -> list[Score]:
    """Figures of entities that stories do not cut: one unit, so no interval."""
    measures = [
        replace(item, key=Key(CROSS, item.key.metric))
        for item in coreference.corpus_wide(given, singletons)
    ]
    return scores(LayerResult(CROSS, ["corpus"], measures, []))


def _wanted(layers: Sequence[str] | None, gold: Gold) -> list[str]:
    """The layers to score, in the order of reports. Raises `IncidentError` for unknown ones."""
    unknown = [name for name in layers or () if name not in NAMES]
    if unknown:
        raise stop(
            "S004",
            "layers",
            "no such layer",
            got=unknown[0] if len(unknown) == 1 else unknown,
            expected=one_of(NAMES),
            nearest=nearest(unknown[0], NAMES),
        )
    keys = gold.annotated()
    has = {name for name in _SCORERS if name in keys}
    if "clusters" in keys:
        has.add("coreference")
    if any(item.get("entity") for row in gold.rows for item in row.get("mentions", ())):
        has.add(CROSS)
    return [name for name in NAMES if name in has and (layers is None or name in layers)]


def _only(gold: Gold, split: str, path: Path) -> Gold:
    """One split of a file that says which document is in which."""
    places = [place for place, name in enumerate(gold.splits) if name == split]
    if not places:
        names = sorted({name for name in gold.splits if name is not None})
        raise stop(
            "S002",
            path.as_posix(),
            "no such split" if names else "its lines do not say which split they are of",
            got=split,
            expected=one_of(names) or None,
            nearest=nearest(split, names),
        )
    return replace(
        gold,
        doc_ids=[gold.doc_ids[at] for at in places],
        rows=[gold.rows[at] for at in places],
        texts=[gold.texts[at] for at in places],
        stories=[gold.stories[at] for at in places],
        forms=[gold.forms[at] for at in places],
        splits=[gold.splits[at] for at in places],
    )
