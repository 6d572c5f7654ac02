"""The ML backend as Label Studio calls it."""

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.document import Annotations, Document
from parley.incidents import Incident, IncidentError
from parley.labelstudio.interface import interface as xml
from parley.labelstudio.results import results
from parley.ontology import LAYERS, Ontology
from parley.prefill import interface
from parley.prefill.backend import Backend, server
from parley.prefill.cues import Cues
from tests.prefill.made import GAZETTEER, ONTOLOGY
from tests.strategies import TEXTS, annotations

TEXT = "Bridge\nReuters said the bridge in Sumy region was down on Tuesday."


class Client:
    def __init__(self, port: int) -> None:
        self.port = port

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        data = body if isinstance(body, bytes | type(None)) else json.dumps(body).encode()
        names = {"Content-Type": "application/json"}
        names |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, data, names)
        answer = connection.getresponse()
        value = json.loads(answer.read())
        connection.close()
        assert isinstance(value, dict)
        return answer.status, value


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    made = server(Backend([GAZETTEER, Cues()], ONTOLOGY), port=0, most_bytes=200_000)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield Client(int(made.server_address[1]))
    made.shutdown()
    made.server_close()
    thread.join()


def task(text: object = TEXT, **data: object) -> dict[str, Any]:
    return {"id": 1, "data": {"text": text, "published": "2024-08-22", **data}}


@pytest.mark.parametrize("path", ["/", "/health", "/health/", "/health?x=1"])
def test_it_is_up(client: Client, path: str) -> None:
    assert client.ask("GET", path) == (200, {"status": "UP", "model_class": "parley"})


