"""The server gives out the files of one folder, to this machine, and nothing else."""

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.incidents import IncidentError
from parley.reader import serve
from tests.reader.conftest import listening


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to serve, beside a file that is not to be served."""
    (tmp_path / "secret.txt").write_text("not yours")
    inside = tmp_path / "site"
    (inside / "documents").mkdir(parents=True)
    (inside / "index.html").write_text("<p>first</p>")
    (inside / "documents" / "a-1.json").write_text("{}")
    (inside / "assets.js").write_text("1")
    (inside / "way-out").symlink_to(tmp_path)
    return inside


@pytest.fixture
def host(folder: Path) -> Iterator[tuple[str, int]]:
    """Where it is served."""
    with listening(folder) as address:
        name, _, port = address.removeprefix("http://").partition(":")
        yield name, int(port)


def get(
    host: tuple[str, int], path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer; the path is sent as it is."""
    connection = http.client.HTTPConnection(*host)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_files_come_with_their_type_and_the_policy(host: tuple[str, int]) -> None:
    for path, kind in (
        ("/", "text/html; charset=utf-8"),
        ("/index.html?q=1", "text/html; charset=utf-8"),
        ("/documents/a-1.json", "application/json"),
        ("/assets.js", "text/javascript; charset=utf-8"),
    ):
        status, headers, body = get(host, path)
        assert (status, headers["Content-Type"]) == (200, kind)
        assert body
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/documents/..%2f..%2fsecret.txt",
        "/..\\secret.txt",
        "//secret.txt/..",
        "/way-out/secret.txt",
        "/documents/../../secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "/index.html%00.js",
        "/none.html",
        "/documents",
        "/%ff%fe",
    ],
)
def test_nothing_outside_the_folder_is_given_out(host: tuple[str, int], path: str) -> None:
    status, _, body = get(host, path)
    assert status == 404
    assert body == b"404 Not Found\n"


def test_what_a_browser_has_is_not_sent_again_until_it_changes(
    host: tuple[str, int], folder: Path
) -> None:
    _, headers, _ = get(host, "/index.html")
    status, _, body = get(host, "/index.html", If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"")
    (folder / "index.html").write_text("<p>second</p>")
    status, _, body = get(host, "/index.html", If_None_Match=headers["ETag"])
    assert (status, body) == (200, b"<p>second</p>")


def test_a_head_request_has_no_body_and_others_are_refused(host: tuple[str, int]) -> None:
    status, headers, body = get(host, "/index.html", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, "12", b"")
    assert get(host, "/index.html", "POST", Content_Length="0")[0] == 501


def test_a_page_of_a_stranger_cannot_lead_its_own_name_here(host: tuple[str, int]) -> None:
    assert get(host, "/", Host="stranger.example")[0] == 403
    assert get(host, "/", Host=f"localhost:{host[1]}")[0] == 200


def test_it_listens_on_this_machine_alone(host: tuple[str, int]) -> None:
    assert host[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(IncidentError) as caught:
            serve.server(tmp_path, port)
    incident = caught.value.incidents[0]
    assert incident.code == "Z003"
    assert incident.message == (
        "the port cannot be had: Address already in use; "
        "name another with --port; 0 takes any free one"
    )
