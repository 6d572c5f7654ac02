"""The frame of a page in one file: nothing fetched, no script, light and dark, phone and wide."""

from parley.markup import escaped

#: Kind of outcome -> its colour, of a lightness that stands out from white and from black.
_KINDS = {
    "matched": "#2e8f57",
    "boundary": "#2f80d0",
    "type": "#9457c4",
    "boundary-type": "#c8519a",
    "missing": "#7b8794",
    "spurious": "#d07a1c",
    "duplicate": "#9a7440",
    "wrong-trigger": "#189a98",
    "wrong-role": "#6d70dd",
    "wrong-parent": "#189a98",
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57616c; --line: #d9dee3;
  --paper: #ffffff; --panel: #f5f7f9; --dot: #1f5fa8; --bar: #a9c8ee; --gold: #1f5fa8;
  --gold-back: #d5e6fb; --pred: #9a5b00; --pred-back: #ffe4bd; --both: #e4e7ea;
  --right: #2e8f57; --wrong: #d07a1c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9fabb6; --line: #343b43;
  --paper: #14171a; --panel: #1b2025; --dot: #7db4f5; --bar: #2c527f; --gold: #7db4f5;
  --gold-back: #1b3d66; --pred: #f0b75a; --pred-back: #5a3a0c; --both: #363e47; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 78rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 3rem 0 .4rem; padding-top: .8rem;
  border-top: 2px solid var(--line); }
h2::first-letter, h3::first-letter { text-transform: uppercase; }
h3 { font-size: 1.05rem; margin: 2rem 0 .3rem; }
h4 { font-size: .95rem; margin: 1.1rem 0 .3rem; font-weight: 600; overflow-wrap: anywhere; }
p { margin: .3rem 0 .8rem; max-width: 48rem; }
a { color: var(--dot); }
nav { margin: 1.2rem 0; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; }
.soft, caption, small { color: var(--soft); }
small { font-size: .8rem; font-weight: 400; display: block; line-height: 1.3; }
code { font: .85em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; max-width: 48rem; font-size: .9rem; }
th, td { text-align: left; padding: .26rem .6rem .26rem 0; border-bottom: 1px solid var(--line);
  vertical-align: middle; }
th { font-weight: 600; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-size: .84rem; vertical-align: bottom; }
td.n, th.n { text-align: right; white-space: nowrap; }
tr :last-child { padding-right: 0; }
tr.first > * { border-top: 2px solid var(--line); }
tr.main th, tr.main td.f1 { font-weight: 700; }
.measures { table-layout: fixed; } .measures .label { width: 11.5rem; }
.measures .f1 { width: 8.5rem; } .measures .pr { width: 4.2rem; } .measures .of { width: 6rem; }
td.plot { padding: 0 1.1rem 0 .5rem; } th.plot { padding: 0 1.1rem 0 .5rem; }
svg { display: block; overflow: visible; }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
.grid { stroke: var(--line); } .axis { stroke: var(--line); }
.range { stroke: var(--dot); stroke-width: 2; } .dot { fill: var(--dot); }
.bar { fill: var(--bar); } .whisker { stroke: var(--ink); stroke-width: 1.5; }
.recall { fill: var(--gold); } .precision { fill: var(--paper); stroke: var(--pred);
  stroke-width: 2; } .between { stroke: var(--line); stroke-width: 3; }
.few td, .few th { font-style: italic; } .few svg { opacity: .6; }
.cards { columns: 3 21rem; column-gap: 2.4rem; margin-top: .8rem; }
.cards table { table-layout: fixed; break-inside: avoid; margin-bottom: 1.6rem; }
.cards .label { width: 6.6rem; } .cards .short .label { width: 3.4rem; }
.cards .pr { width: 3rem; } .cards .of { width: 4.4rem; }
.cards table { font-size: .92rem; } .cards caption { color: var(--ink); font-weight: 600; }
.wide { overflow-x: auto; }
.key { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; list-style: none; padding: 0;
  margin: .3rem 0 .6rem; font-size: .9rem; }
