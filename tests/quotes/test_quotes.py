"""Quotes name one place or are refused; what they name is exactly the quoted words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.document import digest
from parley.quotes import Finder, QuoteError, resolve
from tests.strategies import ONTOLOGY, TEXTS, spans

TEXT = (
    "Talks in the balance\n"
    "Kyiv said it would go to the talks. “They said no,” an aide said of Moscow.\n"
    "He then left the hall.\n"
)


def faults(**raw: Any) -> list[str]:
    found, incidents = resolve(raw, TEXT, ONTOLOGY, file="q.json", doc_id="talks")
    assert found.sha256 == digest(TEXT)
    return [str(incident) for incident in incidents]


def mention(**fields: Any) -> dict[str, Any]:
    return {"mentions": [{"id": "m1", "type": "GPE", **fields}]}


def test_a_quote_that_occurs_once_needs_no_number() -> None:
    found, incidents = resolve(mention(quote="Moscow"), TEXT, ONTOLOGY)
    assert incidents == []
    assert TEXT[found.mentions[0].start : found.mentions[0].end] == "Moscow"


def test_an_occurrence_is_counted_in_reading_order_on_whole_words() -> None:
    finder = Finder(TEXT)
    starts = [finder.find("said", n)[0] for n in (1, 2, 3)]
    assert starts == sorted(starts)
    # `he` stands inside `the`, `They` and `then`: only the pronoun counts.
    assert finder.occurrences("He") == [(TEXT.index("He then"), TEXT.index("He then") + 2)]
    assert finder.occurrences("he") == []


def test_within_and_paragraph_narrow_the_search() -> None:
    finder = Finder(TEXT)
    assert finder.find("said", within="an aide said") == finder.find("said", 3)
    assert finder.find("the", paragraph=3) == finder.find("the", 3)
    assert finder.find("said", 2, paragraph=2) == finder.find("said", 2)


def test_a_hyphen_is_the_edge_of_a_word() -> None:
    assert Finder("a Moscow-backed court").find("Moscow") == (2, 8)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            mention(quote="Minsk"),
            "q.json: Q001 [talks/m1] not in the text: 'Minsk'",
        ),
        (
            mention(quote='"They said no,"'),
            "q.json: Q001 [talks/m1] not in the text: '\"They said no,\"'; "
            "paragraph 2 has '“They said no,”'",
        ),
        (
            mention(quote="Moscow", within="Kyiv said it"),
            "q.json: Q001 [talks/m1] not in the text within 'Kyiv said it': 'Moscow'; "
            "paragraph 2 has 'Moscow'",
        ),
        (
            mention(quote="said no", n=2),
            "q.json: Q003 [talks/m1] no such occurrence of 'said no'; got 2; it occurs 1 time",
        ),
        (
            mention(quote="Kyiv", paragraph=9),
            "q.json: Q004 [talks/m1] no such paragraph; got 9; expected 1 to 3 (non-blank lines)",
        ),
        (
            mention(quote=""),
            "q.json: Q005 [talks/m1] bad quote; got ''; expected words of the text on one line",
        ),
        (
            mention(quote="Kyiv", typ="x"),
            "q.json: Q005 [talks/m1] unknown field in mentions; got 'typ'; nearest is 'type'",
        ),
        (
            {"mentions": [{"id": "m1", "quote": "Kyiv", "type": "gpe"}]},
            "q.json: Q006 [talks/m1] no such entity type; got 'gpe'; expected PERSON, NORP, FAC, "
            "ORG, GPE, LOC, PRODUCT, EVENT, LAW, WORK_OF_ART, DATE, TIME, PERCENT, MONEY, "
            "QUANTITY, ORDINAL or CARDINAL; nearest is 'GPE'",
        ),
        (
            {"events": [{"id": "e1", "quote": "left", "type": "MOVE",
                         "arguments": [{"role": "actor", "mention": "m9"}]}]},
            "q.json: Q007 [talks/e1] argument actor names no mention of this file; got 'm9'",
        ),
        (
            {"attributions": [{"id": "a1", "cue": {"quote": "said", "n": 1}}]},
            "q.json: Q005 [talks/a1] an attribution needs a content",
        ),
        (
            {"stances": [{"id": "s1", "quote": "left", "target": "e1", "label": "AGAINST"}]},
            "q.json: Q007 [talks/s1] target names no mention or event of this file; got 'e1'",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_fault_says_what_where_and_what_was_expected(raw: dict[str, Any], message: str) -> None:
    assert faults(**raw) == [message]


def test_an_ambiguous_quote_lists_where_it_stands() -> None:
    (fault,) = faults(**mention(quote="said"))
    assert fault.startswith("q.json: Q002 [talks/m1] occurs 3 times: 'said'; give n or within: n=1")


def test_all_faults_come_in_one_run_and_the_rest_is_resolved() -> None:
    raw = {
        "mentions": [
            {"id": "m1", "quote": "Kyiv", "type": "GPE"},
            {"id": "m1", "quote": "Minsk", "type": "GPE"},
            {"id": "m3", "quote": "said", "type": "GPE"},
        ]
    }
    found, incidents = resolve(raw, TEXT, ONTOLOGY)
    assert [incident.code for incident in incidents] == ["Q007", "Q001", "Q002"]
    assert [item.id for item in found.mentions] == ["m1"]


@pytest.mark.parametrize("raw", [None, [], "x", {"mentions": 3}, {"layers": ["x"]}, {"m": 1}])
def test_a_value_of_another_shape_is_refused(raw: object) -> None:
    _, incidents = resolve(raw, TEXT, ONTOLOGY)
    assert [incident.code for incident in incidents] == ["Q005"]


@given(TEXTS.flatmap(lambda text: st.tuples(st.just(text), spans(text))))
def test_whatever_is_found_is_the_quoted_words(pair: tuple[str, tuple[int, int]]) -> None:
    text, (start, end) = pair
    quote = text[start:end]
    finder = Finder(text)
    for place in finder.occurrences(quote):
        assert text[slice(*place)] == quote
    try:
        assert text[slice(*finder.find(quote))] == quote
    except QuoteError as error:
        assert error.code in ("Q001", "Q002")


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "quote", "n", "within", "type", "cue", "content", "mentions"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["mentions", "events", "attributions", "stances"]), junk))
def test_hostile_quote_files_give_incidents_not_crashes(raw: dict[str, Any]) -> None:
    resolve(raw, TEXT, ONTOLOGY)
