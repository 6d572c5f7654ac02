"""A publication from end to end: judged, compared, committed, read back, tagged."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.dataset.manifest import NAME
from parley.dataset.tables import file_digest
from parley.incidents import Incident, IncidentError, fault
from parley.project import Project
from parley.publishing import gates, plan
from parley.publishing.hub import BRANCH, Hub, State, json_of
from parley.publishing.plan import Plan
from parley.versions import Difference, compare

JSON = dict[str, Any]
#: What a publication came to.
PUBLISHED, ALREADY, WOULD, REFUSED, DECLINED = (
    "published",
    "already published",
    "would be published",
    "refused",
    "declined",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: `commit` is the one that the tag names, where there is one.

    `incidents` are the reasons of a refusal; `hindered` says that one of them is a fault of the Hub
    or the network, so that not all could be looked at.
    """

    state: str
    revision: str | None
    plan: Plan | None = None
    commit: str | None = None
    incidents: tuple[Incident, ...] = ()
    hindered: bool = False


def publish(
    project: Project,
    folder: Path,
    repo: str,
    work: Path,
    *,
    revision: str | None = None,
    message: str | None = None,
    private: bool = False,
    dry_run: bool = False,
    agree: Callable[[Plan], bool] = lambda plan: True,
    tell: Callable[[str], None] = lambda words: None,
    connected: Callable[[Hub], None] = lambda hub: None,
) -> Outcome:
    """Publishes the build in `folder` as `repo` at the tag `revision` (None: v + its version).

    `work` is an empty folder for the new build and for what is fetched; the caller removes it.
    `agree` is shown the plan before anything is written, and may decline. `tell` is given each
    step, `connected` the Hub, whose `so_far` says what has happened.

    Every file is uploaded from the build made anew, whose manifest is the same, so that nobody can
    change one under way. They go up in one commit upon the head of main that was looked at; the tag
    is made when every file of that commit was fetched again and has the manifest's digest. Run
    again after an interruption it goes on where it was. A dry run writes nothing.

    Raises `IncidentError` where the Hub or the network fails after the plan was agreed to, or
    something else was read back (H018).
    """
    found = gates.repo_id(repo)
    judged = gates.judge(project, folder, work / "build" / "dataset", revision, tell)
    found = [*judged.incidents, *found]
    right = f"v{judged.manifest['version']}" if judged.manifest else revision
    there, hindered = State(), False
    hub = None
    if not any(item.code == "H008" for item in found):
        tell(f"looking at {repo}")
        hub = Hub(repo)
        connected(hub)
        try:
            there, faults = hub.look()
            found += faults
        except IncidentError as error:
            found += error.incidents
            hindered = True
    if judged.manifest is None or hub is None or hindered or right is None:
        return Outcome(REFUSED, right, incidents=tuple(found), hindered=hindered)
    manifest = judged.manifest
    if right in there.tags:
        found += _other_data(hub, right, there, folder, manifest, work)
    if found:
        refused = None
        # Without the files of the manifest, no plan can be made of them.
        if not any(item.code in ("P618", "P619", "P620") for item in found):
            with suppress(IncidentError):
                refused = _plan(hub, there, folder, manifest, right, work)
        return Outcome(REFUSED, right, refused, incidents=tuple(found))
    if right in there.tags:
        _read_back(hub, there.tags[right], folder, manifest, work, tell)
        return Outcome(ALREADY, right, commit=there.tags[right])
    tell("comparing")
    made = work / "build" / "dataset"
    shown = _plan(hub, there, made, manifest, right, work)
    if dry_run:
        return Outcome(WOULD, right, shown)
    if not agree(shown):
        return Outcome(DECLINED, right, shown)
    commit = _write(hub, there, made, manifest, shown, message, private, work, tell)
    return Outcome(PUBLISHED, right, shown, commit)


