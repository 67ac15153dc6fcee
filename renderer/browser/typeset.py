"""Typesets formulas in Chromium with MathJax as our pages load it, and tells what came of each.

The page is ours (``typeset.html``), served from the package, and typesets by the client's own
modules.  A formula that MathJax does not finish costs a deadline and a new browser, not the run:
whatever the browser is doing then, it is ended by its process id.

Next hop: :mod:`renderer.check` reports the errors, :mod:`renderer.explain` shows all,
:mod:`renderer.prerender` keeps the sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

from .. import segments, sizes
from ..assets import check_mathjax
from ..document import Segments, Size
from ..errors import EnvironmentFault
from .process import kill
from .server import serving
from .session import Tab, launch, open_tab
from .watch import process_of

if TYPE_CHECKING:
    from playwright.sync_api import Error

_PACKAGE: Final = Path(__file__).parents[1]
_PAGE: Final = "browser/typeset.html"
_LOADING: Final = 60.0  # seconds, for MathJax on a busy machine
_BATCH: Final = 64  # formulas in one round trip
_STOPPED: Final = "the browser was stopped"
_LOSSES: Final = 3  # browsers that may end one after the other without a formula's fault


@dataclass(frozen=True, slots=True)
class Query:
    """A formula to typeset; ``mathml`` asks for MathJax's MathML of it, too."""

    tex: str
    display: bool
    mathml: bool = True


@dataclass(frozen=True, slots=True)
class Typeset:
    """What MathJax made of one formula.

    ``error`` is what it says is wrong, ``""`` if nothing is; it had then read ``offset``
    characters of the TeX.  ``stopped``: it did not come to an end.  ``size``, ``mathml``,
    ``letters`` (characters by font family) and, of a long inline formula, ``segments`` are there
    if they were asked for.
    """

    error: str = ""
    offset: int = 0
    stopped: bool = False
    size: Size | None = None
    mathml: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    segments: Segments | None = None


