"""Import tasks: a document's text, and what is already known of its annotations."""

from collections.abc import Collection, Mapping
from typing import Any

from parley.document import Annotations, Document
from parley.labelstudio.results import results
from parley.ontology import Ontology


def task(document: Document) -> dict[str, Any]:
    """A bare task: what the interface shows, and what an export is matched to its document by.

    Raises `ValueError` for a withheld document whose text is not at hand.
    """
    if document.text is None:
        raise ValueError(f"{document.id}: the text is withheld; run `parley hydrate` first")
    return {
        "data": {
            "doc_id": document.id,
            "title": document.title or document.id,
            "text": document.text,
            "sha256": document.sha256,
            "published": document.published,
        }
    }


def predicted(
    document: Document,
    annotations: Annotations,
    ontology: Ontology,
    model: str,
    offered: Mapping[str, Collection[str]] | None = None,
) -> dict[str, Any]:
    """A task with a pre-annotation, marked as `model`'s; `offered` as for `results`."""
    made = task(document)
    result = results(annotations, made["data"]["text"], ontology, offered)
    return {**made, "predictions": [{"model_version": model, "result": result}]}


def annotated(
    document: Document, annotations: Annotations, ontology: Ontology, annotator: str
) -> dict[str, Any]:
    """A task with a submitted annotation.

    `ground_truth` is said to be false, or the server would mark it true on import.
    """
    made = task(document)
    result = results(annotations, made["data"]["text"], ontology)
    annotation = {
        "result": result,
        "was_cancelled": False,
        "ground_truth": False,
        "completed_by": {"email": annotator},
    }
    return {**made, "annotations": [annotation]}
