"""Orders of events that nobody thought of: by seed, and shortened when they fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import MODES

SHARE = 25  # runs between two looks at the clock
RUNS, HEAVY_RUNS = 60, 2_000
REAL_RUNS, HEAVY_REAL_RUNS = 8, 200


def play(stage: Any, first: int, count: int) -> None:
    """Fail with seed, mode and the shortest list of steps that is enough."""
    for seed in range(first, first + count, SHARE):
        some = min(SHARE, first + count - seed)
        failures = stage.page.evaluate(
            "([modes, first, count]) => batch(driver, modes, first, count)", [MODES, seed, some]
        )
        told = [
            f"seed {each['seed']}: {each['mode']} {json.dumps(each['steps'])}\n  "
            + "\n  ".join(each["problems"])
            for each in failures
        ]
        assert not told, "\n".join(told)


def test_random_orders(stage: Callable[..., Any]) -> None:
    """A few dozen lists of steps, the same ones every time."""
    play(stage(), 1, RUNS)


@pytest.mark.heavy
def test_many_random_orders(stage: Callable[..., Any]) -> None:
    """Thousands of them, others than in every run."""
    play(stage(), 1_000, HEAVY_RUNS)


def test_random_orders_with_mathjax(stage: Callable[..., Any]) -> None:
    """A few with the real typesetter."""
    play(stage("MathJax"), 1, REAL_RUNS)


@pytest.mark.heavy
def test_many_random_orders_with_mathjax(stage: Callable[..., Any]) -> None:
    """Hundreds with the real typesetter."""
    play(stage("MathJax"), 1_000, HEAVY_REAL_RUNS)


def test_failing_lists_are_shortened(stage: Callable[..., Any]) -> None:
    """Of a list that fails because of two of its steps those two are left."""
    found = stage().page.evaluate(
        """async () => { const { shrunk } = await import("./random.js");
        const steps = [..."abcdefghijklm"].map(name => [name]);
        const fails = async part => ["c", "k"].every(name => part.some(step => step[0] === name));
        return shrunk(steps, fails); }"""
    )
    assert found == [["c"], ["k"]]
