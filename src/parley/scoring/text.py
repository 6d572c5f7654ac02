"""A result for a terminal: what was scored, a table for each layer, errors by kind."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from parley.agreement.text import many, printable
from parley.scoring.confusion import MATCHED, about, fates
from parley.scoring.result import HEADLINE, Result, Score

#: No line is longer, but for a word that is.
WIDTH = 100
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
#: Names of documents that a line lists before it says how many more there are.
_LISTED = 5
_RIGHT = frozenset({2, 3, 4, 6, 7, 8})


def render(result: Result, *, labels: bool = True, color: bool = False) -> str:
    """The result as lines of text, ending in a newline, none longer than `WIDTH`.

    With `labels`, headline metrics have a row for each label; other metrics' are in the JSON.
    `color` adds weight by escape sequences; ask for it on a terminal only.
    """
    paint = _Paint(color)
    lines = _head(result, paint)
    for layer, scored in result.layers.items():
        lines += ["", f"{paint.bold(layer)}: {units(layer, len(scored.doc_ids))}"]
        main = HEADLINE.get(layer, ()) if labels else ()
        rows = [
            score
            for score in result.scores
            if score.layer == layer
            and (not score.label or (score.metric in main and (score.gold or score.predicted)))
        ]
        order = list(dict.fromkeys(row.metric for row in rows))
        rows.sort(key=lambda row: order.index(row.metric))
        lines += _table(layer, rows, paint)
    lines += _errors(result, paint)
    return "\n".join(lines) + "\n"


class _Paint:
    def __init__(self, color: bool) -> None:
        self.color = color

    def bold(self, words: str) -> str:
        return f"{_BOLD}{words}{_PLAIN}" if self.color else words

    def dim(self, words: str) -> str:
        return f"{_DIM}{words}{_PLAIN}" if self.color else words


def value(number: float | None) -> str:
    """A score to three places; `-` where there is none."""
    return "-" if number is None else f"{number:.3f}"


def interval(score: Score) -> str:
    """`[0.701, 0.792]`, or nothing."""
    if score.low is None or score.high is None:
        return ""
    return f"[{value(score.low)}, {value(score.high)}]"


def count(number: float | None) -> str:
    """A count; sums of overlaps to one place."""
    return (
        "-" if number is None else f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"
    )


def units(layer: str, number: int) -> str:
    """`8 documents`; `3 stories` in the layer that is counted by story."""
    if layer == "cross-document":
        return f"{number:,} {'story' if number == 1 else 'stories'}"
    return many(number, "document")


def listed(names: Sequence[str], most: int = _LISTED) -> str:
    """`a, b and 7 more`."""
    shown = ", ".join(printable(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def remarks(result: Result) -> list[tuple[str, str]]:
    """What a reader must know before the figures: what was not predicted, missing or ignored."""
    found = []
    if result.not_predicted:
        found.append(("not predicted", f"{', '.join(result.not_predicted)} (not scored)"))
    if result.missing:
        words = f"{many(len(result.missing), 'document')}, counted as nothing predicted"
        found.append(("without a line", f"{words}: {listed(result.missing)}"))
    for layer, names in result.partial.items():
        if names:
            words = f"{many(len(names), 'document')}, counted as nothing predicted"
            found.append((f"without {layer}", f"{words}: {listed(names)}"))
    if result.ignored:
        words = f"{many(len(result.ignored), 'line')} of documents that are not in this gold"
        found.append(("ignored", f"{words}: {listed(result.ignored)}"))
    return found


def _head(result: Result, paint: _Paint) -> list[str]:
    lines = [paint.bold(printable(result.system))]
    line = " "
    for place, field in enumerate(printable(str(result.signature)).split("|")):
        part = field if place == 0 else f"|{field}"
        if len(line) + len(part) > WIDTH - 1:
            lines.append(line)
            line = " "
        line += f" {part}" if line == " " else part
    lines.append(line)
    for name, words in remarks(result):
        lines += _wrapped(f"{name}: {words}")
    return lines


def _table(layer: str, scores: Sequence[Score], paint: _Paint) -> list[str]:
    head = ("metric", "label", "P", "R", "F1", "95 %", "matched", "pred.", "gold")
    rows: list[tuple[str, ...]] = []
    strong = set()
    for metric, found in groupby(scores, key=lambda score: score.metric):
        name = metric
        for score in found:
            if not score.label and metric in HEADLINE.get(layer, ())[:1]:
                strong.add(len(rows))
            rows.append(
                (
                    _cut(name, 20),
                    _cut(score.label, 12) or "all",
                    value(score.precision),
                    value(score.recall),
                    value(score.f1),
                    interval(score),
                    *(count(number) for number in (score.matched, score.predicted, score.gold)),
                )
            )
            name = ""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        placed = (
            cell.rjust(width) if place in _RIGHT else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return ("  " + "  ".join(placed)).rstrip()

    return [
        paint.dim(line(head)),
        *(paint.bold(line(row)) if at in strong else line(row) for at, row in enumerate(rows)),
    ]


def _cut(name: str, most: int) -> str:
    shown = printable(name)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _errors(result: Result, paint: _Paint) -> list[str]:
    matched = {item.about: item.gold.get(MATCHED, 0) for item in fates(result) if not item.label}
    kinds: Counter[tuple[str, str]] = Counter()
    for layer in result.layers.values():
        for error in layer.errors:
            # Which part of an attribution differs is what one wants to know of it.
            part = error.layer == "attributions" and error.kind == "boundary"
            kinds[about(error), f"{error.kind} of {error.gold_label}" if part else error.kind] += 1
    lines = []
    for name, right in matched.items():
        found = [(kind, count) for (item, kind), count in kinds.items() if item == name]
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        words = ", ".join(f"{kind} {count:,}" for kind, count in [(MATCHED, right), *found])
        lines += _wrapped(f"{name}: {words}")
    return ["", paint.bold("errors"), *lines] if lines else []


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(
        words, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )
