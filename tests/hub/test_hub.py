"""The loopback Hub answers as the client expects of the real one: good answers and refusals."""

from pathlib import Path

import pytest

from tests.hub.faults import Fault
from tests.hub.fixtures import LoopbackHub
from tests.hub.store import git_digest

NAME = "lenna/ferry"


def put(hub: LoopbackHub, files: dict[str, bytes], parent: str | None = None) -> str:
    """A commit of these files through the client; its digest."""
    from huggingface_hub import CommitOperationAdd, HfApi

    made = HfApi(token=hub.token).create_commit(
        NAME,
        [CommitOperationAdd(path, data) for path, data in files.items()],
        commit_message="files",
        repo_type="dataset",
        parent_commit=parent,
    )
    return made.oid


def test_git_would_name_the_files_the_same() -> None:
    # `printf 'hello\n' | git hash-object --stdin`
    assert git_digest("blob", b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_small_and_large_files_come_back_as_they_were_put(
    hub_here: LoopbackHub, tmp_path: Path
) -> None:
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.hf_api import RepoFile

    api = HfApi(token=hub_here.token)
    api.create_repo(NAME, repo_type="dataset", private=True)
    files = {"README.md": b"# Ferry\n", "a/b.parquet": bytes(range(256)) * 500, "a/empty.txt": b""}
    commit = put(hub_here, files)
    for path, data in files.items():
        got = hf_hub_download(
            NAME,
            path,
            repo_type="dataset",
            revision=commit,
            cache_dir=tmp_path / "cache",
            token=hub_here.token,
        )
        assert Path(got).read_bytes() == data
    tree = {
        item.path: item
        for item in api.list_repo_tree(NAME, repo_type="dataset", recursive=True)
        if isinstance(item, RepoFile)
    }
    large = tree["a/b.parquet"]
    assert large.size == 128_000 and large.lfs is not None
    assert hub_here.tokens_abroad == []


def test_parts_of_a_file_are_given_by_range(hub_here: LoopbackHub) -> None:
    from huggingface_hub import HfFileSystem

    hub_here.add(NAME)
    data = bytes(range(256)) * 40
    put(hub_here, {"x.parquet": data, "y.txt": data})
    for name in ("x.parquet", "y.txt"):
        with HfFileSystem(token=hub_here.token, skip_instance_cache=True).open(
            f"datasets/{NAME}/{name}", block_size=1000
        ) as file:
            file.seek(5000)
            assert file.read(300) == data[5000:5300]


def test_a_commit_upon_another_parent_is_refused(hub_here: LoopbackHub) -> None:
    from huggingface_hub.errors import HfHubHTTPError

    repo = hub_here.add(NAME)
    first = repo.head
    put(hub_here, {"a.txt": b"1"}, parent=first)
    with pytest.raises(HfHubHTTPError, match="A commit has happened since") as caught:
        put(hub_here, {"a.txt": b"2"}, parent=first)
    assert caught.value.response.status_code == 412
    assert repo.files() == {"a.txt": b"1"}


def test_tags_are_made_once_and_can_be_removed(hub_here: LoopbackHub) -> None:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, RevisionNotFoundError

    api = HfApi(token=hub_here.token)
    first = hub_here.add(NAME).head
    put(hub_here, {"a.txt": b"1"})
    api.create_tag(NAME, tag="v1", revision=first, repo_type="dataset")
    [tag] = api.list_repo_refs(NAME, repo_type="dataset").tags
    assert (tag.name, tag.target_commit) == ("v1", first)
    assert api.repo_info(NAME, repo_type="dataset", revision="v1").sha == first
    with pytest.raises(HfHubHTTPError, match="exists already"):
        api.create_tag(NAME, tag="v1", repo_type="dataset")
    api.delete_tag(NAME, tag="v1", repo_type="dataset")
    with pytest.raises(RevisionNotFoundError):
        api.repo_info(NAME, repo_type="dataset", revision="v1")


def test_private_repositories_are_hidden_and_wrong_tokens_refused(hub_here: LoopbackHub) -> None:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

    hub_here.add(NAME, private=True)
    hub_here.add("lenna/open")
    assert HfApi(token=False).repo_info("lenna/open", repo_type="dataset").id == "lenna/open"
    with pytest.raises(RepositoryNotFoundError):
        HfApi(token=False).repo_info(NAME, repo_type="dataset")
    with pytest.raises(HfHubHTTPError, match="Invalid credentials") as caught:
        HfApi(token="hf_wrong").repo_info("lenna/open", repo_type="dataset")
    assert caught.value.response.status_code == 401


def test_faults_strike_as_often_as_they_were_told_to() -> None:
    fault = Fault("GET /a", skip=1, every=2, times=2)
    struck = [fault.strikes("GET /a") for _ in range(8)]
    assert struck == [False, False, True, False, True, False, False, False]
    assert not fault.strikes("GET /b")
