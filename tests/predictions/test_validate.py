"""Every fault of a prediction file: where it is, what was met, what would be right."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley import json_io, validation
from parley.checks import predictions
from parley.checks.predictions import Known
from parley.cli import _run
from parley.incidents import Incident, Report
from parley.predictions import read
from parley.predictions.gold import emit_empty, emit_gold
from parley.predictions.write import dump
from tests.checks.test_schema import mutations
from tests.predictions.made import gold, gold_file, system_file

TEXT = "The Lenna ferry was closed, Mirkwood council said. The Lenna rose."
KNOWN = {"lenna-wire": Known(len(TEXT), TEXT), "mirkwood-note": Known(40, None)}


def mention(words: str, name: str = "m1", **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"id": name, "start": start, "end": start + len(words), "type": "GPE", **more}


def faults(tmp_path: Path, *rows: object, data: bytes | None = None) -> list[Incident]:
    path = tmp_path / "system.jsonl"
    whole = b"".join(json_io.dumps(row) + b"\n" for row in rows)
    path.write_bytes(whole if data is None else data)
    return read.read(path, KNOWN, strangers=False, file="system.jsonl").faults


def told(tmp_path: Path, *rows: object) -> list[tuple[str, int | None, str | None]]:
    return [(item.code, item.line, item.item) for item in faults(tmp_path, *rows)]


def a_row(**layers: Any) -> dict[str, Any]:
    return {"doc_id": "lenna-wire", **layers}


@pytest.mark.parametrize(
    ("layers", "code", "field"),
    [
        ({"mentions": [mention("Lenna"), mention("ferry", "m2", type="PLACE")]},
         "P204", "mentions[1].type"),
        ({"mentions": [mention("Lenna", end=True)]}, "P203", "mentions[0].end"),
        ({"mentions": [mention("Lenna", end=9.0)]}, "P209", "mentions[0].end"),
        ({"mentions": [mention("Lenna", start=-1)]}, "P206", "mentions[0].start"),
        ({"mentions": [mention("Lenna", end=2**60)]}, "P206", "mentions[0].end"),
        ({"mentions": [mention("Lenna", end=10**30)]}, "P209", "mentions[0].end"),
        ({"mentions": [mention("Lenna", end=99)]}, "P401", "mentions[0].end"),
        ({"mentions": [mention("Lenna", end=2)]}, "P402", "mentions[0].end"),
        ({"mentions": [mention("Lenna", end=4)]}, "P403", "mentions[0].end"),
        ({"mentions": [mention("Lenna", text="Lemma")]}, "P408", "mentions[0].text"),
        ({"mentions": [mention("Lenna", mention_type="noun")]}, "P204", "mentions[0].mention_type"),
        ({"mentions": [mention("Lenna", entity="the river")]}, "P205", "mentions[0].entity"),
        ({"mentions": [mention("Lenna"), mention("ferry")]}, "P301", "mentions[1].id"),
        ({"events": [{**mention("closed", "e1", type="OCCUR"),
                      "arguments": [{"role": "place", "start": 4, "end": 9}]}]},
         "P204", "events[0].arguments[0].role"),
        ({"events": [{**mention("closed", "e1", type="OCCUR"),
                      "arguments": [{"role": "location", "start": 4, "end": 3}]}]},
         "P402", "events[0].arguments[0].end"),
        ({"events": [mention("closed", "e1", type="OCCUR")]}, "P202", "events[0]"),
        ({"attributions": [{"id": "a1", "source": [[28, 44]], "cue": [[45, 99]],
                            "content": [[0, 26]]}]}, "P401", "attributions[0].cue[0][1]"),
        ({"attributions": [{"id": "a1", "source": [], "cue": [[45, 49]],
                            "content": [[0, 26], [20, 26]]}]},
         "P415", "attributions[0].content[1]"),
        ({"attributions": [{"id": "a1", "source": [], "cue": [], "content": [[0, 26]],
                            "parent": "a2"}]}, "P305", "attributions[0].parent"),
        ({"attributions": [{"id": "a1", "source": [], "cue": [], "content": [[0, 26]],
                            "parent": "a1"}]}, "P329", "attributions[0].parent"),
        ({"attributions": [{"id": "a1", "source": [], "cue": [], "content": [[0, 26]],
                            "style": "quoted"}]}, "P204", "attributions[0].style"),
        ({"stances": [{"holder": "AUTHOR", "target": [9, 4], "label": "FAVOR"}]},
         "P402", "stances[0].target[1]"),
        ({"stances": [{"holder": "us", "target": [4, 9], "label": "FAVOR"}]},
         "P210", "stances[0].holder"),
        ({"mentions": [mention("Lenna")], "clusters": [["m1", "m7"]]}, "P326", "clusters[0][1]"),
        ({"mentions": [mention("Lenna")], "clusters": [["m1"], ["m1"]]}, "P327", "clusters[1][0]"),
        ({"mentions": {}}, "P203", "mentions"),
        ({"entities": []}, "P201", None),
    ],
)  # fmt: skip
def test_a_fault_names_the_field_that_it_is_in(
    tmp_path: Path, layers: dict[str, Any], code: str, field: str | None
) -> None:
    data = json_io.dumps(a_row(**layers)) if 10**30 not in _ends(layers) else _huge(layers)
    assert [(item.code, item.line, item.item) for item in faults(tmp_path, data=data)] == [
        (code, 1, field)
    ]


def _ends(layers: dict[str, Any]) -> list[object]:
    found = layers.get("mentions")
    return [item["end"] for item in found] if isinstance(found, list) else []


def _huge(layers: dict[str, Any]) -> bytes:
    """orjson writes no number of that size."""
    import json

    return json.dumps(a_row(**layers)).encode()


def test_all_faults_of_a_line_are_told_also_beside_what_the_schema_refuses(tmp_path: Path) -> None:
    row = a_row(
        mentions=[mention("Lenna", type="PLACE"), mention("ferry", "m2", end=2)],
        clusters=[["m1", "m9"]],
        stances=[{"holder": "AUTHOR", "target": [4, 99], "label": "FOR"}],
    )
    assert sorted(told(tmp_path, row)) == [
        ("P204", 1, "mentions[0].type"),
        ("P204", 1, "stances[0].label"),
        ("P326", 1, "clusters[0][1]"),
        ("P402", 1, "mentions[1].end"),
    ]


def test_two_unknown_members_of_one_item_are_two_faults_at_its_place(tmp_path: Path) -> None:
    row = a_row(mentions=[mention("Lenna"), mention("ferry", "m2", lable=1, txt="")])
    assert told(tmp_path, row) == [("P201", 1, "mentions[1]")] * 2


def test_faults_of_all_lines_are_told_and_the_others_are_kept(tmp_path: Path) -> None:
    rows = [a_row(mentions=[mention("Lenna", end=2)]), {"doc_id": "mirkwood-note", "mentions": []}]
    path = tmp_path / "system.jsonl"
    path.write_bytes(b"".join(json_io.dumps(row) + b"\n" for row in [*rows, rows[0]]))
    found = read.read(path, KNOWN)
    assert list(found.rows) == ["mirkwood-note"]
    assert [(item.code, item.line) for item in found.faults] == [
        ("P402", 1),
        ("P325", 3),
        ("P402", 3),
    ]


def test_an_unknown_document_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, {"doc_id": "lena-wire"})
    assert (fault.code, fault.item) == ("P324", "doc_id")
    assert "nearest is 'lenna-wire'" in fault.message


def test_a_document_that_is_not_asked_for_is_no_fault_to_a_scorer(tmp_path: Path) -> None:
    path = tmp_path / "system.jsonl"
    path.write_bytes(b'{"doc_id":"other","mentions":[]}\n')
    assert read.read(path, KNOWN).faults == []
    assert list(read.read(path, KNOWN).rows) == ["other"]


def test_words_that_stand_elsewhere_are_told_with_the_nearest_place(tmp_path: Path) -> None:
    (fault,) = faults(
        tmp_path,
        a_row(mentions=[{"id": "m1", "start": 50, "end": 55, "type": "LOC", "text": "Lenna"}]),
    )
    assert fault.code == "P408"
    assert "the words stand at [55, 60]" in fault.message
    assert TEXT[55:60] == "Lenna"


@pytest.mark.parametrize(
    ("encoding", "size", "units"),
    [("utf-8", 1, "bytes of UTF-8"), ("utf-16-le", 2, "units of UTF-16")],
)
def test_offsets_in_other_units_are_recognised(
    tmp_path: Path, encoding: str, size: int, units: str
) -> None:
    text = "🚢 The Lenna — 🚢 ferry"
    start = len(text[: text.index("ferry")].encode(encoding)) // size
    row = {"doc_id": "doc", "mentions": [
        {"id": "m1", "start": start, "end": start + 5, "type": "FAC", "text": "ferry"}
    ]}  # fmt: skip
    path = tmp_path / "system.jsonl"
    path.write_bytes(json_io.dumps(row))
    # Long enough that the wrong offsets lie in it.
    long = text + " " * 30
    (fault,) = read.read(path, {"doc": Known(len(long), long)}).faults
    assert fault.code == "P408"
    assert f"the words stand at [{text.index('ferry')}, " in fault.message
    assert fault.message.endswith(f"the offsets seem to count {units}")


@pytest.mark.parametrize(
    ("data", "code", "line", "words"),
    [
        (b"", "P151", None, "the file is empty"),
        (b"\n\n", "P151", None, "the file is empty"),
        ('{"doc_id":"lenna-wire"}\n'.encode("utf-16"), "P151", None, "UTF-16"),
        (b'\xef\xbb\xbf{"doc_id":"lenna-wire"}\n', "P152", 1, "byte order mark"),
        (b'{"doc_id":"lenna-wire"}\n{"doc_id":"mirk', "P152", 2, "the file ends inside this line"),
        (b'{"doc_id":"lenna-wire"}\n\n', "P152", 2, "a blank line"),
        (b'{"doc_id":"lenna-wire","mentions":[],"mentions":[]}', "P152", 1, "given twice"),
        (b'{"doc_id":"lenna-wire","mentions":NaN}\n', "P152", 1, "not JSON"),
        (b'{"doc_id":"\xff"}\n', "P152", 1, "UTF-8"),
        (b'{"doc_id":"\\ud800"}\n', "P152", 1, "surrogate"),
        (b'{"doc_id":' + b"[" * 400 + b"]" * 400 + b"}\n", "P152", 1, "not JSON"),
        (b'{"doc_id":' + b"9" * 5000 + b"}\n", "P152", 1, "not JSON"),
        (b'["lenna-wire"]\n', "P153", 1, "not a JSON object"),
        (b'[\n {"doc_id":"lenna-wire"}\n]\n', "P152", 1, "one JSON value over 3 lines"),
    ],
)
def test_what_is_no_file_of_lines_is_told_in_words(
    tmp_path: Path, data: bytes, code: str, line: int | None, words: str
) -> None:
    (fault,) = faults(tmp_path, data=data)
    assert (fault.code, fault.line) == (code, line)
    assert words in fault.message


def test_a_folder_and_a_missing_file_are_told_and_raise_nothing(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.jsonl"):
        found = read.read(path)
        assert found.rows == {}
        assert [fault.code for fault in found.faults] == ["P151"]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_gold_given_out_as_predictions_has_no_fault(seed: int) -> None:
    of = gold(seed)
    for rows in (emit_gold(of), emit_empty(of)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "system.jsonl"
            path.write_bytes(dump(rows))
            found = read.read(path, of.known(), strangers=False)
        assert found.faults == []
        assert list(found.rows.values()) == rows


GOOD = dump(emit_gold(gold(5)))
OF = gold(5).known()
HOSTILE = st.sampled_from(
    [b"\xff", b"\0", b"\xef\xbb\xbf", b'"', b"{", b"}", b"[", b"]", b"\n", b"-", b"9" * 30,
     b"NaN", b"1e999", b"true", b"null", b"\\ud800", b'"id":"m1",', b".5", b"[" * 300]
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_damage_to_a_file_raises_anything(data: st.DataObject) -> None:
    damaged = GOOD
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged)))
        length = data.draw(st.sampled_from([0, 1, 2, 7, 1000]))
        new = data.draw(HOSTILE | st.binary(max_size=4))
        damaged = damaged[:at] + new + damaged[at + length :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "system.jsonl"
        path.write_bytes(damaged)
        found = read.read(path, OF)
    for fault in found.faults:
        assert str(fault).isprintable() and len(str(fault)) < 1000
    # What is kept is well formed: it can be written and read again without a fault.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "system.jsonl"
        path.write_bytes(dump(found.rows.values()))
        assert not found.rows or read.read(path, OF).faults == []


@settings(deadline=None, max_examples=100)
@given(st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**62) | st.floats(allow_nan=False,
    allow_infinity=False) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["doc_id", "mentions", "events", "id", "start", "end", "clusters",
                         "attributions", "parent", "cue", "content", "source", "arguments"]),
        inner, max_size=5),
    max_leaves=15,
))  # fmt: skip
def test_any_json_value_on_a_line_is_accepted_or_told(value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "system.jsonl"
        path.write_bytes(json_io.dumps(value) + b"\n")
        found = read.read(path, KNOWN)
    assert found.faults or found.rows


@settings(deadline=None, max_examples=150)
@given(mutations().filter(lambda case: case[0] == "prediction"))
def test_a_spoilt_line_has_the_faults_that_the_schema_finds_in_the_whole_of_it(
    case: tuple[str, Any],
) -> None:
    expected = Report("system.jsonl")
    validation.check("prediction", case[1], expected)
    found = Report("system.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "system.jsonl"
        path.write_bytes(json_io.dumps(case[1]))
        predictions.check(path, found, dict, level=2)
        # And nothing that the schema refuses makes the later levels fall over.
        predictions.check(path, Report("system.jsonl"), lambda: KNOWN)
    if isinstance(case[1], dict):
        assert sorted((item.code, item.message) for item in found.found) == sorted(
            (item.code, item.message) for item in expected.found
        )


def test_looking_for_near_names_ends_where_a_file_is_wrong_all_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    def counted(name: object, valid: list[str]) -> str | None:
        calls.append(name)
        return None

    monkeypatch.setattr(predictions, "nearest", counted)
    many = {f"lenna-{n}": Known(None, None) for n in range(10_000)}
    path = tmp_path / "system.jsonl"
    path.write_bytes(b"".join(b'{"doc_id":"other-%d"}\n' % n for n in range(100)))
    report = Report("system.jsonl")
    predictions.check(path, report, lambda: many)
    assert len(report.found) == 100
    assert len(calls) == 5


Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    def go(*args: object) -> int:
        argv = ["predictions", "validate", *map(str, args)]
        return _run.command(argv, ["predictions"])

    return go


def test_the_command_prints_file_line_field_and_what_the_file_holds(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    of = gold(7, 3)
    answers = gold_file(tmp_path / "gold.jsonl", of)
    path = tmp_path / "system.jsonl"
    row = {key: value for key, value in of.rows[1].items() if key != "stances"}
    bad = {**of.rows[0], "mentions": [{**of.rows[0]["mentions"][0], "end": 10**6}], "clusters": []}
    path.write_bytes(dump([bad, row]))
    assert run(path, "--gold", answers, "--split", "test") == 1
    out, err = capsys.readouterr()
    assert err.startswith(f"{path}:1:mentions[0].end: P401 the span ends outside the text; got [")
    assert "1 fault (1 P401)" in out
    assert "layers on no line      stances" in out
    assert "documents without one  1: made-3" in out


def test_the_command_is_silent_about_a_good_file_and_says_what_it_holds(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    of = gold(7)
    answers = gold_file(tmp_path / "gold.jsonl", of)
    path = system_file(tmp_path / "system.jsonl", of)
    assert run(path, "--gold", answers) == 0
    out, err = capsys.readouterr()
    assert err == "" and "no faults" in out and "without one" not in out
    assert run(path, path, "--gold", answers, "--json") == 0
    files = json_io.loads(capsys.readouterr().out.encode())["files"]
    assert [each["lines"] for each in files] == [2, 2]
    assert files[0]["items"]["mentions"] == sum(len(row["mentions"]) for row in of.rows)


def test_a_missing_file_ends_in_2_and_the_others_are_checked(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = gold_file(tmp_path / "gold.jsonl", gold(7))
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b"[]\n")
    assert run(tmp_path / "nowhere.jsonl", bad, "--gold", answers) == 2
    err = capsys.readouterr().err
    assert "nowhere.jsonl: P151" in err and "bad.jsonl:1: P153" in err


def test_a_slip_in_the_split_or_the_dataset_is_told(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    of = gold(7)
    answers = gold_file(tmp_path / "gold.jsonl", of)
    path = system_file(tmp_path / "system.jsonl", of)
    assert run(path, "--gold", answers, "--split", "tset") == 2
    assert "S002 no such split; got 'tset'; expected test; nearest is 'test'" in (
        capsys.readouterr().err
    )
    assert run(path, "--data", tmp_path) == 2
    assert "S001 no built dataset" in capsys.readouterr().err
    assert run(path, "--root", tmp_path) == 2
    assert "--data or --gold" in capsys.readouterr().err


def test_without_a_built_dataset_the_project_s_corpus_is_checked_against(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.checks import project

    root = tmp_path / "project"
    project.copy(root)
    path = tmp_path / "system.jsonl"
    path.write_bytes(b'{"doc_id":"bridge-daily","mentions":[]}\n{"doc_id":"ferry-note"}\n')
    assert run(path, "--root", root, "--split", "validation") == 0
    out = capsys.readouterr().out
    assert "by split               1 validation, 1 test" in out
    assert "checked against        corpus" in out
