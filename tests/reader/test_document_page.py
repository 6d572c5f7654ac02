"""The page of a document: its text stays whole, and every annotation is found and explained."""

import json
import random
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.document import Mention
from parley.reader import page_document
from tests import chromium, strategies
from tests.dataset.made_documents import a_document
from tests.reader import document_made as made
from tests.reader.document_browser import TEXT, WORDS, Reader, violations

JSON = dict[str, Any]
#: One page in one browser for many examples: nothing of an example is left behind.
SHARED = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HOSTILE = (
    '<script>alert(1)</script></script> & "x" <img src=x onerror=alert(2)> \u202eback\u202c <!--'
)
DRAWN = "new Set([...document.querySelectorAll('.mk-mention')].map((m) => m.drawn.item.id)).size"
browser_test = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    with chromium.browser() as found:
        yield found


@pytest.fixture(scope="module")
def dock() -> JSON:
    """The document of `document_made.the_dock`, as the site has it."""
    return made.value(*made.the_dock())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, dock: JSON) -> str:
    """Its page."""
    return made.site(tmp_path_factory.mktemp("site"), [dock])


@pytest.fixture
def reader(browser: Any) -> Iterator[Reader]:
    """A tab that must end without a message or an error of the page."""
    found = Reader(browser)
    yield found
    found.close()
    assert found.faults == []


