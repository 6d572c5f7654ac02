"""The frame of every page: head, navigation, content, footer; nothing inline but data."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from parley.markup import escaped

if TYPE_CHECKING:
    from parley.reader.data import Corpus

#: What a page may load: files of its own site.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
#: Joiners and the soft hyphen: they turn nothing.
_SHAPING = "\u00ad\u200c\u200d\u2060"
#: Place in the site -> the word in the navigation.
NAVIGATION = {
    "index.html": "Documents",
    "search.html": "Search",
    "stories.html": "Stories",
    "entities.html": "Entities",
    "statistics.html": "Statistics",
    "agreement.html": "Agreement",
    "checks.html": "Checks",
    "about.html": "About",
}


def root(here: str) -> str:
    """What leads from the page at `here` to the top of the site: `` or `../`."""
    return "../" * here.count("/")


def link(here: str, place: str, words: object, *, attributes: str = "") -> str:
    """A link from the page at `here` to `place` of the site; `words` are plain text."""
    target = escaped(root(here) + place)
    return f'<a href="{target}"{attributes and " " + attributes}>{escaped(words)}</a>'


def embedded(value: Any) -> str:
    """JSON that can stand inside a `<script>`: the text cannot end it, nor open a comment."""
    text = orjson.dumps(value).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def visible(text: str) -> str:
    """What scripts show of a text of files: as long as it, without characters that turn the
    direction of what follows or that no page may hold; those that only shape words are kept."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char.isspace() or char in _SHAPING else "\ufffd"
        for char in text
    )


def page(
    corpus: "Corpus",
    here: str,
    title: str,
    body: str,
    *,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    data: Any = None,
    wide: bool = False,
    description: str = "",
    short: bool = False,
) -> str:
    """A whole page.

    `title` is plain text, `body` markup (the content of `<main>`, with its own `<h1>`). `scripts`
    and `styles` are names in `assets/`, loaded after `theme.js` and `base.css`. `data`, where
    given, is embedded as JSON under the id `data`. A `short` page (one of many small ones) has its
    list alone in the navigation.
    """
    up = root(here)
    head = "".join(
        f'<link rel="stylesheet" href="{up}assets/{name}">\n'
        for name in ("base.css", "frame.css", *styles)
    )
    # The theme is set before anything is painted, so its script is not deferred.
    head += f'<script src="{up}assets/theme.js"></script>\n'
    head += "".join(f'<script src="{up}assets/{name}" defer></script>\n' for name in scripts)
    places = [
        place
        for place in NAVIGATION
        if place in corpus.places and (not short or _current(place, here))
    ]
    navigation = "".join(
        f"<li>{link(here, place, NAVIGATION[place], attributes=_current(place, here))}</li>"
        for place in places
    )
    told = f'<meta name="description" content="{escaped(description)}">\n' if description else ""
    block = (
        ""
        if data is None
        else f'<script type="application/json" id="data">{embedded(data)}</script>\n'
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n{told}'
        f"<title>{escaped(title)} · {escaped(corpus.name)}</title>\n"
        f'<link rel="icon" href="data:,">\n{head}</head>\n'
        f'<body data-root="{up}">\n<a class="skip" href="#content">Skip to the content</a>\n'
        f'<header class="top">\n{link(here, "index.html", corpus.name, attributes=_BRAND)}\n'
        f'<nav aria-label="Site"><ul>{navigation}</ul></nav>\n'
        '<button id="theme" type="button" hidden>Theme</button>\n</header>\n'
        f'<main id="content" tabindex="-1"{_WIDE if wide else ""}>\n{body}\n</main>\n'
        f'<footer class="bottom"><p>{escaped(corpus.name)} {escaped(corpus.version)} · data '
        f"<code>{escaped(corpus.digest[:12])}</code></p></footer>\n{block}</body>\n</html>\n"
    )


_BRAND = 'class="brand"'
_WIDE = ' class="wide"'


def _current(place: str, here: str) -> str:
    if place == here:
        return 'aria-current="page"'
    # A page below a list: stories/x.html belongs to stories.html, a document to the first.
    folder = here.rpartition("/")[0]
    above = "index.html" if folder == "documents" else f"{folder}.html"
    return 'aria-current="true"' if folder and place == above else ""
