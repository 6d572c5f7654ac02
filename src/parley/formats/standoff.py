"""Annotations as files of other tools have them: marks on a text, and links between marks.

Every format that can be written and read meets the data model here. A writer asks `of` for the
marks of a document; a reader gives marks back, in the words of its file, and `parley.importing`
maps their labels and accounts for each of them.
"""

from collections import Counter
from dataclasses import dataclass, field

from parley.document import Annotations, Paragraph, Span
from parley.incidents import Incident

#: Attribution parts -> what their marks are called.
PARTS = {"cue": "Cue", "source": "Source", "content": "Content"}
#: What the mark of a stance's expression is called.
STANCE = "Stance"


@dataclass(slots=True)
class Mark:
    """One annotated span, or several that belong together (a discontinuous one).

    `layer` is `entity`, `event`, `attribution` or `stance` where the file says so, else empty.
    `attributes` are by the names of the ontology (or the file's own); beside those of the scheme
    `entity` and `event` are ids of the registry, `group` an id that holds in the document alone
    (a coreference chain), `note` is what an annotator wrote. `where` is the place in the
    file (`talks.ann:12`), `text` what the file itself says that the span's words are: None where
    it says nothing, so that bad offsets can be told.
    """

    id: str
    layer: str
    label: str
    spans: list[Span]
    attributes: dict[str, str] = field(default_factory=dict)
    where: str = ""
    text: str | None = None


@dataclass(slots=True)
class Link:
    """A directed link between two marks, by id: `label` is a role (`actor`), a part (`source`,
    `content`, `cue` for a cue's further parts) or an end of a stance (`holder`, `target`)."""

    head: str
    tail: str
    label: str
    where: str = ""


@dataclass(slots=True)
class Standoff:
    """A document of a file: its text, and what is annotated on it.

    Offsets are code points of `text`, end exclusive, as the file gives them: nothing says yet that
    they lie inside. `layers` are those that the file says were annotated (None: it does not say).
    `about` holds metadata that the file has (`title`, `published`, `story`, `form`, `language`,
    `source`, `section`, `status`; `facts`, ids parted by spaces). `faults` are statements of the
    file that could not be read, each with its place. `aside` counts statements that the file itself
    sets aside (a draft, a skipped annotation), by code. `annotator` is who made the annotations,
    where the file says so: a document may come once for each.
    """

    doc_id: str
    text: str
    marks: list[Mark] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    layers: tuple[str, ...] | None = None
    paragraphs: list[Paragraph] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    faults: list[Incident] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)
    annotator: str = ""


def of(annotations: Annotations) -> tuple[list[Mark], list[Link]]:
    """The marks and links of annotations, with ids that are theirs.

    An attribution is the mark of its cue, with its attributes, and one mark for each part of source
    and content, linked from it: `a1-s1`, `a1-c1`. A cue in several parts is one mark. Attributes
    that are None are left out; all others stand there, defaults too.
    """
    marks: list[Mark] = []
    links: list[Link] = []

    def mark(
        item: str, layer: str, name: str, spans: list[Span], /, **attributes: str | None
    ) -> None:
        kept = {key: value for key, value in attributes.items() if value is not None}
        marks.append(Mark(item, layer, name, spans, kept))

    for mention in annotations.mentions:
        mark(
            *(mention.id, "entity", mention.type, [(mention.start, mention.end)]),
            mention_type=mention.mention_type,
            entity=mention.entity,
            value=mention.value,
        )
    for event in annotations.events:
        mark(
            *(event.id, "event", event.type, [(event.start, event.end)]),
            mode=event.mode,
            polarity=event.polarity,
            modality=event.modality,
            tense=event.tense,
            event=event.event,
        )
        links += [Link(event.id, item.target, item.role) for item in event.arguments]
    for item in annotations.attributions:
        mark(
            *(item.id, "attribution", PARTS["cue"], list(item.cue)),
            style=item.style,
            kind=item.kind,
            source_kind=item.source_kind,
        )
        for part, letter in (("source", "s"), ("content", "c")):
            for number, span in enumerate(getattr(item, part), 1):
                mark(f"{item.id}-{letter}{number}", "attribution", PARTS[part], [span])
                links.append(Link(item.id, f"{item.id}-{letter}{number}", part))
    for stance in annotations.stances:
        mark(
            *(stance.id, "stance", STANCE, [(stance.start, stance.end)]),
            label=stance.label,
        )
        if stance.holder is not None:
            links.append(Link(stance.id, stance.holder, "holder"))
        links.append(Link(stance.id, stance.target, "target"))
    return marks, links
