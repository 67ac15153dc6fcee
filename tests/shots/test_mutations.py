"""A wrong formula is seen and named, a right page is passed: a few faults, in a browser.

``python -m bench.shots mutations`` does the same with every fault on many pages.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

import pytest

from bench.shots import corpus
from bench.shots.mutants import Level, mutant
from bench.shots.trials import Laboratory, judged
from renderer.browser.server import StaticServer
from renderer.browser.shots import Camera, View
from renderer.shots.model import Case

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = r"""# Faults

For $a_1 = 2$ and $b_2 \le 31$ the sum is $(a+b)^2 = 4 + x_1$, so

\begin{equation}
\det\begin{pmatrix} 1 & -2 \\ 3 & 4 \end{pmatrix} = \frac{20 + y_{k}}{2}
\end{equation}

and, by \( f(x) = x^2 - 3 \), the rest is $\alpha - 7$.
"""
FAULTS: tuple[tuple[str, Level], ...] = (
    ("digit", "mathml"),
    ("digit", "drawing"),
    ("sign", "drawing"),
    ("number", "html"),
    ("shift", "drawing"),
    ("ground", "drawing"),
    ("missing", "html"),
    ("untypeset", "html"),
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> corpus.Page:
    """A short page, seen on a dark phone."""
    work = tmp_path_factory.mktemp("work")
    source = work / "faults.md"
    source.write_text(TEXT, "utf-8")
    corpus.render([source], work / "pages", "plain", prerendered=False)
    case = Case("faults", 390, "dark")
    return corpus.Page(case, source, work / "pages" / "faults.html", "plain", prerendered=False)


@pytest.fixture
def lab(page: corpus.Page, browser: Browser, serve: Callable[..., StaticServer]) -> Laboratory:
    """What the benchmark looks at pages with, and a baseline of the page."""
    work = page.source.parent
    lab = Laboratory(work, Camera(browser, View()), serve(work).url, None)
    lab.begin(page)
    return lab


def test_a_page_without_a_change_is_passed(lab: Laboratory, page: corpus.Page) -> None:
    """The same page again is the same, with nothing to remark."""
    result = lab.look(page, page.path)
    assert (result.status, result.changes, result.notes) == ("same", (), ())


@pytest.mark.parametrize(("kind", "level"), FAULTS)
def test_a_wrong_formula_is_named(
    kind: str, level: Level, lab: Laboratory, page: corpus.Page
) -> None:
    """Each fault is reported of the formula that has it, and of no other one."""
    html = page.path.read_text("utf-8")
    given = mutant(kind, level, TEXT, html, Random(3))
    assert given
    path = page.path.with_name("mutant.html")
    path.write_text(given.text, "utf-8")
    trial = judged(given, page, lab.look(page, path), 0.0)
    assert (trial.noticed, trial.named, trial.others) == (True, True, 0), trial.said
