"""Withheld documents: nothing of the text is shared, and only the right copy restores it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import dates, withheld
from parley.cli import main
from parley.document import Document, digest
from parley.incidents import IncidentError
from parley.intake import readers
from parley.intake.resolve import Options, resolve

TEXT = """Ice warning stops the island ferry for a third day
By Ada Moore
20 August 2024 11:15 EEST
Source: agencies
The harbour was closed on Tuesday after a warning of ice. Forty passengers waited in the hall.
Nobody knows when the boat will sail again, the harbour master said in the evening.
Short.
The company pays for food and beds, and tickets stay valid for a week from the day of printing.
- World
"""
#: The two articles that the corpus withholds; absent from every checkout but the maintainers'.
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "corpus").mkdir(parents=True)
    (root / "schema").mkdir()
    (root / "schema" / "ontology.toml").write_text("")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def withheld_project(project: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    raw = project.parent / "ferry.txt"
    raw.write_text(TEXT, "utf-8")
    assert main(["withhold", str(raw), "--story", "ice"]) == 0
    capsys.readouterr()
    return project


def _document(text: str = TEXT) -> Document:
    return resolve(readers.text(text.encode(), "a.txt", "ferry"), Options()).document


def test_no_word_of_the_text_is_in_the_withheld_file(withheld_project: Path) -> None:
    data = (withheld_project / "corpus/withheld/ferry.json").read_text("utf-8")
    value = json.loads(data)
    assert (value["title"], value["byline"], value["source"]) == ("", None, "agencies")
    assert value["published"] == "2024-08-20T11:15:00+03:00"
    kept = {"agencies", "world", "ice", "source", "ferry"}  # source, section, story and id
    words = {word.lower() for word in re.findall(r"[^\W\d_]{3,}", TEXT)} - kept
    shared = {word.lower() for word in re.findall(r"(?<![0-9a-z])[^\W\d_]{3,}", data)}
    assert words & shared == set()


def test_short_units_and_header_lines_have_no_digest(withheld_project: Path) -> None:
    value = json.loads((withheld_project / "corpus/withheld/ferry.json").read_bytes())
    digests = [(kind, bool(own)) for _, _, kind, own in value["paragraphs"]]
    assert digests == [
        ("title", True),
        ("byline", False),
        ("date", False),
        ("source", False),
        ("body", True),
        ("body", True),
        ("body", False),
        ("body", True),
        ("section", False),
    ]


def test_the_byline_and_a_title_of_our_own_are_kept_on_request(
    project: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "ferry.txt"
    raw.write_text(TEXT.partition("\n")[2], "utf-8")
    assert main(["withhold", str(raw), "--keep-byline", "--title", "Ferry and ice"]) == 0
    value = json.loads((project / "corpus/withheld/ferry.json").read_bytes())
    assert (value["title"], value["byline"]) == ("Ferry and ice", "Ada Moore")


def test_a_withheld_document_loads_without_its_text_and_with_it(withheld_project: Path) -> None:
    path = withheld_project / "corpus/withheld/ferry.json"
    texts = withheld_project / "corpus/texts"
    whole = _document()
    bare = withheld.load(path, texts)
    assert (bare.text, bare.status, bare.length) == (None, "withheld", len(TEXT))
    assert (bare.paragraphs, bare.sentences) == (whole.paragraphs, whole.sentences)
    texts.mkdir()
    (texts / "ferry.txt").write_text(TEXT, "utf-8")
    full = withheld.load(path, texts)
    assert (full.text, full.title) == (TEXT, whole.title)
    (texts / "ferry.txt").write_text(TEXT.replace("evening", "morning"), "utf-8")
    with pytest.raises(IncidentError, match=r"corpus/texts/ferry\.txt: W003 \[ferry\] the"):
        withheld.load(path, texts)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
    ],
    ids=["as it is", "a byte order mark", "CR LF", "CR"],
)
def test_a_copy_that_differs_in_mark_and_line_ends_only_restores_the_text(
    change: Callable[[str], bytes],
    withheld_project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "anything.txt").write_bytes(change(TEXT))
    (copies / "other.txt").write_text("Another article altogether.")
    assert main(["hydrate", str(copies)]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[1:] == ["1 hydrated", "1 file is no copy of a withheld document"]
    assert (withheld_project / "corpus/texts/ferry.txt").read_bytes() == TEXT.encode()
    assert main(["hydrate"]) == 0
    assert "ferry  present   corpus/texts/ferry.txt" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda text: text.replace("Forty", "Fourty"),
            "1 character too long; the first difference is in paragraph 5 (body), line 5, "
            "columns 59 to 94",
        ),
        (
            lambda text: text.replace("evening", "morning"),
            "same length; the first difference is in paragraph 6 (body), line 6, columns 1 to 83",
        ),
        (
            lambda text: "\n" + text,
            "1 character too long; paragraph 1 (title) has its words but stands 1 character "
            "later: see the lines above it",
        ),
        (
            lambda text: text.rstrip("\n"),
            "1 character too short; every paragraph with a digest is right: compare short lines "
            "and white space",
        ),
        (
            lambda text: text.replace("Ada Moore", "Ada Moors"),
            "same length; every paragraph with a digest is right: compare short lines and white "
            "space",
        ),
    ],
    ids=["a letter more", "a word", "a line above", "the last line end", "the byline"],
)
def test_a_copy_that_differs_is_refused_with_the_place(
    change: Callable[[str], str],
    says: str,
    withheld_project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = tmp_path / "mine.txt"
    copy.write_text(change(TEXT), "utf-8", newline="")
    assert main(["hydrate", str(copy)]) == 1
    said = capsys.readouterr()
    assert said.err.strip() == (
        f"{copy}: W004 [ferry] this copy is not the document's text; expected {len(TEXT)} "
        f"characters whose sha256 is {digest(TEXT)[:16]}…; {says}"
    )
    assert f"ferry  refused   {copy}" in said.out
    assert not (withheld_project / "corpus/texts").exists()


def test_a_copy_named_like_the_document_is_refused_however_far_off(
    withheld_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copies" / "Ferry.txt"
    copy.parent.mkdir()
    copy.write_text("Something else.")
    assert main(["hydrate", str(copy)]) == 1
    assert "W004 [ferry]" in capsys.readouterr().err
    copy = copy.rename(copy.with_name("x.txt"))
    assert main(["hydrate", str(copy)]) == 0
    assert main(["hydrate", str(copy), "--as", "ferry"]) == 1
    assert main(["hydrate", str(copy), "--as", "fery"]) == 1
    assert "W006 no withheld document has this id; got 'fery'; nearest is 'ferry'" in (
        capsys.readouterr().err
    )


def test_copies_in_json_lines_and_as_article_files_restore_too(
    withheld_project: Path, tmp_path: Path
) -> None:
    lines = tmp_path / "mine.jsonl"
    lines.write_text(json.dumps({"text": "Other."}) + "\n" + json.dumps({"text": TEXT}) + "\n")
    assert main(["hydrate", str(lines)]) == 0
    stored = withheld_project / "corpus/texts/ferry.txt"
    assert stored.read_text("utf-8") == TEXT
    stored.unlink()
    copy = tmp_path / "open.txt"
    copy.write_text(f'+++\nstory = "ice"\n+++\n{TEXT}', "utf-8")
    assert main(["hydrate", str(copy)]) == 0
    assert stored.read_text("utf-8") == TEXT


def test_the_report_of_hydrate_can_be_read_by_a_script(
    withheld_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hydrate", str(tmp_path / "nowhere.txt"), "--json"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["documents"] == [{"id": "ferry", "state": "missing", "file": None}]
    assert [one["code"] for one in value["incidents"]] == ["W007"]


def test_an_article_of_the_corpus_is_withheld_and_its_text_moved(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "ferry.txt"
    raw.write_text(TEXT, "utf-8")
    assert main(["intake", str(raw), "--story", "ice"]) == 0
    stored = project / "corpus/articles/ice/ferry.txt"
    assert main(["withhold", str(raw)]) == 1
    assert "W008 [ferry] an open article has this id" in capsys.readouterr().err
    assert main(["withhold", str(stored)]) == 0
    assert "its text is still in the corpus: corpus/articles/ice/ferry.txt" in (
        capsys.readouterr().out
    )
    assert main(["withhold", str(stored)]) == 1
    assert "W008 [ferry] already withheld" in capsys.readouterr().err
    assert main(["withhold", str(stored), "--remove", "--replace"]) == 0
    assert not stored.exists()
    found = withheld.load(project / "corpus/withheld/ferry.json", project / "corpus/texts")
    assert (found.text, found.story) == (TEXT, "ice")
    assert main(["intake", str(raw)]) == 1
    assert "N033 [ferry] the corpus has a document with this id" in capsys.readouterr().err


def test_texts_are_not_written_through_a_link(
    withheld_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (withheld_project / "corpus/texts").symlink_to(outside)
    assert main(["hydrate", str(tmp_path / "ferry.txt")]) == 1
    assert "W005 corpus/texts is a link" in capsys.readouterr().err
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": "other"}, "W002 [ferry] a wrong 'id'; got 'other'"),
        ({"status": "open"}, "W002 [ferry] a wrong 'status'; got 'open'"),
        ({"sha256": "00"}, "W002 [ferry] a wrong 'sha256'; got '00'"),
        ({"form": "wires"}, "W002 [ferry] a wrong 'form'; got 'wires'"),
        ({"published": "soon"}, "W002 [ferry] a wrong 'published'; got 'soon'"),
        ({"text": "Ice"}, "W002 [ferry] an unknown key; got 'text'"),
        (
            {"sentences": [[5, 3, None]]},
            "W002 [ferry] a wrong item 0 of sentences; got [5, 3, None]",
        ),
        (
            {"paragraphs": [[0, 3, "headline", None]]},
            "W002 [ferry] a wrong item 0 of paragraphs; got [0, 3, 'headline', None]",
        ),
    ],
)
def test_a_withheld_file_of_the_wrong_shape_is_a_fault(
    change: dict[str, object], says: str, withheld_project: Path
) -> None:
    path = withheld_project / "corpus/withheld/ferry.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    with pytest.raises(IncidentError) as caught:
        withheld.read(path, "ferry.json")
    assert str(caught.value).startswith(f"ferry.json: {says}")


def test_a_withheld_file_that_is_no_json_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "ferry.json"
    path.write_text("{")
    with pytest.raises(IncidentError, match="W001 not JSON"):
        withheld.read(path)
    with pytest.raises(IncidentError, match="W001 cannot be read"):
        withheld.read(tmp_path / "none.json")


PROSE = st.lists(
    st.sampled_from(["ice", "é", "😀", "ferry.", "“No,”", "said", "\n", "\u2028", "\ufeff"]),
    min_size=1,
    max_size=40,
).map(" ".join)


@given(PROSE, st.data())
def test_every_one_character_change_is_refused_and_named(text: str, data: st.DataObject) -> None:
    whole = f"{text}\nThe harbour is closed until the ice has gone."
    options = Options(date=dates.parse("2024-08-20"))
    document = resolve(readers.text(whole.encode(), "a.txt", "a"), options).document
    assert document.text is not None
    assert withheld.matching(document.text.encode(), document) == document.text
    place = data.draw(st.integers(0, len(document.text) - 1))
    changed = document.text[:place] + "¤" + document.text[place + 1 :]
    assert withheld.matching(changed.encode(), document) is None


def test_the_withheld_documents_of_the_repository_are_sound_and_can_be_restored(
    tmp_path: Path,
) -> None:
    paths = sorted((REPOSITORY / "corpus/withheld").glob("*.json"))
    assert [path.stem for path in paths][:2] == ["seed-000", "seed-001"]
    for path in paths:
        assert withheld.read(path).document.text is None
    if not SEEDS.is_dir():
        pytest.skip("the two withheld articles are not here; they are not in the repository")
    for path, copy in zip(paths, sorted(SEEDS.glob("*.txt")), strict=False):
        (tmp_path / f"{path.stem}.txt").write_bytes(copy.read_bytes())
        text = withheld.load(path, tmp_path).text
        assert text is not None
        # The shared file and the text have no run of three words in common.
        words, shared = text.lower().split(), " ".join(path.read_text("utf-8").lower().split())
        runs = (" ".join(words[n : n + 3]) for n in range(len(words) - 2))
        assert not [run for run in runs if run in shared]
