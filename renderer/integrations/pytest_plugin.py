"""The pytest fixture ``math_snapshot``: does a page of mine show its formulas as it did?

::

    def test_article(math_snapshot):
        math_snapshot("build/article.html")               # a file
        math_snapshot("<p><math><mi>x</mi></math></p>")   # HTML
        math_snapshot("http://localhost:8000/article/")   # an address

    def test_app(page, math_snapshot):                    # a page of pytest-playwright
        page.goto("http://localhost:8000/app")
        page.click("text=Show the proof")
        math_snapshot(page, mask=[".clock"])

Baselines lie beside the test, in ``shots/``; ``pytest --math-update`` writes them anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from ..shots.model import Result
    from ..shots.settings import ShotSettings

_FOLDER: Final = "shots"
_REPORT: Final = "shots-report"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mathward", "formulas as they were (mathward)")
    group.addoption(
        "--math-update", action="store_true", help="make what math_snapshot sees the baseline"
    )
    group.addoption(
        "--math-report",
        metavar="DIR",
        default=_REPORT,
        help=f"where the report of what differs goes  [{_REPORT}]",
    )


@pytest.fixture
def math_snapshot(request: pytest.FixtureRequest) -> MathSnapshot:
    """Holds a page against its baseline, formula by formula; fails if something has changed."""
    return MathSnapshot(request)


class MathSnapshot:
    """What the fixture gives: called once for each page, with a name for each but the first."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._config = request.config
        self._folder = request.path.parent / _FOLDER
        self._test = f"{request.path.stem}/{_safe(request.node.name)}"
        self._names: set[str] = set()

    def __call__(
        self,
        page: Any,
        name: str | None = None,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        state: str = "typeset",
        mask: Sequence[str] = (),
        hosts: Sequence[str] = (),
        pixels: bool = True,
        images: str = "failing",
    ) -> None:
        """Fail unless ``page`` looks as it did.

        ``page`` is a page of Playwright, the path of a file, an address, or HTML.  ``width`` to
        ``scheme`` and ``hosts`` (which the page may ask) are for those that are opened here.
        """
        case_name = self._case(name)
        settings = _settings(
            widths=width, height=height, schemes=scheme, states=state,
            masks=tuple(mask), hosts=tuple(hosts), pixels=pixels, images=images,
        )  # fmt: skip
        result = self._result(page, case_name, settings)
        if message := self._finding(result):
            pytest.fail(message, pytrace=False)

    def _case(self, name: str | None) -> str:
        whole = f"{self._test}-{_safe(name)}" if name else self._test
        if whole in self._names:
            raise ValueError(f"math_snapshot: give each page of a test a name; {whole!r} is taken")
        self._names.add(whole)
        return whole

    def _result(self, page: Any, name: str, settings: ShotSettings) -> Result:
        from ..ledger import Subject
        from ..shots.baselines import Baselines
        from ..visual import Mode, is_build_server, shoot, shoot_page

        baselines = Baselines(self._folder)
        update = bool(self._config.getoption("math_update"))
        mode = Mode(write=update or not is_build_server(), update=update)
        (case,) = settings.cases(name)
        if hasattr(page, "evaluate_handle"):
            size = page.viewport_size or {"width": case.width}
            return shoot_page(page, replace(case, width=size["width"]), settings, baselines, mode)
        with _address(page) as address:
            run = shoot([Subject(case, address)], settings, baselines, mode)
        if run.problems:
            pytest.fail(f"math_snapshot: {run.problems[0]}", pytrace=False)
        return run.results[0]

    def _finding(self, result: Result) -> str:
        """What is to be told of a result, ``""`` if all is well."""
        if result.status in ("same", "updated"):
            return ""
        if result.status == "new":
            notes = "; ".join(result.notes) or f"written to {self._folder}: look, and run again"
            return f"math_snapshot: {result.case.name} is new: {notes}"
        lines = [change.message for change in result.changes]
        return "\n".join([*lines, f"report: {self._report(result)}"])

    def _report(self, result: Result) -> Path:
        from ..shots.model import Run
        from ..visual import write_report

        folder = Path(self._config.getoption("math_report")) / _safe(result.case.page)
        return write_report(Run((result,)), folder)


def _settings(**values: Any) -> ShotSettings:
    from ..shots.settings import ShotSettings

    return ShotSettings.from_mapping(values)


@contextmanager
def _address(page: str | os.PathLike[str]) -> Iterator[str]:
    """Where a file, an address or HTML is to be had."""
    from ..browser.server import serving
    from ..shots.pages import is_address

    text = os.fspath(page)
    if is_address(text):
        yield text
        return
    with ExitStack() as stack:
        if text.lstrip().startswith("<"):
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="mathward-shots-")))
            path = folder / "page.html"
            path.write_text(_whole(text), "utf-8")
        else:
            path = Path(text)
            if not path.is_file():
                raise FileNotFoundError(f"math_snapshot: there is no file {text}")
        yield stack.enter_context(serving(path.parent)).url + quote(path.name)


def _whole(html: str) -> str:
    """A page around a piece of HTML; a page is left as it is."""
    if re.match(r"\s*<(?:!doctype|html)", html, re.IGNORECASE):
        return html
    return f'<!doctype html><meta charset="utf-8"><title>snapshot</title><body>{html}'


def _safe(name: str) -> str:
    from ..shots.pages import safe_name

    return safe_name(name).strip("-. ")
