"""The texts that are played, from our answers, and the chunks they arrive in."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Final

_ANSWERS: Final = Path(__file__).parents[2] / "fixtures" / "answers"
# Broken on purpose: their unclosed delimiters would eat the answers behind them.
_ODD: Final = frozenset({"broken.en", "code-dollars.en", "mixed-delimiters.zh", "prices.en"})
SHORTEST: Final = 4
LONGEST: Final = 20


def text(size: int) -> str:
    """Whole paragraphs of answers, about ``size`` characters of them, always the same."""
    joined = _answers()
    cut = (joined * (size // len(joined) + 1))[:size]
    return cut[: cut.rindex("\n\n")] + "\n"


def ends(text: str, seed: int = 1) -> list[int]:
    """Where the chunks of ``text`` end, 4 to 20 characters each."""
    numbers, found = random.Random(seed), [0]  # noqa: S311
    while found[-1] < len(text):
        found.append(min(len(text), found[-1] + numbers.randint(SHORTEST, LONGEST)))
    return found[1:]


def windows(count: int, number: int, length: int) -> list[tuple[int, int]]:
    """Runs of chunks, spread evenly over ``count`` of them, for engines that take too long."""
    if count <= number * length:
        return [(0, count)]
    step = (count - length) / number
    return [(round(step * (n + 0.5)), round(step * (n + 0.5)) + length) for n in range(number)]


@cache
def _answers() -> str:
    files = sorted(path for path in _ANSWERS.glob("*.md") if path.stem not in _ODD)
    return "\n\n".join(path.read_text("utf-8").strip() for path in files) + "\n\n"
