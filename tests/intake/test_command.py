"""`parley intake`, from the command line to the files."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from parley import article
from parley.cli import main
from parley.document import canonical

FIXTURES = Path(__file__).parents[1] / "fixtures" / "intake"
FAULTS: list[dict[str, Any]] = tomllib.loads((FIXTURES / "faults.toml").read_text("utf-8"))["fault"]
CODES = Path(__file__).parents[2] / "src" / "parley" / "codes"
ARTICLE = "Ferry stopped by ice\n20 August 2024\nNobody sails today, says the harbour master.\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "corpus").mkdir(parents=True)
    (root / "schema").mkdir()
    (root / "schema" / "ontology.toml").write_text("")
    monkeypatch.chdir(root)
    return root


def _raw(folder: Path, name: str, text: str = ARTICLE) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")
    return path


def _files(project: Path) -> list[str]:
    return sorted(
        path.relative_to(project).as_posix()
        for path in (project / "corpus").rglob("*")
        if path.is_file()
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"])
def test_every_fault_is_reported_in_these_words(
    fault: dict[str, Any], project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    path = folder / fault["file"]
    if "beside" in fault:
        (folder / fault["beside"]).write_text("")
    if "text" in fault:
        path.write_text(fault["text"], "utf-8", newline="")
    elif "bytes" in fault:
        path.write_bytes(bytes.fromhex(fault["bytes"]))
    args = [argument.replace("{dir}", str(folder)) for argument in fault.get("args", [])]
    if not args or args[0].startswith("-"):
        args.append(str(path))
    assert main(["intake", *args]) == 1
    said = capsys.readouterr().err.strip()
    assert said == fault["says"].replace("{dir}", str(folder))
    assert _files(project) == []


def test_every_code_of_intake_is_explained() -> None:
    known = {
        code
        for name in ("N", "P1", "W")
        for code in tomllib.loads((CODES / f"{name}.toml").read_text("utf-8"))
    }
    said = {fault["says"].split(": ")[1].split()[0] for fault in FAULTS}
    assert said <= known


def test_a_file_becomes_an_article_that_reads_back_the_same(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _raw(tmp_path, "Ferry Stopped.txt", "\ufeff" + ARTICLE.replace("\n", "\r\n"))
    assert main(["intake", str(tmp_path / "Ferry Stopped.txt"), "--story", "ice"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        'ferry-stopped  "Ferry stopped by ice"  2024-08-20  body 1, date 1, title 1',
        "1 article taken in",
        "paragraphs: body 1, date 1, title 1",
        "characters: body 44, bom 1, carriage_return 3, date 14, title 20, white_space 3; "
        "85 in all",
    ]
    assert said.err == ""
    assert _files(project) == ["corpus/articles/ice/ferry-stopped.txt"]
    found = article.read(project / "corpus/articles/ice/ferry-stopped.txt", project)
    assert found.text == ARTICLE
    assert (found.story, found.title, found.published) == (
        "ice",
        "Ferry stopped by ice",
        "2024-08-20",
    )


def test_one_bad_file_takes_no_other_with_it(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "raw"
    _raw(folder, "b.txt")
    _raw(folder, "a.txt", "")
    _raw(folder, "deeper/c.txt")
    _raw(folder, "notes.md")
    _raw(folder, ".hidden/d.txt")
    lines = [{"text": ARTICLE}, {"text": 3}, {"id": "given", "text": ARTICLE, "tag": "x"}]
    _raw(folder, "e.jsonl", "\n".join(map(json.dumps, lines)))
    assert main(["intake", str(folder)]) == 1
    said = capsys.readouterr()
    assert _files(project) == [
        f"corpus/articles/inbox/{name}.txt" for name in ("b", "c", "e-1", "given")
    ]
    assert "4 articles taken in, 2 not: 2 faults" in said.out
    assert "N006" in said.err
    assert "e.jsonl:2: N011" in said.err
    assert "not used from records: tag" in said.err


def test_an_id_is_taken_once(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = _raw(tmp_path, "x/ferry.txt"), _raw(tmp_path, "y/ferry.txt")
    assert main(["intake", str(first), str(second)]) == 1
    assert f"{second}: N032 [ferry] two articles of this run have one id" in capsys.readouterr().err
    assert main(["intake", str(first)]) == 1
    assert "N033 [ferry] the corpus has a document with this id" in capsys.readouterr().err
    assert main(["intake", str(first), "--story", "ice", "--replace"]) == 1
    assert "or remove that file first" in capsys.readouterr().err
    assert main(["intake", str(first), "--replace"]) == 0
    assert _files(project) == ["corpus/articles/inbox/ferry.txt"]


def test_nothing_is_written_outside_the_corpus(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = _raw(tmp_path, "ferry.txt")
    outside = tmp_path / "outside"
    outside.mkdir()
    assert main(["intake", str(raw), "--into", str(outside)]) == 1
    assert "N034 [ferry] the folder is outside the corpus" in capsys.readouterr().err
    (project / "corpus" / "articles").mkdir()
    (project / "corpus" / "articles" / "ice").symlink_to(outside)
    assert main(["intake", str(raw), "--story", "ice"]) == 1
    assert "N034 [ferry] the story's folder is a link" in capsys.readouterr().err
    assert main(["intake", str(raw), "--story", ".."]) == 2
    assert list(outside.iterdir()) == []


def test_links_inside_a_folder_are_not_followed(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = _raw(tmp_path, "secret.txt")
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "link.txt").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    assert main(["intake", str(folder)]) == 1
    assert capsys.readouterr().err.count("N035 a link inside the folder is not followed") == 2
    assert _files(project) == []


def test_a_dry_run_writes_nothing_and_json_gives_every_field(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = _raw(tmp_path, "ferry.txt")
    assert main(["intake", str(raw), "--dry-run", "--json"]) == 0
    said = capsys.readouterr()
    (line,) = said.out.splitlines()
    value = json.loads(line)
    assert value["text"] == ARTICLE
    assert value["paragraphs"][0] == {"start": 0, "end": 20, "kind": "title"}
    assert value["sentences"] == [[0, 20], [21, 35], [36, 80]]
    assert sum(value["account"].values()) == len(ARTICLE)
    assert "1 article would be taken in" in said.err
    assert _files(project) == []


def test_a_page_gives_its_article_and_metadata(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = FIXTURES / "ferry.html"
    assert main(["intake", str(page), "--dry-run", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    expected = (FIXTURES / "ferry.expected.txt").read_text("utf-8")
    assert value["text"] == expected.removesuffix("\n")
    assert value["published"] == "2024-08-17T14:05:00+03:00"
    assert value["title"] == "Ferry stopped after ice warning"
    assert value["byline"] == "Harbour desk"
    assert value["url"] == "https://harbour.example/ferry-stopped"
    assert value["section"] == "Local"
    kinds = [paragraph["kind"] for paragraph in value["paragraphs"]]
    assert kinds == ["title", "body", "body", "subhead", "body", "body", "body", "body"]
    assert sum(value["account"].values()) == len(page.read_text("utf-8"))


def test_an_encoding_is_taken_when_it_is_said(project: Path, tmp_path: Path) -> None:
    raw = tmp_path / "ferry.txt"
    text = ARTICLE.replace("ice", "glacé")
    raw.write_bytes(text.encode("windows-1252"))
    assert main(["intake", str(raw), "--encoding", "windows-1252"]) == 0
    found = article.read(project / "corpus/articles/inbox/ferry.txt", project)
    assert found.text == canonical(text)


def test_standard_input_is_read_with_its_type(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io
    import types

    stream = types.SimpleNamespace(buffer=io.BytesIO(json.dumps({"text": ARTICLE}).encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert main(["intake", "-", "--type", "jsonl"]) == 0
    assert _files(project) == ["corpus/articles/inbox/stdin-1.txt"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--date", "soon"], "--date: no date in 'soon'"),
        (["--tz", "XYZ"], "--tz: no time zone has the name 'XYZ'"),
        (["--form", "wires"], "--form: an unknown form"),
        (["--encoding", "utf-9"], "--encoding: no encoding has the name 'utf-9'"),
        (["--max-bytes", "0"], "--max-bytes: at least 1"),
    ],
)
def test_an_option_that_cannot_be_stops_the_run(
    args: list[str], words: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["intake", "x.txt", *args]) == 2
    assert words in capsys.readouterr().err


def test_outside_a_project_only_a_dry_run_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = _raw(tmp_path, "ferry.txt")
    monkeypatch.chdir(tmp_path)
    assert main(["intake", str(raw)]) == 2
    assert "no Parley project" in capsys.readouterr().err
    assert main(["intake", str(raw), "--dry-run"]) == 0
