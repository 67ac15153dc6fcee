"""``renderer.segments``: where a long formula is broken, and its MathML cut at the same places."""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import fromstring

import pytest

from renderer import Options, mathml, segments, sizes
from renderer.convert import render
from renderer.document import Drawn, Segment, Segments, Size

WHOLE = Size((60.0, 0.0), (2.0, 0.0), (0.5, 0.0))
PART = Size((10.0, 0.0), (2.0, 0.0), (0.5, 0.0))
TEXT = Size((10.0, 0.25), (2.0, 0.0), (0.5, 0.0))


def drawn(signs: str, *parts: tuple[int, int], size: Size = PART, depth: int = 0) -> Drawn:
    """A drawing with these signs, each part of it given as its end and its last sign."""
    found = tuple(Segment(end, sign, size) for end, sign in parts)
    return Drawn(WHOLE, segments=Segments(found, tuple(signs.split()), depth))


def words(markup: str) -> list[str]:
    """The text of each segment of some MathML."""
    tree = fromstring(markup.replace("&ApplyFunction;", ""))
    return ["".join(each.itertext()) for each in tree.iter() if "math-seg" in each.get("class", "")]


def test_short_formula_stays_in_one_piece() -> None:
    """Eight em fit the rest of most lines."""
    assert segments.chosen([0, 0], [2.6, 2.7, 2.7]) == []
    assert segments.chosen([0], [4.1, 4.0]) == [1]


def test_no_tiny_piece() -> None:
    """Neither ``x =`` at the end of a line nor ``+ 1`` alone in the next one."""
    assert segments.chosen([0, 0, 0], [1.5, 3.0, 5.0, 1.5]) == [2]


def test_brackets_are_broken_only_if_they_must() -> None:
    """A bracket is taken apart only where it would be wider than a narrow column."""
    assert segments.chosen([0, 1, 1], [4.0, 4.0, 3.5, 3.5]) == [1]
    assert segments.chosen([0, 1, 1], [4.0, 4.0, 4.5, 4.5]) == [1, 2, 3]
    assert segments.chosen([1, 1, 2], [5.0, 5.0, 5.0, 4.0]) == [1, 2]
    assert segments.chosen([1, 1, 2], [5.0, 5.0, 5.0, 8.0]) == [1, 2, 3]


def test_segment_wider_than_a_column_keeps_all_in_one_piece() -> None:
    """What has to scroll anyway scrolls as a whole, in one box that the keyboard reaches."""
    assert segments.chosen([0, 0], [4.0, sizes.WIDE + 0.1, 4.0]) == []


@pytest.mark.parametrize("count", [3, 7, 20, 60])
def test_segments_fit_and_add_up(count: int) -> None:
    """Whatever the widths, every segment is wide enough and fits, none is lost."""
    widths = [1.0 + (7 * index % 5) / 2 for index in range(count)]
    places = segments.chosen([0] * (count - 1), widths)
    spans = [sum(widths[a:b]) for a, b in pairwise([0, *places, count])]
    assert sum(spans) == sum(widths)
    assert places == [] or all(3 <= span <= sizes.WIDE for span in spans)


def test_mathml_is_cut_after_the_signs() -> None:
    """Each segment ends with its sign and the space after it; nothing is lost or doubled."""
    markup = mathml.convert(r"f(x,y)=a-b,\quad c\ne d", display=False)
    assert markup
    found = segments.cut(markup[0], drawn("= − , ≠", (7, 0), (9, 1), (12, 2), (15, -1)))
    assert found
    assert words(found.mathml) == ["f(x,y)=", "a−", "b,", "c≠d"]
    assert found.mathml.count("<mspace") == 1
    assert found.mathml.index("<mspace") < found.mathml.index("<mi>c</mi>")
    name = "mg-1000-200-50"
    assert found.attribute == f"7:{name} 9:{name} 12:{name} 15:{name}"
    assert found.rules == {name: "--math-wx:10;--math-hx:2;--math-dx:.5"}


