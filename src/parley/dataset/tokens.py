"""Tokens: deterministic, lossless but for white space, and quick.

Built for news. Abbreviations keep their full stops (U.S., a.m., Gen., Aug.); figures keep the
marks inside them (1,250 and 14.65 and 14:05); clitics stand alone ('s, n't, 're), and so does
every hyphen, because annotators mark the part of a hyphenated word (Moscow-backed). Tokens are
not split at annotations: a span that begins or ends inside a token is counted, never bent.
"""

import re

#: Words that take a full stop with them. Months and ranks as outlets print them.
_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Prof|Rev|Hon|Sen|Rep|Gov|Pres|Gen|Maj|Col|Lt|Capt|Cmdr|Sgt|Cpl|Pvt|Adm|Brig|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Mon|Tue|Tues|Wed|Thu|Thurs|Fri|Sat|Sun|"
    "St|Mt|Ft|Jr|Sr|Inc|Ltd|Co|Corp|Bros|vs|etc|approx|dept|est|fig|sq"
)

# Marks that join the letter before them; without them a decomposed é would fall apart.
_MARK = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"

_ALTERNATIVES = (
    # Nine tokens in ten: a plain word, or a mark, that nothing further down could claim. They
    # stand first for speed alone; `++` because a shorter word can never do instead.
    r"[a-zA-Z]++(?=[ ,])",
    rf"[^\W\d_]++(?![\w.'’@:{_MARK}])",
    r"[^\W\d_]{7,}+(?=\.(?!\S))",
    r"[,;()“”\"!?]|\.(?!\.)|-(?!-)",
    r"https?://[^\s<>\"“”]*[\w/]",
    r"[\w.+-]++@[\w-]+(?:\.[\w-]+)+",
    r"[@#]\w+",
    # U.S., a.m., D.C.; an initial before a name.
    r"(?<!\w)(?:[^\W\d_]\.){2,}",
    r"(?<!\w)[A-Z]\.(?=\s+[A-Z])",
    rf"(?<!\w)(?:{_ABBREVIATIONS})\.",
    r"(?<!\w)Nos?\.(?=\s?\d)",
    # 1,250  14.65  14:05  2024/25  55th
    r"\d+(?:[.,:/]\d+)*(?:st|nd|rd|th)?(?!\w)",
    r"\d+(?:[.,:/]\d+)+",
    # do|n't, after which the clitic itself.
    r"(?=[^\W\d_]++['’]t\b)[^\W\d_]+?(?=n['’]t\b)",
    r"n['’]t\b",
    rf"[^\W_](?:[^\W_]|[{_MARK}])*",
    r"(?<=\w)['’](?:s|S|re|ve|ll|d|m)\b",
    r"\.{2,}|-{2,}|_+",
    # Whatever is left is a mark of its own, with the combining marks it carries.
    rf"\S[{_MARK}]*",
)

# White space is taken first, so that it does not go through every alternative.
_TOKEN = re.compile(rf"\s*+({'|'.join(_ALTERNATIVES)})")


def tokens(text: str) -> tuple[list[str], list[int], list[int]]:
    """The tokens of `text` in order, where each starts and where it ends (code points).

    Every character that is not white space is in exactly one of them.
    """
    words = _TOKEN.findall(text)
    starts = []
    ends = []
    at = 0
    find = text.index
    for word in words:
        # Only white space stands between two tokens, so the next place it is found is its own.
        start = find(word, at)
        at = start + len(word)
        starts.append(start)
        ends.append(at)
    return words, starts, ends
