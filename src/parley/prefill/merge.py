"""Several sources of pre-annotations become one set of annotations, without doubles."""

import hashlib
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from parley import __version__
from parley.document import Annotations, Argument, Document, Span, digest, nest, order
from parley.incidents import Incident
from parley.ontology import LAYERS, Ontology


class Source(Protocol):
    """Where pre-annotations come from.

    `name` is one word; `detail` pins what the answer depends on besides the text (a digest of the
    registry, of a file, of a prompt), or is empty; `layers` are those that it can fill.
    """

    @property
    def name(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def layers(self) -> tuple[str, ...]: ...

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        """Annotations of a document whose text is at hand, and what went wrong.

        `given` is what the sources before this one found; it is not to be changed.
        """


class Made(NamedTuple):
    """Pre-annotations, the version of what made them, and every fault on the way."""

    annotations: Annotations
    model_version: str
    incidents: list[Incident]


def make(
    document: Document,
    sources: Sequence[Source],
    ontology: Ontology,
    layers: Collection[str] = LAYERS,
) -> Made:
    """The pre-annotations of one document, merged from `sources` in their order of precedence.

    A mention or event on a span that an earlier source gave a mention or event is a double and left
    out, as is an attribution with the same cue and a stance with the same span and target; what
    refers to a double refers to the one that was kept. Ids are numbered anew in text order (`m1`,
    `e1`, `a1`, `s1`). `layers` limits what is kept. Raises `ValueError` where the text is withheld
    and not at hand.
    """
    if document.text is None:
        raise ValueError(f"{document.id}: the text is withheld; run `parley hydrate` first")
    merged = empty(document)
    incidents: list[Incident] = []
    for source in sources:
        found, faults = source.annotate(document, ontology, merged)
        incidents += faults
        merged = _join(merged, found)
    filled = {layer for source in sources for layer in source.layers}
    merged.layers = tuple(layer for layer in LAYERS if layer in filled and layer in layers)
    return Made(_only(merged, layers), model_version(sources), incidents)


def model_version(sources: Sequence[Source]) -> str:
    """One line that names what made a prediction: `gazetteer+cues 0.1.0 (registry 3f2a91c0)`."""
    names = "+".join(source.name for source in sources) or "none"
    details = ", ".join(source.detail for source in sources if source.detail)
    return f"{names} {__version__}" + (f" ({details})" if details else "")


def short_digest(data: bytes) -> str:
    """The first eight hexadecimal digits of the sha256: enough to tell two versions apart."""
    return hashlib.sha256(data).hexdigest()[:8]


def sentences_of(document: Document, starts: Sequence[int], start: int, end: int) -> Sequence[Span]:
    """The sentences that begin in `[start, end)`; `starts` are those of all sentences, in order."""
    return document.sentences[bisect_left(starts, start) : bisect_left(starts, end)]


def empty(document: Document) -> Annotations:
    """No annotations, of a document whose text is at hand."""
    text = document.text or ""
    return Annotations(document.id, digest(text), len(text), ())


@dataclass(slots=True)
class _Joined:
    """The annotations so far, by what makes another one a double."""

    out: Annotations
    mentions: dict[Span, str]
    events: dict[Span, str]
    cues: set[tuple[Span, ...]]
    stances: set[tuple[Span, str]]


def _join(first: Annotations, second: Annotations) -> Annotations:
    out = replace(
        first,
        mentions=list(first.mentions),
        events=list(first.events),
        attributions=list(first.attributions),
        stances=list(first.stances),
    )
    joined = _Joined(
        out,
        {(item.start, item.end): item.id for item in first.mentions},
        {(item.start, item.end): item.id for item in first.events},
        {tuple(sorted(item.cue)) for item in first.attributions},
        {((item.start, item.end), item.target) for item in first.stances},
    )
    names: dict[str, str] = {}
    for mention in second.mentions:
        span = (mention.start, mention.end)
        # Both sources' ids may be alike, so each is marked with its turn until all are numbered.
        names[mention.id] = joined.mentions.setdefault(span, f"+{mention.id}")
        if names[mention.id] == f"+{mention.id}":
            out.mentions.append(replace(mention, id=names[mention.id]))
    kept = []
    for event in second.events:
        span = (event.start, event.end)
        names[event.id] = joined.events.setdefault(span, f"+{event.id}")
        if names[event.id] == f"+{event.id}":
            kept.append(event)
    for event in kept:
        arguments = [
            Argument(item.role, names[item.target])
            for item in event.arguments
            if item.target in names
        ]
        out.events.append(replace(event, id=names[event.id], arguments=arguments))
    for attribution in second.attributions:
        cue = tuple(sorted(attribution.cue))
        if cue not in joined.cues:
            joined.cues.add(cue)
            out.attributions.append(replace(attribution, id=f"+{attribution.id}"))
    for stance in second.stances:
        target = names.get(stance.target)
        if target is None or ((stance.start, stance.end), target) in joined.stances:
            continue
        joined.stances.add(((stance.start, stance.end), target))
        holder = names.get(stance.holder) if stance.holder else None
        if stance.holder and holder is None:
            continue  # its holder is lost: left so, it would be the author's
        out.stances.append(replace(stance, id=f"+{stance.id}", holder=holder, target=target))
    return _numbered(out)


def _numbered(found: Annotations) -> Annotations:
    """`found` with ids by place in the text."""
    order(found)
    mentions = {item.id: f"m{n}" for n, item in enumerate(found.mentions, start=1)}
    events = {item.id: f"e{n}" for n, item in enumerate(found.events, start=1)}
    names = mentions | events
    found.mentions = [replace(item, id=names[item.id]) for item in found.mentions]
    found.events = [
        replace(
            item,
            id=names[item.id],
            arguments=[Argument(arg.role, names[arg.target]) for arg in item.arguments],
        )
        for item in found.events
    ]
    found.attributions = [
        replace(item, id=f"a{n}", parent=None) for n, item in enumerate(found.attributions, start=1)
    ]
    found.stances = [
        replace(
            item,
            id=f"s{n}",
            holder=names[item.holder] if item.holder else None,
            target=names[item.target],
            attribution=None,
        )
        for n, item in enumerate(found.stances, start=1)
    ]
    nest(found)
    return found


def _only(found: Annotations, layers: Collection[str]) -> Annotations:
    """`found` without what belongs to other layers, or refers to it."""
    mentions = found.mentions if "entity" in layers else []
    events = found.events if "event" in layers else []
    left = {item.id for item in mentions} | {item.id for item in events}
    return replace(
        found,
        mentions=mentions,
        events=[
            replace(item, arguments=[arg for arg in item.arguments if arg.target in left])
            for item in events
        ],
        attributions=found.attributions if "attribution" in layers else [],
        stances=[
            item
            for item in found.stances
            if "stance" in layers
            and item.target in left
            and (item.holder is None or item.holder in left)
        ],
    )
