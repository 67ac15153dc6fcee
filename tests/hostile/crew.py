"""Several browsers at work on one heap of pages.

A page is a group of inputs in one mode; each worker is a process with a range of its own.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

from .browse import Finding
from .inputs import Input
from .pages import Mode
from .run import Range

_LOOK = 5  # seconds between two looks at whether all workers are alive

# Nothing is inherited: a browser's driver does not survive a fork.
_SPAWNING = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Page:
    """What one worker does at a time; without a mode, only the heads of the pages are looked at."""

    group: Sequence[Input]
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it, after so many seconds."""

    page: Page
    findings: Sequence[Finding]
    seconds: float


def results(pages: Sequence[Page], workers: int) -> Iterator[Result]:
    """What each page came to, in the order of their ends."""
    tasks, done = _SPAWNING.Queue(), _SPAWNING.Queue()
    for number in [*range(len(pages)), *[None] * workers]:
        tasks.put(None if number is None else (number, pages[number]))
    with _crew(workers, tasks, done) as crew:
        for _ in pages:
            number, findings, seconds = _next(done, crew)
            yield Result(pages[number], findings, seconds)


@contextmanager
def _crew(workers: int, tasks: Any, done: Any) -> Iterator[list[Any]]:
    with TemporaryDirectory() as cache:
        given = (Path(cache), tasks, done)
        crew = [_SPAWNING.Process(target=_work, args=given) for _ in range(workers)]
        for each in crew:
            each.start()
        try:
            yield crew
        except BaseException:
            for each in crew:
                each.terminate()
            raise
        finally:
            for each in crew:
                each.join()


def _next(done: Any, crew: Sequence[Any]) -> tuple[int, list[Finding], float]:
    while True:
        try:
            found: tuple[int, list[Finding], float] = done.get(timeout=_LOOK)
        except Empty:
            if any(each.exitcode for each in crew):
                raise SystemExit("hostile: a worker ended early, see above") from None
        else:
            return found


def _work(cache: Path, tasks: Any, done: Any) -> None:
    with Range(cache=cache) as place:
        for number, page in _wanted(tasks):
            began = time.monotonic()
            found = place.findings(page.group, page.mode) if page.mode else place.heads(page.group)
            done.put((number, list(found), time.monotonic() - began))


def _wanted(tasks: Any) -> Iterator[tuple[int, Page]]:
    """Tasks up to the end of the heap, or of the process that made it."""
    parent = multiprocessing.parent_process()
    while parent and parent.is_alive():
        with suppress(Empty):
            task: tuple[int, Page] | None = tasks.get(timeout=_LOOK)
            if task is None:
                return
            yield task
