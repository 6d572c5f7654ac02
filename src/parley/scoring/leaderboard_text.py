"""A leaderboard as text for a terminal, and as Markdown."""

import html
import re
from collections.abc import Callable

from parley.agreement.text import figure, many, printable, table
from parley.scoring.compare import ALPHA, counted
from parley.scoring.leaderboard import Figure, Leaderboard, Table


def render(found: Leaderboard) -> str:
    """The leaderboard as text, a table for each layer."""
    lines = [*_about(found), ""]
    for board in found.boards:
        lines += [printable(board.signature), ""]
        for one in board.tables:
            lines += [f"{one.layer} (n = {counted(one.documents, one.layer)})"]
            heads = ["  rank", "group", "system", *_heads(one)]
            rows = [[f"  {row[0]}", *row[1:]] for row in _cells(one, printable)]
            lines += table([heads, *rows])
            lines += [f"  {line}" for line in _below(one, printable)]
            lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def markdown(found: Leaderboard) -> str:
    """The leaderboard as Markdown, a table for each layer."""
    lines = ["# Leaderboard", "", *(f"- {line}" for line in _about(found)), ""]
    for board in found.boards:
        lines += [f"`{printable(board.signature)}`", ""]
        for one in board.tables:
            heads = ["rank", "group", "system", *_heads(one)]
            lines += [
                f"## {one.layer} (n = {counted(one.documents, one.layer)})",
                "",
                f"| {' | '.join(heads)} |",
                f"|{'|'.join('---' for _ in heads)}|",
                *(f"| {' | '.join(row)} |" for row in _cells(one, _plain)),
                "",
            ]
            for line in _below(one, _plain):
                lines += [line, ""]
    return "\n".join(lines)


def _about(found: Leaderboard) -> list[str]:
    return [
        "figures: F1 [95 %, percentile bootstrap]; n is given with each layer",
        "rank: 1 + the number of systems that are better on the first figure, to the number not "
        "worse",
        "group: begins where every system above is better than every one below",
        f"better: paired randomisation over documents, {many(found.resamples, 'swap')} at most, "
        f"seed {found.seed}; Holm-corrected p of {ALPHA}",
    ]


def _heads(one: Table) -> list[str]:
    return [f"{metric} [95 %]" for metric in one.metrics]


def _cells(one: Table, name: Callable[[str], str]) -> list[list[str]]:
    return [
        [
            f"{row.first}" if row.first == row.last else f"{row.first}-{row.last}",
            f"{row.group}",
            name(row.system),
            *(_figure(row.figures.get(metric)) for metric in one.metrics),
        ]
        for row in one.rows
    ]


def _figure(found: Figure | None) -> str:
    if found is None or found.low is None:
        return figure(None if found is None else found.f1)
    return f"{figure(found.f1)} [{figure(found.low)}, {figure(found.high)}]"


def _below(one: Table, name: Callable[[str], str]) -> list[str]:
    lines = []
    if one.absent:
        lines.append(f"not predicted by: {', '.join(map(name, one.absent))}")
    if one.untested:
        untested = ", ".join(map(name, one.untested))
        lines.append(f"without counts for each document, so not told from others: {untested}")
    return [*lines, *one.notes]


def _plain(text: str) -> str:
    """A name in Markdown that is nothing but text."""
    return re.sub(r"([\\`*_{}\[\]()#+!|~^$:@-])", r"\\\1", html.escape(printable(text)))
