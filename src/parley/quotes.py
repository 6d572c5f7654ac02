"""Quote-to-offset: annotations given by quoted text become annotations given by offsets.

People and language models write offsets wrong and quote right. A quote file names every span by its
exact words and, where the words occur more than once, by which occurrence is meant. Nothing is
guessed: a quote that is not there, or that is ambiguous, is a coded fault that says where the words
do occur.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Event,
    Mention,
    Span,
    Stance,
    digest,
    nest,
    order,
)
from parley.incidents import Incident, nearest, one_of, say, show
from parley.ontology import LAYERS, Ontology

#: Keys that name a place; every list item may hold them.
PLACE_KEYS = frozenset({"quote", "n", "within", "paragraph"})
ITEM_KEYS = {
    "mentions": frozenset({"id", "type", "mention_type", "entity", "value"}) | PLACE_KEYS,
    "events": frozenset({"id", "type", "mode", "polarity", "modality", "tense", "event"})
    | frozenset({"arguments"})
    | PLACE_KEYS,
    "attributions": frozenset(
        {"id", "source", "cue", "content", "style", "kind", "source_kind"},
    ),
    "stances": frozenset({"id", "label", "holder", "target"}) | PLACE_KEYS,
}
LIST_LAYERS = dict(zip(ITEM_KEYS, LAYERS, strict=True))


class QuoteError(Exception):
    """A quote that names no one place: its code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Finder:
    """Finds quotes in one text.

    An occurrence counts only where the quote's edges are not inside a word: `he` is not found in
    `the`. A hyphen is an edge.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[str, list[Span]] = {}
        self._lines = [
            (match.start(), match.end()) for match in re.finditer(r"\S(?:[^\n]*\S)?", text)
        ]

    def occurrences(self, quote: str) -> list[Span]:
        """Every place where `quote` stands, in reading order, overlapping ones included."""
        if quote not in self._found:
            before = r"(?<!\w)" if re.match(r"\w", quote[0]) else ""
            after = r"(?!\w)" if re.match(r"\w", quote[-1]) else ""
            pattern = re.compile(f"{before}(?=({re.escape(quote)}){after})")
            self._found[quote] = [match.span(1) for match in pattern.finditer(self.text)]
        return self._found[quote]

    def find(
        self,
        quote: str,
        n: int | None = None,
        within: str | None = None,
        paragraph: int | None = None,
    ) -> Span:
        """The span of `quote`.

        `n` is its occurrence, from 1, in the text, in `within` (words around it that occur once) or
        in the `paragraph`-th non-blank line. Raises `QuoteError` where that is not one place.
        """
        places = self.occurrences(quote)
        where = ""
        if within is not None:
            start, end = self.find(within, paragraph=paragraph)
            places = [place for place in places if start <= place[0] and place[1] <= end]
            where = f" within {show(within, 60)}"
        elif paragraph is not None:
            if not 1 <= paragraph <= len(self._lines):
                raise QuoteError(
                    "Q004",
                    say(
                        "no such paragraph",
                        got=paragraph,
                        expected=f"1 to {len(self._lines)} (non-blank lines)",
                    ),
                )
            start, end = self._lines[paragraph - 1]
            places = [place for place in places if start <= place[0] and place[1] <= end]
            where = f" in paragraph {paragraph}"
        if not places:
            raise QuoteError("Q001", f"not in the text{where}: {show(quote)}{self._hint(quote)}")
        if n is None:
            if len(places) > 1:
                raise QuoteError(
                    "Q002",
                    f"occurs {len(places)} times{where}: {show(quote)}; give n or within: "
                    + ", ".join(
                        f"n={index} {self._context(place)}"
                        for index, place in enumerate(places[:6], start=1)
                    ),
                )
            return places[0]
        if not 1 <= n <= len(places):
            raise QuoteError(
                "Q003",
                say(f"no such occurrence{where} of {show(quote)}", got=n)
                + f"; it occurs {len(places)} time{'s' if len(places) > 1 else ''}",
            )
        return places[n - 1]

    def _context(self, place: Span, margin: int = 16) -> str:
        start, end = max(0, place[0] - margin), min(len(self.text), place[1] + margin)
        return show("…" + self.text[start:end] + "…")

    def _hint(self, quote: str) -> str:
        """Where the quote would be if case, quotation marks, dashes and spaces did not count."""
        folded, positions = _fold(self.text)
        wanted, _ = _fold(quote)
        at = folded.find(wanted) if wanted else -1
        if at < 0:
            return ""
        start, end = positions[at], positions[at + len(wanted) - 1] + 1
        line = bisect_right([first for first, _ in self._lines], start)
        return f"; paragraph {line} has {show(self.text[start:end])}"


_ALIKE = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


def _fold(text: str) -> tuple[str, list[int]]:
    """Text as a careless reader sees it, and where each of its characters comes from."""
    out: list[str] = []
    positions: list[int] = []
    for position, char in enumerate(text):
        for piece in unicodedata.normalize("NFKC", char.translate(_ALIKE)).casefold():
            if not piece.isspace():
                out.append(piece)
                positions.append(position)
    return "".join(out), positions


class _Reader:
    """Reads one quote file's value, gathering every fault."""

    def __init__(self, text: str, ontology: Ontology, file: str, doc_id: str) -> None:
        self.finder = Finder(text)
        self.ontology = ontology
        self.file = file
        self.doc_id = doc_id
        self.incidents: list[Incident] = []

    def fault(self, code: str, message: str, item: str | None) -> None:
        self.incidents.append(
            Incident(code, self.file, message, doc_id=self.doc_id or None, item=item)
        )

    def place(self, raw: object, item: str) -> Span | None:
        """The span of one object with a `quote`."""
        if not isinstance(raw, dict):
            self.fault("Q005", say("not an object with a quote", got=raw), item)
            return None
        quote, n = raw.get("quote"), raw.get("n")
        within, paragraph = raw.get("within"), raw.get("paragraph")
        if not isinstance(quote, str) or not quote.strip() or "\n" in quote:
            self.fault(
                "Q005",
                say("bad quote", got=quote, expected="words of the text on one line"),
                item,
            )
            return None
        for key, value in (("n", n), ("paragraph", paragraph)):
            if value is not None and type(value) is not int:
                self.fault("Q005", say(f"bad {key}", got=value, expected="a whole number"), item)
                return None
        if within is not None and (not isinstance(within, str) or not within.strip()):
            self.fault("Q005", say("bad within", got=within, expected="words around it"), item)
            return None
        try:
            return self.finder.find(quote, n, within, paragraph)
        except QuoteError as error:
            self.fault(error.code, str(error), item)
            return None

    def places(self, raw: object, item: str, part: str) -> list[Span]:
        """The spans of a part of an attribution: one object or a list of them."""
        if raw is None:
            return []
        rows = raw if isinstance(raw, list) else [raw]
        found = [self.place(row, f"{item}.{part}") for row in rows]
        return sorted(span for span in found if span is not None)

    def choice(self, raw: dict[str, Any], name: str, item: str) -> str:
        """An attribute's value, or its default."""
        attribute = self.ontology.attributes[name]
        value = raw.get(name, attribute.default)
        if isinstance(value, str) and value in attribute.values:
            return value
        self.fault(
            "Q006",
            say(
                f"no such {name}",
                got=value,
                expected=one_of(attribute.values),
                nearest=nearest(value, attribute.values),
            ),
            item,
        )
        return attribute.values[0]

    def label(self, raw: dict[str, Any], layer: str, item: str) -> str:
        """The `type` of a mention or event."""
        value, valid = raw.get("type"), self.ontology.names(layer)
        if isinstance(value, str) and value in valid:
            return value
        self.fault(
            "Q006",
            say(
                f"no such {layer} type",
                got=value,
                expected=one_of(valid),
                nearest=nearest(value, valid),
            ),
            item,
        )
        return valid[0]

    def words(self, raw: dict[str, Any], name: str, item: str) -> str | None:
        """A free-text field that may be left out."""
        value = raw.get(name)
        if value is None or isinstance(value, str):
            return value or None
        self.fault("Q005", say(f"bad {name}", got=value, expected="text"), item)
        return None

    def rows(self, raw: dict[str, Any], key: str) -> Iterable[tuple[str, dict[str, Any]]]:
        """The items of one list with their ids, the faulty ones reported and left out."""
        rows = raw.get(key, [])
        if not isinstance(rows, list):
            self.fault("Q005", say(f"bad {key}", got=rows, expected="a list"), None)
            return
        for index, row in enumerate(rows):
            place = f"{key}[{index}]"
            if not isinstance(row, dict):
                self.fault("Q005", say("not an object", got=row), place)
                continue
            item = row.get("id")
            if not isinstance(item, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,48}", item):
                self.fault(
                    "Q005",
                    say("bad id", got=item, expected="1-48 letters, digits, - or _"),
                    place,
                )
                continue
            for name in sorted(set(row) - ITEM_KEYS[key], key=str):
                self.fault(
                    "Q005",
                    say(
                        f"unknown field in {key}",
                        got=name,
                        nearest=nearest(name, ITEM_KEYS[key]),
                    ),
                    item,
                )
            yield item, row


