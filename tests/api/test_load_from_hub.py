"""`parley.load` by repository and revision, against a Hub on this machine."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import parley
from parley.dataset import build
from parley.incidents import IncidentError
from parley.project import Project
from tests.dataset import made_projects
from tests.hub.fixtures import LoopbackHub
from tests.hub.store import Blob

REPO = "harbour/ferry-news"
ROOT = Path(__file__).parents[2]
SOURCE = {"PYTHONPATH": str(ROOT / "src")}


def _files(folder: Path) -> dict[str, Blob]:
    return {
        path.relative_to(folder).as_posix(): Blob(path.read_bytes(), large=False)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def published(hub: LoopbackHub, first: Path, second: Path) -> LoopbackHub:
    """A Hub with two versions, each tagged, the second the newest."""
    repo = hub.add(REPO)
    repo.tags["v0.1.0"] = repo.commit("0.1.0", _files(first))
    repo.tags["v0.2.0"] = repo.commit("0.2.0", _files(second))
    return hub


def _load(
    published: LoopbackHub, folder: Path, *calls: dict[str, Any], offline: bool = False
) -> list[Any]:
    """What `parley.load` gives in a process that knows this Hub alone: version and rows."""
    code = """
import json, sys
import parley
for call in json.loads(sys.argv[1]):
    rows = parley.load("ner", split="test", **call)
    print(json.dumps([str(rows.info.version), rows.to_list()]))
"""
    env = SOURCE | ({"HF_HUB_OFFLINE": "1"} if offline else {})
    printed = published.read(code, json.dumps(calls), folder=folder, **env)
    return [json.loads(line) for line in printed.splitlines()]


def _rows(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(
        folder / "ner" / "test-00000-of-00001.parquet"
    ).to_pylist()
    return found


def test_a_revision_is_that_version_and_none_is_the_newest(
    published: LoopbackHub, first: Path, second: Path, tmp_path: Path
) -> None:
    assert _load(
        published,
        tmp_path,
        {"repo": REPO, "revision": "v0.1.0"},
        {"repo": REPO, "revision": "v0.2.0"},
        {"repo": REPO},
    ) == [["0.1.0", _rows(first)], ["0.2.0", _rows(second)], ["0.2.0", _rows(second)]]


def test_what_was_loaded_once_is_there_without_the_hub(
    published: LoopbackHub, first: Path, tmp_path: Path
) -> None:
    call = {"repo": REPO, "revision": "v0.1.0"}
    _load(published, tmp_path, call)
    published.stop()
    assert _load(published, tmp_path, call, offline=True) == [["0.1.0", _rows(first)]]


def test_the_repository_is_the_one_that_the_project_names(
    published: LoopbackHub, first: Path, tmp_path: Path
) -> None:
    folder = first.parents[1]
    assert (folder / "corpus" / "card.toml").is_file()
    code = 'import parley; print(len(parley.load("ner", split="test", revision="v0.1.0")))'
    home = {"HF_HOME": str(tmp_path / "hf-home")}
    printed = published.read(code, folder=folder, **SOURCE, **home)
    assert printed == f"{len(_rows(first))}\n"


# -- refusals, in this process


def _refused(config: str = "ner", split: str | None = None, **place: str) -> str:
    with pytest.raises(IncidentError) as caught:
        parley.load(config, split, **place)
    [incident] = caught.value.incidents
    return str(incident)


@pytest.fixture
def here(hub_here: LoopbackHub, first: Path) -> LoopbackHub:
    """This process's Hub, with one version."""
    repo = hub_here.add(REPO)
    repo.tags["v0.1.0"] = repo.commit("0.1.0", _files(first))
    return hub_here


def test_an_unknown_revision_is_told_with_the_nearest(here: LoopbackHub) -> None:
    assert _refused(repo=REPO, revision="v0.1.1") == (
        "harbour/ferry-news@v0.1.1: S007 no such revision; got 'v0.1.1'; expected main or "
        "v0.1.0; nearest is 'v0.1.0'"
    )


def test_an_unknown_repository_is_told(here: LoopbackHub) -> None:
    assert _refused(repo="harbour/ferry") == (
        "harbour/ferry: S007 no such dataset on the Hub, or none that you may read; look at the "
        "name; for a private one log in (`hf auth login`) or set HF_TOKEN"
    )


def test_a_name_that_is_none_is_told(here: LoopbackHub) -> None:
    assert _refused(repo="harbour/ferry/news") == (
        "harbour/ferry/news: S007 not a repository's name; got 'harbour/ferry/news'; "
        "expected OWNER/NAME"
    )


def test_an_unknown_config_or_split_is_told_before_anything_is_loaded(here: LoopbackHub) -> None:
    assert "S002 no such config; got 'nre'" in _refused("nre", repo=REPO)
    assert "S002 no such split; got 'dev'" in _refused("ner", "dev", repo=REPO)
    assert here.asked(r"\.parquet") == []


def test_a_repository_that_is_no_build_is_told(here: LoopbackHub) -> None:
    here.add("harbour/photos").commit("photos", {"a.txt": Blob(b"a", large=False)})
    assert _refused(repo="harbour/photos") == (
        "harbour/photos: S007 the repository has no MANIFEST.json, so no build of Parley was "
        "published there; load it with datasets.load_dataset"
    )


def test_a_hub_that_cannot_be_reached_is_told(here: LoopbackHub) -> None:
    here.stop()
    assert _refused(repo=REPO, revision="v0.1.0") == (
        "harbour/ferry-news@v0.1.0: S007 the Hub cannot be reached, and its cache here does not "
        "have this revision; look at the connection, or load a folder with data="
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "its MANIFEST.json is none that this version of Parley can read; "),
        (
            b'{"format": "parley-manifest/9", "version": "2.0.0", "logical_sha256": "",'
            b' "documents": [], "files": []}',
            "its MANIFEST.json has another form; got 'parley-manifest/9'; "
            "expected parley-manifest/1; ",
        ),
    ],
    ids=["damaged", "of another form"],
)
def test_a_manifest_that_cannot_be_read_is_told_by_its_repository(
    data: bytes, said: str, here: LoopbackHub
) -> None:
    here.add("harbour/later").commit("later", {"MANIFEST.json": Blob(data, large=False)})
    assert _refused(repo="harbour/later") == (
        f"harbour/later: S007 {said}load it with datasets.load_dataset, or with the version of "
        "Parley that published it"
    )


def test_splits_without_rows_come_with_the_others(hub: LoopbackHub, tmp_path: Path) -> None:
    root = made_projects.a_project(tmp_path / "project", number=3)
    (root / "annotations" / "gold" / "tidal-gate-00002.json").unlink()
    build.build(Project(root), root / "dist" / "parley", checked=False, jobs=1)
    hub.add(REPO).commit("0.1.0", _files(root / "dist" / "parley"))
    code = f"""
import parley
print([[name, len(rows) > 0] for name, rows in parley.load("ner", repo={REPO!r}).items()])
rows = parley.load("ner", split="test", repo={REPO!r})
print(len(rows), rows.column_names, rows.info.version)
"""
    assert hub.read(code, folder=tmp_path, **SOURCE).splitlines() == [
        "[['train', True], ['validation', True], ['test', False]]",
        "0 ['id', 'doc_id', 'sent_id', 'tokens', 'ner_tags'] 0.1.0",
    ]
