"""The end of a line inside a paragraph: two spaces before it make it a hard break."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_BREAK = re.compile(r"\n[ \t]*")


def newline(state: StateInline, silent: bool) -> bool:
    found = _BREAK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        text = state.pending
        kind = "softbreak"
        if text.endswith(" "):
            kind = "hardbreak" if text.endswith("  ") else kind
            state.pending = text.rstrip(" ")
        state.push(kind, "br", 0)
    state.pos = found.end()
    return True
