"""Names, dates and numbers for the baseline `rules`, and the nominals that events and sources need.

Names come from three places, in this order: the names of the train split (compiled by
`parley.prefill.gazetteer`), general lists of countries and capitals, and capitalised words whose
type shows in a head ("… Ministry"), a role before them ("spokesman …"), a given name, or the words
around. Names found once in a document are looked for in all of it. Numbers and dates are those of
`parley.prefill.values`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parley.baselines.rules_lexicon import general
from parley.baselines.sample import JSON, Sample
from parley.document import Span
from parley.ontology import load
from parley.prefill import lexicon, values
from parley.prefill.gazetteer import Gazetteer

#: Types that are found by rules of form, never by a list of names.
NUMERIC = frozenset({"DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"})
PRONOUNS = {
    **dict.fromkeys(("he", "she", "his", "her", "him", "himself", "herself"), "PERSON"),
    **dict.fromkeys(("they", "their", "them", "those", "who", "themselves", "i", "we"), "PERSON"),
    **dict.fromkeys(("it", "its", "itself"), "ORG"),
}
_CAPITAL = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*[\w]|[A-Z](?:\.[A-Z])+\.?|[A-Z](?![\w.]))"
_LINK = r"(?: (?:of|for|of the|for the|de|von|van|bin|al|and the) )"
_TOP = r"\.(?:com|net|org|ru|ua|uk|pl|eu)(?:\.\w\w)?\b"
_CHUNK = re.compile(rf"(?<![\w@#/.-]){_CAPITAL}(?:(?: |{_LINK}){_CAPITAL})*(?:{_TOP})?")
_DOMAIN = re.compile(rf"(?<![\w@/.-])[\w-]+(?:\.[\w-]+)*{_TOP}")
_CODE = re.compile(r"[A-Z][A-Za-z]{0,4}-?\d+[A-Z]*\b")
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
_PLACED = re.compile(r"\b(?:in|near|outside|around|towards?|from|between|across|reach|reached)\s+$")
_SPEAKS_BEFORE = re.compile(
    r"\b(?:according to|citing|told|by|via|on|quoted by)\s+(?:the )?$", re.I
)
_SPEAKS_AFTER = re.compile(
    r"\s+(?:said|says|reported|reports|wrote|writes|told|has|had|noted|puts?)\b"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A mention: span, type, `name` or `nominal` or `pronoun`, and its entity where a list says."""

    start: int
    end: int
    type: str
    kind: str = "name"
    entity: str | None = None

    def place(self) -> tuple[int, int, str, str, str]:
        """The key of text order, outer ones first: total, so that no order of a set shows."""
        return self.start, -self.end, self.type, self.kind, self.entity or ""


