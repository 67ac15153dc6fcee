r"""TeX as plain text, for titles, image descriptions and wherever no markup can stand.

``E=mc^2`` becomes ``E=mc²``, ``\frac{a}{b}`` ``a/b``, ``\alpha`` ``α``.  It need not be exact
mathematics, but it must read well and hold no backslash where that can be helped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Final

from . import mathml

_PIECE = re.compile(r"<(?P<end>/?)(?P<name>[a-z]+)[^>]*?(?P<empty>/?)>|[^<]+")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?|\\(.)")
_APPLIED = re.compile(r"\u2061(?=\w)")
_INVISIBLE = re.compile("[\u2061-\u2064\u200b\ufe00\ufe01]")
_SUPER: Final = str.maketrans("0123456789+-−=()ni′″‴", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ′″‴")
_SUB: Final = str.maketrans(
    "0123456789+-−=()aeoxhklmnpstijruv", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ"
)
_ACCENTS: Final = {
    "^": "\u0302", "ˆ": "\u0302", "¯": "\u0304", "‾": "\u0304", "~": "\u0303", "˜": "\u0303",
    "→": "\u20d7", "\u20d7": "\u20d7", "˙": "\u0307", "¨": "\u0308",
    "\u0332": "", "\u0305": "", "⏞": "", "⏟": "",
}  # fmt: skip


@lru_cache(maxsize=512)
def plain(tex: str, gap: str = " ") -> str:
    """``tex`` as one line of text; never empty for a formula that is not.

    ``gap`` stands for what commands put between two pieces: they also make gaps of no width, and
    ``\\text{a}\\!\\text{.example}`` looks like one word.
    """
    converted = mathml.convert(tex, display=False) if len(tex) < 1000 else None
    if converted is None:
        return _without_commands(tex, gap)
    text = _INVISIBLE.sub("", _APPLIED.sub(gap, _read(converted[0], gap)))
    return " ".join(text.split()) or _without_commands(tex, gap)


def of_text(text: str) -> str:
    r"""The argument of ``\text`` or ``\tag``: prose, with formulas between dollars."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return text
    return "".join(plain(part) if index % 2 else part for index, part in enumerate(parts))


def _read(element: str, gap: str) -> str:
    """The text of a MathML element, from the inside out."""
    stack: list[list[str]] = [[]]
    for piece in _PIECE.finditer(element):
        if piece["name"] is None:
            stack[-1].append(unescape(piece.group()))
        elif piece["end"]:
            parts = stack.pop()
            stack[-1].append(_joined(piece["name"], parts))
        elif piece["empty"]:
            stack[-1].append(gap if piece["name"] == "mspace" else "")
        else:
            stack.append([])
    return "".join(stack[0])


def _joined(name: str, parts: list[str]) -> str:
    """An element from its children: scripts raised and lowered, fractions with a slash."""
    match name, parts:
        case "msup", [base, above]:
            return base + _script(above, _SUPER, "^")
        case "mover" | "munder", [base, accent] if accent in _ACCENTS:
            return base + _ACCENTS[accent] if len(base) == 1 else base
        case "msub" | "munder", [base, below]:
            return base + _script(below, _SUB, "_")
        case "msubsup" | "munderover", [base, below, above]:
            return base + _script(below, _SUB, "_") + _script(above, _SUPER, "^")
        case "mfrac", [above, below]:
            return f"{_grouped(above)}/{_grouped(below)}"
        case "mroot", [base, index]:
            return f"{_script(index, _SUPER, '')}√{_grouped(base)}"
        case "msqrt", _:
            return "√" + _grouped("".join(parts))
        case "mtr", _:
            return " ".join(parts) + " "
    return "".join(parts)


def _script(text: str, table: dict[int, int], mark: str) -> str:
    """A script in the characters that Unicode has for it, or behind ``^`` or ``_``."""
    bare = text.replace(" ", "")
    if all(ord(char) in table for char in bare):
        return bare.translate(table)
    return mark + _grouped(bare)


def _grouped(text: str) -> str:
    bare = _INVISIBLE.sub("", text).strip()
    return bare if len(bare) == 1 or bare.lstrip("√").isalnum() else f"({bare})"


def _without_commands(tex: str, gap: str) -> str:
    bare = _COMMAND.sub(lambda m: m[1] or ("" if m[2] in ",;:! " else m[2]), tex)
    return gap.join(bare.replace("{", "").replace("}", "").split())
