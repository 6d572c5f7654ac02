"""Restoring withheld texts: which of the user's copies is which document.

A copy is known by the digest of its canonical text alone. What does not match is refused, with the
place where it differs, if it is named like a document or clearly meant for one; else it is no copy
of ours and is left alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from parley import article, document, files, withheld
from parley.incidents import Incident, IncidentError, nearest, say
from parley.intake import run
from parley.intake.resolve import slug
from parley.project import Project
from parley.withheld import Evidence


@dataclass(slots=True)
class State:
    """What became of one withheld document: `hydrated`, `present` (already there), `missing` or
    `refused`; `file` is the copy or text, where there is one."""

    id: str
    state: str
    file: str | None = None


@dataclass(slots=True)
class Report:
    """The states by id, copies that are no document's, and all faults."""

    states: list[State]
    others: list[str]
    incidents: list[Incident]


def hydrate(
    project: Project, names: Iterable[str], as_id: str | None = None, *, max_bytes: int
) -> Report:
    """Restores every text that the copies hold into `corpus/texts`.

    `as_id` says which document the (one) copy is meant for.
    """
    faults: list[Incident] = []
    known: dict[str, Evidence] = {}
    for path in project.withheld_files():
        try:
            known[path.stem] = withheld.read(path, project.relative(path))
        except IncidentError as error:
            faults += error.incidents
    states = {key: _present(project, evidence, faults) for key, evidence in known.items()}
    others: list[str] = []
    if as_id is not None and as_id not in known:
        message = say("no withheld document has this id", got=as_id, nearest=nearest(as_id, known))
        faults.append(Incident("W006", "corpus/withheld", message))
        return Report(list(states.values()), others, faults)
    by_digest: dict[str, list[str]] = {}
    for key, evidence in known.items():
        by_digest.setdefault(evidence.document.sha256, []).append(key)
    texts = project.corpus.resolve() / "texts"
    for name, text in _copies(names, max_bytes, faults):
        candidates = _candidates(text)
        found = next((one for one in candidates if document.digest(one) in by_digest), None)
        if found is None:
            meant = as_id or _meant(name, candidates, known)
            if meant is None:
                others.append(name)
            else:
                faults.append(_refusal(name, candidates, known[meant]))
                if states[meant].state == "missing":
                    states[meant] = State(meant, "refused", name)
            continue
        ids = by_digest[document.digest(found)]
        if as_id is not None and as_id not in ids:
            message = say("this copy is another document's", got=ids[0], expected=repr(as_id))
            faults.append(Incident("W004", name, message, doc_id=as_id))
            continue
        if texts.resolve() != texts:
            message = say("corpus/texts is a link", do="replace it by a folder")
            faults.append(Incident("W005", "corpus/texts", message))
            break
        for key in ids:
            if states[key].state != "present":
                files.write(texts / f"{key}.txt", found.encode())
                states[key] = State(key, "hydrated", name)
    return Report([states[key] for key in sorted(states)], others, faults)


def _present(project: Project, evidence: Evidence, faults: list[Incident]) -> State:
    shared = evidence.document
    path = project.texts / f"{shared.id}.txt"
    try:
        whole = withheld.load(project.withheld / f"{shared.id}.json", project.texts)
    except IncidentError as error:
        faults += error.incidents
        return State(shared.id, "refused", project.relative(path))
    if whole.text is None:
        return State(shared.id, "missing")
    return State(shared.id, "present", project.relative(path))


def _copies(
    names: Iterable[str], max_bytes: int, faults: list[Incident]
) -> Iterator[tuple[str, str]]:
    """(file, text) of every copy: any file that is named, and the known suffixes in a folder."""
    for name in run.find(names):
        if isinstance(name, IncidentError):
            faults += name.incidents
            continue
        path = Path(name)
        if path.suffix.lower() in (".html", ".htm", ".jsonl"):
            for raw in run.read(name, run.Reading(max_bytes=max_bytes)):
                if isinstance(raw, IncidentError):
                    faults += raw.incidents
                else:
                    yield (name if raw.line is None else f"{name}:{raw.line}"), raw.text
            continue
        try:
            size = path.stat().st_size
            if size > max_bytes:
                message = say("too large to be a copy", got=f"{size:,} bytes")
                faults.append(Incident("W007", name, message))
                continue
            # Bytes that are not UTF-8 cannot match, but may be named like a document.
            yield name, path.read_bytes().decode("utf-8", "replace")
        except OSError as error:
            message = say(f"cannot be read: {error.strerror}")
            faults.append(Incident("W007", name, message))


def _candidates(text: str) -> list[str]:
    """The texts that a copy may stand for: as it is, canonical, and without front matter."""
    canonical = document.canonical(text)
    found = [canonical, text]
    parts = article.split_front_matter(canonical)
    if parts is not None:
        found.insert(0, parts[1])
    return found


def _meant(name: str, candidates: list[str], known: dict[str, Evidence]) -> str | None:
    """The document that a copy without a match is meant for: by its name, else by its text."""
    stem = Path(name).stem
    for key in (stem, slug(stem)):
        if key in known:
            return key
    for key, evidence in known.items():
        if withheld.near(evidence, candidates[0]):
            return key
    return None


def _refusal(name: str, candidates: list[str], evidence: Evidence) -> Incident:
    message = say(
        "this copy is not the document's text",
        got=None,
        expected=f"{evidence.document.length:,} characters whose sha256 is "
        f"{evidence.document.sha256[:16]}…",
        do=withheld.difference(evidence, candidates[0]),
    )
    return Incident("W004", name, message, doc_id=evidence.document.id)
