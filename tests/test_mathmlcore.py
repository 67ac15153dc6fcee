"""``renderer.mathmlcore``: what is let through of MathML that came from outside."""

from __future__ import annotations

import pytest

from renderer import render
from renderer.document import Drawn, Size
from renderer.mathmlcore import as_core

XMLNS = 'xmlns="http://www.w3.org/1998/Math/MathML"'
SIZE = Size((1.0, 0.0), (1.0, 0.0), (0.0, 0.0))


@pytest.mark.parametrize(
    ("inside", "core"),
    [
        ('<mi id="a" class="b" href="javascript:x" onclick="y">x</mi>', "<mi>x</mi>"),
        ('<mi style="color:red" mathcolor="red" data-x="1">x</mi>', '<mi mathcolor="red">x</mi>'),
        ('<mi mathcolor="url(//h)">x</mi>', "<mi>x</mi>"),
        ('<mspace width="9999em"/>', '<mspace width="40em"></mspace>'),
        ("<script>alert(1)</script><mi>x</mi>", "<mi>x</mi>"),
        ("<mtext>&lt;img src=x&gt;</mtext>", "<mtext>&lt;img src=x&gt;</mtext>"),
        ('<img src="x"/><mn>1</mn>', "<mrow></mrow><mn>1</mn>"),
        ("<math><mi>x</mi></math>", "<mrow><mi>x</mi></mrow>"),
        ("<menclose><mi>x</mi></menclose>", "<mrow><mi>x</mi></mrow>"),
        ("<maction><mi>x</mi><mi>y</mi></maction>", "<mrow><mi>x</mi></mrow>"),
        ('<mi mathvariant="bold">x</mi>', '<mi mathvariant="normal">𝐱</mi>'),
        ('<mi mathvariant="double-struck">R</mi>', '<mi mathvariant="normal">ℝ</mi>'),
        ('<mi mathvariant="normal">H</mi>', '<mi mathvariant="normal">H</mi>'),
        ('<mo stretchy="true">\ue429</mo>', '<mo stretchy="true">→</mo>'),
        ('<mpadded width="+.5em" lspace="1em"/>', '<mpadded lspace="1em"></mpadded>'),
    ],
)
def test_only_core_passes(inside: str, core: str) -> None:
    """Elements and attributes that are not on the list go, and letters take their variant along."""
    assert as_core(f"<math {XMLNS}>{inside}</math>") == f"<math>{core}</math>"


def test_columns_are_aligned_by_classes() -> None:
    """What Core has no attribute for is said by classes of the static stylesheet."""
    cells = "<mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd><mtd><mi>c</mi></mtd></mtr>"
    core = as_core(f'<math {XMLNS}><mtable columnalign="right left">{cells}</mtable></math>')
    classes = [part.partition('"')[0] for part in core.split('<mtd class="')[1:]]
    assert len(classes) == 3
    assert classes[0] != classes[1] == classes[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<math",
        "<p>x</p>",
        f"<math {XMLNS}></math>",
        f'<!DOCTYPE math [<!ENTITY a "b">]><math {XMLNS}><mi>&a;</mi></math>',
        f"<math {XMLNS}><mi>&undefined;</mi></math>",
        "<math><mi>\x00</mi></math>",
    ],
)
def test_what_is_no_mathml_is_nothing(text: str) -> None:
    """Broken, foreign and empty text gives nothing, and the TeX stays in the page."""
    assert as_core(text) == ""
    document = render("$\\ce{H}$", typeset=lambda _: [Drawn(SIZE, text)])
    assert 'role="math">\\(\\ce{H}\\)' in document.html


def test_number_is_shown_once() -> None:
    """The number that stands beside the formula is taken out of MathJax's table."""
    row = "<mtr><mtd><mtext>(</mtext><mtext>1</mtext><mtext>)</mtext></mtd><mtd><mi>x</mi></mtd></mtr>"
    table = f'<math {XMLNS} display="block"><mtable>{row}</mtable></math>'
    core = '<math display="block"><mtable><mtr><mtd><mi>x</mi></mtd></mtr></mtable></math>'
    assert as_core(table, "(1)") == core
    html = render("$$\\ce{x} \\tag{1}$$", typeset=lambda _: [Drawn(SIZE, table)]).html
    assert core in html
    assert html.count("(1)") == 1


def test_mathml_that_is_switched_off_stays_off() -> None:
    """``mathml=False`` shows TeX, whatever MathJax told."""
    from renderer import Options

    drawn = Drawn(SIZE, f"<math {XMLNS}><mi>x</mi></math>")
    html = render("$\\ce{x}$", Options(mathml=False), typeset=lambda _: [drawn]).html
    assert "<math" not in html
