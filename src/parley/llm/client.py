"""Chat completions from an OpenAI-compatible address: cached, retried, limited in time and size.

The key comes from the environment alone. It is neither logged nor shown nor kept: where a server
repeats it, it is taken out before anything else sees the reply.
"""

import hashlib
import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from parley import files, json_io
from parley.incidents import Incident, fault, show, stop

JSON = dict[str, Any]
Message = dict[str, str]

#: Where the key is looked for, in this order.
KEYS = ("PARLEY_LLM_KEY", "OPENAI_API_KEY")
#: Bytes of one reply; a quote file of a window is some ten thousand.
MOST_BYTES = 4_000_000
#: HTTP statuses after which the same request may go better.
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
#: HTTP statuses that every other request would get, too: no access, no such model or path.
_HOPELESS = frozenset({401, 402, 403, 404, 405})
#: HTTP statuses whose reason is about the request (too long, an unknown parameter), not the key.
_REASONED = frozenset({400, 404, 413, 422})
#: Keys shorter than this are dummies for local servers (EMPTY, none) and may be words of a text.
_SHORT_KEY = 12


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote; whether the server says that it was cut off; the model's refusal, where
    it is given apart; tokens, None where the server does not count them."""

    content: str
    cut: bool = False
    refusal: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class FailedError(Exception):
    """A request without a usable reply.

    `passing`: trying again may help, `after` seconds from now where the server says so. `hopeless`:
    every other request would fail like this one. `missing`: not in the cache, and nobody is asked.
    """

    def __init__(
        self,
        incident: Incident,
        *,
        passing: bool = False,
        after: float | None = None,
        hopeless: bool = False,
        missing: bool = False,
    ) -> None:
        super().__init__(str(incident))
        self.incident, self.passing, self.after = incident, passing, after
        self.hopeless, self.missing = hopeless, missing


@dataclass(slots=True)
class Counts:
    """What one run did. Tokens are those of the replies that it got, not of cached ones; a retry is
    a request, too."""

    requests: int = 0
    retries: int = 0
    cache_hits: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Client:
    """One model at one address. Its methods may be called from several threads at once."""

    def __init__(
        self,
        base_url: str | None,
        model: str,
        *,
        parameters: JSON | None = None,
        cache: Path | None = None,
        offline: bool = False,
        timeout: float = 120.0,
        retries: int = 5,
        pause: float = 1.0,
        longest_pause: float = 120.0,
        most_bytes: int = MOST_BYTES,
        sleep: Callable[[float], object] | None = None,
        option: str = "--base-url",
    ) -> None:
        """`base_url` ends before `/chat/completions` (`http://127.0.0.1:8000/v1`) and may be None
        `offline`, where only the cache answers. `parameters` go into every request. `timeout` is in
        seconds, for a whole request. The n-th retry comes after half to all of `pause` times 2 to
        the n seconds, at most `longest_pause`, or when the server says; a server that asks for
        longer than `longest_pause` is given up.

        Raises `IncidentError` (A002, naming `option`) for an address or a key that is none.
        """
        self.model, self.cache, self.offline = model, cache, offline
        self.parameters = {"temperature": 0} if parameters is None else parameters
        self.timeout, self.retries = timeout, retries
        self.pause, self.longest_pause, self.most_bytes = pause, longest_pause, most_bytes
        self.counts = Counts()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._sleep = sleep or self._stopped.wait
        self.url, self.where = ("", "cache") if offline else _address(base_url or "", option)
        self._key = _key()

    def stop(self) -> None:
        """Begins nothing more: waits end, and what is asked from now on fails."""
        self._stopped.set()

    def ask(self, messages: Sequence[Message], doc_id: str) -> Reply:
        """The reply to `messages`, from the cache where it is there. Raises `FailedError`: A003 no
        reply, A004 none that can be used. `doc_id` is for reports only."""
        body = {"model": self.model, "messages": list(messages), **self.parameters}
        path = None
        if self.cache is not None:
            path = self.cache / f"{hashlib.sha256(json_io.canonical(body)).hexdigest()}.json"
            cached = _cached(path)
            if cached is not None:
                self._count(cache_hits=1)
                return cached
        if self.offline:
            raise self._failed(doc_id, "A003", "not in the cache", missing=True)
        try:
            reply = self._persist(body, doc_id)
        except FailedError:
            self._count(failed=1)
            raise
        self._count(
            prompt_tokens=reply.prompt_tokens or 0, completion_tokens=reply.completion_tokens or 0
        )
        if path is not None:
            files.write(path, _entry(reply))
        return reply

    # ------------------------------------------------------------------ asking

    def _persist(self, body: JSON, doc_id: str) -> Reply:
        attempt = 0
        while True:
            if self._stopped.is_set():
                raise self._failed(doc_id, "A003", "not asked: the run was stopped")
            try:
                return self._post(body, doc_id)
            except FailedError as error:
                if not error.passing or attempt >= self.retries:
                    raise
                wait = error.after
                if wait is None:
                    # Half of it random, so that workers that failed together do not come back so.
                    full = min(self.longest_pause, self.pause * 2.0 ** min(attempt, 30))
                    wait = full * random.uniform(0.5, 1.0)
                elif wait > self.longest_pause:
                    what = f"the server asks to wait {wait:g} s, over {self.longest_pause:g} s"
                    raise self._failed(doc_id, "A003", what) from None
            self._sleep(wait)
            attempt += 1
            self._count(retries=1)

    def _post(self, body: JSON, doc_id: str) -> Reply:
        import httpx

        self._count(requests=1)
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        deadline = time.monotonic() + self.timeout
        received = bytearray()
        local = urlsplit(self.url).hostname in ("127.0.0.1", "localhost", "::1")
        try:
            with (
                # A proxy of the environment has no way to this machine's own server.
                httpx.Client(timeout=self.timeout, trust_env=not local) as client,
                client.stream(
                    "POST", self.url, content=json_io.dumps(body), headers=headers
                ) as response,
            ):
                for part in response.iter_bytes():
                    received += part
                    if len(received) > self.most_bytes:
                        what = f"the reply is over {self.most_bytes} bytes"
                        raise self._failed(doc_id, "A004", what)
                    if time.monotonic() > deadline:
                        what = f"no whole reply in {self.timeout:g} s"
                        raise self._failed(doc_id, "A003", what, passing=True)
                status, after = response.status_code, response.headers.get("Retry-After")
        except httpx.TimeoutException:
            what = f"no reply in {self.timeout:g} s"
            raise self._failed(doc_id, "A003", what, passing=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # The error's own words may hold the address with what a user put into it.
            what = f"cannot be reached: {type(error).__name__}"
            hopeless = isinstance(error, httpx.ConnectError)
            raise self._failed(doc_id, "A003", what, passing=True, hopeless=hopeless) from None
        data = self._without_key(bytes(received))
        if status != 200:
            raise self._failed(
                doc_id,
                "A003",
                f"the server refused{_reason(data) if status in _REASONED else ''}",
                got=f"HTTP {status}",
                passing=status in _PASSING,
                after=_seconds(after),
                hopeless=status in _HOPELESS or 300 <= status < 400,
            )
        return self._reply(data, doc_id)

    def _without_key(self, data: bytes) -> bytes:
        """A reply without the key, should a server repeat it."""
        return data.replace(self._key.encode(), b"[key]") if len(self._key) >= _SHORT_KEY else data

    def _reply(self, data: bytes, doc_id: str) -> Reply:
        try:
            raw = json_io.loads(data)
            choice = raw["choices"][0]
            message = choice["message"]
            content, refusal = message["content"], message.get("refusal")
        except (json_io.JsonError, LookupError, TypeError, AttributeError):
            # Servers say so of passing faults, too.
            raise self._failed(
                doc_id,
                "A004",
                "not a chat completion",
                got=data[:60].decode("utf-8", "replace"),
                expected='{"choices": [{"message": {"content": …}}]}',
                passing=True,
            ) from None
        if content is not None and not isinstance(content, str):
            raise self._failed(doc_id, "A004", "the content is no text", got=content)
        ended = choice.get("finish_reason")
        if ended == "content_filter" and not refusal:
            refusal = "content_filter"
        usage = raw.get("usage")
        tokens = [
            value if type(value := (usage or {}).get(name)) is int and value >= 0 else None
            for name in ("prompt_tokens", "completion_tokens")
        ] if isinstance(usage, dict) else [None, None]  # fmt: skip
        return Reply(
            content or "", ended == "length", refusal if isinstance(refusal, str) else "", *tokens
        )

    def _failed(
        self,
        doc_id: str,
        code: str,
        what: str,
        got: object = None,
        expected: str | None = None,
        **how: Any,
    ) -> FailedError:
        incident = fault(code, self.where, what, doc_id=doc_id, got=got, expected=expected)
        return FailedError(incident, **how)

    def _count(self, **more: int) -> None:
        with self._lock:
            for name, number in more.items():
                setattr(self.counts, name, getattr(self.counts, name) + number)


def _address(base_url: str, option: str) -> tuple[str, str]:
    """The address to post to, and the same as reports show it.

    A user, a password or a query is refused: the HTTP library logs addresses, and a password in one
    would take the place of the key.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    secret = parts.username is not None or parts.password is not None or parts.query
    if parts.scheme not in ("http", "https") or not host or secret:
        raise stop(
            "A002",
            option,
            "not the address of a language model",
            expected="http(s)://HOST[:PORT]/v1, without user, password and query",
        )
    host = f"[{host}]" if ":" in host else host
    shown = f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
    return f"{shown}/chat/completions", shown


