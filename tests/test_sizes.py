"""``renderer.sizes``: lengths from measurements, classes and rules from lengths."""

from __future__ import annotations

import pytest

from renderer import sizes
from renderer.convert import render
from renderer.document import Drawn, Formula, Size

LETTER = Size((1.294, 0.0), (1.0, 0.126), (0.15, 0.0))


@pytest.mark.parametrize(("ex", "em"), [(2.0, 0.0), (0.0, 6.0), (3.5, 1.25), (1.0, -0.5)])
def test_two_measurements_tell_both_parts(ex: float, em: float) -> None:
    """A length of ex and em is found again from its size at two ratios."""
    length = sizes.solved((0.45, ex * 0.45 + em), (0.6, ex * 0.6 + em))
    assert length == pytest.approx((ex, em))


def test_rounding_of_the_browser_is_no_text() -> None:
    """A difference within a browser's own rounding makes no em part of it."""
    assert sizes.solved((0.45, 4.5), (0.6, 6.008))[1] == 0
    assert sizes.solved((0.45, 4.5), (0.6, 6.05))[1] != 0


def test_rule_says_what_was_measured() -> None:
    """The width is rounded up, text is added in em, and what is wide is marked."""
    assert sizes.classes(LETTER) == (
        " math-sized mz-130-100e13-15",
        {
            "mz-130-100e13-15": "--math-w:calc(1.3em*var(--math-x));"
            "--math-h:calc(1em*(1*var(--math-x) + .13));--math-d:calc(.15em*var(--math-x))"
        },
    )
    wide = Size((30.0, 0.0), (2.5, 0.0), (-0.25, 0.0))
    names, rules = sizes.classes(wide)
    assert names == " math-sized mz-3000-250-m25 math-wide"
    assert rules["mz-3000-250-m25"].startswith("--math-w:calc(30em*var(--math-x));")


def test_name_tells_the_whole_rule() -> None:
    """Documents that share a page cannot contradict each other: one name, one rule."""
    found: dict[str, str] = {}
    grid = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (-1.0, 0.0), (1.0, -1.0), (0.1, 0.11)]
    for width in grid:
        for depth in grid:
            ((name, rule),) = sizes.classes(Size(width, (2.0, 0.0), depth))[1].items()
            assert found.setdefault(name, rule) == rule
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("size", [(0.0, 0.0), (1e6, 0.0), (0.0, 1e9)])
def test_no_room_for_nothing_or_for_monsters(size: tuple[float, float]) -> None:
    """A formula without height or larger than any page gets no reserved size."""
    drawn = Drawn(Size((1.0, 0.0), size, (0.0, 0.0)))
    document = render("$x$", typeset=lambda _: [drawn])
    assert document.html == render("$x$").html


def test_tex_for_want_of_mathml_has_no_size() -> None:
    """What is drawn as nothing leaves its TeX readable, and not squeezed into the room for it."""
    document = render(r"$\require{nosuch}$", typeset=lambda _: [Drawn(LETTER)])
    assert "math-tex" in document.html
    assert "math-sized" not in document.html


def test_sizes_reach_html_css_and_formulas() -> None:
    """The hook is asked once for all formulas that are shown; None changes nothing."""
    asked: list[list[str]] = []

    def typeset(formulas: object) -> list[Drawn | None]:
        assert isinstance(formulas, list)
        asked.append([each.data_tex for each in formulas if isinstance(each, Formula)])
        return [Drawn(LETTER, letters={"MJX-N": "x"}), None, Drawn(LETTER, letters={"MJX-N": "ax"})]

    document = render("# $a$\n\n$b$ $\\newcommand{\\q}{x}$ $c$", typeset=typeset)
    assert asked == [["a", "b", "c"]]
    assert [each.size for each in document.formulas] == [LETTER, None, None, LETTER]
    assert document.html.count("math-sized mz-130-100e13-15 ") == 2
    assert document.css.count(".mz-130-100e13-15{") == 1
    assert document.letters == {"MJX-N": "ax"}
    assert " style=" not in document.html
