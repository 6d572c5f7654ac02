"""A server of one folder for the reader on this machine: files, nothing else."""

import socket
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from parley.incidents import stop
from parley.reader.shell import POLICY

HOST = "127.0.0.1"
#: By suffix; a type of our own, so that no table of the system can change it.
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".bin": "application/octet-stream",
    ".txt": "text/plain; charset=utf-8",
}
#: Pages that bring a style of their own: without scripts, so it is allowed there.
_STYLED = "agreement/"
_PIECE = 1 << 16


class _Handler(BaseHTTPRequestHandler):
    folder: ClassVar[Path]
    protocol_version = "HTTP/1.1"
    server_version = "parley"
    sys_version = ""
    timeout = 30
    # Head and body go as two writes; the second must not wait for the first to be acknowledged.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        # A page of a stranger can lead a name of its own here; it would not be this name.
        name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if name not in ("127.0.0.1", "localhost"):
            self._refuse(HTTPStatus.FORBIDDEN, body)
            return
        place = self._place()
        if place is None and self.path == "/favicon.ico":
            # Browsers ask for it of pages that name none; that it is not there is no fault.
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
            return
        if place is None:
            self._refuse(HTTPStatus.NOT_FOUND, body)
            return
        path, here = place
        try:
            file = path.open("rb")
        except OSError:
            self._refuse(HTTPStatus.NOT_FOUND, body)
            return
        with file:
            stat = path.stat()
            tag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
            known = self.headers.get("If-None-Match", "")
            same = tag in (one.strip() for one in known.split(","))
            self.send_response(HTTPStatus.NOT_MODIFIED if same else HTTPStatus.OK)
            self.send_header("ETag", tag)
            # Kept, but asked about each time: a site that is built again shows at once.
            self.send_header("Cache-Control", "no-cache")
            self.send_header("Last-Modified", formatdate(stat.st_mtime, usegmt=True))
            self._safe(here)
            if same:
                self.end_headers()
                return
            kind = TYPES.get(path.suffix, "application/octet-stream")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(stat.st_size))
            self.end_headers()
            left = stat.st_size if body else 0
            while left and (piece := file.read(min(left, _PIECE))):
                self.wfile.write(piece)
                left -= len(piece)

    def _place(self) -> tuple[Path, str] | None:
        """The file that the request names, inside the folder; None where there is none."""
        here = unquote(urlsplit(self.path).path, errors="replace").removeprefix("/")
        here = here + "index.html" if here.endswith("/") or not here else here
        if "\0" in here or "\\" in here:
            return None
        try:
            path = (self.folder / here).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        # A path that climbs out, and a link that leads out, are none of the site's.
        if not path.is_file() or not path.is_relative_to(self.folder):
            return None
        return path, here

    def _safe(self, here: str) -> None:
        styled = here.startswith(_STYLED)
        policy = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        # `frame-ancestors` is for headers alone; a picture's own style stays within the picture.
        ours = policy if styled or here.endswith(".svg") else POLICY
        self.send_header("Content-Security-Policy", f"{ours}; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")

    def _refuse(self, status: HTTPStatus, body: bool) -> None:
        text = f"{status.value} {status.phrase}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", TYPES[".txt"])
        self.send_header("Content-Length", str(len(text)))
        self._safe("")
        self.end_headers()
        if body:
            self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is read is the reader's business."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        # Not the name of the machine: finding it may ask a network.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a browser that goes away in the middle is no fault."""


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of `folder` on this machine alone; the caller runs `serve_forever`. Port 0 takes a
    free one. Raises `IncidentError` (Z003) where the port cannot be had."""
    handler = type("Handler", (_Handler,), {"folder": folder.resolve()})
    try:
        return _Server((HOST, port), handler)
    except (OSError, OverflowError) as error:
        raise stop(
            "Z003",
            f"{HOST}:{port}",
            f"the port cannot be had: {getattr(error, 'strerror', None) or error}",
            do="name another with --port; 0 takes any free one",
        ) from None


def address(made: ThreadingHTTPServer) -> str:
    """Where a browser finds it."""
    return f"http://{HOST}:{made.server_port}/"
