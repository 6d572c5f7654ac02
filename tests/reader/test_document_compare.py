"""Two readers of a document: verdicts are the scorer's, and the page shows them side by side."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from parley import ontology
from parley.agreement.read import Round
from parley.dataset import build
from parley.document import Annotations, from_dict, to_dict
from parley.incidents import IncidentError
from parley.predictions import gold as golds
from parley.project import Project
from parley.reader import compare, data, page_document
from parley.scoring import run
from tests import chromium
from tests.dataset import made_projects
from tests.reader import document_made as made
from tests.reader.document_browser import TEXT, Reader, violations

JSON = dict[str, Any]
LAYERS = ("mentions", "events", "attributions", "stances")
browser_test = pytest.mark.browser


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built dataset of six made documents."""
    root = made_projects.a_project(tmp_path_factory.mktemp("made") / "project", lines=10)
    build.build(Project(root), root / "dist" / "parley", checked=False)
    return root / "dist" / "parley"


def _write(path: Path, rows: list[JSON]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path


def _lines(dist: Path) -> list[JSON]:
    """Gold as lines of the prediction format, without words and clusters."""
    rows = []
    for row in golds.from_dataset(dist).rows:
        copy = orjson.loads(orjson.dumps(row))
        copy.pop("clusters", None)
        for key in ("mentions", "events"):
            for item in copy[key]:
                item.pop("text", None)
                for argument in item.get("arguments", ()):
                    argument.pop("text", None)
        rows.append(copy)
    return rows


def _spoiled(rows: list[JSON], seed: int) -> list[JSON]:
    """The same with every kind of mistake in it."""
    chance = random.Random(seed)
    scheme = ontology.load()
    for row in rows:
        for key, layer in (("mentions", "entity"), ("events", "event")):
            row[key] = [item for item in row[key] if chance.random() > 0.1]
            for item in list(row[key]):
                if chance.random() < 0.15:
                    item["type"] = chance.choice(scheme.names(layer))
                if chance.random() < 0.15 and item["end"] - item["start"] > 2:
                    item["end"] -= 1
                if chance.random() < 0.1:
                    row[key].append({**item, "id": f"{item['id']}x"})
        for event in row["events"]:
            event["arguments"] = [
                {**item, "role": chance.choice(["actor", item["role"]])}
                for item in event["arguments"]
                if chance.random() > 0.2
            ]
        row["attributions"] = [item for item in row["attributions"] if chance.random() > 0.1]
        kept = {item["id"] for item in row["attributions"]}
        for item in row["attributions"]:
            if item["parent"] not in kept or chance.random() < 0.3:
                item["parent"] = None
            if chance.random() < 0.2:
                item["source"] = []
            if chance.random() < 0.2 and item["content"][0][1] - item["content"][0][0] > 2:
                item["content"][0][1] -= 1
        for item in row["stances"]:
            item["label"] = chance.choice(scheme.values("label"))
    return rows


def _kinds(found: dict[str, JSON], names: dict[str, tuple[str, str]]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    order = list(names)
    for one in found.values():
        for layer, _, _, kind, *_ in one["items"]:
            counts.setdefault(layer, Counter())[order[kind]] += 1
    return counts


@pytest.mark.parametrize("seed", range(6))
def test_verdicts_are_the_errors_that_the_scorer_counts(
    dist: Path, tmp_path: Path, seed: int
) -> None:
    """As many of each kind, so that page and `parley score` never disagree."""
    file = _write(tmp_path / "made.jsonl", _spoiled(_lines(dist), seed))
    scored = run.score(golds.from_dataset(dist), file, resamples=0).layers
    got = _kinds(compare.predictions(dist, file), compare.AGAINST_GOLD)
    for layer in ("mentions", "stances"):
        want = Counter(error.kind for error in scored[layer].errors)
        assert got[layer] - Counter({"right": got[layer]["right"]}) == want
    want = Counter(
        ("arguments " if "." in (error.gold_label or error.predicted_label or "") else "")
        + error.kind
        for error in scored["events"].errors
    )
    events = Counter(got["events"])
    events.update({f"arguments {kind}": count for kind, count in got["arguments"].items()})
    # Said twice: no error of a scorer of sets.
    del events["right"], events["again"]
    assert events == want
    alone = ("missing", "spurious", "duplicate")
    want = Counter(error.kind for error in scored["attributions"].errors if error.kind in alone)
    assert Counter({kind: got["attributions"][kind] for kind in want}) == want


def test_every_annotation_of_both_sides_has_a_verdict(dist: Path, tmp_path: Path) -> None:
    """Nothing is left without one, and every id is one of a reading."""
    file = _write(tmp_path / "made.jsonl", _spoiled(_lines(dist), 9))
    found = compare.predictions(dist, file)
    corpus = data.read_corpus(dist)
    for row in data.documents(corpus):
        one = found[row["doc_id"]]
        sides = page_document.reading(row), one["second"]
        for layer in LAYERS:
            for at, side in enumerate(sides):
                ids = {item["id"] for item in side[layer]}
                judged = {item[1 + at] for item in one["items"] if item[0] == layer} - {None}
                # Gold attributions without content have no place in the format.
                assert judged <= ids
                assert ids - judged == set()


def test_gold_against_itself_is_right_throughout(dist: Path, tmp_path: Path) -> None:
    """No difference, argument by argument."""
    file = _write(tmp_path / "gold.jsonl", _lines(dist))
    for one in compare.predictions(dist, file).values():
        assert {one["kinds"][item[3]]["name"] for item in one["items"]} == {"right"}


def test_two_files_stand_beside_each_other_by_name(dist: Path, tmp_path: Path) -> None:
    """Documents that only one of them has are left out; nobody is called gold."""
    rows = _lines(dist)
    first = _write(tmp_path / "north.jsonl", rows[:4])
    second = _write(tmp_path / "south.jsonl", _spoiled(_lines(dist), 1)[2:])
    found = compare.files(dist, first, second)
    assert set(found) == {row["doc_id"] for row in rows[2:4]}
    one = next(iter(found.values()))
    assert one["names"] == ["north", "south"]
    assert "only the first" in {kind["name"] for kind in one["kinds"]}
    assert len(one["first"]["mentions"]) == len(rows[2]["mentions"])


def test_stances_get_ids_that_nothing_else_has(dist: Path, tmp_path: Path) -> None:
    """The format has none for them; the page needs one for every annotation."""
    rows = _lines(dist)
    for row in rows:
        for at, item in enumerate(row["events"], 1):
            item["id"] = f"s{at}"
    for one in compare.predictions(dist, _write(tmp_path / "a.jsonl", rows)).values():
        ids = [item["id"] for layer in LAYERS for item in one["second"][layer]]
        assert len(ids) == len(set(ids))


def test_an_argument_on_no_annotation_keeps_its_span(dist: Path, tmp_path: Path) -> None:
    """A system may point where it marked nothing: the words are shown all the same."""
    row = next(row for row in _lines(dist) if row["events"])
    event = row["events"][0]
    event["arguments"] = [{"role": "actor", "start": 0, "end": 2}]
    rows = [{"doc_id": row["doc_id"], "events": [event]}]
    found = compare.predictions(dist, _write(tmp_path / "a.jsonl", rows))[row["doc_id"]]
    assert found["layers"] == ["events"]
    assert found["second"]["events"][0]["arguments"] == [{"role": "actor", "target": [0, 2]}]


def test_faults_of_a_file_are_all_told(dist: Path, tmp_path: Path) -> None:
    """As `parley score` tells them; nothing is compared in part."""
    name = _lines(dist)[0]["doc_id"]
    rows = [
        {"doc_id": name, "mentions": [{"id": "m", "start": 9, "end": 3, "type": "ORG"}]},
        {"doc_id": name, "stances": 3},
    ]
    with pytest.raises(IncidentError) as told:
        compare.predictions(dist, _write(tmp_path / "bad.jsonl", rows))
    assert len(told.value.incidents) == 3


# --------------------------------------------------------------------------------- annotators
def _round(second: Annotations) -> Round:
    document, first = made.the_dock()
    return Round(
        "north",
        ontology.load(),
        {"ada": {document.id: first}, "bo": {document.id: second}},
        {"ada": 1, "bo": 1},
        {document.id: document.text},
    )


def _second() -> Annotations:
    """Ada's annotations as Bo might have made them."""
    _, first = made.the_dock()
    return from_dict(to_dict(first))


def _said(found: JSON) -> set[tuple[str, str | None, str | None, str, str]]:
    return {
        (layer, one, two, found["kinds"][kind]["name"], says)
        for layer, one, two, kind, says, *_ in found["items"]
        if found["kinds"][kind]["wrong"]
    }


def test_annotators_who_agree_have_no_difference() -> None:
    """Parents and arguments included."""
    found = compare.annotators(_round(_second()))["made-1"]
    assert found["names"] == ["ada", "bo"]
    assert _said(found) == set()
    assert len(found["items"]) == 20


def test_what_annotators_differ_in_is_said() -> None:
    """Label, span, details, arguments, parents, and what only one has."""
    second = _second()
    by_id = {item.id: item for item in second.mentions}
    by_id["m1"].type = "LOC"
    by_id["m2"].start += 5
    by_id["m3"].entity = "lenna"
    second.mentions = [item for item in second.mentions if item.id != "m11"]
    struck = next(item for item in second.events if item.id == "e1")
    struck.arguments.pop()
    second.attributions = [item for item in second.attributions if item.id != "a1"]
    for item in second.attributions:
        if item.parent == "a1":
            item.parent = None
    found = compare.annotators(_round(second))["made-1"]
    assert _said(found) >= {
        ("mentions", "m1", "m1", "label differs", "GPE / LOC"),
        ("mentions", "m2", "m2", "span differs", ""),
        ("mentions", "m3", "m3", "details differ", "entity"),
        ("mentions", "m11", None, "only the first", ""),
        ("attributions", "a1", None, "only the first", ""),
        ("attributions", "a2", "a2", "parent differs", ""),
        ("arguments", "e1", "e1", "only the first", "time"),
    }


# --------------------------------------------------------------------------------- in a browser
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    with chromium.browser() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of two annotators who differ in three mentions and an attribution."""
    second = _second()
    by_id = {item.id: item for item in second.mentions}
    by_id["m1"].type = "LOC"
    by_id["m2"].start += 5
    second.mentions = [item for item in second.mentions if item.id != "m8"]
    for event in second.events:
        event.arguments = [item for item in event.arguments if item.target != "m8"]
    row = made.value(*made.the_dock())
    found = compare.annotators(_round(second))
    return made.site(tmp_path_factory.mktemp("site"), [row], found)


@pytest.fixture
def reader(browser: Any) -> Iterator[Reader]:
    """A tab that must end without a message or an error of the page."""
    found = Reader(browser, viewport={"width": 1600, "height": 900})
    yield found
    found.close()
    assert found.faults == []


@browser_test
def test_two_readers_stand_side_by_side_line_by_line(reader: Reader, site: str) -> None:
    """The same words twice, the same line at the same height."""
    page = reader.document(site, "made-1")
    assert page.evaluate(TEXT) == page.evaluate(TEXT.replace("#text ", "#text-b "))
    tops = page.evaluate(
        """() => ['text', 'text-b'].map((id) =>
          [...document.getElementById(id).children].map((p) => p.getBoundingClientRect().top))"""
    )
    assert tops[0] == tops[1]
    lefts = page.evaluate(
        "['text', 'text-b'].map((id) => document.getElementById(id).getBoundingClientRect().left)"
    )
    assert lefts[0] < lefts[1]


@browser_test
def test_differences_are_walked_listed_and_linked(reader: Reader, site: str) -> None:
    """n goes on, p goes back; both sides are lit and the verdict is said."""
    page = reader.document(site, "made-1")
    said = []
    for _ in range(4):
        page.keyboard.press("n")
        said.append(reader.said)
    assert said[0] == "Difference 1 of 4: label differs, GPE / LOC"
    assert said[1] == "Difference 2 of 4: span differs"
    assert said[2].startswith("Difference 3 of 4: only the first")
    assert "argument actor “Divers 👩‍👩‍👧”" in said[3]
    page.keyboard.press("p")
    page.keyboard.press("p")
    assert reader.said == said[1]
    assert reader.marked("sel") == ["Mara Quill", "Quill"]
    assert "≠" not in page.inner_text(".verdict")
    assert page.locator(".lists .group").first.locator("li").count() == 4
    page.locator(".verdict").get_by_role("link").last.click()
    assert reader.place == "#b.m2"
    page = reader.document(site, "made-1", "#b.m2")
    assert reader.chosen == "Mention b.m2 PERSON"


@browser_test
def test_only_differences_can_be_shown(reader: Reader, site: str) -> None:
    """What both have loses its marks, and the keys pass it by."""
    page = reader.document(site, "made-1")
    page.get_by_label("Only differences").check()
    lines = page.evaluate(
        """() => [...document.querySelectorAll('#text .mk-mention')].map((m) =>
          [m.drawn.item.id, getComputedStyle(m).borderBottomWidth])"""
    )
    assert {key for key, width in lines if width != "0px"} == {"m1", "m2", "m8"}
    page.keyboard.press("j")
    assert reader.said.startswith("1 of 4:")


@browser_test
def test_a_phone_shows_one_reader_at_a_time(browser: Any, site: str) -> None:
    """A switch leads to the other, and so does a link to what it has."""
    reader = Reader(browser, viewport={"width": 390, "height": 844})
    page = reader.document(site, "made-1")
    assert page.is_visible("#text")
    assert not page.is_visible("#text-b")
    page.get_by_role("radio", name="bo").check()
    assert page.is_visible("#text-b")
    page = reader.document(site, "made-1", "#b.m2")
    assert page.is_visible("#text-b")
    assert not page.is_visible("#text")
    reader.close()
    assert reader.faults == []


@browser_test
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 900, 1600])
def test_no_barrier_that_axe_knows_of_in_two_columns(
    browser: Any, site: str, scheme: str, width: int
) -> None:
    """At rest and with a difference selected."""
    reader = Reader(browser, color_scheme=scheme, viewport={"width": width, "height": 860})
    page = reader.document(site, "made-1")
    assert violations(page) == []
    page.keyboard.press("n")
    assert violations(page) == []
    reader.close()
