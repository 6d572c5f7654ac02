"""Small projects on disk, for tests that build."""

from pathlib import Path
from random import Random
from shutil import copytree

from parley import article, document, json_io
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
from tests.dataset import made_documents

ROOT = Path(__file__).parents[2]
STORIES = {"dry-dock": "train", "ferry-line": "validation", "tidal-gate": "test"}


def a_project(root: Path, number: int = 6, *, lines: int = 6, seed: int = 7) -> Path:
    """A project of `number` made documents over three stories, annotated in every layer."""
    copytree(ROOT / "schema", root / "schema")
    random = Random(seed)
    for place in range(number):
        story = list(STORIES)[place % len(STORIES)]
        item, annotations = made_documents.a_document(
            random, f"{story}-{place:05}", lines=lines, story=story
        )
        write(root, item, annotations)
    registers(root)
    return root


def write(root: Path, item: Document, annotations: Annotations | None) -> None:
    """An article and its annotations."""
    path = root / item.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(article.write(item, {}))
    if annotations is not None:
        gold = root / "annotations" / "gold" / f"{item.id}.json"
        gold.parent.mkdir(parents=True, exist_ok=True)
        gold.write_bytes(document.dump(annotations, item.text))


def registers(root: Path) -> None:
    """The registers that made documents refer to."""
    corpus = root / "corpus"
    lines(
        corpus / "splits.jsonl",
        [
            {"story": story, "split": split, "reason": f"{story} stands alone"}
            for story, split in STORIES.items()
        ],
    )
    lines(
        corpus / "stories.jsonl",
        [{"id": story, "title": story, "summary": "made"} for story in STORIES],
    )
    lines(
        corpus / "entities.jsonl",
        [
            {"id": name, "name": name, "type": "GPE", "qid": None, "variants": [], "role": None}
            for name in ("lenna", "mirkwood")
        ],
    )
    lines(corpus / "facts.jsonl", [])
    lines(
        corpus / "events.jsonl",
        [
            {
                "id": "lenna-flood",
                "type": "OCCUR",
                "date": "2024-08-01",
                "name": "The flood",
                "story": "dry-dock",
                "facts": [],
                "shared": "it is the background of all three stories",
            }
        ],
    )