class _Article(HTMLParser):
    """Tag and words of each child of the article, as any reader of HTML has them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article":
            self.depth = 1
        elif self.depth:
            self.found.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self.depth = 0

    def handle_data(self, data: str) -> None:
        if self.depth:
            tag, words = self.found.pop()
            self.found.append((tag, words + data))


def _article(page: str) -> list[tuple[str, str]]:
    parser = _Article()
    parser.feed(page)
    parser.close()
    return parser.found


def _shown(words: str) -> str:
    """What a page shows of words: characters that HTML may not hold are replaced one by one."""
    from html import unescape

    return unescape(page_document.text_of(words))


def _with(text: str) -> tuple[JSON, Any]:
    """A document whose only line is `text`."""
    writer = made.Writer()
    writer.line(text)
    return made.value(writer.document(), None), writer


# --------------------------------------------------------------------------- without a browser
def test_text_is_readable_without_scripts_with_headings_and_paragraphs(dock: JSON) -> None:
    """The text stands in the page once, by paragraph kind."""
    page = page_document.page(made.a_corpus([dock]), dock)
    assert [tag for tag, _ in _article(page)] == ["h1", "p", "p", "p", "h2", "p"]
    text = dock["text"]
    assert [words for _, words in _article(page)] == [
        text[row["start"] : row["end"]] for row in dock["paragraphs"]
    ]
    assert page.count("welcomed the closure") == 1


@given(st.text(min_size=1, max_size=60).filter(lambda text: "\n" not in text and "\r" not in text))
def test_any_text_keeps_one_character_for_each_code_point(text: str) -> None:
    """Offsets count code points of the text, so nothing may be lost or doubled on the way."""
    text = text.encode("utf-8", "replace").decode()
    row, _ = _with(text)
    words = [words for _, words in _article(page_document.page(made.a_corpus([row]), row))]
    assert words == [_shown(text)]
    assert len(words[0]) == len(text)


def test_joiners_stay_and_marks_that_turn_direction_go() -> None:
    """An emoji of several characters stays one; an override cannot turn what follows it."""
    assert page_document.text_of("👩‍👩‍👧 a\u202eb<") == "👩‍👩‍👧 a�b&lt;"


def test_markup_in_a_document_is_text_and_cannot_end_the_data(dock: JSON) -> None:
    """Titles, names and text are words, wherever they stand in the page."""
    row = {**dock, "title": HOSTILE, "source": HOSTILE, "section": HOSTILE, "story": HOSTILE}
    corpus = made.a_corpus([row], {"lenna": {"id": "lenna", "name": HOSTILE}})
    page = page_document.page(corpus, row)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\u202e" not in page.partition('id="data"')[0]
    data = page.partition('id="data">')[2].partition("</script>")[0]
    assert json.loads(data)["n"]["lenna"] == HOSTILE


def test_page_and_json_are_at_most_three_times_the_json() -> None:
    """Small pages: no markup for annotations, no words twice."""
    for seed in range(5):
        row = made.value(*a_document(random.Random(seed), lines=12))
        page = page_document.page(made.a_corpus([row]), row).encode()
        size = len(orjson.dumps(row))
        assert len(page) + size <= 3 * size


def test_nothing_in_the_page_is_inline_but_data(dock: JSON) -> None:
    """The policy of the page forbids it, so it would not work."""
    page = page_document.page(made.a_corpus([dock]), dock)
    assert "style=" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count("<script src=") + 1


def test_a_document_without_a_title_line_has_a_heading() -> None:
    """Every page has one first heading."""
    row, _ = _with("The gate stays shut.")
    assert page_document.page(made.a_corpus([row]), row).count("<h1") == 1


def test_words_between_lines_are_kept_where_they_are_not_line_ends() -> None:
    """A span over two lines shows all of its characters."""
    writer = made.Writer()
    writer.line("One line.")
    writer.text += " \t\n"
    writer.line("Another.")
    row = made.value(writer.document(), None)
    assert page_document.embedded(made.a_corpus([row]), row)["g"] == {"0": "\n \t\n"}


# ------------------------------------------------------------------------------- in a browser
@browser_test
def test_hostile_words_show_as_text_everywhere(reader: Reader, tmp_path: Path) -> None:
    """Text, title, names and values of annotations never become markup."""
    writer = made.Writer()
    writer.line(HOSTILE, "title")
    start, end = writer.span("<img src=x onerror=alert(2)>")
    found = writer.annotations(
        mentions=[Mention("m1", start, end, "ORG", entity="lenna", value=HOSTILE)]
    )
    row = made.value(writer.document(), found)
    page = reader.document(made.site(tmp_path, [row]), "made-1", "#m1")
    assert page.evaluate(TEXT) == [_shown(HOSTILE)]
    assert page.inner_text(".selection blockquote") == "<img src=x onerror=alert(2)>"
    assert page.query_selector_all("main img, article script") == []


@browser_test
@SHARED
@given(data=st.data())
def test_every_annotation_shows_the_words_that_python_cuts_out(
    data: st.DataObject, browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Offsets are code points: emoji, astral letters and joined characters move nothing."""
    text = data.draw(strategies.TEXTS).strip().replace("\n", " ") or "x"
    writer = made.Writer()
    for line in (text, "𝔄 gate 🚢", text):
        writer.line(line)
    found = data.draw(strategies.annotations(writer.text, "made-1"))
    row = made.value(writer.document(), found)
    reader = Reader(browser)
    try:
        page = reader.document(made.site(tmp_path_factory.mktemp("page"), [row]), "made-1")
        whole = page.evaluate(TEXT)
        shown = page.evaluate(WORDS)
        assert page.evaluate(TEXT) == whole
    finally:
        reader.close()
    assert reader.faults == []
    assert whole == [_shown(line) for line in writer.text.splitlines()]
    want: dict[str, list[str]] = {}
    spans = [
        *((one.id, one.start, one.end) for one in found.mentions),
        *((one.id, one.start, one.end) for one in found.events),
        *((one.id, one.start, one.end) for one in found.stances),
    ]
    for key, start, end in spans:
        want[key] = [_shown(writer.text[start:end])]
    for item in found.attributions:
        parts = (*sorted(item.source), *sorted(item.cue), *sorted(item.content))
        want[item.id] = [_shown(writer.text[start:end]) for start, end in parts]
    assert shown == want


@browser_test
def test_text_is_the_same_with_layers_on_and_off(reader: Reader, site: str, dock: JSON) -> None:
    """Marks and tags add nothing to the words, nor take any."""
    page = reader.document(site, "made-1")
    text = dock["text"]
    want = [text[row["start"] : row["end"]] for row in dock["paragraphs"]]
    assert page.evaluate(TEXT) == want
    for name in ("Mentions", "Events", "Attributions", "Stances", "Labels"):
        page.get_by_label(name).click()
        assert page.evaluate(TEXT) == want


@browser_test
@pytest.mark.parametrize(
    ("place", "says", "lit"),
    [
        ("#m2", "Mention m2 PERSON", ["Mara Quill"]),
        ("#e1", "Event e1 ASSAULT", ["struck"]),
        ("#s1", "Stance s1 ▲ FAVOR", ["welcomed"]),
        ("#sent-3", "Sentence sent-3", ["Divers 👩‍👩‍👧 struck the gate on Tuesday."]),
    ],
)
def test_a_deep_link_selects_explains_and_shows(
    reader: Reader, site: str, place: str, says: str, lit: list[str]
) -> None:
    """#ID leads to an annotation or a sentence, in sight."""
    page = reader.document(site, "made-1", place)
    assert reader.chosen == says
    assert "".join(reader.marked("sel")).startswith(lit[0][:6])
    box = page.locator(".text .sel").first.bounding_box()
    assert 0 <= box["y"] < 900


