"""Rounds of annotation: who does which documents, in which order, and what they may see.

A round is a small file of the project, annotations/rounds/NAME.json; the server's projects are made
from it and found again by it.
"""

import random
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from parley import files, json_io
from parley.files import is_id
from parley.incidents import Incident, IncidentError, nearest, one_of, say, stop
from parley.ontology import LAYERS
from parley.project import Project

FORMAT = "parley-round/1"


@dataclass(frozen=True, slots=True)
class Round:
    """One round.

    `annotators` maps a name to an email, or to "" where the server makes up an account. `documents`
    gives each annotator's documents in the order of work; `calibration` are the first of them, the
    same for all, to talk over before going on. In a blind round every annotator has a project of
    their own, since the community server shows everybody's work to everybody.
    """

    name: str
    started: str
    annotators: dict[str, str]
    documents: dict[str, list[str]]
    calibration: list[str]
    layers: list[str]
    blind: bool
    prefill: str
    guidelines: str
    ontology: str

    @property
    def double(self) -> bool:
        """Whether more than one annotator works in it: its gold then takes adjudication."""
        return len(self.annotators) > 1

    def dump(self) -> bytes:
        """The bytes of its file."""
        return json_io.dumps({"format": FORMAT, **asdict(self)}, pretty=True)


def path(project: Project, name: str) -> Path:
    """The file of a round."""
    return project.root / "annotations" / "rounds" / f"{name}.json"


def names(project: Project) -> list[str]:
    """Every round of a project, by name."""
    return sorted(file.stem for file in (project.root / "annotations" / "rounds").glob("*.json"))


def read(project: Project, name: str) -> Round:
    """A round by name; raises `IncidentError` (U010, U011)."""
    file = path(project, name) if is_id(name) else None
    if file is None or not file.is_file():
        known = names(project)
        raise stop(
            "U010",
            "annotations/rounds",
            "no such round",
            got=name,
            expected=one_of(known) if known else None,
            nearest=nearest(name, known),
            do=None if known else "start one with `parley round start`",
        )
    where = project.relative(file)
    try:
        raw = json_io.loads(file.read_bytes())
        made = Round(**{key: value for key, value in raw.items() if key != "format"})
        whole = raw["format"] == FORMAT and made.name == name and _shaped(made)
    except (json_io.JsonError, TypeError, AttributeError, KeyError):
        whole = False
    if not whole:
        raise stop("U011", where, "not a round's file", expected=f"format {FORMAT}")
    return made


def _shaped(made: Round) -> bool:
    texts = (made.name, made.started, made.prefill, made.guidelines, made.ontology)
    return (
        all(isinstance(text, str) for text in texts)
        and isinstance(made.blind, bool)
        and bool(made.annotators)
        and all(is_id(who) and isinstance(mail, str) for who, mail in made.annotators.items())
        and made.documents.keys() == made.annotators.keys()
        and all(is_id(doc) for docs in made.documents.values() for doc in docs)
        and isinstance(made.calibration, list)
        and all(is_id(doc) for doc in made.calibration)
        and set(made.layers) <= set(LAYERS)
    )


def make(
    name: str,
    annotators: list[str],
    documents: list[str],
    *,
    calibration: list[str],
    layers: list[str],
    blind: bool,
    prefill: str,
    guidelines: str,
    ontology: str,
    started: str,
) -> Round:
    """A new round, each annotator with an order of their own after the calibration documents.

    An annotator is `NAME` or `NAME=EMAIL`. The order depends on the round's and the annotator's
    names alone, so that the same command makes the same round. Raises `IncidentError` (U011) with
    every fault of the arguments.
    """
    people = dict(_person(text) for text in annotators)
    faults = [("annotator", who) for who in people if not is_id(who)]
    faults += [("round", name)] * (not is_id(name))
    faults += [("layer", layer) for layer in layers if layer not in LAYERS]
    found = [
        Incident(
            "U011",
            "parley round",
            say(
                f"bad name of a {what}",
                got=got,
                expected=one_of(LAYERS) if what == "layer" else "1-80 of a-z 0-9 _ -",
            ),
        )
        for what, got in faults
    ]
    if len(people) < len(annotators):
        found.append(Incident("U011", "parley round", say("an annotator twice", got=annotators)))
    stray = [doc for doc in calibration if doc not in documents]
    if stray:
        message = say("calibration documents that are not in the round", got=stray)
        found.append(Incident("U011", "parley round", message))
    if found:
        raise IncidentError(*found)
    return Round(
        name,
        started,
        people,
        {who: _order(documents, calibration, f"{name}/{who}" if blind else name) for who in people},
        calibration,
        [layer for layer in LAYERS if layer in layers],
        blind,
        prefill,
        guidelines,
        ontology,
    )


def _person(text: str) -> tuple[str, str]:
    who, _, email = text.partition("=")
    return who.strip(), email.strip()


def _order(documents: list[str], first: list[str], seed: str) -> list[str]:
    rest = sorted(set(documents) - set(first))
    random.Random(seed).shuffle(rest)
    return [*first, *rest]


def save(project: Project, made: Round) -> bool:
    """Keeps a round; False where the same is kept already. Raises U011 where another is."""
    file = path(project, made.name)
    if file.is_file():
        kept: dict[str, Any] = asdict(read(project, made.name))
        wanted = asdict(made)
        # The day it began is not part of what was asked for.
        kept.pop("started"), wanted.pop("started")
        if kept == wanted:
            return False
        differ = [key for key in wanted if kept[key] != wanted[key]]
        raise stop(
            "U011",
            project.relative(file),
            f"a round of this name has other {one_of(differ)}",
            do="give the new round another name",
        )
    files.write(file, made.dump())
    return True
