"""Slips of TeX: one small thing wrong in a formula, as a parser, an engine or an author slips.

Each is a pure function from TeX and chance to other TeX, or None where there is no place for it.
What is not drawn as it is written (names of commands, lengths, columns, labels) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

Slip = Callable[[str, Random], str | None]

_LEFT_ALONE: Final = re.compile(
    r"\\\\\s*\[[^]]*\]"  # the distance of rows
    r"|\\(?:begin|end)\s*\{[^}]*\}(?:\s*\{[^}]*\})?(?:\s*\[[^]]*\])?"
    r"|\\(?:left|right|[bB]igg?[lrm]?)\s*(?:\\.|.)"
    r"|\\(?:label|ref|eqref|tag\*?|text\w*|operatorname\*?|[hv]space\*?|color|kern|m?kern|require"
    r"|ce|pu|newcommand|def|substack|tiny|Large)\s*(?:\{[^{}]*\}|\d*)"
    r"|\\[A-Za-z]+(?:\[[^]]*\])?|\\.|%.*"
)
_TAG: Final = re.compile(r"\\tag\{(\d+)\}")
_SCRIPT: Final = re.compile(
    r"(?<![\^_\\A-Za-z])[A-Za-z]([_^])(?:[A-Za-z0-9]|\{[A-Za-z0-9,+ -]*\})(?!\s*[\^_'])"
)
_MATRIX: Final = re.compile(
    r"\\begin\{(?:[pbvBV]?matrix|array|cases)\}(?:\{[^}]*\})?"
    r"((?:(?!\\begin|\\end|\\hline|\\tag|\\label).)*)\\end",
    re.DOTALL,
)
_ROW_END: Final = re.compile(r"(\\\\(?:\s*\[[^]]*\])?)")
_SIGNS: Final = {"+": "-", "-": "+", "<": ">", ">": "<"}


def digit(tex: str, chance: Random) -> str | None:
    """One digit is another one."""
    return _replaced(tex, r"(?<![\d.,])\d(?![.,]?\d)", _other_digit, chance)


def sign(tex: str, chance: Random) -> str | None:
    """One plus is a minus or the other way round, or a relation looks the other way."""
    return _replaced(tex, r"[+\-<>]", lambda found, _: _SIGNS[found], chance)


def script(tex: str, chance: Random) -> str | None:
    """One subscript is a superscript, or the other way round."""
    allowed = _allowed(tex)
    places = [found.start(1) for found in _SCRIPT.finditer(tex) if allowed[found.start(1)]]
    if not places:
        return None
    place = chance.choice(places)
    return tex[:place] + ("^" if tex[place] == "_" else "_") + tex[place + 1 :]


def bracket(tex: str, chance: Random) -> str | None:
    """One round or square bracket is missing."""
    return _replaced(tex, r"[()\[\]]", lambda _found, _chance: "", chance)


def rows(tex: str, chance: Random) -> str | None:
    """Two rows of a matrix have changed places."""
    choices = [each for matrix in _MATRIX.finditer(tex) for each in _swaps(tex, matrix)]
    return chance.choice(choices) if choices else None


def number(tex: str, chance: Random) -> str | None:
    """The equation's number is the next one."""
    return (
        _TAG.sub(lambda found: rf"\tag{{{int(found[1]) + 1}}}", tex) if _TAG.search(tex) else None
    )


def error(tex: str, chance: Random) -> str | None:
    """Something that no engine can read stands at the end."""
    return tex + chance.choice((r"\frac{", r"\left(", r"\end{cases}", r"\nosuchcommand"))


def _swaps(tex: str, matrix: re.Match[str]) -> Iterator[str]:
    parts = _ROW_END.split(matrix[1])
    for upper in range(0, len(parts) - 2, 2):
        one, other = parts[upper], parts[upper + 2]
        if one.strip() and other.strip() and one.split() != other.split():
            swapped = [*parts[:upper], other, parts[upper + 1], one, *parts[upper + 3 :]]
            yield tex[: matrix.start(1)] + "".join(swapped) + tex[matrix.end(1) :]


def _replaced(
    tex: str, pattern: str, other: Callable[[str, Random], str], chance: Random
) -> str | None:
    allowed = _allowed(tex)
    places = [found for found in re.finditer(pattern, tex) if allowed[found.start()]]
    if not places:
        return None
    found = chance.choice(places)
    return tex[: found.start()] + other(found[0], chance) + tex[found.end() :]


def _other_digit(found: str, chance: Random) -> str:
    return chance.choice([each for each in "123456789" if each != found])


def _allowed(tex: str) -> list[bool]:
    """For each character, whether it is drawn as it is written."""
    allowed = [True] * len(tex)
    for found in _LEFT_ALONE.finditer(tex):
        allowed[found.start() : found.end()] = [False] * (found.end() - found.start())
    return allowed
