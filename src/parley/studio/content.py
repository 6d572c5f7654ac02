"""What goes up to the server: the interface, the tasks and what they are pre-annotated with."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parley import corpus, document, json_io, ontology
from parley.document import Document
from parley.incidents import Incident, IncidentError, say
from parley.labelstudio import tasks as made_tasks
from parley.labelstudio.interface import interface
from parley.labelstudio.offered import registry
from parley.prefill import Source, make, sources
from parley.project import Project

GOLD = "gold"
NONE = "none"


def label_config(project: Project, layers: Sequence[str]) -> str:
    """The labelling interface for `layers`, ids offered from the project's registry."""
    return interface(ontology.load(project.ontology), tuple(layers), registry(project))


def listed(project: Project) -> dict[str, set[str]]:
    """The ids that the interface offers, by control."""
    return {control: {item for item, _ in rows} for control, rows in registry(project).items()}


def settings(annotators: int, prefilled: bool) -> dict[str, Any]:
    """How a project of Parley behaves."""
    return {
        "maximum_annotations": annotators,
        "sampling": "Sequential sampling",
        "show_skip_button": True,
        "enable_empty_annotation": True,
        "show_collab_predictions": prefilled,
        "expert_instruction": INSTRUCTION,
        "show_instruction": False,
    }


INSTRUCTION = (
    "Read the whole article first. Press Escape before a label's hotkey, or the selected region is "
    "relabelled. Draw relations from the trigger, the cue or the stance. The rules are in "
    "annotations/GUIDELINES.md."
)


def documents(project: Project, named: Sequence[str] = ()) -> list[Document]:
    """The documents named, or every one whose text is at hand.

    Raises `IncidentError` (U023, U024) for every name that is unknown or whose text is withheld.
    """
    known = corpus.paths(project)
    faults = []
    found = []
    for doc_id in named or known:
        if doc_id not in known:
            faults.append(Incident("U023", "corpus", say("no such document", got=doc_id)))
            continue
        item = corpus.read(project, known[doc_id])
        if item.text is None and named:
            message = say("the text is withheld", do="run `parley hydrate` first")
            faults.append(Incident("U024", "corpus", message, doc_id=doc_id))
        elif item.text is not None:
            found.append(item)
    if faults:
        raise IncidentError(*faults)
    return found


def gold_of(project: Project, doc_id: str) -> Path:
    """The file of a document's gold annotations."""
    return project.gold / f"{doc_id}.json"


def tasks(project: Project, items: Sequence[Document], prefill: str) -> list[dict[str, Any]]:
    """Import tasks, each with a prediction from the first source of `prefill` that has one.

    `prefill` is `none` or a comma-separated list of sources: `gold`, and those of
    `parley prefill`.
    """
    scheme = ontology.load(project.ontology)
    names = [name.strip() for name in prefill.split(",") if name.strip() not in ("", NONE)]
    others = ",".join(name for name in names if name != GOLD)
    found: list[Source] = []
    if others:
        found, faults = sources.choose(others, project, scheme)
        if faults:
            raise IncidentError(*faults)
    offered = listed(project)
    made = []
    for item in items:
        gold = gold_of(project, item.id)
        if GOLD in names and gold.is_file():
            annotations = document.from_dict(json_io.loads(gold.read_bytes()))
            made.append(made_tasks.predicted(item, annotations, scheme, GOLD, offered))
        elif found:
            proposed = make(item, found, scheme)
            made.append(
                made_tasks.predicted(
                    item, proposed.annotations, scheme, proposed.model_version, offered
                )
            )
        else:
            made.append(made_tasks.task(item))
    return made


def guidelines_version(project: Project) -> str:
    """The version that the guidelines give themselves; empty where they give none."""
    path = project.root / "annotations" / "GUIDELINES.md"
    found = (
        re.search(r"^Version (\d+\.\d+\.\d+)", path.read_text("utf-8"), re.M)
        if path.is_file()
        else None
    )
    return found[1] if found else ""
