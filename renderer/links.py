"""The links of a text with their places, and the ids that a page has to offer them.

Next hop: :mod:`renderer.check` reports the links that lead nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import unquote

from markdown_it.token import Token

from .formulas import source_offset
from .source import Source

# Neither can run past the next "<" or ">": linear for any text.
_ID = re.compile(r"""<[A-Za-z][^<>]*?\s(?:id|name)\s*=\s*["']?([^"'\s<>]+)""")
_RAW: Final = re.compile(
    r"""<[A-Za-z][^<>]*?\s(?:href|src)\s*=\s*("[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)"""
)
_WINDOW: Final = 2_000  # how far on an address is looked for, so that the cost stays linear
_ADDRESS: Final = {"link_open": "href", "image": "src"}


@dataclass(frozen=True, slots=True)
class Link:
    """An address that the text leads to, a link's or an image's, and its offset in the source."""

    address: str
    offset: int


def ids(html: str) -> frozenset[str]:
    """All that a fragment of an address can name in a page with this content."""
    return frozenset(unescape(found) for found in _ID.findall(html))


def links(tokens: Sequence[Token], source: Source, *, raw: bool) -> Iterator[Link]:
    """The links and images of a parsed text; with ``raw`` also those of its HTML tags."""
    for token in tokens:
        if token.type == "inline":
            yield from _inline(token, source, raw=raw)
        elif token.type == "html_block" and raw:
            start = source.starts[token.map[0]] if token.map else 0
            for found in _RAW.finditer(token.content):
                yield Link(_unquoted(found[1]), start)


def _inline(inline: Token, source: Source, *, raw: bool) -> Iterator[Link]:
    place = 0
    for token in inline.children or []:
        if token.type == "math":
            place = token.meta["match"].end
        elif token.type == "code_inline":
            place = _behind(inline.content, token.content, place)
        for address in _addresses(token, raw=raw):
            begin = _begin(inline.content, address, place)
            yield Link(address, source_offset(inline, begin, source))
            place = _behind(inline.content, address, begin)


def _addresses(token: Token, *, raw: bool) -> Iterator[str]:
    if name := _ADDRESS.get(token.type):
        yield str(token.attrGet(name) or "")
    elif token.type == "html_inline" and raw:
        yield from (_unquoted(found[1]) for found in _RAW.finditer(token.content))


def _begin(content: str, address: str, place: int) -> int:
    """Where the address is written, from ``place`` on; ``place`` if it stands elsewhere."""
    for written in filter(None, (address, unquote(address))):
        for before in ("](", "](<", "<", ""):
            found = content.find(before + written, place, place + len(written) + _WINDOW)
            if found >= 0:
                return found + len(before)
    return place


def _behind(content: str, part: str, place: int) -> int:
    """The offset behind ``part``, where it follows on ``place``; else ``place``."""
    found = content.find(part, place, place + len(part) + _WINDOW)
    return found + len(part) if found >= 0 else place


def _unquoted(value: str) -> str:
    return unescape(value.strip("\"'"))
