"""The rest of a container from one line on, its prefixes stripped, with its delimiter table.

A display formula of the block form may hold blank lines but not leave its container.  The text
of a container is cut out once, however many formulas open in it.

      > - text            the container is the list item; its lines are stripped of "> " and
      >   $$              two columns; the region ends where a line lies outside the item
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from .. import finders
from ..delimiters import Delimiters
from ..finders import Match

if TYPE_CHECKING:
    from .state import BlockState

_ORDERED_ITEM = re.compile(r"\d{1,9}[.)](?:[ \t]|$)")
_BULLET_ITEM = re.compile(r"[-*+](?:[ \t]|$)")


class Region:
    """Lines ``first`` to ``last`` (exclusive) of one container."""

    def __init__(self, state: BlockState, first: int, end: int) -> None:
        self.first = first
        self.end = end
        self.last = _behind(state, first, end)
        indent = state.blkIndent
        if indent:
            lines = [state.stripped(line, indent) for line in range(first, self.last)]
        else:
            whole = slice(first, self.last)
            extents = zip(state.bMarks[whole], state.eMarks[whole], strict=True)
            lines = [state.src[begin:behind] for begin, behind in extents]
        self._starts = [0, *accumulate(len(line) + 1 for line in lines)]
        self.text = "\n".join(lines)
        self.table = Delimiters(self.text, inline=False)
        self._forms: dict[int, Match | None] = {}

    @classmethod
    def at(cls, state: BlockState, line: int, end: int) -> Region:
        """The region that holds ``line``; built when the first line of a container asks."""
        key = (state.level, state.blkIndent, state.container)
        region: Region | None = state.regions.get(key)
        if region is None or not region.first <= line < region.last or region.end != end:
            region = state.regions[key] = cls(state, line, end)
        return region

    def place(self, state: BlockState, line: int, source: int) -> int:
        """The offset into the region's text of the offset ``source`` on ``line``."""
        return self._starts[line - self.first + 1] - 1 - (state.eMarks[line] - source)

    def block_form(self, place: int, *, llm: bool) -> Match | None:
        """The display formula that is first on its line at ``place``; asked for line by line, and
        again by the rule that takes the line."""
        if place not in self._forms:
            self._forms[place] = finders.display(
                self.table, place, len(self.text), llm=llm, block=True
            )
        return self._forms[place]

    def is_open(self, state: BlockState, place: int, *, block: bool) -> bool:
        """Whether lines behind the container's could give the formula at ``place`` another end."""
        if self.last < self.end:
            return False
        if self._may_hide:
            return True
        return state.closes_behind(self.last) and finders.is_display_open(
            self.table, place, llm=state.context.llm, block=block
        )

    @cached_property
    def _may_hide(self) -> bool:
        """Whether code or a tag may yet be closed, which would hide delimiters."""
        if "<" in self.text:
            return True
        ticks = self.text.count("`")
        if not ticks:
            return False
        code = self.table.marks.code.items()
        return ticks > sum(self.text.count("`", *span) for span in code)

    def line_of(self, place: int) -> int:
        return self.first + bisect_right(self._starts, place) - 1

    def column(self, place: int) -> int:
        """Zero-based, in the stripped line."""
        return place - self._starts[self.line_of(place) - self.first]


def _behind(state: BlockState, first: int, end: int) -> int:
    """The line behind the container that ``first`` is in."""
    if state.blkIndent == 0:  # no line is less indented
        return end
    marker = _item_marker(state)
    lines = range(first + 1, end)
    return next((line for line in lines if _leaves(state, line, marker)), end)


def _leaves(state: BlockState, line: int, marker: str) -> bool:
    """Whether ``line`` lies outside the container that the lines before it are in."""
    if state.isEmpty(line):
        return False
    indent = state.sCount[line]
    if indent >= state.blkIndent or indent < 0:  # below zero: a lazy line of a block quote
        return False
    if state.isEmpty(line - 1):
        return True
    start = state.bMarks[line] + state.tShift[line]
    text = state.src[start : min(start + 12, state.eMarks[line])]
    if _ORDERED_ITEM.match(text):
        return True
    return _BULLET_ITEM.match(text) is not None and text[0] == marker


def _item_marker(state: BlockState) -> str:
    """The marker of the list item that is being read, ``""`` if it is none."""
    for token in reversed(state.tokens):
        if token.level < state.level:  # what encloses this container; the rest lies before it
            return token.markup if token.type == "list_item_open" else ""
    return ""
