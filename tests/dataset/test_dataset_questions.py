"""Questions: what is asked can be answered from the context, and the answer is the gold one."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import document, ontology
from parley.dataset.questions import LONGEST, TASKS, VOICES
from parley.dataset.rows import Labels, Row, rows
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

SCHEME = ontology.load()
LABELS = Labels.make(SCHEME)

FIRST = "Mayor Ada Brand said the ferry crew struck at dawn, the Lenna Post reported."
SECOND = "She backs the strike. The crew struck the pier and a strike closed the dock."
TEXT = f"{FIRST}\n{SECOND}"


def _at(words: str, nth: int = 0) -> tuple[int, int]:
    """The nth place of some words in the text."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return start, start + len(words)


def _made() -> tuple[Document, Annotations]:
    second = len(FIRST) + 1
    cut = TEXT.index("The crew")
    made = Document(
        id="made",
        story="made",
        status="open",
        title="",
        published="2024-08-17",
        form="wire",
        language="en",
        length=len(TEXT),
        sha256=document.digest(TEXT),
        paragraphs=(Paragraph(0, len(FIRST), "body"), Paragraph(second, len(TEXT), "body")),
        sentences=((0, len(FIRST)), (second, cut - 1), (cut, len(TEXT))),
        text=TEXT,
    )
    found = Annotations("made", made.sha256, made.length, ontology.LAYERS)
    found.mentions = [
        Mention("m1", *_at("Ada Brand"), "PERSON", "name", "ada-brand"),
        Mention("m2", *_at("Mayor"), "PERSON", "nominal", "ada-brand"),
        Mention("m3", *_at("crew"), "ORG", "nominal"),
        Mention("m4", *_at("dawn"), "TIME"),
        Mention("m5", *_at("She"), "PERSON", "pronoun", "ada-brand"),
        Mention("m6", *_at("pier"), "FAC", "nominal"),
    ]
    found.events = [
        Event("e1", *_at("struck"), "PROTEST", arguments=[Argument("actor", "m3")]),
        Event("e2", *_at("strike"), "PROTEST", arguments=[Argument("actor", "m3")]),
        Event("e3", *_at("struck", 1), "ASSAULT", arguments=[Argument("recipient", "m6")]),
        Event("e4", *_at("strike", 1), "PROTEST"),
    ]
    found.attributions = [
        Attribution(
            "a1",
            cue=[_at("said")],
            source=[_at("Mayor Ada Brand")],
            content=[_at("the ferry crew struck at dawn")],
        ),
        Attribution(
            "a2",
            cue=[_at("reported")],
            source=[_at("the Lenna Post")],
            content=[_at("Mayor Ada Brand said the ferry crew struck at dawn")],
        ),
    ]
    found.stances = [Stance("s1", *_at("backs"), "FAVOR", "e2", "m5")]
    document.nest(found)
    return made, found


def _asked(annotations: Annotations, made: Document) -> dict[str, Row]:
    built = rows(made, document.to_dict(annotations), LABELS).rows["questions"]
    assert len({row["id"] for row in built}) == len(built)
    return {row["id"].removeprefix("made:"): row for row in built}


@pytest.fixture
def asked() -> dict[str, Row]:
    """The questions of a small document, by item and task."""
    made, annotations = _made()
    return _asked(annotations, made)


@given(st.integers(0, 2**32))
def test_every_open_answer_stands_in_the_context_and_every_label_is_its_choice(seed: int) -> None:
    item, annotations = made_documents.a_document(Random(seed))
    built = rows(item, document.to_dict(annotations), LABELS)
    assert item.text is not None
    for row in built.rows["questions"]:
        assert item.text.startswith(row["context"], row["doc_start"])
        assert row["answer"] == row["answers"][0]
        assert len(set(row["answers"])) == len(row["answers"])
        if TASKS[row["task"]].choices:
            assert row["choices"][row["label"]] == row["answer"]
        else:
            assert (row["choices"], row["label"]) == ([], -1)
            assert all(words in row["context"] for words in row["answers"])
    assert built.counts.total() >= len(built.rows["questions"])


@given(st.integers(0, 2**32))
def test_no_two_rows_ask_the_same_of_the_same_place(seed: int) -> None:
    item, annotations = made_documents.a_document(Random(seed))
    built = rows(item, document.to_dict(annotations), LABELS).rows["questions"]
    asked = [(row["doc_start"], row["context"], row["question"]) for row in built]
    assert len(set(asked)) == len(asked)


def test_a_source_is_asked_for_and_its_name_is_accepted_too(asked: dict[str, Row]) -> None:
    row = asked["a1:source"]
    assert "“the ferry crew struck at dawn”?" in row["question"]
    assert row["context"] == FIRST
    assert row["answers"] == ["Mayor Ada Brand", "Ada Brand", "Mayor"]
    assert asked["a2:source"]["answers"] == ["the Lenna Post"]


