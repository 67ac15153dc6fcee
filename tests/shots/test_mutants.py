"""The faults that the proof of ``mathward shots`` puts into pages: small, where said, and alone."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

import pytest

from bench.shots import slips
from bench.shots.mutants import Level, all_faults, formulas, mutant
from renderer import render, render_page

ANSWERS = Path(__file__).parents[2] / "fixtures" / "answers"
PAGES = ("matrices.en", "derivation.zh", "quotes.en")


@cache
def _page(name: str) -> tuple[str, str]:
    """Markdown and HTML of an answer."""
    markdown = (ANSWERS / f"{name}.md").read_text("utf-8")
    return markdown, render_page(markdown)


@pytest.mark.parametrize(("kind", "level"), [*all_faults()])
def test_a_fault_hits_one_formula(kind: str, level: Level) -> None:
    """Each fault finds its place in an answer, names it rightly, and leaves all others alone."""
    hits = 0
    for name in PAGES:
        markdown, html = _page(name)
        given = mutant(kind, level, markdown, html, Random(1))
        if given is None:
            continue
        hits += 1
        assert given == mutant(kind, level, markdown, html, Random(1))
        right = [place.tex for place in formulas(html)]
        assert right[given.index] == given.tex
        text = render_page(given.text) if level == "source" else given.text
        wrong = [place.tex for place in formulas(text)]
        if kind == "missing" and level == "html":
            assert wrong == right[: given.index] + right[given.index + 1 :]
        elif kind == "doubled":
            assert wrong == right[: given.index + 1] + right[given.index :]
        else:
            changed = [
                n for n, pair in enumerate(zip(right, wrong, strict=True)) if len({*pair}) > 1
            ]
            kept = level in ("mathml", "drawing") or kind == "untypeset"
            assert changed == ([] if kept else [given.index])
        assert text != html
    assert hits


def test_a_formula_that_shows_nothing_is_not_counted() -> None:
    """What only defines a macro is no formula of the page."""
    markdown = "$\\newcommand{\\R}{R}$ and $x=1$"
    given = mutant("digit", "source", markdown, render_page(markdown), Random(1))
    assert given is not None
    assert (given.index, given.tex) == (0, "x=1")


def test_all_formulas_of_a_page_are_found() -> None:
    """The places in a page are the document's formulas, in order."""
    markdown, html = _page("matrices.en")
    places = formulas(html)
    assert [place.tex for place in places] == [each.data_tex for each in render(markdown).formulas]
    assert all(html[place.start : place.end].count("data-tex") == 1 for place in places)


@pytest.mark.parametrize(
    ("slip", "tex", "allowed"),
    [
        (slips.digit, r"\hspace{2em} x_1 \tag{3}", r"\\hspace\{2em\} x_[2-9] \\tag\{3\}"),
        (slips.sign, r"\text{a-b} c-d", r"\\text\{a-b\} c\+d"),
        (slips.script, r"\sum_{k} a_{ij}", r"\\sum_\{k\} a\^\{ij\}"),
        (slips.bracket, r"\left( a \right) f[x", r"\\left\( a \\right\) fx"),
        (slips.rows, r"\begin{pmatrix} a \\[2pt] b \end{pmatrix}", r".*\} b \\\\\[2pt\] a \\end.*"),
        (slips.number, r"x \tag{3}", r"x \\tag\{4\}"),
    ],
)
def test_a_slip_changes_only_what_is_drawn(slip: slips.Slip, tex: str, allowed: str) -> None:
    """Lengths, names, texts and numbers stay as they are, whatever the chance."""
    for seed in range(20):
        wrong = slip(tex, Random(seed))
        assert wrong is not None
        assert re.fullmatch(allowed, re.sub(r"\s+", " ", wrong)), wrong


@pytest.mark.parametrize(
    ("slip", "tex"),
    [(slips.digit, "x"), (slips.sign, r"\text{-}"), (slips.script, r"\sum_1"), (slips.bracket, "x"),
     (slips.rows, r"\begin{matrix} a \\ a \end{matrix}"), (slips.number, "x")],
)  # fmt: skip
def test_a_slip_without_a_place_is_none(slip: slips.Slip, tex: str) -> None:
    """Where nothing can go wrong in that way, nothing is made up."""
    assert slip(tex, Random(1)) is None
