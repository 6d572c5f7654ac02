"""croissant.json is valid, and its reader gives the rows of the Parquet files."""

import hashlib
import logging
from pathlib import Path
from typing import Any

import mlcroissant
import pyarrow.parquet as pq
import pytest

from parley import json_io, ontology
from parley.dataset import build, croissant, features, manifest
from parley.dataset.features import CONFIGS
from parley.project import Project
from tests.dataset import made_projects

# What mlcroissant calls, of rdflib and of pandas.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index"),
]
SCHEME = ontology.load()
EACH = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)
WORDS = """
homepage = "https://ferry.example"
license = "cc-by-4.0"
collection = "Notes from the quay."
producers = "The harbour desk."
annotation = "Two readers, then a third."
annotators = "Three clerks."
personal = "None."
biases = "Ferries."
social_impact = "Little."
limitations = "Short."
uses = "Tests."
maintenance = "When the tide is out."
"""


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made project of six documents, built."""
    root = made_projects.a_project(tmp_path_factory.mktemp("croissant") / "project", lines=10)
    (root / "corpus" / "card.toml").write_text(WORDS, "utf-8")
    (root / "corpus" / "CHANGELOG.md").write_text("## 0.1.0 - 2025-03-01\n- First.\n", "utf-8")
    build.build(Project(root), root / "dist" / "parley", checked=False)
    return root / "dist" / "parley"


@pytest.fixture(scope="module")
def dataset(dist: Path) -> Any:
    """It, as mlcroissant reads it."""
    return mlcroissant.Dataset(dist / croissant.NAME)


def test_it_is_valid_without_errors_or_warnings(
    dist: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        read = mlcroissant.Dataset(dist / croissant.NAME)
    assert (read.metadata.ctx.issues.errors, read.metadata.ctx.issues.warnings) == (set(), set())
    assert caplog.messages == []
    assert read.metadata.version == "0.1.0"
    assert read.metadata.date_published.date().isoformat() == "2025-03-01"


def test_what_is_said_of_responsible_use_is_the_corpus_own_words(dataset: Any) -> None:
    told = dataset.metadata
    assert told.data_collection == "Notes from the quay."
    assert told.data_annotation_protocol == ["Two readers, then a third."]
    assert told.annotator_demographics == ["Three clerks."]
    assert told.personal_sensitive_information == ["None."]
    assert told.data_biases == ["Ferries."]
    assert told.data_social_impact == "Little."
    assert told.data_limitations == ["Short."]
    assert told.data_use_cases == ["Tests."]
    assert told.data_release_maintenance_plan == "When the tide is out."
    assert told.license == ["https://spdx.org/licenses/CC-BY-4.0.html"]


@EACH
def test_its_records_are_the_rows_of_the_files(
    config: features.Config, dist: Path, dataset: Any
) -> None:
    expected = {}
    for split in SCHEME.splits:
        path = dist / config.name / f"{split}-00000-of-00001.parquet"
        for row in pq.read_table(path).to_pylist():
            expected[split, row[config.fields[0].name]] = row
    number = 0
    for record in dataset.records(config.name):
        found = {key.removeprefix(f"{config.name}/"): value for key, value in record.items()}
        row = expected[found.pop("split").decode(), found[config.fields[0].name].decode()]
        assert {name: _plain(value) for name, value in found.items()} == {
            name: _plain(value) for name, value in row.items()
        }
        number += 1
    assert number == len(expected) > 0


def _plain(value: Any) -> Any:
    """A value in Python's types; members of structs without the path of their field."""
    if isinstance(value, dict):
        return {key.rpartition("/")[2]: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


@EACH
def test_every_field_and_member_is_described(config: features.Config, dist: Path) -> None:
    told = json_io.loads((dist / croissant.NAME).read_bytes())
    [records] = [one for one in told["recordSet"] if one["@id"] == config.name]
    assert [field["name"] for field in records["field"]] == [
        "split",
        *(field.name for field in config.fields),
    ]
    described = features.describe(config, SCHEME)
    for field, row in zip(records["field"][1:], described, strict=True):
        assert [one["name"] for one in field.get("subField", [])] == [
            member["name"] for member in row.get("members", [])
        ]


def test_labels_have_their_names(dist: Path, dataset: Any) -> None:
    told = json_io.loads((dist / croissant.NAME).read_bytes())
    for config in CONFIGS:
        for path, names in features.label_fields(config, SCHEME):
            at = f"{config.name}/{path.replace('.', '/')}"
            [field] = _fields(told["recordSet"], at)
            listed = field["description"].split("`")[-2]
            records = {
                record[f"{listed}/position"]: record[f"{listed}/label"]
                for record in dataset.records(listed)
            }
            assert records == dict(enumerate(names)), at


def _fields(items: list[dict[str, Any]], at: str) -> list[dict[str, Any]]:
    found = []
    for item in items:
        if item["@id"] == at and item["@type"] == "cr:Field":
            found.append(item)
        found += _fields([*item.get("field", ()), *item.get("subField", ())], at)
    return found


def test_every_file_is_named_with_its_digest(dist: Path) -> None:
    told = json_io.loads((dist / croissant.NAME).read_bytes())
    found = {
        item["contentUrl"]: item["sha256"]
        for item in told["distribution"]
        if item["@type"] == "cr:FileObject"
    }
    files = [path for path in dist.rglob("*") if path.is_file()]
    own = {croissant.NAME, manifest.NAME}
    assert found == {
        path.relative_to(dist).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name not in own
    }


def test_a_date_that_nobody_wrote_is_not_made_up(tmp_path: Path) -> None:
    root = made_projects.a_project(tmp_path / "project", number=3)
    build.build(Project(root), root / "dist" / "parley", checked=False)
    told = json_io.loads((root / "dist" / "parley" / croissant.NAME).read_bytes())
    assert "datePublished" not in told
    assert "url" not in told
    assert [name for name in told if name.startswith("rai:")] == [
        "rai:dataAnnotationPlatform",
        "rai:dataPreprocessingProtocol",
    ]
