"""Why a build may not be published: every reason that can be found without the Hub."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley import changelog
from parley.checks import dist
from parley.checks.run import check_project
from parley.dataset import about, build, hub_names, read
from parley.dataset.manifest import NAME
from parley.incidents import Incident, IncidentError, fault
from parley.project import Project
from parley.publishing import cards

JSON = dict[str, Any]
Tell = Callable[[str], None]
CHANGELOG = "CHANGELOG.md"


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found: the build's manifest, where there is one, and every reason against it."""

    manifest: JSON | None
    incidents: list[Incident]


def judge(project: Project, folder: Path, fresh: Path, revision: str | None, tell: Tell) -> Judged:
    """Every reason why the build in `folder` may not go out as `revision` (None: the right one).

    The project is checked, and built anew into the folder `fresh`, which must not exist; after a
    judgement without incidents it holds the very bytes of the build.
    """
    tell("checking the project")
    found = check_project(project)
    try:
        about.read(project)
    except IncidentError as error:
        found += error.incidents
    where = project.relative(folder)
    try:
        manifest = read.manifest(folder)
    except IncidentError as error:
        return Judged(None, _sorted([*found, *error.incidents]))
    damage = dist.check(folder, project)
    found += damage
    if any(item.file.endswith(NAME) and item.code < "P6" for item in damage):
        return Judged(None, _sorted(found))
    tell("building the dataset anew, to compare")
    found += _fresh(project, manifest, fresh, where, faulty=bool(found))
    found += _withheld(manifest, where)
    found += cards.check(folder, manifest, f"{where}/README.md")
    found += _splits(manifest, where)
    found += _changelog(project, manifest)
    right = f"v{manifest['version']}"
    if revision not in (None, right):
        what = "the revision is not that of the corpus version"
        do = "leave --revision out, or raise `version` in corpus/card.toml and build"
        found.append(fault("H007", where, what, got=revision, expected=right, do=do))
    return Judged(manifest, _sorted(found))


def repo_id(name: str) -> list[Incident]:
    """H008 where a repository cannot have this name."""
    if re.fullmatch(hub_names.REPO, name):
        return []
    what = "not the name of a repository"
    if not name:
        what = "no repository is named, here or as `hub` in corpus/card.toml"
    expected = "NAMESPACE/NAME of letters, digits, '-', '_' and '.', at most 96"
    return [fault("H008", "REPO", what, got=name or None, expected=expected)]


def _sorted(found: list[Incident]) -> list[Incident]:
    return sorted(set(found), key=Incident.sort_key)


def _fresh(
    project: Project, manifest: JSON, fresh: Path, where: str, *, faulty: bool
) -> list[Incident]:
    """H001 where the project makes another dataset than the one at hand.

    The checks have spoken by now, so that the build leaves them out; nor is its cache believed.
    """
    try:
        made = build.build(project, fresh, checked=False, cached=False).manifest
    except IncidentError as error:
        # What hinders the build was most likely reported by the checks, in other words.
        return [] if faulty else list(error.incidents)
    if made == manifest:
        return []
    heads = [key for key in made if key != "files" and made.get(key) != manifest.get(key)]
    old, new = ({row["path"]: row for row in it["files"]} for it in (manifest, made))
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    parts = []
    if heads:
        parts.append(f"{', '.join(heads)} of the manifest")
    if paths:
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        parts.append(f"{', '.join(paths[:3])}{more}")
    what = f"the build is not what the project makes now: other are {'; '.join(parts)}"
    return [fault("H001", where, what, do="run `parley build`")]


def _withheld(manifest: JSON, where: str) -> list[Incident]:
    return [
        fault(
            "H002",
            where,
            "the build holds the text of a withheld document",
            doc_id=row["doc_id"],
            do="build where the texts are not: in a fresh clone, or with corpus/texts moved away",
        )
        for row in manifest["documents"]
        if row["status"] == "withheld" and row["published"]
    ]


def _splits(manifest: JSON, where: str) -> list[Incident]:
    """H005: `parley check` counts withheld documents too; a build may be without them."""
    return [
        fault(
            "H005",
            where,
            f"the split {split} of the build has no document",
            do="give it a story with an open document in corpus/splits.jsonl",
        )
        for split in manifest["counts"]
        if not any(row["published"] for row in manifest["documents"] if row["split"] == split)
    ]


def _changelog(project: Project, manifest: JSON) -> list[Incident]:
    path = project.corpus / CHANGELOG
    version = manifest["version"]
    name = project.relative(path)
    expected = f"## {version} (YYYY-MM-DD)"
    try:
        listed = changelog.entries(path)
    except IncidentError as error:
        return list(error.incidents)
    found = [entry for entry in listed if entry.version == version and entry.lines]
    if any(entry.date for entry in found):
        return []
    do = f"write what changed under `## {version}`"
    if found:
        # Corrections made later would be listed under what people have, and the card has no year.
        what, do = "the version's entry has no date", "give it the day of publishing, then build"
    elif any(entry.version is None and entry.lines for entry in listed):
        what, do = "no entry for the version", "rename `## Unreleased`, then build"
    else:
        what = "no entry for the version" if path.is_file() else "the corpus has no changelog"
    return [fault("H006", name, what, expected=expected, do=do)]
