"""Two readers of one document: predictions beside gold, annotator beside annotator.

Each function leads from a document's id to a **comparison**, which `page_document.page` takes:

- `names`: the two readers; `layers`: what both looked at (keys of a reading);
- `second`, and `first` where it is not the document's own: readings (see `page_document`);
- `kinds`: `name`, `sign` (its mark beside a label) and `wrong` of each verdict;
- `items`: rows of layer, id of the first reader's annotation or None, id of the second's or None,
  place in `kinds`, and what differs, in a word or two (empty where nothing does). Ids are those of
  the readings. The layer `arguments` names the events that the argument hangs on, the role, and, as
  a sixth value, the argument's span.

Verdicts on predictions are the errors of `parley.scoring`, so that the page and `parley score`
never disagree; who answers whom between annotators is decided by `parley.pairing`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from parley import pairing
from parley.dataset.read import tables
from parley.document import Annotations, Attribution, Event, Span, containment, to_dict
from parley.predictions import gold as golds
from parley.predictions.align import Aligned, align
from parley.predictions.gold import Gold
from parley.predictions.rows import AUTHOR, KEYS
from parley.scoring.errors import Error

if TYPE_CHECKING:
    from parley.agreement.read import Round
    from parley.predictions.inputs import Inputs
    from parley.scoring.measure import Measure
    from parley.scoring.run import System

JSON = dict[str, Any]
_Ids = dict[Any, list[str]]
#: Kind of a scoring error, or `right` -> what the page calls it against gold, and its sign.
AGAINST_GOLD = {
    "right": ("right", "✓"),
    "type": ("wrong label", "≠"),
    "boundary": ("wrong span", "↔"),
    "boundary+type": ("wrong span and label", "≠↔"),
    "missing": ("missing", "−"),
    "spurious": ("spurious", "+"),
    "duplicate": ("duplicate", "+"),
    "wrong role": ("wrong role", "≠"),
    "wrong trigger": ("wrong trigger", "↔"),
    "wrong parent": ("wrong parent", "↳"),
    "again": ("said twice", "="),
}
#: Kinds that are no difference. What says the same as another of its side counts once for scorers
#: of sets; it is neither right nor wrong a second time.
_ALIKE = ("right", "again")
#: The same where neither reader is right by being gold.
BESIDE = {
    "right": ("both", "✓"),
    "type": ("label differs", "≠"),
    "boundary": ("span differs", "↔"),
    "boundary+type": ("span and label differ", "≠↔"),
    "missing": ("only the first", "−"),
    "spurious": ("only the second", "+"),
    "duplicate": ("the second once more", "+"),
    "wrong role": ("role differs", "≠"),
    "wrong trigger": ("trigger differs", "↔"),
    "wrong parent": ("parent differs", "↳"),
    "details": ("details differ", "~"),
    "again": ("said twice", "="),
}
PARTS = ("source", "cue", "content")


class _Verdict(NamedTuple):
    """One item: ids on both sides, kind (of `AGAINST_GOLD` or `BESIDE`), what differs."""

    layer: str
    first: str | None
    second: str | None
    kind: str
    says: str = ""
    span: Span | None = None


# ------------------------------------------------------------------------------- predictions
def predictions(folder: Path, file: Path) -> dict[str, JSON]:
    """Gold of the built dataset in `folder` beside the predictions of `file`, by document id.

    Documents without a line in the file are left out. Raises `IncidentError` with every fault of
    the dataset or of the file.
    """
    from parley.scoring.run import read_system

    gold = golds.from_dataset(folder)
    system = read_system(file, gold)
    stances = {
        row["doc_id"]: [item["id"] for item in row["stances"]]
        for _, rows in tables(folder, "documents", columns=("doc_id", "stances"))
        for row in rows
    }
    return dict(_against(gold, system, ("gold", system.name), AGAINST_GOLD, stances))


def files(folder: Path, first: Path, second: Path) -> dict[str, JSON]:
    """Two files of the prediction format beside each other, by document id.

    Both are of documents of the dataset in `folder`; documents that are not in both are left out.
    Raises `IncidentError` with every fault of the dataset, or of the first file that has one.
    """
    from parley.scoring.run import read_system

    gold = golds.from_dataset(folder)
    one, two = read_system(first, gold), read_system(second, gold)
    places = [at for at, doc_id in enumerate(gold.doc_ids) if doc_id in one.rows]
    ids = [gold.doc_ids[at] for at in places]
    as_gold = replace(
        gold,
        doc_ids=ids,
        rows=[one.rows[doc_id] for doc_id in ids],
        texts=[gold.texts[at] for at in places],
        stories=[gold.stories[at] for at in places],
        forms=[gold.forms[at] for at in places],
        splits=[gold.splits[at] for at in places],
    )
    names = (one.name, two.name) if one.name != two.name else (f"{one.name} (1)", f"{two.name} (2)")
    return dict(_against(as_gold, two, names, BESIDE))


def _against(
    gold: Gold,
    system: "System",
    names: tuple[str, str],
    kinds: Mapping[str, tuple[str, str]],
    stances: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[tuple[str, JSON]]:
    """Comparisons of all documents that `system` has. `stances` are the ids of the stances of each
    document, in order, where `gold` is the dataset's own: the format has none."""
    aligned = align(gold, system.rows)
    errors = _errors(aligned)
    for doc_id, row in zip(gold.doc_ids, gold.rows, strict=True):
        if doc_id not in system.rows:
            continue
        ours = _numbered(row, None if stances is None else stances[doc_id])
        theirs = _numbered(system.rows[doc_id])
        found: list[_Verdict] = []
        layers = [name for name in KEYS if name in aligned.layers and name in row]
        for layer in layers:
            faults = errors[layer].get(doc_id, [])
            if layer == "attributions":
                found += _attributions(ours, theirs, faults)
            else:
                found += _keyed(layer, ours, theirs, faults)
            if layer == "events":
                found += _arguments(ours, theirs, faults)
        made = _comparison(names, layers, kinds, found, reading(theirs))
        if stances is None:
            made["first"] = reading(ours)
        yield doc_id, made


