"""Mentions of the registry's entities, of peoples, and of dates and numbers.

One regular expression, a prefix tree of every name, finds the longest name at each place; what it
refers to is said only where one entity alone can be meant. The rules are those of the annotation
guidelines, section 2; the lists that the registry cannot give are in `names.toml`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from parley.document import Annotations, Document, Mention
from parley.incidents import Incident, IncidentError
from parley.ontology import Ontology
from parley.prefill import lexicon, values
from parley.prefill.merge import empty, sentences_of, short_digest
from parley.project import Project

#: Longer names are no names; it also bounds the depth of the prefix tree.
LONGEST = 160
_NOTE = re.compile(r"\s*\(([^()]*)\)\s*$")
_REGION = re.compile(r"(.+) (?:region|oblast|Oblast|Region)")
_PLAIN = str.maketrans({"’": "'", "\u00a0": " ", "\u2011": "-"})
#: In front of these a place is the place, not its government.
_PLACED = re.compile(r"\b(?:in|near|outside|around|into|inside|across)\s+$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’-]*)(\.?)[ \u00a0]$")
_SINGLE_BEFORE = re.compile(r"\b(?:on|from|to|via)\s+$")
_SMALL = frozenset({"a", "an", "the", "of", "in", "on", "and", "for", "to", "at", "by", "with"})


@dataclass(slots=True)
class _Form:
    """What one written form may stand for.

    `rank`: 0 a name of the registry, 1 a form derived from one. `after_the`: only behind "the".
    """

    type: str
    rank: int
    ids: set[str] = field(default_factory=set)
    surname: bool = False
    after_the: bool = False
    sure: bool = True


class Gazetteer:
    """The names of a registry, compiled."""

    name = "gazetteer"
    layers = ("entity",)

    def __init__(
        self, entities: Iterable[Mapping[str, Any]], detail: str = "", *, numbers: bool = True
    ) -> None:
        """`entities` are rows of a registry: id, name, type, variants."""
        self.detail = detail
        self.numbers = numbers
        self._forms = _forms(list(entities))
        self._pattern = _compiled(self._forms)

    @classmethod
    def of(cls, project: Project) -> "Gazetteer":
        """The registry of a project. Raises `IncidentError` with every bad row of it."""
        from parley import validation
        from parley.checks import registry
        from parley.incidents import Report

        path: Path = project.register("entities")
        report = Report(project.relative(path))
        rows = [
            row
            for line, row in registry.rows(path, report)
            if validation.check("entities", row, report, line)
        ]
        if report.found:
            raise IncidentError(*report.found)
        return cls(rows, f"registry {short_digest(path.read_bytes())}")

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        """Mentions of names, dates and numbers in the paragraphs that are annotated."""
        found = empty(document)
        found.layers = self.layers
        text = document.text or ""
        starts = [start for start, _ in document.sentences]
        known = set(ontology.names("entity"))
        clock = values.Calendar(document.published)
        rows: list[tuple[int, int, str, str | None, str | None]] = []
        for paragraph in document.paragraphs:
            if paragraph.kind not in ontology.annotated_kinds:
                continue
            inside = sentences_of(document, starts, paragraph.start, paragraph.end)
            opening = [first for first, _ in inside]
            names = self.names(text, paragraph.start, paragraph.end, opening)
            rows += [(start, end, kind, entity, None) for start, end, kind, entity in names]
            if self.numbers:
                taken = [(start, end) for start, end, _, _ in names]
                rows += [
                    (item.start, item.end, item.type, None, item.value)
                    for item in values.find(
                        text, paragraph.start, paragraph.end, taken, clock, inside
                    )
                ]
        rows.sort(key=lambda row: (row[0], -row[1]))
        found.mentions = [
            Mention(f"m{number}", start, end, kind, "name", entity, value)
            for number, (start, end, kind, entity, value) in enumerate(rows, start=1)
            if kind in known
        ]
        return found, []

    def names(
        self, text: str, start: int, end: int, sentence_starts: Iterable[int] = ()
    ) -> list[tuple[int, int, str, str | None]]:
        """(start, end, type, entity id) of the names in `text[start:end]`, inner ones behind their
        outer one; offsets are code points of `text`.

        `sentence_starts` are offsets at which a capital letter says nothing.
        """
        opening = {start, *sentence_starts}
        caps = _is_caps(text[start:end])
        titled = caps or _is_titled(text[start:end])
        found: list[tuple[int, int, str, str | None]] = []
        for match in self._pattern.finditer(text, start, end):
            first, last = match.span()
            form = self._forms[match[0].translate(_PLAIN)]
            if not self._fits(form, text, first, last, opening, start, caps, titled):
                continue
            entity = next(iter(form.ids)) if form.sure and len(form.ids) == 1 else None
            if entity is None and form.type == "GPE" and len(form.ids) == 1:
                # A capital, or a place that its region is called by, behind "in": the place.
                placed = _PLACED.search(text, max(start, first - 12), first)
                if placed and match[0] in lexicon.names().capitals:
                    entity = next(iter(form.ids))
            found.append((first, last, form.type, entity))
            found += self._inside(text, first, last, form.type)
        return found

    def _fits(
        self,
        form: _Form,
        text: str,
        first: int,
        last: int,
        opening: set[int],
        floor: int,
        caps: bool,
        titled: bool,
    ) -> bool:
        known = lexicon.names()
        words = text[first:last]
        if form.after_the and not _THE.search(text, max(floor, first - 5), first):
            return False
        if len(words) == 1:
            return bool(_SINGLE_BEFORE.search(text, max(floor, first - 6), first))
        common = words in known.common or words.capitalize() in known.common
        if common and (titled or first in opening or words.isupper()):
            return False
        if caps and words in ("US", "UN", "EU") and len(words) == 2:
            return words != "US" or not text[last : last + 1].isspace()
        if form.type == "NORP":
            following = re.match(r"\s+(\w+)", text[last : last + 30])
            return not (following and following[1] in known.not_after_demonym)
        if form.surname and not titled:
            before = _WORD_BEFORE.search(text, max(floor, first - 40), first)
            if before and first not in opening:
                # "Oleg Smirnov" is another Smirnov, or one whom the registry does not have.
                word = before[1]
                allowed = known.titles | known.demonyms | known.dated
                if before.start(1) in opening:
                    allowed = allowed | known.openers
                return not word[0].isupper() or word in allowed or word.isupper()
        return True

    def _inside(
        self, text: str, first: int, last: int, kind: str
    ) -> Iterator[tuple[int, int, str, str | None]]:
        """E6: places and peoples inside the name of an institution or a structure."""
        words = text[first:last]
        if kind not in ("ORG", "FAC") or " " not in words:
            return
        institutions = lexicon.names().institutions
        parts = re.findall(r"[\w-]+", words.casefold())
        if lexicon.is_outlet(words) or not institutions & {*parts, *(p[:-1] for p in parts)}:
            return
        for match in self._pattern.finditer(text, first, last):
            # The match at the very start is the whole name again: look for a shorter one there.
            start, end = match.span()
            if (start, end) == (first, last):
                yield from self._shorter(text, first, last)
                return
            form = self._forms[match[0].translate(_PLAIN)]
            if form.type in ("GPE", "NORP") and not form.after_the:
                sure = form.sure and len(form.ids) == 1
                yield start, end, form.type, next(iter(form.ids)) if sure else None

    def _shorter(
        self, text: str, first: int, last: int
    ) -> Iterator[tuple[int, int, str, str | None]]:
        at = first
        for word in re.finditer(r"[^\W_](?:[\w.’'-]*\w)?", text[first:last]):
            start = first + word.start()
            if start < at:
                continue
            for end in self._ends(text, start, last):
                if (start, end) == (first, last):
                    continue
                form = self._forms.get(text[start:end].translate(_PLAIN))
                if form and form.type in ("GPE", "NORP") and not form.after_the:
                    sure = form.sure and len(form.ids) == 1
                    yield start, end, form.type, next(iter(form.ids)) if sure else None
                    at = end
                    break

    @staticmethod
    def _ends(text: str, start: int, last: int) -> list[int]:
        """Where a name that starts at `start` may end, the longest first: at most four words."""
        ends = [start + match.end() for match in re.finditer(r"[\w.’'-]*[\w.]", text[start:last])]
        return ends[:4][::-1]


def _is_caps(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return len(letters) >= 8 and sum(map(str.isupper, letters)) > 0.8 * len(letters)


def _is_titled(line: str) -> bool:
    """Whether a line is set in headline case, where capitals tell nothing of names."""
    words = [word for word in re.findall(r"[^\W\d_]+", line) if word.lower() not in _SMALL]
    return 3 <= len(words) <= 25 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def _forms(entities: Sequence[Mapping[str, Any]]) -> dict[str, _Form]:
    known = lexicon.names()
    forms: dict[str, _Form] = {}
    dropped: set[str] = set()

    def add(words: str, kind: str, rank: int, entity: str | None, **more: bool) -> None:
        words = " ".join(words.translate(_PLAIN).split())
        if not 1 <= len(words) <= LONGEST or not words[0].isalnum():
            return
        old = forms.get(words)
        if old is None or rank < old.rank:
            old = _Form(
                kind,
                rank,
                surname=more.get("surname", False),
                after_the=more.get("after_the", False),
                sure=more.get("sure", True),
            )
            forms[words] = old
            dropped.discard(words)
        elif rank > old.rank:
            return
        elif old.type != kind:
            dropped.add(words)  # two types: not sure, so no mention at all
            return
        if entity is not None:
            old.ids.add(entity)
        old.sure = old.sure and more.get("sure", True)
        old.after_the = old.after_the and more.get("after_the", False)

    places = {row["name"] for row in entities if row["type"] == "GPE"}
    regions: set[str] = set()
    for row in entities:
        for words in (row["name"], *row["variants"]):
            if (match := _REGION.fullmatch(words)) and row["type"] == "GPE":
                regions.add(match[1])
    for row in entities:
        kind, entity = row["type"], row["id"]
        variants = set(row["variants"])
        for words in (row["name"], *row["variants"]):
            if note := _NOTE.search(words):
                # "(SVR)" repeats another name of the row; other notes say that the form is a slip,
                # or tell apart what the bare form does not.
                if note[1] not in variants:
                    continue
                words = words[: note.start()]
            sure = kind != "GPE" or not (words in known.capitals or words in regions)
            _written(add, words, kind, entity, sure)
        bare = _NOTE.sub("", row["name"])
        if bare in known.short and known.short[bare][0] == kind:
            for words in known.short[bare][1]:
                add(words, kind, 0, entity)
        if kind == "PERSON":
            for words in (row["name"], *row["variants"]):
                if not _NOTE.search(words) and " " in words:
                    last = words.rpartition(" ")[2]
                    if len(last) >= 4 and last[-1].isalpha():
                        add(last, kind, 1, entity, surname=True)
        elif kind == "FAC":
            for words in _structures(row["name"]):
                add(words, kind, 1, entity)
        elif kind == "LOC" and " " not in row["name"]:
            for words in (row["name"], *row["variants"]):
                if not _NOTE.search(words):
                    add(f"{words} River", kind, 1, entity)
                    add(f"{words} river", kind, 1, entity)
        elif kind == "ORG":
            for words in (row["name"], *row["variants"]):
                for short, whole in _bodies(words, places):
                    add(short, kind, 1, entity if whole else None, sure=whole)
    for words in sorted(regions):
        add(words, "GPE", 1, None, sure=False)
    for words in known.demonyms:
        add(words, "NORP", 1, None)
    present = {row["name"] for row in entities}
    for entity_name, (kind, shortened) in known.short.items():
        for words in shortened:
            if words not in forms and entity_name not in present:
                add(words, kind, 1, None)
    for words in dropped:
        forms.pop(words, None)
    # One surname, several persons: a mention, but nobody's.
    for words, form in list(forms.items()):
        upper = words.upper()
        if upper != words and len(words) >= 4 and upper not in forms:
            forms[upper] = form
    return forms


def _written(add: Any, words: str, kind: str, entity: str, sure: bool) -> None:
    """The ways in which one name is printed."""
    if words.startswith("the "):
        words = words.removeprefix("the ")
        add(words, kind, 0, entity, sure=sure, after_the=True)
        return
    add(words, kind, 0, entity, sure=sure)
    plain = unicodedata.normalize("NFKD", words)
    if plain != words:
        bare = "".join(char for char in plain if not unicodedata.combining(char))
        add(bare, kind, 0, entity, sure=sure)
    first, _, rest = words.partition(" ")
    if first == "The" and rest:
        # E3: "the [Independent]"; one word is a name only behind its article.
        add(rest, kind, 0, entity, sure=sure, after_the=" " not in rest)
    lowered = [word for word in words.split(" ") if word[:1].islower()]
    if kind == "GPE" and lowered:
        head, _, tail = words.rpartition(" ")
        if tail in ("region", "district") and head:
            add(f"{head} {tail.capitalize()}", kind, 0, entity)
            if tail == "region":
                add(f"{head} oblast", kind, 0, entity)
                add(f"{head} Oblast", kind, 0, entity)
    elif kind == "FAC" and lowered:
        add(" ".join(word[:1].upper() + word[1:] for word in words.split(" ")), kind, 0, entity)
    elif kind == "PRODUCT" and words[-1:].isalpha() and words[-1:].islower():
        add(f"{words}s", kind, 0, entity)


def _structures(words: str) -> Iterator[str]:
    """Shorter forms of a plant's or station's name: "Kursk nuclear power plant", "Kursk plant"."""
    parts = words.split(" ")
    proper = [part for part in parts if not part[:1].islower()]
    inner = parts[len(proper) : -1]
    if not proper or parts[: len(proper)] != proper or parts[-1] not in ("plant", "station"):
        return
    heads = ["plant", "station"] if "power" in inner else [parts[-1]]
    for head in heads:
        for count in range(len(inner) + 1):
            for kept in combinations(inner, count):
                yield " ".join((*proper, *kept, head))


def _bodies(words: str, places: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Other names of a state's body, and whether each still says whose it is.

    "Russian Ministry of Defence": "Russian Defence Ministry", and bare, "Ministry of Defence" and
    "Defence Ministry", which every state has.
    """
    if not lexicon.names().institutions & set(words.casefold().split()):
        return
    first, _, rest = words.partition(" ")
    body, _, place = words.rpartition(" of ")
    if first in lexicon.names().demonyms or first in ("US", "UK", "U.S.", "U.K."):
        for form in _ministries(rest):
            yield f"{first} {form}", True
            if " " in form:
                yield form, False
    elif place in places and " " in body:
        for form in _ministries(body):
            yield f"{form} of {place}", True
            yield form, False


