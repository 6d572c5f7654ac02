"""What is in the way is said in one line: a code, the place, what to do; never a traceback."""

import http.server
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studio.desk import Desk, Done, free_port


def one_line(done: Done, code: str, *parts: str) -> None:
    """The command ended with 2 and one coded line on standard error, after its progress."""
    assert done.code == 2, done
    assert "Traceback" not in done.err + done.out
    lines = [line for line in done.err.splitlines() if f": {code} " in line]
    assert len(lines) == 1, done.err
    for part in parts:
        assert part in done.err, done.err


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another HTTP server, which is no Label Studio."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class _Silent(http.server.BaseHTTPRequestHandler):
    """A server that finds nothing."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>not found</html>")

    def log_message(self, *args: object) -> None:
        """Nothing."""


COMMANDS = (
    ("studio", "up"),
    ("studio", "pull"),
    ("studio", "push"),
    ("studio", "watch", "--once"),
    ("round", "status"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_wrong_token_is_refused_and_not_shown(desk: Desk, words: tuple[str, ...]) -> None:
    other = Desk(desk.root, desk.root.parent / "other")
    done = other.run(*words, "--url", desk.url, PARLEY_STUDIO_TOKEN="f" * 40)
    one_line(done, "U002", desk.url, "PARLEY_STUDIO_TOKEN")
    assert "f" * 40 not in done.out + done.err


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_token_is_said(desk: Desk, words: tuple[str, ...]) -> None:
    other = Desk(desk.root, desk.root.parent / "other")
    one_line(other.run(*words, "--url", desk.url), "U002", "no token", "PARLEY_STUDIO_TOKEN")


@pytest.mark.parametrize("token", ["tést", "a\nb", "  "])
def test_a_token_that_no_header_can_hold_is_refused(desk: Desk, token: str) -> None:
    other = Desk(desk.root, desk.root.parent / "other")
    done = other.run("studio", "pull", "--url", desk.url, PARLEY_STUDIO_TOKEN=token)
    one_line(done, "U002")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_an_address_where_nothing_answers(desk: Desk, words: tuple[str, ...]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    one_line(desk.run(*words, "--url", url, PARLEY_STUDIO_TOKEN="f" * 40), "U001", url)


def test_an_address_where_something_else_answers(desk: Desk, elsewhere: str) -> None:
    done = desk.run("studio", "pull", "--url", elsewhere, PARLEY_STUDIO_TOKEN="f" * 40)
    one_line(done, "U001", elsewhere, "something else")


@pytest.mark.parametrize("url", ["label.example", "ftp://x", "http://", "", "http://[::1"])
def test_an_address_that_is_none(desk: Desk, url: str) -> None:
    if url:
        one_line(desk.run("studio", "pull", "--url", url, PARLEY_STUDIO_TOKEN="f" * 40), "U001")


def test_a_port_in_use(own: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        one_line(own.run("studio", "up", "--port", port), "U003", f"127.0.0.1:{port}", "--port")
    assert not (own.home / "server.json").exists()


def test_no_server_in_use(own: Desk) -> None:
    one_line(own.run("studio", "pull"), "U006", "parley studio up")


@pytest.mark.parametrize(
    "url", ["mysql://u:hidden@h/n", "postgresql://u:hidden@h", "postgresql://u:hidden@h:x/n", "x"]
)
def test_a_database_address_that_is_none_is_refused_without_its_password(
    own: Desk, url: str
) -> None:
    done = own.run("studio", "up", "--port", str(free_port()), "--database-url", url)
    one_line(done, "U007", "postgresql://USER:PASSWORD@HOST:PORT/NAME")
    assert "hidden" not in done.err


def test_a_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again(
    own: Desk, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if os.geteuid() != 0 or mounted.returncode:
        pytest.skip("a small disk cannot be mounted: not root, or not allowed to")
    try:
        home = disk / "home"
        subprocess.run(["cp", "-a", str(own.home), str(home)], check=True)
        small = Desk(own.root, home)
        filler = disk / "filler"
        port = str(free_port())
        small.good("studio", "up", "--port", port)
        before = small.tasks(small.projects()["Parley"])
        with filler.open("wb") as file, pytest.raises(OSError):
            while True:
                file.write(b"x" * 65536)
                file.flush()
        done = small.run("round", "start", "pilot", "--annotators", "ann-a", "--blind")
        assert "Traceback" not in done.err
        assert done.code == 2
        assert "U004" in done.err or "No space left" in done.err, done.err
        filler.unlink()
        small.good("round", "start", "pilot", "--annotators", "ann-a", "--blind")
        assert small.tasks(small.projects()["Parley"]) == before
        small.run("studio", "down")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
