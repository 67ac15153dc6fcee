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

_AUTOMATIC: Final = reading.PER_ROW | reading.ONCE


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
    """A formula with its numbers written in as tags."""

    tex: str
    rows: tuple[NumberedRow, ...]


class Counter:
    """Hands out the numbers of one document, beginning with ``start``."""

    def __init__(self, mode: str, start: int = 1) -> None:
        self._mode = mode
        self._next = start
        self._prefix = ""

    def number(self, tex: str, *, display: bool = True) -> Numbered:
        """``tex`` numbered, its labels taken out.

        An inline formula has the numbers of the environments in it, and none of its own.  A label
        whose row has no number is for the next row that has.
        """
        if not display and "\\begin" not in tex:
            return Numbered(reading.without_labels(tex), ())
        parts: list[str] = []
        numbered: list[NumberedRow] = []
        labels: tuple[str, ...] = ()
        place = 0
        rows = reading.rows(tex)
        for row in rows:
            value, shown = row.tag if row.environment or display else ("", "")
            if self._is_automatic(row, len(rows), display=display):
                value = self._take()
                shown = f"({value})"
                parts += [tex[place : row.place], _written(value, tex, row)]
                place = row.place
            labels += row.labels
            if shown:
                numbered.append(NumberedRow(labels, shown, value))
                labels = ()
        if labels:
            numbered.append(NumberedRow(labels, "", ""))
        return Numbered(reading.without_labels("".join([*parts, tex[place:]])), tuple(numbered))

    def restart(self, prefix: str) -> None:
        """Begin again at 1, each number led by ``prefix`` (``2.`` below the second heading)."""
        self._next, self._prefix = 1, prefix

    def _is_automatic(self, row: Row, rows: int, *, display: bool) -> bool:
        if self._mode == "none" or row.has_notag or row.tag[1]:
            return False
        if row.environment:
            return row.environment in _AUTOMATIC
        return self._mode == "all" and display and rows == 1  # else its environments have them

    def _take(self) -> str:
        value = f"{self._prefix}{self._next}"
        self._next += 1
        return value


def _written(value: str, tex: str, row: Row) -> str:
    """The tag, on a line of its own behind a comment."""
    in_comment = not row.environment and "%" in tex[tex.rfind("\n") + 1 :]
    return f"\n\\tag{{{value}}}" if in_comment else f"\\tag{{{value}}}"