def _ministries(words: str) -> Iterator[str]:
    yield words
    named = re.fullmatch(r"Ministry of (.+)", words) or re.fullmatch(r"(.+) Ministry", words)
    if named:
        subject = named[1]
        spelt = (subject.replace("Defence", "Defense"), subject.replace("Defense", "Defence"))
        for other in dict.fromkeys((subject, *spelt)):
            yield f"Ministry of {other}"
            yield f"{other} Ministry"
        if subject == "Foreign Affairs":
            yield "Foreign Ministry"


def _compiled(forms: Iterable[str]) -> re.Pattern[str]:
    tree: dict[str, Any] = {}
    for words in forms:
        node = tree
        for char in words:
            node = node.setdefault(char, {})
        node[""] = {}
    if not tree:
        return re.compile(r"(?!)")
    domains = "|".join(sorted(lexicon.names().domains))
    firsts = "".join(map(re.escape, sorted(tree)))
    # The set of first letters leads, so that the engine skips to them; what stands before and which
    # letter it was are asked only there.
    rest = "|".join(
        f"(?<={re.escape(char)})(?:{_branch(child)})" for char, child in sorted(tree.items())
    )
    return re.compile(
        rf"[{firsts}](?<![\w@#/][{firsts}])(?:{rest})(?!\w|\.(?:{domains})\b)",
    )


_ALIKE = {"'": "['’]", " ": "[ \u00a0]", "-": "[-\u2011]"}


def _branch(node: dict[str, Any]) -> str:
    """A pattern for the strings of a prefix tree, the longest first; runs without a branch are one
    literal, so that the groups nest no deeper than names fork."""
    options = []
    for char, child in sorted(node.items()):
        if char == "":
            continue
        literal = _ALIKE.get(char) or re.escape(char)
        while len(child) == 1 and "" not in child:
            ((char, child),) = child.items()
            literal += _ALIKE.get(char) or re.escape(char)
        options.append(literal + (_branch(child) if set(child) != {""} else ""))
    if not options:
        return ""
    body = options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"
    if "" in node and options:
        return f"(?:{body})?"
    return body
