"""What the plays tell: ratios to one rendering, what flickers, what is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from renderer import Formula

from .engines import Played

_NUMBER = re.compile(r"\\(?:tag|label)\*?\s*\{[^{}]*\}|\s+")


@dataclass(frozen=True)
class Figures:
    """One engine at one size.

    ``once`` is the CPU of one rendering in seconds, ``cpu`` that of all chunks, ``total`` the
    second by the first, ``p99`` in milliseconds, ``sent`` by the size of the final HTML (None
    without HTML), ``lost`` formulas of ``meant``, ``red`` the share of states with a formula that
    KaTeX refuses, ``flicker`` how many formulas were drawn and replaced.
    """

    once: float
    cpu: float
    total: float
    p99: float
    worst: float
    sent: float | None
    same: bool
    lost: int
    meant: int
    red: float | None
    flicker: float | None


def figures(played: Played, chunks: int, meant: Sequence[Formula], refused: set[str]) -> Figures:
    """The figures of a play of which ``played.times`` may be a sample of all ``chunks``."""
    times = sorted(played.times)
    share = chunks / len(times)
    cpu = sum(times) * share + played.closing
    is_html = played.sent is not None and played.size
    return Figures(
        once=played.once,
        cpu=cpu,
        total=cpu / played.once,
        p99=1000 * times[min(len(times) - 1, int(len(times) * 0.99))],
        worst=1000 * max(times[-1], played.closing),
        sent=(played.sent or 0) * share / (played.size or 1) if is_html else None,
        same=played.same,
        lost=_lost(meant, played.formulas),
        meant=len(meant),
        red=_red(played, refused),
        flicker=_flicker(played),
    )


def bare(tex: str) -> str:
    """TeX without its number, label and white space, which engines treat differently."""
    return _NUMBER.sub("", tex)


def _lost(meant: Iterable[Formula], found: Iterable[str]) -> int:
    """How many are not among those found, as they were written or with macros expanded."""
    there = Counter(map(bare, found))
    lost = 0
    for formula in meant:
        names = (bare(formula.data_tex), bare(formula.tex))
        name = next((name for name in names if there[name]), None)
        if name is None:
            lost += 1
        else:
            there[name] -= 1
    return lost


def _red(played: Played, refused: set[str]) -> float | None:
    """The share of states with an error that the finished text does not have."""
    states = [state for group in played.states for state in group]
    for_good = set(played.formulas)
    wrong = [any(t in refused and t not in for_good for t in state) for state in states]
    return sum(wrong) / len(wrong) if wrong else None


def _flicker(played: Played) -> float | None:
    """How many formulas of a state are not in the next one, for each state that has a next."""
    gone = [
        sum((Counter(map(bare, before)) - Counter(map(bare, after))).values())
        for group in played.states
        for before, after in pairwise(group)
    ]
    return sum(gone) / len(gone) if gone else None
