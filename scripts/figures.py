"""The figures of DATASHEET.md, counted from the repository. Run by `scripts/refresh.py`."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from parley import corpus, document, json_io
from parley.agreement.read import read
from parley.agreement.report import make
from parley.agreement.text import figure, interval
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
            _agreement(project),
            _origins(gold),
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


#: What the datasheet tells of each layer's agreement: the kind of measure and its name.
TOLD = {
    "entity": (("span_alpha", "spans"), ("alpha", "type"), ("f1", "strict"), ("share", "entity")),
    "event": (
        ("span_alpha", "spans"),
        ("alpha", "type"),
        ("alpha", "mode"),
        ("f1", "strict"),
        ("f1", "arguments"),
    ),
    "attribution": (
        ("span_alpha", "spans"),
        ("alpha", "source_kind"),
        ("f1", "content"),
        ("f1", "whole"),
        ("share", "parent"),
    ),
    "stance": (("span_alpha", "spans"), ("alpha", "label"), ("f1", "strict"), ("f1", "joint")),
}


KINDS = {"span_alpha": "α, units", "alpha": "α, labels", "f1": "F1", "share": "share equal"}


def _agreement(project: Project) -> str:
    """A table for every round that two annotators did (`parley agree ROUND` tells the rest)."""
    tables = []
    for folder in sorted(project.exports.iterdir()) if project.exports.is_dir() else []:
        if len(list(folder.glob("*.json"))) < 2:
            continue
        report = make(read(project, folder.name))
        pair = report["pairs"][0]
        found = {
            (layer, row["kind"], row["name"]): row
            for layer, of in pair["layers"].items()
            for row in of["measures"]
            if row["label"] is None
        }
        rows: list[list[str | int]] = []
        for layer, keys in TOLD.items():
            for kind, name in keys:
                row = found[layer, kind, name]
                measure = f"{KINDS[kind]}, {row['title']}"
                rows.append([layer, measure, figure(row["value"]), interval(row)])
        tables.append(
            f"Agreement in the round `{folder.name}`: {len(report['documents'])} documents, "
            f"{pair['a']} and {pair['b']}; 95 % intervals over documents "
            f"({report['resamples']:,} resamples):\n\n"
            + _table(["layer", "measure", "value", "interval"], rows)
        )
    return "\n\n".join(tables) or "No round of two annotators yet."


def _origins(gold: dict[str, Annotations]) -> str:
    told = [
        found.provenance["adjudication"]
        for found in gold.values()
        if "adjudication" in found.provenance
    ]
    counts: Counter[str] = Counter()
    for one in told:
        counts.update(one["counts"])
    total = ", ".join(f"{name} {number:,}" for name, number in counts.most_common())
    return f"Where the gold of {len(told)} adjudicated documents comes from: {total or 'none yet'}."


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