class Names:
    """What the train split says of names and nominals."""

    def __init__(self, train: Sequence[Sample]) -> None:
        rows: dict[str, JSON] = {}
        heads: dict[str, Counter[str]] = {}
        self.vocabulary: set[str] = set()
        for sample in train:
            self.vocabulary.update(re.findall(r"(?<![\w-])[a-z][a-z’'-]+", sample.text))
            for item in (sample.row or {}).get("mentions", ()):
                words = sample.text[item["start"] : item["end"]]
                if item.get("mention_type", "name") == "nominal":
                    heads.setdefault(words.rpartition(" ")[2].lower(), Counter())[item["type"]] += 1
                elif item.get("mention_type", "name") == "name" and item["type"] not in NUMERIC:
                    key = item.get("entity") or f"{item['type']} {words.casefold()}"
                    new = {"id": key, "entity": item.get("entity"), "types": Counter()}
                    row = rows.setdefault(key, {**new, "forms": Counter()})
                    row["types"][item["type"]] += 1
                    row["forms"][words] += 1
        self.heads = {
            **general().nominals,
            **{head: min(found, key=lambda k: (-found[k], k)) for head, found in heads.items()},
        }
        self.entities = [_entity(row) for row in rows.values()]
        #: Entities that train names; the other ids are only keys of their rows.
        self.ids = {row["entity"] for row in rows.values() if row["entity"]}
        known = {name for row in self.entities for name in (row["name"], *row["variants"])}
        self.entities += [
            {"id": f"place {name}", "name": name, "type": "GPE", "variants": []}
            for name in sorted(general().countries | lexicon.names().capitals)
            if name not in known
        ]
        self.gazetteer = Gazetteer(self.entities, numbers=False)

    def find(self, sample: Sample) -> list[Found]:
        """The names, dates and numbers of the reading text, in text order, outer ones first."""
        text = sample.text
        kinds = load().annotated_kinds
        lines = [line for line in sample.paragraphs if line[2] in kinds]
        known = self._names(sample, self.gazetteer, lines)
        dated = _values(sample, lines, [(item.start, item.end) for item in known])
        new = _typed(text, list(_unknown(sample, lines, [*known, *dated], self.vocabulary)), known)
        gazetteer = self.gazetteer
        if new:
            rows: dict[str, JSON] = {}
            for item in new:
                words = text[item.start : item.end]
                row = {"id": f"{item.type} {words}", "forms": Counter([words])}
                rows.setdefault(words, {**row, "types": Counter()})["types"][item.type] += 1
            gazetteer = Gazetteer([*self.entities, *map(_entity, rows.values())], numbers=False)
        names = [*self._names(sample, gazetteer, lines), *new]
        names = _settled(text, [*names, *_structures(text, names)])
        found = [*names, *_values(sample, lines, [(item.start, item.end) for item in names])]
        return sorted(set(found), key=Found.place)

    def _names(
        self, sample: Sample, gazetteer: Gazetteer, lines: Iterable[tuple[int, int, str]]
    ) -> list[Found]:
        found = []
        for start, end, _ in lines:
            opening = [first for first, last in sample.sentences if start <= first and last <= end]
            for first, last, kind, entity in gazetteer.names(sample.text, start, end, opening):
                known = entity if entity in self.ids else None
                found.append(Found(first, last, kind, "name", known))
        return found

    def nominals(self, text: str, start: int, end: int, names: Sequence[Found]) -> list[Found]:
        """Noun phrases with a head that may take part in an event, in `text[start:end]`."""
        taken = [(item.start, item.end) for item in names]
        found = []
        for match in _WORD.finditer(text, start, end):
            kind = self.heads.get(match[0].lower())
            if kind is None or any(a < match.end() and match.start() < b for a, b in taken):
                continue
            following = _WORD.match(text, match.end() + 1, end)
            if text[match.end() : match.end() + 1] == " " and following:
                after = following[0].lower()
                if after in self.heads and self._premodifies(match[0]):
                    continue  # the head is further right
            first = self._left(text, start, match.start(), names)
            found.append(Found(first, match.end(), kind, "nominal"))
        return found

    @staticmethod
    def _premodifies(word: str) -> bool:
        return not word.lower().endswith("s")

    def _left(self, text: str, floor: int, at: int, names: Sequence[Found]) -> int:
        """Where the adjectives and nouns before a head begin."""
        ends = {item.end: item for item in names}
        for _ in range(3):
            before = text[floor:at]
            match = re.search(r"([^\W\d_][\w’'-]*) $", before)
            if match is None:
                return at
            first = floor + match.start(1)
            named = ends.get(at - 1)
            if named is not None:
                if named.type in ("NORP", "GPE", "ORG") and named.start >= floor:
                    at = named.start
                    continue
                return at
            word = match[1]
            lowered = word.lower()
            if lowered in general().function or word[0].isupper() or not _ADJECTIVE.search(lowered):
                return at
            at = first
        return at


_ADJECTIVE = re.compile(
    r"(?:al|an|ary|ic|ive|ous|ern|ful|ent|ant|wounded|injured|local|senior|foreign|young|metering"
    r"|gas|power|road|air|state|energy|border|nuclear|defen[cs]e|war|long-range|apartment|prison"
    r"|launch|armed|top|former|health|civilian|military|government|rescue|security|aid)$"
)


def _entity(row: dict[str, Any]) -> JSON:
    """A registry row for the gazetteer: the longest form is the name, the rest are variants."""
    types: Counter[str] = row["types"]
    forms = sorted(row["forms"], key=lambda form: (-len(form), form))
    kind = min(types, key=lambda name: (-types[name], name))
    return {"id": row["id"], "name": forms[0], "type": kind, "variants": forms[1:]}


def _values(
    sample: Sample, lines: Sequence[tuple[int, int, str]], taken: Sequence[Span]
) -> list[Found]:
    calendar = values.Calendar(sample.published)
    found = []
    for start, end, _ in lines:
        inside = [span for span in sample.sentences if start <= span[0] and span[1] <= end]
        spans = sorted(span for span in taken if start <= span[0] < end)
        # The number of an item of a list counts nothing.
        numbered = re.match(r"\d+[.)] ", sample.text[start:end])
        found += [
            Found(item.start, item.end, item.type)
            for item in values.find(sample.text, start, end, spans, calendar, inside)
            if not (numbered and item.start == start)
        ]
    return found


