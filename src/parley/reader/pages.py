"""The pages that list: documents, stories, entities, checks; and what is told about the data.

Each function yields (place in the site, HTML).
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from parley import files
from parley.codes import GROUPS, codes
from parley.dataset.features import CLAIMED
from parley.markup import escaped
from parley.reader import shell
from parley.reader.across import SECTIONS, Across, Claim, Row
from parley.reader.data import Corpus, Head

Pages = Iterator[tuple[str, str]]
#: Finds of a section on an entity's first page, and on each further page.
FIRST, FURTHER = 40, 400
#: Claims of one kind on an event that a story's page shows; search has them all.
SIDE = 30
#: Documents that stand in the first page's markup, for readers without scripts.
PLAIN = 500


def place(folder: str, name: str) -> str:
    """The page of a story or an entity."""
    return f"{folder}/{name}.html"


def nicely(value: object) -> str:
    """A label as words."""
    return str(value).replace("_", " ")


def many(number: int, one: str, more: str = "") -> str:
    """`1 document`, `2 documents`."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


# -- documents


def documents(corpus: Corpus) -> Pages:
    """The first page: every document, narrowed by facets; and the data that it reads."""
    listed = "".join(
        f"<li>{shell.link('index.html', f'documents/{head.id}.html', head.title)} "
        f'<span class="soft">{escaped(head.published[:10])} · {escaped(nicely(head.form))}</span>'
        "</li>"
        for head in corpus.heads[:PLAIN]
    )
    body = (
        f"<h1>{escaped(corpus.name)}</h1>"
        f'<p class="soft">{many(len(corpus.heads), "document")} in '
        f"{many(len({head.story for head in corpus.heads}), 'story', 'stories')}, with who did "
        "what, who says so, and who is for or against it.</p>"
        '<div class="browse"><div id="facets" class="facets" role="search" '
        'aria-label="Narrow the list"></div><div class="listing">'
        '<p id="status" role="status" aria-live="polite" class="soft"></p>'
        f'<div id="documents"><ol class="plain">{listed}</ol></div>'
        '<nav id="pager" aria-label="Pages of the list"></nav></div></div>'
    )
    yield (
        "index.html",
        shell.page(
            corpus,
            "index.html",
            "Documents",
            body,
            scripts=("documents_data.js", "lists.js"),
            styles=("lists.css",),
            wide=True,
        ),
    )


def documents_data(corpus: Corpus) -> str:
    """`assets/documents_data.js`: the list as columns; a script, so that it loads from file://."""
    heads = corpus.heads
    value = {
        "id": [head.id for head in heads],
        "title": [shell.visible(head.title) for head in heads],
        "published": [head.published[:10] for head in heads],
        **{
            name: _coded([_shown(getattr(head, name)) for head in heads])
            for name in ("story", "form", "split", "source", "status")
        },
        "stories": {head.story: shell.visible(corpus.story_title(head.story)) for head in heads},
    }
    return f"window.parleyDocuments = {shell.embedded(value)};\n"


def _shown(value: str | None) -> str | None:
    return value and shell.visible(value)


def _coded(values: Sequence[str | None]) -> dict[str, Any]:
    """A column of few values: the values in order, and the place of each row's among them."""
    names = sorted({value for value in values if value})
    places = {name: at for at, name in enumerate(names)}
    return {"names": names, "codes": [places[value] if value else -1 for value in values]}


# -- finds in their sentences


def _found(
    corpus: Corpus, across: Across, here: str, rows: Iterable[Row], plain: str, level: int
) -> str:
    """Finds by document, each sentence once with links to what was found in it; a note that says
    `plain` tells nothing new, and is left out. Titles are headings of a level."""
    out = []
    for at, group in groupby(rows, key=lambda row: row.place):
        head = corpus.heads[at]
        target = f"documents/{head.id}.html"
        up = f"{shell.root(here)}{target}#"
        lines = "".join(
            _sentence(across.text(at, number), found, up, plain)
            for number, found in groupby(group, key=lambda row: row.sentence)
        )
        out.append(
            f"<li><h{level}>{_titled(shell.root(here) + target, head)}</h{level}>"
            f'<ul class="found in">{lines}</ul></li>'
        )
    return f'<ol class="by-document">{"".join(out)}</ol>'


