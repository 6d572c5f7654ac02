"""The figures of DATASHEET.md, counted from the repository. Run by `scripts/refresh.py`."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from parley import corpus, document, json_io
from parley.document import Annotations, Document
from parley.project import Project

BEGIN = "<!-- figures: begin -->"
END = "<!-- figures: end -->"


def datasheet(root: Path) -> str:
    """DATASHEET.md with its figures as they are now."""
    text = (root / "DATASHEET.md").read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n{figures(Project(root))}\n{END}{after}"


def figures(project: Project) -> str:
    """The tables, as Markdown."""
    documents = list(corpus.every(project))
    gold = {
        path.stem: document.from_dict(json_io.loads(path.read_bytes()))
        for path in sorted(project.gold.glob("*.json"))
    }
    splits = {
        row["story"]: row["split"]
        for line in project.register("splits").read_bytes().splitlines()
        if (row := json_io.loads(line))
    }
    return "\n\n".join(
        [
            _by_split(documents, gold, splits),
            _by_kind(documents),
            "Mentions: " + _count(item.type for found in gold.values() for item in found.mentions),
            "Events: " + _count(item.type for found in gold.values() for item in found.events),
            "Argument roles: "
            + _count(
                arg.role
                for found in gold.values()
                for event in found.events
                for arg in event.arguments
            ),
            "Attribution styles: "
            + _count(item.style for found in gold.values() for item in found.attributions),
            "Sources: "
            + _count(item.source_kind for found in gold.values() for item in found.attributions),
            "Stances: " + _count(item.label for found in gold.values() for item in found.stances),
            _links(gold),
            _ledgers(project),
        ]
    )


def _by_split(
    documents: list[Document], gold: dict[str, Annotations], splits: dict[str, str]
) -> str:
    rows = []
    for name in ("train", "validation", "test"):
        inside = [item for item in documents if splits.get(item.story) == name]
        found = [gold[item.id] for item in inside if item.id in gold]
        rows.append(
            [
                name,
                len(inside),
                sum(item.status == "withheld" for item in inside),
                sum(len(item.sentences) for item in inside),
                sum(item.length for item in inside),
                sum(len(item.mentions) for item in found),
                sum(len(item.events) for item in found),
                sum(len(event.arguments) for item in found for event in item.events),
                sum(len(item.attributions) for item in found),
                sum(part.parent is not None for item in found for part in item.attributions),
                sum(len(item.stances) for item in found),
            ]
        )
    columns = zip(*(row[1:] for row in rows), strict=True)
    rows.append(["all", *(sum(column) for column in columns)])
    head = "split documents withheld sentences characters mentions events arguments attributions"
    return _table([*head.split(), "nested", "stances"], rows)


def _by_kind(documents: list[Document]) -> str:
    return (
        f"Documents by form: {_count(item.form for item in documents)}.\n"
        f"Documents by story: {_count(item.story for item in documents)}."
    )


def _links(gold: dict[str, Annotations]) -> str:
    names = [
        item
        for found in gold.values()
        for item in found.mentions
        if item.type in ("PERSON", "ORG", "GPE", "FAC", "LOC")
    ]
    linked = sum(item.entity is not None for item in names)
    events = [item for found in gold.values() for item in found.events]
    registered = sum(item.event is not None for item in events)
    return (
        f"Of {len(names):,} mentions of persons, organisations and places, {linked:,} carry a "
        f"registry id; of {len(events):,} events, {registered:,} do."
    )


def _ledgers(project: Project) -> str:
    rows = []
    for path in sorted(project.ledger.glob("*/*.json")):
        raw = json_io.loads(path.read_bytes())
        name = path.relative_to(project.ledger).with_suffix("").as_posix()
        counts = [raw[key] for key in ("tasks", "results", "kept", "repaired", "rejected")]
        rows.append([name, *counts])
    return "What became of the exports' results:\n\n" + _table(
        ["export", "tasks", "results", "kept", "repaired", "rejected"], rows
    )


def _count(values: Iterable[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in Counter(values).most_common())


def _table(head: list[str], rows: list[list[str | int]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = (f"{cell:,}" if isinstance(cell, int) else cell for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
