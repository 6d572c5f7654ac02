"""A Hub on the loopback that speaks the protocol of huggingface_hub 2.4 (and so of datasets).

What it answers is what the client's source asks for and reads: `hf_api.py`, `_commit_api.py`,
`lfs.py`, `file_download.py`, `hf_file_system.py`, `utils/_http.py` of huggingface_hub 2.4.0.
Large files are redirected to another host, as the Hub does, so that a client which loses headers
or sends its token there is found out.
"""

import base64
import hashlib
import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import yaml

from tests.hub.faults import Faults
from tests.hub.store import Blob, Commit, Repo

TOKEN = "hf_loopback_0123456789"
JSON = dict[str, Any]
_REPO = r"/api/(?P<kind>models|datasets|spaces)/(?P<name>[^/]+/[^/]+)"
_FILES = r"/(?:(?P<kind>datasets|spaces)/)?(?P<name>[^/]+/[^/]+)"


class RefusedError(Exception):
    """An answer other than a good one; `code` is what the client tells faults apart by."""

    def __init__(self, status: int, says: str, code: str | None = None) -> None:
        super().__init__(says)
        self.status, self.says, self.code = status, says, code


class Hub:
    """Repositories, one user with a token, and the faults in force.

    `role` is the token's: "write", or "read" to refuse whatever writes. `namespaces` are those that
    the user may write to. `requests` are `METHOD /path?query`, as they came.
    """

    #: Whether cards are refused, for a reason that only the Hub can know.
    picky = False

    def __init__(self) -> None:
        self.token = TOKEN
        self.user = "lenna"
        self.namespaces = {"lenna", "dock-council"}
        self.role = "write"
        self.page = 1000
        self.faults = Faults()
        self.requests: list[str] = []
        self.tokens_abroad: list[str] = []
        self._repos: dict[tuple[str, str], Repo] = {}
        self._lock = threading.RLock()
        self._open: set[socket.socket] = set()
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self.http.server_address[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Ends; connections that are still open are closed, and held requests let go."""
        self.faults.clear()
        self.http.shutdown()
        self.http.server_close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    # ------------------------------------------------------------------ what tests look at
    def repo(self, name: str, kind: str = "datasets") -> Repo | None:
        """A repository, by `namespace/name`."""
        return self._repos.get((kind, name))

    def add(self, name: str, kind: str = "datasets", *, private: bool = False) -> Repo:
        """Makes a repository."""
        repo = Repo(kind, name, private)
        self._repos[kind, name] = repo
        return repo

    def asked(self, pattern: str) -> list[str]:
        """The requests in which a pattern is found."""
        return [request for request in self.requests if re.search(pattern, request)]

    def writes(self) -> list[str]:
        """The requests that write."""
        return self.asked(r"^(PUT|DELETE|POST /(?!.*(paths-info|validate-yaml)))")

    # ------------------------------------------------------------------ for the handler
    def entered(self, connection: socket.socket, *, gone: bool = False) -> None:
        """Keeps the connections that are open."""
        with self._lock:
            (self._open.discard if gone else self._open.add)(connection)

    def who(self, header: str | None) -> bool:
        """Whether a request has the token; refuses a wrong one."""
        if header is None:
            return False
        if header != f"Bearer {self.token}":
            raise RefusedError(401, "Invalid credentials in Authorization header")
        return True

    def found(self, kind: str, name: str, known: bool) -> Repo:
        """A repository that the user may see."""
        repo = self._repos.get((kind, name))
        if repo is None or (repo.private and not known):
            if known:
                raise RefusedError(404, "Repository not found", "RepoNotFound")
            raise RefusedError(401, "Invalid username or password.", "RepoNotFound")
        return repo

    def may_write(self, name: str, known: bool) -> None:
        """Refuses who may not write to a repository."""
        if not known:
            raise RefusedError(401, "Invalid username or password.")
        if self.role != "write" or name.split("/")[0] not in self.namespaces:
            raise RefusedError(
                403,
                "Forbidden: you must use a write token to upload to a repository."
                if self.role != "write"
                else f'You don\'t have the rights to create a dataset under "{name}"',
            )


def _at(repo: Repo, revision: str) -> Commit:
    found = repo.at(unquote(revision))
    if found is None:
        raise RefusedError(404, f"Invalid rev id: {unquote(revision)}", "RevisionNotFound")
    return found


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    hub: Hub
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.hub.entered(self.connection)

    def finish(self) -> None:
        self.hub.entered(self.connection, gone=True)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    # ------------------------------------------------------------------ one request
    def _answer(self) -> None:
        hub = self.hub
        request = f"{self.command} {self.path}"
        hub.requests.append(request)
        self.fault = hub.faults.of(request)
        if self.fault and self.fault.cut is not None:
            self.rfile.read(self.fault.cut)
            return self._hang_up()
        body = self._body()
        if body is None:
            return self._hang_up()
        if self.fault and self.fault.hold:
            self.fault.released.wait(60)
        try:
            if self.fault and self.fault.status is not None:
                raise RefusedError(self.fault.status, self.fault.says)
            self._route(body)
        except RefusedError as refused:
            headers = {"X-Error-Message": refused.says}
            if refused.code:
                headers["X-Error-Code"] = refused.code
            self._json({"error": refused.says}, refused.status, headers)
        return None

    def _hang_up(self) -> None:
        """Ends the connection without an answer."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _body(self) -> bytes | None:
        """The whole body; None where the client went away before its end."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            parts = []
            while size := int(self.rfile.readline().split(b";")[0] or b"-1", 16):
                part = self.rfile.read(size) if size > 0 else b""
                if len(part) < abs(size):
                    return None
                parts.append(part)
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        return body if len(body) == length else None

    def _send(self, data: bytes, status: int = 200, headers: JSON | None = None) -> None:
        if self.fault and self.fault.lost:
            return self._hang_up()
        if self.fault and self.fault.wrong:
            data = bytes(byte ^ 1 for byte in data)
        try:
            self.send_response(status)
            for name, value in {"Content-Length": len(data), **(headers or {})}.items():
                self.send_header(name, str(value))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)
        except ConnectionError:
            # The client was killed.
            self.close_connection = True
        return None

    def _json(self, value: Any, status: int = 200, headers: JSON | None = None) -> None:
        self._send(
            json.dumps(value).encode(),
            status,
            {"Content-Type": "application/json; charset=utf-8", **(headers or {})},
        )

    # ------------------------------------------------------------------ routes
    def _route(self, body: bytes) -> None:
        url = urlsplit(self.path)
        self.query = parse_qs(url.query)
        routes: list[tuple[str, str, Callable[..., None]]] = [
            ("GET", r"/api/whoami-v2", self._whoami),
            ("POST", r"/api/repos/create", self._create),
            ("POST", r"/api/validate-yaml", self._validate),
            ("GET", _REPO + r"(?:/revision/(?P<revision>[^/]+))?", self._info),
            ("GET", _REPO + r"/refs", self._refs),
            ("GET", _REPO + r"/tree/(?P<revision>[^/]+)(?:/(?P<path>.*))?", self._tree),
            ("POST", _REPO + r"/paths-info/(?P<revision>[^/]+)", self._paths),
            ("POST", _REPO + r"/preupload/(?P<revision>[^/]+)", self._preupload),
            ("POST", _REPO + r"/commit/(?P<revision>[^/]+)", self._commit),
            ("POST", _REPO + r"/tag/(?P<revision>[^/]+)", self._tag),
            ("DELETE", _REPO + r"/tag/(?P<revision>[^/]+)", self._untag),
            ("POST", _FILES + r"\.git/info/lfs/objects/batch", self._batch),
            ("POST", r"/lfs-verify/(?P<oid>[0-9a-f]{64})", self._verify),
            ("PUT", r"/lfs/(?P<kind>\w+)/(?P<name>[^/]+/[^/]+)/(?P<oid>[0-9a-f]{64})", self._put),
            ("GET", _FILES + r"/resolve/(?P<revision>[^/]+)/(?P<path>.+)", self._resolve),
            ("GET", r"/cdn/(?P<kind>\w+)/(?P<name>[^/]+/[^/]+)/(?P<oid>[0-9a-f]{64})", self._cdn),
        ]
        method = "GET" if self.command == "HEAD" else self.command
        # The signed addresses of a storage host take no token, and must not be sent one.
        if url.path.startswith(("/lfs/", "/cdn/")):
            if "Authorization" in self.headers:
                self.hub.tokens_abroad.append(url.path)
            self.known = False
        else:
            self.known = self.hub.who(self.headers.get("Authorization"))
        for verb, pattern, answer in routes:
            found = re.fullmatch(pattern, url.path)
            if verb == method and found:
                names = found.groupdict()
                if "kind" in names:
                    names["kind"] = names["kind"] or "models"
                with self.hub._lock:
                    return answer(body, **names)
        raise RefusedError(404, "Sorry, we can't find the page you are looking for.")

    def _whoami(self, body: bytes) -> None:
        if not self.known:
            raise RefusedError(401, "Invalid username or password.")
        orgs = [{"name": name} for name in sorted(self.hub.namespaces - {self.hub.user})]
        token = {"displayName": "test", "role": self.hub.role}
        auth = {"type": "access_token", "accessToken": token}
        self._json({"type": "user", "name": self.hub.user, "orgs": orgs, "auth": auth})

    def _create(self, body: bytes) -> None:
        asked = json.loads(body)
        kind = f"{asked.get('type', 'model')}s"
        name = f"{asked['organization'] or self.hub.user}/{asked['name']}"
        self.hub.may_write(name, self.known)
        if self.hub.repo(name, kind):
            raise RefusedError(409, f"You already created this {kind[:-1]} repo: {name}")
        self.hub.add(name, kind, private=asked.get("visibility") == "private")
        prefix = "" if kind == "models" else f"{kind}/"
        self._json({"url": f"{self.hub.endpoint}/{prefix}{name}", "name": name})

    def _validate(self, body: bytes) -> None:
        errors = [{"message": '"pretty_name" is taken'}] if self.hub.picky else []
        content = json.loads(body)["content"]
        match = re.match(r"---\n(.*?)\n---\n", content, re.DOTALL)
        try:
            head = yaml.safe_load(match[1]) if match else {}
            if not isinstance(head.get("license", ""), str | list):
                errors.append({"message": '"license" must be a string'})
        except yaml.YAMLError as error:
            errors.append({"message": f"Invalid YAML: {str(error).splitlines()[0]}"})
        self._json({"errors": errors, "warnings": []}, 400 if errors else 200)

    def _info(self, body: bytes, kind: str, name: str, revision: str | None = None) -> None:
        repo = self.hub.found(kind, name, self.known)
        commit = _at(repo, revision or "main")
        self._json(
            {
                "id": name,
                "author": name.split("/")[0],
                "sha": commit.sha,
                "lastModified": "2025-01-01T00:00:00.000Z",
                "createdAt": "2025-01-01T00:00:00.000Z",
                "private": repo.private,
                "gated": False,
                "disabled": False,
                "tags": [],
                "downloads": 0,
                "likes": 0,
                "siblings": [
                    {"rfilename": path, "size": len(blob.data), "blobId": blob.oid}
                    for path, blob in sorted(commit.files.items())
                ],
            }
        )

    def _refs(self, body: bytes, kind: str, name: str) -> None:
        repo = self.hub.found(kind, name, self.known)
        self._json(
            {
                "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head}],
                "converts": [],
                "tags": [
                    {"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": sha}
                    for tag, sha in sorted(repo.tags.items())
                ],
            }
        )

    def _tree(
        self, body: bytes, kind: str, name: str, revision: str, path: str | None = None
    ) -> None:
        commit = _at(self.hub.found(kind, name, self.known), revision)
        inside = f"{unquote(path).strip('/')}/" if path else ""
        names = sorted(name for name in commit.files if name.startswith(inside))
        if path and not names:
            raise RefusedError(
                404, f"{unquote(path)} does not exist on {revision}", "EntryNotFound"
            )
        deep = self.query.get("recursive", ["false"])[0].lower() == "true"
        found: dict[str, JSON] = {}
        for file in names:
            parts = file[len(inside) :].split("/")
            for depth in range(1, len(parts)):
                folder = inside + "/".join(parts[:depth])
                if deep or depth == 1:
                    oid = hashlib.sha1(folder.encode()).hexdigest()
                    found[folder] = {"type": "directory", "oid": oid, "size": 0, "path": folder}
            if deep or len(parts) == 1:
                found[file] = _entry(file, commit.files[file])
        rows = list(found.values())
        start = int(self.query.get("cursor", ["0"])[0])
        end = start + self.hub.page
        headers = {}
        if end < len(rows):
            flags = f"recursive={str(deep).lower()}&expand=false"
            address = f"{self.hub.endpoint}{urlsplit(self.path).path}?{flags}&cursor={end}"
            headers["Link"] = f'<{address}>; rel="next"'
        self._json(rows[start:end], headers=headers)

    def _paths(self, body: bytes, kind: str, name: str, revision: str) -> None:
        commit = _at(self.hub.found(kind, name, self.known), revision)
        rows = []
        for path in parse_qs(body.decode()).get("paths", []):
            path = path.strip("/")
            if path in commit.files:
                rows.append(_entry(path, commit.files[path]))
            elif any(file.startswith(f"{path}/") for file in commit.files):
                oid = hashlib.sha1(path.encode()).hexdigest()
                rows.append({"type": "directory", "oid": oid, "size": 0, "path": path})
        self._json(rows)

    # ------------------------------------------------------------------ writing
    def _writable(self, kind: str, name: str) -> Repo:
        repo = self.hub.found(kind, name, self.known)
        self.hub.may_write(name, self.known)
        return repo

    def _preupload(self, body: bytes, kind: str, name: str, revision: str) -> None:
        repo = self._writable(kind, name)
        files = _at(repo, revision).files
        ignored = files[".gitignore"].data.decode().split() if ".gitignore" in files else []
        rows = []
        for asked in json.loads(body)["files"]:
            path = asked["path"]
            base64.b64decode(asked["sample"], validate=True)
            there = files.get(path)
            rows.append(
                {
                    "path": path,
                    "uploadMode": "lfs" if repo.is_large(path) else "regular",
                    "shouldIgnore": path in ignored,
                    "oid": (there.sha256 if there.large else there.oid) if there else None,
                }
            )
        self._json({"files": rows})

    def _batch(self, body: bytes, kind: str, name: str) -> None:
        repo = self._writable(kind, name)
        asked = json.loads(body)
        assert asked["operation"] == "upload" and asked["hash_algo"] == "sha256"
        rows = []
        for item in asked["objects"]:
            row: JSON = {"oid": item["oid"], "size": item["size"]}
            if item["oid"] not in repo.objects:
                address = f"{self.hub.endpoint}/lfs/{kind}/{name}/{item['oid']}"
                verify = f"{self.hub.endpoint}/lfs-verify/{item['oid']}"
                row["actions"] = {
                    "upload": {"href": f"{address}?size={item['size']}", "header": {}},
                    "verify": {"href": verify, "header": {}},
                }
            rows.append(row)
        self._json({"transfer": "basic", "objects": rows})

    def _put(self, body: bytes, kind: str, name: str, oid: str) -> None:
        repo = self.hub.repo(name, kind)
        right = hashlib.sha256(body).hexdigest() == oid
        if repo is None or not right or len(body) != int(self.query["size"][0]):
            raise RefusedError(400, "The digest of what was sent is another")
        repo.objects[oid] = body
        self._send(b"", headers={"ETag": f'"{oid}"'})

    def _verify(self, body: bytes, oid: str) -> None:
        size = json.loads(body)["size"]
        objects = [repo.objects[oid] for repo in self.hub._repos.values() if oid in repo.objects]
        if not any(len(data) == size for data in objects):
            raise RefusedError(404, "No such object", "EntryNotFound")
        self._json({})

    def _commit(self, body: bytes, kind: str, name: str, revision: str) -> None:
        repo = self._writable(kind, name)
        if unquote(revision) != "main":
            raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        lines = [json.loads(line) for line in body.splitlines()]
        head = lines[0]["value"]
        if head.get("parentCommit", repo.head) != repo.head:
            raise RefusedError(412, "A commit has happened since. Please refresh and try again.")
        files = dict(repo.commits[repo.head].files)
        for line in lines[1:]:
            value = line["value"]
            path = value["path"]
            if line["key"] == "file":
                files[path] = Blob(base64.b64decode(value["content"], validate=True), False)
            elif line["key"] == "lfsFile":
                data = repo.objects.get(value["oid"])
                if data is None:
                    raise RefusedError(
                        400, f"LFS pointer pointed to a file that does not exist: {path}"
                    )
                files[path] = Blob(data, True)
            elif line["key"] == "deletedFile":
                if path not in files:
                    raise RefusedError(404, "A file with this name doesn't exist", "EntryNotFound")
                del files[path]
            else:
                raise RefusedError(400, f"Unknown operation: {line['key']}")
        sha = repo.commit(head["summary"], files)
        address = f"{self.hub.endpoint}/{kind}/{name}/commit/{sha}"
        self._json({"success": True, "commitOid": sha, "commitUrl": address, "hookOutput": ""})

    def _tag(self, body: bytes, kind: str, name: str, revision: str) -> None:
        repo = self._writable(kind, name)
        tag = json.loads(body)["tag"]
        if tag in repo.tags:
            raise RefusedError(409, "Tag reference exists already")
        repo.tags[tag] = _at(repo, revision).sha
        self._send(b"")

    def _untag(self, body: bytes, kind: str, name: str, revision: str) -> None:
        repo = self._writable(kind, name)
        if repo.tags.pop(unquote(revision), None) is None:
            raise RefusedError(404, "Tag not found", "RevisionNotFound")
        self._send(b"")

    # ------------------------------------------------------------------ downloads
    def _resolve(self, body: bytes, kind: str, name: str, revision: str, path: str) -> None:
        commit = _at(self.hub.found(kind, name, self.known), revision)
        blob = commit.files.get(unquote(path))
        if blob is None:
            raise RefusedError(404, "Entry not found", "EntryNotFound")
        headers: JSON = {"X-Repo-Commit": commit.sha, "Accept-Ranges": "bytes"}
        if not blob.large:
            return self._bytes(blob.data, {**headers, "ETag": f'"{blob.oid}"'})
        headers |= {"X-Linked-Size": len(blob.data), "X-Linked-ETag": f'"{blob.sha256}"'}
        # By another name, as the Hub's storage has another host.
        address = f"http://localhost:{self.hub.port}/cdn/{kind}/{quote(name)}/{blob.sha256}"
        return self._send(b"", 302, {**headers, "Location": address})

    def _cdn(self, body: bytes, kind: str, name: str, oid: str) -> None:
        repo = self.hub.repo(name, kind)
        if repo is None or oid not in repo.objects:
            raise RefusedError(404, "Not found")
        self._bytes(repo.objects[oid], {"ETag": f'"{oid}"', "Accept-Ranges": "bytes"})

    def _bytes(self, data: bytes, headers: JSON) -> None:
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if not asked or not (asked[1] or asked[2]):
            return self._send(data, headers=headers)
        if asked[1]:
            start = int(asked[1])
            end = min(int(asked[2]) + 1 if asked[2] else len(data), len(data))
        else:
            start, end = max(0, len(data) - int(asked[2])), len(data)
        if start >= end:
            return self._send(b"", 416, {**headers, "Content-Range": f"bytes */{len(data)}"})
        span = {"Content-Range": f"bytes {start}-{end - 1}/{len(data)}"}
        return self._send(data[start:end], 206, {**headers, **span})


def _entry(path: str, blob: Blob) -> JSON:
    row: JSON = {"type": "file", "oid": blob.oid, "size": len(blob.data), "path": path}
    if blob.large:
        pointer = len(blob.pointer)
        row["lfs"] = {"oid": blob.sha256, "size": len(blob.data), "pointerSize": pointer}
    return row
