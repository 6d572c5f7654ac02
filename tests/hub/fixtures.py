"""The fixture `hub`: a loopback Hub of one's own for a test.

    from tests.hub.fixtures import hub, hub_here  # noqa: F401  (in a conftest)

`hub.read(...)` runs code of a reader in a process of its own, where libraries read the environment
(`hub.env(...)`) as they are imported; `hub_here` points this process at the hub.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.server import Hub

#: The end of a reader's process. Arrow's threads can still hold a file that Python gave them when
#: the interpreter ends, which aborts it after all is printed
#: (github.com/apache/arrow/issues/50482, github.com/huggingface/datasets/issues/7566); so nothing
#: is taken down here. An error before it is an error as ever.
_END = "\nimport os, sys; sys.stdout.flush(); os._exit(0)"

#: No proxy stands between a test and its own machine.
_NO_PROXY = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


class LoopbackHub(Hub):
    """A Hub that can say how programs are pointed at it."""

    def env(self, folder: Path) -> dict[str, str]:
        """The environment of a subprocess that knows this Hub alone; its home is in `folder`."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        return {
            **kept,
            **_NO_PROXY,
            "HF_ENDPOINT": self.endpoint,
            "HF_TOKEN": self.token,
            "HF_HOME": str(folder / "hf-home"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        }

    def read(self, code: str, *args: object, folder: Path, **env: str) -> str:
        """What `code` prints, run in `folder` as a script of somebody who reads from this Hub."""
        done = subprocess.run(
            [sys.executable, "-c", code + _END, *map(str, args)],
            env=self.env(folder) | env,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    """A loopback Hub without repositories."""
    hub = LoopbackHub()
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


@pytest.fixture
def hub_here(
    hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LoopbackHub]:
    """The same, with this process pointed at it: whatever is asked of `huggingface_hub`."""
    from huggingface_hub import constants
    from huggingface_hub.utils._http import close_session

    for name, value in hub.env(tmp_path).items():
        if os.environ.get(name) != value:
            monkeypatch.setenv(name, value)
    # Read when the library was imported, which may have been long before.
    home = tmp_path / "hf-home"
    monkeypatch.setattr(constants, "ENDPOINT", hub.endpoint)
    address = f"{hub.endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    close_session()
    yield hub
    close_session()