def test_operator_at_the_end_stays_between_two_operands() -> None:
    """As the last of its segment MathML would take it for a postfix, with other space."""
    found = segments.cut("<math><mi>a</mi><mo>+</mo><mi>b</mi></math>", drawn("+", (2, 0), (3, -1)))
    assert found
    assert '<mo form="infix">+</mo></mrow></mrow>' in found.mathml


@pytest.mark.parametrize(
    ("tex", "signs", "parts"),
    [
        (r"\displaystyle a=b", "=", ["a=", "b"]),
        (r"\color{red}a=b", "=", ["a=", "b"]),
        (r"{a=b}", "=", ["a=", "b"]),
        (r"x:=y", ":=", ["x:=", "y"]),
        (r"\left(a=b\right)=c", "=", ["(a=b)=", "c"]),
        (r"2\sin(a=b)=c", "=", ["2sin(a=b)=", "c"]),
        (r"g(a=b)=c", "=", ["g(a=b)=", "c"]),
    ],
)
def test_row_and_signs_are_found(tex: str, signs: str, parts: list[str]) -> None:
    """Under styles and colours, in relations of two signs, and not inside any bracket."""
    markup = mathml.convert(tex, display=False)
    assert markup
    found = segments.cut(markup[0], drawn(signs, (2, 0), (3, -1)))
    assert found
    assert [part.replace("\u2061", "") for part in words(found.mathml)] == parts
    assert found.mathml.count("math-row") == found.mathml.split('<mrow class="math-seg')[0].count(
        "<"
    )


def test_signs_inside_brackets_count_where_they_are_broken() -> None:
    """A bracket that is taken apart is found by the signs in it."""
    markup = "<math><mo>(</mo><mi>a</mi><mo>+</mo><mi>b</mi><mo>)</mo></math>"
    assert segments.cut(markup, drawn("+", (3, 0), (5, -1))) is None
    found = segments.cut(markup, drawn("+", (3, 0), (5, -1), depth=1))
    assert found
    assert words(found.mathml) == ["(a+", "b)"]


@pytest.mark.parametrize(
    "markup",
    [
        "<math><mi>a</mi><mo>−</mo><mi>b</mi></math>",
        "<math><mi>a</mi><mo>+</mo><mi>b</mi><mo>+</mo><mi>c</mi></math>",
        "<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>",
        "<math><mi>a</mi><mo>+</mo></math>",
        '<span class="math-tex">\\(a+b\\)</span>',
        "<math></math>",
        "",
    ],
)
def test_other_structure_stays_whole(markup: str) -> None:
    """MathML that is not built like the drawing is not cut at all."""
    assert segments.cut(markup, drawn("+", (2, 0), (3, -1))) is None


def test_sizes_nobody_has_room_for_make_no_segments() -> None:
    """A cache may hold anything."""
    markup = "<math><mi>a</mi><mo>+</mo><mi>b</mi></math>"
    monster = Size((1e9, 0.0), (1.0, 0.0), (0.0, 0.0))
    assert segments.cut(markup, drawn("+", (2, 0), (3, -1), size=monster)) is None


@pytest.mark.parametrize("html", ["escape", "sanitize"])
def test_segments_reach_the_page(html: str) -> None:
    """The wrapper says where the drawing is to be cut, whatever becomes of its box."""
    given = drawn("+", (2, 0), (3, -1), size=TEXT)
    document = render("$a+b$", Options(html=html), typeset=lambda _: [given])
    name = "mg-1000e25-200-50"
    assert f'data-segments="2:{name} 3:{name}"' in document.html
    assert 'class="math-box math-flow notranslate"' in document.html
    assert document.css.count(f".{name}{{--math-wx:10;--math-wm:.25;") == 1
    assert " style=" not in document.html


def test_tex_has_no_segments() -> None:
    """Without MathML there is nothing that could be broken alike before MathJax is there."""
    given = drawn("+", (2, 0), (3, -1))
    assert "math-flow" not in render("$a+b$", Options(mathml=False), typeset=lambda _: [given]).html
