"""Sentences of English news text, as offsets into it."""

from __future__ import annotations

__all__ = ["sentences"]


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of ``text`` as ``(start, end)`` pairs, in order.

    Offsets are Unicode code points into ``text``, end exclusive. A line is a paragraph (at every
    line boundary of :meth:`str.splitlines`), and no sentence crosses one. Sentences do not
    overlap, neither begin nor end with white space, and leave nothing out but white space.

    What a sentence is follows the English treebanks of Universal Dependencies: sentences inside
    a quotation are sentences, and the clause that attributes a quotation belongs to the one that
    it follows. Built on the Punkt model (Kiss and Strunk, 2006) with rules for news.
    """
    from parley.segmentation.scan import spans

    return spans(text)
