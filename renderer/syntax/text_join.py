r"""Text in pieces becomes one token again: escapes and entities stand apart until here.

a \* b &lt; c        five tokens that the rules left, one that is shown
"""

from __future__ import annotations

from itertools import groupby

from markdown_it.rules_core import StateCore
from markdown_it.token import Token


def text_join(state: StateCore) -> None:
    for inline in state.tokens:
        if inline.type != "inline" or not inline.children:
            continue
        for token in inline.children:
            if token.children:  # the description of an image
                token.children = _joined(token.children)
        inline.children = _joined(inline.children)


def _joined(tokens: list[Token]) -> list[Token]:
    is_whole = True
    for token in tokens:
        if token.type == "text_special":
            token.type, is_whole = "text", False
    if is_whole:
        return tokens
    joined: list[Token] = []
    for is_text, run in groupby(tokens, key=_is_text):
        first = len(joined)
        joined += run
        if is_text:
            joined[first].content = "".join(token.content for token in joined[first:])
            del joined[first + 1 :]
    return joined


def _is_text(token: Token) -> bool:
    return token.type == "text"
