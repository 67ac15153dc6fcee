"""TeX as native MathML, within limits and without styles."""

from __future__ import annotations

import re

import pytest

from renderer import mathml, textform


def _convert(tex: str) -> str:
    converted = mathml.convert(tex, display=True)
    assert converted is not None, tex
    return converted[0]


def test_element_and_display() -> None:
    """A ``math`` element comes out, marked as block for display."""
    assert mathml.convert("x", display=False) == ("<math><mi>x</mi></math>", {})
    assert _convert("x").startswith('<math display="block">')


@pytest.mark.parametrize(
    "tex",
    [
        "\\begin{align}a&=b\\\\c&=d\\end{align}", "\\begin{alignat}{2}a&=b\\end{alignat}", "a\\\\[4pt]b",
        "\\begin{gather*}a\\end{gather*}", "\\begin{smallmatrix}a\\end{smallmatrix}", "\\text{if $x$ is}",
        "\\begin{split}a\\end{split}", "\\substack{a\\\\b}", "\\pmb{x}", "\\bold{x}", "a\\notag\\nonumber", "变量",
        "\\begin{eqnarray}a&=&b\\end{eqnarray}", "\\begin{multline}a\\end{multline}", "x\\tag{1}", "a < b > c",
    ],
)  # fmt: skip
def test_what_models_write_is_converted(tex: str) -> None:
    """Forms that math-core does not know are arranged for it first."""
    assert "\\" not in re.sub("<[^>]*>", "", _convert(tex))


@pytest.mark.parametrize(
    "tex", ["\\undefinedcommand", "{", "\\ce{H2O}", "\\newcommand{\\a}{b}", ""]
)
def test_declined(tex: str) -> None:
    """What it cannot read, and what shows nothing, gives None, never an error."""
    assert mathml.convert(tex, display=False) is None


def test_numbers_in_rows() -> None:
    """A single tag is left to the wrapper; of several each stands in its row."""
    assert "1" not in _convert("x\\tag{1}")
    rows = _convert("\\begin{align}a\\tag{1}\\\\b\\tag*{B}\\end{align}")
    assert "(1)" in rows
    assert "B" in rows


def test_no_style_attribute() -> None:
    """Styles become classes with known declarations; the common ones are in the static sheet."""
    converted = mathml.convert(
        "\\begin{array}{r|l}\\color{red}a&b\\\\\\hline c&d\\end{array}", display=True
    )
    assert converted is not None
    element, rules = converted
    assert " style=" not in element
    assert rules
    assert set(re.findall(r'class="(mm-[0-9a-f]+)"', element)) == set(rules)
    aligned = mathml.convert("\\begin{align}a&=b\\end{align}", display=True)
    assert aligned is not None
    assert aligned[1].keys() <= mathml.COMMON_RULES.keys()


def test_stylesheet() -> None:
    """The sheet has one rule a class, sorted, so that pages are repeatable."""
    assert mathml.stylesheet({"mm-b": "color:red", "mm-a": "x:y"}) == ".mm-a{x:y}.mm-b{color:red}"


def test_no_ids_or_links_from_tex() -> None:
    """Nothing that a formula says becomes an id, a link or markup."""
    for tex in ("\\label{x}a", "\\href{javascript:x}{y}", "\\text{<b id=x>}", "a\\text{\"'}"):
        converted = mathml.convert(tex, display=False)
        if converted is not None:
            assert re.search(r"<(?!/?m)| id=| href=", converted[0]) is None, tex


def test_state_does_not_leak() -> None:
    """A definition in one formula is unknown to the next."""
    mathml.convert("\\newcommand{\\leak}{x}\\leak", display=False)
    assert mathml.convert("\\leak", display=False) is None


# As plain text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("E=mc^2", "E=mc²"), ("\\frac{a}{b}", "a/b"), ("\\alpha", "α"), ("x_1", "x₁"), ("x^{n+1}", "xⁿ⁺¹"),
        ("10^{-3}", "10⁻³"), ("a_{ij}", "aᵢⱼ"), ("a_q", "a_q"), ("2^{ab}", "2^ab"), ("e^{-x^2}", "e^(−x²)"),
        ("\\frac{dy}{dx}", "dy/dx"), ("\\frac{a+b}{c}", "(a+b)/c"), ("\\frac{a}{\\frac bc}", "a/(b/c)"),
        ("\\sqrt{d}", "√d"), ("\\sqrt{a+b}", "√(a+b)"), ("\\sqrt[3]{x}", "³√x"), ("\\sum_{i=1}^n i", "∑ᵢ₌₁ⁿi"),
        ("\\lim_{x\\to0} x", "lim_(x→0) x"), ("\\hat{x}", "x\u0302"), ("\\vec{v}", "v\u20d7"), ("\\overline{xy}", "xy"),
        ("f''(x)", "f″(x)"), ("\\log n", "log n"), ("\\sin(x)", "sin(x)"), ("\\underbrace{a}_b", "a_b"),
        ("\\text{if } x", "if x"), ("\\mathcal{O}(n)", "𝒪(n)"), ("a<b", "a<b"), ("\\undefined{x}", "undefinedx"),
    ],
)  # fmt: skip
def test_plain_text(tex: str, text: str) -> None:
    """Titles read well; what cannot be read as mathematics loses its backslashes."""
    assert textform.plain(tex) == text


def test_plain_text_of_prose() -> None:
    """The argument of a ``tag`` is prose that may hold formulas."""
    assert textform.of_text("case $x^2$") == "case x²"
    assert textform.of_text("costs $5") == "costs $5"


def test_plain_text_is_never_empty_and_never_slow() -> None:
    """Long or odd TeX still gives a line of text."""
    assert textform.plain("{" * 5000) == ""
    assert textform.plain("x" * 2000) == "x" * 2000
    assert "\n" not in textform.plain("a\nb")
