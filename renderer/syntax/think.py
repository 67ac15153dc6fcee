"""Reasoning blocks: what a model wrote between ``<think>`` and ``</think>`` before it answered.

<think>            <- first on its line, at the top level
Let me see: $x$
</think>           <- without it, the block reaches to the end of the text
The answer is $x$, which may also begin right behind the closing tag.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from .state import BlockState

_OPEN = re.compile(r"<think(?:ing)?>[ \t]*")
_SPACES = re.compile(r"[ \t]*")
_CLOSE = re.compile(r"</think(?:ing)?>")


def think(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    assert isinstance(state, BlockState)  # noqa: S101 - our parser makes no other
    opening = _opening(state, start)
    if opening is None or state.level > 0 or state.is_code_block(start):
        return False
    if silent:
        return True
    while opening is not None:
        closing = _CLOSE.search(state.src, opening.end())
        last = _line_of(state, start, end, closing.start()) if closing else end - 1
        _push(state, start, last, opening.end(), closing)
        if closing is None or not _begin_line(state, last, closing.end()):
            state.line = last + 1
            return True
        if last > start:
            state.line = last
            return True
        opening = _opening(state, start)
    # All on one line, and a rule has to take it: the others get what is left.
    return any(rule(state, start, end, False) for rule in state.md.block.ruler.getRules(""))


def _opening(state: BlockState, line: int) -> re.Match[str] | None:
    place = state.bMarks[line] + state.tShift[line]
    return _OPEN.match(state.src, place, state.eMarks[line])


def _push(
    state: BlockState, start: int, last: int, begin: int, closing: re.Match[str] | None
) -> None:
    """The block's tokens, from offset ``begin`` on the first line to the closing tag."""
    saved = _narrow(state, start, last, begin, closing)
    line_max, state.lineMax = state.lineMax, last + 1

    token = state.push("think_open", "details", 1)
    token.map = [start, last + 1]
    state.md.block.tokenize(state, start, last + 1)
    state.push("think_close", "details", -1)

    state.lineMax = line_max
    for line, (begin_mark, end_mark, shift, indent) in saved.items():
        state.bMarks[line], state.eMarks[line] = begin_mark, end_mark
        state.tShift[line], state.sCount[line] = shift, indent
    # The lines are no longer what the regions inside the block were cut from.
    state.regions = {key: region for key, region in state.regions.items() if key[0] == 0}


def _begin_line(state: BlockState, line: int, place: int) -> bool:
    """Let ``line`` begin at ``place``, unless nothing but white space is left of it."""
    spaces = _SPACES.match(state.src, place, state.eMarks[line])
    if spaces is None or spaces.end() == state.eMarks[line]:
        return False
    state.bMarks[line], state.tShift[line], state.sCount[line] = spaces.end(), 0, 0
    return True


def _line_of(state: StateBlock, first: int, end: int, place: int) -> int:
    line = first
    while line + 1 < end and state.bMarks[line + 1] <= place:
        line += 1
    return line


def _narrow(
    state: StateBlock, first: int, last: int, begin: int, closing: re.Match[str] | None
) -> dict[int, tuple[int, int, int, int]]:
    """Take the two tags out of their lines; return what those lines were."""
    saved = {
        line: (state.bMarks[line], state.eMarks[line], state.tShift[line], state.sCount[line])
        for line in {first, last}
    }
    state.bMarks[first], state.tShift[first], state.sCount[first] = begin, 0, 0
    if closing is not None:
        state.eMarks[last] = max(closing.start(), state.bMarks[last])
        state.tShift[last] = min(state.tShift[last], state.eMarks[last] - state.bMarks[last])
    return saved
