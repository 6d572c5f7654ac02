"""Gold as lines of the prediction format: from a built dataset, from a file."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from parley import json_io
from parley.dataset.build import build
from parley.document import from_dict
from parley.incidents import IncidentError
from parley.predictions.gold import (
    documents,
    emit_empty,
    from_dataset,
    from_document,
    from_file,
    from_rows,
)
from parley.predictions.read import read
from parley.predictions.rows import LISTS, to_row
from parley.predictions.validate import from_project, validate
from parley.predictions.write import dump
from parley.project import Project
from tests.dataset.made_projects import a_project
from tests.predictions.made import gold, gold_file


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of six made documents, two a split, with its dataset built."""
    made = Project(a_project(tmp_path_factory.mktemp("made") / "project"))
    build(made, made.root / "dist" / "parley", jobs=1, checked=False, cached=False)
    return made


@pytest.fixture
def folder(project: Project) -> Path:
    return project.root / "dist" / "parley"


def test_a_split_s_gold_is_what_its_annotations_are_as_lines(
    project: Project, folder: Path
) -> None:
    found = from_dataset(folder, "test")
    assert found.doc_ids == ["tidal-gate-00002", "tidal-gate-00005"]
    assert (found.stories, found.forms) == (["tidal-gate"] * 2, ["wire"] * 2)
    assert found.splits == ["test"] * 2
    assert found.annotated() == list(LISTS)
    for doc_id, row, text in zip(found.doc_ids, found.rows, found.texts, strict=True):
        raw = json_io.loads((project.gold / f"{doc_id}.json").read_bytes())
        again = to_row(from_dict(raw), text)
        for item in (*row["events"], *again["events"]):
            item["arguments"].sort(key=str)
        assert row == again


def test_all_splits_together_are_the_splits_one_after_the_other(folder: Path) -> None:
    whole = from_dataset(folder)
    assert len(whole) == 6
    parts = [from_dataset(folder, split) for split in ("train", "validation", "test")]
    assert whole.doc_ids == [doc_id for part in parts for doc_id in part.doc_ids]
    assert whole.corpus == parts[0].corpus
    manifest = json_io.loads((folder / "MANIFEST.json").read_bytes())
    assert whole.corpus["digest"] == manifest["logical_sha256"]


