"""Rounds as files: the same arguments the same round, everything else refused."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import json_io
from parley.incidents import IncidentError
from parley.project import Project
from parley.studio import rounds

DOCS = [f"doc-{number}" for number in range(12)]


def a_round(name: str = "pilot", **changed: Any) -> rounds.Round:
    values: dict[str, Any] = {
        "annotators": ["ann-a", "ann-b=ada@example.org"],
        "documents": DOCS,
        "calibration": ["doc-7", "doc-3"],
        "layers": ["stance", "entity"],
        "blind": True,
        "prefill": "none",
        "guidelines": "1.0.0",
        "ontology": "0.1.0",
        "started": "2024-01-01",
    }
    values |= changed
    return rounds.make(name, values.pop("annotators"), values.pop("documents"), **values)


def test_calibration_comes_first_for_all_and_the_rest_in_an_order_of_ones_own() -> None:
    made = a_round()
    a, b = made.documents["ann-a"], made.documents["ann-b"]
    assert a[:2] == b[:2] == ["doc-7", "doc-3"]
    assert sorted(a) == sorted(b) == sorted(DOCS)
    assert a != b
    assert made.annotators == {"ann-a": "", "ann-b": "ada@example.org"}
    assert made.layers == ["entity", "stance"]


def test_annotators_who_share_a_project_have_one_order() -> None:
    made = a_round(blind=False)
    assert made.documents["ann-a"] == made.documents["ann-b"]


@given(st.permutations(DOCS))
def test_the_order_of_work_depends_on_names_alone(documents: list[str]) -> None:
    assert a_round(documents=documents) == a_round()
    assert a_round("other").documents != a_round().documents


@given(st.text(max_size=100))
def test_a_name_is_taken_only_where_it_can_name_a_file_of_the_rounds_folder(name: str) -> None:
    try:
        made = a_round(name)
    except IncidentError as error:
        assert {incident.code for incident in error.incidents} == {"U011"}
        return
    path = rounds.path(Project(Path("/project")), made.name)
    assert path.parent == Path("/project/annotations/rounds")
    assert name.isascii() and len(name) <= 80 and name == name.strip()


def test_every_fault_of_the_arguments_is_said_at_once() -> None:
    with pytest.raises(IncidentError) as caught:
        a_round(
            "a/b",
            annotators=["x y", "ann-a", "ann-a"],
            calibration=["doc-99"],
            layers=["entities"],
        )
    said = "\n".join(map(str, caught.value.incidents))
    for part in ("'a/b'", "'x y'", "an annotator twice", "doc-99", "'entities'"):
        assert part in said


def test_a_round_is_read_back_as_it_was_kept_and_kept_once(tmp_path: Path) -> None:
    project = Project(tmp_path)
    made = a_round()
    assert rounds.save(project, made)
    assert rounds.read(project, "pilot") == made
    before = rounds.path(project, "pilot").read_bytes()
    # The day is not part of what was asked for.
    assert not rounds.save(project, a_round(started="2025-02-02"))
    assert rounds.path(project, "pilot").read_bytes() == before


def test_another_round_of_the_same_name_is_refused_and_the_first_kept(tmp_path: Path) -> None:
    project = Project(tmp_path)
    rounds.save(project, a_round())
    before = rounds.path(project, "pilot").read_bytes()
    with pytest.raises(IncidentError, match=r"U011.*has other.*blind"):
        rounds.save(project, a_round(blind=False, prefill="gold"))
    assert rounds.path(project, "pilot").read_bytes() == before


@pytest.mark.parametrize("name", ["pilto", "../pilot", "", "PILOT"])
def test_a_round_that_is_not_there_is_said_with_the_nearest(tmp_path: Path, name: str) -> None:
    project = Project(tmp_path)
    rounds.save(project, a_round())
    with pytest.raises(IncidentError, match=r"U010.*expected pilot"):
        rounds.read(project, name)


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"format": "parley-round/1"}',
        json_io.dumps({**json_io.loads(a_round().dump()), "documents": {}}),
        json_io.dumps({**json_io.loads(a_round().dump()), "name": "other"}),
        json_io.dumps({**json_io.loads(a_round().dump()), "annotators": {"../x": ""}}),
        json_io.dumps({**json_io.loads(a_round().dump()), "format": "parley-round/2"}),
        json_io.dumps({**json_io.loads(a_round().dump()), "documents": 3}),
        json_io.dumps({**json_io.loads(a_round().dump()), "layers": [["entity"]]}),
        json_io.dumps({**json_io.loads(a_round().dump()), "calibration": 3}),
    ],
)
def test_a_file_that_is_no_round_is_refused(tmp_path: Path, data: bytes) -> None:
    project = Project(tmp_path)
    path = rounds.path(project, "pilot")
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    with pytest.raises(IncidentError, match="U011"):
        rounds.read(project, "pilot")
