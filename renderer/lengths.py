"""Lengths and inks within bounds: what a formula may ask of the page, and no more.

The same bounds hold in the browser, ``mathjax/guard.js``, and the same contrast,
``mathjax/colours.js``; tests hold both equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

BOUNDS: Final = {
    "width": (-10, 40),
    "height": (-10, 10),
    "depth": (-10, 10),
    "voffset": (-10, 10),
    "lspace": (-10, 10),
    "rspace": (-10, 10),
    "mathsize": (0.4, 3),
    "minsize": (0, 10),
    "maxsize": (0, 10),
    "linethickness": (0, 0.5),
}
"""The least and the most of each attribute, in em."""

_EM: Final = {"em": 1, "ex": 0.43, "px": 1 / 16, "pt": 0.1, "pc": 1.2, "cm": 2.85, "mm": 0.285,
              "in": 7.2, "%": 0.01, "": 1}  # fmt: skip
_LENGTH: Final = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(em|ex|px|pt|pc|cm|mm|in|%)?")
_ATTRIBUTE: Final = re.compile(rf' ({"|".join(BOUNDS)})="([^"]*)"')
_BACKWARDS: Final = re.compile(r'(?:voffset="|(?:width|lspace|rspace)="-)[-+]?([\d.]+)')
_LAPPED: Final = re.compile(r'<mpadded[^>]* (?:width|height|depth)="')
_HEIGHT: Final = re.compile(r' height="([\d.]+)em"')
_STILL: Final = 2.0  # em that honest negative spaces and shifts come to
_SPACE: Final = re.compile(r'(?:width|lspace|rspace)="([\d.]+)em"')
_LETTERS: Final = re.compile(r">([^<]+)")
_ENTITY: Final = re.compile(r"&\w+;")
_FRAME: Final = re.compile(r"<(?:msqrt|mroot|menclose|mfrac|mtd)\b")  # as wide as a letter, about
_SHORT: Final = 16  # letters and em of space: not wider than a column, even in a heading
_LEAST_CONTRAST: Final = 1.6


@lru_cache(maxsize=1024)
def within(name: str, text: str) -> str:
    """The length ``text``, or the nearest that the attribute ``name`` may have; ``""`` for none."""
    found = _LENGTH.fullmatch(text)
    if not found:
        return ""
    sign, digits, unit = found[1], found[2], found[3] or ""
    least, most = BOUNDS[name]
    size = float(sign + digits) * _EM[unit]
    near = min(max(size, least), most)
    if near == size:
        return text
    plus = sign if near > 0 else ""
    return f"{plus}{round(near / _EM[unit], 4):g}{unit}"


def bounded(mathml: str) -> str:
    """``mathml`` with every length in bounds."""
    return _ATTRIBUTE.sub(_attribute, mathml)


def bounded_css(declarations: str) -> str:
    """CSS declarations with every length in bounds."""
    return _LENGTH.sub(
        lambda found: within("width", found[0]) if found[3] else found[0], declarations
    )


def moves(mathml: str, margins: Mapping[str, str]) -> bool:
    """Whether parts of a formula may lie outside of it: moved back, up or down, or lapped.

    ``margins`` are the declarations of its own classes.
    """
    has_any = '="-' in mathml or "voffset" in mathml  # most have neither, and a search costs more
    total = sum(map(float, _BACKWARDS.findall(mathml))) if has_any else 0.0
    for name, css in margins.items():
        if css.startswith("margin-left:-"):
            found = _LENGTH.search(css)
            total += float(found[2]) * mathml.count(name) if found else 0
    return total > _STILL or _overlaps(mathml)


def _overlaps(mathml: str) -> bool:
    """Whether much of it may lie in a box that says to be smaller, as ``\\llap`` makes them."""
    if "<mpadded" not in mathml or not _LAPPED.search(mathml):
        return False
    return is_long(mathml) or sum(map(float, _HEIGHT.findall(mathml))) > _STILL


def is_long(mathml: str) -> bool:
    """Whether a formula in one line may be wider than its column: letters, frames and spaces.

    A guess from above.  What a browser makes of it depends on its fonts.
    """
    letters = "".join(_LETTERS.findall(mathml))
    spaces = sum(map(float, _SPACE.findall(mathml)))
    return len(_ENTITY.sub("x", letters)) + len(_FRAME.findall(mathml)) + spaces > _SHORT


def strays(mathml: str) -> bool:
    """Whether MathML that others wrote may lie outside of its place or be wider than its column.

    Its lengths have passed :func:`within`, but may be in any unit.
    """
    reach = sum(map(_em, (length for _, length in _ATTRIBUTE.findall(mathml))))
    return reach > _SHORT or moves(mathml, {}) or is_long(mathml)


def _em(length: str) -> float:
    """How long it is, whatever its direction; 0 for what is no length."""
    found = _LENGTH.fullmatch(length)
    return float(found[2]) * _EM[found[3] or ""] if found else 0.0


def is_readable(ink: str) -> bool:
    """Whether ``#rrggbb`` can be told from a white page and from a black one."""
    light = _luminance(ink)
    return 1.05 / (light + 0.05) >= _LEAST_CONTRAST and (light + 0.05) / 0.05 >= _LEAST_CONTRAST


def _luminance(ink: str) -> float:
    shares = (int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _attribute(found: re.Match[str]) -> str:
    length = within(found[1], found[2])
    return f' {found[1]}="{length}"' if length else ""
