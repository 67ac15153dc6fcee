"""What formulas say about themselves, read without an engine."""

from __future__ import annotations

import pytest

from renderer import tex


@pytest.mark.parametrize(
    ("source", "depth"),
    [
        ("a", 0), ("{a}", 1), ("{{a}}{b}", 2), ("\\{\\{", 0), ("\\frac{a}{b}", 1), ("\\frac\\frac\\frac a", 3),
        ("\\hat{\\hat{\\hat a}}", 3), ("\\left(\\left(a\\right)\\right)", 2), ("% {{{{\na", 0),
        ("\\begin{a}\\begin{b}\\end{b}\\end{a}", 2), ("\\sqrt\\sqrt{\\sqrt\\sqrt{a}}", 4),
        ("\\frac1\\frac1\\frac12", 3), ("\\frac{a}\\frac{b}\\frac{c}d", 3), ("\\sqrt[3]\\sqrt[3]a", 2),
        ("\\frac{a}{b}\\frac{c}{d}", 1), ("\\alpha\\beta\\gamma", 0), ("\\hat\\alpha\\hat\\beta", 1),
        ("{\\sqrt}\\sqrt a", 2), ("\\frac\\alpha{\\sqrt{a}}", 2), ("}}{a}", 1), ("\\sqrt % {{\n{a}", 1),
    ],
)  # fmt: skip
def test_depth(source: str, depth: int) -> None:
    """Groups, environments, delimiters and commands without braces count; escapes, comments not."""
    assert tex.depth(source) == depth


def test_depth_is_never_below_what_an_engine_nests() -> None:
    """A thousand levels are seen as such in whatever way they are written."""
    units = [
        "{",
        "\\frac{",
        "\\sqrt ",
        "\\left(",
        "\\begin{matrix}",
        "x^{",
        "\\text{",
        "\\frac1",
        "\\frac{a}",
    ]
    units += ["\\sqrt[3]", "\\overset a", "\\sqrt\\sqrt{", "\\frac a{"]
    for unit in units:
        assert tex.depth(unit * 1000 + "a") >= 1000, unit


def test_cells() -> None:
    """Alignment marks and row ends count, escaped ones do not."""
    assert tex.cells("a") == 1
    assert tex.cells("a & b \\\\ c & d") == 4
    assert tex.cells("a \\& b \\cr c % & & &") == 2


def _rows(source: str) -> list[tuple[str, tuple[str, ...], str, bool]]:
    return [(row.environment, row.labels, row.tag[1], row.has_notag) for row in tex.rows(source)]


def test_rows_of_an_alignment() -> None:
    r"""Each row has its labels, its tag and its ``\notag``; the formula itself comes last."""
    source = "\\begin{align}a\\label{x}\\\\[4pt] b\\tag{*}\\\\c\\notag\\end{align}"
    assert _rows(source) == [
        ("align", ("x",), "", False), ("align", (), "(*)", False), ("align", (), "", True), ("", (), "", False),
    ]  # fmt: skip
    assert source[tex.rows(source)[0].place :].startswith("\\\\[4pt]")
    assert source[tex.rows(source)[2].place :].startswith("\\end{align}")


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("a\\label{x}", [("", ("x",), "", False)]), ("a\\tag{3}", [("", (), "(3)", False)]),
        ("a\\tag*{A}", [("", (), "A", False)]), ("% \\label{x}", [("", (), "", False)]),
        ("\\begin{equation}a\\\\b\\end{equation}", [("equation", (), "", False), ("", (), "", False)]),
        ("\\begin{matrix}a\\label{x}\\\\b\\end{matrix}", [("", ("x",), "", False)]),
        ("\\begin{gather}\\begin{aligned}a\\\\b\\end{aligned}\\end{gather}", [("gather", (), "", False), ("", (), "", False)]),
        ("\\begin{align}a\\\\\\end{align}", [("align", (), "", False), ("", (), "", False)]),
        ("\\begin{align}{a\\\\b}\\end{align}", [("align", (), "", False), ("", (), "", False)]),
    ],
)  # fmt: skip
def test_rows(source: str, rows: list[tuple[str, tuple[str, ...], str, bool]]) -> None:
    """Rows in groups, matrices and empty last rows are none of their own."""
    assert _rows(source) == rows


def test_labels_are_taken_out() -> None:
    r"""Every ``\label`` goes, with its group; comments and other commands stay."""
    assert tex.without_labels("a \\label{x} + \\label {y_{1}}b") == "a  + b"
    assert tex.without_labels("\\labels{x}") == "\\labels{x}"
    assert tex.without_labels("a % \\label{x}") == "a % \\label{x}"
    assert tex.without_labels(" a ") == " a "
    assert tex.without_labels("a\\label{x") == "a\\label{x"