def _errors(aligned: Aligned) -> dict[str, dict[str, list[Error]]]:
    """The scorers' errors by layer and document id."""
    from parley.scoring import attributions, events, mentions, stances

    scorers: dict[str, Callable[[Inputs], tuple[Sequence[Measure], Sequence[Error]]]] = {
        "mentions": mentions.score,
        "events": events.score,
        "attributions": attributions.score,
        "stances": stances.score,
    }
    found: dict[str, dict[str, list[Error]]] = {}
    for layer, score in scorers.items():
        if layer not in aligned.layers:
            continue
        inputs = aligned.inputs(layer)
        by_document: dict[str, list[Error]] = defaultdict(list)
        for error in score(inputs)[1]:
            by_document[inputs.doc_ids[error.document]].append(error)
        found[layer] = by_document
    return found


def _numbered(row: JSON, stances: Sequence[str] | None = None) -> JSON:
    """A line of the prediction format with every key, and an id for every annotation.

    The format has no ids for stances: `stances` are theirs, else they are made up.
    """
    made: JSON = {key: list(row.get(key, ())) for key in KEYS}
    if stances is None:
        known = {item["id"] for key in KEYS if key != "stances" for item in made[key]}
        free = (name for at in count(1) if (name := f"s{at}") not in known)
        stances = list(islice(free, len(made["stances"])))
    made["stances"] = [
        {**item, "id": name} for item, name in zip(made["stances"], stances, strict=False)
    ]
    made["attributions"] = _nested(made["attributions"])
    return made


def _nested(items: Sequence[JSON]) -> list[JSON]:
    """Attributions with their parents; where none names one, those of containment."""
    if any("parent" in item for item in items):
        known = {item["id"] for item in items}
        parents = [item.get("parent") for item in items]
        parents = [parent if parent in known else None for parent in parents]
    else:
        parents, _ = containment(
            [(item["id"], item["cue"] or item["content"], item["content"]) for item in items], ()
        )
    return [{**item, "parent": parent} for item, parent in zip(items, parents, strict=True)]


