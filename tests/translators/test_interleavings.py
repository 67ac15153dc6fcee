"""Every order of events that the design lists, against every translator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import MODES

Steps = list[Any]
LATER = ["wait", 4000]
TYPESET: Steps = ["load", "release", "frame", LATER]

ORDERS: dict[str, Steps] = {
    "before the script is there": ["on", LATER, "load", "frame", ["keep", 40]],
    "while MathJax loads": ["load", "frame", "on", LATER, ["keep", 40]],
    "while formulas are typeset": [
        *("load", "frame", ["keep", 5], "frame", "on", ["wait", 110], ["keep", 5]),
        *(["wait", 60], ["keep", 5], "frame", LATER, "print", "frame"),
    ],
    "after all is typeset": [*TYPESET, "on", LATER],
    "a batch while it is on": [*TYPESET, "on", LATER, ["append", 25], LATER],
    "a batch that comes held back": [*TYPESET, "on", LATER, "hold", ["append", 25], LATER],
    "a batch with a start of its own": [*TYPESET, "on", LATER, ["appendStarted", 25], LATER],
    "a batch before the answer": [
        *TYPESET,
        "on",
        ["wait", 110],
        ["append", 25],
        ["wait", 20],
        "frame",
    ],
    "restored": [*TYPESET, "on", LATER, "restore", LATER],
    "restored, and on again": ["on", LATER, *TYPESET, "restore", LATER, "on", LATER],
    "twice": ["on", LATER, *TYPESET, "again", LATER],
    "twice without a pause": ["load", "on", "again", "frame", ["keep", 9]],
    "restored in mid-typeset": [
        *("load", "frame", ["keep", 3], "on", LATER, ["keep", 3], "restore", ["keep", 3], "frame"),
        *(LATER, ["keep", 3]),
    ],
    "on in mid-typeset, restored before the answer": [
        *("load", "frame", ["keep", 3], "on", ["wait", 110], "restore", ["keep", 9], LATER),
    ],
    "scrolled": [
        *("load", ["append", 25], "on", ["wait", 200], ["scroll", 1], ["keep", 9], ["wait", 200]),
        *(["scroll", 3], ["wait", 200], ["keep", 9], ["scroll", 2], ["keep", 30], ["scroll", 0]),
    ],
    "resized": ["on", LATER, ["resize", 320], *TYPESET, ["resize", 700], "frame", ["resize", 250]],
    "streamed tail": [
        *("load", "release", "token", "token", "on", *["token", ["wait", 150]] * 9),
        *("finish", LATER, "token", ["wait", 2500], "token", "finish"),
    ],
    "clone of what is not typeset": ["load", "frame", ["clone", 1], "on", LATER, ["clone", 3]],
    "clone of what is typeset": [*TYPESET, ["clone", 1], "on", ["wait", 110], ["clone", 2], LATER],
    "emptied before the script is there": [["hollow", 0], ["hollow", 5], "load", "on", LATER],
    "damaged before the script is there": [
        *(["damage", 0], ["damage", 5], "on", LATER, ["damage", 9], "load", "frame"),
    ],
    "emptied while it is on": [*TYPESET, "on", ["empty", 2], ["wait", 110], ["damage", 3], LATER],
    "moved by the page": [
        *("load", "frame", ["move", 1], "on", ["move", 2], ["wait", 110], ["move", 3], "release"),
        *("frame", ["move", 1], LATER),
    ],
    **{
        f"on top of it {second}": ["load", "on", ["stack", second], LATER, "release", ["append", 3]]
        for second in ("google", "firefox", "twp", "inplace")
    },
}


# Under --heavy alone: variants that differ little from their mode. A mode takes ten seconds, and
# test_random.py has all of them in every run.
SIMILAR = {
    *("google-eats", "google-lazy", "google-reorders", "google-clones", "edge-empty", "edge-keep"),
    *("firefox-reverse", "firefox-weave", "webkit-reverse"),
}


@pytest.mark.parametrize(
    "mode",
    [pytest.param(each, marks=pytest.mark.heavy if each in SIMILAR else ()) for each in MODES],
)
def test_formulas_and_prose_in_every_order(stage: Callable[..., Any], mode: str) -> None:
    """Each order leaves formulas whole and prose translated, and the original comes back."""
    opened = stage()
    found = {name: opened.run(mode, *steps) for name, steps in ORDERS.items()}
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_every_mode_is_tested(stage: Callable[..., Any]) -> None:
    """No mode of the simulator is left out."""
    assert stage().page.evaluate("() => Object.keys(MODES)") == MODES
