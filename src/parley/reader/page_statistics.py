"""The tables and plots of `parley.statistics`, as a page of the site."""

from collections.abc import Iterator

from parley import statistics
from parley.markup import escaped
from parley.ontology import Ontology
from parley.reader import shell
from parley.reader.data import Corpus
from parley.statistics import Table
from parley.statistics.text import column

HERE = "statistics.html"


def files(corpus: Corpus, scheme: Ontology) -> Iterator[tuple[str, str]]:
    """(place, text): the page, and a picture for each plot.

    Pictures are files of their own: they have their own style, which a page with a content
    security policy does not take in.
    """
    found = statistics.of(corpus.folder, scheme=scheme)
    plots = found.plots()
    for name, svg in plots.items():
        yield f"plots/{name}.svg", svg
    links = "".join(
        f'<li><a href="#{escaped(table.name)}">{escaped(table.title)}</a></li>'
        for table in found.tables.values()
    )
    body = (
        "<h1>What the dataset holds</h1>"
        f'<nav aria-label="Tables"><ul class="contents">{links}</ul></nav>'
        + "".join(_section(table, table.name in plots) for table in found.tables.values())
    )
    yield HERE, shell.page(corpus, HERE, "Statistics", body, styles=("lists.css",), wide=True)


def _section(table: Table, plotted: bool) -> str:
    name, title = escaped(table.name), escaped(table.title)
    plot = (
        f'<img class="plot" src="plots/{name}.svg" alt="{title}, as a plot of the table" '
        'width="440" loading="lazy">'
        if plotted
        else ""
    )
    shown = _table(table) if table.rows else '<p class="soft">Nothing to count.</p>'
    return (
        f'<section><h2 id="{name}">{title}</h2><p class="soft">{escaped(table.what)}</p>'
        f'<div class="both">{plot}{shown}</div></section>'
    )


def _table(table: Table) -> str:
    places = range(len(table.columns))
    numeric = [all(not isinstance(row[at], str) for row in table.rows) for at in places]
    kind = [' class="n"' if number else "" for number in numeric]
    head = "".join(
        f'<th scope="col"{kind[at]}>{escaped(name)}</th>' for at, name in enumerate(table.columns)
    )
    cells = [column([row[at] for row in table.rows]) for at in places]
    rows = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{kind[at]}>{escaped(value)}</th>'
            if at < table.keys
            else f"<td{kind[at]}>{escaped(value)}</td>"
            for at, value in enumerate(row)
        )
        + "</tr>"
        for row in zip(*cells, strict=True)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escaped(table.title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
