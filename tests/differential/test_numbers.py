r"""Our numbers, references and macros against MathJax's own, typeset eagerly in one pass.

Equality is asked of the whole MathML: the author's TeX read with ``tags: 'ams'`` and ours read
with ``tags: 'none'`` give the same rows, the same numbers beside them, the same references.

A document in which MathJax finds an error is left out: what it numbered before the error stays
counted there, while ours counts whole formulas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from renderer import Document, Options, render

from .documents import documents

_BATCH = 10  # documents that are handed to the browser at a time
_LABEL = re.compile(r"\\label ?\{(eq:[^{}]*)\}")
_NUMBER = re.compile(r"<mlabeledtr[^>]*><mtd[^>]*>(.*?)</mtd>", re.DOTALL)
_LINK = re.compile(r'<span class="math-ref-text[^>]*>(.*?)</span>')
_TAG = re.compile(r"<[^>]*>")


class Comparison:
    """Compares batches of documents and keeps count of what was equal."""

    def __init__(self, mathjax: Any, mode: str) -> None:
        self.mathjax = mathjax
        self.mode = mode
        self.documents = self.formulas = self.numbers = self.references = self.left_out = 0

    def batch(self, texts: Sequence[str]) -> None:
        labels = [list(dict.fromkeys(_LABEL.findall(text))) for text in texts]
        rendered = [self._rendered(*pair) for pair in zip(texts, labels, strict=True)]
        eager = [
            [*((f.tex, f.display) for f in doc.formulas), *((_ref(name), False) for name in names)]
            for doc, names in zip(rendered, labels, strict=True)
        ]
        ours = [[(f.data_tex, f.display) for f in doc.formulas] for doc in rendered]
        runs = [(formulas, {"tags": self.mode}) for formulas in eager]
        results = self.mathjax([*runs, *((formulas, {"tags": "none"}) for formulas in ours)])
        for index, text in enumerate(texts):
            theirs = results[index]
            if any("<merror" in mathml for mathml in theirs):
                self.left_out += 1
            else:
                self._same(text, rendered[index], theirs, results[len(texts) + index])

    def _rendered(self, text: str, names: Sequence[str]) -> Document:
        """The document with a reference to each of its labels in prose."""
        prose = " and ".join(map(_ref, names))
        return render(f"{text}\n\nSee {prose}.", Options(numbering=self.mode))

    def _same(self, text: str, doc: Document, theirs: list[str], own: list[str]) -> None:
        for formula, expected, got in zip(doc.formulas, theirs, own, strict=False):
            assert got == expected, f"{formula.tex}\nbecame\n{formula.data_tex}\nin\n{text}"
            beside = [_plain(number) for number in _NUMBER.findall(got) if _plain(number)]
            ours = [_plain(number) for number in formula.numbers]
            assert ours == beside, f"numbers {ours} of {formula.tex}\nin\n{text}"
            self.formulas += 1
            self.numbers += len(beside)
        links = [_plain(unescape(link)) for link in _LINK.findall(doc.html)]
        references = [_plain(mathml) for mathml in theirs[len(doc.formulas) :]]
        assert links[len(links) - len(references) :] == references, text
        self.references += len(references)
        self.documents += 1


def _ref(name: str) -> str:
    return f"\\eqref{{{name}}}"


def _plain(text: str) -> str:
    """What is read of MathML or of a number in TeX, whatever characters it is written with."""
    text = re.sub(r"\\[a-z]+|[$\s{}]|_(?=\d)", "", unescape(_TAG.sub("", text)))
    return normalize("NFKC", text).replace("’", "'").replace("*", "∗").replace("\u2063", "")


def compare(mathjax: Any, mode: str, batches: int) -> Comparison:
    """``batches`` of generated documents, compared."""
    comparison = Comparison(mathjax, mode)

    @settings(
        max_examples=batches,
        deadline=None,
        derandomize=batches < 20,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.lists(documents(starred_flalign=mode == "ams"), min_size=_BATCH, max_size=_BATCH))
    def run(texts: list[str]) -> None:
        comparison.batch(texts)

    run()
    print(vars(comparison))  # noqa: T201 - seen with pytest -s
    assert comparison.left_out < comparison.documents / 3
    return comparison


def test_generated_documents(mathjax: Any) -> None:
    """Numbers, references and expanded macros of some 60 documents are MathJax's own."""
    assert compare(mathjax, "ams", 6).numbers > 40


@pytest.mark.heavy
def test_two_thousand_generated_documents(mathjax: Any) -> None:
    """The same for more than 2,000 documents."""
    assert compare(mathjax, "ams", 260).documents > 2000


@pytest.mark.parametrize("batches", [3, pytest.param(60, marks=pytest.mark.heavy)])
def test_every_display_numbered(mathjax: Any, batches: int) -> None:
    """``numbering="all"`` gives the numbers of MathJax's ``tags: 'all'``."""
    assert compare(mathjax, "all", batches).numbers > 5 * batches


def test_answers(mathjax: Any, root: Path) -> None:
    """The long answers have the numbers and references that MathJax gives them."""
    texts = [path.read_text("utf-8") for path in sorted((root / "fixtures/answers").glob("*.md"))]
    comparison = Comparison(mathjax, "ams")
    comparison.batch(texts)
    assert comparison.documents + comparison.left_out == len(texts) >= 14
    assert comparison.left_out <= 1
    assert comparison.numbers > 30


def test_difference_is_seen(mathjax: Any) -> None:
    """A number that is wrong by one would be found."""
    comparison = Comparison(mathjax, "ams")
    text = r"\begin{equation}x\end{equation}"
    doc = render(text, Options(number_start=2))
    theirs, own = mathjax(
        [([(text, True)], {"tags": "ams"}), ([(doc.formulas[0].data_tex, True)], {"tags": "none"})]
    )
    with pytest.raises(AssertionError):
        comparison._same(text, doc, theirs, own)
