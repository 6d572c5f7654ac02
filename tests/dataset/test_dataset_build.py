"""The build from end to end: what it writes loads everywhere, and nothing is half-written."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from parley import cli, json_io, ontology
from parley.dataset import build, evals, features, manifest, questions
from parley.dataset.features import CONFIGS
from parley.project import Project
from tests.dataset import made_projects, walker

SCHEME = ontology.load()
SPLITS = SCHEME.splits
EACH = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made project of six documents, built."""
    root = made_projects.a_project(tmp_path_factory.mktemp("made") / "project", lines=14)
    build.build(Project(root), root / "dist" / "parley", checked=False)
    return root


@pytest.fixture(scope="module")
def dist(root: Path) -> Path:
    """Its dataset."""
    return root / "dist" / "parley"


@pytest.fixture(scope="module")
def texts(dist: Path) -> dict[str, str]:
    """The documents' texts."""
    return {
        row["doc_id"]: row["text"] for split in SPLITS for row in _read(dist, "documents", split)
    }


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A project that passes every check."""
    return made_projects.a_clean_project(tmp_path / "clean")


def _path(dist: Path, config: str, split: str) -> Path:
    return dist / config / f"{split}-00000-of-00001.parquet"


def _read(dist: Path, config: str, split: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(_path(dist, config, split)).to_pylist()
    return found


def _digests(dist: Path) -> dict[str, str]:
    return {
        path.relative_to(dist).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(dist.rglob("*"))
        if path.is_file()
    }


def _parley(*args: object) -> int:
    return cli.main([str(arg) for arg in args])


# -- loads everywhere


@EACH
def test_load_dataset_gives_every_split_of_every_config(
    config: features.Config, dist: Path, texts: dict[str, str], tmp_path: Path
) -> None:
    from datasets import load_dataset

    found = load_dataset(str(dist), config.name, cache_dir=str(tmp_path / "cache"))
    assert list(found) == list(SPLITS)
    assert found["train"].features == features.features(config, SCHEME)
    number = 0
    for split in SPLITS:
        expected = _read(dist, config.name, split)
        assert list(found[split]) == expected
        for row in found[split]:
            number += walker.check(config.name, row, texts[row["doc_id"]])
    assert number or config.name in ("ner",)


@EACH
def test_streaming_gives_the_same_rows(config: features.Config, dist: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    found = load_dataset(
        str(dist), config.name, split="test", streaming=True, cache_dir=str(tmp_path / "cache")
    )
    assert list(found) == _read(dist, config.name, "test")
    rows = sum(len(part) for part in found.with_format("arrow").iter(3))
    assert rows == len(_read(dist, config.name, "test"))


def test_the_default_config_is_sentences(dist: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    found = load_dataset(str(dist), cache_dir=str(tmp_path / "cache"))
    assert "token_starts" in found["train"].features


@EACH
def test_pandas_polars_and_duckdb_read_every_file(config: features.Config, dist: Path) -> None:
    import duckdb
    import pandas as pd
    import polars as pl

    for split in SPLITS:
        path = _path(dist, config.name, split)
        expected = _read(dist, config.name, split)
        names = [field.name for field in config.fields]
        frame = pd.read_parquet(path, dtype_backend="pyarrow")
        assert (list(frame.columns), len(frame)) == (names, len(expected))
        assert pl.read_parquet(path)["doc_id"].to_list() == [row["doc_id"] for row in expected]
        found = duckdb.execute(f"SELECT doc_id FROM '{path}'").fetchall()
        assert [row[0] for row in found] == [row["doc_id"] for row in expected]


def test_parquet_files_alone_still_have_their_label_names(dist: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    found = load_dataset(
        "parquet",
        data_files=str(_path(dist, "events", "train")),
        cache_dir=str(tmp_path / "cache"),
    )
    assert found["train"].features["type"].names == list(SCHEME.names("event"))


# -- one account of the same data


def test_card_yaml_manifest_and_parquet_agree(dist: Path) -> None:
    told = json_io.loads((dist / manifest.NAME).read_bytes())
    assert manifest.faults(told) == []
    listed = {row["path"]: row for row in told["files"]}
    assert {name: row["sha256"] for name, row in listed.items()} | {
        manifest.NAME: _digests(dist)[manifest.NAME]
    } == _digests(dist)
    head = yaml.safe_load((dist / "README.md").read_text("utf-8").split("---\n")[1])
    infos = {info["config_name"]: info for info in head["dataset_info"]}
    names = [item["config_name"] for item in head["configs"]]
    assert names == [*features.NAMES, *map(evals.config, questions.TASKS)]
    assert [item.get("default") for item in head["configs"]].count(True) == 1
    assert all(item["version"] == told["version"] for item in head["configs"])
    for config, item in zip(CONFIGS, told["configs"], strict=True):
        sizes = 0
        for split in infos[config.name]["splits"]:
            path = _path(dist, config.name, split["name"])
            file = pq.ParquetFile(path)
            row = listed[path.relative_to(dist).as_posix()]
            assert file.metadata.num_rows == row["rows"] == split["num_examples"]
            assert item["rows"][split["name"]] == row["rows"]
            assert file.schema_arrow.remove_metadata() == features.arrow_schema(config)
            own = {b"corpus": b"Corpus", b"version": b"0.1.0", b"config": config.name.encode()}
            own[b"split"] = split["name"].encode()
            found = file.schema_arrow.metadata
            assert {key: found[b"parley." + key] for key in own} == own
            assert row["bytes"] == path.stat().st_size
            sizes += row["bytes"]
        assert infos[config.name]["download_size"] == sizes


@EACH
def test_the_yaml_has_the_features(config: features.Config, dist: Path) -> None:
    from datasets.info import DatasetInfosDict
    from huggingface_hub import DatasetCardData

    head = yaml.safe_load((dist / "README.md").read_text("utf-8").split("---\n")[1])
    infos = DatasetInfosDict.from_dataset_card_data(DatasetCardData(**head))
    assert infos[config.name].features == features.features(config, SCHEME)


def test_counts_of_the_manifest_are_those_of_the_rows(dist: Path) -> None:
    told = json_io.loads((dist / manifest.NAME).read_bytes())
    for split in SPLITS:
        found: Counter[str] = Counter()
        for row in _read(dist, "documents", split):
            found["documents"] += 1
            found.update(f"mention/{item['type']}" for item in row["mentions"])
            found.update(f"event/{item['type']}" for item in row["events"])
            found.update(f"style/{item['style']}" for item in row["attributions"])
            found.update(f"stance/{item['label']}" for item in row["stances"])
        for row in _read(dist, "sentences", split):
            found["tokens"] += len(row["tokens"])
        for row in _read(dist, "claims", split):
            found[f"claimed/{features.CLAIMED[row['claimed']]}"] += 1
        groups = ("mention/", "event/", "style/", "stance/", "claimed/", "documents", "tokens")
        assert {
            name: number
            for name, number in told["counts"][split].items()
            if name.startswith(groups)
        } == dict(found)


def test_the_logical_digest_can_be_taken_from_the_parquet_files(dist: Path) -> None:
    told = json_io.loads((dist / manifest.NAME).read_bytes())
    for row in told["files"]:
        if "config" not in row:
            continue
        digest = hashlib.sha256()
        for item in _read(dist, row["config"], row["split"]):
            if "published" in item:
                published = item["published"].isoformat().removesuffix("+00:00")
                item["published"] = f"{published}Z"
            digest.update(json_io.dumps(item) + b"\n")
        assert digest.hexdigest() == row["logical_sha256"], row["path"]


def test_the_card_has_every_field_and_a_row_of_every_config(dist: Path) -> None:
    card = (dist / "README.md").read_text("utf-8")
    for config in CONFIGS:
        section = card.split("### Data dictionary")[1].split(f"#### {config.name}\n")[1]
        for field in config.fields:
            assert f"`{field.name}`" in section
            assert field.description in section
    assert card.count("```json") == len(CONFIGS)
    assert "$" not in card.split("### Examples")[0].replace("`$", "")


# -- the same bytes


def test_two_builds_give_the_same_bytes(root: Path, dist: Path, tmp_path: Path) -> None:
    project = Project(root)
    expected = _digests(dist)
    for name, cached, jobs in (("cached", True, 1), ("uncached", False, 1), ("two", False, 2)):
        build.build(project, tmp_path / name, checked=False, cached=cached, jobs=jobs)
        assert _digests(tmp_path / name) == expected, name


def test_several_processes_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH", 2)
    root = made_projects.a_project(tmp_path / "project", 9, lines=5)
    project = Project(root)
    build.build(project, tmp_path / "one", checked=False, cached=False, jobs=1)
    report = build.build(project, tmp_path / "two", checked=False, jobs=2)
    assert report.reused == 0
    again = build.build(project, tmp_path / "three", checked=False, jobs=2)
    assert again.reused == 9
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two") == _digests(tmp_path / "three")


def test_a_changed_document_alone_is_made_anew(tmp_path: Path) -> None:
    root = made_projects.a_project(tmp_path / "project")
    project = Project(root)
    out = tmp_path / "out"
    build.build(project, out, checked=False)
    gold = root / "annotations" / "gold" / "dry-dock-00000.json"
    raw = json_io.loads(gold.read_bytes())
    raw["stances"] = []
    gold.write_bytes(json_io.dumps(raw))
    report = build.build(project, out, checked=False)
    assert report.reused == 5
    build.build(project, tmp_path / "fresh", checked=False, cached=False)
    assert _digests(out) == _digests(tmp_path / "fresh")


def test_a_damaged_cache_changes_nothing(tmp_path: Path) -> None:
    root = made_projects.a_project(tmp_path / "project")
    project = Project(root)
    build.build(project, tmp_path / "one", checked=False)
    (root / ".cache" / "rows.sqlite").write_bytes(b"noise" * 1000)
    report = build.build(project, tmp_path / "two", checked=False)
    assert report.reused == 0
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")


# -- the gate


def test_a_clean_project_is_checked_and_built(
    clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _parley("build", "--root", clean) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[0].split() == ["config", *SPLITS]
    assert "from datasets import load_dataset" in out.splitlines()[-1]
    [first, second] = _read(clean / "dist" / "parley", "claims", "train")
    assert (first["depth"], second["depth"]) == (1, 2)
    assert [link["source"] for link in second["chain"]] == ["mayor Ada Brand", "the Lenna Post"]
    assert [link["source_entity"] for link in second["chain"]] == ["ada-brand", "lenna-post"]
    assert features.CLAIMED[second["claimed"]] == "did_not_happen"


def test_a_project_with_faults_is_refused_whole(
    clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _parley("build", "--root", clean) == 0
    before = _digests(clean / "dist" / "parley")
    for doc_id in ("dry-dock-1", "ferry-line-1"):
        gold = clean / "annotations" / "gold" / f"{doc_id}.json"
        gold.write_bytes(gold.read_bytes().replace(b'"target":"m4"', b'"target":"m44"'))
    capsys.readouterr()
    assert _parley("build", "--root", clean) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "dry-dock-1" in err and "ferry-line-1" in err
    assert err.endswith("nothing was replaced\n")
    assert _digests(clean / "dist" / "parley") == before


def test_a_ledger_that_does_not_add_up_is_refused(
    clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = {
        "format": "parley-ledger/1",
        "export": "annotations/exports/first/ann-a.json",
        "sha256": "0" * 64,
        "tasks": 1,
        "results": 3,
        "kept": 1,
        "repaired": 0,
        "rejected": 0,
        "documents": {"dry-dock-1": {"kept": 1, "repaired": 0, "rejected": 0}},
        "entries": [],
    }
    path = clean / "annotations" / "ledger" / "first" / "ann-a.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(json_io.dumps(ledger))
    assert _parley("build", "--root", clean, "--no-check") == 1
    assert "does not add up" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("edit", "code", "message"),
    [
        (
            lambda root: (root / "corpus" / "splits.jsonl").write_text(
                '{"story": "dry-dock", "split": "train", "reason": "alone"}\n'
            ),
            "B007",
            "the document's story has no split; got 'ferry-line'",
        ),
        (
            lambda root: (root / "annotations" / "gold" / "none-1.json").write_text("{}"),
            "B003",
            "annotations of a document that is not in the corpus; got 'none-1'",
        ),
        (
            lambda root: (root / "annotations" / "gold" / "dry-dock-1.json").write_text("{"),
            "B004",
            "not JSON",
        ),
        (
            lambda root: (root / "annotations" / "gold" / "dry-dock-1.json").write_text("[]"),
            "B004",
            "not an annotations file",
        ),
        (
            lambda root: (root / "corpus" / "splits.jsonl").write_text("{}\n[1]\n"),
            "B004",
            "not a JSON object",
        ),
        (
            lambda root: _replace(root, "dry-dock-1", b'"actor"', b'"captain"'),
            "B005",
            "no rows can be made: KeyError 'captain'",
        ),
        (
            lambda root: _replace(root, "dry-dock-1", b'"length": ', b'"length": 1'),
            "B006",
            "the annotations belong to another text",
        ),
        (
            lambda root: shutil.copy(
                root / "corpus" / "articles" / "dry-dock" / "dry-dock-1.txt",
                root / "corpus" / "articles" / "ferry-line" / "dry-dock-1.txt",
            ),
            "P113",
            "the story is not the folder's name",
        ),
        (
            lambda root: shutil.rmtree(root / "corpus" / "articles"),
            "B010",
            "the corpus has no documents",
        ),
    ],
)
def test_what_would_make_rows_wrong_is_refused_without_checks_too(
    clean: Path, capsys: pytest.CaptureFixture[str], edit: Any, code: str, message: str
) -> None:
    edit(clean)
    assert _parley("build", "--root", clean, "--no-check") != 0
    err = capsys.readouterr().err
    assert f" {code} " in err
    assert message in err
    assert not (clean / "dist" / "parley").exists()


def _replace(root: Path, doc_id: str, old: bytes, new: bytes) -> None:
    gold = root / "annotations" / "gold" / f"{doc_id}.json"
    data = gold.read_bytes()
    assert old in data
    gold.write_bytes(data.replace(old, new))


def test_one_id_in_two_folders_is_refused(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = clean / "corpus" / "articles" / "dry-dock" / "dry-dock-1.txt"
    copy = clean / "corpus" / "articles" / "ferry-line" / "dry-dock-1.txt"
    copy.write_bytes(article.read_bytes().replace(b'story = "dry-dock"', b'story = "ferry-line"'))
    assert _parley("build", "--root", clean, "--no-check") == 1
    assert " B008 [dry-dock-1] the document id is given twice" in capsys.readouterr().err


def test_a_foreign_folder_is_not_replaced(
    clean: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    assert _parley("build", "--root", clean, "--out", tmp_path / "mine") == 1
    assert " B011 " in capsys.readouterr().err
    assert (tmp_path / "mine" / "letter.txt").read_text() == "mine"


def test_every_code_of_the_build_is_explained() -> None:
    from parley.codes import codes

    source = "".join(
        path.read_text("utf-8")
        for folder in (Path(build.__file__).parent, Path(cli.__file__).parent)
        for path in folder.glob("*.py")
    )
    for code in (name for name in codes() if name.startswith("B")):
        assert f'"{code}"' in source, code
    import re

    assert set(re.findall(r'"(B\d{3})"', source)) <= codes().keys()


# -- withheld documents


def test_withheld_documents_without_text_are_left_out_and_named(
    clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article = clean / "corpus" / "articles" / "tidal-gate" / "tidal-gate-1.txt"
    (clean / ".gitignore").write_text("/corpus/texts/\n")
    copy = clean.parent / "tidal-gate-1.txt"
    assert _parley("withhold", article, "--root", clean, "--remove") == 0
    gold = clean / "annotations" / "gold" / "tidal-gate-1.json"
    from parley import document

    gold.write_bytes(document.dump(document.from_dict(json_io.loads(gold.read_bytes()))))
    hydrated = clean / "corpus" / "texts" / "tidal-gate-1.txt"
    copy.write_bytes(hydrated.read_bytes())
    hydrated.unlink()
    capsys.readouterr()

    assert _parley("build", "--root", clean) == 0
    out = capsys.readouterr().out
    assert "left out, their texts are not at hand: tidal-gate-1" in out
    assert "parley hydrate DIR" in out
    dist = clean / "dist" / "parley"
    assert _read(dist, "documents", "test") == []
    told = json_io.loads((dist / manifest.NAME).read_bytes())
    entry = next(row for row in told["documents"] if row["doc_id"] == "tidal-gate-1")
    assert (entry["published"], entry["split"]) == (False, "test")
    assert "left out" in (dist / "README.md").read_text("utf-8")

    assert _parley("build", "--root", clean, "--json") == 0
    assert json.loads(capsys.readouterr().out)["missing"] == ["tidal-gate-1"]

    assert _parley("hydrate", copy, "--root", clean) == 0
    capsys.readouterr()
    assert _parley("build", "--root", clean) == 0
    assert "do not publish" in capsys.readouterr().out
    assert len(_read(dist, "documents", "test")) == 1


# -- killed


@pytest.mark.slow
def test_a_build_that_is_killed_leaves_the_last_one_whole(tmp_path: Path) -> None:
    root = made_projects.a_project(tmp_path / "project", 12, lines=10)
    out = root / "dist" / "parley"
    project = Project(root)
    build.build(project, out, checked=False, cached=False)
    known = [_digests(out)]
    gold = root / "annotations" / "gold" / "dry-dock-00000.json"
    raw = json_io.loads(gold.read_bytes())
    raw["stances"] = []
    gold.write_bytes(json_io.dumps(raw))
    build.build(project, tmp_path / "other", checked=False, cached=False)
    known.append(_digests(tmp_path / "other"))
    command = [sys.executable, "-m", "parley", "build", "--root", str(root), "--no-check"]
    environment = {**os.environ, "PYTHONPATH": str(made_projects.ROOT / "src")}
    started = time.monotonic()
    subprocess.run([*command, "--out", str(tmp_path / "timed")], env=environment, check=True)
    whole = time.monotonic() - started
    chance = random.Random(11)
    for _ in range(8):
        # Half of the kills fall into the last tenth, where files are changed over.
        part = chance.choice((chance.random(), 0.9 + chance.random() / 8))
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(whole * part)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert _digests(out) in known
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert _digests(out) == known[1]
    assert sorted(path.name for path in out.parent.iterdir()) == [".parley.lock", "parley"]
