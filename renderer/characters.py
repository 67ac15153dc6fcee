"""Characters that show a reader something else than is there: turned into what can be seen.

- A bidi override shows text in an order of the writer's choice; an embedding or isolate that is
  left open spills over what follows.  Those that are closed in the element that they were opened
  in stay, as do the marks LRM, RLM and ALM: Hebrew and Arabic need them.  In code none is needed
  and each is named (`Trojan Source <https://trojansource.codes>`_).
- Unicode's tags are invisible; the flags of England, Scotland and Wales are made of them, and
  such sequences stay.
- A run of eight or more combining marks paints over the lines around it; seven are kept.  No
  language stacks as many.

What is taken away leaves U+FFFD behind, so that the reader sees that there was something.  The
source of a formula (:attr:`Formula.source <renderer.document.Formula.source>`) stays verbatim.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Final

KEPT_MARKS: Final = 7
_SHOWN: Final = "\ufffd"
_CLOSERS: Final = {"\u202c": "\u202a\u202b", "\u2069": "\u2066\u2067\u2068"}
_OPENERS: Final = frozenset("\u202a\u202b\u2066\u2067\u2068")
_BIDI: Final = "[\u202a-\u202e\u2066-\u2069]"
_FLAG: Final = (
    "\U0001f3f4[\U000e0061-\U000e007a]{2}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,4}"
    "\U000e007f"
)
_TAGS: Final = "[\U000e0000-\U000e007f]"
_CONTROL: Final = re.compile(f"{_BIDI[:-1]}{_TAGS[1:]}")
# What takes no room on the screen: Unicode's Default_Ignorable_Code_Point, the marks of interlinear
# notes, and the controls that are no white space.
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Where combining marks live; asking Unicode about every character would take a second.
_PLANE: Final = 0x10000
_BLOCKS: Final = (
    range(0x300, 0x2100), range(0x2CE0, 0x3100), range(0xA600, 0xAC00), range(0xFB00, 0xFE30),
    range(0x10100, 0x12000), range(0x16A00, 0x17000), range(0x1BC00, 0x1BD00),
    range(0x1CF00, 0x1D300), range(0x1DA00, 0x1EA00), range(0xE0100, 0xE01F0),
)  # fmt: skip
# But for mathematical letters, which MathML is full of.
_RARE: Final = re.compile("[\U00010100-\U0001d3ff\U0001d800-\U0001e9ff\U000e0100-\U000e01ef]")
SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""Halves of pairs, which no encoding has a place for."""
# Attributes are quoted in what we and nh3 write, so a ">" in one ends no tag.
ATTRIBUTES: Final = r'(?:[^<>"]|"[^"]*")*'
TAG: Final = rf"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>{ATTRIBUTES})>"
_VOID: Final = frozenset("br col hr img input wbr".split())  # among those that we let through
_CODE: Final = frozenset({"code", "pre"})


def is_plain(text: str) -> bool:
    """Whether nothing in ``text`` needs a second look; quick."""
    return text.isascii() or not (_CONTROL.search(text) or _is_stacked(text))


def neutral(text: str) -> str:
    """One paragraph of plain text without what deceives its reader, and without NUL."""
    text = text.replace("\0", _SHOWN)
    return text if is_plain(text) else _Walk(_text()).over(text)


def bare(text: str) -> str:
    """A piece of text without any bidi control or tag, deceiving or not, and without towers."""
    if is_plain(text):
        return text
    lowered = _text().sub(lambda found: found[0][:KEPT_MARKS] if found["marks"] else found[0], text)
    return _CONTROL.sub(_SHOWN, lowered)


def neutral_html(html: str) -> str:
    """A fragment, in its text and its attributes, without what deceives its reader.

    ``html`` is balanced and quotes its attributes, as ours is.
    """
    return html if is_plain(html) else _Walk(_html()).over(html)


