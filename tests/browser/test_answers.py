"""The long answers in Chromium: every formula is right, with MathJax and without any script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from renderer.browser.session import Tab
from renderer.cli import main

ANSWERS = Path(__file__).parents[2] / "fixtures" / "answers"
NAMES = [path.stem for path in sorted(ANSWERS.glob("*.md"))]
FEW = ("attention.zh", "chemistry-physics.en")  # in every run


def some(names: list[str]) -> list[Any]:
    """All of them under --heavy."""
    return [name if name in FEW else pytest.param(name, marks=pytest.mark.heavy) for name in names]


_STATES = """() => {
  const of = (selector) => document.querySelectorAll(selector).length;
  return {
    formulas: of("[data-tex]"),
    typeset: of("[data-math=typeset]"),
    failed: [...document.querySelectorAll("[data-math=failed]")].map((f) => f.dataset.tex),
    errors: of("mjx-merror, [data-mjx-error]"),
  };
}"""
_NEXT_PENDING = """() => {
  const pending = document.querySelector("[data-tex]:not([data-math])");
  if (pending) pending.closest("details:not([open])")?.setAttribute("open", "");
  pending?.scrollIntoView({block: "center", behavior: "instant"});
  return !pending;
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All answers as a user renders them, with one folder of assets."""
    out = tmp_path_factory.mktemp("answers")
    result = CliRunner().invoke(main, ["render", str(ANSWERS), "-o", str(out), "-q"])
    assert result.exit_code == 0, result.output
    return out


def _scroll_through(tab: Tab) -> dict[str, Any]:
    """Scroll to one pending formula after the other until there is none."""
    tab.page.wait_for_function(_NEXT_PENDING, timeout=60_000)
    states: dict[str, Any] = tab.page.evaluate(_STATES)
    return states


@pytest.mark.parametrize("name", some([name for name in NAMES if name != "broken.en"]))
def test_every_formula_is_typeset_once_scrolled_to(
    name: str, pages: Path, open_page: Callable[..., Tab]
) -> None:
    """Whoever scrolls through an answer sees MathJax's drawing of each formula, and no error."""
    states = _scroll_through(open_page(pages / f"{name}.html"))
    assert states["failed"] == []
    assert states["errors"] == 0
    assert states["typeset"] == states["formulas"] > 30


def test_broken_formulas_take_no_others_along(pages: Path, open_page: Callable[..., Tab]) -> None:
    """In the broken answer just what TeX cannot read fails; the rest is typeset."""
    states = _scroll_through(open_page(pages / "broken.en.html"))
    assert 5 <= len(states["failed"]) <= 15
    assert states["typeset"] == states["formulas"] - len(states["failed"])


@pytest.mark.parametrize("name", some(NAMES))
def test_answers_read_without_any_script(
    name: str, pages: Path, open_page: Callable[..., Tab]
) -> None:
    """With JavaScript off each formula has content, and one math node in the accessibility tree."""
    tab = open_page(pages / f"{name}.html", java_script_enabled=False)
    boxes = tab.page.locator("[data-tex] > .math-box")
    texts = boxes.all_text_contents()
    assert all(text.strip() for text in texts)
    tree = tab.page.context.new_cdp_session(tab.page).send("Accessibility.getFullAXTree")
    roles = [
        node["role"]["value"] for node in tree["nodes"] if not node["ignored"] and "role" in node
    ]
    closed = tab.page.locator("details:not([open]) [data-tex]").count()
    assert sum(role in ("math", "MathMLMath") for role in roles) == len(texts) - closed


def test_a_page_without_formulas_asks_for_no_mathjax(
    tmp_path: Path, open_page: Callable[..., Tab], serve: Callable[..., Any]
) -> None:
    """Prose with prices gets no script at all, and no request but the page's own."""
    source = tmp_path / "prose.md"
    source.write_text("# Prices\n\nFrom $5 to $10, `$x$` is code.\n", "utf-8")
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["render", str(source), "-o", f"{out}/", "-q"])
    assert result.exit_code == 0
    tab = open_page(serve(out).url + "prose.html")
    assert tab.page.locator("script").count() == 0
    assert [url for url in tab.requests if "mathjax" in url] == []
