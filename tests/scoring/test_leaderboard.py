"""Leaderboards: what is ranked, what is refused, what cannot be told apart."""

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley import json_io
from parley.cli import _run
from parley.scoring import leaderboard, leaderboard_text
from parley.scoring.leaderboard import CannotRankError, Table
from parley.scoring.leaderboard_read import read
from parley.scoring.result import Result
from tests.scoring.made_results import counts, result

Edit = Callable[[dict[str, Any]], None]


def run(*args: str) -> int:
    return _run.command(["leaderboard", *args], ["leaderboard"])


def put(folder: Path, name: str, made: Result, edit: Edit | None = None) -> Path:
    path = folder / f"{name}.json"
    raw = json.loads(json_io.dumps(made.to_dict()))
    if edit is not None:
        edit(raw)
    path.write_bytes(json_io.dumps(raw, pretty=True))
    return path


def board(folder: Path, **options: Any) -> list[Table]:
    entries, faults = read(folder)
    assert faults == []
    made = leaderboard.make(entries, **options)
    assert len(made.boards) == 1
    return made.boards[0].tables


def three(folder: Path, documents: int = 40) -> None:
    """Two good systems that hardly differ, and a poor one."""
    best = counts(documents, 0.9, 1)
    near = best.copy()
    near[0, 0] = max(0, near[0, 0] - 1)
    put(folder, "1", result("poor", {"mentions": counts(documents, 0.2, 2)}))
    put(folder, "2", result("near", {"mentions": near}))
    put(folder, "3", result("best", {"mentions": best}))


def test_systems_that_cannot_be_told_apart_share_a_range_of_ranks_and_a_group(
    tmp_path: Path,
) -> None:
    three(tmp_path)
    (table,) = board(tmp_path)
    assert [(row.system, row.first, row.last, row.group) for row in table.rows] == [
        ("best", 1, 2, 1),
        ("near", 1, 2, 1),
        ("poor", 3, 3, 2),
    ]
    assert {(test.a, test.b) for test in table.tests} == {
        ("best", "near"),
        ("best", "poor"),
        ("near", "poor"),
    }
    assert {test.family for test in table.tests} == {3}
    assert (table.layer, table.metrics, table.documents) == ("mentions", ["strict"], 40)


def test_a_system_without_a_layer_stands_below_its_table(tmp_path: Path) -> None:
    rows = counts(8, 0.6, 1)
    put(tmp_path, "a", result("both", {"mentions": rows, "events": rows}))
    put(tmp_path, "b", result("one", {"mentions": rows}))
    mentions, events = board(tmp_path)
    assert (len(mentions.rows), mentions.absent) == (2, [])
    assert ([row.system for row in events.rows], events.absent) == (["both"], ["one"])
    assert [table.layer for table in board(tmp_path, layers=["events"])] == ["events"]


def test_documents_are_paired_by_their_ids(tmp_path: Path) -> None:
    best, poor = counts(9, 0.9, 1), counts(9, 0.3, 2)
    ids = [f"d{row}" for row in range(9)]
    straight, turned = tmp_path / "straight", tmp_path / "turned"
    for folder in (straight, turned):
        folder.mkdir()
        put(folder, "a", result("a", {"mentions": best}))
    put(straight, "b", result("b", {"mentions": poor}))
    put(turned, "b", result("b", {"mentions": poor[::-1]}, doc_ids=ids[::-1]))
    assert board(straight)[0].tests == board(turned)[0].tests


def test_a_result_without_counts_is_ranked_but_not_told_from_the_others(tmp_path: Path) -> None:
    three(tmp_path)
    put(
        tmp_path,
        "4",
        result("bare", {"mentions": counts(40, 0.99, 5)}),
        lambda raw: raw.pop("counts"),
    )
    (table,) = board(tmp_path)
    assert table.untested == ["bare"]
    ranks = {row.system: (row.first, row.last) for row in table.rows}
    assert ranks == {"bare": (1, 4), "best": (1, 3), "near": (1, 3), "poor": (3, 4)}


def test_too_few_documents_to_tell_systems_apart_is_said(tmp_path: Path) -> None:
    three(tmp_path, documents=6)
    (table,) = board(tmp_path)
    assert table.notes == [
        "with 6 documents and 3 pairs of systems p cannot go under 0.0938: no system can be told "
        "from another"
    ]
    assert {(row.first, row.last) for row in table.rows} == {(1, 3)}


def other_scorer(made: Result) -> Result:
    return replace(made, signature=replace(made.signature, scorer="2", split="validation"))


