"""The hostile inputs of ``fixtures/hostile``: one JSON object a line.

``text`` is the Markdown, or a list whose pairs are a part and how often it is repeated, a ``%d``
in it being the count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "fixtures" / "hostile"


@dataclass(frozen=True, slots=True)
class Input:
    """One attack: its name, what it tries, and the Markdown."""

    id: str
    what: str
    text: str


def inputs(only: Sequence[str] = ()) -> list[Input]:
    """All of them, or those whose file, name or what they try begins with a word of ``only``."""
    chosen = tuple(only)
    return [
        found
        for path in sorted(FOLDER.glob("*.jsonl"))
        for found in _read(path)
        if not chosen or any(name.startswith(chosen) for name in (path.stem, found.id, found.what))
    ]


def sample(every: int) -> list[Input]:
    """Each ``every``-th of each file, so that all kinds are there."""
    return [
        found for path in sorted(FOLDER.glob("*.jsonl")) for found in list(_read(path))[::every]
    ]


def _read(path: Path) -> Iterator[Input]:
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        yield Input(record["id"], record["what"], _expanded(record["text"]))


def _expanded(text: str | list[str | list[str | int]]) -> str:
    if isinstance(text, str):
        return text
    return "".join(part if isinstance(part, str) else _repeated(part) for part in text)


def _repeated(pair: list[str | int]) -> str:
    part, times = str(pair[0]), int(pair[1])
    return "".join(part.replace("%d", str(count)) for count in range(times))
