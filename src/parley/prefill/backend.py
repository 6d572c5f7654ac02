"""A Label Studio ML backend: pre-annotations while a task is opened.

The protocol is what Label Studio 1.23 speaks (its `ml/api_connector.py`): GET /health, POST /setup,
POST /predict, GET /versions, POST /webhook and /train. The server is for one machine: it listens on
loopback, reads JSON only, takes no body beyond a limit, and writes into its log neither bodies nor
headers, since /setup brings an access token.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Lock
from typing import Any

from parley import article, json_io
from parley.document import Document, Paragraph, digest
from parley.incidents import Incident, IncidentError, show, stop
from parley.ontology import LAYERS, Ontology
from parley.prefill import interface
from parley.prefill.merge import Source, make, model_version

JSON = dict[str, Any]

HOST = "127.0.0.1"
PORT = 9090
#: Bytes of a request: a batch of 100 tasks with their annotations is some megabytes.
MOST_BYTES = 64_000_000
#: Characters of one text; the longest article has some ten thousand.
LONGEST_TEXT = 2_000_000
#: Seconds in which a client must have sent its request.
PATIENCE = 30.0
#: Requests worked on at a time; more wait for their turn.
AT_ONCE = 4


class Backend:
    """What the backend answers, free of HTTP."""

    def __init__(
        self,
        sources: Sequence[Source],
        ontology: Ontology,
        documents: Callable[[str], Document | None] = lambda _: None,
        layers: Sequence[str] = LAYERS,
    ) -> None:
        """`documents` gives a document of the project by id, for its paragraphs and sentences; the
        text of the task is compared, and where they differ the task's text is taken as it is."""
        self.sources, self.ontology, self.documents = sources, ontology, documents
        self.layers = tuple(layers)
        self.model_version = model_version(sources)
        self.counts = {"requests": 0, "tasks": 0, "errors": 0}
        self.incidents = 0
        self._lock = Lock()

    def health(self) -> JSON:
        """GET / and /health."""
        return {"status": "UP", "model_class": "parley"}

    def setup(self, body: JSON) -> JSON:
        """POST /setup: the schema is read, so that a project whose interface cannot be served is
        told when the backend is added; host and token are not kept."""
        schema = body.get("schema")
        if isinstance(schema, str) and schema.strip():
            interface.parse(schema)
        return {"model_version": self.model_version}

    def predict(self, body: JSON) -> JSON:
        """POST /predict: one prediction a task, in the order of the tasks.

        Raises `IncidentError`: A020 no list of tasks, A023 a task without its text, A024 an
        interface that cannot be read.
        """
        tasks = body.get("tasks")
        if not isinstance(tasks, list):
            raise stop("A020", "tasks", "no list of tasks", got=tasks, expected='{"tasks": [...]}')
        config = body.get("label_config")
        asked = None
        if isinstance(config, str) and config.strip():
            asked = interface.parse(config)
        results = [self._one(task, asked, number) for number, task in enumerate(tasks)]
        self._count("tasks", len(tasks))
        return {"results": results, "model_version": self.model_version}

    def _one(self, task: object, asked: interface.Interface | None, number: int) -> JSON:
        data = task.get("data") if isinstance(task, dict) else None
        key = asked.text_key if asked else "text"
        text = data.get(key) if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(text, str) or not text.strip():
            raise stop("A023", f"tasks[{number}]", f"no text in data.{key}", got=text)
        if len(text) > LONGEST_TEXT:
            raise stop("A021", f"tasks[{number}]", f"the text is over {LONGEST_TEXT} characters")
        document = self._document(data, text)
        layers = (
            self.layers
            if asked is None
            else tuple(layer for layer in self.layers if layer in asked.layers)
        )
        made = make(document, self.sources, self.ontology, layers)
        with self._lock:
            self.incidents += len(made.incidents)
        result = interface.answer(made.annotations, text, self.ontology, asked)
        # No score: rules and models give none that could be compared.
        return {"result": result, "score": None, "model_version": self.model_version}

    def _document(self, data: JSON, text: str) -> Document:
        doc_id = data.get("doc_id")
        known = self.documents(doc_id) if isinstance(doc_id, str) else None
        if known is not None and known.text == text:
            return known
        published = data.get("published")
        return bare(
            text,
            doc_id if isinstance(doc_id, str) and doc_id else "task",
            published if isinstance(published, str) else "",
        )

    def versions(self) -> JSON:
        """GET /versions."""
        return {"versions": [self.model_version]}

    def metrics(self) -> JSON:
        """GET /metrics: counts since the start."""
        with self._lock:
            return {**self.counts, "incidents": self.incidents, "model_version": self.model_version}

    def accepted(self, _: JSON) -> JSON:
        """POST /webhook, /train and the like: taken note of; there is nothing to train."""
        return {"status": "ok", "message": "nothing to train", "model_version": self.model_version}

    def _count(self, what: str, by: int = 1) -> None:
        with self._lock:
            self.counts[what] += by

    def answer(self, method: str, path: str, body: JSON) -> tuple[int, JSON]:
        """The status and body of the answer to a request whose body was read."""
        self._count("requests")
        path = path.partition("?")[0].rstrip("/") or "/"
        get: Mapping[str, Callable[[], JSON]] = {
            "/": self.health,
            "/health": self.health,
            "/versions": self.versions,
            "/metrics": self.metrics,
        }
        post: Mapping[str, Callable[[JSON], JSON]] = {
            "/setup": self.setup,
            "/predict": self.predict,
            "/webhook": self.accepted,
            "/train": self.accepted,
            "/validate": self.setup,
            "/delete": self.accepted,
            "/duplicate_model": self.accepted,
            "/versions": lambda _: self.versions(),
            "/job_status": lambda _: {"job_status": "finished"},
        }
        try:
            if method == "GET" and path in get:
                return 200, get[path]()
            if method == "POST" and path in post:
                return 200, post[path](body)
        except IncidentError as error:
            return self.refuse(413 if error.incidents[0].code == "A021" else 400, *error.incidents)
        except Exception as error:  # noqa: BLE001 (whatever a source raises, the client gets JSON)
            print(f"parley backend: {type(error).__name__} in {method} {path}", file=sys.stderr)
            message = "the prediction failed; the server's log says where"
            return self.refuse(500, Incident("A025", path, message))
        if path in get or path in post:
            allowed = "POST" if method == "GET" else "GET"
            return self.refuse(
                405, Incident("A022", path, f"{show(method)} is not taken; {allowed} is")
            )
        known = ", ".join(sorted({*get, *post}))
        return self.refuse(
            404, Incident("A022", show(path, 60), f"no such path; there are {known}")
        )

    def refuse(self, status: int, *incidents: Incident) -> tuple[int, JSON]:
        """An error as JSON."""
        self._count("errors")
        return status, {"error": "; ".join(map(str, incidents)), "code": incidents[0].code}


