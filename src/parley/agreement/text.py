"""The report for a terminal: the headline of each layer, its measures, what was confused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_KINDS = {
    "f1": "F1",
    "share": "share equal",
    "alpha": "label alpha",
    "span_alpha": "span alpha",
}
_CONFUSED = {
    "label": "A's label against B's",
    "id": "A's id against B's",
    "role": "A's role against B's",
    "boundary": "A's edges against B's",
    "only_a": "only A",
    "only_b": "only B",
}
#: Confusions of each layer that a terminal shows; the page and the JSON have more.
_SHOWN = 8


def render(report: dict[str, Any]) -> str:
    """The report as lines of text, ending in a newline."""
    lines = [*_head(report), *_headline(report), ""]
    if report["mean"] is not None:
        lines += ["MEAN OVER PAIRS OF ANNOTATORS", ""]
        for layer, found in report["mean"]["layers"].items():
            lines += _layer(layer, found["measures"], None)
    for pair in report["pairs"]:
        lines += [
            f"A = {printable(pair['a'])}, B = {printable(pair['b'])}: "
            f"{many(pair['documents'], 'document')}",
            "",
        ]
        for layer, found in pair["layers"].items():
            if report["mean"] is None:
                lines += _layer(layer, found["measures"], found["documents"])
            lines += _confusions(layer, found["confusions"])
    if report.get("gamma"):
        lines += _gamma(report["gamma"])
    for note in report["notes"]:
        lines.append(f"note: {printable(note)}")
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def many(number: int, what: str) -> str:
    """`1 document`, `2,000 documents`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Text on one line without characters that steer a terminal."""
    return "".join(char if char.isprintable() else "�" for char in " ".join(text.split()))


def figure(value: float | None) -> str:
    """A coefficient to three places."""
    # Two would show 0.996 as a whole.
    return "-" if value is None else f"{value:.3f}".replace("-0.000", "0.000")


def interval(row: dict[str, Any]) -> str:
    """`[0.71, 0.83]`, or nothing."""
    return "" if row["low"] is None else f"[{figure(row['low'])}, {figure(row['high'])}]"


@dataclass(frozen=True, slots=True)
class ByLabel:
    """The measures of single labels as a table.

    `heads` name the columns; each row is a label, how many A and B have of it (None in means), and
    its measure in each column.
    """

    heads: list[str]
    rows: list[tuple[str, int | None, int | None, list[dict[str, Any]]]]


def by_label(measures: Sequence[dict[str, Any]]) -> list[ByLabel]:
    """Rows of single labels as tables: one for each set of measures (types, roles, parts)."""
    of_label: dict[str, list[dict[str, Any]]] = {}
    for row in measures:
        if row["label"] is not None:
            of_label.setdefault(row["label"], []).append(row)
    found: dict[tuple[str, ...], ByLabel] = {}
    for label, rows in of_label.items():
        heads = [f"{_KINDS[row['kind']]}, {row['title']}" for row in rows]
        table = found.setdefault(tuple(heads), ByLabel(heads, []))
        support: dict[str, Any] = next(
            (row["counts"] for row in rows if "a" in row.get("counts", ())), {}
        )
        table.rows.append((label, support.get("a"), support.get("b"), rows))
    return list(found.values())


def judgement(row: dict[str, Any]) -> str:
    """What an alpha allows, in words; `constant` where no disagreement was possible."""
    if row["constant"]:
        return "constant"
    words = {
        "reliable": "reliable",
        "tentative": "tentative (0.67-0.8)",
        "not reliable": "not reliable (< 0.67)",
    }
    return words.get(row["judged"] or "", "")


def _head(report: dict[str, Any]) -> list[str]:
    annotators = ", ".join(
        f"{printable(item['name'])} ({item['compared']} of {item['documents']})"
        for item in report["annotators"]
    )
    lines = [
        f"agreement in the round {printable(report['round'])}: "
        f"{many(len(report['documents']), 'document')} done by two or more of "
        f"{many(len(report['annotators']), 'annotator')}",
        f"annotators (documents compared of done): {annotators}",
        f"intervals: 95 %, percentile bootstrap over documents, "
        f"{many(report['resamples'], 'resample')}, seed {report['seed']}",
    ]
    if len(report["pairs"]) > 1:
        lines.append(f"figures are means over {len(report['pairs'])} pairs of annotators")
    return [*lines, ""]


def _headline(report: dict[str, Any]) -> list[str]:
    rows = [("layer", "measure", "value", "95 %", "alpha in words")]
    for item in report["headline"]:
        name = item["layer"]
        titles = {"spans": "span alpha", "labels": "label alpha", "f1": "F1"}
        for key, title in titles.items():
            found = item[key]
            if found is None:
                rows.append((name, "no document in which both worked on it", "", "", ""))
                break
            about = title if key == "spans" else f"{title}, {found['title']}"
            words = judgement(found) or (found["why"] or "")
            rows.append((name, about, figure(found["value"]), interval(found), words))
            name = ""
    return table(rows)


def _layer(layer: str, measures: Sequence[dict[str, Any]], documents: int | None) -> list[str]:
    if not measures:
        return [f"{layer}: no document in which both worked on it", ""]
    over = "" if documents is None else f" ({many(documents, 'document')})"
    rows = [("  " + layer + over, "", "value", "95 %", "counts", "")]
    for row in measures:
        if row["label"] is None:
            words = judgement(row) if row["judged"] else ""
            if row["value"] is None:
                words = row["why"]
            kind, value = _KINDS[row["kind"]], figure(row["value"])
            rows.append((f"  {row['title']}", kind, value, interval(row), counts(row), words))
    lines = [*table(rows), ""]
    for single in by_label(measures):
        head = ("  label", "A", "B", *single.heads)
        cells = [
            (
                f"  {printable(label)}",
                "" if a is None else str(a),
                "" if b is None else str(b),
                *(_cell(row) for row in found),
            )
            for label, a, b, found in single.rows
        ]
        lines += [*table([head, *cells]), ""]
    return lines


def _cell(row: dict[str, Any]) -> str:
    words = "constant" if row["constant"] else row["judged"] or ""
    return f"{figure(row['value'])} {interval(row)} {words}".strip()


def counts(row: dict[str, Any]) -> str:
    """What a figure is made of, in a few characters."""
    found = row.get("counts")
    if found is None:
        return many(row.get("pairs", 0), "pair")
    if row["kind"] == "f1":
        return f"{round(found['matched'], 1):g} of {found['a']}/{found['b']}"
    if row["kind"] == "share":
        return f"{found['equal']} of {found['compared']}"
    if row["kind"] == "alpha":
        return f"n {found['pairs']}"
    return ""


def _confusions(layer: str, found: Sequence[dict[str, Any]]) -> list[str]:
    if not found:
        return []
    rows = [(f"  {layer}: most frequent disagreements", "", "", "", "")]
    for kind, title in _CONFUSED.items():
        ranked = sorted(
            (item for item in found if item["kind"] == kind), key=lambda item: -item["count"]
        )
        for item in ranked[:_SHOWN]:
            rows.append(
                (
                    f"  {title}",
                    printable(item["about"]),
                    f"{item['count']} of {item['total']}",
                    printable(item["a"]),
                    printable(item["b"]),
                )
            )
    return [*table(rows), ""]


def _gamma(rows: Sequence[dict[str, Any]]) -> list[str]:
    found = [("gamma", "A", "B", "mean", "least, greatest", "documents")]
    for row in rows:
        spread = "" if row["mean"] is None else f"{row['least']:.2f}, {row['greatest']:.2f}"
        found.append(
            (
                row["layer"],
                printable(row["a"]),
                printable(row["b"]),
                figure(row["mean"]),
                spread,
                str(row["documents"]),
            )
        )
    return [*table(found), ""]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns as wide as their widest cell, two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
