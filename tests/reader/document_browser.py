"""A document's page in Chromium, as a reader would use it."""

from typing import Any

from tests.reader.tab import Tab

#: What every annotation of every list says in the panel: key -> its words, part by part.
WORDS = """() => {
  const found = {};
  const panel = document.getElementById('panel');
  for (const group of panel.querySelectorAll('.group')) group.open = true;
  return new Promise((done) => setTimeout(() => {
    for (let more; (more = panel.querySelector('.more button')); ) more.click();
    const links = [...panel.querySelectorAll('.lists a[href^="#"]')];
    for (const link of links) {
      link.click();
      const words = [...panel.querySelectorAll('.selection [data-words]')];
      found[link.getAttribute('href').slice(1)] = words.map((item) => item.textContent);
    }
    done(found);
  }, 0));
}"""
#: The words of each paragraph.
TEXT = "() => [...document.querySelectorAll('#text > :not(.reader)')].map((p) => p.textContent)"
LIT = """(name) => [...document.querySelectorAll('.text .' + name)].map((m) => m.textContent)"""


class Reader(Tab):
    """A tab with a document's page."""

    def document(self, site: str, name: str, place: str = "") -> Any:
        """Opens a document's page at a deep link and waits for its scripts."""
        # A change of the place alone would not load the page anew.
        self.page.goto("about:blank")
        self.page.goto(f"{site}/documents/{name}.html{place}")
        self.page.wait_for_selector("#document.ready")
        return self.page

    @property
    def said(self) -> str:
        """The line that is read aloud."""
        return str(self.page.inner_text("#status"))

    @property
    def chosen(self) -> str:
        """The words of the panel's first line."""
        found = self.page.query_selector(".selection .kicker")
        return "" if found is None else str(found.inner_text()).replace("\n", " ")

    def marked(self, name: str) -> list[str]:
        """The words of all elements of the text with a class."""
        return list(self.page.evaluate(LIT, name))

    @property
    def place(self) -> str:
        """What stands behind # in the address."""
        return str(self.page.evaluate("location.hash"))


def violations(page: Any) -> list[str]:
    """What axe-core finds wrong with a page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    return [
        f"{item['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for item in found.response["violations"]
        for node in item["nodes"]
    ]
