"""Ctrl-C at any moment leaves main and the tags as they were or whole, and the next run goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub.faults import Fault
from tests.hub.fixtures import LoopbackHub
from tests.publishing.made import REPO

SOURCE = Path(__file__).parents[2] / "src"
COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from parley.cli import _run
sys.exit(_run.command(["publish", *sys.argv[1:]], {"publish"}))
"""


def start(root: Path, hub: LoopbackHub, folder: Path) -> "subprocess.Popen[str]":
    """The command in a process of its own; its temporary folders are in `folder`."""
    folder.mkdir(exist_ok=True)
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, REPO, "--yes", "--root", str(root)],
        env={**hub.env(folder), "PYTHONPATH": path, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


MOMENTS = {
    "in the upload": ("PUT /lfs", 2, "the repository was made, nothing was published in it", 0),
    "in the commit": (
        "POST .*/commit/",
        0,
        "the commit was sent, and may be on main without a tag",
        0,
    ),
    "in reading back": ("GET /cdn/", 3, "the files are on main (commit ", 1),
    "before the tag": ("POST .*/tag/", 0, "the files are on main (commit ", 1),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_at_once_and_a_second_run_succeeds(
    moment: str, root: Path, tmp_path: Path, hub: LoopbackHub
) -> None:
    on, skip, said, commits = MOMENTS[moment]
    held = hub.faults.add(Fault(on, hold=True, skip=skip))
    process = start(root, hub, tmp_path / "temporary")
    try:
        while not held.reached.wait(0.05):
            assert process.poll() is None, process.communicate()
        # The Hub does not answer; nobody waits for it.
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert f"parley: interrupted; {said}" in err
    assert err.endswith("; the command can be run again\n")
    assert list((tmp_path / "temporary").glob("parley-publish-*")) == []
    repo = hub.repo(REPO)
    assert repo is not None
    assert (repo.tags, len(repo.log())) == ({}, 1 + commits)
    hub.faults.clear()

    process = start(root, hub, tmp_path / "temporary")
    out, err = process.communicate()
    assert process.returncode == 0, err
    # The Hub may still have done what it held: then there is nothing left to do.
    assert "published, commit" in out
    assert repo.tags == {"v0.1.0": repo.head}
    assert len(repo.log()) == 2
    folder = root / "dist" / "parley"
    assert repo.files("v0.1.0").keys() == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
