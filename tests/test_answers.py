"""Long model answers: nothing is lost, nothing is taken that is not mathematics.

The answers in ``fixtures/answers`` were written for this project in the ways models write.  Their
HTML is kept beside them; ``--regen`` rewrites it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from renderer import Document, Options, render

ANSWERS = Path(__file__).parent.parent / "fixtures" / "answers"
PATHS = sorted(ANSWERS.glob("*.md"))
WHOLE = [path for path in PATHS if path.stem != "broken.en"]

# Formulas in each, all and displayed, as their author counted them.
COUNTS = {
    "attention.zh": (121, 15),
    "chemistry-physics.en": (86, 17),
    "code-dollars.en": (46, 8),
    "derivation.en": (80, 20),
    "derivation.zh": (68, 22),
    "lists.zh": (100, 20),
    "matrices.en": (75, 16),
    "mixed-delimiters.zh": (99, 14),
    "paper-qa.en": (110, 12),
    "paper-qa.zh": (101, 11),
    "prices.en": (102, 11),
    "proof.zh": (189, 16),
    "quotes.en": (103, 13),
}
_TEX_IN_PROSE = re.compile(r"\\[A-Za-z]{2,}|\\[()\[\]]|\$\$|\\begin")
_MONEY_OR_TEXT = re.compile(r"\$ \d+ \$|\$[\d{A-Za-z]")  # spaced digits are text


def _render(path: Path) -> Document:
    return render(path.read_text("utf-8"), Options(front_matter=True))


def _prose(document: Document) -> str:
    """What a reader sees outside formulas and code."""
    soup = BeautifulSoup(document.html, "html.parser")
    for element in soup.select("[data-tex], pre, code, .math-source"):
        element.replace_with("◇")
    return soup.get_text()


def test_there_are_enough_answers() -> None:
    """At least a dozen long answers, in Chinese and in English."""
    assert len(PATHS) >= 12
    assert {path.suffixes[0] for path in PATHS} == {".zh", ".en"}
    assert all(path.stat().st_size > 4_000 for path in PATHS)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_answer_gives_its_golden_html(path: Path, request: pytest.FixtureRequest) -> None:
    """A change of any answer's HTML is seen and decided on."""
    html = _render(path).html
    golden = path.with_suffix(".html")
    if request.config.getoption("--regen"):
        golden.write_text(html, "utf-8")
    assert html == golden.read_text("utf-8")


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_no_formula_is_lost_or_invented(path: Path) -> None:
    """Each answer has as many formulas, inline and displayed, as its author wrote."""
    formulas = _render(path).formulas
    counted = (len(formulas), sum(formula.display for formula in formulas))
    assert counted == COUNTS[path.stem]


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_no_tex_is_left_in_prose(path: Path) -> None:
    """No command, stray delimiter or emphasis cut through TeX is left for the reader to see."""
    prose = _prose(_render(path))
    assert _TEX_IN_PROSE.findall(prose) == []
    without_money = _MONEY_OR_TEXT.sub("", prose)
    assert re.findall(r".{9}\$.{9}", without_money) == []


def test_a_broken_answer_stays_readable() -> None:
    """Behind every broken formula the prose, its emphasis and the next formulas go on."""
    document = _render(ANSWERS / "broken.en.md")
    text = (ANSWERS / "broken.en.md").read_text("utf-8")
    assert len(document.headings) == len(re.findall(r"^#{1,6} ", text, re.MULTILINE))
    codes = {diagnostic.code for diagnostic in document.diagnostics}
    assert {"unclosed-math", "mixed-delimiters", "unknown-label", "duplicate-label"} <= codes
    assert max(len(formula.tex) for formula in document.formulas) < 300