def reading(row: JSON) -> JSON:
    """A numbered line of the prediction format as a reading (see `page_document`).

    An end is the annotation on the same span, a theme rather the event; else it is the span. A
    stance stands on its target, as the format has no expression.
    """
    mentions = {(item["start"], item["end"]): item["id"] for item in row["mentions"]}
    events = {(item["start"], item["end"]): item["id"] for item in row["events"]}

    def end(span: Span, own: str | None = None, *, event: bool = True) -> str | list[int]:
        theme = events.get(span) if event else None
        found = theme if theme not in (None, own) else mentions.get(span)
        return list(span) if found is None else found

    return {
        "mentions": row["mentions"],
        "events": [
            {
                **item,
                "arguments": [
                    {
                        "role": argument["role"],
                        "target": end(
                            (argument["start"], argument["end"]),
                            item["id"],
                            event=argument["role"] == "theme",
                        ),
                    }
                    for argument in item["arguments"]
                ],
            }
            for item in row["events"]
        ],
        "attributions": row["attributions"],
        "stances": [
            {
                "id": item["id"],
                "start": item["target"][0],
                "end": item["target"][1],
                "label": item["label"],
                "holder": None
                if item["holder"] == AUTHOR
                else end((item["holder"][0], item["holder"][1]), event=False),
                "target": end((item["target"][0], item["target"][1])),
                "attribution": None,
            }
            for item in row["stances"]
        ],
    }


# ------------------------------------------------------------------ errors on their annotations


def _key(layer: str, item: JSON) -> tuple[tuple[Span, ...], str]:
    """Spans and label of an annotation, as the layer's errors name them."""
    if layer != "stances":
        return ((item["start"], item["end"]),), item["type"]
    target = (item["target"][0], item["target"][1])
    held = () if item["holder"] == AUTHOR else ((item["holder"][0], item["holder"][1]),)
    return (*held, target), item["label"]


def _keyed(layer: str, ours: JSON, theirs: JSON, errors: Sequence[Error]) -> list[_Verdict]:
    """Verdicts of a layer whose errors name spans and label; what is in no error is right."""
    left: list[_Ids] = []
    for side in (ours, theirs):
        ids: _Ids = defaultdict(list)
        for item in side[layer]:
            ids[_key(layer, item)].append(item["id"])
        left.append(ids)
    found: list[_Verdict] = []
    types = _types(ours, theirs)
    for error in errors:
        # Arguments have their own way.
        if layer == "events" and _is_argument(error, types):
            continue
        # Of equal ones the last: the first are those that are matched.
        first = _last(left[0], (error.gold, error.gold_label))
        second = _last(left[1], (error.predicted, error.predicted_label))
        found.append(_Verdict(layer, first, second, error.kind, _says(error)))
    for key in dict.fromkeys((*left[0], *left[1])):
        first_ids, second_ids = left[0].get(key, []), left[1].get(key, [])
        pairs = zip_longest(first_ids, second_ids)
        found += [
            _Verdict(layer, one, two, "right" if one and two else "again") for one, two in pairs
        ]
    return found


def _last(ids: _Ids, key: Any) -> str | None:
    return ids[key].pop() if ids.get(key) else None


def _types(ours: JSON, theirs: JSON) -> set[str]:
    return {item["type"] for side in (ours, theirs) for item in side["events"]}


def _is_argument(error: Error, types: Collection[str]) -> bool:
    """Whether an error of events is about an argument: its label is TYPE.role, no type."""
    return (error.gold_label or error.predicted_label) not in types


def _says(error: Error) -> str:
    if error.gold_label and error.predicted_label and error.gold_label != error.predicted_label:
        return f"{error.gold_label}, not {error.predicted_label}"
    return ""


def _arguments(ours: JSON, theirs: JSON, errors: Sequence[Error]) -> list[_Verdict]:
    """Verdicts on arguments that are not right, each on the events it hangs on."""
    sides = []
    for side in (ours, theirs):
        rows = [
            ((event["start"], event["end"]), event["type"], argument, event["id"])
            for event in side["events"]
            for argument in event["arguments"]
        ]
        sides.append(
            [
                ((item["start"], item["end"]), trigger, f"{kind}.{item['role']}", event)
                for trigger, kind, item, event in rows
            ]
        )
    known = [{row[:3] for row in side} for side in sides]
    left = [
        [row for row in side if row[:3] not in other]
        for side, other in zip(sides, reversed(known), strict=True)
    ]

    def take(at: int, spans: tuple[Span, ...], label: str | None, event: Span | None) -> Any:
        span, trigger = spans[0], spans[1] if len(spans) > 1 else event
        # A duplicate is in gold, too.
        for rows in (left[at], sides[at]):
            for row in rows:
                if row[0] == span and row[2] == label and trigger in (None, row[1]):
                    if rows is left[at]:
                        rows.remove(row)
                    return row
        return None

    found: list[_Verdict] = []
    types = _types(ours, theirs)
    for error in errors:
        if not _is_argument(error, types):
            continue
        one = take(0, error.gold, error.gold_label, None) if error.gold else None
        # Of the same event, but where the trigger is what is wrong.
        trigger = None if one is None or error.kind == "wrong trigger" else one[1]
        two = take(1, error.predicted, error.predicted_label, trigger) if error.predicted else None
        role = (error.gold_label or error.predicted_label or "").rpartition(".")[2]
        other = (error.predicted_label or "").rpartition(".")[2]
        says = f"{role}, not {other}" if error.kind == "wrong role" else role
        span = (error.gold or error.predicted)[0]
        first, second = one and one[3], two and two[3]
        found.append(_Verdict("arguments", first, second, error.kind, says, span))
    return found