def bare(text: str, doc_id: str, published: str = "") -> Document:
    """A document of a text that the project does not know: the first line is the title, every other
    one body. Offsets are those of `text` as it is, line ends included."""
    spans = article.spans(text)
    paragraphs = tuple(
        Paragraph(start, end, "title" if number == 0 else "body")
        for number, (start, end) in enumerate(spans)
    )
    title = text[slice(*spans[0])] if spans else ""
    return Document(
        doc_id,
        "",
        "open",
        title,
        published,
        "news",
        "en",
        len(text),
        digest(text.encode("utf-8", "replace").decode()),
        paragraphs,
        article.units(text, paragraphs),
        text,
    )


def server(
    backend: Backend, host: str = HOST, port: int = PORT, most_bytes: int = MOST_BYTES
) -> ThreadingHTTPServer:
    """A server for `backend`, listening; the caller runs `serve_forever`. Port 0 picks a free one.

    Raises `IncidentError` (A026) where the port cannot be had.
    """
    turns = BoundedSemaphore(AT_ONCE)

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE
        server_version = "parley"
        sys_version = ""

        def do_GET(self) -> None:
            self._send(*backend.answer("GET", self.path, {}))

        def do_POST(self) -> None:
            status, body = self._body()
            if status != 200:
                self.close_connection = True
                self._send(status, body)
                return
            with turns:
                self._send(*backend.answer("POST", self.path, body))

        def _body(self) -> tuple[int, JSON]:
            kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            # A form or plain text is what a web page of a stranger can send without being asked.
            if kind != "application/json":
                return self._refuse(415, "A020", f"a body of {show(kind)}; JSON is taken")
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or len(length) > 18:
                return self._refuse(411, "A020", "no Content-Length")
            if int(length) > most_bytes:
                return self._refuse(413, "A021", f"over {most_bytes} bytes")
            try:
                data = self.rfile.read(int(length))
            except OSError:
                return self._refuse(408, "A020", "the body did not arrive")
            if len(data) < int(length):
                return self._refuse(400, "A020", "the body ends early")
            try:
                body = json_io.loads(data) if data else {}
            except json_io.JsonError as error:
                return self._refuse(400, "A020", f"not JSON: {error}")
            if not isinstance(body, dict):
                return self._refuse(400, "A020", "not a JSON object")
            return 200, body

        def _refuse(self, status: int, code: str, message: str) -> tuple[int, JSON]:
            return backend.refuse(status, Incident(code, "request", message))

        def _send(self, status: int, body: JSON) -> None:
            data = json_io.dumps(body)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                pass  # the client has gone

        def send_error(
            self, code: int, message: str | None = None, explain: str | None = None
        ) -> None:
            # What http.server itself refuses (a bad request line) is answered as JSON too.
            self.close_connection = True
            self._send(code, {"error": f"A022: {message or 'refused'}", "code": "A022"})

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: requests may carry tokens in their path; `/metrics` counts them."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            error = sys.exception()
            # A client that hangs up in the middle is no event.
            if not isinstance(error, OSError):
                print(f"parley backend: {type(error).__name__}", file=sys.stderr)

    try:
        return Server((host, port), Handler)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "not a port"
        raise stop("A026", f"{host}:{port}", f"cannot listen there: {reason}") from None
