"""By keyboard: a run of formulas is one stop, each has its menu, its speech and its explorer.

Real keys, real MathJax, the strict policy of our pages; see site/accessibility.md for why.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from renderer import Options, render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.theme import load_theme

from .axtree import MATH, VOICES, formulas, tree

WIDE = " + ".join(rf"\frac{{a_{{{n}}}}}{{b_{{{n}}}}}" for n in range(40))
TEXT = rf"""
See [one](#md-one): $a_1$, $x^2$ and $\frac{{y}}{{n}}$.

$$b_2 \tag{{7}}$$

Then [two](#md-two) and [the $d$ of it](#md-three), and $e$.

$$ {WIDE} $$

<details><summary>More</summary>

It is $f$.

</details>

The last is $\sqrt{{g}}$.
"""

_PLACE = """() => {
  const at = document.activeElement;
  return at.closest(".math")?.dataset.tex ?? (at === document.body ? "" : at.textContent.trim());
}"""
_BOXES = """() => Array.from(document.querySelectorAll("p, .math, .math-box, .math-drawing"),
  (each) => Object.values(each.getBoundingClientRect().toJSON()).join())"""
_SHIFT = """() => {
  globalThis.shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => (shift += e.value)))
    .observe({ type: "layout-shift" });
}"""

expect.set_options(timeout=30_000)  # MathJax's speech is large, and machines are busy

OpenText = Callable[..., Tab]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with MathJax in it."""
    folder = tmp_path_factory.mktemp("focus")
    install(folder / "mathward-assets", [load_theme("plain")])
    return folder


