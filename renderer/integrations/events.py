"""An answer that is being written, for any number of readers, as server-sent events.

One task writes, with what a language model sends; readers come, go and come again at any time::

    answer = Answer(Options(id_prefix="a7-"))
    await answer.run(chunks)                       # in a task of its own
    async for data in answer.events(last_id): ...  # bytes for a response of text/event-stream

    id: 1795000000000042
    data: {"patches": [...], "css": "..."}         # css only when the rules have changed

``event: reset`` has the same data for a reader who has to clear what it shows first; ``event:
end`` is the last.  Nothing is kept for a reader but what it has seen, so slow ones get several
changes in one and those who vanish leave nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Hashable, Iterator
from contextlib import suppress
from typing import Final

from ..options import Options
from ..stream import Patch, Stream
from .journal import LIMIT, Change, Journal

HEARTBEAT: Final = 15.0
"""Seconds after which a silent connection gets a comment, so that no proxy closes it."""

PACE: Final = 0.03
"""Seconds between two events of a reader: faster ones are drawn by no screen and read by no one."""

_LONG: Final = 2_000  # characters whose rendering is worth a thread: some milliseconds
_ID: Final = re.compile(r"[0-9]{1,18}")
_COMMENT: Final = b": still here\n\n"


class Answer:
    """A stream with one writer and many readers; all of them belong to one event loop."""

    def __init__(self, options: Options | None = None, *, limit: int = LIMIT) -> None:
        self._stream = Stream(options)
        # Numbers begin with the time, so that those of another process or run are never taken for
        # ours: they lie before the first or after the last.
        self._journal = Journal(time.time_ns() // 1000, limit)
        self._changed = asyncio.Event()
        self._beside: asyncio.Future[None] | None = None  # what is being rendered in a thread
        self.ended: str | None = None
        """None while it is being written; then ``""``, or why it was broken off."""
        self.readers = 0

    @property
    def text(self) -> str:
        """What has arrived."""
        return self._stream.text

    @property
    def html(self) -> str:
        """What readers see."""
        return self._stream.html

    async def run(self, chunks: AsyncIterable[str]) -> None:
        """Write all ``chunks``, and end; what goes wrong with them is raised after that."""
        reason = "interrupted"
        try:
            async for chunk in chunks:
                await self.write(chunk)
            reason = ""
        finally:
            await self.end(reason)

    async def write(self, chunk: str) -> None:
        """Let the answer grow; what takes long is rendered beside the event loop."""
        await self._rest()
        if self._stream.cost(chunk) <= _LONG:
            self._note(self._stream.feed(chunk))
        else:
            await self._in_thread(lambda: self._stream.feed(chunk))

    async def end(self, reason: str = "") -> None:
        """Nothing more comes; the HTML is now that of one rendering."""
        await self._rest()
        if self.ended is None:
            await self._in_thread(self._stream.close, reason)

    async def events(
        self, last_id: str | None = None, *, heartbeat: float = HEARTBEAT, pace: float = PACE
    ) -> AsyncGenerator[bytes]:
        """The events after that with ``last_id``, until the end; each is written whole."""
        seen = int(last_id) if last_id and _ID.fullmatch(last_id) else None
        self.readers += 1
        try:
            while True:
                changed, ended = self._changed, self.ended
                change = self._journal.since(seen)
                seen = change.number
                if change:
                    yield _event(change)
                if ended is not None:
                    yield _end(ended)
                    return
                if not await _within(heartbeat, changed):
                    yield _COMMENT
                elif pace:
                    await asyncio.sleep(pace)
        finally:
            self.readers -= 1

    async def _in_thread(self, work: Callable[[], list[Patch]], reason: str | None = None) -> None:
        """Render and tell the readers, both of them even if the writer is cancelled meanwhile."""

        async def render() -> None:
            self._note(await asyncio.to_thread(work), reason)

        self._beside = asyncio.ensure_future(render())
        await asyncio.shield(self._beside)

    async def _rest(self) -> None:
        """Return when nothing is being rendered: a stream belongs to one thread at a time."""
        if self._beside and not self._beside.done():
            await asyncio.wait([self._beside])

    def _note(self, patches: list[Patch], reason: str | None = None) -> None:
        """Tell the readers, if there is anything to tell; ``reason`` ends the answer."""
        if self._journal.add(patches, self._stream.css) or reason is not None:
            self.ended = reason
            self._changed.set()
            self._changed = asyncio.Event()


class Answers:
    """The answers of an application by key; each is forgotten some time after its end."""

    def __init__(self, keep: float = 300.0) -> None:
        self._keep = keep
        self._answers: dict[Hashable, Answer] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __getitem__(self, key: Hashable) -> Answer:
        return self._answers[key]

    def __contains__(self, key: Hashable) -> bool:
        return key in self._answers

    def __len__(self) -> int:
        return len(self._answers)

    def __iter__(self) -> Iterator[Answer]:
        return iter(tuple(self._answers.values()))

    def start(
        self, key: Hashable, chunks: AsyncIterable[str], options: Options | None = None
    ) -> Answer:
        """A new answer that a task of its own writes; KeyError if there is one of this key."""
        if key in self._answers:
            raise KeyError(key)
        answer = self._answers[key] = Answer(options)
        task = asyncio.create_task(answer.run(chunks))
        self._tasks.add(task)  # the loop itself keeps no hold on its tasks
        task.add_done_callback(lambda done: self._ended(key, done))
        return answer

    async def close(self) -> None:
        """Break off what is being written; to be called when the application ends."""
        for task in tuple(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
        self._answers.clear()

    def _ended(self, key: Hashable, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        loop = task.get_loop()
        loop.call_later(self._keep, self._answers.pop, key, None)
        if not task.cancelled() and (error := task.exception()):
            told = {"message": f"the answer {key!r} was broken off", "exception": error}
            loop.call_exception_handler(told)


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether the event came in time."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


def _event(change: Change) -> bytes:
    data: dict[str, object] = {"patches": change.patches}
    if change.css is not None:
        data["css"] = change.css
    name = "event: reset\n" if change.reset else ""
    return f"{name}id: {change.number}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode(
        "utf-8", "replace"
    )


def _end(reason: str) -> bytes:
    return f"event: end\ndata: {json.dumps({'error': reason} if reason else {})}\n\n".encode()
