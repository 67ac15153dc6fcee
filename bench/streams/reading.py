"""Readers of answers: what a browser's EventSource and our client do, over a plain socket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit


class Page:
    """What a page shows: the events of a connection applied to it, as a browser reads them."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.css = ""
        self.last_id: str | None = None
        self.ended: dict[str, Any] | None = None
        self.events: list[str] = []

    @property
    def html(self) -> str:
        return "".join(self.values.values())

    def take(self, block: str) -> None:
        """An event as it stands between two blank lines."""
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if not fields:
            self.events.append("comment")
            return
        name = fields.get("event", "message")
        self.events.append(name)
        self.last_id = fields.get("id", self.last_id)
        data = json.loads(fields["data"])
        if name == "end":
            self.ended = data
            return
        if name == "reset":
            self.values.clear()
        self.css = data.get("css", self.css)
        for patch in data["patches"]:
            if patch["op"] == "drop":
                del self.values[patch["key"]]
            else:
                old = self.values[patch["key"]] if patch["op"] == "append" else ""
                self.values[patch["key"]] = old + patch["html"]


async def read(url: str, page: Page, *, pause: float = 0.0, until: int | None = None) -> None:
    """Connect and show what comes, until the end or that many events; then hang up abruptly.

    A reader that makes a ``pause`` after each kilobyte also has the smallest buffer there is.
    """
    reader, writer = await _connect(url, page.last_id, slow=bool(pause))
    try:
        async for block in _blocks(reader, pause):
            page.take(block)
            if page.ended is not None or (until is not None and len(page.events) >= until):
                return
        if page.ended is None:
            raise ConnectionError("the server hung up")
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def _connect(
    url: str, last_id: str | None, *, slow: bool
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    own = socket.socket()
    if slow:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    own.setblocking(False)
    await asyncio.get_running_loop().sock_connect(own, (parts.hostname, parts.port))
    reader, writer = await asyncio.open_connection(sock=own, limit=1024 if slow else 2**16)
    query = f"?{parts.query}" if parts.query else ""
    known = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
    writer.write(f"GET {parts.path}{query} HTTP/1.0\r\nHost: localhost\r\n{known}\r\n".encode())
    status = (await reader.readline()).decode()
    headers = [line async for line in _head(reader)]
    if " 200 " not in status or "content-type: text/event-stream; charset=utf-8" not in headers:
        raise ConnectionError(f"{status.strip()}: {headers}")
    return reader, writer


async def _head(reader: asyncio.StreamReader) -> AsyncIterator[str]:
    while line := (await reader.readline()).decode().strip():
        yield line.lower()


async def _blocks(reader: asyncio.StreamReader, pause: float) -> AsyncIterator[str]:
    """What stands between two blank lines."""
    rest = b""
    while data := await reader.read(1024 if pause else 2**16):
        *whole, rest = (rest + data).split(b"\n\n")
        for block in whole:
            yield block.decode()
        if pause:
            await asyncio.sleep(pause)