@pytest.fixture
def open_text(
    site: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> OpenText:
    """``open_text(markdown=TEXT, **open_page_options) -> Tab`` with all formulas typeset."""

    def open_text(text: str = TEXT, language: str = "en", **options: object) -> Tab:
        page = site / f"page-{len(list(site.glob('*.html')))}.html"
        html = render_page(text, Options(lang=language), assets=Assets.folder())
        page.write_text(html, "utf-8")
        options.setdefault("viewport", {"width": 600, "height": 500})
        tab = open_page(serve(site).url + page.name, **options)
        if options.get("java_script_enabled", True):
            tab.page.evaluate("() => mathward.typesetAll()")
        return tab

    return open_text


def press(page: Page, *keys: str) -> list[str]:
    """Where the focus is after each key: a formula's TeX, or an element's text."""
    places = []
    for key in keys:
        page.keyboard.press(key)
        places.append(page.evaluate(_PLACE))
    return places


def spoken(page: Page) -> str:
    """The name of what has the focus in the accessibility tree."""
    name: str = page.evaluate("() => document.activeElement.ariaLabel ?? ''")
    return name


def explore(page: Page) -> None:
    """Enter on the focused formula, and wait until MathJax has taken over."""
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.localName === 'mjx-speech'")


def test_run_of_formulas_is_one_stop(open_text: OpenText) -> None:
    """Tab meets the first formula between two links and no more, backwards the last."""
    page = open_text().page
    around = ["one", "a_1", "two", "the d of it", "e", WIDE, "More", r"\sqrt{g}"]
    assert press(page, *["Tab"] * 8) == around
    page.evaluate("() => document.activeElement.blur()")
    page.evaluate("() => getSelection().collapse(document.querySelector('main').lastChild, 0)")
    assert press(page, *["Shift+Tab"] * 3)[-2:] == [WIDE, "the d of it"]
    assert press(page, *["Shift+Tab"] * 3) == ["two", "b_2 \\tag{7}", "one"]


def test_three_hundred_formulas_cost_one_key(open_text: OpenText) -> None:
    """From the link before three hundred formulas two keys lead to the link behind them."""
    many = " ".join(f"$x_{{{n}}}$" for n in range(300))
    page = open_text(f"[before](#a) {many} [behind](#b)").page
    assert press(page, "Tab", "Tab", "Tab") == ["before", "x_{0}", "behind"]
    assert page.locator(".math [tabindex='0']").count() == 1


def test_tab_sets_out_from_where_the_reader_is(open_text: OpenText) -> None:
    """After a click into the text, or a jump to an equation, the next formula is the next stop."""
    text = "$a$ and $b$.\n\n$$c \\tag{1} \\label{eq}$$\n\nBy \\eqref{eq} and $d$.\n\nWord $e$ $f$."
    page = open_text(text).page
    page.locator("p", has_text="Word").click(position={"x": 3, "y": 8})
    assert press(page, "Tab") == ["e"]
    page.locator("a", has_text="1").click()
    page.evaluate("() => document.activeElement.blur()")
    page.evaluate("() => getSelection().removeAllRanges()")
    assert press(page, "Tab") == ["c \\tag{1}"]


def test_arrows_go_from_formula_to_formula(open_text: OpenText) -> None:
    """All are reached, in links too, folded ones are left out; what has the focus is in view."""
    page = open_text(viewport={"width": 600, "height": 160}).page
    press(page, "Tab", "Tab")
    assert press(page, *["ArrowRight"] * 5) == ["x^2", r"\frac{y}{n}", "b_2 \\tag{7}", "d", "e"]
    focused = page.locator(".math-box:has(> :focus)")
    expect(focused).to_be_in_viewport()
    assert focused.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
    assert press(page, "ArrowLeft", "ArrowLeft") == ["d", "b_2 \\tag{7}"]


def test_wide_formula_scrolls_by_keyboard(open_text: OpenText) -> None:
    """Arrows move within it first; at its end they go on."""
    page = open_text().page
    press(page, *["Tab"] * 6)
    box = page.locator(".math-box:has(> :focus)")
    assert box.evaluate("(e) => e.scrollLeft") == 0
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.closest('.math-box').scrollLeft > 0")
    box.evaluate("(e) => e.scrollTo({ left: 1e6, behavior: 'instant' })")
    assert press(page, "ArrowRight") == [r"\sqrt{g}"]


def test_boxes_that_scroll_are_reached_without_script(open_text: OpenText) -> None:
    """Code, a table and a wide formula are stops of the browser's own, and arrows scroll them."""
    cells = " | ".join(f"column {n}" for n in range(30))
    text = f"$${WIDE}$$\n\n| {cells} |\n|{'---|' * 30}\n\n```\n{'long ' * 99}\n```\n"
    page = open_text(text, java_script_enabled=False).page
    for name in (".math-box", "table", "pre"):
        page.keyboard.press("Tab")
        box = page.locator(f"{name}:focus")
        expect(box).to_have_count(1)
        page.keyboard.press("ArrowRight")
        expect(box).not_to_have_js_property("scrollLeft", 0)


def test_boxes_are_stops_while_they_scroll(open_text: OpenText) -> None:
    """Narrow windows make stops of code and tables, wide ones take them back."""
    sum_of_letters = "+".join("abcdefghijklmnopqrst")
    text = f"| a | b |\n|---|---|\n| ${sum_of_letters}$ | b |\n\n    {'unbreakable' * 4}\n"
    page = open_text(text, viewport={"width": 220, "height": 500}).page
    expect(page.locator("table[tabindex='0'], pre[tabindex='0']")).to_have_count(2)
    page.set_viewport_size({"width": 900, "height": 500})
    expect(page.locator("table[tabindex], pre[tabindex]")).to_have_count(0)


def test_enter_explores_the_formula(open_text: OpenText) -> None:
    """MathJax speaks it whole and then part by part; just this one, and nothing moves."""
    tab = open_text()
    page = tab.page
    page.evaluate(_SHIFT)
    assert not [url for url in tab.requests if "/a11y/" in url or "/sre/" in url]
    before, count = page.evaluate(_BOXES), len(formulas(page))
    press(page, "Tab", "Tab", "ArrowRight", "ArrowRight")
    explore(page)
    assert "y over n" in spoken(page)
    voices = [node for node in tree(page).all() if node.role in VOICES]
    assert sum(node.role in MATH for node in voices) == count - 1
    assert len(voices) == count
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => /y/.test(document.activeElement.ariaLabel)")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => /n$/.test(document.activeElement.ariaLabel)")
    assert press(page, "Escape") == [r"\frac{y}{n}"]
    assert page.evaluate(_BOXES) == before
    assert page.evaluate("() => shift") == 0
    assert len(formulas(page)) == count
    assert page.locator("mjx-speech, math[aria-hidden]").count() == 0
    assert page.locator(".math-drawing:not([aria-hidden])").count() == 0
    assert all("127.0.0.1" in url for url in tab.requests if "/sre/" in url)


