"""From bytes to characters, refusing what is no text or is in another encoding than said."""

import re

from parley.incidents import Incident, IncidentError, say

_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive (a .docx file is one)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x1f\x8b", "gzip data"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF file"),
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.I)


def decode(data: bytes, file: str, encoding: str | None = None, *, html: bool = False) -> str:
    """The characters of `data`, a byte order mark included.

    `encoding` is what the user says; without it a page's own `charset` is believed, else UTF-8.
    Raises `IncidentError` (N004 binary, N005 wrong encoding).
    """
    kind = next((name for magic, name in _MAGIC if data.startswith(magic)), None)
    if kind is not None:
        raise IncidentError(
            Incident(
                "N004",
                file,
                say(f"this is {kind}", expected="text", do="save the article as .txt or .html"),
            )
        )
    if encoding is None and html and (found := _CHARSET.search(data[:4096])):
        encoding = _known(found[1].decode())
    if encoding is None:
        wide = _wide(data)
        if wide is None and b"\0" in data:
            at = data.index(b"\0")
            message = say(f"a NUL byte at byte {at}", expected="text", do="check the file")
            raise IncidentError(Incident("N004", file, message))
        if wide is not None:
            message = say(
                "not UTF-8 from byte 0",
                expected="UTF-8",
                do=f"it looks like {wide}: give --encoding {wide}",
            )
            raise IncidentError(Incident("N005", file, message))
    name = encoding or "utf-8"
    try:
        text = data.decode(name)
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        guess = _guess(data, name)
        message = say(
            f"not {name.upper()} at byte {at}",
            got=data[at : at + 4],
            expected=name.upper(),
            do=f"it looks like {guess}: give --encoding {guess}"
            if guess
            else "give --encoding, or save the file as UTF-8",
        )
        raise IncidentError(Incident("N005", file, message, data.count(b"\n", 0, at) + 1)) from None
    # Some codecs (utf-16-le with a lone half) let through what UTF-8 cannot hold.
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise IncidentError(Incident("N005", file, say("lone surrogates", do="check --encoding")))
    return text


def _known(name: str) -> str | None:
    import codecs

    try:
        info = codecs.lookup(name)
        # A page in UTF-16 cannot say so in ASCII: browsers take such a claim for UTF-8.
        return None if info.name.startswith("utf") else info.name
    except LookupError:
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32, where the byte order mark or the pattern of zero bytes says so."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:2000]
    if len(head) < 4 or b"\0" not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _guess(data: bytes, tried: str) -> str | None:
    """The likeliest single-byte encoding of bytes that are not UTF-8."""
    if tried.lower().replace("_", "-") not in ("utf-8", "utf8"):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return "utf-8"
    letters = [byte for byte in data[:20_000] if byte > 0x40]
    high = [byte for byte in letters if byte >= 0x80]
    if not high:
        return None
    # Russian and Ukrainian text is mostly high bytes; accented Latin text has a few.
    if len(high) > 0.4 * len(letters):
        lower = sum(byte >= 0xE0 for byte in high)
        return "windows-1251" if lower > len(high) / 2 else "koi8-r"
    return "windows-1252"
