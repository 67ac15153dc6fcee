"""Serves a folder's files on the loopback address, for the pages that the browser opens."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

FAVICON = "/favicon.ico"
"""What a browser asks every server for, at a moment of its own choice and not for the page."""


class StaticServer(ThreadingHTTPServer):
    """A running server: ``url`` is its root, ``requested`` the paths that pages asked for."""

    daemon_threads = True

    def __init__(self, folder: Path, headers: Mapping[str, str]) -> None:
        self.headers = dict(headers)
        self.requested: list[str] = []
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))

    @property
    def url(self) -> str:
        """The address of the folder, with a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over what a closed tab leaves behind, print the rest."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(folder: Path, *, headers: Mapping[str, str] | None = None) -> Iterator[StaticServer]:
    """A server of ``folder`` that runs as long as the block; ``headers`` go with every answer."""
    with StaticServer(folder, headers or {}) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    # Stated, since machines differ and a module script with a wrong type is refused.
    extensions_map = {  # noqa: RUF012 - the base class's own attribute
        **SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
        ".xml": "application/xml",
    }
    server: StaticServer

    def do_GET(self) -> None:
        if self.path != FAVICON:
            self.server.requested.append(self.path)
        super().do_GET()

    def end_headers(self) -> None:
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        # Files change between two tests, within the second that Last-Modified can tell apart.
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: whoever asks reads ``requested``."""
