"""The exports of one round, and which pairs of annotators share which documents."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from parley import ontology
from parley.document import Annotations
from parley.files import is_id
from parley.incidents import Incident, nearest, one_of, say
from parley.labelstudio import ingest
from parley.labelstudio.lookup import ProjectLookup
from parley.memory import uncollected
from parley.ontology import LAYERS, Ontology
from parley.project import Project


class CannotCompareError(Exception):
    """There is nothing to compare; the message says why and what to do.

    `incidents` are the faults of exports that were met before, and may be why.
    """

    def __init__(self, message: str, incidents: Sequence[Incident] = ()) -> None:
        super().__init__(message)
        self.incidents = incidents


@dataclass(slots=True)
class Round:
    """What the annotators of a round made.

    `annotators` leads from a name to document ids to annotations, only documents that two or more
    have; `done` says how many documents each has in all. `texts` is None for withheld documents,
    whose words stand in no report. `notes` say what was left out.
    """

    name: str
    ontology: Ontology
    annotators: dict[str, dict[str, Annotations]]
    done: dict[str, int]
    texts: dict[str, str | None]
    incidents: list[Incident] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def documents(self) -> list[str]:
        """Ids of the documents that two or more annotators have."""
        return sorted({doc_id for found in self.annotators.values() for doc_id in found})

    def pairs(self) -> list[tuple[str, str]]:
        """Pairs of annotators that share a document, by name."""
        return [
            (a, b)
            for a, b in combinations(sorted(self.annotators), 2)
            if self.annotators[a].keys() & self.annotators[b].keys()
        ]


def shared_layers(a: Annotations, b: Annotations) -> tuple[str, ...]:
    """The layers that both annotators worked on; the others were not looked at by somebody."""
    return tuple(layer for layer in LAYERS if layer in a.layers and layer in b.layers)


def read(project: Project, name: str, documents: Collection[str] | None = None) -> Round:
    """Reads `annotations/exports/NAME/*.json`, one annotator a file; `documents` limits to some.

    Raises `CannotCompareError` where there is no such round, fewer than two annotators, or no
    document that two of them have.
    """
    folder = project.exports / name
    rounds = [path.name for path in sorted(project.exports.glob("*")) if path.is_dir()]
    if not is_id(name) or not folder.is_dir():
        known = one_of(rounds) if rounds else "a folder of annotations/exports; there is none yet"
        message = say("no such round", got=name, expected=known, nearest=nearest(name, rounds))
        raise CannotCompareError(message)
    paths = sorted(folder.glob("*.json"))
    if len(paths) < 2:
        raise CannotCompareError(
            f"the round {name!r} has {_many(len(paths), 'annotator')}; agreement needs two: put "
            f"another annotator's export beside it as {project.relative(folder)}/NAME.json, or run "
            f"`parley ingest EXPORT.json --round {name} --annotator NAME`"
        )
    scheme = ontology.load(project.ontology)
    lookup = ProjectLookup(project)
    annotators: dict[str, dict[str, Annotations]] = {}
    texts: dict[str, str | None] = {}
    incidents: list[Incident] = []
    for path in paths:
        # A file name may hold bytes that are no text; a report must be printable.
        annotator = path.stem.encode("utf-8", "backslashreplace").decode()
        with uncollected():
            done = ingest.read(path.read_bytes(), project.relative(path), scheme, lookup)
        annotators[annotator] = done.annotations
        texts.update(done.texts)
        incidents += done.incidents
    found = Round(
        name,
        scheme,
        annotators,
        {annotator: len(items) for annotator, items in annotators.items()},
        texts,
        incidents,
    )
    _limit(found, documents)
    if not found.documents:
        counts = ", ".join(f"{who} {count}" for who, count in sorted(found.done.items()))
        raise CannotCompareError(
            f"no document of the round {name!r} was done by two annotators"
            + (" among those named" if documents is not None else "")
            + f" (documents done: {counts}); give two annotators the same documents",
            incidents,
        )
    return found


def _limit(found: Round, documents: Collection[str] | None) -> None:
    """Keeps what can be compared: documents named, done by two or more, on one and the same
    text."""
    everything = {doc_id for items in found.annotators.values() for doc_id in items}
    for doc_id in documents or ():
        if doc_id not in everything:
            raise CannotCompareError(
                say(
                    f"nobody did this document in the round {found.name!r}",
                    got=doc_id,
                    nearest=nearest(doc_id, everything),
                ),
                found.incidents,
            )
    wanted = everything if documents is None else set(documents)
    for doc_id in sorted(everything):
        items = {
            who: done[doc_id] for who, done in sorted(found.annotators.items()) if doc_id in done
        }
        digests = {item.sha256 for item in items.values()}
        if doc_id in wanted and len(items) > 1 and len(digests) == 1:
            continue
        if doc_id in wanted and len(digests) > 1:
            found.notes.append(f"{doc_id} is left out: its annotators had different texts")
        for who in items:
            del found.annotators[who][doc_id]
        found.texts.pop(doc_id, None)


def _many(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