def lines(path: Path, rows: list[dict[str, object]]) -> None:
    """A JSON Lines file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(json_io.dumps(row) + b"\n" for row in rows))


#: The parts of three clean articles, by story; no two share three words in a row.
CLEAN = {
    "dry-dock": (
        "Dry dock gate to stay shut, council says\nBy the harbour desk\n"
        "{source} {cue} on {day} that {content}. {doubters} {doubt} it.\n\n"
        '"We did not flood the yard," mayor {name} told reporters, according to {outlet}.\n',
        {
            "source": "The dock council",
            "cue": "said",
            "day": "Monday",
            "content": "crews had repaired its pumps",
            "doubters": "Engineers",
            "doubt": "doubt",
            "name": "Ada Brand",
            "outlet": "the Lenna Post",
        },
        ("repaired", "flood", "mayor Ada Brand", '"We did not flood the yard,"', "told"),
    ),
    "ferry-line": (
        "Boats sail again after a week\nStaff report\n"
        "Since {day}, {source} {cue}, {content}. Some {doubters} {doubt} the news.\n\n"
        '"Nobody has sunk," captain {name} wrote, {outlet} reported.\n',
        {
            "source": "the ferry owners",
            "cue": "claim",
            "day": "Monday",
            "content": "sailors have reopened every route",
            "doubters": "passengers",
            "doubt": "mock",
            "name": "Ada Brand",
            "outlet": "Lenna Post",
        },
        ("reopened", "sunk", "captain Ada Brand", '"Nobody has sunk,"', "wrote"),
    ),
    "tidal-gate": (
        "Tide breaks barrier\nFrom our coast desk\n"
        "{source} {cue} {content} late on {day}, which {doubters} {doubt} as a lie.\n\n"
        '"No wall fell here," insists {name}, whom {outlet} quoted.\n',
        {
            "source": "Coast guards",
            "cue": "report",
            "day": "Monday",
            "content": "vandals destroyed a lock",
            "doubters": "locals",
            "doubt": "dismiss",
            "name": "Ada Brand",
            "outlet": "Lenna Post",
        },
        ("destroyed", "fell", "Ada Brand", '"No wall fell here,"', "insists"),
    ),
}
QUOTES = ("We did not flood the yard,", "Nobody has sunk,", "No wall fell here,")
OUTER_CUES = {"dry-dock": "according to", "ferry-line": "reported", "tidal-gate": "quoted"}
ACTORS = {"dry-dock": "crews", "ferry-line": "sailors", "tidal-gate": "vandals"}


def a_clean_project(root: Path) -> Path:
    """A project that passes every check: one article a story, annotated in every layer."""
    copytree(ROOT / "schema", root / "schema")
    registers(root)
    lines(
        root / "corpus" / "facts.jsonl",
        [
            {
                "id": f"F00{place}",
                "story": story,
                "date": "2024-08-01",
                "fact": f"The {story} gate was repaired.",
                "actors": [],
                "places": [],
                "claimed_by": [],
                "status": "reported",
                "disputed_by": [],
                "phrases": list(QUOTES),
                "sources": ["the council's own notice"],
            }
            for place, story in enumerate(STORIES, 1)
        ],
    )
    lines(
        root / "corpus" / "entities.jsonl",
        [
            {
                "id": "ada-brand",
                "name": "Ada Brand",
                "type": "PERSON",
                "qid": None,
                "variants": [],
                "role": None,
            },
            {
                "id": "lenna-post",
                "name": "Lenna Post",
                "type": "ORG",
                "qid": None,
                "variants": [],
                "role": None,
            },
        ],
    )
    for place, story in enumerate(STORIES, 1):
        item, annotations = a_clean_document(story, f"F00{place}")
        write(root, item, annotations)
    return root


def a_clean_document(story: str, fact: str) -> tuple[Document, Annotations]:
    """One article of the clean project."""
    template, words, (first, second, speaker, quote, inner) = CLEAN[story]
    text = template.format(**words)
    kinds = ("title", "byline", "body", "body")
    spans = article.spans(text)
    paragraphs = tuple(
        Paragraph(start, end, kind) for (start, end), kind in zip(spans, kinds, strict=True)
    )
    item = Document(
        id=f"{story}-1",
        story=story,
        status="open",
        title=text.splitlines()[0],
        published="2024-08-20T09:30:00+03:00",
        form="news",
        language="en",
        length=len(text),
        sha256=document.digest(text),
        paragraphs=paragraphs,
        sentences=article.units(text, paragraphs),
        text=text,
        byline=text.splitlines()[1],
        facts=(fact,),
        file=f"corpus/articles/{story}/{story}-1.txt",
    )

    def at(words: str) -> tuple[int, int]:
        start = text.index(words)
        return start, start + len(words)

    outlet = words["outlet"]
    whole = text[text.index(quote) : text.index(inner) + len(inner)]
    if whole.count(speaker) == 0:
        whole = text[text.index(quote) : text.index(speaker) + len(speaker)]
    found = Annotations(
        item.id,
        item.sha256,
        item.length,
        ("entity", "event", "attribution", "stance"),
        mentions=[
            Mention("m1", *at(words["day"]), "DATE", "name", None, "2024-08-19"),
            Mention("m2", *at("Ada Brand"), "PERSON", "name", "ada-brand"),
            Mention("m3", *at("Lenna Post"), "ORG", "name", "lenna-post"),
            Mention("m4", *at(ACTORS[story]), "PERSON", "nominal"),
            Mention("m5", *at(words["doubters"]), "PERSON", "nominal"),
        ],
        events=[
            Event("e1", *at(first), "OCCUR", arguments=[Argument("actor", "m4")]),
            Event("e2", *at(second), "HARM", polarity="negative"),
        ],
        attributions=[
            Attribution(
                "a1",
                [at(words["cue"])],
                [at(words["source"])],
                [at(words["content"])],
                source_kind="collective",
            ),
            Attribution("a2", [at(inner)], [at(speaker)], [at(quote)], style="direct"),
            Attribution(
                "a3",
                [at(OUTER_CUES[story])],
                [at(outlet)],
                [at(whole)],
                style="mixed",
                source_kind="outlet",
            ),
        ],
        stances=[Stance("s1", *at(words["doubt"]), "AGAINST", "e1", "m5")],
        provenance={},
    )
    document.nest(found)
    document.order(found)
    return item, found
