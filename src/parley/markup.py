"""Words of files as text of an HTML page."""

import re
from html import escape

#: A character that XML 1.0 cannot hold, however it is written (its production `Char`).
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(value: object) -> str:
    """Any value as text of a page: escaped, and without characters that HTML may not hold or that
    turn the direction of what follows."""
    kept = str(value)
    if not kept.isprintable():
        kept = "".join(char if char.isprintable() or char.isspace() else "�" for char in kept)
    return escape(kept, quote=True)
