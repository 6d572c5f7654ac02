"""Documents and annotations made from a random source, valid by construction."""

from itertools import pairwise
from random import Random

from parley import document, ontology
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
from parley.segmentation import sentences

_WORDS = """
    Halvard Mirkwood harbour council said that the bridge over Lenna river was closed on Tuesday
    after a flood of 1,250 tonnes and 14.65 metres Aug. 6 U.S.-backed envoys don’t agree a.m.
    “quoted” (aside) Ötvös 北京 🚢 cafe\u0301 mayor's 20% Su-34 talks, deal; plan: ferry—boats
"""
WORDS = tuple(_WORDS.split())


def a_document(
    random: Random, doc_id: str = "made-1", *, lines: int = 8, story: str = "made"
) -> tuple[Document, Annotations]:
    """A document of `lines` body lines and its annotations, every layer annotated."""
    kinds, texts = ["title", "byline"], [_line(random, 6), "By the harbour desk"]
    for _ in range(lines):
        kinds.append(random.choice(("body", "body", "body", "subhead", "standfirst")))
        texts.append(_line(random, random.randint(1, 30)))
    text, paragraphs = "", []
    for kind, line in zip(kinds, texts, strict=True):
        paragraphs.append(Paragraph(len(text), len(text) + len(line), kind))
        text += line + random.choice(("\n", "\n\n"))
    spans = []
    for paragraph in paragraphs:
        if paragraph.kind in ("body", "standfirst"):
            inner = sentences(text[paragraph.start : paragraph.end])
            spans += [(paragraph.start + start, paragraph.start + end) for start, end in inner]
        else:
            spans.append((paragraph.start, paragraph.end))
    made = Document(
        id=doc_id,
        story=story,
        status="open",
        title=texts[0],
        published=random.choice(("2024-08-17", "2024-08-17T14:05:30+03:00")),
        form="wire",
        language="en",
        length=len(text),
        sha256=document.digest(text),
        paragraphs=tuple(paragraphs),
        sentences=tuple(spans),
        text=text,
        source=random.choice((None, "agencies")),
        facts=("F001",),
        file=f"corpus/articles/{story}/{doc_id}.txt",
    )
    return made, annotate(random, made)


def _line(random: Random, count: int) -> str:
    words = [random.choice(WORDS) for _ in range(count)]
    for place in range(7, count, 9):
        words[place] += "."
        if place + 1 < count:
            words[place + 1] = words[place + 1].capitalize()
    return " ".join(words)


def annotate(random: Random, made: Document, per_line: int = 5) -> Annotations:
    """Mentions, events, attributions and stances at random word boundaries of reading lines."""
    scheme = ontology.load()
    found = Annotations(made.id, made.sha256, made.length, ontology.LAYERS)
    assert made.text is not None
    for paragraph in made.paragraphs:
        if paragraph.kind not in scheme.annotated_kinds:
            continue
        words = _words(made.text, paragraph)

        def span(longest: int, words: list[tuple[int, int]] = words) -> tuple[int, int]:
            first = random.randrange(len(words))
            last = min(len(words) - 1, first + random.randrange(longest))
            return words[first][0], words[last][1]

        mentions = []
        for _ in range(random.randint(1, per_line)):
            mention = Mention(
                f"m{len(found.mentions) + 1}",
                *span(3),
                random.choice(scheme.names("entity")),
                random.choice(scheme.values("mention_type")),
                random.choice((None, "lenna", "mirkwood")),
            )
            mentions.append(mention.id)
            found.mentions.append(mention)
        for _ in range(random.randint(0, 2)):
            label = random.choice(scheme.event)
            theme = random.choice(found.events).id if found.events else mentions[0]
            found.events.append(
                Event(
                    f"e{len(found.events) + 1}",
                    *span(2),
                    label.name,
                    random.choice((None, *label.modes)),
                    random.choice(scheme.values("polarity")),
                    random.choice(scheme.values("modality")),
                    random.choice(scheme.values("tense")),
                    random.choice((None, "lenna-flood")),
                    [
                        Argument(random.choice(scheme.roles).name, random.choice(mentions)),
                        Argument("theme", theme),
                    ],
                )
            )
        if len(words) > 6:
            cuts = sorted(random.sample(range(1, len(words)), 3))
            parts = [
                (words[first][0], words[last - 1][1])
                for first, last in pairwise((0, *cuts, len(words)))
            ]
            found.attributions.append(
                Attribution(
                    f"a{len(found.attributions) + 1}",
                    cue=[parts[1]],
                    source=[parts[0]] if random.random() < 0.8 else [],
                    content=[parts[2], parts[3]] if random.random() < 0.3 else [parts[2]],
                    style=random.choice(scheme.values("style")),
                    kind=random.choice(scheme.values("kind")),
                    source_kind=random.choice(scheme.values("source_kind")),
                )
            )
            whole = (parts[0][0], parts[3][1])
            if random.random() < 0.3 and len(found.attributions) > 1:
                # One more level: the line before reports everything on this one.
                found.attributions[-2].content = [whole]
        if random.random() < 0.4:
            targets = [*mentions, *(item.id for item in found.events)]
            found.stances.append(
                Stance(
                    f"s{len(found.stances) + 1}",
                    *span(2),
                    random.choice(scheme.values("label")),
                    random.choice(targets),
                    random.choice((None, *mentions)),
                )
            )
    document.nest(found)
    document.order(found)
    return found


def _words(text: str, paragraph: Paragraph) -> list[tuple[int, int]]:
    spans, at = [], paragraph.start
    for word in text[paragraph.start : paragraph.end].split(" "):
        core = word.strip(".,;:")
        start = at + (word.index(core) if core else 0)
        spans.append((start, start + len(core or word)))
        at += len(word) + 1
    return spans