def _structures(text: str, names: Sequence[Found]) -> Iterator[Found]:
    """A place with a lower-case head behind it: "Lenna plant" (FAC), "Lenna region" (GPE)."""
    words = general()
    between = "|".join(sorted(words.between))
    heads = "|".join(sorted(words.facility | words.area))
    pattern = re.compile(rf"((?: (?:{between}))*) ({heads})\b")
    for item in names:
        tail = pattern.match(text, item.end) if item.type in ("GPE", "LOC") else None
        if tail and (tail[1] or tail[2] in words.area | {"plant", "bridge", "airport", "station"}):
            if tail[2] in words.area and tail[1]:
                continue
            kind = "GPE" if tail[2] in words.area else "FAC"
            yield Found(item.start, tail.end(), kind)


def _typed(
    text: str, found: Sequence[tuple[int, int, str, int]], known: Sequence[Found]
) -> list[Found]:
    """One type for each new name of a document: surnames follow the full name, else votes."""
    votes: dict[str, Counter[str]] = {}
    people = {text[item.start : item.end] for item in known if item.type == "PERSON"}
    listed = {text[item.start : item.end] for item in known}
    for start, end, kind, weight in found:
        words = text[start:end]
        votes.setdefault(words, Counter())[kind] += weight
        if kind == "PERSON" and weight > 1:
            people.add(words)
    surnames = {words.rpartition(" ")[2] for words in people if " " in words}
    out = []
    for start, end, _, _ in found:
        words = text[start:end]
        if words in listed:
            continue  # the gazetteer has it, and knows where it is a name
        best = min(votes[words], key=lambda kind: (-votes[words][kind], kind))
        out.append(Found(start, end, "PERSON" if words in surnames else best))
    return out


def _unknown(
    sample: Sample,
    lines: Sequence[tuple[int, int, str]],
    known: Sequence[Found],
    vocabulary: set[str],
) -> Iterator[tuple[int, int, str, int]]:
    """(start, end, type, weight) of capitalised names that no list has; the type by their words
    and their place, the weight 1 where it is only the most frequent one."""
    text = sample.text
    lowered = vocabulary | set(re.findall(r"(?<![\w-])[a-z][a-z’'-]+", text))
    openings = {start for start, _ in sample.sentences}
    for start, end, kind in lines:
        if kind != "body" and (_titled(text[start:end]) or text[start:end].isupper()):
            continue
        for match in _DOMAIN.finditer(text, start, end):
            yield match.start(), match.end(), "ORG", 3
        for match in _CHUNK.finditer(text, start, end):
            for first, last in _pieces(text, match.start(), match.end(), known):
                for low, high in _possessed(text, first, last):
                    span = _trimmed(text, low, high, openings, lowered)
                    if span is not None:
                        yield from _classified(text, start, end, *span, openings, lowered)


def _possessed(text: str, first: int, last: int) -> Iterator[Span]:
    """The parts of "A's B"."""
    at = first
    for match in re.finditer(r"['’]s ", text[first:last]):
        yield at, first + match.start()
        at = first + match.end()
    yield at, last


def _titled(line: str) -> bool:
    words = [
        word for word in re.findall(r"[^\W\d_]+", line) if word.lower() not in general().function
    ]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def _pieces(text: str, first: int, last: int, known: Sequence[Found]) -> Iterator[Span]:
    """A chunk without the names known already, unless it is a longer name around one."""
    inside = [item for item in known if item.start < last and first < item.end]
    if not inside:
        yield first, last
        return
    if any(item.start <= first and last <= item.end for item in inside):
        return
    if any(item.end == last and text[first : item.start] == "The " for item in inside):
        return
    final = text[first:last].rpartition(" ")[2].casefold()
    words = general()
    outlets = {head.casefold() for head in lexicon.names().outlet_heads}
    if final in words.org | outlets | words.facility | words.place | words.area:
        roles = [
            match for match in _WORD.finditer(text, first, last) if match[0].lower() in words.roles
        ]
        if not roles:
            yield first, last
            return
    at = first
    for item in sorted(inside, key=Found.place):
        if item.start - at > 1:
            yield at, item.start
        at = max(at, item.end)
    if last - at > 1:
        yield at, last


