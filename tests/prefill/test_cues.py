"""Attributions by the cue lexicon."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.attribution import cue_lexicon
from parley.document import Attribution
from parley.prefill import make
from parley.prefill.cues import Cues
from tests.prefill.made import GAZETTEER, ONTOLOGY, document

Parts = tuple[list[str], str, list[str]]


def attributions(body: str, title: str = "Headline") -> list[tuple[Parts, Attribution]]:
    found = document(body, title)
    text = found.text or ""
    made = make(found, [GAZETTEER, Cues()], ONTOLOGY).annotations

    def words(parts: list[tuple[int, int]]) -> list[str]:
        return [text[start:end] for start, end in parts]

    return [
        ((words(item.source), words(item.cue)[0], words(item.content)), item)
        for item in made.attributions
    ]


def parts(body: str, title: str = "Headline") -> list[Parts]:
    return [found for found, _ in attributions(body, title)]


@pytest.mark.parametrize(
    ("body", "source", "cue", "content"),
    [
        ("Zelensky said that the bridge was down.", "Zelensky", "said", "the bridge was down"),
        ("Zelensky said the bridge was down.", "Zelensky", "said", "the bridge was down"),
        ("On Tuesday Zelensky said the bridge was down.", "Zelensky", "said",
         "the bridge was down"),
        ("The bridge was down again, Zelensky said.", "Zelensky", "said",
         "The bridge was down again"),
        ("The bridge was down again, said Alexei Smirnov, the acting head.",
         "Alexei Smirnov, the acting head", "said", "The bridge was down again"),
        ("According to Reuters, the bridge was down.", "Reuters", "According to",
         "the bridge was down"),
        ("The bridge was down again, according to Reuters.", "Reuters", "according to",
         "The bridge was down again"),
        ("He told reporters that the bridge was down.", "He", "told", "the bridge was down"),
        ("“The bridge is no longer there,” Zelensky said.", "Zelensky", "said",
         "“The bridge is no longer there,”"),
        ("SUMY, Aug. 9 - Residents said the bridge was down.", "Residents", "said",
         "the bridge was down"),
        ("Ukraine promised to rebuild the bridge.", "Ukraine", "promised",
         "to rebuild the bridge"),
    ],
)  # fmt: skip
def test_source_cue_and_content_are_whole_and_trimmed(
    body: str, source: str, cue: str, content: str
) -> None:
    assert parts(body) == [([source], cue, [content])]


def test_an_interrupted_content_has_two_parts() -> None:
    assert parts("There was no rush, Zelensky said, in any of the capitals.") == [
        (["Zelensky"], "said", ["There was no rush", "in any of the capitals"])
    ]


def test_citing_nests_in_the_content_of_the_outer_level() -> None:
    found = attributions("Reuters reported that the bridge was down, citing Alexei Smirnov.")
    assert [item for item, _ in found] == [
        (["Reuters"], "reported", ["the bridge was down", "citing Alexei Smirnov"]),
        (["Alexei Smirnov"], "citing", ["the bridge was down"]),
    ]
    assert found[1][1].parent == found[0][1].id


def test_every_level_of_a_chain_is_given() -> None:
    found = parts("The bridge was down again, Alexei Smirnov said, according to Reuters.")
    assert [item[:2] for item in found] == [
        (["Alexei Smirnov"], "said"),
        (["Reuters"], "according to"),
    ]


def test_a_headline_colon_ascribes_to_a_name_in_front_of_it() -> None:
    assert parts("Rain fell.", "Reuters: bridge is down again")[0] == (
        ["Reuters"], ":", ["bridge is down again"],
    )  # fmt: skip
    assert parts("Rain fell.", "Bridge down: what we know") == []


def test_attributes_follow_the_cue_the_source_and_the_quotation_marks() -> None:
    ((_, item),) = attributions("Reuters said the bridge was “gone”.")
    assert (item.style, item.kind, item.source_kind) == ("mixed", "assertion", "outlet")
    ((_, item),) = attributions("Officials believe that the bridge is gone.")
    assert (item.style, item.kind, item.source_kind) == ("indirect", "belief", "unnamed")


def test_a_pronoun_that_is_a_source_becomes_a_mention() -> None:
    found = document("She said the bridge was down.")
    made = make(found, [GAZETTEER, Cues()], ONTOLOGY).annotations
    assert [(item.type, item.mention_type) for item in made.mentions] == [("PERSON", "pronoun")]


@pytest.mark.parametrize(
    "body",
    [
        "The report was said to be wrong.",
        "He would not say why.",
        "Zelensky spoke for an hour.",
        "What was said that night is not known.",
        "The claim by Reuters was false.",
        "“Zelensky said the bridge was down” is a quotation.",
        "A man said nothing.",
    ],
)
def test_what_no_rule_is_sure_of_is_left_to_the_annotator(body: str) -> None:
    assert parts(body) == []


def test_cues_alone_look_for_their_names_themselves() -> None:
    found = document("Reuters said the bridge was down.")
    made = make(found, [Cues(GAZETTEER)], ONTOLOGY)
    assert len(made.annotations.attributions) == 1
    assert made.annotations.layers == ("attribution",)


def test_every_entry_of_the_lexicon_has_values_of_the_scheme() -> None:
    lexicon = cue_lexicon()
    assert {verb.kind for verb in lexicon.verbs.values()} <= set(ONTOLOGY.values("kind"))
    assert set(lexicon.heads.values()) <= set(ONTOLOGY.values("source_kind"))


WORDS = (
    'Zelensky Reuters said says that told , ; : . “ ” " citing according to He the bridge was '
    "down and Officials on Tuesday who denied reportedly — 😀 é"
)
PIECES = st.sampled_from(WORDS.split(" "))


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_any_words_give_attributions_that_are_whole_and_in_the_text(body: str) -> None:
    found = document(body)
    text = found.text or ""
    made = make(found, [GAZETTEER, Cues()], ONTOLOGY).annotations
    for item in made.attributions:
        assert item.cue and item.content and item.source
        for start, end in (*item.cue, *item.source, *item.content):
            assert 0 <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
            assert "\n" not in text[start:end]
