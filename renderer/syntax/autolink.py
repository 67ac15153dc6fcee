"""Bare addresses in prose: GFM's autolink extension, with Chinese and Japanese text around.

      详见https://example.org/a（英文）。
          ^ starts behind any character but a letter or digit, and ends before CJK text

GFM lets an address run to the next space, which in Chinese is the end of the paragraph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_CJK = "\u2e80-\u303f\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”‘’…—"
_URL = re.compile(rf"(?:https?://|www\.)(?=[^\s.{_CJK}/])[^\s<>\"`\\^{{}}\[\]|{_CJK}]{{1,4000}}")
_LOCAL = re.compile(r"(?<![A-Za-z0-9.+_-])[A-Za-z0-9.+_-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.){1,8}[A-Za-z0-9-]*[A-Za-z](?![A-Za-z0-9@_-])")
_TRAILING = "?!.,:*_~'\";$"


def autolink_url(state: StateInline, silent: bool) -> bool:
    place = state.pos
    if state.linkLevel or state.src[place] not in "hw":
        return False
    if place and state.src[place - 1].isascii() and state.src[place - 1].isalnum():
        return False
    found = _URL.match(state.src, place, state.posMax)
    if found is None:
        return False
    text = _trimmed(found.group())
    if "." not in text.removeprefix("www."):
        return False
    href = text if text.startswith("http") else "http://" + text
    return _push(state, href, text, place + len(text), silent)


def autolink_email(state: StateInline, silent: bool) -> bool:
    place = state.pos
    if state.linkLevel or silent or state.src[place] != "@":
        return False
    local = _LOCAL.search(state.pending[-66:])
    domain = _DOMAIN.match(state.src, place + 1, state.posMax)
    if local is None or domain is None:
        return False
    address = f"{local.group()}@{domain.group()}"
    state.pending = state.pending[: -len(local.group())]
    return _push(state, "mailto:" + address, address, domain.end(), silent)


def _trimmed(url: str) -> str:
    """The address without closing punctuation and unbalanced closing parentheses."""
    while url:
        if url[-1] in _TRAILING or (url[-1] == ")" and url.count(")") > url.count("(")):
            url = url[:-1]
        else:
            break
    return url


def _push(state: StateInline, href: str, text: str, end: int, silent: bool) -> bool:
    href = state.md.normalizeLink(href)
    if not state.md.validateLink(href):
        return False
    if not silent:
        opened = state.push("link_open", "a", 1)
        opened.attrs = {"href": href}
        opened.markup, opened.info = "linkify", "auto"
        state.push("text", "", 0).content = text
        closed = state.push("link_close", "a", -1)
        closed.markup, closed.info = "linkify", "auto"
    state.pos = end
    return True
