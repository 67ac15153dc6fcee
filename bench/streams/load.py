"""Many answers at once, with readers as they are: steady, slow, cut off, gone for good."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from renderer import Options, render

from .reading import Page, read
from .serving import text_of

SLOW, CUT, GONE = 5, 4, 10  # every so-manieth reader is such a one
_MEGABYTE = 2**20


@dataclass
class Load:
    """What was seen; sizes in bytes, times in seconds."""

    streams: int
    wrong: list[str] = field(default_factory=list)
    events: int = 0
    resumed: int = 0
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)  # of a small request in between
    seconds: float = 0.0

    @property
    def each(self) -> float:
        """Memory for a stream while all are being written."""
        return float(self.states["while"]["rss"] - self.states["before"]["rss"]) / self.streams

    def table(self) -> str:
        """The figures, a line each."""
        before, during, after = (self.states[each] for each in ("before", "while", "after"))
        lines = {
            "streams at once": f"{self.streams}",
            "of them cut off and resumed": f"{self.resumed}",
            "wrong final HTML": f"{len(self.wrong)}",
            "events": f"{self.events}",
            "seconds": f"{self.seconds:.1f}",
            "server's CPU seconds": f"{after['cpu'] - before['cpu']:.1f}",
            "delay of a small request, median": f"{statistics.median(self.delays) * 1000:.0f} ms",
            "longest": f"{max(self.delays) * 1000:.0f} ms",
            "memory before": f"{before['rss'] / _MEGABYTE:.1f} MB",
            "memory while": f"{during['rss'] / _MEGABYTE:.1f} MB",
            "memory after": f"{after['rss'] / _MEGABYTE:.1f} MB",
            "memory for each stream": f"{self.each / 1024:.0f} kB",
            "readers left": f"{after['readers']}",
            "tasks left over": f"{after['tasks'] - before['tasks']}",
        }
        width = max(map(len, lines))
        return "\n".join(f"{name:{width}}  {value:>9}" for name, value in lines.items())


async def load(url: str, streams: int, name: str = "") -> Load:
    """Have so many answers written and read at once at the server ``url``."""
    seen = Load(streams)
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        await _one(url, f"{name}warm", seen, 1)
        seen.states["before"] = await _state(client)
        start = time.perf_counter()
        watching = asyncio.create_task(_watch(client, seen))
        async with asyncio.TaskGroup() as group:
            for number in range(streams):
                group.create_task(_one(url, f"{name}{number}", seen, number))
        seen.seconds = time.perf_counter() - start
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        seen.states["after"] = await _rested(client, seen.states["before"])
    return seen


async def _one(url: str, key: str, seen: Load, number: int) -> None:
    """A reader of its kind, and one for answers that everybody has left."""
    address, page = f"{url}/answers/{key}", Page()
    if number % GONE == GONE - 1:
        lost = Page()
        await read(address, lost, until=5)
        seen.events += len(lost.events)
    if number % CUT == CUT - 1:
        await read(address, page, until=10)
        seen.resumed += 1
    await read(address, page, pause=0.02 if number % SLOW == SLOW - 1 else 0.0)
    seen.events += len(page.events)
    whole = render(text_of(key), Options(id_prefix=f"a{key}-"))
    if (page.html, page.css) != (whole.html, whole.css):
        seen.wrong.append(key)


async def _state(client: httpx.AsyncClient) -> dict[str, Any]:
    state: dict[str, Any] = (await client.get("/state")).json()
    return state


async def _watch(client: httpx.AsyncClient, seen: Load) -> None:
    """Keep the state with the most memory, and how long each question took."""
    while True:
        start = time.perf_counter()
        await client.get("/ping")
        seen.delays.append(time.perf_counter() - start)
        state = await _state(client)
        seen.states["while"] = max(
            state, seen.states.get("while", state), key=lambda each: each["rss"]
        )
        await asyncio.sleep(0.5)


async def _rested(client: httpx.AsyncClient, before: dict[str, Any]) -> dict[str, Any]:
    """The state when the server has let go of all it can, or after half a minute."""
    for _ in range(100):
        state = await _state(client)
        if state["answers"] == state["readers"] == 0 and state["tasks"] <= before["tasks"]:
            break
        await asyncio.sleep(0.3)
    return await _state(client)
