"""Tables and plots as one page: nothing fetched, no script, light and dark, phone and wide."""

from collections.abc import Mapping

from parley.markup import escaped
from parley.statistics.made import Statistics
from parley.statistics.table import Table
from parley.statistics.text import column

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #57606a; --line: #d0d7de;
  --paper: #ffffff; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4ae; --line: #343b43;
  --paper: #14171a; --link: #7db4f5; } }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 78rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.6rem 0 .3rem; }
a { color: var(--link); } p { max-width: 48rem; margin: .3rem 0 .8rem; }
.soft { color: var(--soft); }
nav ul { columns: 3 16rem; padding-left: 1.2rem; }
.both { display: flex; flex-wrap: wrap; gap: 1.2rem 2.5rem; align-items: flex-start; }
.both > svg { flex: 0 1 440px; } .wide { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .15rem .9rem .15rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); vertical-align: bottom; } tbody th { font-weight: 400; }
.n { text-align: right; white-space: nowrap; }
main .parley-plot { color: inherit; }
"""


def render(found: Statistics, plots: Mapping[str, str]) -> str:
    """The whole page. `plots` are the SVGs of `Statistics.plots`."""
    data = found.data
    links = "".join(
        f'<li><a href="#{escaped(table.name)}">{escaped(table.title)}</a></li>'
        for table in found.tables.values()
    )
    body = "\n".join(_section(table, plots.get(table.name)) for table in found.tables.values())
    title = "What the dataset holds"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n"
        f'<p class="soft">Version {escaped(data["version"])}, data '
        f"{escaped(str(data['digest'])[:12])}, splits: {escaped(', '.join(data['splits']))}.</p>\n"
        f'<nav aria-label="Tables"><ul>{links}</ul></nav>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _section(table: Table, plot: str | None) -> str:
    numeric = [
        all(not isinstance(row[place], str) for row in table.rows)
        for place in range(len(table.columns))
    ]

    def classes(place: int) -> str:
        return ' class="n"' if numeric[place] and table.rows else ""

    head = "".join(
        f'<th scope="col"{classes(place)}>{escaped(name)}</th>'
        for place, name in enumerate(table.columns)
    )
    columns = [column([row[place] for row in table.rows]) for place in range(len(table.columns))]
    rows = "\n".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{classes(place)}>{escaped(value)}</th>'
            if place < table.keys
            else f"<td{classes(place)}>{escaped(value)}</td>"
            for place, value in enumerate(row)
        )
        + "</tr>"
        for row in zip(*columns, strict=True)
    )
    shown = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    if not table.rows:
        shown = "<p>None.</p>"
    name = escaped(table.name)
    return (
        f'<section>\n<h2 id="{name}">{escaped(table.title)}</h2>\n'
        f'<p class="soft">{escaped(table.what)}</p>\n<div class="both">\n{plot or ""}'
        f'<div class="wide" tabindex="0" role="region" aria-labelledby="{name}">{shown}</div>\n'
        "</div>\n</section>"
    )