def test_unequal_signatures_are_refused_with_fields_values_and_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    three(tmp_path)
    put(tmp_path, "4", other_scorer(result("other", {"mentions": counts(40, 0.5, 4)})))
    assert run(str(tmp_path)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "these results cannot be ranked together" in err
    assert "  split: 'test' in 1.json, 2.json, 3.json; 'validation' in 4.json" in err
    assert "  scorer: '1' in 1.json, 2.json, 3.json; '2' in 4.json" in err
    assert "--group" in err


def test_groups_rank_each_signature_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    three(tmp_path)
    put(tmp_path, "4", other_scorer(result("other", {"mentions": counts(40, 0.5, 4)})))
    assert run(str(tmp_path), "--group") == 0
    out = capsys.readouterr().out
    assert out.count("mentions (n = 40 documents)") == 2
    assert "|split:validation|" in out
    assert "|scorer:2" in out


def test_seed_resamples_layers_and_model_do_not_hinder_ranking(tmp_path: Path) -> None:
    rows = counts(8, 0.6, 1)
    one = result("a", {"mentions": rows})
    other = replace(
        result("b", {"mentions": rows}),
        signature=replace(
            one.signature, seed=4, resamples=7, layers=("mentions", "x"), system=(("model", "m"),)
        ),
    )
    put(tmp_path, "a", one)
    put(tmp_path, "b", other)
    (table,) = board(tmp_path)
    assert len(table.rows) == 2


@pytest.mark.parametrize(("documents", "words"), [(7, "7 documents in b.json"), (8, "against")])
def test_other_documents_under_an_equal_signature_are_refused(
    documents: int, words: str, tmp_path: Path
) -> None:
    put(tmp_path, "a", result("a", {"mentions": counts(8, 0.6, 1)}))
    made = result(
        "b", {"mentions": counts(documents, 0.6, 1)}, doc_ids=[f"x{x}" for x in range(documents)]
    )
    made = replace(made, signature=replace(made.signature, documents=8))
    put(tmp_path, "b", made)
    entries, faults = read(tmp_path)
    assert faults == []
    with pytest.raises(CannotRankError, match="equal signatures, but other documents") as raised:
        leaderboard.make(entries)
    assert words in str(raised.value)


def set_(*path: str | int, to: object) -> Edit:
    def edit(raw: Any) -> None:
        for step in path[:-1]:
            raw = raw[step]
        raw[path[-1]] = to

    return edit


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (set_("format", to="parley-scores/9"), "format: no result; got 'parley-scores/9'"),
        (set_("system", to=""), "system: no name; got ''"),
        (set_("signature", to=3), "signature: no signature; got 3"),
        (set_("signature", to="parley|corpus:x"), "signature: no field 'digest'"),
        (set_("scores", to={}), "scores: no list; got {}"),
        (set_("scores", 0, to=1), "scores[0]: no score; got 1"),
        (set_("scores", 0, "f1", to=1.5), "scores[0].f1: not a value; got 1.5; expected a number"),
        (set_("scores", 0, "f1", to=True), "scores[0].f1: not a value; got True"),
        (
            set_("scores", 0, "recall", to=None),
            "scores[0].recall: not a value; expected a number, 0 to 1",
        ),
        (set_("scores", 0, "low", to=0.2), "scores[0]: no interval; got [0.2, None]"),
        (set_("scores", 0, "documents", to=-1), "scores[0].documents: no number; got -1"),
        (set_("scores", 0, "layer", to="mention"), "nearest is 'mentions'"),
        (set_("scores", 0, "layer", to=[]), "scores[0]: no name"),
        (set_("scores", 0, "f1", to=0.001), "scores, mentions, strict, f1: not what its counts"),
        (set_("scores", 0, "documents", to=9), "strict, documents: not the number of its counts"),
        (set_("counts", to=[]), "counts: no counts; got []"),
        (set_("counts", "evnts", to={}), "counts.evnts: no such layer"),
        (set_("counts", "mentions", "doc_ids", to=["a", "a"]), "counts.mentions.doc_ids: no ids"),
        (set_("counts", "mentions", "strict", "formula", to="f2"), "strict.formula: no formula"),
        (set_("counts", "mentions", "strict", "counts", to=[[1, 2]] * 8), "of 3 numbers"),
        (set_("counts", "mentions", "strict", "counts", 0, to=[1, 2, -3]), "none below 0"),
        (set_("counts", "mentions", "strict", "counts", 0, to=[1, 2]), "strict.counts: no counts"),
        (set_("counts", "mentions", "strict", "counts", to=[[]] * 8), "strict.counts: no counts"),
    ],
)
def test_a_bad_file_is_named_with_its_field_and_the_rest_is_ranked(
    edit: Edit, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "good", result("good", {"mentions": counts(8, 0.6, 1)}))
    put(tmp_path, "bad", result("bad", {"mentions": counts(8, 0.6, 1)}), edit)
    assert run(str(tmp_path)) == 1
    out, err = capsys.readouterr()
    assert err.startswith("bad.json: ")
    assert words in err
    assert "good" in out
    assert " bad " not in out