def test_gold_of_a_dataset_validates_against_it(
    project: Project, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "system.jsonl"
    found = from_dataset(folder, "validation")
    path.write_bytes(dump(found.rows))
    told = validate(path, from_project(project), "validation")
    assert (told.faults, told.missing, dict(told.lines)) == ([], [], {"validation": 2})
    path.write_bytes(dump(emit_empty(found)))
    told = validate(path, from_project(project))
    assert (told.faults, told.not_predicted, told.items.total()) == ([], [], 0)


def test_a_document_that_the_build_left_out_is_known_by_its_length(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "parley"
    shutil.copytree(folder, copy)
    manifest = json_io.loads((copy / "MANIFEST.json").read_bytes())
    more = {**manifest["documents"][0], "doc_id": "held-back", "length": 77, "published": False}
    manifest["documents"].append(more)
    (copy / "MANIFEST.json").write_bytes(json_io.dumps(manifest))
    known, splits = documents(copy)
    assert known["held-back"] == (77, None)
    assert splits["held-back"] == manifest["documents"][0]["split"]
    assert all(item.text is not None for name, item in known.items() if name != "held-back")


def dataset_row(**more: Any) -> dict[str, Any]:
    lists = ("mentions", "events", "event_arguments", "attributions", "attribution_spans")
    row: dict[str, Any] = {name: [] for name in (*lists, "stances", "annotated_layers")}
    return {**row, "doc_id": "doc", "text": "The ferry.", "sha256": "", "status": "open", **more}


def test_an_attribution_without_content_is_counted_and_left_out() -> None:
    kinds = {"style": "direct", "kind": "assertion", "source_kind": "named"}
    attribution = {"id": "a1", "parent_id": None, **kinds}
    row = dataset_row(
        annotated_layers=["attribution"],
        attributions=[attribution, {**attribution, "id": "a2", "parent_id": "a1"}],
        attribution_spans=[
            {"attribution_id": "a1", "part": "cue", "start": 0, "end": 3},
            {"attribution_id": "a2", "part": "cue", "start": 0, "end": 3},
            {"attribution_id": "a2", "part": "content", "start": 4, "end": 9},
        ],
    )
    line, left_out = from_document(row)
    assert left_out == 1
    assert [(item["id"], item["parent"]) for item in line["attributions"]] == [("a2", None)]


def test_a_layer_that_was_not_annotated_has_no_key() -> None:
    assert from_document(dataset_row()) == ({"doc_id": "doc"}, 0)
    assert from_document(dataset_row(annotated_layers=["entity"])) == (
        {"doc_id": "doc", "mentions": [], "clusters": []},
        0,
    )


def test_words_of_a_withheld_document_do_not_stand_in_its_line() -> None:
    mention = {"id": "m1", "start": 4, "end": 9, "type": "FAC", "mention_type": "nominal"}
    row = dataset_row(
        annotated_layers=["entity"], mentions=[{**mention, "entity": None, "value": None}]
    )
    assert from_document(row)[0]["mentions"][0]["text"] == "ferry"
    assert "text" not in from_document({**row, "status": "withheld"})[0]["mentions"][0]


def test_a_damaged_dataset_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "parley"
    shutil.copytree(folder, copy)
    table = copy / "documents" / "test-00000-of-00001.parquet"
    table.write_bytes(table.read_bytes() + b"x")
    with pytest.raises(IncidentError, match="S003 not the bytes that the manifest names"):
        from_dataset(copy, "test")
    table.unlink()
    with pytest.raises(IncidentError, match="S003 cannot be read"):
        from_dataset(copy, "test")
    assert len(from_dataset(copy, "train")) == 2
    (copy / "MANIFEST.json").write_bytes(b"[]")
    with pytest.raises(IncidentError, match="S003 no manifest"):
        from_dataset(copy)


def test_a_slip_in_the_split_is_told_with_the_nearest(folder: Path) -> None:
    with pytest.raises(IncidentError, match=r"S002 .*nearest is 'validation'"):
        from_dataset(folder, "validtion")


def test_gold_of_a_file_is_the_gold_that_was_written(tmp_path: Path) -> None:
    of = gold(3)
    found = from_file(gold_file(tmp_path / "made.jsonl", of))
    assert found == of
    assert found.corpus["name"] == "made"


def test_a_file_without_texts_is_gold_too(tmp_path: Path) -> None:
    of = gold(3)
    path = tmp_path / "made.jsonl"
    path.write_bytes(dump(of.rows))
    found = from_file(path)
    assert (found.rows, found.texts, found.splits) == (of.rows, [None] * 2, [None] * 2)
    assert found.corpus["digest"] != of.corpus["digest"]
    # What is known of such a document is that it is there.
    assert read(path, found.known(), strangers=False).faults == []


def test_gold_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    path.write_bytes(
        b'{"doc_id":"a","text":7}\n'
        b'{"doc_id":"b","text":"Lenna","mentions":[{"id":"m1","start":0,"end":9,"type":"LOC"}]}\n'
    )
    with pytest.raises(IncidentError) as caught:
        from_file(path)
    assert [(item.code, item.line, item.item) for item in caught.value.incidents] == [
        ("P203", 1, "text"),
        ("P401", 2, "mentions[0].end"),
    ]


def test_the_digest_of_rows_is_of_their_values_and_not_of_their_spelling() -> None:
    rows = gold(3).rows
    turned = [dict(reversed(row.items())) for row in rows]
    assert from_rows(rows).corpus == from_rows(turned).corpus
    assert from_rows(rows[:1]).corpus != from_rows(rows).corpus
