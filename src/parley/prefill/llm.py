"""A language model behind an OpenAI-compatible address as a source of pre-annotations.

The model answers with a quote file, since models quote right and count wrong; `parley.quotes` turns
quotes into offsets. Whatever it answers, the work goes on: what resolves is kept, the rest is
counted and reported by code. An answer with faults is asked for once more, with the faults named.
Answers are cached by a digest of model and prompt, so that a second run asks nothing.

The key comes from the environment alone and is neither logged nor shown.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from parley import files, json_io
from parley.document import Annotations, Document, nest, order
from parley.incidents import Incident, fault, stop
from parley.ontology import LAYERS, Ontology
from parley.prefill import prompt as prompts
from parley.prefill.merge import empty
from parley.quotes import resolve

JSON = dict[str, Any]

#: Where the key is looked for, in this order.
KEYS = ("PARLEY_LLM_KEY", "OPENAI_API_KEY")
#: Bytes of one reply; a quote file of a chunk is some ten thousand.
MOST_BYTES = 4_000_000
#: Seconds to wait before the one retry of a failed request, where the server does not say.
PAUSE = 2.0
LONGEST_PAUSE = 30.0
_FENCE = re.compile(r"```(?:json|JSON)?\s*\n(.*?)(?:\n?```|\Z)", re.DOTALL)
#: Faults after which the same request may go better.
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class _Reply:
    """What the model wrote, and whether the server says that it was cut off."""

    content: str
    cut: bool


class _FailedError(Exception):
    """A request without a usable reply; `wait` is None where trying again is no use."""

    def __init__(self, incident: Incident, wait: float | None) -> None:
        super().__init__(str(incident))
        self.incident, self.wait = incident, wait


class LanguageModel:
    """One model at one address."""

    name = "llm"

    def __init__(
        self,
        base_url: str,
        model: str,
        ontology: Ontology,
        *,
        layers: tuple[str, ...] = LAYERS,
        cache: Path | None = None,
        timeout: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`base_url` ends before `/chat/completions` (`http://127.0.0.1:8000/v1`); `timeout` is in
        seconds, for a whole request. Raises `IncidentError` (A002) for an address that is none."""
        self.model, self.cache, self.timeout, self.sleep = model, cache, timeout, sleep
        self.prompt = prompts.prompt(ontology, layers)
        self.layers = self.prompt.layers
        self.url, self.where = _address(base_url)

    @property
    def detail(self) -> str:
        """Model and prompt."""
        return f"model {self.model}, prompt {self.prompt.digest}"

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        """Asks once a chunk of paragraphs, once more where the answer has faults."""
        found = empty(document)
        found.layers = self.layers
        incidents: list[Incident] = []
        for number, paragraphs in enumerate(prompts.chunks(document, ontology), start=1):
            text = prompts.masked(document.text or "", paragraphs)
            question = prompts.question(document, paragraphs)
            part, faults = self._ask(question, text, document.id, ontology)
            incidents += faults
            # Ids are unique within an answer only.
            _mark(part, f"c{number}")
            found.mentions += part.mentions
            found.events += part.events
            found.attributions += part.attributions
            found.stances += part.stances
        nest(found)
        order(found)
        return found, incidents

    def _ask(
        self, question: str, text: str, doc_id: str, ontology: Ontology
    ) -> tuple[Annotations, list[Incident]]:
        messages = [
            {"role": "system", "content": self.prompt.system},
            {"role": "user", "content": question},
        ]
        nothing = Annotations(doc_id, "", len(text), ())
        try:
            first = self._reply(messages, doc_id)
        except _FailedError as error:
            return nothing, [error.incident]
        best, faults, kept = self._read(first, text, doc_id, ontology)
        if not faults or all(item.code == "A008" for item in faults):
            return best or nothing, faults
        messages += [
            {"role": "assistant", "content": first.content[:20_000]},
            {"role": "user", "content": prompts.complaint(faults)},
        ]
        try:
            second = self._reply(messages, doc_id)
        except _FailedError as error:
            return best or nothing, [*faults, error.incident]
        other, more, other_kept = self._read(second, text, doc_id, ontology)
        if other is not None and (best is None or other_kept >= kept):
            return other, more
        return best or nothing, faults

    def _read(
        self, reply: _Reply, text: str, doc_id: str, ontology: Ontology
    ) -> tuple[Annotations | None, list[Incident], int]:
        """Annotations of one answer (None where it has none to read), its faults, and how many
        annotations were kept."""
        faults: list[Incident] = []
        content = reply.content.strip()
        if not content:
            return None, [fault("A005", self.where, "the answer is empty", doc_id=doc_id)], 0
        fenced = _FENCE.search(content)
        if not content.startswith("{") and fenced:
            content = fenced[1].strip()
            message = "the JSON stands in a code fence; taken out of it"
            faults.append(fault("A008", self.where, message, doc_id=doc_id))
        try:
            # The mask of what was not shown is no text to be quoted.
            content = content.replace("\\u0000", "\\ufffd").replace("\x00", "\ufffd")
            raw = json_io.loads(content.encode("utf-8", "surrogatepass"))
        except (json_io.JsonError, ValueError) as error:
            code, what = ("A007", "the answer was cut off") if reply.cut else ("A006", "not JSON")
            message = f"{what}: {error}"
            return None, [fault(code, self.where, message, doc_id=doc_id, got=content[-60:])], 0
        if reply.cut:
            # Whole JSON all the same: the limit fell on the end. It is still worth a word.
            faults.append(fault("A007", self.where, "the answer was cut off", doc_id=doc_id))
        if isinstance(raw, dict):
            raw.pop("doc_id", None)
            raw["layers"] = list(self.layers)
        annotations, wrong, lost = sound(raw, text, ontology, self.where, doc_id)
        if lost:
            given = lost + _count(annotations)
            message = f"{lost} of {given} annotations do not resolve and are left out"
            faults.append(fault("A009", self.where, message, doc_id=doc_id))
        return annotations, [*faults, *wrong], _count(annotations)

    # ------------------------------------------------------------------ asking

    def _reply(self, messages: list[dict[str, str]], doc_id: str) -> _Reply:
        body = {"model": self.model, "messages": messages, "temperature": 0}
        path = None
        if self.cache is not None:
            name = hashlib.sha256(json_io.canonical(body)).hexdigest()
            path = self.cache / f"{name}.json"
            cached = _cached(path)
            if cached is not None:
                return cached
        try:
            reply = self._post(body, doc_id)
        except _FailedError as error:
            if error.wait is None:
                raise
            self.sleep(error.wait)
            reply = self._post(body, doc_id)
        if path is not None:
            files.write(path, json_io.dumps({"content": reply.content, "cut": reply.cut}))
        return reply

    def _post(self, body: JSON, doc_id: str) -> _Reply:
        import httpx

        def failed(
            code: str,
            what: str,
            wait: float | None,
            got: object = None,
            expected: str | None = None,
        ) -> _FailedError:
            return _FailedError(
                fault(code, self.where, what, doc_id=doc_id, got=got, expected=expected), wait
            )

        key = next((os.environ[name] for name in KEYS if os.environ.get(name)), None)
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        deadline = time.monotonic() + self.timeout
        data = bytearray()
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
                    data += part
                    if len(data) > MOST_BYTES:
                        raise failed("A004", f"the reply is over {MOST_BYTES} bytes", None)
                    if time.monotonic() > deadline:
                        raise failed("A003", f"no whole reply in {self.timeout:g} s", PAUSE)
                status, wait = response.status_code, response.headers.get("Retry-After")
        except httpx.TimeoutException:
            raise failed("A003", f"no reply in {self.timeout:g} s", PAUSE) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # The error's own words may hold the address with what a user put into it.
            raise failed("A003", f"cannot be reached: {type(error).__name__}", PAUSE) from None
        if status != 200:
            again = _seconds(wait) if status in _PASSING else None
            raise failed("A003", "the server refused", again, got=f"HTTP {status}")
        return self._content(bytes(data), failed)

    def _content(self, data: bytes, failed: Callable[..., _FailedError]) -> _Reply:
        try:
            choice = json_io.loads(data)["choices"][0]
            content = choice["message"]["content"]
        except (json_io.JsonError, LookupError, TypeError):
            raise failed(
                "A004",
                "not a chat completion",
                None,
                got=data[:60].decode("utf-8", "replace"),
                expected='{"choices": [{"message": {"content": …}}]}',
            ) from None
        if content is not None and not isinstance(content, str):
            raise failed("A004", "the content is no text", None, got=content)
        return _Reply(content or "", choice.get("finish_reason") == "length")


