"""What a comparison of two builds says, and that it says everything."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parley import document, ontology
from parley.dataset.rows import Labels, rows
from parley.document import Annotations, Argument, Attribution, Event, Mention
from parley.incidents import IncidentError
from parley.versions import Difference, annotations, compare
from parley.versions.model import LAYERS, Change
from tests.dataset import made_documents, made_projects
from tests.versions import made

LABELS = Labels.make(ontology.load())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made.project(tmp_path / "project")


def changed(root: Path, tmp_path: Path, edit: Callable[[Annotations], None]) -> Difference:
    """The difference that an edit of one document's gold makes."""
    old = made.built(root, tmp_path / "old")
    made.gold(root, edit)
    return compare(old, made.built(root, tmp_path / "new"))


def told(found: Difference) -> list[tuple[Any, ...]]:
    """Layer, kind, id and fields of every change, claims aside."""
    return [
        (item.layer, item.kind, item.id, dict(item.fields))
        for each in found.documents
        for item in each.changes
        if item.layer != "claims"
    ]


def test_two_builds_of_one_project_do_not_differ(root: Path, tmp_path: Path) -> None:
    old = made.built(root, tmp_path / "old")
    found = compare(old, made.built(root, tmp_path / "new"))
    assert found.equal
    assert found.counts() == {}
    assert found.summary() == f"{old} and {tmp_path / 'new'}: no difference"


COMPARE = """
import sys
from pathlib import Path
from parley.versions import compare
found = compare(Path(sys.argv[1]), Path(sys.argv[2]))
print(found.equal, "pyarrow.parquet" in sys.modules, "pyarrow.dataset" in sys.modules)
"""