def test_explored_box_keeps_its_border(open_text: OpenText) -> None:
    """Exploring breaches no policy, though MathJax reads the formula's styles once more."""
    tab = open_text(r"$\bbox[border: 2px solid red]{x}$")
    press(tab.page, "Tab")
    explore(tab.page)
    bordered = "() => [...document.querySelectorAll('.math-drawing *')].some(each =>"
    assert tab.page.evaluate(f"{bordered} getComputedStyle(each).borderTopStyle === 'solid')")
    assert tab.errors == []


@pytest.mark.parametrize("tex", ["1/" * 300 + "2", "x+" * 700 + "x"], ids=["deep", "long"])
def test_what_is_too_large_to_explore_stays(open_text: OpenText, tex: str) -> None:
    """A formula that would end the tab or take seconds once explored is left as it is, and said."""
    tab = open_text(f"$y$ and ${tex}$")
    drawings = "() => [...document.querySelectorAll('.math-drawing')].map(each => each.outerHTML)"
    before = tab.page.evaluate(drawings)
    press(tab.page, "Tab", "ArrowRight")
    with tab.page.expect_console_message(lambda said: "cannot be explored" in said.text):
        press(tab.page, "Enter")
    assert tab.page.evaluate(drawings) == before
    press(tab.page, "ArrowLeft")
    explore(tab.page)
    assert tab.errors == []


def test_going_on_ends_the_exploring(open_text: OpenText) -> None:
    """Tab leads out of the explorer to the next link, and the formula is as it was."""
    page = open_text().page
    press(page, "Tab", "Tab", "ArrowRight")
    explore(page)
    assert press(page, "Tab") == ["two"]
    assert page.locator("mjx-speech, math[aria-hidden]").count() == 0
    assert page.locator(".math[data-math=typeset]").count() == page.locator(".math").count()
    press(page, "Shift+Tab", "ArrowLeft")
    explore(page)
    assert "y" in spoken(page)


def test_speech_in_the_language_of_the_page(open_text: OpenText) -> None:
    """A German page speaks German."""
    page = open_text("Es sei $\\sqrt{2}$.", language="de").page
    press(page, "Tab")
    explore(page)
    assert "Quadratwurzel" in spoken(page)


def test_menu_by_keyboard(open_text: OpenText) -> None:
    """Shift+F10 opens the menu of the focused formula; after it the focus is where it was."""
    page = open_text().page
    press(page, "Tab", "Tab", "ArrowRight")
    page.keyboard.press("Shift+F10")
    menu = page.locator(".CtxtMenu_ContextMenu")
    expect(page.locator(".CtxtMenu_ContextMenu[role=menu]:focus")).to_be_visible()
    assert press(page, "Escape") == ["x^2"]
    expect(menu).to_have_count(0)
    explore(page)
    page.keyboard.press(" ")
    expect(page.locator(".CtxtMenu_ContextMenu:focus")).to_be_visible()
    assert press(page, "Escape") == ["x^2"]
    expect(menu).to_have_count(0)


def test_speech_of_all_by_one_setting(open_text: OpenText) -> None:
    """The menu's own Speech item is there at once; then each formula speaks once, and a run of
    them still is one stop."""
    page = open_text().page
    press(page, "Tab", "Tab")
    page.keyboard.press("Shift+F10")
    item = page.locator(".CtxtMenu_MenuItem", has_text="Speech").first
    expect(item).to_be_visible()
    assert "CtxtMenu_MenuInactive" not in (item.get_attribute("class") or "")
    # Its menu goes first: the setting renders all anew, and a key meanwhile may find no focus.
    expect(page.locator(".CtxtMenu_ContextMenu:focus")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".CtxtMenu_MenuFrame")).to_have_count(0)
    page.evaluate("() => MathJax.startup.document.menu.menu.pool.lookup('speech').setValue(true)")
    total = page.locator(".math:not(details *)").count()
    expect(page.locator("mjx-speech:not(details *)")).to_have_count(total)
    voices = [node for node in tree(page).all() if node.role in VOICES]
    assert len(voices) == total
    assert {node.role for node in voices}.isdisjoint(MATH)
    page.evaluate("() => document.activeElement.blur()")
    page.locator("p").first.click(position={"x": 2, "y": 5})
    assert press(page, "Tab", "Tab") == ["one", "a_1"]
    page.wait_for_function("() => document.activeElement.localName === 'mjx-speech'")
    assert press(page, "Tab") == ["two"]
