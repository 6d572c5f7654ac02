"""A publication from end to end, as the Hub has it and as readers load it."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.hub.fixtures import LoopbackHub
from tests.publishing import made
from tests.publishing.made import REPO, publish


def local(root: Path) -> dict[str, bytes]:
    """Path -> bytes of the build."""
    folder = root / "dist" / "parley"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_tag_holds_exactly_the_bytes_of_the_build_in_one_commit(
    root: Path, hub_here: LoopbackHub
) -> None:
    done = publish(root)
    assert done.code == 0, done.err
    repo = hub_here.repo(REPO)
    assert repo is not None
    assert repo.files("v0.1.0") == local(root)
    assert repo.files("main") == local(root)
    digest = json.loads(local(root)["MANIFEST.json"])["logical_sha256"][:12]
    assert repo.log() == [f"0.1.0: data {digest}", "initial commit"]
    assert repo.tags == {"v0.1.0": repo.head}
    assert not repo.private
    assert done.out.splitlines()[-2:] == [
        f"{REPO}@v0.1.0: published, commit {repo.head}; every file was read back",
        f"from datasets import load_dataset; load_dataset('{REPO}', revision='v0.1.0')",
    ]
    assert done.err == ""
    assert hub_here.tokens_abroad == []


LOAD = """
import json, sys
import pandas as pd
from datasets import load_dataset
repo, tag = sys.argv[1:]
whole = load_dataset(repo, "sentences", revision=tag)
stream = load_dataset(repo, "events", revision=tag, streaming=True, split="train")
path = f"hf://datasets/{repo}@{tag}/sentences/test-00000-of-00001.parquet"
print(json.dumps({
    "rows": {split: rows.num_rows for split, rows in whole.items()},
    "text": list(whole["test"]["text"]),
    "polarities": [row["polarity"] for row in stream],
    "names": stream.features["polarity"].names,
    "pandas": pd.read_parquet(path)["text"].tolist(),
}))
"""


def load(hub: LoopbackHub, tag: str, folder: Path) -> dict[str, object]:
    """What a reader gets in a new process with an empty cache."""
    folder.mkdir()
    found: dict[str, object] = json.loads(hub.read(LOAD, REPO, tag, folder=folder))
    return found


def test_readers_load_each_version_by_its_tag_after_a_second_one(
    root: Path, tmp_path: Path, hub_here: LoopbackHub
) -> None:
    assert publish(root).code == 0
    first = local(root)
    made.correct(root)
    made.version(root, "0.2.0", "One event is no longer negative.")
    made.rebuild(root)
    done = publish(root)
    assert done.code == 0, done.err
    repo = hub_here.repo(REPO)
    assert repo is not None
    assert repo.files("v0.1.0") == first
    assert repo.files("v0.2.0") == local(root) != first
    assert len(repo.log()) == 3

    # What the second changed is told, in numbers and annotation by annotation.
    lines = done.out.splitlines()
    assert lines[0] == f"{REPO}@v0.2.0: now v0.1.0"
    assert "  stance  train  1 -> 0 (-1)" in lines
    assert "  stance/AGAINST  train  1 -> 0 (-1)" in lines
    assert any("polarity" in line and "negative" in line for line in lines), done.out

    old, new = (load(hub_here, tag, tmp_path / tag) for tag in ("v0.1.0", "v0.2.0"))
    assert old["rows"] == new["rows"] == {"train": 4, "validation": 4, "test": 3}
    assert old["text"] == old["pandas"]
    names = old["names"]
    assert isinstance(names, list) and isinstance(old["polarities"], list)
    assert isinstance(new["polarities"], list)
    assert [names[at] for at in old["polarities"]] == ["positive", "negative"]
    assert [names[at] for at in new["polarities"]] == ["positive", "positive"]


def test_a_snapshot_of_the_tag_equals_the_build(
    root: Path, tmp_path: Path, hub_here: LoopbackHub
) -> None:
    from huggingface_hub import snapshot_download

    assert publish(root).code == 0
    folder = Path(
        snapshot_download(
            REPO,
            repo_type="dataset",
            revision="v0.1.0",
            cache_dir=tmp_path / "cache",
            endpoint=hub_here.endpoint,
        )
    )
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".gitattributes"
    }
    assert found == local(root)


def test_the_same_build_again_is_already_published_and_nothing_is_written(
    root: Path, hub_here: LoopbackHub
) -> None:
    assert publish(root).code == 0
    hub_here.requests.clear()
    done = publish(root)
    assert done.code == 0
    assert f"{REPO}@v0.1.0: already published, commit" in done.out
    assert hub_here.writes() == []
    # It was read back all the same.
    assert len(hub_here.asked("GET .*/(resolve|cdn)/")) == len(local(root))


def test_a_dry_run_shows_everything_and_writes_nothing(root: Path, hub_here: LoopbackHub) -> None:
    done = publish(root, "--dry-run")
    assert done.code == 0, done.err
    assert hub_here.writes() == []
    assert hub_here.repo(REPO) is None
    lines = done.out.splitlines()
    assert lines[0] == f"{REPO}@v0.1.0: a new repository"
    assert lines[1] == f"files: {len(local(root))} added"
    size = len(local(root)["MANIFEST.json"])
    assert f"  added    MANIFEST.json  {size:,} bytes" in lines
    assert lines[-1] == f"{REPO}@v0.1.0: would be published"


def test_the_json_has_every_file_and_the_whole_difference(
    root: Path, hub_here: LoopbackHub
) -> None:
    assert publish(root).code == 0
    made.correct(root)
    made.version(root, "0.2.0", "One event is no longer negative.")
    made.rebuild(root)
    found = publish(root, "--dry-run", "--json").json
    assert (found["state"], found["revision"], found["commit"]) == (
        "would be published",
        "v0.2.0",
        None,
    )
    plan = found["plan"]
    kinds = {row["path"]: row["change"] for row in plan["files"]}
    assert kinds.keys() == local(root).keys()
    assert kinds["stance/train-00000-of-00001.parquet"] == "changed"
    assert kinds["LICENSE"] == "same"
    row = {"config": "stance", "split": "train", "old": 1, "new": 0}
    assert row in plan["rows"]
    [document] = plan["data"]["documents"]
    assert document["doc_id"] == "dry-dock-1"
    assert {change["layer"] for change in document["changes"]} >= {"events", "stances"}


def test_files_that_the_build_does_not_have_are_removed(root: Path, hub_here: LoopbackHub) -> None:
    from tests.hub.store import Blob

    repo = hub_here.add(REPO)
    repo.commit("by hand", {**repo.commits[repo.head].files, "notes.txt": Blob(b"notes", False)})
    done = publish(root)
    assert done.code == 0, done.err
    assert "  removed  notes.txt  5 bytes" in done.out
    assert repo.files("v0.1.0") == local(root)


def test_what_is_asked_on_a_terminal_is_done_only_after_yes(
    root: Path, hub_here: LoopbackHub
) -> None:
    for typed in ("n\n", "\n", "what\n"):
        done = publish(root, typed=typed)
        assert (done.code, hub_here.writes()) == (1, [])
        assert "added    README.md" in done.out
        assert done.err.endswith("[y/N] parley publish: declined; nothing was published\n")
    assert publish(root, typed="y\n").code == 0
    assert hub_here.repo(REPO) is not None


def test_a_private_repository_is_made_private_and_read_back(
    root: Path, hub_here: LoopbackHub
) -> None:
    assert publish(root, "--private", "--message", "For reviewers").code == 0
    repo = hub_here.repo(REPO)
    assert repo is not None and repo.private
    assert repo.log()[0] == "For reviewers"


def test_the_repository_of_the_card_is_the_default_and_another_is_remarked_on(
    root: Path, hub_here: LoopbackHub
) -> None:
    path = root / "corpus" / "card.toml"
    path.write_text(f'{path.read_text("utf-8")}hub = "dock-council/harbour"\n', "utf-8")
    made.rebuild(root)
    done = publish(root, "--dry-run")
    said = "the card tells people to load dock-council/harbour (`hub` in corpus/card.toml)"
    assert said in done.out.splitlines()
    done = publish(root, repo=None)
    assert done.code == 0, done.err
    assert hub_here.repo("dock-council/harbour") is not None
    assert said not in done.out


def test_large_trees_come_in_pages(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.page = 20
    assert publish(root).code == 0
    assert publish(root).out.startswith(f"{REPO}@v0.1.0: already published")
    assert hub_here.asked("cursor=20")


def test_what_was_uploaded_is_read_from_a_build_of_its_own(
    root: Path, hub_here: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of the folder that changes after it was compared is not what goes out."""
    from parley.publishing import run

    right = local(root)
    plan_of = run._plan

    def meddle(*args: object) -> object:
        found = plan_of(*args)  # type: ignore[arg-type]
        (root / "dist" / "parley" / "README.md").write_text("changed under way", "utf-8")
        return found

    monkeypatch.setattr(run, "_plan", meddle)
    assert publish(root).code == 0
    repo = hub_here.repo(REPO)
    assert repo is not None
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in right.items()}
    found = {path: hashlib.sha256(data).hexdigest() for path, data in repo.files().items()}
    assert found == digests


def test_the_token_is_never_printed(root: Path, hub_here: LoopbackHub) -> None:
    from tests.hub.faults import Fault

    said = f"the token {hub_here.token} is odd"
    hub_here.faults.add(Fault("POST /api/repos/create", status=400, says=said))
    done = publish(root)
    assert done.code == 2
    assert "the token … is odd" in done.err
    assert hub_here.token not in done.out + done.err
