r"""The text of HTML that may hold formulas, as a reader sees it, and the way back to the HTML.

A run is text without a tag in it.  As in MathJax's own search, ``<br>`` is a line end inside a run,
``<wbr>`` and comments are nothing, and every other tag ends it: no formula reaches over one.
Character references are read, so that ``$a &lt; b$`` is what the author meant.

      <p>Let $a &lt; b$<br> hold.</p>
         ^ run: "Let $a < b$\n hold."

Next hop: :mod:`renderer.shield` looks for formulas in each run.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from typing import Final

from .elements import OpenElements
from .tags import Token, tokens

_REFERENCE = re.compile(r"&(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|[A-Za-z][A-Za-z0-9]*+;?)")
_LONGEST: Final = max(map(len, html5))
_LONGEST_NUMBER: Final = 12  # with zeros in front; a longer one is no character
# Tags that no line begins or ends at.
_INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp"
    " rt ruby s samp small span strike strong sub sup time tt u var".split()
)
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))


@dataclass(slots=True)
class Run:
    """Text between two tags.

    ``opens_line``: no text stands before it on its line.  ``before`` and ``after`` are the
    characters beside it, beyond tags that end no line.
    """

    opens_line: bool
    before: str
    is_in_link: bool
    after: str = ""
    at: list[tuple[int, int]] = field(default_factory=list)
    """Where parts of the content begin, in it and in the HTML."""
    _ends: list[int] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0

    @property
    def content(self) -> str:
        """The text as it is shown."""
        return "".join(self._parts)

    def add(self, text: str, start: int, end: int) -> None:
        """Let the run grow by what stands in the HTML from ``start`` to ``end``."""
        self.at.append((self._length, start))
        self._ends.append(end)
        self._parts.append(text)
        self._length += len(text)

    def extent(self, start: int, end: int) -> tuple[int, int]:
        """Where in the HTML a part of the content stands that is not empty."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, offset: int) -> tuple[int, int]:
        """Where in the HTML the character at ``offset`` begins and ends."""
        index = bisect_right(self.at, (offset, self._ends[-1])) - 1
        begin, start = self.at[index]
        if len(self._parts[index]) == self._ends[index] - start:  # it stands there as it is
            return start + offset - begin, start + offset - begin + 1
        return start, self._ends[index]


@dataclass(frozen=True, slots=True)
class Heading:
    """The start tag of a heading, ``h1`` to ``h6``."""

    name: str


def runs(html: str) -> Iterator[Run | Heading]:
    """The runs of ``html`` that may hold a formula, and its headings, in their order."""
    reader = _Reader(html)
    elements = OpenElements()
    for token in tokens(html, elements):
        reader.read(token, elements)
        if token.kind == "start" and token.name in _HEADINGS:
            reader.found.append(Heading(token.name))
    for each in reader.found:
        if isinstance(each, Heading) or "$" in (content := each.content) or "\\" in content:
            yield each


class _Reader:
    """Puts runs together, token by token."""

    def __init__(self, html: str) -> None:
        self.found: list[Run | Heading] = []
        self._html = html
        self._run: Run | None = None  # the one that may go on
        self._last: Run | None = None  # behind which no line has ended
        self._before = ""  # the character before, on the same line
        self._opens_line = True

    def read(self, token: Token, elements: OpenElements) -> None:
        if token.kind == "text":
            self._text(token, elements)
        elif token.kind == "raw":
            self._run = None
        elif token.kind != "comment" and token.name != "wbr":
            self._tag(token)

    def _tag(self, token: Token) -> None:
        if token.name == "br" and self._run is not None:
            self._run.add("\n", token.start, token.end)
            self._before = "\n"
            return
        self._run = None
        if token.name not in _INLINE:
            self._last, self._before, self._opens_line = None, "", True

    def _text(self, token: Token, elements: OpenElements) -> None:
        parts = list(_parts(self._html, token))
        text = "".join(part for part, _, _ in parts)
        if self._run is None and self._last is not None and not self._last.after:
            self._last.after = text[:1]
        self._last = None
        if elements.holds_formulas:
            if self._run is None:
                self._run = Run(self._opens_line, self._before, elements.is_in_link)
                self.found.append(self._run)
            for part in parts:
                self._run.add(*part)
            self._last = self._run
        self._before = text[-1:] or self._before
        rest = text[text.rfind("\n") + 1 :]
        self._opens_line = not rest.strip() and ("\n" in text or self._opens_line)


def _parts(html: str, token: Token) -> Iterator[tuple[str, int, int]]:
    """The text of a token with its character references read: parts, each with its extent."""
    place = token.start
    for found in _REFERENCE.finditer(html, token.start, token.end):
        text, length = _character(found.group())
        if not length:
            continue
        if place < found.start():
            yield html[place : found.start()], place, found.start()
        place = found.start() + length
        if text:
            yield text, found.start(), place
    if place < token.end:
        yield html[place : token.end], place, token.end


def _character(reference: str) -> tuple[str, int]:
    """What a reference stands for, and how much of it counts: ``&ampx`` begins with ``&amp``."""
    if reference[1] == "#":
        is_short = len(reference) <= _LONGEST_NUMBER
        return unescape(reference) if is_short else "\ufffd", len(reference)
    for length in range(min(len(reference) - 1, _LONGEST), 0, -1):
        text = html5.get(reference[1 : 1 + length])
        if text is not None:
            return text, 1 + length
    return "", 0