class _Walk:
    """One pass over a text, or over HTML by its tags.

    ``_frames`` has for each open element the openers that wait for their closer: each a
    character and its place in ``_parts``.
    """

    def __init__(self, pieces: re.Pattern[str]) -> None:
        self._pieces = pieces
        self._parts: list[str] = []
        self._frames: list[list[tuple[str, int]]] = [[]]
        self._code: list[bool] = [False]

    def over(self, text: str) -> str:
        place = 0
        for piece in self._pieces.finditer(text):
            self._parts.append(text[place : piece.start()])
            place = piece.end()
            if piece.lastgroup == "rest":
                self._tag(piece)
            else:
                self._parts.append(self._character(piece))
        self._parts.append(text[place:])
        while self._frames:
            self._leave()
        return "".join(self._parts)

    def _tag(self, piece: re.Match[str]) -> None:
        name = piece["name"].lower()
        if not piece["end"]:
            self._parts.append(neutral(piece[0]))
            if name not in _VOID and not piece["rest"].endswith("/"):
                self._frames.append([])
                self._code.append(self._code[-1] or name in _CODE)
            return
        if len(self._frames) > 1:
            self._leave()
        self._parts.append(piece[0])

    def _leave(self) -> None:
        """The end of an element: what was opened in it and not closed is shown."""
        self._code.pop()
        for _, place in self._frames.pop():
            self._parts[place] = _SHOWN

    def _character(self, piece: re.Match[str]) -> str:
        found = piece[0]
        if piece.lastgroup == "flag":
            return found
        if piece.lastgroup == "marks":
            return found[:KEPT_MARKS]
        if self._code[-1]:
            return "".join(f"[U+{ord(char):04X}]" for char in found)
        return self._control(found) if piece.lastgroup == "bidi" else _SHOWN

    def _control(self, char: str) -> str:
        """A bidi control as far as it is known to be balanced; an opener on probation."""
        waiting = self._frames[-1]
        if char in _OPENERS:
            waiting.append((char, len(self._parts)))
            return char
        if waiting and waiting[-1][0] in _CLOSERS.get(char, ""):
            waiting.pop()
            return char
        return _SHOWN


def doubtful(text: str) -> dict[int, str]:
    """Where in ``text`` each kind of such characters first stands, and what it is, in words."""
    found: dict[str, tuple[int, str]] = {}
    for piece in () if is_plain(text) else _text().finditer(text):
        kind = str(piece.lastgroup)
        if kind != "flag":
            found.setdefault(kind, (piece.start(), _in_words(kind, piece[0])))
    return dict(found.values())


def _in_words(kind: str, found: str) -> str:
    if kind == "bidi":
        return f"U+{ord(found):04X} {unicodedata.name(found)}"
    return f"{len(found)} {'combining marks in a row' if kind == 'marks' else 'invisible tags'}"


# --- patterns, made when a text first asks for them --------------------------------------------


def _is_stacked(text: str) -> bool:
    return _marks(bool(_RARE.search(text))).search(text) is not None


@lru_cache(maxsize=2)
def _marks(rare: bool) -> re.Pattern[str]:
    """A run of marks that is too long.  A class in front is what the engine finds quickly, unless
    it reaches beyond the first 65,536 characters: ``rare`` costs half a second for a megabyte.
    """
    blocks = [block for block in _BLOCKS if rare or block.stop < _PLANE]
    codes = [code for block in blocks for code in block if _is_mark(code)]
    groups = groupby(enumerate(codes), lambda pair: pair[1] - pair[0])  # of neighbours
    runs = ([code for _, code in group] for _, group in groups)
    mark = "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)
    return re.compile(f"[{mark}][{mark}]{{{KEPT_MARKS},}}")


def _is_mark(code: int) -> bool:
    return unicodedata.category(chr(code)) in ("Mn", "Me")


@lru_cache(maxsize=1)
def _text() -> re.Pattern[str]:
    marks = _marks(rare=True).pattern
    kinds = f"(?P<bidi>{_BIDI})|(?P<flag>{_FLAG})|(?P<tags>{_TAGS}+)|(?P<marks>{marks})"
    return re.compile(kinds)


@lru_cache(maxsize=1)
def _html() -> re.Pattern[str]:
    return re.compile(f"{_text().pattern}|{TAG}")
