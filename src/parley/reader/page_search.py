"""The search page: the form, and the query language with examples as links."""

from collections.abc import Iterable
from urllib.parse import quote

from parley.markup import escaped
from parley.reader import shell
from parley.reader.data import Corpus
from parley.reader.fields import DOCUMENT_FIELDS, FIELDS

HERE = "search.html"


def page(corpus: Corpus, examples: Iterable[tuple[str, str]]) -> str:
    """The page; `examples` are queries with what they ask for, in plain words."""
    listed = "".join(
        f'<li>{asking(query)} <span class="soft">{escaped(about)}</span></li>'
        for query, about in examples
    )
    fields = "".join(
        f"<tr><th scope=row><code>{name}:</code></th><td>{escaped(about)}</td></tr>"
        for name, about in (
            *((name, field.about) for name, field in FIELDS.items()),
            *DOCUMENT_FIELDS.items(),
            (
                "find",
                "what to list: mentions, events, attributions, stances, arguments, claims, "
                "sentences, documents, conflicts",
            ),
        )
    )
    body = (
        "<h1>Search</h1>"
        '<form id="search" class="search" role="search"><label for="q">Words, fields, or a '
        'question</label><div class="ask"><input id="q" name="q" type="search" '
        'autocomplete="off" spellcheck="false" autocapitalize="off">'
        '<button type="submit">Search</button></div></form>'
        '<p id="status" role="status" aria-live="polite" tabindex="-1"></p>'
        '<div id="notes" aria-live="polite"></div>'
        '<div class="browse"><div id="refine" class="refine"></div>'
        '<div class="listing"><ol id="results"></ol>'
        '<button id="more" type="button" hidden>Show more</button></div></div>'
        "<noscript><p>Search runs in the browser and needs scripts.</p></noscript>"
        '<details class="help" id="help" open><summary>How to ask</summary>'
        f'<ul class="plain">{listed}</ul>'
        "<p>Words are looked for in one sentence, in any order, without regard to case or "
        "accents; words in quotes side by side; <code>report*</code> is every word that begins "
        "so. A field narrows to annotations that it fits; "
        "fields that no one annotation has must be found in the same sentence. Names of the "
        "register stand for ids; quote a value that has spaces "
        "(<code>entity:&quot;two words&quot;</code>).</p>"
        f"<table class=fields><caption>Fields</caption><tbody>{fields}</tbody></table></details>"
    )
    return shell.page(
        corpus,
        HERE,
        "Search",
        body,
        scripts=("query.js", "search_index.js", "search.js"),
        styles=("lists.css",),
        wide=True,
    )


def asking(query: str) -> str:
    """A query as a link that asks it."""
    return (
        f'<a href="search.html?q={quote(query)}" data-query="{escaped(query)}">'
        f"<code>{escaped(query)}</code></a>"
    )
