"""The page and its plots in Chromium."""

from pathlib import Path

import pytest

from parley.statistics import Statistics, page
from tests import chromium

pytestmark = pytest.mark.browser
#: Words of plots that leave their drawing, by more than a rounding.
OUTSIDE = """() => [...document.querySelectorAll('svg.parley-plot')].flatMap(svg => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => {
    const here = text.getBoundingClientRect();
    return here.left < box.left - 1 || here.right > box.right + 1 ||
      here.top < box.top - 1 || here.bottom > box.bottom + 1;
  }).map(text => text.textContent);
})"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('svg.parley-plot')].map(svg =>
  11 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))"""


def test_words_of_plots_stay_inside_and_legible_on_a_phone(
    found: Statistics, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page.render(found, found.plots()), "utf-8")
    with chromium.browser() as browser:
        for width in (390, 1200):
            tab = browser.new_page(viewport={"width": width, "height": 900})
            tab.goto(path.as_uri())
            assert tab.evaluate(OUTSIDE) == []
            assert tab.evaluate(SMALLEST) >= 8.5
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_fault_of_access(found: Statistics, tmp_path: Path, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "page.html"
    path.write_text(page.render(found, found.plots()), "utf-8")
    with chromium.browser() as browser:
        tab = browser.new_page(viewport={"width": 900, "height": 900}, color_scheme=scheme)
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(path.as_uri())
        result = Axe().run(tab)
        assert result.violations_count == 0, result.generate_report()
        assert asked == [path.as_uri()]
        tab.close()
