"""What a formula may ask of the page: bounds on both sides, and inks that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from renderer import Options, lengths, mathml, render


@pytest.mark.parametrize(
    ("name", "asked", "given"),
    [
        ("width", "3em", "3em"), ("width", "-.5em", "-.5em"), ("width", "9999em", "40em"), ("width", "999cm", "14.0351cm"),
        ("height", "99999px", "160px"), ("voffset", "-500pt", "-100pt"), ("linethickness", "2pt", "2pt"),
        ("width", "+99em", "+40em"), ("mathsize", "9999%", "300%"), ("width", "1e9em", ""), ("width", "url(x)", ""),
        ("minsize", "-1em", "0em"), ("width", "", ""), ("width", "100", "40"),
    ],
)  # fmt: skip
def test_lengths_are_bounded(name: str, asked: str, given: str) -> None:
    """What honest formulas need stays as it is; more becomes the most there is; the rest goes."""
    assert lengths.within(name, asked) == given


@pytest.mark.parametrize("tex", [r"\hspace{999em}", r"\genfrac(){99em}{}{a}{b}", r"\kern-999em x"])
def test_mathml_is_bounded(tex: str) -> None:
    """No length of a formula reaches the page unbounded, neither as attribute nor as css."""
    converted = mathml.convert(tex, display=False)
    assert converted is not None
    assert "99" not in str(converted)


def test_same_bounds_in_the_browser(root: Path) -> None:
    """guard.js and colours.js have every number that lengths.py has."""
    folder = root / "renderer" / "mathjax"
    guard = (folder / "guard.js").read_text("utf-8")
    found = dict(re.findall(r'^  "?([\w-]+)"?: (\[[-\d., ]+\]),$', guard, re.MULTILINE))
    assert {name: found[name] for name in lengths.BOUNDS} == {
        name: str(list(bounds)) for name, bounds in lengths.BOUNDS.items()
    }
    colours = (folder / "colours.js").read_text("utf-8")
    assert f"LEAST_CONTRAST = {lengths._LEAST_CONTRAST};" in colours


@pytest.mark.parametrize(
    ("colour", "kept"),
    [("white", False), ("black", False), ("yellow", False), ("red", True), ("blue", True), ("gray", True)],
)  # fmt: skip
def test_ink_that_hides_is_left_out(colour: str, kept: bool) -> None:
    """An ink that is lost on a white page or on a black one is not used."""
    converted = mathml.convert(f"\\color{{{colour}}}x", display=False)
    assert converted is not None
    assert ("color:" in str(converted[1])) == kept


def test_only_what_moves_about_is_clipped() -> None:
    """MathML that would draw over its surroundings is cut at its box, and no other."""
    assert "math-clip" in render(r"a $\hspace{-9em}b$").html
    assert "math-clip" in render(r"a $\raisebox{9em}{b}$").html
    assert "math-clip" not in render(r"a $\!\!b\hspace{9em}\mkern-18mu\int\!\!\!\int$").html
    assert "math-clip" not in render("a $x$", Options(mathml=False)).html


@pytest.mark.parametrize(
    ("inside", "clipped"),
    [
        ('<mpadded width="0"><mtext>unbreakable words</mtext></mpadded>', True),
        ('<mpadded height="0"><mspace width="1em" height="10em"/></mpadded>', True),
        ('<mpadded voffset="+9em"><mi>a</mi></mpadded>', True),
        ('<mpadded width="0"><mi>a</mi></mpadded><mi>b</mi>', False),
        ("<mpadded><mtext>unbreakable words</mtext></mpadded>", False),
    ],
)
def test_what_is_lapped_or_raised_is_clipped_if_it_is_large(inside: str, clipped: bool) -> None:
    """A box that says to be smaller than what is in it lets little out."""
    assert lengths.moves(f"<math>{inside}</math>", {}) == clipped


def test_only_what_may_be_wider_than_a_column_is_long() -> None:
    """An inline formula of many letters or wide spaces scrolls in its box without a script, too."""
    assert "math-long" in render(r"a $\hspace{9em}\hspace{9em}b$").html
    assert "math-long" in render(r"a $\text{unbreakable words}$").html
    assert "math-long" in render(f"a ${'('.join('abcdefghi')}$").html
    assert "math-long" in render(r"a $" + r"\sqrt{" * 20 + "x" + "}" * 20 + "$").html
    assert "math-long" not in render(r"a $O(n\log n)$").html
    assert "math-long" not in render(r"a $\frac{a_1+b_2}{\sqrt{x^2+y^2}}$").html
    assert "math-long" not in render(r"$$\text{unbreakable words}$$").html
