r"""Equation numbers: which rows have one, in which order, written into what MathJax is handed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer import Options, render
from renderer import tex as reading
from renderer.numbering import Counter


def numbers(text: str, **options: object) -> list[tuple[str, ...]]:
    return [f.numbers for f in render(text, Options.from_mapping(options)).formulas if f.display]


def shown(tex: str, mode: str = "ams") -> list[str]:
    return [row.shown for row in Counter(mode).number(tex).rows if row.shown]


@pytest.mark.parametrize("name", sorted(reading.PER_ROW))
def test_number_for_each_row(name: str) -> None:
    r"""align, gather, alignat, flalign and eqnarray number every row, ``\\`` at the end or not."""
    columns = "{2}" if "alignat" in name else ""
    for end in ("", r"\\", "\\\\ % end\n", r"\\[4pt]"):
        tex = (
            f"\\begin{{{name}}}{columns} a &= b \\\\[4pt] c &= d \\\\* e &= f {end}\\end{{{name}}}"
        )
        assert shown(tex) == ["(1)", "(2)", "(3)"]


@pytest.mark.parametrize("name", ["equation", "multline"])
def test_one_number_for_all_rows(name: str) -> None:
    """equation and multline have one number, whatever rows stand inside."""
    assert shown(f"\\begin{{{name}}} a \\\\ b \\\\ c \\\\ \\end{{{name}}}") == ["(1)"]


@pytest.mark.parametrize("inner", ["split", "aligned", "gathered", "cases", "pmatrix"])
def test_inner_environments_count_once(inner: str) -> None:
    r"""split, aligned and the like have no number of their own, and no ``\notag`` for others."""
    part = f"\\begin{{{inner}}} a \\\\ b \\end{{{inner}}}"
    assert shown(f"\\begin{{equation}}{part}\\end{{equation}}") == ["(1)"]
    assert shown(f"\\begin{{align}}{part} \\\\ c\\end{{align}}") == ["(1)", "(2)"]


@pytest.mark.parametrize("name", sorted(reading.PER_ROW | reading.ONCE))
def test_starred_forms_have_none(name: str) -> None:
    r"""A star takes the numbers away; ``\tag`` gives one all the same."""
    columns = "{2}" if "alignat" in name else ""
    assert shown(f"\\begin{{{name}*}}{columns} a \\\\ b \\end{{{name}*}}") == []
    assert shown(f"\\begin{{{name}*}}{columns} a \\tag{{A}} \\end{{{name}*}}") == ["(A)"]
    assert shown(f"\\begin{{{name}*}}{columns} a \\end{{{name}*}}", "all") == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (r"\notag", []),
        (r"\nonumber", []),
        (r"\tag{A}", ["(A)"]),
        (r"\tag*{A}", ["A"]),
        (r"\tag *{A}", ["A"]),
        (r"\tag{$x_1$}", ["($x_1$)"]),
        (r"\tag{\textbf{A {b}}}", [r"(\textbf{A {b}})"]),
        (r"\notag\tag{A}", ["(A)"]),
        (r"\tag{A}\notag", []),
        (r"\tag{}", []),
        ("% \\tag{no} \\notag \\\\\n", ["(1)"]),
        (r"\text{a \\ b \& c}", ["(1)"]),
        (r"{a \\ b}", ["(1)"]),
        (r"\{ \}", ["(1)"]),
    ],
)
def test_what_a_row_says(row: str, expected: list[str]) -> None:
    r"""``\tag`` and ``\notag``, the last of them; nothing in comments, groups or text counts."""
    assert shown(f"\\begin{{align}} x {row} \\end{{align}}") == expected


def test_plain_displays_have_numbers_only_if_asked() -> None:
    r"""``\[..\]`` and ``$$`` have a number under ``all`` or by ``\tag`` alone."""
    text = "\\[a\\]\n\n$$b$$\n\n\\[c\\tag{T}\\]\n\n\\(d\\)\n\n\\begin{equation}e\\end{equation}"
    assert numbers(text) == [(), (), ("(T)",), ("(1)",)]
    assert numbers(text, numbering="all") == [("(1)",), ("(2)",), ("(T)",), ("(3)",)]
    assert numbers(text, numbering="none") == [(), (), ("(T)",), ()]


def test_environment_with_something_beside_it() -> None:
    """A full stop behind an environment, or a second one, changes nothing about numbers."""
    equation = r"\begin{equation}a\end{equation}"
    assert shown(equation + " .") == ["(1)"]
    assert shown(equation + equation) == ["(1)", "(2)"]
    assert render(f"\\({equation}\\)").formulas[0].numbers == ("(1)",)


def test_number_is_written_where_mathjax_takes_it() -> None:
    r"""``\tag`` stands in its row; labels are gone; a comment never swallows a tag."""
    count = Counter("ams")
    tex = count.number("\\begin{align} a \\label{x} \\\\ b % c\n \\\\ \\end{align}").tex
    assert tex == "\\begin{align} a  \\tag{1}\\\\ b % c\n \\tag{2}\\\\ \\end{align}"
    assert count.number("x").tex == "x"
    assert Counter("all").number("x % c").tex == "x % c\n\\tag{1}"


def test_start_and_sections() -> None:
    """A start value, numbers that begin again at a heading level, numbers that run on."""
    equation = "\\begin{equation}a\\end{equation}\n\n"
    text = f"{equation}# One\n\n{equation}## Sub\n\n{equation}# Two\n\n{equation}"
    assert numbers(text) == [("(1)",), ("(2)",), ("(3)",), ("(4)",)]
    assert numbers(text, number_start=7)[-1] == ("(10)",)
    within = numbers(text, number_within=1)
    assert within == [("(1)",), ("(1.1)",), ("(1.2)",), ("(2.1)",)]


def test_formula_as_data() -> None:
    """A Formula tells its number, its label and what MathJax is handed."""
    (formula,) = render("\\begin{equation}\\label{eq:a} E=mc^2\\end{equation}").formulas
    assert (formula.number, formula.label) == ("(1)", "eq:a")
    assert formula.tex == "\\begin{equation}\\label{eq:a} E=mc^2\\end{equation}"
    assert formula.data_tex == "\\begin{equation} E=mc^2\\tag{1}\\end{equation}"


PARTS = st.sampled_from(
    r"\begin{align} \end{align} \begin{aligned} \end{aligned} \begin{equation} \end{equation} x"
    r" \begin \end { } & \\ \\[4pt] \tag{a} \tag* \tag \label{b} \label \notag % SPACE".split()
).map(lambda part: part.replace("SPACE", "\n"))


@given(st.lists(PARTS, max_size=30).map("".join))
def test_any_text_is_numbered(tex: str) -> None:
    """Whatever stands in a formula, numbers run without gap and no label stays."""
    for mode in ("ams", "all", "none"):
        numbered = Counter(mode).number(tex)
        given_out = [row.value for row in numbered.rows if row.value.isdigit()]
        assert given_out == [str(n) for n in range(1, len(given_out) + 1)]
        assert len(numbered.tex) <= len(tex) + 12 * len(given_out)
