"""Starting and stopping a Label Studio server of the project's own.

It listens on loopback, keeps its data and its home in the project's `.studio` folder, sends nothing
to anybody, and gets an environment in which no stray variable of the user's is left: Label Studio
takes DEBUG, HOST, USERNAME and many more for settings.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit

from parley.incidents import stop
from parley.studio import install
from parley.studio.home import Home, Running, Secrets
from parley.studio.install import Say

HOST = "127.0.0.1"
PORT = 8080
#: A first start makes the database: 40 s measured on two cores, more on a slow disk.
PATIENCE = 300.0
SQLITE = "sqlite"
#: What lets the server call a pre-annotation backend on this machine (`parley backend`): adding one
#: asks both settings. Left protected unless asked for.
LOCAL_BACKEND = {
    "LABEL_STUDIO_ML_BLOCK_LOCAL_IP": "false",
    "LABEL_STUDIO_SSRF_PROTECTION_ENABLED": "false",
}


def start(
    home: Home, port: int, database_url: str | None, tell: Say, *, local_backend: bool = False
) -> Running:
    """A healthy server of the project's own: the one that runs, or a new one.

    Raises `IncidentError`: U003 the port is taken, U004 the disk is full, U005 it cannot be
    installed, U006 it does not start, U018 it runs with other settings.
    """
    running = home.running()
    if running is not None and running.pid is not None and alive(running):
        if local_backend and not running.local_backend:
            raise stop(
                "U018",
                running.url,
                "the server runs without leave to call backends on this machine",
                do="stop it with `parley studio down` and start it anew with --backend",
            )
        if not healthy(running.url):
            _wait(home, running.url, running.pid, tell)
        return running
    env = home.env
    install.install(env, tell)
    url = f"http://{HOST}:{port}"
    _claim(port)
    for folder in (home.root, home.data, home.home):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    first = database_url is None and not any(home.data.glob("*.sqlite3"))
    tell(f"starting Label Studio at {url}" + (" (the first start takes a minute)" if first else ""))
    with home.log.open("ab") as log:
        home.log.chmod(0o600)
        process = subprocess.Popen(
            [
                str(install.command(env)),
                "start",
                "--no-browser",
                "--internal-host",
                HOST,
                "--port",
                str(port),
            ],
            env=environment(home, home.secrets(), database_url, local_backend),
            cwd=home.data,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C at the terminal ends the command, not the server under an annotator's hands.
            start_new_session=True,
        )
    running = Running(url, process.pid, "postgresql" if database_url else SQLITE, local_backend)
    # Remembered before it is healthy: a command that is interrupted here leaves a server that
    # `down` finds.
    home.remember(running)
    _wait(home, url, process.pid, tell, process)
    return running


def environment(
    home: Home, secrets: Secrets, database_url: str | None, local_backend: bool = False
) -> dict[str, str]:
    """All variables that the server sees."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "TZ") if key in os.environ}
    return {
        **kept,
        "HOME": str(home.home),
        "LABEL_STUDIO_BASE_DATA_DIR": str(home.data),
        "LABEL_STUDIO_USERNAME": secrets.email,
        "LABEL_STUDIO_PASSWORD": secrets.password,
        "LABEL_STUDIO_USER_TOKEN": secrets.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
        "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        # Set but empty: the default is a live address.
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        **(LOCAL_BACKEND if local_backend else {}),
        **database(database_url),
    }


def database(url: str | None) -> dict[str, str]:
    """The variables that name the database: none for the embedded SQLite.

    Raises `IncidentError` (U007) for anything but postgresql://USER:PASSWORD@HOST:PORT/NAME.
    """
    if url is None:
        return {}
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        parts, port = urlsplit(""), 0
    name = parts.path.removeprefix("/")
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname or not name or not port:
        # The address may hold a password: it is not repeated.
        raise stop(
            "U007",
            "--database-url",
            "not the address of a PostgreSQL database",
            expected="postgresql://USER:PASSWORD@HOST:PORT/NAME",
        )
    return {
        "DJANGO_DB": "default",
        "POSTGRE_HOST": parts.hostname,
        "POSTGRE_PORT": str(port),
        "POSTGRE_NAME": unquote(name),
        "POSTGRE_USER": unquote(parts.username or "postgres"),
        "POSTGRE_PASSWORD": unquote(parts.password or ""),
    }


def _claim(port: int) -> None:
    """Raises U003 where something else listens on the port."""
    with socket.socket() as probe:
        # As a server would: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            raise stop(
                "U003",
                f"{HOST}:{port}",
                "the port is taken or not allowed",
                do="stop what listens there, or choose another with --port",
            ) from None


def healthy(url: str, timeout: float = 3.0) -> bool:
    """Whether a Label Studio answers at `url`."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=timeout) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def alive(running: Running) -> bool:
    """Whether the process that was started still is that server, not another of its number."""
    if running.pid is None:
        return False
    command = _command_line(running.pid)
    port = urlsplit(running.url).port
    return "label-studio" in command and f"--port {port}" in command


def _command_line(pid: int) -> str:
    """The words that a process was started with; empty where there is none."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        # Slim systems have no ps.
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            return ""
    shown = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    )
    return shown.stdout


def _wait(
    home: Home, url: str, pid: int, tell: Say, process: "subprocess.Popen[bytes] | None" = None
) -> None:
    began = told = time.monotonic()
    while not healthy(url):
        now = time.monotonic()
        gone = process.poll() is not None if process else not _exists(pid)
        if gone or now - began > PATIENCE:
            lines = tail(home.log, 12)
            full = any("disk is full" in line or "No space left" in line for line in lines)
            if gone:
                home.remember(None)
            raise stop(
                "U004" if full else "U006",
                url,
                "the server could not write: the disk is full"
                if full
                else "the server ended before it answered"
                if gone
                else f"no answer after {PATIENCE:.0f} s",
                do=f"see {home.log}; it ends:\n  " + "\n  ".join(lines),
            )
        if now - told > 15:
            tell(f"waiting for the server ({now - began:.0f} s)")
            told = now
        time.sleep(0.25)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def halt(home: Home, timeout: float = 20.0) -> bool:
    """Stops the server that was started; whether there was one."""
    running = home.running()
    if running is None:
        return False
    was = alive(running)
    if was and running.pid is not None:
        # Its whole group: the server reloads itself in a child.
        _signal(running.pid, signal.SIGTERM)
        end = time.monotonic() + timeout
        while _exists(running.pid) and not _reaped(running.pid) and time.monotonic() < end:
            time.sleep(0.1)
        if _exists(running.pid):
            _signal(running.pid, signal.SIGKILL)
    home.remember(None)
    return was


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _reaped(pid: int) -> bool:
    """Collects the process where it is a child of ours, which otherwise stays as a zombie."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False


def tail(path: Path, lines: int) -> list[str]:
    """The last lines of a file, without reading the whole of it."""
    if not path.is_file():
        return []
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 400 * max(1, lines)))
        return file.read().decode("utf-8", "replace").splitlines()[-lines:]
