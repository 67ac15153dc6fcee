"""MathJax's menu: there for every formula, moved and cloned ones too, at no cost before."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from renderer.browser.session import Tab

Typeset = Callable[..., Tab]

TEXT = "First $a_1$ and\n\n$$b_2$$\n\nlast $\\ce{H2O}$ ."


def open_menu(page: Page, index: int) -> None:
    page.locator(".math-drawing").nth(index).click(button="right")
    page.wait_for_selector(".CtxtMenu_ContextMenu")


def source_by_menu(page: Page, index: int) -> str:
    """What "Show Math As > TeX Commands" says of the formula."""
    open_menu(page, index)
    page.locator(".CtxtMenu_MenuItem", has_text="Show Math As").hover()
    page.locator(".CtxtMenu_MenuItem", has_text="TeX Commands").first.click()
    dialog = page.locator("mjx-dialog pre")
    text = dialog.inner_text()
    page.locator("mjx-dialog-close").click()
    dialog.wait_for(state="detached")
    return text.strip()


def test_menu_knows_its_formula(typeset: Typeset) -> None:
    """A right click posts the menu at the formula, and it tells that formula's TeX."""
    page = typeset(TEXT).page
    for index, tex in enumerate(("a_1", "b_2", r"\ce{H2O}")):
        assert source_by_menu(page, index) == tex
    box = page.locator(".math-drawing").first.bounding_box()
    open_menu(page, 0)
    menu = page.locator(".CtxtMenu_ContextMenu").first.bounding_box()
    assert box is not None
    assert menu is not None
    assert abs(menu["x"] - box["x"]) < box["width"] + 5
    assert abs(menu["y"] - box["y"]) < box["height"] + 5


def test_menu_of_moved_and_cloned_formulas(typeset: Typeset) -> None:
    """A formula that the page moved and a copy that it made have the menu as well."""
    page = typeset(TEXT).page
    page.evaluate(
        "() => { const [first, second] = document.querySelectorAll('.math');"
        " document.querySelector('main').append(first, second.cloneNode(true)) }"
    )
    assert [source_by_menu(page, index) for index in (2, 3)] == ["a_1", "b_2"]


def test_formulas_carry_no_trace_of_the_menu(typeset: Typeset) -> None:
    """Before and after the menu was up no formula is a tab stop or marked by MathJax."""
    page = typeset(TEXT).page
    traces = page.locator(".math [tabindex], .math [class*=CtxtMenu], .math [ctxtmenu_counter]")
    assert traces.count() == 0
    source_by_menu(page, 0)
    assert traces.count() == 0


def test_settings_of_the_menu_take_effect_and_stay(typeset: Typeset) -> None:
    """A setting draws every formula anew and is remembered for the next visit."""
    page = typeset(TEXT).page
    height = "() => document.querySelector('.math-drawing').getBoundingClientRect().height"
    before = page.evaluate(height)
    open_menu(page, 0)
    page.evaluate("MathJax.startup.document.menu.menu.pool.lookup('scale').setValue('2')")
    page.locator(".CtxtMenu_ContextMenu").press("Escape")
    page.wait_for_function(f"() => ({height})() > {before * 1.8}")
    page.reload()
    page.evaluate("() => mathward.typesetAll()")
    assert page.evaluate(height) > before * 1.8


def test_speech_comes_when_the_reader_switches_it_on(typeset: Typeset) -> None:
    """Then the drawing speaks, and the MathML is silent so that nothing is said twice."""
    page = typeset(TEXT).page
    open_menu(page, 0)
    page.evaluate(
        "() => ['enrich', 'speech'].forEach(name =>"
        " MathJax.startup.document.menu.menu.pool.lookup(name).setValue(true))"
    )
    page.keyboard.press("Escape")
    expect(page.locator("mjx-speech")).to_have_count(3)
    expect(page.locator("mjx-speech").first).to_have_attribute("aria-label", "a sub 1, math")
    assert page.locator("math[aria-hidden=true]").count() == 3
    assert page.locator(".math-drawing:not([aria-hidden])").count() == 3


def test_zoom(typeset: Typeset) -> None:
    """A click enlarges the formula, if the reader chose so."""
    page = typeset(TEXT).page
    open_menu(page, 0)
    page.evaluate("MathJax.startup.document.menu.menu.pool.lookup('zoom').setValue('Click')")
    page.locator(".CtxtMenu_ContextMenu").press("Escape")
    page.wait_for_selector(".CtxtMenu_MenuFrame", state="detached")
    drawing = page.locator(".math-drawing").first
    drawing.click(modifiers=["Alt"])
    large = page.locator("mjx-dialog .math-drawing")
    small_box, large_box = drawing.bounding_box(), large.bounding_box()
    assert small_box is not None
    assert large_box is not None
    assert large_box["height"] > small_box["height"] * 1.5
