"""From two readings to gold, on the server, with the keys that an adjudicator presses."""

from collections import Counter
from typing import Any

import pytest

from parley import json_io
from parley.document import Annotations
from parley.labelstudio.results import results
from tests.studio import made
from tests.studio.browser import Browser
from tests.studio.desk import Desk, snapshot

#: Where the title of the first document begins.
PLACE = 0
DOCS = ("dry-dock-1", "ferry-line-1", "tidal-gate-1")


@pytest.fixture
def readings(desk: Desk) -> Desk:
    """A blind round that two annotators have done and that was pulled."""
    desk.good(
        "round", "start", "pilot", "--annotators", "ann-a,ann-b", "--blind",
        "--documents", ",".join(DOCS),
    )  # fmt: skip
    items = made.documents(desk.root)
    for who in ("ann-a", "ann-b"):
        project = desk.projects()[f"pilot · {who}"]
        for doc_id, task in desk.tasks(project).items():
            found = made.gold(desk.root, doc_id)
            if who == "ann-b":
                _otherwise(found)
            text = items[doc_id].text
            assert text is not None
            body = {"result": results(found, text, made.SCHEME)}
            desk.api("POST", f"/api/tasks/{task['id']}/annotations/", body)
    made.no_gold(desk.root)
    desk.good("studio", "pull", "pilot")
    return desk


def _otherwise(found: Annotations) -> None:
    """The other annotator: another tense, another stance, a named mention not seen."""
    found.events[0].tense = "future"
    found.stances[0].label = "NONE"
    found.mentions = [item for item in found.mentions if item.entity != "lenna-post"]


def test_from_two_readings_to_gold(readings: Desk, browser: Browser) -> None:
    desk = readings
    asked = [
        json_io.loads(line)
        for line in desk.good("adjudicate", "pilot", "--list").out.encode().splitlines()
    ]
    assert len(asked) == 9
    assert {row["layer"] for row in asked} == {"entity", "event", "stance"}
    # Questions, once.
    for _ in range(2):
        done = desk.run("adjudicate", "pilot", "--json")
        assert (done.code, done.json["decided"]) == (1, 0)
    questions = desk.projects()["pilot · disagreements"]
    tasks = desk.tasks(questions)
    assert tasks.keys() == {row["item"] for row in asked}
    # Two by key in the browser: 1 is A, 2 is B.
    with browser.page(desk) as page:
        for row, key in ((asked[0], "1"), (asked[1], "2")):
            page.open(questions, tasks[row["item"]]["id"], regions=False)
            page.page.get_by_text("take A").first.wait_for()
            page.page.keyboard.press(key)
            page.save()
    state = desk.run("adjudicate", "pilot", "--json").json
    assert state["decided"] == 2
    assert state["verdicts"] == {"a": 1, "b": 1}
    # The rest from a file.
    file = desk.root / "decided.jsonl"
    rest = [{"item": row["item"], "verdict": "a", "note": "rule"} for row in asked[2:]]
    file.write_bytes(b"".join(json_io.dumps(row) + b"\n" for row in rest))
    state = desk.json("adjudicate", "pilot", "--decisions", str(file))
    assert state["decided"] == state["disagreements"] == 9
    kept = (desk.root / "annotations" / "adjudication" / "pilot.jsonl").read_bytes()
    assert len(kept.splitlines()) == 9
    # A last look: one annotation changed by hand, one added.
    gold = desk.projects()["pilot · gold"]
    (row,) = desk.tasks(gold)["dry-dock-1"]["annotations"]
    desk.api("PATCH", f"/api/annotations/{row['id']}/", {"result": _by_hand(row["result"])})
    state = desk.json("adjudicate", "pilot", "--finish")
    origin = state["gold"]["origin"]
    assert (origin["edited"], origin["new"]) == (1, 1)
    found = [made.gold(desk.root, doc_id) for doc_id in DOCS]
    told: Counter[str] = Counter()
    for one in found:
        adjudication = one.provenance["adjudication"]
        everything: list[Any] = [*one.mentions, *one.events, *one.attributions, *one.stances]
        assert adjudication["origin"].keys() == {item.id for item in everything}
        assert adjudication["counts"] == dict(Counter(adjudication["origin"].values()))
        told.update(adjudication["counts"])
    assert origin == dict(told)
    # Again: nothing is asked, put up or written anew.
    before = snapshot(desk.root / "annotations"), _all(desk)
    assert desk.json("adjudicate", "pilot", "--finish")["gold"]["origin"] == origin
    assert (snapshot(desk.root / "annotations"), _all(desk)) == before
    desk.good("check", *(str(desk.root / "annotations" / "gold" / f"{doc}.json") for doc in DOCS))


def _by_hand(result: list[Any]) -> list[Any]:
    """The first event's tense changed, and words of the title marked."""
    event = next(
        row for row in result if row.get("from_name") == "event" and row["type"] == "labels"
    )
    same = [
        row for row in result if (row.get("id"), row.get("from_name")) != (event["id"], "tense")
    ]
    place = {key: event["value"][key] for key in ("start", "end")}
    tense = {
        "id": event["id"],
        "from_name": "tense",
        "to_name": "text",
        "type": "choices",
        "value": {**place, "choices": ["present"]},
    }
    marked = {
        "id": "hand",
        "from_name": "entity",
        "to_name": "text",
        "type": "labels",
        "value": {"start": PLACE, "end": PLACE + len("Dry dock"), "labels": ["FAC"]},
    }
    return [*same, tense, marked]


def _all(desk: Desk) -> dict[str, Any]:
    return {title: desk.tasks(number) for title, number in desk.projects().items()}
