"""Levels 3 to 5 on one document: derived values, characters, and input of any kind."""

import copy
from typing import Any

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from parley import document, json_io
from parley.checks import document as checks
from parley.checks import graphemes, spans
from parley.document import Annotations, Document, Paragraph
from parley.incidents import Report
from tests.checks.test_schema import GOLD, mutations
from tests.strategies import TEXTS, annotations


def whole(text: str, kind: str = "body") -> Document:
    """A document of one paragraph a line."""
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            first = start + len(line) - len(line.lstrip())
            found.append(Paragraph(first, first + len(line.strip()), kind))
        start += len(line) + 1
    return Document(
        id="doc",
        story="story",
        status="open",
        title="",
        published="2024-03-06",
        form="news",
        language="en",
        length=len(text),
        sha256=document.digest(text),
        paragraphs=tuple(found),
        sentences=(),
        text=text,
    )


#: Letters with marks, pictures joined or coloured, flags, syllables: one character each.
CLUSTERS = st.sampled_from(
    [
        "a",
        " ",
        ".",
        "\n",
        "\u0439",
        "\u200b",
        "\ud55c",
        "e\u0301",
        "n\u0303\u0327",
        "\u05e9\u05c1",
        "\u1112\u1161\u11ab",
        "\u2764\ufe0f",
        "\U0001f1fa\U0001f1e6",
        "\U0001f1f6\U0001f1e6",
        "\U0001f469\u200d\U0001f680",
        "\U0001f44d\U0001f3fd",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(CLUSTERS, max_size=12).map("".join))
def test_characters_are_split_where_unicode_says(text: str) -> None:
    edges = {0, len(text)} | {match.end() for match in regex.finditer(r"\X", text)}
    for place in range(len(text) + 1):
        assert graphemes.splits(text, place) == (place not in edges), (text, place)


@settings(max_examples=100, deadline=None)
@given(TEXTS.filter(str.strip).flatmap(lambda text: st.tuples(st.just(text), annotations(text))))
def test_the_fast_look_at_a_span_misses_nothing_that_the_slow_one_says(
    case: tuple[str, Annotations],
) -> None:
    text, made = case
    place = spans.Place(whole(text), frozenset({"body"}))
    pairs = [(item.start, item.end) for item in made.mentions]
    suspects = spans._suspects(pairs, place)
    for at, (start, end) in enumerate(pairs):
        report = Report("file.json")
        spans.span(start, end, "m1", "the mention", place, report)
        assert at in suspects or not report.found


@settings(max_examples=100, deadline=None)
@given(TEXTS.filter(str.strip).flatmap(lambda text: st.tuples(st.just(text), annotations(text))))
def test_annotations_of_any_text_resolve_and_lie_inside_it(
    case: tuple[str, Annotations],
) -> None:
    text, made = case
    raw = json_io.loads(document.dump(made, text))
    raw["doc_id"] = "doc"
    found = {fault.code for fault in checks.check(whole(text), raw)}
    never = {"P401", "P402", "P403", "P408", "P414", "P420", "P520", "P521"}
    assert not {code for code in found if code < "P4"} | (found & never)


@settings(max_examples=300, deadline=None)
@given(mutations())
def test_no_damage_to_a_file_stops_the_checks(case: tuple[str, Any]) -> None:
    found = whole("Bridge works begin at Lisvik\n" + "x" * 302)
    for fault in checks.check(found, case[1]):
        assert str(fault).isprintable()


def test_the_same_faults_come_out_whatever_the_order_of_the_lists() -> None:
    raw = copy.deepcopy(GOLD)
    raw["mentions"] = raw["mentions"][::-1]
    found = checks.check(_bridge(), raw)
    assert {fault.code for fault in found} == {"P420"}


def test_only_the_levels_asked_for_run() -> None:
    raw = copy.deepcopy(GOLD)
    raw["mentions"][0]["end"] = 48
    raw["events"][1]["arguments"][0]["target"] = "m99"
    by_level = [
        {fault.code[1] for fault in checks.check(_bridge(), raw, level=level)}
        for level in range(1, 6)
    ]
    assert by_level == [set(), set(), {"3"}, {"3", "4"}, {"3", "4"}]


def test_words_are_not_looked_at_where_the_text_is_not_at_hand() -> None:
    from dataclasses import replace

    raw = copy.deepcopy(GOLD)
    raw["mentions"][9]["start"] -= 1  # white space, were there a text
    raw["mentions"][9].pop("text")
    assert not checks.check(replace(_bridge(), text=None), raw)


@pytest.mark.parametrize("size", [50, 400])
def test_a_circle_of_many_events_is_told_once(size: int) -> None:
    raw = copy.deepcopy(GOLD)
    event = raw["events"][0] | {"event": None, "arguments": []}
    raw["events"] = [
        event
        | {"id": f"e{at:04}", "arguments": [{"role": "theme", "target": f"e{(at + 1) % size:04}"}]}
        for at in range(size)
    ]
    found = checks.check(_bridge(), raw)
    assert [fault.code for fault in found].count("P514") == 1


def _bridge() -> Document:
    from parley import article
    from tests.checks import project

    path = project.BASE / "corpus/articles/bridge-works/bridge-daily.txt"
    return article.read(path, project.BASE)
