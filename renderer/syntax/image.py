"""Images, whose description is inline text: formulas in it are shielded and become plain text.

![the curve $y=x^2$](curve.png)
  ^ the description is parsed by itself; findings in it are told of where they stand
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import rules_inline

from .state import InlineState

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline


def image(state: StateInline, silent: bool) -> bool:
    assert isinstance(state, InlineState)  # noqa: S101 - our parser makes no other
    context = state.context
    outer, context.base = context.base, context.base + state.pos + len("![")
    try:
        return rules_inline.image(state, silent)
    finally:
        context.base = outer
