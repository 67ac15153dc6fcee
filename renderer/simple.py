r"""Where does a formula end, most often?  At the next delimiter of any kind, or the next ``\end``.

That is for sure where nothing but TeX stands between, its groups closed, and where no code, link
or tag can hide what stands there.  All else takes the whole text to be read.

      `a` costs
                              <- no code reaches over a blank line
      so $x_{1}$ is one       <- sure
      and $\text{$y$}$ not

Next hop: :class:`renderer.delimiters.Delimiters`, which asks here first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from .marks import NONE, TAG, Blanks


def _closed(depth: int) -> str:
    """The pattern of TeX without a delimiter, its groups closed and no deeper than ``depth``.

    There is one way to read a text by it.  It is not possessive as a whole, since Python up to
    3.11.4 goes on at the wrong place behind such a group (https://github.com/python/cpython/issues/106052).
    """
    group = rf"|\{{{_closed(depth - 1)}\}}" if depth else ""
    return rf"(?:[^\\${{}}]++|\\[^()\[\]]{group})*"


_FORMULA = re.compile(
    r"(?<![\\$])(?:(?P<dollars>\$\$?)(?!\$)|\\(?:(?P<round>\()|\[))"
    + _closed(3)
    + r"(?(dollars)(?P=dollars)(?!\$)|\\(?(round)\)|\]))"
)
_BEGIN = re.compile(r"(?<!\\)\\begin\{([A-Za-z]+\*?)\}")
_NEAR: Final = 2_000  # characters; nested ones would each look for their end behind all others
_CODE_OR_LINK = re.compile(r"`|\]\(")


class Simple:
    """Formulas of ``text`` that need no table; in ``plain`` text nothing is hidden."""

    def __init__(self, text: str, blanks: Blanks, *, plain: bool) -> None:
        self._text = text
        self._blanks = blanks
        self._first_tag: int | None = len(text) if plain else None
        self._hiding: list[int] | None = [] if plain else None
        self._bare = len(text) if plain else NONE  # up to here there is nothing that may hide

    @property
    def first_tag(self) -> int:
        """The offset of the first tag, or the end of the text."""
        if self._first_tag is None:
            tag = TAG.search(self._text) if "<" in self._text else None
            self._first_tag = tag.start() if tag else len(self._text)
        return self._first_tag

    def formula(self, place: int) -> tuple[str, int] | None:
        """The delimiter that opens a formula at ``place`` and the offset of its closer."""
        found = _FORMULA.match(self._text, place)
        if found is None or self._may_hide(place, found.end()):
            return None
        mark = found["dollars"] or found.group()[:2]
        return mark, found.end() - len(mark)

    def environment(self, place: int) -> tuple[str, int, int] | None:
        r"""The name of what begins at ``place``, the offset of its ``\end`` and that behind it."""
        begin = _BEGIN.match(self._text, place)
        if begin is None:
            return None
        name = begin[1]
        close = self._text.find(f"\\end{{{name}}}", begin.end(), begin.end() + _NEAR)
        if close < 0 or self._text[close - 1] == "\\":
            return None
        behind = close + len(f"\\end{{{name}}}")
        is_nested = self._text.find(f"\\begin{{{name}}}", begin.end(), close) >= 0
        return None if is_nested or self._may_hide(place, behind) else (name, close, behind)

    def _may_hide(self, start: int, end: int) -> bool:
        """Whether code, a link or a tag may reach into what lies between."""
        if end <= self._bare:
            return False
        if self._hiding is None:
            self._hiding = [m.start() for m in _CODE_OR_LINK.finditer(self._text)]
            self._bare = min([self.first_tag, *self._hiding[:1]])
        if self.first_tag < end:
            return True
        before = bisect_left(self._hiding, end) - 1
        if before < 0:
            return False
        last = self._hiding[before]
        return last >= start or not self._blanks.lie_between(last, start)