def test_a_comparison_leaves_no_thread_of_arrow_with_memory_of_python(
    root: Path, tmp_path: Path
) -> None:
    # Arrow's scanner keeps a file that Python handed to it in a thread of its own. Where that
    # thread is still at work when the interpreter ends, the process aborts after all is done
    # (github.com/apache/arrow/issues/50482).
    def fewer(found: Annotations) -> None:
        del found.events[-1]

    old = made.built(root, tmp_path / "old")
    made.gold(root, fewer)
    new = made.built(root, tmp_path / "new")
    done = subprocess.run(
        [sys.executable, "-c", COMPARE, str(old), str(new)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("False True False\n", "")


def test_a_changed_field_is_told_with_both_values_and_the_words(root: Path, tmp_path: Path) -> None:
    def edit(gold: Annotations) -> None:
        next(item for item in gold.mentions if item.id == "m3").type = "GPE"

    found = changed(root, tmp_path, edit)
    assert told(found) == [("mentions", "changed", "m3", {"type": ("ORG", "GPE")})]
    [document] = found.documents
    assert document.doc_id == made.DOC
    assert document.changes[0].words == "Lenna Post"
    place = f"{document.changes[0].start}-{document.changes[0].end}"
    assert f"  ~ mention m3 [{place}] 'Lenna Post': type ORG → GPE" in found.lines()
    assert set(found.configs) >= {"documents", "sentences"}


def test_a_moved_span_is_a_change_of_its_words(root: Path, tmp_path: Path) -> None:
    def edit(gold: Annotations) -> None:
        item = next(item for item in gold.mentions if item.id == "m3")
        item.start += len("Lenna ")

    start = made.text(root).index("Lenna Post")
    end = start + len("Lenna Post")
    pair = (f"Lenna Post ({start}-{end})", f"Post ({start + 6}-{end})")
    assert told(changed(root, tmp_path, edit)) == [("mentions", "changed", "m3", {"span": pair})]


def test_added_and_removed_annotations_are_told_by_their_label(root: Path, tmp_path: Path) -> None:
    def edit(gold: Annotations) -> None:
        gold.stances.clear()
        start = gold.mentions[0].start
        gold.events.append(Event("e9", start, start + 3, "OCCUR"))

    assert told(changed(root, tmp_path, edit)) == [
        ("events", "added", "e9", {"type": (None, "OCCUR")}),
        ("stances", "removed", "s1", {"label": ("AGAINST", None)}),
    ]


def test_an_argument_is_told_by_role_and_target(root: Path, tmp_path: Path) -> None:
    def edit(gold: Annotations) -> None:
        by_id = {item.id: item for item in gold.events}
        by_id["e1"].arguments = [Argument("recipient", "m4")]
        by_id["e2"].arguments = [Argument("location", "m1")]

    assert told(changed(root, tmp_path, edit)) == [
        ("arguments", "changed", "e1 recipient m4", {"role": ("actor", "recipient")}),
        ("arguments", "added", "e2 location m1", {"role": (None, "location")}),
    ]


def test_a_new_id_is_a_rename_and_nothing_that_names_it_changes(root: Path, tmp_path: Path) -> None:
    def edit(gold: Annotations) -> None:
        next(item for item in gold.mentions if item.id == "m4").id = "m44"
        gold.events[0].arguments = [Argument("actor", "m44")]

    found = changed(root, tmp_path, edit)
    assert told(found) == [("mentions", "renamed", "m44", {"id": ("m4", "m44")})]
    assert "  = 1 mentions, only the id: m4 → m44" in found.lines()


def test_a_part_of_an_attribution_that_moved_is_told_by_its_name(
    root: Path, tmp_path: Path
) -> None:
    def edit(gold: Annotations) -> None:
        next(item for item in gold.attributions if item.id == "a1").source = []

    start = made.text(root).index("The dock council")
    [change] = told(changed(root, tmp_path, edit))
    assert change[:3] == ("attributions", "changed", "a1")
    assert change[3] == {"source": (f"The dock council ({start}-{start + 16})", "")}


def test_an_attribution_with_another_content_and_another_id_is_one_change(
    root: Path, tmp_path: Path
) -> None:
    def edit(gold: Annotations) -> None:
        item = next(item for item in gold.attributions if item.id == "a1")
        item.id, item.source = "a7", []

    [change] = told(changed(root, tmp_path, edit))
    assert change[1:3] == ("changed", "a7") and change[3]["id"] == ("a1", "a7")


@given(st.integers(0, 2**32))
def test_new_ids_for_everything_are_renames_and_nothing_else(seed: int) -> None:
    random = Random(seed)
    item, gold = made_documents.a_document(random, lines=4)
    # Two annotations that say the same at the same place have no difference but their ids.
    for layer in (gold.mentions, gold.events, gold.attributions, gold.stances):
        assume(len({str(_place(each)) for each in layer}) == len(layer))
    old = rows(item, document.to_dict(gold), LABELS).rows
    numbers = count(1000)
    every: list[Any] = [*gold.mentions, *gold.events, *gold.attributions, *gold.stances]
    random.shuffle(every)
    new_ids: dict[str | None, str | None] = {each.id: f"n{next(numbers)}" for each in every}
    new_ids[None] = None
    for each in every:
        each.id = str(new_ids[each.id])
        if isinstance(each, Event):
            each.arguments = [
                Argument(arg.role, str(new_ids[arg.target])) for arg in each.arguments
            ]
    for stance in gold.stances:
        stance.holder, stance.target = new_ids[stance.holder], str(new_ids[stance.target])
    document.nest(gold)
    document.order(gold)
    new = rows(item, document.to_dict(gold), LABELS).rows
    found = _compared(old, new)
    assert {change.kind for change in found} == {"renamed"}
    assert len(found) == len(every)


def _place(item: Any) -> object:
    return (item.cue, item.content) if isinstance(item, Attribution) else (item.start, item.end)


def _compared(old: dict[str, Any], new: dict[str, Any]) -> tuple[Change, ...]:
    claims = (old["claims"], new["claims"])
    found = annotations.compare(old["documents"][0], new["documents"][0], claims, LAYERS)
    return found.changes


@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_what_is_added_one_way_is_removed_the_other_way(one: int, other: int) -> None:
    item, gold = made_documents.a_document(Random(one), lines=3)
    second = made_documents.annotate(Random(other), item)
    old = rows(item, document.to_dict(gold), LABELS).rows
    new = rows(item, document.to_dict(second), LABELS).rows
    numbers = [
        {
            (layer, kind): sum((each.layer, each.kind) == (layer, kind) for each in found)
            for layer in ("mentions", "events")
            for kind in ("added", "removed")
        }
        for found in (_compared(old, new), _compared(new, old))
    ]
    for layer in ("mentions", "events"):
        before, after = len(getattr(gold, layer)), len(getattr(second, layer))
        assert numbers[0][layer, "added"] - numbers[0][layer, "removed"] == after - before
        assert numbers[1][layer, "added"] - numbers[1][layer, "removed"] == before - after


def test_an_edited_text_is_told_and_what_it_moved_is_not(root: Path, tmp_path: Path) -> None:
    old = made.built(root, tmp_path / "old")
    made.retext(root, "reporters", "some reporters")
    found = compare(old, made.built(root, tmp_path / "new"))
    [change] = found.documents
    assert [(edit.before, edit.after) for edit in change.edits] == [("", "some ")]
    assert told(found) == []


def test_an_annotation_whose_words_were_edited_is_told_by_its_id(
    root: Path, tmp_path: Path
) -> None:
    old = made.built(root, tmp_path / "old")
    start = made.text(root).index("Lenna Post")
    made.retext(root, "Post", "Herald")
    found = compare(old, made.built(root, tmp_path / "new"))
    span = (f"Lenna Post ({start}-{start + 10})", f"Lenna Herald ({start}-{start + 12})")
    assert ("mentions", "changed", "m3", {"span": span}) in told(found)


def test_an_annotation_whose_words_and_id_are_gone_is_uncomparable(
    root: Path, tmp_path: Path
) -> None:
    old = made.built(root, tmp_path / "old")
    made.retext(root, "Lenna Post", "whole town")
    made.gold(root, lambda gold: _rename(gold, "m3", "m30"))
    found = compare(old, made.built(root, tmp_path / "new"))
    kinds = {(item.kind, item.id) for item in found.documents[0].changes}
    assert {("uncomparable", "m3"), ("added", "m30")} <= kinds


def _rename(gold: Annotations, old: str, new: str) -> None:
    next(item for item in gold.mentions if item.id == old).id = new


def test_metadata_splits_and_documents_are_told(root: Path, tmp_path: Path) -> None:
    old = made.built(root, tmp_path / "old")
    splits = root / "corpus" / "splits.jsonl"
    splits.write_text(splits.read_text("utf-8").replace('"test"', '"train"'), "utf-8")
    path = made.source(root)
    path.write_text(path.read_text("utf-8").replace('form = "news"', 'form = "wire"'), "utf-8")
    made.source(root, "ferry-line-1").unlink()
    (root / "annotations" / "gold" / "ferry-line-1.json").unlink()
    found = compare(old, made.built(root, tmp_path / "new"))
    by_id = {item.doc_id: item for item in found.documents}
    assert by_id["tidal-gate-1"].metadata == {"split": ("test", "train")}
    assert by_id[made.DOC].metadata == {"form": ("news", "wire")}
    gone = by_id["ferry-line-1"]
    assert (gone.kind, gone.counts["mentions"], gone.counts["events"]) == ("removed", 5, 2)
    assert [(item.register, item.id) for item in found.registers] == [("splits", "tidal-gate")]
    assert found.counts()["documents"] == {"removed": 1, "changed": 2}
    back = compare(tmp_path / "new", old)
    assert back.counts()["documents"] == {"added": 1, "changed": 2}


def test_words_of_a_withheld_document_are_shown_nowhere(root: Path, tmp_path: Path) -> None:
    from parley import article, withheld

    whole = article.read(made.source(root), root)
    (root / "corpus" / "withheld").mkdir()
    (root / "corpus" / "withheld" / f"{made.DOC}.json").write_bytes(withheld.dump(whole))
    (root / "corpus" / "texts").mkdir()
    text = made.text(root)
    (root / "corpus" / "texts" / f"{made.DOC}.txt").write_text(text, "utf-8")
    made.source(root).unlink()
    old = made.built(root, tmp_path / "old")

    def edit(gold: Annotations) -> None:
        gold.mentions.pop()
        gold.mentions[0].end -= 2
        next(item for item in gold.attributions if item.id == "a1").source = []

    path = root / "annotations" / "gold" / f"{made.DOC}.json"
    gold = document.from_dict(json.loads(path.read_bytes()))
    edit(gold)
    document.nest(gold)
    path.write_bytes(document.dump(gold))
    found = compare(old, made.built(root, tmp_path / "new"))
    assert found.documents[0].withheld and len(found.documents[0].changes) >= 3
    shown = "\n".join([*found.lines(), found.page(), json.dumps(found.to_dict())])
    for words in ("dock council", "Monday", "Lenna", "said", "crews"):
        assert words in text and words not in shown.replace("said to be", "")


def test_a_document_without_its_text_in_one_build_is_told_and_not_compared(
    root: Path, tmp_path: Path
) -> None:
    old = made.built(root, tmp_path / "old")
    manifest = json.loads((old / "MANIFEST.json").read_bytes())
    row = next(row for row in manifest["documents"] if row["doc_id"] == made.DOC)
    row["published"] = False
    (old / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    _rewrite(old, "documents", lambda rows: [row for row in rows if row["doc_id"] != made.DOC])
    found = compare(old, made.built(root, tmp_path / "new"))
    assert [(item.doc_id, dict(item.metadata)) for item in found.documents] == [
        (made.DOC, {"published": (False, True)})
    ]


def test_rows_that_differ_only_in_what_follows_from_others_are_still_told(
    root: Path, tmp_path: Path
) -> None:
    old, new = made.built(root, tmp_path / "old"), made.built(root, tmp_path / "new")

    def deeper(rows: list[Any]) -> list[Any]:
        for row in rows:
            for item in row["attributions"]:
                item["depth"] += 1
        return rows

    _rewrite(new, "documents", deeper)
    found = compare(old, new)
    assert not found.equal
    assert [item.metadata["derived"][1] for item in found.documents] == [["attributions"]] * 3
    assert "  ~ values that follow from others, in attributions" in found.lines()


def test_labels_that_were_added_or_moved_are_told(root: Path, tmp_path: Path) -> None:
    old, new = made.built(root, tmp_path / "old"), made.built(root, tmp_path / "new")
    for path in (new / "stance").glob("*.parquet"):
        table = pq.read_table(path)
        told = json.loads(table.schema.metadata[b"huggingface"])
        names = told["info"]["features"]["label"]["names"]
        told["info"]["features"]["label"]["names"] = [names[1], names[0], *names[2:], "MIXED"]
        metadata = {**table.schema.metadata, b"huggingface": json.dumps(told).encode()}
        pq.write_table(table.replace_schema_metadata(metadata), path)
    [found] = compare(old, new).labels
    assert (found.field, found.added, found.removed) == ("stance.label", ("MIXED",), ())
    assert found.moved == ("FAVOR", "AGAINST")


def test_fields_that_only_one_version_has_are_told_and_the_rest_is_compared(
    root: Path, tmp_path: Path
) -> None:
    old, new = made.built(root, tmp_path / "old"), made.built(root, tmp_path / "new")

    def older(rows: list[Any]) -> list[Any]:
        for row in rows:
            for item in row["mentions"]:
                del item["value"]
        return rows

    _rewrite(old, "documents", older, drop="value")
    found = compare(old, new)
    assert found.schema == ("+ documents.mentions.value (string)",)
    assert told(found) == []


def _rewrite(
    folder: Path, config: str, edit: Callable[[list[Any]], list[Any]], drop: str | None = None
) -> None:
    """Rewrites a config's rows, and the manifest with them."""
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    for row in manifest["files"]:
        if row.get("config") != config:
            continue
        path = folder / row["path"]
        table = pq.read_table(path)
        schema = table.schema
        if drop is not None:
            at = schema.get_field_index("mentions")
            members = [each for each in schema.field(at).type.value_type if each.name != drop]
            schema = schema.set(at, pa.field("mentions", pa.list_(pa.struct(members))))
        new = pa.Table.from_pylist(edit(deepcopy(table.to_pylist())), schema)
        pq.write_table(new, path)
        row["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        row["logical_sha256"] = row["sha256"]
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")


def test_only_what_is_asked_for_is_told(root: Path, tmp_path: Path) -> None:
    old = made.built(root, tmp_path / "old")

    def edit(gold: Annotations) -> None:
        gold.mentions.append(Mention("m9", 0, 3, "ORG"))
        gold.stances.clear()

    made.gold(root, edit)
    made.gold(root, lambda gold: gold.stances.clear(), "ferry-line-1")
    new = made.built(root, tmp_path / "new")
    found = compare(old, new, layers=["stances"], documents=[made.DOC])
    assert told(found) == [("stances", "removed", "s1", {"label": ("AGAINST", None)})]
    assert found.configs == {}


def test_what_is_no_build_or_a_damaged_one_is_a_coded_fault(root: Path, tmp_path: Path) -> None:
    old = made.built(root, tmp_path / "old")
    with pytest.raises(IncidentError, match="S001 no built dataset"):
        compare(old, tmp_path)
    made.gold(root, lambda gold: gold.stances.clear())
    new = made.built(root, tmp_path / "new")
    (new / "documents" / "train-00000-of-00001.parquet").write_bytes(b"PAR1")
    with pytest.raises(IncidentError, match="S003 not the bytes that the manifest names"):
        compare(old, new)
    with pytest.raises(IncidentError) as error:
        compare(old, old, documents=["dry-dok-1"])
    assert str(error.value) == (
        f"{old}: V004 neither of the two has this document; got 'dry-dok-1'; "
        "nearest is 'dry-dock-1'"
    )


def test_the_page_escapes_what_comes_from_files(root: Path, tmp_path: Path) -> None:
    old = made.built(root, tmp_path / "old")
    made.retext(root, "Lenna Post", "<script>alert(1)</script>")
    page = compare(old, made.built(root, tmp_path / "new")).page()
    assert "&lt;script&gt;alert(1)" in page and "<script" not in page


def test_many_documents_are_compared_row_by_row(tmp_path: Path) -> None:
    root = made_projects.a_project(tmp_path / "project", 60)
    old = made.built(root, tmp_path / "old")
    doc_id = "ferry-line-00031"
    made.gold(root, lambda gold: setattr(gold.mentions[0], "entity", "other"), doc_id)
    found = compare(old, made.built(root, tmp_path / "new"))
    assert [item.doc_id for item in found.documents] == [doc_id]
    assert [row[:2] for row in told(found)] == [("mentions", "changed")]


def test_a_config_or_a_column_that_only_one_version_has_stops_nothing(
    root: Path, tmp_path: Path
) -> None:
    old, new = made.built(root, tmp_path / "old"), made.built(root, tmp_path / "new")
    manifest = json.loads((old / "MANIFEST.json").read_bytes())
    manifest["files"] = [row for row in manifest["files"] if row.get("config") != "claims"]
    (old / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    for path in (old / "documents").glob("*.parquet"):
        table = pq.read_table(path)
        pq.write_table(table.drop_columns(["stances"]), path)
    _resign(old)
    found = compare(old, new)
    assert found.schema[0] == "+ config claims"
    assert all(line.startswith("+ documents.stances.") for line in found.schema[1:])
    assert found.documents == ()


def test_a_manifest_that_lacks_what_is_compared_is_a_coded_fault(
    root: Path, tmp_path: Path
) -> None:
    old = made.built(root, tmp_path / "old")
    manifest = json.loads((old / "MANIFEST.json").read_bytes())
    del manifest["documents"][0]["split"]
    (old / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(IncidentError, match="S003 the manifest lacks what is compared; expected s"):
        compare(old, old)


def _resign(folder: Path) -> None:
    """Puts the digests of a manifest right."""
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    for row in manifest["files"]:
        row["sha256"] = hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest()
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
