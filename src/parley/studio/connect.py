"""Which server a command talks to: the project's own, or one of the user's."""

import os

from parley.incidents import stop
from parley.studio.client import Client
from parley.studio.home import Home
from parley.studio.server import healthy

TOKEN_VARIABLE = "PARLEY_STUDIO_TOKEN"


def client(home: Home, url: str | None = None) -> Client:
    """A client of the server at `url`, or of the one in use.

    The token of a server of the user's own comes from PARLEY_STUDIO_TOKEN: never from an argument,
    which others could see in the process list. Raises `IncidentError`: U001 no server there, U002
    no token, or one that is refused, U006 no server in use.
    """
    running = home.running()
    if url is None and running is None:
        raise stop(
            "U006",
            str(home.root),
            "no Label Studio is in use",
            do="start one with `parley studio up`, or name yours with --url",
        )
    address = (url or (running.url if running else "")).rstrip("/")
    own = running is not None and running.pid is not None and running.url == address
    token = home.secrets().token if own else os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        raise stop(
            "U002",
            address,
            "no token for this server",
            expected=f"a legacy token or a personal access token in {TOKEN_VARIABLE}",
        )
    found = Client(address, token)
    if not healthy(address, timeout=10):
        raise stop(
            "U001",
            address,
            "no Label Studio answers there",
            do="see `parley studio status` and `parley studio logs`; `parley studio up` starts it"
            if own
            else "look at the address, and whether the server is up",
        )
    found.whoami()
    return found
