"""What a reader narrows, finds and follows on the pages that list."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from parley.reader import site
from tests.reader.conftest import listening
from tests.reader.tab import Tab

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def days() -> list[str]:
    """Publication of 30 documents, in order; of one the month alone is known."""
    return ["2024-07", *(f"2024-08-{day:02}" for day in range(1, 30))]


@pytest.fixture(scope="module")
def dated(
    dataset: Path, tmp_path_factory: pytest.TempPathFactory, days: list[str]
) -> Iterator[str]:
    """Where a site is served whose documents are of these days."""
    out = tmp_path_factory.mktemp("dated") / "site"
    site.build(dataset, out)
    path = out / "assets" / "documents_data.js"
    before, equals, after = path.read_text().partition(" = ")
    found = orjson.loads(after.removesuffix(";\n"))
    found["published"] = days
    path.write_text(f"{before}{equals}{orjson.dumps(found).decode()};\n")
    with listening(out) as address:
        yield address


def test_a_range_of_dates_narrows_the_list_and_stands_in_the_address(
    tab: Tab, dated: str, days: list[str]
) -> None:
    page = tab.open(f"{dated}/index.html")
    page.fill("#from", "2024-08-05")
    page.fill("#to", "2024-08-20")
    assert page.inner_text("#status") == "16 of 30 documents"
    assert page.url.endswith("#from=2024-08-05&to=2024-08-20")
    times = page.locator("#documents time").all_inner_texts()
    assert times == [day for day in days if "2024-08-05" <= day <= "2024-08-20"]
    page.reload()
    tab.ready()
    assert page.inner_text("#status") == "16 of 30 documents"
    assert page.input_value("#from") == "2024-08-05"
    page.get_by_role("button", name="Clear all").click()
    assert page.inner_text("#status") == "30 of 30 documents"


@pytest.mark.parametrize(
    ("range_", "count"),
    [
        ("to=2024-07", 1),
        ("from=2024-08", 29),
        ("from=2024", 30),
        # Of a day in July it may be: only the month is known.
        ("from=2024-07-20", 30),
        ("to=2024-07-01", 1),
        ("from=2024-09", 0),
        ("from=August", 30),
    ],
)
def test_a_range_holds_as_far_as_dates_are_known(
    tab: Tab, dated: str, range_: str, count: int
) -> None:
    page = tab.open(f"{dated}/index.html#{range_}")
    assert page.inner_text("#status") == f"{count} of 30 documents"


def test_what_no_document_fits_says_so(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/index.html#q=nothing-is-called-this")
    assert page.inner_text("#status") == "0 of 30 documents"
    assert "No document fits" in page.inner_text("#documents")


def test_articles_that_credit_nobody_can_be_chosen(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/index.html")
    lines = page.locator("details", has_text="Outlet credits").locator("label")
    words = [line.split("\n") for line in lines.all_inner_texts()]
    counts = {name: int(count) for name, count in words}
    assert "nobody" in counts and len(counts) > 1
    page.get_by_role("checkbox", name="nobody").check()
    assert page.inner_text("#status") == f"{counts['nobody']} of 30 documents"
    assert "credits" not in page.inner_text("#documents")


def test_the_words_asked_for_are_marked_in_what_is_found(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/search.html?q=riv*")
    marks = {words.lower() for words in page.locator("#results mark").all_inner_texts()}
    assert marks and all(words.startswith("riv") for words in marks)
    page = tab.open(f"{address}/search.html?q=%22lenna%20river%22")
    marks = {words.lower() for words in page.locator("#results mark").all_inner_texts()}
    assert {" ".join(words.split()) for words in marks} == {"lenna river"}


def test_a_word_that_no_sentence_has_is_named_with_the_nearest(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/search.html?q=lenna%20rivver")
    assert page.inner_text("#status") == "No sentences found."
    assert "No sentence has the word “rivver”. Did you mean river?" in page.inner_text("#notes")
    page.locator("#notes a", has_text="river").click()
    page.locator("#status", has_text=re.compile(r"^\d+ sentence")).wait_for()
    assert page.input_value("#q") == "lenna river"


@pytest.mark.parametrize("query", ["r*", '"the r*"'])
def test_a_beginning_of_one_letter_is_asked_to_be_longer(
    tab: Tab, address: str, query: str
) -> None:
    page = tab.open(f"{address}/search.html?q={query}")
    assert "r* needs two letters before the *" in page.inner_text("#notes")


@pytest.mark.parametrize("width", [390, 900, 1600])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_deep_link_s_place_is_lit_and_under_nothing(
    browser: Any, address: str, width: int, place: str
) -> None:
    tab = Tab(browser, viewport={"width": width, "height": 640})
    page = tab.open(f"{address}/search.html?q=find:mention")
    name = page.locator("#results a").first.get_attribute("href").partition("#")[0]
    row = page.request.get(f"{address}/{name.replace('.html', '.json')}").json()
    items = row["mentions"]
    chosen = {"first": items[0], "middle": items[len(items) // 2], "last": items[-1]}[place]
    page.goto(f"{address}/{name}#{chosen['id']}")
    page.wait_for_selector("#document.ready")
    lit = page.locator("#text .sel").first
    lit.wait_for()
    page.wait_for_timeout(100)
    box = lit.bounding_box()
    covered = page.evaluate(
        "([x, y]) => !document.elementFromPoint(x, y)?.closest('#text')",
        [box["x"] + min(4, box["width"] / 2), box["y"] + min(14, box["height"] / 2)],
    )
    assert not covered
    tab.context.close()
    assert tab.faults == []


def test_without_scripts_texts_and_lists_can_be_read(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/index.html")
    links = page.locator("#documents a")
    assert links.count() == 30
    links.first.click()
    assert len(page.inner_text("#text")) > 100
    assert "JSON" in page.inner_text("#panel")
    for here in ("stories.html", "entities.html", "entities/lenna.html", "checks/P401.html"):
        page.goto(f"{address}/{here}")
        assert page.locator("main a").count() > 0
    context.close()


def test_a_printed_document_is_its_text_without_controls(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/index.html")
    page.locator("#documents a").first.click()
    page.wait_for_selector("#document.ready")
    page.emulate_media(media="print")
    assert page.locator("#text").is_visible()
    for hidden in ("#tools", "#panel", ".top nav", "#theme"):
        assert not page.locator(hidden).is_visible(), hidden
    tab.open(f"{address}/index.html")
    page.emulate_media(media="print")
    assert not page.locator("#facets").is_visible()
    assert page.locator("#documents a").first.is_visible()
