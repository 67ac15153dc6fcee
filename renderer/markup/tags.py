"""The tags of HTML, where browsers see them: by the tokenizer of the HTML standard.

The tree builder has a say in where a tag may be: in ``<script>`` there is none but its own end, in
``<svg>`` a ``<style>`` is an element like others.  So :func:`tokens` asks the elements that are
open, and each token is taken in before the next is looked for.  No token is changed or left out:
joined, their slices are the text again.

Next hop: :mod:`renderer.markup.runs` tells which of the text may hold formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final, Literal, Protocol

Kind = Literal["text", "start", "end", "comment", "raw"]

_S: Final = r"[\t\n\f\r ]"
_NOT: Final = r"[^\t\n\f\r />"
_IS: Final = rf"{_S}*+={_S}*+"
_BARE: Final = r"[^\t\n\f\r \"'>][^\t\n\f\r >]*+"
# Names and values as the standard's states read them; a tag that never ends takes all the rest.
_TAG = re.compile(
    rf"<(?P<slash>/?)(?P<name>[A-Za-z]{_NOT}]*+)"
    rf"(?:[\t\n\f\r /]++|{_NOT}]{_NOT}=]*+"
    rf"(?:{_IS}(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|{_BARE})?+)?+)*+"
    r"(?P<end>>|\Z)"
)
_ATTRIBUTE = re.compile(rf"({_NOT}]{_NOT}=]*+)(?:{_IS}(?:\"([^\"]*+)\"|'([^']*+)'|({_BARE})?+))?+")
_COMMENT = re.compile(r"<!--(?:-?>|[\s\S]*?(?:--!?>|\Z))")
_CDATA = re.compile(r"<!\[CDATA\[[\s\S]*?(?:\]\]>|\Z)")
_BOGUS = re.compile(r"<(?:[!?]|/[^A-Za-z])[^>]*+(?:>|\Z)|</>")
_SCRIPT_EVENT = re.compile(r"<!(?=--)|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)
_RAW: Final = frozenset(
    "script style title textarea xmp iframe noembed noframes noscript plaintext".split()
)
_RAW_ENDS: Final = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII) for name in _RAW
}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the HTML; ``name`` is a tag's, in lower case.

    ``raw`` is what stands in elements that hold text alone, such as ``<script>`` and ``<title>``,
    and ``comment`` all that browsers read over: comments, the doctype, tags that never end.
    """

    kind: Kind
    start: int
    end: int
    name: str = ""


class Tree(Protocol):
    """The elements that are open, which take in one tag after the other."""

    @property
    def is_foreign(self) -> bool:
        """Whether the innermost of them is of SVG or MathML."""

    def open(self, name: str, tag: str) -> bool:
        """Take in a start tag; whether it is one of HTML."""

    def close(self, name: str) -> None:
        """Take in an end tag."""


def tokens(html: str, tree: Tree) -> Iterator[Token]:
    """The tokens of ``html`` in their order; ``tree`` has taken in all before the last one."""
    text = place = 0  # where the text begins that goes on at the place
    while (place := html.find("<", place)) >= 0:
        token = _markup(html, place, is_foreign=tree.is_foreign)
        if token is None:
            place += 1
            continue
        if text < place:
            yield Token("text", text, place)
        is_raw = token.kind == "start" and tree.open(token.name, html[token.start : token.end])
        if token.kind == "end":
            tree.close(token.name)
        yield token
        text = place = token.end
        if is_raw and token.name in _RAW and (end := _raw_end(html, token.name, place)) > place:
            yield Token("raw", place, end)
            text = place = end
    if text < len(html):
        yield Token("text", text, len(html))


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a start tag; of two with one name the first counts."""
    found: dict[str, str] = {}
    opened = _TAG.match(tag)
    for each in _ATTRIBUTE.finditer(tag, opened.end("name") if opened else 0, len(tag) - 1):
        value = each[2] or each[3] or each[4] or ""
        found.setdefault(each[1].lower(), unescape(value))
    return found


def _markup(html: str, place: int, *, is_foreign: bool) -> Token | None:
    """The token that begins with the ``<`` at ``place``; None if that is text."""
    tag = _TAG.match(html, place)
    if tag is not None:
        if not tag["end"]:
            return Token("comment", place, tag.end())
        name = tag["name"]
        name = name.lower() if name.isascii() else name  # a Kelvin sign is no k
        return Token("end" if tag["slash"] else "start", place, tag.end(), name)
    if html.startswith("<!--", place):
        other = _COMMENT.match(html, place)
    elif is_foreign and html.startswith("<![CDATA[", place):
        other = _CDATA.match(html, place)
    else:
        other = _BOGUS.match(html, place)
    return Token("comment", place, other.end()) if other else None


def _raw_end(html: str, name: str, place: int) -> int:
    """Where the text of the element ``name``, whose start tag ends at ``place``, ends."""
    if name == "plaintext":
        return len(html)
    if name == "script":
        return _script_end(html, place)
    found = _RAW_ENDS[name].search(html, place)
    return found.start() if found else len(html)


def _script_end(html: str, place: int) -> int:
    """As for other elements, but a ``<script>`` inside ``<!--`` has an end tag of its own."""
    in_comment = in_script = False
    for event in _SCRIPT_EVENT.finditer(html, place):
        mark = event.group()
        if mark == "<!":
            in_comment = True
        elif mark == "-->":
            in_comment = in_script = False
        elif not event[1]:
            in_script = in_comment
        elif in_script:
            in_script = False
        else:
            return event.start()
    return len(html)
