"""`parley diff`: folders and revisions, exit codes, and what it says of what it cannot compare."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from parley import article, document, withheld
from parley.cli import _run
from parley.codes import codes
from tests.versions import made


def diff(root: Path, *args: str) -> int:
    return _run.command(["diff", "--root", str(root), *args], ["diff"])


def edit(root: Path) -> None:
    """An edit of one field."""
    made.gold(root, lambda gold: setattr(gold.mentions[0], "type", "TIME"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in git with one tag."""
    found = made.project(tmp_path / "project")
    made.commit(found, "v0.1.0")
    return found


def test_a_revision_is_compared_with_the_project_as_it_stands(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert diff(root, "v0.1.0") == 0
    assert capsys.readouterr().out.startswith("v0.1.0 and the project: no difference\n")
    edit(root)
    assert diff(root, "v0.1.0") == 1
    out = capsys.readouterr().out
    assert out.startswith("v0.1.0 → the project: documents ~1; mentions ~1")
    assert "type DATE → TIME" in out


def test_two_revisions_or_one_and_a_folder_are_compared(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = made.built(root, tmp_path / "first")
    edit(root)
    made.commit(root, "v0.2.0")
    assert diff(root, "v0.1.0", "v0.2.0", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["mentions"] == {"changed": 1} and not told["equal"]
    assert diff(root, "v0.1.0", str(first), "--summary") == 0
    assert capsys.readouterr().out == f"v0.1.0 and {first}: no difference\n"
    assert diff(root, str(first), "HEAD", "--summary") == 1


def test_a_project_below_the_top_of_its_repository_has_revisions_too(tmp_path: Path) -> None:
    root = made.project(tmp_path / "top" / "project")
    made.commit(tmp_path / "top", "v1")
    assert diff(root, "v1") == 0
    edit(root)
    assert diff(root, "v1") == 1


def test_two_folders_need_no_project_and_no_git(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made.built(root, tmp_path / "one")
    edit(root)
    other = made.built(root, tmp_path / "other")
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    monkeypatch.setenv("PATH", str(away))
    assert _run.command(["diff", str(one), str(one)], ["diff"]) == 0
    assert _run.command(["diff", str(one), str(other)], ["diff"]) == 1
    assert _run.command(["diff", str(one)], ["diff"]) == 2


def test_the_page_is_written_beside_what_is_printed(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(root)
    page = tmp_path / "changes.html"
    assert diff(root, "HEAD", "--html", str(page)) == 1
    assert "type DATE → TIME" in page.read_text("utf-8")
    assert "type DATE → TIME" in capsys.readouterr().out


def test_withheld_texts_at_hand_are_put_into_revisions_whose_digest_they_have(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = article.read(made.source(root), root)
    (root / "corpus" / "withheld").mkdir()
    (root / "corpus" / "withheld" / f"{made.DOC}.json").write_bytes(withheld.dump(whole))
    text = made.text(root)
    made.source(root).unlink()
    (root / ".gitignore").write_text("/corpus/texts/\n", "utf-8")
    gold = root / "annotations" / "gold" / f"{made.DOC}.json"
    raw = json.loads(gold.read_bytes())
    gold.write_bytes(document.dump(document.from_dict(raw)))
    made.commit(root, "withheld")
    (root / "corpus" / "texts").mkdir()
    (root / "corpus" / "texts" / f"{made.DOC}.txt").write_text(text, "utf-8")
    raw["mentions"][0]["type"] = "TIME"
    gold.write_bytes(document.dump(document.from_dict(raw)))
    assert diff(root, "withheld") == 1
    out = capsys.readouterr().out
    assert f"~ document {made.DOC} (withheld: words are not shown)" in out
    assert "published" not in out and "DATE → TIME" in out


def test_only_layers_and_documents_that_are_named_are_told(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(root)
    assert diff(root, "HEAD", "--layer", "events", "stances") == 0
    assert diff(root, "HEAD", "--doc", "ferry-line-1") == 0
    assert diff(root, "HEAD", "--layer", "mentions", "--doc", made.DOC) == 1
    capsys.readouterr()
    assert diff(root, "HEAD", "--layer", "mention") == 2
    assert "no such layer; got 'mention'; expected paragraphs" in capsys.readouterr().err


def test_colour_is_for_terminals(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(root)
    diff(root, "HEAD")
    assert "\x1b[" not in capsys.readouterr().out
    monkeypatch.setattr(_run, "color", lambda stream: stream is sys.stdout)
    diff(root, "HEAD")
    assert "\x1b[33m  ~ mention" in capsys.readouterr().out


# -- faults: the exact message of each code


def test_v001_a_name_that_stands_for_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert diff(root, "v0.1.1") == 2
    assert capsys.readouterr().err == (
        "v0.1.1: V001 neither a built folder nor a git revision; got 'v0.1.1'; expected a folder "
        "that `parley build` made, or a tag, branch or commit of the project; nearest is "
        "'v0.1.0'\n"
    )


def test_v001_in_a_shallow_clone_says_how_to_get_the_rest(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made.git(root, "commit", "-q", "--allow-empty", "-m", "later")
    made.git(root, "clone", "-q", "--depth", "1", root.as_uri(), str(tmp_path / "shallow"))
    assert diff(tmp_path / "shallow", "HEAD~1") == 2
    assert capsys.readouterr().err.endswith(
        "this clone is shallow: `git fetch --unshallow --tags` gets the rest\n"
    )


def test_faults_of_the_project_itself_are_told_as_they_are(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made.source(root)
    path.write_text(path.read_text("utf-8").replace("+++\n", "---\n"), "utf-8")
    (path.parent / "another.txt").write_text("no article\n", "utf-8")
    assert diff(root, "HEAD") == 2
    err = capsys.readouterr().err
    assert "V003" not in err
    assert err.count("P104") == 2


def test_v002_no_git_repository_and_no_git(
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.rmtree(root / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert diff(root, "HEAD") == 2
    assert capsys.readouterr().err == (
        f"{root}: V002 the project is in no git repository; got 'HEAD'; expected a built folder, "
        "since there are no revisions\n"
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    assert diff(root, "HEAD") == 2
    assert capsys.readouterr().err == (
        f"{root}: V002 git is not installed; install it, or name built folders\n"
    )


def test_v003_a_revision_that_todays_code_cannot_read(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made.source(root)
    path.write_text(path.read_text("utf-8").replace("+++\n", "---\n"), "utf-8")
    made.commit(root, "old")
    assert diff(root, "old", "v0.1.0") == 2
    err = capsys.readouterr().err
    assert err.startswith("old: V003 cannot be built with this version of Parley: corpus/art")
    assert err.endswith("build it with its own version of Parley and name the folder\n")


def test_v003_a_revision_without_a_corpus(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made.git(root, "checkout", "-q", "--orphan", "empty")
    made.git(root, "reset", "-q")
    made.git(root, "commit", "-q", "--allow-empty", "-m", "empty")
    assert diff(root, "empty") == 2
    assert capsys.readouterr().err == (
        "empty: V003 the revision holds no corpus; expected corpus, annotations/gold, schema in "
        f"{root}\n"
    )


def test_v004_a_document_that_neither_has(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(root, "HEAD", "--doc", "dry-dok-1") == 2
    assert "V004 neither of the two has this document; got 'dry-dok-1'" in capsys.readouterr().err


def test_the_codes_of_versions_are_explained() -> None:
    for name in ("V001", "V002", "V003", "V004", "V020"):
        code = codes()[name]
        assert code.title and code.explain.endswith(".") and code.bad and code.good
