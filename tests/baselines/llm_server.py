"""A server of a language model that can do wrong whatever a real one can."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True)
class Says:
    """An HTTP answer: a chat completion of `content`, or `body` as it is; `sent` bytes of it."""

    content: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    finish: str = "stop"
    refusal: str | None = None
    usage: Any = None
    sent: int | None = None
    reset: bool = False
    hang: bool = False

    def data(self) -> bytes:
        """The body."""
        if self.body is not None:
            return self.body
        text = self.content
        if text is not None and not isinstance(text, str):
            text = json.dumps(text, ensure_ascii=False)
        message = {"role": "assistant", "content": text, "refusal": self.refusal}
        value: JSON = {"choices": [{"message": message, "finish_reason": self.finish}]}
        if self.usage is not None:
            value["usage"] = self.usage
        return json.dumps(value).encode()


#: Given the messages of a request and how often it came before, what the server says.
Script = Callable[[list[JSON], int], Says]


class Server:
    """Requests in the order of their arrival, and the most that were open at once."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[JSON] = []
        self.headers: list[dict[str, str]] = []
        self.open = self.most_open = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"

    def asked(self) -> list[str]:
        """The last message of each request."""
        return [request["messages"][-1]["content"] for request in self.requests]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        request = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self.lock:
            before = self.requests.count(request)
            self.requests.append(request)
            self.headers.append(dict(handler.headers))
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            says = self.script(request["messages"], before)
        finally:
            # Before it is answered: the client may ask again as soon as it is.
            with self.lock:
                self.open -= 1
        if says.hang:
            self.closing.wait(30)
            return
        if says.reset:
            # Closing with nothing to linger for is a reset.
            linger = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            handler.connection.close()
            return
        data = says.data()
        try:
            handler.send_response(says.status)
            handler.send_header("Content-Length", str(len(data)))
            for name, value in says.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(data[: says.sent])
        except ConnectionError:
            # The client was killed.
            pass


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    """A server on the loopback, while the block runs."""
    server = Server(script)
    server.http.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.http.shutdown()
        server.http.server_close()
        thread.join()
