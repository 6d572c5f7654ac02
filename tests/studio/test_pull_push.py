"""Work brought back and sent up: twice is once, and no newer work is ever written over."""

from pathlib import Path
from typing import Any

import pytest

from parley import json_io
from tests.studio import made
from tests.studio.desk import Desk, snapshot

DOC = "dry-dock-odd"
BAD = {
    "id": "bad",
    "from_name": "entity",
    "to_name": "text",
    "type": "labels",
    "value": {"start": 3, "end": 99_999, "text": "far", "labels": ["PERSON"]},
}


@pytest.fixture
def work(desk: Desk) -> Desk:
    """A desk whose clean documents are annotated on the server; nothing pulled, no gold."""
    desk.good("studio", "up", "--documents", f"dry-dock-1,{DOC},ferry-line-1,tidal-gate-1")
    send(desk, annotated(desk))
    made.no_gold(desk.root)
    return desk


def annotated(desk: Desk) -> list[Any]:
    return [task for task in made.annotated(desk.root) if "made" not in task["data"]["doc_id"]]


def send(desk: Desk, tasks: list[Any]) -> None:
    project = desk.projects()["Parley"]
    there = desk.tasks(project)
    for task in tasks:
        (row,) = task["annotations"]
        body = {"result": row["result"], "ground_truth": False}
        desk.api("POST", f"/api/tasks/{there[task['data']['doc_id']]['id']}/annotations/", body)


def annotation(desk: Desk, doc_id: str = DOC) -> dict[str, Any]:
    (found,) = desk.tasks(desk.projects()["Parley"])[doc_id]["annotations"]
    return dict(found)


def change(desk: Desk, doc_id: str, results: list[Any]) -> None:
    """An edit on the server, as the browser saves one."""
    number = annotation(desk, doc_id)["id"]
    desk.api("PATCH", f"/api/annotations/{number}/", {"result": results})


def file(desk: Desk) -> Path:
    return desk.root / "annotations" / "exports" / "main" / "curator.json"


def local(desk: Desk, doc_id: str, edit: Any) -> None:
    """An edit of the pulled export, as a text editor makes one."""
    tasks = json_io.loads(file(desk).read_bytes())
    (row,) = [
        row for task in tasks if task["data"]["doc_id"] == doc_id for row in task["annotations"]
    ]
    edit(row["result"])
    file(desk).write_bytes(json_io.dumps(tasks))


def no_mentions_of(label: str) -> Any:
    def edit(results: list[Any]) -> None:
        for row in results:
            if row.get("value", {}).get("labels") == [label]:
                row["value"]["labels"] = ["LAW"]

    return edit


def test_pull_writes_export_ledger_and_gold_and_again_the_same_bytes(work: Desk) -> None:
    done = work.good("studio", "pull")
    assert "4 documents" in done.out
    found = snapshot(work.root / "annotations")
    assert sorted(name for name in found if name.startswith("gold/")) == [
        f"gold/{doc_id}.json" for doc_id in ("dry-dock-1", DOC, "ferry-line-1", "tidal-gate-1")
    ]
    assert "curator.json unchanged" in work.good("studio", "pull").out
    assert snapshot(work.root / "annotations") == found


def test_a_fault_blocks_its_own_document_alone_and_is_reported_with_its_link(work: Desk) -> None:
    good = annotation(work)["result"]
    change(work, DOC, [*good, BAD])
    done = work.run("studio", "pull", "--json")
    assert done.code == 1
    (row,) = done.json
    task = work.tasks(work.projects()["Parley"])[DOC]["id"]
    (incident,) = row["incidents"]
    assert incident["doc_id"] == DOC and incident["code"].startswith("X")
    assert incident["link"].endswith(f"?task={task}")
    assert incident["link"] in done.err
    others = {path.stem for path in (work.root / "annotations" / "gold").glob("*.json")}
    assert others >= {"dry-dock-1", "ferry-line-1", "tidal-gate-1"}
    change(work, DOC, good)
    work.good("studio", "pull")


def test_local_edits_stop_a_pull_and_are_kept_until_they_are_pushed_or_dropped(work: Desk) -> None:
    work.good("studio", "pull")
    pulled = file(work).read_bytes()
    local(work, DOC, no_mentions_of("ORG"))
    edited = snapshot(work.root / "annotations")
    done = work.run("studio", "pull")
    assert done.code == 2
    assert "U016" in done.err and DOC in done.err and "--discard" in done.err
    assert snapshot(work.root / "annotations") == edited
    work.good("studio", "pull", "--discard")
    assert file(work).read_bytes() == pulled


