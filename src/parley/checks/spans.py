"""Level 4: spans against the text, its paragraphs, and each other."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import lt
from typing import Any

from parley.checks.graphemes import splits
from parley.document import Document
from parley.incidents import Report, say, show

JSON = dict[str, Any]
PARTS = ("source", "cue", "content")
#: Classes of the characters of news text in English: 1 a letter or digit, 0 anything else that is
#: whole by itself, 2 not to be told from here ("?" stands for all characters of other alphabets).
_CLASSES = bytes(
    2 if byte == 0x3F else int(bytes([byte]).decode("cp1252", "replace").isalnum())
    for byte in range(256)
)


class Place:
    """What of a document the span checks need, looked up once."""

    __slots__ = ("annotated", "classes", "ends", "kinds", "length", "starts", "text")

    def __init__(self, document: Document, annotated: frozenset[str]) -> None:
        self.text = document.text
        #: What each character of the text is, between two spaces: see `_CLASSES`.
        self.classes = (
            None
            if document.text is None
            else f" {document.text} ".encode("cp1252", "replace").translate(_CLASSES)
        )
        self.length = document.length
        self.starts = [paragraph.start for paragraph in document.paragraphs]
        self.ends = [paragraph.end for paragraph in document.paragraphs]
        self.kinds = [paragraph.kind for paragraph in document.paragraphs]
        self.annotated = [kind in annotated for kind in self.kinds]


def check(raw: JSON, place: Place, report: Report) -> bool:
    """P401 to P420; whether every span lies in the text, so that later checks may slice it."""
    inside = True
    attributions = raw["attributions"]
    for layer, what in (("mentions", "mention"), ("events", "trigger"), ("stances", "expression")):
        items = raw[layer]
        spans = [(item["start"], item["end"]) for item in items]
        for at in _suspects(spans, place):
            start, end = spans[at]
            inside &= span(start, end, items[at]["id"], f"the {what}", place, report)
    for part in PARTS:
        owners = [(item["id"], each) for item in attributions for each in item[part]]
        for at in _suspects([each for _, each in owners], place):
            name, (start, end) = owners[at]
            inside &= span(start, end, name, f"the {part}", place, report, part == "cue")
    if place.text is not None and inside:
        words(raw, place.text, report)
    repeats(raw, report)
    crossing(raw["mentions"], report)
    for item in attributions:
        parts(item, report)
    order(raw, report)
    return inside


def _suspects(spans: Sequence[Sequence[int]], place: Place) -> list[int]:
    """The spans that `span` has to look at: those not plainly right.

    Nearly all spans begin and end with a letter or digit that has none beside it, so a few lookups
    clear them. Marks at an edge, and characters that are not of class 0 or 1, are looked at slowly.
    """
    starts, ends, annotated = place.starts, place.ends, place.annotated
    classes, length = place.classes, place.length
    found = []
    for at, (start, end) in enumerate(spans):
        if start < end <= length:
            index = bisect_right(starts, start) - 1
            if (
                index >= 0
                and end <= ends[index]
                and annotated[index]
                and (
                    classes is None
                    or (
                        classes[start + 1] == 1 == classes[end]
                        and not classes[start]
                        and not classes[end + 1]
                    )
                )
            ):
                continue
        found.append(at)
    return found


def span(
    start: int, end: int, item: str, what: str, place: Place, report: Report, cue: bool = False
) -> bool:
    """P401 to P407, P418 and P419 for one span; whether it lies in the text."""
    if not start < end <= place.length:
        outside(start, end, item, what, place.length, report)
        return False
    at = bisect_right(place.starts, start) - 1
    if at < 0 or end > place.ends[at]:
        report.add("P404", say(f"{what} crosses a paragraph break", got=[start, end]), item)
    elif not place.annotated[at]:
        report.add(
            "P405",
            say(
                f"{what} is in a line that is not annotated",
                got=f"[{start}, {end}] in a {place.kinds[at]} line",
                expected="a title, standfirst, subhead or body line",
            ),
            item,
        )
    text = place.text
    if text is None:
        return True
    first, last = text[start], text[end - 1]
    if first.isspace() or last.isspace():
        words = text[start:end]
        report.add("P406", say(f"{what} begins or ends with white space", got=words), item)
    elif not (cue or first.isalnum() or any(map(str.isalnum, text[start + 1 : end]))):
        report.add("P419", say(f"{what} holds no letter or digit", got=text[start:end]), item)
    if (start and splits(text, start)) or splits(text, end):
        message = say(f"{what} splits a character", got=text[start:end], do="move its edge")
        report.add("P407", message, item)
    elif (start and inside_word(text, start)) or inside_word(text, end):
        around = (
            text[max(0, start - 12) : start] + "[" + text[start:end] + "]" + text[end : end + 12]
        )
        report.add("P418", say(f"{what} begins or ends inside a word", got=around), item)
    return True


def outside(start: int, end: int, item: str, what: str, length: int, report: Report) -> None:
    """P401 to P403 for a span that is no span of the text."""
    if end < start:
        report.add("P402", say(f"{what} ends before it starts", got=[start, end]), item)
    elif end > length:
        message = say(
            f"{what} ends outside the text",
            got=[start, end],
            expected=f"an end of at most {length}",
        )
        report.add("P401", message, item)
    else:
        report.add("P403", say(f"{what} is empty", got=[start, end]), item)


def inside_word(text: str, place: int) -> bool:
    """Whether a place lies between two letters of a script that has words (one with case)."""
    if place >= len(text):
        return False
    before, after = text[place - 1], text[place]
    return (
        before.isalpha()
        and after.isalpha()
        and before.lower() != before.upper()
        and after.lower() != after.upper()
    )


def words(raw: JSON, text: str, report: Report) -> None:
    """P408: the words recorded beside a span are the span's."""
    for layer in ("mentions", "events", "stances"):
        wrong = [
            item
            for item in raw[layer]
            if "text" in item and item["text"] != text[item["start"] : item["end"]]
        ]
        for item in wrong:
            _differs(item["text"], text[item["start"] : item["end"]], item["id"], report)
    for item in raw["attributions"]:
        if "text" not in item:
            continue
        lists = item["text"]
        for part in PARTS:
            parts = [text[start:end] for start, end in item[part]]
            if lists[part] != parts:
                told = next(
                    (each for each in zip(lists[part], parts, strict=False) if each[0] != each[1]),
                    (lists[part], parts),
                )
                _differs(told[0], told[1], f"{item['id']}/{part}", report)


