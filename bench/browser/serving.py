"""Serves pages and rivals from the loopback as a good host does: brotli, caching, keep-alive.

Each answer is on record with its time and size.  Text is compressed at brotli's level 11 the
first time it is asked for, and kept; pages at level 5, as hosts do with what they make on the way.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from threading import Lock, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import brotli

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
}
_COMPRESSED = (".html", ".css", ".js", ".mjs", ".json")


@dataclass(frozen=True, slots=True)
class Answer:
    """A file that was sent: when (seconds of the clock), its path, and its bytes as sent."""

    at: float
    path: str
    size: int


class Server(ThreadingHTTPServer):
    """Serves each folder under its name: ``{"rivals": path}`` at ``/rivals/``."""

    daemon_threads = True

    def __init__(self, folders: Mapping[str, Path], cache: Path) -> None:
        self.folders = dict(folders)
        self.sent: list[Answer] = []
        self._cache = cache
        self._packing = Lock()
        cache.mkdir(parents=True, exist_ok=True)
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """The address, with a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}/"

    def file(self, path: str) -> Path | None:
        """The file at the path of an address, None if there is none."""
        _, name, *rest = PurePosixPath(unquote(path)).parts or ("/",)
        folder = self.folders.get(name)
        found = folder.joinpath(*rest).resolve() if folder and rest else None
        inside = found and folder and found.is_relative_to(folder.resolve())
        return found if inside and found and found.is_file() else None

    def packed(self, file: Path) -> bytes:
        """The file's content, compressed."""
        content = file.read_bytes()
        kept = self._cache / sha256(content).hexdigest()
        with self._packing:
            if not kept.is_file():
                level = 5 if file.suffix == ".html" else 11
                kept.write_bytes(brotli.compress(content, quality=level))
            return kept.read_bytes()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over what a closed tab leaves behind, print the rest."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        file = self.server.file(path)
        if file is None:
            self.send_error(404)
            return
        packed = file.suffix in _COMPRESSED
        body = self.server.packed(file) if packed else file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", _TYPES.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=3600")
        if packed:
            self.send_header("Content-Encoding", "br")
        self.end_headers()
        self.wfile.write(body)
        self.server.sent.append(Answer(time.time(), path, len(body)))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: ``sent`` has it."""


@contextmanager
def serving(folders: Mapping[str, Path], cache: Path) -> Iterator[Server]:
    """A server that runs as long as the block."""
    with Server(folders, cache) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
