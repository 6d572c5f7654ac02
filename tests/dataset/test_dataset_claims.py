"""Who claims what: by attributes, through whom, and who stands for a source."""

from itertools import product
from typing import Any

import pytest

from parley import ontology
from parley.dataset import claims
from parley.dataset.features import CLAIMED

SCHEME = ontology.load()
ALL = list(product(*(SCHEME.values(name) for name in ("polarity", "modality", "tense"))))


@pytest.mark.parametrize(("polarity", "modality", "tense"), ALL)
def test_every_combination_claims_what_the_table_says(
    polarity: str, modality: str, tense: str
) -> None:
    table = {}
    for line in (claims.__doc__ or "").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if len(cells) == 4 and cells[0] in SCHEME.values("modality"):
            table[cells[0], cells[1]] = cells[2:]
    row = table.get((modality, tense)) or table.get((modality, "other")) or table[modality, "any"]
    found = claims.claimed(polarity, modality, tense)
    assert found == row[polarity == "negative"]
    assert found in CLAIMED


def _attribution(key: str, content: list[list[int]], parent: str | None = None) -> dict[str, Any]:
    return {"id": key, "content": content, "parent": parent, "cue": [], "source": []}


def test_a_chain_runs_from_the_innermost_source_outwards() -> None:
    parents = {"a1": "a2", "a2": "a3", "a3": None}
    assert claims.chain("a1", parents) == ["a1", "a2", "a3"]
    assert claims.chain("a3", parents) == ["a3"]


def test_a_circle_of_parents_ends() -> None:
    assert claims.chain("a1", {"a1": "a2", "a2": "a1"}) == ["a1", "a2"]


def test_an_outer_attribution_is_a_link_and_not_a_claim() -> None:
    items = [_attribution("a1", [[10, 20]], "a2"), _attribution("a2", [[0, 30]])]
    found = claims.Contents(items, {"a1": "a2", "a2": None})
    assert found.claimants(12, 15) == ["a1"]
    assert found.claimants(2, 5) == ["a2"]
    assert found.claimants(40, 45) == []
    assert found.innermost(12, 15) == "a1"
    assert found.innermost(40, 45) is None


def test_two_sources_of_one_content_make_two_claims() -> None:
    items = [_attribution("a1", [[10, 20]]), _attribution("a2", [[10, 20]])]
    assert claims.Contents(items, {"a1": None, "a2": None}).claimants(12, 15) == ["a1", "a2"]


def test_a_trigger_across_two_parts_of_a_content_is_not_inside() -> None:
    items = [_attribution("a1", [[0, 10], [12, 20]])]
    assert claims.Contents(items, {"a1": None}).claimants(8, 14) == []


def test_a_reject_event_on_the_cue_makes_a_denial() -> None:
    reject = {
        "id": "e1",
        "type": "REJECT",
        "start": 4,
        "end": 10,
        "arguments": [{"role": "theme", "target": "e2"}],
    }
    assert claims.denies("e2", [(4, 10)], [reject])
    assert not claims.denies("e3", [(4, 10)], [reject])
    assert not claims.denies("e2", [(20, 24)], [reject])
    assert not claims.denies("e2", [(4, 10)], [{**reject, "type": "ACCUSE"}])


def _mention(
    key: str, start: int, end: int, type_: str, mention_type: str = "name"
) -> dict[str, Any]:
    return {"id": key, "start": start, "end": end, "type": type_, "mention_type": mention_type}


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        ([_mention("m1", 0, 20, "LAW"), _mention("m2", 0, 5, "PERSON")], "m1"),
        ([_mention("m1", 0, 3, "ORG"), _mention("m2", 6, 9, "PERSON", "nominal")], "m2"),
        ([_mention("m1", 0, 9, "PERSON", "nominal"), _mention("m2", 10, 14, "PERSON")], "m2"),
        ([_mention("m1", 0, 9, "GPE"), _mention("m2", 10, 14, "ORG")], "m2"),
        ([_mention("m1", 0, 4, "NORP"), _mention("m2", 5, 9, "GPE")], "m2"),
        ([_mention("m1", 0, 4, "PERSON"), _mention("m2", 5, 12, "PERSON")], "m2"),
        ([_mention("m2", 5, 9, "PERSON"), _mention("m1", 0, 4, "PERSON")], "m1"),
        ([_mention("m1", 0, 4, "DATE"), _mention("m2", 15, 25, "PERSON")], None),
        ([], None),
    ],
)
def test_a_source_is_stood_for_by_rule(
    mentions: list[dict[str, Any]], expected: str | None
) -> None:
    found = claims.Mentions(mentions).of_source([(0, 20)])
    assert (found and found["id"]) == expected


def test_an_implicit_source_has_no_mention() -> None:
    assert claims.Mentions([_mention("m1", 0, 4, "PERSON")]).of_source([]) is None
