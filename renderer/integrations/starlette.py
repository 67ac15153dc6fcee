"""Starlette and FastAPI: static files, head tags, and answers as they are being written.

mathward = Mathward({"highlight": True})
app = Starlette(routes=[mathward.mount("/mathward"), Route("/answers/{key}", answer)])

async def answer(request):
    return EventStream(request, answers[request.path_params["key"]])
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from .events import HEARTBEAT, PACE, Answer
from .web import FOREVER, Web, content_type

if TYPE_CHECKING:
    from markupsafe import Markup
    from starlette.types import Receive, Scope, Send

    from ..document import Document

_STREAM = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events back
}


class Mathward:
    """The library as ``settings`` want it; ``render`` and ``fragment`` are the library's."""

    def __init__(self, settings: Mapping[str, object] | None = None) -> None:
        self.web = Web.of(settings or {})
        self.render = self.web.render
        self.fragment = self.web.fragment

    def mount(self, path: str = "/mathward") -> Mount:
        """The route of the static files, by the name ``mathward``."""
        return Mount(path, _Assets(self.web), name="mathward")

    def head(
        self,
        request: HTTPConnection,
        *documents: Document,
        nonce: str = "",
        live: bool = False,
        stream: bool = False,
    ) -> Markup:
        """The tags for a page's head; ``live`` and ``stream`` are those of ``Web.head``."""
        url = self.web.url or request.url_for("mathward", path="/").path
        return self.web.head(url, documents, nonce=nonce, live=live, stream=stream)


class EventStream(Response):
    """The events of an answer, from where the reader left off, to a browser's EventSource."""

    def __init__(
        self,
        request: HTTPConnection,
        answer: Answer,
        *,
        heartbeat: float = HEARTBEAT,
        pace: float = PACE,
    ) -> None:
        super().__init__(headers=_STREAM)
        del self.headers["content-length"]
        last = request.headers.get("last-event-id")
        self._events = answer.events(last, heartbeat=heartbeat, pace=pace)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, or until the reader has gone, whichever comes first."""
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            ended = await asyncio.gather(sending, leaving, return_exceptions=True)
        failed = ended[0]
        if isinstance(failed, Exception) and not isinstance(failed, OSError):
            raise failed

    async def _send(self, send: Send) -> None:
        async with aclosing(self._events) as events:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            async for data in events:
                await send({"type": "http.response.body", "body": data, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _Assets(StaticFiles):
    """The static files, which are looked for when the first is asked for."""

    def __init__(self, web: Web) -> None:
        super().__init__(directory=None, check_dir=False)
        self._web = web

    async def get_response(self, path: str, scope: Scope) -> Response:
        place = await asyncio.to_thread(self._web.place, path)
        if not place:
            raise HTTPException(404)
        if not self.all_directories:
            self.directory, self.all_directories = self._web.static, [self._web.static]
        response = await super().get_response(path, scope)
        if response.status_code in (200, 206, 304):
            response.headers["Cache-Control"] = FOREVER
            response.headers["X-Content-Type-Options"] = "nosniff"
        if response.status_code == 200:
            response.headers["Content-Type"] = content_type(path)
        return response
