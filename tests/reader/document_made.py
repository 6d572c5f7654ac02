"""Pages of documents that tests make, as files that a browser opens."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import copytree
from typing import Any

from parley import document, ontology
from parley.dataset.rows import Labels, rows
from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Document,
    Event,
    Mention,
    Paragraph,
    Span,
    Stance,
)
from parley.reader import page_document
from parley.reader.data import CONTRARY, FORMAT, Corpus, Head

JSON = dict[str, Any]
SCHEME = ontology.load()
LABELS = Labels.make(SCHEME)
ASSETS = Path(page_document.__file__).parent / "assets"


def value(made: Document, annotations: Annotations | None) -> JSON:
    """What `parley.reader.data.document` gives for a document of a built dataset."""
    raw = None if annotations is None else document.to_dict(annotations, made.text)
    found = rows(made, raw, LABELS).rows
    row = found["documents"][0]
    claims = []
    for claim in found["claims"]:
        said = SCHEME_CLAIMED[claim["claimed"]]
        kept = {key: claim[key] for key in ("event_id", "attribution_id", "event", "via")}
        claims.append({**kept, "claimed": said, "conflicting": said in CONTRARY})
    return {
        "format": FORMAT,
        "version": "1.0.0",
        "digest": "0" * 64,
        "split": "train",
        **row,
        "form": made.form,
        "status": made.status,
        "published": made.published,
        "claims": claims,
    }


SCHEME_CLAIMED = list(LABELS.of["claimed"])


def a_corpus(
    documents: Iterable[JSON],
    entities: Mapping[str, JSON] | None = None,
    events: Mapping[str, JSON] | None = None,
) -> Corpus:
    """What the pages of some documents share; every story of theirs has a page."""
    found = list(documents)
    heads = [
        Head(
            row["doc_id"],
            row["title"],
            row["story"],
            row["split"],
            row["form"],
            row["published"],
            row["source"],
            row["status"],
            place,
        )
        for place, row in enumerate(found)
    ]
    return Corpus(
        folder=Path(),
        name="Lenna",
        version="1.0.0",
        digest="0" * 64,
        heads=heads,
        entities=entities or {},
        events=events or {},
        stories={row["story"]: {"id": row["story"], "title": "The dry dock"} for row in found},
        definitions={},
        paragraph_kinds={kind.name: kind.annotated for kind in SCHEME.paragraph_kinds},
        manifest={},
        by_id={head.id: head for head in heads},
    )


def site(
    folder: Path, documents: Iterable[JSON], compared: Mapping[str, JSON] | None = None
) -> str:
    """Writes the pages of documents and what they load; gives the folder's address."""
    found = list(documents)
    flood = {"id": "gate-opens", "name": "Opening of the gate", "story": "tidal-gate"}
    corpus = a_corpus(found, {"lenna": {"id": "lenna", "name": "Lenna"}}, {"gate-opens": flood})
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    if not (folder / "assets").exists():
        copytree(ASSETS, folder / "assets")
        (folder / "assets" / "labels.js").write_bytes(page_document.labels(SCHEME))
    for row in found:
        made = page_document.page(corpus, row, (compared or {}).get(row["doc_id"]))
        (folder / "documents" / f"{row['doc_id']}.html").write_text(made, encoding="utf-8")
    return folder.as_uri()


