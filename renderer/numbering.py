r"""Equation numbers, decided at build: which rows carry one, and which.

MathJax numbers in the order in which it typesets, which is wrong once typesetting is lazy.  Here
every number is settled in document order and written into the formula as ``\tag{n}``; MathJax then
runs with ``tags: 'none'``.  The rules are those of MathJax with ``tags: 'ams'`` in one eager pass,
measured against it by the differential test.

Next hop: :mod:`renderer.formulas` writes the tags in and resolves references by the labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from . import tex as reading
from .tex import Row

_PER_ROW: Final = frozenset({"align", "gather", "alignat", "flalign", "eqnarray", "xalignat"})
_ONCE: Final = frozenset({"equation", "multline"})
_STARRED: Final = frozenset({f"{name}*" for name in _PER_ROW | _ONCE} | {"xxalignat"})


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A row of a formula that can be referred to.

    ``shown`` is what stands beside it, parentheses included, ``value`` what ``\\ref`` gives; both
    are TeX text, and empty where the row has no number.
    """

    labels: tuple[str, ...]
    shown: str
    value: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A display formula with its numbers written in as tags."""

    tex: str
    rows: tuple[NumberedRow, ...]


class Counter:
    """Hands out the numbers of one document, beginning with ``start``."""

    def __init__(self, mode: str, start: int = 1) -> None:
        self._mode = mode
        self._next = start
        self._prefix = ""

    def number(self, tex: str) -> Numbered:
        """``tex``, a display formula, numbered; labels are taken out of it."""
        name = reading.environment(tex)
        if name.rstrip("*") in _PER_ROW:
            return self._rows(tex, reading.rows(tex), auto=name in _PER_ROW)
        auto = name in _ONCE or (self._mode == "all" and name not in _STARRED)
        return self._rows(tex, [reading.body(tex)], auto=auto)

    def restart(self, prefix: str) -> None:
        """Begin again at 1, each number led by ``prefix`` (``2.`` below the second heading)."""
        self._next, self._prefix = 1, prefix

    def _rows(self, tex: str, rows: list[Row], *, auto: bool) -> Numbered:
        parts: list[str] = []
        numbered: list[NumberedRow] = []
        place = 0
        for row in rows:
            value, shown = row.tag
            parts.append(tex[place : row.end])
            place = row.end
            if auto and self._mode != "none" and not (shown or row.has_notag):
                value = self._take()
                shown = f"({value})"
                parts.append(f"\\tag{{{value}}}")
            numbered.append(NumberedRow(row.labels, shown, value))
        parts.append(tex[place:])
        return Numbered(reading.without_labels("".join(parts)), tuple(numbered))

    def _take(self) -> str:
        value = f"{self._prefix}{self._next}"
        self._next += 1
        return value
