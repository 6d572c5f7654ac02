"""Small documents about invented places, with gold given by quoted words."""

from parley.baselines.sample import JSON, Sample
from parley.segmentation import sentences

TITLE = "Flood closes Lenna bridge"
BODY = (
    "Harbour minister Halvard Mirkwood said on Tuesday that a flood damaged the bridge over the "
    "Lenna. The Council of Skarn ordered the evacuation of 300 residents. According to the "
    "Skarn Herald, boats attacked the ferry on Aug. 6.",
    "Mirkwood accused Ostmark of shelling the harbour. “We will rebuild,” he said.",
)


def sample(
    doc_id: str, *lines: str, row: JSON | None = None, title: str = TITLE, story: str = "made"
) -> Sample:
    """A document of a title and body lines; without gold unless `row` is given."""
    text, paragraphs, spans = "", [], []
    for kind, line in zip(["title", *["body"] * len(lines)], [title, *lines], strict=True):
        start = len(text)
        text += f"{line}\n"
        paragraphs.append((start, start + len(line), kind))
        inner = sentences(line) if kind == "body" else [(0, len(line))]
        spans += [(start + first, start + last) for first, last in inner]
    return Sample(
        doc_id,
        text,
        tuple(spans),
        tuple(paragraphs),
        "2024-08-07T10:00:00+00:00",
        story,
        "wire",
        row,
    )


def train() -> list[Sample]:
    """Two annotated documents of two stories."""
    return [_annotated(f"train-{n}", story) for n, story in ((1, "made"), (2, "other"))]


def _annotated(doc_id: str, story: str) -> Sample:
    bare = sample(doc_id, *BODY, story=story)
    at = bare.text.index
    mentions = []
    for number, (words, kind, how, entity) in enumerate(
        (
            ("Lenna bridge", "FAC", "name", "lenna-bridge"),
            ("Halvard Mirkwood", "PERSON", "name", "halvard-mirkwood"),
            ("Tuesday", "DATE", "name", None),
            ("Lenna.", "LOC", "name", "lenna"),
            ("Council of Skarn", "ORG", "name", "skarn-council"),
            ("300", "CARDINAL", "name", None),
            ("residents", "PERSON", "nominal", None),
            ("Skarn Herald", "ORG", "name", "skarn-herald"),
            ("ferry", "PRODUCT", "nominal", None),
            ("Aug. 6", "DATE", "name", None),
            ("Ostmark", "GPE", "name", "ostmark"),
        ),
        start=1,
    ):
        start = at(words)
        item = {"id": f"m{number}", "start": start, "end": start + len(words.rstrip("."))}
        item |= {"type": kind, "mention_type": how} | ({"entity": entity} if entity else {})
        mentions.append(item)
    events = []
    for number, (words, kind, arguments) in enumerate(
        (
            ("damaged", "HARM", ()),
            ("evacuation", "AID", (("recipient", "residents"), ("quantity", "300"))),
            ("attacked", "ASSAULT", (("recipient", "ferry"), ("time", "Aug. 6"))),
            ("accused", "ACCUSE", (("recipient", "Ostmark"),)),
            ("shelling", "ASSAULT", ()),
        ),
        start=1,
    ):
        start = at(words)
        item = {"id": f"e{number}", "start": start, "end": start + len(words), "type": kind}
        item["arguments"] = [
            {"role": role, "start": at(name), "end": at(name) + len(name)}
            for role, name in arguments
        ]
        events.append(item)
    attributions = []
    for number, parts in enumerate(
        (
            (
                "Harbour minister Halvard Mirkwood",
                "said",
                "a flood damaged the bridge over the Lenna",
            ),
            ("the Skarn Herald", "According to", "boats attacked the ferry on Aug. 6"),
            (" he ", " said.", "“We will rebuild,”"),
        ),
        start=1,
    ):
        attribution: JSON = {"id": f"a{number}", "parent": None}
        for name, words in zip(("source", "cue", "content"), parts, strict=True):
            start = at(words) + len(words) - len(words.lstrip())
            attribution[name] = [[start, start + len(words.strip(" ."))]]
        attributions.append(attribution)
    row: JSON = {"doc_id": doc_id, "mentions": mentions, "events": events}
    row |= {"attributions": attributions, "stances": []}
    return Sample(
        bare.doc_id,
        bare.text,
        bare.sentences,
        bare.paragraphs,
        bare.published,
        story,
        bare.form,
        row,
    )
