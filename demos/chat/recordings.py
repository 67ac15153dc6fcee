"""Recorded answers, and a model that says one of them at a speed of its own."""

from __future__ import annotations

import asyncio
import random
import tomllib
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ANSWERS: Final = Path(__file__).parents[2] / "fixtures" / "answers"
SPEEDS: Final = {"slow": 60, "normal": 250, "fast": 1_000, "at once": 1_000_000}
"""Characters a second; a large model writes some 250."""

_TOKEN: Final = 7  # characters at most
_TICK: Final = 0.01  # seconds; shorter pauses are made together


@dataclass(frozen=True, slots=True)
class Recording:
    """A question and the answer that a model once gave."""

    name: str
    question: str

    @property
    def lang(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def text(self) -> str:
        return (ANSWERS / f"{self.name}.md").read_text("utf-8")


def recordings() -> dict[str, Recording]:
    """All there are, by name."""
    listed = tomllib.loads(Path(__file__).with_name("recordings.toml").read_text("utf-8"))
    return {name: Recording(name, question) for name, question in listed.items()}


class Model:
    """Says a text in tokens, until it is stopped."""

    def __init__(self, text: str, speed: str) -> None:
        self._text = text
        self._pause = 1 / SPEEDS[speed]
        self._is_stopped = asyncio.Event()
        self._place = 0

    @property
    def said(self) -> str:
        """What has been said so far."""
        return self._text[: self._place]

    def stop(self) -> None:
        """Say nothing more."""
        self._is_stopped.set()

    async def __aiter__(self) -> AsyncIterator[str]:
        chance, due = random.Random(self._text), 0.0  # noqa: S311
        while self._place < len(self._text):
            length = chance.randint(1, _TOKEN)
            due += length * self._pause
            if due > _TICK:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._is_stopped.wait(), due)
                due = 0.0
            if self._is_stopped.is_set():
                return
            begin, self._place = self._place, self._place + length
            yield self._text[begin : self._place]
