"""What differs in two lines of TeX or MathML, token by token, for the eye.

Pure, and bounded: what the two begin and end with is set aside first, and a middle that is still
long counts as replaced as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_TOKEN: Final = re.compile(r"\\[A-Za-z]+|</?[A-Za-z]+|&[A-Za-z]+;|[A-Za-z]{2,}=|\s+|.", re.DOTALL)
_LONGEST: Final = 1_000  # tokens; comparing is quadratic


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text; ``changed`` if only this side has it."""

    text: str
    changed: bool


def told_apart(expected: str, actual: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts as runs that are in both, and runs that are not."""
    old, new = _TOKEN.findall(expected), _TOKEN.findall(actual)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    middle = (old[head : len(old) - tail], new[head : len(new) - tail])
    first, last = "".join(old[:head]), "".join(old[len(old) - tail :])
    sides: tuple[list[Part], list[Part]] = ([Part(first, False)], [Part(first, False)])
    for was, now, changed in _runs(*middle):
        sides[0].append(Part(was, changed))
        sides[1].append(Part(now, changed))
    for side in sides:
        side.append(Part(last, False))
    return _tidy(sides[0]), _tidy(sides[1])


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many tokens both begin with."""
    pairs = zip(old, new, strict=False)
    return next(
        (count for count, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new))
    )


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[str, str, bool]]:
    if len(old) + len(new) > _LONGEST:
        yield "".join(old), "".join(new), True
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[i:j]), "".join(new[k:m]), tag != "equal"


def _tidy(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.text)
