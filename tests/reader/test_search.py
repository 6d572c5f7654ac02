"""Search finds what the dataset holds: no more, no less."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reader import brute
from tests.reader.brute import Query
from tests.reader.tab import Tab

pytestmark = pytest.mark.browser
SHARED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: Everything that a query finds, with the words that would be marked.
ASK = """async (text) => {
  const index = await (window.searched ||= parleySearch.open('search/'));
  const told = await index.answer(text);
  const rows = await index.show(told, 0, told.count);
  return {
    result: told.result, count: told.count, problems: told.query.problems,
    reading: told.query.reading,
    rows: told.result === 'conflict' ? rows.map((row) => [row.event, row.claims.length])
      : rows.map((row) => [row.document.id, row.number, row.anchor,
        row.start === undefined ? ''
          : Array.from(row.sentence).slice(row.start, row.end).join('')]),
  };
}"""


@pytest.fixture(scope="module")
def corpus(dataset: Path) -> brute.Corpus:
    """The dataset's rows."""
    return brute.read(dataset)


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Iterator[Any]:
    """The search page, for many questions."""
    tab = Tab(browser)
    yield tab.open(f"{address}/search.html")
    assert tab.faults == []
    tab.context.close()


def ask(page: Any, text: str) -> Any:
    """What the page's own search finds."""
    return page.evaluate(ASK, text)


@st.composite
def queries(draw: st.DrawFn, corpus: brute.Corpus) -> Query:
    """A query about something that is there, or nearly."""
    kind = draw(st.sampled_from((*brute.KINDS, "sentence")))
    conditions = []
    if kind != "sentence":
        row = draw(st.sampled_from(corpus.found[kind]))
        names = [name for name, values in row.values.items() if values]
        for name in draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
            value = draw(st.sampled_from(sorted(row.values[name], key=str)))
            op = draw(st.sampled_from(("", ">", "<", ">=", "<="))) if name == "depth" else ""
            conditions.append((name, op, value))
    beside = []
    if draw(st.booleans()):
        other = draw(st.sampled_from(brute.KINDS))
        row = draw(st.sampled_from(corpus.found[other]))
        covered = corpus.found[kind][0].values if kind != "sentence" else {}
        names = [
            name
            for name, values in row.values.items()
            if values and brute.FIRST[name] == other and name not in covered
        ]
        if names:
            name = draw(st.sampled_from(names))
            beside.append((name, "", draw(st.sampled_from(sorted(row.values[name], key=str)))))
    groups = []
    sentences = sorted(key for key, found in corpus.sentences.items() if found)
    for _ in range(draw(st.integers(0, 2))):
        found = corpus.sentences[draw(st.sampled_from(sentences))]
        size = draw(st.integers(1, 2))
        at = draw(st.integers(0, max(0, len(found) - size)))
        group = found[at : at + size]
        if len(group[-1]) > 2 and draw(st.booleans()):
            group = [*group[:-1], group[-1][: draw(st.integers(2, len(group[-1])))] + "*"]
        groups.append(tuple(group))
    documents = []
    if draw(st.booleans()):
        name = draw(st.sampled_from(("story", "form", "split")))
        values = sorted({row[name] for row in corpus.documents.values()})
        documents.append((name, draw(st.sampled_from(values))))
    return Query(kind, tuple(conditions), tuple(beside), tuple(groups), tuple(documents))


@SHARED
@given(st.data())
def test_a_query_finds_what_a_walk_through_every_row_finds(
    page: Any, corpus: brute.Corpus, data: st.DataObject
) -> None:
    query = data.draw(queries(corpus))
    told = ask(page, query.text())
    assert told["problems"] == []
    assert told["result"] == query.kind
    expected = sorted(brute.answer(corpus, query))
    assert sorted(map(tuple, told["rows"])) == expected
    assert told["count"] == len(expected)


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (
            "AGAINST stances held by an ORG",
            Query("stance", (("stance", "", "AGAINST"), ("holder", "", "ORG"))),
        ),
        ("stances held by the author", Query("stance", (("holder", "", "AUTHOR"),))),
        (
            "favor stances towards a GPE",
            Query("stance", (("stance", "", "FAVOR"), ("target", "", "GPE"))),
        ),
        ("ASSAULT events", Query("event", (("event", "", "ASSAULT"),))),
        (
            "attributions to unnamed sources",
            Query("attribution", (("source_kind", "", "unnamed"),)),
        ),
        (
            "claims by lenna about the flood",
            Query("claim", (("by", "", "lenna"), ("about", "", "lenna-flood"))),
        ),
        ("conflicting claims", Query("claim", (("claims", "", "conflicting"),))),
        ("mentions of Mirkwood", Query("mention", (("entity", "", "mirkwood"),))),
        (
            "PERSON mentions of lenna",
            Query("mention", (("type", "", "PERSON"), ("entity", "", "lenna"))),
        ),
        (
            "actor arguments of ASSAULT events",
            Query("argument", (("role", "", "actor"), ("event", "", "ASSAULT"))),
        ),
        ("depth:>1", Query("attribution", (("depth", ">", 1),))),
        (
            "stance:AGAINST holder:PERSON target:WORK_OF_ART",
            Query(
                "stance",
                (
                    ("stance", "", "AGAINST"),
                    ("holder", "", "PERSON"),
                    ("target", "", "WORK_OF_ART"),
                ),
            ),
        ),
        (
            "role:actor type:GPE",
            Query("argument", (("role", "", "actor"), ("type", "", "GPE"))),
        ),
        ('"Lenna river"', Query("sentence", groups=(("lenna", "river"),))),
        ("RIVER mayor's", Query("sentence", groups=(("river",), ("mayor", "s")))),
        ("cafe\u0301", Query("sentence", groups=(("cafe",),))),
        ("OTVOS", Query("sentence", groups=(("otvos",),))),
        ("北京", Query("sentence", groups=(("北京",),))),
    ],
)
def test_questions_as_typed_find_what_they_ask_for(
    page: Any, corpus: brute.Corpus, words: str, query: Query
) -> None:
    told = ask(page, words)
    assert told["problems"] == []
    assert told["result"] == query.kind
    found = sorted(brute.answer(corpus, query))
    assert found, "the question should be about something that is there"
    assert sorted(map(tuple, told["rows"])) == found


