"""Sources by what a command line calls them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parley import corpus
from parley.document import Document
from parley.incidents import Incident, nearest, stop
from parley.ontology import LAYERS, Ontology
from parley.prefill.cues import Cues
from parley.prefill.gazetteer import Gazetteer
from parley.prefill.merge import Source
from parley.project import Project

NAMES = ("gazetteer", "cues", "llm")


@dataclass(frozen=True, slots=True)
class Model:
    """Which language model, and where; `cache` False asks anew."""

    base_url: str | None = None
    model: str | None = None
    cache: bool = True
    timeout: float = 120.0


def choose(
    names: str,
    project: Project,
    ontology: Ontology,
    model: Model | None = None,
    layers: Sequence[str] = LAYERS,
) -> tuple[list[Source], list[Incident]]:
    """The sources of a comma-separated list, in its order, and the faults of prediction files.

    Raises `IncidentError`: A001 unknown or incomplete, A002 a bad address, or the faults of the
    registry.
    """
    model = model or Model()
    sources: list[Source] = []
    incidents: list[Incident] = []
    gazetteer: Gazetteer | None = None
    for name in dict.fromkeys(part.strip() for part in names.split(",")):
        if name in ("gazetteer", "cues") and gazetteer is None:
            gazetteer = Gazetteer.of(project)
        if name == "gazetteer" and gazetteer is not None:
            sources.append(gazetteer)
        elif name == "cues":
            sources.append(Cues(gazetteer))
        elif name == "llm":
            sources.append(_model(model, project, ontology, layers))
        elif name.endswith(".jsonl"):
            source, faults = _file(Path(name), project)
            sources.append(source)
            incidents += faults
        else:
            raise stop(
                "A001",
                "--from",
                "no such source",
                got=name,
                expected="gazetteer, cues, llm or FILE.jsonl",
                nearest=nearest(name, NAMES),
            )
    return sources, incidents


def _model(model: Model, project: Project, ontology: Ontology, layers: Sequence[str]) -> Source:
    from parley.prefill.llm import LanguageModel

    if not model.base_url or not model.model:
        raise stop("A001", "--from", "llm needs --model and --base-url")
    return LanguageModel(
        model.base_url,
        model.model,
        ontology,
        layers=tuple(layer for layer in LAYERS if layer in layers),
        cache=project.cache / "llm" if model.cache else None,
        timeout=model.timeout,
    )


def _file(path: Path, project: Project) -> tuple[Source, list[Incident]]:
    from parley.prefill import predictions

    def documents() -> dict[str, Document]:
        return {document.id: document for document in corpus.every(project)}

    if not path.is_file():
        raise stop("A001", path.as_posix(), "no such prediction file")
    return predictions.read(path, project.relative(path), documents)
