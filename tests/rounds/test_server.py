"""A server's folder, installation and settings, looked at without starting one."""

import shutil
import stat
from collections import namedtuple
from pathlib import Path

import pytest

from parley import json_io
from parley.incidents import IncidentError
from parley.project import Project
from parley.studio import install, server
from parley.studio.home import ENV_VARIABLE, HOME_VARIABLE, Home, Running

Usage = namedtuple("Usage", ("total", "used", "free"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The server's folder of a project, no variable of the user's in the way."""
    for name in (HOME_VARIABLE, ENV_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    return Home(Project(tmp_path))


def test_secrets_are_made_once_and_only_the_user_can_read_them(home: Home) -> None:
    made = home.secrets()
    assert home.secrets() == made
    assert len(made.token) == 40 and len(made.password) >= 20
    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700
    assert [path.name for path in home.root.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"email": "x"}', b'{"email": 1, "else": 2}'])
def test_damaged_secrets_are_named_and_never_made_anew(home: Home, data: bytes) -> None:
    home.secrets()
    home.secrets_file.write_bytes(data)
    with pytest.raises(IncidentError, match="U009"):
        home.secrets()
    assert home.secrets_file.read_bytes() == data


def test_the_folder_and_the_environment_go_where_the_variables_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "there"))
    monkeypatch.setenv(ENV_VARIABLE, str(tmp_path / "env"))
    found = Home(Project(tmp_path / "project"))
    assert (found.root, found.env) == (tmp_path / "there", tmp_path / "env")
    assert not found.root.exists()


def test_a_server_is_remembered_until_it_is_forgotten(home: Home) -> None:
    assert home.running() is None
    running = Running("http://127.0.0.1:8080", 12, "sqlite")
    home.remember(running)
    assert home.running() == running
    home.remember(None)
    assert home.running() is None


def test_a_process_of_the_same_number_is_not_taken_for_the_server() -> None:
    import os

    assert not server.alive(Running("http://127.0.0.1:8080", os.getpid(), "sqlite"))
    assert not server.alive(Running("http://127.0.0.1:8080", None, "sqlite"))
    # More than a process number can be.
    assert not server.alive(Running("http://127.0.0.1:8080", 2**22 + 7, "sqlite"))


def test_a_database_address_becomes_the_variables_that_the_server_reads() -> None:
    assert server.database(None) == {}
    assert server.database("postgresql://ada:p%40ss%2Fword@db.example:6543/labels") == {
        "DJANGO_DB": "default",
        "POSTGRE_HOST": "db.example",
        "POSTGRE_PORT": "6543",
        "POSTGRE_NAME": "labels",
        "POSTGRE_USER": "ada",
        "POSTGRE_PASSWORD": "p@ss/word",
    }
    assert server.database("postgres://localhost/labels")["POSTGRE_PORT"] == "5432"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "labels",
        "mysql://ada:hidden@h/n",
        "postgresql://ada:hidden@/n",
        "postgresql://ada:hidden@h",
        "postgresql://ada:hidden@h:port/n",
        "postgresql://ada:hidden@h:99999/n",
        "postgresql://ada:hidden@[::1/n",
    ],
)
def test_what_is_no_database_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(IncidentError, match="U007") as caught:
        server.database(url)
    assert "hidden" not in str(caught.value)


def test_no_installation_begins_without_room_for_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**8))
    with pytest.raises(IncidentError, match=r"U004.*got '0.1 GB'.*expected 2 GB"):
        install.install(home.env, pytest.fail)
    assert not home.env.exists()


def test_a_folder_that_parley_did_not_make_is_left_alone(home: Home) -> None:
    home.env.mkdir(parents=True)
    (home.env / "thesis.txt").write_text("mine")
    with pytest.raises(IncidentError, match="U005"):
        install.install(home.env, pytest.fail)
    assert (home.env / "thesis.txt").read_text() == "mine"


def test_an_environment_counts_as_installed_only_with_its_stamp_and_program(home: Home) -> None:
    program = install.command(home.env)
    program.parent.mkdir(parents=True)
    program.touch()
    assert not install.installed(home.env)
    (home.env / ".parley").write_text("an older lock file\n")
    assert not install.installed(home.env)


def test_what_pip_said_last_is_what_is_reported(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failed:
        returncode = 1
        stdout = ""
        stderr = "Collecting\nERROR: no matching distribution\n"

    monkeypatch.setattr("subprocess.run", lambda *_, **__: Failed())
    with pytest.raises(IncidentError, match=r"U005.*no matching distribution"):
        install.install(home.env, lambda _: None)
    Failed.stderr = "OSError: [Errno 28] No space left on device\n"
    with pytest.raises(IncidentError, match="U004"):
        install.install(home.env, lambda _: None)


def test_the_end_of_a_long_log_is_read_without_the_whole_of_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    assert server.tail(path, 3) == []
    path.write_bytes(b"".join(b"line %d \xff\n" % number for number in range(10_000)))
    assert [line.split()[1] for line in server.tail(path, 3)] == ["9997", "9998", "9999"]


def test_server_json_of_another_shape_is_no_server(home: Home) -> None:
    home.root.mkdir(parents=True)
    home.server_file.write_bytes(json_io.dumps({"else": 1}))
    assert home.running() is None
