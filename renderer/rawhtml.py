"""Raw HTML under ``html="basic"``: a few harmless tags, without attributes and only in pairs.

A ``<details>`` that is never closed would swallow the rest of the page, and a ``</details>`` too
many would close what is not its own.  So tags pass in pairs that open and close in the same
block, and everything else is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markdown_it.token import Token

_INLINE: Final = frozenset({"sub", "sup", "kbd", "mark", "u", "s", "del", "ins"})
_BLOCK: Final = frozenset({"details", "summary"})
_TAG = re.compile(r"<(/?)([A-Za-z]+)(?:\s[^<>]*|/)?>")

_EMPTY: Final = frozenset({"br", "hr", "img", "input", "wbr"})

Kept = dict[int, set[int]]


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag that waits for its end tag, and the tags that pass if it does."""

    name: str
    tags: list[tuple[Token, int]]


def pairs(tokens: Sequence[Token]) -> Kept:
    """By the identity of an HTML token, the offsets of the tags in it that may pass."""
    return _paired(tokens)[0]


def waiting(tokens: Sequence[Token]) -> Token | None:
    """The first token at the top level with a tag whose end tag may come later."""
    opened = _paired(tokens)[1]
    return opened[0].tags[0][0] if opened else None


def _paired(tokens: Sequence[Token]) -> tuple[Kept, list[_Open]]:
    """The tags that may pass, and those at the top level that are open at the end."""
    kept: Kept = {}
    stacks: list[list[_Open]] = [[]]
    for token in tokens:
        if token.type == "inline":
            _inline_pairs(token.children or [], kept)
        elif token.nesting == 1:
            stacks.append([])
        elif token.nesting == -1 and len(stacks) > 1:
            stacks.pop()
        elif token.type == "html_block":
            _note(token, _BLOCK | _INLINE, stacks[-1], kept)
    return kept, stacks[0]


def _inline_pairs(children: Sequence[Token], kept: Kept) -> None:
    stacks: list[list[_Open]] = [[]]
    for child in children:
        if child.nesting == 1:
            stacks.append([])
        elif child.nesting == -1 and len(stacks) > 1:
            stacks.pop()
        elif child.type == "html_inline":
            _note(child, _INLINE, stacks[-1], kept)


def _note(token: Token, names: frozenset[str], stack: list[_Open], kept: Kept) -> None:
    """Match the tags of one token with those that are open in its block."""
    for tag in _TAG.finditer(token.content):
        name = tag[2].lower()
        if name == "br":
            kept.setdefault(id(token), set()).add(tag.start())
        elif name not in names:
            continue
        elif not tag[1]:
            stack.append(_Open(name, [(token, tag.start())]))
        elif stack and stack[-1].name == name:
            tags = [*stack.pop().tags, (token, tag.start())]
            if name != "summary":
                _keep(tags, kept)
            elif stack and stack[-1].name == "details":
                stack[-1].tags.extend(tags)  # passes if the details does


def _keep(tags: Sequence[tuple[Token, int]], kept: Kept) -> None:
    for token, place in tags:
        kept.setdefault(id(token), set()).add(place)


def encloses(html: str) -> bool:
    """Whether ``html`` is the opening or closing tag of an element that holds text."""
    tag = _TAG.fullmatch(html)
    return tag is not None and tag[2].lower() not in _EMPTY


def stands_alone(html: str) -> bool:
    """Whether filtered HTML needs no paragraph around it, or cannot have one: a fold in it."""
    return html.lstrip().startswith("<") or any(
        f"<{end}{name}>" in html for name in _BLOCK for end in ("", "/")
    )


def filtered(token: Token, kept: Kept) -> str:
    """The HTML of a raw token: the tags kept, without attributes, and the rest as text."""
    allowed = kept.get(id(token), set())
    parts: list[str] = []
    place = 0
    for tag in _TAG.finditer(token.content):
        if tag.start() in allowed:
            parts.append(escape(token.content[place : tag.start()], quote=False))
            parts.append(f"<{tag[1]}{tag[2].lower()}>")
            place = tag.end()
    parts.append(escape(token.content[place:], quote=False))
    return "".join(parts)