class Typesetter:
    """One browser that typesets as long as it is open; ``seconds`` is what a formula may take.

    To be used in one thread, but for :meth:`stop` and ``is_busy``.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._stack = ExitStack()
        self._process = 0
        self._ratios: tuple[float, float] = (0.0, 0.0)
        self._singly = 0  # so many are tried one by one, since one of them ends the browser
        self._lost = 0  # browsers, one after the other
        self._late = False
        self._stopped = False
        self.is_busy = False
        self.tab: Tab | None = None

    def typeset(
        self, formulas: Sequence[tuple[str, bool]], *, measured: bool = False
    ) -> list[Typeset]:
        """What came of each formula, given as its TeX and whether it is displayed."""
        queries = [Query(tex, display) for tex, display in formulas]
        done: list[Typeset] = []
        while len(done) < len(queries):
            done += self.some(queries[len(done) :], measured=measured)
        return done

    def some(self, queries: Sequence[Query], *, measured: bool) -> list[Typeset]:
        """What came of the first of them: one at least, and more while they are quick."""
        self.is_busy = True
        try:
            while True:
                batch = queries[: 1 if self._singly else _BATCH]
                if done := self._tried(batch, measured=measured):
                    self._singly = max(0, self._singly - 1)
                    return done
        finally:
            self.is_busy = False

    def stop(self) -> None:
        """End the browser at once; what is being typeset raises EnvironmentFault."""
        self._stopped = True
        self._kill()

    def close(self) -> None:
        """End the browser, if one is running."""
        from playwright.sync_api import Error

        with suppress(Error):
            self._stack.close()
        self.tab, self._process = None, 0

    def open(self) -> Tab:
        """A new browser with the page in it, MathJax loaded; EnvironmentFault if there is none."""
        from playwright.sync_api import Error

        check_mathjax()
        try:
            self.tab = self._open()
        except Error as error:
            self._kill()
            self.close()
            raise EnvironmentFault(
                f"the browser does not load MathJax: {_first_line(error)}", "see `mathward doctor`"
            ) from error
        return self.tab

    def _open(self) -> Tab:
        server = self._stack.enter_context(serving(_PACKAGE))
        browser = self._stack.enter_context(launch())
        self._process = process_of(browser) or 0
        if self._stopped:
            raise EnvironmentFault(_STOPPED)
        with self._deadline(_LOADING):
            tab = self._stack.enter_context(open_tab(browser))
            tab.open(server.url + _PAGE)
            tab.page.wait_for_function("() => globalThis.ready", timeout=_LOADING * 1000)
            problem = tab.page.evaluate("ready")
            first, second = tab.page.evaluate("ratios()")
        if problem or abs(second - first) < 0.1:
            raise EnvironmentFault(
                f"MathJax does not load: {problem or 'no font'}", "see `mathward doctor`"
            )
        self._ratios = first, second
        return tab

    def _tried(self, batch: Sequence[Query], *, measured: bool) -> list[Typeset]:
        """What came of the first of the batch; nothing if it is to be tried again."""
        try:
            return self._attempt(batch, measured=measured)
        except _LostError as lost:
            if not lost.by_formula:
                return []
            if len(batch) == 1:
                return [Typeset(error=str(lost), stopped=True)]
            self._singly = len(batch)  # to find out which it is
            return []

    def _attempt(self, batch: Sequence[Query], *, measured: bool) -> list[Typeset]:
        """What came of the first of the batch; _LostError if the browser ended over it."""
        from playwright.sync_api import Error

        tab = self.tab or self.open()
        asked = [{"tex": q.tex, "display": q.display, "mathml": q.mathml} for q in batch]
        try:
            with self._deadline(self._seconds):
                reports = tab.page.evaluate("(given) => run(...given)", [asked, measured])
        except Error as error:
            raise self._lost_error(error, tab) from error
        self._lost = 0
        return [self._typeset(report) for report in reports]

    def _lost_error(self, error: Error, tab: Tab) -> Exception:
        """Why the browser is no more; it is cleared away."""
        reason = _first_line(error)
        crashed = "the page crashed" in tab.errors or "crashed" in reason
        self._kill()
        self.close()
        if self._stopped:
            return EnvironmentFault(_STOPPED)
        if self._late:
            return _LostError(f"MathJax took more than {self._seconds:g} s", by_formula=True)
        if crashed:
            return _LostError("the browser cannot bear it", by_formula=True)
        self._lost += 1
        if self._lost < _LOSSES:
            return _LostError(reason, by_formula=False)
        self._lost = 0
        return EnvironmentFault(f"the browser ended {_LOSSES} times: {reason}")

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """At the end of that time the browser is killed, which ends any call to it."""
        self._late = False
        timer = Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        if self._process:
            kill(self._process)

    def _typeset(self, report: dict[str, Any]) -> Typeset:
        if "fault" in report:
            raise EnvironmentFault(
                f"MathJax does not work: {report['fault']}", "see `mathward doctor`"
            )
        lengths = report.pop("lengths", None)
        if not lengths:
            return Typeset(**report)
        letters = {name: "".join(sorted(set(text))) for name, text in report["letters"].items()}
        return Typeset(
            size=self._size(*lengths),
            mathml=report["mathml"],
            letters=letters,
            segments=segments.measured(report, self._size) if "pieces" in report else None,
        )

    def _size(self, first: Sequence[float], second: Sequence[float]) -> Size:
        """From width, height and depth in both rooms."""
        width, height, depth = (
            sizes.solved((self._ratios[0], low), (self._ratios[1], high))
            for low, high in zip(first, second, strict=True)
        )
        return Size(width, height, depth)


class _LostError(Exception):
    """The browser ended over a batch; ``by_formula`` says that one of the batch is to blame."""

    def __init__(self, reason: str, *, by_formula: bool) -> None:
        super().__init__(reason)
        self.by_formula = by_formula


@contextmanager
def typesetting(seconds: float = 20.0) -> Iterator[Typesetter]:
    """A typesetter whose browser starts at the first formula, unless opened before."""
    typesetter = Typesetter(seconds)
    try:
        yield typesetter
    finally:
        typesetter.close()


def _first_line(error: Error) -> str:
    return error.message.strip().splitlines()[0] if error.message.strip() else "it said nothing"
