"""Code spans, which may not reach into a display formula of the block form.

a ` b
$$            <- block structure comes first: this formula stands, and the backtick
x`            <- before it is text
$$
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.rules_inline import backtick

from .state import InlineState

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline


def code_span(state: StateInline, silent: bool) -> bool:
    assert isinstance(state, InlineState)  # noqa: S101 - our parser makes no other
    maximum = state.posMax
    state.posMax = state.limit(state.pos)
    try:
        return backtick(state, silent)
    finally:
        state.posMax = maximum
