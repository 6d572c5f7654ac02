"""What the dataset's card says, as a page; its name and licence."""

import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from parley.dataset import read
from parley.markup import escaped
from parley.reader import shell
from parley.reader.data import Corpus

#: Sections of the card that are shown; the others are tables of the data, or what pages here show.
_LEFT_OUT = ("Examples", "Data dictionary")


_SCROLL = '<div class="scroll" tabindex="0" role="region" aria-label="Table {}"><table'


@dataclass(frozen=True, slots=True)
class Card:
    """README.md of a built dataset: the YAML's name and licence, and the text below it."""

    name: str
    license: str
    text: str


def card(folder: Path, manifest: dict[str, Any]) -> Card:
    """The card of a built dataset; general words where it has none.

    Raises `IncidentError` (S003) where it is not the file that the manifest names.
    """
    import yaml

    entry = next((row for row in manifest["files"] if row["path"] == "README.md"), None)
    if entry is None:
        return Card("Corpus", "not given", "")
    text = read.checked(folder / "README.md", entry["sha256"]).decode()
    _, _, rest = text.partition("---\n")
    head, _, body = rest.partition("\n---\n")
    told = yaml.safe_load(head) or {}
    return Card(str(told.get("pretty_name") or "Corpus"), str(told.get("license") or ""), body)


def page(corpus: Corpus, found: Card) -> str:
    """The card's words, with version, licence and digest above them."""
    facts = (
        ("version", escaped(corpus.version)),
        ("licence", escaped(found.license or "not given")),
        ("data", f"<code>{escaped(corpus.digest)}</code>"),
        ("documents", f"{len(corpus.heads):,}"),
    )
    rows = "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in facts)
    body = (
        f"<h1>About {escaped(corpus.name)}</h1>"
        f'<dl class="facts">{rows}</dl><div class="told">{_markdown(found.text)}</div>'
    )
    return shell.page(corpus, "about.html", f"About {corpus.name}", body, styles=("lists.css",))


def _markdown(text: str) -> str:
    """Markdown as HTML; markup in it shows as text, and links lead nowhere but by https or here."""
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    kept: list[Token] = []
    left_out = False
    tokens = parser.parse(text)
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            left_out = tokens[at + 1].content in _LEFT_OUT
        if left_out:
            continue
        if token.type in ("heading_open", "heading_close"):
            # The page has its own first heading.
            token.tag = f"h{min(int(token.tag[1]) + (token.tag == 'h1'), 6)}"
        for part in token.children or ():
            if part.type == "image":
                # Pages load nothing: a picture stands as its words.
                part.type, part.tag, part.children = "text", "", None
        kept.append(token)
    html: str = parser.renderer.render(kept, parser.options, {})
    # What may be wider than the screen scrolls by itself, and is reached by keyboard.
    number = count(1)
    html = re.sub("<table", lambda _: _SCROLL.format(next(number)), html)
    return html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
