"""`up`, `status`, `logs` and `down`: a server of the project's own, and what nobody may see."""

import socket
import stat
from pathlib import Path

from tests.studio.conftest import Suite
from tests.studio.desk import STRAY, Desk


def test_up_makes_server_project_tasks_and_pre_annotations_on_an_empty_home(suite: Suite) -> None:
    assert "6 tasks imported" in suite.first.out
    assert len(suite.before) == 6
    assert all(len(task["predictions"]) == 1 for task in suite.before)
    assert all(task["annotations"] == [] for task in suite.before)


def test_up_twice_changes_nothing(suite: Suite) -> None:
    assert suite.second.code == 0
    assert "nothing to do" in suite.second.out


def test_down_and_up_again_keeps_everything(suite: Suite) -> None:
    assert suite.down.code == 0
    assert suite.again.code == 0
    assert "nothing to do" in suite.again.out
    assert suite.after == suite.before


def test_status_tells_the_server_and_its_projects(desk: Desk) -> None:
    desk.good("studio", "up")
    found = desk.json("studio", "status")
    assert found["up"] and found["installed"]
    assert found["pid"] == desk.server["pid"]
    assert [(item["title"], item["tasks"]) for item in found["projects"]] == [("Parley", 6)]
    assert desk.url in desk.good("studio", "status").out


def test_logs_ends_with_what_the_server_printed_last(desk: Desk) -> None:
    desk.api("GET", "/api/version")
    done = desk.good("studio", "logs", "--lines", "3")
    assert len(done.out.splitlines()) <= 3
    assert done.out.rstrip("\n") in (desk.home / "log").read_text("utf-8", "replace")


def test_no_password_and_no_token_is_in_an_output_the_log_or_a_command_line(
    suite: Suite, desk: Desk
) -> None:
    done = [suite.first, suite.second, suite.down, suite.again]
    done += [
        desk.run("studio", *words)
        for words in (("up",), ("up", "--json"), ("status",), ("status", "--json"), ("pull",))
    ]
    done.append(desk.run("round", "start", "quiet", "--annotators", "ann-a", "--json"))
    done.append(desk.run("round", "start", "quiet"))
    hidden = [
        desk.secrets["token"],
        desk.secrets["password"],
        *desk.secrets["accounts"].values(),
    ]
    assert len(hidden) >= 3
    said = "".join(one.out + one.err for one in done)
    said += (desk.home / "log").read_text("utf-8", "replace")
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said += path.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
    assert [word for word in hidden if word in said] == []


def test_what_holds_secrets_is_readable_by_the_user_alone(desk: Desk) -> None:
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (desk.home, *desk.home.iterdir())
        if path.name != "server.json"
    }
    assert modes.pop("secrets.json") == 0o600
    assert modes.pop("log") == 0o600
    assert modes == {desk.home.name: 0o700, "data": 0o700, "home": 0o700}


def test_secrets_that_others_could_read_are_closed_again(desk: Desk) -> None:
    path = desk.home / "secrets.json"
    path.chmod(0o644)
    desk.good("studio", "status")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_server_listens_on_loopback_alone(desk: Desk) -> None:
    port = f"{desk.server['url'].rpartition(':')[2]}"
    wanted = f"{int(port):04X}"
    listening = [
        words[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if (words := line.split())[3] == "0A" and words[1].endswith(f":{wanted}")
    ]
    assert listening == [f"{int.from_bytes(socket.inet_aton('127.0.0.1'), 'little'):08X}:{wanted}"]


def test_the_server_sees_no_stray_variable_of_the_users(desk: Desk) -> None:
    data = Path(f"/proc/{desk.server['pid']}/environ").read_bytes().decode()
    found = dict(line.partition("=")[::2] for line in data.split("\0") if line)
    assert found["HOME"] == str(desk.home / "home")
    assert found["LABEL_STUDIO_BASE_DATA_DIR"] == str(desk.home / "data")
    assert STRAY.keys() & found.keys() == set()
    # Python's and pip's settings would change what it imports.
    assert [name for name in found if name.startswith(("PYTHON", "PIP_", "DJANGO"))] == []