@browser_test
def test_an_unknown_deep_link_is_told(reader: Reader, site: str) -> None:
    """A link to what is not there says so, and the page works."""
    reader.document(site, "made-1", "#m999")
    assert reader.said == "This document has no annotation “m999”."
    assert reader.marked("sel") == []


@browser_test
def test_a_chain_is_a_tree_from_the_article_to_the_first_who_spoke(
    reader: Reader, site: str
) -> None:
    """Outlet, agency, official: each below the one that tells of it."""
    page = reader.document(site, "made-1", "#a2")
    path = page.evaluate(
        """() => {
          const steps = [];
          let list = document.querySelector('.selection .tree');
          while (list) {
            const item = list.querySelector(':scope > li');
            steps.push([...item.childNodes].filter((n) => n.nodeName !== 'UL')
              .map((n) => n.textContent).join(''));
            list = item.querySelector(':scope > ul');
          }
          return steps;
        }"""
    )
    assert path == [
        "This article",
        "the Mirkwood Post “reported”",
        "Mara Quill of the Lenna Harbour Council “told the Tern Agency”",
        "a source not named here “will”",
    ]
    assert page.inner_text(".selection .tree [aria-current]").startswith("Mara Quill")
    page.click(".selection .tree a >> nth=0")
    assert reader.chosen.startswith("Attribution a1")
    assert reader.place == "#a1"


@browser_test
def test_all_parts_of_a_discontinuous_content_are_lit(reader: Reader, site: str) -> None:
    """What stands between the parts is not."""
    page = reader.document(site, "made-1", "#a2")
    parts = page.evaluate(
        "[...document.querySelectorAll('.mk-content.sel')].map((m) => m.textContent).join('|')"
    )
    assert parts.replace("|", "").replace(" ", "") == "“Thegate,”“willnotopen,”"
    roles = page.evaluate(
        "[...document.querySelectorAll('.sel[data-role]')].map((m) => m.dataset.role)"
    )
    assert sorted(set(roles)) == ["content", "cue", "source"]


@browser_test
def test_arguments_of_an_event_are_lit_with_their_roles_and_listed(
    reader: Reader, site: str
) -> None:
    """Also an event that is the argument of another."""
    page = reader.document(site, "made-1", "#e1")
    assert reader.marked("lit") == ["Divers 👩‍👩‍👧", "Tuesday"]
    roles = page.evaluate("[...document.querySelectorAll('.lit')].map((m) => m.dataset.role)")
    assert roles == ["actor", "time"]
    assert "theme: denied (REJECT)" in page.inner_text(".selection")
    page.get_by_role("link", name="denied (REJECT)").click()
    assert reader.marked("lit") == ["struck"]


