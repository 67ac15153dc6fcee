"""A long page typeset lazily: whatever order it is read in, its numbers are the eager ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

from renderer import Options, render, render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.theme import load_theme

_EQUATIONS = 40
_VIEWPORT = {"width": 700, "height": 500}
# What is drawn by css is in data-c; a row's number stands among the labels of its table.
_SHOWN = """() => Object.fromEntries([...document.querySelectorAll(".math.display")].map(
  (each, index) => [index, each.dataset.math === "typeset" ? [...each.querySelectorAll(
    "mjx-labels mjx-mtd")].map(cell => [...cell.querySelectorAll("[data-c]")].map(
    letter => letter.dataset.c).join("")) : null]))"""
_SETTLED = """() => [...document.querySelectorAll(".math")].every(each => {
  const { top, bottom } = each.getBoundingClientRect();
  return bottom < 0 || top > innerHeight || each.dataset.math === "typeset"; })"""


def long_text() -> str:
    """Equations far apart, each of which refers forwards and uses a macro that changes."""
    forms = [
        r"\begin{equation}\label{NAME} \x = \text{by \eqref{NEXT}}\end{equation}",
        r"\begin{align} a &= \x \label{NAME} \\ b &= \ref{NEXT} \notag \\ c &= d\end{align}",
        "\\begin{multline}\\label{NAME} a \\\\ + \\x\\end{multline}",
        r"\begin{gather*} \x \tag{NAME} \label{NAME} \\ \ref{NEXT}\end{gather*}",
    ]
    parts = [
        (rf"$\def\x{{x_{{{n}}}}}$ Part {n}, see \eqref{{NEXT}} and $\x$." + "\n\n" + forms[n % 4])
        .replace("NEXT", f"e{(n + 7) % _EQUATIONS}")
        .replace("NAME", f"e{n}")
        for n in range(_EQUATIONS)
    ]
    return ("\n\nfiller" * 24 + "\n\n").join(parts)


@pytest.fixture(scope="module")
def eager(mathjax: Any) -> list[list[str]]:
    """The numbers of MathJax in one pass over all formulas, for each display."""
    formulas = render(long_text()).formulas
    (results,) = mathjax([([(f.tex, f.display) for f in formulas], {"tags": "ams"})])
    from bs4 import BeautifulSoup

    return [
        [
            row.find("mtd").get_text("", strip=True)  # type: ignore[union-attr]
            for row in BeautifulSoup(mathml, "html.parser").select("mlabeledtr")
        ]
        for mathml, formula in zip(results, formulas, strict=True)
        if formula.display
    ]


@pytest.fixture
def open_long(
    open_page: Callable[..., Tab], serve: Callable[..., StaticServer], tmp_path: Path
) -> Callable[[str], Page]:
    """Opens a page with our client, so that it typesets what comes near."""

    def open_long(html: str) -> Page:
        install(tmp_path / "mathward-assets", [load_theme("plain")])
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        tab = open_page(serve(tmp_path).url + "page.html", viewport=_VIEWPORT)
        return tab.page

    return open_long


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(n, marks=pytest.mark.heavy) for n in range(2, 8))]
)
def test_numbers_in_any_reading_order(
    seed: int, eager: list[list[str]], open_long: Callable[[str], Page]
) -> None:
    """The end first, then here and there: the numbers seen are always those of one pass."""
    page = open_long(render_page(long_text(), assets=Assets.folder()))
    height = page.evaluate("document.documentElement.scrollHeight")
    stops = list(range(0, height, _VIEWPORT["height"] // 2))
    Random(seed).shuffle(stops)
    early = 0
    for place, stop in enumerate([height, *stops]):
        page.evaluate("y => scrollTo(0, y)", stop)
        page.wait_for_function(_SETTLED)
        if place in (0, 1, 5, 20):
            seen = {
                int(n): numbers
                for n, numbers in page.evaluate(_SHOWN).items()
                if numbers is not None
            }
            assert seen == {n: eager[n] for n in seen}
            early += len(seen) < _EQUATIONS
    assert early >= 2, "the page was typeset too early for an order to matter"
    assert list(page.evaluate(_SHOWN).values()) == eager


def test_two_documents_on_one_page(open_long: Callable[[str], Page]) -> None:
    """Macros, labels and numbers of each answer in a list are its own, last one typeset first."""
    texts = [
        f"$\\newcommand{{\\x}}{{{letter}}}$ $\\x$\n\n"
        f"\\begin{{equation}}\\x\\label{{a}}\\end{{equation}}\n\nsee \\eqref{{a}}"
        for letter in "pq"
    ]
    texts.append(r"none: $\x$, \eqref{a}")
    documents = [render(text, Options(id_prefix=f"d{n}-")) for n, text in enumerate(texts)]
    whole = render_page("$z$", assets=Assets.folder())
    body = "".join(f"<section>{doc.html}</section>" for doc in reversed(documents))
    page = open_long(whole.replace("</main>", f"{body}</main>", 1))
    page.evaluate("() => mathward.typesetAll()")
    page.wait_for_function("() => !document.querySelector('.math:not([data-math=typeset])')")
    sections = page.locator("section").evaluate_all(
        "all => all.map(one => [...one.querySelectorAll('math')].map(m => m.textContent.trim()))"
    )
    assert sections == [["\\x"], ["q", "q"], ["p", "p"]]
    for link in page.locator("a.math-ref").all():
        own = link.evaluate("a => a.closest('section').contains(document.querySelector(a.hash))")
        assert own is True
