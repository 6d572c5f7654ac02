"""Level 6: what only shows when all documents are looked at together.

`Corpus.add` is called for each document in turn and keeps little of it (under a kilobyte);
`Corpus.check` reports. A build with several processes calls `summarize` in its workers and
`Corpus.enter` with what they return.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from parley.checks import near, values
from parley.checks.quotations import unfounded
from parley.checks.registry import Registry, unknown_fact, unknown_story
from parley.document import Document
from parley.incidents import Incident, Report, one_of, say
from parley.project import Project

#: Paragraphs of at least so many characters are looked for in the other splits.
PARAGRAPH = 80
_SPLITS_FILE = "corpus/splits.jsonl"


@dataclass(frozen=True, slots=True)
class Summary:
    """What the corpus checks keep of a document. `signature` and `paragraphs` are empty where the
    text is not at hand."""

    id: str
    story: str
    status: str
    file: str
    sha256: str
    events: tuple[tuple[str, str], ...]
    signature: bytes
    paragraphs: bytes


def summarize(document: Document, raw: Any = None) -> Summary:
    """The summary of a document and its annotations, which the schema accepts (or None)."""
    events: dict[str, str] = {}
    for event in raw["events"] if raw else ():
        if event["event"] is not None:
            events.setdefault(event["event"], event["id"])
    text = document.text
    keys = array("Q")
    if text is not None:
        for paragraph in document.paragraphs:
            if paragraph.end - paragraph.start >= PARAGRAPH and paragraph.kind == "body":
                # Case and white space aside: a copied paragraph is copied with its marks.
                words = " ".join(text[paragraph.start : paragraph.end].casefold().split()).encode()
                keys.append(int.from_bytes(blake2b(words, digest_size=8).digest(), "little"))
    return Summary(
        id=document.id,
        story=document.story,
        status=document.status,
        file=document.file,
        sha256=document.sha256,
        events=tuple(events.items()),
        signature=near.signature(text) if text else b"",
        paragraphs=keys.tobytes(),
    )


def document(item: Document, raw: Any, registry: Registry, level: int = 6) -> list[Incident]:
    """P315, P316 and (level 6) P607, P608, P609, P613 for one document against the registers.

    `raw` is its annotations, or None; they need not be valid.
    """
    report = Report(item.file, item.id)
    if not registry.has("stories", item.story):
        report.add("P315", unknown_story(item.story, registry))
    facts = []
    for name in item.facts:
        if name in registry.facts:
            facts.append(registry.facts[name])
        elif not registry.has("facts", name):
            report.add("P316", unknown_fact(name, registry))
    if level < 6:
        return report.found
    for fact in facts:
        first = values.first_day(fact["date"])
        if first is not None and first.isoformat() > item.published[:10]:
            message = say(
                f"the fact {fact['id']} is later than the publication",
                got=fact["date"],
                expected=f"{item.published[:10]} or earlier",
            )
            report.add("P607", message)
    if item.status == "open":
        # A corpus that has no sheet of facts was not written from one.
        if not item.facts and registry.facts:
            message = say("the article lists no facts", do="list the ids of the facts it reports")
            report.add("P608", message)
        elif item.facts and item.text is not None and "facts" in registry.read:
            phrases = [phrase for fact in facts for phrase in fact["phrases"]]
            for start, words in unfounded(item.text, phrases):
                message = say(
                    f"a quotation at {start} that no listed fact has",
                    got=words,
                    expected="words of a fact's phrases",
                    do="take the marks off, or list the fact",
                )
                report.add("P609", message)
    elif raw is not None and (leak := _words(raw)) is not None:
        gold = Report(f"annotations/gold/{item.id}.json", item.id)
        message = say(
            "the annotations of a withheld document hold its words",
            do="write them without `text`",
        )
        gold.add("P613", message, leak)
        report.found += gold.found
    return report.found


def _words(raw: Any) -> str | None:
    """The id of the first annotation that holds `text`, "" where it has none."""
    if not isinstance(raw, dict):
        return None
    for layer in ("mentions", "events", "attributions", "stances"):
        items = raw.get(layer)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and "text" in item:
                return str(item.get("id", ""))
    return None


class Corpus:
    """Collects documents; `check` reports what shows only on all of them."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        #: Document id -> (file, story, status); insertion order is the row number.
        self.documents: dict[str, tuple[str, str, str]] = {}
        self.twice: list[Incident] = []
        self._texts: dict[str, list[str]] = {}
        self._events: dict[str, dict[str, tuple[str, str]]] = {}
        self._signatures = bytearray()
        self._signed: list[str] = []
        self._keys = array("Q")
        self._key_rows = array("I")

    def add(self, item: Document, raw: Any = None) -> None:
        """Takes in a document and its annotations (which the schema accepts, or None)."""
        self.enter(summarize(item, raw))

    def enter(self, item: Summary) -> None:
        """Takes in a summary."""
        if item.id in self.documents:
            message = say(
                f"the document id is given twice; the other is {self.documents[item.id][0]}",
                do="rename one",
            )
            self.twice.append(Incident("P314", item.file, message, doc_id=item.id))
            return
        self.documents[item.id] = (item.file, item.story, item.status)
        split = self.registry.splits.get(item.story)
        for name, annotation in item.events:
            if split is not None:
                self._events.setdefault(name, {}).setdefault(split, (item.id, annotation))
        same = self._texts.setdefault(item.sha256, [])
        same.append(item.id)
        # Repeats are reported as such: only the first of equal texts is compared with the others,
        # and the first in each further split, which is a leak of its own.
        if split is None or any(
            self.registry.splits.get(self.documents[other][1]) == split for other in same[:-1]
        ):
            return
        if item.signature:
            self._signatures += item.signature
            self._signed.append(item.id)
            row = len(self._signed) - 1
            keys = array("Q", item.paragraphs)
            self._keys.extend(keys)
            self._key_rows.extend([row] * len(keys))

    def check(self, text_of: Callable[[str], str | None]) -> list[Incident]:
        """P314, P601, P602, P604, P605, P606, P615, P617.

        `text_of` gives a document's text by id; it is called for a few documents only.
        """
        found = [*self.twice]
        found += self._coverage()
        found += self._repeats()
        found += self._shared_events()
        found += self._leaks(text_of)
        return found

    def _coverage(self) -> list[Incident]:
        from parley import ontology

        found = []
        splits = self.registry.splits
        stories = {story for _, story, _ in self.documents.values()}
        if "splits" not in self.registry.read or not self.documents:
            return []
        firsts: dict[str, str] = {}
        for doc_id, (_, story, _) in self.documents.items():
            firsts.setdefault(story, doc_id)
        for story in sorted(stories - splits.keys()):
            if not self.registry.has("stories", story):
                continue  # reported as an unknown story already
            message = say(
                "a story with documents has no split",
                got=f"{story} (document {firsts[story]})",
                do=f"add a row for {story!r}",
            )
            found.append(Incident("P601", _SPLITS_FILE, message, item=story))
        used = {splits[story] for story in stories if story in splits}
        for split in ontology.load().splits:
            if split not in used:
                message = say("no document falls in this split", do="give it a story")
                found.append(Incident("P602", _SPLITS_FILE, message, item=split))
        return found

    def _repeats(self) -> list[Incident]:
        found = []
        for same in self._texts.values():
            if len(same) < 2:
                continue
            withheld = [name for name in same if self.documents[name][2] == "withheld"]
            if withheld and len(withheld) < len(same):
                for name in same:
                    if name not in withheld:
                        message = say(
                            f"the article has the text of the withheld document {withheld[0]!r}",
                            do="remove one of the two",
                        )
                        found.append(self._incident("P615", name, message))
                continue
            others = one_of([repr(name) for name in same[1:4]])
            more = f" and {len(same) - 4} more" if len(same) > 4 else ""
            message = say(f"the same text as {others}{more}", do="keep one")
            found.append(self._incident("P606", same[0], message))
        return found

    def _shared_events(self) -> list[Incident]:
        found = []
        for name, by_split in self._events.items():
            row = self.registry.events.get(name)
            if len(by_split) < 2 or row is None or row["shared"] is not None:
                continue
            told = ", ".join(
                f"{split} ({doc_id}/{annotation})"
                for split, (doc_id, annotation) in sorted(by_split.items())
            )
            message = say(
                "documents of several splits report the event",
                got=told,
                expected="one split, or a reason in `shared`",
            )
            found.append(Incident("P604", "corpus/events.jsonl", message, item=name))
        return found

    def _leaks(self, text_of: Callable[[str], str | None]) -> list[Incident]:
        found = []
        names = self._signed
        numbers: dict[str, int] = {}
        splits = [
            numbers.setdefault(self.registry.splits[self.documents[name][1]], len(numbers))
            for name in names
        ]
        if len(numbers) < 2:
            return []
        pairs = near.duplicates(bytes(self._signatures), splits, lambda row: text_of(names[row]))
        close = set()
        for later, earlier, jaccard, containment in pairs:
            close.add((later, earlier))
            message = say(
                f"nearly the text of {names[earlier]!r} in another split",
                got=f"Jaccard {jaccard:.2f}, containment {containment:.2f}",
                expected=f"under {near.JACCARD} and {near.CONTAINMENT}",
                do="put both in one split, or rewrite one",
            )
            found.append(self._incident("P605", names[later], message))
        told = set()
        for later, earlier in near.across(self._keys, self._key_rows, splits):
            pair = (self._key_rows[later], self._key_rows[earlier])
            # Where the texts as a whole are close, one incident says so.
            if pair in told or pair in close or pair[::-1] in close:
                continue
            told.add(pair)
            message = say(
                f"a paragraph of {names[pair[1]]!r}, in another split, word for word",
                do="rewrite one",
            )
            found.append(self._incident("P617", names[pair[0]], message))
        return found

    def _incident(self, code: str, doc_id: str, message: str) -> Incident:
        return Incident(code, self.documents[doc_id][0], message, doc_id=doc_id)


def ignored(project: Project) -> list[Incident]:
    """P616: a project with withheld documents keeps restored texts out of git."""
    if not project.withheld_files():
        return []
    path = project.root / ".gitignore"
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    if any(line.strip().strip("/") == "corpus/texts" for line in lines):
        return []
    message = say("restored texts are not ignored by git", expected="a line /corpus/texts/")
    return [Incident("P616", ".gitignore", message)]