@browser_test
def test_nested_marks_are_stacked_and_crossing_ones_split(reader: Reader, site: str) -> None:
    """The outer underline lies below the inner; a crossing span keeps its words."""
    page = reader.document(site, "made-1")
    low = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.mk-mention')].map((m) =>
          [m.drawn.item.id + (m.textContent), m.getBoundingClientRect().bottom]))"""
    )
    assert low["m3Lenna Harbour Council"] > low["m4Lenna"]
    pieces = page.evaluate(
        """() => [...document.querySelectorAll('.mk-mention')]
          .filter((m) => m.drawn.item.id === 'm12').map((m) => m.textContent).join('|')"""
    )
    assert pieces.replace("|", "") == "Council told the Tern"


@browser_test
def test_layers_are_switched_remembered_and_in_the_address(reader: Reader, site: str) -> None:
    """A link says what shows; the next page shows what the last one did."""
    page = reader.document(site, "made-1", "#m2")
    page.get_by_label("Mentions").click()
    assert reader.place == "#m2&layers=events,attributions,stances"
    assert "show-mentions" not in page.get_attribute("#document", "class")
    page = reader.document(site, "made-1")
    assert not page.get_by_label("Mentions").is_checked()
    page = reader.document(site, "made-1", "#layers=mentions")
    assert page.get_by_label("Mentions").is_checked()
    assert not page.get_by_label("Stances").is_checked()


@browser_test
def test_a_page_works_where_nothing_can_be_stored(browser: Any, site: str) -> None:
    """Storage may be forbidden, or hold what another page wrote."""
    for script in (
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})",
        "try { localStorage.setItem('parley-document', '{\"hidden\": 3}') } catch {}",
    ):
        reader = Reader(browser)
        reader.context.add_init_script(script)
        reader.document(site, "made-1", "#m2")
        assert reader.chosen.startswith("Mention m2")
        reader.close()
        assert reader.faults == []


@browser_test
def test_keys_lead_through_the_layers_that_show(reader: Reader, site: str) -> None:
    """j and k walk, Enter selects, Escape clears, ? shows the keys."""
    page = reader.document(site, "made-1")
    page.keyboard.press("j")
    assert reader.said == "1 of 20: Mention, Lenna (GPE)"
    assert reader.marked("cur") == ["Lenna"]
    page.keyboard.press("k")
    assert reader.said.startswith("20 of 20: ")
    page.keyboard.press("1")
    page.keyboard.press("3")
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert reader.said.split(":")[0] in ("1 of 3", "2 of 3", "3 of 3")
    page.keyboard.press("Enter")
    assert reader.chosen.startswith("Event")
    assert page.evaluate("document.activeElement.className") == "selection"
    assert reader.place.startswith("#e")
    page.keyboard.press("Escape")
    assert reader.marked("sel") == []
    assert not reader.place.startswith("#e")
    page.keyboard.press("?")
    assert page.is_visible("dialog[open]")
    page.keyboard.press("Escape")
    assert not page.is_visible("dialog[open]")


@browser_test
def test_single_keys_can_be_switched_off(reader: Reader, site: str) -> None:
    """For those who speak to their computer (WCAG 2.1.4)."""
    page = reader.document(site, "made-1")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("j")
    assert reader.marked("cur") == []


@browser_test
def test_everything_is_reached_by_tab_with_a_focus_that_shows(reader: Reader, site: str) -> None:
    """Each stop is visible and has a name; the lists' links are among them."""
    page = reader.document(site, "made-1", "#e1")
    page.evaluate("for (const g of document.querySelectorAll('.group')) g.open = true")
    page.wait_for_selector(".lists .tree a")
    page.evaluate("document.activeElement.blur()")
    seen: list[str] = []
    for _ in range(90):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => { const at = document.activeElement; const style = getComputedStyle(at);
              return [at.tagName + ' ' + (at.textContent || at.parentElement.textContent || ''),
                      parseFloat(style.outlineWidth), style.outlineStyle]; }"""
        )
        if stop[0].startswith("BODY"):
            break
        assert stop[1] >= 2, stop
        assert stop[2] != "none", stop
        seen.append(stop[0])
    for words in ("Mentions", "Copy link", "Keys", "FAVOR", "the Mirkwood Post", "Divers"):
        assert any(words in stop for stop in seen), words


@browser_test
def test_a_click_takes_the_innermost_and_the_next_one_what_is_around_it(
    reader: Reader, site: str
) -> None:
    """Also where several annotations cover the same words."""
    page = reader.document(site, "made-1")
    place = page.evaluate(
        """() => { const m = [...document.querySelectorAll('.mk-mention')]
          .find((m) => m.drawn.item.id === 'm4'); m.scrollIntoView({block: 'center'});
          const box = m.getClientRects()[0]; return [box.x + 4, box.y + box.height / 2]; }"""
    )
    chosen = []
    for _ in range(3):
        page.mouse.click(*place)
        chosen.append(reader.chosen.split()[1])
    assert chosen == ["m4", "m3", "a2"]


@browser_test
@pytest.mark.parametrize("clipboard", [True, False])
def test_the_link_to_a_selection_is_copied_or_shown(
    browser: Any, site: str, clipboard: bool
) -> None:
    """Where the clipboard is closed, the link stands in a field to copy from."""
    reader = Reader(browser)
    if clipboard:
        reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        reader.context.add_init_script("delete Navigator.prototype.clipboard")
    page = reader.document(site, "made-1", "#e1")
    page.get_by_role("button", name="Copy link").click()
    if clipboard:
        page.get_by_text("Link copied.").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
    else:
        copied = page.get_by_label("Link", exact=True).input_value()
    assert copied == f"{site}/documents/made-1.html#e1"
    reader.close()
    assert reader.faults == []


@browser_test
def test_claims_name_who_says_it_and_lead_to_those_who_say_otherwise(
    reader: Reader, site: str
) -> None:
    """A contested event links to its place in its story, be that the document's or not."""
    page = reader.document(site, "made-1", "#e2")
    section = page.inner_text(".selection")
    assert "Claims about it" in section
    assert "Mara Quill" in section
    link = page.get_by_role("link", name="others claim otherwise").first
    place = "../stories/tidal-gate.html#event-gate-opens"
    assert link.get_attribute("href") == place
    link = page.get_by_role("link", name="Opening of the gate")
    assert link.get_attribute("href") == place


