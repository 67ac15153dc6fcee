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

_TAG = re.compile(r"<[^>]*>")
_LEAF = r"(<m[ino][^>]*>[^<]*</m[ino]>)"
_SCRIPT = re.compile(rf"<m(sup|sub)>{_LEAF}{_LEAF}</m\1>")
_FRACTION = re.compile(r"<mfrac[^>]*>(.*?)</mfrac>")
_ATOM = re.compile(r"<(m[a-z]+)[^>]*>[^<]*</\1>")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?|\\(.)")
_INVISIBLE = re.compile("[\u2061-\u2064\u200b]")
_SUPER: Final = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUB: Final = str.maketrans(
    "0123456789+-−=()aeoxhklmnpstijruv", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ"
)


@lru_cache(maxsize=512)
def plain(tex: str) -> str:
    """``tex`` as one line of text; never empty for a formula that is not."""
    converted = mathml.convert(tex, display=False) if len(tex) < 1000 else None
    if converted is None:
        return _without_commands(tex)
    text = _SCRIPT.sub(_script, converted[0])
    text = _FRACTION.sub(_fraction, text)
    text = unescape(_TAG.sub("", text).replace("&ApplyFunction;", ""))
    return " ".join(_INVISIBLE.sub("", text).split()) or _without_commands(tex)


def of_text(text: str) -> str:
    r"""The argument of ``\text`` or ``\tag``: prose, with formulas between dollars."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return text
    return "".join(plain(part) if index % 2 else part for index, part in enumerate(parts))


def _script(found: re.Match[str]) -> str:
    """A base with a script that Unicode has, or with ``^`` or ``_`` before it."""
    base, script = found[2], _TAG.sub("", found[3])
    table, mark = (_SUPER, "^") if found[1] == "sup" else (_SUB, "_")
    if all(ord(char) in table for char in script):
        return f"{base}<mi>{script.translate(table)}</mi>"
    return f"{base}<mi>{mark}{script}</mi>"


def _fraction(found: re.Match[str]) -> str:
    parts = list(_ATOM.finditer(found[1]))
    if len(parts) == 2 and parts[1].end() == len(found[1]):
        return f"{parts[0].group()}<mo>/</mo>{parts[1].group()}"
    return found.group()


def _without_commands(tex: str) -> str:
    bare = _COMMAND.sub(lambda m: m[1] or ("" if m[2] in ",;:! " else m[2]), tex)
    return " ".join(bare.replace("{", "").replace("}", "").split())
