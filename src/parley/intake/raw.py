"""A raw article: what a reader hands to `resolve`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley import document
from parley.incidents import Incident

#: What an author's front matter or a record may say of an article.
GIVEN = (
    *("story", "form", "title", "published", "byline", "source", "section", "url"),
    *("language", "facts"),
)


@dataclass(slots=True)
class Raw:
    """One article as it came.

    `length` is the number of characters (code points) of the file or record; `dropped` says by name
    how many of them are not in the canonical `text`. `given` is what the author or record says and
    binds; `page` is what a page's metadata says, and yields to the printed lines. `hints` holds
    kinds known from markup, by a line's start in `text`. `line` is the record's line in its file.
    """

    file: str
    stem: str
    length: int
    text: str
    dropped: dict[str, int] = field(default_factory=dict)
    line: int | None = None
    id: str | None = None
    given: dict[str, Any] = field(default_factory=dict)
    page: dict[str, str] = field(default_factory=dict)
    hints: Mapping[int, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def incident(self, code: str, message: str, doc_id: str | None = None) -> Incident:
        """A fault of this article."""
        return Incident(code, self.file, message, self.line, doc_id)


def canonical(data: str) -> tuple[str, dict[str, int]]:
    """Canonical text of decoded data, and how many characters of which sort that dropped."""
    dropped = {}
    if data.startswith("\ufeff"):
        dropped["bom"] = 1
    if returns := data.count("\r\n"):
        dropped["carriage_return"] = returns
    return document.canonical(data), dropped
