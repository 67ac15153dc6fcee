"""The figures of the report as data: what each is called, how it is written, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Table = Literal["speed", "stability", "weight", "slow"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One column: less is better.

    ``scale`` turns what was measured into what is shown, with ``digits`` behind the point.
    ``noise`` is the difference, as shown, below which two values count as equal.
    """

    name: str
    title: str
    table: Table
    scale: float = 1
    digits: int = 0
    noise: float = 0

    def shown(self, value: float) -> str:
        """The value as it stands in a table."""
        return f"{value * self.scale:,.{self.digits}f}"


FIGURES: Final = (
    Figure("readable_cpu", "readable, CPU s", "speed", digits=2, noise=0.02),
    Figure("typeset_cpu", "typeset, CPU s", "speed", digits=2, noise=0.02),
    Figure("longest", "longest task, ms", "speed", noise=10),
    Figure("still_cpu", "until still, CPU s", "speed", digits=2, noise=0.03),
    Figure("layout_cpu", "of it layout, CPU s", "speed", digits=2, noise=0.02),
    Figure("scroll_cpu", "12 scroll steps, CPU s", "speed", digits=2, noise=0.03),
    Figure("load_shift", "shift at load", "stability", digits=3, noise=0.0005),
    Figure("scroll_shift", "shift while scrolling", "stability", digits=3, noise=0.0005),
    Figure("jump_shift", "shift after a jump", "stability", digits=3, noise=0.0005),
    Figure("drift", "target moves, px", "stability", noise=0.5),
    Figure("wrong_numbers", "wrong numbers", "stability"),
    Figure("page_bytes", "page, kB", "weight", scale=1e-3, noise=1),
    Figure("first_bytes", "first screen, kB", "weight", scale=1e-3, noise=1),
    Figure("all_bytes", "whole page, kB", "weight", scale=1e-3, noise=1),
    Figure("heap", "heap, MB", "weight", digits=1, noise=0.2),
    Figure("nodes", "DOM nodes", "weight", noise=50),
    Figure("slow_longest", "longest task, ms", "slow", noise=20),
    Figure("slow_blocking", "over 50 ms in all, ms", "slow", noise=30),
    Figure("slow_long", "tasks over 50 ms, %", "slow", scale=100, digits=1, noise=1),
    Figure("slow_click", "slowest click, ms", "slow", noise=16),
)