def test_the_claimant_is_the_innermost_source(asked: dict[str, Row]) -> None:
    assert asked["e1:claimant"]["answer"] == "Mayor Ada Brand"
    assert "e2:claimant" not in asked


def test_the_voice_is_that_of_the_article_unless_a_content_holds_the_event(
    asked: dict[str, Row],
) -> None:
    assert [asked[f"{key}:voice"]["answer"] for key in ("e1", "e2")] == list(VOICES[::-1])


def test_an_argument_outside_the_sentence_is_not_asked_for(asked: dict[str, Row]) -> None:
    assert asked["e1:actor:argument"]["answers"] == ["crew"]
    assert asked["e3:recipient:argument"]["answers"] == ["pier"]
    assert "e2:actor:argument" not in asked


def test_types_and_stances_are_asked_with_the_ontologys_places(asked: dict[str, Row]) -> None:
    row = asked["e3:event_type"]
    assert tuple(row["choices"]) == SCHEME.names("event")
    assert row["answer"] == "ASSAULT"
    row = asked["s1:stance"]
    assert row["question"] == "What stance does “She” take towards the event “strike”?"
    assert (row["answer"], row["label"]) == ("in favour", SCHEME.values("label").index("FAVOR"))


def test_a_word_that_stands_twice_is_quoted_with_its_neighbours(asked: dict[str, Row]) -> None:
    # The paragraph of e2 and e4 has "strike" twice, the sentence of each only once.
    assert "“strike” (in “the strike.”)" in asked["e2:voice"]["question"]
    assert "“strike” (in “a strike closed”)" in asked["e4:voice"]["question"]
    assert "“strike” name" in asked["e4:event_type"]["question"]


def test_a_name_that_only_belongs_to_the_source_is_no_answer() -> None:
    made, annotations = _made()
    start, _ = _at("said the ferry crew")
    annotations.attributions[1].source = [(start, _at("crew")[1])]
    annotations.mentions.append(Mention("m7", *_at("ferry"), "ORG", "name", "lenna-ferry"))
    assert _asked(annotations, made)["a2:source"]["answers"] == ["said the ferry crew"]


def test_sources_in_parts_and_implicit_ones_are_not_asked_for() -> None:
    made, annotations = _made()
    annotations.attributions[0].source = []
    annotations.attributions[1].source = [_at("the Lenna"), _at("Post")]
    asked = _asked(annotations, made)
    assert not {key for key in asked if key.endswith((":source", ":claimant"))}


def test_an_event_that_is_attributed_in_another_paragraph_has_no_voice_question() -> None:
    made, annotations = _made()
    annotations.attributions[0].content.append(_at("The crew struck the pier"))
    assert "e3:voice" not in _asked(annotations, made)
    assert _asked(annotations, made)["e3:claimant"]["answer"] == "Mayor Ada Brand"


def test_two_sources_of_the_same_words_are_both_accepted() -> None:
    made, annotations = _made()
    annotations.attributions[1].content = annotations.attributions[0].content
    annotations.attributions[1].parent = annotations.attributions[0].parent = None
    answers = _asked(annotations, made)["a1:source"]["answers"]
    assert {"Mayor Ada Brand", "the Lenna Post"} <= set(answers)


def test_where_gold_says_two_things_of_the_same_words_nothing_is_asked() -> None:
    made, annotations = _made()
    annotations.stances.append(Stance("s2", *_at("backs"), "AGAINST", "e2", "m5"))
    assert not [key for key in _asked(annotations, made) if key.endswith(":stance")]


def test_long_contents_are_cut_in_the_question() -> None:
    made, annotations = _made()
    annotations.attributions = [
        Attribution("a1", cue=[_at("said")], source=[_at("Mayor")], content=[(0, len(TEXT))])
    ]
    # The text is shorter than the limit: everything is quoted.
    assert len(TEXT.split()) <= LONGEST
    assert "closed the dock.”?" in _asked(annotations, made)["a1:source"]["question"]
    item, found = made_documents.a_document(Random(4), lines=12)
    assert item.text is not None
    whole = found.attributions[0]
    whole.source, whole.content = [whole.cue[0]], [(0, len(item.text))]
    built = rows(item, document.to_dict(found), LABELS).rows["questions"]
    question = next(r["question"] for r in built if r["id"].endswith(f"{whole.id}:source"))
    assert question.endswith(" …”?")


def test_what_was_not_annotated_is_not_asked() -> None:
    made, annotations = _made()
    raw = document.to_dict(annotations)
    raw["layers"] = ["entity", "event"]
    raw["attributions"] = raw["stances"] = []
    built = rows(made, raw, LABELS).rows["questions"]
    assert {row["task"] for row in built} == {"argument", "event_type"}
    assert rows(made, None, LABELS).rows["questions"] == []
