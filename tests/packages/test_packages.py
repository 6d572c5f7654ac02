"""The wheels of toolchain and corpus work together, offline, where there is nothing else."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from parley import cli
from tests.dataset import made_projects

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "package.py"
#: Runs before what is asked: whoever looks for an address or connects fails.
NO_NETWORK = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
"""


def _package(root: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, "--root", root, "--out", out],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        cwd=root,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that passes every check, with a licence and a version."""
    root = made_projects.a_clean_project(tmp_path_factory.mktemp("packages") / "project")
    (root / "LICENSE-DATA").write_text("Do as you like.\n", "utf-8")
    (root / "corpus" / "card.toml").write_text(
        'name = "Ferry News"\nversion = "3.1.4"\nhub = "harbour/ferry-news"\n'
        'title = "Ferries: \\"late\\" again"\nlicense = "cc-by-sa-4.0"\nabout = "Fares: $5."\n',
        "utf-8",
    )
    return root


@pytest.fixture(scope="module")
def wheels(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The two wheels."""
    out = tmp_path_factory.mktemp("wheels") / "out"
    done = _package(root, out)
    assert done.returncode == 0, done.stderr
    made = sorted(out.iterdir())
    assert done.stdout.split() == [str(path) for path in made]
    return made


@pytest.fixture(scope="module")
def installed(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both, laid out as an installer does."""
    site = tmp_path_factory.mktemp("installed") / "site"
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as file:
            file.extractall(site)
    return site


def _run(site: Path, code: str, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK + code],
        env={**os.environ, "PYTHONPATH": str(site), "HF_HOME": str(folder / "hf")},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_version_of_each_is_its_own(wheels: list[Path]) -> None:
    import parley

    assert [path.name for path in wheels] == [
        "ferry_news_corpus-3.1.4-py3-none-any.whl",
        f"parley-{parley.__version__}-py3-none-any.whl",
    ]


def test_the_corpus_is_loaded_with_no_network_no_build_and_no_project(
    installed: Path, tmp_path: Path
) -> None:
    code = """
import json, parley, parley_corpus
found = parley.load("ner", split="train")
print(json.dumps([parley.__file__, str(found.info.version), len(found), found.column_names]))
print(json.dumps([str(parley_corpus.path()), parley_corpus.__version__]))
"""
    first, second = _run(installed, code, tmp_path / "empty").splitlines()
    home, version, rows, columns = json.loads(first)
    assert Path(home).is_relative_to(installed)
    assert (version, columns) == ("3.1.4", ["id", "doc_id", "sent_id", "tokens", "ner_tags"])
    assert rows > 0
    assert json.loads(second) == [str(installed / "parley_corpus" / "data"), "3.1.4"]


def test_the_packaged_folder_is_whole_and_holds_nothing_else(installed: Path) -> None:
    data = installed / "parley_corpus" / "data"
    told = json.loads((data / "MANIFEST.json").read_text("utf-8"))
    listed = {row["path"]: row["sha256"] for row in told["files"]}
    found = {
        path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in data.rglob("*")
        if path.is_file()
    }
    del found["MANIFEST.json"]
    assert found == listed
    beside = {path.name for path in (installed / "parley_corpus").iterdir()}
    assert beside - {"__pycache__"} == {"__init__.py", "data", "py.typed"}


def test_the_corpus_needs_nothing_and_carries_its_licence(installed: Path) -> None:
    [meta] = installed.glob("ferry_news_corpus-*.dist-info")
    text = (meta / "METADATA").read_text("utf-8")
    assert "Requires-Dist" not in text
    assert "License-Expression: CC-BY-SA-4.0\n" in text
    assert (meta / "licenses" / "LICENSE").read_text("utf-8") == "Do as you like.\n"


def test_a_fork_has_a_package_of_its_own_name_and_words(installed: Path) -> None:
    [meta] = installed.glob("ferry_news_corpus-*.dist-info")
    text = (meta / "METADATA").read_text("utf-8")
    assert 'Name: ferry-news-corpus\nVersion: 3.1.4\nSummary: Ferries: "late" again\n' in text
    assert "\n# ferry-news-corpus\n\nThe built dataset of Ferry News as" in text
    assert "\nFares: $5.\n" in text


def test_a_licence_without_a_name_of_its_own_is_a_reference(tmp_path: Path) -> None:
    root = made_projects.a_clean_project(tmp_path / "project")
    (root / "LICENSE-DATA").write_text("Do as you like.\n", "utf-8")
    (root / "corpus" / "card.toml").write_text('license_name = "harbour 1.0"\n', "utf-8")
    done = _package(root, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    [wheel] = (tmp_path / "out").glob("corpus_corpus-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        assert b"License-Expression: LicenseRef-harbour-1.0\n" in archive.read(name)


def test_the_same_corpus_gives_the_same_bytes(
    root: Path, wheels: list[Path], tmp_path: Path
) -> None:
    assert _package(root, tmp_path / "again").returncode == 0
    [corpus] = [wheel for wheel in wheels if wheel.name.startswith("ferry_news_corpus")]
    assert (tmp_path / "again" / corpus.name).read_bytes() == corpus.read_bytes()


def test_a_build_with_withheld_texts_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = made_projects.a_clean_project(tmp_path / "project")
    (root / ".gitignore").write_text("/corpus/texts/\n")
    (root / "LICENSE-DATA").write_text("Do as you like.\n", "utf-8")
    article = root / "corpus" / "articles" / "tidal-gate" / "tidal-gate-1.txt"
    assert cli.main(["withhold", str(article), "--root", str(root), "--remove"]) == 0
    from parley import document, json_io

    gold = root / "annotations" / "gold" / "tidal-gate-1.json"
    gold.write_bytes(document.dump(document.from_dict(json_io.loads(gold.read_bytes()))))
    capsys.readouterr()
    done = _package(root, tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "the build holds the text of withheld documents (tidal-gate-1), which may not be passed "
        "on; make packages from a clone without hydrated texts\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_corpus_that_does_not_pass_the_checks_gives_no_packages(tmp_path: Path) -> None:
    root = made_projects.a_clean_project(tmp_path / "project")
    (root / "corpus" / "card.toml").write_text('version = "three"\n', "utf-8")
    done = _package(root, tmp_path / "out")
    assert done.returncode == 1
    assert "B013 [version] bad version; got 'three'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_without_a_licence_there_is_nothing_to_pass_on(tmp_path: Path) -> None:
    root = made_projects.a_clean_project(tmp_path / "project")
    done = _package(root, tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr == ("the dataset has no licence: write LICENSE-DATA, then try again\n")