def _trimmed(
    text: str, first: int, last: int, openings: set[int], lowered: set[str]
) -> Span | None:
    """Without function words and, where a sentence opens, ordinary words at its left edge."""
    outlets = lexicon.names().outlet_heads
    number = re.search(r"(?<![\w.,])\d+(?:st|nd|rd|th) $", text[max(0, first - 8) : first])
    final = text[first:last].rpartition(" ")[2]
    if number and final.casefold() in general().org:
        return first - len(number[0]), last
    while True:
        while first < last and not text[first].isalnum():
            first += 1
        while last > first and not (text[last - 1].isalnum() or text[last - 1] == "."):
            last -= 1
        for suffix in ("’s", "'s", "’", "'"):
            if text[first:last].endswith(suffix):
                last -= len(suffix)
        word = re.match(r"[\w’'.-]+", text[first:last])
        if word is None:
            return None
        plain = re.sub(r"['’]s$", "", word[0]).lower()
        before = text[max(0, first - 2) : first]
        opens = first in openings or before[-1:] in '“"‘(' or before in (": ", "- ", "* ", "— ")
        titled = plain == "the" and final in outlets and first + 4 < last
        ordinary = (
            plain in general().function or (opens and plain in lowered) or word[0][0].islower()
        )
        if titled or not ordinary or (plain == "new" and " " in text[first:last]):
            break
        first += word.end()
        if first >= last:
            return None
    tail = re.search(r" (?:of|for|of the|for the|and the|de)$", text[first:last])
    if tail:
        last = first + tail.start()
    return (first, last) if last - first > 1 else None


def _classified(
    text: str,
    start: int,
    end: int,
    first: int,
    last: int,
    openings: set[int],
    lowered: set[str],
) -> Iterator[tuple[int, int, str, int]]:
    words = general()
    titles = lexicon.names().titles | {"MP", "MEP", "MPs"}
    chunk = text[first:last]
    parts = list(_WORD.finditer(chunk))
    if not parts:
        return
    # A role or title inside: what follows it is a person's name.
    spots = [item for item in parts[:-1] if item[0] in titles or item[0].lower() in words.roles]
    if spots and chunk[spots[-1].end() : spots[-1].end() + 2].strip(". ")[:1].isupper():
        rest = first + spots[-1].end()
        yield rest + len(text[rest:last]) - len(text[rest:last].lstrip(". ")), last, "PERSON", 3
        return
    if parts[-1][0] in titles or (len(parts) == 1 and parts[0][0].lower() in words.roles):
        return
    final, head = parts[-1][0].casefold(), parts[0][0]
    inner = {item[0].casefold() for item in parts}
    before, after = text[max(start, first - 40) : first], text[last : last + 60]
    role = re.search(r"([\w-]+) $", before)
    speaks = _SPEAKS_BEFORE.search(before) or _SPEAKS_AFTER.match(after)
    opens = first in openings
    kind, weight = "ORG", 3
    if (
        final in words.org
        or parts[-1][0] in lexicon.names().outlet_heads
        or (re.search(r" (?:of|for) ", chunk) and inner & (words.org | {"centre", "center"}))
    ):
        pass
    elif len(parts) > 1 and final in words.facility:
        kind = "FAC"
    elif len(parts) > 1 and final in words.place:
        kind = "LOC"
    elif len(parts) > 1 and final in words.area:
        kind = "GPE"
    elif _CODE.fullmatch(chunk):
        kind = "PRODUCT"
    elif (role and role[1].lower() in words.roles) or (head in words.given and len(parts) < 4):
        kind = "PERSON"
    elif _PLACED.search(before) and not chunk.isupper():
        kind = "GPE"
    elif re.fullmatch(r"[A-Z]{2,7}", chunk) or _DOMAIN.fullmatch(chunk):
        pass
    elif before.endswith("the ") or (len(parts) == 1 and speaks):
        weight = 2
    elif len(parts) in (2, 3):
        kind, weight = "PERSON", 1
    elif opens or (len(parts) == 1 and head.lower() in lowered):
        return
    else:
        weight = 1
    yield first, last, kind, weight


def _settled(text: str, names: Sequence[Found]) -> list[Found]:
    """One mention a span, none that crosses another, and inside another only places and peoples
    in names of bodies and structures (as the gazetteer gives them)."""
    ranked = sorted(
        set(names),
        key=lambda item: (item.start - item.end, item.entity is None, item.place()),
    )
    kept: list[Found] = []
    for item in ranked:
        for other in kept:
            if item.start < other.end and other.start < item.end:
                inside = other.start <= item.start and item.end <= other.end
                same = (item.start, item.end) == (other.start, other.end)
                if (
                    not inside
                    or same
                    or other.type not in ("ORG", "FAC")
                    or item.type not in ("GPE", "NORP")
                    or lexicon.is_outlet(text[other.start : other.end])
                ):
                    break
        else:
            kept.append(item)
    return sorted(kept, key=Found.place)
