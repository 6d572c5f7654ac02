"""The card has every section of the Hub's template, filled from the data and the corpus's words."""

import re
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from parley import json_io
from parley.dataset import build, hub_names, manifest
from parley.project import Project
from parley.publishing import cards
from tests.dataset import made_projects

WORDS = """
version = "0.2.0"
name = "Ferry News"
title = "Ferries in the news"
authors = "The harbour desk"
contact = "The harbour office, Lenna."
license = "other"
license_name = "harbour-1.0"
languages = ["en", "uk"]
annotations_creators = ["expert-generated"]
language_creators = ["found"]
source_datasets = ["original"]
tags = ["news", "ferries"]
hub = "harbour/ferry-news"
biases = "Ferries are over-represented; $5 fares are too."
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of a project without corpus/card.toml."""
    root = made_projects.a_project(tmp_path_factory.mktemp("plain") / "project", number=3)
    build.build(Project(root), root / "dist" / "parley", checked=False)
    return root / "dist" / "parley"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of one that has the words above."""
    root = made_projects.a_project(tmp_path_factory.mktemp("told") / "project", number=3)
    (root / "corpus" / "card.toml").write_text(WORDS, "utf-8")
    build.build(Project(root), root / "dist" / "parley", checked=False)
    return root / "dist" / "parley"


def _parts(folder: Path) -> tuple[dict[str, object], str]:
    _, head, body = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


def test_every_section_of_the_hubs_template_is_there(plain: Path) -> None:
    template = resources.files("huggingface_hub.templates").joinpath("datasetcard_template.md")
    headings = re.findall(r"^#+ (.+)$", template.read_text("utf-8").split("---\n", 2)[2], re.M)
    wanted = [name.removesuffix(" [optional]") for name in headings if "{{" not in name]
    found = re.findall(r"^#+ (.+)$", _parts(plain)[1], re.M)
    assert [name for name in wanted if name not in found] == []
    assert len(wanted) > 20


def test_no_section_is_empty_and_what_is_not_written_says_how_to_write_it(plain: Path) -> None:
    body = _parts(plain)[1]
    code = re.sub(r"```.*?```", "```", body, flags=re.S)
    assert not re.search(r"^(#+) .+\n+(?=\1 )", code, re.M)
    assert "Nothing is written down yet: add `biases` to `corpus/card.toml`." in body
    assert "More Information Needed" not in body


def test_words_of_the_corpus_stand_in_their_sections(told: Path) -> None:
    head, body = _parts(told)
    assert body.split("### Biases\n\n")[1].startswith("Ferries are over-represented; $5 fares")
    assert body.split("## Dataset Card Contact\n\n")[1] == "The harbour office, Lenna.\n"
    assert "- **Curated by:** The harbour desk\n- **Language(s) (NLP):** en, uk\n" in body
    assert 'load_dataset("harbour/ferry-news", "claims", split="train", revision="v0.2.0")' in body
    assert "@misc{ferry-news-0.2.0,\n" in body
    assert head["pretty_name"] == "Ferry News"
    assert head["multilinguality"] == ["multilingual"]
    assert (head["license"], head["license_name"]) == ("other", "harbour-1.0")
    assert head["license_link"] == "LICENSE"


def test_every_name_of_the_yaml_is_one_of_the_hubs(plain: Path, told: Path) -> None:
    for folder in (plain, told):
        assert list(hub_names.faults(_parts(folder)[0])) == []


def test_a_name_that_the_hub_does_not_know_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from parley.dataset import card

    root = made_projects.a_project(tmp_path / "project", number=3)
    monkeypatch.setattr(card, "_TASK_IDS", ("event-extraction",))
    with pytest.raises(ValueError, match="unknown task_ids; got 'event-extraction'"):
        build.build(Project(root), root / "dist" / "parley", checked=False)
    assert not (root / "dist" / "parley").exists()


def test_figures_are_pictures_with_words_and_stand_in_the_manifest(plain: Path) -> None:
    shown = re.findall(r"^!\[(.+)\]\((figures/.+\.svg)\)$", _parts(plain)[1], re.M)
    listed = {row["path"] for row in json_io.loads((plain / manifest.NAME).read_bytes())["files"]}
    assert len(shown) == 2
    for words, path in shown:
        picture = ElementTree.parse(plain / path).getroot()
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert picture.findtext("{http://www.w3.org/2000/svg}title") == words
        assert path in listed


def test_the_version_is_the_corpus_version_everywhere(told: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq
    from datasets import load_dataset

    from parley import __version__

    found = json_io.loads((told / manifest.NAME).read_bytes())
    assert (found["version"], found["toolchain"]) == ("0.2.0", __version__)
    assert found["hub"] == "harbour/ferry-news"
    assert manifest.faults(found) == []
    configs = _parts(told)[0]["configs"]
    assert isinstance(configs, list)
    assert {item["version"] for item in configs} == {"0.2.0"}
    path = told / "ner" / "test-00000-of-00001.parquet"
    said = pq.read_schema(path).metadata
    assert said[b"parley.corpus"] == b"Ferry News"
    assert json_io.loads(said[b"huggingface"])["info"]["version"] == "0.2.0"
    rows = load_dataset(str(told), "ner", split="test", cache_dir=str(tmp_path / "cache"))
    assert str(rows.info.version) == "0.2.0"


def test_the_version_is_no_part_of_the_data(plain: Path, told: Path) -> None:
    one, two = (
        json_io.loads((folder / manifest.NAME).read_bytes())["logical_sha256"]
        for folder in (plain, told)
    )
    assert one == two


def test_a_faulty_card_and_a_faulty_corpus_are_told_together(tmp_path: Path) -> None:
    from parley.incidents import IncidentError

    root = made_projects.a_project(tmp_path / "project", number=3)
    (root / "corpus" / "card.toml").write_text('version = "1"\n', "utf-8")
    made_projects.lines(root / "corpus" / "splits.jsonl", [])
    with pytest.raises(IncidentError) as caught:
        build.build(Project(root), root / "dist" / "parley", checked=False)
    assert {incident.code for incident in caught.value.incidents} == {"B007", "B013"}


def test_splits_and_configs_without_rows_do_not_keep_the_others_from_loading(
    tmp_path: Path,
) -> None:
    from datasets import get_dataset_config_names, load_dataset

    root = made_projects.a_project(tmp_path / "project", number=3)
    (root / "LICENSE-DATA").write_text("Anyone may use these made-up articles.\n", "utf-8")
    for item in (root / "annotations" / "gold").glob("*.json"):
        if not item.name.startswith("dry-dock"):
            item.unlink()  # annotated in the story of train alone
    gold = next((root / "annotations" / "gold").glob("*.json"))
    said = json_io.loads(gold.read_bytes())
    gold.write_bytes(json_io.dumps(said | {"stances": []}))
    dist = root / "dist" / "parley"
    build.build(Project(root), dist, checked=False)
    names = get_dataset_config_names(str(dist))
    assert "events" in names and "stance" not in names
    for name in names:
        found = load_dataset(str(dist), name, cache_dir=str(tmp_path / "cache"))
        assert all(found.values())
    assert "A split without rows is not in the YAML at the top" in _parts(dist)[1]
    assert cards.check(dist, json_io.loads((dist / manifest.NAME).read_bytes()), "README.md") == []


def test_rows_and_fields_are_folded_so_that_the_words_are_read(told: Path) -> None:
    body = _parts(told)[1]
    assert body.count("\n<details><summary>") == body.count("\n</details>\n") == 16
    outside = re.sub(r"\n<details>.*?\n</details>\n", "", body, flags=re.S)
    assert "```json" not in outside
    assert "| field | type | meaning |" not in outside
    assert len(outside) < len(body) / 2
