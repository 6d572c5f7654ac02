"""SVG that any text and any number may go into."""

import itertools
import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import plots

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(max_size=60)
NUMBERS = st.one_of(st.integers(0, 10**7), st.floats(0, 10**7, allow_nan=False))
ROWS = st.lists(st.tuples(WORDS, st.tuples(NUMBERS, NUMBERS, NUMBERS)), max_size=12)
SERIES = ("train", "validation", "<&>")

DRAWN: dict[str, Callable[[list[tuple[str, tuple[float, ...]]], str], str]] = {
    "bars": lambda rows, title: plots.bars("p", title, [(row[0], row[1][0]) for row in rows]),
    "stacked": lambda rows, title: plots.stacked("p", title, rows, SERIES),
    "shares": lambda rows, title: plots.stacked("p", title, rows, SERIES, shares=True),
    "grouped": lambda rows, title: plots.grouped("p", title, rows, SERIES),
    "dots": lambda rows, title: plots.dots(
        "p", title, [(label, values[0], min(values), max(values)) for label, values in rows]
    ),
    "histogram": lambda rows, title: plots.histogram(
        "p", title, [(at, at + 1, row[1][0]) for at, row in enumerate(rows)], across=title
    ),
    "timeline": lambda rows, title: plots.timeline("p", title, rows, SERIES),
    "heat": lambda rows, title: plots.heat("p", title, SERIES, rows),
}


@pytest.mark.parametrize("kind", DRAWN)
@given(rows=ROWS, title=WORDS)
def test_any_labels_and_numbers_give_an_svg_that_stays_inside(
    kind: str, rows: list[tuple[str, tuple[float, ...]]], title: str
) -> None:
    svg = DRAWN[kind](rows, title)
    assert svg == DRAWN[kind](rows, title)
    root = ElementTree.fromstring(svg)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
    for rect in root.iter(f"{SVG}rect"):
        x, y, wide, tall = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        assert -0.01 <= x <= x + wide <= width + 0.51
        assert -0.01 <= y <= y + tall <= height + 0.01
    for item in root.iter(f"{SVG}text"):
        assert -0.01 <= float(item.attrib["x"]) <= width + 0.01
        assert 0 <= float(item.attrib["y"]) <= height


@pytest.mark.parametrize("kind", DRAWN)
def test_a_title_and_a_description_are_there_for_who_does_not_see(kind: str) -> None:
    root = ElementTree.fromstring(DRAWN[kind]([("ports", (3, 0, 5))], "Ports & quays"))
    assert root.attrib["role"] == "img"
    names = root.attrib["aria-labelledby"].split()
    found = {item.attrib["id"]: item.text for item in root if "id" in item.attrib}
    assert found[names[0]] == "Ports & quays"
    said = found[names[1]]
    assert said is not None
    assert "3" in said


def test_bars_are_as_long_as_their_values() -> None:
    root = ElementTree.fromstring(plots.bars("p", "Ports", [("a", 40), ("b", 10), ("c", 0)]))
    widths = [float(rect.attrib["width"]) for rect in root.iter(f"{SVG}rect")]
    assert len(widths) == 2
    assert widths[0] == pytest.approx(4 * widths[1], rel=0.001)


def test_parts_of_a_stacked_bar_follow_each_other_and_add_up() -> None:
    rows = [("a", (10, 30, 60)), ("b", (1, 1, 2))]
    root = ElementTree.fromstring(plots.stacked("p", "Ports", rows, "xyz", shares=True))
    parts = [
        (float(rect.attrib["x"]), float(rect.attrib["width"]))
        for rect in root.iter(f"{SVG}rect")
        if rect.find(f"{SVG}title") is not None
    ]
    for bar in (parts[:3], parts[3:]):
        for (x, width), (after, _) in itertools.pairwise(bar):
            assert after == pytest.approx(x + width, abs=0.02)
    assert sum(width for _, width in parts[:3]) == pytest.approx(
        sum(width for _, width in parts[3:]), abs=0.05
    )
    assert parts[2][1] == pytest.approx(6 * parts[0][1], rel=0.001)


def test_colours_of_labels_are_used_where_they_have_some() -> None:
    svg = plots.bars("p", "Ports", [("a", 1), ("b", 1)], colors={"a": "#123456"})
    assert svg.count('fill="#123456"') == 1
    assert svg.count(f'fill="{plots.SERIES[0]}"') == 1


@pytest.mark.parametrize("value", [-1, math.inf, math.nan])
@pytest.mark.parametrize("kind", DRAWN)
def test_a_value_that_no_length_shows_is_refused(kind: str, value: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        DRAWN[kind]([("a", (value, value, value))], "Ports")


def test_the_last_bin_of_a_histogram_may_be_open() -> None:
    bins = [(0, 1, 4), (1, 5, 2), (5, math.inf, 1)]
    svg = plots.histogram("p", "Lengths", bins, across="tokens")
    said = ElementTree.fromstring(svg).findtext("{*}desc")
    assert said == "0: 4; 1-4: 2; 5+: 1"


def test_long_labels_are_cut_and_kept_as_a_tip() -> None:
    label = "the harbour council of the upper river and its many islands"
    root = ElementTree.fromstring(plots.bars("p", "Ports", [(label, 1)]))
    [shown] = [item for item in root.iter(f"{SVG}text") if item.find(f"{SVG}title") is not None]
    tip = shown.find(f"{SVG}title")
    assert tip is not None
    assert tip.text == label
    assert str(tip.tail).endswith("…")


@given(st.floats(1e-6, 1e9))
def test_ticks_are_round_and_reach_the_greatest_value(most: float) -> None:
    ticks = plots._ticks(most)
    assert ticks[0] == 0
    assert ticks[-1] >= most * (1 - 1e-9)
    assert 2 <= len(ticks) <= 7
    steps = {round(after - before, 12) for before, after in itertools.pairwise(ticks)}
    assert max(steps) == pytest.approx(min(steps), rel=1e-6)
    assert re.fullmatch(r"[125](\.0+)?e[+-]\d+", f"{ticks[1]:.3e}")


def test_every_series_colour_stands_out_in_light_and_in_dark() -> None:
    assert len(set(plots.SERIES)) == len(plots.SERIES)
    for color in plots.SERIES:
        for paper in ("#ffffff", "#0d1117", "#14171a"):
            assert _contrast(color, paper) >= 3, (color, paper)


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""

    def light(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)
