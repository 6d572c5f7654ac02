"""What is printed, written and drawn."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import json_io
from parley.cli import _run
from parley.dataset.features import CLAIMED
from parley.dataset.figures import figures
from parley.statistics import Statistics, Table, page, text

COMMANDS = {"stats": ""}
#: Prints everything that statistics can write, for a comparison of two processes.
EVERYTHING = """
import sys
from pathlib import Path
from parley import json_io
from parley.statistics import of, page, text, written
found = of(Path(sys.argv[1]))
plots = found.plots()
parts = [json_io.dumps(found.to_dict()).decode(), *plots.values(), page.render(found, plots)]
parts += [text.render(found.tables.values(), 100, whole=True), *written.csv_files(found).values()]
sys.stdout.buffer.write("".join(parts).encode())
"""


def test_the_same_data_give_the_same_bytes_in_every_process(built: Path) -> None:
    outs = {
        subprocess.run(
            [sys.executable, "-c", EVERYTHING, str(built)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outs) == 1
    assert len(outs.pop()) > 10_000


def test_plots_are_svg_of_their_tables(found: Statistics) -> None:
    plots = found.plots()
    assert set(plots) <= set(found.tables)
    assert len(plots) > 15
    for name, svg in plots.items():
        root = ElementTree.fromstring(svg)
        assert root.findtext("{*}title") == found.tables[name].title
        assert root.findtext("{*}desc")


def test_a_plot_of_bars_says_the_figures_of_the_table(found: Statistics) -> None:
    root = ElementTree.fromstring(found.plots()["events_by_type"])
    tips = {tip.text for tip in root.iter("{http://www.w3.org/2000/svg}title")}
    for kind, *numbers in found.tables["events_by_type"].rows:
        for split, number in zip(found.data["splits"], numbers, strict=False):
            assert (f"{kind}, {split}: {number}" in tips) == bool(number)


def test_figures_of_the_card_come_from_the_manifests_counts(built: Path) -> None:
    counts = json_io.loads((built / "MANIFEST.json").read_bytes())["counts"]
    made = figures(counts)
    assert list(made) == ["annotations", "claims"]
    assert made == figures(counts)
    first = ElementTree.fromstring(made["annotations"]).findtext("{*}desc")
    mentions = sum(
        number for name, number in counts["train"].items() if name.startswith("mention/")
    )
    assert first is not None
    assert f"mentions: train {mentions:,}" in first
    second = ElementTree.fromstring(made["claims"]).findtext("{*}desc")
    assert second is not None
    for name in CLAIMED:
        number = counts["test"].get(f"claimed/{name}", 0)
        words = next(
            (part for part in second.split("; ") if part.startswith(f"{name}:".replace("_", " "))),
            "",
        )
        assert (f"test {number:,}" in words) == bool(number)


def test_a_build_without_annotations_has_no_figures() -> None:
    assert figures({"train": {"documents": 3}, "test": {"documents": 0}}) == {}


CELLS = st.one_of(
    st.none(),
    st.integers(0, 10**9),
    st.floats(0, 10**6, allow_nan=False),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    heads = draw(st.lists(st.text("abc 长", min_size=1, max_size=15), min_size=1, max_size=12))
    rows = draw(
        st.lists(st.tuples(st.text(max_size=80), *(CELLS for _ in heads)), max_size=text.SHOWN + 3)
    )
    return Table("made", "Made", "It is made.", ("key", *heads), [*rows])


@given(tables(), st.integers(60, 200), st.booleans())
def test_no_line_is_wider_than_the_terminal_and_every_row_is_there(
    table: Table, width: int, whole: bool
) -> None:
    shown = text.render([table], width, whole=whole)
    lines = shown.splitlines()
    assert all(text._columns(line) <= width for line in lines)
    assert all(char.isprintable() or char == "\n" for char in shown)
    if table.rows:
        cut = len(table.rows) - text.SHOWN
        assert (f"… {cut:,} more: --only made" in shown) == (cut > 0 and not whole)
        numbers = [text.column([row[1] for row in table.rows])[at] for at in range(len(table.rows))]
        kept = numbers if whole else numbers[: text.SHOWN]
        places = iter(lines)
        assert all(any(number in line for line in places) for number in kept)
    else:
        assert "  none" in lines


def test_shares_have_three_places_and_other_numbers_one() -> None:
    assert text.column([0.5, 1.0, None]) == ["0.500", "1.000", "-"]
    assert text.column([0.5, 12.25, 1234.5]) == ["0.5", "12.2", "1,234.5"]
    assert text.column([1, 2000, "a\x1b[1m"]) == ["1", "2,000", "a�[1m"]


def test_the_page_shows_words_of_data_as_text(found: Statistics) -> None:
    table = Table(
        "bad", "<b>Bad</b>", "It is.", ("<i>",), [("</script><script>alert(1)</script>",)]
    )
    other = Statistics(found.data, {"bad": table}, found.scheme)
    shown = page.render(other, {})
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_the_command_prints_tables_and_json(
    built: Path, found: Statistics, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run.command(["stats", str(built)], COMMANDS) == 0
    shown = capsys.readouterr().out
    assert all(f"({name})" in shown for name in found.tables)
    assert _run.command(["stats", str(built), "--only", "sizes", "--json"], COMMANDS) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["format"] == "parley-statistics/1"
    assert [table["name"] for table in told["tables"]] == ["sizes"]
    assert told["tables"] == [json.loads(json_io.dumps(found.tables["sizes"].to_dict()))]


def test_the_command_writes_tables_plots_and_a_page(
    built: Path, found: Statistics, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--csv", str(tmp_path / "t"), "--svg", str(tmp_path / "p")]
    args += ["--html", str(tmp_path / "page.html")]
    assert _run.command(["stats", str(built), *args], COMMANDS) == 0
    assert capsys.readouterr().out == ""
    assert {path.stem for path in (tmp_path / "t").iterdir()} == set(found.tables)
    assert {path.stem: path.read_text("utf-8") for path in (tmp_path / "p").iterdir()} == (
        found.plots()
    )
    assert "<h1>" in (tmp_path / "page.html").read_text("utf-8")
    for name, table in found.tables.items():
        with (tmp_path / "t" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        assert head == [*table.columns[: table.keys], "figure", "value"]
        assert rows == [
            ["" if value is None else str(value) for value in row] for row in table.long()
        ]


def test_a_table_that_is_not_there_is_told_with_the_nearest(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run.command(["stats", str(built), "--only", "sizs", "lenths"], COMMANDS) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.rpartition("; ")[2] for line in lines] == [
        "nearest is 'sizes'",
        "nearest is 'lengths'",
    ]


def test_without_a_dataset_the_command_could_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run.command(["stats", str(tmp_path)], COMMANDS) == 2
    assert "S001" in capsys.readouterr().err
