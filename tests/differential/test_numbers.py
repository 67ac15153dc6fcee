r"""Our numbers, references and macros against MathJax's own, typeset eagerly in one pass.

Equality is asked of the whole MathML: the author's TeX read with ``tags: 'ams'`` and ours read
with ``tags: 'none'`` give the same rows, the same numbers beside them, the same references.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renderer import Document, Options, render

from .documents import documents

_BATCH = 10  # documents that are handed to the browser at a time
_NUMBER = re.compile(r"<mlabeledtr>\s*<mtd>(.*?)</mtd>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MATH = re.compile(r"<math[^>]*>|</math>")


def compare(texts: Sequence[str], mathjax: Any, mode: str = "ams") -> int:
    """How many numbers were compared, all of them equal."""
    rendered = [render(text, Options(numbering=mode)) for text in texts]
    eager = [([(f.tex, f.display) for f in doc.formulas], {"tags": mode}) for doc in rendered]
    ours = [([(f.data_tex, f.display) for f in doc.formulas], {"tags": "none"}) for doc in rendered]
    results = mathjax([*eager, *ours])
    count = 0
    for text, doc, theirs, own in zip(texts, rendered, results, results[len(texts):], strict=False):
        for formula, expected, got in zip(doc.formulas, theirs, own, strict=True):
            assert got == expected, f"{formula.tex}\n became \n{formula.data_tex}\n in \n{text}"
            count += len(numbers(got))
    return count


def numbers(mathml: str) -> list[str]:
    return [unescape(_TAG.sub("", found)).strip() for found in _NUMBER.findall(mathml)]
