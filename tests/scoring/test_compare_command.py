"""`parley compare` as a person runs it: gold and predictions are files of the prediction format."""

import json
from pathlib import Path
from typing import Any

import pytest

from parley.cli import _run


def compare(*args: object) -> int:
    return _run.command(["compare", *map(str, args)], ["compare"])


def mentions(*starts: int) -> list[dict[str, Any]]:
    return [{"id": f"m{at}", "start": at, "end": at + 4, "type": "GPE"} for at in starts]


def write(path: Path, rows: dict[str, dict[str, Any]]) -> Path:
    lines = [json.dumps({"doc_id": doc_id, **row}) + "\n" for doc_id, row in rows.items()]
    path.write_text("".join(lines))
    return path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    rows = {f"d{x}": {"mentions": mentions(0, 10, 20), "events": []} for x in range(8)}
    return write(tmp_path / "gold.jsonl", rows)


@pytest.fixture
def right(tmp_path: Path) -> Path:
    return write(
        tmp_path / "right.jsonl", {f"d{x}": {"mentions": mentions(0, 10, 20)} for x in range(8)}
    )


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return write(tmp_path / "wrong.jsonl", {f"d{x}": {"mentions": mentions(5)} for x in range(8)})


def test_a_better_system_is_named_with_n_p_and_the_interval(
    gold: Path, right: Path, wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Neither predicts the events of the gold: said, by exit code 1, too.
    assert compare(gold, right, wrong) == 1
    out, err = capsys.readouterr()
    assert "mentions, strict: n = 8 documents, all 256 swaps" in out
    assert "+1.000      [+1.000, +1.000]  0.0078  right better" in out
    assert "right: layers not predicted, not scored: events" in err


def test_a_document_without_a_line_is_left_out_and_said(
    gold: Path, right: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = write(
        tmp_path / "short.jsonl", {f"d{x}": {"mentions": mentions(0), "events": []} for x in (1, 2)}
    )
    assert compare(gold, right, short, "--json") == 1
    out, err = capsys.readouterr()
    made = json.loads(out)
    (row,) = made["differences"]
    assert (row["documents"], row["f1_a"], row["f1_b"]) == (2, 1.0, 0.5)
    assert "mentions: 6 documents of 8 left out, not predicted by every system" in made["notes"]
    assert "short: 6 without a line" in err
    assert made["signature"].startswith("parley|corpus:gold|digest:")


def test_every_fault_of_every_file_comes_in_one_run(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_text("{\n[]\n")
    bad = write(tmp_path / "b.jsonl", {"d0": {"mentions": [{"id": "m", "start": 3, "end": 1}]}})
    assert compare(gold, tmp_path / "a.jsonl", bad) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "a.jsonl:1" in err
    assert "a.jsonl:2" in err
    assert "b.jsonl:1" in err


def test_one_system_could_not_run_and_learns_what_to_do(
    gold: Path, right: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(gold, right) == 2
    assert "expected two or more systems" in capsys.readouterr().err


def test_nothing_in_common_could_not_run(
    gold: Path, right: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write(tmp_path / "other.jsonl", {f"d{x}": {"events": []} for x in range(8)})
    assert compare(gold, right, other) == 2
    err = capsys.readouterr().err
    assert "parley compare: no layer and metric that two of the systems predicted" in err
    assert "mentions: not predicted by other" in err


def test_other_metrics_and_unknown_ones(
    gold: Path, right: Path, wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(gold, right, wrong, "--metric", "partial", "exact", "--layer", "mentions") == 0
    out = capsys.readouterr().out
    assert "mentions, partial: n = 8" in out
    assert "mentions, exact: n = 8" in out
    assert compare(gold, right, wrong, "--metric", "strikt") == 2
    assert "nearest is 'strict'" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["0", "-1", "many", "1000001"])
def test_bad_numbers_are_refused(
    words: str, gold: Path, right: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        compare(gold, right, right, "--resamples", words)
    assert ended.value.code == 2
    assert "expected a whole number, 1 to 100,000" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_report(
    gold: Path, right: Path, wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for _ in range(2):
        compare(gold, right, wrong, "--resamples", "100", "--seed", "3", "--json")
        found.append(capsys.readouterr().out)
    assert found[0] == found[1]
