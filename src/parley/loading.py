"""A built dataset from Python: `parley.load`, from a folder, the Hub or an installed package."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.dataset import about
from parley.dataset.manifest import FORMAT, NAME
from parley.dataset.read import manifest, splits
from parley.incidents import IncidentError, nearest, one_of, stop
from parley.project import NotAProjectError, Project

if TYPE_CHECKING:
    import datasets

#: The package that carries a built dataset (`packages/parley-corpus`).
PACKAGE = "parley_corpus"


def load(
    config: str = "documents",
    split: str | None = None,
    *,
    data: "Path | str | None" = None,
    repo: str | None = None,
    revision: str | None = None,
) -> "datasets.Dataset | datasets.DatasetDict":
    """A config of a built dataset: one split, or all of them by name.

    Where it is looked for: the folder `data`; with `repo` or `revision`, a dataset repository on
    the Hub (OWNER/NAME; default: the `hub` of the project's corpus/card.toml, or of the installed
    package) at a version's tag, a branch or a commit (default: its newest); else dist/parley of
    the project that holds the working folder; else the installed package parley-corpus. Only the
    second goes to the network, and not where the Hub's cache has the revision and the Hub cannot be
    reached.

    `info.version` of what is returned is the version of the corpus. Rows and features are those
    that `datasets.load_dataset` gives; from a folder nothing goes into a cache.

    Raises `IncidentError`: S001 no built dataset anywhere, S002 no such config or split, S003 a
    damaged manifest, S006 a revision and no repository, S007 not to be had from the Hub; and
    `ValueError` where both a folder and a repository are named.
    """
    if repo is not None or revision is not None:
        if data is not None:
            raise ValueError("data= names a folder, repo= and revision= the Hub: give one")
        return _from_hub(config, split, repo or _repo(), revision)
    import datasets

    folder = find(data)
    found = manifest(folder)
    files: dict[str, list[str]] = {}
    for row in splits(folder, found, config, split):
        files.setdefault(row["split"], []).append(str(folder / row["path"]))
    made = {
        name: _table(paths, datasets, config, name, found["version"])
        for name, paths in files.items()
    }
    return made[split] if split is not None else datasets.DatasetDict(made)


def find(data: "Path | str | None" = None) -> Path:
    """The folder of a built dataset: `data`, else the project's, else the installed package's.

    Raises `IncidentError` (S001) where there is none; of `data` itself nothing is asked.
    """
    if data is not None:
        return Path(data)
    try:
        built = Project.find(None).root / "dist" / "parley"
    except NotAProjectError:
        built = Path("dist/parley")
    if (built / "MANIFEST.json").is_file():
        return built
    installed = _installed()
    if installed is not None:
        return installed
    raise stop(
        "S001",
        built.as_posix(),
        "no built dataset",
        expected=f"one in this folder, or the package {PACKAGE.replace('_', '-')} installed",
        do="run `parley build`, name a folder with data=, or a repository on the Hub with repo=",
    )


def _installed() -> Path | None:
    """The folder that the installed package carries, where there is one."""
    try:
        path = import_module(PACKAGE).path()
    except ImportError:
        return None
    assert isinstance(path, Path)
    return path


def _repo() -> str:
    """The repository that the project names, or the installed package."""
    try:
        project = Project.find(None)
    except NotAProjectError:
        project = None
    if project and (hub := about.read(project).hub):
        return hub
    installed = _installed()
    if installed and (hub := manifest(installed).get("hub", "")):
        return str(hub)
    raise stop(
        "S006",
        "corpus/card.toml" if project else Path.cwd().as_posix(),
        "a revision is asked for, and nothing says of which dataset on the Hub",
        do="name it with repo='OWNER/NAME', or in corpus/card.toml as hub = \"OWNER/NAME\"",
    )


def _from_hub(
    config: str, split: str | None, repo: str, revision: str | None
) -> "datasets.Dataset | datasets.DatasetDict":
    import datasets

    place = f"{repo}@{revision}" if revision else repo
    path = _download(repo, NAME, revision, place)
    found = _told(path, place)
    # The commit that the manifest is of, so that no other is read if the branch moves.
    commit = path.parent.name
    rows = splits(Path(place), found, config, split)
    made: dict[str, datasets.Dataset] = {}
    for row in rows:
        name = row["split"]
        if row["rows"]:
            made[name] = datasets.load_dataset(repo, config, split=name, revision=commit)
        else:  # `datasets` loads no split without rows.
            file = str(_download(repo, row["path"], commit, place))
            made[name] = _table([file], datasets, config, name, found["version"])
    return made[split] if split is not None else datasets.DatasetDict(made)


def _told(path: Path, place: str) -> dict[str, Any]:
    """The manifest of a revision. Raises `IncidentError` (S007) where it is not of this form."""
    do = "load it with datasets.load_dataset, or with the version of Parley that published it"
    try:
        found = manifest(path.parent)
    except IncidentError:
        what = f"its {NAME} is none that this version of Parley can read"
        raise stop("S007", place, what, do=do) from None
    if found.get("format") != FORMAT:
        what = f"its {NAME} has another form"
        got = str(found.get("format"))
        raise stop("S007", place, what, got=got, expected=FORMAT, do=do)
    return found


def _download(repo: str, name: str, revision: str | None, place: str) -> Path:
    """A file at a revision, in the Hub's cache: snapshots/COMMIT/NAME. Raises `IncidentError`."""
    from huggingface_hub import errors, hf_hub_download

    try:
        return Path(hf_hub_download(repo, name, repo_type="dataset", revision=revision))
    except errors.HFValidationError:
        raise stop(
            "S007", place, "not a repository's name", got=repo, expected="OWNER/NAME"
        ) from None
    except errors.RepositoryNotFoundError:
        raise stop(
            "S007",
            place,
            "no such dataset on the Hub, or none that you may read",
            do="look at the name; for a private one log in (`hf auth login`) or set HF_TOKEN",
        ) from None
    except errors.RevisionNotFoundError:
        raise _no_revision(repo, revision or "main", place) from None
    except errors.LocalEntryNotFoundError:
        raise stop(
            "S007",
            place,
            "the Hub cannot be reached, and its cache here does not have this revision",
            do="look at the connection, or load a folder with data=",
        ) from None
    except errors.EntryNotFoundError:
        raise stop(
            "S007",
            place,
            f"the repository has no {name}, so no build of Parley was published there",
            do="load it with datasets.load_dataset",
        ) from None
    except errors.HfHubHTTPError as error:
        raise stop("S007", place, f"the Hub refused: {str(error).splitlines()[0]}") from None


def _no_revision(repo: str, revision: str, place: str) -> IncidentError:
    from huggingface_hub import HfApi

    refs = HfApi().list_repo_refs(repo, repo_type="dataset")
    names = sorted(ref.name for ref in (*refs.tags, *refs.branches))
    return stop(
        "S007",
        place,
        "no such revision",
        got=revision,
        expected=one_of(names),
        nearest=nearest(revision, names),
    )


def _table(
    paths: list[str], datasets: Any, config: str, split: str, version: str
) -> "datasets.Dataset":
    """Rows of one split, with the features that its files name; nothing goes into a cache."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.read_table(path) for path in paths]
    info = datasets.DatasetInfo(config_name=config, version=version)
    table = datasets.table.InMemoryTable(pa.concat_tables(tables))
    return datasets.Dataset(table, info=info, split=datasets.NamedSplit(split))