def resolve(
    raw: object, text: str, ontology: Ontology, *, file: str = "quotes", doc_id: str = ""
) -> tuple[Annotations, list[Incident]]:
    """Annotations with offsets from the value of a quote file, and every fault of it.

    What is faulty is left out of the annotations, so use them only where there are no incidents,
    or count what is missing. Codes: Q001 not in the text, Q002 ambiguous, Q003 and Q004 no such
    occurrence or paragraph, Q005 malformed, Q006 unknown label or value, Q007 unknown or doubled
    id.
    """
    read = _Reader(text, ontology, file, doc_id)
    found = Annotations(doc_id, digest(text), len(text), ())
    if not isinstance(raw, dict):
        read.fault("Q005", say("not an object", got=raw, expected="a quote file"), None)
        return found, read.incidents
    layers = raw.get("layers", list(LAYERS))
    if isinstance(layers, list) and all(layer in LAYERS for layer in layers):
        found.layers = tuple(layer for layer in LAYERS if layer in layers)
    else:
        read.fault("Q005", say("bad layers", got=layers, expected=one_of(LAYERS)), None)
    for name in sorted(set(raw) - {"doc_id", "layers", *ITEM_KEYS}, key=str):
        read.fault("Q005", say("unknown field", got=name, nearest=nearest(name, ITEM_KEYS)), None)
    ids = _Ids(read)
    _mentions(read, raw, found, ids)
    _events(read, raw, found, ids)
    _attributions(read, raw, found, ids)
    _stances(read, raw, found, ids)
    nest(found)
    order(found)
    return found, read.incidents


