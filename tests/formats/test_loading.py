"""`parley.load`: what `load_dataset` gives, without a cache or a network."""

from pathlib import Path

import pytest
from datasets import load_dataset

import parley
from parley.dataset.features import CONFIGS
from parley.incidents import IncidentError


@pytest.mark.parametrize("config", [config.name for config in CONFIGS])
def test_rows_and_features_are_those_of_load_dataset(
    config: str, built: Path, tmp_path: Path
) -> None:
    ours = parley.load(config, split="train", data=built)
    theirs = load_dataset(str(built), config, split="train", cache_dir=str(tmp_path))
    assert ours.features == theirs.features
    assert ours.to_list() == theirs.to_list()


def test_without_a_split_all_come_by_name(built: Path) -> None:
    found = parley.load("documents", data=built)
    assert {name: len(rows) for name, rows in found.items()} == {
        "train": 2,
        "validation": 2,
        "test": 2,
    }


def test_an_unknown_config_or_split_is_told_with_the_nearest(built: Path) -> None:
    with pytest.raises(IncidentError, match=r"no such config; got 'nre'.*nearest is 'ner'"):
        parley.load("nre", data=built)
    with pytest.raises(IncidentError, match="no such split; got 'dev'"):
        parley.load("ner", split="dev", data=built)


def test_where_nothing_is_built_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(IncidentError, match="run `parley build`"):
        parley.load("ner")
