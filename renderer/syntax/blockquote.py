"""Block quotes: markdown-it-py's rule, shown no more lines than the quote can reach.

That rule takes all lines up to a blank one for lazy continuations, and then reads; where no
paragraph is open the quote ends at the first of them, so a text of such quotes was scanned anew
for each.  Here the rule is given a window, twice as long again where the quote reaches its end.

      > # a          <- no paragraph is open behind a heading:
      b              <- the quote ends here, whatever follows
"""

from __future__ import annotations

from typing import Final

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import blockquote as full_blockquote

from .state import BlockState

_FIRST: Final = 2  # windows end at multiples of a power of two, of which this is the least


def blockquote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    assert isinstance(state, BlockState)  # noqa: S101 - our parser makes no other
    lazy = end if silent else _first_lazy(state, start, end)
    if lazy == end:  # every line belongs to the quote
        return full_blockquote(state, start, end, silent)
    key = start, state.level
    limit = _limit(start, state.reached.get(key, lazy))
    while limit < end:
        trial = _Trial(state)
        state.tries += 1
        found = full_blockquote(state, start, limit, False)
        state.tries -= 1
        if not found or trial.is_within(limit):
            return found
        trial.undo()
        state.reached[key] = limit
        limit = _limit(start, limit)
    trial = _Trial(state)
    found = full_blockquote(state, start, end, False)
    if not trial.is_within(end):  # the end of an outer quote's window, which is tried longer
        state.reached[key] = end
    return found


def _first_lazy(state: BlockState, start: int, end: int) -> int:
    """The first line that has no marker, or ``end`` if an empty line or the end comes before."""
    for line in range(start + 1, end):
        place = state.bMarks[line] + state.tShift[line]
        if place >= state.eMarks[line]:
            return end
        if state.src[place] != ">" or state.sCount[line] < state.blkIndent:
            return line
    return end


def _limit(start: int, reached: int) -> int:
    """The end of a window that holds line ``reached``.

    The quotes that begin on one line, one in the other, mostly share it, so that what does not fit
    is not tried for each of them.
    """
    power = max(_FIRST, (reached - start + 1).bit_length() - 1)
    return ((reached >> power) + 1) << power


class _Trial:
    """What a parse changes, so that it can be undone."""

    def __init__(self, state: BlockState) -> None:
        self._state = state
        self._line, self._tight, self._tokens = state.line, state.tight, len(state.tokens)
        self._open_lines = len(state.context.open_lines)
        self._sizes = [None if each is None else len(each) for each in self._defined()]
        self._farthest, state.farthest = state.farthest, 0

    def _defined(
        self,
    ) -> tuple[dict[str, object] | None, list[object] | None, dict[str, int] | None]:
        env = self._state.env
        refs = env["footnotes"]["refs"] if "footnotes" in env else None
        return env.get("references"), env.get("duplicate_refs"), refs

    def is_within(self, limit: int) -> bool:
        """Whether nothing from line ``limit`` on was of any weight."""
        state = self._state
        reached = max(state.line, state.farthest)
        state.farthest = max(self._farthest, state.farthest)
        return reached < limit

    def undo(self) -> None:
        state = self._state
        state.line, state.tight, state.farthest = self._line, self._tight, self._farthest
        del state.tokens[self._tokens :]
        del state.context.open_lines[self._open_lines :]
        names = ("references", "duplicate_refs", "footnotes")
        for name, defined, size in zip(names, self._defined(), self._sizes, strict=True):
            if size is None:
                state.env.pop(name, None)
            elif isinstance(defined, dict):
                while len(defined) > size:
                    defined.popitem()
            elif defined is not None:
                del defined[size:]
