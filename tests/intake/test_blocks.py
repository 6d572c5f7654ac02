"""What the lines of an article are."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from parley import article, dates
from parley.incidents import IncidentError
from parley.intake import patterns, readers
from parley.intake.resolve import Options, Taken, resolve

FIXTURES = Path(__file__).parents[1] / "fixtures" / "intake"
SHAPES: list[dict[str, Any]] = tomllib.loads((FIXTURES / "shapes.toml").read_text("utf-8"))["shape"]
LINES: list[dict[str, Any]] = tomllib.loads((FIXTURES / "lines.toml").read_text("utf-8"))["line"]
#: The two articles that the corpus withholds; absent from every checkout but the maintainers'.
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


def _taken(text: str, **options: Any) -> Taken:
    return resolve(readers.text(text.encode(), "a.txt", "a"), Options(**options))


@pytest.mark.parametrize("row", LINES, ids=lambda row: row["text"])
def test_every_line_is_what_the_table_says(row: dict[str, Any]) -> None:
    text = row["text"]
    found: dict[str, str | None] = {}
    if (name := patterns.boilerplate(text)) is not None:
        found["boilerplate"] = name
    elif patterns.timestamp(text):
        found["timestamp"] = None
    elif patterns.day_without_year(text):
        found["day"] = None
    elif (value := patterns.source(text)) is not None:
        found["source"] = value
    elif (value := patterns.byline(text)) is not None:
        found["byline"] = value
    elif patterns.language(text):
        found["language"] = None
    elif (value := patterns.section(text)) is not None:
        found["section"] = value
    expected = {} if row["is"] == "none" else {row["is"]: row.get("value") or row.get("name")}
    assert found == expected


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape["name"])
def test_every_shape_gives_the_blocks_and_metadata_beside_it(shape: dict[str, Any]) -> None:
    options = dict(shape.get("options", {}))
    if "date" in options:
        options["date"] = dates.parse(options["date"])
    taken = _taken(shape["text"], form=shape.get("form", "news"), **options)
    assert article.coded(taken.document) == shape["blocks"]
    expected = {
        key: shape[key] for key in ("published", "byline", "source", "section") if key in shape
    }
    assert {key: getattr(taken.document, key) for key in expected} == expected
    if "title" in shape:
        assert taken.document.title == shape["title"]
    updated = {"updated": dates.parse(shape["updated"])} if "updated" in shape else {}
    assert taken.extra == updated


def test_blocks_given_by_the_author_are_kept() -> None:
    head = '+++\npublished = 2024-08-20\nblocks = "title standfirst body"\n+++\n'
    taken = _taken(head + "Ferry stopped\nNobody sails.\nThe harbour is closed.\n")
    assert article.coded(taken.document) == "title standfirst body"


def test_a_printed_line_that_contradicts_the_author_is_a_fault() -> None:
    head = '+++\ntitle = "Ferry sails"\npublished = 2024-08-21\nbyline = "Bo"\n+++\n'
    body = (
        "Ferry stopped\nBy Ada Moore\n20 August 2024\nThe harbour is closed until the ice goes.\n"
    )
    with pytest.raises(IncidentError) as caught:
        _taken(head + body)
    assert [incident.code for incident in caught.value.incidents] == ["P112", "P115", "P118"]


def test_a_title_that_differs_in_quotes_and_spaces_only_is_the_printed_one() -> None:
    head = "+++\ntitle = \"The  'Anna' stopped\"\npublished = 2024-08-20\n+++\n"
    taken = _taken(head + "The ‘Anna’ stopped\nThe harbour is closed until the ice goes away.\n")
    assert taken.document.title == "The ‘Anna’ stopped"


def test_option_none_for_the_zone_keeps_the_date_only() -> None:
    text = "Ferry stopped\n20 August 2024, 10:15\nThe harbour is closed until the ice goes away.\n"
    assert _taken(text, date_only=True).document.published == "2024-08-20"
    given = "+++\npublished = 2024-08-20T10:15:00\n+++\n"
    assert _taken(given + text, date_only=True).document.published == "2024-08-20"
    assert _taken(text, tz=dates.zone("EEST")).document.published == "2024-08-20T10:15:00+03:00"


def test_the_two_withheld_articles_come_out_right() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the two withheld articles are not here; they are not in the repository")
    first, second = sorted(SEEDS.glob("*.txt"))
    raw = readers.text(first.read_bytes(), first.name, "seed-000")
    taken = resolve(raw, Options())
    assert article.coded(taken.document) == ("byline date source language body*6 subhead body*4")
    assert taken.document.published == "2024-08-21T14:25:00+05:30"
    assert (taken.document.title, taken.document.source) == ("", "JND")
    assert sum(taken.account.values()) == len(first.read_bytes().decode())
    raw = readers.text(second.read_bytes(), second.name, "seed-001")
    with pytest.raises(IncidentError, match=r"N020.*--date"):
        resolve(raw, Options())
    taken = resolve(raw, Options(date=dates.parse("2024-08-17")))
    assert article.coded(taken.document) == ("title standfirst body*5 subhead body*8 body+section")
    assert (taken.document.section, taken.account["section"]) == ("News", len("- News"))
