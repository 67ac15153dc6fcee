"""Tokens of markdown-it-py, made in half the time that its dataclass takes.

Half of what a parse makes are tokens, and each of these passes through default factories and a
check of its attributes, which are always none at first.
"""

from __future__ import annotations

from typing import Literal

from markdown_it.token import Token

Nesting = Literal[-1, 0, 1]

_new = Token.__new__


def made(kind: str, tag: str, nesting: Nesting, level: int, *, block: bool = False) -> Token:
    """What ``Token(kind, tag, nesting, level=level, block=block)`` gives."""
    token = _new(Token)
    token.type = kind
    token.tag = tag
    token.nesting = nesting
    token.attrs = {}
    token.map = None
    token.level = level
    token.children = None
    token.content = ""
    token.markup = ""
    token.info = ""
    token.meta = {}
    token.block = block
    token.hidden = False
    return token
