r"""Macros: definitions in document order, expanded at build, bounded, kept inside one document."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer import Options, render
from renderer.macros import MAX_LENGTH, MacroError, Macros


def expanded(tex: str, **given: str) -> str:
    return Macros(given).expand(tex)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\newcommand{\R}{\mathbb{R}} x\in\R^n", r"x\in\mathbb{R}^n"),
        (r"\newcommand\v[1]{\mathbf{#1}}\v{x}+\v y+\v\alpha", None),
        (r"\newcommand{\o}[2][x]{#1^{#2}}\o{2}+\o[y]{3}", "x^{2}+y^{3}"),
        (r"\newcommand{\o}[1][]{f#1}\o+\o[2]", "f+f2"),
        (r"\renewcommand{\a}{1}\renewcommand{\a}{2}\a", "2"),
        (r"\newcommand{\a}{1}\providecommand{\a}{2}\a", "1"),
        (r"\providecommand{\a}[1]{<#1>}\a2", "<2>"),
        (r"\def\f#1#2{#2#1}\f12\f{a}b", "21ba"),
        (r"\def\p(#1,#2){<#1|#2>}\p(a,{b,c})", "<a|b,c>"),
        (r"\def\f#1.{[#1]}\f ab.c", "[ ab]c"),
        (r"\let\e\varepsilon\e x", r"\varepsilon x"),
        (r"\let\plus=+a\plus b", "a+ b"),
        (r"\DeclareMathOperator{\am}{arg\,min}\am_x", r"\operatorname{arg\,min}_x"),
        (r"\DeclareMathOperator*{\am}{argmax}\am_x", r"\operatorname*{argmax}_x"),
        (r"\newenvironment{e}[1]{\left(#1}{\right)}\begin{e}{z}a\end{e}", r"\left(za\right)"),
        (r"\def\f{\g}\def\g{y}\f", "y"),
        (r"\def\x{\alpha}\x y\x1", r"\alpha y\alpha1"),
        (r"\def\x{}\alpha\x y", r"\alpha y"),
        (r"\def\x#1{#1}\alpha\x{y}", r"\alpha y"),
        ("\\def\\x{a}% \\x\n\\x", "% \\x\na"),
        (r"\def\x{a}\\x \x", r"\\x a"),
        (r"\def\x{a}\text{in \x: $\x$}", r"\text{in a: $a$}"),
    ],
)
def test_meaning(tex: str, expected: str | None) -> None:
    """Every kind of definition and call comes out as MathJax reads it."""
    assert expanded(tex) == (expected or r"\mathbf{x}+\mathbf{y}+\mathbf{\alpha}")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\frac\h 2", r"\frac{\frac12} 2"),
        (r"\frac{a}\h", r"\frac{a}{\frac12}"),
        (r"\frac1\h", r"\frac1{\frac12}"),
        (r"\sqrt\h", r"\sqrt{\frac12}"),
        (r"\sqrt[3]\h x", r"\sqrt[3]{\frac12} x"),
        (r"\sqrt{\h}\h", r"\sqrt{\frac12}\frac12"),
        (r"x^\h", r"x^\frac12"),
    ],
)
def test_macro_as_an_argument_is_one(tex: str, expected: str) -> None:
    r"""``\frac\half 2`` takes the whole macro; a script takes its first piece, as in TeX."""
    assert expanded(rf"\newcommand\h{{\frac12}}{tex}") == expected


def test_document_order() -> None:
    """A formula sees exactly what was defined before it, the last definition first."""
    text = r"$\a$ $\def\a{1}$ $\a$ $\def\a{2}\a$ $\a$"
    assert [f.data_tex for f in render(text).formulas] == [r"\a", "", "1", "2", "2"]


def test_options_give_macros() -> None:
    """Macros of the configuration hold from the beginning; a document may change them."""
    options = Options(macros={"R": r"\mathbb{R}", "\\norm": r"\|#1\|"})
    doc = render(r"$\norm{x}\in\R$ $\def\R{r}\R$", options)
    assert [f.data_tex for f in doc.formulas] == [r"\|x\|\in\mathbb{R}", "r"]


def test_definitions_stay_in_their_document() -> None:
    """Neither the next rendering nor the options know what a document defined."""
    options = Options(macros={"b": "B"})
    render(r"$\newcommand{\a}{leak}\renewcommand{\b}{leak}\newenvironment{c}{leak}{}\a$", options)
    doc = render(r"$\a\b$ $\begin{c}\end{c}$", options)
    assert "leak" not in doc.html
    assert doc.formulas[0].data_tex == r"\a B"


@pytest.mark.parametrize(
    "block", ["$$\\newcommand{\\a}{b}$$", "\\[\\def\\a{b}\\]", "```math\n\\def\\a{b}\n```"]
)
def test_definitions_alone_leave_no_gap(block: str) -> None:
    """A block of definitions leaves nothing on the page: no wrapper and no empty paragraph."""
    html = render(f"one\n\n{block}\n\ntwo $\\a$").html
    assert 'class="math display' not in html
    assert "<p></p>" not in html
    assert 'data-tex="b"' in html


def _tower() -> str:
    """Each macro calls the one before ten times."""
    names = "abcdefg"
    steps = [
        f"\\def\\{after}{{{f'{chr(92)}{before} ' * 10}}}"
        for before, after in itertools.pairwise(names)
    ]
    return f"$\\def\\a{{xxxxxxxxxx}}{''.join(steps)}\\g$"


HOSTILE = {
    "loop": r"$\def\a{\a}\a$",
    "doubling": r"$\def\a{\a\a}\a$",
    "two": r"$\def\a{\b}\def\b{\a}\a$",
    "growing argument": r"$\def\a#1{\a{#1#1}}\a{x}$",
    "tower": _tower(),
    "environment": r"$\newenvironment{x}{\begin{x}}{\end{x}}\begin{x}\end{x}$",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_loop_is_a_diagnostic(text: str) -> None:
    """What expands without end, or to too much, is shown as TeX at once, with a diagnostic."""
    begun = time.process_time()
    doc = render(text)
    assert time.process_time() - begun < 1
    assert [d.code for d in doc.diagnostics] == ["macro-error"]
    assert "\\def" in doc.html or "\\newenvironment" in doc.html
    assert len(doc.html) < 10 * len(text) + 1000


@pytest.mark.parametrize("body", [r"\a", r"\a\a", "x" * 7000])
def test_many_loops_cost_no_more_than_a_few(body: str) -> None:
    """The work of all macros of a document has one bound, and so has the size of its page."""
    text = f"$\\def\\a{{{body}}}$ " + r"$\a\a$ " * 8_000 + "$x^2$"
    begun = time.process_time()
    doc = render(text, Options(max_formulas=100_000))
    assert time.process_time() - begun < 20
    assert len(doc.html) < 40_000_000
    assert doc.formulas[-1].data_tex == "x^2"
    assert {d.code for d in doc.diagnostics} == {"macro-error"}


@pytest.mark.parametrize(
    "tex",
    [
        r"\def",
        r"\let",
        r"\newcommand",
        r"\newcommand{\a}[1]{",
        r"\def\a#1{#2}\a b",
        r"\def\a(#1){}\a x",
    ],
)
def test_unreadable_definition_is_a_diagnostic(tex: str) -> None:
    """A definition or call that cannot be read is shown as TeX and reported, never raised."""
    with pytest.raises(MacroError):
        expanded(tex)
    assert [d.code for d in render(f"\\({tex} \\)").diagnostics][-1:] == ["macro-error"]


PARTS = st.sampled_from(
    r"\newcommand \renewcommand \def \let \DeclareMathOperator \newenvironment {\a} \a \b {#1} #1 #"
    r" [1] [2] [x] { } [ ] \begin{e} \end{e} {e} \frac \text \\ % $ x 1 = SPACE".split()
).map(lambda part: part.replace("SPACE", "\n"))


@given(st.lists(PARTS, max_size=40).map("".join))
def test_any_text_expands_or_is_refused(tex: str) -> None:
    """Whatever is defined and called, the result is bounded or a MacroError, again and again."""
    macros = Macros()
    for _ in range(3):
        try:
            assert len(macros.expand(tex)) <= MAX_LENGTH
        except MacroError:
            return


@given(st.text(alphabet="abc\\{}[]%$ \n#&_^", max_size=60))
def test_text_without_definitions_stays(tex: str) -> None:
    """A document without macros keeps its TeX to the letter."""
    assert expanded(tex) == tex
