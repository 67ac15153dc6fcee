"""A text in pieces, as models send it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random


def pieces(text: str, chance: int | Random, longest: int = 20) -> Iterator[str]:
    """``text`` cut at random places, the same for the same seed, ``longest`` in characters."""
    chance = Random(chance) if isinstance(chance, int) else chance
    place = 0
    while place < len(text):
        length = chance.randint(1, longest)
        yield text[place : place + length]
        place += length
