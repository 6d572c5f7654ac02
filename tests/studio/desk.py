"""A project and a Label Studio server of its own, worked on by the commands that a user gives."""

import contextlib
import gc
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import httpx

from parley import json_io
from parley.cli import main

ROOT = Path(__file__).parents[2]
#: What Label Studio would take for settings of its own, were it to see it.
STRAY = {"DEBUG": "true", "HOST": "https://stray.invalid", "USERNAME": "stray", "CI": "true"}


@dataclass(frozen=True, slots=True)
class Done:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON on standard output."""
        return json.loads(self.out)


class Desk:
    """One project at `root`, with the server whose data are in `home`."""

    def __init__(self, root: Path, home: Path, extra: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.home = home
        self.port = str(free_port())
        self.variables = {
            "PARLEY_STUDIO_HOME": str(home),
            "PARLEY_STUDIO_ENV": os.environ.get("PARLEY_STUDIO_ENV", str(ROOT / ".studio" / "env")),
            **STRAY,
            **(extra or {}),
        }

    # ------------------------------------------------------------------ commands
    def run(self, *words: str, **variables: str) -> Done:
        """Runs `parley WORDS --root ROOT`, in this process where it starts no server."""
        if words[:2] in (("studio", "up"), ("studio", "down")):
            with gone(self.spawn(*words, **variables)) as process:
                said, told = process.communicate()
                return Done(process.returncode, said, told)
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, self.variables | variables),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            warnings.catch_warnings(),
        ):
            # A command leaves its connections to the end of its process.
            warnings.simplefilter("ignore", ResourceWarning)
            code = main([*words, "--root", str(self.root)])
            gc.collect()
        return Done(code, out.getvalue(), err.getvalue())

    def good(self, *words: str, **variables: str) -> Done:
        """The same, for a command that must end well."""
        done = self.run(*words, **variables)
        assert done.code == 0, f"parley {' '.join(words)}: {done.code}\n{done.out}{done.err}"
        return done

    def json(self, *words: str) -> Any:
        """What a command that must end well says with --json."""
        return self.good(*words, "--json").json

    def spawn(self, *words: str, **variables: str) -> "subprocess.Popen[str]":
        """Starts the command as a process of its own, in a group of its own."""
        if words[:2] == ("studio", "up") and not {"--port", "--url"} & set(words):
            words = (*words, "--port", self.port)
        path = f"{ROOT / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        return subprocess.Popen(
            [sys.executable, "-m", "parley", *words, "--root", str(self.root)],
            env={**os.environ, **self.variables, "PYTHONPATH": path, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    # ------------------------------------------------------------------ the server
    @property
    def secrets(self) -> dict[str, Any]:
        """What secrets.json holds."""
        found: dict[str, Any] = json.loads((self.home / "secrets.json").read_text())
        return found

    @property
    def server(self) -> dict[str, Any]:
        """What server.json holds."""
        found: dict[str, Any] = json.loads((self.home / "server.json").read_text())
        return found

    @property
    def url(self) -> str:
        """The server's address."""
        return str(self.server["url"])

    def api(self, method: str, path: str, value: Any = None, token: str = "") -> Any:
        """Asks the server, without anything of ours in between."""
        answer = httpx.request(
            method,
            self.url + path,
            json=value,
            headers={"Authorization": f"Token {token or self.secrets['token']}"},
            timeout=120,
            follow_redirects=True,
        )
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.json() if answer.content else None

    def projects(self) -> dict[str, int]:
        """Title -> id of every project on the server."""
        found = self.api("GET", "/api/projects?page_size=1000")["results"]
        return {item["title"]: item["id"] for item in found}

    def export(self, project: int) -> list[Any]:
        """The export of a project, every task in it."""
        path = f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true"
        found: list[Any] = self.api("GET", path)
        return sorted(found, key=lambda task: task["id"])

    def tasks(self, project: int) -> dict[str, Any]:
        """Document -> task of a project; fails where a document has two."""
        found = self.export(project)
        by_doc = {task["data"]["doc_id"]: task for task in found}
        assert len(by_doc) == len(found), "a document has two tasks"
        return by_doc

    def empty(self) -> None:
        """Removes every project from the server."""
        for number in self.projects().values():
            self.api("DELETE", f"/api/projects/{number}/")

    def kill(self) -> None:
        """Kills the server and every child of it, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server["pid"], signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.server["pid"], 0)


@contextmanager
def gone(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """A process that is killed at the end, whatever happens."""
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(told: Callable[[], Any], what: str, patience: float = 120) -> Any:
    """Waits until `told` gives something true."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = told()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {patience:.0f} s in vain for {what}")


def snapshot(folder: Path, *but: str) -> dict[str, bytes]:
    """Every file below a folder with its bytes, but those below the folders named."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in but
    }


def unfinished(folder: Path) -> list[str]:
    """Files that were left half-written, and JSON that cannot be read."""
    found = [path.name for path in folder.rglob("*.part")]
    for path in folder.rglob("*.json"):
        try:
            json_io.loads(path.read_bytes())
        except json_io.JsonError:
            found.append(path.name)
    return found


def copy(source: Path, target: Path) -> Path:
    """A copy of a server's folder, which must be stopped, with its permissions."""
    shutil.copytree(source, target)
    (target / "server.json").unlink(missing_ok=True)
    return target
