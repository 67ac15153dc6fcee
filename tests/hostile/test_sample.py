"""A few of the hostile inputs in each run; ``./run hostile`` has all of them in every mode."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from .inputs import Input, inputs, sample
from .pages import Mode
from .run import Range

EVERY = 60


@pytest.mark.parametrize("mode", [Mode(), Mode("paper", policy=False)], ids=str)
def test_sample_does_nothing(browser: Browser, mode: Mode) -> None:
    """No script runs, nothing is asked for, covered or pushed out, and later formulas are typeset."""
    with Range(browser) as place:
        assert [*place.heads(sample(EVERY)), *place.findings(sample(EVERY), mode)] == []


def test_findings_are_found(browser: Browser) -> None:
    """Under ``html="trust"`` the same page has all kinds of findings, so that none goes unseen."""
    text = (
        '<a href="javascript:__x(1)">c</a> <b onclick="x">d</b> <img src="/logout" onerror="__x(1)">'
        '<i id="body">e</i><p style="position:fixed;inset:0;background:red">f</p>'
    )
    with Range(browser) as place:
        found = " ".join(
            one.what
            for one in place.findings([Input("bad", "all", text)], Mode(html="trust", policy=False))
        )
    for part in ("script ran", "event handler", "address href", "asks for", "clobbers", "covers"):
        assert part in found


@pytest.mark.parametrize(
    "text",
    [
        '<b tabindex="0" onkeydown="__x(1)">only by its key</b> <i tabindex="0">b</i>',
        '<details><summary>a</summary><p style="height:99px">b</p>'
        '<b tabindex="0" onmouseup="__x(1)">folded by a click</b></details>',
        '<div style="height:3000px"></div><b tabindex="0" onmouseup="__x(1)">far below</b>',
    ],
)
def test_everything_is_reached(browser: Browser, text: str) -> None:
    """Keys and clicks come to what other clicks fold away or what is a screen further down."""
    with Range(browser) as place:
        mode = Mode(html="trust", policy=False)
        found = [one.what for one in place.findings([Input("bad", "one", text)], mode)]
    assert "script ran" in found


def test_inputs_are_many_and_named_once() -> None:
    """Each input has a name of its own by which a finding is told."""
    names = [each.id for each in inputs()]
    assert len(names) == len(set(names)) > 600
