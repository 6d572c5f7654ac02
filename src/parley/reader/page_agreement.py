"""How far annotators agree: each round's figures, with a link to its whole report."""

from collections.abc import Mapping
from typing import Any

from parley.agreement.report import RELIABLE, TENTATIVE
from parley.agreement.text import figure, interval
from parley.markup import escaped
from parley.reader import shell
from parley.reader.data import Corpus

HERE = "agreement.html"
_TITLES = {"spans": "span alpha", "labels": "label alpha", "f1": "F1"}
_WIDTH, _MARGIN = 220, 6


def page(corpus: Corpus, reports: Mapping[str, dict[str, Any]]) -> str:
    """The page; `reports` are those of `parley.agreement.report.make`, by round."""
    body = [
        "<h1>Agreement</h1>",
        f"<p>Annotators worked on the same documents without seeing each other’s work. Of an "
        f"alpha (Krippendorff), rely on {RELIABLE} and more; {TENTATIVE} and more allows tentative "
        "conclusions; less allows none. Intervals are 95 %, over documents drawn with replacement. "
        "</p>",
    ]
    for name, report in reports.items():
        who = ", ".join(item["name"] for item in report["annotators"])
        body.append(
            f'<section><h2 id="round-{escaped(name)}">Round {escaped(name)}</h2>'
            f'<p class="soft">{len(report["documents"]):,} documents · {escaped(who)} · '
            f"{shell.link(HERE, f'agreement/{name}.html', f'the whole report of {name}')}</p>"
            f"{_table(name, report['headline'])}</section>"
        )
    return shell.page(corpus, HERE, "Agreement", "".join(body), styles=("lists.css",))


def _table(name: str, headline: list[dict[str, Any]]) -> str:
    rows = []
    for item in headline:
        for key, title in _TITLES.items():
            found = item[key]
            if found is None:
                continue
            about = title if key == "spans" else f"{title}, {found['title']}"
            rows.append(
                f'<tr><th scope="row">{escaped(item["layer"])}</th><td>{escaped(about)}</td>'
                f'<td class="n">{figure(found["value"])}</td>'
                f'<td class="n">{interval(found)}</td>'
                f'<td class="plot">{_plot(found, banded=key != "f1")}</td></tr>'
            )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Figures of {escaped(name)}">'
        '<table class="agreement"><thead><tr><th scope="col">layer</th><th scope="col">measure</th>'
        '<th scope="col" class="n">value</th><th scope="col" class="n">95 %</th>'
        f'<th scope="col">0 to 1</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
        "</div>"
    )


def _plot(row: dict[str, Any], *, banded: bool) -> str:
    """A value as a dot on 0 to 1, its interval as a line; the bands are Krippendorff's."""
    if row["value"] is None:
        return ""

    def place(value: float) -> float:
        return round(_MARGIN + (_WIDTH - 2 * _MARGIN) * min(1.0, max(0.0, value)), 1)

    parts = []
    if banded:
        for kind, low, high in (("fair", TENTATIVE, RELIABLE), ("good", RELIABLE, 1.0)):
            parts.append(
                f'<rect class="band-{kind}" x="{place(low)}" y="0" '
                f'width="{place(high) - place(low):.1f}" height="18"/>'
            )
    parts.append(f'<line class="axis" x1="{place(0)}" y1="9" x2="{place(1)}" y2="9"/>')
    if row["low"] is not None:
        parts.append(
            f'<line class="range" x1="{place(row["low"])}" y1="9" x2="{place(row["high"])}" '
            'y2="9"/>'
        )
    parts.append(f'<circle class="dot" cx="{place(row["value"])}" cy="9" r="4.5"/>')
    words = escaped(f"{figure(row['value'])} {interval(row)}".strip())
    return (
        f'<svg width="{_WIDTH}" height="18" viewBox="0 0 {_WIDTH} 18" role="img" '
        f'aria-label="{words}">{"".join(parts)}</svg>'
    )
