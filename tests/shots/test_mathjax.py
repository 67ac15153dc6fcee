"""Pages on which other people load MathJax 4 as its manual says, from a copy of its own files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from renderer.browser.server import StaticServer
from renderer.browser.shots import Camera, View
from renderer.ledger import Subject
from renderer.shots.baselines import Baselines
from renderer.shots.model import Capture, Case, State
from renderer.shots.settings import ShotSettings
from renderer.visual import Examiner, Mode

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = r"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Notes</title>
<link rel="icon" href="data:,">
<script>
MathJax = {
  loader: {
    load: ["input/tex-base", "[tex]/ams", "[tex]/newcommand", "[tex]/noundefined",
           "[tex]/configmacros", "output/chtml"],
    paths: { mathjax: "/mathjax", fonts: "/mathjax/fonts" },
  },
  tex: {
    packages: ["base", "ams", "newcommand", "noundefined", "configmacros"],
    inlineMath: { "[+]": [["$", "$"]] },
    tags: "ams",
    macros: { RR: "\\mathbb{R}", norm: ["\\lVert #1 \\rVert", 1] },
  },
  startup: {
    pageReady: () => MathJax.startup.defaultPageReady().then(() => { document.title = "Ready"; }),
  },
};
</script>
<script defer src="mathjax/startup.js"></script>
<h1>Notes on $\norm{x}$</h1>
<p>Let $x \in \RR^n$ and \(\alpha = 3\); then $\unknown$ is not, and $x^2^3$ is wrong.</p>
<p>\begin{equation} \norm{x}^2 = \sum_{i=1}^{n} x_i^2 \label{norm} \end{equation}</p>
<p>$$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$$</p><p>See \eqref{norm}.</p>
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The page, with MathJax beside it."""
    folder = tmp_path_factory.mktemp("mathjax")
    (folder / "mathjax").symlink_to(root / "renderer" / "mathjax" / "vendor")
    (folder / "notes.html").write_text(PAGE, "utf-8")
    return folder


@pytest.fixture
def camera(browser: Browser) -> Camera:
    return Camera(browser, View())


def test_every_fact_is_read(camera: Camera, site: Path, serve: Callable[..., StaticServer]) -> None:
    """TeX as it was written, MathML with macros put in, numbers, errors, and sizes in ex."""
    capture, _ = camera.capture(Case("notes", 800), serve(site).url + "notes.html")
    assert (capture.title, capture.errors, capture.foreign) == ("Ready", (), ())
    assert {each.engine for each in capture.formulas} == {"mathjax"}
    head, letter, alpha, unknown, wrong, norm, matrix, link = capture.formulas
    assert [head.tex, letter.tex, alpha.tex] == [r"\norm{x}", r"x \in \RR^n", r"\alpha = 3"]
    assert '<mi mathvariant="double-struck">R</mi>' in letter.mathml or "ℝ" in letter.mathml
    assert unknown.error == r"undefined: \unknown"
    assert "Double exponent" in wrong.error
    assert (norm.number, norm.display, matrix.display, link.display) == ("(1)", True, True, False)
    assert not any(each.error for each in (head, letter, alpha, norm, matrix, link))
    assert 3 < alpha.width < 8
    assert -0.2 < alpha.depth < 0.5
    assert head.width == pytest.approx(3.2, abs=0.8)  # in ex of the heading, not of the text


def test_states_of_a_page_of_others(
    camera: Camera, site: Path, serve: Callable[..., StaticServer]
) -> None:
    """Without scripts there is TeX and no formula; restoring brings back all that was."""
    url = serve(site).url + "notes.html"

    def seen(state: State) -> Capture:
        return camera.capture(Case("notes", 800, "light", state), url)[0]

    typeset, restored, paper = seen("typeset"), seen("restored"), seen("print")
    assert seen("untypeset").formulas == ()
    assert typeset.formulas == restored.formulas
    assert [each.mathml for each in paper.formulas] == [each.mathml for each in typeset.formulas]


def test_a_wrong_digit_is_named(
    camera: Camera, site: Path, serve: Callable[..., StaticServer], tmp_path: Path
) -> None:
    """The first look is new, the second the same, and after the slip one formula is told."""
    url = serve(site).url
    (site / "slip.html").write_text(PAGE, "utf-8")
    subject = Subject(Case("slip", 800), url + "slip.html")
    examiner = Examiner(ShotSettings(), Baselines(tmp_path), Mode())
    assert [examiner.examine(subject, camera).status for _ in range(2)] == ["new", "same"]
    (site / "slip.html").write_text(PAGE.replace("3 & 4", "3 & 5"), "utf-8")
    (change,) = examiner.examine(subject, camera).changes
    assert (change.kind, change.formula) == ("tex", 7)
    assert "3 & 5" in change.message