def _address(base_url: str) -> tuple[str, str]:
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
            "--base-url",
            "not the address of a language model",
            expected="http(s)://HOST[:PORT]/v1, without user, password and query",
        )
    shown = f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
    return f"{shown}/chat/completions", shown


def _seconds(value: str | None) -> float:
    """A Retry-After header in seconds, within reason; dates and nonsense count as not given."""
    try:
        return min(max(float(value or PAUSE), 0.0), LONGEST_PAUSE)
    except ValueError:
        return PAUSE


def _cached(path: Path) -> _Reply | None:
    """A cached reply; one that cannot be read is as good as none, and is written anew."""
    try:
        raw = json_io.loads(path.read_bytes())
        content, cut = raw["content"], raw["cut"]
    except (OSError, json_io.JsonError, LookupError, TypeError):
        return None
    return _Reply(content, cut) if isinstance(content, str) and isinstance(cut, bool) else None


def _count(found: Annotations | None) -> int:
    if found is None:
        return 0
    lists = (found.mentions, found.events, found.attributions, found.stances)
    return sum(len(items) for items in lists)


def sound(
    raw: object, text: str, ontology: Ontology, file: str, doc_id: str
) -> tuple[Annotations, list[Incident], int]:
    """The annotations of a quote file's value that have no fault, every fault, and how many
    annotations were left out.

    An event whose faults are all about its arguments is kept without those arguments; whatever
    refers to something left out goes with it.
    """
    try:
        found, faults = resolve(raw, text, ontology, file=file, doc_id=doc_id)
    except (RecursionError, TypeError, ValueError) as error:
        # Values that no reader foresaw must not end a run over a whole corpus.
        message = f"cannot be read as a quote file: {type(error).__name__}"
        return Annotations(doc_id, "", len(text), ()), [fault("A006", file, message)], 1
    bad = {(item.item or "").partition(".")[0] for item in faults}
    rows = raw if isinstance(raw, dict) else {}
    lists = [rows[key] for key in ("mentions", "events", "attributions", "stances") if key in rows]
    total = sum(len(items) for items in lists if isinstance(items, list))
    if bad:
        spared = _only_arguments(rows, bad, text, ontology)
        bad -= spared
    mentions = [item for item in found.mentions if item.id not in bad]
    events = [item for item in found.events if item.id not in bad]
    left = {item.id for item in mentions} | {item.id for item in events}
    for event in events:
        event.arguments = [item for item in event.arguments if item.target in left]
    found.mentions, found.events = mentions, events
    found.attributions = [
        item for item in found.attributions if item.id not in bad and item.content
    ]
    found.stances = [
        item
        for item in found.stances
        if item.id not in bad
        and item.target in left
        and (item.holder is None or item.holder in left)
    ]
    return found, faults, max(0, total - _count(found))