def _attributions(ours: JSON, theirs: JSON, errors: Sequence[Error]) -> list[_Verdict]:
    """Verdicts on attributions. Errors of a pair name a part alone, so the pairs that the scorer
    left without `missing` or `spurious` are found again by `parley.pairing`."""
    layer = "attributions"
    left = [{item["id"]: _parts(item) for item in side[layer]} for side in (ours, theirs)]
    found: list[_Verdict] = []
    nested = set()
    for error in errors:
        if error.kind in ("missing", "spurious", "duplicate"):
            at, spans = (0, error.gold) if error.gold else (1, error.predicted)
            name = next(
                (key for key, parts in reversed(left[at].items()) if _all(parts) == spans), None
            )
            if name is not None:
                del left[at][name]
            one, two = (name, None) if at == 0 else (None, name)
            found.append(_Verdict(layer, one, two, error.kind, ""))
        elif error.kind == "wrong parent":
            nested.add((error.gold, error.predicted))
    made = [[Attribution(key, *_ordered(parts)) for key, parts in side.items()] for side in left]
    pairs = pairing.attributions(made[0], made[1])
    # Pairs whose contents alone overlap: none for `pairing`, which goes by cues.
    rest = zip(pairs.only_a, pairs.only_b, strict=False)
    parents = [{item["id"]: item for item in side[layer]} for side in (ours, theirs)]
    for a, b in (*pairs.both, *rest):
        parts = left[0][a.id], left[1][b.id]
        wrong = [name for name in PARTS if parts[0][name] != parts[1][name]]
        under = tuple(_under(items, item.id) for items, item in zip(parents, (a, b), strict=True))
        parent = ["parent"] if under in nested else []
        if wrong:
            found.append(_Verdict(layer, a.id, b.id, "boundary", ", ".join([*wrong, *parent])))
        elif parent:
            found.append(_Verdict(layer, a.id, b.id, "wrong parent", ""))
        else:
            found.append(_Verdict(layer, a.id, b.id, "right", ""))
    return found


def _parts(item: JSON) -> dict[str, tuple[Span, ...]]:
    return {name: tuple(sorted((start, end) for start, end in item[name])) for name in PARTS}


def _ordered(parts: Mapping[str, tuple[Span, ...]]) -> tuple[list[Span], list[Span], list[Span]]:
    """Cue, source, content: the order of `Attribution`."""
    return list(parts["cue"]), list(parts["source"]), list(parts["content"])


def _all(parts: Mapping[str, tuple[Span, ...]]) -> tuple[Span, ...]:
    return tuple(sorted(span for spans in parts.values() for span in spans))


def _under(items: Mapping[str, JSON], key: str) -> tuple[Span, ...]:
    """The cue of an attribution and that of its parent, as the scorer's errors have them."""
    item = items[key]
    above = items.get(item["parent"] or "")
    return (*_parts(item)["cue"], *(_parts(above)["cue"] if above else ()))


# -------------------------------------------------------------------------------- annotators
def annotators(found: "Round", pair: tuple[str, str] | None = None) -> dict[str, JSON]:
    """Two annotators of a round beside each other, by document id.

    Without `pair`, each document shows the first two, by name, that have it. Words of a withheld
    document stand in no comparison.
    """
    made: dict[str, JSON] = {}
    for first, second in [pair] if pair else found.pairs():
        done = found.annotators[first], found.annotators[second]
        for doc_id in sorted(done[0].keys() & done[1].keys()):
            if doc_id not in made:
                made[doc_id] = _beside(done[0][doc_id], done[1][doc_id], (first, second))
    return made


