"""Assistive technology meets each formula once, as mathematics, at every moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from renderer.browser.session import Tab

Typeset = Callable[..., Tab]

TEXT = r"""
A formula $x^2$ and $\frac12$.

$$\begin{aligned} a &= b \\ c &= d \end{aligned} \tag{7}$$
"""


def exposed(page: Page) -> list[tuple[str, str]]:
    """Role and name of what the accessibility tree holds, whether math or text."""
    client = page.context.new_cdp_session(page)
    client.send("Accessibility.enable")
    nodes: list[dict[str, Any]] = client.send("Accessibility.getFullAXTree")["nodes"]
    client.detach()
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]


def formulas(page: Page) -> int:
    return sum(role in ("MathMLMath", "math") for role, _ in exposed(page))


def test_one_math_node_per_formula_before_during_and_after(typeset: Typeset, lab: Any) -> None:
    """Without script, while waiting, after typesetting: three formulas, three nodes."""
    assert formulas(typeset(TEXT, all=False, java_script_enabled=False).page) == 3
    page = lab.open(*(lab.formula(tex) for tex in "xyz"))
    page.evaluate("() => { fake = new Fake(); start(document, { typesetter: fake }) }")
    assert formulas(page) == 3
    page.wait_for_function("fake.asked.length == 1")
    page.evaluate("fake.keep('x')")
    page.wait_for_selector("[data-math=typeset]")
    assert formulas(page) == 3
    assert formulas(typeset(TEXT).page) == 3


def test_drawing_is_silent(typeset: Typeset) -> None:
    """What MathJax drew adds nothing: the tree says after typesetting what it said before."""
    before = exposed(typeset(TEXT, all=False, java_script_enabled=False).page)
    after = exposed(typeset(TEXT).page)
    said = [name for role, name in before if role == "StaticText" and name.strip()]
    assert "(7)" in said
    assert [name for role, name in after if role == "StaticText" and name.strip()] == said


def test_formula_that_was_tex_becomes_mathematics(typeset: Typeset) -> None:
    """Where the server declined, MathJax's own reading becomes the MathML."""
    text = r"Water is $\ce{H2O}$."
    assert formulas(typeset(text, all=False, java_script_enabled=False).page) == 1
    page = typeset(text).page
    assert formulas(page) == 1
    assert page.locator(".math > .math-box > math msub").count() >= 1
    assert page.locator("math [id], math [class], math [data-latex]").count() == 0


def test_text_of_the_page_has_each_formula_once(typeset: Typeset) -> None:
    """Find, selection and reading modes meet a formula once, by its MathML."""
    page = typeset("Let $q$ be.").page
    assert page.evaluate("document.querySelector('p').textContent").split() == ["Let", "q", "be."]


def test_find_meets_a_formula_once(typeset: Typeset) -> None:
    """The browser's own search finds the letter of a formula in one place, not in two."""
    page = typeset("Let $\\xi$ be.").page
    find = "() => [1, 2].map(() => window.find('\U0001d709', true, false, false))"
    assert page.evaluate(find) == [True, False]
