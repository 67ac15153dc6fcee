"""Emphasis, the plain kind of it at once: words between two runs that can only belong together.

**Step 1:** and *so on*        three tokens each
**a *b** c*                    markdown-it-py's way: a token for each sign, paired at the end
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_inline import emphasis as stock

from .state import InlineState

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

# Nothing inside that could start a rule.
_PLAIN = re.compile(r"(\*\*?|__?)([^\n!$&*<@\[\\\]_`~]+)\1(?![*_])")


def emphasis(state: StateInline, silent: bool) -> bool:
    assert isinstance(state, InlineState)  # noqa: S101 - our parser makes no other
    if silent:
        return False
    found = _PLAIN.match(state.src, state.pos, state.posMax)
    if found is None or not _is_pair(state, found):
        return stock.tokenize(state, silent)
    _push(state, found[1], found[2])
    state.pos = found.end()
    return True


def _is_pair(state: InlineState, found: re.Match[str]) -> bool:
    """Whether the two runs open and close, and the first closes nothing that was opened before."""
    if "http" in found[2] or "www." in found[2]:
        return False
    may_split = found[1][0] == "*"
    opening = state.flanking(state.pos, may_split)
    if not opening.can_open or (opening.can_close and state.delimiters):
        return False
    return state.flanking(found.end() - opening.length, may_split).can_close


def _push(state: InlineState, mark: str, text: str) -> None:
    is_strong = len(mark) == 2
    kind = "strong" if is_strong else "em"
    # Where a pair of signs becomes one tag, markdown-it-py leaves a text in the other's place.
    state.owes_text |= is_strong
    state.push(f"{kind}_open", kind, 1).markup = mark
    state.append_pending(text)
    state.push(f"{kind}_close", kind, -1).markup = mark
    state.owes_text = is_strong
