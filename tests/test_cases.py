"""The cases: Markdown whose formulas are known exactly, each from a public bug report or answer.

``fixtures/cases/math.jsonl`` holds one case a line: ``markdown``, the formulas to ``expect``, HTML
that ``must`` or ``must not`` appear when raw HTML is trusted, and ``why``.  A case with
``"profile": "llm"`` holds for that profile alone, all others for both.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pytest

from renderer import Document, Formula, Options, render

_FILE = Path(__file__).resolve().parents[1] / "fixtures" / "cases" / "math.jsonl"


@dataclass(frozen=True)
class Case:
    """One line of the file."""

    id: str
    category: str
    markdown: str
    expect: list[dict[str, Any]]
    must_html: list[str] = field(default_factory=list)
    must_not_html: list[str] = field(default_factory=list)
    profile: str = ""
    why: str = ""
    doubt: bool = False


CASES = [Case(**json.loads(line)) for line in _FILE.read_text("utf-8").splitlines()]
RUNS = [
    (case, profile)
    for case in CASES
    for profile in ("llm", "strict")
    if case.profile in ("", profile)
]


def _rendered(case: Case, profile: str) -> Document:
    return render(case.markdown, Options(profile=profile, html="trust", links="any", images="any"))


def _shown(part: str) -> tuple[str, str]:
    """A part of HTML as it is written in a case, and as the same text once escaped."""
    return part, escape(part, quote=False)


def _squeezed(tex: str) -> str:
    return " ".join(tex.split())


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from one, counted the slow way."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


@pytest.mark.parametrize(
    ("case", "profile"), RUNS, ids=[f"{case.id}-{profile}" for case, profile in RUNS]
)
def test_formulas_and_html_of_case(case: Case, profile: str) -> None:
    """Exactly the expected formulas come out, and the HTML around them is as it must be."""
    document = _rendered(case, profile)
    found = [(_squeezed(f.tex), f.display) for f in document.formulas]
    assert found == [(_squeezed(f["tex"]), f["display"]) for f in case.expect], case.why
    for part in case.must_html:
        assert any(form in document.html for form in _shown(part)), (part, document.html)
    for part in case.must_not_html:
        assert part not in document.html


@pytest.mark.parametrize("profile", ["llm", "strict"])
def test_every_formula_knows_its_place(profile: str) -> None:
    """``source`` is the slice at ``start``, from its delimiter on; lines, column, index agree."""
    wrong = []
    for case in CASES:
        for index, formula in enumerate(_rendered(case, profile).formulas):
            if not _is_in_place(formula, case.markdown) or formula.index != index:
                wrong.append((case.id, formula))
    assert wrong == []


def _is_in_place(formula: Formula, given: str) -> bool:
    end = formula.start + len(formula.source)
    text = given.removeprefix("\ufeff")
    shift = len(given) - len(text)
    first, column = _place(text, formula.start - shift)
    last, _ = _place(text, end - shift - 1)
    return (
        formula.source == given[formula.start : end]
        and formula.source.startswith(("$", "\\", "```"))
        and (formula.lines, formula.column) == ((first, last), column)
    )


def test_cases_are_sound() -> None:
    """Every id is there once, every category has several cases, both profiles have their own."""
    assert max(Counter(case.id for case in CASES).values()) == 1
    assert len(CASES) >= 170
    assert {case.profile for case in CASES} == {"", "llm"}
