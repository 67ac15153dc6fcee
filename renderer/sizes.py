"""Reserved sizes: from what was measured to the classes and rules that hold the room.

A length of a formula is ``a`` ex plus ``b`` em.  Mathematics scales with the x-height of the
font around it, runs of text in other fonts with its size, so two measurements at two ratios of
ex to em tell both.  The name of a class says what is in its rule, so the classes of several
documents never contradict each other, and equal sizes share one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

from .document import Drawn, Formula, Size

NOMINAL: Final = 0.45  # ex per em, as in Times and most fonts for reading
WIDE: Final = 12.0  # em; a wider formula may have to shrink or scroll in a narrow column
_SAME: Final = 0.02  # ex, and so much more for each ex of length: a browser's own rounding
_DRIFT: Final = 0.001
_LARGEST: Final = 1000.0  # em; what is beyond gets no room ahead of time
_STEP: Final = 100  # lengths are kept to 0.01, a fifteenth of a pixel at 16 px

Pair = tuple[float, float]


def solved(first: Pair, second: Pair) -> Pair:
    """A length as (ex, em), from two measurements of it in em, each as (ex per em, length)."""
    (ratio, length), (other_ratio, other_length) = first, second
    low, high = sorted((length / ratio, other_length / other_ratio))
    if high - low <= _SAME + _DRIFT * high:
        return (low + high) / 2, 0.0
    ex = (other_length - length) / (other_ratio - ratio)
    return ex, length - ex * ratio


def in_em(length: Pair, ratio: float = NOMINAL) -> float:
    """A length in em, in a font of that ratio of ex to em."""
    return length[0] * ratio + length[1]


def is_reserved(size: Size) -> bool:
    """Whether room is kept for it: not for nothing, nor for what no page has room for."""
    width, height = in_em(size.width), in_em(size.height)
    return 0 < height <= _LARGEST and 0 <= width <= _LARGEST


def classes(size: Size) -> tuple[str, dict[str, str]]:
    """The classes of a formula's wrapper, each after a space, and the rules that they need.

    What is written in ex the browser styles anew whenever any font arrives, so the rules have the
    ratio of ex to em from math.css instead.
    """
    lengths = _rounded(size)
    name = "mz-" + "-".join(map(_coded, lengths))
    declarations = [
        f"--math-{letter}:{_by_aspect(length)}"
        for letter, length in zip("whd", lengths, strict=True)
    ]
    wide = " math-wide" if in_em(size.width) > WIDE else ""
    return f" math-sized {name}{wide}", {name: ";".join(declarations)}


def segment_class(size: Size) -> tuple[str, str]:
    """The class of a segment and its rule: so many ex and em of the text around the formula."""
    lengths = _rounded(size)
    declarations = []
    for letter, (ex, em) in zip("whd", lengths, strict=True):
        declarations.append(f"--math-{letter}x:{_number(ex)}")
        declarations += [f"--math-{letter}m:{_number(em)}"] if em else []
    return "mg-" + "-".join(map(_coded, lengths)), ";".join(declarations)


def css_length(length: Pair) -> str:
    """A length in CSS: ``1.3ex``, ``2em`` or the sum of both."""
    ex, em = length
    if em and ex:
        return f"calc({_number(ex)}ex + {_number(em)}em)"
    return f"{_number(em)}em" if em else f"{_number(ex)}ex"


def _by_aspect(length: Pair) -> str:
    """The same in em, by the ratio of ex to em of the text around the formula."""
    ex, em = length
    if em and ex:
        return f"calc(1em*({_number(ex)}*var(--math-x) + {_number(em)}))"
    return f"{_number(em)}em" if em else f"calc({_number(ex)}em*var(--math-x))"


def letters(drawn: Iterable[Drawn]) -> dict[str, str]:
    """All characters of these drawings by font family, sorted."""
    found: dict[str, set[str]] = {}
    for each in drawn:
        for family, characters in each.letters.items():
            found.setdefault(family, set()).update(characters)
    return {family: "".join(sorted(found[family])) for family in sorted(found)}


def letters_before(
    places: Iterable[int], formulas: Iterable[Formula], drawn: Mapping[int, Drawn]
) -> tuple[dict[str, str], ...]:
    """For each of these places in the text the letters of the formulas before it."""
    known = [(each.start, drawn[each.index]) for each in formulas if each.index in drawn]
    return tuple(letters(one for start, one in known if start < place) for place in places)


def _rounded(size: Size) -> tuple[Pair, Pair, Pair]:
    """Width, height and depth as they are written; the width up, so that nothing sticks out."""
    ex, em = size.width
    width = math.ceil(ex * _STEP - 0.1) / _STEP, round(em * _STEP) / _STEP
    return width, _near(size.height), _near(size.depth)


def _near(length: Pair) -> Pair:
    ex, em = length
    return round(ex * _STEP) / _STEP, round(em * _STEP) / _STEP


def _coded(length: Pair) -> str:
    ex, em = (str(round(part * _STEP)).replace("-", "m") for part in length)
    return f"{ex}e{em}" if em != "0" else ex


def _number(value: float) -> str:
    """As short as CSS allows: ``.5``, ``-1.25``, ``3``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if text in ("", "-", "-0"):
        return "0"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