def test_push_sends_what_was_edited_and_again_nothing(work: Desk) -> None:
    work.good("studio", "pull")
    before = work.tasks(work.projects()["Parley"])
    local(work, DOC, no_mentions_of("ORG"))
    (dry,) = work.json("studio", "push", "--dry-run")
    assert dry["updated"] == [DOC]
    assert work.tasks(work.projects()["Parley"]) == before
    (row,) = work.json("studio", "push")
    assert (row["created"], row["updated"], len(row["unchanged"])) == ([], [DOC], 3)
    after = work.tasks(work.projects()["Parley"])
    assert [doc_id for doc_id in before if before[doc_id] != after[doc_id]] == [DOC]
    labels = [row["value"].get("labels") for row in annotation(work)["result"] if "value" in row]
    assert ["LAW"] in labels and ["ORG"] not in labels
    kept = snapshot(work.root / "annotations")
    (again,) = work.json("studio", "push")
    assert (again["created"], again["updated"]) == ([], [])
    assert work.tasks(work.projects()["Parley"]) == after
    assert snapshot(work.root / "annotations") == kept
    assert "curator.json unchanged" in work.good("studio", "pull").out


def test_push_refuses_where_the_server_has_newer_work_and_then_changes_nothing(work: Desk) -> None:
    work.good("studio", "pull")
    local(work, DOC, no_mentions_of("ORG"))
    local(work, "dry-dock-1", no_mentions_of("ORG"))
    theirs = [row for row in annotation(work)["result"] if row.get("id") != "s2"]
    change(work, DOC, [row for row in theirs if row.get("from_id") != "s2"])
    before = work.tasks(work.projects()["Parley"])
    here = snapshot(work.root / "annotations")
    done = work.run("studio", "push")
    assert done.code == 2
    assert "U020" in done.err and DOC in done.err and "?task=" in done.err
    assert work.tasks(work.projects()["Parley"]) == before
    assert snapshot(work.root / "annotations") == here


def test_push_refuses_work_that_was_removed_or_never_pulled_there(work: Desk) -> None:
    work.good("studio", "pull")
    number = annotation(work)["id"]
    work.api("DELETE", f"/api/annotations/{number}/")
    done = work.run("studio", "push")
    assert (done.code, "U021" in done.err) == (2, True)
    # Made anew there, under another id, and never pulled.
    task = work.tasks(work.projects()["Parley"])[DOC]["id"]
    work.api("POST", f"/api/tasks/{task}/annotations/", {"result": []})
    done = work.run("studio", "push")
    assert (done.code, "U022" in done.err) == (2, True)


@pytest.mark.parametrize("name", ["relation", "span", "label"])
def test_an_edit_that_would_break_the_browser_is_refused_before_it_goes_up(
    work: Desk, name: str
) -> None:
    broken = {
        "relation": {
            "type": "relation",
            "from_id": "e1",
            "to_id": "nowhere",
            "direction": "right",
            "labels": ["arg:actor"],
        },
        "span": BAD,
        "label": {**BAD, "value": {"start": 3, "end": 6, "text": "", "labels": ["NOBODY"]}},
    }[name]
    work.good("studio", "pull")
    before = work.tasks(work.projects()["Parley"])
    local(work, DOC, lambda results: results.append(broken))
    done = work.run("studio", "push")
    assert done.code == 2
    assert DOC in done.err and "X0" in done.err
    assert work.tasks(work.projects()["Parley"]) == before


def test_a_document_that_the_project_does_not_have_is_refused(work: Desk) -> None:
    path = work.root / "tasks.json"
    path.write_bytes(json_io.dumps(made.odd_as("no-such-doc")))
    done = work.run("studio", "push", "--tasks", str(path))
    assert (done.code, "U023" in done.err) == (2, True)


def test_a_pull_says_what_annotators_made_of_the_pre_annotations(desk: Desk) -> None:
    desk.good("studio", "up", "--documents", DOC, "--prefill", "gold")
    send(desk, [task for task in annotated(desk) if task["data"]["doc_id"] == DOC])
    made.no_gold(desk.root)
    (row,) = desk.json("studio", "pull")
    total = row["changes"]["total"]
    assert total["before"] == total["kept"] == total["after"] > 0
    change(desk, DOC, [])
    done = desk.good("studio", "pull", "--replace")
    assert f"0 kept (0%), 0 changed, {total['before']} deleted; 0 added" in done.out
