"""What is asked of the Hub, through `huggingface_hub`, with its faults put into words.

Everything that only reads, and everything that a second asking cannot spoil, is asked again a few
times where the Hub is busy or the network fails. A commit is pinned to its parent, so that it
cannot happen twice: where its answer is lost, main is looked at to see whether it happened.
"""

import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from parley import __version__
from parley.incidents import Incident, IncidentError, fault, stop

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

T = TypeVar("T")
KIND = "dataset"
BRANCH = "main"
#: The Hub's own file: which files are large. It is neither published nor removed.
ATTRIBUTES = ".gitattributes"
#: Seconds before each further try.
WAITS: Sequence[float] = (1, 2, 4)
#: Answers that a later try may better: too slow, too often, and the Hub's own troubles.
PASSING = frozenset({408, 429, 500, 502, 503, 504})
#: Characters of what the Hub says that are passed on.
LONGEST = 200
#: Files that are fetched at a time.
THREADS = 4
UNTOUCHED = "nothing was published"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a revision: bytes, and the digest that the Hub knows it by.

    `sha256` is that of a large file (git-lfs); `blob` is git's digest of any other.
    """

    size: int
    blob: str
    sha256: str | None = None

    def holds(self, path: Path) -> bool:
        """Whether it has the bytes of a local file."""
        data = path.read_bytes()
        if len(data) != self.size:
            return False
        if self.sha256 is not None:
            return hashlib.sha256(data).hexdigest() == self.sha256
        return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest() == self.blob


@dataclass(frozen=True, slots=True)
class State:
    """A repository as it was looked at; one that is not there has no `head`."""

    head: str | None = None
    files: Mapping[str, File] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


class Hub:
    """One dataset repository. The token is that of HF_TOKEN or `hf auth login`, never shown."""

    def __init__(self, repo: str) -> None:
        from huggingface_hub import HfApi, get_token

        self.repo = repo
        self.token = get_token()
        # Said outright: without it, the library takes the address it saw when it was imported.
        self.api = HfApi(
            endpoint=(os.environ.get("HF_ENDPOINT") or "").rstrip("/") or None,
            token=self.token or False,
            library_name="parley",
            library_version=__version__,
        )
        address = urlsplit(self.api.endpoint)
        host = address.netloc.rpartition("@")[2]
        #: The address, for people.
        self.where = f"{address.scheme}://{host}/datasets/{repo}"
        #: What has happened so far, for the end of messages.
        self.so_far = UNTOUCHED

    # ------------------------------------------------------------------ reading
    def look(self) -> tuple[State, list[Incident]]:
        """The repository as it stands, and what will hinder writing to it.

        Raises `IncidentError` where the Hub does not say: H011, H014, H015, H021.
        """
        found = []
        if not self.where.startswith(("http://", "https://")):
            what, do = "HF_ENDPOINT is no web address", f"{UNTOUCHED}; put it right, or unset it"
            got = os.environ.get("HF_ENDPOINT")
            raise stop("H015", self.where, what, got=got, expected="https://…", do=do)
        if self.token is not None and not (self.token.isascii() and self.token.isprintable()):
            what = "the token has characters that no token has"
            do = f"{UNTOUCHED}; copy it again, then `hf auth login`, or HF_TOKEN"
            raise stop("H011", self.where, what, do=do)
        if self.token is None:
            do = "log in with `hf auth login`, or set HF_TOKEN"
            found.append(fault("H010", self.where, "no token for the Hub", do=do))
        else:
            found += self._rights()
        from huggingface_hub.errors import RepositoryNotFoundError

        try:
            info = self._ask(lambda: self.api.repo_info(self.repo, repo_type=KIND))
        except RepositoryNotFoundError:
            return State(), found + self._other_kinds()
        assert info.sha is not None
        refs = self._ask(lambda: self.api.list_repo_refs(self.repo, repo_type=KIND))
        tags = {tag.name: tag.target_commit for tag in refs.tags}
        return State(info.sha, self.files(info.sha), tags), found

    def files(self, revision: str) -> dict[str, File]:
        """Path -> file of a revision, but for the Hub's own."""
        from huggingface_hub.hf_api import RepoFile

        def listed() -> dict[str, File]:
            tree = self.api.list_repo_tree(
                self.repo, repo_type=KIND, revision=revision, recursive=True
            )
            return {
                item.path: File(item.size, item.blob_id, item.lfs.sha256 if item.lfs else None)
                for item in tree
                if isinstance(item, RepoFile) and item.path != ATTRIBUTES
            }

        return self._ask(listed)

    def download(
        self,
        commit: str,
        folder: Path,
        names: Collection[str],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Path:
        """Files of a commit, fetched into a cache of their own below `folder`; where they are.

        Those that are not there are left out. `progress` is called with files done and in all.
        """
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError
        from huggingface_hub.utils.tqdm import silent_tqdm

        def fetch(name: str) -> None:
            try:
                hf_hub_download(
                    self.repo,
                    name,
                    repo_type=KIND,
                    revision=commit,
                    cache_dir=folder,
                    endpoint=self.api.endpoint,
                    token=self.token or False,
                    tqdm_class=silent_tqdm,
                )
            except EntryNotFoundError as error:
                # Also what the library says when it could not ask.
                if _cause(error) != (404, False):
                    raise

        with ThreadPoolExecutor(THREADS) as pool:
            tasks = [pool.submit(self._ask, partial(fetch, name)) for name in sorted(names)]
            try:
                for done, task in enumerate(tasks, 1):
                    task.result()
                    progress(done, len(tasks))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return folder / f"datasets--{self.repo.replace('/', '--')}" / "snapshots" / commit

    def _rights(self) -> list[Incident]:
        """H012 where the token can only read."""
        who = self._ask(lambda: self.api.whoami())
        role = who.get("auth", {}).get("accessToken", {}).get("role")
        if role != "read":
            return []
        do = "make one with the role 'write' in the Hub's settings, then `hf auth login`"
        return [fault("H012", self.where, "the token can only read", do=do)]

    def _other_kinds(self) -> list[Incident]:
        """H013 where the name is a model's or a space's, and no dataset's."""
        found = []
        for kind in ("model", "space"):
            if self._ask(lambda kind=kind: self.api.repo_exists(self.repo, repo_type=kind)):  # type: ignore[misc]
                what = f"no dataset, but a {kind} has this name"
                do = (
                    "choose another name; if this one is meant, make the dataset first: "
                    f"hf repos create {self.repo} --repo-type dataset"
                )
                found.append(fault("H013", self.where, what, got=self.repo, do=do))
        return found

    # ------------------------------------------------------------------ writing
    def create(self, *, private: bool) -> str:
        """Makes the repository, if it is not there; the digest of its first commit."""
        self._ask(
            lambda: self.api.create_repo(
                self.repo, repo_type=KIND, private=private or None, exist_ok=True
            )
        )
        self.so_far = "the repository was made, nothing was published in it"
        return self.head()

    def head(self) -> str:
        """The digest of main's last commit."""
        info = self._ask(lambda: self.api.repo_info(self.repo, repo_type=KIND))
        assert info.sha is not None
        return info.sha

    def commit(
        self, put: Mapping[str, Path], remove: Sequence[str], parent: str, message: str
    ) -> str:
        """One commit on main that puts and removes files; its digest.

        Raises `IncidentError`: H017 where main is no longer at `parent`, and as for any request.
        """
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        added = [CommitOperationAdd(path, file) for path, file in sorted(put.items())]
        removed = [CommitOperationDelete(path, is_folder=False) for path in sorted(remove)]
        try:
            # Tries again by itself, file by file; what is there already is not sent again.
            self.api.preupload_lfs_files(self.repo, added, repo_type=KIND)
        except Exception as error:  # noqa: BLE001 - put into words, or raised as it is
            self._fail(error)
        before = self.so_far
        for wait in self._waits():
            self.so_far = f"the commit was sent, and may be on {BRANCH} without a tag"
            try:
                return self._commit([*removed, *added], parent, message)
            except Exception as error:  # noqa: BLE001 - as above
                status, network = _cause(error)
                if status == 412 or status in PASSING or network:
                    # The answer may be lost, and the commit made.
                    made = self._made(put, remove, parent, before)
                    if made is not None:
                        return made
                self.so_far = before
                if wait is None or (status not in PASSING and not network):
                    self._fail(error)
                time.sleep(wait)
        raise AssertionError("the last wait is None")

    def _commit(
        self,
        operations: "Sequence[CommitOperationAdd | CommitOperationDelete]",
        parent: str,
        message: str,
    ) -> str:
        return self.api.create_commit(
            self.repo,
            operations,
            commit_message=message,
            repo_type=KIND,
            revision=BRANCH,
            parent_commit=parent,
        ).oid

    def _made(
        self, put: Mapping[str, Path], remove: Sequence[str], parent: str, before: str
    ) -> str | None:
        """main's head where our commit is there after all; None where main is at `parent`.

        Raises `IncidentError` (H017) where main is elsewhere; `before` is what had happened before.
        """
        head = self.head()
        if head == parent:
            return None
        files = self.files(head)
        if all(path in files and files[path].holds(file) for path, file in put.items()) and not any(
            path in files for path in remove
        ):
            return head
        self.so_far = before
        raise stop(
            "H017",
            self.where,
            f"somebody else changed {BRANCH} meanwhile",
            got=head,
            expected=parent,
            do=f"{self.so_far}; look at what is there, then run the command again",
        )

    def tag(self, name: str, commit: str, message: str) -> None:
        """Tags a commit. Raises `IncidentError`: H016 where the tag is on another one."""
        from huggingface_hub.errors import HfHubHTTPError

        def make() -> None:
            try:
                self.api.create_tag(
                    self.repo, tag=name, tag_message=message, revision=commit, repo_type=KIND
                )
            except HfHubHTTPError as error:
                # Also after an answer that was lost: then it is where it should be.
                if error.response.status_code != 409:
                    raise

        self._ask(make)
        info = self._ask(lambda: self.api.repo_info(self.repo, repo_type=KIND, revision=name))
        if info.sha != commit:
            raise stop(
                "H016",
                self.where,
                f"the tag {name} was put on another commit meanwhile",
                got=info.sha,
                expected=commit,
                do=self.so_far,
            )

    # ------------------------------------------------------------------ faults
    def _waits(self) -> Iterator[float | None]:
        yield from WAITS
        yield None

    def _ask(self, call: Callable[[], T]) -> T:
        """The answer; asked again where that may help.

        Raises `IncidentError` where it did not, and `RepositoryNotFoundError` as it is.
        """
        for wait in self._waits():
            try:
                return call()
            except Exception as error:  # noqa: BLE001 - put into words, or raised as it is
                status, network = _cause(error)
                if wait is None or (status not in PASSING and not network):
                    self._fail(error)
                time.sleep(wait)
        raise AssertionError("the last wait is None")

    def _fail(self, error: Exception) -> NoReturn:
        """Raises the fault that an error of the library means, or the error itself."""
        from huggingface_hub.errors import RepositoryNotFoundError

        if isinstance(error, IncidentError):
            raise error
        words = self._words(error)
        if isinstance(error, ValueError) and "metadata in README.md" in str(error):
            # What the library makes of the Hub's own check of cards.
            do = f"{self.so_far}; put the card right, build and run the command again"
            raise stop("H004", self.where, f"the Hub refuses the card: {words}", do=do) from None
        status, network = _cause(error)
        after = f"{self.so_far}; run the command again later"
        # Without a token, the Hub says 401 of what is not there or not for everyone.
        if status == 401 and self.token is not None:
            do = f"{self.so_far}; log in with `hf auth login`, or set HF_TOKEN to a valid one"
            code, what = "H011", "the Hub refuses the token"
        elif isinstance(error, RepositoryNotFoundError):
            raise error
        elif status == 403:
            do = f"{self.so_far}; ask for the right to write to {self.repo.split('/')[0]}"
            code, what = "H012", f"no right to do this: {words}"
        elif status in PASSING:
            code, what, do = "H014", f"the Hub cannot do it now: HTTP {status}: {words}", after
        elif network:
            code, what, do = "H015", f"the Hub cannot be reached: {words}", after
        elif status is not None:
            do = f"{self.so_far}; do what it says, then run the command again"
            code, what = "H021", f"the Hub refuses: HTTP {status}: {words}"
        elif isinstance(error, OSError):
            do = f"{self.so_far}; make room or put it right, then run the command again"
            code, what = "H019", f"files cannot be written or read on this machine: {words}"
        else:
            raise error
        raise stop(code, self.where, what, do=do) from None

    def _words(self, error: BaseException) -> str:
        """What the Hub or the network said, without the token, in one line."""
        chain = list(_chain(error))
        said = [text for each in chain if (text := getattr(each, "server_message", None))]
        line = " ".join(str(said[0] if said else chain[-1]).split()) or type(chain[-1]).__name__
        if self.token:
            line = line.replace(self.token, "…")
        line = "".join(each if each.isprintable() else "?" for each in line)
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it was raised from."""
    each: BaseException | None = error
    seen = set()
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__


def _cause(error: BaseException) -> tuple[int | None, bool]:
    """The HTTP status that an error rests on, if any, and whether the network is at fault."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        from httpx2 import TransportError
    except ImportError:  # what huggingface_hub used before 2.0
        from httpx import TransportError  # type: ignore[assignment]

    for each in _chain(error):
        if isinstance(each, HfHubHTTPError):
            return each.response.status_code, False
        if isinstance(each, TransportError | OfflineModeIsEnabled):
            return None, True
    return None, False


def json_of(folder: Path, name: str) -> Any:
    """A downloaded file's JSON; None where it is not there or none."""
    from parley import json_io

    try:
        return json_io.loads((folder / name).read_bytes())
    except (OSError, json_io.JsonError):
        return None
