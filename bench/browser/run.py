"""A run: which visits in which order, made one after the other, each kept as soon as it is made."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from renderer.browser.session import launch

from . import corpus, pages, plot, report, rivals
from .engines import ENGINES, Engine
from .probe import Probe, VisitError
from .serving import Server, serving
from .store import Result, Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VISITS = ("load", "jump", "slow")
_LARGE = 1000  # above it there is one round, and no eager engine is slowed down


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to be made; ``round`` counts from 0."""

    size: int
    round: int
    engine: Engine
    kind: str


def schedule(
    sizes: Sequence[int], rounds: int, engines: Sequence[str], kinds: Sequence[str]
) -> Iterator[Visit]:
    """The visits in their order: in every round each engine once, beginning with another one."""
    for size in sizes:
        for number in range(rounds if size <= _LARGE else 1):
            turn = number % len(engines)
            for name in [*engines[turn:], *engines[:turn]]:
                visits = (Visit(size, number, ENGINES[name], kind) for kind in kinds)
                yield from filter(_is_due, visits)


def _is_due(visit: Visit) -> bool:
    """Whether a visit is worth its time: the slow ones of eager engines take minutes."""
    costly = visit.kind == "slow" and visit.engine.eager
    return not (costly and (visit.round or visit.size > _LARGE))


class Run:
    """Makes visits; whatever happens, ``store`` has those that were made."""

    def __init__(self, store: Store, work: Path, output: Path) -> None:
        self._store = store
        self._work = work
        self._output = output

    def make(self, visits: Sequence[Visit]) -> None:
        """Make the visits that the store does not have; the report is written after each size."""
        folders = {"pages": self._work / "pages", "rivals": rivals.folder(self._work)}
        formulas = corpus.pool(self._work)
        with serving(folders, self._work / "brotli") as server, launch() as browser:
            rehearsed = False
            for size, group in groupby(self._missing(visits), key=lambda visit: visit.size):
                markdown = corpus.markdown(size, formulas)
                todo = self._possible(list(group), markdown)
                truth = pages.truth_of(markdown)
                if not rehearsed:
                    self._rehearse(todo, browser, server, truth)
                rehearsed = True
                for visit in todo:
                    result = self._result(visit, Probe(browser, server, visit.engine, size), truth)
                    self._store.add(result)
                self.write()

    def write(self) -> None:
        """Write the report of what there is so far."""
        if not any(result.figures for result in self._store.results):
            return
        image = self._output / report.PLOT
        image.parent.mkdir(parents=True, exist_ok=True)
        image.write_text(plot.svg(self._store), "utf-8")
        page = self._output / "browser-benchmark.md"
        page.write_text(report.page(self._store), "utf-8")
        _say(f"{page} and {image} written")

    def _missing(self, visits: Sequence[Visit]) -> list[Visit]:
        has = self._store.has
        return [v for v in visits if not has(v.size, v.engine.name, v.kind, v.round)]

    def _possible(self, visits: Sequence[Visit], markdown: str) -> list[Visit]:
        """The visits of engines that take the page, which is made; the reason for the others."""
        size = visits[0].size
        engines = {visit.engine.name: visit.engine for visit in visits}
        reasons = {name: each.why for name, each in engines.items() if size > each.largest}
        for name, engine in engines.items():
            if name not in reasons:
                try:
                    _say(f"{size:>6,}  page of {name}")
                    pages.write(engine, markdown, self._work / "pages" / str(size), self._work)
                except pages.UnavailableError as reason:
                    reasons[name] = str(reason)
        for name, why in reasons.items():
            self._store.add(Result(size, name, "none", 0, reason=why))
        return [visit for visit in visits if visit.engine.name not in reasons]

    def _rehearse(
        self, visits: Sequence[Visit], browser: Browser, server: Server, truth: pages.Truth
    ) -> None:
        """Load each page once without keeping the figures: the server compresses what it sends."""
        for visit in {visit.engine.name: visit for visit in visits}.values():
            probe = Probe(browser, server, visit.engine, visit.size)
            self._result(Visit(visit.size, -1, visit.engine, "load"), probe, truth)

    def _result(self, visit: Visit, probe: Probe, truth: pages.Truth) -> Result:
        _say(f"{visit.size:>6,}  round {visit.round + 1}  {visit.kind:5} {visit.engine.name}")
        place = (visit.size, visit.engine.name, visit.kind, visit.round)
        try:
            return Result(*place, figures=probe.visit(visit.kind, truth))
        except VisitError as reason:
            _say(f"        failed: {reason}")
            return Result(*place, reason=f"{visit.kind}: {reason}")


def _say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")