def _differs(told: object, found: object, item: str, report: Report) -> None:
    message = say("the recorded text is not the span's", got=told, expected=show(found))
    report.add("P408", message, item)


def repeats(raw: JSON, report: Report) -> None:
    """P409, P411, P412, P413: the same annotation twice."""
    for layer, code, what in (("mentions", "P409", "mention"), ("events", "P411", "event")):
        keys: list[Any] = [(item["start"], item["end"], item["type"]) for item in raw[layer]]
        _once(keys, raw[layer], code, what, report)
    attributions = raw["attributions"]
    if len({item["cue"][0][0] for item in attributions}) != len(attributions):
        keys = [(str(item["cue"]), str(item["content"])) for item in attributions]
        _once(keys, attributions, "P412", "attribution", report)
    keys = [(i["start"], i["end"], i["holder"], i["target"]) for i in raw["stances"]]
    _once(keys, raw["stances"], "P413", "stance", report)


def _once(keys: list[Any], items: list[JSON], code: str, what: str, report: Report) -> None:
    if len(set(keys)) == len(keys):
        return
    seen: dict[object, str] = {}
    for item, key in zip(items, keys, strict=True):
        if key in seen:
            report.add(code, say(f"the same {what} as {seen[key]!r}", do="remove one"), item["id"])
        else:
            seen[key] = item["id"]


