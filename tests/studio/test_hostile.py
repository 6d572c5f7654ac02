"""Texts that try to be more than texts."""

from tests.dataset.made_projects import write
from tests.studio import made
from tests.studio.browser import Browser
from tests.studio.desk import Desk
from tests.studio.made import HOSTILE, a_text


def test_the_browser_shows_script_and_templates_in_title_and_text_as_words(
    desk: Desk, browser: Browser
) -> None:
    write(desk.root, a_text("dry-dock-hostile", HOSTILE), None)
    desk.good("studio", "up", "--documents", "dry-dock-hostile")
    project = desk.projects()["Parley"]
    task = desk.tasks(project)["dry-dock-hostile"]
    assert task["data"]["text"] == HOSTILE
    with browser.page(desk) as page:
        page.open(project, task["id"], regions=False)
        page.page.get_by_text("<script>alert(2)</script>").first.wait_for()
        shown = page.page.inner_text("body")
        for line in HOSTILE.split("\n"):
            assert line in shown
        assert page.page.locator('[class*="richtext"] svg[onload], img[onerror]').count() == 0
        assert page.dialogs == []


def test_an_article_of_five_megabytes_goes_up_and_comes_back(desk: Desk) -> None:
    line = "The 🚢 council said “no” to crews of the Lenna gate. " * 20 + "\n"
    text = "Long\nBy the desk\n" + line * (5_000_000 // len(line.encode()) + 1)
    assert len(text.encode()) >= 5_000_000
    write(desk.root, a_text("dry-dock-long", text), None)
    desk.good("studio", "up", "--documents", "dry-dock-long", "--prefill", "none")
    project = desk.projects()["Parley"]
    task = desk.tasks(project)["dry-dock-long"]
    assert task["data"]["text"] == text
    start = len(text) - len("gate. \n")
    region = {
        "id": "m1",
        "from_name": "entity",
        "to_name": "text",
        "type": "labels",
        "value": {"start": start, "end": start + 4, "text": "gate", "labels": ["FAC"]},
    }
    desk.api("POST", f"/api/tasks/{task['id']}/annotations/", {"result": [region]})
    desk.run("studio", "pull")
    (found,) = made.gold(desk.root, "dry-dock-long").mentions
    assert text[found.start : found.end] == "gate"