class Writer:
    """Builds a document line by line; `span` finds words in what is written so far."""

    def __init__(self) -> None:
        self.text = ""
        self.paragraphs: list[Paragraph] = []
        self.sentences: list[Span] = []

    def line(self, words: str, kind: str = "body") -> None:
        """One line, a sentence of its own."""
        start = len(self.text)
        self.paragraphs.append(Paragraph(start, start + len(words), kind))
        self.sentences.append((start, start + len(words)))
        self.text += words + "\n"

    def span(self, words: str, nth: int = 0) -> Span:
        """Where some words stand, the `nth` time."""
        at = -1
        for _ in range(nth + 1):
            at = self.text.index(words, at + 1)
        return at, at + len(words)

    def document(self, name: str = "made-1", **more: Any) -> Document:
        """The document."""
        given: JSON = {
            "id": name,
            "story": "dry-dock",
            "status": "open",
            "title": self.text[self.paragraphs[0].start : self.paragraphs[0].end],
            "published": "2024-08-17T14:05:30+03:00",
            "form": SCHEME.forms[0],
            "language": "en",
            "length": len(self.text),
            "sha256": document.digest(self.text),
            "paragraphs": tuple(self.paragraphs),
            "sentences": tuple(self.sentences),
            "text": self.text,
        }
        return Document(**{**given, **more})

    def annotations(self, **lists: Any) -> Annotations:
        """Annotations of all layers, nested and in order."""
        made = self.document()
        found = Annotations(made.id, made.sha256, made.length, ontology.LAYERS, **lists)
        document.nest(found)
        document.order(found)
        return found


def the_dock() -> tuple[Document, Annotations]:
    """A document with a chain of three, nested and crossing spans, and a content in parts."""
    made = Writer()
    made.line("Dock gate of Lenna stays shut 🚢", "title")
    made.line("By the harbour desk", "byline")
    made.line(
        "“The gate,” Mara Quill of the Lenna Harbour Council told the Tern Agency, "
        "“will not open,” the Mirkwood Post reported."
    )
    made.line("Divers 👩‍👩‍👧 struck the gate on Tuesday.", "body")
    made.line("What next?", "subhead")
    made.line("Mirkwood welcomed the closure, and Halvard denied the strike.")
    entity = [
        ("Lenna", "GPE", 0),
        ("Mara Quill", "PERSON", 0),
        ("Lenna Harbour Council", "ORG", 0),
        ("Lenna", "GPE", 1),
        ("Tern Agency", "ORG", 0),
        ("Mirkwood Post", "ORG", 0),
        ("Mirkwood", "GPE", 0),
        ("Divers 👩‍👩‍👧", "PERSON", 0),
        ("Tuesday", "DATE", 0),
        ("Mirkwood", "GPE", 1),
        ("Halvard", "PERSON", 0),
        # Crosses the name before it.
        ("Council told the Tern", "FAC", 0),
    ]
    mentions = [
        Mention(
            f"m{at}", *made.span(words, nth), kind, entity="lenna" if words == "Lenna" else None
        )
        for at, (words, kind, nth) in enumerate(entity, 1)
    ]
    events = [
        Event(
            "e1",
            *made.span("struck"),
            "ASSAULT",
            arguments=[
                Argument("actor", "m8"),
                Argument("time", "m9"),
            ],
        ),
        Event(
            "e2",
            *made.span("open"),
            "OCCUR",
            polarity="negative",
            modality="planned",
            event="gate-opens",
        ),
        Event("e3", *made.span("denied"), "REJECT", arguments=[Argument("theme", "e1")]),
    ]
    quoted = made.span("“The gate,”"), made.span("“will not open,”")
    attributions = [
        Attribution(
            "a1",
            cue=[made.span("reported")],
            source=[made.span("the Mirkwood Post")],
            content=[(quoted[0][0], quoted[1][1])],
            source_kind="outlet",
        ),
        Attribution(
            "a2",
            cue=[made.span("told the Tern Agency")],
            source=[made.span("Mara Quill of the Lenna Harbour Council")],
            content=list(quoted),
            style="direct",
        ),
        Attribution("a3", cue=[made.span("will")], content=[made.span("open")]),
        Attribution(
            "a4",
            cue=[made.span("denied")],
            source=[made.span("Halvard")],
            content=[made.span("the strike")],
        ),
    ]
    stances = [Stance("s1", *made.span("welcomed"), "FAVOR", "e2", "m10")]
    found = made.annotations(
        mentions=mentions, events=events, attributions=attributions, stances=stances
    )
    return made.document(), found
