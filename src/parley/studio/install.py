"""Label Studio in an environment of its own, as its lock file says.

Its pins clash with those of the toolchain, so it never shares an environment with it.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from parley.incidents import stop

HERE = Path(__file__).parent
LOCK = HERE / "requirements.lock"
#: Free space that an installation takes, with room for what pip unpacks on the way.
NEEDED = 2_000_000_000

Say = Callable[[str], None]


def version() -> str:
    """The pinned version of Label Studio."""
    return (HERE / "requirements.in").read_text().strip().partition("==")[2]


def command(env: Path) -> Path:
    """The `label-studio` program of an environment."""
    return env / "bin" / "label-studio"


def _stamp(env: Path) -> Path:
    return env / ".parley"


def _wanted() -> str:
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} python {sys.version_info[:2]}\n"


def installed(env: Path) -> bool:
    """Whether the environment holds what the lock file says, whole."""
    stamp = _stamp(env)
    return stamp.is_file() and stamp.read_text() == _wanted() and command(env).is_file()


def install(env: Path, tell: Say) -> None:
    """Makes the environment if it is not there; one that is half-made or outdated is made again.

    Raises `IncidentError` (U005) with the end of what pip said.
    """
    if installed(env):
        return
    env.parent.mkdir(parents=True, exist_ok=True)
    if env.exists() and not (env / "pyvenv.cfg").is_file() and any(env.iterdir()):
        raise stop(
            "U005",
            str(env),
            "not an environment that parley made",
            expected="an empty or absent folder",
            do="move it away, or name another with PARLEY_STUDIO_ENV",
        )
    free = shutil.disk_usage(env.parent).free
    if free < NEEDED:
        raise stop(
            "U004",
            str(env.parent),
            "too little free space for Label Studio",
            got=f"{free / 1e9:.1f} GB",
            expected=f"{NEEDED / 1e9:.0f} GB",
            do="make room, or name a folder on another disk with PARLEY_STUDIO_HOME",
        )
    # A virtual environment cannot be moved, so it is made in place; the stamp, written last, says
    # that it is whole.
    if env.exists():
        shutil.rmtree(env)
    tell(f"installing Label Studio {version()} into {env} (about 1 GB; some two minutes)")
    _run([sys.executable, "-m", "venv", str(env)], env)
    # Bytecode made now is not made by the first start, which someone waits for.
    pip = [str(env / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    _run([*pip, "install", "--quiet", "--compile", "--require-hashes", "-r", str(LOCK)], env)
    _stamp(env).write_text(_wanted())


def _run(argv: list[str], env: Path) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        full = any("No space left on device" in line for line in said)
        raise stop(
            "U004" if full else "U005",
            str(env),
            "no space left while installing" if full else "Label Studio could not be installed",
            got="\n".join(said[-3:]) or f"exit code {done.returncode}",
            do="make room and run the command again"
            if full
            else "look at the network, or at pip's index settings, and run the command again",
        )
