"""The graph of claims, read back by networkx and held against the `claims` config."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from parley.dataset.read import tables
from parley.formats import claims_graph, source
from parley.formats.source import Source

JSON = dict[str, Any]
CONTRARY = {("did_not_happen", "happened"), ("will_happen", "will_not_happen")}
EXPORT = """
import sys
from pathlib import Path
from parley.formats import claims_graph, source
claims_graph.export(source.read(Path(sys.argv[1]), "train")["train"], Path(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def documents(built: Path) -> list[Source]:
    return source.read(built, "train")["train"]


@pytest.fixture(scope="module")
def claims(built: Path) -> list[JSON]:
    [(_, rows)] = tables(built, "claims", "train")
    return rows


def read(folder: Path) -> "nx.MultiDiGraph[str]":
    found = nx.read_graphml(folder / claims_graph.FILE, edge_key_type=str, force_multigraph=True)
    assert isinstance(found, nx.MultiDiGraph)
    return found


@pytest.fixture(scope="module")
def graph(
    documents: list[Source], tmp_path_factory: pytest.TempPathFactory
) -> "nx.MultiDiGraph[str]":
    out = tmp_path_factory.mktemp("graph")
    claims_graph.export(documents, out)
    return read(out)


def edges(graph: "nx.MultiDiGraph[str]", kind: str) -> list[tuple[str, str, JSON]]:
    return [
        (first, second, data)
        for first, second, data in graph.edges(data=True)
        if data["kind"] == kind
    ]


def test_the_file_read_back_is_the_graph_that_was_written(
    documents: list[Source], graph: "nx.MultiDiGraph[str]"
) -> None:
    made = claims_graph._Graph()
    for document in documents:
        made.document(document)
    made.conflicts()
    nodes = [{name: one.nodes[name] for name in one} for one in (graph, made.graph)]
    assert nodes[0] == nodes[1]
    assert {tuple(edge[:3]): edge[3] for edge in graph.edges(keys=True, data=True)} == {
        tuple(edge[:3]): edge[3] for edge in made.graph.edges(keys=True, data=True)
    }


def test_every_claim_is_an_edge_from_its_source_to_its_event(
    graph: "nx.MultiDiGraph[str]", claims: list[JSON]
) -> None:
    assert claims
    found = {
        (data["doc_id"], second, data["trigger"], data["claimed"], data["depth"], first)
        for first, second, data in edges(graph, "CLAIMS")
    }
    for row in claims:
        event = (
            f"event:{row['event']}"
            if row["event"]
            else f"trigger:{row['doc_id']}/{row['event_id']}"
        )
        if row["source_entity"]:
            who = f"entity:{row['source_entity']}"
        elif row["source"]:
            who = f"source:{row['doc_id']}/{' '.join(row['source'].split())}"
        else:
            who = f"source:{row['doc_id']}/{row['attribution_id']}"
        assert (row["doc_id"], event, row["trigger"], row["claimed"], row["depth"], who) in found
    assert len(edges(graph, "CLAIMS")) == len(claims)


def test_claims_lead_to_source_event_document_and_those_who_relayed_them(
    graph: "nx.MultiDiGraph[str]", claims: list[JSON]
) -> None:
    for kind in ("MAKES", "ABOUT", "REPORTED_IN"):
        assert len(edges(graph, kind)) == len(claims)
    reported = {(first, second) for first, second, _ in edges(graph, "REPORTED_IN")}
    assert reported == {(f"claim:{row['id']}", f"document:{row['doc_id']}") for row in claims}
    relayed = Counter(first for first, _, _ in edges(graph, "RELAYED_BY"))
    assert relayed == Counter(
        {f"claim:{row['id']}": len(row["chain"]) - 1 for row in claims if len(row["chain"]) > 1}
    )
    assert relayed, "the documents have no chain"
    for first, _, data in edges(graph, "RELAYED_BY"):
        [row] = [row for row in claims if f"claim:{row['id']}" == first]
        assert data["cue"] == row["chain"][data["position"]]["cue"]


def test_conflicts_join_claims_of_one_event_that_say_the_contrary(
    graph: "nx.MultiDiGraph[str]", claims: list[JSON]
) -> None:
    expected = set()
    for one, other in combinations(claims, 2):
        same = one["event"] is not None and one["event"] == other["event"]
        same |= (one["doc_id"], one["event_id"]) == (other["doc_id"], other["event_id"])
        if same and tuple(sorted((one["claimed"], other["claimed"]))) in CONTRARY:
            expected.add(frozenset((f"claim:{one['id']}", f"claim:{other['id']}")))
    assert expected, "the documents have no conflict"
    assert {
        frozenset((first, second)) for first, second, _ in edges(graph, "CONFLICTS")
    } == expected
    assert len(edges(graph, "CONFLICTS")) == len(expected)


def test_what_is_held_and_what_is_not_is_counted(documents: list[Source], tmp_path: Path) -> None:
    made = claims_graph.export(documents, tmp_path)
    graph = read(tmp_path)
    nodes = Counter(f"{data['kind']}s" for _, data in graph.nodes(data=True))
    kinds = Counter(f"{data['kind']} edges" for _, _, data in graph.edges(data=True))
    assert made.held == nodes + kinds
    events = sum(len(document.annotations.events) for document in documents)
    claimed = {(row["doc_id"], row["event_id"]) for item in documents for row in item.claims}
    assert made.lost["events that nobody claims"] == events - len(claimed)
    assert made.lost["stances"] == sum(len(item.annotations.stances) for item in documents)


def test_events_with_too_many_conflicts_have_none_and_it_is_said(
    documents: list[Source], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = claims_graph.export(documents, tmp_path).held["CONFLICTS edges"]
    monkeypatch.setattr(claims_graph, "PAIRS", 0)
    made = claims_graph.export(documents, tmp_path)
    assert not made.held["CONFLICTS edges"]
    assert made.lost["conflicts of events that have more than 0"] == before > 0


def test_characters_that_xml_may_not_hold_are_replaced_and_counted(
    documents: list[Source], tmp_path: Path
) -> None:
    document = next(item for item in documents if item.claims)
    claim = {**document.claims[0], "trigger": "a\x0bb\x00", "text": '<&>"\t\n'}
    made = claims_graph.export([replace(document, claims=[claim])], tmp_path)
    assert made.lost["characters that XML may not hold"] == 4
    [(_, _, data)] = edges(read(tmp_path), "CLAIMS")
    assert data["trigger"] == "a\ufffdb\ufffd"
    assert data["text"] == '<&>"\t\n'


def test_no_claims_give_documents_alone(documents: list[Source], tmp_path: Path) -> None:
    claims_graph.export([replace(item, claims=[]) for item in documents], tmp_path)
    assert {data["kind"] for _, data in read(tmp_path).nodes(data=True)} == {"document"}


def test_the_same_claims_give_the_same_bytes_in_every_process(built: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", EXPORT, str(built), str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
    first, second = (tmp_path / seed / claims_graph.FILE for seed in ("1", "2"))
    assert first.read_bytes() == second.read_bytes()
