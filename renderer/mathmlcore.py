"""MathJax's MathML as MathML Core: elements and attributes that are on a list, nothing else.

Where math-core declines a formula, the browser at build tells what MathJax reads in it.  That
text has been through a browser and a file, so nothing of it is trusted: it is parsed, and only
what is listed here is written anew.  What Core has in another form is turned into it: letters
of a variant into the letters of Unicode, the alignment of columns into classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from . import lengths, mathml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ELEMENTS: Final = frozenset(
    "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms "
    "mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover".split()
)
_TOKENS: Final = frozenset({"mi", "mn", "mo", "ms", "mtext"})
_SILENT: Final = frozenset({"annotation", "annotation-xml", "script", "style"})
_GROWING: Final = frozenset({"depth", "height", "width"})
_WORDS: Final = {
    **dict.fromkeys(("mathcolor", "mathbackground"), re.compile(r"#?\w{1,30}")),
    **dict.fromkeys(
        "accent accentunder displaystyle fence largeop movablelimits separator stretchy "
        "symmetric".split(),
        re.compile(r"true|false"),
    ),
    "dir": re.compile(r"ltr|rtl"),
    "form": re.compile(r"prefix|infix|postfix"),
    "scriptlevel": re.compile(r"\+?\d"),
    **dict.fromkeys(("columnspan", "rowspan"), re.compile(r"\d{1,3}")),
}
_ALIGNED: Final = {
    side: mathml.class_name(f"text-align: {side};justify-items: {end}")
    for side, end in (("left", "start"), ("right", "end"))
}
_DEEPEST: Final = 200
# What the font for chemistry keeps among the private characters, by signs that every font has.
_ARROWS: Final = {
    0xE428: "←", 0xE429: "→", 0xE42A: "↔", 0xE42B: "⇄", 0xE408: "⇌", 0xE409: "⇌", 0xE40A: "⇌",
    0xE42C: "←", 0xE42D: "→", 0xE42E: "↔", 0xE410: "┄", 0xE411: "┄", 0xE412: "┄", 0xE413: "┄",
}  # fmt: skip

# Where the alphabets of Unicode's mathematical letters begin: capitals, small, digits.
_ALPHABETS: Final = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE),
    "italic": (0x1D434, 0x1D44E, 0),
    "bold-italic": (0x1D468, 0x1D482, 0),
    "script": (0x1D49C, 0x1D4B6, 0),
    "bold-script": (0x1D4D0, 0x1D4EA, 0),
    "fraktur": (0x1D504, 0x1D51E, 0),
    "double-struck": (0x1D538, 0x1D552, 0x1D7D8),
    "bold-fraktur": (0x1D56C, 0x1D586, 0),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "bold-sans-serif": (0x1D5D4, 0x1D5EE, 0x1D7EC),
    "sans-serif-italic": (0x1D608, 0x1D622, 0),
    "sans-serif-bold-italic": (0x1D63C, 0x1D656, 0),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6),
}
# Letters that Unicode had before it gave them alphabets.
_OLDER: Final = {
    0x1D455: "ℎ", 0x1D49D: "ℬ", 0x1D4A0: "ℰ", 0x1D4A1: "ℱ", 0x1D4A3: "ℋ", 0x1D4A4: "ℐ",
    0x1D4A7: "ℒ", 0x1D4A8: "ℳ", 0x1D4AD: "ℛ", 0x1D4BA: "ℯ", 0x1D4BC: "ℊ", 0x1D4C4: "ℴ",
    0x1D506: "ℭ", 0x1D50B: "ℌ", 0x1D50C: "ℑ", 0x1D515: "ℜ", 0x1D51D: "ℨ", 0x1D53A: "ℂ",
    0x1D53F: "ℍ", 0x1D545: "ℕ", 0x1D547: "ℙ", 0x1D548: "ℚ", 0x1D549: "ℝ", 0x1D551: "ℤ",
}  # fmt: skip


@lru_cache(maxsize=1024)
def as_core(text: str, number: str = "") -> str:
    """One ``<math>`` element of MathML Core; ``""`` if ``text`` is none or holds nothing.

    ``number`` stands beside the formula already and is left out of its table.
    """
    from xml.etree.ElementTree import ParseError, XMLParser

    parser = XMLParser()  # noqa: S314 - no document type gets that far
    try:
        if "<!" in text:  # neither a document type nor its entities
            return ""
        parser.feed(text)
        root: Element = parser.close()
    except (ParseError, ValueError):
        return ""
    if _name(root) != "math":
        return ""
    if number:
        _drop_number(root, number)
    inside = "".join(_children(root, "", 0))
    display = ' display="block"' if root.get("display") == "block" else ""
    return f"<math{display}>{inside}</math>" if inside else ""


def _drop_number(root: Element, number: str) -> None:
    """MathJax writes it into the first cell of its row."""
    for row in [row for table in root for row in table if _name(row) == "mtr"]:
        if len(row) and "".join("".join(row[0].itertext()).split()) == number:
            row.remove(row[0])


def _written(node: Element, extra: str, depth: int) -> str:
    """The element as Core; only what is in it if Core does not know it."""
    name = _name(node)
    if name in _SILENT or depth > _DEEPEST:
        return ""
    if name in _TOKENS:
        return _token(node, name)
    known = name if name in _ELEMENTS and name != "math" else "mrow"
    inside = "".join(_children(node, extra, depth))
    attributes = "".join(_attributes(node))
    aligned = f' class="{extra}"' if known == "mtd" and extra else ""
    return f"<{known}{attributes}{aligned}>{inside}</{known}>"


def _children(node: Element, extra: str, depth: int) -> Iterator[str]:
    name = _name(node)
    columns = node.get("columnalign", "").split() if name == "mtable" else []
    shown = node[:1] if name == "maction" else node  # as in the drawing, which never acts
    for place, child in enumerate(shown):
        if name == "mtr":  # ``extra`` names the alignment of its cells
            sides = extra.split()
            side = sides[min(place, len(sides) - 1)] if sides else ""
            yield _written(child, _ALIGNED.get(side, ""), depth + 1)
        else:
            yield _written(child, " ".join(columns), depth + 1)


def _token(node: Element, name: str) -> str:
    """A letter, number, sign or text, in the alphabet of its variant."""
    text = " ".join("".join(node.itertext()).split(" "))
    variant = node.get("mathvariant", "")
    if variant in _ALPHABETS:
        text = "".join(_in_alphabet(character, variant) for character in text)
    text = text.translate(_ARROWS)
    upright = variant == "normal" or variant in _ALPHABETS
    normal = ' mathvariant="normal"' if upright and name == "mi" and len(text) == 1 else ""
    attributes = "".join(_attributes(node))
    return f"<{name}{attributes}{normal}>{escape(text, quote=False)}</{name}>"


def _in_alphabet(character: str, variant: str) -> str:
    capitals, small, digits = _ALPHABETS[variant]
    if "A" <= character <= "Z":
        code = capitals + ord(character) - ord("A")
    elif "a" <= character <= "z":
        code = small + ord(character) - ord("a")
    elif "0" <= character <= "9" and digits:
        code = digits + ord(character) - ord("0")
    else:
        return character
    return _OLDER.get(code, chr(code))


def _attributes(node: Element) -> Iterator[str]:
    relative = _name(node) == "mpadded"
    for name, value in sorted(node.attrib.items()):
        if relative and name in _GROWING and value.strip()[:1] in ("+", "-"):
            continue  # so much more than by nature, which Core cannot say
        if kept := _value(name, value.strip()):
            yield f' {name}="{kept}"'


def _value(name: str, value: str) -> str:
    if name in lengths.BOUNDS:
        return lengths.within(name, value)
    pattern = _WORDS.get(name)
    return value if pattern and pattern.fullmatch(value) else ""


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]
