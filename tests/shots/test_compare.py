"""What two captures tell of each other, without a pixel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from renderer.shots import compare
from renderer.shots.model import Capture

from .captures import CASE, HERE, THERE, formula, page


def told(was: Capture, now: Capture, *, alike: bool = True) -> list[tuple[str, int]]:
    """Kind and formula of each change."""
    pairs = compare.paired(was, now)
    return [(each.kind, each.formula) for each in compare.changes(was, now, pairs, alike=alike)]


def test_equal_captures_have_nothing_to_tell() -> None:
    """What has not changed is no finding, here and on another machine."""
    capture = page("a", "b", "c", errors=("e",), foreign=("host",), shift=0.3)
    assert told(capture, capture) == []
    assert told(capture, replace(capture, fingerprint=THERE), alike=False) == []


SAID: list[tuple[str, dict[str, Any]]] = [
    ("mathml", {"mathml": "<math><msup></msup></math>"}),
    ("number", {"number": "(3)"}),
    ("error", {"error": "Missing close brace"}),
    ("display", {"display": True}),
    ("font", {"font": "Arial"}),
    ("colour", {"colour": "rgb(20, 20, 20)"}),
    ("colour", {"ground": "rgb(0, 0, 0)"}),
    ("clipped", {"clipped": True}),
    ("size", {"width": 4.05}),
    ("size", {"height": 1.9}),
    ("baseline", {"depth": 0.6}),
]


@pytest.mark.parametrize(("kind", "facts"), SAID, ids=[f"{k}-{'-'.join(f)}" for k, f in SAID])
def test_each_fact_of_a_formula_counts(kind: str, facts: dict[str, Any]) -> None:
    """A change of one fact is told once, of the formula that has it and of no other."""
    was = page("a", "b", "c")
    now = page("a", formula("b", 1, **facts), "c")
    assert told(was, now) == [(kind, 2)]


def test_a_formula_that_is_edited_is_told_by_its_tex() -> None:
    """The message names page, formula and what is different, and nothing follows from it twice."""
    was = page("a", r"\frac{1}{2}", "c")
    now = page("a", formula(r"\frac{1}{3}", 1, width=4.4, font="other"), "c")
    (change,) = compare.changes(was, now, compare.paired(was, now), alike=True)
    assert change.kind == "tex"
    assert change.message == (
        r"blog/a/390-light-typeset: formula 2 (\frac{1}{3}): its TeX is “\frac{1}{3}”, was “\frac{1}{2}”"
    )


def test_a_formula_that_comes_or_goes_shifts_no_other() -> None:
    """Formulas are paired by what they say: one more in the middle is one finding."""
    five = page("a", "b", "c", "d", "e")
    assert told(five, page("a", "b", "x", "c", "d", "e")) == [("added", 3)]
    assert told(five, page("a", "b", "d", "e")) == [("removed", 3)]
    swapped = told(five, page("b", "a", "c", "d", "e"))
    assert sorted(kind for kind, _ in swapped) == ["added", "removed"]


def test_another_machine_has_room_for_its_fonts() -> None:
    """Sizes that differ by what fonts do are no finding abroad, and what is wrong still is."""
    was = page("a")
    near, far = (page(formula("a", width=width)) for width in (4.1, 4.3))
    assert told(was, near) == [("size", 1)]
    assert told(was, near, alike=False) == []
    assert told(was, far, alike=False) == [("size", 1)]


def test_another_machine_may_draw_all_of_a_formula_smaller() -> None:
    """Proportions count abroad: a formula that is smaller as a whole is none, a wrong one is."""
    was = page(formula("a", width=20.0, height=3.0, depth=1.0))
    smaller = page(formula("a", width=18.0, height=2.7, depth=0.9))
    taller = page(formula("a", width=20.0, height=3.5, depth=1.0))
    tiny = page(formula("a", width=10.0, height=1.5, depth=0.5))
    for now, abroad in ((smaller, []), (taller, [("size", 1)]), (tiny, [("size", 1)])):
        assert told(was, now) == [("size", 1)]
        assert told(was, now, alike=False) == abroad
    filling = [
        page(formula(r"\begin{multline} a \end{multline}", width=width)) for width in (70.0, 80.0)
    ]
    assert told(*filling, alike=False) == []


@pytest.mark.parametrize(
    "facts", [{"engine": "mathml"}, {"mathml": "<math><mtext>if</mtext></math>"}, {"mathml": "中"}]
)
def test_what_the_machine_draws_in_its_own_font_is_not_measured_abroad(
    facts: dict[str, Any],
) -> None:
    """Native MathML, text and Chinese are as large as the machine's fonts: a finding at home only."""
    was, now = (page(formula("a", width=width, **facts)) for width in (4.0, 6.0))
    now = replace(now, formulas=(replace(now.formulas[0], font="another", clipped=True),))
    assert told(was, now, alike=False) == []
    assert told(was, now) == [("font", 1), ("clipped", 1), ("size", 1)]


def test_what_the_page_does_counts_when_it_gets_worse() -> None:
    """New errors, new hosts, sideways scrolling and a page that begins to move are told."""
    was = page("a", errors=("old",), shift=0.0)
    now = page("a", errors=("old", "new"), foreign=("cdn",), sideways=40, shift=0.2)
    assert told(was, now) == [("console", 0), ("foreign", 0), ("sideways", 0), ("shift", 0)]
    assert told(now, was) == []


def test_without_reserved_room_pages_may_move() -> None:
    """Only reserved room promises to keep still; elsewhere the shift depends on the network."""
    was, now = (page("a", shift=shift) for shift in (None, 0.2))
    assert told(was, now) == told(now, was) == []


def test_long_tex_is_cut_around_what_differs() -> None:
    """A message stays one line that shows the difference, however long the formula is."""
    long = " + ".join(f"x_{{{n}}}" for n in range(200))
    was, now = page(long), page(long.replace("x_{150}", "x^{150}"))
    (change,) = compare.changes(was, now, compare.paired(was, now), alike=True)
    assert "x^{150}" in change.message
    assert "x_{150}" in change.message
    assert len(change.message) < 250
    assert change.case == CASE
    assert was.fingerprint == HERE
