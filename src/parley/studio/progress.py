"""Who has done what in a round, as a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from parley.studio import accounts
from parley.studio.client import Client
from parley.studio.projects import find
from parley.studio.pull import marker
from parley.studio.rounds import Round


@dataclass(frozen=True, slots=True)
class Row:
    """One annotator's progress in a round, in documents; `last` is the last change, ISO 8601."""

    round: str
    annotator: str
    documents: int
    submitted: int
    drafts: int
    skipped: int
    left: list[str]
    last: str
    link: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def of(client: Client, made: Round) -> list[Row]:
    """The progress of every annotator of a round."""
    rows = []
    shared = None if made.blind else _shared(client, made)
    for annotator, documents in made.documents.items():
        if shared is not None:
            rows.append(shared[annotator])
            continue
        found = find(client, marker(made, annotator))
        tasks = client.tasks(found[0].id) if found else []
        done = {task.doc_id for task in tasks if task.submitted}
        skipped = {task.doc_id for task in tasks if task.skipped} - done
        touched = [task.updated for task in tasks if task.submitted or task.skipped or task.draft]
        rows.append(
            Row(
                made.name,
                annotator,
                len(documents),
                len(done),
                sum(task.draft and not task.submitted for task in tasks),
                len(skipped),
                [doc for doc in documents if doc not in done],
                max(touched).isoformat(timespec="minutes") if touched else "",
                client.link(found[0].id) if found else "",
            )
        )
    return rows


def _shared(client: Client, made: Round) -> dict[str, Row]:
    """Progress in a project that annotators share: told apart by who completed what."""
    found = find(client, marker(made, ""))
    raw = client.export(found[0].id) if found else []
    users = client.users()
    rows = {}
    for annotator, documents in made.documents.items():
        user = users.get(accounts.email(annotator, made.annotators[annotator]))
        mine = [
            (str(task["data"].get("doc_id")), row)
            for task in raw
            for row in task.get("annotations", ())
            if row.get("completed_by") == user
        ]
        done = {doc for doc, row in mine if not row.get("was_cancelled")}
        rows[annotator] = Row(
            made.name,
            annotator,
            len(documents),
            len(done),
            0,
            len({doc for doc, row in mine if row.get("was_cancelled")} - done),
            [doc for doc in documents if doc not in done],
            max((str(row.get("updated_at")) for _, row in mine), default="")[:16],
            client.link(found[0].id) if found else "",
        )
    return rows


def table(rows: Sequence[Row]) -> str:
    """The rows as text, columns aligned."""
    head = ("round", "annotator", "done", "drafts", "skipped", "next", "last change", "project")
    lines = [
        head,
        *(
            (
                row.round,
                row.annotator,
                f"{row.submitted}/{row.documents}",
                str(row.drafts),
                str(row.skipped),
                row.left[0] if row.left else "-",
                row.last or "-",
                row.link or "not made",
            )
            for row in rows
        ),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
