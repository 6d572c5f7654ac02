"""The folder of a project's own Label Studio: environment, data, secrets and what is running.

Everything is under `.studio/` (ignored by git), or where PARLEY_STUDIO_HOME says:

env/            Label Studio in an environment of its own
data/           its database and uploads
home/           the home folder that it believes in
log             what the server prints
secrets.json    password and token, readable by the user alone
server.json     address and process of the server in use
"""

import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from parley import files, json_io
from parley.incidents import stop
from parley.project import Project

HOME_VARIABLE = "PARLEY_STUDIO_HOME"
ENV_VARIABLE = "PARLEY_STUDIO_ENV"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The administrator's account and the annotators' passwords on a server of our own."""

    email: str
    password: str
    token: str
    accounts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Running:
    """A server in use: `pid` is None for one that is not ours."""

    url: str
    pid: int | None
    database: str
    local_backend: bool = False


class Home:
    """Paths of one project's Label Studio; nothing is made before it is needed."""

    def __init__(self, project: Project) -> None:
        told = os.environ.get(HOME_VARIABLE)
        self.root = Path(told).expanduser().resolve() if told else project.root / ".studio"

    @property
    def env(self) -> Path:
        """The environment, which several projects may share through PARLEY_STUDIO_ENV."""
        told = os.environ.get(ENV_VARIABLE)
        return Path(told).expanduser().resolve() if told else self.root / "env"

    @property
    def data(self) -> Path:
        """The server's database and uploads."""
        return self.root / "data"

    @property
    def home(self) -> Path:
        """The server's HOME."""
        return self.root / "home"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.root / "log"

    # ------------------------------------------------------------------ secrets
    @property
    def secrets_file(self) -> Path:
        """Password and token, mode 600."""
        return self.root / "secrets.json"

    def secrets(self) -> Secrets:
        """The secrets, made at first use."""
        path = self.secrets_file
        if not path.is_file():
            made = Secrets(
                "parley@localhost.localdomain",
                secrets.token_urlsafe(18),
                secrets.token_hex(20),
                {},
            )
            self.keep(made)
            return made
        # A copy or an editor may have widened the permissions: the secrets stay the user's.
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        raw = _read(path)
        try:
            return Secrets(**raw)
        except TypeError:
            raise stop(
                "U009",
                str(path),
                "not a file of secrets that parley wrote",
                expected="email, password, token and accounts",
                do="move it away if its server's data may go with it",
            ) from None

    def keep(self, made: Secrets) -> None:
        """Writes the secrets so that they are never readable by others, not even for a moment."""
        self._private_root()
        with files.aside(self.secrets_file) as part:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(json_io.dumps(asdict(made), pretty=True))

    def _private_root(self) -> None:
        # The database holds the token too.
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)

    # ------------------------------------------------------------------ what is running
    @property
    def server_file(self) -> Path:
        """Which server is in use."""
        return self.root / "server.json"

    def running(self) -> Running | None:
        """What `remember` was told last, if it is still remembered."""
        if not self.server_file.is_file():
            return None
        try:
            return Running(**_read(self.server_file))
        except TypeError:
            return None

    def remember(self, running: Running | None) -> None:
        """Keeps which server is in use; None forgets it."""
        if running is None:
            self.server_file.unlink(missing_ok=True)
            return
        self._private_root()
        files.write(self.server_file, json_io.dumps(asdict(running), pretty=True))


def _read(path: Path) -> Any:
    try:
        raw = json_io.loads(path.read_bytes())
    except json_io.JsonError as error:
        raise stop("U009", str(path), f"not JSON that can be read: {error}") from None
    return raw if isinstance(raw, dict) else {}
