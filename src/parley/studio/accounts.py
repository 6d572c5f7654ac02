"""Annotators' accounts on a server of the project's own."""

import re
import secrets
from dataclasses import replace

from parley.incidents import stop
from parley.studio.client import Client
from parley.studio.home import Home

#: A domain that no mail can leave for.
DOMAIN = "annotators.localdomain"


def email(annotator: str, told: str) -> str:
    """The address that an annotator's account goes by."""
    return told or f"{annotator}@{DOMAIN}"


def ensure(client: Client, home: Home, people: dict[str, str]) -> dict[str, int]:
    """Annotator -> user id, accounts made where they are missing.

    Passwords are kept with the other secrets. Raises `IncidentError` (U012) where the server makes
    no account.
    """
    users = client.users()
    wanted = {who: email(who, told) for who, told in people.items()}
    for address in wanted.values():
        if address not in users:
            _sign_up(client, home, address)
    users = client.users()
    missing = [address for address in wanted.values() if address not in users]
    if missing:
        raise stop("U012", client.url, "no account could be made", got=missing)
    return {who: users[address] for who, address in wanted.items()}


def _sign_up(client: Client, home: Home, address: str) -> None:
    """Follows the organisation's invitation, as a person would in the browser."""
    import httpx

    kept = home.secrets()
    password = kept.accounts.get(address) or secrets.token_urlsafe(12)
    # Kept before it is used: an interrupted command must not leave an account that nobody can open.
    home.keep(replace(kept, accounts={**kept.accounts, address: password}))
    page = client.url + client.invitation()
    with httpx.Client(timeout=60, follow_redirects=False) as http:
        form = http.get(page).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        answer = http.post(
            page,
            data={
                "csrfmiddlewaretoken": token[1] if token else "",
                "email": address,
                "password": password,
                "allow_newsletters": "false",
            },
            headers={"Referer": page},
        )
    if answer.status_code not in (302, 303):
        raise stop(
            "U012", client.url, f"no account could be made for {address}", got=answer.status_code
        )