def _write(
    hub: Hub,
    there: State,
    made: Path,
    manifest: JSON,
    shown: Plan,
    message: str | None,
    private: bool,
    work: Path,
    tell: Callable[[str], None],
) -> str:
    title = message or f"{manifest['version']}: data {manifest['logical_sha256'][:12]}"
    commit = there.head
    if commit is None:
        tell(f"making {hub.repo}")
        commit = hub.create(private=private)
    put = {item.path: made / item.path for item in shown.of("added", "changed")}
    remove = [item.path for item in shown.of("removed")]
    if put or remove:
        tell(f"uploading {len(put)} files")
        commit = hub.commit(put, remove, commit, title)
    hub.so_far = f"the files are on {BRANCH} (commit {commit}), without the tag {shown.revision}"
    _read_back(hub, commit, made, manifest, work, tell)
    tell(f"tagging {shown.revision}")
    hub.tag(shown.revision, commit, title)
    return commit


def _other_data(
    hub: Hub, tag: str, there: State, folder: Path, manifest: JSON, work: Path
) -> list[Incident]:
    """H016 where the tag is there with other files."""
    try:
        files = hub.files(there.tags[tag])
        if not all((folder / row["path"]).is_file() for row in manifest["files"]):
            return []  # which P619 says
        differing = [item for item in plan.files(files, folder, manifest) if item.kind != "same"]
        if not differing:
            return []
        got = json_of(hub.download(there.tags[tag], work / "tag", {NAME}), NAME)
    except IncidentError as error:
        return list(error.incidents)
    rows = isinstance(got, dict) and got.get("logical_sha256") == manifest["logical_sha256"]
    names = ", ".join(item.path for item in differing[:3])
    more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
    return [
        fault(
            "H016",
            hub.where,
            f"the tag {tag} is there with {'the same rows, but other' if rows else 'other'} "
            f"files: {names}{more}",
            do="a tag is never moved: raise `version` in corpus/card.toml, write what changed into "
            "corpus/CHANGELOG.md and build",
        )
    ]


def _plan(hub: Hub, there: State, folder: Path, manifest: JSON, revision: str, work: Path) -> Plan:
    changes = plan.files(there.files, folder, manifest)
    version: str | None = None
    rows: plan.Counts = ()
    labels: plan.Counts = ()
    data: Difference | None = None
    if NAME in there.files and any(item.kind != "same" for item in changes):
        assert there.head is not None
        old = hub.download(there.head, work / "there", there.files.keys())
        found = json_of(old, NAME)
        try:
            rows, labels = plan.counts(found, manifest)
            version = f"v{found['version']}"
            data = compare(old, folder, names=(f"{hub.repo}@{BRANCH}", "the build"))
        except (TypeError, KeyError, AttributeError, ValueError, IncidentError):
            # What is there is no build that this code knows: its files are told alone.
            version, rows, labels = None, (), ()
    return Plan(
        repo=hub.repo,
        revision=revision,
        creates=there.head is None,
        files=changes,
        named=manifest.get("hub"),
        version=version,
        rows=rows,
        labels=labels,
        data=data,
    )


def _read_back(
    hub: Hub,
    commit: str,
    folder: Path,
    manifest: JSON,
    work: Path,
    tell: Callable[[str], None],
) -> None:
    """Fetches every file of a commit. Raises `IncidentError` (H018) for each that is another."""
    wanted = {row["path"]: row["sha256"] for row in manifest["files"]}
    wanted[NAME] = file_digest(folder / NAME)
    back = hub.download(
        commit, work / "back", wanted, lambda done, total: tell(f"reading back {done} of {total}")
    )
    do = f"{hub.so_far}; run the command again"
    found = []
    for path, sha256 in sorted(wanted.items()):
        file = back / path
        got = file_digest(file) if file.is_file() else "no such file"
        if got != sha256:
            what = f"{path} was read back otherwise than it was sent"
            found.append(fault("H018", hub.where, what, got=got, expected=sha256, do=do))
    for path in sorted(hub.files(commit).keys() - wanted.keys()):
        found.append(fault("H018", hub.where, f"{path} is there and was not sent", do=do))
    if found:
        raise IncidentError(*found)
