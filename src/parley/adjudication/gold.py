"""Gold from an adjudicated export, with where every annotation of it comes from."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from parley import document, files
from parley.adjudication.merge import Merged
from parley.document import Annotations
from parley.labelstudio.ingest import Ingested
from parley.project import Project

#: An annotation that the adjudicator made or changed by hand in the merged document.
NEW, EDITED = "new", "edited"
KEY = "adjudication"


def origins(final: Annotations, merged: Merged) -> dict[str, str]:
    """Annotation id -> `agreed`, an annotator's name, `mixed`, `new` or `edited`.

    `edited`: in the merged document, but changed since by hand.
    """
    before = {item.id: item for item in _all(merged.annotations)}
    found = {}
    for item in _all(final):
        old = before.get(item.id)
        if old is None:
            found[item.id] = NEW
        else:
            found[item.id] = merged.origin[item.id] if _said(old) == _said(item) else EDITED
    return found


def _all(annotations: Annotations) -> list[Any]:
    return [
        *annotations.mentions,
        *annotations.events,
        *annotations.attributions,
        *annotations.stances,
    ]


def _said(item: Any) -> dict[str, Any]:
    """What an annotation says, without what is derived from others."""
    said = asdict(item)
    said.pop("parent", None)
    said.pop("attribution", None)
    if "arguments" in said:
        said["arguments"] = sorted((arg["role"], arg["target"]) for arg in said["arguments"])
    return {key: sorted(value) if isinstance(value, list) else value for key, value in said.items()}


def write(
    project: Project,
    done: Ingested,
    merged: dict[str, Merged],
    round_name: str,
    readings: dict[str, str],
) -> Counter[str]:
    """Writes the gold of every document of an adjudicated export; counts of origins."""
    counts: Counter[str] = Counter()
    for doc_id, annotations in done.annotations.items():
        if doc_id not in merged:
            continue
        origin = origins(annotations, merged[doc_id])
        counts.update(origin.values())
        annotations.provenance[KEY] = {
            "round": round_name,
            "readings": readings,
            "counts": dict(sorted(Counter(origin.values()).items())),
            "origin": origin,
        }
        data = document.dump(annotations, done.texts[doc_id])
        files.write(project.gold / f"{doc_id}.json", data)
    return counts
