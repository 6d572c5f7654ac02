"""What a name on the command line stands for: a built folder, a git revision, the project as it is.

A revision is taken out of git into a temporary folder and built there with today's code, so that
what is compared are the data, and not two programs.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from parley import json_io
from parley.dataset import build
from parley.document import canonical, digest
from parley.incidents import Incident, IncidentError, nearest, say, stop
from parley.project import Project

#: What the build reads.
_NEEDED = ("corpus", "annotations/gold", "schema", "LICENSE-DATA")


@contextmanager
def built(name: str | None, project: Project | None) -> Iterator[Path]:
    """The built folder that `name` stands for; a temporary one is removed when the block ends.

    A folder is taken for a built dataset; anything else is a git revision of the project (a tag,
    a branch, a commit). None is the project as it stands, uncommitted work included. Withheld
    documents are restored in a revision where the project's own texts have the digests that the
    revision tells.

    Raises `IncidentError`: V001 (neither a folder nor a revision), V002 (no git, or none here),
    V003 (today's code cannot read the revision).
    """
    if name and Path(name).is_dir():
        yield Path(name)
        return
    if project is None:
        raise _neither(name or "", [])
    with TemporaryDirectory(prefix="parley-") as folder:
        out = Path(folder) / "built"
        if name is None:
            _build(project, out, "")
        else:
            root = Path(folder) / "project"
            _take(name, project, root)
            _build(Project(root), out, f"{name}:")
        yield out


def _take(name: str, project: Project, root: Path) -> None:
    """Writes the files of a revision that a build needs to the folder `root`."""
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    found = _git(project, *asked)
    if found.returncode:
        inside = _git(project, "rev-parse", "--git-dir")
        if inside.returncode:
            raise stop(
                "V002",
                project.root.as_posix(),
                "the project is in no git repository",
                got=name,
                expected="a built folder, since there are no revisions",
            )
        known = _git(project, "for-each-ref", "--format=%(refname:short)").stdout.decode().split()
        shallow = _git(project, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        raise _neither(name, ["HEAD", *known], shallow=shallow)
    commit = found.stdout.decode().strip()
    listed = _git(project, "ls-tree", "--name-only", "-z", commit, *_NEEDED).stdout
    names = [each for each in listed.decode().split("\0") if each]
    packed = _git(project, "archive", "--format=zip", "-0", commit, *names)
    if not names or packed.returncode:
        raise stop(
            "V003",
            name,
            "the revision holds no corpus",
            expected=f"{', '.join(_NEEDED[:3])} in {project.root.as_posix()}",
        )
    root.mkdir()
    # Not tar: before Python 3.11.4 its reader takes paths out of the folder, and links.
    with ZipFile(BytesIO(packed.stdout)) as archive:
        archive.extractall(root)
    _hydrate(project, root)


def _hydrate(project: Project, root: Path) -> None:
    """Texts of withheld documents that are at hand in the project and are the revision's."""
    for path in (root / "corpus" / "withheld").glob("*.json"):
        source = project.texts / f"{path.stem}.txt"
        try:
            text = canonical(source.read_text("utf-8"))
            told = json_io.loads(path.read_bytes())
        except (OSError, UnicodeDecodeError, json_io.JsonError):
            # Not at hand; what is wrong with the revision's own file the build will say.
            continue
        if isinstance(told, dict) and told.get("sha256") == digest(text):
            copy = root / "corpus" / "texts" / source.name
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(source.read_bytes())


def _build(project: Project, out: Path, prefix: str) -> None:
    try:
        build.build(project, out, checked=False, cached=not prefix)
    except (IncidentError, OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, IncidentError):
            if not prefix:
                raise  # The project's own faults, in the words of `parley build`.
            first, *others = map(str, error.incidents)
            told = f"{first} (and {len(others)} more)" if others else first
        else:
            told = f"{type(error).__name__}: {error}"
        message = say(
            f"cannot be built with this version of Parley: {told}",
            do="build it with its own version of Parley and name the folder" if prefix else None,
        )
        raise IncidentError(
            Incident("V003", prefix.rstrip(":") or project.root.as_posix(), message)
        ) from None


def _neither(name: str, known: list[str], *, shallow: bool = False) -> IncidentError:
    return stop(
        "V001",
        name or ".",
        "neither a built folder nor a git revision",
        got=name,
        expected="a folder that `parley build` made, or a tag, branch or commit of the project",
        nearest=nearest(name, known),
        do="this clone is shallow: `git fetch --unshallow --tags` gets the rest"
        if shallow
        else None,
    )


def _git(project: Project, *args: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(
            ["git", "-C", str(project.root), *args], capture_output=True, check=False
        )
    except FileNotFoundError:
        raise stop(
            "V002",
            project.root.as_posix(),
            "git is not installed",
            do="install it, or name built folders",
        ) from None
