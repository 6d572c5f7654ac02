"""Rounds on a server: who sees what, in which order, and who is how far."""

import pytest

from parley.labelstudio.results import results
from tests.studio.desk import Desk, snapshot
from tests.studio.made import SCHEME, documents, gold

DOCS = "dry-dock-1,dry-dock-odd,ferry-line-1,tidal-gate-1,tidal-gate-made-0,tidal-gate-made-1"
BLIND = (
    "round", "start", "pilot", "--annotators", "ann-a,ann-b", "--blind", "--documents", DOCS,
    "--calibration", "tidal-gate-1",
)  # fmt: skip


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The session's server, which needs no project of `up` for a round."""
    return desk


def token(desk: Desk, annotator: str) -> str:
    """The token of an annotator's own account, as the browser's session would get it."""
    import re

    import httpx

    email = f"{annotator}@annotators.localdomain"
    with httpx.Client(base_url=desk.url, timeout=60) as http:
        form = http.get("/user/login/").text
        mark = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert mark
        answer = http.post(
            "/user/login/",
            data={
                "csrfmiddlewaretoken": mark[1],
                "email": email,
                "password": desk.secrets["accounts"][email],
            },
        )
        assert answer.status_code == 302, f"{email} cannot log in"
        return str(http.get("/api/current-user/token").json()["token"])


def submit(desk: Desk, project: int, annotator: str, doc_id: str) -> None:
    """Work done by an annotator under their own account."""
    item = documents(desk.root)[doc_id]
    assert item.text is not None
    body = {"result": results(gold(desk.root, doc_id), item.text, SCHEME)}
    task = desk.tasks(project)[doc_id]["id"]
    desk.api("POST", f"/api/tasks/{task}/annotations/", body, token(desk, annotator))


def test_a_blind_round_gives_each_a_project_of_their_own_calibration_first(desk: Desk) -> None:
    desk.good(*BLIND)
    projects = desk.projects()
    assert projects.keys() == {"pilot · ann-a", "pilot · ann-b"}
    orders = [
        [task["data"]["doc_id"] for task in desk.export(number)]
        for _, number in sorted(projects.items())
    ]
    assert [order[0] for order in orders] == ["tidal-gate-1", "tidal-gate-1"]
    assert [sorted(order) for order in orders] == [sorted(DOCS.split(","))] * 2
    assert orders[0] != orders[1]
    # Blind of each other, and of gold.
    assert all(not task["predictions"] for n in projects.values() for task in desk.export(n))


def test_the_same_command_again_changes_nothing_and_another_of_that_name_is_refused(
    desk: Desk,
) -> None:
    desk.good(*BLIND)
    before = {name: desk.export(number) for name, number in desk.projects().items()}
    kept = snapshot(desk.root)
    for words in (BLIND, ("round", "start", "pilot")):
        assert desk.good(*words).out.count("nothing to do") == 2
    done = desk.run("round", "start", "pilot", "--annotators", "ann-a,ann-c", "--blind")
    assert done.code == 2
    assert "U011" in done.err and "another name" in done.err
    assert {name: desk.export(number) for name, number in desk.projects().items()} == before
    assert snapshot(desk.root) == kept


def test_a_shared_round_tells_work_apart_by_who_completed_it(desk: Desk) -> None:
    desk.good("round", "start", "talks", "--annotators", "ann-a,ann-b", "--documents", DOCS)
    project = desk.projects()["talks"]
    submit(desk, project, "ann-a", "dry-dock-1")
    submit(desk, project, "ann-b", "dry-dock-1")
    submit(desk, project, "ann-b", "ferry-line-1")
    desk.good("studio", "pull", "talks")
    folder = desk.root / "annotations" / "exports" / "talks"
    found = {path.stem: path.read_text() for path in folder.glob("*.json")}
    assert found.keys() == {"ann-a", "ann-b"}
    assert "ferry-line-1" in found["ann-b"] and "ferry-line-1" not in found["ann-a"]
    rows = {row["annotator"]: row for row in desk.json("round", "status", "talks")}
    assert (rows["ann-a"]["submitted"], rows["ann-b"]["submitted"]) == (1, 2)
    assert "dry-dock-1" not in rows["ann-a"]["left"]
    assert "ferry-line-1" in rows["ann-a"]["left"]


def test_status_of_a_blind_round_counts_documents_done_and_names_the_next(desk: Desk) -> None:
    desk.good(*BLIND)
    submit(desk, desk.projects()["pilot · ann-b"], "ann-b", "tidal-gate-1")
    a, b = desk.json("round", "status", "pilot")
    assert (a["submitted"], b["submitted"], b["documents"]) == (0, 1, 6)
    assert a["left"][0] == "tidal-gate-1" and a["last"] == ""
    assert "tidal-gate-1" not in b["left"] and b["last"]
    table = desk.good("round", "status").out.splitlines()
    assert table[0].split()[:3] == ["round", "annotator", "done"]
    assert [line.split()[:3] for line in table[1:]] == [
        ["pilot", "ann-a", "0/6"],
        ["pilot", "ann-b", "1/6"],
    ]


@pytest.mark.parametrize("name", ["a/b", "..", "../x", "a b", "é", "A", "x" * 200, "."])
def test_a_name_that_cannot_name_a_file_is_refused_and_nothing_is_made(
    desk: Desk, name: str
) -> None:
    kept = snapshot(desk.root)
    for words in (
        ("round", "start", "pilot", "--annotators", f"ann-a,{name}", "--blind"),
        ("round", "start", name, "--annotators", "ann-a"),
    ):
        done = desk.run(*words)
        assert done.code == 2
        assert "U011" in done.err and "expected 1-80 of a-z 0-9 _ -" in done.err
    assert desk.projects() == {}
    assert snapshot(desk.root) == kept