def test_events_with_two_conflicting_claims_are_those_that_claims_contradict(
    page: Any, corpus: brute.Corpus
) -> None:
    told = ask(page, "events with two conflicting claims")
    contested = {
        value
        for row in corpus.found["claim"]
        if "conflicting" in row.values["claims"]
        for value in row.values["about"]
    }
    assert contested == {"lenna-flood"}
    assert told["result"] == "conflict"
    assert [event for event, _ in told["rows"]] == ["lenna-flood"]
    assert told["rows"][0][1] >= 2
    assert ask(page, "events with conflicting claims in dry-dock")["count"] == 1
    assert ask(page, "events with conflicting claims in ferry-line")["count"] == 0


def test_dates_narrow_to_a_day_a_month_and_what_is_before_or_after(
    page: Any, corpus: brute.Corpus
) -> None:
    days = [row["published_text"][:10] for row in corpus.documents.values()]
    for text, fits in (
        ("date:2024-08-17", [day == "2024-08-17" for day in days]),
        ("date:2024-08", [day.startswith("2024-08") for day in days]),
        ("date:>2024-08-17", [day > "2024-08-17" for day in days]),
        ("date:>=2024-08-17", [day >= "2024-08-17" for day in days]),
        ("date:<2024-08", [day < "2024-08" for day in days]),
        ("date:<=2024", [day[:4] <= "2024" for day in days]),
    ):
        told = ask(page, text)
        assert (told["result"], told["count"]) == ("document", sum(fits)), text


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("stance:AGANST", "stance:AGAINST"),
        ("stnace:AGAINST", "stance:AGAINST"),
        ("AGAINST stances held by an OGR", "holder:ORG"),
        ("entity:lena", "entity:lenna"),
        ("event:ASSAULTS", "event:ASSAULT"),
        ("split:valid", "split:validation"),
        ("find:stnaces", "find:stance"),
    ],
)
def test_a_word_that_a_field_does_not_know_gets_the_nearest_that_it_does(
    page: Any, words: str, right: str
) -> None:
    told = ask(page, words)
    assert told["count"] == 0
    assert [problem["suggestion"]["right"] for problem in told["problems"]] == [right]


@pytest.mark.parametrize("words", ["depth:many", "date:yesterday", "holder:>ORG", "qqqq:1"])
def test_what_cannot_be_asked_is_said_and_not_guessed(page: Any, words: str) -> None:
    told = ask(page, words)
    assert told["problems"]
    assert told["count"] == 0


def test_the_address_holds_the_question_and_back_goes_back(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/search.html?q=ASSAULT%20events")
    first = page.inner_text("#status")
    assert first.endswith("events")
    assert page.inner_text("#notes") == "Read as event:ASSAULT find:event"
    page.fill("#q", "lenna")
    page.keyboard.press("Enter")
    page.locator("#status", has_text="sentence").wait_for()
    assert page.url.endswith("search.html?q=lenna")
    page.go_back()
    page.locator("#status", has_text="events").wait_for()
    assert page.inner_text("#status") == first
    assert page.input_value("#q") == "ASSAULT events"
    assert all(url.startswith(address) for url in tab.asked)


def test_a_result_leads_to_its_place_in_the_document(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/search.html?q=stances%20held%20by%20the%20author")
    link = page.locator("#results a").first
    target = link.get_attribute("href")
    link.click()
    page.wait_for_selector("#document.ready")
    assert page.url == f"{address}/{target}"
    assert target is not None and "#s" in target


def test_results_are_announced_and_reached_by_keyboard(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/search.html")
    status = page.locator("#status")
    assert status.get_attribute("aria-live") == "polite"
    page.focus("#q")
    page.keyboard.type("river")
    page.keyboard.press("Enter")
    page.locator("#status", has_text="sentence").wait_for()
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.closest('#refine, #results')?.id || ''"))
    assert "refine" in seen and "results" in seen


def test_more_results_are_added_where_the_first_end(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/search.html?q=find:mention")
    total = int(page.inner_text("#status").split()[0].replace(",", ""))
    assert page.locator("#results > li").count() == 20 < total
    page.click("#more")
    page.locator("#results > li").nth(39).wait_for()
    assert page.evaluate(
        "document.activeElement.closest('li') === document.querySelectorAll('#results > li')[20]"
    )
    links = page.evaluate("[...document.querySelectorAll('#results > li > a')].map(a => a.href)")
    assert len(set(links)) == 40


def test_the_examples_of_the_page_all_have_answers(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/search.html")
    asked = page.evaluate(
        "[...document.querySelectorAll('.help a[data-query]')].map(a => a.dataset.query)"
    )
    assert len(asked) >= 7
    for query in asked:
        told = ask(page, query)
        assert (told["problems"], told["count"] > 0) == ([], True), query
