"""Random documents and annotations for property tests."""

from hypothesis import strategies as st

from parley import ontology
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
from parley.ontology import LAYERS

ONTOLOGY = ontology.load()

#: Words in which offsets go wrong: astral characters, joined emoji, combining marks, odd spaces.
WORDS = st.sampled_from(
    [
        "Sumy",
        "region",
        "“talks”",
        "😀",
        "👩‍👩‍👧",
        "é",
        "e\u0301",
        "U.S.",
        "—",
        "\u200b",
        "𝔄𝔅",
        "5,000",
        "Ї",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=30).flatmap(
    lambda words: st.lists(
        st.sampled_from([" ", "  ", "\n", "\u00a0", "\t"]),
        min_size=len(words),
        max_size=len(words),
    ).map(lambda gaps: "".join(w + g for w, g in zip(words, gaps, strict=True)))
)


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    """A trimmed, non-empty span of `text`."""
    places = [i for i, char in enumerate(text) if not char.isspace()]
    first, last = sorted(draw(st.lists(st.sampled_from(places), min_size=2, max_size=2)))
    return first, last + 1


@st.composite
def annotations(draw: st.DrawFn, text: str, doc_id: str = "doc") -> Annotations:
    """Valid annotations of `text`: nested and doubled spans, several roles to one target."""
    some = spans(text)
    ids = iter(f"r{number}" for number in range(1000))
    mentions = [
        Mention(
            next(ids),
            *draw(some),
            draw(st.sampled_from(ONTOLOGY.names("entity"))),
            draw(st.sampled_from(ONTOLOGY.values("mention_type"))),
            draw(st.none() | st.sampled_from(["sumy", "kyiv"])),
            draw(st.none() | st.just("2024-08-06")),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    events = [
        Event(
            next(ids),
            *draw(some),
            (kind := draw(st.sampled_from(ONTOLOGY.names("event")))),
            draw(st.none() | st.sampled_from(ONTOLOGY.modes_of(kind) or ("",))) or None,
            draw(st.sampled_from(ONTOLOGY.values("polarity"))),
            draw(st.sampled_from(ONTOLOGY.values("modality"))),
            draw(st.sampled_from(ONTOLOGY.values("tense"))),
            draw(st.none() | st.just("some-event")),
        )
        for _ in range(draw(st.integers(0, 5)))
    ]
    for event in events:
        pairs = set()
        for role in draw(st.lists(st.sampled_from(ONTOLOGY.roles), max_size=4)):
            pool = [item.id for item in mentions if "mention" in role.range]
            pool += [e.id for e in events if "event" in role.range and e is not event]
            if pool:
                pairs.add((role.name, draw(st.sampled_from(pool))))
        event.arguments = [Argument(*pair) for pair in pairs]
    parts = st.lists(some, max_size=3, unique=True)
    attributions = [
        Attribution(
            next(ids),
            draw(st.lists(some, min_size=1, max_size=2, unique=True).map(sorted)),
            draw(parts),
            draw(st.lists(some, min_size=1, max_size=3, unique=True)),
            draw(st.sampled_from(ONTOLOGY.values("style"))),
            draw(st.sampled_from(ONTOLOGY.values("kind"))),
            draw(st.sampled_from(ONTOLOGY.values("source_kind"))),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    targets = [item.id for item in mentions] + [item.id for item in events]
    holders = st.none() | st.sampled_from([m.id for m in mentions]) if mentions else st.none()
    stances = [
        Stance(
            next(ids),
            *draw(some),
            draw(st.sampled_from(ONTOLOGY.values("label"))),
            draw(st.sampled_from(targets)),
            draw(holders),
        )
        for _ in range(draw(st.integers(0, 3)) if targets else 0)
    ]
    found = Annotations(
        doc_id, digest(text), len(text), LAYERS, mentions, events, attributions, stances
    )
    nest(found)
    order(found)
    return found
