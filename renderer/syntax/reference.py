r"""References to equations in prose: ``\eqref{eq:a}``, ``\ref``, ``\autoref``, ``\cref``.

由\eqref{eq:a}可知
  ^ a token of type ``math_ref``, resolved when all labels are known
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..references import PATTERN
from .state import InlineState

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline


def reference(state: StateInline, silent: bool) -> bool:
    assert isinstance(state, InlineState)  # noqa: S101 - our parser makes no other
    place = state.pos
    if state.src[place : place + 1] != "\\" or state.src[place + 1 : place + 2] not in "eracC":
        return False
    found = PATTERN.match(state.src, place, state.posMax)
    if found is None or state.table.is_verbatim(place):
        return False
    if not silent:
        token = state.push("math_ref", "a", 0)
        token.content, token.markup = found[2], found[1]
        token.info = found.group()
        token.meta = {"start": place}
    state.pos = found.end()
    return True
