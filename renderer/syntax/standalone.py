"""A paragraph that holds display formulas and nothing else becomes blocks of its own (G4).

<p><span class="math display">..</span></p>   ->   <div class="math display">..</div>
"""

from __future__ import annotations

from itertools import pairwise

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .state import Context


def standalone(state: StateCore) -> None:
    holding = {id(inline) for inline in Context.of(state.env).displays}
    if not holding:
        return
    tokens = state.tokens
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if id(token) not in holding:
            out.append(token)
        elif tokens[index - 1].type == "paragraph_open" and _is_only_display(token):
            out[-1:] = _as_blocks(token, tokens[index - 1])
            index += 1
        else:
            _soften_breaks(token.children or [])
            out.append(token)
        index += 1
    state.tokens = out


def _is_display(token: Token) -> bool:
    return token.type == "math" and bool(token.meta["match"].display)


def _is_only_display(inline: Token) -> bool:
    has_display = False
    for child in inline.children or []:
        if child.type == "text":
            if child.content.strip():
                return False
        elif child.type == "math" and child.meta["match"].display:
            has_display = True
        elif child.type not in ("softbreak", "hardbreak"):
            return False
    return has_display


def _as_blocks(inline: Token, paragraph: Token) -> list[Token]:
    blocks = [child for child in inline.children or [] if child.type == "math"]
    for block in blocks:
        block.type, block.tag, block.block = "math_block", "div", True
        block.level, block.map = paragraph.level, paragraph.map
        block.meta["inline"] = inline
    return blocks


def _soften_breaks(children: list[Token]) -> None:
    """A hard break beside a display formula would leave an empty line."""
    for before, after in pairwise(children):
        if before.type == "hardbreak" and _is_display(after):
            before.type, before.tag = "softbreak", "br"
        if after.type == "hardbreak" and _is_display(before):
            after.type, after.tag = "softbreak", "br"
