r"""Where does the formula that opens here end?  One table per text answers in O(log n).

A finder that scans from every opener is quadratic on a thousand unclosed ``\(a ``.  So the
delimiters of a text are listed once, from left to right (:mod:`renderer.marks`), and every opener
is paired in one pass from right to left: the nearest closer at its own depth in braces, and the
nearest at any depth, which serves where none lies at its own (G3, G4).  Most formulas need no
table (:mod:`renderer.simple`).

      a \(b_{\text{if \(c\)}}\) d
        ^ opener, depth 0       ^ closer at depth 0; the inner one lies at depth 2

Next hop: the rules in :mod:`renderer.syntax` turn an :class:`Opener` into a token.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from operator import itemgetter
from typing import Final, NamedTuple

from .marks import NONE, Blanks, Marks, first_from
from .simple import Simple

# Openers with their closer and that of the pair that models mix them up with (L6); three dollars or
# more ("$$$", as in the price ranges of restaurants) open and close nothing.
_PAIRS: Final = {
    "$": ("$", r"\)"),
    "$$": ("$$", r"\]"),
    "$$$": ("$$$", ""),
    r"\(": (r"\)", "$"),
    r"\[": (r"\]", "$$"),
    r"\\(": (r"\\)", ""),
    r"\\[": (r"\\]", ""),
}
_NEVER_CLOSE: Final = frozenset(mark for mark, (closer, _) in _PAIRS.items() if closer != mark)

# A fence or an ATX heading after a blank line ends the search for a block form's closer (G5).
_BARRIER = re.compile(r"(?<=\n)[ \t]*\n[ ]{0,3}(?=#{1,6}(?:[ \t\n]|\Z)|`{3}|~{3})")
_FIRST_ON_LINE = re.compile(r"^[ \t]*(\\\[|\$\$)", re.MULTILINE)


class Opener(NamedTuple):
    """An opening delimiter and the candidates for its closer, as offsets or NONE.

    ``level`` is the nearest closer at the opener's own brace depth, ``nearest`` the nearest at
    any depth, ``mixed`` the nearest closer of the pair it is mixed up with, at its own depth; that
    may be missing where it lies behind ``level``.
    """

    start: int
    mark: str
    level: int
    nearest: int
    mixed: int


class Delimiters:
    """The delimiters of ``text``, paired; cost O(n log n), each question O(log n).

    ``openers`` maps an offset to its :class:`Opener`; what else it tells is said of
    :class:`~renderer.marks.Marks`.  In ``plain`` text nothing of Markdown or HTML is read; without
    ``inline`` formulas of the display forms alone are.
    """

    def __init__(self, text: str, *, plain: bool = False, inline: bool = True) -> None:
        self.text = text
        self._is_plain, self._is_inline = plain, inline
        self._marks: Marks | None = None
        self._openers: dict[int, Opener] | None = None
        self._barriers: list[int] | None = [] if plain else None
        self._blanks = Blanks(text)
        self._simple = Simple(text, self._blanks, plain=plain)
        self._starts: dict[str, list[int]] | None = None
        self._line_starts: dict[str, list[int]] | None = None

    @property
    def marks(self) -> Marks:
        if self._marks is None:
            markup, inline = not self._is_plain, self._is_inline
            self._marks = Marks(self.text, self._blanks, markup=markup, inline=inline)
        return self._marks

    @property
    def openers(self) -> dict[int, Opener]:
        if self._openers is None:
            self._openers = _paired(self.marks.found)
        return self._openers

    def opener(self, place: int) -> Opener | None:
        if self._openers is None and (simple := self._simple.formula(place)):
            mark, close = simple
            return Opener(place, mark, close, close, NONE)
        return self.openers.get(place)

    def environment(self, place: int) -> tuple[str, int, int] | None:
        """The entry of :attr:`Marks.environments <renderer.marks.Marks>` for ``place``."""
        if self._marks is None and (simple := self._simple.environment(place)):
            return simple
        return self.marks.environments.get(place)

    def is_verbatim(self, place: int) -> bool:
        """Whether ``place`` lies between ``<code>`` and ``</code>`` or their like."""
        if place < self._simple.first_tag:
            return False
        verbatim = self.marks.verbatim
        index = bisect_right(verbatim, (place, len(self.text))) - 1
        return index >= 0 and place < verbatim[index][1]

    def next_blank(self, place: int) -> int:
        """The offset of the first blank line behind ``place``, or the end of the text."""
        return self._blanks.next(place)

    def next_barrier(self, place: int) -> int:
        """The offset behind which no block form may look for its closer (G5)."""
        if self._barriers is None:
            self._barriers = [m.start() for m in _BARRIER.finditer(self.text)]
        return first_from(self._barriers, place, len(self.text))

    def next_start(self, mark: str, place: int) -> int:
        """The offset of the next ``mark`` behind ``place``, or the end of the text."""
        return first_from(self._all_starts().get(mark, ()), place + 1, len(self.text))

    def next_line_start(self, mark: str, place: int) -> int:
        """Like :meth:`next_start` for a mark that is first on its line."""
        if self._line_starts is None:
            first = {m.start(1) for m in _FIRST_ON_LINE.finditer(self.text)}
            self._line_starts = {
                mark: [p for p in starts if p in first]
                for mark, starts in self._all_starts().items()
            }
        return first_from(self._line_starts.get(mark, ()), place + 1, len(self.text))

    def blank_between(self, start: int, end: int) -> bool:
        return self._blanks.lie_between(start, end)

    def _all_starts(self) -> dict[str, list[int]]:
        if self._starts is None:
            self._starts = {}
            for place, _, mark in self.marks.found:
                self._starts.setdefault(mark, []).append(place)
        return self._starts


_Stack = list[tuple[int, int]]
"""Depth and place of the closers of one kind to the right; the nearest is last, and deepest."""


def _paired(marks: list[tuple[int, int, str]]) -> dict[int, Opener]:
    """The openers among ``marks``, which are places with their depth, by their place."""
    openers: dict[int, Opener] = {}
    stacks: defaultdict[str, _Stack] = defaultdict(list)
    for place, depth, mark in reversed(marks):
        if mark in _PAIRS:
            closer, mixed = _PAIRS[mark]
            own, other = stacks[closer], stacks[mixed]
            openers[place] = Opener(
                place,
                mark,
                _at_level(own, depth) if own else NONE,
                own[-1][1] if own else NONE,
                _at_level(other, depth) if other else NONE,
            )
        if mark not in _NEVER_CLOSE:
            _push(stacks[mark], depth, place)
            if mark != "$" and mark[0] == "$":  # any "$" decides for a single-dollar opener (G8)
                _push(stacks["$"], depth, place)
    return openers


def _push(stack: _Stack, depth: int, place: int) -> None:
    while stack and stack[-1][0] >= depth:
        stack.pop()
    stack.append((depth, place))


def _at_level(stack: _Stack, depth: int) -> int:
    """The place of the nearest closer that lies no deeper than ``depth``."""
    if stack[-1][0] <= depth:
        return stack[-1][1]
    index = bisect_right(stack, depth, key=_depth_of) - 1
    return stack[index][1] if index >= 0 else NONE


_depth_of: Final = itemgetter(0)
