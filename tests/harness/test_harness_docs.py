"""The commands of docs/harness.md, run as they stand in a project."""

import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.dataset.questions import TASKS
from tests.baselines import llm_server

pytestmark = [pytest.mark.models]
PAGE = Path(__file__).parents[2] / "docs" / "harness.md"
BLOCKS = re.findall(r"^```sh ?(\w*)\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
MODULES = {"parley": "parley", "lm_eval": "lm_eval", "inspect": "inspect_ai"}


def _there(*names: str) -> pytest.MarkDecorator:
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {missing}")


@pytest.fixture(scope="module")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the made project, with the three commands in a folder `bin`."""
    project = tmp_path_factory.mktemp("docs") / "project"
    shutil.copytree(root, project)
    bin = project / "bin"
    bin.mkdir()
    for name, module in MODULES.items():
        script = bin / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', "utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    yield project


def _run(project: Path, script: str) -> str:
    environ = {
        **os.environ,
        "PATH": f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HF_HOME": str(project / "hf"),
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=project, env=environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _block(kind: str, word: str) -> str:
    found: str
    [found] = [block for name, block in BLOCKS if name == kind and word in block]
    return found


def test_every_block_is_run_but_those_that_need_a_model_or_an_installation() -> None:
    assert [name for name, _ in BLOCKS] == ["setup", "", "model", "", "server"]


@_there("lm_eval")
def test_lm_evaluation_harness_runs_every_task_of_the_page(project: Path) -> None:
    out = _run(project, _block("", "lm_eval run"))
    assert all(f"parley_{task}" in out for task in TASKS)


@_there("inspect_ai")
def test_inspect_runs_every_task_of_the_page_on_a_server(project: Path) -> None:
    listed = _run(project, _block("", "inspect list"))
    assert all(f"@parley_{task}" in listed for task in TASKS)
    body = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "MODEL",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "ANSWER: A"},
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    says = llm_server.Says(
        body=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with llm_server.serving(lambda messages, before: says) as server:
        script = _block("server", "inspect eval").replace("http://localhost:8000/v1", server.url)
        out = _run(project, script)
        asked = server.asked()
    assert len(asked) == sum(f"parley_{task}" in out for task in TASKS) * 2
    assert "exact_match" in out and "accuracy" in out
