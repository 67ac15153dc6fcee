"""Where the head of a page ends, as browsers read it, and whether HTML is a page at all."""

from __future__ import annotations

from html import unescape
from typing import Final

from .elements import OpenElements
from .tags import Token, attributes, tokens

_PAGE: Final = frozenset(("html", "head", "body"))
_HEAD: Final = frozenset(
    "base basefont bgsound head html link meta noframes noscript script style template"
    " title".split()
)
_SPACE: Final = "\t\n\f\r "


def head_end(html: str) -> int | None:
    """The offset behind all that belongs into the head of a page; None for a fragment.

    That is before ``</head>``, or, where the tag is left out, before what cannot stand in a head.
    """
    is_page, place = False, 0
    for token in tokens(html, OpenElements()):
        if token.kind == "text" and not html[token.start : token.end].strip(_SPACE):
            continue
        is_page = is_page or _says_page(html, token)
        if token.kind == "end" and token.name == "head":
            place = token.start
        if not _is_of_head(token):
            break
        place = token.end
    return place if is_page else None


def says_encoding(head: str) -> bool:
    """Whether the head of a page says in which encoding it is."""
    metas = (t for t in tokens(head, OpenElements()) if (t.kind, t.name) == ("start", "meta"))
    for meta in metas:
        said = attributes(head[meta.start : meta.end])
        if "charset" in said or said.get("http-equiv", "").lower() == "content-type":
            return True
    return False


def title(html: str) -> str:
    """The text of the ``<title>``, on one line; ``""`` without one."""
    name = ""
    for token in tokens(html, OpenElements()):
        if token.kind == "raw" and name == "title":
            return " ".join(unescape(html[token.start : token.end]).split())
        name = token.name if token.kind == "start" else ""
    return ""


def _says_page(html: str, token: Token) -> bool:
    if token.kind == "comment":
        return html[token.start : token.start + 9].lower() == "<!doctype"
    return token.kind == "start" and token.name in _PAGE


def _is_of_head(token: Token) -> bool:
    if token.kind in ("start", "end"):
        return token.name in _HEAD and not (token.kind == "end" and token.name in _PAGE)
    return token.kind != "text"