@lru_cache(4096)
def _titled(target: str, head: Head) -> str:
    """A document's title as a link, and its date."""
    return (
        f'<a href="{escaped(target)}">{escaped(head.title)}</a> '
        f'<span class="soft">{escaped(head.published[:10])}</span>'
    )


#: Markup of ids and notes, which come again and again.
_again = lru_cache(65_536)(escaped)


def _sentence(text: str, rows: Iterable[Row], up: str, plain: str) -> str:
    """A sentence with its finds: what has a note is marked, and its note leads to it; what has none
    leads to itself. Finds that overlap one before them are listed behind the sentence."""
    # Most sentences are as they stand, whole or cut: one look is enough.
    markup = str if escaped(text) == text else escaped
    out: list[str] = []
    behind: dict[str, None] = {}
    done = 0
    for row in rows:
        words = markup(text[row.start : row.end])
        link = f'<a href="{up}{_again(row.anchor)}">'
        clear = row.start >= done
        noted = row.note != plain
        if noted or not clear:
            behind[f"{link}{_again(row.note) if noted else words}</a>"] = None
        if clear:
            out.append(markup(text[done : row.start]))
            out.append(f"<mark>{words}</mark>" if noted else f"{link}{words}</a>")
            done = min(row.end, len(text))
    out.append(markup(text[done:]))
    notes = f"<small>{', '.join(behind)}</small>" if behind else ""
    return f"<li>{''.join(out)}{notes}</li>"


# -- entities


def entities(corpus: Corpus, across: Across) -> Pages:
    """A page for each entity that the documents speak of, further pages of long lists, the list."""
    table = []
    listing = "entities.html"
    for name in across.entities():
        if not files.is_id(name):
            continue
        sections = {section: across.rows(section, name) for section in SECTIONS}
        yield from _entity(corpus, across, name, sections)
        count = len({row.place for rows in sections.values() for row in rows})
        cells = "".join(f'<td class="n">{len(sections[section]):,}</td>' for section in SECTIONS)
        words = shell.link(listing, place("entities", name), corpus.entity_name(name))
        kind = escaped(corpus.entities[name].get("type", ""))
        table.append(
            f'<tr><th scope="row">{words}</th><td>{kind}</td>'
            f'<td class="n">{count:,}</td>{cells}</tr>'
        )
    heads = ("name", "type", "documents", *(title for _, _, title in SECTIONS.values()))
    body = (
        "<h1>Entities</h1>"
        f'<p class="soft">{many(len(table), "entity", "entities")} of the register that the '
        "documents speak of.</p>" + _table("entities", heads, table, numbers=2)
    )
    here = "entities.html"
    yield (
        here,
        shell.page(
            corpus, here, "Entities", body, scripts=("lists.js",), styles=("lists.css",), wide=True
        ),
    )


