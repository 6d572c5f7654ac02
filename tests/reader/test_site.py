"""The site is built whole, from the data alone, and the same from the same data."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import orjson
import pytest

from parley.agreement import read, report
from parley.agreement.text import figure
from parley.cli import _run, main
from parley.dataset import build, place
from parley.incidents import IncidentError
from parley.predictions import gold
from parley.project import Project
from parley.reader import data, page_document, site
from parley.reader.index import varints, words
from tests.dataset import made_projects
from tests.reader.conftest import HOSTILE

#: Data of scripts, where nothing is markup.
_SCRIPT = re.compile(r'<script type="application/json".*?</script>', re.DOTALL)


def files(folder: Path) -> dict[str, str]:
    """Every file's digest, by its place."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def reader(*args: object) -> int:
    """`parley reader` with arguments."""
    return _run.command(["reader", *map(str, args)], {"reader": ""})


@pytest.fixture(scope="module")
def built(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of the made dataset."""
    out = tmp_path_factory.mktemp("built") / "site"
    site.build(dataset, out)
    return out


def test_the_same_data_give_the_same_bytes(dataset: Path, built: Path, tmp_path: Path) -> None:
    site.build(dataset, tmp_path / "again")
    assert files(tmp_path / "again") == files(built)


def test_every_link_of_every_page_leads_to_a_file_of_the_site(built: Path) -> None:
    broken = set()
    for path in built.rglob("*.html"):
        text = _SCRIPT.sub("", path.read_text())
        for target in re.findall(r'(?:href|src)="([^"#?]+)[^"]*"', text):
            if target.startswith(("data:", "https:")):
                continue
            if not (path.parent / target).resolve().is_file():
                broken.add((path.relative_to(built).as_posix(), target))
    assert broken == set()


def test_every_deep_link_names_an_annotation_of_its_document(built: Path) -> None:
    known: dict[str, set[str]] = {}
    for path in built.glob("documents/*.json"):
        row = orjson.loads(path.read_bytes())
        known[path.stem] = {
            item["id"]
            for layer in ("mentions", "events", "attributions", "stances")
            for item in row[layer]
        }
    links = {
        pair
        for path in (*built.glob("stories/*.html"), *built.glob("entities/*.html"))
        for pair in re.findall(r"documents/([^./]+)\.html#([^\"]+)", path.read_text())
    }
    assert len(links) > 100
    assert {(name, anchor) for name, anchor in links if anchor not in known[name]} == set()


def test_an_entity_s_pages_show_every_mention_of_it(built: Path, dataset: Path) -> None:
    corpus = data.read_corpus(dataset)
    expected = {
        (row["doc_id"], item["id"])
        for row in data.documents(corpus)
        for item in row["mentions"]
        if item["entity"] == "lenna"
    }
    pages = sorted(built.glob("entities/lenna.mentions*.html"))
    found = {
        pair
        for path in pages
        for pair in re.findall(r"documents/([^./]+)\.html#(m\d+)", path.read_text())
    }
    assert found == expected


def test_a_document_s_json_is_its_row_with_its_claims(built: Path, dataset: Path) -> None:
    from parley.dataset.read import tables

    claims = {row["id"]: row for _, rows in tables(dataset, "claims") for row in rows}
    seen = set()
    for split, rows in tables(dataset, "documents"):
        for row in rows:
            found = orjson.loads((built / "documents" / f"{row['doc_id']}.json").read_bytes())
            assert found["split"] == split
            for name, value in row.items():
                assert found[name] == (row["published_text"] if name == "published" else value)
            for claim in found["claims"]:
                seen.add(claim["id"])
                assert {
                    name: value for name, value in claim.items() if name != "conflicting"
                }.items() <= claims[claim["id"]].items()
    assert seen == claims.keys()


def test_nothing_of_a_file_is_markup_on_any_page(hostile: Path, tmp_path: Path) -> None:
    site.build(hostile, tmp_path / "site")
    for path in (tmp_path / "site").rglob("*.html"):
        text = path.read_text()
        assert "<img src=x" not in text, path
        assert "<script>alert" not in text, path
        assert "\u202e" not in _SCRIPT.sub("", text), path


def test_a_site_replaces_a_site_and_nothing_else(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(place.ForeignError):
        site.build(dataset, out)
    assert (out / "thesis.txt").read_text() == "mine"
    site.build(dataset, tmp_path / "site")
    (tmp_path / "site" / "left.html").write_text("from an older build")
    site.build(dataset, tmp_path / "site")
    assert not (tmp_path / "site" / "left.html").exists()


def test_a_build_that_fails_leaves_the_site_as_it_was(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    site.build(dataset, out)
    before = files(out)

    def broken(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(page_document, "page", broken)
    with pytest.raises(KeyboardInterrupt):
        site.build(dataset, out)
    assert files(out) == before
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")] == ["site"]


def test_a_damaged_dataset_is_refused(dataset: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "data"
    shutil.copytree(dataset, copy)
    path = next(copy.glob("claims/train-*"))
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(IncidentError) as caught:
        site.build(copy, tmp_path / "site")
    assert caught.value.incidents[0].code == "S003"
    assert not (tmp_path / "site").exists()


def test_the_command_builds_and_says_what(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "site"
    assert reader("build", "--data", dataset, "--out", out, "--json") == 0
    told = orjson.loads(capsys.readouterr().out)
    assert told["documents"] == 30
    assert told["files"] == len(files(out))
    assert told["bytes"] == sum(path.stat().st_size for path in out.rglob("*") if path.is_file())


def test_the_command_says_what_it_cannot_do(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert reader("build", "--data", dataset, "--out", tmp_path) == 2
    assert "Z001 the place holds something else" in capsys.readouterr().err
    assert reader("build", "--data", tmp_path, "--out", tmp_path / "site") == 2
    assert "S001 no built dataset" in capsys.readouterr().err
    assert reader("serve", "--site", tmp_path) == 2
    assert "Z004 no site: there is no site.json" in capsys.readouterr().err
    project = dataset.parents[1]
    assert reader("build", "--root", project, "--round", "none", "--out", tmp_path / "site") == 2
    assert "Z005 no such round; got 'none'" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_serving_ends_with_an_interrupt_and_leaves_nothing(dataset: Path, tmp_path: Path) -> None:
    # A process in the background of a shell is started with interrupts ignored.
    command = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command += "from parley.cli import _run; sys.exit(_run.command(sys.argv[1:], {'reader': ''}))"
    args = ["reader", "serve", "--data", str(dataset), "--port", "0"]
    with subprocess.Popen(
        [sys.executable, "-c", command, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        address = line.split()[2]
        with urllib.request.urlopen(f"{address}index.html") as answer:
            assert b"30 documents" in answer.read()
        assert list(tmp_path.iterdir())
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0
        assert said == "parley reader: stopped\n"
    assert list(tmp_path.iterdir()) == []


def test_two_builds_do_not_write_one_place(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "site"
    with place.folder(out, site.MARK) as other:
        assert reader("build", "--data", dataset, "--out", out) == 2
        assert "Z002 another build is writing there" in capsys.readouterr().err
        (other / site.MARK).write_text("{}")


def test_withheld_texts_in_a_site_are_warned_of(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reader("build", "--data", dataset, "--out", tmp_path / "open") == 0
    assert capsys.readouterr().err == ""
    root = made_projects.a_project(tmp_path / "project", 3)
    (root / ".gitignore").write_text("/corpus/texts/\n")
    article = root / "corpus" / "articles" / "dry-dock" / "dry-dock-00000.txt"
    assert main(["withhold", str(article), "--root", str(root), "--remove"]) == 0
    data_ = root / "dist" / "parley"
    build.build(Project(root), data_, jobs=1, checked=False, cached=False)
    capsys.readouterr()
    assert reader("build", "--data", data_, "--out", tmp_path / "site") == 0
    assert capsys.readouterr().err == (
        "parley reader: the site holds the texts of dry-dock-00000, which are withheld: "
        "do not publish it\n"
    )


def test_a_round_s_annotators_and_their_agreement_are_pages_of_the_site(
    round_dataset: Path, tmp_path: Path
) -> None:
    root, out = round_dataset.parents[1], tmp_path / "site"
    assert reader("build", "--root", root, "--round", "first", "--out", out) == 0
    told = report.make(read.read(Project(root), "first"))
    page = (out / "agreement.html").read_text()
    for item in told["headline"]:
        value = item["spans"]["value"]
        assert value is not None and figure(value) in page
    assert (out / "agreement" / "first.html").is_file()
    for path in (out / "documents").glob("*.html"):
        text = path.read_text()
        assert "ann-a" in text and "ann-b" in text
    assert reader("build", "--root", root, "--out", out) == 0
    assert "ann-b" not in next((out / "documents").glob("*.html")).read_text()


def test_predictions_stand_beside_gold_and_two_systems_beside_each_other(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = gold.emit_gold(gold.from_dataset(dataset))
    for name in ("north-wind", "south-wind"):
        lines = b"".join(orjson.dumps(row) + b"\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_bytes(lines)
    one, two = tmp_path / "north-wind.jsonl", tmp_path / "south-wind.jsonl"
    out = tmp_path / "site"
    assert reader("build", "--data", dataset, "--predictions", one, "--out", out) == 0
    pages = [path.read_text() for path in (out / "documents").glob("*.html")]
    assert len(pages) == 30 and all("north-wind" in page for page in pages)
    assert reader("build", "--data", dataset, "--compare", one, two, "--out", out) == 0
    pages = [path.read_text() for path in (out / "documents").glob("*.html")]
    assert all("north-wind" in page and "south-wind" in page for page in pages)
    one.write_text('{"doc_id": "nobody"')
    capsys.readouterr()
    assert reader("build", "--data", dataset, "--predictions", one, "--out", out) == 2
    assert "north-wind.jsonl:1" in capsys.readouterr().err


def test_words_are_compared_without_case_and_marks() -> None:
    assert words("Ötvös CAFE\u0301’s U.S.-backed 14.65") == [
        *("otvos", "cafe", "s", "u", "s", "backed", "14", "65")
    ]
    assert words("北京🚢x_y") == ["北京", "x", "y"]


def test_numbers_are_written_as_leb128() -> None:
    import numpy as np

    numbers = [0, 1, 127, 128, 300, 16_383, 16_384, 2**21, 2**28, 2**31]
    data_, ends = varints(np.array(numbers))
    found, value, shift = [], 0, 0
    for byte in data_.tolist():
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    assert found == numbers
    assert ends.tolist()[-1] == len(data_)


def test_hostile_words_are_hostile() -> None:
    assert "</script>" in HOSTILE and "\u202e" in HOSTILE
