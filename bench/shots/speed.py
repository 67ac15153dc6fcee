"""How long does it take to look at pages?  shots against screenshots with pixelmatch.

Both look at the same pages in the same looks, in turn: for the first time (``cold``), when nothing
has changed, and when one formula on one of the pages has.  Before the second visit ``shots`` has
found all pages good once, as it does in any second run; this one is not in the figures.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final, Literal
from unittest.mock import patch
from urllib.parse import quote

from renderer.browser.server import serving
from renderer.browser.session import launch
from renderer.cache import VARIABLE as CACHE
from renderer.ledger import Subject
from renderer.shots.baselines import Baselines
from renderer.shots.report import report
from renderer.shots.settings import ShotSettings
from renderer.visual import Mode, open_ledger, shoot

from .corpus import Page
from .mutants import in_page
from .naive import Pixelmatch, screenshot

Visit = Literal["cold", "unchanged", "changed"]
VISITS: Final[tuple[Visit, ...]] = ("cold", "unchanged", "changed")
WAYS: Final = ("naive", "shots --fresh -j 1", "shots --fresh", "shots")


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for each page, by one way of looking at so many pages; ``found`` pages differed."""

    round: int
    way: str
    visit: Visit
    pages: int
    seconds: float
    found: int


def timings(
    work: Path, pixelmatch: Pixelmatch, pages: Sequence[Page], rounds: int
) -> Iterator[Timing]:
    """All ways in turn, beginning with another one in each round."""
    changed = _with_one_changed(pages)
    with serving(work) as server:
        for number in range(rounds):
            turn = number % len(WAYS)
            for visit in VISITS:
                subjects = [
                    _subject(page, server.url, work)
                    for page in (changed if visit == "changed" else pages)
                ]
                for way in [*WAYS[turn:], *WAYS[:turn]]:
                    if visit == "unchanged" and way == WAYS[-1]:
                        _look(way, visit, subjects, _folder(work, way, visit), pixelmatch)
                    start = perf_counter()
                    found = _look(way, visit, subjects, _folder(work, way, visit), pixelmatch)
                    spent = (perf_counter() - start) / len(pages)
                    yield Timing(number, way, visit, len(pages), spent, found)


def _subject(page: Page, url: str, work: Path) -> Subject:
    path = page.path.relative_to(work).as_posix()
    return Subject(page.case, url + quote(path), work, "speed")


def _folder(work: Path, way: str, visit: Visit) -> Path:
    """Where a way keeps what it has seen; empty before the first time."""
    folder = work / "speed" / re.sub(r"\W+", "-", way)
    if visit == "cold":
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    return folder


def _look(
    way: str, visit: Visit, subjects: Sequence[Subject], folder: Path, pixelmatch: Pixelmatch
) -> int:
    """Look at all pages; how many differ."""
    if way == WAYS[0]:
        return _naively(subjects, folder, pixelmatch, visit)
    settings = ShotSettings(jobs=1 if way == WAYS[1] else 0)
    return _by_shots(subjects, folder, settings, is_fresh=way != WAYS[-1])


def _naively(
    subjects: Sequence[Subject], folder: Path, pixelmatch: Pixelmatch, visit: Visit
) -> int:
    """One page after another; how many differ in any pixel that pixelmatch counts."""
    found = 0
    with launch() as browser:
        for subject in subjects:
            name = subject.case.name.replace("/", "_")
            was, now = folder / f"{name}.png", folder / f"{name}.now.png"
            screenshot(browser, subject.case, subject.address, was if visit == "cold" else now)
            if visit != "cold":
                found += pixelmatch.ratio(was, now) != 0
    return found


def _by_shots(
    subjects: Sequence[Subject], folder: Path, settings: ShotSettings, *, is_fresh: bool
) -> int:
    """As ``mathward shots`` does, with its report; how many cases differ."""
    store = Baselines(folder / "baselines")
    with patch.dict(os.environ, {CACHE: str(folder)}), open_ledger(settings, store) as known:
        ledger = None if is_fresh else known
        run = shoot(subjects, settings, store, Mode(), ledger=ledger)
    if run.changed:
        (folder / "report.html").write_text(report(run), "utf-8")
    return len(run.changed)


def _with_one_changed(pages: Sequence[Page]) -> list[Page]:
    """The pages, with a digit changed on the first."""
    first = pages[0]
    given = in_page("digit", "drawing", first.path.read_text("utf-8"), Random(1))  # noqa: S311
    if given is None:
        raise ValueError(f"{first.path.name} has no digit")
    path = first.path.with_name("_changed.html")
    path.write_text(given.text, "utf-8")
    return [replace(first, path=path), *pages[1:]]
