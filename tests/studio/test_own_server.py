"""A server of the user's own: named by --url, its token of either kind from the environment."""

from typing import Any

import httpx
import pytest

from tests.studio.desk import Desk


def personal(desk: Desk) -> str:
    """A personal access token, made as its Account page makes one."""
    headers = {"Authorization": f"Token {desk.secrets['token']}"}
    with httpx.Client(base_url=desk.url, timeout=60, headers=headers) as http:
        settings: Any = {"api_tokens_enabled": True, "legacy_api_tokens_enabled": True}
        answer = http.post("/api/jwt/settings", json=settings)
        assert answer.is_success, answer.text
        answer = http.post("/api/token/")
        assert answer.is_success, answer.text
        return str(answer.json()["token"])


@pytest.mark.parametrize("kind", ["legacy", "personal"])
def test_the_loop_works_on_a_server_that_is_not_ours(desk: Desk, kind: str) -> None:
    token = desk.secrets["token"] if kind == "legacy" else personal(desk)
    desk.empty()
    other = Desk(desk.root, desk.root.parent / "other", {"PARLEY_STUDIO_TOKEN": token})
    done = other.good("studio", "up", "--url", desk.url)
    assert "6 tasks imported" in done.out
    # In use from now on: no other command needs the address.
    assert "nothing submitted yet" in other.good("studio", "pull").out
    assert "nothing to do" in other.good("studio", "up", "--url", desk.url).out
    assert other.json("studio", "status")["up"]
    assert token not in done.out + done.err
    for path in other.home.rglob("*"):
        assert path.is_dir() or token not in path.read_text("utf-8", "replace")
    # Not ours to stop.
    other.good("studio", "down")
    assert desk.json("studio", "status")["up"]