def test_all_faults_of_all_files_come_in_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_bytes(b"{")
    (tmp_path / "b.json").write_bytes(b"[]")
    (tmp_path / "d.json").mkdir()

    def edit(raw: dict[str, Any]) -> None:
        raw["system"] = 1
        raw["scores"][0]["f1"] = "x"

    put(tmp_path, "c", result("c", {"mentions": counts(8, 0.6, 1)}), edit)
    assert run(str(tmp_path)) == 2
    err = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in err[:5]] == [
        "a.json",
        "b.json",
        "c.json",
        "c.json",
        "d.json",
    ]
    assert "no result" in err[-1]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-1, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
PATHS = st.sampled_from(
    [
        *(("format",), ("system",), ("signature",), ("scores",), ("counts",), ("scores", 0)),
        *(("scores", 0, name) for name in ("layer", "metric", "label", "f1", "low", "documents")),
        ("counts", "mentions"),
        ("counts", "mentions", "doc_ids"),
        ("counts", "mentions", "strict"),
        ("counts", "mentions", "strict", "formula"),
        ("counts", "mentions", "strict", "counts"),
        ("counts", "mentions", "strict", "counts", 0),
        ("counts", "mentions", "strict", "counts", 0, 0),
    ]
)


@settings(deadline=None)
@given(PATHS, VALUES)
def test_whatever_stands_in_a_field_is_a_fault_or_is_read(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], value: object
) -> None:
    folder = tmp_path_factory.mktemp("results")
    put(folder, "a", result("a", {"mentions": counts(3, 0.6, 1)}), set_(*path, to=value))
    entries, faults = read(folder)
    assert len(entries) + bool(faults) == 1
    if entries and ("mentions", "strict") in entries[0].figures:
        leaderboard_text.render(leaderboard.make(entries, resamples=10))


def test_other_files_of_a_folder_are_left_alone(tmp_path: Path) -> None:
    three(tmp_path)
    (tmp_path / "x.meta.json").write_text('{"format": "parley-system/1"}')
    (tmp_path / "x.jsonl").write_text("{}")
    assert run(str(tmp_path), "--json", str(tmp_path / "board.json")) == 0
    assert len(read(tmp_path)[0]) == 3
    assert run(str(tmp_path)) == 0


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_results_could_not_run(
    there: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path if there else tmp_path / "x")) == 2
    assert "parley leaderboard: " in capsys.readouterr().err


def test_an_unknown_layer_is_named_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    three(tmp_path)
    assert run(str(tmp_path), "--layer", "mention") == 2
    assert "got 'mention'; expected mentions; nearest is 'mentions'" in capsys.readouterr().err


def test_json_and_markdown_hold_the_same_tables_and_no_nan(tmp_path: Path) -> None:
    three(tmp_path)
    made, page = tmp_path / "out" / "board.json", tmp_path / "out" / "board.md"
    assert run(str(tmp_path), "--json", str(made), "--markdown", str(page)) == 0
    (table,) = json.loads(made.read_text())["boards"][0]["tables"]
    assert [row["system"] for row in table["rows"]] == ["best", "near", "poor"]
    lines = page.read_text("utf-8").splitlines()
    at = lines.index("## mentions (n = 40 documents)")
    assert lines[at + 2 : at + 4] == [
        "| rank | group | system | strict [95 %] |",
        "|---|---|---|---|",
    ]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[at + 4 : at + 7]]
    assert [row[:3] for row in cells] == [
        ["1-2", "1", "best"],
        ["1-2", "1", "near"],
        ["3", "2", "poor"],
    ]


def test_two_runs_are_equal_to_the_byte(tmp_path: Path) -> None:
    three(tmp_path)
    folder = tmp_path / "out"
    for name in "ab":
        assert run(str(tmp_path), "--json", str(folder / f"{name}.json"), "--resamples", "99") == 0
    assert (folder / "a.json").read_bytes() == (folder / "b.json").read_bytes()


HOSTILE = "<img src=x onerror=alert(1)> | [a](b) **c** `d` \x1b[31m\nnext"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def test_a_hostile_name_stays_one_cell_of_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "a", result(HOSTILE, {"mentions": counts(8, 0.6, 1)}))
    page = tmp_path / "board.md"
    assert run(str(tmp_path), "--markdown", str(page)) == 0
    words = page.read_text("utf-8")
    tags = Tags()
    tags.feed(words)
    assert tags.found == []
    (row,) = [line for line in words.splitlines() if "alert" in line]
    assert row.replace("\\|", "").count("|") == 5
    for mark in ("[a](b)", "**c**", "`d`", "\x1b"):
        assert mark not in words
    assert "\x1b" not in capsys.readouterr().out


def test_one_name_in_two_files_is_numbered(tmp_path: Path) -> None:
    for name in "ab":
        put(tmp_path, name, result("crf", {"mentions": np.ones((3, 3))}))
    (table,) = board(tmp_path)
    assert [(row.system, row.file) for row in table.rows] == [
        ("crf", "a.json"),
        ("crf (2)", "b.json"),
    ]
