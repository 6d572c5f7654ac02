"""Scoring from end to end: what is given, what is missing, and what it rests on."""

import json
from pathlib import Path
from typing import Any

import pytest

import parley
from parley.cli import main
from parley.incidents import IncidentError
from parley.scoring import signature

TEXT = "Ada Brand met the council in Lenna."
GOLD: list[dict[str, Any]] = [
    {
        "doc_id": "gate-1",
        "text": TEXT,
        "split": "test",
        "mentions": [
            {"id": "m1", "start": 0, "end": 9, "type": "PERSON"},
            {"id": "m2", "start": 29, "end": 34, "type": "GPE"},
        ],
        "stances": [],
    },
    {
        "doc_id": "gate-2",
        "text": TEXT,
        "split": "train",
        "mentions": [{"id": "m1", "start": 0, "end": 9, "type": "PERSON"}],
        "events": [],
    },
]


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def bare(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("text", "split")}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return lines(tmp_path / "gold.jsonl", GOLD)


def test_lines_and_files_score_alike(gold: Path, tmp_path: Path) -> None:
    rows = [bare(row) for row in GOLD]
    path = lines(tmp_path / "system.jsonl", rows)
    from_files = parley.score(gold, path, resamples=10)
    from_values = parley.score([bare(row) for row in GOLD], rows, resamples=10)
    assert from_files.scores == from_values.scores
    assert from_files["mentions", "strict"].f1 == 1
    assert from_files.system == "system"


def test_a_document_without_a_line_is_named_and_lowers_recall(gold: Path) -> None:
    result = parley.score(gold, [bare(GOLD[0])], resamples=0)
    assert result.missing == ["gate-2"]
    assert result["mentions", "strict"].recall == pytest.approx(2 / 3)
    assert result["mentions", "strict"].documents == 2


def test_a_line_without_a_layer_that_others_have_counts_as_nothing_predicted(gold: Path) -> None:
    result = parley.score(gold, [bare(GOLD[0]), {"doc_id": "gate-2"}], resamples=0)
    assert result.missing == []
    assert result.partial == {"mentions": ["gate-2"]}
    assert result["mentions", "strict"].recall == pytest.approx(2 / 3)


def test_a_layer_on_no_line_is_not_scored_and_one_that_found_nothing_is(gold: Path) -> None:
    rows = [{"doc_id": "gate-1", "mentions": []}, {"doc_id": "gate-2", "mentions": []}]
    result = parley.score(gold, rows, resamples=0)
    assert result["mentions", "strict"].f1 == 0
    assert set(result.layers) == {"mentions"}
    assert result.not_predicted == ["events", "stances"]


def test_a_layer_is_scored_on_the_documents_whose_gold_has_it(gold: Path) -> None:
    result = parley.score(gold, [bare(row) for row in GOLD], resamples=0)
    assert result.layers["stances"].doc_ids == ["gate-1"]
    assert result.layers["events"].doc_ids == ["gate-2"]
    # Nothing to find, and nothing claimed.
    assert result["stances", "joint"].f1 == 1


def test_a_line_about_another_document_is_left_out_and_named(gold: Path) -> None:
    rows = [*(bare(row) for row in GOLD), {"doc_id": "elsewhere", "mentions": []}]
    result = parley.score(gold, rows, resamples=0)
    assert result.ignored == ["elsewhere"]
    assert result["mentions", "strict"].f1 == 1


def test_a_split_of_a_gold_file_is_scored_alone(gold: Path) -> None:
    result = parley.score(gold, [bare(row) for row in GOLD], split="train", resamples=0)
    assert result.layers["mentions"].doc_ids == ["gate-2"]
    assert result.ignored == ["gate-1"]
    assert "|split:train|" in str(result.signature)


def test_every_fault_of_predictions_is_told_and_nothing_is_scored(gold: Path) -> None:
    bad = bare(GOLD[0])
    bad["mentions"] = [
        {"id": "m1", "start": 0, "end": 9, "type": "PERSN"},
        {"id": "m2", "start": 9, "end": 99, "type": "GPE"},
    ]
    with pytest.raises(IncidentError) as caught:
        parley.score(gold, [bad, {"doc_id": "gate-2", "mentions": 3}])
    assert [str(fault).split(" ")[0] for fault in caught.value.incidents] == [
        "predictions:1:mentions[0].type:",
        "predictions:1:mentions[1].end:",
        "predictions:2:mentions:",
    ]


@pytest.mark.parametrize("layers", [["entity"], ["mentions", "stance"]])
def test_an_unknown_layer_is_told_with_the_nearest_one(gold: Path, layers: list[str]) -> None:
    with pytest.raises(IncidentError, match="S004"):
        parley.score(gold, [bare(row) for row in GOLD], layers=layers)


def test_the_signature_names_the_gold_that_was_scored_and_not_its_file(
    gold: Path, tmp_path: Path
) -> None:
    rows = [bare(row) for row in GOLD]
    first = parley.score(gold, rows).signature
    turned = lines(tmp_path / "turned.jsonl", GOLD[::-1])
    changed = lines(tmp_path / "changed.jsonl", [GOLD[0], {**GOLD[1], "mentions": []}])
    assert parley.score(turned, rows).signature.digest == first.digest
    assert parley.score(changed, rows).signature.digest != first.digest
    assert signature.parse(str(first)) == first


def test_a_result_is_a_table_for_pandas(gold: Path) -> None:
    frame = parley.score(gold, [bare(row) for row in GOLD], resamples=20).frame()
    strict = frame[(frame.layer == "mentions") & (frame.metric == "strict")]
    assert list(strict[strict.label == ""].gold) == [3]
    assert set(frame.columns) > {"precision", "recall", "f1", "low", "high", "documents"}


def test_the_same_seed_gives_the_same_result(gold: Path) -> None:
    rows = [bare(GOLD[0]), {"doc_id": "gate-2", "mentions": []}]
    one, two = (parley.score(gold, rows, seed=5).to_dict() for _ in range(2))
    assert one == two


# ------------------------------------------------------------------------------- the command
def test_the_command_prints_tables_and_names_what_is_missing(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lines(tmp_path / "system.jsonl", [bare(GOLD[0])])
    assert main(["score", str(gold), str(path), "--resamples", "50"]) == 1
    out, err = capsys.readouterr()
    assert "mentions: 2 documents" in out and "\x1b" not in out
    assert "system: 1 without a line (nothing predicted): gate-2" in err
    assert "layers not predicted, not scored: events" in err


def test_the_command_writes_what_it_prints_as_json(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lines(tmp_path / "system.jsonl", [bare(row) for row in GOLD])
    out = tmp_path / "results" / "system.json"
    assert main(["score", str(gold), str(path), "--json", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert printed == out.read_text("utf-8")
    value = json.loads(printed)
    assert value["format"] == "parley-score/1"
    assert value["counts"]["mentions"]["strict"]["counts"] == [[2, 2, 2], [1, 1, 1]]


def test_the_command_names_every_fault_of_a_file_by_line_and_field(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {"doc_id": "gate-1", "mentions": [{"id": "m1", "start": 5, "end": 5, "type": "GPE"}]}
    path = lines(tmp_path / "system.jsonl", [bad, {"doc_id": "gate-2", "events": None}])
    assert main(["score", str(gold), str(path)]) == 2
    err = capsys.readouterr().err
    assert f"{path}:1:mentions[0]" in err and f"{path}:2:events: P20" in err


def test_what_is_not_there_is_told_in_a_line(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(gold), str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
    assert main(["score", str(tmp_path / "nowhere"), str(gold)]) == 2
    assert "nowhere" in capsys.readouterr().err