def _only_arguments(rows: JSON, bad: set[str], text: str, ontology: Ontology) -> set[str]:
    """Ids of events in `bad` that are good without their arguments."""
    events = rows.get("events")
    if not isinstance(events, list):
        return set()
    mentions = rows.get("mentions")
    others = {
        item.get("id")
        for item in (mentions if isinstance(mentions, list) else [])
        if isinstance(item, dict) and isinstance(item.get("id"), str)
    }
    spared = set()
    for row in events:
        if isinstance(row, dict) and row.get("id") in bad and row.get("id") not in others:
            alone = {key: value for key, value in row.items() if key != "arguments"}
            twins = sum(
                isinstance(other, dict) and other.get("id") == row["id"] for other in events
            )
            if twins == 1 and not resolve({"events": [alone]}, text, ontology)[1]:
                spared.add(row["id"])
    return spared


def _mark(found: Annotations, mark: str) -> None:
    for mention in found.mentions:
        mention.id = f"{mark}-{mention.id}"
    for attribution in found.attributions:
        attribution.id = f"{mark}-{attribution.id}"
    for event in found.events:
        event.id = f"{mark}-{event.id}"
        for argument in event.arguments:
            argument.target = f"{mark}-{argument.target}"
    for stance in found.stances:
        stance.id = f"{mark}-{stance.id}"
        stance.target = f"{mark}-{stance.target}"
        stance.holder = f"{mark}-{stance.holder}" if stance.holder else None
