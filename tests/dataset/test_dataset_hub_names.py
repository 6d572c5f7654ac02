"""The lists of the Hub's names are the Hub's, and a wrong name is found."""

from importlib import resources
from typing import Any

import pytest

from parley import json_io
from parley.dataset import hub_names


def _resource(name: str) -> Any:
    return json_io.loads(
        resources.files("datasets.utils.resources").joinpath(f"{name}.json").read_bytes()
    )


def test_the_lists_are_those_that_datasets_carries() -> None:
    creators = _resource("creators")
    assert set(hub_names.ANNOTATIONS_CREATORS) == set(creators["annotations"])
    assert set(hub_names.LANGUAGE_CREATORS) == set(creators["language"])
    assert set(hub_names.MULTILINGUALITY) == set(_resource("multilingualities"))
    assert set(hub_names.LISTS["size_categories"]) == set(_resource("size_categories"))
    assert set(_resource("languages")) >= hub_names.LANGUAGES
    assert len(hub_names.LANGUAGES) == 183


@pytest.mark.parametrize(
    ("rows", "size"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T")],
)
def test_sizes_begin_where_the_last_ended(rows: int, size: str) -> None:
    assert hub_names.size(rows) == size


def test_a_card_of_known_names_has_no_fault() -> None:
    card = {
        "license": "cc-by-4.0",
        "language": ["en", "uk", "ckb"],
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "size_categories": ["n<1K"],
        "multilinguality": ["multilingual"],
        "annotations_creators": ["no-annotation"],
        "language_creators": None,
        "source_datasets": ["original", "extended|ferry-news", "harbour/ferry-news"],
        "tags": ["anything at all"],
    }
    assert list(hub_names.faults(card)) == []


def test_every_unknown_name_is_a_fault() -> None:
    card = {
        "license": "CC BY",
        "language": ["English"],
        "task_categories": ["stance-detection"],
        "task_ids": ["event-extraction", "parsing"],
        "size_categories": ["n>10M"],
        "multilinguality": ["one"],
        "annotations_creators": ["nobody"],
        "language_creators": ["no-annotation"],
        "source_datasets": ["a b", 3],
    }
    found = list(hub_names.faults(card))
    assert [key for key, _ in found] == [*card, "source_datasets"]
    assert found[4][1].startswith("unknown size_categories; got 'n>10M'; expected unknown, n<1K, ")
    assert found[4][1].endswith("; nearest is 'n>1T'")


def test_licences_that_spdx_knows_have_an_address() -> None:
    assert hub_names.licence_url("odbl") == "https://spdx.org/licenses/ODbL-1.0.html"
    assert hub_names.licence_url("other") is None