def test_setup_gives_the_model_version_and_keeps_no_token(
    client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    body = {
        "project": "1.1724000000",
        "schema": xml(ONTOLOGY),
        "hostname": "http://localhost:8080",
        "access_token": "secret-token",
        "extra_params": None,
    }
    status, answer = client.ask("POST", "/setup", body)
    assert status == 200
    assert answer["model_version"].startswith("gazetteer+cues ")
    assert "secret-token" not in "".join(capfd.readouterr()) + json.dumps(answer)


def test_every_task_gets_one_prediction_in_its_place(client: Client) -> None:
    body = {"tasks": [task(), task("Nothing here.")], "label_config": xml(ONTOLOGY)}
    status, answer = client.ask("POST", "/predict", body)
    assert status == 200
    first, second = answer["results"]
    assert set(first) == {"result", "score", "model_version"}
    values = [item["value"] for item in first["result"] if item["type"] == "labels"]
    words = {value["text"]: value["labels"] for value in values}
    assert words["Sumy region"] == ["GPE"]
    assert words["said"] == ["Cue"]
    assert all(TEXT[value["start"] : value["end"]] == value["text"] for value in values)
    assert second["result"] == []
    assert not any(item.get("from_name") == "layers" for item in first["result"])


def test_a_lean_interface_is_answered_with_its_own_layers_only(client: Client) -> None:
    body = {"tasks": [task()], "label_config": xml(ONTOLOGY, ["entity"])}
    _, answer = client.ask("POST", "/predict", body)
    names = {item.get("from_name") for item in answer["results"][0]["result"]}
    assert names == {"entity", "entity_id", "value"}


def test_labels_names_and_the_text_key_are_those_of_the_interface(client: Client) -> None:
    config = (
        '<View><Labels name="entity" toName="body"><Label value="GPE"/></Labels>'
        '<Text name="body" value="$article"/></View>'
    )
    tasks = [{"id": 1, "data": {"article": TEXT}}]
    _, answer = client.ask("POST", "/predict", {"tasks": tasks, "label_config": config})
    result = answer["results"][0]["result"]
    assert [item["value"]["labels"] for item in result] == [["GPE"]]
    assert {item["to_name"] for item in result} == {"body"}


def test_offsets_are_those_of_the_text_that_the_browser_shows(client: Client) -> None:
    text = "😀 title\r\n\r\nThe bridge in Sumy region 👩‍👩‍👧 was down."
    _, answer = client.ask("POST", "/predict", {"tasks": [task(text)]})
    values = [item["value"] for item in answer["results"][0]["result"]]
    places = [value for value in values if value.get("labels") == ["GPE"]]
    assert [text[value["start"] : value["end"]] for value in places] == ["Sumy region"]


@pytest.mark.parametrize("path", ["/webhook", "/train", "/delete", "/duplicate_model"])
def test_what_there_is_nothing_to_do_for_is_taken_note_of(client: Client, path: str) -> None:
    status, answer = client.ask("POST", path, {"action": "ANNOTATION_CREATED"})
    assert (status, answer["status"]) == (200, "ok")
    assert "job" not in answer


def test_versions_and_metrics_are_answered(client: Client) -> None:
    assert client.ask("GET", "/versions")[1]["versions"][0].startswith("gazetteer+cues ")
    assert client.ask("GET", "/metrics")[1]["requests"] > 0
    assert client.ask("POST", "/job_status", {"job": "x"})[1] == {"job_status": "finished"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/predict", b"{", 400, "A020"),
        ("POST", "/predict", b"\xff", 400, "A020"),
        ("POST", "/predict", b'{"tasks": [], "tasks": []}', 400, "A020"),
        ("POST", "/predict", [1], 400, "A020"),
        ("POST", "/predict", {}, 400, "A020"),
        ("POST", "/predict", {"tasks": "x"}, 400, "A020"),
        ("POST", "/predict", {"tasks": [None]}, 400, "A023"),
        ("POST", "/predict", {"tasks": [{"data": {}}]}, 400, "A023"),
        ("POST", "/predict", {"tasks": [{"data": {"text": 7}}]}, 400, "A023"),
        ("POST", "/predict", {"tasks": [{"data": {"text": " \n"}}]}, 400, "A023"),
        ("POST", "/predict", {"tasks": [], "label_config": "<View>"}, 400, "A024"),
        ("POST", "/predict", {"tasks": [], "label_config": "<View/>"}, 400, "A024"),
        ("POST", "/setup", {"schema": "<!DOCTYPE a [<!ENTITY b 'c'>]><View/>"}, 400, "A024"),
        ("POST", "/predict", b" " * 200_001, 413, "A021"),
        ("POST", "/nowhere", {}, 404, "A022"),
        ("GET", "/nowhere", None, 404, "A022"),
        ("GET", "/predict", None, 405, "A022"),
        ("POST", "/health", {}, 405, "A022"),
        ("PUT", "/health", {}, 501, "A022"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_json(
    client: Client, method: str, path: str, body: Any, status: int, code: str
) -> None:
    found, answer = client.ask(method, path, body)
    assert (found, answer["code"]) == (status, code)
    assert "Traceback" not in answer["error"]


def test_a_form_of_a_web_page_is_not_taken(client: Client) -> None:
    status, answer = client.ask("POST", "/predict", b"tasks=1", Content_Type="text/plain")
    assert (status, answer["code"]) == (415, "A020")


def test_a_body_without_its_length_is_not_waited_for(client: Client) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=10)
    connection.putrequest("POST", "/predict")
    connection.putheader("Content-Type", "application/json")
    connection.endheaders()
    assert connection.getresponse().status == 411
    connection.close()


class Broken:
    """A source that fails in a way that nobody foresaw."""

    name, detail, layers = "broken", "", LAYERS

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        raise RuntimeError("secret-token in /some/path")


def test_a_failing_source_is_an_error_without_its_details(
    capfd: pytest.CaptureFixture[str],
) -> None:
    status, answer = Backend([Broken()], ONTOLOGY).answer("POST", "/predict", {"tasks": [task()]})
    assert (status, answer["code"]) == (500, "A025")
    assert "secret-token" not in json.dumps(answer) + "".join(capfd.readouterr())


def test_a_port_that_is_taken_is_a_fault(client: Client) -> None:
    with pytest.raises(IncidentError, match="A026"):
        server(Backend([], ONTOLOGY), port=client.port)


@st.composite
def annotated(draw: st.DrawFn) -> tuple[str, Annotations]:
    text = draw(TEXTS)
    return text, draw(annotations(text))


@given(annotated(), st.sets(st.sampled_from(LAYERS)))
def test_an_answer_holds_nothing_that_its_interface_lacks(
    pair: tuple[str, Annotations], layers: set[str]
) -> None:
    text, some = pair
    chosen = [layer for layer in LAYERS if layer in layers]
    asked = interface.parse(xml(ONTOLOGY, chosen))
    assert asked.layers == tuple(chosen)
    made = interface.answer(some, text, ONTOLOGY, asked)
    regions = {item["id"] for item in made if item["type"] == "labels"}
    for item in made:
        if item["type"] == "relation":
            assert {item["from_id"], item["to_id"]} <= regions
            assert set(item["labels"]) <= asked.relations
        else:
            assert item["from_name"] in asked.controls and item["id"] in regions


@given(annotated())
def test_the_full_interface_takes_everything_but_the_annotators_own_answer(
    pair: tuple[str, Annotations],
) -> None:
    text, some = pair
    made = interface.answer(some, text, ONTOLOGY, interface.full(ONTOLOGY))
    some.layers = ()
    assert made == results(some, text, ONTOLOGY)
