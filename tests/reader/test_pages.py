"""Every kind of page: readable, reachable, without a fault, and showing what files hold as text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.agreement import read, report
from parley.project import Project
from parley.reader import compare, data, site
from tests.reader.conftest import HOSTILE, listening
from tests.reader.document_browser import violations
from tests.reader.tab import Tab

browser_test = pytest.mark.browser
PAGES = (
    "index.html",
    "search.html",
    "search.html?q=events%20with%20two%20conflicting%20claims",
    "search.html?q=stances%20held%20by%20an%20ORG",
    "search.html?q=stance:AGAINTS",
    "search.html?q=riv*%20nowhere",
    "search.html?q=nowhere%20at%20all",
    "stories.html",
    "stories/dry-dock.html",
    "entities.html",
    "entities/lenna.html",
    "entities/lenna.mentions.html",
    "statistics.html",
    "checks.html",
    "checks/P401.html",
    "about.html",
)
THEMES = ("light", "dark")
WIDTHS = (390, 900, 1600)
#: A document plain, with a mention, an event with arguments and an attribution chosen.
DOCUMENTS = ("DOCUMENT", "DOCUMENT#m1", "DOCUMENT#e1", "DOCUMENT#a1")


@pytest.fixture(scope="module")
def document(dataset: Path) -> str:
    """The page of a document that has annotations of every layer."""
    corpus = data.read_corpus(dataset)
    return next(
        f"documents/{row['doc_id']}.html"
        for row in data.documents(corpus)
        if all(row[layer] for layer in ("mentions", "event_arguments", "attributions", "stances"))
    )


@pytest.fixture(scope="module")
def tabs(browser: Any) -> Iterator[dict[tuple[str, int], Tab]]:
    """A tab for each theme and width."""
    made = {
        (theme, width): Tab(browser, color_scheme=theme, viewport={"width": width, "height": 900})
        for theme in THEMES
        for width in WIDTHS
    }
    yield made
    for tab in made.values():
        tab.context.close()


@browser_test
@pytest.mark.parametrize("page", [*PAGES, *DOCUMENTS])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
def test_a_page_has_no_fault_of_access_and_asks_no_other_server(
    tabs: dict[tuple[str, int], Tab],
    address: str,
    document: str,
    page: str,
    theme: str,
    width: int,
) -> None:
    tab = tabs[theme, width]
    tab.faults.clear()
    tab.asked.clear()
    if page.startswith("DOCUMENT"):
        page = page.replace("DOCUMENT", document)
    tab.page.goto("about:blank")
    tab.open(f"{address}/{page}")
    assert violations(tab.page) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "too wide"
    assert tab.faults == []
    assert [url for url in tab.asked if not url.startswith((address, "data:"))] == []


@browser_test
def test_agreement_and_documents_side_by_side_have_no_fault_of_access(
    tabs: dict[tuple[str, int], Tab], round_dataset: Path, tmp_path: Path
) -> None:
    project = Project(round_dataset.parents[1])
    found = read.read(project, "first")
    reports = {"first": report.make(found, resamples=50)}
    comparisons = compare.annotators(found)
    site.build(round_dataset, tmp_path / "site", reports=reports, comparisons=comparisons)
    name = sorted(path.stem for path in (tmp_path / "site" / "documents").glob("*.html"))[0]
    pages = ("agreement.html", f"documents/{name}.html", f"documents/{name}.html#e1")
    with listening(tmp_path / "site") as address:
        for tab in tabs.values():
            tab.faults.clear()
            for page in pages:
                tab.page.goto("about:blank")
                tab.open(f"{address}/{page}")
                if "documents" in page:
                    tab.page.wait_for_selector("#document.ready")
                assert violations(tab.page) == [], page
                assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            # The report is `parley agree --html`: its own page, with its own tests.
            tab.open(f"{address}/agreement/first.html")
            assert tab.faults == []


@browser_test
@pytest.mark.parametrize("page", PAGES)
def test_markup_in_files_stands_on_a_page_as_text(
    tab: Tab, hostile_address: str, page: str
) -> None:
    found = tab.open(f"{hostile_address}/{page.replace('lenna.mentions', 'mirkwood')}")
    assert found.locator("img[src='x']").count() == 0
    assert "\u202e" not in found.inner_text("body")


@browser_test
def test_a_hostile_document_is_listed_found_and_read(tab: Tab, hostile_address: str) -> None:
    shown = HOSTILE.replace("\u202e", "").replace("\u202c", "").partition("back")[0]
    page = tab.open(f"{hostile_address}/index.html")
    assert shown in page.inner_text("#documents")
    page = tab.open(f"{hostile_address}/search.html?q=onerror%20lenna")
    assert shown in page.inner_text("#results")
    page = tab.open(f"{hostile_address}/entities/lenna.html")
    assert shown in page.inner_text("h1")
    page = tab.open(f"{hostile_address}/documents/hostile-wire.html")
    assert shown in page.inner_text("#text")


@browser_test
def test_facets_narrow_the_list_and_stand_in_the_address(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/index.html")
    assert page.inner_text("#status") == "30 of 30 documents"
    page.get_by_role("checkbox", name="dry-dock").check()
    assert page.inner_text("#status") == "10 of 30 documents"
    assert page.url.endswith("#story=dry-dock")
    assert page.locator("#documents li").count() == 10
    page.get_by_role("checkbox", name="tidal-gate").check()
    assert page.inner_text("#status") == "20 of 30 documents"
    page.go_back()
    assert page.inner_text("#status") == "10 of 30 documents"
    page.select_option("#sort", "-title")
    titles = page.locator("#documents a").all_inner_texts()
    assert page.evaluate(
        "(t) => t.every((x, i) => !i || new Intl.Collator('en', {numeric: true})"
        ".compare(t[i - 1], x) >= 0)",
        titles,
    )
    page.get_by_role("button", name="Clear all").click()
    assert page.inner_text("#status") == "30 of 30 documents"


@browser_test
def test_a_link_to_a_narrowed_list_opens_it(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/index.html#split=test&q=lenna&sort=-date")
    rows = page.locator("#documents li").all_inner_texts()
    assert rows and all("test" in row and "lenna" in row.lower() for row in rows)


@browser_test
def test_facets_and_documents_are_reached_by_keyboard(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/index.html")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.closest('#facets, #documents, .top, .skip')"
                "?.id || document.activeElement.className"
            )
        )
    assert seen[0] == "skip"
    assert "facets" in seen and "documents" in seen
    page.keyboard.press("Shift+Tab")
    page.get_by_role("checkbox", name="dry-dock").focus()
    page.keyboard.press("Space")
    assert page.inner_text("#status") == "10 of 30 documents"


@browser_test
def test_the_chosen_theme_is_kept_from_page_to_page(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/index.html")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Switch to the dark theme").click()
    dark = page.evaluate(ground)
    assert light != dark
    tab.open(f"{address}/about.html")
    assert page.evaluate(ground) == dark
    assert page.get_by_role("button", name="Switch to the light theme").is_visible()


@browser_test
def test_a_table_sorts_by_a_column_and_narrows_to_words(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/entities.html")
    page.get_by_role("button", name="Mentions").click()
    figures = [
        int(words.replace(",", "")) for words in page.locator("td:nth-child(4)").all_inner_texts()
    ]
    assert figures == sorted(figures, reverse=True)
    head = page.locator("th[aria-sort]")
    assert head.get_attribute("aria-sort") == "descending"
    page.fill("input[data-filter]", "mirk")
    assert page.locator("tbody tr:visible").count() == 1


@browser_test
def test_a_story_sets_conflicting_claims_side_by_side(tab: Tab, address: str) -> None:
    page = tab.open(f"{address}/stories/dry-dock.html")
    event = page.locator("#event-lenna-flood")
    assert "contested" in event.inner_text()
    sides = event.locator(".side h4").all_inner_texts()
    assert [side.split("\n")[0].rsplit(" ", 1)[0].split(" (")[0].lower() for side in sides][:2]
    assert event.locator(".side.contested").count() >= 2
    first = event.locator(".side a[href*='/documents/']").first
    first.click()
    page.wait_for_selector("#document.ready")
    assert "#e" in page.url


@browser_test
def test_pages_open_from_a_file_and_search_says_that_it_needs_a_server(
    browser: Any, dataset: Path, tmp_path: Path
) -> None:
    site.build(dataset, tmp_path / "site")
    tab = Tab(browser)
    here = (tmp_path / "site").as_uri()
    page = tab.open(f"{here}/index.html")
    assert page.inner_text("#status") == "30 of 30 documents"
    page.locator("#documents a").first.click()
    page.wait_for_selector("#document.ready")
    assert tab.faults == []
    page = tab.open(f"{here}/search.html?q=river")
    assert "parley reader serve" in page.inner_text("#status")
    tab.context.close()
