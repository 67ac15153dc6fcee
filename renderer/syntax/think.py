"""Reasoning blocks: what a model wrote between ``<think>`` and ``</think>`` before it answered.

<think>            <- first on its line, at the top level
Let me see: $x$
</think>           <- without it, the block reaches to the end of the text
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

_OPEN = re.compile(r"<think(?:ing)?>[ \t]*")
_CLOSE = re.compile(r"</think(?:ing)?>")


def think(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    place = state.bMarks[start] + state.tShift[start]
    opening = _OPEN.match(state.src, place, state.eMarks[start])
    if opening is None or state.level > 0 or state.is_code_block(start):
        return False
    if silent:
        return True
    closing = _CLOSE.search(state.src, opening.end())
    last = _line_of(state, start, end, closing.start()) if closing else end - 1
    saved = _narrow(state, start, last, opening.end(), closing)
    line_max, state.lineMax = state.lineMax, last + 1

    token = state.push("think_open", "details", 1)
    token.map = [start, last + 1]
    state.md.block.tokenize(state, start, last + 1)
    state.push("think_close", "details", -1)

    state.lineMax = line_max
    for line, (begin, close, shift, indent) in saved.items():
        state.bMarks[line], state.eMarks[line] = begin, close
        state.tShift[line], state.sCount[line] = shift, indent
    state.line = last + 1
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
