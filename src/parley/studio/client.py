"""What the loop asks of a Label Studio server, through the SDK, with faults in words.

Projects are found again by a marker in their description (`parley: round=pilot annotator=ann-a`),
so that nothing but the server has to remember them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from parley.incidents import show, stop

#: Tasks in one request: small enough to end soon, large enough not to wait on round trips.
BATCH = 200
_MARKER = re.compile(r"parley: (\S+(?: \S+)*)")


@dataclass(frozen=True, slots=True)
class RemoteProject:
    """A project on the server; `marker` is what Parley wrote about it, empty for others."""

    id: int
    title: str
    marker: dict[str, str]
    label_config: str
    tasks: int


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task on the server, without its text.

    `updated` changes with its annotations; `submitted` counts annotations that were not skipped.
    """

    id: int
    doc_id: str
    sha256: str
    updated: datetime
    submitted: int
    skipped: int
    predictions: int
    draft: bool


class Client:
    """One server and one token."""

    def __init__(self, url: str, token: str, timeout: float = 120.0) -> None:
        from label_studio_sdk import LabelStudio

        if not _address(url):
            raise stop(
                "U001", url, "not the address of a server", expected="http://HOST:PORT or https://…"
            )
        if not token.isascii() or not token.isprintable() or not token.strip():
            # An HTTP header cannot hold it, and it must not be shown.
            raise stop("U002", url, "the token has characters that no token has")
        self.url = url.rstrip("/")
        self._sdk: Any = LabelStudio(  # type: ignore[no-untyped-call]
            base_url=self.url, api_key=token.strip(), timeout=timeout
        )

    @contextmanager
    def _said(self, doing: str) -> Iterator[None]:
        """Turns what the SDK and its transport raise into a coded fault."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            yield
        except ApiError as error:
            raise self._refused(error, doing) from None
        except httpx.TimeoutException:
            raise stop("U001", self.url, f"no answer in time while {doing}") from None
        except httpx.HTTPError as error:
            raise stop(
                "U001",
                self.url,
                f"the server cannot be reached while {doing}",
                got=str(error) or type(error).__name__,
                do="see `parley studio status`; start one with `parley studio up`",
            ) from None

    def _refused(self, error: Any, doing: str) -> Exception:
        status, body = error.status_code, error.body
        if status in (401, 403):
            return stop(
                "U002",
                self.url,
                f"the token was refused while {doing}",
                do="copy it anew from the server's Account & Settings page (a legacy token or a "
                "personal access token) into PARLEY_STUDIO_TOKEN",
            )
        text = body if isinstance(body, str) else json.dumps(body, default=str)
        if any(sign in text for sign in ("disk is full", "No space left")):
            return stop("U004", self.url, f"the server's disk is full while {doing}")
        if status == 404 and "<html" in text.lower():
            return stop("U001", self.url, "something else than Label Studio answers there")
        return stop(
            "U008",
            self.url,
            f"the server refused or failed while {doing}",
            got=f"HTTP {status} {show(text, 200)}",
            do="see `parley studio logs`",
        )

    # ------------------------------------------------------------------ server and people
    def whoami(self) -> str:
        """The email of the token's user; the cheapest question that needs a valid token."""
        with self._said("asking who the token is"):
            return str(self._sdk.users.whoami().email)

    def version(self) -> str:
        """The server's version."""
        with self._said("asking for the version"):
            return str(self._sdk.versions.get().release or "unknown")

    def users(self) -> dict[str, int]:
        """Email -> id of every user that the token may see."""
        with self._said("listing the users"):
            return {str(user.email): int(user.id) for user in self._sdk.users.list()}

    def invitation(self) -> str:
        """The path, with its token, at which an account can be made."""
        with self._said("asking for an invitation"):
            return str(self._sdk.organizations.invites.get_invite_link().invite_url)

    # ------------------------------------------------------------------ projects
    def projects(self) -> list[RemoteProject]:
        """Every project that Parley made."""
        with self._said("listing the projects"):
            found = [
                RemoteProject(
                    int(item.id),
                    str(item.title or ""),
                    _marker(str(item.description or "")),
                    str(item.label_config or ""),
                    int(item.task_number or 0),
                )
                for item in self._sdk.projects.list(page_size=100)
            ]
        return sorted((item for item in found if item.marker), key=lambda item: item.id)

    def create_project(
        self, title: str, marker: dict[str, str], label_config: str, **settings: Any
    ) -> RemoteProject:
        """A new project; titles are cut to the 50 characters that the server takes."""
        with self._said(f"making the project {title!r}"):
            made = self._sdk.projects.create(
                title=title[:50],
                description=_description(marker),
                label_config=label_config,
                **settings,
            )
        return RemoteProject(int(made.id), title[:50], marker, label_config, 0)

    def update_project(self, project: int, **settings: Any) -> None:
        """Changes settings of a project."""
        with self._said(f"changing project {project}"):
            self._sdk.projects.update(id=project, **settings)

    def delete_project(self, project: int) -> None:
        """Removes a project and all that is in it."""
        with self._said(f"removing project {project}"):
            self._sdk.projects.delete(id=project)

    # ------------------------------------------------------------------ tasks
    def tasks(self, project: int) -> list[RemoteTask]:
        """Every task of a project, by id."""
        include = (
            "id,data,updated_at,total_annotations,cancelled_annotations,total_predictions,"
            "draft_exists"
        )
        with self._said(f"listing the tasks of project {project}"):
            found = [
                RemoteTask(
                    int(item.id),
                    _text(item.data, "doc_id"),
                    _text(item.data, "sha256"),
                    item.updated_at,
                    int(item.total_annotations or 0),
                    int(item.cancelled_annotations or 0),
                    int(item.total_predictions or 0),
                    bool(item.draft_exists),
                )
                for item in self._sdk.tasks.list(
                    project=project, page_size=100, fields="task_only", include=include
                )
            ]
        return sorted(found, key=lambda item: item.id)

    def changes(self, project: int) -> dict[int, datetime]:
        """Task id -> when it or its annotations changed last: what watching asks, cheaply."""
        with self._said(f"watching project {project}"):
            return {
                int(item.id): item.updated_at
                for item in self._sdk.tasks.list(
                    project=project, page_size=500, fields="task_only", include="id,updated_at"
                )
            }

    def import_tasks(self, project: int, tasks: Sequence[dict[str, Any]]) -> Iterator[int]:
        """Imports in batches, giving the number done after each."""
        for first in range(0, len(tasks), BATCH):
            batch = list(tasks[first : first + BATCH])
            with self._said(f"importing tasks into project {project}"):
                self._sdk.projects.import_tasks(id=project, request=batch)
            yield first + len(batch)

    def delete_tasks(self, tasks: Iterable[int]) -> None:
        """Removes tasks."""
        for task in tasks:
            with self._said(f"removing task {task}"):
                self._sdk.tasks.delete(id=str(task))

    def predict(self, task: int, prediction: dict[str, Any]) -> None:
        """Adds a prediction to a task."""
        with self._said(f"adding a prediction to task {task}"):
            self._sdk.predictions.create(task=task, **prediction)

    def predictions(self, project: int) -> dict[int, list[Any]]:
        """Task id -> the results of its newest pre-annotation."""
        with self._said(f"reading the pre-annotations of project {project}"):
            found = sorted(self._sdk.predictions.list(project=project), key=lambda item: item.id)
        return {int(item.task): item.result for item in found if isinstance(item.result, list)}

    # ------------------------------------------------------------------ annotations
    def export(self, project: int, tasks: Sequence[int] | None = None) -> list[Any]:
        """The full JSON export of a project's annotated tasks, or of those named."""
        named: dict[str, Any] = {"ids[]": [str(task) for task in tasks]} if tasks else {}
        with self._said(f"exporting project {project}"):
            data = b"".join(
                self._sdk.projects.exports.download_sync(
                    project,
                    export_type="JSON",
                    # Named tasks are wanted as they are, even with no annotation left.
                    download_all_tasks=tasks is not None,
                    request_options={"additional_query_parameters": named},
                )
            )
        return list(json.loads(data))

    def create_annotation(
        self, task: int, results: list[Any], completed_by: int | None = None
    ) -> None:
        """Submits an annotation; `ground_truth` is said to be false, or the server makes it so."""
        extra = {} if completed_by is None else {"completed_by": completed_by}
        with self._said(f"submitting an annotation of task {task}"):
            self._sdk.annotations.create(
                id=task, result=results, was_cancelled=False, ground_truth=False, **extra
            )

    def update_annotation(self, annotation: int, results: list[Any]) -> None:
        """Replaces an annotation's results."""
        with self._said(f"changing annotation {annotation}"):
            self._sdk.annotations.update(id=annotation, result=results)

    def link(self, project: int, task: int | None = None) -> str:
        """Where a person opens the project, or one task of it."""
        return f"{self.url}/projects/{project}/data" + (f"?task={task}" if task else "")


def _address(url: str) -> bool:
    """Whether `url` may be a server's; one that cannot be taken apart may not."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _text(data: Any, key: str) -> str:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""


def _description(marker: dict[str, str]) -> str:
    return "parley: " + " ".join(f"{key}={value}" for key, value in sorted(marker.items()))


def _marker(description: str) -> dict[str, str]:
    """What `_description` wrote; empty for a project that Parley did not make."""
    found = _MARKER.search(description)
    if not found:
        return {}
    pairs = (word.partition("=") for word in found[1].split(" "))
    return {key: value for key, _, value in pairs if value}
