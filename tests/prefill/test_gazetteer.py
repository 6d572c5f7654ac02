"""Names of the registry in a text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.article import spans
from parley.prefill.gazetteer import Gazetteer
from tests.prefill.made import GAZETTEER, ONTOLOGY, REGISTRY, document, entity, nothing

Found = list[tuple[str, str, str | None]]


def names(body: str, title: str = "Headline") -> Found:
    found = document(body, title)
    text = found.text or ""
    made, faults = GAZETTEER.annotate(found, ONTOLOGY, nothing(found))
    assert faults == []
    return [
        (text[item.start : item.end], item.type, item.entity)
        for item in made.mentions
        if item.type not in ("DATE", "TIME", "CARDINAL", "ORDINAL")
    ]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("They left Sumy region.", [("Sumy region", "GPE", "sumy-region")]),
        ("They left Sumy Region.", [("Sumy Region", "GPE", "sumy-region")]),
        ("Zelensky's visit", [("Zelensky", "PERSON", "volodymyr-zelensky")]),
        ("President Zelensky said", [("Zelensky", "PERSON", "volodymyr-zelensky")]),
        ("a U.S.-made bomb", [("U.S.", "GPE", "united-states")]),
        ("the Kyiv Independent wrote", [("Kyiv Independent", "ORG", "the-kyiv-independent")]),
        ("He told The Economist so.", [("The Economist", "ORG", "the-economist")]),
        ("He told the Economist so.", [("Economist", "ORG", "the-economist")]),
        ("sponsored by the West", [("West", "LOC", "the-west")]),
        ("over the Seim River", [("Seim River", "LOC", "seim")]),
        ("the Russian Defence Ministry", [
            ("Russian Defence Ministry", "ORG", "russian-mod"),
            ("Russian", "NORP", None),
        ]),
        ("the Kursk plant", [("Kursk plant", "FAC", "kursk-nuclear-power-plant"),
                             ("Kursk", "GPE", None)]),
        ("two Kinzhals fell", [("Kinzhals", "PRODUCT", "kinzhal")]),
        ("anti-Russian feeling among Ukrainians", [
            ("Russian", "NORP", None), ("Ukrainians", "NORP", None),
        ]),
    ],
)  # fmt: skip
def test_a_name_is_found_with_its_longest_span(body: str, wanted: Found) -> None:
    assert names(body) == wanted


def test_a_surname_of_two_persons_is_a_mention_of_neither() -> None:
    assert names("then Kovalenko spoke") == [("Kovalenko", "PERSON", None)]
    assert names("then Serhii Kovalenko spoke") == [
        ("Serhii Kovalenko", "PERSON", "serhii-kovalenko")
    ]


def test_a_surname_behind_another_first_name_is_somebody_else() -> None:
    assert names("they met Oleg Smirnov") == []


def test_a_capital_has_an_id_only_where_it_is_clearly_the_place() -> None:
    assert names("Kyiv objected") == [("Kyiv", "GPE", None)]
    assert names("a concert in Kyiv") == [("Kyiv", "GPE", "kyiv")]


def test_a_place_that_a_region_is_called_by_has_no_id() -> None:
    assert names("shells hit Sumy") == [("Sumy", "GPE", None)]


def test_an_english_word_is_a_name_only_where_its_capital_is_no_accident() -> None:
    assert names("Shot down at night, it burned.") == []
    assert names("the channel Shot wrote") == [("Shot", "ORG", "shot")]


def test_an_all_caps_headline_and_dateline_are_read() -> None:
    found = names("KYIV, Aug. 9 - It rained.", "ZELENSKY SPEAKS IN SUMY REGION TODAY")
    assert [words for words, _, _ in found] == ["ZELENSKY", "SUMY REGION", "KYIV"]


def test_names_inside_words_and_addresses_are_not_found() -> None:
    assert names("Sumychanka, Reuters.com, @Reuters and #Sumy") == []


def test_a_name_noted_as_a_slip_or_told_apart_by_a_note_is_not_looked_for() -> None:
    assert names("the Sejm and Igor met") == []


def test_lines_that_are_not_annotated_are_left_alone() -> None:
    found = document("Reuters wrote.")
    kinds = {item.kind for item in found.paragraphs}
    assert kinds == {"title", "body"}
    paragraphs = tuple(type(item)(item.start, item.end, "byline") for item in found.paragraphs)
    moved = replace(found, paragraphs=paragraphs)
    assert GAZETTEER.annotate(moved, ONTOLOGY, nothing(moved))[0].mentions == []


def test_a_name_of_two_types_is_not_sure_and_left_out() -> None:
    rows = [entity("Khalino", "FAC"), entity("Khalino", "GPE", item="other")]
    assert Gazetteer(rows).names("at Khalino", 0, 10) == []


def test_an_empty_registry_still_finds_peoples() -> None:
    assert Gazetteer([]).names("a Polish bus", 0, 12) == [(2, 8, "NORP", None)]


PIECES = st.sampled_from(
    [
        *(row["name"] for row in REGISTRY),
        "the",
        "’s",
        ", ",
        " ",
        "\n",
        "SUMY",
        "😀",
        "é",
        "Mr",
        "(",
        "in",
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_mentions_are_trimmed_ordered_and_within_one_line(body: str) -> None:
    found = document(body)
    text = found.text or ""
    made, _ = GAZETTEER.annotate(found, ONTOLOGY, nothing(found))
    lines = spans(text)
    seen = [(item.start, item.end) for item in made.mentions]
    assert len(set(seen)) == len(seen)
    for start, end in seen:
        assert text[start:end] == text[start:end].strip() != ""
        assert any(first <= start and end <= last for first, last in lines)
    for one in seen:
        for other in seen:
            crossing = one[0] < other[0] < one[1] < other[1]
            assert not crossing


@given(st.lists(st.text(min_size=1, max_size=30), max_size=8), st.text(max_size=80))
def test_any_registry_compiles_and_any_text_is_read(registry: list[str], text: str) -> None:
    rows = [entity(name, "ORG", item=f"e{n}") for n, name in enumerate(registry)]
    for start, end, _, _ in Gazetteer(rows).names(text, 0, len(text)):
        assert 0 <= start < end <= len(text)
