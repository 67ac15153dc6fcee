"""Answers that arrive while the page is being translated, by the client's own stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import MODES
from .test_interleavings import LATER, SIMILAR, TYPESET, Steps

FEED: Steps = [["feed", 1], ["wait", 130]]

ORDERS: dict[str, Steps] = {
    "translated before it begins": [*TYPESET, "on", LATER, *FEED * 40, LATER],
    "translated while it comes": [*TYPESET, *FEED * 12, "on", *FEED * 28, LATER],
    "in bursts, under translation": [
        *("load", "release", "on", ["feed", 9], ["wait", 110], ["feed", 14], ["wait", 60]),
        *(["feed", 6], ["wait", 200], "close", ["wait", 30], "frame", LATER),
    ],
    "translated after its end": [*TYPESET, ["feed", 30], "frame", "close", "frame", "on", LATER],
    "typeset only at the end": ["load", "on", *FEED * 20, "close", LATER, "release", LATER],
    "translated, then again": ["load", "release", "on", *FEED * 12, "again", *FEED * 20, LATER],
    "restored on the way": [*TYPESET, "on", *FEED * 15, "restore", *FEED * 12, "on", LATER],
    "broken off": [*TYPESET, "on", *FEED * 15, "close", LATER],
}


@pytest.mark.parametrize(
    "mode",
    [pytest.param(each, marks=pytest.mark.heavy if each in SIMILAR else ()) for each in MODES],
)
def test_streamed_answers_are_whole_and_translated(stage: Callable[..., Any], mode: str) -> None:
    """Before, during and after: formulas whole, every paragraph translated, restored to the byte."""
    opened = stage()
    found = {name: opened.run(mode, *steps) for name, steps in ORDERS.items()}
    assert {name: problems for name, problems in found.items() if problems} == {}