def _key() -> str:
    """The key, or nothing. Raises `IncidentError` (A002) for one that no header can hold."""
    name = next((name for name in KEYS if os.environ.get(name, "").strip()), None)
    if name is None:
        return ""
    key = os.environ[name].strip()
    if not all("!" <= char <= "~" for char in key):
        raise stop("A002", name, "not a key", expected="printable ASCII without spaces")
    return key


def _reason(data: bytes) -> str:
    """What the server says of a request that it does not take, if it says so in the usual form."""
    try:
        said = json_io.loads(data)["error"]["message"]
    except (json_io.JsonError, LookupError, TypeError):
        return ""
    return f": {show(said, 200)}" if isinstance(said, str) else ""


def _seconds(value: str | None) -> float | None:
    """A Retry-After header (RFC 9110, 10.2.3: seconds, or a date) in seconds from now; None where
    there is none, or nonsense."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except ValueError:
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        seconds = (when - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if seconds == seconds else None


def _entry(reply: Reply) -> bytes:
    """A cache entry. The question is not in it: it would bring texts to where they may not be."""
    return json_io.dumps(
        {
            "content": reply.content,
            "cut": reply.cut,
            "refusal": reply.refusal,
            "prompt_tokens": reply.prompt_tokens,
            "completion_tokens": reply.completion_tokens,
        }
    )


def _cached(path: Path) -> Reply | None:
    """A cached reply; one that cannot be read is as good as none, and is written anew."""
    try:
        raw = json_io.loads(path.read_bytes())
        reply = Reply(raw["content"], raw["cut"], raw.get("refusal", ""))
        tokens = [raw.get("prompt_tokens"), raw.get("completion_tokens")]
    except (OSError, json_io.JsonError, LookupError, TypeError, AttributeError):
        return None
    sound = isinstance(reply.content, str) and isinstance(reply.cut, bool)
    if not sound or not isinstance(reply.refusal, str):
        return None
    return Reply(
        reply.content,
        reply.cut,
        reply.refusal,
        *(value if type(value) is int and value >= 0 else None for value in tokens),
    )
