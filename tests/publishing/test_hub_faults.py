"""Whatever the Hub or the network does wrong is told in words, and the next run goes on."""

import errno
import socket
from pathlib import Path

import pytest

from tests.hub.faults import Fault
from tests.hub.fixtures import LoopbackHub
from tests.hub.store import Blob
from tests.publishing import made
from tests.publishing.made import REPO, faults, publish

AT = f"HUB/datasets/{REPO}"
AGAIN = "run the command again later"
EMPTY = "the repository was made, nothing was published in it"
ON_MAIN = "the files are on main (commit DIGEST), without the tag v0.1.0"
pytestmark = pytest.mark.usefixtures("no_waits")


def refused(root: Path, hub: LoopbackHub, code: int, *said: str) -> None:
    """A run that ends with these words, and leaves no tag."""
    done = publish(root)
    assert faults(done, hub.endpoint) == list(said)
    assert done.code == code
    repo = hub.repo(REPO)
    assert repo is None or repo.tags == {}


def goes_on(root: Path, hub: LoopbackHub, commits: int = 2) -> None:
    """The next run, with all put right, publishes; main has so many commits then."""
    hub.faults.clear()
    done = publish(root)
    assert done.code == 0, done.err
    repo = hub.repo(REPO)
    assert repo is not None
    assert repo.tags == {"v0.1.0": repo.head}
    assert len(repo.log()) == commits
    folder = root / "dist" / "parley"
    assert repo.files("v0.1.0") == {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# -- who may


def test_no_token(root: Path, hub_here: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    said = f"{AT}: H010 no token for the Hub; log in with `hf auth login`, or set HF_TOKEN"
    refused(root, hub_here, 1, said)
    assert hub_here.writes() == []


def test_a_token_that_the_hub_does_not_know(
    root: Path, hub_here: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_another_hub")
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H011 the Hub refuses the token; nothing was published; log in with `hf auth "
        "login`, or set HF_TOKEN to a valid one",
    )


def test_a_token_that_cannot_be_sent_is_told_and_not_shown(
    root: Path, hub_here: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_bä d")
    done = publish(root)
    assert faults(done, hub_here.endpoint) == [
        "HUB/datasets/lenna/harbour-news: H011 the token has characters that no token has; "
        "nothing was published; copy it again, then `hf auth login`, or HF_TOKEN"
    ]
    assert (done.code, hub_here.requests) == (2, [])
    assert "bä" not in done.err


def test_an_address_that_is_none_is_told_before_anything_is_asked(
    root: Path, hub_here: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "hub.lenna.example")
    done = publish(root)
    assert "H015 HF_ENDPOINT is no web address; got 'hub.lenna.example'" in done.err
    assert (done.code, hub_here.requests) == (2, [])


def test_a_token_that_can_only_read(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.role = "read"
    refused(
        root,
        hub_here,
        1,
        f"{AT}: H012 the token can only read; make one with the role 'write' in the Hub's "
        "settings, then `hf auth login`",
    )
    assert hub_here.writes() == []


def test_a_namespace_of_others(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.namespaces = {"dock-council"}
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H012 no right to do this: You don't have the rights to create a dataset under "
        f'"{REPO}"; nothing was published; ask for the right to write to lenna',
    )


def test_a_repository_of_others(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.add(REPO)
    hub_here.namespaces = set()
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H012 no right to do this: You don't have the rights to create a dataset under "
        f'"{REPO}"; nothing was published; ask for the right to write to lenna',
    )


def test_a_model_of_the_same_name(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.add(REPO, "models")
    refused(
        root,
        hub_here,
        1,
        f"{AT}: H013 no dataset, but a model has this name; got '{REPO}'; choose another name; if "
        f"this one is meant, make the dataset first: hf repos create {REPO} --repo-type dataset",
    )
    # Which is what it says:
    hub_here.add(REPO)
    goes_on(root, hub_here)


# -- the Hub's own troubles


#: Every kind of request that a publication makes.
KINDS_OF_REQUEST = (
    "/whoami-v2",
    "/repos/create",
    "/validate-yaml",
    f"GET /api/datasets/{REPO}$",
    "/refs",
    "/tree/",
    "/preupload/",
    "/objects/batch",
    "PUT /lfs/",
    "/lfs-verify/",
    "/commit/",
    "/tag/",
    "HEAD .*/resolve/",
    "GET .*/resolve/.*README.md",
)


def test_trouble_that_passes_is_waited_for_wherever_it_comes(
    root: Path, hub_here: LoopbackHub
) -> None:
    faults = [
        hub_here.faults.add(Fault(kind, status=(500, 502, 503, 504)[at % 4], times=1))
        for at, kind in enumerate(KINDS_OF_REQUEST)
    ]
    done = publish(root)
    assert done.code == 0, done.err
    # A repository that is not there yet is not asked for its tags.
    assert [fault.on for fault in faults if not fault.reached.is_set()] == ["/refs"]
    repo = hub_here.repo(REPO)
    assert repo is not None
    assert repo.tags == {"v0.1.0": repo.head}
    assert len(repo.log()) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_trouble_that_stays_before_anything_was_written(
    status: int, root: Path, hub_here: LoopbackHub
) -> None:
    hub_here.faults.add(Fault("GET /api/datasets/", status=status, says="We are busy"))
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H014 the Hub cannot do it now: HTTP {status}: We are busy; nothing was published; "
        f"{AGAIN}",
    )
    assert len(hub_here.asked("GET /api/datasets/")) == 4
    goes_on(root, hub_here)


@pytest.mark.parametrize("where", ["preupload", "objects/batch", "PUT /lfs", "lfs-verify"])
def test_trouble_in_the_upload(where: str, root: Path, hub_here: LoopbackHub) -> None:
    hub_here.faults.add(Fault(where, status=503, says="Slow down", skip=1 if "PUT" in where else 0))
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H014 the Hub cannot do it now: HTTP 503: Slow down; {EMPTY}; {AGAIN}",
    )
    repo = hub_here.repo(REPO)
    assert repo is not None and repo.files() == {}
    goes_on(root, hub_here)


def test_an_upload_whose_connection_breaks_once_is_sent_again(
    root: Path, hub_here: LoopbackHub
) -> None:
    cut = hub_here.faults.add(Fault("PUT /lfs", cut=1000, times=1))
    goes_on_at_once = publish(root)
    assert goes_on_at_once.code == 0, goes_on_at_once.err
    assert cut.reached.is_set()


def test_an_upload_whose_connection_always_breaks(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.faults.add(Fault("PUT /lfs", cut=1000))
    done = publish(root)
    [line] = faults(done, hub_here.endpoint)
    assert line.startswith(f"{AT}: H015 the Hub cannot be reached: ")
    assert line.endswith(f"; {EMPTY}; {AGAIN}")
    goes_on(root, hub_here)


def test_what_was_uploaded_before_is_not_sent_again(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.faults.add(Fault("POST .*/commit/", status=503, says="Slow down"))
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H014 the Hub cannot do it now: HTTP 503: Slow down; {EMPTY}; {AGAIN}",
    )
    assert hub_here.asked("PUT /lfs")
    hub_here.requests.clear()
    goes_on(root, hub_here)
    assert hub_here.asked("PUT /lfs") == []


def test_a_hub_that_is_not_there(
    root: Path, hub_here: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://someone:secret@127.0.0.1:{port}")
    done = publish(root)
    assert faults(done, f"http://127.0.0.1:{port}") == [
        f"{AT}: H015 the Hub cannot be reached: [Errno 111] Connection refused; nothing was "
        f"published; {AGAIN}"
    ]
    assert done.code == 2
    assert "secret" not in done.err


# -- the commit


def test_a_commit_whose_answer_is_lost_is_found_and_not_made_twice(
    root: Path, hub_here: LoopbackHub
) -> None:
    hub_here.faults.add(Fault("POST .*/commit/", lost=True, times=1))
    done = publish(root)
    assert done.code == 0, done.err
    repo = hub_here.repo(REPO)
    assert repo is not None and len(repo.log()) == 2
    assert len(hub_here.asked("POST .*/commit/")) == 1


def test_a_commit_that_somebody_else_was_before(root: Path, hub_here: LoopbackHub) -> None:
    repo = hub_here.add(REPO)
    held = hub_here.faults.add(Fault("POST .*/commit/", hold=True))

    import threading

    def meanwhile() -> None:
        held.reached.wait(60)
        files = repo.commits[repo.head].files
        repo.commit("by another", {**files, "notes.txt": Blob(b"notes", False)})
        held.release()

    other = threading.Thread(target=meanwhile)
    other.start()
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H017 somebody else changed main meanwhile; got 'DIGEST'; expected DIGEST; nothing "
        "was published; look at what is there, then run the command again",
    )
    other.join()
    assert repo.log() == ["by another", "initial commit"]
    goes_on(root, hub_here, commits=3)


def test_another_refusal_is_told_in_the_hubs_words(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.faults.add(Fault("POST .*/commit/", status=400, says="Files are too many"))
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H021 the Hub refuses: HTTP 400: Files are too many; {EMPTY}; do what it says, then "
        "run the command again",
    )


# -- after the commit


def test_a_tag_that_fails_is_made_by_the_next_run_alone(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.faults.add(Fault("POST .*/tag/", status=500, says="No tags today"))
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H014 the Hub cannot do it now: HTTP 500: No tags today; {ON_MAIN}; {AGAIN}",
    )
    hub_here.requests.clear()
    goes_on(root, hub_here)
    assert [request.split()[1].split("/")[5] for request in hub_here.writes()] == ["tag"]


def test_a_tag_whose_answer_is_lost_is_found(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.faults.add(Fault("POST .*/tag/", lost=True, times=1))
    done = publish(root)
    assert done.code == 0, done.err
    repo = hub_here.repo(REPO)
    assert repo is not None and repo.tags == {"v0.1.0": repo.head}


def test_a_tag_that_somebody_else_made_meanwhile(root: Path, hub_here: LoopbackHub) -> None:
    repo = hub_here.add(REPO)
    first = repo.head

    import threading

    held = hub_here.faults.add(Fault("POST .*/tag/", hold=True))

    def meanwhile() -> None:
        held.reached.wait(60)
        repo.tags["v0.1.0"] = first
        held.release()

    other = threading.Thread(target=meanwhile)
    other.start()
    done = publish(root)
    other.join()
    assert faults(done, hub_here.endpoint) == [
        f"{AT}: H016 the tag v0.1.0 was put on another commit meanwhile; got 'DIGEST'; expected "
        f"DIGEST; {ON_MAIN}"
    ]
    assert (done.code, repo.tags) == (2, {"v0.1.0": first})


def test_what_is_read_back_otherwise_gets_no_tag(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.faults.add(Fault("GET .*/resolve/.*/LICENSE", wrong=True))
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H018 LICENSE was read back otherwise than it was sent; got 'DIGEST'; expected "
        f"DIGEST; {ON_MAIN}; run the command again",
    )
    goes_on(root, hub_here)


def test_files_that_the_repository_ignores_are_missed_when_read_back(
    root: Path, hub_here: LoopbackHub
) -> None:
    repo = hub_here.add(REPO)
    files = repo.commits[repo.head].files
    repo.commit("by hand", {**files, ".gitignore": Blob(b"LICENSE\n", False)})
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H018 LICENSE was read back otherwise than it was sent; got 'no such file'; "
        f"expected DIGEST; {ON_MAIN}; run the command again",
    )
    goes_on(root, hub_here, commits=4)


def test_reading_back_that_breaks_off_is_gone_on_with(root: Path, hub_here: LoopbackHub) -> None:
    hub_here.faults.add(Fault("GET /cdn/", status=500, says="No storage"))
    refused(
        root,
        hub_here,
        2,
        f"{AT}: H014 the Hub cannot do it now: HTTP 500: No storage; {ON_MAIN}; {AGAIN}",
    )
    goes_on(root, hub_here)


# -- versions


def test_a_full_disk_while_reading_back_says_what_had_happened(
    root: Path, hub_here: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub

    def full(*args: object, **words: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(huggingface_hub, "hf_hub_download", full)
        refused(
            root,
            hub_here,
            2,
            f"{AT}: H019 files cannot be written or read on this machine: [Errno 28] No space left "
            f"on device; {ON_MAIN}; make room or put it right, then run the command again",
        )
    goes_on(root, hub_here)


def test_other_data_under_the_version_of_a_tag_are_refused(
    root: Path, hub_here: LoopbackHub
) -> None:
    assert publish(root).code == 0
    repo = hub_here.repo(REPO)
    assert repo is not None
    head = repo.head
    made.correct(root)
    made.rebuild(root)
    done = publish(root)
    [line] = faults(done, hub_here.endpoint)
    assert line.startswith(f"{AT}: H016 the tag v0.1.0 is there with other files: MANIFEST.json, ")
    assert line.endswith(
        "; a tag is never moved: raise `version` in corpus/card.toml, write what changed into "
        "corpus/CHANGELOG.md and build"
    )
    assert (done.code, repo.head) == (1, head)


def test_another_card_over_the_same_rows_is_told_so(root: Path, hub_here: LoopbackHub) -> None:
    assert publish(root).code == 0
    (root / "LICENSE-DATA").write_text("Other words.\n", "utf-8")
    made.rebuild(root)
    [line] = faults(publish(root), hub_here.endpoint)
    assert line.startswith(
        f"{AT}: H016 the tag v0.1.0 is there with the same rows, but other files: LICENSE, "
        "MANIFEST.json, croissant.json; a tag is never moved"
    )


def test_an_older_version_is_still_known_when_main_went_on(
    root: Path, hub_here: LoopbackHub
) -> None:
    assert publish(root).code == 0
    repo = hub_here.repo(REPO)
    assert repo is not None
    first = repo.head
    repo.commit("by hand", {})
    done = publish(root)
    assert done.out.startswith(f"{REPO}@v0.1.0: already published, commit {first}")
