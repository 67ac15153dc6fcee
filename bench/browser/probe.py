"""One visit of a page, measured: from a fresh profile to the last figure.

Three visits make a measurement of an engine at a size: ``load`` (to the first screen, then through
the page in steps), ``jump`` (to the first screen, then to the end at once) and ``slow`` (to the
first screen on a processor four times slower, while the reader clicks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renderer.browser.session import Tab, open_tab

from .engines import Engine
from .pages import Truth
from .serving import Answer, Server
from .tracing import CATEGORIES, Thread, main_thread

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession

Figures = dict[str, float]

_OBSERVER = (Path(__file__).parent / "observe.js").read_text("utf-8")
_VIEWPORT = {"width": 1280, "height": 800}
_STEPS = 12
_SLOWER = 4


class VisitError(Exception):
    """A visit gave no figures; says why."""


class Probe:
    """Visits pages of one engine and size with one browser."""

    def __init__(self, browser: Browser, server: Server, engine: Engine, size: int) -> None:
        self._browser = browser
        self._server = server
        self._engine = engine
        self._address = f"{server.url}pages/{size}/{engine.name}/index.html"

    def visit(self, kind: str, truth: Truth) -> Figures:
        """The figures of one visit; raises VisitError if there are none."""
        from playwright.sync_api import Error

        measure = {"load": self._load, "jump": self._jump, "slow": self._slow}[kind]
        self._server.sent.clear()
        try:
            with open_tab(self._browser, viewport=_VIEWPORT) as tab:
                tab.page.add_init_script(f"benchEngine = '{self._engine.shown}';\n{_OBSERVER}")
                cdp = tab.page.context.new_cdp_session(tab.page)
                cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
                figures = measure(tab, cdp, truth)
                _check(tab, truth)
                return figures
        except Error as error:
            raise VisitError(error.message.splitlines()[0]) from None

    def _load(self, tab: Tab, cdp: CDPSession, _truth: Truth) -> Figures:
        """CPU, tasks, bytes, heap and shift of the first screen; then of a way through the page."""
        thread = self._traced(tab, lambda: tab.page.evaluate("benchTypeset"))
        first = self._first_screen(tab)
        tab.page.evaluate("bench.quiet()")
        shift = tab.page.evaluate("bench.shift()")
        spent = metrics(cdp)
        cdp.send("HeapProfiler.collectGarbage")
        weight = metrics(cdp)
        found = {
            "readable_cpu": thread.cpu("readable"),
            "typeset_cpu": thread.cpu("typeset"),
            "still_cpu": spent["TaskDuration"],
            "layout_cpu": spent["LayoutDuration"] + spent["RecalcStyleDuration"],
            "longest": thread.until("typeset").longest,
            "load_shift": shift,
            "heap": weight["JSHeapUsedSize"] / 1e6,
            "nodes": weight["Nodes"],
        }
        return found | first | self._scrolled(tab, cdp)

    def _jump(self, tab: Tab, _cdp: CDPSession, truth: Truth) -> Figures:
        """To the last heading as soon as the first screen is typeset: shift, drift, numbers."""
        tab.page.goto(self._address, wait_until="commit")
        tab.page.evaluate("benchTypeset")
        moved = tab.page.evaluate("id => bench.jump(id)", truth.target)
        wrong, total = misnumbered(tab.page.evaluate("bench.numbers()"), truth)
        return {
            "jump_shift": moved["shift"],
            "drift": moved["drift"],
            "wrong_numbers": wrong,
            "numbers": total,
        }

    def _slow(self, tab: Tab, cdp: CDPSession, _truth: Truth) -> Figures:
        """Tasks and the worst answer to a click until the first screen is typeset, slowed down."""
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        tasks = self._traced(tab, lambda: _click_until_typeset(tab)).until("typeset")
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        return {
            "slow_longest": tasks.longest,
            "slow_long": tasks.long,
            "slow_blocking": tasks.blocking,
            "slow_click": tab.page.evaluate("bench.events.worst"),
        }

    def _traced(self, tab: Tab, until: Callable[[], object]) -> Thread:
        """The main thread while the page is loaded, and ``until`` waited for."""
        self._browser.start_tracing(page=tab.page, categories=list(CATEGORIES))
        try:
            tab.page.goto(self._address, wait_until="commit")
            until()
        finally:
            trace = self._browser.stop_tracing()
        return main_thread(trace)

    def _first_screen(self, tab: Tab) -> Figures:
        """When it was there, and what had been sent by then."""
        marks = tab.page.evaluate("bench.marks")
        origin = tab.page.evaluate("performance.timeOrigin")
        end = (origin + marks["typeset"]) / 1000
        sent = [answer for answer in self._server.sent if answer.at <= end]
        return {
            "readable_time": marks["readable"] / 1000,
            "typeset_time": marks["typeset"] / 1000,
            "page_bytes": _bytes(sent, html=True),
            "first_bytes": _bytes(sent, html=False),
        }

    def _scrolled(self, tab: Tab, cdp: CDPSession) -> Figures:
        """CPU and shift of a way through the page, and what has been sent in all by its end."""
        before, shift = metrics(cdp)["TaskDuration"], tab.page.evaluate("bench.shift()")
        for step in range(1, _STEPS + 1):
            tab.page.evaluate("share => bench.scroll(share)", step / _STEPS)
        used = metrics(cdp)["TaskDuration"] - before
        tab.page.evaluate("bench.quiet()")
        return {
            "scroll_cpu": used,
            "scroll_shift": tab.page.evaluate("bench.shift()") - shift,
            "all_bytes": _bytes(self._server.sent, html=False),
        }


def _check(tab: Tab, truth: Truth) -> None:
    """Raise VisitError unless the page is what it was meant to be."""
    if tab.page.evaluate("bench.late"):
        raise VisitError("it was not done within five minutes")
    if (found := tab.page.evaluate("bench.formulas()")) != truth.formulas:
        raise VisitError(f"{found} formulas instead of {truth.formulas}")
    if faults := tab.page.evaluate("bench.faults()"):
        raise VisitError(f"{faults} formulas with an error")
    if problems := [*tab.errors, *tab.foreign]:
        raise VisitError(f"the page reports {problems[0]}")


def metrics(cdp: CDPSession) -> dict[str, float]:
    """Chromium's counters of the page; durations are CPU seconds of its main thread."""
    answer: Mapping[str, Any] = cdp.send("Performance.getMetrics")
    return {each["name"]: each["value"] for each in answer["metrics"]}


def misnumbered(shown: Mapping[str, Any], truth: Truth) -> tuple[int, int]:
    """How many of the numbers and references that can be read are wrong, and of how many."""
    formulas = {int(place): number for place, number in shown["formulas"].items()}
    pairs = [
        (formulas[place], number) for place, number in truth.numbers.items() if place in formulas
    ]
    pairs += zip(shown["references"], truth.references, strict=True)
    return sum(seen != right for seen, right in pairs), len(pairs)


def _click_until_typeset(tab: Tab) -> None:
    """Click into the margin, one click after the other."""
    while not tab.page.evaluate("bench.marks.typeset ?? bench.late"):
        tab.page.mouse.click(3, 3)


def _bytes(sent: Iterable[Answer], *, html: bool) -> int:
    """What was sent as pages, or as anything else."""
    return sum(answer.size for answer in sent if answer.path.endswith(".html") == html)