def crossing(mentions: Sequence[JSON], report: Report) -> None:
    """P410: two mentions overlap without one inside the other. Linear after sorting."""
    items = sorted([(item["start"], -item["end"], item["id"]) for item in mentions])
    around: list[tuple[int, int, str]] = []
    last = 0  # the furthest end so far: most mentions begin behind it
    for item in items:
        start, end = item[0], -item[1]
        if start >= last:
            around = [item]
            last = end
            continue
        while around and -around[-1][1] <= start:
            around.pop()
        if around and -around[-1][1] < end:
            first, negative, other = around[-1]
            report.add(
                "P410",
                say(
                    f"the mention crosses {other!r}",
                    got=f"[{start}, {end}] and [{first}, {-negative}]",
                    expected="one inside the other, or apart",
                ),
                item[2],
            )
        else:
            around.append(item)


def parts(item: JSON, report: Report) -> None:
    """P414 to P417: the parts of one attribution, in themselves and against each other."""
    for part in PARTS:
        spans = item[part]
        if len(spans) > 1:
            ordered = sorted(spans)
            if ordered != spans:
                report.add(
                    "P414",
                    say(f"the {part} parts are out of order", got=spans, expected=str(ordered)),
                    item["id"],
                )
            for (start, end), following in pairwise(ordered):
                if following[0] < end:
                    message = say(
                        f"two {part} parts overlap", got=f"[{start}, {end}] and {following}"
                    )
                    report.add("P415", message, item["id"])
    cue, content = item["cue"], item["content"]
    for start, end in item["source"]:
        for name, spans in (("cue", cue), ("content", content)):
            for other in spans:
                if start < other[1] and other[0] < end:
                    message = say(
                        f"the source overlaps the {name}", got=f"[{start}, {end}] and {other}"
                    )
                    report.add("P416", message, item["id"])
    for start, end in cue:
        for other in content:
            if start < other[1] and other[0] < end:
                message = say(
                    "the cue lies in its own content",
                    got=f"[{start}, {end}] and {other}",
                    do="end one content part before the cue and begin another after it",
                )
                report.add("P417", message, item["id"])


def order(raw: JSON, report: Report) -> None:
    """P420: annotations stand in the order that `parley.document.order` gives."""
    for layer in ("mentions", "events"):
        items = raw[layer]
        if not _rising([item["start"] for item in items]):
            keys = [(item["start"], -item["end"], item["type"], item["id"]) for item in items]
            _ordered(keys, items, report)
    for event in raw["events"]:
        arguments = event["arguments"]
        if len(arguments) > 1 and not _rising([argument["role"] for argument in arguments]):
            pairs = [(argument["role"], argument["target"]) for argument in arguments]
            _ordered(pairs, [event] * len(pairs), report)
    items = raw["attributions"]
    if not _rising([item["cue"][0][0] for item in items]):
        parts = [(sorted(item["cue"]), sorted(item["content"]), item["id"]) for item in items]
        _ordered(parts, items, report)
    items = raw["stances"]
    if not _rising([item["start"] for item in items]):
        _ordered([(item["start"], -item["end"], item["id"]) for item in items], items, report)


def _rising(values: list[Any]) -> bool:
    """Whether each value is greater than the one before: then no further key is needed."""
    return all(map(lt, values, values[1:]))


def _ordered(keys: list[Any], items: list[JSON], report: Report) -> None:
    if keys == sorted(keys):
        return
    late = next(at for at in range(1, len(keys)) if keys[at] < keys[at - 1])
    do = "write the file with `parley ingest`"
    report.add("P420", say("not in text order", do=do), items[late]["id"])


def layout(document: Document, report: Report) -> None:
    """P421 and P422: a document's own paragraphs and sentences."""
    last = 0
    for paragraph in document.paragraphs:
        if not last <= paragraph.start < paragraph.end <= document.length:
            report.add(
                "P421",
                say(
                    "a paragraph is out of place",
                    got=[paragraph.start, paragraph.end],
                    expected=f"start under end, within {last} to {document.length}",
                ),
            )
            return
        last = paragraph.end
    starts = [paragraph.start for paragraph in document.paragraphs]
    last = 0
    for start, end in document.sentences:
        at = bisect_right(starts, start) - 1
        if not last <= start < end or at < 0 or end > document.paragraphs[at].end:
            report.add(
                "P422",
                say(
                    "a sentence is out of place",
                    got=[start, end],
                    expected=f"a span within one paragraph, from {last} on",
                ),
            )
            return
        last = end