.key span { display: inline-block; width: .85em; height: .85em; margin-right: .4em;
  border-width: 1.5px; border-style: solid; border-radius: 2px; vertical-align: -1px; }
.stack { width: 56%; } td.stack { padding: .2rem .8rem .2rem 0; }
.stack text { fill: var(--ink); }
.matrix { width: auto; font-size: .84rem; border-collapse: separate; border-spacing: 1px; }
.matrix th, .matrix td { border: 0; padding: .15rem .35rem; text-align: center;
  white-space: nowrap; }
.matrix tbody th { text-align: right; position: sticky; left: 0; background: var(--paper); }
.matrix thead th { vertical-align: bottom; }
.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); }
.matrix td { min-width: 2.1rem; background: var(--panel); }
.matrix td.right { background: color-mix(in srgb, var(--right) calc(var(--s) * 1%), var(--panel)); }
.matrix td.wrong { background: color-mix(in srgb, var(--wrong) calc(var(--s) * 1%), var(--panel)); }
.matrix td.none { background: none; }
.matrix .total { color: var(--soft); background: none; }
details { margin: .5rem 0; }
summary { cursor: pointer; padding: .2rem 0; } summary strong { color: var(--dot); }
.example { margin: 0 0 .55rem; padding-left: .8rem; border-left: 3px solid var(--line);
  max-width: 60rem; overflow-wrap: anywhere; white-space: pre-line; }
mark, ins, del { color: inherit; text-decoration: none; padding: .05em .12em; border-radius: 2px;
  background: var(--both); -webkit-box-decoration-break: clone; box-decoration-break: clone; }
ins { background: var(--gold-back); border-bottom: 2px solid var(--gold); }
del { background: var(--pred-back); border-bottom: 2px dashed var(--pred); }
mark { border-bottom: 2px solid var(--soft); }
dl.meaning { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem;
  max-width: 60rem; margin: .3rem 0; }
dl.meaning dt { font-weight: 600; } dl.meaning dd { margin: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 640px) {
  body { font-size: 14px; } main { padding: 1.2rem 1rem 3rem; }
  th, td { padding-right: .4rem; } td.plot, th.plot { padding: 0 .6rem 0 .3rem; }
  /* A row is two lines: label and figures, then the plot; roles in the markup keep it a table. */
  .measures, .measures caption, .measures thead, .measures tbody { display: block; }
  .measures tr { display: grid; grid-template-columns: 1fr 5.8rem 2.95rem 2.95rem 4.3rem;
    align-items: center; border-bottom: 1px solid var(--line); padding: .3rem 0; }
  .measures tr > * { border: 0; padding: 0; width: auto !important; }
  .measures tr.first { border-top: 2px solid var(--line); }
  .measures td.plot, .measures th.plot { grid-row: 2; grid-column: 1 / -1; padding: 0 .6rem; }
  .roomy { display: none; }
  .facts, dl.meaning { grid-template-columns: 1fr; } .facts dd { margin-bottom: .4rem; }
  dl.meaning dd { margin-bottom: .5rem; }
  .measures { font-size: .9rem; } .stack { width: 52%; }
  .cards table { font-size: .86rem; } .cards .label { width: 5.9rem; }
  .cards .pr { width: 2.8rem; } .cards .of { width: 4.2rem; }
}
@media print { nav { display: none; } details > * { display: revert; } }
"""


def kind_class(kind: str) -> str:
    """The class of an outcome's colour: `boundary+type` is `k-boundary-type`."""
    return "k-" + kind.replace("+", "-").replace(" ", "-")


def shell(title: str, body: str) -> str:
    """A whole page; `title` is plain text, `body` is markup."""
    kinds = "".join(
        f".k-{name} {{ fill: color-mix(in srgb, {color} 42%, var(--paper)); stroke: {color}; "
        f"background: color-mix(in srgb, {color} 42%, var(--paper)); border-color: {color}; }}\n"
        for name, color in _KINDS.items()
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title)}</title>\n<style>{_STYLE}{kinds}</style>\n</head>\n<body>\n<main>\n"
        f"{body}\n</main>\n</body>\n</html>\n"
    )
