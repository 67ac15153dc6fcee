"""Typesets formulas in Chromium with MathJax as our pages load it, and tells what came of each.

The page is ours (``typeset.html``), served from the package, and typesets by the client's own
modules.  A formula that MathJax does not finish costs a deadline and a new browser, not the run.

Next hop: :mod:`renderer.check` reports the errors, :mod:`renderer.explain` shows all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..assets import check_mathjax
from ..errors import EnvironmentFault
from .server import serving
from .session import Tab, launch, open_tab

_PACKAGE: Final = Path(__file__).parents[1]
_PAGE: Final = "browser/typeset.html"
_LOADING: Final = 60.0  # seconds, for the browser's start and MathJax on a busy machine


@dataclass(frozen=True, slots=True)
class Typeset:
    """What MathJax made of one formula.

    ``error`` is what it says is wrong, ``""`` if nothing is; it had then read ``offset``
    characters of the TeX.  The sizes are in ex of the text around it, ``depth`` below the
    baseline; they and ``mathml`` are there if they were asked for.
    """

    error: str = ""
    offset: int = 0
    width: float = 0.0
    height: float = 0.0
    depth: float = 0.0
    mathml: str = ""


class Typesetter:
    """One browser that typesets as long as it is open; ``seconds`` is what a formula may take."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._stack = ExitStack()
        self._reports: dict[int, dict[str, Any]] = {}
        self.tab: Tab | None = None

    def typeset(
        self, formulas: Sequence[tuple[str, bool]], *, measured: bool = False
    ) -> list[Typeset]:
        """What came of each formula, given as its TeX and whether it is displayed."""
        done: list[Typeset] = []
        while len(done) < len(formulas):
            rest = [{"tex": tex, "display": display} for tex, display in formulas[len(done) :]]
            why = self._run(rest, measured=measured)
            done += [_typeset(self._reports[index]) for index in sorted(self._reports)]
            if why:  # the one after those that were reported is at fault
                done.append(Typeset(error=why))
                self.close()
        return done

    def close(self) -> None:
        """End the browser, if one is running."""
        self._stack.close()
        self.tab = None

    def _run(self, formulas: list[dict[str, Any]], *, measured: bool) -> str:
        """Typeset all of them, or up to the one that hangs or crashes the page; why it did."""
        from playwright.sync_api import Error, TimeoutError

        page = (self.tab or self.open()).page
        self._reports.clear()
        page.evaluate(
            "([formulas, measured]) => void run(formulas, measured)", [formulas, measured]
        )
        while (reported := len(self._reports)) < len(formulas):
            try:
                page.wait_for_function("document", timeout=self._seconds * 1000, polling=50)
                page.wait_for_timeout(5)
            except TimeoutError:
                if len(self._reports) == reported:
                    return f"MathJax took more than {self._seconds:g} s"
            except Error as error:
                return f"the browser gave up: {error.message.splitlines()[0]}"
        return ""

    def _hear(self, index: int, report: dict[str, Any]) -> None:
        self._reports[index] = report

    def open(self) -> Tab:
        """A new browser with the page in it, MathJax loaded; EnvironmentFault if there is none."""
        check_mathjax()
        server = self._stack.enter_context(serving(_PACKAGE))
        tab = self._stack.enter_context(open_tab(self._stack.enter_context(launch())))
        tab.page.expose_function("report", self._hear)
        tab.open(server.url + _PAGE)
        tab.page.wait_for_function("() => globalThis.ready", timeout=_LOADING * 1000)
        if problem := tab.page.evaluate("ready"):
            raise EnvironmentFault(f"MathJax does not load: {problem}", "see `mathward doctor`")
        self.tab = tab
        return tab


@contextmanager
def typesetting(seconds: float = 20.0) -> Iterator[Typesetter]:
    """A typesetter whose browser starts at the first formula, unless opened before."""
    typesetter = Typesetter(seconds)
    try:
        yield typesetter
    finally:
        typesetter.close()


def _typeset(report: dict[str, Any]) -> Typeset:
    if "fault" in report:
        raise EnvironmentFault(f"MathJax does not work: {report['fault']}", "see `mathward doctor`")
    return Typeset(**report)
