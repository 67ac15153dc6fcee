"""What a trace of Chromium says of the page's main thread: CPU up to a mark, and its tasks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

CATEGORIES = ("toplevel", "blink.user_timing")
_TASK = "ThreadControllerImpl::RunTask"
_SHORT = 1_000  # microseconds; below that a task is none that anyone waits for
_LONG = 50_000  # what the web calls a long task

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Thread:
    """A page's main thread from its navigation on; times are in microseconds.

    ``marks`` gives for each mark the time and the CPU used by then, from the navigation on.
    ``tasks`` are beginnings and lengths, by the clock.
    """

    marks: Mapping[str, tuple[int, int]]
    tasks: tuple[tuple[int, int], ...]

    def cpu(self, mark: str) -> float:
        """Seconds of CPU up to the mark."""
        return self.marks[mark][1] / 1e6

    def until(self, mark: str) -> Tasks:
        """The tasks that began before the mark."""
        end = self.marks[mark][0]
        return tasks_of(length for start, length in self.tasks if start < end)


@dataclass(frozen=True, slots=True)
class Tasks:
    """``longest`` and ``blocking`` in milliseconds; ``long`` is the share of tasks over 50 ms.

    ``blocking`` is what all tasks take beyond 50 ms each.
    """

    longest: float
    long: float
    blocking: float


def tasks_of(lengths: Iterable[int]) -> Tasks:
    """What is to be said of tasks of these lengths, in microseconds."""
    counted = [length for length in lengths if length >= _SHORT]
    over = [length - _LONG for length in counted if length > _LONG]
    return Tasks(
        longest=max(counted, default=0) / 1000,
        long=len(over) / len(counted) if counted else 0.0,
        blocking=sum(over) / 1000,
    )


def main_thread(trace: bytes) -> Thread:
    """The main thread of the page that set marks beginning with ``bench:``."""
    events: list[Event] = json.loads(trace)["traceEvents"]
    marks = [e for e in events if e["name"].startswith("bench:")]
    if not marks:
        raise ValueError("the trace has no mark of the page")
    place = _place(marks[0])
    own = [e for e in events if _place(e) == place]
    start = max(e["ts"] for e in own if e["name"] == "navigationStart")
    done = (e for e in own if e["name"] == _TASK and "dur" in e)  # the last may be under way
    tasks = sorted(done, key=lambda e: int(e["ts"]))
    after = [e for e in tasks if e["ts"] + e["dur"] >= start]
    idle = after[0]["tts"]  # CPU that the thread had used before
    return Thread(
        marks={e["name"].removeprefix("bench:"): (e["ts"], e["tts"] - idle) for e in marks},
        tasks=tuple((e["ts"], e["dur"]) for e in after),
    )


def _place(event: Event) -> tuple[int, int]:
    return event["pid"], event["tid"]