@browser_test
def test_layers_that_nobody_annotated_are_said_to_be_so(reader: Reader, tmp_path: Path) -> None:
    """None found is not the same as not looked at."""
    row, _ = _with("The gate stays shut.")
    page = reader.document(made.site(tmp_path, [row]), "made-1")
    assert page.locator(".tools .switch").count() == 1
    assert "Mentions not annotated" in page.inner_text(".lists")


@browser_test
def test_a_long_text_is_drawn_as_it_comes_into_sight_and_nothing_is_lost(
    browser: Any, tmp_path: Path
) -> None:
    """100 kB of text: drawn as it comes into sight, printed whole, lists made piece by piece."""
    made_one, found = a_document(random.Random(3), lines=1_500)
    row = made.value(made_one, found)
    assert len(row["text"]) > 100_000
    reader = Reader(browser)
    last = row["mentions"][-1]
    page = reader.document(made.site(tmp_path, [row]), row["doc_id"])
    assert 0 < page.evaluate(DRAWN) < len(row["mentions"])
    page = reader.document(made.site(tmp_path, [row]), row["doc_id"], f"#{last['id']}")
    assert page.inner_text(".selection blockquote") == last["text"]
    assert "".join(reader.marked("sel")) == last["text"]
    assert page.evaluate("document.querySelector('.sel').getBoundingClientRect().top") < 900
    assert page.evaluate(DRAWN) < len(row["mentions"])
    words = page.evaluate(TEXT)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(DRAWN) == len(row["mentions"])
    assert page.evaluate(TEXT) == words
    page.locator(".group summary").first.click()
    page.wait_for_selector(".lists .more")
    assert page.locator(".lists li").count() == 201
    reader.close()
    assert reader.faults == []


@browser_test
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 900, 1600])
def test_no_barrier_that_axe_knows_of(browser: Any, site: str, scheme: str, width: int) -> None:
    """At rest, with a selection and open lists, and with the keys shown."""
    reader = Reader(browser, color_scheme=scheme, viewport={"width": width, "height": 860})
    # axe, put into the page from outside, reads style sheets, which is refused for files: its
    # messages are not the page's.
    page = reader.document(site, "made-1")
    assert violations(page) == []
    for place in ("#a2", "#e1", "#s1"):
        page = reader.document(site, "made-1", place)
        page.evaluate("for (const g of document.querySelectorAll('.group')) g.open = true")
        page.wait_for_selector(".lists .tree a")
        assert violations(page) == []
    page.get_by_role("button", name="Keys").click()
    assert violations(page) == []
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    reader.close()


@browser_test
def test_a_selection_shows_where_colours_are_forced(browser: Any, site: str) -> None:
    """High contrast replaces grounds: an outline stays."""
    reader = Reader(browser, forced_colors="active")
    page = reader.document(site, "made-1", "#e1")
    style = page.evaluate("getComputedStyle(document.querySelector('.sel')).outlineStyle")
    assert style == "solid"
    reader.close()


@browser_test
def test_the_theme_switch_wins_over_the_system(browser: Any, site: str) -> None:
    """Both ways."""
    for scheme, name in (("light", "Dark"), ("dark", "Light")):
        reader = Reader(browser, color_scheme=scheme)
        page = reader.document(site, "made-1")
        before = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        page.get_by_role("button", name=name).click()
        after = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert before != after
        reader.close()


@browser_test
def test_the_page_asks_for_files_of_its_own_site_alone(reader: Reader, site: str) -> None:
    """Nothing leaves the folder, which may be opened as files."""
    reader.document(site, "made-1", "#m2")
    asked = [url for url in reader.asked if not url.startswith(("data:", "about:"))]
    assert asked
    assert all(url.startswith(site) for url in asked)
