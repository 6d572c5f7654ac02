"""What a browser does to annotations that were sent to it: nothing that nobody did."""

from typing import Any

from parley import json_io
from parley.document import Annotations, dump, from_dict
from parley.labelstudio import ingest
from parley.studio.same import same
from tests.adjudication.test_properties import said
from tests.studio import made
from tests.studio.browser import Browser
from tests.studio.desk import Desk


def submitted(desk: Desk) -> dict[str, list[Any]]:
    """Document -> the results of its one annotation, as they stand in the pulled export."""
    path = desk.root / "annotations" / "exports" / "main" / "curator.json"
    found = {}
    for task in json_io.loads(path.read_bytes()):
        (annotation,) = task["annotations"]
        found[task["data"]["doc_id"]] = annotation["result"]
    return found


def annotations(desk: Desk) -> dict[str, bytes]:
    """Document -> what reading the pulled export makes of it, without where it comes from."""
    path = desk.root / "annotations" / "exports" / "main" / "curator.json"
    done = ingest.read(path.read_bytes(), "export.json", made.SCHEME)
    assert done.incidents == []
    for found in done.annotations.values():
        found.provenance = {}
    return {doc_id: dump(found) for doc_id, found in done.annotations.items()}


def meaning(found: Annotations) -> list[str]:
    """What annotations say, whatever their ids are."""
    return said(found, {item.id for item in found.mentions})


def pushed(desk: Desk) -> int:
    """The project of `up` with the gold of every document submitted; its id."""
    desk.good("studio", "up")
    file = desk.root / "tasks.json"
    file.write_bytes(json_io.dumps(made.annotated(desk.root)))
    desk.good("studio", "push", "--tasks", str(file))
    made.no_gold(desk.root)
    desk.run("studio", "pull")
    return desk.projects()["Parley"]


def test_no_annotation_differs_after_every_document_was_opened_and_updated_in_a_browser(
    desk: Desk, browser: Browser
) -> None:
    wanted = {
        task["data"]["doc_id"]: task["annotations"][0]["result"]
        for task in made.annotated(desk.root)
    }
    project = pushed(desk)
    before, meant = submitted(desk), annotations(desk)
    assert len(before) >= 5
    assert [doc_id for doc_id in wanted if not same(before[doc_id], wanted[doc_id])] == []
    stamps = _stamps(desk, project)
    with browser.page(desk) as page:
        for task in desk.tasks(project).values():
            page.open(project, task["id"])
            # The button sleeps until something was done: a tick taken away and set again.
            page.tick("stance")
            page.tick("stance")
            page.save()
    # The saves did reach the server: else nothing would be shown.
    assert all(stamp > stamps[doc_id] for doc_id, stamp in _stamps(desk, project).items())
    desk.run("studio", "pull")
    found = submitted(desk)
    assert [doc_id for doc_id in before if not same(before[doc_id], found[doc_id])] == []
    assert annotations(desk) == meant


def test_pre_annotations_that_are_submitted_as_they_are_come_back_as_they_were(
    desk: Desk, browser: Browser
) -> None:
    wanted = {doc_id: meaning(made.gold(desk.root, doc_id)) for doc_id in made.documents(desk.root)}
    desk.good("studio", "up")
    project = desk.projects()["Parley"]
    with browser.page(desk) as page:
        for task in desk.tasks(project).values():
            page.open(project, task["id"])
            page.save()
    made.no_gold(desk.root)
    desk.run("studio", "pull")
    # Submitting gives regions new ids: what they say is compared.
    found = {
        doc_id: meaning(from_dict(json_io.loads(data)))
        for doc_id, data in annotations(desk).items()
    }
    assert found == wanted


def test_an_edit_in_the_browser_changes_what_was_edited_and_no_more(
    desk: Desk, browser: Browser
) -> None:
    project = pushed(desk)
    before = annotations(desk)
    with browser.page(desk) as page:
        page.open(project, desk.tasks(project)["dry-dock-odd"]["id"])
        page.point("move", 1)
        page.answer("present")
        page.label("LAW")
        page.point("plan", 2)
        page.save()
    desk.run("studio", "pull")
    found = annotations(desk)
    assert [doc_id for doc_id in before if before[doc_id] != found[doc_id]] == ["dry-dock-odd"]
    old, new = (from_dict(json_io.loads(of["dry-dock-odd"])) for of in (before, found))
    assert {item.id: item.tense for item in new.events} == {"e1": "past", "e2": "present"}
    known = {item.id for item in old.mentions}
    start = made.ODD.index("plan")
    added = [item for item in new.mentions if item.id not in known]
    assert [(item.start, item.end, item.type) for item in added] == [(start, start + 4, "LAW")]
    # With the two edits undone nothing is left.
    new.mentions = [item for item in new.mentions if item.id in known]
    next(item for item in new.events if item.id == "e2").tense = "future"
    assert dump(new) == before["dry-dock-odd"]


def _stamps(desk: Desk, project: int) -> dict[str, str]:
    return {
        doc_id: task["annotations"][0]["updated_at"] for doc_id, task in desk.tasks(project).items()
    }
