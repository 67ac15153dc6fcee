"""The same with MathJax: fewer orders, and the reader's menu on what translators made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import MODES
from .test_interleavings import ORDERS

TRUE = ["before the script is there", "while formulas are typeset", "restored in mid-typeset"]


@pytest.mark.parametrize("name", TRUE)
def test_formulas_and_prose_with_mathjax(stage: Callable[..., Any], name: str) -> None:
    """The real drawings come out as on the untranslated page, in every mode."""
    opened = stage("MathJax")
    found = {mode: opened.run(mode, *ORDERS[name]) for mode in MODES}
    assert {mode: problems for mode, problems in found.items() if problems} == {}


@pytest.mark.heavy
def test_every_order_with_mathjax(stage: Callable[..., Any]) -> None:
    """All orders in all modes, with the real typesetter."""
    opened = stage("MathJax")
    for mode in MODES:
        found = {name: opened.run(mode, *steps) for name, steps in ORDERS.items()}
        assert {name: problems for name, problems in found.items() if problems} == {}, mode


def test_drawings_hold_no_text(stage: Callable[..., Any]) -> None:
    """What a translator could change, even without any marks, is not there."""
    opened = stage("MathJax")
    drawn = opened.page.evaluate(
        "() => [...driver.drawing].filter(([key]) => !key.startsWith('math ')).map(([, html]) => {"
        " const t = document.createElement('template'); t.innerHTML = html; return t.content.textContent; })"
    )
    assert len(drawn) > 100
    assert not any(text.strip() for text in drawn)


@pytest.mark.parametrize(("mode", "count"), [("webkit", 1), ("google-clones", 2)])
def test_menu_opens_on_what_a_translator_made(
    live: Callable[[str], Page], mode: str, count: int
) -> None:
    """A right click on a formula that was moved, or on a clone of one, opens MathJax's menu."""
    page = live("Words about $a^2$ and more.")
    page.evaluate(
        """async (mode) => { const { translate } = await import("/translators.js");
        translate(mode, "ka").start(); }""",
        mode,
    )
    page.wait_for_function(
        "() => !/Words|more/.test(document.querySelector('.math').closest('p').innerText)"
    )
    page.wait_for_function(
        f"() => document.querySelectorAll('.math[data-math=typeset] .math-drawing').length == {count}"
    )
    page.locator(".math-drawing").last.click(button="right")
    page.wait_for_selector(".CtxtMenu_ContextMenu")
