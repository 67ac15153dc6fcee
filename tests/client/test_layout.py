"""Reserved sizes: the box of a measured formula has its size in every state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from renderer.browser.session import Tab
from renderer.bundle import math_css

START = "() => { fake = new Fake(); start(document, { typesetter: fake }) }"
RULES = """<style>.mz-s{--math-w:2.5em;--math-h:3em;--math-d:1em}
.mz-l{--math-w:60em;--math-h:4em;--math-d:2em}</style>"""

# Boxes and paragraphs where they are in the document, to the last fraction of a pixel.
PLACES = """() => Array.from(document.querySelectorAll('p, .math-box'), each => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return [x, y + scrollY, width, height]; })"""


def sized(lab: Any, tex: str, name: str = "mz-s", *, wide: bool = False, **kind: Any) -> str:
    """A wrapper as the server writes it for a formula that was measured."""
    html: str = lab.formula(tex, **kind)
    classes = f"math-sized {name}{' math-wide' if wide else ''}"
    return html.replace(" notranslate", f" {classes} notranslate", 1)


def paragraph(*parts: str) -> str:
    return f"<p>before {' '.join(parts)} after</p>"


def box(page: Any) -> dict[str, float]:
    found: dict[str, float] = page.locator(".math-box").bounding_box()
    return found


@pytest.mark.parametrize("display", [False, True])
def test_box_keeps_its_size_in_every_state(lab: Any, display: bool) -> None:
    """Pending, drawn by something larger, damaged: nothing moves, nothing gets another size."""
    wide = "<math><mspace width='90px' height='70px' depth='50px'></mspace></math>"
    page = lab.open(RULES, paragraph(sized(lab, "w300", inner=wide, display=display)), "<p>next")
    before = page.evaluate(PLACES)
    assert box(page)["height"] == pytest.approx(48 + (4.8 if display else 0), abs=0.05)
    assert display or box(page)["width"] == 40
    page.evaluate(START)
    page.wait_for_function("() => fake.asked.length == 1")
    assert page.evaluate(PLACES) == before
    page.evaluate("() => fake.keep('w300')")
    page.wait_for_selector("[data-math=typeset]")
    assert page.evaluate(PLACES) == before
    page.evaluate("() => document.querySelector('.math-box').replaceChildren('broken')")
    page.wait_for_selector(".math-tex", state="attached")
    assert page.evaluate(PLACES) == before


def test_what_was_typeset_rests_while_it_is_far(lab: Any) -> None:
    """A page does not get slower by what has been read; what nobody came near is laid out."""
    rests = """tex => !document.querySelector(`[data-tex=${tex}] .math-drawing b`)
      .checkVisibility({ contentVisibilityAuto: true })"""
    space = '<div style="height: 9000px"></div>'
    page = lab.open(RULES, paragraph(sized(lab, "near")), space, paragraph(sized(lab, "far")))
    page.evaluate("() => { start(document, { typesetter: new Fake(false) }) }")
    page.wait_for_selector("[data-tex=near][data-math=typeset]")
    assert not page.evaluate(rests, "near")
    page.evaluate("async () => { await typesetAll() }")
    assert not page.evaluate(rests, "far")
    page.evaluate("scrollTo(0, 9000)")
    page.wait_for_function(rests, arg="near")


@pytest.mark.parametrize("height", [4, 80])
def test_formula_stands_on_the_line(lab: Any, height: int) -> None:
    """Its baseline is the line's, however far above it the MathML claims to reach."""
    block = "<i style='display: inline-block; width: 9px; height: {}px'></i>"
    formula = sized(lab, "x", inner=f"<span>{block.format(height)}</span>")
    page = lab.open(RULES, paragraph(block.format(9), formula))
    line, foot = page.evaluate(
        "() => Array.from(document.querySelectorAll('i'), i => i.getBoundingClientRect().bottom)"
    )
    assert foot == pytest.approx(line, abs=0.02)


@pytest.mark.parametrize(
    ("column", "height"),
    [(1000, 64), (960, 64), (720, 48), (600, 40), (576, 38.4), (300, 38.4 + 16)],
)
def test_height_of_a_wide_display_is_known_before_it_is_typeset(
    lab: Any, column: int, height: float
) -> None:
    """It is lower where it shrinks, down to the floor, below which its scroll bar has room."""
    formula = sized(lab, "w960", "mz-l", wide=True, display=True)
    page = lab.open(RULES, f'<div style="width: {column}px">{formula}</div>', viewport=None)
    scale = min(1, max(0.6, column / 960))
    assert box(page)["height"] == pytest.approx(height + 0.3 * 16 * scale, abs=0.05)
    before = page.evaluate(PLACES)
    page.evaluate(START)
    page.wait_for_function("() => fake.asked.length == 1")
    page.evaluate("() => fake.keep('w960')")
    page.wait_for_selector("[data-math=typeset]")
    assert page.evaluate(PLACES) == before
    drawing = page.locator(".fake").bounding_box()
    assert drawing["width"] == pytest.approx(960 * scale, abs=0.05)


def test_failed_formula_takes_the_room_it_needs(lab: Any) -> None:
    """What stays for good as MathML or TeX, and the reason, is not squeezed into the reserve."""
    page = lab.open(RULES, paragraph(sized(lab, "bad", inner="<span>" + "m" * 20 + "</span>")))
    page.evaluate(START)
    page.wait_for_function("() => fake.asked.length == 1")
    page.evaluate("() => fake.refuse('bad', 'Missing close brace')")
    page.wait_for_selector("[data-math=failed]")
    assert box(page)["width"] > 250


def test_other_settings_bring_other_sizes(lab: Any) -> None:
    """What the reader's settings draw anew is as large as it comes out."""
    page = lab.open(RULES, paragraph(sized(lab, "w300")))
    page.evaluate(START)
    page.wait_for_function("() => fake.asked.length == 1")
    page.evaluate("() => fake.keep('w300')")
    page.wait_for_selector("[data-math=typeset]")
    assert box(page)["width"] == 40
    page.evaluate("() => fake.redraw()")
    page.wait_for_function("() => fake.asked.length == 2")
    page.evaluate("() => fake.keep('w300')")
    page.wait_for_function("() => document.querySelector('.math-box').offsetWidth === 300")


def test_without_a_script_nothing_is_reserved(
    lab: Any, open_page: Callable[..., Tab], tmp_path: Path
) -> None:
    """Readers whose browser runs no script get MathML at its own size."""
    html = tmp_path / "still.html"
    formula = sized(lab, "x", inner="<span>" + "m" * 20 + "</span>")
    style = f"<!doctype html><style>{math_css()}</style>{RULES}"
    html.write_text(style + paragraph(formula), encoding="utf-8")
    page = open_page(html, java_script_enabled=False).page
    assert box(page)["width"] > 200


def test_far_formulas_are_found(lab: Any) -> None:
    """The browser's search has what is far from the window, though its layout is skipped."""
    far = '<div style="height: 9000px"></div>'
    page = lab.open(RULES, far, paragraph(sized(lab, "zebra")))
    skipped = "el => !el.firstChild.checkVisibility({ contentVisibilityAuto: true })"
    assert page.locator(".math-box").evaluate(skipped)
    assert page.evaluate("() => window.find('zebra')")
    lab.frames(page)
    assert page.evaluate("() => scrollY") > 8000
