"""Chromium on Label Studio, as an annotator would use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests import chromium
from tests.studio.desk import Desk


class Browser:
    """A browser, not logged in anywhere."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    @classmethod
    @contextmanager
    def start(cls) -> Iterator["Browser"]:
        """Starts it, and ends it with the block."""
        with chromium.browser() as browser:
            yield cls(browser)

    @contextmanager
    def page(self, desk: Desk, email: str = "", password: str = "") -> Iterator["Page"]:
        """A page of somebody who is logged in, the administrator where nobody is named."""
        context = self._browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(90_000)
        try:
            page = Page(context.new_page(), desk.url)
            page.log_in(email or desk.secrets["email"], password or desk.secrets["password"])
            yield page
        finally:
            context.close()


class Page:
    """One tab; `dialogs` holds the words of every dialog that a page opened."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.dialogs: list[str] = []
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        # Label Studio asks before leaving unsaved work: no script of a text's.
        if dialog.type != "beforeunload":
            self.dialogs.append(dialog.message)
        dialog.accept()

    def log_in(self, email: str, password: str) -> None:
        """Fills the login form."""
        self.page.goto(f"{self.url}/user/login/")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda url: "/user/login" not in url)

    def open(self, project: int, task: int, regions: bool = True) -> None:
        """Opens a task and waits until it can be worked on."""
        self.page.goto(f"{self.url}/projects/{project}/data?task={task}")
        self.page.wait_for_selector('[class*="richtext"]')
        self.page.wait_for_selector(SAVE, state="attached")
        if regions:
            self.page.wait_for_selector(REGION, state="attached")

    def tick(self, answer: str) -> None:
        """Ticks a box of the interface, or takes the tick away."""
        self.page.get_by_role("checkbox", name=answer, exact=True).first.click()

    def answer(self, words: str) -> None:
        """Chooses a radio button of the interface."""
        self.page.get_by_role("radio", name=words, exact=True).first.click()

    def label(self, label: str) -> None:
        """Takes a label in hand."""
        self.page.keyboard.press("Escape")
        self.page.locator('[class*="label"]').get_by_text(label, exact=True).first.click()

    def point(self, words: str, clicks: int) -> None:
        """Clicks on words of the text: twice marks a word where a label is in hand."""
        place = self.page.evaluate(FIND, words)
        assert place, f"{words!r} is not to be seen"
        self.page.mouse.click(*place, click_count=clicks)

    def save(self) -> None:
        """Presses Update, or Submit, and waits for the server's answer."""
        with self.page.expect_response(
            lambda answer: (
                "/annotations" in answer.url
                and answer.request.method in ("POST", "PATCH")
                and "draft" not in answer.url
            )
        ) as saved:
            self.page.click(f"{SAVE}:enabled")
        assert saved.value.ok, saved.value.text()


#: The button that says Update or Submit.
SAVE = ':is([data-testid="bottombar-update-button"], [data-testid="bottombar-submit-button"])'
#: A region drawn on the article.
REGION = '[class*="htx-highlight"]'
#: The middle of the first place of some words in the article, as the window sees it.
FIND = """words => {
  const root = document.querySelector('[class*="richtext"]');
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walk.currentNode, at);
    range.setEnd(walk.currentNode, at + words.length);
    walk.currentNode.parentElement.scrollIntoView({block: 'center'});
    const box = range.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }
  return null;
}"""
