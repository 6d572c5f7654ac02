"""Reports on made rounds: figures worked out by hand, and what holds of every round."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.agreement import page, report, text
from parley.agreement.read import Round
from parley.document import (
    Annotations,
    Argument,
    Attribution,
    Event,
    Mention,
    Stance,
    digest,
    nest,
)
from parley.ontology import LAYERS
from tests.agreement.rounds import SCHEME, empty
from tests.strategies import TEXTS, annotations

TEXT = "Kyiv said on Monday that Moscow shelled the Sumy region.\n"


def at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def first(doc_id: str = "d1") -> Annotations:
    found = Annotations(
        doc_id,
        digest(TEXT),
        len(TEXT),
        LAYERS,
        mentions=[
            Mention("m1", *at("Kyiv"), "GPE", entity="ukraine"),
            Mention("m2", *at("Monday"), "DATE", value="2024-03-04"),
            Mention("m3", *at("Moscow"), "GPE", entity="russia"),
            Mention("m4", *at("Sumy region"), "GPE"),
        ],
        events=[
            Event(
                "e1",
                *at("shelled"),
                "ASSAULT",
                "heavy-weapons",
                arguments=[Argument("actor", "m3"), Argument("recipient", "m4")],
            )
        ],
        attributions=[
            Attribution("a1", [at("said")], [at("Kyiv")], [at("Moscow shelled the Sumy region")])
        ],
        stances=[Stance("s1", *at("shelled"), "AGAINST", "m3", "m1")],
    )
    nest(found)
    return found


def second(doc_id: str = "d1") -> Annotations:
    found = Annotations(
        doc_id,
        digest(TEXT),
        len(TEXT),
        LAYERS,
        mentions=[
            Mention("x1", *at("Kyiv"), "GPE", entity="kyiv"),
            Mention("x2", *at("Monday"), "DATE", value="2024-03-04"),
            Mention("x3", *at("Moscow"), "ORG", entity="russia"),
            Mention("x4", *at("the Sumy region"), "GPE"),
        ],
        events=[
            Event(
                "y1",
                *at("shelled"),
                "ASSAULT",
                arguments=[
                    Argument("actor", "x3"),
                    Argument("location", "x4"),
                    Argument("time", "x2"),
                ],
            )
        ],
        attributions=[
            Attribution(
                "z1",
                [at("said")],
                [at("Kyiv")],
                [at("that Moscow shelled the Sumy region")],
                source_kind="collective",
            )
        ],
        stances=[Stance("w1", *at("shelled"), "AGAINST", "x3")],
    )
    nest(found)
    return found


def a_round(texts: dict[str, str | None], **annotators: dict[str, Annotations]) -> Round:
    done = {who: len(items) for who, items in annotators.items()}
    return Round("first", SCHEME, annotators, done, texts)


def rows(made: dict[str, Any], pair: int = 0) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    return {
        (row["layer"], row["kind"], row["name"], row["label"] or ""): row
        for layer in made["pairs"][pair]["layers"].values()
        for row in layer["measures"]
    }


BY_HAND = {
    # Four mentions each: two equal, three on one span, four overlapping.
    ("entity", "f1", "strict", ""): 2 * 2 / 8,
    ("entity", "f1", "span", ""): 2 * 3 / 8,
    ("entity", "f1", "overlap", ""): 1.0,
    ("entity", "f1", "strict", "GPE"): 2 * 1 / 5,
    ("entity", "f1", "overlap", "GPE"): 2 * 2 / 5,
    ("entity", "f1", "strict", "ORG"): 0.0,
    # GPE-GPE, DATE-DATE, GPE-ORG: D_o = 2, D_e = (36 - 9 - 4 - 1) / 5.
    ("entity", "alpha", "type", ""): 1 - 2 / (22 / 5),
    ("entity", "share", "type", ""): 2 / 3,
    ("entity", "alpha", "mention_type", ""): 1.0,
    # 27 and 31 of 57 characters marked, 27 by both.
    ("entity", "span_alpha", "spans", ""): 1 - 8 * (114**2 - 522 - 56) / (2 * 114 * 58 * 56),
    ("entity", "share", "entity", ""): 1 / 2,
    ("entity", "share", "has_entity", ""): 1.0,
    ("entity", "share", "value", ""): 1.0,
    ("event", "f1", "strict", ""): 1.0,
    ("event", "alpha", "mode", ""): 0.0,
    ("event", "share", "mode", ""): 0.0,
    ("event", "alpha", "polarity", ""): 1.0,
    # Two and three arguments: the actor in common, the target of two.
    ("event", "f1", "arguments", ""): 2 * 1 / 5,
    ("event", "f1", "arguments_matched", ""): 2 * 1 / 5,
    ("event", "f1", "targets_matched", ""): 2 * 2 / 5,
    ("event", "f1", "arguments", "actor"): 1.0,
    ("event", "f1", "arguments", "time"): 0.0,
    ("event", "share", "role", ""): 1 / 2,
    ("event", "share", "event", ""): None,
    ("event", "share", "has_event", ""): 1.0,
    ("attribution", "f1", "whole", ""): 0.0,
    ("attribution", "f1", "cue", ""): 1.0,
    ("attribution", "f1", "source", ""): 1.0,
    ("attribution", "f1", "content", ""): 0.0,
    # Five tokens in common of six.
    ("attribution", "f1", "content_overlap", ""): 5 / 6,
    ("attribution", "span_alpha", "spans", "Cue"): 1.0,
    ("attribution", "alpha", "style", ""): 1.0,
    ("attribution", "alpha", "source_kind", ""): 0.0,
    ("attribution", "share", "parent", ""): 1.0,
    ("attribution", "share", "parent_either", ""): None,
    ("stance", "f1", "strict", ""): 1.0,
    ("stance", "f1", "joint", ""): 0.0,
    ("stance", "share", "holder", ""): 0.0,
    ("stance", "share", "target", ""): 1.0,
    ("stance", "alpha", "label", ""): 1.0,
}


def test_every_figure_of_a_small_round_is_the_one_worked_out_by_hand() -> None:
    made = report.make(a_round({"d1": TEXT}, a={"d1": first()}, b={"d1": second()}))
    found = rows(made)
    for key, value in BY_HAND.items():
        assert found[key]["value"] == (None if value is None else pytest.approx(value, abs=1e-6)), (
            key
        )


def test_a_single_label_is_called_constant_and_an_absent_value_says_why() -> None:
    found = rows(report.make(a_round({"d1": TEXT}, a={"d1": first()}, b={"d1": second()})))
    assert found["stance", "alpha", "label", ""]["constant"]
    assert not found["entity", "alpha", "type", ""]["constant"]
    assert found["event", "share", "event", ""]["why"] == "nothing to compare"
    assert found["entity", "f1", "strict", ""]["why"] == (
        "one document: no interval over documents"
    )


def test_nothing_annotated_by_either_has_no_value_in_any_measure() -> None:
    texts: dict[str, str | None] = {"d1": TEXT, "d2": TEXT}
    both = {doc_id: empty(doc_id, TEXT) for doc_id in texts}
    made = report.make(a_round(texts, a=both, b=both))
    assert {row["value"] for row in rows(made).values()} == {None}
    assert rows(made)["entity", "f1", "strict", ""]["why"] == "nothing annotated by either"
    assert "nothing annotated by either" in text.render(made)
    assert page.render(made)


def test_a_layer_counts_only_where_both_worked_on_it() -> None:
    other = empty("d1", TEXT, ("event",))
    made = report.make(a_round({"d1": TEXT}, a={"d1": first()}, b={"d1": other}))
    layers = made["pairs"][0]["layers"]
    assert [layers[layer]["documents"] for layer in LAYERS] == [0, 1, 0, 0]
    assert layers["entity"] == {"documents": 0, "measures": [], "confusions": []}
    assert rows(made)["event", "f1", "strict", ""]["value"] == 0
    assert "no document in which both worked on it" in text.render(made)
    assert page.render(made)


def test_confusions_name_both_sides_and_mark_where_they_differ() -> None:
    made = report.make(a_round({"d1": TEXT}, a={"d1": first()}, b={"d1": second()}))
    found = {
        (item["layer"], item["kind"], item["about"]): item
        for layer in made["pairs"][0]["layers"].values()
        for item in layer["confusions"]
    }
    assert {key: (item["a"], item["b"]) for key, item in found.items()} == {
        ("entity", "label", "type"): ("GPE", "ORG"),
        ("entity", "id", "entity"): ("ukraine", "kyiv"),
        ("entity", "boundary", "mention"): ("[…]", "the[…]"),
        ("event", "label", "mode"): ("heavy-weapons", "(none)"),
        ("event", "role", "role"): ("recipient", "location"),
        ("event", "only_b", "argument"): ("(none)", "time"),
        ("attribution", "label", "source_kind"): ("named", "collective"),
        ("attribution", "boundary", "content"): ("[…]", "that[…]"),
    }
    assert found["entity", "boundary", "mention"]["examples"] == [
        {
            "doc_id": "d1",
            "start": 40,
            "end": 55,
            "pieces": [
                ["Kyiv said on Monday that Moscow shelled ", ""],
                ["the ", "b"],
                ["Sumy region", "both"],
                [".", ""],
            ],
        }
    ]


def test_words_of_a_withheld_text_stand_nowhere() -> None:
    made = report.make(a_round({"d1": None}, a={"d1": first()}, b={"d1": second()}))
    for shown in (str(made), text.render(made), page.render(made)):
        assert "Monday" not in shown
        assert "shelled" not in shown
    found = rows(made)["attribution", "f1", "content_overlap", ""]
    assert found["value"] == pytest.approx(30 / 35, abs=1e-6)


def test_three_annotators_give_the_mean_over_their_pairs() -> None:
    found = a_round({"d1": TEXT}, a={"d1": first()}, b={"d1": second()}, c={"d1": first()})
    made = report.make(found)
    assert [(pair["a"], pair["b"]) for pair in made["pairs"]] == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    mean = {
        (row["layer"], row["kind"], row["name"]): row
        for layer in made["mean"]["layers"].values()
        for row in layer["measures"]
        if row["label"] is None
    }
    strict = mean["entity", "f1", "strict"]
    assert strict["value"] == pytest.approx((0.5 + 1 + 0.5) / 3, abs=1e-6)
    assert (strict["least"], strict["greatest"], strict["pairs"]) == (0.5, 1.0, 3)
    assert made["headline"][0]["f1"]["value"] == strict["value"]
    assert "means over 3 pairs" in text.render(made)
    assert page.render(made).count("Mean over pairs") == 4


def test_more_documents_give_intervals_that_a_seed_repeats() -> None:
    texts: dict[str, str | None] = {f"d{number}": TEXT for number in range(6)}
    ours = {doc_id: first(doc_id) for doc_id in texts}
    theirs = {doc_id: (first if doc_id < "d3" else second)(doc_id) for doc_id in texts}
    made = report.make(a_round(texts, a=ours, b=theirs), resamples=300, seed=5)
    strict = rows(made)["entity", "f1", "strict", ""]
    assert strict["value"] == pytest.approx(0.75)
    assert 0.5 <= strict["low"] < 0.75 < strict["high"] <= 1
    assert made == report.make(a_round(texts, a=ours, b=theirs), resamples=300, seed=5)
    other = report.make(a_round(texts, a=ours, b=theirs), resamples=0)
    assert rows(other)["entity", "f1", "strict", ""]["low"] is None


def test_examples_come_from_as_many_documents_as_there_are() -> None:
    texts: dict[str, str | None] = {f"d{number}": TEXT for number in range(6)}
    made = report.make(
        a_round(
            texts,
            a={doc_id: first(doc_id) for doc_id in texts},
            b={doc_id: second(doc_id) for doc_id in texts},
        ),
        resamples=10,
    )
    item = made["pairs"][0]["layers"]["entity"]["confusions"][0]
    assert (item["count"], item["total"]) == (6, 6)
    assert [example["doc_id"] for example in item["examples"]] == ["d0", "d1", "d2", "d3"]


# ---------------------------------------------------------------------- what holds of every round
@st.composite
def rounds(draw: st.DrawFn) -> tuple[Round, Round]:
    """A round of two annotators, and the same with the two turned round."""
    texts: dict[str, str | None] = {}
    sides: tuple[dict[str, Annotations], dict[str, Annotations]] = ({}, {})
    for number in range(draw(st.integers(1, 2))):
        doc_id, words = f"d{number}", draw(TEXTS)
        texts[doc_id] = draw(st.sampled_from([words, None]))
        for side in sides:
            side[doc_id] = draw(annotations(words, doc_id))
    return a_round(texts, a=sides[0], b=sides[1]), a_round(texts, a=sides[1], b=sides[0])


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, float):
        yield value


@given(rounds())
@settings(deadline=None, max_examples=40)
def test_no_figure_is_nan_shares_are_0_to_1_and_who_is_called_a_does_not_matter(
    pair: tuple[Round, Round],
) -> None:
    made, turned = (report.make(found, resamples=20) for found in pair)
    assert all(number == number and abs(number) < 1e9 for number in numbers(made))
    there, back = rows(made), rows(turned)
    assert there.keys() == back.keys()
    for key, row in there.items():
        value = row["value"]
        if value is not None:
            assert value <= 1, key
            assert value >= 0 or "alpha" in key[1], key
            assert back[key]["value"] == pytest.approx(value, abs=1e-5), key
        else:
            assert back[key]["value"] is None
            assert row["why"]
    assert text.render(made).isprintable() or "\n" in text.render(made)
    assert page.render(made)


@given(rounds())
@settings(deadline=None, max_examples=30)
def test_whoever_repeats_another_agrees_in_everything(pair: tuple[Round, Round]) -> None:
    found = pair[0]
    found.annotators["b"] = found.annotators["a"]
    made = report.make(found, resamples=20)
    for key, row in rows(made).items():
        assert row["value"] in (None, 1.0), key
    assert all(not layer["confusions"] for layer in made["pairs"][0]["layers"].values())