def _table(name: str, heads: Sequence[str], rows: Sequence[str], *, numbers: int) -> str:
    """A table that a script makes sortable and filters; columns from `numbers` on hold figures."""
    cells = "".join(
        f'<th scope="col"{" class=n" if at >= numbers else ""}>{escaped(head)}</th>'
        for at, head in enumerate(heads)
    )
    return (
        f'<p class="filter" hidden><label>Filter <input type="search" data-filter="{name}" '
        'autocomplete="off"></label> <span role="status" class="soft"></span></p>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">'
        f'<table id="{name}" class="sortable"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _entity(corpus: Corpus, across: Across, name: str, sections: dict[str, list[Row]]) -> Pages:
    here = place("entities", name)
    row = corpus.entities[name]
    kind = str(row.get("type", ""))
    title = corpus.entity_name(name)
    facts = [("type", escaped(row.get("type", ""))), ("id", f"<code>{escaped(name)}</code>")]
    if row.get("role"):
        facts.append(("role", escaped(row["role"])))
    if row.get("variants"):
        facts.append(("also", escaped(", ".join(row["variants"]))))
    if row.get("qid"):
        facts.append(("Wikidata", escaped(row["qid"])))
    facts.append(("search", shell.link(here, f"search.html?q=entity:{name}", f"entity:{name}")))
    filled = {section: rows for section, rows in sections.items() if rows}
    inside = "".join(
        f'<li><a href="#{section}">{SECTIONS[section][2]} '
        f'<span class="soft">{len(rows):,}</span></a></li>'
        for section, rows in filled.items()
    )
    body = [
        f"<h1>{escaped(title)}</h1>{_facts(facts)}",
        f'<nav aria-label="On this page"><ul class="chips">{inside}</ul></nav>',
    ]
    for section, rows in filled.items():
        heading = SECTIONS[section][2]
        body.append(
            f'<section><h2 id="{section}">{heading} <span class="soft">{len(rows):,}</span></h2>'
            f"{_found(corpus, across, here, rows[:FIRST], kind, 3)}"
        )
        if len(rows) > FIRST:
            further = _further(name, section, 1)
            words = f"All {len(rows):,}: {heading.lower()}"
            body.append(f'<p class="further">{shell.link(here, further, words)}</p>')
            yield from _long(corpus, across, name, section, rows)
        body.append("</section>")
    yield here, shell.page(corpus, here, title, "".join(body), styles=("lists.css",))


def _further(name: str, section: str, number: int) -> str:
    # An id holds no full stop, so these files never meet an entity's own.
    return f"entities/{name}.{section}{f'-{number}' if number > 1 else ''}.html"


def _long(corpus: Corpus, across: Across, name: str, section: str, rows: Sequence[Row]) -> Pages:
    """All finds of a section, some hundreds a page."""
    kind = str(corpus.entities[name].get("type", ""))
    pages = -(-len(rows) // FURTHER)
    title = f"{corpus.entity_name(name)}: {SECTIONS[section][2].lower()}"
    for number in range(1, pages + 1):
        here = _further(name, section, number)
        steps = [shell.link(here, place("entities", name), corpus.entity_name(name))]
        if number > 1:
            steps.append(shell.link(here, _further(name, section, number - 1), "previous"))
        if number < pages:
            steps.append(shell.link(here, _further(name, section, number + 1), "next"))
        links = "".join(f"<li>{step}</li>" for step in steps)
        part = rows[(number - 1) * FURTHER : number * FURTHER]
        body = (
            f"<h1>{escaped(title)}</h1>"
            f'<nav aria-label="Pages of the list"><ul class="chips">{links}</ul></nav>'
            f'<p class="soft">Page {number} of {pages}</p>'
            f"{_found(corpus, across, here, part, kind, 2)}"
        )
        yield here, shell.page(corpus, here, title, body, styles=("lists.css",))


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return (
        '<dl class="facts">'
        + "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in facts)
        + "</dl>"
    )


# -- stories


def stories(corpus: Corpus, across: Across) -> Pages:
    """A page for each story, and the list of them."""
    table = []
    by_story = {
        story: list(group)
        for story, group in groupby(
            sorted(corpus.heads, key=lambda head: (head.story, head.place)), lambda head: head.story
        )
    }
    here = "stories.html"
    for story in (*corpus.stories, *(name for name in by_story if name not in corpus.stories)):
        heads = by_story.get(story, [])
        events = [row for row in corpus.events.values() if row.get("story") == story]
        if not files.is_id(story) or not (heads or any(across.claims(row["id"]) for row in events)):
            continue
        yield _story(corpus, across, story, heads, events)
        contested = sum(row["id"] in corpus.contested for row in events)
        table.append(
            '<tr><th scope="row">'
            f"{shell.link(here, place('stories', story), corpus.story_title(story))}</th>"
            f"<td>{escaped(corpus.stories.get(story, {}).get('period') or '')}</td>"
            f'<td class="n">{len(heads):,}</td><td class="n">{len(events):,}</td>'
            f'<td class="n">{contested:,}</td></tr>'
        )
    heads_ = ("story", "period", "documents", "events", "contested events")
    body = (
        "<h1>Stories</h1>"
        '<p class="soft">A story’s page sets side by side what each source claims of each event. '
        "An event is contested where one claim says that it happened and another that it did not."
        "</p>" + _table("stories", heads_, table, numbers=2)
    )
    yield (
        here,
        shell.page(
            corpus, here, "Stories", body, scripts=("lists.js",), styles=("lists.css",), wide=True
        ),
    )


def _story(
    corpus: Corpus, across: Across, story: str, heads: Sequence[Any], events: Sequence[Any]
) -> tuple[str, str]:
    here = place("stories", story)
    row = corpus.stories.get(story, {})
    title = corpus.story_title(story)
    body = [f"<h1>{escaped(title)}</h1>"]
    if row.get("summary"):
        body.append(f'<p class="lead">{escaped(row["summary"])}</p>')
    facts = [("period", escaped(row.get("period") or "not given"))]
    splits = sorted({head.split for head in heads})
    if splits:
        facts.append(("split", escaped(", ".join(splits))))
    facts.append(("search", shell.link(here, f"search.html?q=story:{story}", f"story:{story}")))
    body.append(_facts(facts))
    if heads:
        listed = "".join(
            f"<li>{shell.link(here, f'documents/{head.id}.html', head.title)} "
            f'<span class="soft">{escaped(head.published[:10])} · {escaped(nicely(head.form))}'
            "</span></li>"
            for head in heads
        )
        body.append(f'<h2>Documents</h2><ul class="plain">{listed}</ul>')
    if events:
        body.append('<h2>Events, and who claims what of them</h2><ol class="timeline">')
        ordered = sorted(events, key=lambda event: (event.get("date") or "9", event["id"]))
        body += (_event(corpus, across, here, event) for event in ordered)
        body.append("</ol>")
    others = [
        (name, count)
        for name, count in across.told[story].most_common()
        if corpus.events[name].get("story") != story
    ]
    if others:
        listed = "".join(
            f"<li>{_event_link(corpus, here, name)} "
            f'<span class="soft">{many(count, "time")}</span></li>'
            for name, count in others
        )
        body.append(f'<h2>Events of other stories told here</h2><ul class="plain">{listed}</ul>')
    return here, shell.page(corpus, here, title, "".join(body), styles=("lists.css",), wide=True)


def _event_link(corpus: Corpus, here: str, name: str) -> str:
    story = corpus.events[name].get("story")
    if not story or not files.is_id(story):
        return escaped(corpus.event_name(name))
    return shell.link(here, f"{place('stories', story)}#event-{name}", corpus.event_name(name))


def _event(corpus: Corpus, across: Across, here: str, event: Any) -> str:
    claims = across.claims(event["id"])
    contested = event["id"] in corpus.contested
    mark = ' <span class="chip contested">contested</span>' if contested else ""
    sides = []
    for claimed, group in groupby(
        sorted(claims, key=lambda claim: (_order(claim.claimed), claim.claimed)),
        lambda claim: claim.claimed,
    ):
        every = list(group)
        conflicting = every[0].conflicting
        lines = "".join(_claim(corpus, across, here, claim) for claim in every[:SIDE])
        query = f"search.html?q=about:{event['id']}%20claimed:{claimed}"
        rest = (
            f'<p class="further">{shell.link(here, query, f"All {len(every):,} in search")}</p>'
            if len(every) > SIDE
            else ""
        )
        sides.append(
            f'<section class="side{" contested" if conflicting else ""}">'
            f'<h4>{escaped(nicely(claimed))} <span class="soft">{len(every):,}</span>'
            f"{_CONTRADICTED if conflicting else ''}</h4>"
            f'<ul class="found">{lines}</ul>{rest}</section>'
        )
    told = f'<div class="sides">{"".join(sides)}</div>' if sides else _NOBODY
    date = escaped(event.get("date") or "no date")
    mentions = shell.link(here, f"search.html?q=event:{event['id']}", "every mention")
    return (
        f'<li id="event-{escaped(event["id"])}"><p class="date"><time>{date}</time></p>'
        f"<h3>{escaped(event.get('name') or event['id'])}{mark}</h3>"
        f'<p class="soft">{escaped(event.get("type", ""))} · {many(len(claims), "claim")} · '
        f"{mentions}</p>{told}</li>"
    )


_CONTRADICTED = ' <span class="unseen">(contradicted by other claims)</span>'
_NOBODY = '<p class="soft">No source claims anything of it.</p>'


def _order(claimed: str) -> int:
    """Contraries stand next to each other, what happened before what will."""
    rank = ("happened", "did_not_happen", "will_happen", "will_not_happen")
    return rank.index(claimed) if claimed in rank else len(rank) + CLAIMED.index(claimed)


def _claim(corpus: Corpus, across: Across, here: str, claim: Claim) -> str:
    head = corpus.heads[claim.row.place]
    before, found, after = across.sentence(claim.row)
    who = escaped(claim.source or nicely(claim.kind))
    more = [nicely(claim.kind)]
    if claim.entity and claim.entity in corpus.entities and files.is_id(claim.entity):
        name = corpus.entity_name(claim.entity)
        who = shell.link(here, place("entities", claim.entity), claim.source or name)
        # Words such as `he` say who only together with the name.
        if claim.source and name.casefold() not in claim.source.casefold():
            more.insert(0, name)
    if claim.via != "statement":
        more.append(claim.via)
    if claim.depth > 1:
        more.append(f"through {many(claim.depth, 'source')}")
    target = escaped(f"{shell.root(here)}documents/{head.id}.html#{claim.row.anchor}")
    return (
        f'<li><p class="who"><strong>{who}</strong> '
        f'<span class="soft">{escaped(", ".join(more))}</span></p>'
        f'<a href="{target}">{escaped(before)}<mark>{escaped(found)}</mark>{escaped(after)}'
        f'<span class="where">{escaped(head.title)} · {escaped(head.published[:10])}</span></a>'
        "</li>"
    )


# -- checks


def checks(corpus: Corpus) -> Pages:
    """A page for each code, and the list of them."""
    found = codes()
    here = "checks.html"
    body = [
        "<h1>Checks and codes</h1>",
        '<p class="soft">What the toolchain says of bad input. A code never changes its meaning.'
        "</p>",
    ]
    for group, about in GROUPS.items():
        rows = [code for code in found.values() if code.group == group]
        if rows:
            listed = "".join(
                f"<li>{shell.link(here, f'checks/{code.code}.html', code.code)} "
                f"{escaped(code.title)}</li>"
                for code in rows
            )
            body.append(
                f'<h2>{escaped(group)}: {escaped(about)}</h2><ul class="plain">{listed}</ul>'
            )
    yield here, shell.page(corpus, here, "Checks and codes", "".join(body), styles=("lists.css",))
    names = list(found)
    for at, (name, code) in enumerate(found.items()):
        here = f"checks/{name}.html"
        steps = [
            shell.link(here, f"checks/{names[to]}.html", words)
            for to, words in (
                (at - 1, f"previous: {names[at - 1]}"),
                (at + 1, f"next: {names[(at + 1) % len(names)]}"),
            )
            if 0 <= to < len(names)
        ]
        links = "".join(f"<li>{step}</li>" for step in steps)
        body_ = (
            f"<h1><code>{name}</code> {escaped(code.title)}</h1>"
            f'<p class="soft">{escaped(GROUPS[code.group])}</p>'
            f"<p>{escaped(code.explain)}</p>"
            f'<h2>Bad</h2><pre tabindex="0"><code>{escaped(code.bad)}</code></pre>'
            f'<h2>Good</h2><pre tabindex="0"><code>{escaped(code.good)}</code></pre>'
            f'<nav aria-label="Other codes"><ul class="chips">{links}</ul></nav>'
        )
        yield here, shell.page(corpus, here, f"{name}: {code.title}", body_, short=True)
