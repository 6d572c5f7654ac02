"""A result as one HTML page: scores, errors and examples in context.

No script, nothing fetched. Everything that comes from files (texts, names, ids, labels) passes
through `escaped`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from parley.agreement.text import many
from parley.markup import escaped
from parley.predictions.inputs import Inputs
from parley.scoring.breakdown import SMALL, Breakdown, BreakdownRow, breakdowns
from parley.scoring.confusion import MATCHED, NOTHING, Confusion, Fates, about, confusions, fates
from parley.scoring.coreference import entities
from parley.scoring.errors import KINDS
from parley.scoring.examples import Example, Pattern, patterns
from parley.scoring.page_meaning import meaning
from parley.scoring.page_plots import axis, bar, dot, pair, stacked
from parley.scoring.page_shell import kind_class, shell
from parley.scoring.result import HEADLINE, LayerResult, Result, Score
from parley.scoring.text import count, interval, remarks, units, value

#: Rows of a breakdown or of a label's outcomes beyond these are counted, not shown.
_MOST_ROWS = 30
_MEANS = {MATCHED: "strictly right", **KINDS}
_PART = "aligned with gold's, and a part of it (source, cue or content) differs"
#: Headline metric -> what its labels are.
_LABELS = {"strict": "type", "Tri-C": "event type", "Arg-C+": "role", "joint": "stance"}
#: What `coreference.entities` counts -> in words.
_ENTITIES = {
    "exact": "the very same mentions in gold and predicted",
    "missing": "in gold, none of its mentions in a predicted entity",
    "split": "in gold, its mentions in two predicted entities or more",
    "spurious": "predicted, none of its mentions in an entity of gold",
    "merged": "predicted, with mentions of two entities of gold or more",
}


def render(
    result: Result,
    inputs: Mapping[str, Inputs],
    *,
    examples: int = 3,
    patterns_shown: int = 8,
) -> str:
    """The page of a result. `inputs` are what each layer was scored on.

    `examples` of each of the `patterns_shown` most frequent patterns of every kind of error are
    shown in context; 0 leaves that part out.
    """
    title = f"Scores of {result.system}"
    body = [f"<h1>{escaped(title)}</h1>", *_facts(result), *_nav(result), *_headline(result)]
    parts = breakdowns(inputs)
    matrices = confusions(result)
    outcomes = fates(result)
    found = (
        patterns(
            {name: layer.errors for name, layer in result.layers.items() if name in inputs},
            inputs,
            examples=examples,
            most=patterns_shown,
        )
        if examples
        else []
    )
    for name, layer in result.layers.items():
        body.append(f'<section><h2 id="{escaped(name)}">{escaped(name)}</h2>')
        body += _measures(result, layer)
        body += _labels(result, name)
        body += _fates([item for item in outcomes if item.layer == name])
        body += _confusions([item for item in matrices if item.layer == name])
        if name == "coreference" and name in inputs:
            body += _entities(entities(inputs[name], result.signature.singletons))
        body += _breakdowns([item for item in parts if item.layer == name])
        body += _patterns([item for item in found if item.layer == name], layer)
        body.append("</section>")
    return shell(title, "\n".join(body))


def _facts(result: Result) -> list[str]:
    signature = result.signature
    resampled = (
        f"95 %, percentile bootstrap over documents, {many(signature.resamples, 'resample')}, seed "
        f"{signature.seed}"
        if signature.resamples
        else "none: not resampled"
    )
    rows = [
        ("data", f"{signature.corpus}, {signature.split}: {many(signature.documents, 'document')}"),
        *remarks(result),
        ("intervals", resampled),
    ]
    rows += [(name, words) for name, words in signature.system]
    cells = "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(words)}</dd>" for name, words in rows)
    return [
        f'<dl class="facts">{cells}<dt>signature</dt><dd><code>{escaped(signature)}</code></dd>'
        "</dl>"
    ]


def _nav(result: Result) -> list[str]:
    links = "".join(f'<a href="#{escaped(layer)}">{escaped(layer)}</a>' for layer in result.layers)
    return [f'<nav aria-label="layers">{links}</nav>'] if len(result.layers) > 1 else []


def _words(score: Score) -> str:
    """A score in words, as what a plot says to who cannot see it."""
    inside = f", 95 % {interval(score)}" if interval(score) else ""
    return f"F1 {value(score.f1)}{inside}"


def _numbers(score: Score) -> str:
    """F1 with its interval, precision, recall, and what they are counted over."""
    counted = ""
    if score.gold is not None:
        counted = f"{count(score.gold)}<small>{count(score.predicted)} pred.</small>"
    return (
        f'<td role="cell" class="n f1">{value(score.f1)}<small>{interval(score)}</small></td>'
        f'<td role="cell" class="n">{value(score.precision)}</td>'
        f'<td role="cell" class="n">{value(score.recall)}</td>'
        f'<td role="cell" class="n">{counted}</td>'
    )


def _row(score: Score, head: str, plot: str, kind: str = "") -> str:
    """A row of `_table`. Its roles say what it is, as on a phone it is not laid out as a table."""
    return (
        f'<tr role="row" class="{kind}"><th role="rowheader" scope="row">{head}</th>'
        f'<td role="cell" class="plot">{plot}</td>{_numbers(score)}</tr>'
    )


def _table(first: str, rows: Sequence[str], caption: str) -> str:
    head = '<th role="columnheader" scope="col" class='
    return (
        f'<table role="table" class="measures"><caption>{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}"label">{first}</th>'
        f'{head}"plot"><span class="unseen">F1 as a plot</span>{axis()}</th>'
        f'{head}"n f1">F1</th>{head}"n pr">P</th>{head}"n pr">R</th>{head}"n of">gold</th></tr>'
        f'</thead><tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


def _dot(score: Score) -> str:
    return dot(_words(score), score.f1, score.low, score.high)


def _headline(result: Result) -> list[str]:
    rows = []
    for layer, metrics in HEADLINE.items():
        scores = [
            score
            for metric in metrics
            for score in result.scores
            if (score.layer, score.metric, score.label) == (layer, metric, "")
        ]
        for place, score in enumerate(scores):
            link = f'<a href="#{escaped(layer)}">{escaped(layer)}</a> ' if place == 0 else ""
            head = f"{link}<small>{escaped(score.metric)}</small>"
            rows.append(_row(score, head, _dot(score), "" if place else "first"))
    if not rows:
        return ["<p>No layer was scored.</p>"]
    caption = "F1 with its 95 % interval, precision (P), recall (R) and how many there are in gold."
    return [_table("layer", rows, caption)]


def _measures(result: Result, layer: LayerResult) -> list[str]:
    rows = []
    known = []
    main = HEADLINE.get(layer.layer, ())[:1]
    for score in result.scores:
        if score.layer == layer.layer and not score.label:
            kind = "main" if score.metric in main else ""
            rows.append(_row(score, escaped(score.metric), _dot(score), kind))
            words = meaning(layer.layer, score.metric)
            if words:
                known.append(f"<dt>{escaped(score.metric)}</dt><dd>{escaped(words)}</dd>")
    body = [_table("metric", rows, f"All metrics, over {units(layer.layer, len(layer.doc_ids))}.")]
    if known:
        body.append(
            "<details><summary>what each metric counts</summary>"
            f'<dl class="meaning">{"".join(known)}</dl></details>'
        )
    return body


def _labels(result: Result, layer: str) -> list[str]:
    """Bars of every label, for the headline metrics."""
    body = []
    for metric in HEADLINE.get(layer, ()):
        rows = [
            score
            for score in result.scores
            if (score.layer, score.metric) == (layer, metric)
            and score.label
            and (score.gold or score.predicted)
        ]
        if not rows:
            continue
        # By depth and the like the order given has a meaning; labels go by how many there are.
        ordered = any(row.label.startswith("depth") for row in rows)
        if not ordered:
            rows.sort(key=lambda score: (-(score.gold or 0), score.label))
        lines = [
            _row(
                score,
                escaped(score.label),
                bar(_words(score), score.f1, score.low, score.high),
                "few" if max(score.gold or 0, score.predicted or 0) < SMALL else "",
            )
            for score in rows
        ]
        caption = f"Rows in italics rest on fewer than {SMALL} items."
        by = "depth" if ordered else _LABELS.get(metric, "label")
        body += [f"<h3>{escaped(metric)} by {by}</h3>", _table(by, lines, caption)]
    return body


def _fates(found: Sequence[Fates]) -> list[str]:
    body = []
    for name, items in groupby(found, key=lambda item: item.about):
        overall, *labels = items
        kinds = [kind for kind in _MEANS if kind in overall.gold or kind in overall.predicted]
        if not kinds:
            continue
        key = "".join(
            f'<li><span class="{kind_class(kind)}"></span>{escaped(kind)}</li>' for kind in kinds
        )
        meanings = "".join(
            f"<dt>{escaped(kind)}</dt><dd>{escaped(_means(name, kind))}</dd>" for kind in kinds
        )
        body += [
            f"<h3>What became of {escaped(name)}</h3>",
            f'<ul class="key">{key}</ul>',
            _stacks(
                [("gold", overall.gold), ("predicted", overall.predicted)],
                f"All {escaped(name)}: gold ones, and predicted ones.",
            ),
            "<details><summary>what each kind means</summary>"
            f'<dl class="meaning">{meanings}</dl></details>',
        ]
        for side, words in (("gold", "in gold"), ("predicted", "predicted")):
            rows = [(item.label, getattr(item, side)) for item in labels if getattr(item, side)]
            if len(rows) > 1:
                body.append(
                    f"<details><summary>by the label {words}</summary>"
                    + _stacks(
                        rows[:_MOST_ROWS],
                        f"{escaped(name).capitalize()} by the label {words}{_more(rows)}.",
                    )
                    + "</details>"
                )
    return body


def _means(name: str, kind: str) -> str:
    return _PART if (name, kind) == ("attributions", "boundary") else _MEANS[kind]


def _more(rows: Sequence[object]) -> str:
    return f"; {len(rows) - _MOST_ROWS} more are not shown" if len(rows) > _MOST_ROWS else ""


def _stacks(rows: Sequence[tuple[str, dict[str, int]]], caption: str) -> str:
    lines = []
    for name, counts in rows:
        total = sum(counts.values())
        if not total:
            continue
        words = ", ".join(f"{kind} {number:,}" for kind, number in counts.items())
        right = counts.get(MATCHED, 0)
        lines.append(
            f'<tr><th scope="row">{escaped(name)}</th><td class="stack">'
            f"{stacked(f'{name}: {words}', list(counts.items()))}</td>"
            f'<td class="n">{right / total:.1%}</td><td class="n">{total:,}</td></tr>'
        )
    return (
        f'<table><caption>{caption}</caption><thead><tr><th scope="col"></th>'
        '<th scope="col" class="stack">how many of each kind</th><th scope="col" class="n">right'
        f'</th><th scope="col" class="n">n</th></tr></thead><tbody>{"".join(lines)}</tbody></table>'
    )


def _confusions(found: Sequence[Confusion]) -> list[str]:
    return [_matrix(item) for item in found]


def _matrix(item: Confusion) -> str:
    head = "".join(f'<th scope="col"><span>{escaped(label)}</span></th>' for label in item.labels)
    lines = []
    for label, cells in zip(item.labels, item.cells, strict=True):
        total = sum(cells)
        row = []
        for other, number in zip(item.labels, cells, strict=True):
            if label == other == NOTHING:
                row.append('<td class="none"></td>')
                continue
            # A row's shares; up to a mix at which the figure on it is still read with ease.
            share = round(60 * number / total) + 6 * (number > 0) if total else 0
            kind = "right" if label == other else "wrong"
            words = f"{label} in gold, {other} predicted: {number:,}"
            row.append(
                f'<td class="{kind}" style="--s:{share}" title="{escaped(words)}">'
                f"{f'{number:,}' if number else ''}</td>"
            )
        lines.append(
            f'<tr><th scope="row">{escaped(label)}</th>{"".join(row)}'
            f'<td class="total">{total:,}</td></tr>'
        )
    columns = zip(*item.cells, strict=True)
    totals = "".join(f'<td class="total">{sum(column):,}</td>' for column in columns)
    edges = (
        f" Of those on the diagonal, {item.edges:,} have the right label, but not the right edges"
        f"{' or trigger' if item.about == 'arguments' else ''}."
        if item.edges
        else ""
    )
    return (
        f"<h3>Labels of {escaped(item.about)}: gold against predicted</h3>"
        '<p class="soft">Rows are gold labels, columns what was predicted in their place; the '
        f"deeper the colour, the larger the share of the row.{edges}</p>"
        '<div class="wide" tabindex="0" role="region" '
        f'aria-label="confusion matrix of {escaped(item.about)}"><table class="matrix">'
        f'<caption class="unseen">Labels of {escaped(item.about)}</caption>'
        f'<thead><tr><td class="none"></td>{head}<th scope="col"><span>in all</span></th></tr>'
        f'</thead><tbody>{"".join(lines)}<tr><th scope="row">in all</th>{totals}'
        '<td class="total"></td></tr></tbody></table></div>'
    )


def _entities(counts: Mapping[str, int]) -> list[str]:
    """What became of entities within documents."""
    lines = "".join(
        f'<tr><th scope="row">{name}</th><td class="n">{counts[name]:,} of {counts[side]:,}</td>'
        f"<td>{words}</td></tr>"
        for name, words in _ENTITIES.items()
        for side in (["predicted" if name in ("spurious", "merged") else "gold"])
    )
    return [
        "<h3>What became of entities</h3><table><caption>Entities within documents."
        '</caption><thead><tr><th scope="col">entities</th><th scope="col" class="n">n</th>'
        f'<th scope="col"></th></tr></thead><tbody>{lines}</tbody></table>'
    ]


def _breakdowns(found: Sequence[Breakdown]) -> list[str]:
    body = []
    for name, items in groupby(found, key=lambda item: item.about):
        # Types have their own bars already, with intervals.
        cards = [
            _card(item)
            for item in items
            if len(item.rows) > 1
            and item.by not in ("role", "stance")
            and not (item.by == "type" and name != "arguments")
        ]
        if cards:
            metric = next(item.metric for item in found if item.about == name)
            body += [
                f"<h3>Where {escaped(name)} are found and where not</h3>",
                '<ul class="key"><li><svg width="12" height="12" style="display:inline-block" '
                'aria-hidden="true"><circle class="recall" cx="6" cy="6" r="4.5"/></svg> recall: '
                "found of gold</li><li><svg "
                'width="12" height="12" style="display:inline-block" aria-hidden="true">'
                '<circle class="precision" cx="6" cy="6" r="4"/></svg> precision: right of '
                f"predicted</li><li>metric: {escaped(metric)}</li>"
                f"<li>rows in italics rest on fewer than {SMALL} items</li></ul>",
                f'<div class="cards">{"".join(cards)}</div>',
            ]
    return body


def _card(item: Breakdown) -> str:
    lines = "".join(_card_row(row) for row in item.rows[:_MOST_ROWS])
    two_sided = item.rows[0].predicted is not None
    precision = '<th scope="col" class="n pr">P</th>' if two_sided else ""
    short = ' class="short"' if max(len(row.name) for row in item.rows) <= 6 else ""
    return (
        f"<table{short}><caption>By {escaped(item.by)}{'' if two_sided else ' (in gold)'}"
        f'{_more(item.rows)}</caption><thead><tr><th scope="col" class="label">'
        f'<span class="unseen">{escaped(item.by)}</span></th><th scope="col" class="plot">'
        f'<span class="unseen">plot</span>{axis()}</th>{precision}'
        f'<th scope="col" class="n pr">R</th><th scope="col" class="n of">gold</th></tr>'
        f"</thead><tbody>{lines}</tbody></table>"
    )


def _card_row(row: BreakdownRow) -> str:
    words = f"{row.name}: recall {value(row.recall)}"
    precision = predicted = ""
    if row.predicted is not None:
        words += f", precision {value(row.precision)}"
        precision = f'<td class="n">{value(row.precision)}</td>'
        predicted = f"<small>{row.predicted:,} pred.</small>"
    line = ' class="few"' if row.small else ""
    return (
        f'<tr{line}><th scope="row">{escaped(row.name)}</th>'
        f'<td class="plot">{pair(words, row.precision, row.recall)}</td>{precision}'
        f'<td class="n">{value(row.recall)}</td><td class="n">{row.gold:,}{predicted}</td></tr>'
    )


def _patterns(found: Sequence[Pattern], layer: LayerResult) -> list[str]:
    if not found:
        return []
    totals = Counter((about(error), error.kind) for error in layer.errors)
    body = [
        f"<h3>Errors of {escaped(layer.layer)} in context</h3>",
        '<ul class="key"><li><ins>gold alone</ins></li><li><del>predicted alone</del></li>'
        "<li><mark>both</mark></li></ul>",
    ]
    single = len({item.about for item in found}) == 1
    for place, ((name, kind), items) in enumerate(
        groupby(found, key=lambda item: (item.about, item.kind))
    ):
        listed = list(items)
        prefix = "" if single else f"{escaped(name)}, "
        body.append(
            f"<details{' open' if place == 0 else ''}><summary><strong>{prefix}{escaped(kind)}"
            f"</strong> {totals[name, kind]:,} "
            f'<span class="soft">{escaped(_means(name, kind))}</span></summary>'
        )
        for item in listed:
            times = f"{item.count:,} in {many(item.documents, 'document')}"
            body.append(f'<h4>{_pattern(item)} <span class="soft">{times}</span></h4>')
            body += [_example(example) for example in item.examples]
        left = totals[name, kind] - sum(item.count for item in listed)
        if left:
            body.append(f'<p class="soft">{left:,} more, of rarer patterns.</p>')
        body.append("</details>")
    return body


def _pattern(item: Pattern) -> str:
    gold, predicted = item.gold_label, item.predicted_label
    if gold is not None and predicted is not None and gold != predicted:
        return f"{escaped(gold)} in gold, {escaped(predicted)} predicted:"
    label = gold if gold is not None else predicted
    return f"{escaped(label)}:" if label is not None else ""


def _example(example: Example) -> str:
    where = "; ".join(
        f"{side} {', '.join(f'{start}-{end}' for start, end in spans)}"
        for side, spans in (("gold", example.gold), ("predicted", example.predicted))
        if spans
    )
    tags = {"gold": "ins", "predicted": "del", "both": "mark"}
    words = "".join(
        f"<{tags[piece.mark]}>{escaped(piece.words)}</{tags[piece.mark]}>"
        if piece.mark
        else escaped(piece.words)
        for piece in example.pieces
    )
    return (
        f'<p class="example">{words or "(the text is withheld)"}'
        f"<small>{escaped(example.doc_id)}, {where}</small></p>"
    )
