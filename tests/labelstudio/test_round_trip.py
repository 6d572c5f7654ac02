"""What goes to Label Studio comes back: results made from annotations and read again."""

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parley.document import Annotations, canonical, dump, from_dict
from parley.json_io import loads
from parley.labelstudio import exports, ingest
from parley.labelstudio.offsets import utf16
from parley.labelstudio.results import results
from tests.strategies import ONTOLOGY, TEXTS, annotations


def export(text: str, result: list[Any], **fields: Any) -> list[Any]:
    """A full JSON export of one task with one annotation."""
    annotation = {"id": 7, "completed_by": 1, "was_cancelled": False, "result": result, **fields}
    return [{"id": 3, "data": {"doc_id": "doc", "text": text}, "annotations": [annotation]}]


def read(tasks: list[Any]) -> ingest.Ingested:
    return ingest.read(json.dumps(tasks).encode(), "export.json", ONTOLOGY)


def same(found: Annotations, wanted: Annotations) -> bool:
    found.provenance = {}
    return dump(found) == dump(wanted)


@st.composite
def annotated(draw: st.DrawFn) -> tuple[str, Annotations]:
    text = draw(TEXTS)
    return text, draw(annotations(text))


@given(annotated())
def test_annotations_survive_the_way_to_label_studio_and_back(
    pair: tuple[str, Annotations],
) -> None:
    text, wanted = pair
    done = read(export(text, results(wanted, text, ONTOLOGY)))
    assert done.incidents == []
    assert same(done.annotations["doc"], wanted)
    assert done.ledger.adds_up
    assert done.ledger.count("rejected") == 0


@given(annotated(), st.randoms(use_true_random=False))
def test_the_order_of_results_does_not_matter(pair: tuple[str, Annotations], random: Any) -> None:
    text, wanted = pair
    result = results(wanted, text, ONTOLOGY)
    random.shuffle(result)
    done = read(export(text, result))
    assert same(done.annotations["doc"], wanted)


@given(annotated())
def test_a_file_in_utf16_units_gives_the_same_annotations(pair: tuple[str, Annotations]) -> None:
    text, wanted = pair
    result = results(wanted, text, ONTOLOGY)
    for row in result:
        if "start" in row.get("value", {}):
            for key in ("start", "end"):
                row["value"][key] = utf16(text, row["value"][key])
    shown = [row["value"] for row in result if row["type"] == "labels"]
    points = [text[value["start"] : value["end"]] == value["text"] for value in shown]
    # Words that stand at both readings ("— —" behind an emoji) cannot tell the units apart.
    assume(not all(points))
    done = read(export(text, result))
    assert same(done.annotations["doc"], wanted)
    assert done.incidents == []


@given(annotated())
def test_a_task_with_crlf_and_a_byte_order_mark_gives_canonical_offsets(
    pair: tuple[str, Annotations],
) -> None:
    text, wanted = pair
    raw = "\ufeff" + text.replace("\n", "\r\n")
    place = [0]
    for char in text:
        place.append(place[-1] + (2 if char == "\n" else 1))
    result = results(wanted, text, ONTOLOGY)
    for row in result:
        if "start" in row.get("value", {}):
            for key in ("start", "end"):
                row["value"][key] = place[row["value"][key]] + 1
    assert canonical(raw) == text
    done = read(export(raw, result))
    assert same(done.annotations["doc"], wanted)


@given(annotated())
def test_canonical_annotations_read_back_as_they_were(pair: tuple[str, Annotations]) -> None:
    text, wanted = pair
    data = dump(wanted, text)
    assert dump(from_dict(loads(data)), text) == data


@given(annotated())
def test_a_kept_export_is_the_same_value_with_one_result_a_line(
    pair: tuple[str, Annotations],
) -> None:
    text, wanted = pair
    tasks = export(text, results(wanted, text, ONTOLOGY))
    data = exports.dump(tasks)
    assert loads(data) == tasks
    assert exports.dump(loads(data)) == data
    lines = data.decode().split("\n")
    assert sum('"from_name"' in line or '"from_id"' in line for line in lines) == len(
        tasks[0]["annotations"][0]["result"]
    )


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["entity", "event", "labels", "relation", "right", "r0", "../x", "Cue", ""])
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "from_name",
                    "type",
                    "value",
                    "start",
                    "end",
                    "labels",
                    "from_id",
                    "to_id",
                    "text",
                    "direction",
                    "choices",
                    "meta",
                    "result",
                    "annotations",
                    "data",
                    "doc_id",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=300)
@given(annotated(), st.lists(junk, max_size=8), st.integers(0, 10**6))
def test_hostile_results_neither_crash_nor_vanish(
    pair: tuple[str, Annotations], rubbish: list[Any], cut: int
) -> None:
    text, wanted = pair
    result: list[Any] = results(wanted, text, ONTOLOGY)
    for row in rubbish:
        result.insert(cut % (len(result) + 1), row)
    done = read(export(text, result))
    assert done.ledger.adds_up
    assert done.ledger.results == len(result)
    for entry in done.ledger.entries:
        assert entry.codes
    for found in done.annotations.values():
        placed = [(item.start, item.end) for item in found.mentions]
        placed += [(item.start, item.end) for item in found.events]
        placed += [(item.start, item.end) for item in found.stances]
        for start, end in placed:
            assert 0 <= start < end <= len(text)


@settings(max_examples=300)
@given(junk)
def test_any_json_value_is_read_or_refused_with_an_incident(value: Any) -> None:
    done = ingest.read(json.dumps(value).encode(), "export.json", ONTOLOGY)
    assert done.ledger.adds_up


@given(st.binary(max_size=60))
def test_bytes_that_are_no_json_are_refused(data: bytes) -> None:
    done = ingest.read(data, "export.json", ONTOLOGY)
    assert done.annotations == {}
