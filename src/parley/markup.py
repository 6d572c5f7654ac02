"""Words of files as text of an HTML page."""

from html import escape


def escaped(value: object) -> str:
    """Any value as text of a page: escaped, and without characters that HTML may not hold or that
    turn the direction of what follows."""
    kept = str(value)
    if not kept.isprintable():
        kept = "".join(char if char.isprintable() or char.isspace() else "�" for char in kept)
    return escape(kept, quote=True)