def _beside(a: Annotations, b: Annotations, names: tuple[str, str]) -> JSON:
    from parley.agreement.read import shared_layers

    layers = [key for key, layer in KEYS.items() if layer in shared_layers(a, b)]
    aligned = pairing.align(a, b)
    spans = _spans(a), _spans(b)
    found: list[_Verdict] = []
    for layer in layers:
        pairs: pairing.Pairs[Any] = getattr(aligned, layer)
        for one, two in pairs.both:
            found.append(_Verdict(layer, one.id, two.id, *_differ(layer, one, two, aligned.ids)))
            if layer == "events":
                found += _other_arguments(one, two, aligned.ids, spans)
        found += [_Verdict(layer, one.id, None, "missing") for one in pairs.only_a]
        found += [_Verdict(layer, None, two.id, "spurious") for two in pairs.only_b]
    made = _comparison(names, layers, BESIDE, found, to_dict(b))
    made["first"] = to_dict(a)
    return made


def _spans(side: Annotations) -> dict[str, Span]:
    """Where the ends of arguments stand, by id."""
    found: dict[str, Span] = {item.id: (item.start, item.end) for item in side.mentions}
    return found | {item.id: (item.start, item.end) for item in side.events}


#: Layer -> the attributes beside the label.
_DETAILS = {
    "mentions": ("mention_type", "entity", "value"),
    "events": ("mode", "polarity", "modality", "tense", "event"),
    "attributions": ("style", "kind", "source_kind"),
    "stances": (),
}


def _differ(layer: str, one: Any, two: Any, ids: Mapping[str, str]) -> tuple[str, str]:
    """The verdict on a pair of annotators, and what differs."""
    if layer == "attributions":
        says = [part for part in PARTS if sorted(getattr(one, part)) != sorted(getattr(two, part))]
        span, label = bool(says), False
    else:
        span = (one.start, one.end) != (two.start, two.end)
        names = (one.label, two.label) if layer == "stances" else (one.type, two.type)
        label = names[0] != names[1]
        says = [f"{names[0]} / {names[1]}"] if label else []
    details = [name for name in _DETAILS[layer] if getattr(one, name) != getattr(two, name)]
    if layer == "stances":
        details += [
            name
            for name in ("holder", "target")
            if not _answers(getattr(one, name), getattr(two, name), ids)
        ]
    if span or label:
        kind = "boundary+type" if span and label else "type" if label else "boundary"
    elif layer == "attributions" and not _answers(one.parent, two.parent, ids):
        kind = "wrong parent"
    else:
        kind = "details" if details else "right"
    return kind, ", ".join([*says, *details])


def _answers(one: str | None, two: str | None, ids: Mapping[str, str]) -> bool:
    """Whether two ends are one and the same: paired with each other, or none on either side."""
    return one is two if one is None or two is None else ids.get(one) == two


def _other_arguments(
    one: Event, two: Event, ids: Mapping[str, str], spans: tuple[Mapping[str, Span], ...]
) -> Iterator[_Verdict]:
    """Arguments that only one of two paired events has; `spans` are those of each side's ids."""
    first = {(item.role, ids.get(item.target, "")): item.target for item in one.arguments}
    second = {(item.role, item.target): item.target for item in two.arguments}
    for kind, own, other, at in (("missing", first, second, 0), ("spurious", second, first, 1)):
        for (role, end), target in sorted(own.items()):
            if (role, end) not in other:
                yield _Verdict("arguments", one.id, two.id, kind, role, spans[at].get(target))


# ------------------------------------------------------------------------------------ the value
def _comparison(
    names: tuple[str, str],
    layers: Sequence[str],
    kinds: Mapping[str, tuple[str, str]],
    found: list[_Verdict],
    second: JSON,
) -> JSON:
    places = {kind: at for at, kind in enumerate(kinds)}
    return {
        "names": list(names),
        "layers": list(layers),
        "kinds": [
            {"name": name, "sign": sign, "wrong": kind not in _ALIKE}
            for kind, (name, sign) in kinds.items()
        ],
        "items": [
            [
                *(item.layer, item.first, item.second, places[item.kind], item.says),
                *([list(item.span)] if item.span else []),
            ]
            for item in found
        ],
        "second": second,
    }