class _Ids:
    """The ids given so far and what they name."""

    def __init__(self, read: _Reader) -> None:
        self.read = read
        self.kinds: dict[str, str] = {}

    def add(self, item: str, kind: str) -> None:
        if item in self.kinds:
            self.read.fault("Q007", f"the id {item!r} is given twice in this file", item)
        self.kinds[item] = kind

    def refer(self, target: object, kinds: Sequence[str], item: str, what: str) -> str | None:
        if isinstance(target, str) and self.kinds.get(target) in kinds:
            return target
        valid = [name for name, kind in self.kinds.items() if kind in kinds]
        self.read.fault(
            "Q007",
            say(
                f"{what} names no {one_of(kinds)} of this file",
                got=target,
                nearest=nearest(target, valid),
            ),
            item,
        )
        return None


def _mentions(read: _Reader, raw: dict[str, Any], found: Annotations, ids: _Ids) -> None:
    for item, row in read.rows(raw, "mentions"):
        ids.add(item, "mention")
        span = read.place(row, item)
        mention = Mention(
            item,
            *(span or (0, 0)),
            read.label(row, "entity", item),
            read.choice(row, "mention_type", item),
            read.words(row, "entity", item),
            read.words(row, "value", item),
        )
        if span:
            found.mentions.append(mention)


def _events(read: _Reader, raw: dict[str, Any], found: Annotations, ids: _Ids) -> None:
    rows = list(read.rows(raw, "events"))
    for item, _ in rows:
        ids.add(item, "event")
    for item, row in rows:
        span = read.place(row, item)
        event = Event(
            item,
            *(span or (0, 0)),
            read.label(row, "event", item),
            read.words(row, "mode", item),
            read.choice(row, "polarity", item),
            read.choice(row, "modality", item),
            read.choice(row, "tense", item),
            read.words(row, "event", item),
        )
        _arguments(read, row, event, ids)
        if span:
            found.events.append(event)


def _arguments(read: _Reader, row: dict[str, Any], event: Event, ids: _Ids) -> None:
    arguments = row.get("arguments", [])
    roles = [role.name for role in read.ontology.roles]
    if not isinstance(arguments, list):
        read.fault("Q005", say("bad arguments", got=arguments, expected="a list"), event.id)
        return
    for argument in arguments:
        if not isinstance(argument, dict) or set(argument) - {"role", "mention", "event"}:
            read.fault(
                "Q005",
                say("bad argument", got=argument, expected="role and mention (or event)"),
                event.id,
            )
            continue
        role = argument.get("role")
        if role not in roles:
            read.fault(
                "Q006",
                say("no such role", got=role, expected=one_of(roles), nearest=nearest(role, roles)),
                event.id,
            )
            continue
        kind = "event" if "event" in argument else "mention"
        target = ids.refer(argument.get(kind), [kind], event.id, f"argument {role}")
        if target:
            event.arguments.append(Argument(role, target))


def _attributions(read: _Reader, raw: dict[str, Any], found: Annotations, ids: _Ids) -> None:
    for item, row in read.rows(raw, "attributions"):
        ids.add(item, "attribution")
        attribution = Attribution(
            item,
            read.places(row.get("cue"), item, "cue"),
            read.places(row.get("source"), item, "source"),
            read.places(row.get("content"), item, "content"),
            read.choice(row, "style", item),
            read.choice(row, "kind", item),
            read.choice(row, "source_kind", item),
        )
        for part in ("cue", "content"):
            if not row.get(part):
                read.fault("Q005", f"an attribution needs a {part}", item)
        if attribution.cue:
            found.attributions.append(attribution)


def _stances(read: _Reader, raw: dict[str, Any], found: Annotations, ids: _Ids) -> None:
    for item, row in read.rows(raw, "stances"):
        ids.add(item, "stance")
        span = read.place(row, item)
        label = read.choice(row, "label", item)
        target = ids.refer(row.get("target"), ["mention", "event"], item, "target")
        holder = None
        if row.get("holder") is not None:
            holder = ids.refer(row["holder"], ["mention"], item, "holder")
        if span and target:
            found.stances.append(Stance(item, *span, label, target, holder))
