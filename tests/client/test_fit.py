"""Wide formulas: they shrink, then scroll in their box; the page never goes sideways."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

START = "() => { start(document, { typesetter: new Fake(false) }); return typesetAll() }"


def measured(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """() => { const box = document.querySelector(".math-box");
          return { drawing: Math.round(box.querySelector(".fake").getBoundingClientRect().width),
            scrolls: box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX == "auto",
            sideways: document.documentElement.scrollWidth > innerWidth }; }"""
    )
    return found


@pytest.mark.parametrize(
    ("width", "drawn", "scrolls"),
    [(300, 300, False), (800, 800, False), (1000, 800, False), (2000, 1200, True)],
)
def test_display_shrinks_to_its_column_and_then_scrolls(
    lab: Any, width: int, drawn: int, scrolls: bool
) -> None:
    """In 800 px: natural size while it fits, smaller down to 60 %, then a scroll bar of its own."""
    page = lab.open(lab.formula(f"w{width}", display=True))
    page.evaluate(START)
    lab.frames(page)
    assert measured(page) == {"drawing": drawn, "scrolls": scrolls, "sideways": False}


def test_display_follows_its_column(lab: Any) -> None:
    """When the column gets narrower and wider, the formula follows, up to its natural size."""
    page = lab.open(f'<div id="column">{lab.formula("w600", display=True)}</div>')
    page.evaluate(START)
    for room, drawn in ((500, 500), (100, 360), (450, 450), (700, 600)):
        page.evaluate(
            "room => { document.querySelector('#column').style.width = room + 'px' }", room
        )
        page.wait_for_function(
            "drawn => Math.abs(document.querySelector('.fake').offsetWidth - drawn) < 1", arg=drawn
        )


def test_inline_formula_scrolls_when_the_window_gets_narrow(lab: Any) -> None:
    """An inline formula keeps its size; wider than the line it scrolls in its own box."""
    page = lab.open("<p>before ", lab.formula("w500"), " after")
    page.evaluate(START)
    lab.frames(page)
    assert measured(page) == {"drawing": 500, "scrolls": False, "sideways": False}
    page.set_viewport_size({"width": 320, "height": 600})
    assert measured(page) == {"drawing": 500, "scrolls": True, "sideways": False}
    page.set_viewport_size({"width": 800, "height": 600})
    assert measured(page) == {"drawing": 500, "scrolls": False, "sideways": False}


def test_floor_is_the_callers(lab: Any) -> None:
    """`floor` says how far a wide display may shrink."""
    page = lab.open(lab.formula("w2000", display=True))
    page.evaluate(START.replace("false) }", "false), floor: 0.5 }"))
    lab.frames(page)
    assert measured(page)["drawing"] == 1000


def test_table_is_as_wide_as_the_formula_in_it(lab: Any) -> None:
    """In a cell, which is as wide as what is in it, a wide display keeps its natural size."""
    page = lab.open("<table><td>", lab.formula("w500", display=True), "</table>")
    page.evaluate(START)
    lab.frames(page)
    assert measured(page) == {"drawing": 500, "scrolls": False, "sideways": False}


def test_nobody_sees_a_formula_too_wide(lab: Any) -> None:
    """In the first frame that shows the drawing it is as wide as its column."""
    page = lab.open(lab.formula("w1000", display=True))
    widths = page.evaluate(
        """async () => { const widths = []; start(document, { typesetter: new Fake(false) });
          for (let frame = 0; frame < 200 && widths.length < 3; frame += 1) {
            await new Promise(requestAnimationFrame);
            await new Promise(go => setTimeout(go)); // after this frame was painted
            const drawing = document.querySelector("[data-math=typeset] .fake");
            if (drawing) widths.push(drawing.offsetWidth);
          }
          return widths; }"""
    )
    assert widths == [800, 800, 800]


SCROLLS = """() => Array.from(document.querySelectorAll(".math-box"), each =>
  each.scrollWidth > each.clientWidth)"""


@pytest.mark.parametrize("width", [1200, 800])
def test_what_is_not_typeset_scrolls_by_itself_and_not_in_a_cell(lab: Any, width: int) -> None:
    """Without a script, too: a cell is as wide as its formula, a column is as wide as it is."""
    long = lab.formula("w" * 20).replace("math inline", "math inline math-long")
    wide = lab.formula("w" * 200).replace("math inline", "math inline math-long")
    page = lab.open(
        f"<table><td>{long}</table><p>{wide} after", viewport={"width": width, "height": 600}
    )
    assert page.evaluate(SCROLLS) == [False, True]
    assert page.evaluate("() => document.documentElement.scrollWidth") == width
