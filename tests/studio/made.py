"""Projects to annotate: texts in which offsets go wrong, annotated in every layer."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from parley import article, document, json_io, ontology
from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Document,
    Event,
    Mention,
    Paragraph,
    Stance,
)
from parley.labelstudio import tasks
from tests.dataset import made_documents
from tests.dataset.made_projects import a_clean_document, a_clean_project, write

SCHEME = ontology.load()
#: Astral characters, joined emoji, combining marks, odd spaces, both ways of writing.
ODD = (
    "Flood 🚢 warning at cafe\u0301\n"
    "By the harbour\u00a0desk\n"
    "The 👩\u200d👩\u200d👧 council\u00a0said 🇺🇦 crews\u200b had “closed” the Lenna\u2028gate, "
    "a 👍🏽 move; שלום critics doubt it.\tAda 𝔅rand told the Post.\n"
    "\n"
    "Nai\u0308ve crews  will close it again, 北京 said, and e\u0301lite critics reject the plan.\n"
)
#: What a browser must show and not run.
HOSTILE = (
    'A <script>alert(1)</script> "title" {{ with }} $text\n'
    "By <b>the</b> desk & 'others'\n"
    "The council said <script>alert(2)</script> had closed the gate. "
    '<img src=x onerror="alert(3)"> {{constructor}} ${alert(4)} $text $title &lt;i&gt; "it" '
    "</script></textarea></View><!-- critics doubt it.\n"
    "\n"
    "<svg onload=alert(5)> crews told the Post &amp; others.\n"
)


def a_text(doc_id: str, text: str, story: str = "dry-dock") -> Document:
    """A document of a title, a byline and body lines."""
    places = article.spans(text)
    kinds = ("title", "byline", *["body"] * (len(places) - 2))
    paragraphs = tuple(
        Paragraph(start, end, kind) for (start, end), kind in zip(places, kinds, strict=True)
    )
    return Document(
        id=doc_id,
        story=story,
        status="open",
        title=text.split("\n")[0],
        published="2024-08-20",
        form="news",
        language="en",
        length=len(text),
        sha256=document.digest(text),
        paragraphs=paragraphs,
        sentences=article.units(text, paragraphs),
        text=text,
        facts=("F001",),
        file=f"corpus/articles/{story}/{doc_id}.txt",
    )


def odd() -> tuple[Document, Annotations]:
    """The odd text: nested contents, a crossing pair, spans that begin and end at odd places."""
    made = a_text("dry-dock-odd", ODD)

    def at(words: str, after: str = "") -> tuple[int, int]:
        start = ODD.index(words, ODD.index(after) if after else 0)
        return start, start + len(words)

    found = Annotations(
        made.id,
        made.sha256,
        made.length,
        ontology.LAYERS,
        [
            Mention("m1", *at("The 👩\u200d👩\u200d👧 council"), "ORG", "nominal"),
            Mention("m2", *at("crews", "🇺🇦"), "PERSON", "nominal"),
            Mention("m3", *at("Lenna\u2028gate"), "FAC", "name"),
            Mention("m4", *at("Ada 𝔅rand"), "PERSON", "name", "ada-brand"),
            Mention("m5", *at("critics"), "PERSON", "nominal"),
            Mention("m6", *at("gate"), "FAC", "nominal"),
            Mention("m7", *at("critics", "e\u0301lite"), "PERSON", "nominal"),
        ],
        [
            Event(
                "e1",
                *at("“closed”"),
                "OCCUR",
                polarity="negative",
                arguments=[
                    Argument("actor", "m2"),
                    Argument("theme", "m3"),
                    Argument("theme", "m6"),
                ],
            ),
            Event("e2", *at("move"), "MOVE", modality="possible", tense="future"),
        ],
        [
            Attribution(
                "a1",
                [at("said")],
                [at("The 👩\u200d👩\u200d👧 council")],
                [at("🇺🇦 crews\u200b had “closed” the Lenna\u2028gate"), at("a 👍🏽 move")],
                source_kind="collective",
            ),
            Attribution(
                "a2",
                [at("told")],
                [at("Ada 𝔅rand")],
                [(ODD.index("The 👩"), ODD.index("\tAda"))],
            ),
        ],
        [
            Stance("s1", *at("doubt"), "AGAINST", "e1", "m5"),
            Stance("s2", *at("reject"), "AGAINST", "e1", "m7"),
        ],
    )
    document.nest(found)
    document.order(found)
    return made, found


def a_project(root: Path) -> dict[str, Document]:
    """Six documents annotated in every layer, and their gold."""
    a_clean_project(root)
    write(root, *odd())
    random = Random(11)
    for number in range(2):
        item, annotations = made_documents.a_document(
            random, f"tidal-gate-made-{number}", lines=6, story="tidal-gate"
        )
        write(root, item, annotations)
    return documents(root)


def many(root: Path, number: int) -> Path:
    """A project of many short documents with gold."""
    a_clean_project(root)
    item, annotations = a_clean_document("ferry-line", "F002")
    for place in range(number - 3):
        name = f"ferry-line-many-{place:04}"
        file = f"corpus/articles/ferry-line/{name}.txt"
        write(root, replace(item, id=name, file=file), replace(annotations, doc_id=name))
    return root


def documents(root: Path) -> dict[str, Document]:
    """Every document of a project, by id."""
    from parley import corpus
    from parley.project import Project

    return {item.id: item for item in corpus.every(Project(root.resolve()))}


def gold(root: Path, doc_id: str) -> Annotations:
    """The gold annotations of a document."""
    raw = json_io.loads((root / "annotations" / "gold" / f"{doc_id}.json").read_bytes())
    return document.from_dict(raw)


def annotated(root: Path) -> list[dict[str, Any]]:
    """Tasks with the gold of every document as an annotation, for `parley studio push`."""
    return [
        tasks.annotated(item, gold(root, item.id), SCHEME, "somebody")
        for item in documents(root).values()
    ]


def no_gold(root: Path) -> None:
    """Removes the gold: what comes back is then from the server."""
    for path in (root / "annotations" / "gold").glob("*.json"):
        path.unlink()


def odd_as(name: str) -> list[dict[str, Any]]:
    """The task of the odd document's annotations, said to be of another document."""
    task = tasks.annotated(*odd(), SCHEME, "somebody")
    task["data"]["doc_id"] = name
    return [task]
