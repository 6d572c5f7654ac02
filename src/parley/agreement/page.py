"""The report as one HTML page: no script, nothing fetched, light and dark.

Everything that comes from files (texts, labels, ids, names of annotators) passes through `escaped`.
"""

from collections.abc import Sequence
from typing import Any

from parley.agreement.report import RELIABLE, TENTATIVE
from parley.agreement.text import by_label, counts, figure, interval, judgement, many
from parley.markup import escaped

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --line: #d9dee3;
  --paper: #ffffff; --panel: #f5f7f9; --dot: #1f5fa8; --a: #cfe2fb; --b: #ffdfb8; --both: #e6e9ec;
  --poor: #b3261e; --fair: #8a5a00; --good: #1d6b34; --band: #e3efe6; --band2: #f6eedc; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa5b1; --line: #343b43;
  --paper: #14171a; --panel: #1c2126; --dot: #7db4f5; --a: #1d4472; --b: #6b4410; --both: #343b43;
  --poor: #ff8a80; --fair: #f0b75a; --good: #7fd197; --band: #1f3326; --band2: #38301c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .5rem; padding-top: .75rem;
  border-top: 2px solid var(--line); }
h2::first-letter { text-transform: uppercase; }
h3 { font-size: 1rem; margin: 1.75rem 0 .4rem; }
p { margin: .3rem 0 .8rem; max-width: 46rem; }
.soft, caption, .why { color: var(--soft); }
nav { margin: 1rem 0; } nav a { margin-right: 1.1rem; }
a { color: var(--dot); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { font-weight: 600; } thead th { color: var(--soft); font-size: .86rem; white-space: nowrap; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.plot, th.plot { width: 232px; padding-top: .35rem; }
.labels td.plot, .labels th.plot { width: 140px; white-space: normal; vertical-align: bottom; }
tr.first th, tr.first td { border-top: 2px solid var(--line); }
svg { display: block; } svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
.axis { stroke: var(--line); } .range { stroke: var(--dot); stroke-width: 2; }
.dot { fill: var(--dot); } .band { fill: var(--band); } .band2 { fill: var(--band2); }
.poor { color: var(--poor); } .fair { color: var(--fair); } .good { color: var(--good); }
.poor, .fair, .good { white-space: nowrap; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
details { margin: .6rem 0; } summary { cursor: pointer; color: var(--dot); }
.matrix { width: auto; font-size: .86rem; }
.matrix th, .matrix td { padding: .15rem .45rem; text-align: right; border: 1px solid var(--line); }
.matrix td.same { background: var(--band); } .matrix td.other { background: var(--b); }
.matrix td.zero { color: var(--line); }
.confused td { overflow-wrap: anywhere; }
.confused .said { width: 15%; } .confused { table-layout: fixed; }
.example { margin: 0 0 .35rem; max-width: none; white-space: pre-wrap; }
.example .where { color: var(--soft); font-size: .82rem; }
mark { color: inherit; padding: 0 .1em; border-radius: 2px; }
mark.both { background: var(--both); }
mark.a { background: var(--a); border-bottom: 2px solid var(--dot); }
mark.b { background: var(--b); border-bottom: 2px dashed var(--fair); }
dl.meaning dt { font-weight: 600; margin-top: .6rem; }
dl.meaning dd { margin: 0; max-width: 46rem; }
@media print { details { display: block; } nav { display: none; } }
"""
_KINDS = {
    "f1": "F1",
    "share": "Share of equal answers",
    "alpha": "Label alpha",
    "span_alpha": "Span alpha",
}
_CONFUSED = {
    "label": ("Labels", "A says one, B another, of the same thing."),
    "id": ("Ids and values", "The same thing with two ids, or two values of a date."),
    "role": ("Roles", "The same target in the same event, in two roles."),
    "boundary": ("Edges", "The same annotation with other edges; […] is what both have."),
    "only_a": ("Only A", "Annotated by A alone."),
    "only_b": ("Only B", "Annotated by B alone."),
}
_CLASS = {"reliable": "good", "tentative": "fair", "not reliable": "poor"}
#: Widths of plots in pixels, and the margin within them.
_WIDTH, _NARROW, _MARGIN = 224, 132, 6


def render(report: dict[str, Any]) -> str:
    """The page for a report of `report.make`."""
    title = f"Agreement in the round {report['round']}"
    body = [f"<h1>{escaped(title)}</h1>", *_facts(report), *_headline(report)]
    layers = [item["layer"] for item in report["headline"]]
    links = "".join(f'<a href="#{escaped(layer)}">{escaped(layer)}</a>' for layer in layers)
    body.append(f'<nav>{links}<a href="#meaning">what the figures mean</a></nav>')
    for layer in layers:
        body += _layer(report, layer)
    body += _meaning(report)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _facts(report: dict[str, Any]) -> list[str]:
    annotators = "; ".join(
        f"{escaped(item['name'])} ({item['compared']} compared of {item['documents']} done)"
        for item in report["annotators"]
    )
    pairs = "; ".join(
        f"A = {escaped(pair['a'])}, B = {escaped(pair['b'])}: {many(pair['documents'], 'document')}"
        for pair in report["pairs"]
    )
    rows = [
        ("documents", f"{len(report['documents'])}, done by two annotators or more"),
        ("annotators", annotators),
        ("compared", pairs),
        (
            "intervals",
            f"95 %, percentile bootstrap over documents, {many(report['resamples'], 'resample')}, "
            f"seed {report['seed']}",
        ),
    ]
    rows += [("left out", escaped(note)) for note in report["notes"]]
    rows += [
        ("faults", f"{many(len(report['incidents']), 'fault')} in the exports; see `parley ingest`")
        for _ in report["incidents"][:1]
    ]
    cells = "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in rows)
    listed = "".join(
        f"<tr><td>{escaped(item['id'])}</td><td>"
        + "; ".join(
            f"{escaped(who['name'])} ({escaped(', '.join(who['layers']))})"
            for who in item["annotators"]
        )
        + "</td></tr>"
        for item in report["documents"]
    )
    return [
        f'<dl class="facts">{cells}</dl>',
        "<details><summary>the documents</summary><table><thead><tr><th>document</th>"
        f"<th>annotators (layers)</th></tr></thead><tbody>{listed}</tbody></table></details>",
    ]


def _headline(report: dict[str, Any]) -> list[str]:
    rows = []
    titles = {"spans": "span alpha", "labels": "label alpha", "f1": "F1"}
    for item in report["headline"]:
        for place, (key, title) in enumerate(titles.items()):
            found = item[key]
            kind = ' class="first"' if place == 0 else ""
            layer = escaped(item["layer"]) if place == 0 else ""
            if found is None:
                rows.append(
                    f'<tr{kind}><th>{layer}</th><td colspan="5" class="why">'
                    "no document in which both worked on it</td></tr>"
                )
                break
            about = title if key == "spans" else f"{title}, {found['title']}"
            rows.append(
                f"<tr{kind}><th>{layer}</th><td>{escaped(about)}</td>"
                f'<td class="plot">{_plot(found, banded=key != "f1")}</td>'
                f'<td class="n">{figure(found["value"])}</td>'
                f'<td class="n">{interval(found)}</td><td>{_judged(found)}</td></tr>'
            )
    mean = " Means over pairs of annotators." if report["mean"] is not None else ""
    return [
        '<div class="wide"><table><caption>Alpha of 0.8 and more (green) can be relied on; from '
        "0.67 (yellow) it allows tentative conclusions; below, none (Krippendorff 2004)."
        f"{mean}</caption><thead><tr><th>layer</th><th>measure</th>"
        f'<th class="plot">{_axis()}</th><th class="n">value</th><th class="n">95 %</th>'
        f"<th>alpha in words</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    ]


def _layer(report: dict[str, Any], layer: str) -> list[str]:
    body = [f'<h2 id="{escaped(layer)}">{escaped(layer)}</h2>']
    if report["mean"] is not None:
        body.append("<h3>Mean over pairs of annotators</h3>")
        body += _measures(report["mean"]["layers"][layer]["measures"])
    for gamma in report.get("gamma", ()):
        if gamma["layer"] == layer and gamma["mean"] is not None:
            body.append(
                f"<p>γ of {escaped(gamma['a'])} and {escaped(gamma['b'])}: {gamma['mean']:.2f} "
                f"(least {gamma['least']:.2f}, greatest {gamma['greatest']:.2f} over "
                f"{many(gamma['documents'], 'document')}; {gamma['samples']} samples)</p>"
            )
    for pair in report["pairs"]:
        found = pair["layers"][layer]
        names = f"A = {escaped(pair['a'])}, B = {escaped(pair['b'])}"
        body.append(f"<h3>{names}: {many(found['documents'], 'document')}</h3>")
        if not found["measures"]:
            body.append('<p class="why">No document in which both worked on this layer.</p>')
            continue
        body += _measures(found["measures"])
        body += _tables(found["measures"])
        body += _confusions(found["confusions"])
    return body


def _measures(measures: Sequence[dict[str, Any]]) -> list[str]:
    body = [_rows([row for row in measures if row["label"] is None])]
    for single in by_label(measures):
        head = "".join(
            f'<th class="plot">{escaped(name)}{_axis(_NARROW)}</th><th class="n"></th>'
            for name in single.heads
        )
        counted = any(a is not None for _, a, _, _ in single.rows)
        lines = "".join(
            f"<tr><th>{escaped(label)}</th>"
            + (f'<td class="n">{a}</td><td class="n">{b}</td>' if counted else "")
            + "".join(
                f'<td class="plot">{_plot(row, banded="alpha" in row["kind"], width=_NARROW)}</td>'
                f'<td class="n" title="{escaped(interval(row))}">{figure(row["value"])}</td>'
                for row in found
            )
            + "</tr>"
            for label, a, b, found in single.rows
        )
        body.append(
            '<div class="wide"><table class="labels"><thead><tr><th>label</th>'
            + ('<th class="n">A</th><th class="n">B</th>' if counted else "")
            + f"{head}</tr></thead><tbody>{lines}</tbody></table></div>"
        )
    return body


def _rows(measures: Sequence[dict[str, Any]]) -> str:
    rows = []
    before = None
    for row in measures:
        first = ' class="first"' if before is not None and row["kind"] != before else ""
        kind = _KINDS[row["kind"]] if row["kind"] != before else ""
        before = row["kind"]
        title = row["title"]
        rows.append(
            f'<tr{first}><td class="soft">{kind}</td>'
            f'<th title="{escaped(row["definition"])}">{escaped(title)}</th>'
            f'<td class="plot">{_plot(row, banded="alpha" in row["kind"])}</td>'
            f'<td class="n">{figure(row["value"])}</td><td class="n">{interval(row)}</td>'
            f'<td class="n">{escaped(counts(row))}</td><td>{_judged(row)}</td></tr>'
        )
    return (
        '<div class="wide"><table><thead><tr><th></th><th>measure</th>'
        f'<th class="plot">{_axis()}</th><th class="n">value</th><th class="n">95 %</th>'
        f'<th class="n">counts</th><th></th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
        "</div>"
    )


def _judged(row: dict[str, Any]) -> str:
    words = judgement(row) if row["judged"] else ""
    shown = f'<span class="{_CLASS.get(row["judged"] or "", "")}">{words}</span>' if words else ""
    why = f'<span class="why">{escaped(row["why"])}</span>' if row["why"] else ""
    return " ".join(part for part in (shown, why) if part)


def _plot(row: dict[str, Any], *, banded: bool, width: int = _WIDTH) -> str:
    """A value as a dot on 0 to 1, its interval as a line; values below 0 stand at the edge."""
    if row["value"] is None:
        return ""

    def place(value: float) -> float:
        inside = min(1.0, max(0.0, value))
        return round(_MARGIN + (width - 2 * _MARGIN) * inside, 1)

    parts = []
    if banded:
        tentative, reliable, end = place(TENTATIVE), place(RELIABLE), place(1)
        parts.append(
            f'<rect class="band2" x="{tentative}" y="0" width="{reliable - tentative:.1f}" '
            f'height="18"/><rect class="band" x="{reliable}" y="0" '
            f'width="{end - reliable:.1f}" height="18"/>'
        )
    parts.append(f'<line class="axis" x1="{place(0)}" y1="9" x2="{place(1)}" y2="9"/>')
    if row["low"] is not None:
        low, high = place(row["low"]), place(row["high"])
        parts.append(f'<line class="range" x1="{low}" y1="9" x2="{high}" y2="9"/>')
    parts.append(f'<circle class="dot" cx="{place(row["value"])}" cy="9" r="4"/>')
    words = f"{figure(row['value'])} {interval(row)}".strip()
    return (
        f'<svg width="{width}" height="18" viewBox="0 0 {width} 18" role="img" '
        f'aria-label="{words}">{"".join(parts)}</svg>'
    )


def _axis(width: int = _WIDTH) -> str:
    marks = "".join(
        f'<text x="{place}" y="11" text-anchor="{anchor}">{label}</text>'
        for place, label, anchor in (
            (_MARGIN, "≤ 0", "start"),
            (width / 2, "0.5", "middle"),
            (width - _MARGIN, "1", "end"),
        )
    )
    return (
        f'<svg width="{width}" height="14" viewBox="0 0 {width} 14" aria-hidden="true">'
        f"{marks}</svg>"
    )


def _tables(measures: Sequence[dict[str, Any]]) -> list[str]:
    """A's labels against B's, for every closed question with more than one answer."""
    body = []
    for row in measures:
        if row["kind"] != "alpha" or len(row["counts"]["labels"]) < 2:
            continue
        labels, table = row["counts"]["labels"], row["counts"]["table"]
        head = "".join(f"<th>{escaped(label)}</th>" for label in labels)
        lines = []
        for at, (label, numbers) in enumerate(zip(labels, table, strict=True)):
            cells = "".join(
                f'<td class="{"zero" if not number else "same" if at == to else "other"}">'
                f"{number}</td>"
                for to, number in enumerate(numbers)
            )
            lines.append(f"<tr><th>{escaped(label)}</th>{cells}</tr>")
        body.append(
            f"<details><summary>{escaped(row['title'])}: A's labels (rows) against B's "
            f'(columns)</summary><div class="wide"><table class="matrix"><thead><tr><th></th>{head}'
            f"</tr></thead><tbody>{''.join(lines)}</tbody></table></div></details>"
        )
    return body


def _confusions(found: Sequence[dict[str, Any]]) -> list[str]:
    if not found:
        return ["<p>No disagreement in this layer.</p>"]
    body = [
        '<h3>Most frequent disagreements</h3><p class="soft">In the examples, '
        '<mark class="both">both</mark> marked it, <mark class="a">A alone</mark>, or '
        '<mark class="b">B alone</mark>.</p>'
    ]
    for kind, (title, words) in _CONFUSED.items():
        ranked = sorted(
            (item for item in found if item["kind"] == kind), key=lambda item: -item["count"]
        )
        if not ranked:
            continue
        rows = "".join(_confusion(item) for item in ranked)
        body.append(
            f"<details{' open' if kind in ('label', 'boundary') else ''}><summary>{title}"
            f'</summary><table class="confused"><caption>{words}</caption><thead><tr>'
            '<th class="n" style="width:5.2rem">times</th><th style="width:7rem">about</th>'
            '<th class="said">A</th><th class="said">B</th><th>examples</th>'
            f"</tr></thead><tbody>{rows}</tbody></table></details>"
        )
    return body


def _confusion(item: dict[str, Any]) -> str:
    examples = "".join(_example(example) for example in item["examples"])
    return (
        f'<tr><td class="n">{item["count"]} <span class="soft">of {item["total"]}</span></td>'
        f"<td>{escaped(item['about'])}</td>"
        f"<td>{escaped(item['a'])}</td><td>{escaped(item['b'])}</td><td>{examples}</td></tr>"
    )


def _example(example: dict[str, Any]) -> str:
    pieces = "".join(
        f'<mark class="{mark}">{escaped(words)}</mark>' if mark else escaped(words)
        for words, mark in example["pieces"]
    )
    where = f"{escaped(example['doc_id'])} {example['start']}-{example['end']}"
    words = pieces or "(the text is withheld)"
    return f'<p class="example">{words} <span class="where">{where}</span></p>'


def _meaning(report: dict[str, Any]) -> list[str]:
    """Each measure's definition, once."""
    found: dict[tuple[str, str, str], None] = {}
    for pair in report["pairs"]:
        for layer in pair["layers"].values():
            for row in layer["measures"]:
                found.setdefault((_KINDS[row["kind"]], row["title"], row["definition"]), None)
    items = "".join(
        f"<dt>{escaped(kind)}: {escaped(title)}</dt><dd>{escaped(words)}</dd>"
        for kind, title, words in found
    )
    return [
        '<h2 id="meaning">What the figures mean</h2>',
        "<p>Annotations are paired one to one: equal spans first, then the largest total overlap. "
        "Where a figure has no value, the table says why; “constant” is perfect agreement with a "
        "single label, which gave no chance to disagree.</p>",
        f'<dl class="meaning">{items}</dl>',
    ]
